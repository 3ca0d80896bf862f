"""scipy.stats. The rules stand in parts of this file:

    _continuous     log-densities of one variable, a line each; _densities writes the rules
    _discrete       probabilities of counts
    _multivariate   multivariate normal, t, Dirichlet, multinomial
    _statistics     gmean, skew, kurtosis, entropy, zscore, ...

A frozen distribution `stats.norm(mu, s)` only holds arguments, so its methods are those of `norm`.
Everything else of the namespace is constant or refused here, a reason for each group: tests, fits
and draws are no functions to differentiate. Results are double precision, as SciPy's are.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from scipy import stats

from ..registry import freezes, nondifferentiable, refusal_of, refused, rule_of
from . import (  # noqa: F401  (they register themselves)
    _continuous,
    _discrete,
    _multivariate,
    _statistics,
)


def public(kind: Any) -> Iterator[Any]:
    """The callables of the namespace for which kind holds."""
    for name in stats.__all__:
        value = getattr(stats, name)
        if callable(value) and not inspect.isclass(value) and kind(value):
            yield value


def is_distribution(value: Any) -> bool:
    return hasattr(value, "rvs")


def methods(distribution: Any) -> Iterator[tuple[str, Any]]:
    """The public methods of a distribution that have no rule yet."""
    for name in dir(distribution):
        method = None if name.startswith("_") else getattr(distribution, name, None)
        if inspect.ismethod(method) and rule_of(method) is None:
            yield name, method


def named(*names: str) -> list[Any]:
    """The functions of these names that this SciPy has."""
    return [getattr(stats, name) for name in names if hasattr(stats, name)]


# ---------------------------------------------------------------- distributions

freezes(*(d for d in public(is_distribution)))

for whole in named("hypergeom", "nhypergeom", "randint", "multivariate_hypergeom"):
    nondifferentiable(*(m for name, m in methods(whole) if name != "rvs"))

for one in public(is_distribution):
    has_rule = any(rule_of(getattr(one, name, None)) for name in ("logpdf", "logpmf"))
    why = "it has no derivative in closed form" if has_rule else "this distribution has no rule"
    for name, method in methods(one):
        drawn = "a draw is not differentiated: shift and scale one that is drawn from constants"
        refused(drawn if name == "rvs" else why, method)

# ---------------------------------------------------------------- functions

nondifferentiable(*named("rankdata", "tiecorrect", "percentileofscore"))

refused(
    "it gives quantiles, or leaves values out by their rank; `np.quantile` has a rule",
    *named(
        "iqr", "quantile", "scoreatpercentile", "trim1", "trim_mean", "trimboth", "sigmaclip",
        "median_abs_deviation", "mode", "tmin", "tmax", "truncate", "relfreq", "cumfreq",
    ),
)  # fmt: skip
refused(
    "it sorts into bins; write it with np.histogram or np.bincount and weights",
    *named("binned_statistic", "binned_statistic_2d", "binned_statistic_dd"),
)
refused(
    "use the function of scipy.special",
    *named("boxcox"),
)
refused(
    "it fits parameters or plots; differentiate the log-likelihood instead",
    *named(
        "bayes_mvs", "boxcox_normmax", "boxcox_normplot", "fit", "ecdf", "mvsdist", "ppcc_max",
        "ppcc_plot", "probplot", "yeojohnson_normmax", "yeojohnson_normplot", "linregress",
        "siegelslopes", "theilslopes", "goodness_of_fit", "make_distribution",
    ),
)  # fmt: skip
refused(
    "it resamples, and a draw is not differentiated",
    *named("bootstrap", "monte_carlo_test", "permutation_test", "sobol_indices"),
)
refused(
    "this statistic has no rule; written with NumPy it can be differentiated",
    *named(
        "boxcox_llf", "yeojohnson", "yeojohnson_llf", "circmean", "circstd", "circvar", "describe",
        "differential_entropy", "directional_stats", "dirichlet_multinomial", "energy_distance",
        "expectile", "gstd", "gzscore", "kstat", "kstatvar", "lmoment", "obrientransform",
        "order_statistic", "pmean", "tmean", "tsem", "tstd", "tvar", "wasserstein_distance",
        "wasserstein_distance_nd", "zmap", "exp", "log", "abs",
    ),
)  # fmt: skip

for fn in public(lambda value: not is_distribution(value)):
    if rule_of(fn) is None and refusal_of(fn) is None:
        refused("it is a statistical test, or a measure of association by ranks", fn)
