"""scipy.fft: the transforms of numpy.fft, those it has besides, and sines and cosines.

    z = scipy.fft.dct(x)          dx = scipy.fft.dct(dz, 3), its first entry taken twice before

The matrices of types 1 and 4 are symmetric but for the ends; those of types 2 and 3 are each
other's transposes but for the ends (Strang 1999, "The discrete cosine transform"). With
norm="ortho" they are orthogonal, so the adjoint is the inverse transform. `overwrite_x`, which
changes the argument, is refused, and so is an `orthogonalize` other than what norm implies.
"""

from __future__ import annotations

from typing import Any

import scipy.fft

from ...ir.types import Type
from ...runtime import ends_scaled, fitted, known
from ..fft import (
    Function,
    all_transforms,
    half_over,
    real_over,
    resized,
    transformed,
)  # fmt: skip
from ..linalg import refuse
from ..registry import linear, named, nondifferentiable, refused, result, static, vjp

all_transforms(scipy.fft)
half_over(scipy.fft.ihfft2, scipy.fft.ifft, scipy.fft.ifftn, (-2, -1))
half_over(scipy.fft.ihfftn, scipy.fft.ifft, scipy.fft.ifftn)
real_over(scipy.fft.hfft2, scipy.fft.rfft, scipy.fft.fftn, (-2, -1))
real_over(scipy.fft.hfftn, scipy.fft.rfft, scipy.fft.fftn)
nondifferentiable(
    scipy.fft.next_fast_len,
    scipy.fft.fhtoffset,
    scipy.fft.get_workers,
    *named(scipy.fft, "prev_fast_len"),
)
refused("the fast Hankel transform has no rule", scipy.fft.fht, scipy.fft.ifht)
refused(
    "it changes the settings of scipy.fft, which a derivative does not follow",
    scipy.fft.set_backend, scipy.fft.skip_backend, scipy.fft.set_global_backend,
    scipy.fft.register_backend, scipy.fft.set_workers,
)  # fmt: skip


# ------------------------------------------------------------ sines and cosines


@static
def transposed(type: int) -> int:
    """The type of the transposed transform."""
    return {1: 1, 2: 3, 3: 2, 4: 4}[type]


@static
def cosine_ends(type: int, norm: Any) -> Any:
    """The factors of the first and the last entry, before the adjoint transform and after it."""
    if norm == "ortho":
        return None, None
    before = {1: (2.0, 2.0), 2: (2.0, 1.0)}.get(type)
    return before, {1: (0.5, 0.5), 3: (0.5, 1.0)}.get(type)


@static
def sine_ends(type: int, norm: Any) -> Any:
    if norm == "ortho":
        return None, None
    return {2: (1.0, 2.0)}.get(type), {3: (1.0, 0.5)}.get(type)


@static
def inverse_cosine_ends(type: int, norm: Any) -> Any:
    """The inverse of one type is a multiple of the transposed type."""
    return cosine_ends(transposed(type), norm)


@static
def inverse_sine_ends(type: int, norm: Any) -> Any:
    return sine_ends(transposed(type), norm)


def scaled(g: Any, factors: Any, axes: Any) -> Any:
    return g if factors is None else ends_scaled(g, factors[0], factors[1], axes)


def transform_along(dct: Any, g: Any, type: Any, axis: Any, norm: Any) -> Any:
    if known(norm) and norm is None:
        return dct(g, type) if known(axis) and axis == -1 else dct(g, type, axis=axis)
    return dct(g, type, axis=axis, norm=norm)


def transform_over(dctn: Any, g: Any, type: Any, axes: Any, norm: Any) -> Any:
    if known(axes, norm) and axes is None and norm is None:
        return dctn(g, type)
    return dctn(g, type, axes=axes, norm=norm)


def real_transform(dct: Function, dctn: Function, ends: Function) -> None:
    """dct, dst and their inverses, along one axis and over several."""
    linear(dct, "x")
    linear(dctn, "x")

    @vjp(dct, "x")
    def dct_vjp(
        dz: Any, z: Any, x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None,
        *, workers: Any = None,
    ) -> Any:  # fmt: skip
        if not known(type, norm):
            return refuse("a transform whose type or norm is known only as the program runs")
        before, after = ends(type, norm)
        g = transform_along(dct, scaled(dz, before, (axis,)), transposed(type), axis, norm)
        g = scaled(g, after, (axis,))
        return g if n is None else fitted(g, x)

    @vjp(dctn, "x")
    def dctn_vjp(
        dz: Any, z: Any, x: Any, type: Any = 2, s: Any = None, axes: Any = None, norm: Any = None,
        *, workers: Any = None,
    ) -> Any:  # fmt: skip
        if not known(type, norm):
            return refuse("a transform whose type or norm is known only as the program runs")
        before, after = ends(type, norm)
        chosen = transformed(axes, s)
        g = transform_over(dctn, scaled(dz, before, chosen), transposed(type), chosen, norm)
        g = scaled(g, after, chosen)
        return g if s is None else fitted(g, x)

    @result(dct)
    def dct_result(
        x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, **options: Any
    ) -> Any:
        return x.shape if isinstance(x, Type) and n is None else resized(x, (axis,))

    @result(dctn)
    def dctn_result(
        x: Any, type: Any = 2, s: Any = None, axes: Any = None, norm: Any = None, **options: Any
    ) -> Any:
        return x.shape if isinstance(x, Type) and s is None else resized(x, axes)


real_transform(scipy.fft.dct, scipy.fft.dctn, cosine_ends)
real_transform(scipy.fft.idct, scipy.fft.idctn, inverse_cosine_ends)
real_transform(scipy.fft.dst, scipy.fft.dstn, sine_ends)
real_transform(scipy.fft.idst, scipy.fft.idstn, inverse_sine_ends)
