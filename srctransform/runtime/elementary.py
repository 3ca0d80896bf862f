"""Derivatives of elementwise functions that have no formula in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def sinc_d(x: Any, n: int) -> Any:
    """The n-th derivative of sinc(x) = sin(pi x) / (pi x): a recurrence, and a series near 0."""
    u = np.pi * x
    is_far = np.abs(u) > n + 1
    far = np.where(is_far, u, n + 1.0)
    ratio = np.sin(far) / far
    for k in range(1, n + 1):  # (u s)^(k) = u s^(k) + k s^(k-1), and u s = sin(u)
        ratio = (np.sin(far + k * np.pi / 2.0) - k * ratio) / far
    near = np.where(is_far, 0.0, u)
    k = (n + 1) // 2
    term = (-1.0) ** k * near ** (n % 2)
    series = term / (2 * k + 1)
    for j in range(n % 2 + 2, n + 40, 2):
        k += 1
        term = term * (-(near**2) / (j * (j - 1)))
        series = series + term / (2 * k + 1)
    return np.pi**n * np.where(is_far, ratio, series)


def psi(x: float, n: int) -> float:
    """The n-th derivative of the digamma function, for one number: the recurrence up to where the
    asymptotic series has all digits (Abramowitz and Stegun 6.3.18, 6.4.6, 6.4.11)."""
    if n == 0 and x < -20.0:
        return psi(1.0 - x, 0) - np.pi / float(np.tan(np.pi * (x % 1.0)))
    factorial = 1.0
    for k in range(2, n + 1):
        factorial *= k
    total, sign = 0.0, -1.0 if n % 2 else 1.0
    while x < 16.0 + n:
        total -= sign * factorial / x ** (n + 1)
        x += 1.0
    lead = float(np.log(x)) if n == 0 else -sign * factorial / n / x**n
    total += lead - sign * factorial / (2.0 * x ** (n + 1))
    term = factorial * (n + 1) / (2.0 * x ** (n + 2))  # (k + n - 1)! / k! / x**(k + n), k = 2
    k = 2
    for bernoulli in (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510):
        total -= sign * bernoulli * term
        term *= (k + n) * (k + n + 1) / ((k + 1) * (k + 2) * x * x)
        k += 2
    return total


def i0_d(x: Any, n: int) -> Any:
    """The n-th derivative of the modified Bessel function I0: the mean over a circle of
    cos(t)**n * exp(x cos(t)), by the midpoint rule, which converges faster than any power (9.6.16).
    """
    x = np.asarray(x) * 1.0
    if x.size == 0:
        return x
    largest = float(np.max(np.abs(x)))
    points = 16 + int(4.0 * largest**0.5) + n
    total = np.zeros_like(x)
    for k in range(points):
        c = float(np.cos((k + 0.5) * np.pi / (2 * points)))
        total += c**n * (np.sinh(c * x) if n % 2 else np.cosh(c * x))
    return (total / points)[()]
