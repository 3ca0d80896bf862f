"""where, clip, maximum, minimum and friends: they pass some entries on and drop the others.

    z = np.where(c, x, y)      dx = np.where(c, dz, 0.0)      dy = np.where(c, 0.0, dz)

Cotangents are selected and never multiplied by a mask, so an infinite one that is dropped leaves 0
and no NaN. Kinks: `maximum` and `minimum` share a tie equally, as `max` and `min` of two numbers
do; `clip` has derivative 1 at its bounds; `heaviside` and `copysign` are flat where they jump.
"""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.types import Type, broadcast, promote, widest
from ..runtime import known
from .extrema import extremum_jvp, extremum_vjp
from .registry import constant_in, jvp, partials, pointwise, result, vjp

# ---------------------------------------------------------------- where


@vjp(np.where, "x, y")
def where_vjp(dz: Any, z: Any, condition: Any, x: Any, y: Any) -> Any:
    return np.where(condition, dz, 0.0), np.where(condition, 0.0, dz)


@jvp(np.where)
def where_jvp(z: Any, condition: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    if x_dot is None:
        return None, np.where(condition, 0.0, y_dot)
    return np.where(condition, x_dot, 0.0 if y_dot is None else y_dot), None


constant_in(np.where, "condition")


# ---------------------------------------------------------------- maximum, minimum


def larger(g: Any, x: Any, y: Any) -> Any:
    """g where x is the larger one, half of it at a tie, else 0."""
    if g is None:
        return None
    if known(np.ndim(x), np.ndim(y), np.ndim(g)) and np.ndim(x) == np.ndim(y) == np.ndim(g) == 0:
        return larger_number(g, x, y)
    return np.where(x > y, g, np.where(x == y, 0.5 * g, 0.0))


def smaller(g: Any, x: Any, y: Any) -> Any:
    """g where x is the smaller one, half of it at a tie, else 0."""
    if g is None:
        return None
    if known(np.ndim(x), np.ndim(y), np.ndim(g)) and np.ndim(x) == np.ndim(y) == np.ndim(g) == 0:
        return smaller_number(g, x, y)
    return np.where(x < y, g, np.where(x == y, 0.5 * g, 0.0))


def larger_number(g: Any, x: Any, y: Any) -> Any:
    """As `larger`, of plain numbers."""
    return None if g is None else g if x > y else 0.5 * g if x == y else 0.0


def smaller_number(g: Any, x: Any, y: Any) -> Any:
    """As `smaller`, of plain numbers."""
    return None if g is None else g if x < y else 0.5 * g if x == y else 0.0


def equal_one(g: Any, x: Any, y: Any, z: Any) -> Any:
    """g where x alone is the result z, half of it at a tie, else 0; a NaN is never the result."""
    if g is None:
        return None
    return np.where(x == y, 0.5 * g, np.where(x == z, g, 0.0))


@vjp(np.maximum)
def maximum_vjp(dz: Any, z: Any, x: Any, y: Any) -> Any:
    return larger(dz, x, y), larger(dz, y, x)


@jvp(np.maximum)
def maximum_jvp(z: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    return larger(x_dot, x, y), larger(y_dot, y, x)


@vjp(np.minimum)
def minimum_vjp(dz: Any, z: Any, x: Any, y: Any) -> Any:
    return smaller(dz, x, y), smaller(dz, y, x)


@jvp(np.minimum)
def minimum_jvp(z: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    return smaller(x_dot, x, y), smaller(y_dot, y, x)


def greatest_vjp(dz: Any, z: Any, x: Any) -> Any:
    """Of the builtins over one operand, which may be a list."""
    if known(np.ndim(x)):
        return extremum_vjp(dz, z, x)[0]
    return extremum_vjp(dz, np.asarray(z), np.asarray(x))[0]


def greatest_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    if known(np.ndim(x)):
        return extremum_jvp(z, x, x_dot)[0]
    return extremum_jvp(np.asarray(z), np.asarray(x), np.asarray(x_dot))[0]


@vjp(max, "x, y")
def max_vjp(dz: Any, z: Any, x: Any, y: Any = None) -> Any:
    if known(y) and y is None:
        return greatest_vjp(dz, z, x), None
    return larger_number(dz, x, y), larger_number(dz, y, x)


@jvp(max)
def max_jvp(z: Any, x: Any, x_dot: Any, y: Any = None, y_dot: Any = None) -> Any:
    if known(y) and y is None:
        return greatest_jvp(z, x, x_dot), None
    return larger_number(x_dot, x, y), larger_number(y_dot, y, x)


@vjp(min, "x, y")
def min_vjp(dz: Any, z: Any, x: Any, y: Any = None) -> Any:
    if known(y) and y is None:
        return greatest_vjp(dz, z, x), None
    return smaller_number(dz, x, y), smaller_number(dz, y, x)


@jvp(min)
def min_jvp(z: Any, x: Any, x_dot: Any, y: Any = None, y_dot: Any = None) -> Any:
    if known(y) and y is None:
        return greatest_jvp(z, x, x_dot), None
    return smaller_number(x_dot, x, y), smaller_number(y_dot, y, x)


@vjp((np.fmax, np.fmin))
def fmax_vjp(dz: Any, z: Any, x: Any, y: Any) -> Any:
    return equal_one(dz, x, y, z), equal_one(dz, y, x, z)


@jvp((np.fmax, np.fmin))
def fmax_jvp(z: Any, x: Any, y: Any, x_dot: Any, y_dot: Any) -> Any:
    return equal_one(x_dot, x, y, z), equal_one(y_dot, y, x, z)


# ---------------------------------------------------------------- clip, nan_to_num, and steps


def inside(x: Any, low: Any, high: Any) -> Any:
    """Where x is within its bounds; None is no bound."""
    if high is None:
        return x >= low
    if low is None:
        return x <= high
    return (x >= low) & (x <= high)


def below(x: Any, low: Any, high: Any) -> Any:
    """Where clip gives the lower bound: crossed bounds give the upper one."""
    return x < low if high is None else (x < low) & (low <= high)


def above(x: Any, low: Any, high: Any) -> Any:
    """Where clip gives the upper bound."""
    return x > high if low is None else (x > high) | (low > high)


def passed(g: Any, where: Any) -> Any:
    """g there, 0 elsewhere."""
    if known(np.ndim(where), np.ndim(g)) and np.ndim(where) == 0 and np.ndim(g) == 0:
        return g if where else 0.0
    return np.where(where, g, 0.0)


def one_of(a: Any, b: Any) -> Any:
    """The bound that was given, by either of its names."""
    return b if a is None else a


@vjp(np.clip, "a, a_min, a_max, min, max")
def clip_vjp(
    dz: Any, z: Any, a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None,
    max: Any = None,
) -> Any:  # fmt: skip
    low, high = one_of(a_min, min), one_of(a_max, max)
    d_low = None if low is None else passed(dz, below(a, low, high))
    d_high = None if high is None else passed(dz, above(a, low, high))
    d_a = dz if low is None and high is None else passed(dz, inside(a, low, high))
    return d_a, d_low, d_high, d_low, d_high


@jvp(np.clip)
def clip_jvp(
    z: Any, a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None,
    a_dot: Any = None, a_min_dot: Any = None, a_max_dot: Any = None, min_dot: Any = None,
    max_dot: Any = None,
) -> Any:  # fmt: skip
    low, high = one_of(a_min, min), one_of(a_max, max)
    low_dot, high_dot = one_of(a_min_dot, min_dot), one_of(a_max_dot, max_dot)
    low_part = None if low_dot is None else passed(low_dot, below(a, low, high))
    high_part = None if high_dot is None else passed(high_dot, above(a, low, high))
    if a_dot is None:
        a_part = None
    else:
        a_part = a_dot if low is None and high is None else passed(a_dot, inside(a, low, high))
    return a_part, low_part, high_part, low_part, high_part


@vjp(np.nan_to_num, "x")
def nan_to_num_vjp(
    dz: Any, z: Any, x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None,
    neginf: Any = None,
) -> Any:  # fmt: skip
    return passed(dz, np.isfinite(x))


@jvp(np.nan_to_num)
def nan_to_num_jvp(
    z: Any, x: Any, copy: Any, nan: Any, posinf: Any, neginf: Any, x_dot: Any
) -> Any:
    return passed(x_dot, np.isfinite(x))


# fmt: off
partials(np.copysign,  "x, y", "np.sign(x) * np.sign(z)", "0", inexact=True)
partials(np.heaviside, "x, y", "0", "x == 0", inexact=True)
# fmt: on


pointwise(
    np.where, np.maximum, np.minimum, np.fmax, np.fmin, max, min, np.clip, np.nan_to_num,
)  # fmt: skip


# ---------------------------------------------------------------- types


def selected(*values: Any) -> Type:
    """Of the operands' common shape and dtype; constants are weak scalars."""
    kinds = [v for v in values if isinstance(v, Type)]
    dtypes = [*(k.dtype for k in kinds), *(_dtype(v) for v in values if not isinstance(v, Type))]
    shape = broadcast(*(k.shape for k in kinds))
    sources = frozenset[Any]().union(*(k.sources for k in kinds))
    scalar = shape == () and all(k.array is False for k in kinds)
    array = False if scalar else True if isinstance(shape, tuple) and shape else None
    bits = widest(*(k.bits for k in kinds)) if all(k.inexact for k in kinds) else 0
    return Type("num", shape, promote(*dtypes), sources, bits, array)


def _dtype(value: Any) -> str:
    names = {bool: "bool", int: "int", float: "float", complex: "complex"}
    return names.get(type(value), "unknown")


@result(np.where)
def where_type(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None:
        return Type("tuple")  # of indices, as `np.nonzero` gives
    kind = selected(x, y)
    shape = broadcast(kind.shape, condition.shape) if isinstance(condition, Type) else kind.shape
    array = True if isinstance(shape, tuple) and shape else None
    return replace(kind, shape=shape, bits=max(kind.bits, 0), array=array)


@result((np.maximum, np.minimum, np.fmax, np.fmin))
def maximum_type(x: Any, y: Any) -> Any:
    return selected(x, y)


@result((builtins.max, builtins.min))
def max_type(x: Any, y: Any = None) -> Any:
    """A single number: Python compares no arrays."""
    if y is None:
        return replace(x, shape=(), array=None) if isinstance(x, Type) and x.kind == "num" else None
    kind = selected(x, y)
    shape = kind.shape if isinstance(kind.shape, tuple) else ()
    return replace(kind, shape=shape)


@result(np.clip)
def clip_type(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    return selected(a, *(b for b in (a_min, a_max, min, max) if b is not None))


@result(np.nan_to_num)
def nan_to_num_type(x: Any, *options: Any, **named: Any) -> Any:
    return selected(x)
