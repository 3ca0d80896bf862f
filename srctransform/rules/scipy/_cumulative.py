"""Distribution functions of scipy.special, by their argument and their real parameters.

    z = ndtr(x)      dx = dz * exp(-x**2 / 2) / sqrt(2 pi)

By the argument it is the density. Functions of counts (k, and n where it is an int) are flat in
them between their steps. An inverse `...i` has the derivatives of the implicit function theorem;
inverses in a count are refused. Sources: DLMF 7.18, 8.17, 8.8; Abramowitz and Stegun (1964), 26.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from ...runtime import betainc_da, betainc_db, gammainc_da  # noqa: F401  (in formulas)
from ._incomplete import beta_density, gamma_density  # noqa: F401
from ._smooth import smooth

ROOT_HALF = math.sqrt(0.5)
ROOT_2_PI = math.sqrt(2.0 * math.pi)
ROOT_2_OVER_PI = math.sqrt(2.0 / math.pi)

# fmt: off
# ------------------------------------------------------------ normal
smooth(special.ndtr,      "x",     f"np.exp(-0.5 * x**2) / {ROOT_2_PI}")
smooth(special.log_ndtr,  "x",     f"{ROOT_2_OVER_PI} / special.erfcx(-{ROOT_HALF} * x)")
smooth(special.ndtri,     "y",     f"{ROOT_2_PI} * np.exp(0.5 * z**2)")
smooth(special.ndtri_exp, "y",     f"special.erfcx(-{ROOT_HALF} * z) / {ROOT_2_OVER_PI}")
smooth(special.nrdtrimn,  "p, std, x", f"-{ROOT_2_PI} * std * np.exp(0.5 * ((x - z) / std) ** 2)",
       "(z - x) / std", "1")
smooth(special.nrdtrisd,  "mn, p, x", "-z / (x - mn)",
       f"-{ROOT_2_PI} * z**2 / (x - mn) * np.exp(0.5 * ((x - mn) / z) ** 2)", "z / (x - mn)")

# ------------------------------------------------------------ gamma and chi-square
smooth(special.gdtr,      "a, b, x", "x * gamma_density(b, a * x)", "gammainc_da(b, a * x, 1)",
       "a * gamma_density(b, a * x)")
smooth(special.gdtrc,     "a, b, x", "-x * gamma_density(b, a * x)", "-gammainc_da(b, a * x, 1)",
       "-a * gamma_density(b, a * x)")
smooth(special.gdtrix,    "a, b, p", "-z / a",
       "-gammainc_da(b, a * z, 1) / (a * gamma_density(b, a * z))",
       "1 / (a * gamma_density(b, a * z))")
smooth(special.gdtria,    "p, b, x", "1 / (x * gamma_density(b, z * x))",
       "-gammainc_da(b, z * x, 1) / (x * gamma_density(b, z * x))", "-z / x")
smooth(special.gdtrib,    "a, p, x", "-x * gamma_density(z, a * x) / gammainc_da(z, a * x, 1)",
       "1 / gammainc_da(z, a * x, 1)", "-a * gamma_density(z, a * x) / gammainc_da(z, a * x, 1)")
smooth(special.chdtr,     "v, x",  "0.5 * gammainc_da(0.5 * v, 0.5 * x, 1)",
       "0.5 * gamma_density(0.5 * v, 0.5 * x)")
smooth(special.chdtrc,    "v, x",  "-0.5 * gammainc_da(0.5 * v, 0.5 * x, 1)",
       "-0.5 * gamma_density(0.5 * v, 0.5 * x)")
smooth(special.chdtri,    "v, p",
       "-gammainc_da(0.5 * v, 0.5 * z, 1) / gamma_density(0.5 * v, 0.5 * z)",
       "-2 / gamma_density(0.5 * v, 0.5 * z)")
smooth(special.chdtriv,   "p, x",  "2 / gammainc_da(0.5 * z, 0.5 * x, 1)",
       "-gamma_density(0.5 * z, 0.5 * x) / gammainc_da(0.5 * z, 0.5 * x, 1)")
smooth(special.chndtr,    "x, df, nc", "noncentral_density(x, df, nc)", "",
       "-noncentral_density(x, df + 2, nc)")
smooth(special.chndtrix,  "p, df, nc", "1 / noncentral_density(z, df, nc)", "",
       "noncentral_density(z, df + 2, nc) / noncentral_density(z, df, nc)")

# ------------------------------------------------------------ counts
smooth(special.bdtr,      "k, n, p", "0", "", "-beta_density(np.floor(k) + 1, n - np.floor(k), p)")
smooth(special.bdtrc,     "k, n, p", "0", "", "beta_density(np.floor(k) + 1, n - np.floor(k), p)")
smooth(special.bdtri,     "k, n, y", "0", "",
       "-1 / beta_density(np.floor(k) + 1, n - np.floor(k), z)")
smooth(special.nbdtr,     "k, n, p", "0", "", "beta_density(n, k + 1, p)")
smooth(special.nbdtrc,    "k, n, p", "0", "", "-beta_density(n, k + 1, p)")
smooth(special.nbdtri,    "k, n, y", "0", "", "1 / beta_density(n, k + 1, z)")
smooth(special.pdtr,      "k, m",  "0", "-gamma_density(np.floor(k) + 1, m)")
smooth(special.pdtrc,     "k, m",  "0", "gamma_density(np.floor(k) + 1, m)")
smooth(special.pdtri,     "k, y",  "0", "-1 / gamma_density(np.floor(k) + 1, z)")
# fmt: on


def noncentral_density(x: Any, df: Any, nc: Any) -> Any:
    """The density of the noncentral chi-square distribution, by a scaled Bessel function."""
    order = 0.5 * df - 1
    bump = np.exp(-0.5 * (np.sqrt(x) - np.sqrt(nc)) ** 2)
    return 0.5 * bump * (x / nc) ** (0.5 * order) * special.ive(order, np.sqrt(x * nc))


# ---------------------------------------------------------------- Student's t and F


@smooth(special.stdtr)
def stdtr_partials(z: Any, df: Any, t: Any) -> Any:
    return stdtr_ddf(df, t), t_density(df, t)


@smooth(special.stdtrit)
def stdtrit_partials(z: Any, df: Any, p: Any) -> Any:
    return -stdtr_ddf(df, z) / t_density(df, z), 1 / t_density(df, z)


def t_density(df: Any, t: Any) -> Any:
    logs = -0.5 * (df + 1) * np.log1p(t**2 / df)
    return np.exp(logs - special.betaln(0.5 * df, 0.5)) / np.sqrt(df)


def stdtr_ddf(df: Any, t: Any) -> Any:
    """The tail beyond |t| is betainc(df / 2, 1 / 2, df / (df + t**2)) / 2; its derivative by df
    is that by the parameter, and that by the argument."""
    w = df / (df + t**2)
    by_parameter = -0.25 * np.sign(t) * betainc_da(0.5 * df, 0.5, w, 1)
    return by_parameter - 0.5 * t / df * t_density(df, t)


@smooth(special.fdtr)
def fdtr_partials(z: Any, dfn: Any, dfd: Any, x: Any) -> Any:
    return f_slopes(dfn, dfd, x)


@smooth(special.fdtrc)
def fdtrc_partials(z: Any, dfn: Any, dfd: Any, x: Any) -> Any:
    dn, dd, dx = f_slopes(dfn, dfd, x)
    return -dn, -dd, -dx


@smooth(special.fdtri)
def fdtri_partials(z: Any, dfn: Any, dfd: Any, p: Any) -> Any:
    dn, dd, dx = f_slopes(dfn, dfd, z)
    return -dn / dx, -dd / dx, 1 / dx


def f_slopes(dfn: Any, dfd: Any, x: Any) -> Any:
    """fdtr is betainc(dfn / 2, dfd / 2, w) with w = dfn x / (dfn x + dfd); dw by dfn, dfd and x is
    (x dfd, -x dfn, dfn dfd) / (dfn x + dfd)**2."""
    total = dfn * x + dfd
    a, b, w = 0.5 * dfn, 0.5 * dfd, dfn * x / total
    slope = beta_density(a, b, w) / total**2
    dn = 0.5 * betainc_da(a, b, w, 1) + slope * x * dfd
    dd = 0.5 * betainc_db(a, b, w, 1) - slope * x * dfn
    return dn, dd, slope * dfn * dfd


# ---------------------------------------------------------------- others


@smooth(special.owens_t)
def owens_t_partials(z: Any, h: Any, a: Any) -> Any:
    """Owen (1956)."""
    dh = -np.exp(-0.5 * h**2) * special.erf(ROOT_HALF * a * h) / (2 * ROOT_2_PI)
    return dh, np.exp(-0.5 * h**2 * (1 + a**2)) / (2 * math.pi * (1 + a**2))


@smooth(special.tklmbda)
def tklmbda_partials(z: Any, x: Any, lmbda: Any) -> Any:
    """The inverse of x = boxcox(z, l) - boxcox(1 - z, l); 0 outside of the support."""
    inside = (z > 0) & (z < 1)
    p = np.where(inside, z, 0.5)
    low, high = np.log(p), np.log1p(-p)
    slope = np.exp((lmbda - 1) * low) + np.exp((lmbda - 1) * high)
    bend = 0.5 * (
        low**2 * special.hyp1f1(2.0, 3.0, lmbda * low)
        - high**2 * special.hyp1f1(2.0, 3.0, lmbda * high)
    )
    return np.where(inside, 1 / slope, 0.0), np.where(inside, -bend / slope, 0.0)
