"""scipy.integrate: integrals of functions by Leibniz's rule, and of samples.

    d/dp integral of f(x, p) from a to b  =  f(b, p) b' - f(a, p) a' + integral of df/dp

The integral of the derivative is taken by the same method. A kink or jump of f that moves with a
parameter is not seen, as by any derivative under the integral sign. Source: Abramowitz & Stegun
3.3.7.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.integrate import quad, quad_vec

from ...ir.prims import integral_of
from ...ir.types import SCALAR_FLOAT, Type
from ...runtime import known
from ..higher_order import (
    derivatives_of,
    higher_order,
    pullbacks_of,
    pushforwards_of,
    value_of,
)
from ..registry import constant_in, jvp, result, vjp

higher_order(quad, "integral", "func", refused="weight complex_func")
higher_order(quad_vec, "integral of arrays", "f", refused="points")


def integrated(f: Any, like: Any, a: Any, b: Any, args: Any) -> Any:
    """The integral of a function whose result has the shape of `like`."""
    if known(np.ndim(like)) and np.ndim(like) == 0:
        return integral_of(quad(f, a, b, args=args)[0], like, f, a, b, *args)
    return integral_of(quad_vec(f, a, b, args=args)[0], like, f, a, b, *args)


def by_operand(f: Any, dz: Any, z: Any, x: Any, a: Any, b: Any, args: Any) -> Any:
    """The cotangent of an operand x of the integrand; f is the integrand's derivative by it."""
    if f is None:
        return None
    if known(np.ndim(z)) and np.ndim(z) == 0:
        return dz * integrated(f, x, a, b, args)
    return integrated(f, x, a, b, (*args, dz))


@vjp(integral_of, "a, b, args")
def integral_vjp(
    dz: Any, z: Any, value: Any, like: Any, fun: Any, a: Any, b: Any, *args: Any
) -> Any:
    scalar = known(np.ndim(z)) and np.ndim(z) == 0
    by = derivatives_of(fun) if scalar else pullbacks_of(fun)
    parts = tuple(by_operand(by[k], dz, z, args[k], a, b, args) for k in range(len(args)))
    low, high = value_of(fun)(a, *args), value_of(fun)(b, *args)
    return -np.sum(dz * low), np.sum(dz * high), parts


@jvp(integral_of)
def integral_jvp(
    z: Any, value: Any, like: Any, fun: Any, a: Any, b: Any, *args: Any, a_dot: Any, b_dot: Any,
    args_dot: Any,
) -> Any:  # fmt: skip
    by = pushforwards_of(fun)
    parts = tuple(
        integrated(by[k], z, a, b, (*args, args_dot[k]))
        for k in range(len(args))
        if by[k] is not None
    )
    return (
        None if a_dot is None else -value_of(fun)(a, *args) * a_dot,
        None if b_dot is None else value_of(fun)(b, *args) * b_dot,
        sum(parts),
    )


@result(integral_of, memory="view")
def integral_result(value: Any, like: Any, fun: Any, a: Any, b: Any, *args: Any) -> Any:
    if isinstance(like, Type):
        return like if like.kind == "num" else None
    return None if like is None else SCALAR_FLOAT


constant_in(integral_of, "value like fun")
