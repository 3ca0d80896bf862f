"""How np.vectorize, np.apply_along_axis and np.apply_over_axes take arrays apart and make them."""

from __future__ import annotations

from typing import Any

import numpy as np


def entries(x: Any, shape: Any) -> list[Any]:
    """The entries of x, spread to a shape, as Python numbers: what np.vectorize calls with."""
    return list(np.broadcast_to(x, shape).ravel().tolist())


def from_entries(values: list[Any], shape: Any) -> Any:
    """The array of these values, of the dtype of the first one, as np.vectorize makes it."""
    return np.array(values, np.asarray(values[0]).dtype).reshape(shape)


def entries_of(g: Any, z: Any) -> list[Any]:
    """The entries of the cotangent g of z = from_entries(...); zero where z was cut to ints."""
    kept = np.result_type(z).kind in "fc"
    return list(np.ravel(g).tolist()) if kept else [0.0] * np.size(z)


def like_entries(values: list[Any], z: Any) -> Any:
    """The tangent of z = from_entries(...), for those of the values."""
    kept = np.result_type(z).kind in "fc"
    return np.array(values).reshape(np.shape(z)) if kept else np.zeros(np.shape(z))


def lines_of(x: Any, axis: int) -> Any:
    """The lines of x along an axis, as the rows of a matrix."""
    moved = np.moveaxis(x, axis, -1)
    return moved.reshape(-1, moved.shape[-1])


def unlines(g: Any, x: Any, axis: int) -> Any:
    """The matrix of lines g in the shape of x."""
    shape = np.shape(np.moveaxis(np.asarray(x), axis, -1))
    return np.moveaxis(np.reshape(g, shape), -1, axis)


def along_axis(rows: Any, x: Any, axis: int) -> Any:
    """The results for the lines of x along an axis, each in the place of its line."""
    shape = np.shape(x)
    axis %= len(shape)
    rest = shape[:axis] + shape[axis + 1 :]
    count = np.ndim(rows) - 1
    out = np.reshape(rows, rest + np.shape(rows)[1:])
    return np.moveaxis(out, range(len(rest), len(rest) + count), range(axis, axis + count))


def unalong(g: Any, rows: Any, x: Any, axis: int) -> Any:
    """The cotangent of the rows in `along_axis(rows, x, axis)`."""
    axis %= np.ndim(x)
    lead, count = np.ndim(x) - 1, np.ndim(rows) - 1
    back = np.moveaxis(g, range(axis, axis + count), range(lead, lead + count))
    return np.reshape(back, np.shape(rows))


def with_axis(result: Any, x: Any, axis: int) -> Any:
    """The result of a function of x along an axis, with an axis of one in its place."""
    return result if np.ndim(result) == np.ndim(x) else np.expand_dims(result, axis)


def one_condition(condition: Any) -> Any:
    """The condition of np.piecewise, which has to be one: the rows of a matrix are several."""
    if np.ndim(condition) > 1:
        raise TypeError("np.piecewise is to be given its conditions in a list")
    return condition
