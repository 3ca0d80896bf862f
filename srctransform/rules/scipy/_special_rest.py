"""What is left of scipy.special: constants, simple integrals, and what is refused and why."""

from __future__ import annotations

from typing import Any

from scipy import special

from ..registry import nondifferentiable, refused
from ._smooth import smooth

# fmt: off
smooth(special.itstruve0,    "x", "special.struve(0, x)")
smooth(special.it2struve0,   "x", "-special.struve(0, x) / x")
smooth(special.itmodstruve0, "x", "special.modstruve(0, x)")
# fmt: on


def named(*names: str) -> list[Any]:
    """The functions of these names that this SciPy has."""
    return [getattr(special, name) for name in names if hasattr(special, name)]


nondifferentiable(
    special.gammasgn, special.round, special.geterr, special.seterr,
    *named(
        # of whole numbers
        "bernoulli", "euler", "stirling2",
        "ai_zeros", "bi_zeros", "bei_zeros", "beip_zeros", "ber_zeros", "berp_zeros", "kei_zeros",
        "keip_zeros", "ker_zeros", "kerp_zeros", "kelvin_zeros", "erf_zeros", "fresnel_zeros",
        "fresnelc_zeros", "fresnels_zeros", "jn_zeros", "jnjnp_zeros", "jnp_zeros", "jnyn_zeros",
        "y0_zeros", "y1_zeros", "y1p_zeros", "yn_zeros", "ynp_zeros",
        "roots_legendre", "roots_chebyt", "roots_chebyu", "roots_chebyc", "roots_chebys",
        "roots_laguerre", "roots_hermite", "roots_hermitenorm", "roots_sh_legendre",
        "roots_sh_chebyt", "roots_sh_chebyu", "p_roots", "t_roots", "u_roots", "c_roots",
        "s_roots", "l_roots", "h_roots", "he_roots", "ps_roots", "ts_roots", "us_roots",
    ),
)  # fmt: skip

refused(
    "it is of whole numbers; `gamma` is the factorial of real ones",
    *named("factorial2", "factorialk"),
)
refused(
    "it makes a polynomial object; use the `eval_...` function of the same polynomials",
    *named(
        "legendre", "chebyt", "chebyu", "chebyc", "chebys", "jacobi", "laguerre", "genlaguerre",
        "hermite", "hermitenorm", "gegenbauer", "sh_legendre", "sh_chebyt", "sh_chebyu",
        "sh_jacobi",
    ),
)  # fmt: skip
refused(
    "its nodes and weights have no derivative here by the parameters of the polynomials",
    *named(
        "roots_jacobi", "roots_genlaguerre", "roots_gegenbauer", "roots_sh_jacobi", "j_roots",
        "la_roots", "cg_roots", "js_roots",
    ),
)  # fmt: skip
refused(
    "it gives a table of orders up to n; use the function of one order",
    *named(
        "lqn", "lqmn", "riccati_jn", "riccati_yn", "lmbda", "pbdn_seq", "pbdv_seq", "pbvv_seq",
        "legendre_p_all", "assoc_legendre_p_all", "sph_legendre_p_all", "sph_harm_y_all",
        "clpmn", "lpmn", "lpn",
    ),
)  # fmt: skip
refused(
    "use eval_legendre, lpmv or sph_harm_y, or its own option diff_n",
    *named("legendre_p", "assoc_legendre_p", "sph_legendre_p"),
)
refused(
    "a characteristic value, or coefficients, by a parameter of the equation have no derivative "
    "in closed form",
    *named(
        "mathieu_a", "mathieu_b", "mathieu_even_coef", "mathieu_odd_coef", "pro_cv", "pro_cv_seq",
        "obl_cv", "obl_cv_seq",
    ),
)  # fmt: skip
refused(
    "spheroidal wave functions have no rule",
    *named(
        "pro_ang1", "pro_ang1_cv", "pro_rad1", "pro_rad1_cv", "pro_rad2", "pro_rad2_cv",
        "obl_ang1", "obl_ang1_cv", "obl_rad1", "obl_rad1_cv", "obl_rad2", "obl_rad2_cv",
    ),
)  # fmt: skip
refused(
    "ellipsoidal harmonics have no rule",
    *named("ellip_harm", "ellip_harm_2", "ellip_normal"),
)
refused(
    "SciPy has no function for its density",
    *named("kolmogorov", "kolmogi", "smirnov", "smirnovi"),
)
refused(
    "a noncentral distribution function of t or F has no derivative in closed form",
    *named(
        "ncfdtr", "ncfdtri", "ncfdtridfd", "ncfdtridfn", "ncfdtrinc", "nctdtr", "nctdtridf",
        "nctdtrinc", "nctdtrit",
    ),
)  # fmt: skip
refused(
    "it is an inverse in a parameter by which the distribution function has no derivative here",
    *named(
        "bdtrik", "bdtrin", "nbdtrik", "nbdtrin", "pdtrik", "fdtridfd", "stdtridf", "chndtridf",
        "chndtrinc",
    ),
)  # fmt: skip
refused("Riemann's zeta function has no derivative in SciPy", special.zetac)
refused("the integral of a Bessel function has no rule", special.besselpoly)
