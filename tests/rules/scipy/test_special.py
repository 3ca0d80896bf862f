"""scipy.special: every rule against central differences, in both modes, and the edges."""

import re

import numpy as np
import pytest
from scipy import special

import srctransform as st
from srctransform import rules
from srctransform.errors import UnsupportedError
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


# ---------------------------------------------------------------- sums

SUMS = {
    "logsumexp(a)": "a", "logsumexp(a, axis=1)": "a", "logsumexp(a, axis=0, keepdims=True)": "a",
    "logsumexp(a, axis=(0, 1))": "a", "logsumexp(a, b=b)": "a, b",
    "logsumexp(a, axis=1, b=b)": "a, b", "logsumexp(a, axis=-1, b=b[0])": "a, b",
    "logsumexp(a[0], axis=1, b=b)": "a, b",
    "logsumexp(a, axis=1, b=-b, return_sign=True)": "a, b",
    "logsumexp(a, return_sign=True)[0]": "a", "softmax(a)": "a", "softmax(a, axis=0)": "a",
    "softmax(a, axis=(0, 1))": "a", "log_softmax(a)": "a", "log_softmax(a, axis=-1)": "a",
}  # fmt: skip


@pytest.mark.parametrize("call", SUMS)
def test_sums(call):
    f = program(f"special.{call}", SUMS[call])
    f.__globals__["special"] = special
    rng = np.random.default_rng(1)
    given = [rng.standard_normal((3, 4)), rng.random((3, 4)) + 0.5][: len(SUMS[call].split(", "))]
    check(f, *given)


@pytest.mark.parametrize("big", [1000.0, -1000.0])
def test_sums_of_large_entries_stay_finite(big):
    a = np.array([big, big + 1.0, -np.inf, 0.0])
    p = special.softmax(a)
    np.testing.assert_allclose(st.grad(lambda a: special.logsumexp(a))(a), p)
    c = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(st.vjp(lambda a: special.softmax(a))(a, c), p * (c - p @ c))
    np.testing.assert_allclose(st.vjp(lambda a: special.log_softmax(a))(a, c), c - 10.0 * p)
    _, dot = st.jvp(lambda a: special.logsumexp(a))(a, c)
    assert dot == pytest.approx(p @ c)


def test_a_sum_of_zeros_has_derivative_0():
    a = np.full((2, 3), -np.inf)
    a[0, 0] = 0.0
    got = st.vjp(lambda a: special.logsumexp(a, axis=1))(a, np.ones(2))
    np.testing.assert_array_equal(got, [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])


# ---------------------------------------------------------------- edges


def slopes(name, *args):
    """The derivatives by each argument, given as arrays of one entry."""
    names = [f"x{k}" for k in range(len(args))]
    f = program(f"special.{name}({', '.join(names)})", ", ".join(names))
    f.__globals__["special"] = special
    given = [np.array([float(a)]) for a in args]
    found = st.vjp(f, tuple(range(len(args))))(*given, np.ones(1))
    return tuple(float(g[0]) for g in found)


@pytest.mark.parametrize(("name", "args", "want"), [
    ("expit", (-800.0,), (0.0,)), ("expit", (40.0,), (special.expit(-40.0),)),
    ("log_expit", (-1000.0,), (1.0,)), ("log_expit", (1000.0,), (0.0,)),
    ("xlogy", (0.0, 2.0), (np.log(2.0), 0.0)), ("xlog1py", (0.0, 1.0), (np.log(2.0), 0.0)),
    ("rel_entr", (0.0, 0.0), (1.0, 0.0)), ("kl_div", (0.0, 0.0), (0.0, 1.0)),
    ("log_ndtr", (-1000.0,), (1000.000999998,)), ("log_ndtr", (1000.0,), (0.0,)),
    ("log_ndtr", (-1e8,), (1e8,)), ("erfinv", (1.0,), (np.inf,)), ("erfinv", (-1.0,), (np.inf,)),
    ("ndtri", (0.0,), (np.inf,)), ("ndtri_exp", (-1000.0,), (0.02240236768,)),
    ("erfcx", (1000.0,), (-5.6418873e-07,)), ("dawsn", (1000.0,), (-5.0000075e-07,)),
    ("huber", (1.0, 1.0), (0.0, 1.0)), ("huber", (1.0, -3.0), (2.0, -1.0)),
    ("pseudo_huber", (1e6, 1.0), (2.5e-19, 1.0)), ("boxcox", (2.0, 0.0), (0.5, 0.2402265)),
    ("exprel", (0.0,), (0.5,)), ("rgamma", (0.0,), (1.0,)), ("rgamma", (-2.0,), (2.0,)),
    ("i0e", (0.0,), (0.0,)), ("i0", (0.0,), (0.0,)), ("j1", (0.0,), (0.5,)),
    ("ellipk", (0.0,), (np.pi / 8,)), ("ellipe", (0.0,), (-np.pi / 8,)),
    ("ellipkinc", (0.5, 0.0), (1.0, (0.5 - 0.5 * np.sin(1.0)) / 4)), ("spence", (1.0,), (-1.0,)),
    ("factorial", (-2.0,), (0.0,)), ("cosm1", (1e-9,), (-1e-9,)), ("comb", (2.0, 3.0), (0.0, 0.0)),
    ("tklmbda", (5.0, 1.0), (0.0, 0.0)), ("gammainc", (2.0, 0.0), (0.0, 0.0)),
])  # fmt: skip
def test_edges(name, args, want):
    np.testing.assert_allclose(slopes(name, *args), want, rtol=2e-6, atol=1e-300)


def test_entropy_at_its_edge():
    with np.errstate(divide="ignore"):
        assert slopes("entr", 0.0) == (np.inf,)
        assert slopes("xlogy", 0.0, 0.0)[1] == 0.0
        assert slopes("logit", 0.0) == (np.inf,)


@pytest.mark.parametrize(("a", "x", "want"), [  # with 40 digits
    (0.5, 0.2, -0.8201614064863388), (3.7, 9.1, -0.016491238428933044),
    (200.0, 150.0, -1.731907109270468e-05), (0.01, 3.0, -0.013547187572805137),
    (5.0, 40.0, -1.109352325918427e-12),
])  # fmt: skip
def test_gammainc_by_its_parameter_is_precise(a, x, want):
    assert slopes("gammainc", a, x)[0] == pytest.approx(want, rel=1e-10)
    assert slopes("gammaincc", a, x)[0] == pytest.approx(-want, rel=1e-10)


@pytest.mark.parametrize(("args", "da", "db"), [
    ((0.5, 1.5, 0.2), -0.6987987170063871, 0.1744618728884396),
    ((30.0, 4.0, 0.99), -3.8681565295426406e-05, 0.0008476006525813346),
    ((4.0, 250.0, 0.001), -0.0003948656562839645, 2.0655887581822085e-06),
    ((2.5, 2.5, 0.5), -0.1940763916147823, 0.1940763916147823),
])  # fmt: skip
def test_betainc_by_its_parameters_is_precise(args, da, db):
    assert slopes("betainc", *args)[:2] == pytest.approx((da, db), rel=1e-10)


def test_second_derivatives_by_a_parameter():
    for f in (lambda a: special.gammainc(a, 1.3), lambda a: special.betainc(a, 1.4, 0.3),
              lambda a: special.betainc(1.4, a, 0.3)):  # fmt: skip
        check(f, 1.7)
    check(lambda a, x: special.gammainc(a, x), 1.7, 0.9)
    with pytest.raises(UnsupportedError, match="third derivative of an incomplete gamma"):
        st.grad(st.grad(st.grad(lambda a: special.gammainc(a, 1.3))))


@pytest.mark.parametrize("turns", [-2.2, 0.4, 1.9, 4.4])
def test_elliptic_integrals_beyond_a_quarter_turn(turns):
    check(lambda phi, m: special.ellipkinc(phi, m), turns, 0.3, second=False)
    check(lambda phi, m: special.ellipeinc(phi, m), turns, -0.7, second=False)


def test_orders_below_one_of_expn():
    for n in (0, 1):
        f = program(f"special.expn({n}, x)")
        f.__globals__["special"] = special
        check(f, X)


# ---------------------------------------------------------------- kinds of arguments


@pytest.mark.parametrize("name", ["erf", "erfcx", "loggamma", "gamma", "wofz", "dawsn", "exp1",
                                  "lambertw", "rgamma", "log_ndtr", "iv", "hankel1e"])  # fmt: skip
def test_complex_arguments(name):
    f, args = calling(name, (2, C + 0.5) if name in ("iv", "hankel1e") else (C + 0.5,))
    once = name in ("loggamma", "gamma", "rgamma")  # SciPy has polygamma for real arguments
    check(f, *args, second=not once, optimize=(True,), examples=(True,))


@pytest.mark.parametrize(("name", "args"), [
    ("expit", (S,)), ("gammaln", (X,)), ("digamma", (X,)), ("erf", (S,)), ("erfinv", (U - 0.5,)),
    ("xlogy", (X, X)), ("betaln", (X, X)), ("gammainc", (X, X)), ("jv", (2, X)), ("i0e", (S,)),
    ("log_ndtr", (S,)), ("huber", (1.0, S)), ("logsumexp", (X,)), ("softmax", (X,)),
    ("ellipk", (U,)), ("ellipkinc", (S, U)), ("exprel", (S,)),
])  # fmt: skip
def test_float32_stays_float32(name, args):
    f, given = calling(name, args)
    given = [np.float32(a) for a in given]
    want = [
        np.asarray(g) for g in st.vjp(f, tuple(range(len(given))))(*map(np.float64, given), 1.0)
    ]
    for example in (None, tuple(given)):
        pulled = st.vjp(f, tuple(range(len(given))), example=example)
        for g, w in zip(pulled(*given, np.float32(1.0)), want, strict=True):
            assert g.dtype == np.float32
            np.testing.assert_allclose(g, w, rtol=2e-4)


def test_integers_empty_and_strided_arrays():
    f = program("np.sum(special.gammaln(x)) + special.logsumexp(x)")
    f.__globals__["special"] = special
    df = st.grad(f)
    k = np.array([1, 2, 5])
    np.testing.assert_allclose(df(k), special.digamma(k) + special.softmax(k))
    wide = np.arange(1.0, 9.0)
    np.testing.assert_allclose(
        df(wide[::3]), special.digamma(wide[::3]) + special.softmax(wide[::3])
    )
    g = program("np.sum(special.gammaln(x) + special.erf(x))")
    g.__globals__["special"] = special
    assert st.grad(g)(np.zeros((0, 3))).shape == (0, 3)
    assert st.grad(g)(2) == pytest.approx(st.grad(g)(2.0))


def in_a_loop(x, a):
    total = 0.0
    for value in x:
        ai, _, bi, _ = special.airy(value * total)
        total = total + ai * special.gammainc(a, value) - 0.1 * bi
    return total


def test_in_a_loop():
    check(in_a_loop, np.array([0.3, 0.9, 1.4]), 1.7, second=False)


# ---------------------------------------------------------------- refusals, text


@pytest.mark.parametrize(("f", "message"), [
    (lambda v: special.jv(v, 1.0), "special.jv by its argument 'v' is not supported"),
    (lambda v: special.expn(v, 1.0), "special.expn by its argument 'n' is not supported"),
    (lambda a: special.hyp2f1(a, 1.0, 2.0, 0.3), "special.hyp2f1 by its argument 'a'"),
    (lambda n: special.eval_legendre(n, 0.3), "special.eval_legendre by its argument 'n'"),
    (lambda x: special.polygamma(x, 2.0), "special.polygamma by its argument 'n'"),
    (lambda x: special.zeta(x), "special.zeta by its argument 'x'"),
    (lambda x: special.kolmogorov(x), "special.kolmogorov: SciPy has no function for its density"),
    (lambda x: special.legendre_p(2, x), "special.legendre_p: use eval_legendre"),
    (lambda x: special.riccati_jn(3, x), "special.riccati_jn: it gives a table"),
])  # fmt: skip
def test_refusals(f, message):
    with pytest.raises(UnsupportedError, match=re.escape(message)):
        st.grad(f)


def test_a_scaled_bessel_function_of_a_complex_argument_is_refused():
    with pytest.raises(UnsupportedError, match="not holomorphic"):
        st.vjp(lambda z: special.jve(2, z), example=(1.0 + 2.0j,))


def evidence(x):
    return np.sum(special.logsumexp(x, axis=1))


def scaled(x):
    return special.softmax(x, axis=-1)


def oscillation(x):
    return np.sum(special.jv(2, x))


def test_what_is_printed():
    x = np.ones((2, 3))
    assert (
        st.grad(evidence, example=(x,)).source
        == '''\
import numpy as np
from scipy import special


def grad_evidence(x):
    """Gradient of `evidence` with respect to x."""
    logsumexp_x = special.logsumexp(x, axis=1)
    return np.exp(
        x - np.expand_dims(
            np.where(logsumexp_x == -np.inf, 0.0, logsumexp_x), 1
        )
    )
'''
    )
    assert (
        st.vjp(scaled, example=(x,)).source
        == '''\
from scipy import special


def vjp_scaled(x, dout):
    """Gradient of `dout * scaled` with respect to x, for the cotangent dout.
    """
    softmax_x = special.softmax(x, axis=-1)
    return softmax_x * (dout - (softmax_x * dout).sum(axis=-1, keepdims=True))
'''
    )
    assert (
        st.grad(oscillation, example=(x,)).source
        == '''\
from scipy import special


def grad_oscillation(x):
    """Gradient of `oscillation` with respect to x."""
    return 0.5 * (special.jv(1, x) - special.jv(3, x))
'''
    )
