"""Quantiles as a linear map of the data, whose places the data decides.

quantiles_along(v, x, 0.25, -1, "linear")      what the quantiles of x become as x moves along v
quantiles_back(g, x, 0.25, -1, "linear")       the cotangent of x, for that of its quantiles

A quantile lies between two entries of the sorted data. Where, is the quantile of the ranks 0, 1,
2, ..., whatever the method. Entries that are equal share equally; nan has no share.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .sorting import sort_like


def rows_along(x: Any, axis: Any) -> Any:
    """x as a matrix whose rows are what a reduction along axis takes together."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    order = [k for k in range(len(shape)) if k not in last] + last
    count = int(np.prod([shape[k] for k in last], dtype=int))
    return np.reshape(np.transpose(x, order), (np.size(x) // max(count, 1), count))


def from_rows(rows: Any, x: Any, axis: Any) -> Any:
    """What rows_along(x, axis) has made a matrix, in the shape of x again."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    order = [k for k in range(len(shape)) if k not in last] + last
    return np.transpose(np.reshape(rows, [shape[k] for k in order]), np.argsort(order).tolist())


def quantile_places(rows: Any, q: Any, method: Any) -> Any:
    """(low, high, part) of each row and quantile: the quantile is `part` of the way from the
    sorted entry `low` to the sorted entry `high`."""
    count = np.sum(~np.isnan(rows), axis=-1)
    at = np.zeros((len(rows), np.size(q)))
    for n in set(count.tolist()) - {0}:
        at[count == n] = np.quantile(np.arange(float(n)), np.ravel(q), method=method)
    low = np.floor(at).astype(int)
    part = (at - low).astype(np.result_type(rows, 0.0))
    return low, np.minimum(low + 1, np.maximum(count - 1, 0)[:, None]), part


def quantiles_along(v: Any, x: Any, q: Any, axis: Any, method: str) -> Any:
    """The tangent of np.quantile(x, q, axis, method=method) as x moves along v."""
    rows = rows_along(x, axis)
    low, high, part = quantile_places(rows, q, method)
    moved = sort_like(rows_along(np.where(np.isnan(x), 0.0, v), axis), rows, -1, False)
    a, b = np.take_along_axis(moved, low, -1), np.take_along_axis(moved, high, -1)
    axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {k % np.ndim(x) for k in axes if np.ndim(x)}
    kept = [n for k, n in enumerate(np.shape(x)) if k not in gone]
    return np.reshape((a + part * (b - a)).T, (*np.shape(q), *kept))[()]


def quantiles_back(g: Any, x: Any, q: Any, axis: Any, method: str) -> Any:
    """The cotangent of x, for that of np.quantile(x, q, axis, method=method) without keepdims."""
    rows = rows_along(x, axis)
    low, high, part = quantile_places(rows, q, method)
    flat = np.reshape(g, (np.size(q), len(rows))).T
    total = np.zeros(rows.shape, np.result_type(g, 0.0))
    at = np.arange(len(rows))[:, None]
    np.add.at(total, (at, low), (1.0 - part) * flat)
    np.add.at(total, (at, high), part * flat)
    back = from_rows(sort_like(total, rows, -1, True), x, axis)
    return np.where(np.isnan(x), 0.0, back).astype(np.result_type(x, 0.0))
