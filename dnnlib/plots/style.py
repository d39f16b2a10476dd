"""The house style of every figure: colours, fonts, SVG output, and what changes in the dark theme."""

import re
import sys

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

# Ink and paper. These four change in the dark theme, see DARK.
PAPER = "#ffffff"
TEXT = "#1f2328"
MUTED = "#57606a"
GRID = "#d0d7de"

# Data colours stay as they are in both themes: each has a contrast of at least 3:1 on PAPER and on DARK_PAPER,
# and they stay apart under the three common colour-vision deficiencies (tests/plots/test_style.py).
BLUE = "#478df5"
RUST = "#ae5809"
TEAL = "#178268"
PINK = "#e83a8c"
GOLD = "#b8870a"
CYCLE = (BLUE, RUST, TEAL, PINK, GOLD)

# Text on top of a coloured cell. The cell keeps its colour in the dark theme, so these are not in DARK either.
INK_ON_LIGHT = "#111111"
INK_ON_DARK = "#fefefe"

DARK_PAPER = "#14181e"
DARK = {PAPER: "transparent", TEXT: "#e6edf3", MUTED: "#9da7b3", GRID: "#30363d"}

SEQUENTIAL = LinearSegmentedColormap.from_list(
    "dnn.sequential", ["#f3f7fe", "#c9defc", "#8fbaf9", "#478df5", "#2763bd", "#143c7c", "#0a2148"]
)
# Signed values: rust is negative, blue is positive, the pale middle is zero (use symmetric limits).
DIVERGING = LinearSegmentedColormap.from_list(
    "dnn.diverging", ["#5f2c00", "#ae5809", "#e09a5a", "#f6d9bd", "#f6f6f4", "#c5dbfb", "#7fb0f8", "#2f72d8", "#123a7c"]
)

RC = {
    "figure.figsize": (6.4, 3.6),
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "figure.dpi": 144,
    "savefig.dpi": 144,  # what an SVG cannot draw as paths: twice the 72 points of an inch
    "savefig.facecolor": PAPER,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "font.size": 9.5,
    "text.color": TEXT,
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": TEXT,
    "axes.titlesize": 10.5,
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "lines.linewidth": 2.0,
    "lines.markersize": 5,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "image.cmap": "gray",
    "image.interpolation": "none",  # pixels are what these chapters are about: never smooth them
    "svg.fonttype": "path",
    "svg.hashsalt": "dnn-book",
}


def use():
    """Sets the house style for all figures, and SVG and PNG as the output of a notebook's figures.

    JupyterLab shows no SVG of a notebook that it does not trust yet; the PNG is for it.
    """
    matplotlib.rcParams.update(RC)
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        _show_as_svg_and_png(shell)


def _show_as_svg_and_png(shell):
    from matplotlib_inline.backend_inline import set_matplotlib_formats
    from matplotlib_inline.config import InlineBackend

    # Without date and creator the same figure gives the same file.
    bare = {"metadata": {"Date": None, "Creator": None}}
    config = InlineBackend.instance(parent=shell)
    # The backend may start only after this cell and then reads its config, hence both.
    config.print_figure_kwargs = {"bbox_inches": "tight", **bare}
    config.figure_formats = {"svg", "png"}
    set_matplotlib_formats("svg", "png", **bare)


def to_dark(svg):
    """Recolours a stored SVG for the dark theme.

    Args:
        svg: The text of an SVG drawn in the house style.

    Returns:
        The same text with the colours of `DARK` replaced; data colours stay.
    """
    # Embedded images are base64, which has no "#", so they cannot be hit.
    return re.sub("|".join(DARK), lambda match: DARK[match[0].lower()], svg, flags=re.IGNORECASE)


def luminance(color):
    """Returns the relative luminance of a colour (WCAG 2.2): 0 is black, 1 is white."""
    rgb = np.asarray(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first, second):
    """Returns the contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def ink_on(color):
    """Returns the colour of text that reads best on a cell of the given colour."""
    return max((INK_ON_LIGHT, INK_ON_DARK), key=lambda ink: contrast(ink, color))


def symmetric_limits(array):
    """Returns (-m, m) with m the largest finite magnitude, so that zero is the middle of `DIVERGING`.

    Args:
        array: Numbers of any shape; NaN is left out.

    Returns:
        Two floats; (-1, 1) where nothing differs from zero.
    """
    finite = np.abs(np.asarray(array, dtype=float))
    finite = finite[np.isfinite(finite)]
    largest = float(finite.max()) if finite.size else 0.0
    return (-largest, largest) if largest > 0 else (-1.0, 1.0)
