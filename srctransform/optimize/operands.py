"""What an algebra row asks of its operands, and the rewrites that many rows share.

made_by     t is -x               peel        spread(g, z) * w is g * w
of_shape    a variable at hand    pull_out    sum(-x) is -sum(x)
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import Shape, broadcast, same_shape
from ..rules.registry import rule_of
from ..runtime import added_in, as_float, spread, sum_to

Number = int | float | complex


class Operands:
    """Questions about operands, by types and by the statements that made them."""

    def __init__(self, types: Types) -> None:
        self.types = types

    def number(self, atom: Atom) -> Number | None:
        """The plain number that a constant is."""
        if isinstance(atom, Const) and not atom.spelling:
            value = atom.value
            if isinstance(value, Number) and not isinstance(value, bool | np.generic):
                return value
        return None

    def made_by(self, builder: Builder, atom: Atom, *candidates: Any) -> Let | None:
        """The nameless statement that defines the atom, if it is one of these primitives."""
        while isinstance(atom, Var) and not atom.named:
            stmt = builder.defs.get(atom)
            if not isinstance(stmt, Let):
                return None
            if stmt.prim in candidates:
                return stmt
            if stmt.prim is not prims.first_of:
                return None
            atom = stmt.args[0]
        return None

    def peel(self, builder: Builder, let: Let) -> Let | None:
        """Drop a spread that broadcasting does anyway."""
        rule = rule_of(let.prim)
        if rule is None or not rule.elementwise or len(let.args) < 2:
            return None
        for k, a in enumerate(let.args):
            made = self.made_by(builder, a, *SPREADING, as_float)
            if made is None:
                continue
            lean = self.lean(builder, a)
            if lean is not None:
                args = (*let.args[:k], lean, *let.args[k + 1 :])
                if same_shape(self.broadcast(args), self.broadcast(let.args)):
                    return replace(let, args=args)
            if made.prim is as_float and let.prim in (operator.mul, operator.truediv):
                others = [b for j, b in enumerate(let.args) if j != k]
                if all(self.types.of(b).inexact for b in others) or let.prim is operator.truediv:
                    return replace(let, args=(*let.args[:k], made.args[0], *let.args[k + 1 :]))
        return None

    def broadcast(self, atoms: tuple[Atom, ...]) -> Shape:
        """The shape that these operands have together."""
        return broadcast(*(self.types.of(a).shape for a in atoms))

    def is_reciprocal(self, builder: Builder, atom: Atom) -> bool:
        """Is it c / x for an array x?"""
        made = self.made_by(builder, atom, operator.truediv)
        return (
            made is not None
            and self.number(made.args[0]) is not None
            and not self.types.of(atom).is_scalar
        )

    def of_shape(self, builder: Builder, z: Atom) -> Atom:
        """What to read where only the shape of z matters: a variable at hand, or the operands
        that were broadcast to it, so that z need not be computed for that."""
        stmt = builder.defs.get(z) if isinstance(z, Var) and not z.named else None
        if isinstance(stmt, Let) and stmt.prim is np.broadcast:
            return z
        witness = self.types.like_shape(z)
        if witness is not z or not isinstance(stmt, Let):
            return witness
        rule = rule_of(stmt.prim)
        if rule is not None and rule.elementwise:
            for a in stmt.args:
                if not isinstance(a, Const) and self.types.of(a).shape == self.types.of(z).shape:
                    return self.of_shape(builder, a)
        if isinstance(self.types.of(z).shape, tuple):
            return z
        parts: list[Atom] = []
        self.operands_at_hand(builder, stmt, parts)
        shape = broadcast(*(self.types.of(p).shape for p in parts))
        if not 1 < len(parts) <= 3 or shape != self.types.of(z).shape:
            return z
        return builder.let(np.broadcast, *parts)

    def operands_at_hand(self, builder: Builder, stmt: Let, parts: list[Atom]) -> None:
        """Collect named operands, through nameless elementwise statements."""
        rule = rule_of(stmt.prim)
        if rule is None or not rule.elementwise:
            return
        for a in stmt.args:
            witness = self.types.like_shape(a)
            inner = builder.defs.get(a) if isinstance(a, Var) else None
            if isinstance(a, Const) or self.types.of(a).is_scalar or witness in parts:
                continue
            if witness is not a or (isinstance(a, Var) and (a.named or inner is None)):
                parts.append(witness)
            elif isinstance(inner, Let):
                self.operands_at_hand(builder, inner, parts)

    def pull_out(self, builder: Builder, let: Let) -> Atom | None:
        """sum(-x) -> -sum(x), sum(2 * x) -> 2 * sum(x)"""
        made = self.made_by(builder, let.args[0], operator.neg, operator.mul)
        if made is None:
            return None
        if made.prim is operator.neg:
            inner = replace(let, out=Var(), args=(made.args[0], *let.args[1:]))
            return builder.let(operator.neg, builder.add_let(inner))
        factor = self.number(made.args[0])
        if factor is None or not self.types.of(made.args[1]).inexact:
            return None
        if let.prim is sum_to and isinstance(factor, complex):  # it may drop imaginary parts
            return None
        inner = replace(let, out=Var(), args=(made.args[1], *let.args[1:]))
        return builder.let(operator.mul, made.args[0], builder.add_let(inner))

    def lean(self, builder: Builder, a: Atom) -> Atom | None:
        """The value before it was spread to a shape, also within a product."""
        made = self.made_by(builder, a, *SPREADING)
        if made is None:
            return None
        if made.prim is spread:
            return made.args[0]
        for k, inner in enumerate(made.args):
            lean = self.lean(builder, inner)
            if lean is not None:
                args = (*made.args[:k], lean, *made.args[k + 1 :])
                return builder.let(made.prim, *args)
        return None

    def floating(self, builder: Builder, atom: Atom) -> Atom:
        """The atom as a floating number."""
        kind = self.types.of(atom)
        if kind.inexact or kind.dtype == "number":
            return atom
        return builder.let(as_float, atom)


#: what may be as well computed before it is spread
SPREADING = (spread, operator.mul, operator.neg)


def value_key(let: Let) -> Any:
    """Equal keys are equal values; None for statements that are not only values."""
    if let.prim in NOT_SHARED or rule_of(let.prim) is None:
        return None
    parts: list[Any] = [let.prim]
    for name, a in [*(("", a) for a in let.args), *let.kwargs]:
        parts.append((name, a if isinstance(a, Var) else _const_key(a.value)))
    try:
        key = tuple(parts)
        hash(key)
    except TypeError:
        return None
    return key


#: reads of state, effects, statements that only give a name, and objects that are written into:
#: each of those is one object with one name when it is printed
NOT_SHARED: frozenset[Any] = prims.EFFECTS | prims.STATE | {
    prims.first_of, prims.closure, prims.make_list, prims.make_dict,
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last, added_in,
    prims.new_stack, np.zeros, np.zeros_like, np.empty, np.empty_like,
    np.array, np.copy, np.ones, np.ones_like, np.full, np.full_like,
}  # fmt: skip


def _const_key(value: Any) -> Any:
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    if isinstance(value, tuple):
        return tuple(_const_key(v) for v in value)
    return (type(value), repr(value) if isinstance(value, float) else value)
