"""numpy.linalg: inv, solve, det, slogdet, matrix_power; of stacks of matrices too.

    z = np.linalg.solve(a, b)        db = np.linalg.solve(a.T, dz)        da = -db @ z.T

Formulas: Giles, "Collected matrix derivative results" (2008): inverse, determinant, solve. The
gradient of det is the matrix of cofactors, so it is right at singular matrices too; its own
derivative needs an inverse. Norms are in norms.py, eigenvalues and factors in decompositions.py,
singular values in singular_values.py, least squares in systems.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.nodes import Const
from ..ir.types import Type, broadcast, number
from ..runtime import as_columns, cofactor, from_columns, known, phase_part
from .products import shape_of
from .registry import jvp, linear, multilinear, result, static, vjp

SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))


def flipped(x: Any) -> Any:
    """The transpose of each matrix of a stack."""
    if known(np.ndim(x)) and np.ndim(x) == 2:
        return np.transpose(x)
    return np.swapaxes(x, -1, -2)


def scalars(x: Any, a: Any) -> Any:
    """x, one number for each matrix of a, ready to be multiplied with the matrices."""
    if known(np.ndim(a)) and np.ndim(a) == 2:
        return x
    return np.expand_dims(x, (-2, -1))


def total(x: Any) -> Any:
    """The sum of the entries of each matrix."""
    if known(np.ndim(x)) and np.ndim(x) == 2:
        return np.sum(x)
    return np.sum(x, axis=(-2, -1))


# ------------------------------------------------------------ inverse and solve


@vjp(np.linalg.inv)
def inv_vjp(dz: Any, z: Any, a: Any) -> Any:
    return -(flipped(z) @ dz @ flipped(z))


@jvp(np.linalg.inv)
def inv_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return -(z @ a_dot @ z)


@result(np.linalg.inv, inexact=True)
def inv_result(a: Any) -> Any:
    return shape_of(a)


@vjp(np.linalg.solve)
def solve_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    """b is a vector only if it has one axis (NumPy 2)."""
    return -product(adjoint_solve(dz, a, b), z, a, b), adjoint_solve(dz, a, b)


def product(w: Any, z: Any, a: Any, b: Any) -> Any:
    """w @ z.T, where both are vectors for each matrix of a if b is a vector."""
    if known(np.ndim(b)) and np.ndim(b) > 1:
        return w @ flipped(z)
    if known(np.ndim(a), np.ndim(b)) and np.ndim(a) == 2:
        return np.outer(w, z)
    return as_columns(w, b) @ flipped(as_columns(z, b))


def adjoint_solve(dz: Any, a: Any, b: Any) -> Any:
    """The solution of a.T w = dz."""
    return solved(flipped(a), dz, b)


def solved(a: Any, x: Any, b: Any) -> Any:
    """The solution for a right-hand side x that is a vector for each matrix if b is a vector."""
    if known(np.ndim(b)) and np.ndim(b) > 1:
        return np.linalg.solve(a, x)
    if known(np.ndim(a), np.ndim(b)) and np.ndim(a) == 2:
        return np.linalg.solve(a, x)
    return from_columns(np.linalg.solve(a, as_columns(x, b)), b)


@jvp(np.linalg.solve)
def solve_jvp(z: Any, a: Any, b: Any, a_dot: Any, b_dot: Any) -> Any:
    return -solved(a, applied(a_dot, z, b), b), np.linalg.solve(a, b_dot)


def applied(a: Any, x: Any, b: Any) -> Any:
    """a @ x, where x is a vector for each matrix if b is a vector."""
    if known(np.ndim(b)) and np.ndim(b) > 1:
        return a @ x
    if known(np.ndim(a), np.ndim(b)) and np.ndim(a) == 2:
        return a @ x
    return from_columns(a @ as_columns(x, b), b)


@result(np.linalg.solve, inexact=True)
def solve_result(a: Any, b: Any) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return frozenset([("solve", p, q)])
    if len(q) == 1:
        return (*p[:-2], p[-1])
    stack = broadcast(p[:-2], q[:-2])
    return (*stack, p[-1], q[-1]) if isinstance(stack, tuple) else None


linear(as_columns, "x")
linear(from_columns, "x")


@vjp(as_columns)
def as_columns_vjp(dz: Any, z: Any, x: Any, b: Any) -> Any:
    return from_columns(dz, b)


@vjp(from_columns)
def from_columns_vjp(dz: Any, z: Any, x: Any, b: Any) -> Any:
    return as_columns(dz, b)


@result(as_columns, memory="maybe")
def as_columns_result(x: Any, b: Any) -> Any:
    p, q = shape_of(x), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return None
    return (*p, 1) if len(q) == 1 else p


@result(from_columns, memory="maybe")
def from_columns_result(x: Any, b: Any) -> Any:
    p, q = shape_of(x), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return None
    return p[:-1] if len(q) == 1 else p


# ------------------------------------------------------------ determinants


@vjp(np.linalg.det)
def det_vjp(dz: Any, z: Any, a: Any) -> Any:
    return scalars(dz, a) * cofactor(a)


@jvp(np.linalg.det)
def det_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return total(cofactor(a) * a_dot)


@result(np.linalg.det, inexact=True)
def det_result(a: Any) -> Any:
    shape = shape_of(a)
    return shape[:-2] if isinstance(shape, tuple) else frozenset([("det", shape)])


@vjp(cofactor)
def cofactor_vjp(dz: Any, z: Any, a: Any) -> Any:
    return cofactor_adjoint(dz, z, a, flipped(np.linalg.inv(a)))


def cofactor_adjoint(dz: Any, z: Any, a: Any, p: Any) -> Any:
    return scalars(total(dz * p), a) * z - p @ flipped(dz) @ z


@jvp(cofactor)
def cofactor_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return cofactor_tangent(z, a, a_dot, flipped(np.linalg.inv(a)))


def cofactor_tangent(z: Any, a: Any, a_dot: Any, p: Any) -> Any:
    return scalars(total(z * a_dot), a) * p - z @ flipped(a_dot) @ p


@result(cofactor, inexact=True)
def cofactor_result(a: Any) -> Any:
    return shape_of(a)


@vjp(np.linalg.slogdet)
def slogdet_vjp(dz: Any, z: Any, a: Any) -> Any:
    """log|det| has the gradient inv(a).T; the sign moves only where it is complex."""
    return scalars(slope(dz, z), a) * flipped(np.linalg.inv(a))


def slope(dz: Any, z: Any) -> Any:
    """The cotangent of log(det), from those of the sign and of log|det|."""
    if dz.sign is None:
        return dz.logabsdet
    if dz.logabsdet is None:
        return phase_part(dz.sign, z.sign)
    return dz.logabsdet + phase_part(dz.sign, z.sign)


@jvp(np.linalg.slogdet)
def slogdet_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return slogdet_tangent(z, total(flipped(np.linalg.inv(a)) * a_dot))


def slogdet_tangent(z: Any, log_dot: Any) -> Any:
    return SlogdetResult(sign=z.sign * phase_part(log_dot, 1.0), logabsdet=np.real(log_dot))


@result(np.linalg.slogdet)
def slogdet_result(a: Any) -> Any:
    if not isinstance(a, Type):
        return None
    shape = a.shape[:-2] if isinstance(a.shape, tuple) else frozenset([("det", a.shape)])
    sign = number(shape, "complex" if a.dtype == "complex" else "float", a.sources)
    items = (("sign", sign), ("logabsdet", number(shape, "float")))
    return Type("object", items=items, cls=SlogdetResult, closed=True)


multilinear(phase_part, "x, y")


@vjp(phase_part)
def phase_part_vjp(dz: Any, z: Any, x: Any, y: Any) -> Any:
    return phase_part(dz, 1.0) * y, phase_part(dz, 1.0) * x


@result(phase_part)
def phase_part_result(x: Any, y: Any) -> Any:
    return broadcast(shape_of(x), shape_of(y))


# ------------------------------------------------------------ powers


@static
def refuse(message: str, help: str = "") -> None:
    raise UnsupportedError(message, None, help)


@vjp(np.linalg.matrix_power, "a")
def matrix_power_vjp(dz: Any, z: Any, a: Any, n: Any) -> Any:
    return power_slope(dz, flipped(a), n)


@jvp(np.linalg.matrix_power)
def matrix_power_jvp(z: Any, a: Any, n: Any, a_dot: Any) -> Any:
    return power_slope(a_dot, a, n)


def power_slope(g: Any, a: Any, n: Any) -> Any:
    """The sum of a**k @ g @ a**(n - 1 - k) for k < n.

    It stands beside a**n in the power of the matrix [[a, g], [0, a]] (Higham 2008, theorem 3.6),
    which takes as many products as a**n does.
    """
    if known(n) and n == 0:
        return 0.0 * g
    if known(n) and n == -1:
        inverse = np.linalg.inv(a)
        return -(inverse @ g @ inverse)
    if known(n) and 0 < n < 4:
        return sum([between(g, a, k, n - 1 - k) for k in range(n)])
    side = np.shape(a)[-1]
    above, below = np.concatenate((a, g), -1), np.concatenate((np.zeros_like(a), a), -1)
    return np.linalg.matrix_power(np.concatenate((above, below), -2), n)[..., :side, side:]


def between(g: Any, a: Any, left: Any, right: Any) -> Any:
    """a**left @ g @ a**right"""
    if left == 0:
        return g if right == 0 else g @ power(a, right)
    return power(a, left) @ g if right == 0 else power(a, left) @ g @ power(a, right)


def power(a: Any, n: Any) -> Any:
    return a if n == 1 else np.linalg.matrix_power(a, n)


def power_memory(a: Any, n: Any = None) -> str:
    """The first power is the array itself."""
    return "fresh" if isinstance(n, Const) and n.value != 1 else "maybe"


@result(np.linalg.matrix_power, memory=power_memory)
def matrix_power_result(a: Any, n: Any) -> Any:
    return shape_of(a)
