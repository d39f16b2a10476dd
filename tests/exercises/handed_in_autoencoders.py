"""Wrong answers to the exercises on autoencoders, written from prompt and stub before any of them was checked."""

import numpy as np

HANDED_IN = {}


def hand_in(name, *answers):
    """Files wrong answers to one exercise."""
    HANDED_IN.setdefault(name, []).extend(answers)


def residual(x, w, v):
    """What is rebuilt, less the target."""
    return x @ w @ v - x


hand_in(
    "LINEAR_GRADIENTS",
    lambda x, w, v: (2 * x.T @ residual(x, w, v) @ v.T, 2 * (x @ w).T @ residual(x, w, v)),
    lambda x, w, v: (x.T @ residual(x, w, v) @ v.T / len(x), (x @ w).T @ residual(x, w, v) / len(x)),
    lambda x, w, v: (-2 * x.T @ residual(x, w, v) @ v.T / len(x), -2 * (x @ w).T @ residual(x, w, v) / len(x)),
    lambda x, w, v: (2 * x.T @ residual(x, w, v) @ v.T / x.size, 2 * (x @ w).T @ residual(x, w, v) / x.size),
    lambda x, w, v: (2 * (x @ w).T @ residual(x, w, v) / len(x), 2 * x.T @ residual(x, w, v) @ v.T / len(x)),
    lambda x, w, v: (2 * x.T @ (x @ w @ v) @ v.T / len(x), 2 * (x @ w).T @ (x @ w @ v) / len(x)),
    lambda x, w, v: (2 * x.T @ residual(x, w, v) @ w / len(x), 2 * (x @ w).T @ residual(x, w, v) / len(x)),
    lambda x, w, v: (2 * x.T @ residual(x, w, v) @ v.T / len(x), 2 * (x @ v.T).T @ residual(x, w, v) / len(x)),
    lambda x, w, v: (2 * x.T @ residual(x, w, v) @ v.T / len(x), (2 * (x @ w).T @ residual(x, w, v) / len(x)).T),
    lambda x, w, v: (
        2 * (x.T @ residual(x, w, v) + residual(x, w, v).T @ x) @ v.T / len(x),
        2 * (x @ w).T @ residual(x, w, v) / len(x),
    ),
    lambda x, w, v: np.mean(np.sum(residual(x, w, v) ** 2, axis=1)),
)


def denoising(x, noise, w, b, v, c, *, fed=None, target=None, code=lambda z: np.maximum(z, 0), mean=None, power=2):
    """A denoising autoencoder's losses, right as they stand; each keyword makes them wrong."""
    rebuilt = code((x + noise if fed is None else fed) @ w + b) @ v + c
    gaps = np.abs(rebuilt - (x if target is None else target)) ** power
    return gaps.mean(axis=1) if mean is None else mean(gaps)


hand_in(
    "REPAIR_DENOISING",
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, mean=lambda gaps: gaps.mean(axis=0)),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, target=x + noise),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, mean=lambda gaps: gaps.sum(axis=1)),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, mean=lambda gaps: gaps.mean()),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, fed=x),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, fed=x, target=x + noise),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, target=noise),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, fed=x - noise),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, code=lambda z: z),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, power=1),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, mean=lambda gaps: np.sqrt(gaps.mean(axis=1))),
    lambda x, noise, w, b, v, c: denoising(x, noise, w, b, v, c, mean=lambda gaps: gaps.mean(axis=1) / 2),
)


def guess(noisy, x, sigma, *, distance=None, weigh=None, shares=None, of=None):
    """The mean clean point, right as it stands; each keyword makes it wrong."""
    gaps = noisy[:, None] - x[None]
    squares = (gaps**2).sum(axis=-1) if distance is None else distance(gaps)
    logs = -squares / (2 * sigma**2) if weigh is None else weigh(squares, sigma)
    logs = logs - logs.max(axis=1, keepdims=True)
    weights = np.exp(logs)
    weights = weights / weights.sum(axis=1, keepdims=True) if shares is None else shares(weights)
    return weights @ x if of is None else of(weights)


def plain_guess(noisy, x, sigma):
    """Without care for points far away, where all weights are 0."""
    with np.errstate(all="ignore"):
        weights = np.exp(-((noisy[:, None] - x[None]) ** 2).sum(axis=-1) / (2 * sigma**2))
        return weights @ x / weights.sum(axis=1, keepdims=True)


def guarded_guess(noisy, x, sigma):
    """With a small number against the division by 0, so that far points are drawn to the origin."""
    weights = np.exp(-((noisy[:, None] - x[None]) ** 2).sum(axis=-1) / (2 * sigma**2))
    return weights @ x / (weights.sum(axis=1, keepdims=True) + 1e-12)


hand_in(
    "BEST_GUESS",
    plain_guess,
    guarded_guess,
    lambda noisy, x, sigma: guess(noisy, x, sigma, weigh=lambda squares, s: -squares / s**2),
    lambda noisy, x, sigma: guess(noisy, x, sigma, weigh=lambda squares, s: -squares / (2 * s)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, weigh=lambda squares, s: squares / (2 * s**2)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, weigh=lambda squares, s: -np.sqrt(squares) / (2 * s**2)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, weigh=lambda squares, s: -squares / 2),
    lambda noisy, x, sigma: guess(noisy, x, sigma, distance=lambda gaps: np.abs(gaps).sum(axis=-1)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, distance=lambda gaps: (gaps**2).mean(axis=-1)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, shares=lambda weights: weights / weights.sum()),
    lambda noisy, x, sigma: guess(noisy, x, sigma, shares=lambda weights: weights / weights.sum(axis=0)),
    lambda noisy, x, sigma: guess(noisy, x, sigma, shares=lambda weights: weights / len(x)),
    lambda noisy, x, sigma: x[((noisy[:, None] - x[None]) ** 2).sum(axis=-1).argmin(axis=1)],
    lambda noisy, x, sigma: guess(noisy, x, sigma) - noisy,
    lambda noisy, x, sigma: np.repeat(x.mean(axis=0, keepdims=True), len(noisy), axis=0),
)


def terms(x, mean, log_variance, noise, v, variance, *, spread=None, squares=None, cost=None, over=None, ends=None):
    """The bound's two terms, right as they stand; each keyword makes them wrong."""
    deviation = np.exp(log_variance / 2) if spread is None else spread(log_variance)
    gaps = x - (mean + deviation * noise) @ v
    error = (gaps**2).sum(axis=1) / (2 * variance) if squares is None else squares(gaps, variance)
    each = ((mean**2 + np.exp(log_variance) - log_variance - 1) / 2 if cost is None else cost(mean, log_variance)).sum(
        axis=1
    )
    error, each = (error.mean(), each.mean()) if over is None else (over(error), over(each))
    return (error, each) if ends is None else ends(error, each)


for _keywords in (
    {"spread": np.exp},
    {"spread": lambda log_variance: log_variance},
    {"spread": lambda log_variance: np.sqrt(np.abs(log_variance))},
    {"spread": lambda log_variance: 0},
    {"squares": lambda gaps, variance: (gaps**2).sum(axis=1)},
    {"squares": lambda gaps, variance: (gaps**2).sum(axis=1) / variance},
    {"squares": lambda gaps, variance: (gaps**2).mean(axis=1) / (2 * variance)},
    {"squares": lambda gaps, variance: (gaps**2).sum(axis=1) / (2 * variance**2)},
    {"cost": lambda mean, logs: -(mean**2 + np.exp(logs) - logs - 1) / 2},
    {"cost": lambda mean, logs: mean**2 + np.exp(logs) - logs - 1},
    {"cost": lambda mean, logs: (mean**2 + np.exp(logs) - logs) / 2},
    {"cost": lambda mean, logs: (mean**2 + np.exp(logs) + logs - 1) / 2},
    {"cost": lambda mean, logs: (mean**2 + np.exp(2 * logs) - 2 * logs - 1) / 2},
    {"cost": lambda mean, logs: (mean + np.exp(logs) - logs - 1) / 2},
    {"over": np.sum},
    {"ends": lambda error, each: (each, error)},
    {"ends": lambda error, each: error + each},
    {"ends": lambda error, each: (error, -each)},
):
    hand_in(
        "BOUND_TERMS",
        lambda x, mean, log_variance, noise, v, variance, keywords=_keywords: terms(
            x, mean, log_variance, noise, v, variance, **keywords
        ),
    )
