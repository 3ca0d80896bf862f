"""logsumexp, softmax and log_softmax: finite for arguments of any size.

    z = logsumexp(a, axis=1)      da = dz[:, None] * exp(a - z[:, None])
    z = softmax(x, axis=1)        dx = z * (dz - (z * dz).sum(axis=1, keepdims=True))
    z = log_softmax(x)            dx = dz - exp(z) * dz.sum()

Entries of -inf have derivative 0, also where all are -inf. The sign that `return_sign` asks for has
no derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ...ir.types import Type, broadcast, sequence
from ...runtime import known, spread
from ..reductions import expand, reduced_shape, summed
from ..registry import jvp, result, vjp

# ---------------------------------------------------------------- logsumexp


def summand(a: Any, b: Any) -> Any:
    """Something of the shape of b * exp(a)."""
    if b is None:
        return a
    if known(np.ndim(a), np.ndim(b)) and np.ndim(b) <= np.ndim(a):
        return a
    return np.zeros(np.broadcast_shapes(np.shape(a), np.shape(b)))


def share(z: Any, a: Any, b: Any, axis: Any, keepdims: Any) -> Any:
    """exp(a - z); a sum of zeros is no number to subtract."""
    return np.exp(a - expand(np.where(z == -np.inf, 0.0, z), summand(a, b), axis, keepdims))


@vjp(special.logsumexp, "a, b")
def logsumexp_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, b: Any = None, keepdims: Any = False,
    return_sign: Any = False,
) -> Any:  # fmt: skip
    if return_sign:
        if dz[0] is None:
            return None, None
        return pulled(dz[0] * z[1], z[0], a, axis, b, keepdims)
    return pulled(dz, z, a, axis, b, keepdims)


def pulled(dz: Any, z: Any, a: Any, axis: Any, b: Any, keepdims: Any) -> Any:
    """The cotangents of a and b."""
    slope = expand(dz, summand(a, b), axis, keepdims) * share(z, a, b, axis, keepdims)
    return (slope, None) if b is None else (slope * b, slope)


@jvp(special.logsumexp)
def logsumexp_jvp(
    z: Any, a: Any, axis: Any = None, b: Any = None, keepdims: Any = False,
    return_sign: Any = False, *, a_dot: Any, b_dot: Any,
) -> Any:  # fmt: skip
    if return_sign:
        first, second = pushed(z[0], a, axis, b, keepdims, a_dot, b_dot)
        if first is None:
            return None, signed(second, z[1])
        return signed(first if second is None else first + second, z[1]), None
    return pushed(z, a, axis, b, keepdims, a_dot, b_dot)


def pushed(
    z: Any, a: Any, axis: Any, b: Any, keepdims: Any, a_dot: Any, b_dot: Any
) -> Any:  # fmt: skip
    """What the tangents of a and b contribute."""
    parts = share(z, a, b, axis, keepdims)
    weights = parts if b is None else b * parts
    first = None if a_dot is None else summed(weights * a_dot, axis, keepdims)
    return first, None if b_dot is None else summed(parts * b_dot, axis, keepdims)


def signed(dot: Any, sign: Any) -> Any:
    """The tangent of (log|s|, sign) from that of a positive sum."""
    return dot * sign, np.zeros_like(sign)


@result(special.logsumexp, inexact=True)
def logsumexp_result(
    a: Any, axis: Any = None, b: Any = None, keepdims: Any = False, return_sign: Any = False
) -> Any:
    if not isinstance(a, Type) or isinstance(return_sign, Type):
        return None
    whole = a
    if isinstance(b, Type):
        shape = broadcast(a.shape, b.shape)
        whole = Type("num", shape, a.dtype, a.sources | b.sources)
    shape = reduced_shape(whole, axis, keepdims)
    if not return_sign:
        return shape
    if shape is None:
        return None
    one = Type("num", shape, "float", frozenset(), 0, True if shape else None)
    return sequence("tuple", (one, one))


# ---------------------------------------------------------------- softmax


def along(x: Any, axis: Any) -> Any:
    """The sum of x along axis, which is kept."""
    return np.sum(x) if known(axis) and axis is None else np.sum(x, axis=axis, keepdims=True)


@vjp(special.softmax)
def softmax_vjp(dz: Any, z: Any, x: Any, axis: Any = None) -> Any:
    return z * (dz - along(z * dz, axis))


@jvp(special.softmax)
def softmax_jvp(z: Any, x: Any, x_dot: Any, axis: Any = None) -> Any:
    return z * (x_dot - along(z * x_dot, axis))


@vjp(special.log_softmax)
def log_softmax_vjp(dz: Any, z: Any, x: Any, axis: Any = None) -> Any:
    return dz - np.exp(z) * along(spread(dz, z), axis)


@jvp(special.log_softmax)
def log_softmax_jvp(z: Any, x: Any, x_dot: Any, axis: Any = None) -> Any:
    return x_dot - along(np.exp(z) * x_dot, axis)


@result((special.softmax, special.log_softmax), inexact=True)
def softmax_result(x: Any, axis: Any = None) -> Any:
    return x.shape if isinstance(x, Type) else None
