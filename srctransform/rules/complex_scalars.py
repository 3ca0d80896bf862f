"""The cmath module and `complex`: functions of one complex number, in its own speed.

    z = cmath.exp(x)      dx = z * dz

Formulas as of `elementwise`. Results are complex, except those of `phase`. Cotangents are
multiplied by dz/dx and not by its conjugate.
"""

from __future__ import annotations

import cmath
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.types import COMPLEX, SCALAR_BOOL, SCALAR_FLOAT, WEAK, Type, number, sequence
from .elementwise import LOG_10_E
from .registry import jvp, nondifferentiable, partials, result, vjp

SCALAR_COMPLEX = Type("num", (), "complex", frozenset([COMPLEX]), WEAK, array=False)

# fmt: off
partials(cmath.sin,   "x", "cmath.cos(x)", inexact=True)
partials(cmath.cos,   "x", "-cmath.sin(x)", inexact=True)
partials(cmath.tan,   "x", "1 + z**2", inexact=True)
partials(cmath.asin,  "x", "1 / (cmath.sqrt(1 - x) * cmath.sqrt(1 + x))",
         inexact=True, domain="unit")
partials(cmath.acos,  "x", "-1 / (cmath.sqrt(1 - x) * cmath.sqrt(1 + x))",
         inexact=True, domain="unit")
partials(cmath.atan,  "x", "1 / (1 + x**2)", inexact=True)
partials(cmath.sinh,  "x", "cmath.cosh(x)", inexact=True)
partials(cmath.cosh,  "x", "cmath.sinh(x)", inexact=True)
partials(cmath.tanh,  "x", "1 - z**2", inexact=True)
partials(cmath.asinh, "x", "1 / (cmath.sqrt(1 + 1j * x) * cmath.sqrt(1 - 1j * x))", inexact=True)
partials(cmath.acosh, "x", "1 / (cmath.sqrt(x - 1) * cmath.sqrt(x + 1))",
         inexact=True, domain="above_one")
partials(cmath.atanh, "x", "1 / ((1 - x) * (1 + x))", inexact=True, domain="unit")
partials(cmath.exp,   "x", "z", inexact=True)
partials(cmath.log10, "x", f"{LOG_10_E} / x", inexact=True, domain="positive")
partials(cmath.sqrt,  "x", "0.5 / z", inexact=True, domain="positive")
partials(cmath.rect,  "r, phi", "cmath.rect(1.0, phi)", "1j * z", inexact=True)
partials(cmath.phase, "x", "-1j / x", inexact=True, real=True, domain="positive")
# fmt: on


@partials((complex, np.complex128, np.complex64), inexact=True)
def complex_partials(z: Any, real: Any, imag: Any = 0) -> Any:
    """A cast, or a number from its two parts."""
    return 1, 1j


@partials(cmath.log, inexact=True, domain="positive")
def log_partials(z: Any, x: Any, base: Any = None) -> Any:
    """d log_b(x)/dx = 1 / (x log b); d log_b(x)/db = -log_b(x) / (b log b)."""
    if base is None:
        return 1 / x, None
    return 1 / (x * cmath.log(base)), -z / (base * cmath.log(base))


@vjp(cmath.polar, "x")
def polar_vjp(dz: Any, z: Any, x: Any) -> Any:
    """d|x| = Re(conj(u) dx) with u = x / |x|, and d(phase) = Im(dx / x)."""
    by_length = 0.0 if dz[0] is None else dz[0] * cmath.rect(1.0, -z[1])
    return by_length if dz[1] is None else by_length - 1j * dz[1] / x


@jvp(cmath.polar)
def polar_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    moved = x_dot * cmath.rect(1.0, -z[1])
    return moved.real, moved.imag / z[0]


nondifferentiable(cmath.isclose, cmath.isfinite, cmath.isinf, cmath.isnan)

COMPLEX_RESULTS = (
    cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acos, cmath.atan, cmath.sinh, cmath.cosh,
    cmath.tanh, cmath.asinh, cmath.acosh, cmath.atanh, cmath.exp, cmath.log, cmath.log10,
    cmath.sqrt, cmath.rect, complex,
)  # fmt: skip


@result(COMPLEX_RESULTS, inexact=True)
def complex_result(*operands: Any) -> Any:
    return SCALAR_COMPLEX


@result((np.complex128, np.complex64), inexact=True)
def cast_result(x: Any) -> Any:
    shape = x.shape if isinstance(x, Type) else ()
    return replace(number(shape, "complex", [COMPLEX]), array=True if shape else None)


@result(cmath.phase, inexact=True, real=True)
def phase_result(x: Any) -> Any:
    return SCALAR_FLOAT


@result(cmath.polar)
def polar_result(x: Any) -> Any:
    return sequence("tuple", [SCALAR_FLOAT, SCALAR_FLOAT])


@result((cmath.isclose, cmath.isfinite, cmath.isinf, cmath.isnan))
def question_result(*operands: Any, **options: Any) -> Any:
    return SCALAR_BOOL
