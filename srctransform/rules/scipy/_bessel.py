"""Functions of Bessel and their kin by the argument x; their orders are not differentiated by.

    d/dx J[v](x) = (J[v - 1](x) - J[v + 1](x)) / 2

Sources: DLMF 10.6 (J, Y, H), 10.29 (I, K), 10.51 (spherical), 11.4 (Struve), 9.2 (Airy); the
scaled functions follow from the factor in their definition. `jve` and `yve` of a complex argument
and `ive` are not holomorphic: they are differentiated for real arguments.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from ...errors import UnsupportedError
from ...ir.types import COMPLEX, Type, broadcast, number
from ...runtime import known
from ..registry import result, static
from ._smooth import smooth

ROOT_PI = math.sqrt(math.pi)

# fmt: off
smooth(special.jv,       "v, x", "", "0.5 * (special.jv(v - 1, x) - special.jv(v + 1, x))")
smooth(special.yv,       "v, x", "", "0.5 * (special.yv(v - 1, x) - special.yv(v + 1, x))")
smooth(special.yn,       "n, x", "", "0.5 * (special.yn(n - 1, x) - special.yn(n + 1, x))")
smooth(special.iv,       "v, x", "", "0.5 * (special.iv(v - 1, x) + special.iv(v + 1, x))")
smooth(special.kv,       "v, x", "", "-0.5 * (special.kv(v - 1, x) + special.kv(v + 1, x))")
smooth(special.kn,       "n, x", "", "-0.5 * (special.kv(n - 1, x) + special.kv(n + 1, x))")
smooth(special.hankel1,  "v, x", "",
       "0.5 * (special.hankel1(v - 1, x) - special.hankel1(v + 1, x))")
smooth(special.hankel2,  "v, x", "",
       "0.5 * (special.hankel2(v - 1, x) - special.hankel2(v + 1, x))")
smooth(special.hankel1e, "v, x", "",
       "0.5 * (special.hankel1e(v - 1, x) - special.hankel1e(v + 1, x)) - 1j * z")
smooth(special.hankel2e, "v, x", "",
       "0.5 * (special.hankel2e(v - 1, x) - special.hankel2e(v + 1, x)) + 1j * z")
smooth(special.kve,      "v, x", "", "z - 0.5 * (special.kve(v - 1, x) + special.kve(v + 1, x))")
smooth(special.jve,      "v, x", "",
       "0.5 * (special.jve(v - 1, real_only(x)) - special.jve(v + 1, x))")
smooth(special.yve,      "v, x", "",
       "0.5 * (special.yve(v - 1, real_only(x)) - special.yve(v + 1, x))")
smooth(special.ive,      "v, x", "",
       "0.5 * (special.ive(v - 1, real_only(x)) + special.ive(v + 1, x)) - np.sign(x) * z")

smooth(special.j0,       "x",    "-special.j1(x)")
smooth(special.j1,       "x",    "0.5 * (special.j0(x) - special.jv(2, x))")
smooth(special.y0,       "x",    "-special.y1(x)")
smooth(special.y1,       "x",    "0.5 * (special.y0(x) - special.yn(2, x))")
smooth(special.i0,       "x",    "special.i1(x)")
smooth(special.i1,       "x",    "0.5 * (special.i0(x) + special.iv(2, x))")
smooth(special.i0e,      "x",    "special.i1e(x) - np.sign(x) * z")
smooth(special.i1e,      "x",    "0.5 * (special.i0e(x) + special.ive(2, x)) - np.sign(x) * z")
smooth(special.k0,       "x",    "-special.k1(x)")
smooth(special.k1,       "x",    "-0.5 * (special.k0(x) + special.kv(2, x))")
smooth(special.k0e,      "x",    "z - special.k1e(x)")
smooth(special.k1e,      "x",    "z - 0.5 * (special.k0e(x) + special.kve(2, x))")

smooth(special.struve,   "v, x", "",
       "0.5 * (special.struve(v - 1, x) - special.struve(v + 1, x)"
       f" + (0.5 * x) ** v * special.rgamma(v + 1.5) / {ROOT_PI})")
smooth(special.modstruve, "v, x", "",
       "0.5 * (special.modstruve(v - 1, x) + special.modstruve(v + 1, x)"
       f" + (0.5 * x) ** v * special.rgamma(v + 1.5) / {ROOT_PI})")

smooth(special.ber,      "x",    "special.berp(x)")
smooth(special.bei,      "x",    "special.beip(x)")
smooth(special.ker,      "x",    "special.kerp(x)")
smooth(special.kei,      "x",    "special.keip(x)")
smooth(special.berp,     "x",    "-special.bei(x) - z / x")
smooth(special.beip,     "x",    "special.ber(x) - z / x")
smooth(special.kerp,     "x",    "-special.kei(x) - z / x")
smooth(special.keip,     "x",    "special.ker(x) - z / x")
# fmt: on


@static
def refuse(name: str) -> None:
    raise UnsupportedError(f"{name} of a complex argument is not holomorphic: it has no derivative")


def real_only(x: Any) -> Any:
    """x, of which the scaled function is differentiable only if it is real."""
    if known(np.iscomplexobj(x)) and np.iscomplexobj(x):
        return refuse("a scaled Bessel function")
    return x


# Derivatives of any order, as functions of SciPy's own.


@smooth(special.jvp, "x")
def jvp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.jvp(v, x, n + 1)


@smooth(special.yvp, "x")
def yvp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.yvp(v, x, n + 1)


@smooth(special.ivp, "x")
def ivp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.ivp(v, x, n + 1)


@smooth(special.kvp, "x")
def kvp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.kvp(v, x, n + 1)


@smooth(special.h1vp, "x")
def h1vp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.h1vp(v, x, n + 1)


@smooth(special.h2vp, "x")
def h2vp_partials(z: Any, v: Any, x: Any, n: Any = 1) -> Any:
    return special.h2vp(v, x, n + 1)


# The spherical ones give their own derivative; that one's is by the recurrence DLMF 10.51.2, .5.


def below(n: Any) -> Any:
    """The order below n; at 0 any other, as its weight is 0."""
    return np.maximum(n - 1, 0)


@smooth(special.spherical_jn, "x")
def spherical_jn_partials(z: Any, n: Any, x: Any, derivative: Any = False) -> Any:
    if not derivative:
        return special.spherical_jn(n, x, True)
    low, high = special.spherical_jn(below(n), x, True), special.spherical_jn(n + 1, x, True)
    return (n * low - (n + 1) * high) / (2 * n + 1)


@smooth(special.spherical_yn, "x")
def spherical_yn_partials(z: Any, n: Any, x: Any, derivative: Any = False) -> Any:
    if not derivative:
        return special.spherical_yn(n, x, True)
    low, high = special.spherical_yn(below(n), x, True), special.spherical_yn(n + 1, x, True)
    return (n * low - (n + 1) * high) / (2 * n + 1)


@smooth(special.spherical_in, "x")
def spherical_in_partials(z: Any, n: Any, x: Any, derivative: Any = False) -> Any:
    if not derivative:
        return special.spherical_in(n, x, True)
    low, high = special.spherical_in(below(n), x, True), special.spherical_in(n + 1, x, True)
    return (n * low + (n + 1) * high) / (2 * n + 1)


@smooth(special.spherical_kn, "x")
def spherical_kn_partials(z: Any, n: Any, x: Any, derivative: Any = False) -> Any:
    if not derivative:
        return special.spherical_kn(n, x, True)
    low, high = special.spherical_kn(below(n), x, True), special.spherical_kn(n + 1, x, True)
    return -(n * low + (n + 1) * high) / (2 * n + 1)


@result((special.hankel1, special.hankel2, special.hankel1e, special.hankel2e,
         special.h1vp, special.h2vp))  # fmt: skip
def complex_result(v: Any, x: Any, *options: Any) -> Any:
    """Complex for real arguments too."""
    shape = broadcast(*(a.shape for a in (v, x) if isinstance(a, Type)))
    return number(shape, "complex", {COMPLEX})
