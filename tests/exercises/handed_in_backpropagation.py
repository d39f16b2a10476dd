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


def sweep(slopes, *, add=True, order=-1, turned=False, start=1.0):
    """The sweep through a graph, right as it stands; each keyword makes it wrong."""
    n = len(slopes)
    s = slopes.T if turned else slopes
    grad = np.zeros(n)
    grad[-1] = start
    for i in range(n)[::order]:
        for j in range(n):
            if s[i, j] != 0:
                grad[j] = (grad[j] if add else 0) + s[i, j] * grad[i]
    return grad


for keywords in ({"add": False}, {"order": 1}, {"turned": True}):
    HANDED_IN.setdefault("REVERSE_MODE", []).append(lambda slopes, keywords=keywords: sweep(slopes, **keywords))


@wrong("REVERSE_MODE")  # the last edge alone
def _(slopes):
    grad = slopes[-1].copy()
    grad[-1] = 1
    return grad


@wrong("REVERSE_MODE")  # forward mode from the first node
def _(slopes):
    grown = np.zeros(len(slopes))
    grown[0] = 1
    for i in range(1, len(slopes)):
        grown[i] = slopes[i] @ grown
    return grown


@wrong("REVERSE_MODE")  # slopes not multiplied along the path
def _(slopes):
    grad = slopes.sum(axis=0)
    grad[-1] = 1
    return grad


@wrong("REVERSE_MODE")  # starts at zero
def _(slopes):
    return sweep(slopes, start=0.0)


@wrong("REVERSE_MODE")  # the last node is left out
def _(slopes):
    return sweep(slopes)[:-1]


@wrong("REVERSE_MODE")  # two levels and no more
def _(slopes):
    grad = slopes[-1] + slopes[-1] @ slopes
    grad[-1] = 1
    return grad


@wrong("REVERSE_MODE")  # last node first
def _(slopes):
    return sweep(slopes)[::-1]


@wrong("REVERSE_MODE")  # the end's gradient is not 1 but what leaves it
def _(slopes):
    grad = sweep(slopes)
    grad[-1] = 0
    return grad


def residual(grad, x, w, *, shortcut=True, slope=lambda y: 1 - y**2, turn=True, bent=True, of=None, extra=False):
    """Backward through y = x + tanh(x w), right as it stands; each keyword makes it wrong."""
    y = np.tanh(x @ w)
    delta = grad * slope((x + y) if of == "output" else x @ w if of == "sum" else y) if bent else grad
    dx = delta @ (w.T if turn else w) + (grad if shortcut else 0)
    return dx, x.T @ delta + (x.T @ grad if extra else 0)


for keywords in (
    {"shortcut": False},
    {"turn": False},
    {"bent": False},
    {"of": "output"},
    {"of": "sum"},
    {"extra": True},
    {"slope": lambda y: 1 - y},
    {"slope": lambda y: y * (1 - y)},
):
    HANDED_IN.setdefault("RESIDUAL_BACKWARD", []).append(
        lambda grad, x, w, keywords=keywords: residual(grad, x, w, **keywords)
    )


@wrong("RESIDUAL_BACKWARD")  # 1 in place of the gradient
def _(grad, x, w):
    dx, dw = residual(grad, x, w, shortcut=False)
    return 1 + dx, dw


@wrong("RESIDUAL_BACKWARD")  # x in place of the gradient
def _(grad, x, w):
    dx, dw = residual(grad, x, w, shortcut=False)
    return x + dx, dw


@wrong("RESIDUAL_BACKWARD")  # the product through both
def _(grad, x, w):
    delta = grad * (1 - np.tanh(x @ w) ** 2)
    return grad * (delta @ w.T), x.T @ delta


@wrong("RESIDUAL_BACKWARD")  # transposed
def _(grad, x, w):
    dx, dw = residual(grad, x, w)
    return dx, dw.T


@wrong("RESIDUAL_BACKWARD")  # mean over the batch
def _(grad, x, w):
    dx, dw = residual(grad, x, w)
    return dx, dw / len(x)


def shares(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("MIXTURE_BACKWARD")  # the diagonal alone
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (1 - p) * dp, p.T @ grad


@wrong("MIXTURE_BACKWARD")  # without the softmax
def _(grad, z, v):
    return grad @ v.T, shares(z).T @ grad


@wrong("MIXTURE_BACKWARD")  # the part that is subtracted forgotten
def _(grad, z, v):
    p = shares(z)
    return p * (grad @ v.T), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # over the batch
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (dp - (p * dp).sum(axis=0)), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # softmax over the batch
def _(grad, z, v):
    p, dp = shares(z, axis=0), grad @ v.T
    return p * (dp - (p * dp).sum(axis=1, keepdims=True)), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # mean for the sum
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (dp - (p * dp).mean(axis=1, keepdims=True)), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # without the factor in front
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return dp - (p * dp).sum(axis=1, keepdims=True), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # plain sum of dp
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (dp - dp.sum(axis=1, keepdims=True)), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # with the scores for the shares
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (dp - (p * dp).sum(axis=1, keepdims=True)), z.T @ grad


@wrong("MIXTURE_BACKWARD")  # sign
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p * (dp + (p * dp).sum(axis=1, keepdims=True)), p.T @ grad


@wrong("MIXTURE_BACKWARD")  # cross-entropy's rule
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p - dp, p.T @ grad


@wrong("MIXTURE_BACKWARD")  # order of the two
def _(grad, z, v):
    p, dp = shares(z), grad @ v.T
    return p.T @ grad, p * (dp - (p * dp).sum(axis=1, keepdims=True))


def one_step(x, t, w1, b1, w2, b2, rate, *, late=False, mask="h", mean=True, turn=True, bias="sum", up=False):
    """The repaired training step; each keyword brings a fault in or leaves one."""
    h = np.maximum(x @ w1 + b1, 0)
    delta = (h @ w2 + b2 - t) / (len(x) if mean else 1)
    new_w2 = w2 - rate * h.T @ delta
    hidden = delta @ ((new_w2 if late else w2).T if turn else (new_w2 if late else w2))
    if mask == "h":
        hidden = hidden * (h > 0)
    elif mask == "gradient":
        hidden = hidden * (hidden > 0)
    elif mask == "both":
        hidden = hidden * (h > 0) * (hidden > 0)
    elif mask == "value":
        hidden = hidden * h
    sign = -1 if up else 1
    new_b1 = b1 - rate * (hidden.sum(axis=0) if bias == "sum" else hidden.mean(axis=0))
    return w1 - sign * rate * x.T @ hidden, new_b1, new_w2, b2 - rate * delta.sum(axis=0)


for keywords in (
    {"late": True},
    {"mask": "gradient"},
    {"mask": "none"},
    {"mask": "both"},
    {"mask": "value"},
    {"mean": False},
    {"bias": "mean"},
    {"up": True},
    {"late": True, "mask": "none"},
):
    HANDED_IN.setdefault("REPAIR_TRAINING_STEP", []).append(
        lambda x, t, w1, b1, w2, b2, rate, keywords=keywords: one_step(x, t, w1, b1, w2, b2, rate, **keywords)
    )


@wrong("REPAIR_TRAINING_STEP")  # the layers in another order
def _(x, t, w1, b1, w2, b2, rate):
    w1, b1, w2, b2 = one_step(x, t, w1, b1, w2, b2, rate)
    return w2, b2, w1, b1


@wrong("REPAIR_TRAINING_STEP")  # the gradients in place of the weights
def _(x, t, w1, b1, w2, b2, rate):
    new = one_step(x, t, w1, b1, w2, b2, rate)
    return tuple((old - one) / rate for old, one in zip((w1, b1, w2, b2), new, strict=True))


@wrong("CARRY_PATH")  # with the gate of its own step
def _(forget):
    return np.cumprod(forget[:, ::-1], axis=1)[:, ::-1]


@wrong("CARRY_PATH")  # from the start
def _(forget):
    return np.cumprod(forget, axis=1)


@wrong("CARRY_PATH")  # sums
def _(forget):
    return np.cumsum(forget[:, ::-1], axis=1)[:, ::-1] - forget


@wrong("CARRY_PATH")  # the whole product everywhere
def _(forget):
    return np.broadcast_to(forget.prod(axis=1, keepdims=True), forget.shape).copy()


@wrong("CARRY_PATH")  # over the batch
def _(forget):
    path = np.ones(forget.shape)
    path[:-1] = np.cumprod(forget[:0:-1], axis=0)[::-1]
    return path


@wrong("CARRY_PATH")  # one too far
def _(forget):
    path = np.ones(forget.shape)
    path[:, :-2] = np.cumprod(forget[:, :1:-1], axis=1)[:, ::-1]
    return path


@wrong("CARRY_PATH")  # the last one is zero
def _(forget):
    path = np.zeros(forget.shape)
    path[:, :-1] = np.cumprod(forget[:, :0:-1], axis=1)[:, ::-1]
    return path


@wrong("CARRY_PATH")  # not turned back
def _(forget):
    path = np.ones(forget.shape)
    path[:, 1:] = np.cumprod(forget[:, :0:-1], axis=1)
    return path


@wrong("CARRY_PATH")  # a power of the gate
def _(forget):
    left = np.arange(forget.shape[1])[::-1]
    return forget ** left[:, None]


@wrong("CARRY_PATH")  # one step shorter
def _(forget):
    return np.cumprod(forget[:, :0:-1], axis=1)[:, ::-1]


@wrong("CARRY_PATH")  # what is lost
def _(forget):
    path = np.ones(forget.shape)
    path[:, :-1] = np.cumprod(1 - forget[:, :0:-1], axis=1)[:, ::-1]
    return path


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru(x, h, kernel, recurrent_kernel, bias, *, after=False, swap=False, keep=True, bend=np.tanh, reset=True,
        gate=sigmoid, turn=False):  # fmt: skip
    """A step of a GRU, right as it stands; each keyword makes it wrong."""
    wz, wr, wg = np.split(kernel, 3, axis=1)
    uz, ur, ug = (u.T if turn else u for u in np.split(recurrent_kernel, 3, axis=1))
    bz, br, bg = np.split(bias, 3)
    if swap:
        (wz, wr), (uz, ur), (bz, br) = (wr, wz), (ur, uz), (br, bz)
    z, r = gate(x @ wz + h @ uz + bz), gate(x @ wr + h @ ur + br)
    past = r * (h @ ug) if after else ((r * h) if reset else h) @ ug
    g = bend(x @ wg + past + bg)
    return z * h + (1 - z) * g if keep else (1 - z) * h + z * g


for keywords in (
    {"after": True},
    {"swap": True},
    {"keep": False},
    {"reset": False},
    {"bend": lambda a: a},
    {"bend": sigmoid},
    {"gate": np.tanh},
    {"turn": True},
):
    HANDED_IN.setdefault("GRU_STEP", []).append(
        lambda x, h, kernel, recurrent_kernel, bias, keywords=keywords: gru(
            x, h, kernel, recurrent_kernel, bias, **keywords
        )
    )


@wrong("GRU_STEP")  # no bias
def _(x, h, kernel, recurrent_kernel, bias):
    return gru(x, h, kernel, recurrent_kernel, 0 * bias)


@wrong("GRU_STEP")  # the candidate alone is added
def _(x, h, kernel, recurrent_kernel, bias):
    z = sigmoid((x @ kernel + h @ recurrent_kernel + bias)[:, : h.shape[1]])
    full = gru(x, h, kernel, recurrent_kernel, bias)
    return full - z * h + h


@wrong("GRU_STEP")  # the candidate is returned
def _(x, h, kernel, recurrent_kernel, bias):
    units = h.shape[1]
    r = sigmoid((x @ kernel + h @ recurrent_kernel + bias)[:, units : 2 * units])
    return np.tanh(x @ kernel[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :] + bias[2 * units :])


@wrong("GRU_STEP")  # columns dealt out in turn
def _(x, h, kernel, recurrent_kernel, bias):
    def dealt(a):
        return np.concatenate([a[..., k::3] for k in range(3)], axis=-1)

    return gru(x, h, dealt(kernel), dealt(recurrent_kernel), dealt(bias))


def gru_back(
    dh, h, z, r, g, recurrent_kernel, *, kept=True, dz_sign=1, through=True, slope=True, reset=True, wide=True
):
    """The repaired way back; each keyword brings a fault in or leaves one."""
    uz, ur, ug = np.split(recurrent_kernel, 3, axis=1)
    dg = dh * (1 - z) * (1 - g**2 if slope else 1)
    dz = dz_sign * dh * (h - g) * z * (1 - z)
    back = dg @ ug.T
    dr = back * h * r * (1 - r)
    before = (dz @ uz.T + dr @ ur.T if wide else 0) + (back * (r if reset else 1) if through else 0)
    return np.concatenate([dz, dr, dg], axis=1), before + (dh * z if kept else 0)


for keywords in (
    {"kept": False},
    {"dz_sign": -1},
    {"kept": False, "dz_sign": -1},
    {"through": False},
    {"reset": False},
    {"wide": False},
    {"slope": False},
):
    HANDED_IN.setdefault("REPAIR_GRU_BACKWARD", []).append(
        lambda dh, h, z, r, g, recurrent_kernel, keywords=keywords: gru_back(
            dh, h, z, r, g, recurrent_kernel, **keywords
        )
    )


@wrong("REPAIR_GRU_BACKWARD")  # keeps by 1 - z
def _(dh, h, z, r, g, recurrent_kernel):
    ds, before = gru_back(dh, h, z, r, g, recurrent_kernel, kept=False)
    return ds, before + dh * (1 - z)


@wrong("REPAIR_GRU_BACKWARD")  # all of it is kept
def _(dh, h, z, r, g, recurrent_kernel):
    ds, before = gru_back(dh, h, z, r, g, recurrent_kernel, kept=False)
    return ds, before + dh


@wrong("REPAIR_GRU_BACKWARD")  # the state for the gradient
def _(dh, h, z, r, g, recurrent_kernel):
    ds, before = gru_back(dh, h, z, r, g, recurrent_kernel, kept=False)
    return ds, before + h * z


@wrong("REPAIR_GRU_BACKWARD")  # z's slope without the candidate
def _(dh, h, z, r, g, recurrent_kernel):
    uz, ur, ug = np.split(recurrent_kernel, 3, axis=1)
    dg, dz = dh * (1 - z) * (1 - g**2), dh * h * z * (1 - z)
    back = dg @ ug.T
    dr = back * h * r * (1 - r)
    return np.concatenate([dz, dr, dg], axis=1), dz @ uz.T + dr @ ur.T + back * r + dh * z


@wrong("REPAIR_GRU_BACKWARD")  # the way of reset_after
def _(dh, h, z, r, g, recurrent_kernel):
    uz, ur, ug = np.split(recurrent_kernel, 3, axis=1)
    dg, dz = dh * (1 - z) * (1 - g**2), dh * (h - g) * z * (1 - z)
    dr = dg * (h @ ug) * r * (1 - r)
    return np.concatenate([dz, dr, dg], axis=1), dz @ uz.T + dr @ ur.T + (dg * r) @ ug.T + dh * z


@wrong("REVERSE_SEQUENCES")  # the padding too
def _(x, lengths):
    return x[:, ::-1]


@wrong("REVERSE_SEQUENCES")  # zeros behind
def _(x, lengths):
    out = np.zeros_like(x)
    for n, length in enumerate(lengths):
        out[n, :length] = x[n, :length][::-1]
    return out


@wrong("REVERSE_SEQUENCES")  # padding comes first
def _(x, lengths):
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n] = np.concatenate([x[n, length:], x[n, :length][::-1]])
    return out


@wrong("REVERSE_SEQUENCES")  # the first one is left
def _(x, lengths):
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n, :length] = x[n, length:0:-1]
    return out


@wrong("REVERSE_SEQUENCES")  # in place
def _(x, lengths):
    for n, length in enumerate(lengths):
        x[n, :length] = x[n, :length][::-1].copy()
    return x


@wrong("REVERSE_SEQUENCES")  # the shortest length for all
def _(x, lengths):
    out = x.copy()
    out[:, : min(lengths)] = x[:, : min(lengths)][:, ::-1]
    return out


@wrong("REVERSE_SEQUENCES")  # the features too
def _(x, lengths):
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n, :length] = x[n, :length][::-1, ::-1]
    return out


@wrong("REVERSE_SEQUENCES")  # the other way round: padding is turned
def _(x, lengths):
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n, length:] = x[n, length:][::-1]
    return out


@wrong("REVERSE_SEQUENCES")  # one too many
def _(x, lengths):
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n, : length + 1] = x[n, : length + 1][::-1]
    return out


@wrong("REVERSE_SEQUENCES")  # the batch
def _(x, lengths):
    return x[::-1]


@wrong("REVERSE_SEQUENCES")  # nothing
def _(x, lengths):
    return x.copy()


@wrong("REVERSE_SEQUENCES")  # a list of sequences without padding
def _(x, lengths):
    return [x[n, :length][::-1] for n, length in enumerate(lengths)]
