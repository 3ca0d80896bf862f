"""Powers, where the exponent is known only at run time."""

from __future__ import annotations

from typing import Any

import numpy as np


def power_dx(x: Any, y: Any) -> Any:
    """y * x ** (y - 1), and 0 where y is 0."""
    if np.ndim(y) == 0:
        return y * x ** (y - 1.0) if y != 0 else 0.0 * x
    return y * x ** np.where(y == 0, 1.0, y - 1.0).astype(np.result_type(y, 0.0))


def log_or_zero(x: Any) -> Any:
    """log(x), and 0 at 0."""
    return np.where(x == 0, 0.0, np.log(np.where(x == 0, 1.0, x)))
