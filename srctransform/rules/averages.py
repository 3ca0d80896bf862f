"""average: weighted sums.

np.average(x, weights=w)   dx = dz * w / w.sum()      dw = dz * (x - z) / w.sum()
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import align_weights, known, spread, sum_to_weights
from .reductions import (
    expand,
    mean_vjp,
    reduced_shape,
    summed,
)
from .registry import jvp, linear, result, vjp


def aligned(weights: Any, a: Any, axis: Any) -> Any:
    """Weights, which have the shape of a or of its reduced axes, so that they broadcast with a."""
    if known(axis):
        if axis is None:
            return weights
        if known(np.ndim(a), np.ndim(weights)):
            if np.ndim(weights) == np.ndim(a):
                return weights
            if not isinstance(axis, tuple):
                others = tuple(k for k in range(np.ndim(a)) if k != axis % np.ndim(a))
                return np.expand_dims(weights, others[0] if len(others) == 1 else others)
    return align_weights(weights, a, axis)


def total_weight(w: Any, axis: Any) -> Any:
    """The sum of aligned weights, so that it broadcasts with a."""
    if known(axis) and axis is None:
        return np.sum(w)
    return np.sum(w, axis=axis, keepdims=True)


@vjp(np.average, "a, weights")
def average_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, weights: Any = None, *, keepdims: Any = False
) -> Any:
    if known(weights) and weights is None:
        return mean_vjp(dz, z, a, axis, keepdims=keepdims), None
    w = aligned(weights, a, axis)
    share = expand(dz, a, axis, keepdims) / total_weight(w, axis)
    moved = share * (a - expand(z, a, axis, keepdims))
    return spread(share * w, a), sum_to_weights(moved, weights, axis)


@jvp(np.average)
def average_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, weights: Any = None, weights_dot: Any = None, *,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    if known(weights) and weights is None:
        return np.mean(a_dot, axis=axis, keepdims=keepdims), None
    w = aligned(weights, a, axis)
    share = w / total_weight(w, axis)
    by_data = summed(share * a_dot, axis, keepdims)
    if known(weights_dot) and weights_dot is None:
        return by_data, None
    w_dot = aligned(weights_dot, a, axis) / total_weight(w, axis)
    moved = w_dot * (a - expand(z, a, axis, keepdims))
    return by_data, summed(moved, axis, keepdims)


@result(np.average, inexact=True)
def average_result(
    a: Any, axis: Any = None, weights: Any = None, returned: Any = False, keepdims: Any = False
) -> Any:
    return None if returned else reduced_shape(a, axis, keepdims)


linear(align_weights, "w")
linear(sum_to_weights, "g")


@vjp(align_weights, "w")
def align_weights_vjp(dz: Any, z: Any, w: Any, a: Any, axis: Any) -> Any:
    return sum_to_weights(dz, w, axis)


@vjp(sum_to_weights, "g")
def sum_to_weights_vjp(dz: Any, z: Any, g: Any, w: Any, axis: Any) -> Any:
    return spread(align_weights(dz, g, axis), g)


@result(align_weights, memory="maybe")
def align_weights_result(w: Any, a: Any, axis: Any) -> Any:
    return None


@result(sum_to_weights, memory="maybe")
def sum_to_weights_result(g: Any, w: Any, axis: Any) -> Any:
    return w.shape if isinstance(w, Type) and w.kind == "num" else None
