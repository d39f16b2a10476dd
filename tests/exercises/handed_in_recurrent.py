"""Wrong answers to the exercises on recurrent networks, written from prompt and stub before any of them was checked."""

import numpy as np

HANDED_IN = {}


def states(x, first, kernel, recurrent, bias, *, cell=np.tanh, keep=lambda states: states, mix=None, start=None):
    """All states, right as it stands; each keyword makes it wrong."""
    mix = mix or (lambda x_t, h, t: x_t @ kernel + h @ recurrent + bias)
    h, out = first if start is None else start(first), []
    for t in range(x.shape[1]):
        h = cell(mix(x[:, t], h, t))
        out.append(h)
    return keep(np.stack(out, axis=1))


for _keywords in (
    {"cell": lambda z: np.maximum(z, 0)},
    {"keep": lambda states: states[:, -1]},
    {"keep": lambda states: np.swapaxes(states, 0, 1)},
    {"keep": lambda states: states[:, ::-1]},
    {"keep": lambda states: states.mean(axis=1)},
    {"start": lambda first: np.tanh(first)},
    {"start": lambda first: np.ones_like(first)},
    {"cell": lambda z: 1 - z**2},
):
    HANDED_IN.setdefault("RNN_STATES", []).append(
        lambda x, first, kernel, recurrent, bias, keywords=_keywords: states(
            x, first, kernel, recurrent, bias, **keywords
        )
    )


def mixed(rule):
    """Files a wrong sum before the tanh."""
    HANDED_IN["RNN_STATES"].append(
        lambda x, first, kernel, recurrent, bias: states(
            x, first, kernel, recurrent, bias, mix=lambda x_t, h, t: rule(x_t, h, t, kernel, recurrent, bias)
        )
    )


mixed(lambda x_t, h, t, w, u, b: x_t @ w - h @ u + b)
mixed(lambda x_t, h, t, w, u, b: x_t @ w + h * np.diag(u) + b)
mixed(lambda x_t, h, t, w, u, b: x_t @ w + (h @ u + b if t else b))
mixed(lambda x_t, h, t, w, u, b: x_t @ w + h + b)
mixed(lambda x_t, h, t, w, u, b: (x_t @ w + b) * (h @ u))
mixed(lambda x_t, h, t, w, u, b: x_t @ w + np.tanh(h) @ u + b)


def gradients(x, states, u, grad, *, slope=None, back=None, arriving=None, add=True, recurrent=None, ends=None):
    """Backpropagation through time, right as it stands; each keyword makes it wrong."""
    slope, back = slope or (lambda h: 1 - h**2), back or (lambda delta: delta @ u.T)
    arriving, recurrent = arriving or (lambda t, later: grad[:, t] + later), recurrent or (lambda t: states[:, t])
    dw, du, db, later = np.zeros((x.shape[2], len(u))), np.zeros(u.shape), np.zeros(len(u)), 0
    for t in reversed(range(x.shape[1])):
        delta = arriving(t, later) * slope(states[:, t + 1])
        dw, du, db = dw * add + x[:, t].T @ delta, du * add + recurrent(t).T @ delta, db * add + delta.sum(axis=0)
        later = back(delta)
    return ends(dw, du, db) if ends else (dw, du, db)


def broken(**keywords):
    """Files a wrong backward pass; a keyword may need the arguments, and is then a function of them."""
    HANDED_IN.setdefault("REPAIR_GRADIENTS", []).append(
        lambda x, states, recurrent, grad: gradients(
            x, states, recurrent, grad, **{k: v(x, states, recurrent, grad) for k, v in keywords.items()}
        )
    )


broken(slope=lambda *_: lambda h: h * (1 - h))
broken(slope=lambda *_: lambda h: 1 - np.tanh(h) ** 2)
broken(slope=lambda *_: lambda h: h**2)
broken(slope=lambda *_: lambda h: 1 - np.abs(h))
broken(back=lambda x, h, u, g: lambda delta: delta * np.diag(u))
broken(add=lambda *_: 0)
broken(arriving=lambda x, h, u, g: lambda t, later: g[:, t] * (1 + 0 * h[:, 0]) - later)
broken(arriving=lambda x, h, u, g: lambda t, later: g[:, -1] + later)
broken(recurrent=lambda x, h, u, g: lambda t: h[:, 0])
broken(ends=lambda *_: lambda dw, du, db: (dw, du.T, db))
broken(ends=lambda *_: lambda dw, du, db: (dw, du, np.zeros_like(db)))
broken(ends=lambda x, h, u, g: lambda dw, du, db: (dw / len(x), du / len(x), db / len(x)))

HANDED_IN["CLIP_BY_NORM"] = [
    lambda to_kernel, to_recurrent, limit: (np.minimum(to_kernel, limit), np.minimum(to_recurrent, limit)),
    lambda to_kernel, to_recurrent, limit: (to_kernel, to_recurrent),
    lambda to_kernel, to_recurrent, limit: (np.tanh(to_kernel) * limit, np.tanh(to_recurrent) * limit),
    lambda to_kernel, to_recurrent, limit: (limit * np.sign(to_kernel), limit * np.sign(to_recurrent)),
    lambda to_kernel, to_recurrent, limit: tuple(
        g * min(1, limit / np.linalg.norm(g, 2)) for g in (to_kernel, to_recurrent)
    ),
    lambda to_kernel, to_recurrent, limit: tuple(limit * g / np.linalg.norm(g) for g in (to_kernel, to_recurrent)),
    lambda to_kernel, to_recurrent, limit: tuple(
        g * min(1, limit / np.sqrt(np.mean(g**2))) for g in (to_kernel, to_recurrent)
    ),
    lambda to_kernel, to_recurrent, limit: tuple(
        g * limit / max(np.abs(to_kernel).max(), np.abs(to_recurrent).max()) for g in (to_kernel, to_recurrent)
    ),
    lambda to_kernel, to_recurrent, limit: tuple(
        g * min(1, np.sqrt(limit) / np.sqrt((to_kernel**2).sum() + (to_recurrent**2).sum()))
        for g in (to_kernel, to_recurrent)
    ),
    lambda to_kernel, to_recurrent, limit: tuple(
        g * min(1, limit / np.sqrt((to_kernel**2).sum() + (to_recurrent**2).sum()))
        for g in (to_recurrent, to_kernel)
    ),
]  # fmt: skip


def truncated(states, u, grad, window, *, first=None, steps=None, slope=None, back=None, before=0, ends=None):
    """The truncated gradient, right as it stands; each keyword makes it wrong."""
    total, slope, back = np.zeros(u.shape), slope or (lambda h: 1 - h**2), back or (lambda delta: delta @ u.T)
    for t in range(grad.shape[1]):
        carried = grad[:, t] if first is None else first(t)
        for k in range(min(window, t + 1) if steps is None else steps(t)):
            delta = carried * slope(states[:, t - k + 1])
            total += states[:, t - k + before].T @ delta
            carried = back(delta)
    return total if ends is None else ends(total)


def cut(**keywords):
    """Files a wrong truncation."""
    HANDED_IN.setdefault("TRUNCATED", []).append(
        lambda states, recurrent, grad, window: truncated(
            states, recurrent, grad, window, **{k: v(states, recurrent, grad, window) for k, v in keywords.items()}
        )
    )


cut(steps=lambda h, u, g, w: lambda t: min(w, t))
cut(steps=lambda h, u, g, w: lambda t: t + 1 if t >= g.shape[1] - w else 0)
cut(steps=lambda h, u, g, w: lambda t: min(w, t + 1) if t == g.shape[1] - 1 else 1)
cut(slope=lambda *_: lambda h: h * (1 - h))
cut(back=lambda h, u, g, w: lambda delta: delta)
cut(back=lambda h, u, g, w: lambda delta: 0 * delta)
cut(first=lambda h, u, g, w: lambda t: g.sum(axis=1))
cut(first=lambda h, u, g, w: lambda t: g[:, 0])
cut(ends=lambda *_: lambda total: total.T)
cut(ends=lambda h, u, g, w: lambda total: total / w)
cut(ends=lambda h, u, g, w: lambda total: total / g.shape[1])
