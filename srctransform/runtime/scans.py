"""Running sums and products along an axis: the linear recurrences of their derivatives.

    shifted([a, b, c], 1, 0, 1.0)         [1, a, b]
    recurrence([a, b, c], [x, y, z], 0)   [a, b + y a, c + z (b + y a)]

An axis of None stands for the one axis of a flattened array, as in `np.cumprod(x)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def shifted(x: Any, step: int, axis: Any, fill: Any) -> Any:
    """x moved by one place along axis, up (step 1) or down (step -1); the first place is `fill`."""
    moved = np.moveaxis(x, 0 if axis is None else axis, 0)
    out = np.empty_like(moved)
    if step > 0:
        out[:1] = fill
        out[1:] = moved[:-1]
    else:
        out[-1:] = fill
        out[:-1] = moved[1:]
    return np.moveaxis(out, 0, 0 if axis is None else axis)


def recurrence(g: Any, x: Any, axis: Any) -> Any:
    """y with y[k] = g[k] + x[k] * y[k - 1] along axis, from the first entry on."""
    axis = 0 if axis is None else axis
    x = np.reshape(x, np.shape(g))
    y = np.array(np.moveaxis(g, axis, 0), np.result_type(g, x, 0.0))
    run_recurrence(y, np.moveaxis(x, axis, 0))
    return np.moveaxis(y, 0, axis)


def recurrence_back(g: Any, x: Any, axis: Any) -> Any:
    """y with y[k] = g[k] + x[k + 1] * y[k + 1] along axis, from the last entry back."""
    axis = 0 if axis is None else axis
    x = np.reshape(x, np.shape(g))
    y = np.array(np.moveaxis(g, axis, 0), np.result_type(g, x, 0.0))
    run_recurrence(y[::-1], np.roll(np.moveaxis(x, axis, 0)[::-1], 1, 0))
    return np.moveaxis(y, 0, axis)


def run_recurrence(y: Any, x: Any) -> None:
    """y[k] += x[k] * y[k - 1] for k = 1, 2, ..., in place: neighbours are joined to pairs until
    few are left (Blelloch 1990), so a long recurrence takes few operations on arrays."""
    if len(y) < 32:
        for k in range(1, len(y)):
            y[k] += x[k] * y[k - 1]
        return
    even = len(y) // 2 * 2
    pairs = y[1:even:2] + x[1:even:2] * y[0:even:2]
    run_recurrence(pairs, x[1:even:2] * x[0:even:2])
    y[1:even:2] = pairs
    y[2::2] += x[2::2] * pairs[: len(y[2::2])]
