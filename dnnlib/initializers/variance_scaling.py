"""Initial weights whose variance follows from the number of connections: LeCun's, Glorot's and He's rules."""

import numpy as np

from dnnlib.initializers.initializer import Initializer
from dnnlib.validation import check_number


def fans(shape):
    """Counts the connections into and out of one unit, as Keras does.

    Args:
        shape: The kernel's shape: (inputs, units), or (spatial axes ..., inputs, units).

    Returns:
        (fan_in, fan_out).

    Raises:
        ValueError: If the shape has fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"fans: expected a kernel's shape (..., inputs, units), received {tuple(shape)}")
    *window, inputs, units = (int(size) for size in shape)
    positions = int(np.prod(window))
    return positions * inputs, positions * units


def _uniform(shape, rng):
    # A uniform variable on [-a, a] has variance a^2 / 3.
    return rng.uniform(-np.sqrt(3), np.sqrt(3), shape)


def _truncated_normal(shape, rng):
    """Draws a normal variable cut at two standard deviations, with variance 1 after the cut."""
    values = rng.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(np.count_nonzero(outside))
    # 0.8796... is the standard deviation of the standard normal cut at +-2.
    return values / 0.87962566103423978


MODES = {"fan_in": lambda fan_in, fan_out: fan_in, "fan_out": lambda fan_in, fan_out: fan_out,
         "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2}  # fmt: skip
DISTRIBUTIONS = {
    "truncated_normal": _truncated_normal,
    "untruncated_normal": lambda shape, rng: rng.standard_normal(shape),
    "uniform": _uniform,
}


class VarianceScaling(Initializer):
    """Draws with mean 0 and variance scale / fan, where the fan is a number of connections; as Keras's class does.

    Args:
        scale: The variance times the fan.
        mode: "fan_in", "fan_out", or "fan_avg", the mean of the two.
        distribution: "truncated_normal" (cut at two standard deviations, with the variance asked for after the
            cut), "untruncated_normal" or "uniform".

    Raises:
        ValueError: If the scale is not positive, a name is unknown, or (when called) the shape has fewer than two
            axes.

    Source: LeCun, Bottou, Orr & Müller (1998), Efficient BackProp, section 4.6 (scale 1, fan_in); Glorot & Bengio
    (2010), Understanding the difficulty of training deep feedforward neural networks, section 4.2.1 (scale 1,
    fan_avg); He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, section 2.2 (scale 2 / (1 + a^2) for a leaky
    ReLU of slope a, fan_in).
    """

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal"):
        check_number(scale, "scale", "a positive number", lambda value: 0 < value < np.inf)
        for name, value, known in (("mode", mode, MODES), ("distribution", distribution, DISTRIBUTIONS)):
            if value not in known:
                raise ValueError(f"{name}: expected one of {', '.join(known)}, received {value!r}")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def __call__(self, shape, rng, dtype="float32"):
        """Draws the weights."""
        deviation = np.sqrt(self.scale / MODES[self.mode](*fans(shape)))
        return (deviation * DISTRIBUTIONS[self.distribution](shape, rng)).astype(dtype)


lecun_uniform = VarianceScaling(1, "fan_in", "uniform")
lecun_normal = VarianceScaling(1, "fan_in", "truncated_normal")
glorot_uniform = VarianceScaling(1, "fan_avg", "uniform")
glorot_normal = VarianceScaling(1, "fan_avg", "truncated_normal")
he_uniform = VarianceScaling(2, "fan_in", "uniform")
he_normal = VarianceScaling(2, "fan_in", "truncated_normal")
