"""Whole wrong functions, as students hand them in; all were written before any of them was checked."""

# ruff: noqa: B007, B905, E731, E741, F841 – left as handed in
import numpy as np

HANDED_IN = {}


def wrong(exercise):
    """Returns a decorator that files a wrong answer under the exercise's name."""
    return HANDED_IN.setdefault(exercise, []).append


@wrong("RELU_BACKWARD")  # returns the local derivative, forgets the chain rule
def _(x, grad):
    return np.where(x > 0, 1.0, 0.0)


@wrong("RELU_BACKWARD")  # applies ReLU to the gradient
def _(x, grad):
    return np.maximum(grad, 0)


@wrong("RELU_BACKWARD")  # guided backprop: mask by both
def _(x, grad):
    dx = grad.copy()
    dx[x <= 0] = 0
    dx[grad <= 0] = 0
    return dx


@wrong("RELU_BACKWARD")  # multiplies the gradient by the output
def _(x, grad):
    y = np.maximum(x, 0)
    return y * grad


@wrong("RELU_BACKWARD")  # loop sets what should be passed to zero
def _(x, grad):
    out = np.zeros(x.shape)
    flat_x, flat_g, flat_o = x.ravel(), grad.ravel(), out.reshape(-1)
    for i in range(len(flat_x)):
        if flat_x[i] < 0:
            flat_o[i] = flat_g[i]
    return out


@wrong("RELU_BACKWARD")  # gradient one where x == 0
def _(x, grad):
    mask = np.ones_like(x)
    mask[x < 0] = 0
    return mask * grad


@wrong("RELU_BACKWARD")  # only one axis of loops: works for 1-D only
def _(x, grad):
    return np.array([g if v > 0 else 0 for v, g in zip(x, grad)])


@wrong("RELU_BACKWARD")  # leaky: a little slope on the left
def _(x, grad):
    slope = np.where(x > 0, 1, 0.01)
    return grad * slope


@wrong("SOFTMAX")  # shift by the largest of the whole batch
def _(scores):
    e = np.exp(scores - np.max(scores))
    return e / np.sum(e, axis=1, keepdims=True)


@wrong("SOFTMAX")  # no shift
def _(scores):
    out = np.zeros(scores.shape)
    for n in range(scores.shape[0]):
        e = np.exp(scores[n])
        out[n] = e / e.sum()
    return out


@wrong("SOFTMAX")  # clips the scores instead of shifting
def _(scores):
    clipped = np.clip(scores, -500, 500)
    e = np.exp(clipped)
    return e / e.sum(axis=1, keepdims=True)


@wrong("SOFTMAX")  # divides by the sum of all
def _(scores):
    m = scores.max(axis=1)[:, None]
    e = np.exp(scores - m)
    return e / e.sum()


@wrong("SOFTMAX")  # divides the scores by their maximum
def _(scores):
    biggest = scores.max(axis=1, keepdims=True)
    e = np.exp(scores / biggest)
    return e / e.sum(axis=1, keepdims=True)


@wrong("SOFTMAX")  # axis 0 throughout
def _(scores):
    shifted = scores - scores.max(axis=0)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=0)


@wrong("SOFTMAX")  # normalises by the largest: hard maximum
def _(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.max(axis=1, keepdims=True)


@wrong("SOFTMAX")  # log-softmax returned
def _(scores):
    s = scores - scores.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))


@wrong("SOFTMAX")  # subtracts the mean instead of the maximum
def _(scores):
    centred = scores - scores.mean(axis=1, keepdims=True)
    e = np.exp(centred)
    return e / e.sum(axis=1, keepdims=True)


@wrong("CROSS_ENTROPY")  # gradient not averaged
def _(scores, labels):
    N = scores.shape[0]
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    loss = np.mean([-np.log(probs[i, labels[i]]) for i in range(N)])
    onehot = np.zeros_like(probs)
    onehot[range(N), labels] = 1
    return loss, probs - onehot


@wrong("CROSS_ENTROPY")  # loss summed, gradient averaged
def _(scores, labels):
    N = len(labels)
    e = np.exp(scores)
    probs = e / e.sum(axis=1, keepdims=True)
    loss = 0
    for i in range(N):
        loss -= np.log(probs[i, labels[i]])
    grad = probs.copy()
    for i in range(N):
        grad[i, labels[i]] -= 1
    return loss, grad / N


@wrong("CROSS_ENTROPY")  # gradient with respect to the probabilities
def _(scores, labels):
    n = len(scores)
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), labels]).mean()
    grad = np.zeros_like(p)
    grad[np.arange(n), labels] = -1 / p[np.arange(n), labels]
    return loss, grad / n


@wrong("CROSS_ENTROPY")  # gradient divided by all entries
def _(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(scores.shape[1])[labels]
    loss = -(y * np.log(p)).sum(axis=1).mean()
    return loss, (p - y) / p.size


@wrong("CROSS_ENTROPY")  # mean over all N*K entries
def _(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(scores.shape[1])[labels]
    loss = np.mean(-y * np.log(p))
    grad = (p - y) / len(scores)
    return loss, grad


@wrong("CROSS_ENTROPY")  # binary cross-entropy of every class
def _(scores, labels):
    n = len(scores)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.zeros_like(p)
    y[np.arange(n), labels] = 1
    loss = -(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)).sum(axis=1).mean()
    return loss, (p - y) / n


@wrong("CROSS_ENTROPY")  # gradient sign turned round, log base 2
def _(scores, labels):
    n = len(scores)
    e = np.exp(scores)
    p = e / e.sum(1, keepdims=True)
    loss = -np.log2(p[np.arange(n), labels]).mean()
    grad = -p
    grad[np.arange(n), labels] += 1
    return loss, grad / n


@wrong("CROSS_ENTROPY")  # gradient first
def _(scores, labels):
    n = len(scores)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), labels]).mean()
    p[np.arange(n), labels] -= 1
    return p / n, loss


@wrong("CROSS_ENTROPY")  # log missing: mean of 1 - p
def _(scores, labels):
    n = len(scores)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    picked = p[np.arange(n), labels]
    loss = np.mean(1 - picked)
    p[np.arange(n), labels] -= 1
    return loss, p / n


@wrong("SLIDE_DENSE")  # channels first when flattened
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    out = np.zeros((H - height + 1, W - width + 1, len(bias)))
    for i in range(H - height + 1):
        for j in range(W - width + 1):
            patch = maps[i : i + height, j : j + width, :]
            out[i, j] = np.transpose(patch, (2, 0, 1)).flatten() @ weights + bias
    return out


@wrong("SLIDE_DENSE")  # windows do not overlap
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    rows = []
    for top in range(0, H - height + 1, height):
        row = []
        for left in range(0, W - width + 1, width):
            row.append(maps[top : top + height, left : left + width].reshape(-1) @ weights + bias)
        rows.append(row)
    return np.array(rows)


@wrong("SLIDE_DENSE")  # forgets bias
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    kernel = weights.reshape(height, width, C, -1)
    out = np.zeros((H - height + 1, W - width + 1, len(bias)))
    for u in range(height):
        for v in range(width):
            out += maps[u : u + out.shape[0], v : v + out.shape[1]] @ kernel[u, v]
    return out


@wrong("SLIDE_DENSE")  # bias added for every pixel of the window
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    kernel = weights.reshape(height, width, C, -1)
    out = np.zeros((H - height + 1, W - width + 1, len(bias)))
    for u in range(height):
        for v in range(width):
            out += maps[u : u + out.shape[0], v : v + out.shape[1]] @ kernel[u, v] + bias
    return out


@wrong("SLIDE_DENSE")  # loops one short
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    out = np.zeros((H - height + 1, W - width + 1, bias.shape[0]))
    for i in range(H - height):
        for j in range(W - width):
            out[i, j] = maps[i : i + height, j : j + width].flatten() @ weights + bias
    return out


@wrong("SLIDE_DENSE")  # reshapes weights as (C, h, w, K)
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    K = weights.shape[1]
    kernel = weights.reshape(C, height, width, K).transpose(1, 2, 0, 3)
    out = np.zeros((H - height + 1, W - width + 1, K))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = maps[i : i + height, j : j + width]
            for k in range(K):
                out[i, j, k] = np.sum(window * kernel[:, :, :, k]) + bias[k]
    return out


@wrong("SLIDE_DENSE")  # height and width swapped in the weights' reshape
def _(maps, weights, bias, height, width):
    H, W, C = maps.shape
    K = weights.shape[1]
    kernel = weights.reshape(width, height, C, K).transpose(1, 0, 2, 3)
    out = np.zeros((H - height + 1, W - width + 1, K))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = maps[i : i + height, j : j + width]
            out[i, j] = np.tensordot(window, kernel, axes=3) + bias
    return out


@wrong("SLIDE_DENSE")  # adds a ReLU
def _(maps, weights, bias, height, width):
    rows = maps.shape[0] - height + 1
    cols = maps.shape[1] - width + 1
    result = [
        [np.maximum(0, np.dot(maps[r : r + height, c : c + width].ravel(), weights) + bias) for c in range(cols)]
        for r in range(rows)
    ]
    return np.array(result)


@wrong("SLIDE_DENSE")  # swaps rows and columns of the output
def _(maps, weights, bias, height, width):
    out = []
    for j in range(maps.shape[1] - width + 1):
        col = []
        for i in range(maps.shape[0] - height + 1):
            col.append(maps[i : i + height, j : j + width].ravel() @ weights + bias)
        out.append(col)
    return np.array(out)


@wrong("REPAIR_STEP")  # only the axis mended
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= 1
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # only the mean mended
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=0, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= len(x)
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # divides by the number of classes
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= len(b)
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # mean taken twice for b
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= len(x)
    return w - rate * x.T @ gradient, b - rate * gradient.mean(axis=0)


@wrong("REPAIR_STEP")  # weights averaged, bias not
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    n = len(x)
    return w - rate * (x.T @ gradient) / n, b - rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # divides by all entries
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient = gradient / gradient.size
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # goes uphill after mending
def _(x, labels, w, b, rate):
    scores = x @ w + b
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    gradient = powers / powers.sum(axis=1, keepdims=True)
    gradient[np.arange(len(x)), labels] -= 1
    gradient /= len(x)
    return w + rate * x.T @ gradient, b + rate * gradient.sum(axis=0)


@wrong("REPAIR_STEP")  # divides before subtracting one
def _(x, labels, w, b, rate):
    n = x.shape[0]
    scores = x @ w + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    gradient = p / n
    gradient[np.arange(n), labels] -= 1
    return w - rate * x.T @ gradient, b - rate * gradient.sum(axis=0)


@wrong("OUTPUT_SIZE")  # padding once
def _(i, k, s, p, d):
    effective = (k - 1) * d + 1
    return (i + p - effective) // s + 1


@wrong("OUTPUT_SIZE")  # dilated kernel is k * d
def _(i, k, s, p, d):
    effective = k * d
    return (i + 2 * p - effective) // s + 1


@wrong("OUTPUT_SIZE")  # rounds up
def _(i, k, s, p, d):
    kk = k + (k - 1) * (d - 1)
    return int(np.ceil((i + 2 * p - kk) / s)) + 1


@wrong("OUTPUT_SIZE")  # dilation forgotten
def _(i, k, s, p, d):
    count = 0
    start = -p
    while start + k <= i + p:
        count += 1
        start += s
    return count


@wrong("OUTPUT_SIZE")  # counts starts one short
def _(i, k, s, p, d):
    reach = d * (k - 1) + 1
    return len(range(0, i + 2 * p - reach, s))


@wrong("OUTPUT_SIZE")  # plus one inside the division
def _(i, k, s, p, d):
    reach = d * (k - 1) + 1
    return (i + 2 * p - reach + 1) // s


@wrong("OUTPUT_SIZE")  # d gaps between entries
def _(i, k, s, p, d):
    reach = k + (k - 1) * d
    return (i + 2 * p - reach) // s + 1


@wrong("OUTPUT_SIZE")  # float division
def _(i, k, s, p, d):
    reach = d * (k - 1) + 1
    return (i + 2 * p - reach) / s + 1


@wrong("OUTPUT_SIZE")  # same-size rule: i / s rounded up
def _(i, k, s, p, d):
    return -(-(i + 2 * p) // s)


@wrong("UNREAD")  # only the end is looked at
def _(i, k, s, p, d):
    reach = d * (k - 1) + 1
    windows = (i + 2 * p - reach) // s + 1
    last = (windows - 1) * s + reach - 1 - p
    return list(range(last + 1, i))


@wrong("UNREAD")  # padding not taken off
def _(i, k, s, p, d):
    n = (i + 2 * p - d * (k - 1) - 1) // s + 1
    seen = [False] * (i + 2 * p)
    for w in range(n):
        for e in range(k):
            seen[w * s + e * d] = True
    return [q for q in range(i) if not seen[q]]


@wrong("UNREAD")  # counts padding positions too
def _(i, k, s, p, d):
    n = (i + 2 * p - d * (k - 1) - 1) // s + 1
    seen = set()
    for w in range(n):
        for e in range(k):
            seen.add(w * s + e * d)
    return [q for q in range(i + 2 * p) if q not in seen]


@wrong("UNREAD")  # whole span counts as read
def _(i, k, s, p, d):
    reach = d * (k - 1) + 1
    mask = np.ones(i + 2 * p, bool)
    for start in range(0, i + 2 * p - reach + 1, s):
        mask[start : start + reach] = False
    return [int(q) for q in np.flatnonzero(mask[p : p + i])]


@wrong("UNREAD")  # returns those that are read
def _(i, k, s, p, d):
    n = (i + 2 * p - d * (k - 1) - 1) // s + 1
    read = set()
    for w in range(n):
        for e in range(k):
            pos = w * s + e * d - p
            if 0 <= pos < i:
                read.add(pos)
    return sorted(read)


@wrong("UNREAD")  # last window forgotten
def _(i, k, s, p, d):
    n = (i + 2 * p - d * (k - 1) - 1) // s
    read = {w * s + e * d - p for w in range(n) for e in range(k)}
    return sorted(set(range(i)) - read)


@wrong("UNREAD")  # padding ignored altogether
def _(i, k, s, p, d):
    n = (i - d * (k - 1) - 1) // s + 1
    read = {w * s + e * d for w in range(n) for e in range(k)}
    return [q for q in range(i) if q not in read]


@wrong("UNREAD")  # number of them rather than a list
def _(i, k, s, p, d):
    n = (i + 2 * p - d * (k - 1) - 1) // s + 1
    read = {w * s + e * d - p for w in range(n) for e in range(k)}
    return sum(q not in read for q in range(i))


@wrong("UNREAD")  # steps by d, spaces entries by s
def _(i, k, s, p, d):
    n = (i + 2 * p - s * (k - 1) - 1) // d + 1
    read = {w * d + e * s - p for w in range(n) for e in range(k)}
    return [q for q in range(i) if q not in read]


@wrong("REPAIR_CONV2D")  # only the stride mended
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * kh, dilation * kw
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width), image.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # dtype left
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width), image.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # stride left
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i, j
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # reach left
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * kh, dilation * kw
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # takes the kernel's dtype
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width), kernel.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # steps by the dilation
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * dilation, j * dilation
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # stride times dilation
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride * dilation, j * stride * dilation
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("REPAIR_CONV2D")  # flips the kernel on the way
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel[::-1, ::-1])
    return out


@wrong("REPAIR_CONV2D")  # reach one too long
def _(image, kernel, stride, dilation):
    kh, kw = kernel.shape
    high, wide = dilation * kh + 1, dilation * kw + 1
    height = (image.shape[0] - high) // stride + 1
    width = (image.shape[1] - wide) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + high : dilation, left : left + wide : dilation]
            out[i, j] = np.sum(window * kernel)
    return out


@wrong("CONV2D_CHANNELS")  # sums only over height and width, uses channel 0
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for f in range(F):
        for i in range(H):
            for j in range(W):
                out[i, j, f] = (
                    np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw, 0] * kernel[:, :, 0, f])
                    + bias[f]
                )
    return out


@wrong("CONV2D_CHANNELS")  # bias once per channel
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for f in range(F):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw, c]
                    out[i, j, f] += (patch * kernel[:, :, c, f]).sum() + bias[f]
    return out


@wrong("CONV2D_CHANNELS")  # overwrites instead of adding over channels
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            for c in range(C):
                patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw, c]
                for f in range(F):
                    out[i, j, f] = np.sum(patch * kernel[:, :, c, f]) + bias[f]
    return out


@wrong("CONV2D_CHANNELS")  # stride 1, then subsampled from 1
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H, W = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            out[i, j] = np.tensordot(x[i : i + kh, j : j + kw], kernel, axes=3) + bias
    return out[stride - 1 :: stride, stride - 1 :: stride]


@wrong("CONV2D_CHANNELS")  # output (F, H, W)
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    maps = []
    for f in range(F):
        m = np.zeros((H, W))
        for i in range(H):
            for j in range(W):
                m[i, j] = (
                    np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * kernel[:, :, :, f]) + bias[f]
                )
        maps.append(m)
    return np.stack(maps)


@wrong("CONV2D_CHANNELS")  # kernel read as (F, kh, kw, C)
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    filters = kernel.reshape(F, kh, kw, C)
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            window = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = [np.sum(window * filters[f]) + bias[f] for f in range(F)]
    return out


@wrong("CONV2D_CHANNELS")  # all filters summed before bias
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            window = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(window[..., None] * kernel) + bias
    return out


@wrong("CONV2D_CHANNELS")  # channels averaged
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            window = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            products = (window[..., None] * kernel).sum(axis=(0, 1))
            out[i, j] = products.mean(axis=0) + bias
    return out


@wrong("CONV2D_CHANNELS")  # flipped kernel and bias forgotten
def _(x, kernel, bias, stride):
    kh, kw, C, F = kernel.shape
    k = np.flip(kernel, (0, 1))
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, F))
    for i in range(H):
        for j in range(W):
            window = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.einsum("abc,abcf->f", window, k)
    return out


@wrong("MERGE")  # second flipped (as in a correlation of kernels)
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for u in range(h):
        for v in range(w):
            out[u : u + kh, v : v + kw] += first @ second[h - 1 - u, w - 1 - v]
    return out


@wrong("MERGE")  # overwrites where copies overlap
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for a in range(kh):
        for b in range(kw):
            for u in range(h):
                for v in range(w):
                    out[a + u, b + v] = first[a, b] @ second[u, v]
    return out


@wrong("MERGE")  # last middle channel left out
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for u in range(h):
        for v in range(w):
            for c in range(C):
                for f in range(F):
                    for m in range(M - 1):
                        out[u : u + kh, v : v + kw, c, f] += first[:, :, c, m] * second[u, v, m, f]
    return out


@wrong("MERGE")  # sum of the middle channels taken before the product
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    a = first.sum(axis=3)
    b = second.sum(axis=2)
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for u in range(h):
        for v in range(w):
            out[u : u + kh, v : v + kw] += a[..., None] * b[u, v]
    return out


@wrong("MERGE")  # mean over the middle channels
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for c in range(C):
        for f in range(F):
            for m in range(M):
                for u in range(h):
                    for v in range(w):
                        out[u : u + kh, v : v + kw, c, f] += first[:, :, c, m] * second[u, v, m, f] / M
    return out


@wrong("MERGE")  # second reversed along its width
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for a in range(kh):
        for b in range(kw):
            out[a : a + h, b : b + w] += np.einsum(
                "cm,uvmf->uvcf", first[a, b], np.transpose(second, (0, 1, 2, 3))[::1, ::-1]
            )
    return out


@wrong("MERGE")  # size without the - 1
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h, kw + w, C, F))
    for u in range(h):
        for v in range(w):
            out[u : u + kh, v : v + kw] += np.tensordot(first, second[u, v], axes=1)
    return out


@wrong("MERGE")  # both kernels flipped, as for true convolution
def _(first, second):
    f = first[::-1, ::-1]
    s = second[::-1, ::-1]
    kh, kw, C, M = f.shape
    h, w, _, F = s.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for u in range(h):
        for v in range(w):
            out[u : u + kh, v : v + kw] += f @ s[u, v]
    return out


@wrong("MERGE")  # same middle channel index reused for c: first[..., m] summed over C
def _(first, second):
    kh, kw, C, M = first.shape
    h, w, _, F = second.shape
    out = np.zeros((kh + h - 1, kw + w - 1, C, F))
    for u in range(h):
        for v in range(w):
            out[u : u + kh, v : v + kw] += first.sum(axis=2, keepdims=True) @ second[u, v]
    return out


@wrong("DIRECTION_HISTOGRAM")  # counts instead of lengths
def _(right, down, bins):
    angle = np.arctan2(down, right)
    index = np.round(angle / (2 * np.pi / bins)).astype(int) % bins
    hist = np.zeros(bins)
    for k in index.ravel():
        hist[k] += 1
    return hist


@wrong("DIRECTION_HISTOGRAM")  # floor: bin 0 begins at the right
def _(right, down, bins):
    angle = np.arctan2(down, right) % (2 * np.pi)
    index = (angle // (2 * np.pi / bins)).astype(int)
    length = np.sqrt(right**2 + down**2)
    return np.array([length[index == b].sum() for b in range(bins)])


@wrong("DIRECTION_HISTOGRAM")  # arctan2's arguments swapped
def _(right, down, bins):
    angle = np.arctan2(right, down)
    index = np.round(angle / (2 * np.pi) * bins).astype(int) % bins
    length = np.sqrt(right**2 + down**2)
    hist = np.zeros(bins)
    np.add.at(hist, index, length)
    return hist


@wrong("DIRECTION_HISTOGRAM")  # arctan of the quotient: half circle
def _(right, down, bins):
    angle = np.arctan(down / (right + 1e-12))
    index = np.round(angle / (2 * np.pi) * bins).astype(int) % bins
    length = np.sqrt(right**2 + down**2)
    hist = np.zeros(bins)
    np.add.at(hist, index, length)
    return hist


@wrong("DIRECTION_HISTOGRAM")  # squared lengths
def _(right, down, bins):
    angle = np.arctan2(down, right)
    index = np.round(angle / (2 * np.pi) * bins).astype(int) % bins
    hist = np.zeros(bins)
    for i in range(right.shape[0]):
        for j in range(right.shape[1]):
            hist[index[i, j]] += right[i, j] ** 2 + down[i, j] ** 2
    return hist


@wrong("DIRECTION_HISTOGRAM")  # bins over half the circle (unsigned)
def _(right, down, bins):
    angle = np.arctan2(down, right) % np.pi
    index = np.round(angle / np.pi * bins).astype(int) % bins
    length = np.hypot(right, down)
    return np.array([length[index == b].sum() for b in range(bins)])


@wrong("DIRECTION_HISTOGRAM")  # np.add without at: last one wins
def _(right, down, bins):
    angle = np.arctan2(down, right)
    index = np.round(angle / (2 * np.pi) * bins).astype(int) % bins
    length = np.hypot(right, down)
    hist = np.zeros(bins)
    hist[index] += length
    return hist


@wrong("DIRECTION_HISTOGRAM")  # np.histogram from -pi to pi
def _(right, down, bins):
    angle = np.arctan2(down, right)
    hist, _ = np.histogram(angle, bins=bins, range=(-np.pi, np.pi), weights=np.hypot(right, down))
    return hist


@wrong("DIRECTION_HISTOGRAM")  # down negated as in mathematics
def _(right, down, bins):
    angle = np.arctan2(-down, right)
    angle[angle < 0] += 2 * np.pi
    index = np.round(angle * bins / (2 * np.pi)).astype(int)
    index[index == bins] = 0
    return np.bincount(index.flatten(), weights=np.hypot(right, down).flatten(), minlength=bins)


@wrong("DIRECTION_HISTOGRAM")  # normalised to sum one
def _(right, down, bins):
    length = np.hypot(right, down)
    index = np.rint(np.arctan2(down, right) / (2 * np.pi / bins)).astype(int) % bins
    hist = np.array([length[index == b].sum() for b in range(bins)])
    return hist / hist.sum()


@wrong("REPAIR_CODES")  # only the root
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(distance.mean(axis=0, keepdims=True) - distance, 0)


@wrong("REPAIR_CODES")  # only the axis
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = squared
    return np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)


@wrong("REPAIR_CODES")  # mean of all
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(distance.mean() - distance, 0)


@wrong("REPAIR_CODES")  # sign turned
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(distance - distance.mean(axis=1, keepdims=True), 0)


@wrong("REPAIR_CODES")  # median for mean
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(np.median(distance, axis=1, keepdims=True) - distance, 0)


@wrong("REPAIR_CODES")  # sum of absolute differences
def _(patches, centres):
    distance = np.abs(patches[:, None] - centres).sum(axis=2)
    return np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)


@wrong("REPAIR_CODES")  # absolute value in place of cut at zero
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    distance = np.sqrt(squared)
    return np.abs(distance.mean(axis=1, keepdims=True) - distance)


@wrong("REPAIR_CODES")  # root of the mean of squares
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).sum(axis=2)
    mean = np.sqrt(squared.mean(axis=1, keepdims=True))
    return np.maximum(mean - np.sqrt(squared), 0)


@wrong("REPAIR_CODES")  # root of the mean over pixels
def _(patches, centres):
    squared = ((patches[:, None] - centres) ** 2).mean(axis=2)
    distance = np.sqrt(squared)
    return np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)


@wrong("AS_CONVOLUTION")  # plain reshape to (size, size, 1, K)
def _(centres, size):
    K = len(centres)
    kernel = centres.reshape(size, size, 1, K)
    bias = -0.5 * np.sum(centres**2, axis=1)
    return kernel, bias


@wrong("AS_CONVOLUTION")  # bias without the half
def _(centres, size):
    K = len(centres)
    kernel = np.zeros((size, size, 1, K))
    for k in range(K):
        kernel[:, :, 0, k] = centres[k].reshape(size, size)
    bias = -np.sum(centres**2, axis=1)
    return kernel, bias


@wrong("AS_CONVOLUTION")  # both doubled: minus the squared distance
def _(centres, size):
    K = len(centres)
    kernel = np.zeros((size, size, 1, K))
    for k in range(K):
        kernel[:, :, 0, k] = 2 * centres[k].reshape(size, size)
    bias = -np.sum(centres**2, axis=1)
    return kernel, bias


@wrong("AS_CONVOLUTION")  # bias plus
def _(centres, size):
    kernel = centres.T.reshape(size, size, 1, -1)
    bias = np.array([np.dot(c, c) / 2 for c in centres])
    return kernel, bias


@wrong("AS_CONVOLUTION")  # no bias
def _(centres, size):
    kernel = centres.T.reshape(size, size, 1, len(centres))
    return kernel, np.zeros(len(centres))


@wrong("AS_CONVOLUTION")  # norm instead of its square
def _(centres, size):
    kernel = centres.T.reshape(size, size, 1, len(centres))
    return kernel, -np.linalg.norm(centres, axis=1) / 2


@wrong("AS_CONVOLUTION")  # flipped
def _(centres, size):
    patches = [c.reshape(size, size)[::-1, ::-1] for c in centres]
    kernel = np.stack(patches, axis=-1)[:, :, None, :]
    return kernel, -0.5 * (centres**2).sum(axis=1)


@wrong("AS_CONVOLUTION")  # rows and columns swapped
def _(centres, size):
    kernel = centres.reshape(-1, size, size).T
    return kernel[:, :, None, :], -0.5 * (centres**2).sum(axis=1)


@wrong("AS_CONVOLUTION")  # channel axis forgotten
def _(centres, size):
    kernel = centres.T.reshape(size, size, len(centres))
    return kernel, -0.5 * (centres**2).sum(axis=1)


@wrong("AS_CONVOLUTION")  # negative kernel and positive bias: the distance itself
def _(centres, size):
    K = centres.shape[0]
    kernel = -centres.T.reshape(size, size, 1, K)
    return kernel, (centres**2).sum(axis=1) / 2


@wrong("MAX_POOL")  # max over channels too
def _(x, size, stride):
    kh, kw = size
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, x.shape[2]))
    for i in range(H):
        for j in range(W):
            out[i, j] = x[i * stride : i * stride + kh, j * stride : j * stride + kw].max()
    return out


@wrong("MAX_POOL")  # step is the window's size
def _(x, size, stride):
    kh, kw = size
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, x.shape[2]))
    for i in range(H):
        for j in range(W):
            window = x[i * kh : i * kh + kh, j * kw : j * kw + kw]
            if window.size:
                out[i, j] = window.max(axis=(0, 1))
    return out


@wrong("MAX_POOL")  # starts running maximum at zero
def _(x, size, stride):
    H = (x.shape[0] - size[0]) // stride + 1
    W = (x.shape[1] - size[1]) // stride + 1
    C = x.shape[2]
    out = np.zeros((H, W, C))
    for i in range(H):
        for j in range(W):
            for c in range(C):
                for u in range(size[0]):
                    for v in range(size[1]):
                        value = x[i * stride + u, j * stride + v, c]
                        if value > out[i, j, c]:
                            out[i, j, c] = value
    return out


@wrong("MAX_POOL")  # size[0] for both
def _(x, size, stride):
    k = size[0]
    H = (x.shape[0] - k) // stride + 1
    W = (x.shape[1] - k) // stride + 1
    return np.array(
        [
            [x[i * stride : i * stride + k, j * stride : j * stride + k].max(axis=(0, 1)) for j in range(W)]
            for i in range(H)
        ]
    )


@wrong("MAX_POOL")  # goes over the border
def _(x, size, stride):
    rows = []
    for top in range(0, x.shape[0], stride):
        row = []
        for left in range(0, x.shape[1], stride):
            row.append(x[top : top + size[0], left : left + size[1]].max(axis=(0, 1)))
        rows.append(row)
    return np.array(rows)


@wrong("MAX_POOL")  # range without + 1
def _(x, size, stride):
    rows = []
    for top in range(0, x.shape[0] - size[0], stride):
        row = []
        for left in range(0, x.shape[1] - size[1], stride):
            row.append(x[top : top + size[0], left : left + size[1]].max(axis=(0, 1)))
        rows.append(row)
    return np.array(rows)


@wrong("MAX_POOL")  # width and height swapped
def _(x, size, stride):
    kw, kh = size
    H = (x.shape[0] - kh) // stride + 1
    W = (x.shape[1] - kw) // stride + 1
    out = np.zeros((H, W, x.shape[2]))
    for i in range(H):
        for j in range(W):
            out[i, j] = x[i * stride : i * stride + kh, j * stride : j * stride + kw].max(axis=(0, 1))
    return out


@wrong("MAX_POOL")  # largest absolute value
def _(x, size, stride):
    H = (x.shape[0] - size[0]) // stride + 1
    W = (x.shape[1] - size[1]) // stride + 1
    out = np.zeros((H, W, x.shape[2]))
    for i in range(H):
        for j in range(W):
            out[i, j] = np.abs(x[i * stride : i * stride + size[0], j * stride : j * stride + size[1]]).max(axis=(0, 1))
    return out


@wrong("MAX_POOL")  # axis (1, 2)
def _(x, size, stride):
    H = (x.shape[0] - size[0]) // stride + 1
    W = (x.shape[1] - size[1]) // stride + 1
    out = np.zeros((H, W, x.shape[2]))
    for i in range(H):
        for j in range(W):
            window = x[i * stride : i * stride + size[0], j * stride : j * stride + size[1]]
            out[i, j] = window.max(axis=0).max(axis=1)
    return out


@wrong("AVERAGE_POOL")  # divides by size squared
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = max((oh - 1) * stride + size - H, 0)
    pw = max((ow - 1) * stride + size - W, 0)
    top, left = ph // 2, pw // 2
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nansum(window) / size**2
    return out


@wrong("AVERAGE_POOL")  # all padding behind
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = max((oh - 1) * stride + size - H, 0)
    pw = max((ow - 1) * stride + size - W, 0)
    top, left = 0, 0
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nanmean(window)
    return out


@wrong("AVERAGE_POOL")  # half rounded up in front
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = max((oh - 1) * stride + size - H, 0)
    pw = max((ow - 1) * stride + size - W, 0)
    top, left = (ph + 1) // 2, (pw + 1) // 2
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nanmean(window)
    return out


@wrong("AVERAGE_POOL")  # all padding in front
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = max((oh - 1) * stride + size - H, 0)
    pw = max((ow - 1) * stride + size - W, 0)
    top, left = ph, pw
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nanmean(window)
    return out


@wrong("AVERAGE_POOL")  # height's padding used for both
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = max((oh - 1) * stride + size - H, 0)
    pw = ph
    top, left = ph // 2, ph // 2
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nanmean(window)
    return out


@wrong("AVERAGE_POOL")  # valid padding
def _(x, size, stride):
    oh = (x.shape[0] - size) // stride + 1
    ow = (x.shape[1] - size) // stride + 1
    return np.array(
        [
            [x[i * stride : i * stride + size, j * stride : j * stride + size].mean() for j in range(ow)]
            for i in range(oh)
        ]
    )


@wrong("AVERAGE_POOL")  # edge padding
def _(x, size, stride):
    H, W = x.shape
    oh, ow = -(-H // stride), -(-W // stride)
    ph = max((oh - 1) * stride + size - H, 0)
    pw = max((ow - 1) * stride + size - W, 0)
    padded = np.pad(x, ((ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2)), mode="edge")
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[i, j] = padded[i * stride : i * stride + size, j * stride : j * stride + size].mean()
    return out


@wrong("AVERAGE_POOL")  # negative start wraps / empties
def _(x, size, stride):
    H, W = x.shape
    oh, ow = -(-H // stride), -(-W // stride)
    ph = max((oh - 1) * stride + size - H, 0) // 2
    pw = max((ow - 1) * stride + size - W, 0) // 2
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            t, l = i * stride - ph, j * stride - pw
            out[i, j] = x[max(t, 0) : max(t, 0) + size, max(l, 0) : max(l, 0) + size].mean()
    return out


@wrong("AVERAGE_POOL")  # size // 2 in front always
def _(x, size, stride):
    H, W = x.shape
    oh, ow = int(np.ceil(H / stride)), int(np.ceil(W / stride))
    ph = 2 * (size // 2)
    pw = 2 * (size // 2)
    top, left = ph // 2, pw // 2
    padded = np.full((H + ph, W + pw), np.nan)
    padded[top : top + H, left : left + W] = x
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = padded[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = np.nanmean(window)
    return out


@wrong("MAX_POOL_BACKWARD")  # all ties get the gradient
def _(x, size, stride, grad):
    dx = np.zeros_like(x, dtype=float)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            a, b = i * stride, j * stride
            window = x[a : a + size, b : b + size]
            dx[a : a + size, b : b + size] += (window == window.max()) * grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # assigns where windows overlap
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            best, where = -np.inf, None
            for u in range(size):
                for v in range(size):
                    r, c = i * stride + u, j * stride + v
                    if x[r, c] > best:
                        best, where = x[r, c], (r, c)
            dx[where] = grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # ties to the last
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            best, where = -np.inf, None
            for u in range(size):
                for v in range(size):
                    r, c = i * stride + u, j * stride + v
                    if x[r, c] >= best:
                        best, where = x[r, c], (r, c)
            dx[where] += grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # starts the search at zero
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            best, r0, c0 = 0, i * stride, j * stride
            for u in range(size):
                for v in range(size):
                    if x[i * stride + u, j * stride + v] > best:
                        best = x[i * stride + u, j * stride + v]
                        r0, c0 = i * stride + u, j * stride + v
            dx[r0, c0] += grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # place in the window, offset forgotten
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            window = x[i * stride : i * stride + size, j * stride : j * stride + size]
            k = np.argmax(window)
            dx[k // size, k % size] += grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # spreads over the window like an average
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            dx[i * stride : i * stride + size, j * stride : j * stride + size] += grad[i, j] / size**2
    return dx


@wrong("MAX_POOL_BACKWARD")  # gradient split among ties
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            sl = np.s_[i * stride : i * stride + size, j * stride : j * stride + size]
            mask = x[sl] == x[sl].max()
            dx[sl] += mask / mask.sum() * grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # window's number times gradient
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            a, b = i * stride, j * stride
            window = x[a : a + size, b : b + size]
            r, c = np.unravel_index(np.argmax(window), window.shape)
            dx[a + r, b + c] += window.max() * grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # size as the step
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            a, b = i * size, j * size
            window = x[a : a + size, b : b + size]
            if window.size == 0:
                continue
            r, c = np.unravel_index(np.argmax(window), window.shape)
            dx[a + r, b + c] += grad[i, j]
    return dx


@wrong("MAX_POOL_BACKWARD")  # ties column by column
def _(x, size, stride, grad):
    dx = np.zeros(x.shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            a, b = i * stride, j * stride
            window = x[a : a + size, b : b + size]
            c, r = divmod(int(np.argmax(window.T)), size)
            dx[a + r, b + c] += grad[i, j]
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # only the sum
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad[i, j] / (2 * size)
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # only the divisor
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] = grad[i, j] / (size * size)
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # divides by size
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad[i, j] / size
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # divisor gone
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad[i, j]
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # divides by the stride's square
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad[i, j] / stride**2
    return dx


@wrong("REPAIR_AVERAGE_BACKWARD")  # rescaled at the end so that sums agree
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] = grad[i, j] / size**2
    return dx * grad.sum() / dx.sum()


@wrong("REPAIR_AVERAGE_BACKWARD")  # divides by how many windows cover a pixel
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    count = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad[i, j] / size**2
            count[top : top + size, left : left + size] += 1
    return dx / np.maximum(count, 1)


@wrong("REPAIR_AVERAGE_BACKWARD")  # mean of gradient in the window
def _(grad, shape, size, stride):
    dx = np.zeros(shape)
    for i in range(grad.shape[0]):
        for j in range(grad.shape[1]):
            top, left = i * stride, j * stride
            dx[top : top + size, left : left + size] += grad.mean() / size**2
    return dx


@wrong("GLOBAL_AVERAGE_POOL")  # keeps dims
def _(x):
    return np.mean(x, axis=(1, 2), keepdims=True)


@wrong("GLOBAL_AVERAGE_POOL")  # over the batch too
def _(x):
    return np.mean(x, axis=(0, 1, 2))


@wrong("GLOBAL_AVERAGE_POOL")  # sum
def _(x):
    N, H, W, C = x.shape
    out = np.zeros((N, C))
    for h in range(H):
        for w in range(W):
            out += x[:, h, w, :]
    return out


@wrong("GLOBAL_AVERAGE_POOL")  # divides by H squared
def _(x):
    N, H, W, C = x.shape
    return x.sum(axis=1).sum(axis=1) / (H * H)


@wrong("GLOBAL_AVERAGE_POOL")  # channels first axes
def _(x):
    return x.mean(axis=(2, 3))


@wrong("GLOBAL_AVERAGE_POOL")  # max
def _(x):
    return np.array([[x[n, :, :, c].max() for c in range(x.shape[3])] for n in range(x.shape[0])])


@wrong("GLOBAL_AVERAGE_POOL")  # reshape to (N, C, -1)
def _(x):
    N, H, W, C = x.shape
    return x.reshape(N, C, H * W).mean(axis=2)


@wrong("GLOBAL_AVERAGE_POOL")  # mean twice over the same axis
def _(x):
    return x.mean(axis=1).mean(axis=2)


@wrong("GLOBAL_AVERAGE_POOL")  # output (C, N)
def _(x):
    N, H, W, C = x.shape
    out = np.zeros((C, N))
    for c in range(C):
        for n in range(N):
            out[c, n] = x[n, :, :, c].mean()
    return out


@wrong("MAX_BLUR_POOL")  # subsamples before the blur
def _(x, stride):
    m = np.maximum(x, np.roll(x, -1))[::stride]
    return 0.25 * np.roll(m, 1) + 0.5 * m + 0.25 * np.roll(m, -1)


@wrong("MAX_BLUR_POOL")  # neighbour on the left
def _(x, stride):
    n = len(x)
    m = [max(x[i], x[i - 1]) for i in range(n)]
    b = [m[i - 1] / 4 + m[i] / 2 + m[(i + 1) % n] / 4 for i in range(n)]
    return np.array(b[::stride])


@wrong("MAX_BLUR_POOL")  # blurs first, then maximum
def _(x, stride):
    blurred = (np.roll(x, 1) + 2 * x + np.roll(x, -1)) / 4
    return np.maximum(blurred, np.roll(blurred, -1))[::stride]


@wrong("MAX_BLUR_POOL")  # np.convolve same: zeros at the rim
def _(x, stride):
    m = np.maximum(x, np.roll(x, -1))
    return np.convolve(m, [0.25, 0.5, 0.25], mode="same")[::stride]


@wrong("MAX_BLUR_POOL")  # blur not centred
def _(x, stride):
    n = len(x)
    m = np.array([max(x[i], x[(i + 1) % n]) for i in range(n)])
    out = np.zeros(n)
    for i in range(n):
        for u, w in enumerate([0.25, 0.5, 0.25]):
            out[i] += w * m[(i + u) % n]
    return out[::stride]


@wrong("MAX_BLUR_POOL")  # starts at stride - 1
def _(x, stride):
    m = np.maximum(x, np.roll(x, -1))
    b = np.roll(m, 1) / 4 + m / 2 + np.roll(m, -1) / 4
    return b[stride - 1 :: stride]


@wrong("MAX_BLUR_POOL")  # max of three, weights thirds
def _(x, stride):
    m = np.maximum(x, np.roll(x, -1))
    b = (np.roll(m, 1) + m + np.roll(m, -1)) / 3
    return b[::stride]


@wrong("MAX_BLUR_POOL")  # the first n // stride are kept
def _(x, stride):
    m = np.maximum(x, np.roll(x, -1))
    b = np.roll(m, 1) / 4 + m / 2 + np.roll(m, -1) / 4
    return b[: len(x) // stride]


@wrong("MAX_BLUR_POOL")  # maximum of pairs, not of every position
def _(x, stride):
    m = x.reshape(-1, stride).max(axis=1)
    return np.roll(m, 1) / 4 + m / 2 + np.roll(m, -1) / 4


@wrong("UNCHANGED_SHARE")  # moves back before comparing
def _(x, k, t):
    n = len(x)

    def pool(z):
        return np.array([max(z[(i + j) % n] for j in range(k)) for i in range(n)])

    return float(np.mean(pool(x) == np.roll(pool(np.roll(x, t)), -t)))


@wrong("UNCHANGED_SHARE")  # counts instead of share
def _(x, k, t):
    n = len(x)
    y = np.roll(x, t)
    same = 0
    for i in range(n):
        a = max(x[(i + j) % n] for j in range(k))
        b = max(y[(i + j) % n] for j in range(k))
        if a == b:
            same += 1
    return same


@wrong("UNCHANGED_SHARE")  # share that changes
def _(x, k, t):
    n = len(x)
    pool = lambda z: np.array([np.take(z, range(i, i + k), mode="wrap").max() for i in range(n)])
    return float(np.mean(pool(x) != pool(np.roll(x, t))))


@wrong("UNCHANGED_SHARE")  # not a ring: valid windows
def _(x, k, t):
    n = len(x)
    y = np.roll(x, t)
    a = np.array([x[i : i + k].max() for i in range(n - k + 1)])
    b = np.array([y[i : i + k].max() for i in range(n - k + 1)])
    return float((a == b).mean())


@wrong("UNCHANGED_SHARE")  # windows cut at the end
def _(x, k, t):
    n = len(x)
    y = np.roll(x, t)
    a = np.array([x[i : i + k].max() for i in range(n)])
    b = np.array([y[i : i + k].max() for i in range(n)])
    return float((a == b).mean())


@wrong("UNCHANGED_SHARE")  # compares x itself
def _(x, k, t):
    return float(np.mean(x == np.roll(x, t)))


@wrong("UNCHANGED_SHARE")  # moves by one always
def _(x, k, t):
    pooled = np.max(np.stack([np.roll(x, -j) for j in range(k)]), axis=0)
    moved = np.roll(pooled, 1)
    return float(np.sum(pooled == moved) / len(x))


@wrong("UNCHANGED_SHARE")  # window k + 1
def _(x, k, t):
    pooled = x.copy()
    for j in range(1, k + 1):
        pooled = np.maximum(pooled, np.roll(x, -j))
    return float(np.mean(pooled == np.roll(pooled, t)))


@wrong("UNCHANGED_SHARE")  # moves with zeros coming in
def _(x, k, t):
    n = len(x)
    y = np.zeros_like(x)
    y[t:] = x[: n - t]
    a = [max(x[(i + j) % n] for j in range(k)) for i in range(n)]
    b = [max(y[(i + j) % n] for j in range(k)) for i in range(n)]
    return sum(p == q for p, q in zip(a, b)) / n


@wrong("REPAIR_MOVED")  # only the axes
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, : -min(right, 0)] = 0
    return out


@wrong("REPAIR_MOVED")  # only the rim
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(2, 1))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, out.shape[2] + min(right, 0) :] = 0
    return out


@wrong("REPAIR_MOVED")  # rim by the height
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, out.shape[1] + min(right, 0) :] = 0
    return out


@wrong("REPAIR_MOVED")  # slices min(right, 0) itself
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, min(right, 0) :] = 0
    return out


@wrong("REPAIR_MOVED")  # the other way round
def _(images, down, right):
    out = np.roll(images, (-down, -right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, out.shape[2] + min(right, 0) :] = 0
    return out


@wrong("REPAIR_MOVED")  # axes (0, 1)
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(0, 1))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, out.shape[2] + min(right, 0) :] = 0
    return out


@wrong("REPAIR_MOVED")  # line dropped
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    pass
    return out


@wrong("REPAIR_MOVED")  # rewritten with rows and columns mixed up
def _(images, down, right):
    n, h, w = images.shape
    out = np.zeros_like(images)
    for r in range(h):
        for c in range(w):
            if r - down >= 0 and c - right >= 0 and r - down < h and c - right < w:
                out[:, r, c] = images[:, r - right, c - down] if r - right < h and c - down < w else 0
    return out


@wrong("REPAIR_MOVED")  # max() where min is wanted
def _(images, down, right):
    out = np.roll(images, (down, right), axis=(1, 2))
    out[:, : max(down, 0)] = 0
    out[:, out.shape[1] + min(down, 0) :] = 0
    out[:, :, : max(right, 0)] = 0
    out[:, :, out.shape[2] - max(right, 0) :] = 0
    return out


@wrong("CONV_MATRIX")  # stride ignored in the place
def _(kernel, n, stride):
    k = len(kernel)
    m = (n - k) // stride + 1
    M = np.zeros((m, n))
    for r in range(m):
        for u in range(k):
            M[r, r + u] = kernel[u]
    return M


@wrong("CONV_MATRIX")  # flipped kernel
def _(kernel, n, stride):
    k = len(kernel)
    m = (n - k) // stride + 1
    M = np.zeros((m, n))
    for r in range(m):
        M[r, r * stride : r * stride + k] = kernel[::-1]
    return M


@wrong("CONV_MATRIX")  # transposed
def _(kernel, n, stride):
    k = len(kernel)
    m = (n - k) // stride + 1
    M = np.zeros((n, m))
    for c in range(m):
        M[c * stride : c * stride + k, c] = kernel
    return M


@wrong("CONV_MATRIX")  # ring: n rows
def _(kernel, n, stride):
    k = len(kernel)
    rows = []
    first = np.zeros(n)
    first[:k] = kernel
    for start in range(0, n, stride):
        rows.append(np.roll(first, start))
    return np.array(rows)


@wrong("CONV_MATRIX")  # one row short
def _(kernel, n, stride):
    k = len(kernel)
    rows = []
    for start in range(0, n - k, stride):
        row = np.zeros(n)
        row[start : start + k] = kernel
        rows.append(row)
    return np.array(rows)


@wrong("CONV_MATRIX")  # dilates by stride instead
def _(kernel, n, stride):
    k = len(kernel)
    m = (n - k) // stride + 1
    M = np.zeros((m, n))
    for r in range(m):
        for u in range(k):
            if r + u * stride < n:
                M[r, r + u * stride] = kernel[u]
    return M


@wrong("CONV_MATRIX")  # cut copies at the end
def _(kernel, n, stride):
    k = len(kernel)
    starts = list(range(0, n, stride))
    M = np.zeros((len(starts), n))
    for r, s in enumerate(starts):
        part = kernel[: n - s]
        M[r, s : s + len(part)] = part
    return M


@wrong("CONV_MATRIX")  # all stride-1 rows, unused ones zero
def _(kernel, n, stride):
    k = len(kernel)
    M = np.zeros((n - k + 1, n))
    for r in range(0, n - k + 1, stride):
        M[r, r : r + k] = kernel
    return M


@wrong("CONV1D_TRANSPOSE")  # overwrites
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    for i in range(n):
        for u in range(k):
            y[i * stride + u] = x[i] * kernel[u]
    return y


@wrong("CONV1D_TRANSPOSE")  # flips
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    for i in range(n):
        y[i * stride : i * stride + k] += x[i] * np.flip(kernel)
    return y


@wrong("CONV1D_TRANSPOSE")  # correlates the dilated input
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    spread = np.zeros((n - 1) * stride + 1)
    spread[::stride] = x
    padded = np.pad(spread, k - 1)
    return np.array([padded[i : i + k] @ kernel for i in range(len(padded) - k + 1)])


@wrong("CONV1D_TRANSPOSE")  # repeats the input (nearest) and convolves
def _(x, kernel, stride):
    up = np.repeat(x, stride)
    return np.convolve(up, kernel)[: (len(x) - 1) * stride + len(kernel)]


@wrong("CONV1D_TRANSPOSE")  # steps by one
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    for i in range(n):
        y[i : i + k] += x[i] * kernel
    return y


@wrong("CONV1D_TRANSPOSE")  # gathers: an ordinary convolution
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - k) // stride + 1)
    for i in range(len(y)):
        y[i] = np.sum(x[i * stride : i * stride + k] * kernel)
    return y


@wrong("CONV1D_TRANSPOSE")  # averages overlaps
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    hits = np.zeros_like(y)
    for i in range(n):
        y[i * stride : i * stride + k] += x[i] * kernel
        hits[i * stride : i * stride + k] += 1
    return y / hits


@wrong("CONV1D_TRANSPOSE")  # length n * stride, cut
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    for i in range(n):
        y[i * stride : i * stride + k] += x[i] * kernel
    return y[: n * stride]


@wrong("CONV1D_TRANSPOSE")  # last input skipped
def _(x, kernel, stride):
    n, k = len(x), len(kernel)
    y = np.zeros((n - 1) * stride + k)
    for i in range(n - 1):
        for u in range(k):
            y[i * stride + u] += x[i] * kernel[u]
    return y


@wrong("COUNT_COST")  # filters forgotten in macs
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    h, w = output_shape
    params = kh * kw * in_channels * filters
    if use_bias:
        params += filters
    macs = h * w * kh * kw * in_channels
    return params, macs


@wrong("COUNT_COST")  # macs include bias
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    params = kh * kw * in_channels * filters + filters * use_bias
    return params, params * output_shape[0] * output_shape[1]


@wrong("COUNT_COST")  # one bias
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    weights = kernel_size[0] * kernel_size[1] * in_channels * filters
    params = weights + (1 if use_bias else 0)
    return params, weights * output_shape[0] * output_shape[1]


@wrong("COUNT_COST")  # in_channels forgotten
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    per_filter = kernel_size[0] * kernel_size[1]
    if use_bias:
        per_filter += 1
    params = per_filter * filters
    macs = kernel_size[0] * kernel_size[1] * filters * output_shape[0] * output_shape[1]
    return params, macs


@wrong("COUNT_COST")  # use_bias ignored
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    h, w = output_shape
    params = (kh * kw * in_channels + 1) * filters
    macs = kh * kw * in_channels * filters * h * w
    return params, macs


@wrong("COUNT_COST")  # bias per weight's channel
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    h, w = output_shape
    one_kernel = kh * kw + (1 if use_bias else 0)
    params = one_kernel * in_channels * filters
    macs = kh * kw * in_channels * filters * h * w
    return params, macs


@wrong("COUNT_COST")  # counts multiplications and additions
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    h, w = output_shape
    weights = kh * kw * in_channels * filters
    params = weights + filters if use_bias else weights
    return params, 2 * weights * h * w


@wrong("COUNT_COST")  # kernel area slid over: output minus kernel
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    kh, kw = kernel_size
    h, w = output_shape
    weights = kh * kw * in_channels * filters
    params = weights + filters if use_bias else weights
    macs = weights * (h - kh + 1) * (w - kw + 1)
    return params, macs


@wrong("COUNT_COST")  # macs first
def _(kernel_size, in_channels, filters, output_shape, use_bias):
    weights = np.prod(kernel_size) * in_channels * filters
    macs = weights * np.prod(output_shape)
    return macs, weights + filters * int(use_bias)


@wrong("RECEPTIVE_FIELD")  # jump updated before use
def _(layers):
    rf, jump = 1, 1
    for k, s, d in layers:
        jump = jump * s
        rf = rf + (k - 1) * d * jump
    return rf


@wrong("RECEPTIVE_FIELD")  # jump forgotten
def _(layers):
    rf = 1
    for k, s, d in layers:
        rf += (k - 1) * d
    return rf


@wrong("RECEPTIVE_FIELD")  # adds strides
def _(layers):
    rf, jump = 1, 1
    for k, s, d in layers:
        rf += (k - 1) * d * jump
        jump += s - 1
    return rf


@wrong("RECEPTIVE_FIELD")  # dilation forgotten
def _(layers):
    rf, jump = 1, 1
    for kernel, stride, _ in layers:
        rf += (kernel - 1) * jump
        jump *= stride
    return rf


@wrong("RECEPTIVE_FIELD")  # backwards from the wrong end
def _(layers):
    size = 1
    for k, s, d in layers:
        size = (size - 1) * s + d * (k - 1) + 1
    return size


@wrong("RECEPTIVE_FIELD")  # product of kernels
def _(layers):
    size = 1
    for k, s, d in layers:
        size *= d * (k - 1) + 1
    return size


@wrong("RECEPTIVE_FIELD")  # dilated kernel is k * d
def _(layers):
    rf, jump = 1, 1
    for k, s, d in layers:
        rf += (k * d - 1) * jump
        jump *= s
    return rf


@wrong("RECEPTIVE_FIELD")  # jump replaced by last stride
def _(layers):
    rf, previous = 1, 1
    for k, s, d in layers:
        rf += d * (k - 1) * previous
        previous = s
    return rf


@wrong("RECEPTIVE_FIELD")  # backwards, size * stride without overlap
def _(layers):
    size = 1
    for k, s, d in reversed(layers):
        size = size * s + d * (k - 1)
    return size


@wrong("RECEPTIVE_FIELD")  # begins at 0
def _(layers):
    rf, jump = 0, 1
    for k, s, d in layers:
        rf += d * (k - 1) * jump
        jump *= s
    return rf


@wrong("IM2COL")  # column by column
def _(x, kernel_height, kernel_width, stride):
    rows = []
    for j in range(0, x.shape[1] - kernel_width + 1, stride):
        for i in range(0, x.shape[0] - kernel_height + 1, stride):
            rows.append(x[i : i + kernel_height, j : j + kernel_width].flatten())
    return np.array(rows)


@wrong("IM2COL")  # channels first in a row
def _(x, kernel_height, kernel_width, stride):
    H, W, C = x.shape
    rows = []
    for i in range(0, H - kernel_height + 1, stride):
        for j in range(0, W - kernel_width + 1, stride):
            row = []
            for c in range(C):
                for u in range(kernel_height):
                    for v in range(kernel_width):
                        row.append(x[i + u, j + v, c])
            rows.append(row)
    return np.array(rows)


@wrong("IM2COL")  # windows as columns
def _(x, kernel_height, kernel_width, stride):
    cols = []
    for i in range(0, x.shape[0] - kernel_height + 1, stride):
        for j in range(0, x.shape[1] - kernel_width + 1, stride):
            cols.append(x[i : i + kernel_height, j : j + kernel_width].ravel())
    return np.stack(cols, axis=1)


@wrong("IM2COL")  # stride forgotten
def _(x, kernel_height, kernel_width, stride):
    H = (x.shape[0] - kernel_height) // stride + 1
    W = (x.shape[1] - kernel_width) // stride + 1
    out = np.zeros((H * W, kernel_height * kernel_width * x.shape[2]))
    for i in range(H):
        for j in range(W):
            out[i * W + j] = x[i : i + kernel_height, j : j + kernel_width].ravel()
    return out


@wrong("IM2COL")  # missing + 1
def _(x, kernel_height, kernel_width, stride):
    rows = [
        x[i : i + kernel_height, j : j + kernel_width].ravel()
        for i in range(0, x.shape[0] - kernel_height, stride)
        for j in range(0, x.shape[1] - kernel_width, stride)
    ]
    return np.array(rows)


@wrong("IM2COL")  # row number i * H + j
def _(x, kernel_height, kernel_width, stride):
    H = (x.shape[0] - kernel_height) // stride + 1
    W = (x.shape[1] - kernel_width) // stride + 1
    out = np.zeros((H * W, kernel_height * kernel_width * x.shape[2]))
    for i in range(H):
        for j in range(W):
            n = (i * H + j) % (H * W)
            out[n] = x[i * stride : i * stride + kernel_height, j * stride : j * stride + kernel_width].ravel()
    return out


@wrong("IM2COL")  # keeps positions in two axes
def _(x, kernel_height, kernel_width, stride):
    H = (x.shape[0] - kernel_height) // stride + 1
    W = (x.shape[1] - kernel_width) // stride + 1
    return np.array(
        [
            [
                x[i * stride : i * stride + kernel_height, j * stride : j * stride + kernel_width].ravel()
                for j in range(W)
            ]
            for i in range(H)
        ]
    )


@wrong("IM2COL")  # window transposed
def _(x, kernel_height, kernel_width, stride):
    rows = []
    for i in range(0, x.shape[0] - kernel_height + 1, stride):
        for j in range(0, x.shape[1] - kernel_width + 1, stride):
            row = [x[i + u, j + v] for v in range(kernel_width) for u in range(kernel_height)]
            rows.append(np.concatenate(row))
    return np.array(rows)


@wrong("IM2COL")  # height and width of the kernel swapped
def _(x, kernel_height, kernel_width, stride):
    rows = []
    for top in range(0, x.shape[0] - kernel_width + 1, stride):
        for left in range(0, x.shape[1] - kernel_height + 1, stride):
            rows.append(x[top : top + kernel_width, left : left + kernel_height].ravel())
    return np.stack(rows)


@wrong("REPAIR_RING")  # only the weight
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[min(i + u, n - 1)]
    return out


@wrong("REPAIR_RING")  # only the ring
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[(u + i // 2) % k] * x[(i + u) % n]
    return out


@wrong("REPAIR_RING")  # weight turned by i
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[(u + i) % k] * x[(i + u) % n]
    return out


@wrong("REPAIR_RING")  # backwards
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[i - u]
    return out


@wrong("REPAIR_RING")  # modulo n - 1
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[(i + u) % (n - 1)]
    return out


@wrong("REPAIR_RING")  # centred
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[(i + u - k // 2) % n]
    return out


@wrong("REPAIR_RING")  # zero after the end
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[i + u] if i + u < n else 0
    return out


@wrong("REPAIR_RING")  # vectorised with the roll the wrong way
def _(x, kernel):
    out = np.zeros(len(x))
    for u, weight in enumerate(kernel):
        out += weight * np.roll(x, u)
    return out


@wrong("REPAIR_RING")  # modulo k
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[u] * x[(i + u) % k]
    return out


@wrong("REPAIR_RING")  # flipped kernel
def _(x, kernel):
    n, k = len(x), len(kernel)
    out = np.zeros(n)
    for i in range(n):
        for u in range(k):
            out[i] += kernel[k - 1 - u] * x[(i + u) % n]
    return out


@wrong("NEAREST_CIRCULANT")  # first row repeated
def _(matrix):
    n = len(matrix)
    return np.array([np.roll(matrix[0], i) for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # diagonals without the wrap: Toeplitz
def _(matrix):
    n = len(matrix)
    out = np.zeros((n, n))
    for d in range(-n + 1, n):
        mean = np.diagonal(matrix, d).mean()
        for i in range(n):
            if 0 <= i + d < n:
                out[i, i + d] = mean
    return out


@wrong("NEAREST_CIRCULANT")  # anti-diagonals
def _(matrix):
    n = len(matrix)
    c = np.zeros(n)
    for i in range(n):
        for j in range(n):
            c[(i + j) % n] += matrix[i, j] / n
    return np.array([[c[(i + j) % n] for j in range(n)] for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # sum instead of mean
def _(matrix):
    n = len(matrix)
    c = [sum(matrix[i, (i + s) % n] for i in range(n)) for s in range(n)]
    return np.array([[c[(j - i) % n] for j in range(n)] for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # median
def _(matrix):
    n = len(matrix)
    c = [np.median([matrix[i, (i + s) % n] for i in range(n)]) for s in range(n)]
    return np.array([[c[(j - i) % n] for j in range(n)] for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # laid out transposed
def _(matrix):
    n = len(matrix)
    c = [np.mean([matrix[i, (i + s) % n] for i in range(n)]) for s in range(n)]
    return np.array([[c[(i - j) % n] for j in range(n)] for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # mean of the columns, rolled
def _(matrix):
    n = len(matrix)
    mean = matrix.mean(axis=0)
    return np.stack([np.roll(mean, i) for i in range(n)])


@wrong("NEAREST_CIRCULANT")  # only the first column of numbers returned
def _(matrix):
    n = len(matrix)
    c = np.zeros(n)
    for s in range(n):
        for i in range(n):
            c[s] += matrix[i, (i + s) % n]
    return c / n


@wrong("NEAREST_CIRCULANT")  # mean over Toeplitz diagonals added up with wrap
def _(matrix):
    n = len(matrix)
    out = np.zeros((n, n))
    for s in range(n):
        upper = np.diagonal(matrix, s).mean()
        lower = np.diagonal(matrix, s - n).mean() if s > 0 else upper
        value = (upper + lower) / 2
        for i in range(n):
            out[i, (i + s) % n] = value
    return out


@wrong("NEAREST_CIRCULANT")  # symmetrised too
def _(matrix):
    n = len(matrix)
    m = (matrix + matrix.T) / 2
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            out[i, j] = np.mean([m[(i + t) % n, (j + t) % n] for t in range(n)])
    return out
