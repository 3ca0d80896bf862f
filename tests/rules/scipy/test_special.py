"""scipy.special: every rule against central differences, in both modes, and the edges."""

import numpy as np
import pytest
from scipy import special

from srctransform import rules
from tests.checking import check
from tests.rules.programs import program

X = np.array([[0.3, 1.4], [0.8, 2.5]])  # positive
U = np.array([0.15, 0.42, 0.77])  # inside (0, 1)
S = np.array([-1.3, 0.45, 2.1])  # of either sign
C = S + 1j * U

#: function -> its arguments; an int is held constant, as orders are
CALLS = {
    # exponentials, losses, angles
    "expit": S, "logit": U, "log_expit": S, "expm1": S, "log1p": X, "exp2": S, "exp10": S,
    "exprel": np.array([-2.0, 0.0, 3.0]), "cbrt": X, "powm1": (X, 1.7), "xlogy": (X, X + 0.2),
    "xlog1py": (X, X), "entr": X, "rel_entr": (X, X + 0.3), "kl_div": (X, X + 0.3),
    "boxcox": (X, np.array([0.7, -0.4])), "boxcox1p": (X, np.array([0.7, 1e-9])),
    "inv_boxcox": (X, np.array([0.7, 0.2])), "inv_boxcox1p": (X, np.array([0.7, 0.2])),
    "huber": (1.0, S), "pseudo_huber": (1.5, S), "radian": (S, 2.0, 3.0), "sindg": 30 * S,
    "cosdg": 30 * S, "tandg": 30 * S, "cotdg": 30 * S, "cosm1": S, "softplus": S,
    # gamma
    "gamma": X, "gammaln": X, "loggamma": X, "psi": X, "polygamma": (2, X), "rgamma": S,
    "multigammaln": (X + 3.0, 3), "beta": (X, 1.7), "betaln": (X, X + 1.0), "poch": (X, 1.3),
    "binom": (X + 3.0, X), "factorial": X, "comb": (X + 3.0, X), "perm": (X + 3.0, X),
    "sinc": S,
    # error function and integrals
    "erf": S, "erfc": S, "erfi": S, "erfcx": S, "dawsn": S, "wofz": C, "erfinv": U - 0.5, "erfcinv": U + 0.3,
    "exp1": X, "expi": X, "expn": (2, X), "spence": X, "voigt_profile": (S, 0.8, 0.5),
    "owens_t": (S, 0.6), "zeta": (3, X), "lambertw": X, "wrightomega": S, "diric": (X, 5),
    "itstruve0": X, "it2struve0": X, "itmodstruve0": X,
    # hypergeometric
    "hyp0f1": (2, S), "hyp1f1": (2, 3, S), "hyperu": (2, 3, X), "hyp2f1": (1, 2, 3, U),
    "wright_bessel": (1, 2, X), "log_wright_bessel": (1, 2, X),
    # Bessel
    "jv": (2, X), "yv": (2, X), "yn": (2, X), "iv": (2, S), "kv": (2, X), "kn": (2, X),
    "jve": (2, X), "yve": (2, X), "ive": (2, S), "kve": (2, X), "hankel1": (2, X),
    "hankel2": (2, X), "hankel1e": (2, X), "hankel2e": (2, X), "j0": S, "j1": S, "y0": X, "y1": X,
    "i0": S, "i1": S, "i0e": S, "i1e": S, "k0": X, "k1": X, "k0e": X, "k1e": X,
    "struve": (1, X), "modstruve": (1, X), "jvp": (2, X), "yvp": (2, X), "ivp": (2, X),
    "kvp": (2, X), "h1vp": (2, X), "h2vp": (2, X), "ber": X, "bei": X, "ker": X, "kei": X,
    "berp": X, "beip": X, "kerp": X, "keip": X, "spherical_jn": (2, X), "spherical_yn": (2, X),
    "spherical_in": (2, X), "spherical_kn": (2, X),
    # incomplete gamma and beta
    "gammainc": (2, X), "gammaincc": (2, X), "gammaincinv": (2, U), "gammainccinv": (2, U),
    "betainc": (2, 3, U), "betaincc": (2, 3, U), "betaincinv": (2, 3, U),
    "betainccinv": (2, 3, U),
    # distribution functions
    "ndtr": S, "log_ndtr": S, "ndtri": U, "ndtri_exp": -X, "nrdtrimn": (U, 1.5, S),
    "nrdtrisd": (0.3, 0.7, X + 1.0), "gdtr": (X, 2, 1.5), "gdtrc": (X, 2, 1.5),
    "gdtrix": (X, 2, 0.4), "chdtr": (3, X), "chdtrc": (3, X), "chdtri": (3, U),
    "chndtr": (X, 3, 1.2), "chndtrix": (U, 3, 1.2), "bdtr": (2, 5, U), "bdtrc": (2, 5, U),
    "bdtri": (2, 5, U), "nbdtr": (2, 5, U), "nbdtrc": (2, 5, U), "nbdtri": (2, 5, U),
    "pdtr": (2, X), "pdtrc": (2, X), "pdtri": (2, U), "stdtr": (3, S), "stdtrit": (3, U),
    "fdtr": (3, 4, X), "fdtrc": (3, 4, X), "fdtri": (3, 4, U), "tklmbda": (S / 2, 0.4),
    # elliptic
    "ellipk": U, "ellipe": U, "ellipkm1": U, "elliprc": (X, X + 0.4), "elliprf": (X, 1.7, 0.5),
    "elliprg": (X, 1.7, 0.5), "elliprd": (X, 1.7, 0.5), "elliprj": (X, 1.7, 0.5, 2.2),
    "ellipkinc": (S, 0.4), "ellipeinc": (S, 0.4), "ellipj": (S, 0.4), "agm": (X, 1.1),
    # several results
    "fresnel": S, "sici": S, "shichi": S, "airy": S, "airye": X, "kelvin": X, "modfresnelp": X,
    "modfresnelm": X, "itj0y0": X, "iti0k0": X, "it2j0y0": X, "it2i0k0": X, "itairy": X,
    "pbdv": (1, S), "pbvv": (1, S), "pbwa": (1, S), "mathieu_cem": (2, 1, 20 * S),
    "mathieu_sem": (2, 1, 20 * S), "mathieu_modcem1": (2, 1, X),
    "mathieu_modcem2": (2, 1, X), "mathieu_modsem1": (2, 1, X), "mathieu_modsem2": (2, 1, X),
    # polynomials
    "eval_legendre": (3, S), "eval_chebyt": (3, S), "eval_chebyu": (3, S), "eval_chebyc": (3, S),
    "eval_chebys": (3, S), "eval_hermite": (3, S), "eval_hermitenorm": (3, S),
    "eval_laguerre": (3, S), "eval_genlaguerre": (3, 1, S), "eval_gegenbauer": (3, 2, S),
    "eval_jacobi": (3, 1, 2, S), "eval_sh_legendre": (3, S), "eval_sh_chebyt": (3, S),
    "eval_sh_chebyu": (3, S), "eval_sh_jacobi": (3, 3, 2, S), "lpmv": (1, 3, U),
    "assoc_laguerre": (S, 3), "sph_harm_y": (3, 1, X, S[:2]),
    # sums
    "logsumexp": X, "softmax": X, "log_softmax": X,
}  # fmt: skip

#: those that are differentiated by a parameter with differences, or have none of it twice
PARAMETERS = {
    "gammainc": (X, X + 0.2), "gammaincc": (X, X + 0.2), "gammaincinv": (X, 0.4),
    "gammainccinv": (X, 0.4), "betainc": (X, 1.5, 0.3), "betaincc": (X, 1.5, 0.3),
    "betaincinv": (X, 1.5, 0.3), "betainccinv": (X, 1.5, 0.3), "btdtria": (0.4, X, 0.6),
    "btdtrib": (X, 0.4, 0.3), "gdtr": (1.5, X, 0.8), "gdtrc": (1.5, X, 0.8),
    "gdtrix": (1.5, X, 0.8), "gdtria": (0.4, X, 1.3), "gdtrib": (1.5, 0.4, X),
    "chdtr": (X, 1.3), "chdtrc": (X, 1.3), "chdtri": (X, 0.4), "chdtriv": (0.4, X),
    "stdtr": (X + 1.0, 0.7), "stdtrit": (X + 1.0, 0.7), "fdtr": (X, X + 1.0, 0.8),
    "fdtrc": (X, X + 1.0, 0.8), "fdtri": (X, X + 1.0, 0.6),
}  # fmt: skip


def calling(name, args):
    """A function of the float arguments that calls special.<name>; ints stand in its text."""
    names, given = [], []
    for k, a in enumerate(args):
        names.append(str(a) if isinstance(a, int) else f"x{k}")
        given += [] if isinstance(a, int) else [a]
    call = f"special.{name}({', '.join(names)})"
    f = program(call, ", ".join(n for n in names if n.startswith("x")))
    f.__globals__["special"] = special
    return f, given


def as_tuple(args):
    return args if isinstance(args, tuple) else (args,)


CALLS = {name: args for name, args in CALLS.items() if hasattr(special, name)}


@pytest.mark.parametrize("name", CALLS)
def test_the_derivative_is_right(name):
    f, args = calling(name, as_tuple(CALLS[name]))
    check(f, *args, optimize=(True,), tol=2e-6)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_derivative_by_a_parameter_is_right(name):
    f, args = calling(name, PARAMETERS[name])
    check(f, *args, optimize=(True,), second=False)


def test_every_rule_is_tested():
    tested = {getattr(special, name) for name in (*CALLS, *PARAMETERS)}
    here = [r for r in rules.all_rules() if getattr(special, r.prim.__name__, 0) is r.prim]
    missing = [r.prim.__name__ for r in here if r.differentiable and r.prim not in tested]
    assert not missing
