"""Elliptic integrals and Jacobi's elliptic functions, by every argument.

    z = ellipkinc(phi, m)      dphi = dz / sqrt(1 - m sin(phi)**2)

By the parameter m the derivatives are integrals of Carlson's, or hypergeometric functions, which
have no quotient 0 / 0 at m = 0 (DLMF 19.4, 19.5, 19.25). Those of `elliprd` and `elliprj` have one
where two of their arguments are equal: there they are not a number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from ..casting import in_precision_of
from ._smooth import smooth

EIGHTH_PI = math.pi / 8.0

# fmt: off
smooth(special.ellipk,      "m",       "ellipk_dm(m)")
smooth(special.ellipe,      "m",       "-minus_ellipe_dm(m)")
smooth(special.ellipkm1,    "p",       "-special.elliprd(0.0, 1.0, p) / 6")

smooth(special.elliprc,     "x, y",    "-special.elliprd(y, y, x) / 6",
       "(x * special.elliprd(y, y, x) / 6 - 0.5 * z) / y")
smooth(special.elliprf,     "x, y, w", "-special.elliprd(y, w, x) / 6",
       "-special.elliprd(x, w, y) / 6", "-special.elliprd(x, y, w) / 6")
smooth(special.elliprg,     "x, y, w",
       "0.25 * (special.elliprf(x, y, w) - x * special.elliprd(y, w, x) / 3)",
       "0.25 * (special.elliprf(x, y, w) - y * special.elliprd(x, w, y) / 3)",
       "0.25 * (special.elliprf(x, y, w) - w * special.elliprd(x, y, w) / 3)")
# fmt: on


def ellipk_dm(m: Any) -> Any:
    return EIGHTH_PI * in_precision_of(special.hyp2f1(1.5, 1.5, 2.0, m), m)


def minus_ellipe_dm(m: Any) -> Any:
    return EIGHTH_PI * in_precision_of(special.hyp2f1(0.5, 1.5, 2.0, m), m)


def nonzero(x: Any) -> Any:
    """x, and 1 at 0."""
    return np.where(x == 0, 1.0, x)


def leaning(z: Any, x: Any, other: Any, p: Any) -> Any:
    """The derivative by x of z = (3/2) integral dt / ((t + p) s(t)), by partial fractions, where
    `other` is the integral with x in the place of p."""
    return -0.5 * (other - z) / (p - x)


@smooth(special.elliprd)
def elliprd_partials(z: Any, x: Any, y: Any, w: Any) -> Any:
    """The one by w follows, as z is homogeneous of degree -3/2. Where x is 0, x dz/dx is 0."""
    dx = leaning(z, x, special.elliprd(y, w, x), w)
    dy = leaning(z, y, special.elliprd(x, w, y), w)
    x_dx = x * leaning(z, x, special.elliprd(y, w, nonzero(x)), w)
    y_dy = y * leaning(z, y, special.elliprd(x, w, nonzero(y)), w)
    return dx, dy, -(1.5 * z + x_dx + y_dy) / w


@smooth(special.elliprj)
def elliprj_partials(z: Any, x: Any, y: Any, w: Any, p: Any) -> Any:
    dx = leaning(z, x, special.elliprd(y, w, x), p)
    dy = leaning(z, y, special.elliprd(x, w, y), p)
    dw = leaning(z, w, special.elliprd(x, y, w), p)
    x_dx = x * leaning(z, x, special.elliprd(y, w, nonzero(x)), p)
    y_dy = y * leaning(z, y, special.elliprd(x, w, nonzero(y)), p)
    w_dw = w * leaning(z, w, special.elliprd(x, y, nonzero(w)), p)
    return dx, dy, dw, -(1.5 * z + x_dx + y_dy + w_dw) / p


def first_kind_dm(phi: Any, m: Any) -> Any:
    """d ellipkinc(phi, m) / dm: that of the nearest half turn, and of what is left."""
    turns = np.floor(phi / math.pi + 0.5)
    s, c = np.sin(phi - math.pi * turns), np.cos(phi)
    part = s**3 * special.elliprd(c**2, 1.0, 1 - m * s**2) / 6
    return part + 2 * turns * ellipk_dm(m)


@smooth(special.ellipkinc)
def ellipkinc_partials(z: Any, phi: Any, m: Any) -> Any:
    return 1 / np.sqrt(1 - m * np.sin(phi) ** 2), first_kind_dm(phi, m)


@smooth(special.ellipeinc)
def ellipeinc_partials(z: Any, phi: Any, m: Any) -> Any:
    turns = np.floor(phi / math.pi + 0.5)
    s, c = np.sin(phi - math.pi * turns), np.cos(phi)
    part = s**3 * special.elliprd(c**2, 1 - m * s**2, 1.0) / 6
    whole = 2 * turns * minus_ellipe_dm(m)
    return np.sqrt(1 - m * np.sin(phi) ** 2), -(part + whole)


@smooth(special.agm)
def agm_partials(z: Any, a: Any, b: Any) -> Any:
    """z = (pi / 2) a / K(1 - (b / a)**2) (DLMF 19.8.5), homogeneous of degree 1."""
    p = (b / a) ** 2
    share = 2 * p * special.elliprd(0.0, 1.0, p) * z / (3 * math.pi * a)
    return z * (1 - share) / a, z * share / b
