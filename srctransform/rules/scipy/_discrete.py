"""Discrete distributions of scipy.stats by their real parameters; counts are not moved.

    mass(distribution, its parameters, the real ones, partials of the log of the probability of k,
         cdf=the partials of the distribution function)

Sources: Johnson, Kemp, Kotz, "Univariate discrete distributions" (2005). Where k has probability 0,
and where a distribution function is 0 or 1, derivatives are 0.
"""

from __future__ import annotations

from scipy import stats

from ._densities import mass

# fmt: off
mass(stats.poisson,    "mu", "mu", "ratio(k, mu) - 1", cdf="-gamma_density(k + 1, mu)")
mass(stats.binom,      "n p", "p", "ratio(k, p) - ratio(n - k, 1 - p)",
     cdf="-beta_density(k + 1, n - k, p)")
mass(stats.bernoulli,  "p", "p", "ratio(k, p) - ratio(1 - k, 1 - p)", cdf="-1.0")
mass(stats.nbinom,     "n p", "n p",
     "special.psi(k + n) - special.psi(n) + np.log(p)", "n / p - ratio(k, 1 - p)",
     cdf="betainc_da(n, k + 1, p, 1); beta_density(n, k + 1, p)")
mass(stats.geom,       "p", "p", "1 / p - ratio(k - 1, 1 - p)", cdf="k * (1 - p) ** (k - 1)")
mass(stats.betabinom,  "n a b", "a b",
     "special.psi(k + a) - special.psi(n + a + b) - special.psi(a) + special.psi(a + b)",
     "special.psi(n - k + b) - special.psi(n + a + b) - special.psi(b) + special.psi(a + b)")
mass(stats.betanbinom, "n a b", "a b",
     "special.psi(a + n) - special.psi(a + n + b + k) - special.psi(a) + special.psi(a + b)",
     "special.psi(b + k) - special.psi(a + n + b + k) - special.psi(b) + special.psi(a + b)")
mass(stats.logser,     "p", "p", "k / p + 1 / ((1 - p) * np.log1p(-p))")
mass(stats.planck,     "lambda_", "lambda_", "1 / np.expm1(lambda_) - k",
     cdf="(k + 1) * np.exp(-lambda_ * (k + 1))")
mass(stats.dlaplace,   "a", "a", "1 / np.sinh(a) - np.abs(k)")
mass(stats.yulesimon,  "alpha", "alpha",
     "1 / alpha + special.psi(alpha + 1) - special.psi(k + alpha + 1)")
# fmt: on
