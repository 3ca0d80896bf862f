"""scipy.special; z is the result. What is not here stands in a part of this file:

    _softmax        logsumexp, softmax, log_softmax
    _bessel         functions of Bessel and their kin, by the argument; orders are not moved
    _incomplete     incomplete gamma and beta functions, and their inverses
    _cumulative     distribution functions by their argument: ndtr, chdtr, stdtr, ...
    _elliptic       elliptic integrals, Carlson's and Legendre's, and Jacobi's functions
    _several        functions with several results: airy, sici, fresnel, ...
    _polynomials    orthogonal polynomials by the argument
    _special_rest   what is constant, and what is refused and why

Sources: NIST Digital Library of Mathematical Functions (DLMF), by the section that is named.

An argument with the formula "" (an order, a degree, a parameter of a hypergeometric function) has
no derivative in closed form: to differentiate by it is refused. Kinks and edges: `huber` has the
derivative of its quadratic part where the parts meet; 0 log 0 in `xlogy` and its kin is 0, and so
is its derivative by the second argument; `entr`, `logit` and `erfinv` have infinite derivatives at
the ends of their domains. Where SciPy computes in double precision only (polynomials, functions
of orders that are ints), derivatives are double too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from ...ir.types import COMPLEX, Type, broadcast, number
from ...runtime import known
from ..casting import in_precision_of  # noqa: F401  (in formulas)
from ..registry import named, result
from . import (  # noqa: F401  (they register themselves)
    _bessel,
    _cumulative,
    _elliptic,
    _incomplete,
    _polynomials,
    _several,
    _softmax,
    _special_rest,
)
from ._smooth import smooth

LOG_2, LOG_10 = math.log(2.0), math.log(10.0)
DEGREE = math.pi / 180.0
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
HALF_ROOT_PI = 0.5 * math.sqrt(math.pi)

# fmt: off
# ------------------------------------------------------------ exponentials and logarithms
smooth(special.expit,      "x",       "z * special.expit(-x)")
smooth(special.logit,      "x",       "1 / (x * (1 - x))")
smooth(special.log_expit,  "x",       "special.expit(-x)")
smooth(special.expm1,      "x",       "z + 1")
smooth(special.log1p,      "x",       "1 / (1 + x)")
smooth(special.exp2,       "x",       f"{LOG_2} * z")
smooth(special.exp10,      "x",       f"{LOG_10} * z")
smooth(special.exprel,     "x",       "0.5 * special.hyp1f1(2.0, 3.0, x)")
smooth(special.cbrt,       "x",       "1 / (3 * z**2)")
smooth(special.powm1,      "x, y",    "y * x ** (y - 1)", "(z + 1) * np.log(x)")
smooth(special.xlogy,      "x, y",    "np.log(y)", "x / np.where(x == 0, 1.0, y)")
smooth(special.xlog1py,    "x, y",    "np.log1p(y)", "x / np.where(x == 0, 1.0, 1 + y)")
smooth(special.entr,       "x",       "-(np.log(x) + 1)")
smooth(special.rel_entr,   "x, y",    "np.log(quotient(x, y)) + 1",
       "-x / np.where(x == 0, 1.0, y)")
smooth(special.kl_div,     "x, y",    "np.log(quotient(x, y))",
       "1 - x / np.where(x == 0, 1.0, y)")
smooth(special.boxcox,     "x, lmbda", "np.exp((lmbda - 1) * np.log(x))",
       "0.5 * np.log(x) ** 2 * special.hyp1f1(2.0, 3.0, lmbda * np.log(x))")
smooth(special.boxcox1p,   "x, lmbda", "np.exp((lmbda - 1) * np.log1p(x))",
       "0.5 * np.log1p(x) ** 2 * special.hyp1f1(2.0, 3.0, lmbda * np.log1p(x))")
smooth(special.inv_boxcox, "y, lmbda", "np.exp((1 - lmbda) * np.log(z))",
       "-0.5 * np.exp((1 - lmbda) * np.log(z)) * np.log(z) ** 2"
       " * special.hyp1f1(2.0, 3.0, lmbda * np.log(z))")
smooth(special.inv_boxcox1p, "y, lmbda", "np.exp((1 - lmbda) * np.log1p(z))",
       "-0.5 * np.exp((1 - lmbda) * np.log1p(z)) * np.log1p(z) ** 2"
       " * special.hyp1f1(2.0, 3.0, lmbda * np.log1p(z))")

# ------------------------------------------------------------ losses
smooth(special.huber,      "delta, r", "np.maximum(np.abs(r) - delta, 0.0)",
       "np.maximum(np.minimum(r, delta), -delta)")

# ------------------------------------------------------------ angles
smooth(special.radian,     "d, m, s", f"{DEGREE}", f"{DEGREE / 60}", f"{DEGREE / 3600}")
smooth(special.sindg,      "x",       f"{DEGREE} * special.cosdg(x)")
smooth(special.cosdg,      "x",       f"-{DEGREE} * special.sindg(x)")
smooth(special.tandg,      "x",       f"{DEGREE} * (1 + z**2)")
smooth(special.cotdg,      "x",       f"-{DEGREE} * (1 + z**2)")
smooth(special.cosm1,      "x",       "-np.sin(x)")

# ------------------------------------------------------------ the gamma function (DLMF 5)
smooth(special.gamma,      "x",       "z * special.psi(x)")
smooth((special.gammaln, special.loggamma), "x", "special.psi(x)")
smooth(special.psi,        "x",       "in_precision_of(special.polygamma(1, x), x)")
smooth(special.polygamma,  "n, x",    "", "special.polygamma(n + 1, x)")
smooth(special.multigammaln, "a, d",
       "np.sum(special.psi(np.expand_dims(a, -1) - 0.5 * np.arange(d)), axis=-1)", "")
smooth(special.beta,       "a, b",    "z * (special.psi(a) - special.psi(a + b))",
       "z * (special.psi(b) - special.psi(a + b))")
smooth(special.betaln,     "a, b",    "special.psi(a) - special.psi(a + b)",
       "special.psi(b) - special.psi(a + b)")
smooth(special.poch,       "a, m",    "z * (special.psi(a + m) - special.psi(a))",
       "z * special.psi(a + m)")
smooth(special.binom,      "n, k",    "z * (special.psi(n + 1) - special.psi(n - k + 1))",
       "z * (special.psi(n - k + 1) - special.psi(k + 1))")

# ------------------------------------------------------------ the error function (DLMF 7)
smooth(special.erf,        "x",       f"{TWO_OVER_ROOT_PI} * np.exp(-(x**2))")
smooth(special.erfc,       "x",       f"-{TWO_OVER_ROOT_PI} * np.exp(-(x**2))")
smooth(special.erfi,       "x",       f"{TWO_OVER_ROOT_PI} * np.exp(x**2)")
smooth(special.erfcx,      "x",       f"2 * x * z - {TWO_OVER_ROOT_PI}")
smooth(special.dawsn,      "x",       "1 - 2 * x * z")
smooth(special.wofz,       "x",       f"{TWO_OVER_ROOT_PI}j - 2 * x * z")
smooth(special.erfinv,     "x",       f"{HALF_ROOT_PI} * np.exp(z**2)")
smooth(special.erfcinv,    "x",       f"-{HALF_ROOT_PI} * np.exp(z**2)")

# ------------------------------------------------------------ integrals (DLMF 6, 8.19, 25.12)
smooth(special.exp1,       "x",       "-np.exp(-x) / x")
smooth(special.expi,       "x",       "np.exp(x) / x")
smooth(special.spence,     "x",       "-1 / special.exprel(np.log(x))")

# ------------------------------------------------------------ hypergeometric (DLMF 13, 15, 16)
smooth(special.hyp0f1,     "v, x",    "", "special.hyp0f1(v + 1, x) / v")
smooth(special.hyp1f1,     "a, b, x", "", "", "a / b * special.hyp1f1(a + 1, b + 1, x)")
smooth(special.hyperu,     "a, b, x", "", "", "-a * special.hyperu(a + 1, b + 1, x)")
smooth(special.hyp2f1,     "a, b, c, x", "", "", "",
       "a * b / c * special.hyp2f1(a + 1, b + 1, c + 1, x)")
smooth(special.wright_bessel, "a, b, x", "", "", "special.wright_bessel(a, a + b, x)")
smooth(named(special, "log_wright_bessel"), "a, b, x", "", "",
       "np.exp(special.log_wright_bessel(a, a + b, x) - z)")

# ------------------------------------------------------------ inverses of x exp(x), x + log(x)
smooth(special.wrightomega, "x",      "z / (1 + z)")
# fmt: on

if hasattr(special, "softplus"):
    smooth(special.softplus, "x", "special.expit(x)")


def quotient(x: Any, y: Any) -> Any:
    """x / y, and 1 where they are equal, as 0 and 0 may be."""
    return np.where(x == y, 1.0, x) / np.where(x == y, 1.0, y)


@smooth(special.pseudo_huber)
def pseudo_huber_partials(z: Any, delta: Any, r: Any) -> Any:
    """d**2 (s - 1) with s = sqrt(1 + u), u = (r / d)**2; without differences of like numbers."""
    u = (r / delta) ** 2
    s = np.sqrt(1 + u)
    return delta * (u / (1 + s)) ** 2 / s, r / s


@smooth(special.rgamma)
def rgamma_partials(z: Any, x: Any) -> Any:
    """At its zeros -n the derivative is (-1)**n n!."""
    if known(np.iscomplexobj(x)) and np.iscomplexobj(x):
        return -z * special.psi(x)
    at_zero = (x <= 0) & (x == np.floor(x))
    held = np.where(at_zero, 1.0, x)
    return np.where(at_zero, np.cos(np.pi * x) * special.gamma(1 - x), -z * special.psi(held))


@smooth(special.factorial, "n")
def factorial_partials(z: Any, n: Any, exact: Any = False) -> Any:
    """0 where n < 0, as the factorial."""
    return np.where(n < 0, 0.0, z * special.psi(np.where(n < 0, 1.0, n + 1.0)))


@smooth(special.comb, "N, k")
def comb_partials(z: Any, N: Any, k: Any, *, exact: Any = False, repetition: Any = False) -> Any:
    """binom(N, k), or binom(N + k - 1, k); 0 outside of 0 <= k <= N."""
    inside = z > 0
    n, j = np.where(inside, N, 1.0), np.where(inside, k, 1.0)
    if repetition:
        top, rest = special.psi(n + j), special.psi(n)
        return z * (top - rest), z * (top - special.psi(j + 1))
    top, rest = special.psi(n + 1), special.psi(n - j + 1)
    return z * (top - rest), z * (rest - special.psi(j + 1))


@smooth(special.perm, "N, k")
def perm_partials(z: Any, N: Any, k: Any, exact: Any = False) -> Any:
    inside = z > 0
    n, j = np.where(inside, N, 1.0), np.where(inside, k, 1.0)
    rest = special.psi(n - j + 1)
    return z * (special.psi(n + 1) - rest), z * rest


@smooth(special.expn, "x")
def expn_partials(z: Any, n: Any, x: Any) -> Any:
    """-E[n - 1](x); by the recurrence (DLMF 8.19.12) below order 1, where SciPy has no E[n - 1]."""
    below = ((n - 1) * z - np.exp(-x)) / x
    return np.where(n >= 1, -special.expn(n - 1, x), below)


@smooth(special.zeta, "q")
def zeta_partials(z: Any, x: Any, q: Any = None) -> Any:
    return -x * special.zeta(x + 1, q)


@smooth(special.lambertw, "x")
def lambertw_partials(z: Any, x: Any, k: Any = 0, tol: Any = 1e-8) -> Any:
    """exp(-z) / (1 + z), which is right at x = 0 too (DLMF 4.13.4)."""
    return np.exp(-z) / (1 + z)


@smooth(special.diric, "x")
def diric_partials(z: Any, x: Any, n: Any) -> Any:
    """0 at multiples of 2 pi, where both parts of the quotient vanish."""
    half = np.sin(0.5 * x)
    slope = 0.5 * (np.cos(0.5 * n * x) - z * np.cos(0.5 * x))
    return np.where(half == 0, 0.0, slope / np.where(half == 0, 1.0, half))


@smooth(special.voigt_profile)
def voigt_profile_partials(z: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    """Re w(t) / (sigma sqrt(2 pi)) with t = (x + i gamma) / (sigma sqrt(2)) (DLMF 7.19)."""
    t = (x + 1j * gamma) / (math.sqrt(2.0) * sigma)
    slope = (TWO_OVER_ROOT_PI * 1j - 2 * t * special.wofz(t)) / (2 * math.sqrt(math.pi) * sigma**2)
    stretch = -z / sigma - math.sqrt(2.0) * np.real(slope * t)
    return np.real(slope), stretch, -np.imag(slope)


@result((special.wofz, special.lambertw))
def complex_result(x: Any, *options: Any) -> Any:
    """Complex for real arguments too."""
    return number(x.shape if isinstance(x, Type) else (), "complex", {COMPLEX})


@result(special.multigammaln, inexact=True)
def multigammaln_result(a: Any, d: Any) -> Any:
    return broadcast(a.shape) if isinstance(a, Type) else ()
