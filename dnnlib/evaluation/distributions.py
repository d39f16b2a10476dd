"""Tails and quantiles that intervals need: Student's t and the binomial."""

from math import atan, comb, cos, lgamma, log, pi, sin, sqrt

import numpy as np

STEPS = 200  # of a bisection: each halves the error


def bisect(rises, low, high):
    """Returns where a rising condition becomes true between `low` and `high`."""
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return high


def student_within(t, degrees):
    """Returns the probability that Student's t lies between -t and t.

    Args:
        t: A number of at least 0.
        degrees: Degrees of freedom, a whole number of at least 1.

    Source: Abramowitz & Stegun (1964), Handbook of mathematical functions, 26.7.3 and 26.7.4.
    """
    angle = atan(t / sqrt(degrees))
    term, total = (cos(angle), 0.0) if degrees % 2 else (1.0, 0.0)
    for k in range(3 if degrees % 2 else 2, degrees + 1, 2):
        total += term
        term *= (k - 1) / k * cos(angle) ** 2
    return 2 / pi * (angle + sin(angle) * total) if degrees % 2 else sin(angle) * total


def student_quantile(confidence, degrees):
    """Returns t such that Student's t lies between -t and t with probability `confidence`."""
    high = 1.0
    while student_within(high, degrees) < confidence:
        high *= 2
    return bisect(lambda t: student_within(t, degrees) >= confidence, 0.0, high)


def binomial_upper_tail(count, trials, share):
    """Returns the probability of `count` or more successes in `trials` with success probability `share`."""
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    k = np.arange(count, trials + 1)
    choose = lgamma(trials + 1) - np.array([lgamma(i + 1) + lgamma(trials - i + 1) for i in k])
    return float(min(1.0, np.exp(choose + k * log(share) + (trials - k) * np.log1p(-share)).sum()))


def clopper_pearson(count, trials, confidence):
    """Returns the exact (conservative) interval of a success probability.

    Source: Clopper & Pearson (1934), The use of confidence or fiducial limits illustrated in the case of the binomial.
    """
    tail = (1 - confidence) / 2
    low = bisect(lambda share: binomial_upper_tail(count, trials, share) >= tail, 0.0, 1.0) if count else 0.0
    lost = trials - count
    high = 1 - bisect(lambda share: binomial_upper_tail(lost, trials, share) >= tail, 0.0, 1.0) if lost else 1.0
    return low, high


def fair_coin_p_value(heads, tosses):
    """Returns the two-sided exact p-value of `heads` in `tosses` of a fair coin."""
    if not tosses:
        return 1.0
    fewer = min(heads, tosses - heads)
    return min(1.0, 2 * sum(comb(tosses, k) for k in range(fewer + 1)) / 2**tosses)
