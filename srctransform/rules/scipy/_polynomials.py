"""Orthogonal polynomials by their argument x; the degree and the parameters are not moved.

    d/dx P[n](x) = C[n - 1](x), with the polynomial of Gegenbauer of parameter 3/2

Sources: DLMF 18.9(iii), 14.10 (associated Legendre functions), 14.30 (spherical harmonics). Written
without the quotients that are 0 / 0 at the ends of the interval.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ...ir.types import COMPLEX, Type, broadcast, number
from ..registry import result
from ._smooth import smooth

# fmt: off
smooth(special.eval_legendre,     "n, x", "", "special.eval_gegenbauer(n - 1, 1.5, x)")
smooth(special.eval_chebyt,       "n, x", "", "n * special.eval_chebyu(n - 1, x)")
smooth(special.eval_chebyu,       "n, x", "", "2 * special.eval_gegenbauer(n - 1, 2.0, x)")
smooth(special.eval_chebyc,       "n, x", "", "n * special.eval_chebys(n - 1, x)")
smooth(special.eval_chebys,       "n, x", "", "special.eval_gegenbauer(n - 1, 2.0, 0.5 * x)")
smooth(special.eval_hermite,      "n, x", "",
       "2 * n * special.eval_hermite(np.maximum(n - 1, 0), x)")
smooth(special.eval_hermitenorm,  "n, x", "",
       "n * special.eval_hermitenorm(np.maximum(n - 1, 0), x)")
smooth(special.eval_laguerre,     "n, x", "", "-special.eval_genlaguerre(n - 1, 1.0, x)")
smooth(special.eval_genlaguerre,  "n, alpha, x", "", "",
       "-special.eval_genlaguerre(n - 1, alpha + 1, x)")
smooth(special.eval_gegenbauer,   "n, alpha, x", "", "",
       "2 * alpha * special.eval_gegenbauer(n - 1, alpha + 1, x)")
smooth(special.eval_jacobi,       "n, alpha, beta, x", "", "", "",
       "0.5 * (n + alpha + beta + 1) * special.eval_jacobi(n - 1, alpha + 1, beta + 1, x)")
smooth(special.eval_sh_legendre,  "n, x", "", "2 * special.eval_gegenbauer(n - 1, 1.5, 2 * x - 1)")
smooth(special.eval_sh_chebyt,    "n, x", "", "2 * n * special.eval_sh_chebyu(n - 1, x)")
smooth(special.eval_sh_chebyu,    "n, x", "", "4 * special.eval_gegenbauer(n - 1, 2.0, 2 * x - 1)")
smooth(special.eval_sh_jacobi,    "n, p, q, x", "", "", "",
       "(n + p) * special.eval_jacobi(n - 1, p - q + 1, q, 2 * x - 1)"
       " / special.binom(2 * n + p - 1, n)")
smooth(special.lpmv,              "m, v, x", "", "",
       "(v * x * z - (v + m) * special.lpmv(m, v - 1, x)) / (x**2 - 1)")
# fmt: on


@smooth(special.assoc_laguerre, "x")
def assoc_laguerre_partials(z: Any, x: Any, n: Any, k: Any = 0.0) -> Any:
    return -special.eval_genlaguerre(n - 1, k + 1, x)


if hasattr(special, "sph_harm_y"):

    @smooth(special.sph_harm_y, "theta, phi")
    def sph_harm_y_partials(z: Any, n: Any, m: Any, theta: Any, phi: Any) -> Any:
        """By theta from the neighbours m - 1 and m + 1, which is right at the poles too."""
        up = np.sqrt((n - m) * (n + m + 1.0)) * np.exp(-1j * phi)
        down = np.sqrt((n + m) * (n - m + 1.0)) * np.exp(1j * phi)
        above, below = neighbour(n, m + 1, theta, phi), neighbour(n, m - 1, theta, phi)
        return 0.5 * (up * above - down * below), 1j * m * z

    def neighbour(n: Any, m: Any, theta: Any, phi: Any) -> Any:
        """The harmonic of order m; of any other where there is none, as its weight is 0."""
        return special.sph_harm_y(n, np.maximum(np.minimum(m, n), -n), theta, phi)

    @result(special.sph_harm_y)
    def sph_harm_y_result(*args: Any) -> Any:
        shape = broadcast(*(a.shape for a in args if isinstance(a, Type)))
        return number(shape, "complex", {COMPLEX})
