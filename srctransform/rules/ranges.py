"""linspace, logspace, geomspace: values between two ends.

    z = np.linspace(a, b, n)       da = sum of dz * (1 - t)       db = sum of dz * t
    z = np.logspace(a, b, n)       as linspace, of dz * z * log(base)
    z = np.geomspace(a, b, n)      da = sum of dz * z * (1 - t) / a    db = sum of dz * z * t / b

with t from 0 to 1, along the axis where the values are. The step that `retstep=True` gives is
(b - a) / (n - 1), or (b - a) / n without the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type, broadcast, number, sequence
from ..runtime import cast, known, raised, sum_to
from .casting import dtype_name, in_precision_of
from .registry import jvp, linear, result, vjp
from .shaping import fresh_dim

linear(raised, "x")


@vjp(raised, "x")
def raised_vjp(dz: Any, z: Any, x: Any, axis: Any) -> Any:
    return np.reshape(dz, np.shape(x))


@result(raised, memory="view")
def raised_result(x: Any, axis: Any) -> Any:
    return None


def shares(dz: Any, num: Any, endpoint: Any, axis: Any) -> Any:
    """(sum of dz * (1 - t), sum of dz * t) along the axis."""
    t = np.linspace(0.0, 1.0, num, endpoint)
    if known(np.ndim(dz)) and np.ndim(dz) == 1:
        second = np.sum(dz * t)
        return np.sum(dz) - second, second
    second = np.tensordot(t, dz, ((0,), (axis,)))
    return np.sum(dz, axis=axis) - second, second


def steps_of(num: Any, endpoint: Any) -> Any:
    """How many steps there are; at least one, as np.linspace divides by."""
    return np.maximum(num - 1 if endpoint else num, 1)


@vjp(np.linspace, "start, stop")
def linspace_vjp(
    dz: Any, z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True,
    retstep: Any = False, dtype: Any = None, axis: Any = 0,
) -> Any:  # fmt: skip
    if not retstep:
        first, second = shares(dz, num, endpoint, axis)
        return for_end(first, z, start, dtype), for_end(second, z, stop, dtype)
    by_step = 0.0 if dz[1] is None else dz[1] / steps_of(num, endpoint)
    if dz[0] is None:
        return -by_step, by_step
    first, second = shares(dz[0], num, endpoint, axis)
    first, second = for_end(first, z[0], start, dtype), for_end(second, z[0], stop, dtype)
    return first - by_step, second + by_step


def for_end(g: Any, z: Any, end: Any, dtype: Any) -> Any:
    """The cotangent of an end; nothing if the values are cut to ints."""
    return in_precision_of(g, end) if dtype is None else cast(g, z, end)


@jvp(np.linspace)
def linspace_jvp(
    z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False,
    dtype: Any = None, axis: Any = 0, *, start_dot: Any, stop_dot: Any,
) -> Any:  # fmt: skip
    low = start * 0.0 if start_dot is None else start_dot
    high = stop * 0.0 if stop_dot is None else stop_dot
    dot = cut_as(spaced(low, high, num, endpoint, retstep, axis), z, retstep, dtype)
    return (None, dot) if start_dot is None else (dot, None)


def spaced(low: Any, high: Any, num: Any, endpoint: Any, retstep: Any, axis: Any) -> Any:
    if retstep:
        return np.linspace(low, high, num, endpoint, retstep=True, axis=axis)
    if known(axis) and axis == 0:
        if known(endpoint) and endpoint:
            return np.linspace(low, high, num)
        return np.linspace(low, high, num, endpoint)
    return np.linspace(low, high, num, endpoint, axis=axis)


def cut_as(dot: Any, z: Any, retstep: Any, dtype: Any) -> Any:
    """The tangent of values of a dtype; nothing if it cuts them to ints."""
    if dtype is None:
        return dot
    return (cast(dot[0], z[0], z[0]), dot[1]) if retstep else cast(dot, z, z)


@vjp(np.logspace, "start, stop, base")
def logspace_vjp(
    dz: Any, z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0,
    dtype: Any = None, axis: Any = 0,
) -> Any:  # fmt: skip
    """z = base ** y with y evenly spaced."""
    first, second = shares(dz * z * log_of(base, axis), num, endpoint, axis)
    low, high = beside(start, base), beside(stop, base)
    y = np.linspace(low, high, num, endpoint, axis=axis)
    dbase = of_base(dz * z * y, base, axis)
    return (
        for_end(first, z, start, dtype),
        for_end(second, z, stop, dtype),
        dbase if dtype is None else cast(dbase, z, base),
    )


def of_base(g: Any, base: Any, axis: Any) -> Any:
    """The cotangent of the base: of a number, or of one number for each sequence."""
    if known(np.ndim(base)) and np.ndim(base) == 0:
        return np.sum(g) / base
    return np.reshape(sum_to(g, raised(base, axis)), np.shape(base)) / base


def log_of(base: Any, axis: Any) -> Any:
    """The logarithms of the bases, along an axis of their own if there are several."""
    if known(np.ndim(base)) and np.ndim(base) == 0:
        return np.log(base)
    return np.log(raised(base, axis))


def beside(end: Any, base: Any) -> Any:
    """An end for each of the bases."""
    return end if known(np.ndim(base)) and np.ndim(base) == 0 else end + base * 0.0


@jvp(np.logspace)
def logspace_jvp(
    z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0,
    dtype: Any = None, axis: Any = 0, *, start_dot: Any, stop_dot: Any, base_dot: Any,
) -> Any:  # fmt: skip
    low = beside(start * 0.0 if start_dot is None else start_dot, base)
    high = beside(stop * 0.0 if stop_dot is None else stop_dot, base)
    dot = z * log_of(base, axis) * spaced(low, high, num, endpoint, False, axis)
    dot = dot if dtype is None else cast(dot, z, z)
    by_start = None if start_dot is None else dot
    by_stop = dot if start_dot is None and stop_dot is not None else None
    if base_dot is None:
        return by_start, by_stop, None
    y = spaced(beside(start, base), beside(stop, base), num, endpoint, False, axis)
    turned = z * y * raised(base_dot / base, axis)
    return by_start, by_stop, turned if dtype is None else cast(turned, z, z)


@vjp(np.geomspace, "start, stop")
def geomspace_vjp(
    dz: Any, z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True,
    dtype: Any = None, axis: Any = 0,
) -> Any:  # fmt: skip
    """z = start ** (1 - t) * stop ** t."""
    first, second = shares(dz * z, num, endpoint, axis)
    return for_end(first / start, z, start, dtype), for_end(second / stop, z, stop, dtype)


@jvp(np.geomspace)
def geomspace_jvp(
    z: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None,
    axis: Any = 0, *, start_dot: Any, stop_dot: Any,
) -> Any:  # fmt: skip
    low = start * 0.0 if start_dot is None else start_dot / start
    high = stop * 0.0 if stop_dot is None else stop_dot / stop
    dot = z * spaced(low, high, num, endpoint, False, axis)
    dot = dot if dtype is None else cast(dot, z, z)
    return (None, dot) if start_dot is None else (dot, None)


def ends_type(start: Any, stop: Any, num: Any, dtype_given: Any, axis: Any) -> Any:
    """The type of what stands between the ends."""
    kinds = [a for a in (start, stop) if isinstance(a, Type)]
    sources = frozenset[Any]().union(*(k.sources for k in kinds))
    dtype = "complex" if any(k.dtype == "complex" for k in kinds) else "float"
    if dtype_given is not None:
        dtype = dtype_name(dtype_given) or "unknown"
    count = num if type(num) is int else fresh_dim()
    ends = broadcast(*(a.shape if isinstance(a, Type) else np.shape(a) for a in (start, stop)))
    if not isinstance(ends, tuple) or isinstance(axis, Type):
        return number(frozenset([("range", object())]), dtype, sources)
    at = axis % (len(ends) + 1)
    return number((*ends[:at], count, *ends[at:]), dtype, sources)


@result(np.linspace)
def linspace_result(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False,
    dtype: Any = None, axis: Any = 0,
) -> Any:  # fmt: skip
    values = ends_type(start, stop, num, dtype, axis)
    if not retstep:
        return values
    shape = broadcast(*(a.shape if isinstance(a, Type) else np.shape(a) for a in (start, stop)))
    return sequence("tuple", [values, number(shape, values.dtype, values.sources)])


@result((np.logspace, np.geomspace))
def logspace_result(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0,
    dtype: Any = None, axis: Any = 0,
) -> Any:  # fmt: skip
    """Several bases are spread over the ends."""
    shape = base.shape if isinstance(base, Type) else np.shape(base)
    if shape != ():
        return number(frozenset([("range", object())]))
    return ends_type(start, stop, num, dtype, axis)
