"""Weights of integrals of samples at equal distances: np.sum(dx * weights * y).

simpson_weights(y)      [1, 4, 2, 4, 1] / 3 for five samples along the last axis
romberg_weights(y)      [14, 64, 24, 64, 14] / 45

Sources: Abramowitz & Stegun 25.4.6; Cartwright (2017) for an even number of samples; 25.4.14 and
Richardson's extrapolation for Romberg's.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def simpson_weights(y: Any) -> Any:
    """Simpson's weights; the last of an odd number of intervals is under the last parabola."""
    count = np.shape(y)[-1]
    w = np.zeros(count, np.result_type(y, 0.0))
    odd = count if count % 2 else count - 1
    if count == 2:
        return w + 0.5
    if odd > 1:
        w[:odd:2] += 2 / 3
        w[1:odd:2] += 4 / 3
        w[0] -= 1 / 3
        w[odd - 1] -= 1 / 3
    if odd < count:
        w[-3:] += np.array([-1 / 12, 2 / 3, 5 / 12])
    return w


def romberg_weights(y: Any) -> Any:
    """Romberg's weights. Raises ValueError unless there are 2**k + 1 samples."""
    count = np.shape(y)[-1]
    levels = (count - 1).bit_length() - 1
    if count < 2 or count - 1 != 1 << levels:
        raise ValueError("the number of samples must be one plus a power of 2")
    rows: list[Any] = []
    for level in range(levels + 1):
        step = (count - 1) >> level
        w = np.zeros(count, np.result_type(y, 0.0))
        w[::step] = step
        w[0] = w[-1] = step / 2
        new = [w]
        for j, old in enumerate(rows, 1):
            new.append(new[-1] + (new[-1] - old) / (4**j - 1))
        rows = new
    return rows[-1]
