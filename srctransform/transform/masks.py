"""What np.where did not choose has no cotangent, also where its derivative is infinite.

    y = np.where(r > 0, np.log(r), 0.0)      dr = np.where(r > 0, dy / r, 0.0)

The cotangent of log(r) is zero where r <= 0, but 0 / 0 is not. So where the formula of a derivative
may be infinite, the mask of the cotangent is applied to the product. Elsewhere 0 times a finite
number is 0, and no mask is needed.
"""

from __future__ import annotations

import math
import operator
from typing import NamedTuple

import numpy as np

from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let, Var
from ..rules.registry import rule_of

#: functions whose values grow out of bounds, and whose derivatives do
GROWING = frozenset({
    np.exp, np.exp2, np.expm1, np.sinh, np.cosh, np.tan, math.exp, math.exp2, math.expm1,
    math.sinh, math.cosh, math.tan,
})  # fmt: skip
DIVISIONS = frozenset({operator.truediv, operator.itruediv, np.divide})
PASSING = frozenset({operator.mul, operator.add, operator.sub, operator.neg, prims.first_of})
POWERS = frozenset({operator.pow, operator.ipow, np.power, pow})


class Mask(NamedTuple):
    """A cotangent is zero where `condition` is not `chosen`; it is `inner` elsewhere, if known."""

    condition: Atom
    chosen: bool
    inner: Atom | None


def may_be_infinite(builder: Builder, let: Let) -> bool:
    """Has the function a derivative that is infinite, or no number, at some places?"""
    if let.prim is operator.mul:
        return any(is_unbounded(builder, a) for a in let.args)
    return is_singular(let)


def is_unbounded(builder: Builder, atom: Atom, depth: int = 3) -> bool:
    """May the value be infinite where the operands are finite, as far as that is seen?"""
    stmt = builder.defs.get(atom) if isinstance(atom, Var) else None
    if not isinstance(stmt, Let) or not depth:
        return False
    if stmt.prim in PASSING:
        return any(is_unbounded(builder, a, depth - 1) for a in stmt.args)
    return is_singular(stmt)


def is_singular(let: Let) -> bool:
    """Is a derivative of this very function infinite, or no number, at some places?"""
    second = let.args[1].value if len(let.args) > 1 and isinstance(let.args[1], Const) else None
    if let.prim in DIVISIONS:
        return not (isinstance(second, int | float) and second != 0)
    if let.prim in POWERS:
        return not (isinstance(second, int | float) and second >= 1)
    rule = rule_of(let.prim)
    return let.prim in GROWING or (rule is not None and rule.domain != "real")


def mask_of(builder: Builder, g: Atom) -> Mask | None:
    """The mask of a cotangent, through the products that it went through."""
    stmt = builder.defs.get(g) if isinstance(g, Var) else None
    if not isinstance(stmt, Let):
        return None
    if stmt.prim is np.where and len(stmt.args) == 3:
        condition, one, other = stmt.args
        if is_zero(other):
            return Mask(condition, True, one)
        return Mask(condition, False, other) if is_zero(one) else None
    if stmt.prim is prims.first_of:
        return mask_of(builder, stmt.args[0])
    if stmt.prim not in (operator.mul, operator.truediv, operator.neg):
        return None
    factors = stmt.args if stmt.prim is operator.mul else stmt.args[:1]
    found = next((m for a in factors if (m := mask_of(builder, a)) is not None), None)
    return found and found._replace(inner=None)


def masked(builder: Builder, mask: Mask, g: Atom) -> Atom:
    """g where the mask has chosen it, and zero elsewhere."""
    pair = (g, 0.0) if mask.chosen else (0.0, g)
    return builder.let(np.where, mask.condition, *pair)


def is_zero(atom: Atom) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, int | float) and atom.value == 0
