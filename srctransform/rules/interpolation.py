"""np.interp: the line through two neighbouring knots, in every argument.

    z = f0 + t (f1 - f0),  t = (x - x0) / (x1 - x0),  s = (f1 - f0) / (x1 - x0)
    dx = s dz    df0 = (1 - t) dz    df1 = t dz    dx0 = -s (1 - t) dz    dx1 = -s t dz

At a knot the slope is that of the line to its right, at the last knot of the line to its left.
Outside of the knots z is the end's value, or `left` and `right`, and does not depend on x. With a
`period`, x and the knots are taken modulo the period, as np.interp does, and the knots in order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir import prims
from ..ir.types import Type, number
from ..runtime import knot_behind, known
from .casting import in_precision_of
from .registry import jvp, nondifferentiable, result, vjp

nondifferentiable(knot_behind)


def vector(v: Any) -> Any:
    """The knots as an array: np.interp takes lists, too."""
    return v if known(np.ndim(v)) else np.asarray(v)


def weights(x: Any, xp: Any, fp: Any) -> Any:
    """(places of the knots, whether x is between them, share of the second, slope)."""
    second = knot_behind(x, xp)
    first = np.maximum(second - 1, 0)
    width = np.where(xp[second] > xp[first], xp[second] - xp[first], 1.0)
    share = np.clip((x - xp[first]) / width, 0.0, 1.0)
    inside = (x >= xp[0]) & (x <= xp[-1])
    slope = np.where(inside, (fp[second] - fp[first]) / width, 0.0)
    return first, second, share, slope


def knots_vjp(dz: Any, first: Any, second: Any, share: Any, xp: Any) -> Any:
    """dz, shared between two knots."""
    zeros = np.zeros(np.shape(xp), np.result_type(dz, share))
    return prims.accumulate_at(
        prims.accumulate_at(zeros, (1.0 - share) * dz, first), share * dz, second
    )


@vjp(np.interp, "x, xp, fp, left, right, period")
def interp_vjp(
    dz: Any, z: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
    period: Any = None,
) -> Any:  # fmt: skip
    xp, fp = vector(xp), vector(fp)
    if period is not None:
        return periodic_vjp(dz, x, xp, fp, period)
    first, second, share, slope = weights(x, xp, fp)
    dx = slope * dz
    df = dz if left is None else np.where(x < xp[0], 0.0, dz)
    df = df if right is None else np.where(x > xp[-1], 0.0, df)
    dxp = -knots_vjp(dx, first, second, share, xp)
    dfp = knots_vjp(df, first, second, share, xp)
    dleft = None if left is None else np.sum(np.where(x < xp[0], dz, 0.0))
    dright = None if right is None else np.sum(np.where(x > xp[-1], dz, 0.0))
    return (
        in_precision_of(dx, x), in_precision_of(dxp, xp), in_precision_of(dfp, fp), dleft, dright,
        None,
    )  # fmt: skip


@jvp(np.interp)
def interp_jvp(
    z: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None, *,
    x_dot: Any, xp_dot: Any, fp_dot: Any, left_dot: Any, right_dot: Any, period_dot: Any,
) -> Any:  # fmt: skip
    xp, fp = vector(xp), vector(fp)
    if period is not None:
        return periodic_jvp(x, xp, fp, period, x_dot, xp_dot, fp_dot, period_dot)
    first, second, share, slope = weights(x, xp, fp)
    by_x = None if x_dot is None else slope * x_dot
    by_xp = None if xp_dot is None else -slope * between(xp_dot, first, second, share)
    by_left = None if left_dot is None else np.where(x < xp[0], left_dot, 0.0)
    by_right = None if right_dot is None else np.where(x > xp[-1], right_dot, 0.0)
    if fp_dot is None:
        return by_x, by_xp, None, by_left, by_right, None
    by_fp = between(fp_dot, first, second, share)
    by_fp = by_fp if left is None else np.where(x < xp[0], 0.0, by_fp)
    by_fp = by_fp if right is None else np.where(x > xp[-1], 0.0, by_fp)
    return by_x, by_xp, by_fp, by_left, by_right, None


def between(v: Any, first: Any, second: Any, share: Any) -> Any:
    return (1.0 - share) * v[first] + share * v[second]


# ---------------------------------------------------------------- periodic


def wrapped(xp: Any, order: Any, period: Any) -> Any:
    """The knots in one period, and one more on each side."""
    inner = (xp % period)[order]
    return np.concatenate((inner[-1:] - period, inner, inner[:1] + period))


def ringed(v: Any, order: Any) -> Any:
    """The values at the wrapped knots."""
    inner = v[order]
    return np.concatenate((inner[-1:], inner, inner[:1]))


def unringed(g: Any, order: Any) -> Any:
    """The cotangent of the values, for that of the ringed ones."""
    n = len(order)
    zeros = np.zeros(np.shape(order), np.result_type(g))
    inner = prims.accumulate_at(zeros, g[1:-1], order)
    ends = np.concatenate((order[n - 1 :], order[:1]))
    return prims.accumulate_at(inner, np.concatenate((g[:1], g[-1:])), ends)


def periodic_vjp(dz: Any, x: Any, xp: Any, fp: Any, period: Any) -> Any:
    order = np.argsort(xp % period)
    knots, values = wrapped(xp, order, period), ringed(fp, order)
    first, second, share, slope = weights(x % period, knots, values)
    dx = slope * dz
    dknots = -knots_vjp(dx, first, second, share, knots)
    dxp = unringed(dknots, order)
    dperiod = (
        dknots[-1] - dknots[0] - np.sum(dx * np.floor(x / period))
        - np.sum(dxp * np.floor(xp / period))
    )  # fmt: skip
    dfp = unringed(knots_vjp(dz, first, second, share, knots), order)
    return (
        in_precision_of(dx, x), in_precision_of(dxp, xp), in_precision_of(dfp, fp), None, None,
        dperiod,
    )  # fmt: skip


def periodic_jvp(
    x: Any, xp: Any, fp: Any, period: Any, x_dot: Any, xp_dot: Any, fp_dot: Any, period_dot: Any
) -> Any:
    order = np.argsort(xp % period)
    knots, values = wrapped(xp, order, period), ringed(fp, order)
    first, second, share, slope = weights(x % period, knots, values)
    by_x = None if x_dot is None else slope * x_dot
    by_xp = (
        None if xp_dot is None
        else -slope * between(ringed(xp_dot, order), first, second, share)
    )  # fmt: skip
    by_fp = None if fp_dot is None else between(ringed(fp_dot, order), first, second, share)
    if period_dot is None:
        return by_x, by_xp, by_fp, None, None, None
    turns = -np.floor(xp / period)[order]
    moves = np.concatenate((turns[-1:] - 1.0, turns, turns[:1] + 1.0))
    by_period = slope * (-np.floor(x / period) - between(moves, first, second, share)) * period_dot
    return by_x, by_xp, by_fp, None, None, by_period


@result(np.interp, inexact=True)
def interp_result(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


@result(knot_behind)
def knot_behind_result(x: Any, xp: Any) -> Any:
    return number(x.shape if isinstance(x, Type) else np.shape(x), "int")
