"""Continuous distributions of scipy.stats: y = (x - loc) / scale, a line each.

    density(distribution, shapes, support, log-density, its partials by y and the shapes,
            cdf=the partials of the distribution function by the shapes,
            lower=, upper= density / cdf, density / sf)

Sources: Johnson, Kotz, Balakrishnan, "Continuous univariate distributions" (1994, 1995), in the
parametrization of SciPy's documentation. On a bound of the support, where the density jumps, the
derivative is that of the inside where the line says `>=`, else 0. `laplace` and its kin have
derivative 0 at their peak. Shapes by which a distribution function has no line are refused there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from ...runtime import log_normal_mass
from ._cumulative import ROOT_2_OVER_PI, ROOT_HALF, f_slopes, stdtr_ddf
from ._densities import NAMES, density
from ._smooth import smooth


def bell(y: Any) -> Any:
    """The density of the standard normal distribution."""
    return np.exp(-0.5 * y**2 - 0.9189385332046727)


def mills(y: Any) -> Any:
    """bell(y) / ndtr(y), which is about -y far to the left."""
    return ROOT_2_OVER_PI / special.erfcx(-ROOT_HALF * y)


def beta_variance(a: Any, b: Any) -> Any:
    """The variance of the beta distribution."""
    return a * b / ((a + b) ** 2 * (a + b + 1))


def stretched(c: Any, y: Any) -> Any:
    """-log(1 - c y) / c, which is y at c = 0 (DLMF 15.4.1)."""
    return y * special.hyp2f1(1.0, 1.0, 2.0, c * y)


def stretched_dc(c: Any, y: Any) -> Any:
    """Its derivative by c."""
    return 0.5 * y**2 * special.hyp2f1(2.0, 2.0, 3.0, c * y)


NAMES |= {
    "beta_variance": beta_variance, "bell": bell, "mills": mills, "f_slopes": f_slopes,
    "log_normal_mass": log_normal_mass, "stdtr_ddf": stdtr_ddf, "stretched": stretched,
    "stretched_dc": stretched_dc,
}  # fmt: skip

NORMAL = 0.5 * math.log(2.0 * math.pi)
HALF_NORMAL = 0.5 * math.log(0.5 * math.pi)
HALF_CAUCHY = math.log(0.5 * math.pi)
LOG_2, LOG_PI, LOG_2_PI = math.log(2.0), math.log(math.pi), math.log(2.0 * math.pi)
HALF_LOG_2 = 0.5 * LOG_2
UNIT = "(y > 0) & (y < 1)"

# fmt: off
smooth(log_normal_mass, "a, b", f"-np.exp(-0.5 * a**2 - {NORMAL} - z)",
       f"np.exp(-0.5 * b**2 - {NORMAL} - z)")

# ------------------------------------------------------------ no shapes, all reals
density(stats.norm,       "", "", f"-0.5 * y**2 - {NORMAL}", "-y",
        lower="mills(y)", upper="mills(-y)")
density(stats.laplace,    "", "", f"-np.abs(y) - {LOG_2}", "-np.sign(y)")
density(stats.logistic,   "", "", "special.log_expit(y) + special.log_expit(-y)",
        "-np.tanh(0.5 * y)", lower="special.expit(-y)", upper="special.expit(y)")
density(stats.cauchy,     "", "", f"-np.log1p(y**2) - {LOG_PI}", "-2 * y / (1 + y**2)")
density(stats.gumbel_r,   "", "", "-y - np.exp(-y)", "np.exp(-y) - 1", lower="np.exp(-y)")
density(stats.gumbel_l,   "", "", "y - np.exp(y)", "1 - np.exp(y)", upper="np.exp(y)")
density(stats.hypsecant,  "", "", f"-np.logaddexp(y, -y) - {HALF_CAUCHY}", "-np.tanh(y)")
density(stats.moyal,      "", "", f"-0.5 * (y + np.exp(-y)) - {NORMAL}",
        "-0.5 * (1 - np.exp(-y))")

# ------------------------------------------------------------ no shapes, a part of the reals
density(stats.uniform,    "", "(y >= 0) & (y <= 1)", "0.0 * y", "0.0 * y")
density(stats.expon,      "", "(y >= 0)", "-y", "-1.0", upper="1.0")
density(stats.halfnorm,   "", "(y >= 0)", f"-0.5 * y**2 - {HALF_NORMAL}", "-y", upper="mills(-y)")
density(stats.halfcauchy, "", "(y >= 0)", f"-np.log1p(y**2) - {HALF_CAUCHY}",
        "-2 * y / (1 + y**2)")
density(stats.halflogistic, "", "(y >= 0)",
        f"special.log_expit(y) + special.log_expit(-y) + {LOG_2}", "-np.tanh(0.5 * y)")
density(stats.rayleigh,   "", "(y > 0)", "np.log(y) - 0.5 * y**2", "1 / y - y", upper="y")
density(stats.maxwell,    "", "(y > 0)", f"2 * np.log(y) - 0.5 * y**2 - {HALF_NORMAL}",
        "2 / y - y")
density(stats.levy,       "", "(y > 0)", f"-1.5 * np.log(y) - 0.5 / y - {NORMAL}",
        "(0.5 / y - 1.5) / y")
density(stats.gibrat,     "", "(y > 0)", f"-0.5 * np.log(y) ** 2 - np.log(y) - {NORMAL}",
        "-(1 + np.log(y)) / y", lower="mills(np.log(y)) / y", upper="mills(-np.log(y)) / y")
density(stats.wald,       "", "(y > 0)", f"-1.5 * np.log(y) - 0.5 * (y - 1) ** 2 / y - {NORMAL}",
        "-1.5 / y - 0.5 + 0.5 / y**2")
density(stats.semicircular, "", "(y > -1) & (y < 1)", f"0.5 * np.log1p(-(y**2)) - {HALF_CAUCHY}",
        "-y / ((1 - y) * (1 + y))")
density(stats.arcsine,    "", UNIT, f"-0.5 * np.log(y * (1 - y)) - {LOG_PI}",
        "0.5 / (1 - y) - 0.5 / y")
density(stats.anglit,     "", f"(y > {-np.pi / 4}) & (y < {np.pi / 4})", "np.log(np.cos(2 * y))",
        "-2 * np.tan(2 * y)")
density(stats.cosine,     "", f"(y > {-np.pi}) & (y < {np.pi})",
        f"np.log1p(np.cos(y)) - {LOG_2_PI}", "-np.tan(0.5 * y)")

# ------------------------------------------------------------ gamma and its kin
for gamma in (stats.gamma, stats.erlang):
    density(gamma,        "a", "(y > 0)", "special.xlogy(a - 1, y) - y - special.gammaln(a)",
            "(a - 1) / y - 1", "np.log(y) - special.psi(a)", cdf="gammainc_da(a, y, 1)",
            entropy="1 + (1 - a) * special.polygamma(1, a)", mean="1.0", var="1.0")
density(stats.chi2,       "df", "(y > 0)",
        f"special.xlogy(0.5 * df - 1, 0.5 * y) - 0.5 * y - special.gammaln(0.5 * df) - {LOG_2}",
        "(0.5 * df - 1) / y - 0.5", "0.5 * (np.log(0.5 * y) - special.psi(0.5 * df))",
        cdf="0.5 * gammainc_da(0.5 * df, 0.5 * y, 1)", mean="1.0", var="2.0")
density(stats.chi,        "df", "(y > 0)",
        f"(df - 1) * np.log(y) - 0.5 * y**2 - special.gammaln(0.5 * df) - {LOG_2} * (0.5 * df - 1)",
        "(df - 1) / y - y", f"np.log(y) - {HALF_LOG_2} - 0.5 * special.psi(0.5 * df)",
        cdf="0.5 * gammainc_da(0.5 * df, 0.5 * y**2, 1)")
density(stats.invgamma,   "a", "(y > 0)", "-(a + 1) * np.log(y) - special.gammaln(a) - 1 / y",
        "(1 / y - (a + 1)) / y", "-np.log(y) - special.psi(a)", cdf="-gammainc_da(a, 1 / y, 1)",
        mean="-1 / (a - 1) ** 2",
        var="-(2 / (a - 1) + 1 / (a - 2)) / ((a - 1) ** 2 * (a - 2))")
density(stats.loggamma,   "c", "", "c * y - np.exp(y) - special.gammaln(c)", "c - np.exp(y)",
        "y - special.psi(c)", cdf="gammainc_da(c, np.exp(y), 1)")
density(stats.dgamma,     "a", "",
        f"special.xlogy(a - 1, np.abs(y)) - np.abs(y) - special.gammaln(a) - {LOG_2}",
        "(a - 1) / y - np.sign(y)", "np.log(np.abs(y)) - special.psi(a)",
        cdf="0.5 * np.sign(y) * gammainc_da(a, np.abs(y), 1)")
density(stats.gengamma,   "a c", "(y > 0)",
        "np.log(np.abs(c)) + (c * a - 1) * np.log(y) - y**c - special.gammaln(a)",
        "(c * a - 1 - c * y**c) / y", "c * np.log(y) - special.psi(a)",
        "1 / c + (a - y**c) * np.log(y)",
        cdf="np.sign(c) * gammainc_da(a, y**c, 1);"
            "np.sign(c) * gamma_density(a, y**c) * y**c * np.log(y)")
density(stats.nakagami,   "nu", "(y > 0)",
        f"{LOG_2} + nu * np.log(nu) + (2 * nu - 1) * np.log(y) - nu * y**2 - special.gammaln(nu)",
        "(2 * nu - 1) / y - 2 * nu * y",
        "np.log(nu) + 1 - special.psi(nu) + 2 * np.log(y) - y**2",
        cdf="gammainc_da(nu, nu * y**2, 1) + y**2 * gamma_density(nu, nu * y**2)")
density(stats.gennorm,    "beta", "",
        "np.log(0.5 * beta) - special.gammaln(1 / beta) - np.abs(y) ** beta",
        "-beta * np.sign(y) * np.abs(y) ** (beta - 1)",
        "1 / beta + special.psi(1 / beta) / beta**2 - special.xlogy(np.abs(y) ** beta, np.abs(y))")

# ------------------------------------------------------------ beta and its kin
density(stats.beta,       "a b", UNIT,
        "special.xlogy(a - 1, y) + special.xlog1py(b - 1, -y) - special.betaln(a, b)",
        "(a - 1) / y - (b - 1) / (1 - y)", "np.log(y) - special.psi(a) + special.psi(a + b)",
        "np.log1p(-y) - special.psi(b) + special.psi(a + b)",
        cdf="betainc_da(a, b, y, 1); betainc_db(a, b, y, 1)",
        mean="b / (a + b) ** 2; -a / (a + b) ** 2",
        var="beta_variance(a, b) * (1 / a - 2 / (a + b) - 1 / (a + b + 1));"
            "beta_variance(a, b) * (1 / b - 2 / (a + b) - 1 / (a + b + 1))")
density(stats.betaprime,  "a b", "(y > 0)",
        "special.xlogy(a - 1, y) - special.xlog1py(a + b, y) - special.betaln(a, b)",
        "(a - 1) / y - (a + b) / (1 + y)",
        "np.log(y) - np.log1p(y) - special.psi(a) + special.psi(a + b)",
        "special.psi(a + b) - special.psi(b) - np.log1p(y)",
        cdf="betainc_da(a, b, y / (1 + y), 1); betainc_db(a, b, y / (1 + y), 1)")
density(stats.f,          "dfn dfd", "(y > 0)",
        "0.5 * dfn * np.log(dfn / dfd) + special.xlogy(0.5 * dfn - 1, y)"
        " - 0.5 * (dfn + dfd) * np.log1p(dfn * y / dfd) - special.betaln(0.5 * dfn, 0.5 * dfd)",
        "(0.5 * dfn - 1) / y - 0.5 * (dfn + dfd) * dfn / (dfd + dfn * y)",
        "0.5 * (np.log(dfn * y / dfd) - np.log1p(dfn * y / dfd) + 1 - (dfn + dfd) * y / (dfd"
        " + dfn * y)"
        " - special.psi(0.5 * dfn) + special.psi(0.5 * (dfn + dfd)))",
        "0.5 * ((dfn + dfd) * dfn * y / (dfd * (dfd + dfn * y)) - dfn / dfd"
        " - np.log1p(dfn * y / dfd) - special.psi(0.5 * dfd) + special.psi(0.5 * (dfn + dfd)))",
        cdf="f_slopes(dfn, dfd, y)[0]; f_slopes(dfn, dfd, y)[1]")
density(stats.t,          "df", "",
        "-0.5 * (df + 1) * np.log1p(y**2 / df) - 0.5 * np.log(df) - special.betaln(0.5 * df, 0.5)",
        "-(df + 1) * y / (df + y**2)",
        "0.5 * ((df + 1) * y**2 / (df * (df + y**2)) - np.log1p(y**2 / df) - 1 / df"
        " - special.psi(0.5 * df) + special.psi(0.5 * (df + 1)))",
        cdf="stdtr_ddf(df, y)", mean="0.0", var="-2 / (df - 2) ** 2")
density(stats.powerlaw,   "a", UNIT, "np.log(a) + (a - 1) * np.log(y)", "(a - 1) / y",
        "1 / a + np.log(y)", cdf="y**a * np.log(y)", lower="a / y")

# ------------------------------------------------------------ functions of normal ones
density(stats.lognorm,    "s", "(y > 0)",
        f"-0.5 * (np.log(y) / s) ** 2 - np.log(s * y) - {NORMAL}",
        "-(1 + np.log(y) / s**2) / y", "((np.log(y) / s) ** 2 - 1) / s",
        cdf="-np.log(y) / s**2 * bell(np.log(y) / s)",
        lower="mills(np.log(y) / s) / (s * y)", upper="mills(-np.log(y) / s) / (s * y)",
        mean="s * np.exp(0.5 * s**2)",
        var="2 * s * np.exp(s**2) * (2 * np.exp(s**2) - 1)")
density(stats.skewnorm,   "a", "",
        f"{LOG_2} - 0.5 * y**2 - {NORMAL} + special.log_ndtr(a * y)",
        "a * mills(a * y) - y", "y * mills(a * y)",
        cdf=f"-np.exp(-0.5 * y**2 * (1 + a**2)) / ({np.pi} * (1 + a**2))")
density(stats.truncnorm,  "a b", "(y > a) & (y < b)",
        f"-0.5 * y**2 - {NORMAL} - log_normal_mass(a, b)", "-y",
        f"np.exp(-0.5 * a**2 - {NORMAL} - log_normal_mass(a, b))",
        f"-np.exp(-0.5 * b**2 - {NORMAL} - log_normal_mass(a, b))",
        inner="np.maximum(np.minimum(b, 0.0), a)",
        cdf=f"-np.exp(log_normal_mass(y, b) - 2 * log_normal_mass(a, b) - 0.5 * a**2 - {NORMAL});"
            f"-np.exp(log_normal_mass(a, y) - 2 * log_normal_mass(a, b) - 0.5 * b**2 - {NORMAL})")
density(stats.foldnorm,   "c", "(y >= 0)",
        f"-0.5 * (y**2 + c**2) + np.logaddexp(c * y, -c * y) - {NORMAL}",
        "c * np.tanh(c * y) - y", "y * np.tanh(c * y) - c", cdf="bell(y + c) - bell(y - c)")
density(stats.invgauss,   "mu", "(y > 0)",
        f"-1.5 * np.log(y) - 0.5 * ((y - mu) / mu) ** 2 / y - {NORMAL}",
        "-1.5 / y - 0.5 / mu**2 + 0.5 / y**2", "(y - mu) / mu**3",
        cdf="-2 / mu**2 * np.exp(2 / mu + special.log_ndtr(-(y / mu + 1) / np.sqrt(y)))")
density(stats.johnsonsu,  "a b", "",
        f"np.log(b) - 0.5 * np.log1p(y**2) - 0.5 * (a + b * np.arcsinh(y)) ** 2 - {NORMAL}",
        "-y / (1 + y**2) - (a + b * np.arcsinh(y)) * b / np.sqrt(1 + y**2)",
        "-(a + b * np.arcsinh(y))", "1 / b - (a + b * np.arcsinh(y)) * np.arcsinh(y)",
        cdf="bell(a + b * np.arcsinh(y)); np.arcsinh(y) * bell(a + b * np.arcsinh(y))",
        lower="mills(a + b * np.arcsinh(y)) * b / np.sqrt(1 + y**2)",
        upper="mills(-a - b * np.arcsinh(y)) * b / np.sqrt(1 + y**2)")
density(stats.johnsonsb,  "a b", UNIT,
        f"np.log(b / (y * (1 - y))) - 0.5 * (a + b * special.logit(y)) ** 2 - {NORMAL}",
        "(2 * y - 1 - b * (a + b * special.logit(y))) / (y * (1 - y))",
        "-(a + b * special.logit(y))", "1 / b - (a + b * special.logit(y)) * special.logit(y)",
        cdf="bell(a + b * special.logit(y)); special.logit(y) * bell(a + b * special.logit(y))")
density(stats.fatiguelife, "c", "(y > 0)",
        f"np.log((1 + y) / (2 * c)) - 1.5 * np.log(y) - 0.5 * ((y - 1) / c) ** 2 / y - {NORMAL}",
        "1 / (1 + y) - 1.5 / y - (1 - 1 / y**2) / (2 * c**2)",
        "((y - 1) / c) ** 2 / (c * y) - 1 / c",
        cdf="-(y - 1) / (c**2 * np.sqrt(y)) * bell((y - 1) / (c * np.sqrt(y)))")
density(stats.exponnorm,  "K", "",
        "0.5 / K**2 - y / K + special.log_ndtr(y - 1 / K) - np.log(K)", "mills(y - 1 / K) - 1 / K",
        "(y - 1 / K + mills(y - 1 / K)) / K**2 - 1 / K")

# ------------------------------------------------------------ powers and extremes
density(stats.weibull_min, "c", "(y > 0)", "np.log(c) + (c - 1) * np.log(y) - y**c",
        "(c - 1 - c * y**c) / y", "1 / c + np.log(y) * (1 - y**c)",
        cdf="np.exp(-(y**c)) * y**c * np.log(y)", upper="c * y ** (c - 1)",
        mean="-special.gamma(1 + 1 / c) * special.psi(1 + 1 / c) / c**2",
        var="2 * (special.gamma(1 + 1 / c) ** 2 * special.psi(1 + 1 / c)"
            " - special.gamma(1 + 2 / c) * special.psi(1 + 2 / c)) / c**2")
density(stats.weibull_max, "c", "(y < 0)", "np.log(c) + (c - 1) * np.log(-y) - (-y) ** c",
        "(c - 1 - c * (-y) ** c) / y", "1 / c + np.log(-y) * (1 - (-y) ** c)",
        inner="-0.5", cdf="-np.exp(-((-y) ** c)) * (-y) ** c * np.log(-y)",
        lower="c * (-y) ** (c - 1)")
density(stats.dweibull,   "c", "",
        "np.log(0.5 * c) + (c - 1) * np.log(np.abs(y)) - np.abs(y) ** c",
        "(c - 1 - c * np.abs(y) ** c) / y", "1 / c + np.log(np.abs(y)) * (1 - np.abs(y) ** c)",
        cdf="0.5 * np.sign(y) * np.exp(-(np.abs(y) ** c)) * np.abs(y) ** c * np.log(np.abs(y))")
density(stats.invweibull, "c", "(y > 0)", "np.log(c) - (c + 1) * np.log(y) - y ** (-c)",
        "(c * y ** (-c) - (c + 1)) / y", "1 / c - np.log(y) * (1 - y ** (-c))",
        cdf="np.exp(-(y ** (-c))) * y ** (-c) * np.log(y)", lower="c * y ** (-c - 1)")
density(stats.exponweib,  "a c", "(y > 0)",
        "np.log(a * c) + (a - 1) * np.log(-np.expm1(-(y**c))) - y**c + (c - 1) * np.log(y)",
        "(c - 1 - c * y**c + (a - 1) * c * y**c / np.expm1(y**c)) / y",
        "1 / a + np.log(-np.expm1(-(y**c)))",
        "1 / c + np.log(y) * (1 - y**c + (a - 1) * y**c / np.expm1(y**c))",
        cdf="(-np.expm1(-(y**c))) ** a * np.log(-np.expm1(-(y**c)));"
            "a * (-np.expm1(-(y**c))) ** a * y**c * np.log(y) / np.expm1(y**c)")
density(stats.pareto,     "b", "(y >= 1)", "np.log(b) - (b + 1) * np.log(y)", "-(b + 1) / y",
        "1 / b - np.log(y)", inner="2.0", cdf="y ** (-b) * np.log(y)", upper="b / y",
        mean="-1 / (b - 1) ** 2",
        var="b / ((b - 1) ** 2 * (b - 2)) * (1 / b - 2 / (b - 1) - 1 / (b - 2))")
density(stats.lomax,      "c", "(y >= 0)", "np.log(c) - (c + 1) * np.log1p(y)",
        "-(c + 1) / (1 + y)",
        "1 / c - np.log1p(y)", cdf="np.exp(-c * np.log1p(y)) * np.log1p(y)", upper="c / (1 + y)")
density(stats.genpareto,  "c", "(y >= 0) & (1 + c * y > 0)", "-(1 + c) * stretched(-c, y)",
        "-(1 + c) / (1 + c * y)", "(1 + c) * stretched_dc(-c, y) - stretched(-c, y)",
        inner="0.0", cdf="-np.exp(-stretched(-c, y)) * stretched_dc(-c, y)",
        upper="1 / (1 + c * y)")
density(stats.genextreme, "c", "(1 - c * y > 0)",
        "-np.exp(-stretched(c, y)) - (1 - c) * stretched(c, y)",
        "(np.exp(-stretched(c, y)) - (1 - c)) / (1 - c * y)",
        "stretched(c, y) + (np.exp(-stretched(c, y)) - (1 - c)) * stretched_dc(c, y)",
        inner="0.0",
        cdf="np.exp(-np.exp(-stretched(c, y)) - stretched(c, y)) * stretched_dc(c, y)",
        lower="np.exp(-stretched(c, y)) / (1 - c * y)")
density(stats.gompertz,   "c", "(y >= 0)", "np.log(c) + y - c * np.expm1(y)", "1 - c * np.exp(y)",
        "1 / c - np.expm1(y)", cdf="np.expm1(y) * np.exp(-c * np.expm1(y))", upper="c * np.exp(y)")
density(stats.genlogistic, "c", "", "np.log(c) - y + (c + 1) * special.log_expit(y)",
        "(c + 1) * special.expit(-y) - 1", "1 / c + special.log_expit(y)",
        cdf="special.log_expit(y) * np.exp(c * special.log_expit(y))",
        lower="c * special.expit(-y)")
density(stats.fisk,       "c", "(y > 0)",
        "np.log(c / y) + special.log_expit(c * np.log(y)) + special.log_expit(-c * np.log(y))",
        "(c - 1 - 2 * c * special.expit(c * np.log(y))) / y",
        "1 / c - np.log(y) * np.tanh(0.5 * c * np.log(y))",
        cdf="np.log(y) * special.expit(c * np.log(y)) * special.expit(-c * np.log(y))",
        lower="c / y * special.expit(-c * np.log(y))", upper="c / y * special.expit(c * np.log(y))")
density(stats.burr,       "c d", "(y > 0)",
        "np.log(c * d) - (c + 1) * np.log(y) + (d + 1) * special.log_expit(c * np.log(y))",
        "((d + 1) * c * special.expit(-c * np.log(y)) - (c + 1)) / y",
        "1 / c - np.log(y) * (1 - (d + 1) * special.expit(-c * np.log(y)))",
        "1 / d + special.log_expit(c * np.log(y))",
        cdf="d * np.log(y) * special.expit(-c * np.log(y)) * special.expit(c * np.log(y)) ** d;"
            "special.log_expit(c * np.log(y)) * special.expit(c * np.log(y)) ** d")
density(stats.burr12,     "c d", "(y > 0)",
        "np.log(c * d) + (c - 1) * np.log(y) + (d + 1) * special.log_expit(-c * np.log(y))",
        "(c - 1 - (d + 1) * c * special.expit(c * np.log(y))) / y",
        "1 / c + np.log(y) * (1 - (d + 1) * special.expit(c * np.log(y)))",
        "1 / d + special.log_expit(-c * np.log(y))",
        cdf="d * np.log(y) * special.expit(c * np.log(y)) * special.expit(-c * np.log(y)) ** d;"
            "-special.log_expit(-c * np.log(y)) * special.expit(-c * np.log(y)) ** d")
density(stats.loglaplace, "c", "(y > 0)",
        "np.log(0.5 * c / y) - c * np.abs(np.log(y))", "-(1 + c * np.sign(np.log(y))) / y",
        "1 / c - np.abs(np.log(y))", cdf="0.5 * np.log(y) * np.exp(-c * np.abs(np.log(y)))")

# ------------------------------------------------------------ on intervals and circles
for reciprocal in (stats.loguniform, stats.reciprocal):
    density(reciprocal,   "a b", "(y >= a) & (y <= b)", "-np.log(y * np.log(b / a))", "-1 / y",
            "1 / (a * np.log(b / a))", "-1 / (b * np.log(b / a))", inner="a",
            cdf="-np.log(b / y) / (a * np.log(b / a) ** 2);"
                "-np.log(y / a) / (b * np.log(b / a) ** 2)")
density(stats.bradford,   "c", "(y >= 0) & (y <= 1)", "np.log(c / np.log1p(c)) - np.log1p(c * y)",
        "-c / (1 + c * y)", "1 / c - 1 / ((1 + c) * np.log1p(c)) - y / (1 + c * y)",
        cdf="y / ((1 + c * y) * np.log1p(c)) - np.log1p(c * y) / ((1 + c) * np.log1p(c) ** 2)")
density(stats.truncexpon, "b", "(y >= 0) & (y <= b)", "-y - np.log(-np.expm1(-b))", "-1.0",
        "-1 / np.expm1(b)", inner="0.0",
        cdf="np.expm1(-y) * np.exp(-b) / np.expm1(-b) ** 2")
density(stats.triang,     "c", UNIT,
        "np.log(2 * np.where(y < c, y, 1 - y) / np.where(y < c, c, 1 - c))",
        "1 / np.where(y < c, y, y - 1)", "-1 / np.where(y < c, c, c - 1)",
        cdf="-((np.where(y < c, y, 1 - y) / np.where(y < c, c, 1 - c)) ** 2)")
density(stats.rice,       "b", "(y > 0)", "np.log(y * special.i0e(y * b)) - 0.5 * (y - b) ** 2",
        "1 / y - y + b * special.i1e(y * b) / special.i0e(y * b)",
        "y * special.i1e(y * b) / special.i0e(y * b) - b")
density(stats.vonmises,   "kappa", "",
        f"kappa * special.cosm1(y) - np.log(special.i0e(kappa)) - {LOG_2_PI}",
        "-kappa * np.sin(y)", "np.cos(y) - special.i1e(kappa) / special.i0e(kappa)")
density(stats.wrapcauchy, "c", f"(y > 0) & (y < {2 * np.pi})",
        f"np.log((1 - c**2) / (1 + c**2 - 2 * c * np.cos(y))) - {LOG_2_PI}",
        "-2 * c * np.sin(y) / (1 + c**2 - 2 * c * np.cos(y))",
        "2 * (np.cos(y) - c) / (1 + c**2 - 2 * c * np.cos(y)) - 2 * c / (1 - c**2)")
# fmt: on
