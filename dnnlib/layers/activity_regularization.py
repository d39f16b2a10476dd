"""A penalty on what a layer passes on."""

from dnnlib.layers.layer import Layer
from dnnlib.regularizers.penalties import L1L2
from dnnlib.validation import check_cache, check_gradient, check_input


class ActivityRegularization(Layer):
    """Passes numbers on as they are, and adds a penalty on their size to the loss.

    penalty = (l1 sum |x| + l2 sum x^2) / batch    y = x
    dL/dx = dL/dy + (l1 sign(x) + 2 l2 x) / batch    with sign(0) = 0

    As in Keras, the sums run over all units and the penalty is their mean over the examples of the batch, in training
    and in use. The training loop reports it as part of the loss, `losses`; its gradient joins in `backward`.

    Args:
        l1: Factor of the absolute values: most units come to be silent for most examples.
        l2: Factor of the squares.
        dtype: Type of the computation.

    Input and output shape: (batch, ...).

    Raises:
        ValueError: If a factor is no finite number of at least 0, or an input has no batch axis.

    Source: Ng (2011), Sparse autoencoder, CS294A lecture notes; the l1 penalty on a code: Olshausen & Field (1996),
    Emergence of simple-cell receptive field properties by learning a sparse code for natural images.
    """

    def __init__(self, l1=0.0, l2=0.0, dtype="float32"):
        super().__init__(dtype)
        self.penalty = L1L2(l1, l2)

    def forward(self, x, training=False):
        """Computes the output and the penalty."""
        x = check_input(x, None, self.dtype, "ActivityRegularization input", at_least=1)
        self.cache = x
        self.activity_losses = [self.penalty(x) / len(x)]
        return x

    def backward(self, grad):
        """Returns dL/dx: the gradient as it came, and the penalty's."""
        x = check_cache(self)
        grad = check_gradient(grad, x.shape, self.dtype, "ActivityRegularization")
        return (grad + self.penalty.gradient(x) / len(x)).astype(self.dtype, copy=False)
