"""AdamW: Adam with decoupled weight decay."""

from dnnlib.optimizers.adam import Adam


class AdamW(Adam):
    """Is `Adam` whose weight decay is on by default.

    w <- (1 - r d) w,  then Adam's step along the gradient of the loss alone

    Args:
        learning_rate: r.
        weight_decay: d.
        beta_1, beta_2, epsilon: As in `Adam`.
        **clipping: `clipnorm`, `global_clipnorm` or `clipvalue`; see `Optimizer`.

    Raises:
        ValueError: If an argument is out of range.

    Source: Loshchilov & Hutter (2019), Decoupled weight decay regularization, algorithm 2.
    """

    def __init__(self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **clipping):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay, **clipping)
