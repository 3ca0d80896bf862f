"""sum, mean, max, ...: reductions along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import known, spread, unreduce
from .registry import linear, result, static, vjp


@static
def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The reduced axes, as a sorted tuple of non-negative ints."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(a % ndim for a in axes))


def reduced_shape(x: Any, axis: Any, keepdims: Any) -> Any:
    """The shape of x reduced along axis."""
    if isinstance(axis, Type) or isinstance(keepdims, Type) or not isinstance(x, Type):
        return None
    if isinstance(x.shape, tuple):
        axes = axes_of(axis, len(x.shape))
        kept = [(1 if k in axes else n) for k, n in enumerate(x.shape) if keepdims or k not in axes]
        return tuple(kept)
    if axis is None and not keepdims:
        return ()
    kind = "keep" if keepdims else "reduce"
    return frozenset([(kind, x.shape, axis)])


@static
def single(axis: Any) -> Any:
    """(1,) -> 1"""
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis


def expand(g: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """g with the reduced axes of x put back, at length one."""
    if known(axis, keepdims):
        if keepdims or axis is None:
            return g
        if known(np.ndim(x)):
            return np.expand_dims(g, single(axes_of(axis, np.ndim(x))))
        if not isinstance(axis, tuple) and axis < 0:
            return np.expand_dims(g, axis)
    return unreduce(g, x, axis, keepdims)


linear(np.sum, "a")


@vjp(np.sum)
def sum_vjp(dz: Any, z: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False) -> Any:
    return spread(expand(dz, a, axis, keepdims), a)


@result(np.sum)
def sum_result(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return reduced_shape(a, axis, keepdims)
