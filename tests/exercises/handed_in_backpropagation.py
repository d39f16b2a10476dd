"""Wrong answers to the exercises on backpropagation, written from prompt and stub before any of them was checked."""

import numpy as np

HANDED_IN = {}


def wrong(exercise):
    """Returns a decorator that files a wrong answer under the exercise's name."""
    return HANDED_IN.setdefault(exercise, []).append


def conv1d(x, w, dy, s, p, d, *, flip=False, crop=True, bias=np.sum, tap=None, place=None, add=True, kernel=True):
    """A backward pass along one axis, right as it stands; each keyword makes it wrong."""
    tap, place = tap or (lambda t: t * d), place or (lambda o: o * s)
    padded = np.pad(np.asarray(x, float), p)
    dx, dw = np.zeros(len(padded) + 99), np.zeros(len(w))
    for o in range(len(dy)):
        for t in range(len(w)):
            i = place(o) + tap(t)
            weight = w[len(w) - 1 - t] if flip else w[t]
            dx[i] = dx[i] * add + dy[o] * weight
            if i < len(padded):
                dw[t] = dw[t] * kernel + dy[o] * padded[i]
    dx = dx[: len(padded)]
    return (dx[p : len(padded) - p] if crop else dx), dw, bias(dy)


for keywords in (
    {"flip": True},
    {"crop": False},
    {"bias": np.mean},
    {"bias": lambda dy: dy},
    {"tap": lambda t: t},
    {"place": lambda o: o},
    {"add": False},
    {"kernel": False},
    {"bias": lambda dy: -dy.sum()},
):
    HANDED_IN.setdefault("CONV1D_BACKWARD", []).append(
        lambda x, w, dy, s, p, d, keywords=keywords: conv1d(x, w, dy, s, p, d, **keywords)
    )


@wrong("CONV1D_BACKWARD")  # full convolution, whatever the stride and the dilation
def _(x, w, dy, s, p, d):
    dx = np.convolve(dy, w)
    dw = np.array([np.sum(dy * x[t : t + len(dy)]) if t + len(dy) <= len(x) else 0 for t in range(len(w))])
    return dx, dw, dy.sum()


@wrong("CONV1D_BACKWARD")  # kernel's gradient turned round
def _(x, w, dy, s, p, d):
    dx, dw, db = conv1d(x, w, dy, s, p, d)
    return dx, dw[::-1], db


@wrong("CONV1D_BACKWARD")  # means over the outputs
def _(x, w, dy, s, p, d):
    dx, dw, db = conv1d(x, w, dy, s, p, d)
    return dx, dw / len(dy), db


@wrong("CONV1D_BACKWARD")  # crops at the end alone
def _(x, w, dy, s, p, d):
    dx, dw, db = conv1d(x, w, dy, s, p, d, crop=False)
    return dx[: len(x)], dw, db


def pixel(dy, w, i, j, s, p, *, flip=False, divides=True, pad=True, stride=True, swap=False, total=True):
    """dL/dx at one pixel, right as it stands; each keyword makes it wrong."""
    value = 0.0
    for a in range(dy.shape[0]):
        for b in range(dy.shape[1]):
            u = i + (p if pad else 0) - a * (s if stride else 1)
            v = j + (p if pad else 0) - b * (s if stride else 1)
            if swap:
                u, v = v, u
            if 0 <= u < w.shape[0] and 0 <= v < w.shape[1]:
                weight = w[w.shape[0] - 1 - u, w.shape[1] - 1 - v] if flip else w[u, v]
                value = value * total + dy[a, b] * weight
    return value


for keywords in ({"flip": True}, {"pad": False}, {"stride": False}, {"swap": True}, {"total": False}):
    HANDED_IN.setdefault("PIXEL_GRADIENT", []).append(
        lambda dy, w, i, j, s, p, keywords=keywords: pixel(dy, w, i, j, s, p, **keywords)
    )


@wrong("PIXEL_GRADIENT")  # reads the outputs that stand under the kernel at the pixel
def _(dy, w, i, j, s, p):
    value = 0.0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            if 0 <= i + u < dy.shape[0] and 0 <= j + v < dy.shape[1]:
                value += dy[i + u, j + v] * w[u, v]
    return value


@wrong("PIXEL_GRADIENT")  # rounds down where the stride does not divide
def _(dy, w, i, j, s, p):
    value = 0.0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            a, b = (i + p - u) // s, (j + p - v) // s
            if 0 <= a < dy.shape[0] and 0 <= b < dy.shape[1]:
                value += dy[a, b] * w[u, v]
    return value


@wrong("PIXEL_GRADIENT")  # negative indices wrap around
def _(dy, w, i, j, s, p):
    value = 0.0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            a, b = i + p - u, j + p - v
            if a % s == 0 and b % s == 0 and a // s < dy.shape[0] and b // s < dy.shape[1]:
                value += dy[a // s, b // s] * w[u, v]
    return value


@wrong("PIXEL_GRADIENT")  # subtracts the padding
def _(dy, w, i, j, s, p):
    return pixel(dy, w, i - 2 * p, j - 2 * p, s, p)


@wrong("PIXEL_GRADIENT")  # mean over the outputs
def _(dy, w, i, j, s, p):
    return pixel(dy, w, i, j, s, p) / max(1, np.count_nonzero(dy))


@wrong("PIXEL_GRADIENT")  # sum of the weights, without the errors
def _(dy, w, i, j, s, p):
    return pixel(np.ones_like(dy), w, i, j, s, p)


@wrong("PIXEL_GRADIENT")  # the whole gradient
def _(dy, w, i, j, s, p):
    height, width = (dy.shape[0] - 1) * s + w.shape[0] - 2 * p, (dy.shape[1] - 1) * s + w.shape[1] - 2 * p
    return np.array([[pixel(dy, w, a, b, s, p) for b in range(width)] for a in range(height)])


def conv2d(x, w, dy, stride, padding, *, add=True, crop="middle", bias="sum", flip=False, steps=True, kernel="sum"):
    """The repaired backward pass of a convolution; each keyword brings a fault in or leaves one."""
    (kh, kw), p = w.shape[:2], padding
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(dy.shape[1]):
        for j in range(dy.shape[2]):
            top, left, error = (i * stride, j * stride, dy[:, i, j]) if steps else (i, j, dy[:, i, j])
            window = np.s_[:, top : top + kh, left : left + kw]
            deposit = np.einsum("nf,uvcf->nuvc", error, w[::-1, ::-1] if flip else w)
            dx[window] = deposit + (dx[window] if add else 0)
            share = np.einsum("nf,nuvc->uvcf", error, x[window])
            dw += share if kernel == "sum" else share / len(x)
    if crop == "start":
        dx = dx[:, : x.shape[1] - 2 * p, : x.shape[2] - 2 * p]
    elif crop == "middle":
        dx = dx[:, p : x.shape[1] - p, p : x.shape[2] - p]
    elif crop == "end":
        dx = dx[:, 2 * p :, 2 * p :]
    return dx, dw, {"sum": dy.sum((0, 1, 2)), "mean": dy.mean(0).sum((0, 1)), "one": dy[0].sum((0, 1)),
                    "all": dy.sum(), "means": dy.mean((0, 1, 2))}[bias]  # fmt: skip


for keywords in (
    {"add": False},
    {"crop": "start"},
    {"bias": "mean"},
    {"crop": "none"},
    {"bias": "all"},
    {"bias": "means"},
    {"flip": True},
    {"kernel": "mean"},
    {"crop": "end"},
    {"add": False, "crop": "start"},
    {"bias": "mean", "crop": "start"},
    {"bias": "one"},
):
    HANDED_IN.setdefault("REPAIR_CONV2D_BACKWARD", []).append(
        lambda x, w, dy, stride, padding, keywords=keywords: conv2d(x, w, dy, stride, padding, **keywords)
    )


def transposed(x, w, dy, s, *, flip=False, step=True, axes=False, add=True):
    """Gradients of a transposed convolution, right as they stand; each keyword makes them wrong."""
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            top, left = (i * s, j * s) if step else (i, j)
            window = dy[top : top + w.shape[0], left : left + w.shape[1]]
            dx[i, j] = np.einsum("uvc,uvcf->f", window, w[::-1, ::-1] if flip else w)
            dw = dw * add + np.einsum("uvc,f->uvcf", window, x[i, j])
    return dx, dw


@wrong("TRANSPOSED_BACKWARD")
def _(x, w, dy, s):
    return transposed(x, w, dy, s, flip=True)


@wrong("TRANSPOSED_BACKWARD")
def _(x, w, dy, s):
    return transposed(x, w, dy, s, step=False)


@wrong("TRANSPOSED_BACKWARD")
def _(x, w, dy, s):
    return transposed(x, w, dy, s, add=False)


@wrong("TRANSPOSED_BACKWARD")  # order of the two
def _(x, w, dy, s):
    return transposed(x, w, dy, s)[::-1]


@wrong("TRANSPOSED_BACKWARD")  # kernel's gradient turned
def _(x, w, dy, s):
    dx, dw = transposed(x, w, dy, s)
    return dx, dw[::-1, ::-1]


@wrong("TRANSPOSED_BACKWARD")  # kernel's gradient averaged
def _(x, w, dy, s):
    dx, dw = transposed(x, w, dy, s)
    return dx, dw / x[..., 0].size


@wrong("TRANSPOSED_BACKWARD")  # channels not summed
def _(x, w, dy, s):
    dx, dw = transposed(x, w[:, :, :1], dy[..., :1], s)
    return dx, transposed(x, w, dy, s)[1]


@wrong("TRANSPOSED_BACKWARD")  # one number of each window
def _(x, w, dy, s):
    dx = np.einsum("ijc,uvcf->ijf", dy[::s, ::s][: x.shape[0], : x.shape[1]], w)
    return dx, transposed(x, w, dy, s)[1]


@wrong("TRANSPOSED_BACKWARD")  # does the forward pass with dy
def _(x, w, dy, s):
    dx = np.zeros(x.shape)
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            dx += dy[u : u + x.shape[0], v : v + x.shape[1]] @ w[w.shape[0] - 1 - u, w.shape[1] - 1 - v]
    return dx, transposed(x, w, dy, s)[1]


@wrong("TRANSPOSED_BACKWARD")  # axes of the kernel's gradient
def _(x, w, dy, s):
    dx, dw = transposed(x, w, dy, s)
    return dx, dw.swapaxes(2, 3)


@wrong("CLIP_BY_NORM")  # each by itself
def _(a, b, limit):
    return tuple(g * min(1, limit / np.linalg.norm(g)) for g in (a, b))


@wrong("CLIP_BY_NORM")  # always to the limit
def _(a, b, limit):
    length = np.sqrt((a**2).sum() + (b**2).sum())
    return a * limit / length, b * limit / length


@wrong("CLIP_BY_NORM")  # numbers cut off
def _(a, b, limit):
    return np.clip(a, -limit, limit), np.clip(b, -limit, limit)


@wrong("CLIP_BY_NORM")  # lengths added
def _(a, b, limit):
    share = min(1, limit / (np.linalg.norm(a) + np.linalg.norm(b)))
    return a * share, b * share


@wrong("CLIP_BY_NORM")  # no root
def _(a, b, limit):
    share = min(1, limit / ((a**2).sum() + (b**2).sum()))
    return a * share, b * share


@wrong("CLIP_BY_NORM")  # divided by the length
def _(a, b, limit):
    length = np.sqrt((a**2).sum() + (b**2).sum())
    return (a / length, b / length) if length > limit else (a, b)


@wrong("CLIP_BY_NORM")  # the other way round
def _(a, b, limit):
    length = np.sqrt((a**2).sum() + (b**2).sum())
    return (a * limit / length, b * limit / length) if length < limit else (a, b)


@wrong("CLIP_BY_NORM")  # spectral norm
def _(a, b, limit):
    length = max(np.linalg.norm(a, 2), np.linalg.norm(b, 2))
    share = min(1, limit / length)
    return a * share, b * share


@wrong("CLIP_BY_NORM")  # ratio turned round
def _(a, b, limit):
    length = np.sqrt((a**2).sum() + (b**2).sum())
    return (a * length / limit, b * length / limit) if length > limit else (a, b)


@wrong("CLIP_BY_NORM")  # changed in place
def _(a, b, limit):
    length = np.sqrt((a**2).sum() + (b**2).sum())
    if length > limit:
        a *= limit / length
        b *= limit / length
    return a, b


@wrong("CLIP_BY_NORM")  # the first one alone decides
def _(a, b, limit):
    share = min(1, limit / np.linalg.norm(a))
    return a * share, b * share


@wrong("CLIP_BY_NORM")  # largest number
def _(a, b, limit):
    share = min(1, limit / max(np.abs(a).max(), np.abs(b).max()))
    return a * share, b * share


def states(x, first, kernel, recurrent, bias, f=np.tanh, before=None, keep=True, transposed=False):
    """States of a simple network, right as they stand; each keyword makes them wrong."""
    h, out = first, []
    for t in range(x.shape[1]):
        h = f(x[:, t] @ kernel + (h if keep else first) @ (recurrent.T if transposed else recurrent) + bias)
        out.append(h)
    return np.stack(out, axis=1)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias, transposed=True)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias, keep=False)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, np.zeros_like(first), kernel, recurrent, bias)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias, f=lambda z: z)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, 0 * bias)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias)[:, -1]


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return np.concatenate([first[:, None], states(x, first, kernel, recurrent, bias)], axis=1)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return np.concatenate([first[:, None], states(x, first, kernel, recurrent, bias)[:, :-1]], axis=1)


@wrong("RNN_STATES")  # time before batch
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias).swapaxes(0, 1)


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias, f=lambda z: np.maximum(z, 0))


@wrong("RNN_STATES")
def _(x, first, kernel, recurrent, bias):
    return states(x, first, kernel, recurrent, bias, f=lambda z: 1 / (1 + np.exp(-z)))


@wrong("RNN_STATES")  # tanh of the sum of tanhs
def _(x, first, kernel, recurrent, bias):
    h, out = first, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + bias) + h @ recurrent
        out.append(h)
    return np.stack(out, axis=1)


@wrong("RNN_STATES")  # the first axis is taken for time
def _(x, first, kernel, recurrent, bias):
    h, out = first[0], []
    for step in x[0]:
        h = np.tanh(step @ kernel + h @ recurrent + bias)
        out.append(h)
    return np.array(out)


def through_time(x, before_after, recurrent, grad, *, slope=lambda h: 1 - h**2, carry=True, turn=True, late=False,
                 sums=True, mean=False):  # fmt: skip
    """The repaired gradients; each keyword brings a fault in or leaves one."""
    to_kernel = np.zeros((x.shape[2], len(recurrent)))
    to_recurrent, to_bias = np.zeros(recurrent.shape), np.zeros(len(recurrent))
    carried = np.zeros(before_after[:, 0].shape)
    for t in reversed(range(x.shape[1])):
        before, after = before_after[:, t], before_after[:, t + 1]
        delta = (grad[:, t] + carried) * slope(after)
        to_kernel += x[:, t].T @ delta
        to_recurrent = to_recurrent * sums + (after if late else before).T @ delta
        to_bias += delta.sum(axis=0)
        if carry:
            carried = delta @ (recurrent.T if turn else recurrent)
    if mean:
        return to_kernel / x.shape[1], to_recurrent / x.shape[1], to_bias / x.shape[1]
    return to_kernel, to_recurrent, to_bias


for keywords in (
    {"slope": lambda h: 1 - h},
    {"sums": False},
    {"slope": lambda h: (1 - h) ** 2},
    {"slope": lambda h: 1 - np.tanh(h) ** 2},
    {"slope": lambda h: h * (1 - h)},
    {"slope": lambda h: 1 - np.abs(h)},
    {"carry": False},
    {"turn": False},
    {"late": True},
    {"mean": True},
    {"slope": lambda h: np.ones_like(h)},
    {"slope": lambda h: 1 + h**2},
):
    HANDED_IN.setdefault("REPAIR_GRADIENTS", []).append(
        lambda x, states, recurrent, grad, keywords=keywords: through_time(x, states, recurrent, grad, **keywords)
    )


def truncated(states, recurrent, grad, window, *, slope=True, late=False, turn=True, only=None, mean=False):
    """The truncated gradient, right as it stands; each keyword makes it wrong."""
    total = np.zeros(recurrent.shape)
    for t in range(grad.shape[1]) if only is None else only(grad.shape[1]):
        carried = grad[:, t]
        for s in range(t, max(t - window, -1), -1):
            delta = carried * (1 - states[:, s + 1] ** 2 if slope else 1)
            total += states[:, s + 1 if late else s].T @ delta
            carried = delta @ (recurrent.T if turn else recurrent)
    return total / grad.shape[1] if mean else total


for change, keywords in (
    (lambda window, steps: window + 1, {}),
    (lambda window, steps: window - 1, {}),
    (lambda window, steps: steps, {}),
    (lambda window, steps: 1, {}),
    (lambda window, steps: window, {"slope": False}),
    (lambda window, steps: window, {"late": True}),
    (lambda window, steps: window, {"turn": False}),
    (lambda window, steps: window, {"mean": True}),
    (lambda window, steps: window, {"only": lambda steps: [steps - 1]}),
):
    HANDED_IN.setdefault("TRUNCATED", []).append(
        lambda states, recurrent, grad, window, change=change, keywords=keywords: truncated(
            states, recurrent, grad, change(window, grad.shape[1]), **keywords
        )
    )


@wrong("TRUNCATED")  # the last steps of the sequence alone
def _(states, recurrent, grad, window):
    total, carried = np.zeros(recurrent.shape), 0
    for t in range(grad.shape[1] - 1, max(grad.shape[1] - 1 - window, -1), -1):
        delta = (grad[:, t] + carried) * (1 - states[:, t + 1] ** 2)
        total += states[:, t].T @ delta
        carried = delta @ recurrent.T
    return total


@wrong("TRUNCATED")  # cut into blocks
def _(states, recurrent, grad, window):
    total, carried = np.zeros(recurrent.shape), 0
    for t in reversed(range(grad.shape[1])):
        if (t + 1) % window == 0:
            carried = 0
        delta = (grad[:, t] + carried) * (1 - states[:, t + 1] ** 2)
        total += states[:, t].T @ delta
        carried = delta @ recurrent.T
    return total


@wrong("TRUNCATED")  # slope of the step before
def _(states, recurrent, grad, window):
    total = np.zeros(recurrent.shape)
    for t in range(grad.shape[1]):
        carried = grad[:, t]
        for s in range(t, max(t - window, -1), -1):
            delta = carried * (1 - states[:, s] ** 2)
            total += states[:, s].T @ delta
            carried = delta @ recurrent.T
    return total
