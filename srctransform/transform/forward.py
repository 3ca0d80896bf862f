"""Forward mode: the tangent of each value, right behind the value.

    f(x)                 jvp_f(x, x_dot)
      t = x * x            t = x * x
      y = sin(t)     →     t_dot = 2.0 * x * x_dot
      return y             y = sin(t)
                           y_dot = t_dot * cos(t)
                           return (y, y_dot)

A tangent that is zero is no statement: it is None here and never printed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.indexing import takes_whole
from ..analysis.types import STACKS, Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.fresh import Renaming
from ..ir.nodes import Atom, Block, Const, For, If, Let, Var, While
from ..ir.types import same_shape
from ..ir.units import Unit
from ..runtime import gradient_of, part_of, spread
from .forward_regions import PAIRING, ForwardRegions
from .mapped import MAPS, body_of, child, extended
from .prepare import Prepared
from .reverse import MAKERS
from .reverse_lists import is_list_operation
from .reverse_writes import WRITES
from .rules import Bound, RuleSplicer, bind
from .units import seed_type, tangent_of, unit_of


def no_units(prepared: Prepared) -> Any:
    """Where forward mode is not told how to derive a unit, there is none."""
    raise UnsupportedError(
        "a function that calls itself cannot be differentiated here", prepared.function.span
    )


class Forward(ForwardRegions):
    """One forward sweep, building values and tangents together."""

    def __init__(
        self, builder: Builder, types: Types, active: set[Var], *, adopted: bool = False
    ) -> None:
        self.builder = builder
        self.adopted = adopted  # the values stand in the builder already
        self.types = types
        self.active = set(active)
        self.dots: dict[Var, Atom] = {}
        self.restacked: Renaming = {}
        self.splicer = RuleSplicer(builder, types, self.moves)
        self.derive: Callable[[Prepared], Any] = no_units

    def sweep(self, block: Block) -> None:
        """Add the block's statements and the tangents of the active ones."""
        for stmt in block.body:
            self.builder.span = stmt.span
            match stmt:
                case Let():
                    unit = unit_of(stmt)
                    if unit is not None and self.called(stmt, unit):
                        continue
                    if not self.adopted:
                        self.builder.add(stmt)
                    if stmt.prim in STACKS:
                        self.stack(stmt)
                    elif stmt.out in self.active:
                        dot = self.tangent(stmt)
                        if dot is not None:
                            self.dots[stmt.out] = self.named(stmt.out, dot)
                case If():
                    self.branch(stmt)
                case For() | While():
                    self.loop(stmt)
        self.builder.span = None

    def called(self, let: Let, unit: Unit) -> bool:
        """A call of a unit whose arguments move gives the value and its tangent."""
        args = let.args[1:]
        dots = {k: d for k, a in enumerate(args) if (d := self.operand(a)) is not None}
        if not dots or let.out not in self.active:
            return False
        moving = tangent_of(unit, tuple(dots), self.derive)
        both = self.builder.let(prims.call, Const(moving), *args, *dots.values())
        if not self.adopted:
            self.builder.add(Let(let.out, operator.getitem, (both, Const(0)), span=let.span))
        dot = self.builder.let(operator.getitem, both, 1)
        if isinstance(dot, Var) and self.types.of(dot).kind == "any":
            self.types[dot] = seed_type(self.types.of(let.out), dot)
        self.dots[let.out] = self.named(let.out, dot)
        return True

    def named(self, var: Var, dot: Atom) -> Atom:
        if isinstance(dot, Const):
            return dot
        if not var.named:
            self.builder.labels.setdefault(dot, Var("", "tangent", var))
            return dot
        return self.builder.let(prims.first_of, dot, out=Var("", "tangent", var))

    def dot(self, atom: Atom) -> Atom | None:
        """The tangent of an operand; None if it is zero."""
        return self.dots.get(atom) if isinstance(atom, Var) else None

    def is_own(self, base: Atom, key: Atom) -> bool:
        """Is it certainly an attribute of the object, and not of its class?"""
        kind = self.types.of(base)
        assert isinstance(key, Const)
        if any(name == key.value for name, _ in kind.items):
            return True
        return kind.cls is not None and not hasattr(kind.cls, key.value)

    def tangent(self, let: Let) -> Atom | None:
        if let.prim in (prims.first_of, prims.unpack):
            return self.dot(let.args[0])
        if let.prim in (operator.getitem, getattr):
            base, key = self.dot(let.args[0]), let.args[1]
            if base is None:
                return None
            made = self.splicer.inliner.defined_by(base, prims.make_tuple)
            if made is not None and isinstance(key, Const) and type(key.value) is int:
                return made.args[key.value]
            if let.prim is operator.getitem and takes_whole(self.types.of(let.args[0]), key):
                return base
            if let.prim is getattr and not self.is_own(let.args[0], key):
                dot = self.builder.let(part_of, base, key)
            elif let.prim is getattr and isinstance(key, Const):
                dot = self.splicer.inliner.get(base, key.value)
            else:
                dot = self.builder.let(let.prim, base, key)
            kind = self.types.of(let.out)
            if isinstance(dot, Var) and kind.kind == "num" and self.types.of(dot).kind == "any":
                self.types[dot] = replace(kind, dtype="number")  # the tangent of a number is one
            return dot
        if let.prim in MAKERS:
            return self.maker(let)
        if let.prim in MAPS:
            return self.mapped(let)
        if let.prim in WRITES:
            return self.write(let)
        if is_list_operation(self, let):
            return self.list_operation(let)
        if let.prim in PAIRING:
            return None
        bound = bind(let, self.builder)
        bound.require_rule(self.moves)
        dots = {n: d for n, a in bound.differentiable() if (d := self.operand(a)) is not None}
        if not dots:
            return None
        if bound.rule.elementwise:
            return self.elementwise(bound, dots)
        if bound.rule.linear == "joint":
            return self.linear(bound, dots)
        if bound.rule.linear == "each":
            terms = [self.replaced(bound, {name: dot}) for name, dot in dots.items()]
        else:
            terms = self.splicer.jvp(bound, dots)
        return self.fit(self.sum(terms), let.out) if terms else None

    def moves(self, atom: Atom) -> bool:
        """Has it a tangent, or has an item of a display of values?"""
        made = self.splicer.inliner.defined_by(atom, prims.make_tuple, prims.make_list)
        return self.dot(atom) is not None or (made is not None and any(map(self.moves, made.args)))

    def operand(self, atom: Atom) -> Atom | None:
        """The tangent of an operand that may be a display of values."""
        dot = self.dot(atom)
        if dot is not None or not isinstance(atom, Var):
            return dot
        made = self.splicer.inliner.defined_by(atom, prims.make_tuple, prims.make_list)
        if made is None:
            return None
        dots = [self.operand(a) for a in made.args]
        if all(d is None for d in dots):
            return None
        filled = [self.zero(a) if d is None else d for d, a in zip(dots, made.args, strict=True)]
        return self.builder.let(made.prim, *filled)

    def maker(self, let: Let) -> Atom | None:
        skip = {prims.make_dict: 1, prims.make_record: 2}.get(let.prim, 0)
        dots = [self.dot(a) for a in let.args[skip:]]
        if all(d is None for d in dots):
            return None
        filled = [
            self.zero(a) if d is None else d for d, a in zip(dots, let.args[skip:], strict=True)
        ]
        return self.builder.let(let.prim, *let.args[:skip], *filled)

    def mapped(self, let: Let) -> Atom | None:
        """A loop over independent rows: the tangent of each row, in a loop of its own."""
        body, facts = body_of(let, self.types)
        moving = [(p.var, d) for p, a in zip(body.params[1:], let.args[2:], strict=True)
                  if (d := self.dot(a)) is not None]  # fmt: skip
        builder, types, active = child(
            self.builder, self.types, body, facts, [v for v, _ in moving]
        )
        inner = Forward(builder, types, active)
        inner.derive = self.derive
        dots = []
        for var, dot in moving:
            inner.dots[var] = Var("", "tangent", var)
            types[inner.dots[var]] = self.types.of(dot)  # type: ignore[index]
            dots.append(inner.dots[var])
        inner.sweep(body.block)
        result = body.block.results[0]
        tangent = inner.operand(result)
        if tangent is None:
            return None
        row = extended(body, dots, builder.block(tangent))
        return self.builder.let(let.prim, Const(row), *let.args[1:], *(d for _, d in moving))

    def elementwise(self, bound: Bound, dots: dict[str, Atom]) -> Atom | None:
        partials = self.splicer.partials(bound, list(dots))
        terms = []
        for name, dot in dots.items():
            if name in partials:
                partial = partials[name]
                plain = isinstance(partial, Var) and (
                    partial.user or partial not in self.builder.defs
                )
                pair = (partial, dot) if plain else (dot, partial)
                stmt = self.builder.defs.get(partial) if isinstance(partial, Var) else None
                if isinstance(stmt, Let) and stmt.prim is operator.mul:
                    pair = (partial, dot)
                terms.append(self.builder.let(operator.mul, *pair))
        if not terms:
            return None
        total = self.sum(terms)
        if bound.rule.real:
            total = self.builder.let(np.real, total)
        return self.fit(total, bound.let.out)

    def linear(self, bound: Bound, dots: dict[str, Atom]) -> Atom:
        filled = {name: dots.get(name) or self.zero(atom) for name, atom in bound.differentiable()}
        return self.fit(self.replaced(bound, filled), bound.let.out)

    def replaced(self, bound: Bound, dots: dict[str, Atom]) -> Atom:
        """The statement itself with tangents for some operands."""
        old = {id(bound.arguments[name]): dot for name, dot in dots.items()}
        let = bound.let
        positions = list(bound.rule.signature.parameters) if bound.rule.signature else []
        args = []
        for k, a in enumerate(let.args):
            name = positions[k] if k < len(positions) else ""
            args.append(dots.get(name, a))
        kwargs = tuple((key, dots.get(key, a)) for key, a in let.kwargs)
        if any(n not in positions[: len(let.args)] and n not in dict(let.kwargs) for n in dots):
            # a starred parameter: its operands stand in the display that `bind` made
            args = [old.get(id(a), a) for a in let.args]
            for name, dot in dots.items():
                star = bound.rule.signature.parameters[name]  # type: ignore[union-attr]
                if star.kind is star.VAR_POSITIONAL:
                    at = positions.index(name)
                    args[at:] = self.splicer.inliner.items(dot) or []
        elif bound.rule.signature is not None:
            for name, dot in dots.items():
                star = bound.rule.signature.parameters[name]
                if star.kind is star.VAR_POSITIONAL:
                    args[positions.index(name) :] = self.splicer.inliner.items(dot) or []
        # x.sum() gives x_dot.sum(), but the tangent of a NumPy scalar may be a Python float
        moves = bool(args) and args[0] is not let.args[0]
        method = let.spelling.startswith(".") and moves and not self.types.of(args[0]).array
        spelling = "" if method else let.spelling
        new = replace(let, out=Var(), args=tuple(args), kwargs=kwargs, spelling=spelling)
        return self.builder.add_let(new)

    def sum_of_tuples(self, terms: list[Atom]) -> Atom:
        """The sum of tangents of a tuple, each of which may lack entries."""
        columns = zip(*(self.splicer.inliner.items(term) or [] for term in terms), strict=True)
        entries: list[Atom] = []
        for column in columns:
            there = [a for a in column if not (isinstance(a, Const) and a.value is None)]
            entries.append(self.sum(there) if there else Const(None))
        return self.builder.let(prims.make_tuple, *entries)

    def sum(self, terms: list[Atom]) -> Atom:
        total, *rest = terms
        kinds = [self.types.of(term) for term in terms]
        if rest and all(kind.kind == "tuple" for kind in kinds):
            return self.sum_of_tuples(terms)
        for term in rest:
            total = self.builder.let(operator.add, total, term)
        return total

    def zero(self, atom: Atom) -> Atom:
        """A zero tangent that must stand in a container or a call."""
        kind = self.types.of(atom)
        if isinstance(atom, Const):
            return Const(gradient_of(atom.value))
        made = self.splicer.inliner.defined_by(atom, prims.make_tuple, prims.make_list)
        if made is not None:
            return self.builder.let(made.prim, *(self.zero(a) for a in made.args))
        buffer = self.splicer.inliner.defined_by(atom, np.zeros_like)  # it is written into
        if kind.is_scalar and buffer is None:
            return Const(0.0)
        if kind.kind == "num" and kind.inexact:
            return self.builder.let(np.zeros_like, atom)
        zeros = self.builder.let(gradient_of, atom)
        if kind.kind == "num" and isinstance(zeros, Var) and self.types.of(zeros).kind == "any":
            self.types[zeros] = replace(kind, dtype="number")
        return zeros

    def fit(self, dot: Atom, z: Var) -> Atom:
        """The tangent of z, spread to its shape where the operands that move are smaller."""
        if self.types.of(z).kind != "num":
            return dot
        if same_shape(self.types.of(dot).shape, self.types.of(z).shape):
            return dot
        return self.builder.let(spread, dot, z)
