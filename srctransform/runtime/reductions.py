"""What derivatives of reductions need where the axes or the data decide as the program runs.

reduced_size(x, axis)       3 for x of shape (2, 3) and axis 1: how many entries make one result
product_of_others(x, None)  [b c, a c, a b] for x = [a, b, c], without a division
merged(x, axis)             (2, 12) from (3, 2, 4) with axis (0, 2); unmerged undoes it
align_weights(w, a, axis)   (1, 4) from (4,) with a of shape (3, 4) and axis 1
"""

from __future__ import annotations

from typing import Any

import numpy as np


def reduced_size(x: Any, axis: Any) -> int:
    """How many entries of x are reduced to one along axis: None, an int or a tuple."""
    if axis is None or np.ndim(x) == 0:
        return int(np.size(x))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([np.shape(x)[k] for k in axes], dtype=int))


def product_of_others(x: Any, axis: Any) -> Any:
    """At each entry of x, the product of all the other entries along axis.

    It is the product of those before and of those behind, so zeros in x do no harm.
    """
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    order = [k for k in range(len(shape)) if k not in last] + last
    moved = np.transpose(x, order)
    lines = moved.reshape(-1, max(1, int(np.prod([shape[k] for k in last], dtype=int))))
    dtype = np.result_type(x, 0.0)
    before, behind = np.ones(lines.shape, dtype), np.ones(lines.shape, dtype)
    np.cumprod(lines[:, :-1], axis=1, out=before[:, 1:])
    np.cumprod(lines[:, :0:-1], axis=1, out=behind[:, -2::-1])
    return (before * behind).reshape(moved.shape).transpose(np.argsort(order))


def merged(x: Any, axis: Any) -> Any:
    """x with the axes moved behind the others and merged into one."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    kept = [k for k in range(len(shape)) if k not in last]
    count = int(np.prod([shape[k] for k in last], dtype=int))
    return np.reshape(np.transpose(x, (*kept, *last)), (*(shape[k] for k in kept), count))


def unmerged(g: Any, x: Any, axis: Any) -> Any:
    """g, of the shape of merged(x, axis), in the shape of x."""
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = sorted(k % len(shape) for k in axes if shape)
    order = [k for k in range(len(shape)) if k not in last] + last
    return np.transpose(np.reshape(g, [shape[k] for k in order]), np.argsort(order).tolist())


def align_weights(w: Any, a: Any, axis: Any) -> Any:
    """The weights of np.average(a, axis, w), shaped so that they broadcast with a; 1 for None."""
    if w is None:
        return np.ones(np.shape(a), np.result_type(a, 0.0))
    if axis is None or np.ndim(w) == np.ndim(a):
        return w
    axes = [k % np.ndim(a) for k in (axis if isinstance(axis, tuple) else (axis,))]
    others = tuple(k for k in range(np.ndim(a)) if k not in axes)
    return np.expand_dims(np.transpose(w, np.argsort(axes).tolist()), others)


def sum_to_weights(g: Any, w: Any, axis: Any) -> Any:
    """g, which broadcasts with a, summed to the shape of the weights w of an average along axis."""
    if axis is None or np.ndim(w) == np.ndim(g):
        return g
    axes = [k % np.ndim(g) for k in (axis if isinstance(axis, tuple) else (axis,))]
    others = tuple(k for k in range(np.ndim(g)) if k not in axes)
    return np.transpose(np.sum(g, axis=others), np.argsort(np.argsort(axes)).tolist())
