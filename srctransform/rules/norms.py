"""norm, matrix_norm, vector_norm, cond: every order that has a derivative.

    z = np.linalg.norm(x, axis=1)      dx = x * (dz / z)[:, None]

Kinks: the gradient is 0 at 0; ties in norms that take a largest or smallest entry, sum or singular
value share equally; a singular value of 0 adds nothing to the gradient of the nuclear norm. The
norms by singular values have the gradient u @ vh, of those vectors that count (Giles 2008).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..runtime import known
from .linalg import flipped, refuse, scalars
from .reductions import expand, reduced_shape, summed
from .registry import jvp, result, static, vjp


@vjp(np.linalg.norm)
def norm_vjp(
    dz: Any, z: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    if known(ord) and euclidean(ord, axis):
        return np.conj(x) * (expand(dz, x, axis, keepdims) / nonzero(expand(z, x, axis, keepdims)))
    return expand(dz, x, axis, keepdims) * norm_slope(z, x, ord, axis, keepdims)


@jvp(np.linalg.norm)
def norm_jvp(
    z: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False, *, x_dot: Any
) -> Any:
    if known(ord) and euclidean(ord, axis):
        return np.real(summed(np.conj(x) * x_dot, axis, keepdims)) / nonzero(z)
    return np.real(summed(norm_slope(z, x, ord, axis, keepdims) * x_dot, axis, keepdims))


@result(np.linalg.norm, inexact=True, real=True)
def norm_result(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    return reduced_shape(x, axis, keepdims)


@vjp(np.linalg.vector_norm)
def vector_norm_vjp(
    dz: Any, z: Any, x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2
) -> Any:
    length = expand(z, x, axis, keepdims)
    if known(ord) and ord == 2:
        return np.conj(x) * (expand(dz, x, axis, keepdims) / nonzero(length))
    return expand(dz, x, axis, keepdims) * vector_slope(length, x, ord, axis)


@jvp(np.linalg.vector_norm)
def vector_norm_jvp(
    z: Any, x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2, x_dot: Any
) -> Any:
    if known(ord) and ord == 2:
        return np.real(summed(np.conj(x) * x_dot, axis, keepdims)) / nonzero(z)
    slope = vector_slope(expand(z, x, axis, keepdims), x, ord, axis)
    return np.real(summed(slope * x_dot, axis, keepdims))


@result(np.linalg.vector_norm, inexact=True, real=True)
def vector_norm_result(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    return reduced_shape(x, axis, keepdims)


@vjp(np.linalg.matrix_norm)
def matrix_norm_vjp(dz: Any, z: Any, x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    return norm_vjp(dz, z, x, ord, (-2, -1), keepdims)


@jvp(np.linalg.matrix_norm)
def matrix_norm_jvp(z: Any, x: Any, *, keepdims: Any = False, ord: Any = "fro", x_dot: Any) -> Any:
    return norm_jvp(z, x, ord, (-2, -1), keepdims, x_dot=x_dot)


@result(np.linalg.matrix_norm, inexact=True, real=True)
def matrix_norm_result(x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    return reduced_shape(x, (-2, -1), keepdims)


# ------------------------------------------------------------ dz/dx, entry by entry


def euclidean(ord: Any, axis: Any) -> Any:
    """Is it the root of the sum of squares, of a vector or a matrix?"""
    return ord is None or ord == "fro" or (ord == 2 and known(axis) and isinstance(axis, int))


def nonzero(length: Any) -> Any:
    """The length, and 1 where it is 0, so that x / length is 0 at 0."""
    return np.where(length == 0, 1.0, length)


def norm_slope(z: Any, x: Any, ord: Any, axis: Any, keepdims: Any) -> Any:
    if not known(ord, axis, keepdims):
        return refuse("a norm whose ord, axis or keepdims is known only as the program runs")
    if isinstance(axis, tuple):
        return matrix_slope(x, ord, axis)
    if axis is None and ord == "nuc":
        return matrix_slope(x, ord, (-2, -1))
    if axis is None and of_matrices(ord) and np.ndim(x) == 2:
        return matrix_slope(x, ord, (0, 1))
    return vector_slope(expand(z, x, axis, keepdims), x, ord, axis)


def vector_slope(length: Any, x: Any, ord: Any, axis: Any) -> Any:
    if not known(ord):
        return refuse("a norm whose ord is known only as the program runs")
    if ord == 2:
        return np.conj(x) / nonzero(length)
    if ord == 1:
        return np.conj(np.sign(x))
    if ord == np.inf or ord == -np.inf:
        return np.conj(np.sign(x)) * shared(np.abs(x) == length, length, axis)
    if ord == 0:
        return refuse("ord=0 counts entries, it has no derivative")
    return np.conj(np.sign(x)) * (np.abs(x) / nonzero(length)) ** (ord - 1)


def matrix_slope(x: Any, ord: Any, axes: Any) -> Any:
    """The largest or smallest sum of a column (1, -1) or a row (inf, -inf), or singular values."""
    if ord in ("nuc", 2, -2):
        if is_last(axes, np.ndim(x) if known(np.ndim(x)) else 0):
            return spectral_slope(x, ord)
        return np.moveaxis(spectral_slope(np.moveaxis(x, axes, (-2, -1)), ord), (-2, -1), axes)
    if abs(ord) == 1:
        return np.conj(np.sign(x)) * extreme_sums(x, ord == 1, axes[0], axes[1])
    if abs(ord) == np.inf:
        return np.conj(np.sign(x)) * extreme_sums(x, ord == np.inf, axes[1], axes[0])
    return refuse(f"np.linalg.norm with ord={ord!r}")


@static
def of_matrices(ord: Any) -> bool:
    """Is the order one that matrices have a norm of?"""
    return isinstance(ord, str) or abs(ord) in (1, 2, np.inf)


@static
def is_last(axes: Any, ndim: int) -> bool:
    """Are they the last two axes, in their order? ndim is 0 where it is not known."""
    return tuple(k - ndim if ndim and k >= 0 else k for k in axes) == (-2, -1)


def spectral_slope(x: Any, ord: Any) -> Any:
    """Of the sum, the largest or the smallest of the singular values."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    if ord == "nuc":
        return np.conj((u * weighted(np.sign(s))) @ vh)
    return np.conj((u * weighted(extreme(s, ord == 2, -1))) @ vh)


def weighted(s: Any) -> Any:
    """One number for each column of a matrix."""
    if known(np.ndim(s)) and np.ndim(s) == 1:
        return s
    return np.expand_dims(s, -2)


def extreme_sums(x: Any, largest: Any, along: Any, across: Any) -> Any:
    """1 for the columns or rows that have the extreme sum of absolute values."""
    return extreme(np.sum(np.abs(x), axis=along, keepdims=True), largest, across)


def extreme(sums: Any, largest: Any, axis: Any) -> Any:
    if largest:
        return shared(sums == np.max(sums, axis=axis, keepdims=True), sums, axis)
    return shared(sums == np.min(sums, axis=axis, keepdims=True), sums, axis)


def shared(hit: Any, sizes: Any, axis: Any) -> Any:
    """1 where hit, shared equally among ties, in the precision of the sizes."""
    return hit / np.sum(hit, axis=axis, dtype=sizes.dtype, keepdims=True)


# ------------------------------------------------------------ condition numbers


@vjp(np.linalg.cond, "x")
def cond_vjp(dz: Any, z: Any, x: Any, p: Any = None) -> Any:
    return scalars(dz, x) * cond_slope(z, x, p)


@jvp(np.linalg.cond)
def cond_jvp(z: Any, x: Any, p: Any = None, *, x_dot: Any) -> Any:
    return np.real(np.sum(cond_slope(z, x, p) * x_dot, axis=(-2, -1)))


def cond_slope(z: Any, x: Any, p: Any) -> Any:
    """The quotient of the extreme singular values, or the product of the norms of x and inv(x)."""
    if not known(p):
        return refuse("a condition number whose p is known only as the program runs")
    if p is None or p == 2:
        return quotient_slope(z, x, 2, -2)
    if p == -2:
        return quotient_slope(z, x, -2, 2)
    return product_slope(x, np.linalg.inv(x), p)


def quotient_slope(z: Any, x: Any, top: Any, bottom: Any) -> Any:
    slope = spectral_slope(x, top) - scalars(z, x) * spectral_slope(x, bottom)
    return slope / np.linalg.norm(x, bottom, axis=(-2, -1), keepdims=True)


def product_slope(x: Any, inverse: Any, p: Any) -> Any:
    size = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    inverse_size = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    change = flipped(inverse) @ slope_of(inverse_size, inverse, p) @ flipped(inverse)
    return inverse_size * slope_of(size, x, p) - size * change


def slope_of(z: Any, x: Any, ord: Any) -> Any:
    if ord == "fro":
        return np.conj(x) / nonzero(z)
    return matrix_slope(x, ord, (-2, -1))


@result(np.linalg.cond, inexact=True, real=True)
def cond_result(x: Any, p: Any = None) -> Any:
    return reduced_shape(x, (-2, -1), False)
