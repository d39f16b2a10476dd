"""What a look into a network found, layer by layer."""

import numpy as np

from dnnlib.plots import style

SHARES = (("zero", style.BLUE, "o"), ("dead", style.RUST, "s"), ("saturated", style.TEAL, "^"))
NORMS = (("gradient_norm", style.PINK, "o"), ("update_ratio", style.GOLD, "s"))


def layer_diagnosis(layers, shares, norms):
    """Draws the shares of zero, dead and saturated outputs beside the gradients' norms and the steps' sizes.

    Args:
        layers: The rows of a `dnnlib.models.diagnostics.Diagnosis`, first layer first: its `layers`.
        shares: The Axes of the shares, layers downwards.
        norms: The Axes of the norms (logarithmic; zeros and infinities are left out), layers downwards.

    Returns:
        The two Axes. The line at 0.001 marks the size that a step usually has, in parts of the weights.

    Raises:
        ValueError: If there are no layers.
    """
    if not layers:
        raise ValueError("layers: expected one row or more, received none")
    for ax, columns in ((shares, SHARES), (norms, NORMS)):
        for name, color, marker in columns:
            values = np.array([getattr(layer, name) for layer in layers], dtype=float)  # None becomes NaN
            shown = np.isfinite(values) & ((ax is shares) | (values > 0))
            if shown.any():
                ax.plot(values[shown], np.flatnonzero(shown), marker, color=color, label=name.replace("_", " "))
        ax.set_yticks(range(len(layers)), [layer.name for layer in layers] if ax is shares else [])
        ax.set_ylim(len(layers) - 0.5, -0.5)
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, columnspacing=1, handletextpad=0.2)
    shares.set(xlabel="share of outputs or units", xlim=(-0.05, 1.05))
    norms.set(xlabel="norm; ratio", xscale="log")
    norms.axvline(1e-3, color=style.MUTED, linewidth=1, linestyle=(0, (4, 2)))
    return shares, norms
