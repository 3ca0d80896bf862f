"""scipy.linalg: the decompositions and functions that numpy.linalg has too, with its rules.

They differ in their results (tuples), in the triangle they read (`lower=`) and in their options.
What is said of degenerate eigenvalues and of gauges in `rules/decompositions.py` and
`rules/singular_values.py` holds here. Generalized problems (`b=`), subsets of eigenvalues, left
eigenvectors and pivoting are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from ...ir.types import Type, sequence
from ...runtime import cofactor
from ..decompositions import (
    cholesky_adjoint,
    cholesky_tangent,
    complete_adjoint,
    complete_tangent,
    dagger,
    divided,
    eig_adjoint,
    eig_tangent,
    eigenvectors_in_order,
    eigh_adjoint,
    eigh_tangent,
    eigvals_tangent,
    folded,
    matrix_shape,
    part,
    qr_adjoint,
    qr_tangent,
    unfolded,
)  # fmt: skip
from ..linalg import flipped, refuse, scalars, total
from ..norms import norm_jvp, norm_result, norm_vjp
from ..products import shape_of
from ..registry import jvp, result, vjp
from ..singular_values import (
    pinv_adjoint,
    pinv_result,
    pinv_tangent,
    svd_adjoint,
    svd_result,
    svd_tangent,
    svdvals_tangent,
)  # fmt: skip
from ..systems import (
    lstsq_adjoint,
    lstsq_result,
    lstsq_tangent,
    matrix,
    only_solution,
    solution_only,
)

# ------------------------------------------------------------ inv, det, norm, pinv


@vjp(linalg.inv, "a")
def inv_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    return -(flipped(z) @ dz @ flipped(z))


@jvp(linalg.inv)
def inv_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    return -(z @ a_dot @ z)


@vjp(linalg.det, "a")
def det_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    return scalars(dz, a) * cofactor(a)


@jvp(linalg.det)
def det_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    return total(cofactor(a) * a_dot)


@result(linalg.inv, inexact=True)
def inv_result(a: Any, **options: Any) -> Any:
    return shape_of(a)


@result(linalg.det, inexact=True)
def det_result(a: Any, **options: Any) -> Any:
    shape = matrix_shape(a)
    return None if shape is None else shape[:-2]


@vjp(linalg.norm, "a")
def scipy_norm_vjp(
    dz: Any, z: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: Any = False,
    check_finite: Any = True,
) -> Any:  # fmt: skip
    return norm_vjp(dz, z, a, ord, axis, keepdims)


@jvp(linalg.norm)
def scipy_norm_jvp(
    z: Any, a: Any, ord: Any = None, axis: Any = None, keepdims: Any = False,
    check_finite: Any = True, *, a_dot: Any,
) -> Any:  # fmt: skip
    return norm_jvp(z, a, ord, axis, keepdims, x_dot=a_dot)


@result(linalg.norm, inexact=True, real=True)
def scipy_norm_result(
    a: Any, ord: Any = None, axis: Any = None, keepdims: Any = False, check_finite: Any = True
) -> Any:
    return norm_result(a, ord, axis, keepdims)


@vjp(linalg.pinv, "a")
def pinv_vjp(
    dz: Any, z: Any, a: Any, *, atol: Any = None, rtol: Any = None, check_finite: Any = True
) -> Any:
    return pinv_adjoint(dz, z, a)


@jvp(linalg.pinv)
def pinv_jvp(
    z: Any, a: Any, *, atol: Any = None, rtol: Any = None, check_finite: Any = True, a_dot: Any
) -> Any:
    return pinv_tangent(z, a, a_dot)


@vjp(linalg.pinvh, "a")
def pinvh_vjp(
    dz: Any, z: Any, a: Any, atol: Any = None, rtol: Any = None, lower: Any = True, *,
    check_finite: Any = True,
) -> Any:  # fmt: skip
    """The other triangle is not read, so it must not be multiplied with."""
    return folded(pinv_adjoint(dz, z, unfolded(a, lower)), lower)


@jvp(linalg.pinvh)
def pinvh_jvp(
    z: Any, a: Any, atol: Any = None, rtol: Any = None, lower: Any = True, *,
    check_finite: Any = True, a_dot: Any,
) -> Any:  # fmt: skip
    return pinv_tangent(z, unfolded(a, lower), unfolded(a_dot, lower))


@result(linalg.pinv, inexact=True)
def scipy_pinv_result(a: Any, **options: Any) -> Any:
    return pinv_result(a)


@result(linalg.pinvh, inexact=True)
def pinvh_result(a: Any, *options: Any, **named: Any) -> Any:
    return shape_of(a)


# ------------------------------------------------------------ cholesky, qr, lu


@vjp(linalg.cholesky, "a")
def cholesky_vjp(dz: Any, z: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    if lower:
        return folded(cholesky_adjoint(dz, z, np.linalg.inv(z)), True)
    return folded(cholesky_adjoint(dagger(dz), dagger(z), np.linalg.inv(dagger(z))), False)


@jvp(linalg.cholesky)
def cholesky_jvp(
    z: Any, a: Any, lower: Any = False, *, check_finite: Any = True, a_dot: Any
) -> Any:
    if lower:
        return cholesky_tangent(unfolded(a_dot, True), z, np.linalg.inv(z))
    return dagger(cholesky_tangent(unfolded(a_dot, False), dagger(z), np.linalg.inv(dagger(z))))


@result(linalg.cholesky, inexact=True)
def cholesky_result(a: Any, lower: Any = False, **options: Any) -> Any:
    return shape_of(a)


@vjp(linalg.qr, "a")
def qr_vjp(
    dz: Any, z: Any, a: Any, *, mode: Any = "full", pivoting: Any = False, check_finite: Any = True
) -> Any:
    if pivoting or mode == "raw":
        return refuse("scipy.linalg.qr with pivoting, or with mode='raw'")
    if mode == "economic":
        return qr_adjoint(dz[0], dz[1], z[0], z[1])
    if mode == "r":
        n = np.shape(a)[-1]
        q = linalg.qr(a, mode="economic")[0]
        return qr_adjoint(None, dz[0][..., :n, :], q, z[0][..., :n, :])
    return complete_adjoint(dz[0], dz[1], z[0], z[1], np.shape(a)[-1])


@jvp(linalg.qr)
def qr_jvp(
    z: Any, a: Any, *, mode: Any = "full", pivoting: Any = False, check_finite: Any = True,
    a_dot: Any,
) -> Any:  # fmt: skip
    if pivoting or mode == "raw":
        return refuse("scipy.linalg.qr with pivoting, or with mode='raw'")
    if mode == "economic":
        return qr_tangent(z[0], z[1], a_dot)
    if mode == "r":
        n = np.shape(a)[-1]
        q = linalg.qr(a, mode="economic")[0]
        r_dot = qr_tangent(q, z[0][..., :n, :], a_dot)[1]
        r_dot = np.concatenate((r_dot, np.zeros_like(z[0][..., n:, :])), axis=-2)
        return ((r_dot,),)  # the only contribution, to a tuple of one
    return complete_tangent(z[0], z[1], a_dot, np.shape(a)[-1])


@result(linalg.qr)
def qr_result(a: Any, *, mode: Any = "full", **options: Any) -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a) and (("size", object()), ("size", object()))
    return sequence("tuple", [part(a, shape)] * (1 if mode == "r" else 2))


@vjp(linalg.lu, "a")
def lu_vjp(
    dz: Any, z: Any, a: Any, permute_l: Any = False, *, check_finite: Any = True,
    p_indices: Any = False,
) -> Any:  # fmt: skip
    """What is below or beside the first square block is linear in the rest of the matrix."""
    if permute_l or p_indices:
        return refuse("scipy.linalg.lu but for its three matrices")
    p, lower, upper = z
    k = np.shape(lower)[-1]
    d_lower = np.zeros_like(lower) if dz[1] is None else dz[1]
    d_upper = np.zeros_like(upper) if dz[2] is None else dz[2]
    first, last = lower[..., :k, :], upper[..., :, :k]
    below = divided(d_lower[..., k:, :], last)
    beside = np.linalg.solve(flipped(first), d_upper[..., :, k:])
    g_lower = d_lower[..., :k, :] - beside @ flipped(upper[..., :, k:])
    g_upper = d_upper[..., :, :k] - flipped(lower[..., k:, :]) @ below
    inner = np.tril(flipped(first) @ g_lower, -1) + np.triu(g_upper @ flipped(last))
    square = divided(np.linalg.solve(flipped(first), inner), last)
    rows = np.concatenate((square, beside), axis=-1)
    rest = np.concatenate((below, np.zeros_like(lower[..., k:, :] @ upper[..., :, k:])), axis=-1)
    return p @ np.concatenate((rows, rest), axis=-2)


@jvp(linalg.lu)
def lu_jvp(
    z: Any, a: Any, permute_l: Any = False, *, check_finite: Any = True, p_indices: Any = False,
    a_dot: Any,
) -> Any:  # fmt: skip
    if permute_l or p_indices:
        return refuse("scipy.linalg.lu but for its three matrices")
    p, lower, upper = z
    k = np.shape(lower)[-1]
    first, last = lower[..., :k, :], upper[..., :, :k]
    change = flipped(p) @ a_dot
    relative = divided(np.linalg.solve(first, change[..., :k, :k]), flipped(last))
    l_dot, u_dot = first @ np.tril(relative, -1), np.triu(relative) @ last
    below = divided(change[..., k:, :k] - lower[..., k:, :] @ u_dot, flipped(last))
    beside = np.linalg.solve(first, change[..., :k, k:] - l_dot @ upper[..., :, k:])
    return (
        np.zeros_like(p),
        np.concatenate((l_dot, below), axis=-2),
        np.concatenate((u_dot, beside), axis=-1),
    )


@result(linalg.lu)
def lu_result(a: Any, *options: Any, **named: Any) -> Any:
    if not isinstance(a, Type) or options or named:
        return None
    sides = matrix_shape(a) and (("size", object()), ("size", object()))
    return sequence("tuple", [part(a, sides, real=True), part(a, sides), part(a, sides)])


# ------------------------------------------------------------ eigenvalues


@vjp(linalg.eigh, "a")
def eigh_vjp(
    dz: Any, z: Any, a: Any, *, lower: Any = True, eigvals_only: Any = False,
    check_finite: Any = True, driver: Any = None,
) -> Any:  # fmt: skip
    if eigvals_only:
        return eigvalsh_vjp(dz, z, a, lower=lower)
    return folded(eigh_adjoint(dz[0], dz[1], z[0], z[1]), lower)


@jvp(linalg.eigh)
def eigh_jvp(
    z: Any, a: Any, *, lower: Any = True, eigvals_only: Any = False, check_finite: Any = True,
    driver: Any = None, a_dot: Any,
) -> Any:  # fmt: skip
    if eigvals_only:
        return eigvalsh_jvp(z, a, lower=lower, a_dot=a_dot)
    return eigh_tangent(z[0], z[1], unfolded(a_dot, lower))


@vjp(linalg.eigvalsh, "a")
def eigvalsh_vjp(
    dz: Any, z: Any, a: Any, *, lower: Any = True, check_finite: Any = True, driver: Any = None
) -> Any:
    return folded(eigh_adjoint(dz, None, z, vectors(a, lower)), lower)


@jvp(linalg.eigvalsh)
def eigvalsh_jvp(
    z: Any, a: Any, *, lower: Any = True, check_finite: Any = True, driver: Any = None, a_dot: Any
) -> Any:
    v = vectors(a, lower)
    return np.real(np.sum(np.conj(v) * (unfolded(a_dot, lower) @ v), axis=-2))


def vectors(a: Any, lower: Any) -> Any:
    return linalg.eigh(a)[1] if lower else linalg.eigh(a, lower=False)[1]


@result(linalg.eigh)
def eigh_result(a: Any, *, eigvals_only: Any = False, **options: Any) -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    w = part(a, shape and shape[:-1], real=True)
    return w if eigvals_only else sequence("tuple", [w, part(a, shape)])


@result(linalg.eigvalsh, real=True)
def eigvalsh_result(a: Any, **options: Any) -> Any:
    return eigh_result(a, eigvals_only=True)


@vjp(linalg.eig, "a")
def eig_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    return eig_adjoint(dz[0], dz[1], z[0], z[1])


@jvp(linalg.eig)
def eig_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    return eig_tangent(z[0], z[1], a_dot)


@vjp(linalg.eigvals, "a")
def eigvals_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    return eig_adjoint(dz, None, z, vectors_in_order(z, linalg.eig(a)))


@jvp(linalg.eigvals)
def eigvals_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    return eigvals_tangent(a_dot, vectors_in_order(z, linalg.eig(a)))


def vectors_in_order(z: Any, both: Any) -> Any:
    return eigenvectors_in_order(z, both[0], both[1])


@result(linalg.eig)
def eig_result(a: Any, **options: Any) -> Any:
    if not isinstance(a, Type):
        return None
    shape = matrix_shape(a)
    w = part(a, shape and shape[:-1], complex_=True)
    return sequence("tuple", [w, part(a, shape, complex_=True)])


@result(linalg.eigvals)
def eigvals_result(a: Any, **options: Any) -> Any:
    shape = matrix_shape(a)
    return part(a, shape and shape[:-1], complex_=True)


# ------------------------------------------------------------ singular values


@vjp(linalg.svd, "a")
def svd_vjp(
    dz: Any, z: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *,
    check_finite: Any = True, lapack_driver: Any = "gesdd",
) -> Any:  # fmt: skip
    if not compute_uv:
        return svdvals_vjp(dz, z, a)
    k = np.shape(z[1])[-1]
    return svd_adjoint(dz[0], dz[1], dz[2], z[0], z[1], z[2], k, full_matrices)


@jvp(linalg.svd)
def svd_jvp(
    z: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *,
    check_finite: Any = True, lapack_driver: Any = "gesdd", a_dot: Any,
) -> Any:  # fmt: skip
    if not compute_uv:
        return svdvals_tangent(a, a_dot, False)
    return svd_tangent(z[0], z[1], z[2], a_dot, full_matrices)


@vjp(linalg.svdvals, "a")
def svdvals_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    u, _, vh = linalg.svd(a, full_matrices=False)
    return np.conj((u * np.expand_dims(dz, -2)) @ vh)


@jvp(linalg.svdvals)
def svdvals_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    return svdvals_tangent(a, a_dot, False)


@result(linalg.svd)
def scipy_svd_result(
    a: Any, full_matrices: Any = True, compute_uv: Any = True, **options: Any
) -> Any:
    kind = svd_result(a, full_matrices, compute_uv)
    if kind is None or not compute_uv:
        return kind
    return sequence("tuple", [item for _, item in kind.items])


@result(linalg.svdvals, real=True)
def svdvals_result(a: Any, **options: Any) -> Any:
    return svd_result(a, True, False)


# ------------------------------------------------------------ lstsq


@vjp(linalg.lstsq, "a, b")
def lstsq_vjp(
    dz: Any, z: Any, a: Any, b: Any, cond: Any = None, *, check_finite: Any = True,
    lapack_driver: Any = None,
) -> Any:  # fmt: skip
    only_solution(dz[1] is not None or dz[3] is not None)
    inverse = linalg.pinv(a)
    da = lstsq_adjoint(matrix(dz[0], b), matrix(z[0], b), a, matrix(b, b), inverse)
    return da, flipped(inverse) @ dz[0]


@jvp(linalg.lstsq)
def lstsq_jvp(
    z: Any, a: Any, b: Any, cond: Any = None, *, check_finite: Any = True,
    lapack_driver: Any = None, a_dot: Any, b_dot: Any,
) -> Any:  # fmt: skip
    inverse = linalg.pinv(a)
    return (
        None if a_dot is None else solution_only(lstsq_tangent(z[0], a, b, inverse, a_dot), z),
        None if b_dot is None else solution_only(inverse @ b_dot, z),
    )


@result(linalg.lstsq)
def scipy_lstsq_result(a: Any, b: Any, *options: Any, **named: Any) -> Any:
    return lstsq_result(a, b)
