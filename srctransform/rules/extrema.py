"""max, min, ptp, sort: selections from the data. Ties share equally, in both modes.

    np.max(x, axis=1)     is_max = x == z[:, None]
                          dx = is_max * (dz / is_max.sum(axis=1))[:, None]
    np.sort(x)            dx = dz in the order of x, averaged over equal entries

The places that are chosen (argmax, argsort, searchsorted, ...) have no derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import SCALAR_INT, Type, number
from ..runtime import known, order_of, sort_like
from .reductions import everywhere, expand, reduced_shape, summed, tally_of
from .registry import constant_in, jvp, linear, nondifferentiable, result, takes_containers, vjp


def extremal(z: Any, a: Any, axis: Any, keepdims: Any, where: Any) -> Any:
    """Where a is the extremum z."""
    chosen = a == expand(z, a, axis, keepdims)
    return chosen if everywhere(where) else chosen & where


def shares(chosen: Any, z: Any, a: Any, axis: Any, keepdims: Any, initial: Any) -> Any:
    """How many entries share an extremum."""
    ties = tally_of(chosen, a, z, axis, keepdims)
    return ties if known(initial) and initial is None else ties + (z == initial)


@vjp((np.max, np.amax, np.min, np.amin), "a, initial")
def extremum_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None,
    where: Any = None,
) -> Any:  # fmt: skip
    chosen = extremal(z, a, axis, keepdims, where)
    ties = shares(chosen, z, a, axis, keepdims, initial)
    if known(initial) and initial is None:
        return chosen * expand(dz / ties, a, axis, keepdims), None
    share = dz / ties
    return chosen * expand(share, a, axis, keepdims), np.sum(np.where(z == initial, share, 0.0))


@jvp((np.max, np.amax, np.min, np.amin))
def extremum_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None,
    where: Any = None, initial_dot: Any = None,
) -> Any:  # fmt: skip
    chosen = extremal(z, a, axis, keepdims, where)
    ties = shares(chosen, z, a, axis, keepdims, initial)
    by_a = None if a_dot is None else summed(chosen * a_dot, axis, keepdims) / ties
    if initial_dot is None:
        return by_a, None
    return by_a, np.where(z == initial, initial_dot, 0.0) / ties


constant_in((np.max, np.amax, np.min, np.amin), "where")


@vjp(np.ptp)
def ptp_vjp(dz: Any, z: Any, a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    high = np.max(a, axis=axis, keepdims=keepdims)
    low = np.min(a, axis=axis, keepdims=keepdims)
    up = extremum_vjp(dz, high, a, axis, keepdims=keepdims)[0]
    return up - extremum_vjp(dz, low, a, axis, keepdims=keepdims)[0]


@jvp(np.ptp)
def ptp_jvp(z: Any, a: Any, a_dot: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    high = np.max(a, axis=axis, keepdims=keepdims)
    low = np.min(a, axis=axis, keepdims=keepdims)
    up = extremum_jvp(high, a, a_dot, axis, keepdims=keepdims)[0]
    return up - extremum_jvp(low, a, a_dot, axis, keepdims=keepdims)[0]


result((np.max, np.amax, np.min, np.amin))(
    lambda a, axis=None, out=None, keepdims=False, *rest, **options: reduced_shape(
        a, axis, keepdims
    )
)
result(np.ptp)(lambda a, axis=None, out=None, keepdims=False: reduced_shape(a, axis, keepdims))


# ---------------------------------------------------------------- sort


@vjp(np.sort)
def sort_vjp(
    dz: Any, z: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None
) -> Any:
    return sort_like(dz, a, axis, True)


@jvp(np.sort)
def sort_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None
) -> Any:
    return sort_like(a_dot, a, axis, False)


linear(sort_like, "g")


@vjp(sort_like, "g")
def sort_like_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any, back: Any) -> Any:
    return sort_like(dz, x, axis, not back)


@result((np.sort, np.argsort))
def sort_result(a: Any, axis: Any = -1, *rest: Any, **options: Any) -> Any:
    if isinstance(axis, Type) or not isinstance(a, Type):
        return None
    if axis is not None or (isinstance(a.shape, tuple) and len(a.shape) == 1):
        return a.shape
    return (("size", a.shape),) if isinstance(a.shape, tuple) else frozenset([("vector", a.shape)])


@result(sort_like)
def sort_like_result(g: Any, x: Any, axis: Any, back: Any) -> Any:
    if back is True and isinstance(x, Type):
        return x.shape
    return sort_result(x, axis)


# ---------------------------------------------------------------- places

nondifferentiable(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort,
    np.searchsorted, np.digitize, np.count_nonzero, np.any, np.all, np.flatnonzero, np.nonzero,
    np.argwhere, order_of,
)  # fmt: skip
takes_containers(order_of)


@result(order_of)
def order_of_result(keys: Any, reverse: Any = False) -> Any:
    return Type("list", elem=SCALAR_INT)


@result((np.argmax, np.argmin, np.nanargmax, np.nanargmin))
def place_result(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
    return counting(reduced_shape(a, axis, keepdims), "int")


@result(np.count_nonzero)
def count_result(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return counting(reduced_shape(a, axis, keepdims), "int")


@result((np.any, np.all))
def truth_result(
    a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any
) -> Any:
    return counting(reduced_shape(a, axis, keepdims), "bool")


def counting(shape: Any, dtype: str) -> Any:
    """The type of a reduction to places or truth values."""
    if shape is None:
        return None
    return Type("num", (), dtype, array=False) if shape == () else number(shape, dtype)
