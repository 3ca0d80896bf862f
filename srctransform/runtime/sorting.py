"""Sorting as a linear map, and the weights of a median: ties share equally.

sort_like([1, 2, 3], [9, 7, 9], 0, False)   [2, 2, 2]: 2 belongs to 7, the 9s share 1 and 3
"""

from __future__ import annotations

from typing import Any

import numpy as np


def sort_like(g: Any, x: Any, axis: Any, back: bool) -> Any:
    """g in the order that sorts x along axis, averaged over equal entries of x.

    With `back` it is the transpose: g belongs to the sorted x, and is put in the order of x.
    """
    shape = np.shape(x)
    if axis is None:
        g, x, axis = np.reshape(g, -1), np.reshape(x, -1), -1
    order = np.argsort(x, axis=axis, kind="stable")
    key = np.moveaxis(np.take_along_axis(x, order, axis), axis, -1)
    out = np.moveaxis(g if back else np.take_along_axis(g, order, axis), axis, -1)
    new = np.ones(key.shape, bool)
    new[..., 1:] = key[..., 1:] != key[..., :-1]
    if not np.all(new):
        group = np.cumsum(new) - 1
        total = np.zeros(group[-1] + 1, out.dtype)
        np.add.at(total, group, np.ravel(out))
        total /= np.bincount(group).astype(total.real.dtype)
        out = total[group].reshape(key.shape)
    out = np.moveaxis(out, -1, axis)
    return np.take_along_axis(out, np.argsort(order, axis), axis).reshape(shape) if back else out


def median_weights(x: Any, axis: Any) -> Any:
    """The share of each entry of x in its median along axis; the shares of a median add to 1."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    order = [k for k in range(len(shape)) if k not in last] + last
    moved = np.transpose(x, order)
    count = int(np.prod([shape[k] for k in last], dtype=int))
    weights = np.zeros(moved.shape, np.result_type(x, 0.0))
    if weights.size:
        lines = moved.reshape(-1, count)
        in_order = np.sort(lines, axis=1)
        for middle in ((count - 1) // 2, count // 2):
            is_middle = lines == in_order[:, middle, None]
            ties = is_middle.sum(axis=1, keepdims=True)
            weights += (is_middle / (2 * ties)).reshape(moved.shape)
    return weights.transpose(np.argsort(order))


def order_of(keys: Any, reverse: bool = False) -> list[int]:
    """The places of the keys from the least to the greatest, as `sorted` has them."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
