"""Explorables refuse what does not fit them, in words that say what was expected, and bring the rest into one form."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from dnnlib.widgets.convolution_stepper import ConvolutionStepper
from dnnlib.widgets.pooling_explorer import PoolingExplorer

NUMBERS = np.eye(4)


@pytest.mark.parametrize(
    "explorable, arguments, message",
    [
        (ConvolutionStepper, {"image": [[1, 2], [3]]}, "rows of one length"),
        (ConvolutionStepper, {"image": [[float("nan")]]}, "finite numbers"),
        (ConvolutionStepper, {"image": None}, "image: expected a list of rows"),
        (ConvolutionStepper, {"kernel": np.ones((6, 3))}, "1 to 5 rows and columns, received 6 x 3"),
        (ConvolutionStepper, {"strides": 0}, "1 to 6, received 0"),
        (ConvolutionStepper, {"strides": (1, 2, 3)}, "pair (height, width)"),
        (ConvolutionStepper, {"padding": "full"}, '"valid", "same"'),
        (ConvolutionStepper, {"padding": 7}, "padding: expected 0 to 6, received 7"),
        (ConvolutionStepper, {"dilation": 1.5}, "whole number"),
        (ConvolutionStepper, {"selected": (-1, 0)}, "selected"),
        (PoolingExplorer, {"image": [[1, 2], [3]]}, "rows of one length"),
        (PoolingExplorer, {"image": []}, "1 to 8 rows and columns"),
        (PoolingExplorer, {"image": [[float("nan")]]}, "finite numbers"),
        (PoolingExplorer, {"image": np.ones((9, 3))}, "1 to 8 rows and columns, received 9 x 3"),
        (PoolingExplorer, {"pool_size": 9}, "1 to 8, received 9"),
        (PoolingExplorer, {"strides": (1, 2, 3)}, "pair (height, width)"),
        (PoolingExplorer, {"shift": (0, 4)}, "-3 to 3, received (0, 4)"),
        (PoolingExplorer, {"kind": "min"}, "kind"),
        (PoolingExplorer, {"padding": "full"}, "padding"),
        (PoolingExplorer, {"view": "backward"}, "view"),
        (PoolingExplorer, {"upstream": 1}, "upstream"),
        (PoolingExplorer, {"selected": (-1, 0)}, "selected"),
    ],
)
def test_wrong_traits_are_refused_with_what_was_expected(explorable, arguments, message):
    with pytest.raises(TraitError, match=re.escape(message)):
        explorable(**arguments)


@pytest.mark.parametrize("explorable, unknown", [(ConvolutionStepper, "dilations"), (PoolingExplorer, "stride")])
def test_unknown_names_are_refused(explorable, unknown):
    with pytest.raises(ValueError, match="preset: expected one of .* received 'no such'"):
        explorable(preset="no such")
    with pytest.raises(TypeError, match=unknown):
        explorable(**{unknown: 2})


@pytest.mark.parametrize(
    "explorable, arguments, pairs",
    [
        (ConvolutionStepper, {"strides": 2, "padding": 1}, {"strides": [2, 2], "padding": [1, 1]}),
        (
            PoolingExplorer,
            {"pool_size": 3, "strides": 1, "shift": (1, -1), "upstream": np.ones((2, 2))},
            {"pool_size": [3, 3], "strides": [1, 1], "shift": [1, -1], "upstream": [[1, 1], [1, 1]]},
        ),
    ],
)
def test_numbers_become_pairs_and_arrays_lists(explorable, arguments, pairs):
    made = explorable(image=NUMBERS, **arguments)
    assert made.image == NUMBERS.tolist() and {name: getattr(made, name) for name in pairs} == pairs


def test_a_trait_that_is_set_later_is_checked_too():
    explorer = PoolingExplorer("a tie")
    with pytest.raises(TraitError, match="shift: expected -3 to 3, received 4"):
        explorer.shift = 4
    explorer.shift = 3
    assert explorer.shift == [3, 3]
