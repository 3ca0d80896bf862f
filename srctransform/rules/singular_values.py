"""svd, svdvals, pinv, lstsq, of matrices and of stacks.

    u, s, vh = np.linalg.svd(a)      da from s alone:  (u * ds) @ vh

Formulas: Giles (2008), "Singular value decomposition"; Townsend (2016), "Differentiating the
singular value decomposition"; Wan and Zhang (2019), "Automatic differentiation for complex valued
SVD"; Golub and Pereyra (1973), "The differentiation of pseudo-inverses", also of matrices that lack
rank, as long as the rank stays what it is.

Singular vectors are defined but for a sign, complex ones but for a phase, and those that
`full_matrices` adds but for a rotation among them: a function that depends on it has no derivative,
which cannot be seen in numbers. Where singular values coincide, what uses the vectors is NaN, as in
`eigh`, and what treats the singular values alike is right. `hermitian=True` reads the lower
triangle, so the other one has gradient 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import over_gaps, over_values
from .decompositions import (
    columns,
    dagger,
    folded,
    least,
    matrix_shape,
    part,
    rows,
    unfolded,
)  # fmt: skip
from .linalg import flipped
from .norms import nonzero
from .products import shape_of
from .registry import jvp, nondifferentiable, result, vjp

SVDResult: Any = type(np.linalg.svd(np.eye(1)))

nondifferentiable(np.linalg.matrix_rank)


# ------------------------------------------------------------ quotients by singular values


@vjp(over_values)
def over_values_vjp(dz: Any, z: Any, x: Any, s: Any) -> Any:
    dx = over_values(dz, s)
    return dx, -np.sum(dx * z, axis=-2)


@jvp(over_values)
def over_values_jvp(z: Any, x: Any, s: Any, x_dot: Any, s_dot: Any) -> Any:
    return over_values(x_dot, s), -over_values(z * rows(s_dot), s)


@result(over_values)
def over_values_result(x: Any, s: Any) -> Any:
    return shape_of(x)


# ------------------------------------------------------------ svd


@vjp(np.linalg.svd, "a")
def svd_vjp(
    dz: Any, z: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True,
    hermitian: Any = False,
) -> Any:  # fmt: skip
    if not compute_uv:
        return svdvals_adjoint(dz, a, hermitian)
    k = np.shape(z.S)[-1]
    da = svd_adjoint(dz.U, dz.S, dz.Vh, z.U, z.S, z.Vh, k, full_matrices)
    return folded(da, True) if hermitian else da


def svd_adjoint(du: Any, ds: Any, dv: Any, u: Any, s: Any, vh: Any, k: Any, full: Any) -> Any:
    if full:
        u1, v1 = u[..., :k], vh[..., :k, :]
        du1, dv1 = first_columns(du, k), first_rows(dv, k)
        left = added_columns(du1, du, u1, u[..., k:], k)
        return assembled(du1, ds, dv1, u1, s, v1, left, added_rows(dv1, dv, v1, vh[..., k:, :], k))
    return assembled(du, ds, dv, u, s, vh, outside(du, u), outside_rows(dv, vh))


def assembled(du: Any, ds: Any, dv: Any, u: Any, s: Any, vh: Any, left: Any, right: Any) -> Any:
    """The cotangent by the parts within the spaces of u and vh, and by those that leave them."""
    total = within(du, ds, dv, u, s, vh)
    if left is not None:
        total = total + over_values(left, s) @ np.conj(vh)
    if right is not None:
        total = total + np.conj(u) @ flipped(over_values(flipped(right), s))
    return total


def within(du: Any, ds: Any, dv: Any, u: Any, s: Any, vh: Any) -> Any:
    if du is None and dv is None:
        return np.conj((u * rows(ds)) @ vh)
    turned = np.conj(u) @ rotation(du, dv, u, s, vh) @ np.conj(vh)
    if ds is None:
        return turned
    return turned + np.conj((u * rows(ds)) @ vh)


def rotation(du: Any, dv: Any, u: Any, s: Any, vh: Any) -> Any:
    """By the quotients s[j] / (s[j]**2 - s[i]**2) in partial fractions, of both spaces at once."""
    if dv is None:
        x = flipped(u) @ du
        return mixed(x, x, s)
    if du is None:
        y = np.conj(vh @ flipped(dv))
        return mixed(y, -y, s)
    x = flipped(u) @ du
    y = np.conj(vh @ flipped(dv))
    return mixed(x + y, x - y, s)


def mixed(plus: Any, minus: Any, s: Any) -> Any:
    turned = over_gaps(plus, s)
    sums = nonzero(columns(s) + rows(s))
    return (turned + dagger(turned) + (minus - dagger(minus)) / sums) / 2


def first_columns(x: Any, k: Any) -> Any:
    return None if x is None else x[..., :k]


def first_rows(x: Any, k: Any) -> Any:
    return None if x is None else x[..., :k, :]


def added_columns(du1: Any, du: Any, u1: Any, rest: Any, k: Any) -> Any:
    """What moves the first k columns of u out of their space, into that of the other ones."""
    if du is None:
        return None
    turned = flipped(rest) @ du1 - dagger(flipped(u1) @ du[..., k:])
    return np.conj(rest) @ turned


def added_rows(dv1: Any, dv: Any, v1: Any, rest: Any, k: Any) -> Any:
    if dv is None:
        return None
    turned = dv1 @ flipped(rest) - dagger(dv[..., k:, :] @ flipped(v1))
    return turned @ np.conj(rest)


def outside(du: Any, u: Any) -> Any:
    """What moves the columns of u out of their space, where they do not span all there is."""
    if du is None:
        return None
    if np.shape(u)[-2] == np.shape(u)[-1]:
        return np.zeros_like(du)
    return du - np.conj(u) @ (flipped(u) @ du)


def outside_rows(dv: Any, vh: Any) -> Any:
    if dv is None:
        return None
    if np.shape(vh)[-2] == np.shape(vh)[-1]:
        return np.zeros_like(dv)
    return dv - (dv @ flipped(vh)) @ np.conj(vh)


@jvp(np.linalg.svd)
def svd_jvp(
    z: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False,
    *, a_dot: Any,
) -> Any:  # fmt: skip
    if not compute_uv:
        return svdvals_tangent(a, unfolded(a_dot, True) if hermitian else a_dot, hermitian)
    change = unfolded(a_dot, True) if hermitian else a_dot
    u_dot, s_dot, v_dot = svd_tangent(z.U, z.S, z.Vh, change, full_matrices)
    return SVDResult(U=u_dot, S=s_dot, Vh=v_dot)


def svd_tangent(u: Any, s: Any, vh: Any, change: Any, full: Any) -> Any:
    if full:
        return full_tangent(u, s, vh, change, np.shape(s)[-1])
    inner = dagger(u) @ change @ dagger(vh)
    left, right = rotations(inner, s)
    return (
        u @ left + leaving(change @ dagger(vh), u, s),
        np.real(np.diagonal(inner, axis1=-2, axis2=-1)),
        dagger(right) @ vh + dagger(leaving(dagger(change) @ u, dagger(vh), s)),
    )


def rotations(inner: Any, s: Any) -> Any:
    """How the columns of u and of v turn among each other: x and y of u @ x and v @ y."""
    even = over_gaps(inner + dagger(inner), s)
    odd = (inner - dagger(inner)) / nonzero(columns(s) + rows(s))
    return (even + odd) / 2, (even - odd) / 2


def leaving(x: Any, u: Any, s: Any) -> Any:
    """The part of x / s at right angles to the columns of u."""
    if np.shape(u)[-2] == np.shape(u)[-1]:
        return np.zeros_like(x)
    return over_values(x - u @ (dagger(u) @ x), s)


def full_tangent(u: Any, s: Any, vh: Any, change: Any, k: Any) -> Any:
    inner = dagger(u) @ change @ dagger(vh)
    square = inner[..., :k, :k]
    left, right = rotations(square, s)
    below = over_values(inner[..., k:, :k], s)
    beside = over_values(dagger(inner[..., :k, k:]), s)
    return (
        turned_columns(u, left, below, k),
        np.real(np.diagonal(square, axis1=-2, axis2=-1)),
        dagger(turned_columns(dagger(vh), right, beside, k)),
    )


def turned_columns(u: Any, turn: Any, below: Any, k: Any) -> Any:
    first, rest = u[..., :k], u[..., k:]
    return np.concatenate((first @ turn + rest @ below, -first @ dagger(below)), axis=-1)


@result(np.linalg.svd)
def svd_result(
    a: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False
) -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    if shape is None:
        u = s = vh = None
    else:
        *stack, m, n = shape
        k = least(m, n)
        u, s, vh = (*stack, m, m if full_matrices else k), (*stack, k), (*stack, k, n)
        vh = (*stack, n, n) if full_matrices else vh
    if not compute_uv:
        return part(a, s, real=True)
    items = (("U", part(a, u)), ("S", part(a, s, real=True)), ("Vh", part(a, vh)))
    return Type("object", items=items, cls=SVDResult, closed=True)


# ------------------------------------------------------------ singular values only


@vjp(np.linalg.svdvals)
def svdvals_vjp(dz: Any, z: Any, x: Any) -> Any:
    return svdvals_adjoint(dz, x, False)


@jvp(np.linalg.svdvals)
def svdvals_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return svdvals_tangent(x, x_dot, False)


def svdvals_adjoint(dz: Any, a: Any, hermitian: Any) -> Any:
    u, _, vh = thin(a, hermitian)
    da = np.conj((u * rows(dz)) @ vh)
    return folded(da, True) if hermitian else da


def svdvals_tangent(a: Any, a_dot: Any, hermitian: Any) -> Any:
    u, _, vh = thin(a, hermitian)
    return np.real(np.sum(np.conj(u) * (a_dot @ dagger(vh)), axis=-2))


def thin(a: Any, hermitian: Any) -> Any:
    if hermitian:
        return np.linalg.svd(a, full_matrices=False, hermitian=True)
    return np.linalg.svd(a, full_matrices=False)


@result(np.linalg.svdvals, real=True)
def svdvals_result(x: Any) -> Any:
    return svd_result(x, True, False)


# ------------------------------------------------------------ pinv


@vjp(np.linalg.pinv, "a")
def pinv_vjp(
    dz: Any, z: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None
) -> Any:
    da = pinv_adjoint(dz, z, a)
    return folded(da, True) if hermitian else da


def pinv_adjoint(dz: Any, z: Any, a: Any) -> Any:
    """The last two terms are 0 for square matrices of full rank, where z is the inverse."""
    g = dagger(dz)
    short, tall = g @ np.conj(z), np.conj(z) @ g
    left = short - np.conj(a @ z) @ short
    right = tall - tall @ np.conj(z @ a)
    return left @ flipped(z) + flipped(z) @ right - flipped(z) @ dz @ flipped(z)


@jvp(np.linalg.pinv)
def pinv_jvp(
    z: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None, a_dot: Any
) -> Any:
    if hermitian:
        return pinv_tangent(z, a, unfolded(a_dot, True))
    return pinv_tangent(z, a, a_dot)


def pinv_tangent(z: Any, a: Any, a_dot: Any) -> Any:
    g = dagger(a_dot)
    short, tall = dagger(z) @ g, g @ dagger(z)
    left = z @ (short - short @ a @ z)
    right = (tall - z @ a @ tall) @ z
    return left + right - z @ a_dot @ z


@result(np.linalg.pinv, inexact=True)
def pinv_result(a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    shape = matrix_shape(a)
    return None if shape is None else (*shape[:-2], shape[-1], shape[-2])
