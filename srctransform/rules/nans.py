"""Reductions and scans that leave nan out: nansum, nanmax, nanvar, nancumsum, ...

    np.nansum(x)     dx = 0 where x is nan, else dz
    np.nanvar(x)     as of np.var(x, where=~np.isnan(x))

A nan has derivative 0. It is put away before anything is computed with it, so that no derivative
of a higher order meets it. The rules are those of the functions without `nan`, of the entries that
are left. nanmedian, nanquantile and nanpercentile stand in `quantiles`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import known, spread
from .extrema import extremum_jvp, extremum_vjp
from .reductions import (
    expand,
    floating,
    of_initial,
    prod_jvp,
    prod_vjp,
    reduced_shape,
    reduction_result,
    std_jvp,
    std_vjp,
    sum_jvp,
    summed,
    tally_of,
    var_jvp,
    var_vjp,
)
from .registry import constant_in, jvp, result, vjp
from .scans import cumprod_jvp, cumprod_vjp, cumsum_vjp, scan_result


def numbers(a: Any, where: Any = None) -> Any:
    """Where a is a number, of the entries that are taken in."""
    if known(where) and (where is None or where is True):
        return ~np.isnan(a)
    return ~np.isnan(a) & where


def without_nan(a: Any, other: Any = 0.0) -> Any:
    """a with another number for nan."""
    return np.where(np.isnan(a), other, a)


# ---------------------------------------------------------------- sum, mean, prod


@vjp(np.nansum, "a, initial")
def nansum_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    g = np.where(numbers(a, where), spread(expand(dz, a, axis, keepdims), a), 0.0)
    return g, of_initial(dz, initial)


@jvp(np.nansum)
def nansum_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return sum_jvp(
        z, a, a_dot, axis, dtype, keepdims=keepdims, initial=initial,
        where=numbers(a, where), initial_dot=initial_dot,
    )  # fmt: skip


@vjp(np.nanmean)
def nanmean_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    where: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    taken = numbers(a, where)
    share = dz / tally_of(taken, a, z, axis, keepdims)
    return np.where(taken, spread(expand(share, a, axis, keepdims), a), 0.0)


@jvp(np.nanmean)
def nanmean_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    where: Any = None,
) -> Any:  # fmt: skip
    taken = numbers(a, where)
    moved = summed(np.where(taken, a_dot, 0.0), axis, keepdims)
    return moved / tally_of(taken, a, z, axis, keepdims)


@vjp(np.nanprod, "a, initial")
def nanprod_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    return prod_vjp(
        dz, z, without_nan(a), axis, dtype, keepdims=keepdims, initial=initial,
        where=numbers(a, where),
    )  # fmt: skip


@jvp(np.nanprod)
def nanprod_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return prod_jvp(
        z, without_nan(a), a_dot, axis, dtype, keepdims=keepdims, initial=initial,
        where=numbers(a, where), initial_dot=initial_dot,
    )  # fmt: skip


# ---------------------------------------------------------------- var, std


@vjp(np.nanvar, "a, mean")
def nanvar_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    return var_vjp(
        dz, z, without_nan(a), axis, dtype, ddof=ddof, keepdims=keepdims,
        where=numbers(a, where), mean=mean, correction=correction,
    )  # fmt: skip


@jvp(np.nanvar)
def nanvar_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
    mean_dot: Any = None,
) -> Any:  # fmt: skip
    return var_jvp(
        z, without_nan(a), a_dot, axis, dtype, ddof=ddof, keepdims=keepdims,
        where=numbers(a, where), mean=mean, correction=correction, mean_dot=mean_dot,
    )  # fmt: skip


@vjp(np.nanstd, "a, mean")
def nanstd_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    return std_vjp(
        dz, z, without_nan(a), axis, dtype, ddof=ddof, keepdims=keepdims,
        where=numbers(a, where), mean=mean, correction=correction,
    )  # fmt: skip


@jvp(np.nanstd)
def nanstd_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
    mean_dot: Any = None,
) -> Any:  # fmt: skip
    return std_jvp(
        z, without_nan(a), a_dot, axis, dtype, ddof=ddof, keepdims=keepdims,
        where=numbers(a, where), mean=mean, correction=correction, mean_dot=mean_dot,
    )  # fmt: skip


# ---------------------------------------------------------------- max, min


@vjp((np.nanmax, np.nanmin), "a, initial")
def nanmax_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None,
    where: Any = None,
) -> Any:  # fmt: skip
    """A nan is equal to nothing, so it is no extremum."""
    return extremum_vjp(dz, z, a, axis, keepdims=keepdims, initial=initial, where=where)


@jvp((np.nanmax, np.nanmin))
def nanmax_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None,
    where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    return extremum_jvp(
        z, a, a_dot, axis, keepdims=keepdims, initial=initial, where=where,
        initial_dot=initial_dot,
    )  # fmt: skip


# ---------------------------------------------------------------- cumsum, cumprod


@vjp(np.nancumsum)
def nancumsum_vjp(dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.where(np.isnan(a), 0.0, cumsum_vjp(dz, z, a, axis, dtype))


@jvp(np.nancumsum)
def nancumsum_jvp(z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0.0, a_dot), axis=axis)


@vjp(np.nancumprod)
def nancumprod_vjp(dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.where(np.isnan(a), 0.0, cumprod_vjp(dz, z, without_nan(a, 1.0), axis, dtype))


@jvp(np.nancumprod)
def nancumprod_jvp(z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None) -> Any:
    moved = np.where(np.isnan(a), 0.0, a_dot)
    return cumprod_jvp(z, without_nan(a, 1.0), moved, axis, dtype)


# ---------------------------------------------------------------- what is known of results

constant_in(
    (np.nansum, np.nanmean, np.nanprod, np.nanvar, np.nanstd, np.nanmax, np.nanmin), "where"
)
result((np.nansum, np.nanprod))(reduction_result)
result(np.nanmean, inexact=True)(reduction_result)
result((np.nanvar, np.nanstd), inexact=True, real=True)(reduction_result)
result((np.nancumsum, np.nancumprod))(scan_result)


@result((np.nanmax, np.nanmin))
def nanmax_result(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, *rest: Any, **options: Any
) -> Any:
    return reduced_shape(a, axis, keepdims) if isinstance(a, Type) else None
