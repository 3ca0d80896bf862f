"""The calculus, a family a file. Importing it registers every rule."""

from __future__ import annotations

from . import elementwise, helpers, operators, reductions  # noqa: F401  (they register themselves)
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
