"""Wrong answers to the exercises on graphs and dense layers, written before any of them was checked."""

import numpy as np

HANDED_IN = {}


def file(exercise, *answers):
    """Files wrong answers under the exercise's name."""
    HANDED_IN.setdefault(exercise, []).extend(answers)


def sweep(slopes, start=1.0, skip_last=False, order=reversed, keep=True):
    """Reverse mode, right as it stands; each keyword makes it wrong."""
    n = len(slopes)
    grad = np.zeros(n)
    grad[-1] = start
    for i in order(range(n - skip_last)):
        for j in range(i):
            grad[j] = grad[j] * keep + grad[i] * slopes[i, j]
    return grad


def forward_mode(slopes, source):
    grown = np.zeros(len(slopes))
    grown[source] = 1
    for i in range(source + 1, len(slopes)):
        grown[i] = slopes[i] @ grown
    return grown


file(
    "REVERSE_MODE",
    lambda slopes: sweep(slopes, skip_last=True),
    lambda slopes: sweep(slopes, start=slopes[-1].max()),
    lambda slopes: sweep(slopes, keep=False),
    lambda slopes: sweep(slopes, order=iter),
    lambda slopes: sweep(slopes)[::-1],
    lambda slopes: np.sum(slopes, axis=0),
    lambda slopes: sweep(slopes)[:-1],
    lambda slopes: sweep(slopes) / np.maximum((slopes != 0).sum(axis=0), 1),
    lambda slopes: sweep(np.sign(slopes)),
    lambda slopes: np.linalg.inv(np.eye(len(slopes)) - slopes)[0],
    lambda slopes: forward_mode(slopes, 1),
    lambda slopes: slopes[-1] @ slopes,
)


def block(grad, x, w, slope=lambda u, z: 1 - u**2, straight=1.0, turn=True, through=1.0, mix=None):
    """The gradients of y = x + tanh(x w), right as they stand; each keyword makes them wrong."""
    z = x @ w
    delta = grad * slope(np.tanh(z), z)
    dx = straight * grad + through * (delta @ (w.T if turn else w))
    return dx, x.T @ (delta if mix is None else mix(delta, grad))


file(
    "RESIDUAL_BACKWARD",
    lambda grad, x, w: block(grad, x, w, slope=lambda u, z: 1 - z**2),
    lambda grad, x, w: block(grad, x, w, slope=lambda u, z: 1 - np.tanh(u) ** 2),
    lambda grad, x, w: block(grad, x, w, slope=lambda u, z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    lambda grad, x, w: block(grad, x, w, straight=2.0),
    lambda grad, x, w: block(grad, x, w, through=-1.0),
    lambda grad, x, w: block(grad, x, w, turn=False),
    lambda grad, x, w: block(grad, x, w, mix=lambda delta, grad: delta + grad),
    lambda grad, x, w: block(grad, x, w)[::-1],
    lambda grad, x, w: (block(grad, x, w)[0], block(grad, x, w)[1] / len(x)),
    lambda grad, x, w: (block(grad, x, w)[0], (x + np.tanh(x @ w)).T @ (grad * (1 - np.tanh(x @ w) ** 2))),
    lambda grad, x, w: (grad * (1 - np.tanh(x @ w) ** 2), block(grad, x, w)[1]),
    lambda grad, x, w: (grad @ w.T + grad, block(grad, x, w)[1]),
)


def step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: z > 0, early=False, scale=1.0, share=np.sum, both=True, of=None):
    """The repaired step, right as it stands; each keyword brings a fault in or leaves one."""
    z = x @ w1 + b1
    h = np.maximum(z, 0)
    delta = scale * (h @ w2 + b2 - t) / len(x)
    new_w2 = w2 - rate * h.T @ delta
    hidden = delta @ (new_w2 if early else w2).T
    hidden = hidden * mask(z, hidden)
    seen = x if of is None else of(x, h)
    new_b1 = b1 - rate * share(hidden, axis=0) if both else b1
    return w1 - rate * seen.T @ hidden, new_b1, new_w2, b2 - rate * share(delta, axis=0)


file(
    "REPAIR_TRAINING_STEP",
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, early=True),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: g > 0),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: z < 0),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: np.abs(g) > 0),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: np.maximum(z, 0)),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, scale=2.0),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, scale=-1.0),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, share=np.mean),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, both=False),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, mask=lambda z, g: (z > 0).all(axis=0)),
    lambda x, t, w1, b1, w2, b2, rate: step(x, t, w1, b1, w2, b2, rate, scale=len(x)),
)


def mixture(grad, z, v, axis=1, inner=lambda dp, p: (dp * p).sum(axis=1, keepdims=True), front=lambda p: p, of=None):
    """The gradients of y = softmax(z) v, right as they stand; each keyword makes them wrong."""
    p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
    dp = grad @ v.T
    return front(p) * (dp - inner(dp, p)), (p if of is None else of(p, z)).T @ grad


file(
    "MIXTURE_BACKWARD",
    lambda grad, z, v: mixture(grad, z, v, axis=0),
    lambda grad, z, v: mixture(grad, z, v, inner=lambda dp, p: 0),
    lambda grad, z, v: mixture(grad, z, v, inner=lambda dp, p: dp * p),
    lambda grad, z, v: mixture(grad, z, v, inner=lambda dp, p: dp.mean(axis=1, keepdims=True)),
    lambda grad, z, v: mixture(grad, z, v, front=lambda p: p * (1 - p)),
    lambda grad, z, v: mixture(grad, z, v, front=lambda p: 1),
    lambda grad, z, v: mixture(grad, z, v, of=lambda p, z: np.exp(z)),
    lambda grad, z, v: (mixture(grad, z, v)[0], mixture(grad, z, v)[1] / len(z)),
    lambda grad, z, v: (-mixture(grad, z, v)[0], mixture(grad, z, v)[1]),
    lambda grad, z, v: (mixture(grad, z, v)[0] / len(z), mixture(grad, z, v)[1]),
    lambda grad, z, v: (np.zeros_like(z) + (grad @ v.T).sum(axis=1, keepdims=True), mixture(grad, z, v)[1]),
)
