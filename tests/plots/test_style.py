"""The palette is readable in both themes, and a figure's SVG does not depend on the run."""

import io
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from dnnlib.plots import style

# Simulated colour-vision deficiencies at full severity: matrices on linear RGB (Machado, Oliveira, Fernandes 2009).
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def oklab(color, deficiency):
    """The colour as seen, in a space where distance is difference (Ottosson 2020)."""
    rgb = np.asarray(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.asarray(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    cones = [[0.41222, 0.53633, 0.05145], [0.2119, 0.6807, 0.1074], [0.0883, 0.28172, 0.62998]]
    lab = [[0.21045, 0.79362, -0.00407], [1.978, -2.42859, 0.45059], [0.0259, 0.78277, -0.80868]]
    return np.asarray(lab) @ np.cbrt(np.asarray(cones) @ linear)


def svg_of(figure):
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


@pytest.fixture
def house_style():
    with matplotlib.rc_context():
        style.use()
        yield


def test_contrast_of_known_pairs():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # WCAG's own example


@pytest.mark.parametrize("color", style.CYCLE)
def test_data_colours_stand_out_in_both_themes(color):
    assert style.contrast(color, style.PAPER) >= 3
    assert style.contrast(color, style.DARK_PAPER) >= 3


@pytest.mark.parametrize("color", [style.TEXT, style.MUTED])
def test_text_is_readable_in_both_themes(color):
    assert style.contrast(color, style.PAPER) >= 4.5
    assert style.contrast(style.DARK[color], style.DARK_PAPER) >= 4.5


def test_data_colours_and_cell_inks_are_not_recoloured():
    kept = {*style.CYCLE, style.INK_ON_LIGHT, style.INK_ON_DARK}
    assert not kept & set(style.DARK)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_data_colours_stay_apart_for_every_eye(deficiency):
    for first, second in combinations(style.CYCLE, 2):
        assert np.linalg.norm(oklab(first, deficiency) - oklab(second, deficiency)) > 0.08, (first, second)


@pytest.mark.parametrize("cmap", [style.SEQUENTIAL, style.DIVERGING], ids=lambda cmap: cmap.name)
def test_ink_is_readable_on_every_cell_colour(cmap):
    for value in np.linspace(0, 1, 101):
        color = cmap(value)
        assert style.contrast(style.ink_on(color), color) >= 4.3


def test_sequential_map_only_darkens():
    assert (np.diff([style.luminance(style.SEQUENTIAL(v)) for v in np.linspace(0, 1, 65)]) < 0).all()


def test_diverging_map_is_palest_at_zero_and_darkens_both_ways():
    light = [style.luminance(style.DIVERGING(v)) for v in np.linspace(0, 1, 65)]
    assert np.argmax(light) == 32
    assert (np.diff(light[:33]) > 0).all() and (np.diff(light[32:]) < 0).all()


def test_no_map_colour_equals_one_that_the_dark_theme_changes():
    for cmap in (style.SEQUENTIAL, style.DIVERGING):
        assert not {matplotlib.colors.to_hex(cmap(v)) for v in np.linspace(0, 1, 1001)} & set(style.DARK)


def test_symmetric_limits_centre_zero():
    assert style.symmetric_limits([[-3.0, 1.0], [np.nan, 2.0]]) == (-3.0, 3.0)
    assert style.symmetric_limits(np.zeros(4)) == (-1.0, 1.0)


def test_same_figure_gives_the_same_svg_without_a_date(house_style):
    def draw():
        figure = Figure()
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], label="a line")
        axes.legend()
        return svg_of(figure)

    first = draw()
    assert first == draw()
    assert "<dc:date>" not in first and "matplotlib v" not in first.lower().replace("version", "v")


def test_dark_variant_changes_ink_and_paper_and_keeps_data(house_style):
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    axes.set(title="title", xlabel="label")
    light = svg_of(figure)
    dark = style.to_dark(light)
    for color in (style.PAPER, style.TEXT, style.MUTED, style.GRID):
        assert color in light, f"{color} is not drawn: the test proves nothing"
        assert color not in dark
    assert dark.count(style.BLUE) == light.count(style.BLUE) > 0
