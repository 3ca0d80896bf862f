"""Ufuncs with two results; helpers of `ufunc.outer` and `ufunc.at`.

    q, r = np.divmod(x, y)          dx = dr            dy = -q * dr
    np.maximum.at(x, i, v)          the old entries and the values share where they are the largest

`ufunc.outer` needs no rule: it is the ufunc itself with axes put between. `ufunc.at` is a write
(see `inline.ufuncs`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type, broadcast, number, sequence
from ..runtime import distinct, extremum_at, outer_operand, scatter, sum_to, ties_at
from .registry import jvp, linear, nondifferentiable, partials, result, vjp

# ---------------------------------------------------------------- two results


@vjp(np.divmod, "x1, x2")
def divmod_vjp(dz: Any, z: Any, x1: Any, x2: Any) -> Any:
    if dz[1] is None:
        return None, None
    return dz[1], -z[0] * dz[1]


@jvp(np.divmod)
def divmod_jvp(z: Any, x1: Any, x2: Any, x1_dot: Any, x2_dot: Any) -> Any:
    """Tuples are not added up, so one contribution is all there is."""
    if x2_dot is None:
        return (np.zeros_like(z[0]), x1_dot), None
    by_x2 = -z[0] * x2_dot
    moved = by_x2 if x1_dot is None else x1_dot + by_x2
    return (np.zeros_like(z[0]), moved), None


@vjp(np.modf, "x")
def modf_vjp(dz: Any, z: Any, x: Any) -> Any:
    return dz[0]


@jvp(np.modf)
def modf_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return x_dot, np.zeros_like(x_dot)


@vjp(np.frexp, "x")
def frexp_vjp(dz: Any, z: Any, x: Any) -> Any:
    """x = mantissa * 2**exponent; the exponent jumps."""
    if dz[0] is None:
        return None
    return np.ldexp(dz[0], -z[1])


@jvp(np.frexp)
def frexp_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return np.ldexp(x_dot, -z[1]), None


partials(np.nextafter, "x, y", "1", "0", inexact=True)


@result(np.divmod)
def divmod_result(x1: Any, x2: Any) -> Any:
    kinds = [x for x in (x1, x2) if isinstance(x, Type)]
    shape = broadcast(*(k.shape for k in kinds))
    sources = frozenset[Any]().union(*(k.sources for k in kinds))
    dtype = "float" if any(k.dtype == "float" for k in kinds) else "number"
    return sequence("tuple", [number(shape, dtype, sources)] * 2)


@result(np.modf)
def modf_result(x: Any) -> Any:
    return sequence("tuple", [number(x.shape, "float", bits=x.bits if x.inexact else 0)] * 2)


@result(np.frexp)
def frexp_result(x: Any) -> Any:
    mantissa = number(x.shape, "float", bits=x.bits if x.inexact else 0)
    return sequence("tuple", [mantissa, number(x.shape, "int")])


# ---------------------------------------------------------------- helpers of outer and at

nondifferentiable(distinct, ties_at)
linear(outer_operand, "a")
linear(scatter, "values")


@vjp(outer_operand, "a")
def outer_operand_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    return np.reshape(dz, np.shape(a))


@vjp(scatter, "values")
def scatter_vjp(dz: Any, z: Any, values: Any, index: Any, x: Any) -> Any:
    return sum_to(dz[index], values)


@vjp(extremum_at, "x, values")
def extremum_at_vjp(dz: Any, z: Any, ufunc: Any, x: Any, index: Any, values: Any) -> Any:
    """The old entry and the values put there share equally where several are the extremum."""
    share = dz / ties_at(z, x, index, values)
    taken = np.where(values == z[index], share[index], 0.0)
    return np.where(x == z, share, 0.0), sum_to(taken, values)


@jvp(extremum_at)
def extremum_at_jvp(
    z: Any, ufunc: Any, x: Any, index: Any, values: Any, x_dot: Any, values_dot: Any
) -> Any:
    ties = ties_at(z, x, index, values)
    by_x = None if x_dot is None else np.where(x == z, x_dot, 0.0) / ties
    if values_dot is None:
        return by_x, None
    return by_x, scatter(np.where(values == z[index], values_dot, 0.0), index, x) / ties


@result(outer_operand, memory="maybe")
def outer_operand_result(a: Any, b: Any) -> Any:
    ranked = isinstance(a, Type) and isinstance(b, Type) and a.rank is not None
    return (*a.shape, *(1,) * b.rank) if ranked and b.rank is not None else None


@result((distinct, ties_at))
def as_given(first: Any, *rest: Any) -> Any:
    return first


@result(extremum_at)
def extremum_at_result(ufunc: Any, x: Any, index: Any, values: Any) -> Any:
    return x


@result(scatter, inexact=True)
def scatter_result(values: Any, index: Any, x: Any) -> Any:
    return x.shape if isinstance(x, Type) else None
