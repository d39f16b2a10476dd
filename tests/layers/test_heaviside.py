"""The step: its values, and that it refuses a gradient."""

import numpy as np
import pytest

from dnnlib.layers.heaviside import Heaviside


def test_it_fires_above_zero_only():
    layer = Heaviside()
    assert np.array_equal(layer([[-1, -0.0, 0, 1e-30, 3, np.inf]]), [[0, 0, 0, 1, 1, 1]])
    assert layer([[1]]).dtype == np.float32 and Heaviside("float64")([[1]]).dtype == np.float64
    with pytest.raises(ValueError, match="NaN"):
        layer([[np.nan]])


def test_backward_refuses_and_says_what_to_do():
    layer = Heaviside()
    layer([[1.0]])
    with pytest.raises(NotImplementedError, match="slope is 0 wherever there is one; take Sigmoid"):
        layer.backward([[1.0]])
