"""Derivatives of the solutions of ordinary differential equations.

    odeint_vjp(func, pullback, y, t, dy, y0, args, moving)     the adjoint equations
    odeint_jvp(func, pushforward, y0, y0_dot, t, args, dots)   the variational equations

The adjoint w of y' = f(t, y, a) runs backward in time beside the cotangent g of a,

    w' = -(df/dy)^T w        g' = -(df/da)^T w

and gains dy[k] at each time t[k] (Pontryagin et al. 1962; Chen et al. 2018, appendix B). y starts
anew from its known value at each time, so that its own way back need not be stable for long. In
forward mode v' = (df/dy) v + (df/da) a_dot runs along with y. Both are solved as y was, to the
same tolerances, so derivatives are about as precise as y is.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def adjoint_equations(func: Any, pullback: Any, n: Any, args: Any) -> Any:
    """The right-hand side for y, its adjoint and the cotangents of parameters, of n unknowns."""

    def backward(t: Any, state: Any) -> Any:
        y, w = state[:n], state[n : 2 * n]
        parts = pullback(t, y, args, w)
        parts = parts if isinstance(parts, tuple) else (parts,)
        return np.concatenate([np.ravel(func(t, y, args)), *(-np.ravel(g) for g in parts)])

    return backward


def variational_equations(func: Any, pushforward: Any, n: Any, args: Any, dots: Any) -> Any:
    """The right-hand side for y and its tangent, of n unknowns."""

    def both(t: Any, state: Any) -> Any:
        y, y_dot = state[:n], state[n:]
        return np.concatenate(
            [np.ravel(func(t, y, args)), np.ravel(pushforward(t, y, args, y_dot, dots))]
        )

    return both


def swept_back(solve: Any, y: Any, t: Any, t0: Any, dy: Any, y0: Any, wanted: Any) -> Any:
    """Cotangents of y0 at t0 and of the wanted parameters; solve(state, t1, t0) steps back."""
    n = y.shape[1]
    w = np.array(dy[-1], float)
    g = np.zeros(sum(np.size(a) for a in wanted))
    for k in range(len(t) - 1, 0, -1):
        end = solve(np.concatenate([y[k], w, g]), t[k], t[k - 1])
        w, g = end[n : 2 * n] + dy[k - 1], end[2 * n :]
    if t[0] != t0:
        end = solve(np.concatenate([y[0], w, g]), t[0], t0)
        w, g = end[n : 2 * n], end[2 * n :]
    ends = np.cumsum([0, *(np.size(a) for a in wanted)])
    parts = [
        np.reshape(g[i:j], np.shape(a)) for i, j, a in zip(ends[:-1], ends[1:], wanted, strict=True)
    ]
    return (np.reshape(w, np.shape(y0)), *parts)


def odeint_vjp(
    func: Any, pullback: Any, y: Any, t: Any, dy: Any, y0: Any, args: Any, moving: Any,
    tfirst: Any = False, rtol: Any = None, atol: Any = None,
) -> Any:  # fmt: skip
    """Cotangents of y0 and of args[k] for k in moving, where y = odeint(func, y0, t, args)."""
    from scipy import integrate

    def slope(s: Any, x: Any, args: Any) -> Any:
        return func(s, x, *args) if tfirst else func(x, s, *args)

    def pull(s: Any, x: Any, args: Any, w: Any) -> Any:
        return pullback(s, x, *args, w) if tfirst else pullback(x, s, *args, w)

    backward = adjoint_equations(slope, pull, y.shape[1], args)

    def solve(state: Any, start: Any, stop: Any) -> Any:
        times = [start, stop]
        return integrate.odeint(backward, state, times, tfirst=True, rtol=rtol, atol=atol)[-1]

    return swept_back(solve, y, t, t[0], dy, y0, [args[k] for k in moving])


def odeint_jvp(
    func: Any, pushforward: Any, y0: Any, y0_dot: Any, t: Any, args: Any, dots: Any,
    tfirst: Any = False, rtol: Any = None, atol: Any = None,
) -> Any:  # fmt: skip
    """The tangent of odeint(func, y0, t, args) along y0_dot and the dots of moving args."""
    from scipy import integrate

    def slope(s: Any, x: Any, args: Any) -> Any:
        return func(s, x, *args) if tfirst else func(x, s, *args)

    def push(s: Any, x: Any, args: Any, v: Any, dots: Any) -> Any:
        return pushforward(*((s, x) if tfirst else (x, s)), *args, v, *dots)

    start = np.concatenate([np.atleast_1d(y0), np.atleast_1d(y0_dot)])
    n = len(start) // 2
    both = variational_equations(slope, push, n, args, dots)
    return integrate.odeint(both, start, t, tfirst=True, rtol=rtol, atol=atol)[:, n:]


def solve_ivp_vjp(
    func: Any, pullback: Any, y: Any, t: Any, t0: Any, dy: Any, y0: Any, args: Any, moving: Any,
    method: Any = "RK45", rtol: Any = 1e-3, atol: Any = 1e-6,
) -> Any:  # fmt: skip
    """Cotangents of y0 and of args[k] for k in moving, where y = solve_ivp(...).y at times
    t, from y0 at t0 on."""
    from scipy import integrate

    def slope(s: Any, x: Any, args: Any) -> Any:
        return func(s, x, *args)

    def pull(s: Any, x: Any, args: Any, w: Any) -> Any:
        return pullback(s, x, *args, w)

    backward = adjoint_equations(slope, pull, len(y), args)

    def solve(state: Any, start: Any, stop: Any) -> Any:
        span, tight = (start, stop), np.min(atol)
        found = integrate.solve_ivp(backward, span, state, method, rtol=rtol, atol=tight)
        return found.y[:, -1]

    return swept_back(solve, y.T, t, t0, np.transpose(dy), y0, [args[k] for k in moving])


def solve_ivp_jvp(
    func: Any, pushforward: Any, y0: Any, y0_dot: Any, t: Any, t0: Any, args: Any, dots: Any,
    method: Any = "RK45", rtol: Any = 1e-3, atol: Any = 1e-6,
) -> Any:  # fmt: skip
    """The tangent of solve_ivp(...).y at times t, from y0 at t0 on."""
    from scipy import integrate

    def slope(s: Any, x: Any, args: Any) -> Any:
        return func(s, x, *args)

    def push(s: Any, x: Any, args: Any, v: Any, dots: Any) -> Any:
        return pushforward(s, x, *args, v, *dots)

    start = np.concatenate([np.atleast_1d(y0), np.atleast_1d(y0_dot)])
    n = len(start) // 2
    both = variational_equations(slope, push, n, args, dots)
    span, tight = (t0, t[-1]), np.min(atol)
    found = integrate.solve_ivp(both, span, start, method=method, t_eval=t, rtol=rtol, atol=tight)
    return found.y[n:]
