"""scipy.linalg: matrices made of vectors and blocks, and systems in diagonal storage.

    z = scipy.linalg.toeplitz(c)        dc = sums along the diagonals of dz
    z = scipy.linalg.block_diag(a, b)   da, db = the blocks of dz

`bands[u + i - j, j]` is entry i, j of a banded matrix with u diagonals above the main one. The
adjoint of a banded system is one with the bands of the transpose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg
from scipy.linalg import solve_banded, solveh_banded

from ...ir.types import number, sequence
from ...runtime import (
    antidiagonal_sums,
    as_columns,
    bands_dot,
    bands_of,
    bands_transposed,
    blocks_of,
    known,
)  # fmt: skip
from ..linalg import refuse
from ..products import length_of, shape_of
from ..registry import jvp, linear, multilinear, result, vjp

# ------------------------------------------------------------ toeplitz, hankel, circulant


@vjp(linalg.toeplitz, "c, r")
def toeplitz_vjp(dz: Any, z: Any, c: Any, r: Any = None) -> Any:
    """The first entry of r is not read; without r it is conj(c)."""
    m = np.shape(dz)[0]
    sums = antidiagonal_sums(dz[::-1])
    below, above = sums[:m][::-1], without_first(sums[m - 1 :])
    if r is None:
        return below + np.conj(above), None
    return below, above


def without_first(x: Any) -> Any:
    """x with 0 for its first entry."""
    return np.concatenate((np.zeros_like(x[:1]), x[1:]))


@jvp(linalg.toeplitz)
def toeplitz_jvp(z: Any, c: Any, r: Any = None, *, c_dot: Any, r_dot: Any) -> Any:
    if r is None:
        return linalg.toeplitz(c_dot), None
    return (
        None if c_dot is None else linalg.toeplitz(c_dot, np.zeros_like(r)),
        None if r_dot is None else linalg.toeplitz(np.zeros_like(c), without_first(r_dot)),
    )


@vjp(linalg.hankel, "c, r")
def hankel_vjp(dz: Any, z: Any, c: Any, r: Any = None) -> Any:
    """The first entry of r is not read; without r it is 0."""
    m = np.shape(dz)[0]
    sums = antidiagonal_sums(dz)
    return sums[:m], None if r is None else without_first(sums[m - 1 :])


@jvp(linalg.hankel)
def hankel_jvp(z: Any, c: Any, r: Any = None, *, c_dot: Any, r_dot: Any) -> Any:
    if r is None:
        return linalg.hankel(c_dot), None
    return (
        None if c_dot is None else linalg.hankel(c_dot, np.zeros_like(r)),
        None if r_dot is None else linalg.hankel(np.zeros_like(c), without_first(r_dot)),
    )


@result((linalg.toeplitz, linalg.hankel))
def toeplitz_result(c: Any, r: Any = None) -> Any:
    rows = length_of(shape_of(c))
    return rows, rows if r is None else length_of(shape_of(r))


linear(linalg.circulant, "c")


@vjp(linalg.circulant)
def circulant_vjp(dz: Any, z: Any, c: Any) -> Any:
    """Entry i, j is c[i - j], counted round the end."""
    n = np.shape(dz)[0]
    sums = antidiagonal_sums(dz[::-1])
    return sums[:n][::-1] + np.concatenate((sums[:1] * 0.0, sums[n:][::-1]))


@result(linalg.circulant)
def circulant_result(c: Any) -> Any:
    shape = shape_of(c)
    return (*shape, shape[-1]) if isinstance(shape, tuple) and shape else None


linear(antidiagonal_sums, "x")


@vjp(antidiagonal_sums)
def antidiagonal_sums_vjp(dz: Any, z: Any, x: Any) -> Any:
    return linalg.hankel(dz[: np.shape(x)[0]], dz[np.shape(x)[0] - 1 :])


@result(antidiagonal_sums)
def antidiagonal_sums_result(x: Any) -> Any:
    return (("size", object()),)


# ------------------------------------------------------------ blocks


@vjp(linalg.block_diag, "arrs")
def block_diag_vjp(dz: Any, z: Any, *arrs: Any) -> Any:
    return blocks_of(dz, arrs)


linear(linalg.block_diag, "arrs")


@result(linalg.block_diag)
def block_diag_result(*arrs: Any) -> Any:
    return ("size", object()), ("size", object())


linear(blocks_of, "g")


@result(blocks_of)
def blocks_of_result(g: Any, arrs: Any) -> Any:
    items = list(arrs) if isinstance(arrs, tuple) else [kind for _, kind in arrs.items]
    return sequence("list", [number(shape_of(a), g.dtype, g.sources) for a in items])


@vjp(blocks_of)
def blocks_of_vjp(dz: Any, z: Any, g: Any, arrs: Any) -> Any:
    return linalg.block_diag(*dz)


multilinear(linalg.khatri_rao, "a, b")


@vjp(linalg.khatri_rao)
def khatri_rao_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    """The products of each column of a with that of b, one below the other."""
    g = np.reshape(dz, (np.shape(a)[0], np.shape(b)[0], np.shape(a)[1]))
    return np.sum(g * b, axis=1), np.sum(g * np.expand_dims(a, 1), axis=0)


@result(linalg.khatri_rao)
def khatri_rao_result(a: Any, b: Any) -> Any:
    return ("size", object()), shape_of(a)[-1]


# ------------------------------------------------------------ banded systems


@vjp(solve_banded, "ab, b")
def solve_banded_vjp(
    dz: Any, z: Any, l_and_u: Any, ab: Any, b: Any, *, check_finite: Any = True
) -> Any:
    lower, upper = l_and_u
    db = solve_banded((upper, lower), bands_transposed(ab, lower, upper), dz)
    return -bands_of(columns_of(db, b), columns_of(z, b), lower, upper), db


def columns_of(x: Any, b: Any) -> Any:
    """x as a matrix, of one column if b is a vector."""
    if known(np.ndim(b)):
        return np.expand_dims(x, -1) if np.ndim(b) == 1 else x
    return as_columns(x, b)


@jvp(solve_banded)
def solve_banded_jvp(
    z: Any, l_and_u: Any, ab: Any, b: Any, *, check_finite: Any = True, ab_dot: Any, b_dot: Any
) -> Any:
    lower, upper = l_and_u
    moved = None
    if ab_dot is not None:
        moved = -solve_banded(l_and_u, ab, bands_dot(ab_dot, z, lower, upper))
    return moved, None if b_dot is None else solve_banded(l_and_u, ab, b_dot)


@result(solve_banded, inexact=True)
def solve_banded_result(l_and_u: Any, ab: Any, b: Any, **options: Any) -> Any:
    return shape_of(b)


@vjp(solveh_banded, "ab, b")
def solveh_banded_vjp(
    dz: Any, z: Any, ab: Any, b: Any, *, lower: Any = False, check_finite: Any = True
) -> Any:
    """Half of the bands are read, so those beside the main one count twice."""
    if not known(lower):
        return refuse("solveh_banded with lower that is known only as the program runs")
    db = np.conj(solveh_banded(ab, np.conj(dz), lower=lower))
    w, x = columns_of(db, b), columns_of(z, b)
    count = np.shape(ab)[0] - 1
    if lower:
        g = bands_of(w, x, count, 0) + np.conj(bands_of(x, w, count, 0))
        return -np.concatenate((g[:1] / 2, g[1:])), db
    g = bands_of(w, x, 0, count) + np.conj(bands_of(x, w, 0, count))
    return -np.concatenate((g[:count], g[count:] / 2)), db


@jvp(solveh_banded)
def solveh_banded_jvp(
    z: Any, ab: Any, b: Any, *, lower: Any = False, check_finite: Any = True, ab_dot: Any,
    b_dot: Any,
) -> Any:  # fmt: skip
    if not known(lower):
        return refuse("solveh_banded with lower that is known only as the program runs")
    moved = None
    if ab_dot is not None:
        moved = -solveh_banded(ab, half_dot(ab_dot, z, lower, np.shape(ab)[0] - 1), lower=lower)
    return moved, None if b_dot is None else solveh_banded(ab, b_dot, lower=lower)


def half_dot(ab: Any, x: Any, lower: Any, count: Any) -> Any:
    """The product of a Hermitian matrix, of which half of the bands are given, with x."""
    if lower:
        halved = np.concatenate((np.real(ab[:1]) / 2, ab[1:]))
        other = np.conj(bands_transposed(halved, count, 0))
        return bands_dot(halved, x, count, 0) + bands_dot(other, x, 0, count)
    halved = np.concatenate((ab[:count], np.real(ab[count:]) / 2))
    other = np.conj(bands_transposed(halved, 0, count))
    return bands_dot(halved, x, 0, count) + bands_dot(other, x, count, 0)


@result(solveh_banded, inexact=True)
def solveh_banded_result(ab: Any, b: Any, **options: Any) -> Any:
    return shape_of(b)


linear(bands_transposed, "ab")
multilinear(bands_dot, "ab, x")
multilinear(bands_of, "w, x")


@vjp(bands_transposed)
def bands_transposed_vjp(dz: Any, z: Any, ab: Any, lower: Any, upper: Any) -> Any:
    return bands_transposed(dz, upper, lower)


@vjp(bands_dot, "ab, x")
def bands_dot_vjp(dz: Any, z: Any, ab: Any, x: Any, lower: Any, upper: Any) -> Any:
    dx = bands_dot(bands_transposed(ab, lower, upper), dz, upper, lower)
    return bands_of(columns_of(dz, x), columns_of(x, x), lower, upper), dx


@vjp(bands_of, "w, x")
def bands_of_vjp(dz: Any, z: Any, w: Any, x: Any, lower: Any, upper: Any) -> Any:
    dx = bands_dot(bands_transposed(dz, lower, upper), w, upper, lower)
    return bands_dot(dz, x, lower, upper), dx


@result(bands_transposed)
def bands_transposed_result(ab: Any, lower: Any, upper: Any) -> Any:
    return shape_of(ab)


@result(bands_dot)
def bands_dot_result(ab: Any, x: Any, lower: Any, upper: Any) -> Any:
    return shape_of(x)


@result(bands_of)
def bands_of_result(w: Any, x: Any, lower: Any, upper: Any) -> Any:
    shape = shape_of(x)
    return (("size", object()), shape[0]) if isinstance(shape, tuple) else None
