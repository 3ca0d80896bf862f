"""The calculus, a family a file. Importing it registers every rule."""

from __future__ import annotations

from . import (  # noqa: F401  (they register themselves)
    array_api,
    averages,
    casting,
    constants,
    containers,
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
    helpers,
    indexing,
    interpolation,
    joining,
    linalg,
    lists,
    nans,
    norms,
    operators,
    padding,
    products,
    random,
    reductions,
    scalars,
    scans,
    scipy,
    selection,
    sets,
    shaping,
    singular_values,
    systems,
    ufuncs,
    vectors,
    writes,
)
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

__all__ = [
    "all_rules", "jvp", "linear", "multilinear", "nondifferentiable", "partials", "rule_of", "vjp",
]  # fmt: skip
