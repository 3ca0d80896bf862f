"""Powers and logarithms, where base or exponent are known only as the program runs."""

from __future__ import annotations

from typing import Any

import numpy as np


def power_dx(x: Any, y: Any) -> Any:
    """y * x ** (y - 1), and 0 where y is 0."""
    if np.ndim(y) == 0:
        return y * x ** (y - 1.0) if y != 0 else 0.0 * x
    return y * x ** np.where(y == 0, 1.0, y - 1.0)


def power_d(x: Any, y: Any, n: int, k: int) -> Any:
    """The derivative of x ** y, n times by x and k times by y; log(x) counts as 0 at x = 0."""
    if n == 0:
        return x**y * log_or_zero(x) ** k if k else x**y
    if np.ndim(y) == 0:
        first = y * power_d(x, y - 1.0, n - 1, k) if y != 0 else 0.0 * x
    else:
        first = y * power_d(x, np.where(y == 0, 1.0, y - 1.0), n - 1, k)
    # (x**y log(x)**k)' = y x**(y-1) log(x)**k + k x**(y-1) log(x)**(k-1)
    return first + k * power_d(x, y - 1.0, n - 1, k - 1) if k else first


def log_or_zero(x: Any) -> Any:
    """log(x), and 0 at 0."""
    if np.ndim(x) == 0:
        log = np.log(x) if x != 0 else 0.0 * x
        return float(log) if isinstance(x, (int, float)) else log
    return np.where(x == 0, 0.0, np.log(np.where(x == 0, 1.0, x)))
