"""Fourier transforms: sizes that do not fit, and what real transforms count twice."""

from __future__ import annotations

from typing import Any

import numpy as np


def fitted(g: Any, x: Any) -> Any:
    """g in the shape of x: cut off at the ends of its axes, or filled with zeros there."""
    out = np.zeros(np.shape(x), g.dtype)
    both = tuple(slice(min(m, n)) for m, n in zip(g.shape, out.shape, strict=True))
    out[both] = g[both]
    return out


def doubled(g: Any, n: Any, axis: Any) -> Any:
    """g with the entries doubled that stand for two in a real transform of n entries."""
    out = np.moveaxis(np.array(g), axis, -1)
    out[..., 1 : (n + 1) // 2] *= 2
    return np.moveaxis(out, -1, axis)


def ends_scaled(g: Any, first: Any, last: Any, axes: Any) -> Any:
    """g with its first and last entries along each of the axes multiplied by these factors."""
    out = np.array(g)
    for axis in range(out.ndim) if axes is None else axes:
        along = np.moveaxis(out, axis, 0)
        along[0] *= first
        along[-1] *= last
    return out
