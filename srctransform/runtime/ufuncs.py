"""Methods of ufuncs, where ranks and indices are known only as the program runs.

outer_operand(a, b)                        a with an axis of length one for each of b
distinct(index, x)                         index, if it names no place of x twice
extremum_at(np.maximum, x, index, values)  x after `np.maximum.at(x, index, values)`
scatter(values, index, x)                  zeros like x, with the values added at an index
unreduceat(g, x, [0, 2], 0)                [g[0], g[0], g[1], g[1], ...]: of each segment of x
"""

from __future__ import annotations

from typing import Any

import numpy as np


def outer_operand(a: Any, b: Any) -> Any:
    """a with an axis of length one behind its own for each axis of b, as `ufunc.outer` has it."""
    return np.reshape(a, np.shape(a) + (1,) * np.ndim(b))


def distinct(index: Any, x: Any) -> Any:
    """index, which has to name no place of x twice: ValueError otherwise."""
    places = np.ravel(np.arange(np.size(x)).reshape(np.shape(x))[index])
    if np.size(np.unique(places)) < np.size(places):
        raise ValueError(
            "ufunc.at with an index that names a place twice has a derivative for np.add, "
            "np.subtract, np.maximum and np.minimum only"
        )
    return index


def extremum_at(ufunc: Any, x: Any, index: Any, values: Any) -> Any:
    """x after `ufunc.at(x, index, values)`, in memory of its own."""
    out = np.array(x)
    ufunc.at(out, index, values)
    return out


def ties_at(z: Any, x: Any, index: Any, values: Any) -> Any:
    """How many of the old entry and the values put there are the extremum z, at each place."""
    ties = np.array(x == z, np.result_type(z, 0.0))
    np.add.at(ties, index, values == z[index])
    return np.maximum(ties, 1.0, dtype=ties.dtype)


def scatter(values: Any, index: Any, x: Any) -> Any:
    """Zeros of the shape of x with the values added at an index, which may repeat."""
    out = np.zeros(np.shape(x), np.result_type(values, 0.0))
    np.add.at(out, index, values)
    return out


def unreduceat(g: Any, x: Any, indices: Any, axis: int) -> Any:
    """The cotangent of x, for the cotangent g of np.add.reduceat(x, indices, axis)."""
    moved = np.moveaxis(np.zeros(np.shape(x), np.result_type(g, 0.0)), axis, 0)
    starts = np.asarray(indices)
    ends = np.append(starts[1:], len(moved))
    lengths = np.where(ends > starts, ends - starts, 1)  # a segment that ends early is one entry
    segment = np.repeat(np.arange(len(starts)), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths - starts, lengths)
    np.add.at(moved, np.arange(len(segment)) - first, np.moveaxis(g, axis, 0)[segment])
    return np.moveaxis(moved, 0, axis)


def increasing(indices: Any) -> Any:
    """indices, which have to increase: ValueError for segments that overlap."""
    if np.any(np.diff(indices) <= 0):
        raise ValueError("the derivative of reduceat needs indices that increase")
    return indices
