"""NumPy's elementwise functions, one line of calculus each; z is the result.

    partials(np.tanh, "x", "1 - z**2")

Sources: Abramowitz and Stegun (1964), sections 4.2 to 4.6. Complex arguments follow autograd and
JAX: cotangents are multiplied by dz/dx and not by its conjugate.

Kinks: `abs` and `sign` have derivative 0 at 0; `sqrt` has derivative inf at 0. `1 - x**2` is
written `(1 - x) * (1 + x)` where it tends to 0 at the ends of the domain: no digits are lost.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..ir.types import Type, broadcast
from ..runtime import known, sinc_d
from .registry import jvp, linear, nondifferentiable, partials, pointwise, result, vjp

LOG_2 = math.log(2.0)
LOG_2_E = math.log2(math.e)
LOG_10_E = math.log10(math.e)
DEGREE = math.pi / 180.0
DEGREES = 180.0 / math.pi

# fmt: off
partials(np.sin,        "x",    "np.cos(x)", inexact=True)
partials(np.cos,        "x",    "-np.sin(x)", inexact=True)
partials(np.tan,        "x",    "1 + z**2", inexact=True)
partials(np.arcsin,     "x",    "1 / np.sqrt((1 - x) * (1 + x))", inexact=True, domain="unit")
partials(np.arccos,     "x",    "-1 / np.sqrt((1 - x) * (1 + x))", inexact=True, domain="unit")
partials(np.arctan,     "x",    "1 / (1 + x**2)", inexact=True)
partials(np.arctan2,    "y, x", "x / (x**2 + y**2)", "-y / (x**2 + y**2)", inexact=True)
partials(np.hypot,      "x, y", "x / z", "y / z", inexact=True, domain="nonzero")

partials(np.sinh,       "x",    "np.cosh(x)", inexact=True)
partials(np.cosh,       "x",    "np.sinh(x)", inexact=True)
partials(np.tanh,       "x",    "1 - z**2", inexact=True)
partials(np.arcsinh,    "x",    "1 / np.sqrt(1 + x**2)", inexact=True)
partials(np.arccosh,    "x",    "1 / (np.sqrt(x - 1) * np.sqrt(x + 1))",
         inexact=True, domain="above_one")
partials(np.arctanh,    "x",    "1 / ((1 - x) * (1 + x))", inexact=True, domain="unit")

partials(np.exp,        "x",    "z", inexact=True)
partials(np.exp2,       "x",    f"{LOG_2} * z", inexact=True)
partials(np.expm1,      "x",    "z + 1", inexact=True)
partials(np.log,        "x",    "1 / x", inexact=True, domain="positive")
partials(np.log2,       "x",    f"{LOG_2_E} / x", inexact=True, domain="positive")
partials(np.log10,      "x",    f"{LOG_10_E} / x", inexact=True, domain="positive")
partials(np.log1p,      "x",    "1 / (1 + x)", inexact=True, domain="positive")
partials(np.logaddexp,  "x, y", "np.exp(x - z)", "np.exp(y - z)", inexact=True)
partials(np.logaddexp2, "x, y", "np.exp2(x - z)", "np.exp2(y - z)", inexact=True)

partials(np.sqrt,       "x",    "0.5 / z", inexact=True, domain="positive")
partials(np.cbrt,       "x",    "1 / (3 * z**2)", inexact=True, domain="nonzero")
partials(np.square,     "x",    "2 * x")
partials(np.reciprocal, "x",    "-(z**2)", domain="nonzero")

partials((np.abs, abs), "x",    "np.conj(np.sign(x))", real=True)
partials(np.fabs,       "x",    "np.sign(x)", inexact=True)
partials(np.angle,      "z_",   "-1j / z_", inexact=True, real=True, domain="positive")
partials((np.deg2rad, np.radians), "x", f"{DEGREE}", inexact=True)
partials((np.rad2deg, np.degrees), "x", f"{DEGREES}", inexact=True)
partials(np.sinc,       "x",    "sinc_d(x, 1)", inexact=True)
partials(sinc_d,        "x, n", "sinc_d(x, n + 1)", "0", inexact=True)
# fmt: on


nondifferentiable(
    np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix, np.spacing, np.iscomplexobj
)


# real, imag and conj are linear over the reals only. With the convention above, the cotangent of
# a + ib is dL/da - i dL/db.

linear(np.real, "val")
linear(np.imag, "val")
linear(np.conj, "x")
linear(np.ldexp, "x1")
pointwise(np.real, np.imag, np.conj, np.ldexp, np.sign)


@vjp(np.real, "val")
def real_vjp(dz: Any, z: Any, val: Any) -> Any:
    return dz


@vjp(np.imag, "val")
def imag_vjp(dz: Any, z: Any, val: Any) -> Any:
    return -1j * dz


@vjp(np.conj, "x")
def conj_vjp(dz: Any, z: Any, x: Any) -> Any:
    return np.conj(dz)


@vjp(np.ldexp, "x1")
def ldexp_vjp(dz: Any, z: Any, x1: Any, x2: Any) -> Any:
    return np.ldexp(dz, x2)


@vjp(np.sign)
def sign_vjp(dz: Any, z: Any, x: Any) -> Any:
    """0 for real x. The sign of a complex number is x / |x|; the derivative of that is 0 at 0."""
    if known(np.iscomplexobj(x)) and not np.iscomplexobj(x):
        return None
    return (dz - np.real(dz * z) * np.conj(z)) / np.where(x == 0, np.inf, np.abs(x))


@jvp(np.sign)
def sign_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    if known(np.iscomplexobj(x)) and not np.iscomplexobj(x):
        return None
    return (x_dot - np.real(x_dot * np.conj(z)) * z) / np.where(x == 0, np.inf, np.abs(x))


@result(np.sign)
def sign_shape(x: Any) -> Any:
    return x if isinstance(x, Type) else ()


@result(np.real, memory="view", real=True)
def real_shape(val: Any) -> Any:
    return val.shape if isinstance(val, Type) else ()


@result(np.imag, memory="view", real=True)
def imag_shape(val: Any) -> Any:
    return val.shape if isinstance(val, Type) else ()


@result(np.conj)
def conj_shape(x: Any) -> Any:
    return x.shape if isinstance(x, Type) else ()


@result(np.ldexp, inexact=True)
def ldexp_shape(x1: Any, x2: Any) -> Any:
    shapes = [x.shape for x in (x1, x2) if isinstance(x, Type)]
    return broadcast(*shapes)
