"""Writes, and what is read between them, where ranks are known only as the program runs."""

from __future__ import annotations

from typing import Any

import numpy as np


def element(x: Any) -> Any:
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


def diagonal_index(shape: tuple[int, ...]) -> tuple[Any, ...]:
    """The index of the diagonal that `np.fill_diagonal` fills in an array of this shape."""
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise ValueError(f"np.fill_diagonal does not take an array of shape {shape}")
    return (np.arange(min(shape)),) * len(shape)


def wrapped_diagonal(shape: tuple[int, ...], wrap: bool) -> Any:
    """The places, counted through the whole array, that `np.fill_diagonal(x, v, wrap)` fills."""
    if len(shape) != 2:
        return np.ravel_multi_index(diagonal_index(shape), shape)
    rows, columns = shape
    stop = rows * columns if wrap else min(rows, columns) * columns
    return np.arange(0, stop, columns + 1)


def require_floats(x: Any) -> None:
    """Raise TypeError if x, which floats are stored into, is an array of ints."""
    if isinstance(x, np.ndarray) and x.dtype.kind in "iub":
        raise TypeError(
            f"values to differentiate are stored into an array of {x.dtype}, which cuts their "
            "fractions off: make it an array of floats"
        )


def place(index: Any) -> Any:
    """index, which has to be no array and no list: x[index] would be a copy, and no part of x."""
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, list | np.ndarray) and np.ndim(part):
            raise TypeError(
                "what is written into here was taken by an index array, so it is a copy, and not "
                "a part of the array: give example="
            )
    return index


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
