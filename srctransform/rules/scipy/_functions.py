"""scipy.linalg: functions of matrices, and matrix equations.

    z = scipy.linalg.expm(a)           da = expm_frechet(a.T, dz, compute_expm=False)
    z = scipy.linalg.sqrtm(a)          da = solve_sylvester(z.T, z.T, dz)

The adjoint of the Frechet derivative of f at a is that at a.T (Higham 2008, "Functions of
Matrices", section 3.2). Where no special algorithm is at hand, it stands in one corner of f of a
matrix of blocks (theorem 3.6, Mathias 1996): f([[a, e], [0, a]]) = [[f(a), Lf(a, e)], [0, f(a)]].
`sqrtm` and `logm` give complex results of real matrices with negative eigenvalues; the gradient of
a real matrix is real. Equations: Kao and Hennequin (2020), "Automatic differentiation of Sylvester,
Lyapunov, and algebraic Riccati equations".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg
from scipy.linalg import expm_frechet, solve_discrete_lyapunov, solve_sylvester

from ...ir.types import Type, sequence
from ..casting import in_precision_of
from ..decompositions import dagger, part
from ..linalg import flipped
from ..products import shape_of
from ..registry import jvp, refused, result, vjp

# ------------------------------------------------------------ the exponential


@vjp(linalg.expm)
def expm_vjp(dz: Any, z: Any, A: Any) -> Any:
    return in_precision_of(expm_frechet(flipped(A), dz, compute_expm=False), A)


@jvp(linalg.expm)
def expm_jvp(z: Any, A: Any, A_dot: Any) -> Any:
    return in_precision_of(expm_frechet(A, A_dot, compute_expm=False), A)


@result(linalg.expm, inexact=True)
def expm_result(A: Any) -> Any:
    return shape_of(A)


@vjp(expm_frechet, "A, E")
def expm_frechet_vjp(
    dz: Any, z: Any, A: Any, E: Any, method: Any = None, compute_expm: Any = True,
    check_finite: Any = True,
) -> Any:  # fmt: skip
    if not compute_expm:
        return frechet_adjoint(dz, A, E)
    if dz[1] is None:
        return expm_frechet(flipped(A), dz[0], compute_expm=False), None
    dA, dE = frechet_adjoint(dz[1], A, E)
    if dz[0] is None:
        return dA, dE
    return dA + expm_frechet(flipped(A), dz[0], compute_expm=False), dE


def frechet_adjoint(dz: Any, A: Any, E: Any) -> Any:
    """z is the upper right block of the exponential of [[A, E], [0, A]]."""
    side = np.shape(A)[-1]
    zero = np.zeros_like(dz)
    upper, lower = np.concatenate((zero, dz), -1), np.concatenate((zero, zero), -1)
    corner = np.concatenate((upper, lower), -2)
    g = expm_frechet(flipped(blocks(A, E)), corner, compute_expm=False)
    return g[..., :side, :side] + g[..., side:, side:], g[..., :side, side:]


def blocks(a: Any, e: Any) -> Any:
    """[[a, e], [0, a]]"""
    upper, lower = np.concatenate((a, e), -1), np.concatenate((np.zeros_like(a), a), -1)
    return np.concatenate((upper, lower), -2)


@jvp(expm_frechet)
def expm_frechet_jvp(
    z: Any, A: Any, E: Any, method: Any = None, compute_expm: Any = True,
    check_finite: Any = True, *, A_dot: Any, E_dot: Any,
) -> Any:  # fmt: skip
    by_a = None if A_dot is None else frechet_tangent(A, E, A_dot)
    by_e = None if E_dot is None else expm_frechet(A, E_dot, compute_expm=False)
    if not compute_expm:
        return by_a, by_e
    return (
        None if A_dot is None else (expm_frechet(A, A_dot, compute_expm=False), by_a),
        None if E_dot is None else (np.zeros_like(z[0]), by_e),
    )


def frechet_tangent(A: Any, E: Any, A_dot: Any) -> Any:
    side = np.shape(A)[-1]
    change = blocks(A_dot, np.zeros_like(E))
    return expm_frechet(blocks(A, E), change, compute_expm=False)[..., :side, side:]


@result(expm_frechet, inexact=True)
def expm_frechet_result(
    A: Any, E: Any, method: Any = None, compute_expm: Any = True, **options: Any
) -> Any:
    if not compute_expm:
        return shape_of(A)
    kind = A if isinstance(A, Type) else E
    return sequence("tuple", [part(kind, shape_of(A)), part(kind, shape_of(A))])


# ------------------------------------------------------------ other functions


def same_shape(A: Any, *options: Any) -> Any:
    """Of a matrix like A; complex of real matrices too, where it has to be."""
    if not isinstance(A, Type):
        return None
    return Type("num", A.shape, "unknown", frozenset([object()]))


def by_blocks(f: Callable[..., Any]) -> None:
    """A function of matrices without an algorithm for its derivative."""

    @vjp(f, "A")
    def function_vjp(dz: Any, z: Any, A: Any) -> Any:
        side = np.shape(A)[-1]
        return f(blocks(flipped(A), dz))[..., :side, side:]

    @jvp(f)
    def function_jvp(z: Any, A: Any, A_dot: Any) -> Any:
        side = np.shape(A)[-1]
        return f(blocks(A, A_dot))[..., :side, side:]

    result(f)(same_shape)


for _f in (linalg.logm, linalg.cosm, linalg.sinm, linalg.tanm, linalg.coshm, linalg.sinhm,
           linalg.tanhm, linalg.signm):  # fmt: skip
    by_blocks(_f)


@vjp(linalg.sqrtm)
def sqrtm_vjp(dz: Any, z: Any, A: Any) -> Any:
    return solve_sylvester(flipped(z), flipped(z), dz)


@jvp(linalg.sqrtm)
def sqrtm_jvp(z: Any, A: Any, A_dot: Any) -> Any:
    return solve_sylvester(z, z, A_dot)


result(linalg.sqrtm)(same_shape)


@vjp(linalg.fractional_matrix_power, "A, t")
def fractional_matrix_power_vjp(dz: Any, z: Any, A: Any, t: Any) -> Any:
    side = np.shape(A)[-1]
    power = linalg.fractional_matrix_power(blocks(flipped(A), dz), t)
    dt = np.sum(dz * (linalg.logm(A) @ z))
    return power[..., :side, side:], dt


@jvp(linalg.fractional_matrix_power)
def fractional_matrix_power_jvp(z: Any, A: Any, t: Any, A_dot: Any, t_dot: Any) -> Any:
    side = np.shape(A)[-1]
    moved = None
    if A_dot is not None:
        moved = linalg.fractional_matrix_power(blocks(A, A_dot), t)[..., :side, side:]
    return moved, None if t_dot is None else t_dot * (linalg.logm(A) @ z)


result(linalg.fractional_matrix_power)(same_shape)


# ------------------------------------------------------------ equations


@vjp(solve_sylvester)
def solve_sylvester_vjp(dz: Any, z: Any, a: Any, b: Any, q: Any) -> Any:
    """a @ z + z @ b = q"""
    dq = solve_sylvester(flipped(a), flipped(b), dz)
    return -dq @ flipped(z), -flipped(z) @ dq, dq


@jvp(solve_sylvester)
def solve_sylvester_jvp(z: Any, a: Any, b: Any, q: Any, a_dot: Any, b_dot: Any, q_dot: Any) -> Any:
    return (
        None if a_dot is None else -solve_sylvester(a, b, a_dot @ z),
        None if b_dot is None else -solve_sylvester(a, b, z @ b_dot),
        None if q_dot is None else solve_sylvester(a, b, q_dot),
    )


@result(solve_sylvester, inexact=True)
def solve_sylvester_result(a: Any, b: Any, q: Any) -> Any:
    return shape_of(q)


@vjp(linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov_vjp(dz: Any, z: Any, a: Any, q: Any) -> Any:
    """a @ z + z @ a.conj().T = q"""
    dq = solve_sylvester(flipped(a), np.conj(a), dz)
    return -(dq @ flipped(z) + np.conj(flipped(dq) @ z)), dq


@jvp(linalg.solve_continuous_lyapunov)
def solve_continuous_lyapunov_jvp(z: Any, a: Any, q: Any, a_dot: Any, q_dot: Any) -> Any:
    moved = None
    if a_dot is not None:
        change = a_dot @ z + z @ dagger(a_dot)
        moved = -linalg.solve_continuous_lyapunov(a, change)
    return moved, None if q_dot is None else linalg.solve_continuous_lyapunov(a, q_dot)


@vjp(solve_discrete_lyapunov, "a, q")
def solve_discrete_lyapunov_vjp(dz: Any, z: Any, a: Any, q: Any, method: Any = None) -> Any:
    """z = a @ z @ a.conj().T + q"""
    dq = solve_discrete_lyapunov(flipped(a), dz)
    return dq @ np.conj(a) @ flipped(z) + np.conj(flipped(dq) @ a @ z), dq


@jvp(solve_discrete_lyapunov)
def solve_discrete_lyapunov_jvp(
    z: Any, a: Any, q: Any, method: Any = None, *, a_dot: Any, q_dot: Any
) -> Any:
    moved = None
    if a_dot is not None:
        half = a @ z @ dagger(a_dot)
        other = a_dot @ z @ dagger(a)
        moved = solve_discrete_lyapunov(a, half + other)
    return moved, None if q_dot is None else solve_discrete_lyapunov(a, q_dot)


@result((linalg.solve_continuous_lyapunov, solve_discrete_lyapunov), inexact=True)
def lyapunov_result(a: Any, q: Any, method: Any = None) -> Any:
    return shape_of(q)


refused("the sensitivity of a Riccati equation has no rule; solve it in closed form or by steps",
        linalg.solve_continuous_are, linalg.solve_discrete_are)  # fmt: skip
refused("it calls any function of eigenvalues; use expm, logm, sqrtm and their like", linalg.funm)
refused("it estimates a condition number", linalg.expm_cond)
