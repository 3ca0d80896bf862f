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
