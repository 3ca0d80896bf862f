"""sum, mean, prod, var, std: reductions along axes; Python's own sum, along the first.

    np.sum(x, axis=1)     dx = dz[:, None], spread over x
    np.mean(x)            dx = dz / x.size, spread over x
    np.var(x)             dx = 2 * dz / x.size * (x - x.mean())

Kinks: `std` of constant data has derivative 0. `prod` is right where x has zeros: the partial by
an entry is the product of the others, without a division.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.types import COMPLEX, OTHER, SCALAR_INT, Type, number
from ..runtime import (
    known,
    merged,
    product_of_others,
    recurrence,
    reduced_size,
    shifted,
    spread,
    unmerged,
    unreduce,
)  # fmt: skip
from .registry import jvp, linear, nondifferentiable, result, static, vjp


@static
def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The reduced axes, as a sorted tuple of non-negative ints."""
    if axis is None or ndim == 0:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(a % ndim for a in axes))


@static
def leading(axis: Any) -> bool:
    """Are the reduced axes the first ones, so that broadcasting puts them back?"""
    return axis == 0 or (isinstance(axis, tuple) and sorted(axis) == list(range(len(axis))))


@static
def single(axis: Any) -> Any:
    """(1,) -> 1"""
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis


@static
def floating(dtype: Any) -> Any:
    """The dtype of a reduction; an integer one is refused, since it truncates."""
    if dtype is not None and np.dtype(dtype).kind not in "fc":
        raise UnsupportedError(f"a reduction with dtype {np.dtype(dtype)} has no derivative")
    return dtype


def reduced_shape(x: Any, axis: Any, keepdims: Any) -> Any:
    """The shape of x reduced along axis."""
    if isinstance(axis, Type) or isinstance(keepdims, Type) or not isinstance(x, Type):
        return None
    if isinstance(x.shape, tuple):
        axes = axes_of(axis, len(x.shape))
        kept = [(1 if k in axes else n) for k, n in enumerate(x.shape) if keepdims or k not in axes]
        return tuple(kept)
    if axis is None and not keepdims:
        return ()
    return frozenset([("keep" if keepdims else "reduce", x.shape, single(axis))])


def expand(g: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """g, of the shape of a reduction of x, so that it broadcasts with x."""
    if known(axis, keepdims):
        if keepdims or axis is None or leading(axis):
            return g
        if known(np.ndim(x)):
            axes = axes_of(axis, np.ndim(x))
            return g if leading(axes) else np.expand_dims(g, single(axes))
        return np.expand_dims(g, single(axis))
    return unreduce(g, x, axis, keepdims)


def count(x: Any, axis: Any) -> Any:
    """How many entries of x make one entry of a reduction."""
    if known(axis):
        if axis is None:
            return np.size(x)
        if known(np.ndim(x)) and len(axes_of(axis, np.ndim(x))) == np.ndim(x):
            return np.size(x)
        if not isinstance(axis, tuple):
            return np.shape(x)[axis]
        if len(axis) == 2:
            return np.shape(x)[axis[0]] * np.shape(x)[axis[1]]
    return reduced_size(x, axis)


def summed(x: Any, axis: Any, keepdims: Any) -> Any:
    """np.sum of x, written without the options that say nothing."""
    if known(axis, keepdims) and not keepdims:
        return np.sum(x) if axis is None else np.sum(x, axis=axis)
    return np.sum(x, axis=axis, keepdims=keepdims)


def tally(chosen: Any, z: Any, axis: Any, keepdims: Any) -> Any:
    """How many are chosen along axis, in the precision of z: an integer would widen float32."""
    if known(axis, keepdims) and not keepdims:
        if axis is None:
            return np.sum(chosen, dtype=z.dtype)
        return np.sum(chosen, axis=axis, dtype=z.dtype)
    return np.sum(chosen, axis=axis, keepdims=keepdims, dtype=z.dtype)


# ---------------------------------------------------------------- sum and mean

linear((np.sum, np.mean), "a")


@vjp(np.sum)
def sum_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False
) -> Any:
    floating(dtype)
    return spread(expand(dz, a, axis, keepdims), a)


@vjp(np.mean)
def mean_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False
) -> Any:
    floating(dtype)
    return spread(expand(dz / count(a, axis), a, axis, keepdims), a)


def reduction_result(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    **options: Any,
) -> Any:  # fmt: skip
    """The type of a reduction with NumPy's usual signature."""
    shape = reduced_shape(a, axis, keepdims)
    if dtype is None or shape is None:
        return shape
    if isinstance(dtype, Type):
        return number(shape, dtype.dtype, dtype.sources, dtype.bits)
    kind = {"f": "float", "c": "complex"}.get(np.dtype(dtype).kind)
    return number(shape, kind, [COMPLEX] * (kind == "complex")) if kind else shape


result((np.sum, np.prod))(reduction_result)
result(np.mean, inexact=True)(reduction_result)


# ---------------------------------------------------------------- the builtin sum

linear(sum, "iterable")


@vjp(sum)
def builtin_sum_vjp(dz: Any, z: Any, iterable: Any) -> Any:
    return spread(dz, iterable)


@result(sum)
def builtin_sum_result(iterable: Any, start: Any = 0) -> Any:
    return reduced_shape(iterable, 0, False) if start == 0 else None


# ---------------------------------------------------------------- var and std


def centered(a: Any, axis: Any) -> Any:
    """a less its mean along axis."""
    if known(axis) and axis is None:
        return a - np.mean(a)
    return a - np.mean(a, axis=axis, keepdims=True)


def freedom(a: Any, axis: Any, ddof: Any, correction: Any) -> Any:
    """The number that a variance divides by."""
    less = ddof if correction is None else correction
    if known(less) and less == 0:
        return count(a, axis)
    return count(a, axis) - less


def nonzero_or_one(z: Any) -> Any:
    """z, and 1 where z is 0."""
    return np.where(z == 0, 1.0, z)


@vjp(np.var)
def var_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False,
    correction: Any = None,
) -> Any:  # fmt: skip
    scale = 2.0 * dz / freedom(a, axis, ddof, correction)
    return expand(scale, a, axis, keepdims) * np.conj(centered(a, axis))


@jvp(np.var)
def var_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False,
    correction: Any = None,
) -> Any:  # fmt: skip
    moved = np.real(np.conj(centered(a, axis)) * a_dot)
    total = summed(moved, axis, keepdims)
    return 2.0 * total / freedom(a, axis, ddof, correction)


@vjp(np.std)
def std_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False,
    correction: Any = None,
) -> Any:  # fmt: skip
    scale = dz / (freedom(a, axis, ddof, correction) * nonzero_or_one(z))
    return expand(scale, a, axis, keepdims) * np.conj(centered(a, axis))


@jvp(np.std)
def std_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False,
    correction: Any = None,
) -> Any:  # fmt: skip
    moved = np.real(np.conj(centered(a, axis)) * a_dot)
    total = summed(moved, axis, keepdims)
    return total / (freedom(a, axis, ddof, correction) * nonzero_or_one(z))


result((np.var, np.std), inexact=True, real=True)(reduction_result)


# ---------------------------------------------------------------- prod


@vjp(np.prod)
def prod_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False
) -> Any:
    floating(dtype)
    return expand(dz, a, axis, keepdims) * product_of_others(a, axis)


@jvp(np.prod)
def prod_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False
) -> Any:
    return summed(product_of_others(a, axis) * a_dot, axis, keepdims)


def products_of_others_moved(x: Any, v: Any, axis: Any) -> Any:
    """The derivative of product_of_others(x) along v; the matrix of this map is symmetric."""
    m, w = merged(x, axis), merged(v, axis)
    before = shifted(np.cumprod(m, axis=-1), 1, -1, 1.0)
    before_moved = shifted(recurrence(before * w, m, -1), 1, -1, 0.0)
    m, w = m[..., ::-1], w[..., ::-1]
    behind = shifted(np.cumprod(m, axis=-1), 1, -1, 1.0)
    behind_moved = shifted(recurrence(behind * w, m, -1), 1, -1, 0.0)
    moved = before_moved * behind[..., ::-1] + before * behind_moved[..., ::-1]
    return unmerged(moved, x, axis)


@vjp(product_of_others, "x")
def product_of_others_vjp(dz: Any, z: Any, x: Any, axis: Any) -> Any:
    return products_of_others_moved(x, dz, axis)


@jvp(product_of_others)
def product_of_others_jvp(z: Any, x: Any, x_dot: Any, axis: Any) -> Any:
    return products_of_others_moved(x, x_dot, axis)


linear(merged, "x")
linear(unmerged, "g")


@vjp(merged, "x")
def merged_vjp(dz: Any, z: Any, x: Any, axis: Any) -> Any:
    return unmerged(dz, x, axis)


@vjp(unmerged, "g")
def unmerged_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any) -> Any:
    return merged(dz, axis)


@result(product_of_others, inexact=True)
def product_of_others_result(x: Any, axis: Any) -> Any:
    return x.shape if isinstance(x, Type) else ()


@result(unmerged, memory="maybe")
def unmerged_result(g: Any, x: Any, axis: Any) -> Any:
    return x.shape if isinstance(x, Type) else ()


@result(merged, memory="maybe")
def merged_result(x: Any, axis: Any) -> Any:
    if isinstance(axis, Type) or not isinstance(x, Type) or not isinstance(x.shape, tuple):
        return None
    axes = axes_of(axis, len(x.shape))
    return (*(n for k, n in enumerate(x.shape) if k not in axes), ("merged", x.shape, axes))


nondifferentiable(reduced_size, prims.dtype_of)


@result(prims.dtype_of)
def dtype_result(x: Any) -> Any:
    """A dtype carries the dtype of its array, for reductions that are told to use it."""
    return (
        replace(OTHER, dtype=x.dtype, sources=x.sources, bits=max(x.bits, 0))
        if isinstance(x, Type)
        else OTHER
    )


@result(reduced_size)
def reduced_size_result(x: Any, axis: Any) -> Any:
    return SCALAR_INT
