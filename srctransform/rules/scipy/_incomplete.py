"""Incomplete gamma and beta functions, and their inverses, by every argument.

    z = gammainc(a, x)      dx = dz * density of the gamma distribution at x

By the argument it is the density (DLMF 8.8.13, 8.17.20); by the parameters there is no closed form:
helpers take differences that keep some 11 digits (see runtime/scipy_incomplete.py), and 7 in the
second derivatives. An inverse has the derivatives of the implicit function theorem.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ...errors import UnsupportedError
from ...runtime import betainc_da, betainc_db, gammainc_da
from ..registry import static
from ._smooth import smooth


def gamma_density(a: Any, x: Any) -> Any:
    """x**(a - 1) exp(-x) / gamma(a)"""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x**(a - 1) (1 - x)**(b - 1) / beta(a, b)"""
    logs = special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x)
    return np.exp(logs - special.betaln(a, b))


# fmt: off
smooth(special.gammainc,     "a, x",    "gammainc_da(a, x, 1)", "gamma_density(a, x)")
smooth(special.gammaincc,    "a, x",    "-gammainc_da(a, x, 1)", "-gamma_density(a, x)")
smooth(special.gammaincinv,  "a, y",    "-gammainc_da(a, z, 1) / gamma_density(a, z)",
       "1 / gamma_density(a, z)")
smooth(special.gammainccinv, "a, y",    "-gammainc_da(a, z, 1) / gamma_density(a, z)",
       "-1 / gamma_density(a, z)")
smooth(special.betainc,      "a, b, x", "betainc_da(a, b, x, 1)", "betainc_db(a, b, x, 1)",
       "beta_density(a, b, x)")
smooth(special.betaincinv,   "a, b, y", "-betainc_da(a, b, z, 1) / beta_density(a, b, z)",
       "-betainc_db(a, b, z, 1) / beta_density(a, b, z)", "1 / beta_density(a, b, z)")
if hasattr(special, "betaincc"):
    smooth(special.betaincc, "a, b, x", "-betainc_da(a, b, x, 1)", "-betainc_db(a, b, x, 1)",
           "-beta_density(a, b, x)")
    smooth(special.betainccinv, "a, b, y", "-betainc_da(a, b, z, 1) / beta_density(a, b, z)",
           "-betainc_db(a, b, z, 1) / beta_density(a, b, z)", "-1 / beta_density(a, b, z)")

# the inverses in a parameter
smooth(special.btdtria,      "p, b, x", "1 / betainc_da(z, b, x, 1)",
       "-betainc_db(z, b, x, 1) / betainc_da(z, b, x, 1)",
       "-beta_density(z, b, x) / betainc_da(z, b, x, 1)")
smooth(special.btdtrib,      "a, p, x", "-betainc_da(a, z, x, 1) / betainc_db(a, z, x, 1)",
       "1 / betainc_db(a, z, x, 1)", "-beta_density(a, z, x) / betainc_db(a, z, x, 1)")

# derivatives of the derivatives by a parameter
smooth(gammainc_da,          "a, x, n", "gammainc_da(a, x, following(n))",
       "gamma_density(a, x) * score(np.log(x) - special.psi(a), -special.polygamma(1, a), n)", "0")
smooth(betainc_da,           "a, b, x, n", "betainc_da(a, b, x, following(n))", "",
       "beta_density(a, b, x) * score(np.log(x) - special.psi(a) + special.psi(a + b),"
       " special.polygamma(1, a + b) - special.polygamma(1, a), n)", "0")
smooth(betainc_db,           "a, b, x, n", "", "betainc_db(a, b, x, following(n))",
       "beta_density(a, b, x) * score(np.log1p(-x) - special.psi(b) + special.psi(a + b),"
       " special.polygamma(1, a + b) - special.polygamma(1, b), n)", "0")
# fmt: on


def score(first: Any, second: Any, n: Any) -> Any:
    """What a density is multiplied with in its n-th derivative by a parameter, from the first and
    second derivative of its logarithm."""
    return first if n == 1 else first**2 + second


@static
def following(n: int) -> int:
    """The order of the next derivative by a parameter."""
    if n > 1:
        raise UnsupportedError(
            "the third derivative of an incomplete gamma or beta function by a parameter"
        )
    return n + 1
