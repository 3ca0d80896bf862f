"""lstsq, tensorsolve, tensorinv, multi_dot: systems and products of several arrays.

    x = np.linalg.lstsq(a, b)[0]      db = pinv(a).T @ dx      da = -db @ x.T + ...

The solution of a least squares problem is pinv(a) @ b, of tall and of wide matrices: Golub and
Pereyra (1973), "The differentiation of pseudo-inverses", for a rank that stays what it is. Of the
results of lstsq only the solution has a derivative here; the residual is `np.sum((b - a @ x)**2)`
and the singular values are `np.linalg.svdvals(a)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import SCALAR_INT, Type, sequence
from ..runtime import as_columns, known
from .decompositions import dagger, part
from .linalg import flipped, refuse
from .products import matmul_vjp, shape_of
from .registry import jvp, result, static, takes_containers, vjp

# ------------------------------------------------------------ lstsq


@vjp(np.linalg.lstsq, "a, b")
def lstsq_vjp(dz: Any, z: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    only_solution(dz[1] is not None or dz[3] is not None)
    inverse = np.linalg.pinv(a)
    da = lstsq_adjoint(matrix(dz[0], b), matrix(z[0], b), a, matrix(b, b), inverse)
    return da, flipped(inverse) @ dz[0]


def matrix(x: Any, b: Any) -> Any:
    """x as a matrix, of one column if b is a vector."""
    if known(np.ndim(b)):
        return np.expand_dims(x, -1) if np.ndim(b) == 1 else x
    return as_columns(x, b)


@static
def only_solution(others: Any) -> None:
    if others:
        raise UnsupportedError(
            "the residuals and singular values that np.linalg.lstsq gives have no derivative rule",
            None,
            "write np.sum((b - a @ x)**2, axis=0), or np.linalg.svdvals(a)",
        )


def lstsq_adjoint(dx: Any, x: Any, a: Any, b: Any, inverse: Any) -> Any:
    """The first term is 0 where a has full rank and is wide, the second one where it is tall."""
    w = flipped(inverse) @ dx
    tall = np.conj(b - a @ x) @ dagger(np.conj(inverse) @ w)
    wide = flipped(inverse) @ np.conj(x) @ dagger(dx - flipped(a) @ w)
    return tall + wide - w @ flipped(x)


@jvp(np.linalg.lstsq)
def lstsq_jvp(z: Any, a: Any, b: Any, rcond: Any = None, *, a_dot: Any, b_dot: Any) -> Any:
    inverse = np.linalg.pinv(a)
    return (
        None if a_dot is None else solution_only(lstsq_tangent(z[0], a, b, inverse, a_dot), z),
        None if b_dot is None else solution_only(inverse @ b_dot, z),
    )


def solution_only(x_dot: Any, z: Any) -> Any:
    return x_dot, np.zeros_like(z[1]), 0.0, np.zeros_like(z[3])


def lstsq_tangent(x: Any, a: Any, b: Any, inverse: Any, a_dot: Any) -> Any:
    tall = inverse @ (dagger(inverse) @ (dagger(a_dot) @ (b - a @ x)))
    w = dagger(a_dot) @ (dagger(inverse) @ x)
    return tall + w - inverse @ (a @ w + a_dot @ x)


@result(np.linalg.lstsq)
def lstsq_result(a: Any, b: Any, rcond: Any = None) -> Any:
    p, q = shape_of(a), shape_of(b)
    x = (p[1], *q[1:]) if isinstance(p, tuple) and isinstance(q, tuple) else None
    kind = a if isinstance(a, Type) else b
    values = part(kind, (("size", object()),), real=True)
    return sequence("tuple", [part(kind, x), values, SCALAR_INT, values])


# ------------------------------------------------------------ tensorsolve, tensorinv


@vjp(np.linalg.tensorsolve, "a, b")
def tensorsolve_vjp(dz: Any, z: Any, a: Any, b: Any, axes: Any = None) -> Any:
    matrix = np.reshape(in_front(a, axes), (np.size(b), np.size(z)))
    db = np.reshape(np.linalg.solve(np.transpose(matrix), np.ravel(dz)), np.shape(b))
    return -moved_back(np.tensordot(db, z, 0), axes), db


@jvp(np.linalg.tensorsolve)
def tensorsolve_jvp(z: Any, a: Any, b: Any, axes: Any = None, *, a_dot: Any, b_dot: Any) -> Any:
    change = None
    if a_dot is not None:
        change = -np.reshape(in_front(a_dot, axes), (np.size(b), np.size(z))) @ np.ravel(z)
    return (
        None if change is None else np.linalg.tensorsolve(a, np.reshape(change, np.shape(b)), axes),
        None if b_dot is None else np.linalg.tensorsolve(a, b_dot, axes),
    )


def in_front(a: Any, axes: Any) -> Any:
    """a with the axes that belong to the solution at the end."""
    return a if axes is None else np.moveaxis(a, axes, last(axes))


def moved_back(a: Any, axes: Any) -> Any:
    return a if axes is None else np.moveaxis(a, last(axes), axes)


@static
def last(axes: Any) -> tuple[int, ...]:
    return tuple(range(-len(axes), 0))


@result(np.linalg.tensorsolve, inexact=True)
def tensorsolve_result(a: Any, b: Any, axes: Any = None) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return None
    if axes is not None:
        rest = [k for k in range(len(p)) if k not in {n % len(p) for n in axes}]
        p = (*(p[k] for k in rest), *(p[n] for n in axes))
    return p[len(q) :]


@vjp(np.linalg.tensorinv, "a")
def tensorinv_vjp(dz: Any, z: Any, a: Any, ind: Any = 2) -> Any:
    side = np.prod(np.shape(a)[ind:])
    inverse = np.reshape(z, (side, side))
    return -np.reshape(
        np.transpose(inverse) @ np.reshape(dz, (side, side)) @ np.transpose(inverse), np.shape(a)
    )


@jvp(np.linalg.tensorinv)
def tensorinv_jvp(z: Any, a: Any, ind: Any = 2, *, a_dot: Any) -> Any:
    side = np.prod(np.shape(a)[ind:])
    inverse = np.reshape(z, (side, side))
    return -np.reshape(inverse @ np.reshape(a_dot, (side, side)) @ inverse, np.shape(z))


@result(np.linalg.tensorinv, inexact=True)
def tensorinv_result(a: Any, ind: Any = 2) -> Any:
    shape = shape_of(a)
    return (*shape[ind:], *shape[:ind]) if isinstance(shape, tuple) else None


# ------------------------------------------------------------ multi_dot

takes_containers(np.linalg.multi_dot)


@vjp(np.linalg.multi_dot, "arrays")
def multi_dot_vjp(dz: Any, z: Any, arrays: Any) -> Any:
    if not known(len(arrays)):
        return refuse("np.linalg.multi_dot of a number of arrays known only as the program runs")
    return [factor_adjoint(dz, arrays, k, len(arrays)) for k in range(len(arrays))]


def factor_adjoint(dz: Any, arrays: Any, k: Any, n: Any) -> Any:
    """The product of those before, the cotangent, and the product of those after."""
    if k == 0:
        return matmul_vjp(dz, dz, arrays[0], chained(arrays[1:]))[0]
    if k == n - 1:
        return matmul_vjp(dz, dz, chained(arrays[: n - 1]), arrays[k])[1]
    return inner_adjoint(dz, chained(arrays[:k]), arrays[k], chained(arrays[k + 1 :]))


def inner_adjoint(dz: Any, left: Any, x: Any, right: Any) -> Any:
    """Of z = left @ x @ right."""
    return matmul_vjp(matmul_vjp(dz, dz, left, x @ right)[1], dz, x, right)[0]


def chained(arrays: Any) -> Any:
    if len(arrays) == 1:
        return arrays[0]
    if len(arrays) == 2:
        return arrays[0] @ arrays[1]
    return np.linalg.multi_dot(arrays)


@jvp(np.linalg.multi_dot)
def multi_dot_jvp(z: Any, arrays: Any, arrays_dot: Any) -> Any:
    if not known(len(arrays)):
        return refuse("np.linalg.multi_dot of a number of arrays known only as the program runs")
    terms = [with_factor(arrays, arrays_dot[k], k) for k in range(len(arrays))]
    return sum([t for t in terms if t is not None])


def with_factor(arrays: Any, x: Any, k: Any) -> Any:
    if x is None:
        return None
    return chained([x if n == k else arrays[n] for n in range(len(arrays))])


@result(np.linalg.multi_dot)
def multi_dot_result(arrays: Any) -> Any:
    if not isinstance(arrays, Type) or not arrays.closed:
        return None
    first, last_one = arrays.items[0][1].shape, arrays.items[-1][1].shape
    if not (isinstance(first, tuple) and isinstance(last_one, tuple)):
        return None
    return (*first[:-1], *last_one[1:])
