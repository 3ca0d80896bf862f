"""Derivatives of NumPy programs by source transformation: a readable function in, one out.

    pipeline.py   START HERE: the stages in order
    api.py        grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp, elementwise_grad
    checking.py   check_grads, against finite differences
    support.py    which functions can be differentiated
    explain.py    every stage as text; display.py colours it; picture.py draws the Wengert list
    errors.py     one family of errors, each with its place in the user's file
    runtime/      helpers that may be printed into generated code; NumPy only

    frontend/     a Python function -> IR          source, fence, desugar, scope, lower, loops, read
    ir/           the language in the middle       nodes, types, prims, build, walk, show, check
    rules/        the calculus                     registry, and a file for each family
    analysis/     IR -> facts                      types, loops, indexing, activity, aliasing
    inline/       calls and writes -> values       inliner, calls, memory, writes, objects
    transform/    IR -> the derivative             forward, reverse, gradient, units, jacobian
    save/         what the backward part needs     saving, rounds, recompute, undo
    optimize/     IR -> the same, smaller          algebra, copies, dead; last of all inplace
    backend/      IR -> Python                     plan, names, loops, writes, histories, emit, load

Imports point down only, from the public names to the IR. No pass changes IR in place, none sees a
name, and what is printed needs nothing but NumPy.
"""

from __future__ import annotations

from . import rules
from .api import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from .checking import check_grads
from .display import source
from .errors import RuleError, SourceError, SrcTransformError, UnsupportedError
from .explain import explain
from .ir.prims import stop_gradient
from .picture import picture
from .rule_checking import check_rule
from .support import Support, supported

rules.check_rule = check_rule  # it stands on top of the derivatives, which stand on the rules

__version__ = "0.1.0"

__all__ = [
    "RuleError", "SourceError", "SrcTransformError", "Support", "UnsupportedError", "check_grads",
    "elementwise_grad", "explain", "grad", "hessian", "hvp", "jacobian", "jvp", "picture", "rules",
    "source", "stop_gradient", "supported", "value_and_grad", "vjp",
]  # fmt: skip
