"""scipy.stats: every distribution against central differences, in all its parameters."""

import re
import warnings

import numpy as np
import pytest
from scipy import stats

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

#: distribution -> its shapes
CONTINUOUS = {
    "norm": (), "laplace": (), "logistic": (), "cauchy": (), "gumbel_r": (), "gumbel_l": (),
    "hypsecant": (), "moyal": (), "uniform": (), "expon": (), "halfnorm": (), "halfcauchy": (),
    "halflogistic": (), "rayleigh": (), "maxwell": (), "levy": (), "gibrat": (), "wald": (),
    "semicircular": (), "arcsine": (), "anglit": (), "cosine": (), "gamma": (1.7,),
    "erlang": (2,), "chi2": (3.3,), "chi": (2.4,), "invgamma": (2.6,), "loggamma": (1.4,),
    "dgamma": (2.2,), "gengamma": (1.6, 1.3), "nakagami": (1.4,), "gennorm": (1.6,),
    "beta": (1.7, 2.3), "betaprime": (1.7, 2.3), "f": (3.2, 4.4), "t": (3.3,), "powerlaw": (1.6,),
    "lognorm": (0.8,), "skewnorm": (1.2,), "truncnorm": (-0.7, 1.9), "foldnorm": (0.8,),
    "invgauss": (1.3,), "johnsonsu": (0.4, 1.3), "johnsonsb": (0.4, 1.3), "fatiguelife": (0.8,),
    "exponnorm": (1.2,), "weibull_min": (1.6,), "weibull_max": (1.6,), "dweibull": (1.6,),
    "invweibull": (2.1,), "exponweib": (1.4, 1.6), "pareto": (2.3,), "lomax": (2.3,),
    "genpareto": (0.3,), "genextreme": (-0.2,), "gompertz": (0.7,), "genlogistic": (1.4,),
    "fisk": (2.1,), "burr": (2.1, 1.3), "burr12": (2.1, 1.3), "loglaplace": (2.2,),
    "loguniform": (0.7, 3.1), "reciprocal": (0.7, 3.1), "bradford": (0.9,), "truncexpon": (2.2,),
    "triang": (0.35,), "rice": (0.9,), "vonmises": (1.4,), "wrapcauchy": (0.4,),
}  # fmt: skip

#: distribution functions that are not differentiated by their shapes
FIXED = {"erlang", "gennorm", "exponnorm", "rice", "vonmises", "wrapcauchy"}

DISCRETE = {
    "poisson": (2.4,), "binom": (6, 0.35), "bernoulli": (0.35,), "nbinom": (4.0, 0.35),
    "geom": (0.35,), "betabinom": (6, 1.7, 2.3), "betanbinom": (6, 3.7, 2.3), "logser": (0.6,),
    "planck": (0.7,), "dlaplace": (0.8,), "yulesimon": (2.4,),
}  # fmt: skip


def methods(name, first, shapes, names, args):
    """A program that calls several methods of a distribution."""
    fixed = [str(s) if isinstance(s, int) else f"s{k}" for k, s in enumerate(shapes)]
    behind = ", ".join([*fixed, *args])
    calls = ", ".join(f"stats.{name}.{method}({first}, {behind})" for method in names)
    free = [s for s in fixed if s.startswith("s")]
    f = program(f"({calls},)", ", ".join([first, *free, *args]))
    f.__globals__["stats"] = stats
    return f, [s for s in shapes if not isinstance(s, int)]


@pytest.mark.parametrize("name", CONTINUOUS)
def test_densities(name):
    shapes = CONTINUOUS[name]
    f, given = methods(name, "x", shapes, ("logpdf", "pdf"), ("loc", "scale"))
    x = 0.3 + 1.7 * getattr(stats, name).ppf(np.array([0.17, 0.46, 0.83]), *shapes)
    check(f, x, *given, 0.3, 1.7, optimize=(True,), examples=(True,), second=bool(shapes))


@pytest.mark.parametrize("name", CONTINUOUS)
def test_distribution_functions(name):
    shapes = CONTINUOUS[name]
    cdfs = ("cdf", "sf", "logcdf", "logsf")
    f, given = methods(name, "x", shapes, cdfs, ("loc", "scale"))
    x = 0.3 + 1.7 * getattr(stats, name).ppf(np.array([0.17, 0.46, 0.83]), *shapes)
    wrt = (0, 1 + len(given), 2 + len(given)) if name in FIXED else None
    check(f, x, *given, 0.3, 1.7, wrt=wrt, optimize=(True,), examples=(True,), second=False)
    f, given = methods(name, "q", shapes, ("ppf", "isf"), ("loc", "scale"))
    q = np.array([0.17, 0.46, 0.83])
    check(f, q, *given, 0.3, 1.7, wrt=wrt, optimize=(True,), examples=(True,), second=False)


@pytest.mark.parametrize("name", DISCRETE)
def test_probabilities(name):
    shapes = DISCRETE[name]
    names = ["logpmf", "pmf", "cdf", "sf", "logcdf", "logsf"]
    if name in ("betabinom", "betanbinom", "logser", "dlaplace", "yulesimon"):
        names = names[:2]
    k = np.array([0, 1, 2, 5]) if name not in ("geom", "logser", "yulesimon") else np.arange(1, 4)
    if name == "bernoulli":
        k, names = np.array([0, 1, 0]), names[:4]
    f, given = methods(name, "k", shapes, names, ())
    wrt = tuple(range(1, 1 + len(given)))
    check(f, k, *given, wrt=wrt, optimize=(True,), examples=(True,), second=False)


# ---------------------------------------------------------------- multivariate

RNG = np.random.default_rng(0)
ROOT = RNG.standard_normal((3, 3))
COV = ROOT @ ROOT.T + 3.0 * np.eye(3)
POINTS, MEAN = RNG.standard_normal((4, 3)), RNG.standard_normal(3)
SIMPLEX, ALPHA = RNG.random((3, 4)), np.array([1.5, 2.2, 3.1])
COUNTS, CHANCES = np.array([[1, 2, 3], [2, 2, 2]]), np.array([0.2, 0.3, 0.5])


def normal_log(x, mean, cov):
    return stats.multivariate_normal.logpdf(x, mean, (cov + cov.T) / 2)


def normal_frozen(x, mean, cov):
    return stats.multivariate_normal(mean, cov=(cov + cov.T) / 2).pdf(x)


def student_log(x, loc, shape, df):
    return stats.multivariate_t.logpdf(x, loc, (shape + shape.T) / 2, df=df)


def student(x, loc, shape, df):
    return stats.multivariate_t.pdf(x, loc, (shape + shape.T) / 2, df)


def dirichlet_log(y, alpha):
    return stats.dirichlet.logpdf(y / np.sum(y, axis=0), alpha)


def dirichlet(y, alpha):
    return stats.dirichlet.pdf(y / np.sum(y, axis=0), alpha)


@pytest.mark.parametrize("f", [normal_log, normal_frozen])
@pytest.mark.parametrize("x", [POINTS, POINTS[0], POINTS[:1], POINTS[:, None]])
def test_multivariate_normal(f, x):
    check(f, x, MEAN, COV, second=x.ndim < 3)


def test_the_gradient_by_a_covariance_is_of_the_triangle_that_is_read():
    f = lambda c: stats.multivariate_normal.logpdf(POINTS, MEAN, c)  # noqa: E731
    g = lambda c: stats.multivariate_t.logpdf(POINTS, MEAN, c, 3.3)  # noqa: E731
    check(f, COV, second=False)
    check(g, COV, second=False)
    assert np.all(np.triu(st.vjp(f)(COV, np.ones(4)), 1) == 0.0)


def test_multivariate_normal_with_a_diagonal_or_a_variance():
    diagonal = np.array([1.0, 2.0, 0.5])
    for x in (POINTS, POINTS[0]):
        check(lambda x, m, c: stats.multivariate_normal.logpdf(x, m, cov=c), x, MEAN, diagonal,
              examples=(True,))  # fmt: skip
    check(lambda x, m, c: stats.multivariate_normal.logpdf(x, m, c), MEAN, 0.2, 1.3,
          examples=(True,))  # fmt: skip
    check(lambda x: stats.multivariate_normal.logpdf(x), 0.4)


@pytest.mark.parametrize("f", [student_log, student])
@pytest.mark.parametrize("x", [POINTS, POINTS[0], POINTS[:1]])
def test_multivariate_t(f, x):
    check(f, x, MEAN, COV, 3.3, optimize=(True,))


@pytest.mark.parametrize("f", [dirichlet_log, dirichlet])
@pytest.mark.parametrize("y", [SIMPLEX, SIMPLEX[:, 0], SIMPLEX[:, :1]])
def test_dirichlet(f, y):
    check(f, y, ALPHA, optimize=(True,))


@pytest.mark.parametrize("x", [COUNTS, COUNTS[0]])
def test_multinomial(x):
    check(lambda q: stats.multinomial.logpmf(x, 6, q / np.sum(q)), CHANCES)
    check(lambda q: stats.multinomial.pmf(x, 6, q / np.sum(q)), CHANCES)


# ---------------------------------------------------------------- statistics

A = RNG.random((4, 3)) + 0.5
V = A[:, 0].copy()

STATISTICS = {
    "gmean(a)": (A, V), "gmean(a, axis=1, keepdims=True)": (A,), "hmean(a, axis=None)": (A,),
    "skew(a)": (A, V), "kurtosis(a, axis=1)": (A,), "kurtosis(a, fisher=False)": (V,),
    "sem(a)": (A, V), "sem(a, axis=1, ddof=0)": (A,), "variation(a, axis=1, ddof=1)": (A,),
    "moment(a, 3)": (A, V), "moment(a, order=2, axis=1)": (A,), "entropy(a)": (A, V),
    "entropy(a, base=2, axis=1)": (A,), "zscore(a)": (A, V), "zscore(a, axis=1, ddof=1)": (A,),
    "zscore(a, axis=None)": (A,), "entropy(a, a[::-1] ** 2, base=2)": (A,),
}  # fmt: skip


@pytest.mark.parametrize("call", STATISTICS)
def test_statistics(call):
    f = program(f"stats.{call}", "a")
    f.__globals__["stats"] = stats
    for a in STATISTICS[call]:
        check(f, a, optimize=(True,))


def test_sem_of_equal_values_has_derivative_0():
    df = st.grad(lambda a: stats.sem(a))
    np.testing.assert_array_equal(df(np.ones(4)), np.zeros(4))


# ---------------------------------------------------------------- frozen, refused, edges

FROZEN = stats.norm(0.5, scale=2.0)


def frozen_gamma(x, a, b):
    d = stats.gamma(a, scale=b)
    return d.logpdf(x) + d.cdf(x=x)


def frozen_in_a_loop(x, mu, s):
    d, total = stats.norm(mu, s), 0.0
    for value in x:
        total = total + d.logpdf(value)
    return total


def test_frozen_distributions():
    x = np.array([0.3, 1.4])
    check(frozen_gamma, x, 1.7, 0.8)
    check(frozen_in_a_loop, x, 0.4, 1.3)
    check(lambda x: FROZEN.logpdf(x) * FROZEN.cdf(x), x)
    check(lambda mu, s: stats.norm(mu, s).entropy() + stats.norm(mu, s).var() * stats.norm(mu).mean(),
          0.4, 1.3)  # fmt: skip


def test_moments():
    check(lambda a, s: stats.gamma.entropy(a, scale=s) + stats.norm.std(0.0, s), 1.7, 0.8)
    check(lambda m, s: stats.t.mean(3.0, m, s) + stats.t.median(3.0, m, s), 1.7, 0.8)
    with pytest.raises(UnsupportedError, match="stats.gennorm.var by its argument 'beta'"):
        st.grad(lambda a: stats.gennorm.var(a))


@pytest.mark.parametrize(("name", "shapes"), [
    ("gamma", (1.7,)), ("chi2", (3.3,)), ("beta", (1.7, 2.3)), ("t", (4.4,)), ("lognorm", (0.6,)),
    ("pareto", (4.3,)), ("invgamma", (4.6,)), ("weibull_min", (1.6,)),
])  # fmt: skip
def test_moments_by_the_shapes(name, shapes):
    calls = ", ".join(f"stats.{name}.{m}(*s, scale=scale)" for m in ("mean", "var", "std"))
    f = program(f"({calls},)", "s, scale")
    f.__globals__["stats"] = stats
    check(f, shapes, 1.3, examples=(True,), optimize=(True,), wrt=(0, 1), second=False)


@pytest.mark.parametrize(("f", "message"), [
    (lambda k: stats.poisson.logpmf(k, 2.0), "stats.poisson.logpmf by its argument 'k'"),
    (lambda x: stats.argus.logpdf(0.3, x), "stats.argus.logpdf: this distribution has no rule"),
    (lambda x: stats.norm.rvs(x), "stats.norm.rvs: a draw is not differentiated"),
    (lambda x: stats.ttest_1samp(x, 0.0)[0], "stats.ttest_1samp: it is a statistical test"),
    (lambda x: stats.vonmises.cdf(0.3, x), "stats.vonmises.cdf by its argument 'kappa'"),
    (lambda x: stats.norm(x), "no derivative rule for stats.norm"),
    (lambda x: stats.skew(x, bias=False), "skew with bias=False has no rule"),
])  # fmt: skip
def test_refusals(f, message):
    with pytest.raises(UnsupportedError, match=re.escape(message)):
        st.grad(f)


@pytest.mark.parametrize("name", ["gamma", "beta", "expon", "uniform", "lognorm", "pareto",
                                  "weibull_min", "truncnorm", "f", "loguniform"])  # fmt: skip
@pytest.mark.parametrize("method", ["logpdf", "pdf", "cdf", "sf", "logcdf"])
def test_outside_of_the_support_derivatives_are_0(name, method):
    f, given = methods(name, "x", CONTINUOUS[name], (method,), ("loc", "scale"))
    x = np.array([-3.0, -1.0])
    pulled = st.vjp(f, tuple(range(3 + len(given))))
    for g in pulled(x, *given, 0.5, 1.3, (np.ones(2),)):
        np.testing.assert_array_equal(g, np.zeros(np.shape(g)))


def test_far_tails():
    for f, x, slope in (
        (lambda x: stats.norm.logcdf(x), -1000.0, 1000.001),
        (lambda x: stats.norm.logsf(x), 1000.0, -1000.001),
        (lambda x: stats.norm.logpdf(x), 1000.0, -1000.0),
        (lambda x: stats.logistic.logpdf(x), 1000.0, -1.0),
        (lambda x: stats.laplace.logpdf(x), -1000.0, 1.0),
        (lambda x: stats.gumbel_r.logcdf(x), 1000.0, 0.0),
        (lambda x: stats.norm.cdf(x), -1000.0, 0.0),
        (lambda x: stats.norm.logcdf(x), -1e8, 1e8),
        (lambda x: stats.gumbel_l.logsf(x), 40.0, -np.exp(40.0)),
        (lambda x: stats.weibull_min.logsf(x, 3.0), 1e5, -3e10),
        (lambda x: stats.gumbel_r.logcdf(x), -40.0, np.exp(40.0)),
        (lambda x: stats.skewnorm.logpdf(x, 2.0), -1000.0, 5000.001),
    ):
        assert st.grad(f)(x) == pytest.approx(slope, rel=1e-6)


def test_peaks_have_derivative_0():
    assert st.grad(lambda x: stats.laplace.logpdf(x))(0.0) == 0.0
    assert st.jvp(lambda x: stats.laplace.pdf(x))(0.0, 1.0)[1] == 0.0


def test_infinite_ends_of_a_truncated_normal():
    f = lambda x, a: stats.truncnorm.logpdf(x, a, np.inf)  # noqa: E731
    check(f, 1.3, 0.4)
    assert np.isfinite(st.grad(f, 1)(41.0, 40.0))


def test_integers_scalars_strides_and_empty_arrays():
    f = program("np.sum(stats.norm.logpdf(x, 0.5, 2.0))")
    f.__globals__["stats"] = stats
    x = np.arange(4)
    np.testing.assert_allclose(st.grad(f)(x), (0.5 - x) / 4.0)
    assert st.grad(f)(3) == pytest.approx(-0.625)
    wide = np.arange(8.0)
    np.testing.assert_allclose(st.grad(f)(wide[::2]), (0.5 - wide[::2]) / 4.0)
    assert st.grad(f)(np.zeros((0, 3))).shape == (0, 3)


def log_likelihood(x, mu, s):
    return np.sum(stats.norm.logpdf(x, mu, s))


def test_what_is_printed():
    x = np.array([0.3, 1.4])
    df = st.grad(log_likelihood, (1, 2), example=(x, 0.0, 1.0))
    assert (
        df.source
        == '''\
def grad_log_likelihood(x, mu, s):
    """Gradient of `log_likelihood` with respect to (mu, s)."""
    y = (x - mu) / s
    dmu = (y / s).sum()
    ds = -((1.0 - y * y) / s).sum()
    return dmu, ds
'''
    )


@pytest.mark.parametrize(
    "mean, cov, examples",
    [
        (np.ones(2), np.array([[2.0, 0.3], [0.3, 1.0]]), (False, True)),
        (np.ones(2), np.array([1.0, 2.0]), (True,)),
        (np.ones(3), 2.0, (True,)),
    ],
)
def test_the_entropy_of_a_multivariate_normal_depends_on_its_covariance_alone(mean, cov, examples):
    def f(mean, cov):
        return stats.multivariate_normal.entropy(mean, cov)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        check(f, mean, cov, examples=examples)
