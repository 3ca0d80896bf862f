"""cholesky, qr, eigh, eig and their eigenvalues, of matrices and of stacks.

    w, v = np.linalg.eigh(a)      da from w alone:  (v * dw) @ v.T, folded into the lower triangle

Formulas: Murray (2016), "Differentiation of the Cholesky decomposition"; Walter and Lehmann (2018),
"Algorithmic differentiation of linear algebra functions" (QR); Giles (2008), "Eigenvalues and
eigenvectors"; Boeddeker et al. (2017), "On the computation of complex-valued gradients" (eig).

Which entries are read: cholesky, eigh and eigvalsh read one triangle, and the real part of the
diagonal. The gradient is that of what NumPy computes: the other triangle has gradient 0, and each
entry off the diagonal counts twice. `(da + da.T) / 2` is the symmetric gradient of JAX.

Where eigenvalues coincide, eigenvectors have no derivative. A function of the eigenvalues that
treats them alike has one, and it is right. Where the eigenvectors of equal eigenvalues (equal but
for rounding) are used, the derivative is NaN. Complex eigenvectors are defined but for a phase: a
function that depends on it has no derivative, which cannot be seen in numbers. `eig` is
differentiated with eigenvectors of length one and this phase at rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import COMPLEX, Type, number
from ..runtime import known, order_among, over_gaps
from .linalg import flipped
from .products import shape_of
from .registry import jvp, nondifferentiable, result, static, vjp

EighResult: Any = type(np.linalg.eigh(np.eye(1)))
EigResult: Any = type(np.linalg.eig(np.eye(1)))
QRResult: Any = type(np.linalg.qr(np.eye(1)))


def dagger(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return flipped(np.conj(x))


def rows(x: Any) -> Any:
    """One number for each column of a matrix, as a row that is multiplied with the matrix."""
    if known(np.ndim(x)) and np.ndim(x) == 1:
        return x
    return np.expand_dims(x, -2)


def columns(x: Any) -> Any:
    """One number for each row of a matrix, as a column that is multiplied with the matrix."""
    return np.expand_dims(x, -1)


def half_lower(x: Any) -> Any:
    """The lower triangle, the diagonal halved."""
    return (np.tril(x) + np.tril(x, -1)) / 2


def half_upper(x: Any) -> Any:
    """The upper triangle, the diagonal halved."""
    return (np.triu(x) + np.triu(x, 1)) / 2


def half(x: Any, lower: Any) -> Any:
    return half_lower(x) if lower else half_upper(x)


def folded(x: Any, lower: Any) -> Any:
    """The cotangent of the triangle that is read, from that of the Hermitian matrix it means."""
    full = x + dagger(x)
    return half(full, lower)


def unfolded(x: Any, lower: Any) -> Any:
    """The Hermitian matrix that a triangle means."""
    triangle = half(x, lower)
    return triangle + dagger(triangle)


def matrix_shape(a: Any) -> Any:
    """The shape of a stack of matrices as a tuple, or None."""
    shape = shape_of(a)
    return shape if isinstance(shape, tuple) and len(shape) >= 2 else None


def least(m: Any, n: Any) -> Any:
    """The smaller one of two dimensions."""
    return m if m == n or m == 1 else n if n == 1 else ("least", m, n)


def part(a: Any, shape: Any, complex_: bool = False, real: bool = False) -> Any:
    """The type of one result of a decomposition of a."""
    shape = frozenset([("part", object())]) if shape is None else shape
    if complex_:
        return number(shape, "complex", (COMPLEX,))
    dtype = "complex" if a.dtype == "complex" and not real else "float"
    return number(shape, dtype, () if real else a.sources, a.bits if a.inexact else 0)


# ------------------------------------------------------------ differences of eigenvalues

nondifferentiable(order_among)


@result(order_among)
def order_among_result(z: Any, w: Any) -> Any:
    return number(shape_of(w), "int")


@vjp(over_gaps)
def over_gaps_vjp(dz: Any, z: Any, x: Any, w: Any) -> Any:
    dx = over_gaps(dz, w)
    moved = dx * z
    return dx, np.sum(moved, axis=-1) - np.sum(moved, axis=-2)


@jvp(over_gaps)
def over_gaps_jvp(z: Any, x: Any, w: Any, x_dot: Any, w_dot: Any) -> Any:
    return over_gaps(x_dot, w), -over_gaps(z * (rows(w_dot) - columns(w_dot)), w)


@result(over_gaps)
def over_gaps_result(x: Any, w: Any) -> Any:
    return shape_of(x)


# ------------------------------------------------------------ cholesky


@vjp(np.linalg.cholesky)
def cholesky_vjp(dz: Any, z: Any, a: Any, *, upper: Any = False) -> Any:
    if upper:
        return folded(cholesky_adjoint(dagger(dz), dagger(z), np.linalg.inv(dagger(z))), False)
    return folded(cholesky_adjoint(dz, z, np.linalg.inv(z)), True)


def cholesky_adjoint(g: Any, factor: Any, inverse: Any) -> Any:
    inner = flipped(factor) @ g
    return flipped(inverse) @ half_lower(inner) @ np.conj(inverse)


@jvp(np.linalg.cholesky)
def cholesky_jvp(z: Any, a: Any, *, upper: Any = False, a_dot: Any) -> Any:
    if upper:
        change = unfolded(a_dot, False)
        return dagger(cholesky_tangent(change, dagger(z), np.linalg.inv(dagger(z))))
    return cholesky_tangent(unfolded(a_dot, True), z, np.linalg.inv(z))


def cholesky_tangent(change: Any, factor: Any, inverse: Any) -> Any:
    return factor @ half_lower(inverse @ change @ dagger(inverse))


@result(np.linalg.cholesky, inexact=True)
def cholesky_result(a: Any, *, upper: Any = False) -> Any:
    return shape_of(a)


# ------------------------------------------------------------ eigh, eigvalsh


@vjp(np.linalg.eigh, "a")
def eigh_vjp(dz: Any, z: Any, a: Any, UPLO: Any = "L") -> Any:
    return folded(eigh_adjoint(dz.eigenvalues, dz.eigenvectors, z.eigenvalues, z.eigenvectors),
                  UPLO in ("L", "l"))  # fmt: skip


def eigh_adjoint(dw: Any, dv: Any, w: Any, v: Any) -> Any:
    """The cotangent of the Hermitian matrix, not yet made Hermitian."""
    if dv is None:
        return (np.conj(v) * rows(dw)) @ flipped(v)
    turned = over_gaps(flipped(v) @ dv, w)
    if dw is None:
        return np.conj(v) @ turned @ flipped(v)
    return (np.conj(v) * rows(dw) + np.conj(v) @ turned) @ flipped(v)


@jvp(np.linalg.eigh)
def eigh_jvp(z: Any, a: Any, UPLO: Any = "L", *, a_dot: Any) -> Any:
    change = unfolded(a_dot, UPLO in ("L", "l"))
    w_dot, v_dot = eigh_tangent(z.eigenvalues, z.eigenvectors, change)
    return EighResult(eigenvalues=w_dot, eigenvectors=v_dot)


def eigh_tangent(w: Any, v: Any, change: Any) -> Any:
    inner = dagger(v) @ change @ v
    return np.real(np.diagonal(inner, axis1=-2, axis2=-1)), v @ over_gaps(inner, w)


@result(np.linalg.eigh)
def eigh_result(a: Any, UPLO: Any = "L") -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    w = part(a, shape and shape[:-1], real=True)
    items = (("eigenvalues", w), ("eigenvectors", part(a, shape)))
    return Type("object", items=items, cls=EighResult, closed=True)


@vjp(np.linalg.eigvalsh, "a")
def eigvalsh_vjp(dz: Any, z: Any, a: Any, UPLO: Any = "L") -> Any:
    v = eigenvectors_of_triangle(a, UPLO in ("L", "l"))
    return folded(eigh_adjoint(dz, None, z, v), UPLO in ("L", "l"))


@jvp(np.linalg.eigvalsh)
def eigvalsh_jvp(z: Any, a: Any, UPLO: Any = "L", *, a_dot: Any) -> Any:
    v = eigenvectors_of_triangle(a, UPLO in ("L", "l"))
    change = unfolded(a_dot, UPLO in ("L", "l"))
    return np.real(np.sum(np.conj(v) * (change @ v), axis=-2))


def eigenvectors_of_triangle(a: Any, lower: Any) -> Any:
    return np.linalg.eigh(a).eigenvectors if lower else np.linalg.eigh(a, "U").eigenvectors


@result(np.linalg.eigvalsh, real=True)
def eigvalsh_result(a: Any, UPLO: Any = "L") -> Any:
    return part(a, (matrix_shape(a) or (None,))[:-1] or None, real=True)


# ------------------------------------------------------------ eig, eigvals


@vjp(np.linalg.eig)
def eig_vjp(dz: Any, z: Any, a: Any) -> Any:
    return eig_adjoint(dz.eigenvalues, dz.eigenvectors, z.eigenvalues, z.eigenvectors)


def eig_adjoint(dw: Any, dv: Any, w: Any, v: Any) -> Any:
    if dv is None:
        return np.linalg.solve(flipped(v), columns(dw) * flipped(v))
    turned = over_gaps(at_length(dv, v), w)
    if dw is None:
        return np.linalg.solve(flipped(v), turned @ flipped(v))
    return np.linalg.solve(flipped(v), turned @ flipped(v) + columns(dw) * flipped(v))


def at_length(dv: Any, v: Any) -> Any:
    """v.T @ dv, without what would change the lengths of the columns of v."""
    return flipped(v) @ (dv - np.conj(v) * rows(lengthening(dv, v)))


def lengthening(dv: Any, v: Any) -> Any:
    return np.real(np.sum(dv * v, axis=-2))


@jvp(np.linalg.eig)
def eig_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    w_dot, v_dot = eig_tangent(z.eigenvalues, z.eigenvectors, a_dot)
    return EigResult(eigenvalues=w_dot, eigenvectors=v_dot)


def eig_tangent(w: Any, v: Any, a_dot: Any) -> Any:
    inner = np.linalg.solve(v, a_dot @ v)
    moved = v @ over_gaps(inner, w)
    grown = lengthening(np.conj(moved), v)
    return np.diagonal(inner, axis1=-2, axis2=-1), moved - v * rows(grown)


@result(np.linalg.eig)
def eig_result(a: Any) -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    w = part(a, shape and shape[:-1], complex_=True)
    items = (("eigenvalues", w), ("eigenvectors", part(a, shape, complex_=True)))
    return Type("object", items=items, cls=EigResult, closed=True)


@vjp(np.linalg.eigvals)
def eigvals_vjp(dz: Any, z: Any, a: Any) -> Any:
    return eig_adjoint(dz, None, z, eigenvectors(z, np.linalg.eig(a)))


@jvp(np.linalg.eigvals)
def eigvals_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return eigvals_tangent(a_dot, eigenvectors(z, np.linalg.eig(a)))


def eigvals_tangent(a_dot: Any, v: Any) -> Any:
    return np.diagonal(np.linalg.solve(v, a_dot @ v), axis1=-2, axis2=-1)


def eigenvectors(z: Any, both: Any) -> Any:
    return eigenvectors_in_order(z, both.eigenvalues, both.eigenvectors)


def eigenvectors_in_order(z: Any, w: Any, v: Any) -> Any:
    """Those of the eigenvalues z, in their order, which need not be the one that eig gives."""
    return np.take_along_axis(v, np.expand_dims(order_among(z, w), -2), axis=-1)


@result(np.linalg.eigvals)
def eigvals_result(a: Any) -> Any:
    return part(a, (matrix_shape(a) or (None,))[:-1] or None, complex_=True)


# ------------------------------------------------------------ qr


@vjp(np.linalg.qr, "a")
def qr_vjp(dz: Any, z: Any, a: Any, mode: Any = "reduced") -> Any:
    if mode == "r":
        return qr_adjoint(None, dz, np.linalg.qr(a).Q, z)
    if mode == "complete":
        return complete_adjoint(dz.Q, dz.R, z.Q, z.R, np.shape(a)[-1])
    if mode == "reduced":
        return qr_adjoint(dz.Q, dz.R, z.Q, z.R)
    return refuse_mode(mode)


@static
def refuse_mode(mode: Any) -> None:
    raise UnsupportedError(f"np.linalg.qr with mode={mode!r} has no derivative rule")


def complete_adjoint(dq: Any, dr: Any, q: Any, r: Any, n: Any) -> Any:
    first = None if dr is None else dr[..., :n, :]
    return qr_adjoint(first_columns(dq, q, n), first, q[..., :n], r[..., :n, :])


def first_columns(dq: Any, q: Any, n: Any) -> Any:
    """The cotangent of the first n columns of q, which the others are at right angles to."""
    if dq is None:
        return None
    return dq[..., :n] - np.conj(q[..., n:]) @ dagger(dq[..., n:]) @ np.conj(q[..., :n])


def qr_adjoint(dq: Any, dr: Any, q: Any, r: Any) -> Any:
    """A wide matrix: its first columns make q, and the rest of r is linear in the rest of it."""
    if np.shape(r)[-2] < np.shape(r)[-1]:
        return wide_adjoint(dq, dr, q, r, np.shape(r)[-2])
    return tall_adjoint(dq, dr, q, r)


def tall_adjoint(dq: Any, dr: Any, q: Any, r: Any) -> Any:
    if dq is None:
        return divided(np.conj(q) @ mirrored(dr @ flipped(r)), r)
    if dr is None:
        return divided(dq - np.conj(q) @ mirrored(flipped(q) @ dq), r)
    inner = dr @ flipped(r) - flipped(q) @ dq
    return divided(dq + np.conj(q) @ mirrored(inner), r)


def mirrored(x: Any) -> Any:
    """The Hermitian matrix with the upper triangle of x, its diagonal made real."""
    triangle = half_upper(x)
    return triangle + dagger(triangle)


def divided(x: Any, r: Any) -> Any:
    """x @ inv(r).T"""
    return flipped(np.linalg.solve(r, flipped(x)))


def wide_adjoint(dq: Any, dr: Any, q: Any, r: Any, n: Any) -> Any:
    if dr is None:
        first = tall_adjoint(dq, None, q, r[..., :n])
        return np.concatenate((first, np.zeros_like(r[..., n:])), axis=-1)
    moved = np.conj(q @ r[..., n:]) @ dagger(dr[..., n:])
    first = tall_adjoint(moved if dq is None else dq + moved, dr[..., :n], q, r[..., :n])
    return np.concatenate((first, np.conj(q) @ dr[..., n:]), axis=-1)


@jvp(np.linalg.qr)
def qr_jvp(z: Any, a: Any, mode: Any = "reduced", *, a_dot: Any) -> Any:
    if mode == "r":
        return qr_tangent(np.linalg.qr(a).Q, z, a_dot)[1]
    if mode == "complete":
        q_dot, r_dot = complete_tangent(z.Q, z.R, a_dot, np.shape(a)[-1])
        return QRResult(Q=q_dot, R=r_dot)
    if mode == "reduced":
        q_dot, r_dot = qr_tangent(z.Q, z.R, a_dot)
        return QRResult(Q=q_dot, R=r_dot)
    return refuse_mode(mode)


def complete_tangent(q: Any, r: Any, a_dot: Any, n: Any) -> Any:
    q_dot, r_dot = qr_tangent(q[..., :n], r[..., :n, :], a_dot)
    rest = -q[..., :n] @ dagger(q_dot) @ q[..., n:]
    return (
        np.concatenate((q_dot, rest), axis=-1),
        np.concatenate((r_dot, np.zeros_like(r[..., n:, :])), axis=-2),
    )


def qr_tangent(q: Any, r: Any, a_dot: Any) -> Any:
    if np.shape(r)[-2] < np.shape(r)[-1]:
        return wide_tangent(q, r, a_dot, np.shape(r)[-2])
    return tall_tangent(q, r, a_dot)


def tall_tangent(q: Any, r: Any, a_dot: Any) -> Any:
    relative = divided(a_dot, flipped(r))
    inner = dagger(q) @ relative
    change = half_upper(inner + dagger(inner))
    return relative - q @ change, change @ r


def wide_tangent(q: Any, r: Any, a_dot: Any, n: Any) -> Any:
    q_dot, r_dot = tall_tangent(q, r[..., :n], a_dot[..., :n])
    rest = dagger(q_dot) @ q @ r[..., n:] + dagger(q) @ a_dot[..., n:]
    return q_dot, np.concatenate((r_dot, rest), axis=-1)


@result(np.linalg.qr)
def qr_result(a: Any, mode: Any = "reduced") -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    left = right = None
    if shape is not None:
        *stack, m, n = shape
        k = least(m, n)
        left = (*stack, m, m if mode == "complete" else k)
        right = (*stack, m if mode == "complete" else k, n)
    if mode == "r":
        return part(a, right)
    return Type("object", items=(("Q", part(a, left)), ("R", part(a, right))), cls=QRResult,
                closed=True)  # fmt: skip
