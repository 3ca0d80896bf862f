"""Functions of scipy.special with several results: a derivative for each of them.

    S, C = fresnel(x)      dx = dS * sin(pi x**2 / 2) + dC * cos(pi x**2 / 2)

Each rule is a function that gives the derivatives of the results by an argument; both modes are
made from it. Sources: DLMF 6.2 (sine and cosine integrals), 7.2 (Fresnel), 9.2 (Airy), 10.61
(Kelvin), 12.2 (parabolic cylinder), 22.13 (Jacobi), 28.2, 28.20 (Mathieu).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ...ir.types import COMPLEX, Type, broadcast, number, sequence
from ..registry import jvp, result, vjp
from ._elliptic import first_kind_dm

ROOT_PI = math.sqrt(math.pi)
EIGHTH_TURN = (1 + 1j) * math.sqrt(0.5)
DEGREE = math.pi / 180.0


def against(dz: Any, slopes: Any) -> Any:
    """The cotangent of an argument, from those of the results and their derivatives by it."""
    return sum([g * slope for g, slope in zip(dz, slopes) if g is not None])  # noqa: B905


def along(dot: Any, slopes: Any) -> Any:
    """The tangents of the results."""
    return tuple([slope * dot for slope in slopes])


def results_of(count: int, complex_: bool) -> Callable[..., Any]:
    """The type of `count` results of one shape."""

    def types(*args: Any) -> Any:
        shape = broadcast(*(a.shape for a in args if isinstance(a, Type)))
        kind = any(isinstance(a, Type) and a.dtype == "complex" for a in args)
        if complex_ or kind:
            return sequence("tuple", [number(shape, "complex", {COMPLEX})] * count)
        sources = [source for a in args if isinstance(a, Type) for source in a.sources]
        return sequence("tuple", [number(shape, "float", sources)] * count)

    return types


def of_one(prim: Any, count: int, slopes: Any, complex_: bool = False) -> None:
    """Register a function of x by the derivatives of its results, slopes(z, x)."""

    def several_vjp(dz: Any, z: Any, x: Any) -> Any:
        return against(dz, slopes(z, x))

    def several_jvp(z: Any, x: Any, x_dot: Any) -> Any:
        return along(x_dot, slopes(z, x))

    vjp(prim)(several_vjp)
    jvp(prim)(several_jvp)
    result(prim)(results_of(count, complex_))


def of_last(prim: Any, slopes: Any) -> None:
    """Register a function (v, x) -> (y, y') by the derivatives by x, slopes(z, v, x)."""

    def several_vjp(dz: Any, z: Any, v: Any, x: Any) -> Any:
        return against(dz, slopes(z, v, x))

    def several_jvp(z: Any, v: Any, x: Any, x_dot: Any) -> Any:
        return along(x_dot, slopes(z, v, x))

    vjp(prim, "x")(several_vjp)
    jvp(prim)(several_jvp)
    result(prim)(results_of(2, False))


def of_angle(prim: Any, slopes: Any) -> None:
    """Register a function (m, q, x) -> (y, y') by the derivatives by x, slopes(z, m, q, x)."""

    def several_vjp(dz: Any, z: Any, m: Any, q: Any, x: Any) -> Any:
        return against(dz, slopes(z, m, q, x))

    def several_jvp(z: Any, m: Any, q: Any, x: Any, x_dot: Any) -> Any:
        return along(x_dot, slopes(z, m, q, x))

    vjp(prim, "x")(several_vjp)
    jvp(prim)(several_jvp)
    result(prim)(results_of(2, False))


def sinhc(x: Any) -> Any:
    """sinh(x) / x"""
    return 0.5 * (special.exprel(x) + special.exprel(-x))


def nonzero(x: Any) -> Any:
    """x, and 1 at 0, where a quotient has a limit of its own."""
    return np.where(x == 0, 1.0, x)


# fmt: off
of_one(special.fresnel, 2,
       lambda z, x: (np.sin(0.5 * math.pi * x**2), np.cos(0.5 * math.pi * x**2)))
of_one(special.sici,    2, lambda z, x: (np.sinc(x / math.pi), np.cos(x) / x))
of_one(special.shichi,  2, lambda z, x: (sinhc(x), np.cosh(x) / x))
of_one(special.airy,    4, lambda z, x: (z[1], x * z[0], z[3], x * z[2]))
of_one(special.kelvin,  4, lambda z, x: (z[2], z[3], 1j * z[0] - z[2] / x, 1j * z[1] - z[3] / x),
       complex_=True)
of_one(special.modfresnelp, 2,
       lambda z, x: (-np.exp(1j * x**2), -2j * x * z[1] - np.conj(EIGHTH_TURN) / ROOT_PI),
       complex_=True)
of_one(special.modfresnelm, 2,
       lambda z, x: (-np.exp(-1j * x**2), 2j * x * z[1] - EIGHTH_TURN / ROOT_PI),
       complex_=True)
of_one(special.itj0y0,  2, lambda z, x: (special.j0(x), special.y0(x)))
of_one(special.iti0k0,  2, lambda z, x: (special.i0(x), special.k0(x)))
of_one(special.it2j0y0, 2, lambda z, x: ((1 - special.j0(x)) / nonzero(x), -special.y0(x) / x))
of_one(special.it2i0k0, 2, lambda z, x: ((special.i0(x) - 1) / nonzero(x), -special.k0(x) / x))
of_one(special.itairy,  4, lambda z, x: (special.airy(x)[0], special.airy(x)[2],
                                         special.airy(-x)[0], special.airy(-x)[2]))
of_last(special.pbdv,   lambda z, v, x: (z[1], (0.25 * x**2 - v - 0.5) * z[0]))
of_last(special.pbvv,   lambda z, v, x: (z[1], (0.25 * x**2 - v - 0.5) * z[0]))
of_last(special.pbwa,   lambda z, v, x: (z[1], (v - 0.25 * x**2) * z[0]))
of_angle(special.mathieu_cem,
         lambda z, m, q, x: (DEGREE * z[1], swing(special.mathieu_a(m, q), q, x) * z[0]))
of_angle(special.mathieu_sem,
         lambda z, m, q, x: (DEGREE * z[1], swing(special.mathieu_b(m, q), q, x) * z[0]))
of_angle(special.mathieu_modcem1,
         lambda z, m, q, x: (z[1], growth(special.mathieu_a(m, q), q, x) * z[0]))
of_angle(special.mathieu_modcem2,
         lambda z, m, q, x: (z[1], growth(special.mathieu_a(m, q), q, x) * z[0]))
of_angle(special.mathieu_modsem1,
         lambda z, m, q, x: (z[1], growth(special.mathieu_b(m, q), q, x) * z[0]))
of_angle(special.mathieu_modsem2,
         lambda z, m, q, x: (z[1], growth(special.mathieu_b(m, q), q, x) * z[0]))
# fmt: on


def swing(a: Any, q: Any, x: Any) -> Any:
    """Mathieu's equation, of an angle in degrees: y'' = (2 q cos(2 x) - a) y."""
    return DEGREE * (2 * q * np.cos(2 * DEGREE * x) - a)


def growth(a: Any, q: Any, x: Any) -> Any:
    """The modified one: y'' = (a - 2 q cosh(2 x)) y."""
    return a - 2 * q * np.cosh(2 * x)


# ---------------------------------------------------------------- scaled Airy functions


def airye_slopes(z: Any, x: Any) -> Any:
    """The factors exp(2/3 x**1.5) and its inverse; for real x, where the latter is 1 below 0."""
    root = np.sqrt(np.maximum(x, 0.0))
    first = z[1] + root * z[0], x * z[0] + root * z[1]
    return (*first, z[3] - root * z[2], x * z[2] - root * z[3])


of_one(special.airye, 4, airye_slopes)


# ---------------------------------------------------------------- Jacobi's elliptic functions


def by_argument(z: Any, m: Any) -> Any:
    return z[1] * z[2], -z[0] * z[2], -m * z[0] * z[1], z[2]


def by_parameter(z: Any, m: Any) -> Any:
    """u = F(ph, m) holds ph; dn**2 = 1 - m sn**2."""
    ph = -z[2] * first_kind_dm(z[3], m)
    return z[1] * ph, -z[0] * ph, -0.5 * z[0] * (z[0] + 2 * m * z[1] * ph) / z[2], ph


@vjp(special.ellipj)
def ellipj_vjp(dz: Any, z: Any, u: Any, m: Any) -> Any:
    return against(dz, by_argument(z, m)), against(dz, by_parameter(z, m))


@jvp(special.ellipj)
def ellipj_jvp(z: Any, u: Any, m: Any, u_dot: Any, m_dot: Any) -> Any:
    first = None if u_dot is None else along(u_dot, by_argument(z, m))
    second = None if m_dot is None else along(m_dot, by_parameter(z, m))
    return (both(first, second), None)


def both(first: Any, second: Any) -> Any:
    """The sum of two tuples of tangents, of which one may be missing."""
    if first is None:
        return second
    return first if second is None else tuple([a + b for a, b in zip(first, second)])  # noqa: B905


result(special.ellipj)(results_of(4, False))
