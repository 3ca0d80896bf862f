"""Writes, and what is read between them, where ranks are known only as the program runs."""

from __future__ import annotations

from typing import Any

import numpy as np


def element(x: Any) -> Any:
    """x, an entry that was read before its array was written: a number, and no row of it."""
    if np.ndim(x):
        raise TypeError(
            "an entry is read before its array is written, and used behind that: it is a row, "
            "which shares memory with the array (copy it, or give example=)"
        )
    return x


def put_along(x: Any, indices: Any, values: Any, axis: int) -> Any:
    """x after `np.put_along_axis(x, indices, values, axis)`, in memory of its own."""
    out = np.array(x)
    np.put_along_axis(out, indices, values, axis)
    return out


def put_along_dvalues(g: Any, indices: Any, axis: int) -> Any:
    """What g says of the values that were put: nothing of those that were overwritten again."""
    rank = np.arange(indices.size).reshape(indices.shape)
    last = np.zeros(g.shape, dtype=int)
    np.put_along_axis(last, indices, rank, axis)
    kept = np.take_along_axis(last, indices, axis) == rank
    return np.where(kept, np.take_along_axis(g, indices, axis), 0.0)
