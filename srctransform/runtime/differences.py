"""Adjoints of differences between neighbours along an axis.

undiff([a, b], x, 1, 0)    [-a, a - b, b]: the transpose of diff
"""

from __future__ import annotations

from typing import Any

import numpy as np


def undiff(g: Any, x: Any, n: int, axis: int) -> Any:
    """The cotangent of x in np.diff(x, n, axis), for the cotangent g of the result."""
    if np.shape(x)[axis] < n:
        return np.zeros(np.shape(x), np.result_type(g))
    g = np.array(np.moveaxis(g, axis, 0))
    for _ in range(n):
        out = np.zeros((len(g) + 1, *g.shape[1:]), g.dtype)
        out[1:] += g
        out[:-1] -= g
        g = out
    return np.moveaxis(g, 0, axis)


def extended(x: Any, axis: int, before: Any, after: Any) -> Any:
    """x between what np.diff prepends and appends along an axis: arrays, or numbers that are
    spread; None is nothing."""
    edge = [1 if k == axis % np.ndim(x) else n for k, n in enumerate(np.shape(x))]
    parts = [np.broadcast_to(p, edge) if np.ndim(p) == 0 else p for p in (before, x, after)
             if p is not None]  # fmt: skip
    return np.concatenate(parts, axis)


def cut(g: Any, part: str, x: Any, axis: int, before: Any, after: Any) -> Any:
    """The cotangent of x, of what stands before it or after it, in `extended`."""
    count = 0 if before is None else 1 if np.ndim(before) == 0 else np.shape(before)[axis]
    stop = count + np.shape(x)[axis]
    where = {"before": slice(count), "x": slice(count, stop), "after": slice(stop, None)}[part]
    g = np.moveaxis(np.moveaxis(g, axis, 0)[where], 0, axis)
    given = {"before": before, "x": x, "after": after}[part]
    return np.sum(g) if np.ndim(given) == 0 else g


def ungradient(g: Any, x: Any, axis: int, edge_order: int) -> Any:
    """The cotangent of x in np.gradient(x, axis=axis, edge_order=edge_order), of steps of one."""
    g = np.moveaxis(g, axis, 0)
    half = 0.5 * g
    out = np.zeros(g.shape, half.dtype)
    out[2:] += half[1:-1]
    out[:-2] -= half[1:-1]
    for k, weight in enumerate((-1.0, 1.0) if edge_order == 1 else (-1.5, 2.0, -0.5)):
        out[k] += weight * g[0]
        out[-1 - k] -= weight * g[-1]
    return np.moveaxis(out, 0, axis)


def steps(spacing: Any, x: Any, axis: int) -> Any:
    """The distances between the places of x along an axis: spacing is one distance, or places."""
    if np.ndim(spacing) == 0:
        return np.full(np.shape(x)[axis] - 1, spacing)
    return np.diff(spacing)


def of_steps(g: Any, spacing: Any, x: Any, axis: int) -> Any:
    """The cotangent of the spacing, for the cotangent g of its steps."""
    if np.ndim(spacing) == 0:
        return np.sum(g)
    out = np.zeros(len(g) + 1, np.result_type(g))
    out[1:] += g
    out[:-1] -= g
    return out


def one_axis(x: Any) -> int:
    """The axis of x, which has to be a vector: np.gradient gives a tuple for other arrays."""
    if np.ndim(x) != 1:
        raise TypeError(
            "np.gradient gives a tuple for an array of several axes: name the axis, or give "
            f"example= (its argument has {np.ndim(x)} axes)"
        )
    return 0
