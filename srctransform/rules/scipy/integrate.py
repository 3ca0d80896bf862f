"""scipy.integrate: integrals of functions by Leibniz's rule, and of samples.

    d/dp integral of f(x, p) from a to b  =  f(b, p) b' - f(a, p) a' + integral of df/dp

The integral of the derivative is taken by the same method. A kink or jump of f that moves with a
parameter is not seen, as by any derivative under the integral sign. Source: Abramowitz & Stegun
3.3.7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import integrate
from scipy.integrate import odeint, quad, quad_vec, solve_ivp

from ...ir.prims import integral_of, odeint_of, solve_ivp_of
from ...ir.types import ANY, SCALAR_FLOAT, Type, number, sequence
from ...runtime import known, odeint_jvp, odeint_vjp, solve_ivp_jvp, solve_ivp_vjp
from ..higher_order import (
    derivatives_of,
    higher_order,
    moving_of,
    pullbacks_of,
    pushforwards_of,
    result_of,
    value_of,
    whole_pullback_of,
    whole_pushforward_of,
)
from ..registry import constant_in, jvp, named, nondifferentiable, refused, result, vjp
from . import _sampled  # noqa: F401  (it registers itself)

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


higher_order(odeint, "odeint", "func", start="y0", others="Dfun")
higher_order(
    solve_ivp, "solve_ivp", "fun", start="y0", attribute="y", value="t",
    others="jac", refused="dense_output events vectorized",
)  # fmt: skip


@vjp(odeint_of, "y0, args")
def odeint_of_vjp(
    dz: Any, z: Any, y: Any, fun: Any, y0: Any, t: Any, tfirst: Any, rtol: Any, atol: Any,
    *args: Any,
) -> Any:  # fmt: skip
    pullback = whole_pullback_of(fun, 1 if tfirst else 0)
    found = odeint_vjp(
        value_of(fun),
        pullback,
        z,
        t,
        dz,
        y0,
        args,
        moving_of(fun),
        tfirst=tfirst,
        rtol=rtol,
        atol=atol,
    )
    return found[0], tuple(entry(found, result_of(fun, k)) for k in range(len(args)))


@jvp(odeint_of)
def odeint_of_jvp(
    z: Any, y: Any, fun: Any, y0: Any, t: Any, tfirst: Any, rtol: Any, atol: Any, *args: Any,
    y0_dot: Any, args_dot: Any,
) -> Any:  # fmt: skip
    pushforward = whole_pushforward_of(fun, 1 if tfirst else 0)
    start = np.zeros_like(y0, float) if y0_dot is None else y0_dot
    dots = tuple(args_dot[k] for k in moving_of(fun))
    tangent = odeint_jvp(
        value_of(fun),
        pushforward,
        y0,
        start,
        t,
        args,
        dots,
        tfirst=tfirst,
        rtol=rtol,
        atol=atol,
    )
    return (None, tangent) if y0_dot is None else (tangent, None)


@vjp(solve_ivp_of, "y0, args")
def solve_ivp_of_vjp(
    dz: Any, z: Any, y: Any, fun: Any, y0: Any, t: Any, t_span: Any, t_eval: Any, method: Any,
    rtol: Any, atol: Any, *args: Any,
) -> Any:  # fmt: skip
    found = solve_ivp_vjp(
        value_of(fun), whole_pullback_of(fun, 1), z, t, t_span[0], dz, y0, args, moving_of(fun),
        method=method, rtol=rtol, atol=atol,
    )  # fmt: skip
    return found[0], tuple(entry(found, result_of(fun, k)) for k in range(len(args)))


@jvp(solve_ivp_of)
def solve_ivp_of_jvp(
    z: Any, y: Any, fun: Any, y0: Any, t: Any, t_span: Any, t_eval: Any, method: Any, rtol: Any,
    atol: Any, *args: Any, y0_dot: Any, args_dot: Any,
) -> Any:  # fmt: skip
    start = np.zeros_like(y0, float) if y0_dot is None else y0_dot
    dots = tuple(args_dot[k] for k in moving_of(fun))
    tangent = solve_ivp_jvp(
        value_of(fun), whole_pushforward_of(fun, 1), y0, start, t, t_span[0], args, dots,
        method=method, rtol=rtol, atol=atol,
    )  # fmt: skip
    return (None, tangent) if y0_dot is None else (tangent, None)


def entry(found: Any, place: Any) -> Any:
    """An entry of a tuple, if there is one."""
    return None if place is None else found[place]


@result(odeint_of, memory="view")
def odeint_of_result(y: Any, *rest: Any) -> Any:
    return number((None, None))


@result(solve_ivp_of, memory="view")
def solve_ivp_of_result(y: Any, *rest: Any) -> Any:
    return number((None, None))


@result(odeint_vjp)
def odeint_vjp_result(
    fun: Any,
    pullback: Any,
    y: Any,
    t: Any,
    dy: Any,
    y0: Any,
    args: Any,
    moving: Any,
    **options: Any,
) -> Any:
    return cotangents_of(y0, args, moving)


@result(solve_ivp_vjp)
def solve_ivp_vjp_result(
    fun: Any, pullback: Any, y: Any, t: Any, t0: Any, dy: Any, y0: Any, args: Any, moving: Any,
    **options: Any,
) -> Any:  # fmt: skip
    return cotangents_of(y0, args, moving)


@result((odeint_jvp, solve_ivp_jvp))
def ode_jvp_result(*args: Any, **options: Any) -> Any:
    return number((None, None))


def cotangents_of(y0: Any, args: Any, moving: Any) -> Any:
    """The types of cotangents of y0 and of the args that move."""
    kinds = [y0, *(args[k] for k in moving)]
    return sequence("tuple", [floating(k) for k in kinds])


def floating(kind: Any) -> Type:
    if not isinstance(kind, Type):
        return number(np.shape(kind)) if np.ndim(kind) else SCALAR_FLOAT
    if kind.kind != "num":
        return number((len(kind.items),)) if kind.closed else ANY
    return replace(kind, dtype="float", bits=0, array=True if kind.rank else None)


constant_in((odeint_of, solve_ivp_of), "y fun rtol atol tfirst method")
refused(
    "the derivative of a differential equation is taken once: jvp of jvp, and Hessians, are not "
    "to be had",
    odeint_vjp, odeint_jvp, solve_ivp_vjp, solve_ivp_jvp,
)  # fmt: skip
refused(
    "call quad in the integrand of quad, which has a rule, or quad_vec",
    integrate.dblquad, integrate.tplquad, integrate.nquad, integrate.qmc_quad,
    *named(integrate, "cubature tanhsinh"),
)  # fmt: skip
refused("sum the terms with np.sum", *named(integrate, "nsum"))
refused("write the equations at the grid's points and solve them with root", integrate.solve_bvp)
nondifferentiable(integrate.newton_cotes, *named(integrate, "lebedev_rule"))
