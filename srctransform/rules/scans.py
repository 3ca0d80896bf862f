"""cumsum, cumprod: each entry from its neighbours along an axis.

    np.cumsum(x)     dx[k] = dz[k] + dz[k + 1] + ...: the running sum from the end
    np.cumprod(x)    dx = (product of those before) * y, y[k] = dz[k] + x[k + 1] * y[k + 1]

The recurrence of `cumprod` divides by nothing, so it is right where x has zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import known, recurrence, recurrence_back, shifted
from .reductions import floating
from .registry import jvp, linear, result, vjp

linear(np.cumsum, "a")


@vjp(np.cumsum)
def cumsum_vjp(dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    floating(dtype)
    if known(axis) and (axis is None or (known(np.ndim(a)) and np.ndim(a) == 1)):
        return like_data(np.cumsum(dz[::-1])[::-1], a, axis)
    back = np.flip(np.cumsum(np.flip(dz, axis), axis=axis), axis)
    return like_data(back, a, axis)


def like_data(g: Any, a: Any, axis: Any) -> Any:
    """The cotangent of a, which an axis of None has flattened."""
    if known(axis):
        if axis is not None:
            return g
        if known(np.ndim(a)) and np.ndim(a) == 1:
            return g
    return np.reshape(g, np.shape(a))


@vjp(np.cumprod)
def cumprod_vjp(dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    floating(dtype)
    g = shifted(z, 1, axis, 1.0) * recurrence_back(dz, a, axis)
    return like_data(g, a, axis)


@jvp(np.cumprod)
def cumprod_jvp(z: Any, a: Any, a_dot: Any, axis: Any = None, dtype: Any = None) -> Any:
    before = shifted(z, 1, axis, 1.0)
    return recurrence(before * flattened(a_dot, z, axis), a, axis)


def flattened(a_dot: Any, z: Any, axis: Any) -> Any:
    """The tangent of the data in the shape of the result."""
    if known(axis):
        if axis is not None:
            return a_dot
        if known(np.ndim(a_dot)) and np.ndim(a_dot) == 1:
            return a_dot
    return np.reshape(a_dot, np.shape(z))


@result((np.cumsum, np.cumprod))
def scan_result(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    if isinstance(axis, Type) or not isinstance(a, Type):
        return None
    if isinstance(a.shape, tuple):
        if axis is not None or len(a.shape) == 1:
            return a.shape
        return (1,) if set(a.shape) <= {1} else (("size", a.shape),)  # a number gives one entry
    return a.shape if axis is not None else frozenset([("vector", a.shape)])


# ---------------------------------------------------------------- recurrences


@jvp(recurrence)
def recurrence_jvp(z: Any, g: Any, g_dot: Any, x: Any, x_dot: Any, axis: Any) -> Any:
    by_g = None if known(g_dot) and g_dot is None else recurrence(g_dot, x, axis)
    if known(x_dot) and x_dot is None:
        return by_g, None
    before = shifted(z, 1, axis, 0.0)
    return by_g, recurrence(before * flattened(x_dot, z, axis), x, axis)


@vjp(recurrence, "g, x")
def recurrence_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any) -> Any:
    back = recurrence_back(dz, x, axis)
    return back, like_data(back * shifted(z, 1, axis, 0.0), x, axis)


@jvp(recurrence_back)
def recurrence_back_jvp(z: Any, g: Any, g_dot: Any, x: Any, x_dot: Any, axis: Any) -> Any:
    by_g = None if known(g_dot) and g_dot is None else recurrence_back(g_dot, x, axis)
    if known(x_dot) and x_dot is None:
        return by_g, None
    moved = shifted(z * flattened(x_dot, z, axis), -1, axis, 0.0)
    return by_g, recurrence_back(moved, x, axis)


@vjp(recurrence_back, "g, x")
def recurrence_back_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any) -> Any:
    forth = recurrence(dz, x, axis)
    return forth, like_data(shifted(forth, 1, axis, 0.0) * z, x, axis)


@jvp(shifted)
def shifted_jvp(z: Any, x: Any, x_dot: Any, step: Any, axis: Any, fill: Any) -> Any:
    return shifted(x_dot, step, axis, 0.0)


@vjp(shifted, "x")
def shifted_vjp(dz: Any, z: Any, x: Any, step: Any, axis: Any, fill: Any) -> Any:
    return shifted(dz, -step, axis, 0.0)


@result((recurrence, recurrence_back, shifted))
def as_first(x: Any, *rest: Any) -> Any:
    return x.shape if isinstance(x, Type) else None
