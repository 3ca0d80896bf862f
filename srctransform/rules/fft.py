"""numpy.fft: every transform is linear, so forward mode is the transform itself.

    z = np.fft.fft(x)                 dx = np.fft.fft(dz)               the matrix is symmetric
    z = np.fft.rfft(x)                dx = np.fft.fft(dz, len(x)).real  dz filled with zeros
    z = np.fft.irfft(x, n)            dx = np.fft.ihfft(dz), what counts twice doubled

Cotangents are not conjugated (the convention of autograd and JAX), so the adjoint of fft is fft and
not ifft, with the same `norm`. What `n` or `s` cuts off has cotangent 0; the cotangent of what they
fill with zeros is cut off. irfft and hfft ignore the imaginary part of the first entry and, where n
is even, of the last one; so does their adjoint, in which these two are real.

The rules are made for a module with these functions: numpy.fft here, scipy.fft beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.types import COMPLEX, Type, number
from ..runtime import doubled, ends_scaled, fitted, known
from .products import shape_of
from .registry import linear, nondifferentiable, result, static, vjp

Function = Callable[..., Any]


# ------------------------------------------------------------ calls without what says nothing


def along(fft: Any, x: Any, n: Any, axis: Any, norm: Any) -> Any:
    """fft(x, n, axis, norm)"""
    if known(n, axis, norm) and norm is None and n is None:
        return fft(x) if axis == -1 else fft(x, axis=axis)
    if known(axis, norm) and norm is None:
        return fft(x, n) if axis == -1 else fft(x, n, axis)
    return fft(x, n, axis, norm)


def over(fftn: Any, x: Any, axes: Any, norm: Any) -> Any:
    """fftn(x, axes=axes, norm=norm)"""
    if known(norm) and norm is None:
        return fftn(x) if known(axes) and axes is None else fftn(x, axes=axes)
    return fftn(x, axes=axes, norm=norm)


def over_two(fft2: Any, x: Any, axes: Any, norm: Any) -> Any:
    """fft2(x, axes=axes, norm=norm)"""
    if known(axes, norm) and norm is None and axes == (-2, -1):
        return fft2(x)
    return fft2(x, axes=axes, norm=norm)


def fit(g: Any, a: Any, n: Any) -> Any:
    """g in the shape of a, of which n entries were used along some axes, if they were counted."""
    return g if known(n) and n is None else fitted(g, a)


@static
def transformed(axes: Any, s: Any) -> Any:
    """The axes of a transform over many; the last ones if there are sizes for them only."""
    return tuple(range(-len(s), 0)) if axes is None and s is not None else axes


def last_of(axes: Any) -> Any:
    return -1 if axes is None else axes[-1]


def size_of(a: Any, s: Any, axes: Any) -> Any:
    """The number of entries that are transformed along the last axis."""
    return np.shape(a)[last_of(axes)] if s is None or s[-1] == -1 else s[-1]


def other_axes(g: Any, axes: Any) -> Any:
    """The axes but the last one."""
    return range(np.ndim(g) - 1) if axes is None else axes[:-1]


def over_others(fftn: Any, g: Any, axes: Any, norm: Any) -> Any:
    """The transform over all axes but the last one."""
    if known(axes) and axes is not None and len(axes) == 1:
        return g
    return over(fftn, g, other_axes(g, axes), norm)


# ------------------------------------------------------------ what is known of results


def kind_of(a: Any, shape: Any, complex_: bool) -> Any:
    """The type of a transform, in the precision of a."""
    bits = a.bits if isinstance(a, Type) and a.inexact and a.bits > 0 else 0
    return number(shape, "complex" if complex_ else "float", (COMPLEX,) if complex_ else (), bits)


def resized(a: Any, axes: Any) -> Any:
    """The shape of a with other sizes along axes; a set of atoms where its rank is not known."""
    shape = shape_of(a)
    if not isinstance(shape, tuple) or isinstance(axes, Type):
        return frozenset([("transformed", object())])
    changed = {k % len(shape) for k in (range(len(shape)) if axes is None else axes)}
    return tuple(("size", object()) if k in changed else n for k, n in enumerate(shape))


def types_along(fft: Function, complex_: bool, keeps: bool) -> None:
    """Of a transform along one axis; `keeps`: of as many entries as there are, unless counted."""

    @result(fft)
    def fft_result(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, **options: Any) -> Any:
        same = keeps and n is None
        return kind_of(a, shape_of(a) if same else resized(a, (axis,)), complex_)


def types_over(fftn: Function, complex_: bool, keeps: bool, default: Any) -> None:
    """Of a transform over several axes."""

    @result(fftn)
    def fftn_result(
        a: Any, s: Any = None, axes: Any = default, norm: Any = None, **options: Any
    ) -> Any:
        same = keeps and s is None
        return kind_of(a, shape_of(a) if same else resized(a, axes), complex_)


# ------------------------------------------------------------ the rules


def complex_along(fft: Function) -> None:
    """fft, ifft: symmetric matrices."""
    linear(fft, "a")
    types_along(fft, True, True)

    @vjp(fft, "a")
    def fft_vjp(
        dz: Any, z: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        return fit(along(fft, dz, None, axis, norm), a, n)


def complex_over(fftn: Function, default: Any = None) -> None:
    """fftn, ifftn and those of two axes."""
    linear(fftn, "a")
    types_over(fftn, True, True, default)
    apply = over_two if default else over

    @vjp(fftn, "a")
    def fftn_vjp(
        dz: Any, z: Any, a: Any, s: Any = None, axes: Any = default, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        return fit(apply(fftn, dz, transformed(axes, s), norm), a, s)


def half_along(rfft: Function, fft: Function) -> None:
    """rfft, ihfft: the first half of a complex transform of real numbers."""
    linear(rfft, "a")
    types_along(rfft, True, False)

    @vjp(rfft, "a")
    def rfft_vjp(
        dz: Any, z: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        size = np.shape(a)[axis] if n is None else n
        return fit(np.real(along(fft, dz, size, axis, norm)), a, n)


def half_over(rfftn: Function, fft: Function, fftn: Function, default: Any = None) -> None:
    """rfftn, ihfftn: half along the last axis, whole along the others."""
    linear(rfftn, "a")
    types_over(rfftn, True, False, default)

    @vjp(rfftn, "a")
    def rfftn_vjp(
        dz: Any, z: Any, a: Any, s: Any = None, axes: Any = default, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        chosen = transformed(axes, s)
        g = along(fft, dz, size_of(a, s, chosen), last_of(chosen), norm)
        return fit(np.real(over_others(fftn, g, chosen, norm)), a, s)


def real_along(irfft: Function, half: Function) -> None:
    """irfft, hfft: real numbers of which the first half of a transform is given."""
    linear(irfft, "a")
    types_along(irfft, False, False)

    @vjp(irfft, "a")
    def irfft_vjp(
        dz: Any, z: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        return fit(doubled(along(half, dz, None, axis, norm), np.shape(dz)[axis], axis), a, n)


def real_over(irfftn: Function, half: Function, ifftn: Function, default: Any = None) -> None:
    """irfftn, hfftn: half along the last axis, whole along the others."""
    linear(irfftn, "a")
    types_over(irfftn, False, False, default)

    @vjp(irfftn, "a")
    def irfftn_vjp(
        dz: Any, z: Any, a: Any, s: Any = None, axes: Any = default, norm: Any = None, *,
        workers: Any = None,
    ) -> Any:  # fmt: skip
        chosen = transformed(axes, s)
        axis = last_of(chosen)
        g = doubled(along(half, dz, None, axis, norm), np.shape(dz)[axis], axis)
        return fit(over_others(ifftn, g, chosen, norm), a, s)


def shift(shifted: Function, back: Function) -> None:
    linear(shifted, "x")

    @vjp(shifted, "x")
    def shift_vjp(dz: Any, z: Any, x: Any, axes: Any = None) -> Any:
        return back(dz) if known(axes) and axes is None else back(dz, axes)

    @result(shifted)
    def shift_result(x: Any, axes: Any = None) -> Any:
        return shape_of(x)


def all_transforms(fft: Any) -> None:
    """The rules of a module with the functions of numpy.fft."""
    complex_along(fft.fft)
    complex_along(fft.ifft)
    complex_over(fft.fft2, (-2, -1))
    complex_over(fft.ifft2, (-2, -1))
    complex_over(fft.fftn)
    complex_over(fft.ifftn)
    half_along(fft.rfft, fft.fft)
    half_along(fft.ihfft, fft.ifft)
    half_over(fft.rfft2, fft.fft, fft.fftn, (-2, -1))
    half_over(fft.rfftn, fft.fft, fft.fftn)
    real_along(fft.irfft, fft.ihfft)
    real_along(fft.hfft, fft.rfft)
    real_over(fft.irfft2, fft.ihfft, fft.ifftn, (-2, -1))
    real_over(fft.irfftn, fft.ihfft, fft.ifftn)
    shift(fft.fftshift, fft.ifftshift)
    shift(fft.ifftshift, fft.fftshift)
    nondifferentiable(fft.fftfreq, fft.rfftfreq)


all_transforms(np.fft)


# ------------------------------------------------------------ the helpers themselves

linear(fitted, "g")
linear(doubled, "g")
linear(ends_scaled, "g")


@vjp(fitted)
def fitted_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return fitted(dz, g)


@vjp(doubled)
def doubled_vjp(dz: Any, z: Any, g: Any, n: Any, axis: Any) -> Any:
    return doubled(dz, n, axis)


@vjp(ends_scaled)
def ends_scaled_vjp(dz: Any, z: Any, g: Any, first: Any, last: Any, axes: Any) -> Any:
    return ends_scaled(dz, first, last, axes)


@result(fitted)
def fitted_result(g: Any, x: Any) -> Any:
    if not isinstance(g, Type):
        return None
    return number(shape_of(x), g.dtype, g.sources, g.bits)


@result((doubled, ends_scaled))
def same_shape(g: Any, *options: Any) -> Any:
    return shape_of(g)
