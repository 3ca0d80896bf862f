"""Methods of ufuncs: reduce, accumulate, reduceat.

    np.add.reduce(x)                dx = dz, spread over x: it is np.sum(x, axis=0)
    np.logaddexp.reduce(x)          dx = dz * np.exp(x - z)
    np.maximum.accumulate(x)        dx = the sum of dz as long as x is the largest so far
    np.add.reduceat(x, i)           dx = dz of the segment that x stands in

Their axis is 0 where that of `np.sum` is None. An accumulation of a ufunc with partial derivatives
is a linear recurrence: z[k] = f(z[k - 1], x[k]) has the cotangent
y[k] = dz[k] + y[k + 1] * df/dz[k], and dx = y * df/dx.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import (
    as_float,
    increasing,
    known,
    recurrence,
    recurrence_back,
    shifted,
    unreduceat,
)
from . import integrals as _  # noqa: F401  (it registers formulas of methods)
from .extrema import extremum_jvp, extremum_vjp
from .formulas import formula_of
from .reductions import (
    expand,
    kept,
    nonzero_or_one,
    prod_jvp,
    prod_vjp,
    reduction_result,
    sum_jvp,
    sum_vjp,
    summed,
)
from .registry import (
    constant_in,
    jvp,
    linear,
    nondifferentiable,
    refused,
    result,
    rule_of,
    vjp,
)
from .scans import cumprod_jvp, cumprod_vjp, cumsum_vjp

# ---------------------------------------------------------------- reduce


@vjp(np.add.reduce, "array, initial")
def add_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    return sum_vjp(dz, z, array, axis, dtype, keepdims=keepdims, initial=initial, where=where)


@jvp(np.add.reduce)
def add_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None, *,
    keepdims: Any = False, initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return sum_jvp(
        z, array, array_dot, axis, dtype, keepdims=keepdims, initial=initial, where=where,
        initial_dot=initial_dot,
    )  # fmt: skip


@vjp(np.multiply.reduce, "array, initial")
def multiply_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    return prod_vjp(dz, z, array, axis, dtype, keepdims=keepdims, initial=initial, where=where)


@jvp(np.multiply.reduce)
def multiply_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None, *,
    keepdims: Any = False, initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return prod_jvp(
        z, array, array_dot, axis, dtype, keepdims=keepdims, initial=initial, where=where,
        initial_dot=initial_dot,
    )  # fmt: skip


EXTREMA = (np.maximum, np.minimum, np.fmax, np.fmin)
EXTREMAL = tuple(ufunc.reduce for ufunc in EXTREMA)


@vjp(EXTREMAL, "array, initial")
def extremal_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, *, keepdims: Any = False, initial: Any = None,
    where: Any = None,
) -> Any:  # fmt: skip
    return extremum_vjp(dz, z, array, axis, keepdims=keepdims, initial=initial, where=where)


@jvp(EXTREMAL)
def extremal_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, *, keepdims: Any = False,
    initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return extremum_jvp(
        z, array, array_dot, axis, keepdims=keepdims, initial=initial, where=where,
        initial_dot=initial_dot,
    )  # fmt: skip


#: z = f(f(x[0], x[1]), x[2]) ..., where dz/dx = slope(x, z) whatever the order
FOLDS = (np.logaddexp.reduce, np.logaddexp2.reduce, np.hypot.reduce)


def exp_slope(x: Any, z: Any) -> Any:
    """Of logaddexp: the share of x in the sum of exponentials."""
    return np.exp(x - z)


def exp2_slope(x: Any, z: Any) -> Any:
    """Of logaddexp2."""
    return np.exp2(x - z)


def norm_slope(x: Any, z: Any) -> Any:
    """Of hypot; 0 at 0."""
    return x / nonzero_or_one(z)


@vjp(np.logaddexp.reduce, "array, initial")
def logaddexp_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    slope = exp_slope(kept(array, where, -np.inf), expand(z, array, axis, keepdims))
    by_initial = None
    if not (known(initial) and initial is None):
        by_initial = np.sum(dz * exp_slope(initial, z))
    return expand(dz, array, axis, keepdims) * slope, by_initial


@jvp(np.logaddexp.reduce)
def logaddexp_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None, *,
    keepdims: Any = False, initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    by_array = None
    if array_dot is not None:
        slope = exp_slope(kept(array, where, -np.inf), expand(z, array, axis, keepdims))
        by_array = summed(slope * array_dot, axis, keepdims)
    return by_array, None if initial_dot is None else exp_slope(initial, z) * initial_dot


@vjp(np.logaddexp2.reduce, "array")
def logaddexp2_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False,
    where: Any = None,
) -> Any:  # fmt: skip
    slope = exp2_slope(kept(array, where, -np.inf), expand(z, array, axis, keepdims))
    return expand(dz, array, axis, keepdims) * slope


@jvp(np.logaddexp2.reduce)
def logaddexp2_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None, *,
    keepdims: Any = False, where: Any = None,
) -> Any:  # fmt: skip
    slope = exp2_slope(kept(array, where, -np.inf), expand(z, array, axis, keepdims))
    return summed(slope * array_dot, axis, keepdims)


@vjp(np.hypot.reduce, "array")
def hypot_reduce_vjp(
    dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None, *, keepdims: Any = False,
    where: Any = None,
) -> Any:  # fmt: skip
    slope = norm_slope(kept(array, where), expand(z, array, axis, keepdims))
    return expand(dz, array, axis, keepdims) * slope


@jvp(np.hypot.reduce)
def hypot_reduce_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None, *,
    keepdims: Any = False, where: Any = None,
) -> Any:  # fmt: skip
    slope = norm_slope(kept(array, where), expand(z, array, axis, keepdims))
    return summed(slope * array_dot, axis, keepdims)


# ---------------------------------------------------------------- accumulate


@vjp(np.add.accumulate)
def add_accumulate_vjp(dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None) -> Any:
    return cumsum_vjp(dz, z, array, axis, dtype)


@jvp(np.add.accumulate)
def add_accumulate_jvp(z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None) -> Any:
    return np.cumsum(array_dot, axis=axis)


@vjp(np.multiply.accumulate)
def multiply_accumulate_vjp(dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None) -> Any:
    return cumprod_vjp(dz, z, array, axis, dtype)


@jvp(np.multiply.accumulate)
def multiply_accumulate_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None
) -> Any:
    return cumprod_jvp(z, array, array_dot, axis, dtype)


def same_as_before(z: Any, axis: Any) -> Any:
    """Where a running extremum is the one of the place before."""
    return z == shifted(as_float(z), 1, axis, np.nan)


def running_ties(z: Any, array: Any, axis: Any) -> Any:
    """How many entries so far are equal to a running extremum; 1 where it is nan."""
    new = np.where(array == z, np.ones_like(z), 0.0)
    return nonzero_or_one(recurrence(new, same_as_before(z, axis), axis))


@vjp(tuple(ufunc.accumulate for ufunc in EXTREMA))
def extremal_accumulate_vjp(dz: Any, z: Any, array: Any, axis: Any = 0) -> Any:
    """An entry gets what its extremum gets as long as that lasts; ties share equally."""
    share = dz / running_ties(z, array, axis)
    return np.where(array == z, recurrence_back(share, same_as_before(z, axis), axis), 0.0)


@jvp(tuple(ufunc.accumulate for ufunc in EXTREMA))
def extremal_accumulate_jvp(z: Any, array: Any, array_dot: Any, axis: Any = 0) -> Any:
    moved = np.where(array == z, array_dot, 0.0)
    total = recurrence(moved, same_as_before(z, axis), axis)
    return total / running_ties(z, array, axis)


@vjp(np.hypot.accumulate)
def hypot_accumulate_vjp(dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None) -> Any:
    back = recurrence_back(dz, norm_slope(shifted(z, 1, axis, 0.0), z), axis)
    return back * norm_slope(array, z)


@jvp(np.hypot.accumulate)
def hypot_accumulate_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None
) -> Any:
    before = norm_slope(shifted(z, 1, axis, 0.0), z)
    return recurrence(norm_slope(array, z) * array_dot, before, axis)


@vjp(np.logaddexp.accumulate)
def logaddexp_accumulate_vjp(dz: Any, z: Any, array: Any, axis: Any = 0, dtype: Any = None) -> Any:
    """y[k] = dz[k] + y[k + 1] * exp(z[k] - z[k + 1]), and dx = y * exp(x - z)."""
    back = recurrence_back(dz, exp_slope(shifted(z, 1, axis, -np.inf), z), axis)
    return back * exp_slope(array, z)


@jvp(np.logaddexp.accumulate)
def logaddexp_accumulate_jvp(
    z: Any, array: Any, array_dot: Any, axis: Any = 0, dtype: Any = None
) -> Any:
    before = exp_slope(shifted(z, 1, axis, -np.inf), z)
    return recurrence(exp_slope(array, z) * array_dot, before, axis)


# ---------------------------------------------------------------- reduceat


@vjp(np.add.reduceat, "array")
def add_reduceat_vjp(
    dz: Any, z: Any, array: Any, indices: Any, axis: Any = 0, dtype: Any = None
) -> Any:
    return unreduceat(dz, array, indices, axis)


@jvp(np.add.reduceat)
def add_reduceat_jvp(
    z: Any, array: Any, array_dot: Any, indices: Any, axis: Any = 0, dtype: Any = None
) -> Any:
    return np.add.reduceat(array_dot, indices, axis)


EXTREMAL_AT = tuple(ufunc.reduceat for ufunc in EXTREMA)


def extreme_entries(z: Any, array: Any, indices: Any, axis: Any) -> Any:
    """Where the extremum of each segment stands."""
    return array == unreduceat(z, array, increasing(indices), axis)


@vjp(EXTREMAL_AT, "array")
def extremal_reduceat_vjp(dz: Any, z: Any, array: Any, indices: Any, axis: Any = 0) -> Any:
    chosen = extreme_entries(z, array, indices, axis)
    ties = np.add.reduceat(np.where(chosen, np.ones_like(array), 0.0), indices, axis)
    return np.where(chosen, unreduceat(dz / ties, array, indices, axis), 0.0)


@jvp(EXTREMAL_AT)
def extremal_reduceat_jvp(z: Any, array: Any, array_dot: Any, indices: Any, axis: Any = 0) -> Any:
    chosen = extreme_entries(z, array, indices, axis)
    ties = np.add.reduceat(np.where(chosen, np.ones_like(array), 0.0), indices, axis)
    return np.add.reduceat(np.where(chosen, array_dot, 0.0), indices, axis) / ties


linear(unreduceat, "g")
nondifferentiable(increasing)


@vjp(unreduceat, "g")
def unreduceat_vjp(dz: Any, z: Any, g: Any, x: Any, indices: Any, axis: Any) -> Any:
    return np.add.reduceat(dz, indices, axis)


@result(unreduceat)
def unreduceat_result(g: Any, x: Any, indices: Any, axis: Any) -> Any:
    return x.shape if isinstance(x, Type) else None


@result(increasing)
def increasing_result(indices: Any) -> Any:
    return indices


# ---------------------------------------------------------------- what is known of results


def reduce_result(
    array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: Any = False,
    *rest: Any, **options: Any,
) -> Any:  # fmt: skip
    return reduction_result(array, axis, dtype, keepdims=keepdims)


def accumulate_result(array: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    return array.shape if isinstance(array, Type) else None


result((np.add.reduce, np.multiply.reduce, *EXTREMAL))(reduce_result)
result(FOLDS, inexact=True)(reduce_result)
result(tuple(u.accumulate for u in (np.add, np.multiply, *EXTREMA)))(accumulate_result)
result((np.logaddexp.accumulate, np.hypot.accumulate), inexact=True)(accumulate_result)
constant_in((np.add.reduce, np.multiply.reduce, *EXTREMAL, *FOLDS), "where")


# ---------------------------------------------------------------- the other methods


KNOWN = {
    "reduce": "add, subtract, multiply, divide, maximum, minimum, fmax, fmin, logaddexp, "
    "logaddexp2 and hypot",
    "accumulate": "add, subtract, multiply, divide, maximum, minimum, fmax, fmin, logaddexp and "
    "hypot",
    "reduceat": "add, maximum, minimum, fmax and fmin",
}


def cover_methods(ufunc: np.ufunc) -> None:
    """What becomes of the methods that have no rule above."""
    rule = rule_of(ufunc)
    for method in (ufunc.reduce, ufunc.accumulate, ufunc.reduceat):
        if rule is not None and rule.constant:
            nondifferentiable(method)
        elif rule_of(method) is None and formula_of(method) is None:
            refused(f"there is one for `{method.__name__}` of {KNOWN[method.__name__]}", method)


for _ufunc in {ufunc for ufunc in vars(np).values() if isinstance(ufunc, np.ufunc)}:
    if _ufunc.nin == 2 and _ufunc.nout == 1 and _ufunc.signature is None:
        cover_methods(_ufunc)
