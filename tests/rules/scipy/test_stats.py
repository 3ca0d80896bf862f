"""scipy.stats: every distribution against central differences, in all its parameters."""

import numpy as np
import pytest
from scipy import stats

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
    check(f, x, *given, 0.3, 1.7, optimize=(True,), examples=(True,))


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
