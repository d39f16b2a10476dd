"""Wrong answers to the exercises on transfer, written from prompt and stub before any was checked."""

import numpy as np

HANDED_IN, ENTERED = {}, {}


def hand_in(name, *answers):
    """Files wrong functions."""
    HANDED_IN.setdefault(name, []).extend(answers)


def enter(name, *values):
    """Files wrong estimates or designs."""
    ENTERED.setdefault(name, []).extend(values)


def flipped(x, reverse):
    """Channels in the reverse order, if so asked."""
    return x[..., ::-1] if reverse else x


def prepare(x, limits, mean, deviation, reverse, *, order=flipped, scale=None, ends=None):
    """Prepared pictures, right as they stand; each keyword makes them wrong."""
    low, high = limits
    x = order(x, reverse)
    x = low + x / 255 * (high - low) if scale is None else scale(x, low, high)
    return (x - mean) / deviation if ends is None else ends(x, mean, deviation)


hand_in(
    "PREPARED",
    lambda x, b, m, d, r: flipped(prepare(x, b, m, d, False), r),
    lambda *a: prepare(*a, order=lambda x, reverse: x),
    lambda *a: prepare(*a, order=lambda x, reverse: x[..., ::-1]),
    lambda *a: prepare(*a, order=lambda x, reverse: flipped(x, not reverse)),
    lambda *a: prepare(*a, order=lambda x, reverse: x[:, :, ::-1] if reverse else x),
    lambda *a: prepare(*a, order=lambda x, reverse: x[::-1] if reverse else x),
    lambda *a: prepare(*a, scale=lambda x, low, high: x / 255 * high + low),
    lambda *a: prepare(*a, scale=lambda x, low, high: x / 255 * (high - low)),
    lambda *a: prepare(*a, scale=lambda x, low, high: x / 255),
    lambda *a: prepare(*a, scale=lambda x, low, high: x / 127.5 - 1),
    lambda *a: prepare(*a, scale=lambda x, low, high: np.clip(x, low, high)),
    lambda *a: prepare(*a, scale=lambda x, low, high: (x - low) / (high - low)),
    lambda *a: prepare(*a, scale=lambda x, low, high: low + (x - x.min()) / (x.max() - x.min()) * (high - low)),
    lambda *a: prepare(*a, ends=lambda x, mean, deviation: (x - x.mean((0, 1, 2))) / x.std((0, 1, 2))),
    lambda *a: prepare(*a, ends=lambda x, mean, deviation: (x - mean) / np.sqrt(deviation)),
    lambda *a: prepare(*a, ends=lambda x, mean, deviation: x - mean / deviation),
    lambda *a: prepare(*a, ends=lambda x, mean, deviation: x - mean),
    lambda x, b, m, d, r: prepare(x, b, flipped(m, r), flipped(d, r), r),
    lambda x, b, m, d, r: b[0] + (flipped(x, r) - m) / d / 255 * (b[1] - b[0]),
)  # fmt: skip


def split(originals, changed, held_out, *, out=None, train=None, validation=None, ends=np.flatnonzero):
    """Both sides' places, right as they stand; each keyword makes them wrong."""
    away = np.isin(originals, held_out) if out is None else out(originals, held_out)
    learned = ~away if train is None else train(away, changed)
    judged = away & ~changed if validation is None else validation(away, changed)
    return ends(learned), ends(judged)


hand_in(
    "SPLIT_COPIES",
    lambda *a: split(*a, train=lambda away, changed: ~(away & ~changed)),
    lambda *a: split(*a, validation=lambda away, changed: away),
    lambda *a: split(*a, train=lambda away, changed: ~away & ~changed),
    lambda *a: split(*a, train=lambda away, changed: ~away & changed),
    lambda *a: split(*a, validation=lambda away, changed: away & changed),
    lambda *a: split(*a, validation=lambda away, changed: ~changed),
    lambda *a: split(*a)[::-1],
    lambda *a: split(*a, ends=np.asarray),
    lambda *a: split(*a, ends=np.where),
    lambda *a: split(*a, ends=len),
    lambda o, c, h: split(o, c, h, ends=lambda here: o[here]),
    lambda o, c, h: split(o, c, h, out=lambda originals, held_out: np.isin(np.arange(len(o)), held_out)),
    lambda o, c, h: (np.setdiff1d(np.arange(len(o)), h), h),
    lambda o, c, h: split(o, c, h, out=lambda originals, held_out: originals == held_out),
    lambda o, c, h: (split(o, c, h)[0], np.concatenate([np.flatnonzero((o == k) & ~c) for k in h])),
    lambda o, c, h: (split(o, c, h)[0], np.array([np.argmax(o == k) for k in h])),
    lambda *a: split(*a, out=lambda originals, held_out: ~np.isin(originals, held_out)),
    lambda o, c, h: split(o, c, h)[1],
)


def phases(x, y, base, head, rates, steps, *, first=("head",), then=("base", "head"), rate=None, when=None,
           count=sum, late=False, at_once=True, restart=False, slope=None):  # fmt: skip
    """Both kernels after two phases, right as they stand; each keyword makes them wrong."""
    weights = {"base": base, "head": head}
    rate = (lambda name, rates, second: rates[second]) if rate is None else rate
    turn = steps[0] if when is None else when(steps)
    trained, second = first, False
    for step in range(count(steps)):
        if step == turn:
            second = True
            trained = trained if late else then
            weights = {"base": base, "head": head} if restart else weights
        old = dict(weights) if at_once else weights
        for name in sorted(trained):
            h = x @ old["base"]
            error = 2 * (h @ old["head"] - y) / y.size
            error = error if slope is None else slope(error, y)
            found = {"base": x.T @ error @ old["head"].T, "head": h.T @ error}
            weights[name] = weights[name] - rate(name, rates, second) * found[name]
        trained = then if late and second else trained
    return weights["base"], weights["head"]


def phases_in_place(x, y, base, head, rates, steps):
    """Changes the kernels that it was given."""
    for step in range(sum(steps)):
        h = x @ base
        error = 2 * (h @ head - y) / y.size
        slopes = x.T @ error @ head.T, h.T @ error
        if step >= steps[0]:
            base -= rates[1] * slopes[0]
        head -= rates[step >= steps[0]] * slopes[1]
    return base, head


hand_in(
    "TWO_PHASES",
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[0]),
    lambda *a: phases(*a, then=("head",)),
    lambda *a: phases(*a, first=("base", "head")),
    lambda *a: phases(*a, then=("base",)),
    lambda *a: phases(*a, first=("base",)),
    lambda *a: phases(*a, late=True),
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[1]),
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[1] if second and name == "base" else rates[0]),
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[0] * rates[1] if second else rates[0]),
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[0] / 10 if second else rates[0]),
    lambda *a: phases(*a, rate=lambda name, rates, second: rates[1 - second]),
    lambda *a: phases(*a, when=lambda steps: steps[1]),
    lambda *a: phases(*a, when=lambda steps: steps[0] + 1),
    lambda *a: phases(*a, when=lambda steps: steps[0] - 1),
    lambda *a: phases(*a, when=lambda steps: 0),
    lambda *a: phases(*a, restart=True),
    lambda *a: phases(*a, at_once=False),
    lambda *a: phases(*a, count=lambda steps: steps[0]),
    lambda *a: phases(*a)[::-1],
    phases_in_place,
)


def step_with(x, y, norm, head, rate, training, trainable, *, moves=None, batch=None, kept=None, frozen=None,
              learns=None, whole=None, after=None):  # fmt: skip
    """One step behind normalisation, right as it stands; each keyword makes it wrong."""
    gamma, beta, mean, variance = norm
    mu, var = x.mean(axis=0), x.var(axis=0)
    by_batch = training and trainable if batch is None else batch(training, trainable)
    now = mean, variance
    if training and trainable if moves is None else moves(training, trainable):
        mean, variance = 0.9 * mean + 0.1 * mu, 0.9 * variance + 0.1 * var
    if not by_batch:
        mu, var = (mean, variance) if kept is None else now
    if frozen is not None and not trainable:
        mu, var = frozen(x, mean, variance)
    h = gamma * (x - mu) / np.sqrt(var + 0.001) + beta
    if whole is not None and not trainable:
        h = whole(x, (x - mu) / np.sqrt(var + 0.001))
    error = 2 * (h @ head - y) / y.size
    back = error @ head.T
    if trainable if learns is None else learns(training, trainable):
        gamma = gamma - rate * (back * (x - mu) / np.sqrt(var + 0.001)).sum(axis=0)
        beta = beta - rate * back.sum(axis=0)
    new = head - rate * h.T @ error
    if after is not None and not trainable:
        mean, variance, new = after(norm, (x.mean(axis=0), x.var(axis=0)), (mean, variance), (head, new))
    return gamma, beta, mean, variance, new


def always(training, trainable):
    return training


def either(training, trainable):
    return training or trainable


def trained(training, trainable):
    return trainable


hand_in(
    "STILL_STATISTICS",
    lambda *a: step_with(*a, batch=always),
    lambda *a: step_with(*a, moves=always),
    lambda *a: step_with(*a, moves=always, kept=True),
    lambda *a: step_with(*a, moves=always, after=lambda norm, batch, kept, heads: (*norm[2:], heads[1])),
    lambda *a: step_with(*a, batch=trained, moves=trained),
    lambda *a: step_with(*a, moves=trained),
    lambda *a: step_with(*a, batch=trained),
    lambda *a: step_with(*a, batch=either, moves=either),
    lambda *a: step_with(*a, batch=either),
    lambda *a: step_with(*a, moves=lambda training, trainable: training and not trainable),
    lambda *a: step_with(*a, moves=lambda training, trainable: False),
    lambda *a: step_with(*a, learns=lambda training, trainable: True),
    lambda *a: step_with(*a, learns=lambda training, trainable: training and trainable),
    lambda *a: step_with(*a, after=lambda norm, batch, kept, heads: (*kept, heads[0])),
    lambda *a: step_with(*a, after=lambda norm, batch, kept, heads: (*batch, heads[1])),
    lambda *a: step_with(*a, frozen=lambda x, mean, variance: (mean, x.var(axis=0))),
    lambda *a: step_with(*a, frozen=lambda x, mean, variance: (0, 1)),
    lambda *a: step_with(*a, whole=lambda x, x_hat: x_hat),
    lambda *a: step_with(*a, whole=lambda x, x_hat: x),
)

enter("TRAINED_NUMBERS", 5066, 4938, 4992, 5034, 5178, 5274, 394, 330, 4672, 682, 906, 4970, 5146, 1930, 176)

enter(
    "PLAN",
    (0, 24, 20),
    (1, 24, 20),
    (2, 20, 20),
    (4, 24, 20),
    (4, 20, 40),
    (3, 25, 20),
    (3, 200, 20),
    (3, 24, 10),
    (3, 12, 60),
    (3, 24, 50),
    (3, 20, 40),
    (2, 24, 10),
    (20, 3, 20),
    (5, 20, 20),
    (3, 20),
)
