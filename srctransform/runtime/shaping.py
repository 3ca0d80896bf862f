"""Adjoints of functions that move or copy entries, where ranks and axes are not known before."""

from __future__ import annotations

from typing import Any

import numpy as np

from .shapes import sum_to


def uncopy(g: Any, x: Any, copy: Any, *options: Any) -> Any:
    """Each entry of g added up at the entry of x that `copy(x, *options)` took it from.

    `copy` only selects and repeats, as np.tile, np.repeat and np.take do.
    """
    places = copy(np.arange(np.size(x)).reshape(np.shape(x)), *options)
    total = np.zeros(np.size(x), np.result_type(g))
    np.add.at(total, np.reshape(places, -1), np.reshape(g, -1))
    return total.reshape(np.shape(x))


def unjoin(g: Any, arrays: Any, join: Any, *options: Any) -> Any:
    """The pieces of g that came from each of the arrays by `join(arrays, *options)`."""
    places, size = [], 0
    for array in arrays:
        places.append(np.arange(size, size + np.size(array)).reshape(np.shape(array)))
        size += np.size(array)
    flat = np.zeros(size, np.result_type(g))
    flat[join(places, *options)] = g
    pieces = [flat[place] for place in places]
    return np.array(pieces) if isinstance(arrays, np.ndarray) else pieces


def on_diagonal(g: Any, x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Zeros of the shape of x with g on a diagonal."""
    out = np.zeros(np.shape(x), np.result_type(g))
    planes = np.moveaxis(out, (axis1, axis2), (-2, -1))
    k = np.arange(np.shape(np.diagonal(out, offset, axis1, axis2))[-1])
    planes[..., k + max(-offset, 0), k + max(offset, 0)] = g
    return out


def undiag(g: Any, x: Any, k: Any = 0) -> Any:
    """The adjoint of np.diag: the diagonal of g if x is a vector, else a matrix with g on it."""
    if np.ndim(x) == 1:
        return np.diagonal(g, k)
    out = np.zeros(np.shape(x), np.result_type(g))
    n = np.arange(len(g))
    out[n + max(-k, 0), n + max(k, 0)] = g
    return out


def cast(g: Any, z: Any, x: Any) -> Any:
    """g in the floating dtype of x; zero where z was rounded to ints."""
    dtype = np.result_type(np.asarray(x), 0.0)
    if np.result_type(z).kind not in "fc":
        return np.zeros(np.shape(x), dtype)
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    return np.asarray(g).astype(dtype)


def inverse_axes(axes: Any) -> tuple[int, ...]:
    """The permutation that undoes `np.transpose(x, axes)`."""
    order = [axis % len(axes) for axis in axes]
    return tuple(order.index(k) for k in range(len(order)))


def rolled_to(ndim: int, axis: int, start: int) -> int:
    """Where `np.rollaxis(x, axis, start)` puts the axis."""
    axis, start = axis % ndim, start + ndim if start < 0 else start
    return start - 1 if axis < start else start


def minus(shift: Any) -> Any:
    """-shift, for a tuple of shifts too."""
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


def raised(x: Any, axis: int) -> Any:
    """x with one axis more, unless it is a number."""
    return np.expand_dims(x, axis) if np.ndim(x) else x


def unchoose(g: Any, a: Any, choices: Any, mode: str) -> Any:
    """The parts of g that each of the choices gave to np.choose(a, choices, mode=mode)."""
    count = len(choices)
    a = np.clip(a, 0, count - 1) if mode == "clip" else np.asarray(a) % count
    parts = [sum_to(np.where(a == k, g, 0.0), choice) for k, choice in enumerate(choices)]
    return np.array(parts) if isinstance(choices, np.ndarray) else type(choices)(parts)
