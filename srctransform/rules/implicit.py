"""Roots, fixed points and minima of the user's functions: the implicit function theorem.

    F(x, a) = 0      dx = -(dF/dx)^-1 dF/da da          the first guess has no part in it
    x = g(x, a)      dx = (1 - dg/dx)^-1 dg/da da
    min f(x, a)      the root of df/dx, whose Jacobian is the Hessian of f; the value of the minimum
                     changes as f does at fixed x, for df/dx is zero there (the envelope theorem)

Where dF/dx is singular there is no derivative; `solve` raises LinAlgError, a division warns.
Derivatives are as precise as the solution is: a solver with a loose tolerance gives loose ones.
Sources: Krantz and Parks, The Implicit Function Theorem (2002); Blondel et al. (2022), section 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.prims import (
    FOUND,
    fixed_point_of,
    minimizer_of,
    minimum_of,
    root_of,
    solution,
    zeros_of,
)
from ..ir.types import SCALAR_FLOAT, Type, number
from .higher_order import (
    gradient_of,
    hessian_of,
    jacobian_of,
    pullback_of,
    pushforward_of,
    slope_of,
)
from .registry import constant_in, jvp, refused, result, takes_containers, vjp

KNOWN_AS = (root_of, zeros_of, fixed_point_of, minimizer_of)


def solved(jacobian: Any, z: Any, right: Any) -> Any:
    """The solution of `jacobian @ x = right`, where z has the shape of both."""
    if np.ndim(z) == 1:
        return np.linalg.solve(jacobian, right)
    if np.ndim(z) == 0:
        return right / jacobian
    square = np.reshape(jacobian, (np.size(z), np.size(z)))
    return np.reshape(np.linalg.solve(square, np.ravel(right)), np.shape(z))


def solved_transposed(jacobian: Any, z: Any, right: Any) -> Any:
    """The solution of `jacobian.T @ x = right`, where z has the shape of both."""
    if np.ndim(z) == 1:
        return np.linalg.solve(np.transpose(jacobian), right)
    if np.ndim(z) == 0:
        return right / jacobian
    square = np.reshape(jacobian, (np.size(z), np.size(z)))
    return np.reshape(np.linalg.solve(np.transpose(square), np.ravel(right)), np.shape(z))


def identity_minus(jacobian: Any, z: Any) -> Any:
    """1 - jacobian, of the shape of z twice."""
    if np.ndim(z) == 1:
        return np.eye(np.size(z)) - jacobian
    if np.ndim(z) == 0:
        return 1.0 - jacobian
    return np.reshape(np.eye(np.size(z)), np.shape(jacobian)) - jacobian


@vjp(root_of, "args")
def root_vjp(dz: Any, z: Any, x: Any, like: Any, fun: Any, *args: Any) -> Any:
    adjoint = solved_transposed(jacobian_of(fun)(z, *args), z, -dz)
    return (pullback_of(fun)(z, *args, adjoint),)


@jvp(root_of)
def root_jvp(z: Any, x: Any, like: Any, fun: Any, *args: Any, args_dot: Any) -> Any:
    return solved(jacobian_of(fun)(z, *args), z, -pushforward_of(fun)(z, *args, *args_dot))


@vjp(zeros_of, "args")
def zeros_vjp(dz: Any, z: Any, x: Any, like: Any, fun: Any, *args: Any) -> Any:
    return (pullback_of(fun)(z, *args, -dz / slope_of(fun)(z, *args)),)


@jvp(zeros_of)
def zeros_jvp(z: Any, x: Any, like: Any, fun: Any, *args: Any, args_dot: Any) -> Any:
    return -pushforward_of(fun)(z, *args, *args_dot) / slope_of(fun)(z, *args)


@vjp(fixed_point_of, "args")
def fixed_point_vjp(dz: Any, z: Any, x: Any, like: Any, fun: Any, *args: Any) -> Any:
    adjoint = solved_transposed(identity_minus(jacobian_of(fun)(z, *args), z), z, dz)
    return (pullback_of(fun)(z, *args, adjoint),)


@jvp(fixed_point_of)
def fixed_point_jvp(z: Any, x: Any, like: Any, fun: Any, *args: Any, args_dot: Any) -> Any:
    matrix = identity_minus(jacobian_of(fun)(z, *args), z)
    return solved(matrix, z, pushforward_of(fun)(z, *args, *args_dot))


@vjp(minimizer_of, "args")
def minimizer_vjp(dz: Any, z: Any, x: Any, like: Any, fun: Any, *args: Any) -> Any:
    adjoint = solved(hessian_of(fun)(z, *args), z, -dz)
    return (pullback_of(gradient_of(fun))(z, *args, adjoint),)


@jvp(minimizer_of)
def minimizer_jvp(z: Any, x: Any, like: Any, fun: Any, *args: Any, args_dot: Any) -> Any:
    change = pushforward_of(gradient_of(fun))(z, *args, *args_dot)
    return solved(hessian_of(fun)(z, *args), z, -change)


@vjp(minimum_of, "args")
def minimum_vjp(dz: Any, z: Any, value: Any, x: Any, fun: Any, *args: Any) -> Any:
    return (pullback_of(fun)(x, *args, dz),)


@jvp(minimum_of)
def minimum_jvp(z: Any, value: Any, x: Any, fun: Any, *args: Any, args_dot: Any) -> Any:
    return pushforward_of(fun)(x, *args, *args_dot)


def vector(like: Any) -> Any:
    """The type of a solution: as the first guess, but in floating point and at least a vector."""
    if like is None:
        return number((None,))
    if not isinstance(like, Type):
        shape = np.shape(like) or (1,)
        return number(shape) if len(shape) == 1 else None
    if like.closed and like.kind in ("tuple", "list"):
        return number((len(like.items),))
    if like.kind != "num" or like.rank is None or like.rank > 1:
        return None
    return replace(like, shape=like.shape or (1,), dtype="float", array=True, bits=0)


@result((root_of, minimizer_of), memory="view")
def vector_result(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    return SCALAR_FLOAT if isinstance(like, float) else vector(like)  # of a search on a line


@result((zeros_of, fixed_point_of), memory="view")
def zeros_result(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    if not isinstance(like, Type):
        return number(np.shape(like))
    if like.kind != "num":
        return vector(like)
    return replace(like, dtype="float", bits=0, array=True if like.rank else None)


@result(minimum_of, memory="view")
def minimum_result(value: Any, x: Any, fun: Any, *args: Any) -> Any:
    return SCALAR_FLOAT


constant_in(KNOWN_AS, "x like fun")
constant_in(minimum_of, "value x fun")  # x moves, but the function does not change with it there
takes_containers(*FOUND)
refused("only its solution, `.x` or `.fun` say, can be differentiated", solution)
