"""Who shares memory: the operand that the result of a statement is, or may be, a part of.

y = x[1:-1]     y is a part of x
z = x + 1       z has memory of its own
"""

from __future__ import annotations

import operator

from ..ir import prims
from ..ir.nodes import Let, Var
from ..rules.registry import rule_of
from .types import Types


def memory_of(stmt: Let, types: Types) -> Var | None:
    """The operand whose memory the result is or may be a part of."""
    first = next((a for a in stmt.args if isinstance(a, Var)), None)
    if types.of(stmt.out).array is False or first is None:
        return None
    if stmt.prim in (prims.first_of, getattr, operator.getitem):
        return first
    rule = rule_of(stmt.prim)
    return first if rule is not None and rule.memory_of(stmt.args) in ("view", "maybe") else None
