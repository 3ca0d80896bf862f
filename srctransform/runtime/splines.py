"""The splines of unit vectors, of which a spline is made that is linear in its data; slopes.

fit_basis(CubicSpline, x, t, 0, None, ())[k]     the spline through 1 at x[k] and 0 elsewhere, at t
"""

from __future__ import annotations

from typing import Any

import numpy as np


def fit_basis(maker: Any, x: Any, t: Any, nu: Any, extrapolate: Any, options: Any) -> Any:
    """For each point of x, the spline (or its derivative of order nu) of that unit vector, at t."""
    spline = maker(x, np.eye(len(x)), **dict(options))
    values = spline(t, nu) if extrapolate is None else spline(t, nu, extrapolate)
    return np.moveaxis(values, -1, 0)


def line_slopes(line: Any, t: Any) -> Any:
    """The slope of an `interp1d` at t: of the interval that ends in t where t is a point of it, as
    the value is. Raises ValueError unless it is linear, or constant in pieces."""
    if line._kind not in ("linear", "nearest", "nearest-up", "previous", "next", "zero"):
        raise ValueError(f"interp1d of kind {line._kind!r} has no slopes: use make_interp_spline")
    if line.y.ndim != 1:
        raise ValueError("interp1d of several columns has no slopes: use make_interp_spline")
    t = np.asarray(t)
    if line._kind != "linear":
        return np.zeros(t.shape)
    k = np.clip(np.searchsorted(line.x, t), 1, len(line.x) - 1)
    slopes = np.diff(line.y)[k - 1] / np.diff(line.x)[k - 1]
    beyond = isinstance(line.fill_value, str)  # "extrapolate"
    return np.where(((t >= line.x[0]) & (t <= line.x[-1])) | beyond, slopes, 0.0)[()]


def grid_slopes(interpolator: Any, points: Any) -> Any:
    """The slopes of a linear `RegularGridInterpolator` along each axis, one more axis at the end:
    differences between the sides of a cell. Raises ValueError unless it is linear, or nearest."""
    if interpolator.method not in ("linear", "nearest"):
        raise ValueError(f"a grid interpolated by {interpolator.method!r} has no slopes here")
    if np.ndim(interpolator.values) != len(interpolator.grid):
        raise ValueError("a grid of several values a point has no slopes here")
    points = np.asarray(points, float)
    slopes = np.zeros(points.shape)
    if interpolator.method == "nearest":
        return slopes
    for k, grid in enumerate(interpolator.grid):
        t = points[..., k]
        cell = np.clip(np.searchsorted(grid, t, side="right"), 1, len(grid) - 1)
        low, high = points.copy(), points.copy()
        low[..., k], high[..., k] = grid[cell - 1], grid[cell]
        rise = interpolator(high) - interpolator(low)
        inside = (t >= grid[0]) & (t <= grid[-1])
        beyond = not interpolator.bounds_error and interpolator.fill_value is None
        slope = rise / (grid[cell] - grid[cell - 1])
        slopes[..., k] = np.where(inside | beyond, np.reshape(slope, t.shape), 0.0)
    return slopes
