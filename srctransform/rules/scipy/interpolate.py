"""scipy.interpolate: splines by the points where they are evaluated, and by data.

    z = spline(t)                  dz/dt = spline(t, 1)
    z = CubicSpline(x, y)(t)       linear in y: its derivative is the spline of each unit vector

A derivative of higher order than the spline's is zero inside of its pieces. At the points where
pieces meet it is that of the piece that the library evaluates. Source: de Boor, A Practical Guide
to Splines (2001), chapters IV and X.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import interpolate

from ...ir.prims import evaluated, fitted, on_grid, on_line
from ...ir.types import Type
from ...runtime import fit_basis, grid_slopes, line_slopes
from ..evaluators import by_slopes, evaluator, linear_fit, makes
from ..registry import (
    constant_in,
    jvp,
    named,
    nondifferentiable,
    partials,
    refused,
    result,
    static,
    vjp,
)


def tail_of(spline: Any) -> int:
    """Axes of the data beside the interpolated one."""
    if getattr(spline, "axis", 0) != 0:
        raise ValueError("a spline along another axis than the first one has no derivative rule")
    return int(spline.c.ndim) - (1 if isinstance(spline, interpolate.BSpline) else 2)


evaluator(interpolate.PPoly, tail_of)
evaluator(interpolate.BPoly, tail_of)
evaluator(interpolate.BSpline, tail_of)
evaluator(interpolate.CubicHermiteSpline, tail_of)
evaluator(interpolate.UnivariateSpline, lambda spline: 0)
by_slopes(interpolate.interp1d, on_line)
by_slopes(interpolate.RegularGridInterpolator, on_grid)
makes(interpolate.make_interp_spline, interpolate.BSpline)
makes(interpolate.make_smoothing_spline, interpolate.BSpline)
makes(interpolate.make_lsq_spline, interpolate.BSpline)
linear_fit(interpolate.CubicSpline, "bc_type")
linear_fit(interpolate.make_interp_spline, "k")


def over_tail(g: Any, t: Any, tail: Any) -> Any:
    """Sum over the axes of the data."""
    if tail is None:
        return np.sum(g, axis=tuple(range(np.ndim(t), np.ndim(g))))
    return g if tail == 0 else np.sum(g, axis=tuple(range(-tail, 0)))


def with_tail(t: Any, z: Any, tail: Any) -> Any:
    """t with an axis for each of the data's."""
    if tail is None:
        return np.reshape(t, np.shape(t) + (1,) * (np.ndim(z) - np.ndim(t)))
    return t if tail == 0 else np.reshape(t, np.shape(t) + (1,) * tail)


@static
def beyond(extrapolate: Any) -> Any:
    """Where a spline is NaN beyond its ends its derivative is not, or a mask could not drop it."""
    return None if extrapolate is False else extrapolate


@vjp(evaluated, "t")
def evaluated_vjp(
    dz: Any, z: Any, spline: Any, t: Any, tail: Any, nu: Any = 0, extrapolate: Any = None
) -> Any:
    return over_tail(dz * evaluated(spline, t, tail, nu + 1, beyond(extrapolate)), t, tail)


@jvp(evaluated)
def evaluated_jvp(
    z: Any, spline: Any, t: Any, tail: Any, nu: Any = 0, extrapolate: Any = None,
    t_dot: Any = None,
) -> Any:  # fmt: skip
    return evaluated(spline, t, tail, nu + 1, beyond(extrapolate)) * with_tail(t_dot, z, tail)


@vjp(fitted, "t, y")
def fitted_vjp(
    dz: Any, z: Any, spline: Any, t: Any, tail: Any, nu: Any, extrapolate: Any, x: Any, y: Any,
    maker: Any, options: Any,
) -> Any:  # fmt: skip
    slope = fitted(spline, t, tail, nu + 1, beyond(extrapolate), x, y, maker, options)
    basis = fit_basis(maker, x, t, nu, extrapolate, options)
    return over_tail(dz * slope, t, tail), np.tensordot(basis, dz, np.ndim(t))


@jvp(fitted)
def fitted_jvp(
    z: Any, spline: Any, t: Any, tail: Any, nu: Any, extrapolate: Any, x: Any, y: Any,
    maker: Any, options: Any, t_dot: Any, y_dot: Any,
) -> Any:  # fmt: skip
    basis = fit_basis(maker, x, t, nu, extrapolate, options)
    return (
        None
        if t_dot is None
        else fitted(spline, t, tail, nu + 1, beyond(extrapolate), x, y, maker, options)
        * with_tail(t_dot, z, tail),
        None if y_dot is None else np.tensordot(np.moveaxis(basis, 0, -1), y_dot, 1),
    )


@vjp(fit_basis, "t")
def fit_basis_vjp(
    dz: Any, z: Any, maker: Any, x: Any, t: Any, nu: Any, extrapolate: Any, options: Any
) -> Any:
    return np.sum(dz * fit_basis(maker, x, t, nu + 1, extrapolate, options), axis=0)


@jvp(fit_basis)
def fit_basis_jvp(
    z: Any, maker: Any, x: Any, t: Any, nu: Any, extrapolate: Any, options: Any, t_dot: Any
) -> Any:
    return fit_basis(maker, x, t, nu + 1, extrapolate, options) * t_dot


@result((evaluated, fitted))
def evaluated_result(spline: Any, t: Any, tail: Any, *rest: Any) -> Any:
    if isinstance(t, Type) and t.kind == "num" and t.rank is not None and tail is not None:
        return replace(t, shape=(*t.shape, *(None,) * tail), dtype="float", bits=0,
                       array=True if t.rank + tail else None)  # fmt: skip
    if isinstance(t, Type) and t.kind == "num" and tail == 0:
        return replace(t, dtype="float", bits=0, array=None)
    return None


@result(fit_basis)
def fit_basis_result(maker: Any, x: Any, t: Any, *rest: Any) -> Any:
    rank = t.rank if isinstance(t, Type) else np.ndim(t)
    return None if rank is None else (None,) * (1 + rank)


constant_in((evaluated, fitted, fit_basis), "spline tail nu extrapolate maker options")


partials(on_line, "line, t", "0", "line_slopes(line, t)")
nondifferentiable(line_slopes)  # they are constant in pieces
constant_in(on_line, "line")


@vjp(on_grid, "points")
def on_grid_vjp(dz: Any, z: Any, grid: Any, points: Any) -> Any:
    slopes = grid_slopes(grid, points)
    return np.reshape(dz, np.shape(slopes)[:-1] + (1,)) * slopes  # noqa: RUF005


@jvp(on_grid)
def on_grid_jvp(z: Any, grid: Any, points: Any, points_dot: Any) -> Any:
    return np.reshape(np.sum(grid_slopes(grid, points) * points_dot, axis=-1), np.shape(z))


@result((on_line, line_slopes))
def on_line_result(line: Any, t: Any) -> Any:
    return replace(t, dtype="float", bits=0) if isinstance(t, Type) and t.kind == "num" else None


@result(on_grid)
def on_grid_result(grid: Any, points: Any) -> Any:
    rank = points.rank if isinstance(points, Type) else None
    return None if rank is None or rank < 2 else (None,) * (rank - 1)


@result(grid_slopes)
def grid_slopes_result(grid: Any, points: Any) -> Any:
    return replace(points, dtype="float", bits=0) if isinstance(points, Type) else None


constant_in(on_grid, "grid")
refused(
    "the slopes of a cell depend on the other coordinates, and have no rule: a spline has one",
    grid_slopes,
)  # fmt: skip


@vjp(interpolate.splev, "x")
def splev_vjp(dz: Any, z: Any, x: Any, tck: Any, der: Any = 0, ext: Any = 0) -> Any:
    return dz * interpolate.splev(x, tck, der + 1, ext)


@jvp(interpolate.splev)
def splev_jvp(z: Any, x: Any, tck: Any, der: Any = 0, ext: Any = 0, x_dot: Any = None) -> Any:
    return interpolate.splev(x, tck, der + 1, ext) * x_dot


@vjp(interpolate.pchip_interpolate, "x")
def pchip_vjp(dz: Any, z: Any, xi: Any, yi: Any, x: Any, der: Any = 0) -> Any:
    return dz * interpolate.pchip_interpolate(xi, yi, x, der + 1)


@jvp(interpolate.pchip_interpolate)
def pchip_jvp(z: Any, xi: Any, yi: Any, x: Any, der: Any = 0, x_dot: Any = None) -> Any:
    return interpolate.pchip_interpolate(xi, yi, x, der + 1) * x_dot


@result(interpolate.splev)
def splev_result(x: Any, *rest: Any, **options: Any) -> Any:
    return replace(x, dtype="float", bits=0) if isinstance(x, Type) and x.kind == "num" else None


refused(
    "its result is no linear function of the data, or of a fit: call the object that it makes with "
    "points, of constant data",
    interpolate.PchipInterpolator, interpolate.Akima1DInterpolator, interpolate.CubicSpline,
    interpolate.CubicHermiteSpline, interpolate.BSpline, interpolate.PPoly, interpolate.BPoly,
    interpolate.UnivariateSpline, interpolate.InterpolatedUnivariateSpline,
    interpolate.LSQUnivariateSpline, interpolate.make_interp_spline,
    interpolate.make_lsq_spline, interpolate.make_smoothing_spline, interpolate.splrep,
    interpolate.splprep, *named(interpolate, "make_splrep make_splprep"),
)  # fmt: skip
refused(
    "call CubicSpline, make_interp_spline or RegularGridInterpolator, which have rules",
    interpolate.barycentric_interpolate, interpolate.krogh_interpolate, interpolate.interpn,
    interpolate.griddata, interpolate.interp2d, interpolate.bisplev, interpolate.bisplrep,
    interpolate.lagrange, interpolate.pade, interpolate.approximate_taylor_polynomial,
)  # fmt: skip
refused(
    "take the spline of the derivative as a constant, and evaluate it with splev",
    interpolate.splder, interpolate.splantider, interpolate.splint, interpolate.spalde,
    interpolate.sproot, interpolate.insert, interpolate.Rbf, interpolate.RBFInterpolator,
)  # fmt: skip
nondifferentiable(*named(interpolate, "generate_knots"))
