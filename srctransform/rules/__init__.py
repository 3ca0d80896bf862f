"""The calculus, a family a file. Importing it registers every rule."""

from __future__ import annotations

from collections.abc import Callable

from . import (  # noqa: F401  (they register themselves)
    array_api,
    averages,
    casting,
    complex_scalars,
    constants,
    containers,
    conversions,
    convolution,
    copying,
    counting,
    creation,
    decompositions,
    differences,
    editing,
    einsum,
    elementwise,
    extrema,
    fft,
    helpers,
    implicit,
    indexing,
    integrals,
    interpolation,
    joining,
    linalg,
    lists,
    mapping,
    nans,
    norms,
    operators,
    padding,
    polynomials,
    products,
    quantiles,
    random,
    ranges,
    reductions,
    scalars,
    scans,
    scipy,
    selection,
    series,
    sets,
    shaping,
    singular_values,
    statistics,
    systems,
    ufunc_methods,
    ufuncs,
    vectors,
    writes,
)
from .numeric import numeric
from .registry import (
    all_rules,
    jvp,
    linear,
    multilinear,
    nondifferentiable,
    partials,
    rule_of,
    vjp,
)

check_rule: Callable[..., None]  # see `rule_checking`

__all__ = [
    "all_rules", "check_rule", "jvp", "linear", "multilinear", "nondifferentiable", "numeric",
    "partials", "rule_of", "vjp",
]  # fmt: skip
