"""A line with its band: a curve measured from several seeds."""


def line_with_band(x, band, ax, label=None, marker="o", **line):
    """Draws the middle of a band as a line, and its edges as a shade of the same colour.

    Args:
        x: Places along the horizontal axis, shape (n,).
        band: A `dnnlib.evaluation.bands.Band`, or any (middle, low, high, ...) of shape (n,) each.
        ax: Where to draw.
        label: Name in the legend.
        marker: Mark of each point, so that lines are told apart without colour.
        **line: More arguments of `Axes.plot`.

    Returns:
        The axes.

    Raises:
        ValueError: If the shapes differ.
    """
    middle, low, high = band[:3]
    if not len(x) == len(middle) == len(low) == len(high):
        raise ValueError(f"expected a band with a value for each of {len(x)} places, received {len(middle)}")
    (drawn,) = ax.plot(x, middle, marker=marker, label=label, **line)
    ax.fill_between(x, low, high, color=drawn.get_color(), alpha=0.18, linewidth=0)
    return ax
