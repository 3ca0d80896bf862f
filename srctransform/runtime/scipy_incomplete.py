"""Derivatives of the incomplete gamma and beta functions by their parameters, which have no closed
form: central differences of order 10 of the logarithm of the smaller tail, in steps of log a.

gammainc_da(a, x, n)       the n-th derivative (1 or 2) of scipy.special.gammainc(a, x) by a
betainc_da(a, b, x, n)     of scipy.special.betainc(a, b, x) by a; betainc_db by b
log_normal_mass(a, b)      log(ndtr(b) - ndtr(a)), in the tails too

The logarithm of a tail is a slow function of log a, so some 11 digits are right, in the far tails
and for parameters of 1e6 too. Each costs ten calls of the function for each tail.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def tail_slope(tail: Any, a: Any, n: int) -> Any:
    """The n-th derivative (1 or 2) of tail(a), a probability, by a > 0."""
    h = 0.02 / np.sqrt(1.0 + 0.25 * a)
    center = np.asarray(tail(a), float)
    held = np.where(center > 0.0, center, 1.0)
    first, second, whole = 0.0, 0.0, center > 0.0
    weights = (5 / 6, -5 / 21, 5 / 84, -5 / 504, 1 / 1260)
    curves = (5 / 3, -5 / 21, 5 / 126, -5 / 1008, 1 / 3150)
    for k, (w, c) in enumerate(zip(weights, curves, strict=True), 1):
        up, down = tail(a * np.exp(k * h)) / held, tail(a * np.exp(-k * h)) / held
        whole = whole & (up > 0.0) & (down > 0.0)
        up, down = np.log(np.where(up > 0.0, up, 1.0)), np.log(np.where(down > 0.0, down, 1.0))
        first = first + w * (up - down) / h
        second = second + c * (up + down) / h**2
    if n == 1:
        return np.where(whole, center * first / a, 0.0)
    return np.where(whole, center * (first**2 - first + second) / a**2, 0.0)


def gammainc_da(a: Any, x: Any, n: int) -> Any:
    """The n-th derivative (1 or 2) of gammainc(a, x) by a."""
    from scipy import special

    z = special.gammainc(a, x)
    a, x = np.asarray(a, float), np.asarray(x, float)
    lower = tail_slope(lambda p: special.gammainc(p, x), a, n)
    upper = tail_slope(lambda p: special.gammaincc(p, x), a, n)
    return np.where(z < 0.5, lower, -upper).astype(z.dtype)[()]


def betainc_da(a: Any, b: Any, x: Any, n: int) -> Any:
    """The n-th derivative (1 or 2) of betainc(a, b, x) by a."""
    from scipy import special

    z = special.betainc(a, b, x)
    a, b, x = np.asarray(a, float), np.asarray(b, float), np.asarray(x, float)
    lower = tail_slope(lambda p: special.betainc(p, b, x), a, n)
    upper = tail_slope(lambda p: special.betaincc(p, b, x), a, n)
    return np.where(z < 0.5, lower, -upper).astype(z.dtype)[()]


def betainc_db(a: Any, b: Any, x: Any, n: int) -> Any:
    """The n-th derivative (1 or 2) of betainc(a, b, x) by b."""
    from scipy import special

    z = special.betainc(a, b, x)
    a, b, x = np.asarray(a, float), np.asarray(b, float), np.asarray(x, float)
    lower = tail_slope(lambda q: special.betainc(a, q, x), b, n)
    upper = tail_slope(lambda q: special.betaincc(a, q, x), b, n)
    return np.where(z < 0.5, lower, -upper).astype(z.dtype)[()]


def log_normal_mass(a: Any, b: Any) -> Any:
    """log(ndtr(b) - ndtr(a)) for a <= b, by the tail in which a and b are."""
    from scipy import special

    low, high = np.where(a > 0, -b, a), np.where(a > 0, -a, b)
    whole = special.log_ndtr(high)
    return whole + special.xlog1py(1.0, -np.exp(special.log_ndtr(low) - whole))
