"""Reverse mode: the statements of the function, then the adjoint statements, last one first.

    f(x, w)                 grad_f(x, w)
      t = w * x               t = w * x
      h = sin(t)       →      dt = cos(t)         the seed 1.0 is folded away
      return h                dw = x * dt
                              return dw

Adjoint statements refer to the values of the forward part freely; `save` then sees to it that
those are still at hand.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.activity import blocks_derivative
from ..analysis.indexing import index_parts
from ..analysis.types import Types
from ..errors import Problem, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Block, Const, For, If, Let, Var, While
from ..ir.types import cotangent_type
from ..ir.walk import operands, statements
from ..optimize.dead import drop_dead
from ..rules.registry import refusal_of, rule_of
from ..save.bound import unbound_vars
from ..save.counting import counted
from ..save.saving import save
from .mapped import MAPS, active_in, body_of, child, extended
from .masks import mask_of, masked, may_be_infinite
from .reverse_lists import is_list_operation, list_operation
from .reverse_regions import Regions
from .reverse_writes import WRITES, drop_last, write
from .rules import Bound, RuleSplicer, bind, name_of
from .shadows import Path
from .units import Pair, seed_type, unit_of

MAKERS = frozenset({prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record})


class Reverse(Regions):
    """One reverse sweep over a block whose statements are in the builder already."""

    def __init__(
        self, builder: Builder, types: Types, active: set[Var], pointwise: bool = False
    ) -> None:
        super().__init__(builder, types, active, pointwise)
        self.splicer = RuleSplicer(builder, types, self.is_active)
        self.pairs: dict[Var, Pair] = {}  # by what the calls of units return

    def sweep(self, block: Block) -> None:
        """Propagate what was seeded into `cotangents` to the block's inputs."""
        self.open_stacks(block)
        for stmt in reversed(block.body):
            self.builder.span = stmt.span
            match stmt:
                case Let():
                    if stmt.prim is prims.drop_last and stmt.out in self.active:
                        drop_last(self, stmt, block)
                    elif stmt.prim is prims.push or stmt.out in self.active:
                        self.let(stmt)
                    else:
                        self.cotangents.take(stmt.out)
                case If():
                    self.branch(stmt)
                case For() | While():
                    self.loop(stmt)
        self.builder.span = None

    def let(self, let: Let) -> None:
        """The adjoint of one statement."""
        cotangents = self.cotangents
        if let.out in self.pairs:
            self.called(let)
        elif let.prim in MAKERS:
            self.maker(let)
        elif is_list_operation(self, let):
            list_operation(self, let)
        elif let.prim in (operator.getitem, getattr):
            self.projection(let)
        elif let.prim in MAPS:
            self.mapped(let)
        elif let.prim in WRITES:
            write(self, let)
        elif let.prim in (prims.push, prims.pop):
            self.stack(let)
        elif let.prim in (prims.first_of, prims.unpack):
            self.renamed(let)
        else:
            dz = cotangents.total(let.out)
            if dz is not None:
                self.apply_rule(let, dz)

    def called(self, let: Let) -> None:
        """The call of a unit's backward function."""
        dz = self.cotangents.total(let.out)
        if dz is None:
            return
        pair = self.pairs[let.out]
        dz = self.filled(let.out, dz)
        counts = [pair.args[k] for k in pair.counts]
        found = self.builder.let(prims.call, Const(pair.backward), *counts, pair.saved, dz)
        single = len(pair.active) == 1
        for j, k in enumerate(pair.active):
            g = found if single else self.builder.let(operator.getitem, found, j)
            assert isinstance(g, Var)
            self.types[g] = seed_type(self.types.of(pair.args[k]), g)
            self.cotangents.add(pair.args[k], g)

    def filled(self, result: Var, dz: Atom) -> Atom:
        """The cotangent of what a unit returns, with zeros for what nobody reads of it."""
        made = self.splicer.inliner.defined_by(dz, prims.make_tuple)
        if made is None:
            return dz
        args = list(made.args)
        for k, g in enumerate(args):
            kind = self.types.of(result).item(k)
            missing = isinstance(g, Const) and g.value is None
            if missing and kind.kind not in ("none", "other") and kind.dtype not in ("int", "bool"):
                entry = self.builder.let(operator.getitem, result, k)
                if kind.is_scalar:
                    args[k] = Const(0.0)
                elif kind.kind == "num" and kind.inexact:
                    args[k] = self.builder.let(np.zeros_like, entry)
                else:
                    args[k] = self.cotangents.shadows.zeros(entry)
        return self.builder.let(prims.make_tuple, *args) if args != list(made.args) else dz

    def renamed(self, let: Let) -> None:
        """Another name of a value has its cotangents."""
        held = self.cotangents.collected.get(let.out)
        if held is None:
            return
        if self.types.of(let.out).kind == "num":
            dz = self.cotangents.total(let.out)
            assert dz is not None
            self.cotangents.add(let.args[0], dz)
            return
        self.cotangents.take(let.out)
        for g in held.dense:
            self.cotangents.add(let.args[0], g)
        for path, g in held.parts:
            self.add_part(let.args[0], g, path)

    def apply_rule(self, let: Let, dz: Atom) -> None:
        bound = bind(let, self.builder)
        bound.require_rule(self.is_active)
        wanted = [n for n, a in bound.differentiable() if self.is_active(a)]
        if bound.rule.elementwise:
            partials = self.splicer.partials(bound, wanted)
            mask = mask_of(self.builder, dz) if may_be_infinite(self.builder, let) else None
            if mask is not None and mask.inner is not None:
                dz = mask.inner
            for name in wanted:
                if name in partials:
                    g = self.product(dz, partials[name])
                    g = masked(self.builder, mask, g) if mask is not None else g
                    self.cotangents.add(bound.arguments[name], g)
            return
        results = self.splicer.vjp(bound, dz)
        for name in wanted:
            if isinstance(results[name], Var):
                self.splicer.require_cotangent(bound, name, results[name])
            self.contribute(bound, name, results[name])

    def contribute(self, bound: Bound, name: str, g: Atom) -> None:
        target = bound.arguments[name]
        made = self.splicer.inliner.defined_by(target, prims.make_tuple, prims.make_list)
        if made is not None and target not in self.cotangents.collected:
            for k, item in enumerate(made.args):
                if self.is_active(item):
                    self.contribute_item(item, self.splicer.inliner.project(g, k))
            return
        self.cotangents.add(target, g)

    def contribute_item(self, item: Atom, g: Atom) -> None:
        made = self.splicer.inliner.defined_by(item, prims.make_tuple, prims.make_list)
        if made is None:
            have, want = self.types.of(g), self.types.of(item)
            if isinstance(g, Var) and have.kind == want.kind == "num" and have.rank is None:
                self.types[g] = replace(have, shape=want.shape)  # rules give what is as large
            self.cotangents.add(item, g)
            return
        for k, inner in enumerate(made.args):
            if self.is_active(inner):
                self.contribute_item(inner, self.splicer.inliner.project(g, k))

    def product(self, dz: Atom, partial: Atom) -> Atom:
        """dz times a partial derivative, in the order a person writes them."""
        first, second = dz, partial
        stmt = self.builder.defs.get(partial) if isinstance(partial, Var) else None
        plain = isinstance(partial, Var) and (partial.user or stmt is None)
        scaled = (
            isinstance(stmt, Let) and stmt.prim is operator.mul and isinstance(stmt.args[0], Const)
        )
        if plain or scaled:
            first, second = partial, dz
        return self.builder.let(operator.mul, first, second)

    def is_active(self, atom: Atom) -> bool:
        if not isinstance(atom, Var):
            return False
        if atom in self.active:
            return True
        made = self.splicer.inliner.defined_by(atom, prims.make_tuple, prims.make_list)
        return made is not None and any(self.is_active(a) for a in made.args)

    def mapped(self, let: Let) -> None:
        """A loop over independent rows: each row's cotangents, summed in a loop of its own."""
        body, facts = body_of(let, self.types)
        held = self.cotangents.take(let.out)
        if held is None:
            return
        inputs = [(p.var, a) for p, a in zip(body.params[1:], let.args[2:], strict=True)
                  if self.is_active(a)]  # fmt: skip
        variables = [v for v, _ in inputs]
        body, counts = counted(body, active_in(self.types, body, facts, variables))
        builder, types, active = child(self.builder, self.types, body, facts, variables)
        for stmt in body.block.body:
            builder.add(stmt)
        inner = Reverse(builder, types, active)
        inner.counts = counts
        inner.unbound = unbound_vars(body.block)
        extra: list[Atom] = []
        given: list[Atom] = []
        result = body.block.results[0]

        def seed(target: Atom, g: Atom, at: Atom | None) -> None:
            var = Var("g")
            types[var] = self.types.of(g)
            extra.append(var)
            given.append(g)
            inner.cotangents.add(
                target, var if at is None else builder.let(operator.getitem, var, at)
            )

        if let.prim is prims.map_stack:
            seed(result, self.cotangents.combine(let.out, held), body.params[0].var)
        else:
            made = inner.splicer.inliner.defined_by(result, prims.make_tuple)
            assert made is not None
            for path, g in held.parts:
                assert isinstance(path[0], Const)
                seed(made.args[path[0].value], g, None)
        inner.sweep(body.block)
        totals = [(v, a, inner.cotangents.total(v)) for v, a in inputs]
        present = [(a, t) for _, a, t in totals if t is not None]
        result = builder.let(prims.make_tuple, *(t for _, t in present))
        row = extended(body, extra, builder.block(result))
        row = save(drop_dead(row), types, inner.rounds)
        sums = self.builder.let(prims.map_sum, Const(row), *let.args[1:], *given)
        for k, (target, _) in enumerate(present):
            part = self.builder.let(operator.getitem, sums, k)
            self.types[part] = self.types.of(target)  # type: ignore[index]
            self.cotangents.add(target, part)

    # ------------------------------------------------------------ containers

    def maker(self, let: Let) -> None:
        """A container passes each entry's cotangent on to the value that stands there."""
        held = self.cotangents.take(let.out)
        if held is None:
            return
        skip = {prims.make_dict: 1, prims.make_record: 2}.get(let.prim, 0)
        keys: list[Any] = list(range(len(let.args)))
        if skip:
            names = let.args[skip - 1]
            assert isinstance(names, Const)
            keys = list(names.value)
        exact, chosen = self.sorted_parts(held.parts, keys)
        if chosen:  # which entry it is, is known only as the program runs
            g = self.cotangents.assemble(let.out, chosen)
            assert isinstance(g, Var)
            self.types[g] = cotangent_type(self.types.of(let.out))
            held.dense.append(g)
        for k, (key, value) in enumerate(zip(keys, let.args[skip:], strict=True)):
            if not self.is_active(value):
                continue
            for g in held.dense:
                prim = getattr if let.prim is prims.make_record else operator.getitem
                self.cotangents.add(value, self.builder.let(prim, g, key))
            for place, path, g in exact:
                if place == k:
                    self.cotangents.add(value, g, path)

    def sorted_parts(
        self, parts: list[tuple[Path, Atom]], keys: list[Any]
    ) -> tuple[list[tuple[int, Path, Atom]], list[tuple[Path, Atom]]]:
        """The cotangents of entries: with the place of the entry, the rest of the path, and those
        whose entry is chosen as the program runs."""
        exact, chosen = [], []
        for path, g in parts:
            place = place_of(path[0], keys)
            if place is None:
                chosen.append((path, g))
            else:
                exact.append((place, path[1:], g))
        return exact, chosen

    def projection(self, let: Let) -> None:
        """An entry of a container or array: its cotangent belongs at that entry."""
        base, key = let.args
        held = self.cotangents.collected.get(let.out)
        if held is None:
            return
        kind = self.types.of(let.out)
        if held.parts and kind.kind != "num":
            self.cotangents.take(let.out)
            for path, g in held.parts:
                self.add_part(base, g, (key, *path))
            for g in held.dense:
                self.add_part(base, g, (key,))
            return
        if held.parts and not held.dense and self.names_row(base, key):
            self.cotangents.take(let.out)
            for (first, *rest), g in held.parts:
                inner = index_parts(first, self.builder.defs) or [first]
                index = self.builder.let(prims.make_tuple, key, *inner)
                self.add_part(base, g, (index, *rest))
            return
        dz = self.cotangents.total(let.out)
        assert dz is not None
        self.add_part(base, dz, (key,))

    def names_row(self, base: Atom, key: Atom) -> bool:
        """Is it x[i] of an array, so that x[i][j] is x[i, j]?"""
        kind = self.types.of(key)
        array = self.types.of(base).kind == "num"
        return array and kind.is_scalar and kind.dtype == "int" and kind.array is False


def place_of(key: Atom, keys: list[Any]) -> int | None:
    """Where the entry of a constant key stands; None of another key, or one that is not there."""
    if not isinstance(key, Const) or isinstance(key.value, slice):
        return None
    if key.value in keys:
        return keys.index(key.value)
    at = key.value
    return at + len(keys) if type(at) is int and -len(keys) <= at < 0 else None


def refuse_unknown(block: Block, active: set[Var]) -> None:
    """Raise UnsupportedError that lists every active call without a derivative rule."""
    problems = []
    for stmt in statements(block):
        if not (isinstance(stmt, Let) and stmt.out in active):
            continue
        if not any(a in active for a in operands(stmt) if isinstance(a, Var)):
            continue
        if unit_of(stmt) is not None or blocks_derivative(stmt) or stmt.prim in PASSED_ON:
            continue
        rule = rule_of(stmt.prim)
        if stmt.prim is prims.call_method:
            message = f"it is not known which method {stmt.spelling} is"
            help = "annotate the object with its class, or give example="
            problems.append(Problem(message, stmt.span, help))
        elif rule is None or not (rule.differentiable or rule.linear or rule.jvp):
            why = refusal_of(stmt.prim)
            problems.append(
                Problem(
                    f"no derivative rule for {name_of(stmt)}" + (f": {why}" if why else ""),
                    stmt.span,
                    'give it one with srctransform.rules (README, "Adding a rule")',
                )
            )
    if problems:
        raise UnsupportedError(problems)


STRUCTURE = frozenset({
    operator.getitem, getattr, prims.first_of, prims.unpack, prims.push, prims.pop, zip,
    prims.concat_args,
    enumerate, reversed, list, tuple, dict,
})  # fmt: skip

#: statements whose cotangents are passed on without a rule
PASSED_ON = MAKERS | STRUCTURE | MAPS | WRITES
