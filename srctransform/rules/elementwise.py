"""NumPy's elementwise functions, one line of calculus each; z is the result.

    partials(np.tanh, "x", "1 - z**2")

Sources: Abramowitz and Stegun (1964), sections 4.2 to 4.6. Complex arguments follow autograd and
JAX: cotangents are multiplied by dz/dx and not by its conjugate.

Kinks: `abs`, `sign`, `hypot` have derivative 0 at 0; `sqrt` has derivative inf at 0. `1 - x**2` is
written `(1 - x) * (1 + x)` where it tends to 0 at the ends of the domain: no digits are lost.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..ir.types import Type, broadcast
from ..runtime import i0_d, known, real_like, sinc_d
from .registry import (
    constant_in,
    jvp,
    linear,
    nondifferentiable,
    partials,
    pointwise,
    result,
    vjp,
)

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
partials((np.deg2rad, np.radians), "x", f"{DEGREE}", inexact=True)
partials((np.rad2deg, np.degrees), "x", f"{DEGREES}", inexact=True)
partials(np.sinc,       "x",    "sinc_d(x, 1)", inexact=True)
partials(sinc_d,        "x, n", "sinc_d(x, n + 1)", "0", inexact=True)
partials(np.i0,         "x",    "i0_d(x, 1)", inexact=True)
partials(i0_d,          "x, n", "i0_d(x, n + 1)", "0", inexact=True)
# fmt: on


@partials(np.hypot, inexact=True, domain="nonzero")
def hypot_partials(z: Any, x: Any, y: Any) -> Any:
    """x / z and y / z; 0 at 0, where the norm has its kink."""
    return part_of_norm(x, z), part_of_norm(y, z)


def part_of_norm(x: Any, z: Any) -> Any:
    """x / z, and 0 where z is 0."""
    if known(np.ndim(z)) and np.ndim(z) == 0:
        return x / z if z != 0 else 0.0
    return x / np.where(z == 0, 1.0, z)


@partials(np.angle, "z_", inexact=True, real=True, domain="positive")
def angle_partials(z: Any, z_: Any, deg: Any = False) -> Any:
    """d(angle) = Im(dz_ / z_)"""
    return -1j * DEGREES / z_ if deg else -1j / z_


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


# real_if_close gives the real part, or the number itself; unwrap adds multiples of the period.

constant_in(np.unwrap, "discont")


@vjp(np.real_if_close, "a")
def real_if_close_vjp(dz: Any, z: Any, a: Any, tol: Any = 100) -> Any:
    return dz


@jvp(np.real_if_close)
def real_if_close_jvp(z: Any, a: Any, a_dot: Any, tol: Any = 100) -> Any:
    return real_like(a_dot, z)


@vjp(np.unwrap, "p")
def unwrap_vjp(
    dz: Any, z: Any, p: Any, discont: Any = None, axis: Any = -1, *, period: Any = math.tau
) -> Any:
    return dz


@jvp(np.unwrap)
def unwrap_jvp(
    z: Any, p: Any, p_dot: Any, discont: Any = None, axis: Any = -1, *, period: Any = math.tau
) -> Any:
    return p_dot


@result(np.unwrap, inexact=True)
def unwrap_shape(p: Any, *options: Any, **named: Any) -> Any:
    return p.shape if isinstance(p, Type) else ()


@result(np.real_if_close, memory="maybe")
def real_if_close_shape(a: Any, tol: Any = 100) -> Any:
    return a.shape if isinstance(a, Type) else ()


@vjp(np.kaiser, "beta")
def kaiser_vjp(dz: Any, z: Any, M: Any, beta: Any) -> Any:
    """z = I0(beta s) / I0(beta), s the half circle over the window."""
    return np.sum(dz * kaiser_slope(z, M, beta))


@jvp(np.kaiser)
def kaiser_jvp(z: Any, M: Any, beta: Any, beta_dot: Any) -> Any:
    return kaiser_slope(z, M, beta) * beta_dot


def kaiser_slope(z: Any, M: Any, beta: Any) -> Any:
    """The derivative of a Kaiser window by beta."""
    t = (2.0 * np.arange(M) + 1.0 - M) / np.maximum(M - 1.0, 1.0)
    s = np.sqrt((1.0 - t) * (1.0 + t))
    return (s * i0_d(beta * s, 1) - z * i0_d(beta, 1)) / np.i0(beta)


@result(np.kaiser, inexact=True)
def kaiser_shape(M: Any, beta: Any) -> Any:
    return (M if isinstance(M, int) else None,)
