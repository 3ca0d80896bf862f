"""Integrals of samples, as formulas of NumPy: they have derivatives by the samples and the points.

Points must be apart. Sources: Abramowitz & Stegun 25.4.1 and 25.4.5; Cartwright (2017), equations
8 and 10, for the last interval and for running sums by parabolas; 25.4.29 for Gauss's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import integrate

from ...runtime import romberg_weights, simpson_weights
from ..formulas import defined_as
from ..registry import nondifferentiable

nondifferentiable(np.polynomial.legendre.leggauss, romberg_weights, simpson_weights)


def last(y: Any, axis: Any) -> Any:
    """y with an axis as its last one."""
    return y if axis == -1 else np.moveaxis(y, axis, -1)


def widths(x: Any, dx: Any, axis: Any) -> Any:
    """The distances between points, along the last axis."""
    if x is None:
        return dx if np.ndim(dx) == 0 else last(dx, axis)
    return np.diff(x if np.ndim(x) == 1 else last(x, axis))


@defined_as(integrate.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    y = last(np.asarray(y), axis)
    return np.sum(widths(x, dx, axis) * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


@defined_as(integrate.cumulative_trapezoid)
def cumulative_trapezoid(
    y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None
) -> Any:
    y = last(np.asarray(y), axis)
    area = np.cumsum(widths(x, dx, axis) * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    if initial is not None:
        area = np.concatenate([np.zeros_like(area[..., :1]), area], axis=-1)
    return area if axis == -1 else np.moveaxis(area, -1, axis)


@defined_as(integrate.simpson)
def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: Any = -1) -> Any:
    y = last(np.asarray(y), axis)
    if x is None:
        return dx * np.sum(y * simpson_weights(y), axis=-1)
    h = widths(x, dx, axis)
    if np.shape(y)[-1] % 2 == 1:
        return by_parabolas(y, h)
    if np.shape(y)[-1] == 2:
        return np.sum(h * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    a, b = h[..., -2], h[..., -1]
    rest = (2.0 * b + 3.0 * a) * b / (6.0 * (a + b)) * y[..., -1]
    rest = rest + (b + 3.0 * a) * b / (6.0 * a) * y[..., -2]
    rest = rest - b**3 / (6.0 * a * (a + b)) * y[..., -3]
    return by_parabolas(y[..., :-1], h[..., :-1]) + rest


def by_parabolas(y: Any, h: Any) -> Any:
    """The integral of parabolas through the points, three by three."""
    a, b = h[..., ::2], h[..., 1::2]
    ends = (2.0 - b / a) * y[..., :-2:2] + (2.0 - a / b) * y[..., 2::2]
    return np.sum((a + b) / 6.0 * (ends + (a + b) ** 2 / (a * b) * y[..., 1:-1:2]), axis=-1)


@defined_as(integrate.cumulative_simpson)
def cumulative_simpson(
    y: Any, *, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None
) -> Any:
    y = last(np.asarray(y), axis)
    h = widths(x, dx, axis)
    count = np.shape(y)[-1]
    if count < 3:
        area = np.cumsum(h * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    else:
        one, two, three = y[..., :-2], y[..., 1:-1], y[..., 2:]
        if x is None:
            first = h / 12.0 * (5.0 * one + 8.0 * two - three)
            second = h / 12.0 * (5.0 * three + 8.0 * two - one)
        else:
            first = first_part(one, two, three, h[..., :-1], h[..., 1:])
            second = first_part(three, two, one, h[..., 1:], h[..., :-1])
        k = np.arange(count - 1)
        first = np.concatenate([first, first[..., -1:]], axis=-1)
        second = np.concatenate([second[..., :1], second], axis=-1)
        area = np.cumsum(np.where((k % 2 == 0) & (k < count - 2), first, second), axis=-1)
    if initial is not None:
        area = np.concatenate([np.zeros_like(area[..., :1]), area], axis=-1)
        area = area + (initial if np.ndim(initial) == 0 else last(initial, axis))
    return area if axis == -1 else np.moveaxis(area, -1, axis)


def first_part(one: Any, two: Any, three: Any, a: Any, b: Any) -> Any:
    """The integral over the first interval of the parabola through three points, which are a and b
    apart."""
    ratio = a * a / (b * (a + b))
    part = a / (a + b)
    return a / 6.0 * ((3.0 - part) * one + (3.0 + ratio + part) * two - ratio * three)


@defined_as(integrate.romb)
def romb(y: Any, dx: Any = 1.0, axis: Any = -1, show: Any = False) -> Any:
    y = last(np.asarray(y), axis)
    return dx * np.sum(y * romberg_weights(y), axis=-1)


@defined_as(integrate.fixed_quad)
def fixed_quad(func: Any, a: Any, b: Any, args: Any = (), n: Any = 5) -> Any:
    x, w = np.polynomial.legendre.leggauss(n)
    points = (b - a) * (x + 1.0) / 2.0 + a
    return (b - a) / 2.0 * np.sum(w * func(points, *args), axis=-1), None
