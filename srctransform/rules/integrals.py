"""trapezoid, cumulative_sum and cumulative_prod, subtract.reduce and divide.reduce, as formulas.

    np.trapezoid(y, x)              np.sum(np.diff(x) * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    np.cumulative_sum(x, axis=1)    np.cumsum(x, axis=1)
    np.subtract.reduce(x)           x[0] - np.sum(x[1:], axis=0)

The trapezoidal rule is 25.4.2 of Abramowitz and Stegun (1964).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .formulas import defined_as
from .registry import named


@defined_as(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    y = y if axis == -1 else np.moveaxis(y, axis, -1)
    if x is None:
        return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    if axis != -1 and np.ndim(x) != 1:
        x = np.moveaxis(x, axis, -1)
    return np.sum(np.diff(x) * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


@defined_as(*named(np, "cumulative_sum"))
def cumulative_sum(
    x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    z = np.cumsum(x, axis=axis, dtype=dtype)
    return np.insert(z, 0, 0.0, axis=axis) if include_initial else z


@defined_as(*named(np, "cumulative_prod"))
def cumulative_prod(
    x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    z = np.cumprod(x, axis=axis, dtype=dtype)
    return np.insert(z, 0, 1.0, axis=axis) if include_initial else z


# ---------------------------------------------------------------- the first one, and all others


def in_front(array: Any, axis: Any) -> Any:
    """array with an axis as its first."""
    return array if axis == 0 else np.moveaxis(array, axis, 0)


@defined_as(np.subtract.reduce)
def subtract_reduce(array: Any, axis: Any = 0) -> Any:
    x = in_front(array, axis)
    return x[0] - np.sum(x[1:], axis=0)


@defined_as(np.divide.reduce)
def divide_reduce(array: Any, axis: Any = 0) -> Any:
    x = in_front(array, axis)
    return x[0] / np.prod(x[1:], axis=0)


@defined_as(np.subtract.accumulate)
def subtract_accumulate(array: Any, axis: Any = 0) -> Any:
    x = in_front(array, axis)
    z = np.concatenate([x[:1], x[:1] - np.cumsum(x[1:], axis=0)])
    return z if axis == 0 else np.moveaxis(z, 0, axis)


@defined_as(np.divide.accumulate)
def divide_accumulate(array: Any, axis: Any = 0) -> Any:
    x = in_front(array, axis)
    z = np.concatenate([x[:1], x[:1] / np.cumprod(x[1:], axis=0)])
    return z if axis == 0 else np.moveaxis(z, 0, axis)
