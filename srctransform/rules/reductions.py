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
    sum_to,
    unmerged,
    unreduce,
)  # fmt: skip
from .registry import constant_in, jvp, linear, nondifferentiable, result, static, vjp


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


def summed(x: Any, axis: Any, keepdims: Any, dtype: Any = None) -> Any:
    """np.sum of x, written without the options that say nothing."""
    if not (known(dtype) and dtype is None):
        return np.sum(x, axis=axis, keepdims=keepdims, dtype=dtype)
    if known(axis, keepdims) and not keepdims:
        return np.sum(x) if axis is None else np.sum(x, axis=axis)
    return np.sum(x, axis=axis, keepdims=keepdims)


def tally_of(chosen: Any, a: Any, z: Any, axis: Any, keepdims: Any) -> Any:
    """How many are chosen along axis, in the precision of z: an integer would widen float32. It
    is that of a, where a is an array at hand."""
    return tally(chosen, a if known(np.ndim(a)) and np.ndim(a) else z, axis, keepdims)


def tally(chosen: Any, z: Any, axis: Any, keepdims: Any) -> Any:
    """How many are chosen along axis, in the dtype of z."""
    if known(axis, keepdims) and not keepdims:
        if axis is None:
            return np.sum(chosen, dtype=z.dtype)
        return np.sum(chosen, axis=axis, dtype=z.dtype)
    return np.sum(chosen, axis=axis, keepdims=keepdims, dtype=z.dtype)


# ---------------------------------------------------------------- where= and initial=


def everywhere(where: Any) -> Any:
    """Does a reduction take in every entry, as far as is known?"""
    return known(where) and (where is None or where is True)


def kept(g: Any, where: Any, other: Any = 0.0) -> Any:
    """g for the entries that a reduction takes in, `other` for those that it leaves out."""
    return g if everywhere(where) else np.where(where, g, other)


def counted(z: Any, a: Any, axis: Any, keepdims: Any, where: Any) -> Any:
    """How many entries of a make one entry of z, of those that are taken in."""
    if everywhere(where):
        return count(a, axis)
    return tally_of(spread(where, a), a, z, axis, keepdims)


def of_initial(g: Any, initial: Any) -> Any:
    """The cotangent of `initial`, a number that every entry of a reduction begins with."""
    return None if known(initial) and initial is None else np.sum(g)


def from_initial(g: Any, z: Any, initial_dot: Any) -> Any:
    """The tangent that `initial` gives; g is the partial derivative by it."""
    return None if initial_dot is None else spread(g * initial_dot, z)


# ---------------------------------------------------------------- sum and mean

linear(np.mean, "a")


@vjp(np.sum, "a, initial")
def sum_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    return spread(kept(expand(dz, a, axis, keepdims), where), a), of_initial(dz, initial)


@jvp(np.sum)
def sum_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    by_a = None if a_dot is None else summed(kept(a_dot, where), axis, keepdims, dtype)
    return by_a, from_initial(1.0, z, initial_dot)


@vjp(np.mean)
def mean_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    where: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    share = dz / counted(z, a, axis, keepdims, where)
    return spread(kept(expand(share, a, axis, keepdims), where), a)


constant_in((np.sum, np.mean, np.prod, np.var, np.std), "where")


def reduction_result(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
    *rest: Any, **options: Any,
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


def centered(a: Any, axis: Any, where: Any, mean: Any) -> Any:
    """a less its mean along axis."""
    if not (known(mean) and mean is None):
        return a - mean
    if not everywhere(where):
        return a - np.mean(a, axis=axis, keepdims=True, where=where)
    if known(axis) and axis is None:
        return a - np.mean(a)
    return a - np.mean(a, axis=axis, keepdims=True)


def freedom(
    z: Any, a: Any, axis: Any, keepdims: Any, where: Any, ddof: Any, correction: Any
) -> Any:
    """The number that a variance divides by."""
    less = ddof if correction is None else correction
    if known(less) and less == 0:
        return counted(z, a, axis, keepdims, where)
    return counted(z, a, axis, keepdims, where) - less


def nonzero_or_one(z: Any) -> Any:
    """z, and 1 where z is 0."""
    return np.where(z == 0, 1.0, z)


def moment_vjp(scale: Any, a: Any, axis: Any, keepdims: Any, where: Any, mean: Any) -> Any:
    """Of a sum of squares about the mean, times scale / 2; and of a mean that was given."""
    g = expand(scale, a, axis, keepdims) * np.conj(centered(a, axis, where, mean))
    if known(mean) and mean is None:
        return kept(g, where), None
    return kept(g, where), sum_to(-kept(g, where), mean)


def moment_jvp(
    a: Any, a_dot: Any, axis: Any, keepdims: Any, where: Any, mean: Any, mean_dot: Any
) -> Any:
    """Half the tangent of a sum of squares about the mean."""
    moved = a_dot if mean_dot is None else -mean_dot if a_dot is None else a_dot - mean_dot
    product = np.real(np.conj(centered(a, axis, where, mean)) * moved)
    return summed(kept(product, where), axis, keepdims)


@vjp(np.var, "a, mean")
def var_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    scale = 2.0 * dz / freedom(z, a, axis, keepdims, where, ddof, correction)
    return moment_vjp(scale, a, axis, keepdims, where, mean)


@jvp(np.var)
def var_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
    mean_dot: Any = None,
) -> Any:  # fmt: skip
    total = moment_jvp(a, a_dot, axis, keepdims, where, mean, mean_dot)
    return 2.0 * total / freedom(z, a, axis, keepdims, where, ddof, correction), None


@vjp(np.std, "a, mean")
def std_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    scale = dz / (freedom(z, a, axis, keepdims, where, ddof, correction) * nonzero_or_one(z))
    return moment_vjp(scale, a, axis, keepdims, where, mean)


@jvp(np.std)
def std_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0,
    keepdims: Any = False, where: Any = None, mean: Any = None, correction: Any = None,
    mean_dot: Any = None,
) -> Any:  # fmt: skip
    total = moment_jvp(a, a_dot, axis, keepdims, where, mean, mean_dot)
    size = freedom(z, a, axis, keepdims, where, ddof, correction)
    return total / (size * nonzero_or_one(z)), None


result((np.var, np.std), inexact=True, real=True)(reduction_result)


# ---------------------------------------------------------------- prod


@vjp(np.prod, "a, initial")
def prod_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None,
) -> Any:  # fmt: skip
    floating(dtype)
    x = kept(a, where, 1.0)
    if known(initial) and initial is None:
        return kept(expand(dz, a, axis, keepdims) * product_of_others(x, axis), where), None
    g = expand(dz * initial, a, axis, keepdims) * product_of_others(x, axis)
    return kept(g, where), np.sum(dz * np.prod(x, axis=axis, keepdims=keepdims))


@jvp(np.prod)
def prod_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False,
    initial: Any = None, where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    x = kept(a, where, 1.0)
    if known(initial) and initial is None:
        return summed(product_of_others(x, axis) * kept(a_dot, where), axis, keepdims), None
    by_initial = None
    if initial_dot is not None:
        by_initial = np.prod(x, axis=axis, keepdims=keepdims) * initial_dot
    if a_dot is None:
        return None, by_initial
    moved = summed(product_of_others(x, axis) * kept(a_dot, where), axis, keepdims)
    return initial * moved, by_initial


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
