"""diff, ediff1d, gradient: differences between neighbours along an axis.

    np.diff(x)          dx[1:] += dz; dx[:-1] -= dz
    np.gradient(x, h)   the transposed differences of dz / h;  dh = -sum(dz * z) / h

With places of any distances the second-order formula of np.gradient is a mean of the slopes to
both sides, each weighted with the other side's step (Fornberg 1988 gives it for any order):

    s = diff(x) / h       z[k] = (h[k] * s[k-1] + h[k-1] * s[k]) / (h[k-1] + h[k])

so x, and the places, have their cotangents through the slopes s and the steps h.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type, sequence
from ..runtime import cut, extended, known, of_steps, one_axis, steps, undiff, ungradient
from .registry import jvp, linear, nondifferentiable, result, static, vjp

# fmt: off
linear(np.diff, "a, prepend, append")
linear(np.ediff1d, "ary, to_end, to_begin")
linear(extended, "x, before, after")
linear((undiff, cut, ungradient, of_steps), "g")
linear(steps, "spacing")
nondifferentiable(one_axis)
# fmt: on


# ---------------------------------------------------------------- diff, ediff1d


@vjp(np.diff, "a, prepend, append")
def diff_vjp(
    dz: Any, z: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None
) -> Any:
    if prepend is None and append is None:
        return undiff(dz, a, n, axis), None, None
    g = undiff(dz, extended(a, axis, prepend, append), n, axis)
    return (
        cut(g, "x", a, axis, prepend, append),
        None if prepend is None else cut(g, "before", a, axis, prepend, append),
        None if append is None else cut(g, "after", a, axis, prepend, append),
    )


@result(np.diff)
def diff_result(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    if not isinstance(a, Type) or isinstance(n, Type) or isinstance(axis, Type):
        return None
    if not isinstance(a.shape, tuple):
        if prepend is None and append is None:
            return frozenset([("vector", "diff", a.shape, n, axis)])
        return None
    at = axis % len(a.shape)
    longer = prepend is not None or append is not None
    return tuple(
        (("size", object()) if longer else fewer(d, n)) if k == at else d
        for k, d in enumerate(a.shape)
    )


def fewer(dim: Any, n: int) -> Any:
    """The dimension less n, by the same name as that of x[n:]."""
    return max(dim - n, 0) if isinstance(dim, int) else ("slice", dim, "less", n)


@vjp(np.ediff1d, "ary, to_end, to_begin")
def ediff1d_vjp(dz: Any, z: Any, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    first = 0 if to_begin is None else np.size(to_begin)
    stop = len(dz) if to_end is None else len(dz) - np.size(to_end)
    inner = dz if to_end is None and to_begin is None else dz[first:stop]
    return (
        np.reshape(undiff(inner, np.ravel(ary), 1, -1), np.shape(ary)),
        None if to_end is None else np.reshape(dz[stop:], np.shape(to_end)),
        None if to_begin is None else np.reshape(dz[:first], np.shape(to_begin)),
    )


@result(np.ediff1d)
def ediff1d_result(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    return (("size", object()),)


# ---------------------------------------------------------------- gradient


@vjp(np.gradient, "f, varargs")
def gradient_vjp(
    dz: Any, z: Any, f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1
) -> Any:
    axes = gradient_axes(f, axis)
    if gives_one(axes, axis):
        parts = along_vjp(dz, z, f, axes[0], edge_order, spacing_of(varargs, 0, 1))
        return parts[0], [parts[1]] if len(varargs) == 1 else []
    rows = [
        nothing(f)
        if dz[k] is None
        else along_vjp(dz[k], z[k], f, axes[k], edge_order, spacing_of(varargs, k, len(axes)))
        for k in range(len(axes))
    ]
    spacings = [row[1] for row in rows]
    if len(varargs) == 1:
        return added([row[0] for row in rows]), [added(spacings)]
    return added([row[0] for row in rows]), spacings


@jvp(np.gradient)
def gradient_jvp(
    z: Any, f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1, f_dot: Any,
    varargs_dot: Any,
) -> Any:  # fmt: skip
    axes = gradient_axes(f, axis)
    by_f: Any = None if f_dot is None else gradient_of_tangent(f_dot, varargs, axis, edge_order)
    if varargs_dot is None or len(varargs) == 0:
        return by_f, None
    dots = tuple(spacing_of(varargs_dot, k, len(axes)) for k in range(len(axes)))
    if gives_one(axes, axis):
        spacing = spacing_of(varargs, 0, 1)
        return by_f, along_spacing(z, f, axes[0], edge_order, spacing, dots[0])
    by_spacing = tuple(
        along_spacing(z[k], f, axes[k], edge_order, spacing_of(varargs, k, len(axes)), dots[k])
        for k in range(len(axes))
    )
    if f_dot is None:
        return None, by_spacing
    return tuple(by_f[k] + by_spacing[k] for k in range(len(axes))), None


def gradient_of_tangent(f_dot: Any, spacings: Any, axis: Any, edge_order: Any) -> Any:
    if edge_order == 1:
        if axis is None:
            return np.gradient(f_dot, *spacings)
        return np.gradient(f_dot, *spacings, axis=axis)
    return np.gradient(f_dot, *spacings, axis=axis, edge_order=edge_order)


def gradient_axes(f: Any, axis: Any) -> Any:
    """The axes along which there is a gradient."""
    if axis is None:
        return all_axes(np.ndim(f)) if known(np.ndim(f)) else (one_axis(f),)
    return axis if isinstance(axis, tuple) else (axis,)


@static
def all_axes(ndim: int) -> tuple[int, ...]:
    return tuple(range(ndim))


def gives_one(axes: Any, axis: Any) -> Any:
    """Is the result an array, and no tuple?"""
    return len(axes) == 1


def spacing_of(spacings: Any, k: Any, count: Any) -> Any:
    """The spacing of the k-th axis; None if it is one."""
    if len(spacings) == 0:
        return None
    return spacings[0] if len(spacings) == 1 else spacings[k]


def nothing(f: Any) -> Any:
    return None, None


def added(parts: Any) -> Any:
    """The sum of what there is."""
    parts = [p for p in parts if p is not None]
    return sum(parts) if len(parts) > 0 else None


def along_vjp(dz: Any, z: Any, f: Any, axis: Any, edge_order: Any, spacing: Any) -> Any:
    """The cotangents of f and of the spacing, along one axis."""
    if spacing is None:
        return ungradient(dz, f, axis, edge_order), None
    if known(np.ndim(spacing)) and np.ndim(spacing) == 0:
        dspacing = -np.sum(dz * z) / spacing
        return ungradient(dz / spacing, f, axis, edge_order), dspacing
    h = steps(spacing, f, axis)
    s = np.moveaxis(np.diff(f, axis=axis), axis, -1) / h
    ds = slopes_vjp(np.moveaxis(dz, axis, -1), h, edge_order)
    dh = steps_vjp(np.moveaxis(dz, axis, -1), np.moveaxis(z, axis, -1), s, ds, h, edge_order)
    df = np.moveaxis(undiff(ds / h, np.moveaxis(f, axis, -1), 1, -1), -1, axis)
    return df, of_steps(dh, spacing, f, axis)


def slopes_vjp(g: Any, h: Any, edge_order: Any) -> Any:
    """The cotangent of the slopes, on the last axis."""
    u = g[..., 1:-1] / (h[1:] + h[:-1])
    first, last = g[..., :1], g[..., -1:]
    if edge_order == 1:
        return np.concatenate((u * h[1:], last), axis=-1) + np.concatenate(
            (first, u * h[:-1]), axis=-1
        )
    at_first, at_last = first * h[:1] / (h[:1] + h[1:2]), last * h[-1:] / (h[-1:] + h[-2:-1])
    zeros = np.zeros_like(g[..., 3:])
    return (
        np.concatenate((u * h[1:], last), axis=-1)
        + np.concatenate((first, u * h[:-1]), axis=-1)
        + np.concatenate((at_first, -at_first, zeros), axis=-1)
        + np.concatenate((zeros, -at_last, at_last), axis=-1)
    )


def steps_vjp(g: Any, z: Any, s: Any, ds: Any, h: Any, edge_order: Any) -> Any:
    """The cotangent of the steps: through the weights of the slopes, and in the slopes."""
    u, inner = g[..., 1:-1] / (h[1:] + h[:-1]), z[..., 1:-1]
    zero = np.zeros_like(g[..., :1])
    dh = (
        np.concatenate((u * (s[..., 1:] - inner), zero), axis=-1)
        + np.concatenate((zero, u * (s[..., :-1] - inner)), axis=-1)
        - ds * s / h
    )
    if edge_order == 2:
        zeros = np.zeros_like(g[..., 3:])
        first = g[..., :1] / (h[:1] + h[1:2])
        last = g[..., -1:] / (h[-1:] + h[-2:-1])
        at_first = (2.0 * s[..., :1] - s[..., 1:2] - z[..., :1], s[..., :1] - z[..., :1])
        at_last = (s[..., -1:] - z[..., -1:], 2.0 * s[..., -1:] - s[..., -2:-1] - z[..., -1:])
        dh = (
            dh
            + np.concatenate((first * at_first[0], first * at_first[1], zeros), axis=-1)
            + np.concatenate((zeros, last * at_last[0], last * at_last[1]), axis=-1)
        )
    return np.sum(np.reshape(dh, (-1, len(h))), axis=0)


def along_spacing(
    z: Any, f: Any, axis: Any, edge_order: Any, spacing: Any, spacing_dot: Any
) -> Any:
    """The tangent of the gradient along one axis as its spacing moves."""
    if known(np.ndim(spacing)) and np.ndim(spacing) == 0:
        return -z * spacing_dot / spacing
    h, h_dot = steps(spacing, f, axis), steps(spacing_dot, f, axis)
    s = np.moveaxis(np.diff(f, axis=axis), axis, -1) / h
    s_dot = -s * h_dot / h
    zs = np.moveaxis(z, axis, -1)
    both, inner = h[1:] + h[:-1], zs[..., 1:-1]
    middle = (
        h[1:] * s_dot[..., :-1]
        + h[:-1] * s_dot[..., 1:]
        + h_dot[:-1] * (s[..., 1:] - inner)
        + h_dot[1:] * (s[..., :-1] - inner)
    ) / both
    first, last = s_dot[..., :1], s_dot[..., -1:]
    if edge_order == 2:
        first = first + (
            h[:1] * (s_dot[..., :1] - s_dot[..., 1:2])
            + h_dot[:1] * (2.0 * s[..., :1] - s[..., 1:2] - zs[..., :1])
            + h_dot[1:2] * (s[..., :1] - zs[..., :1])
        ) / (h[:1] + h[1:2])
        last = last + (
            h[-1:] * (s_dot[..., -1:] - s_dot[..., -2:-1])
            + h_dot[-1:] * (2.0 * s[..., -1:] - s[..., -2:-1] - zs[..., -1:])
            + h_dot[-2:-1] * (s[..., -1:] - zs[..., -1:])
        ) / (h[-1:] + h[-2:-1])
    return np.moveaxis(np.concatenate((first, middle, last), axis=-1), -1, axis)


@result(np.gradient)
def gradient_result(f: Any, *spacings: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    if not isinstance(f, Type) or isinstance(axis, Type):
        return None
    if isinstance(axis, tuple) or (axis is None and f.rank is not None):
        count = f.rank if axis is None else len(axis)
        return f.shape if count == 1 else sequence("tuple", [f] * (count or 0))
    return f.shape


# ---------------------------------------------------------------- the helpers themselves


@vjp(undiff, "g")
def undiff_vjp(dz: Any, z: Any, g: Any, x: Any, n: Any, axis: Any) -> Any:
    return np.diff(dz, n, axis)


@vjp(extended, "x, before, after")
def extended_vjp(dz: Any, z: Any, x: Any, axis: Any, before: Any, after: Any) -> Any:
    return (
        cut(dz, "x", x, axis, before, after),
        None if before is None else cut(dz, "before", x, axis, before, after),
        None if after is None else cut(dz, "after", x, axis, before, after),
    )


@vjp(cut, "g")
def cut_vjp(dz: Any, z: Any, g: Any, part: Any, x: Any, axis: Any, before: Any, after: Any) -> Any:
    """Zeros, but for the part that was cut out."""
    return extended(
        dz + np.zeros_like(x) if part == "x" else np.zeros_like(x),
        axis,
        None if before is None else dz + np.zeros_like(before) if part == "before"
        else np.zeros_like(before),
        None if after is None else dz + np.zeros_like(after) if part == "after"
        else np.zeros_like(after),
    )  # fmt: skip


@vjp(ungradient, "g")
def ungradient_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any, edge_order: Any) -> Any:
    return np.gradient(dz, axis=axis, edge_order=edge_order)


@vjp(steps, "spacing")
def steps_of_vjp(dz: Any, z: Any, spacing: Any, x: Any, axis: Any) -> Any:
    return of_steps(dz, spacing, x, axis)


@vjp(of_steps, "g")
def of_steps_vjp(dz: Any, z: Any, g: Any, spacing: Any, x: Any, axis: Any) -> Any:
    return steps(dz, x, axis)


@result((undiff, ungradient))
def undiff_result(g: Any, x: Any, *options: Any) -> Any:
    return x.shape if isinstance(x, Type) else None


@result(cut, memory="maybe")
def cut_result(g: Any, part: Any, x: Any, axis: Any, before: Any, after: Any) -> Any:
    given = {"before": before, "x": x, "after": after}[part]
    return given.shape if isinstance(given, Type) else np.shape(given)


@result(steps)
def steps_result(spacing: Any, x: Any, axis: Any) -> Any:
    return (("size", object()),)


@result(of_steps)
def of_steps_result(g: Any, spacing: Any, x: Any, axis: Any) -> Any:
    return spacing.shape if isinstance(spacing, Type) else np.shape(spacing)


@result(extended)
def extended_result(x: Any, axis: Any, before: Any, after: Any) -> Any:
    return diff_result(x, 0, axis, before, after)
