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
from typing import Any

from ..analysis.activity import blocks_derivative
from ..analysis.types import Types
from ..errors import Problem, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Block, Const, If, Let, Stmt, Var
from ..ir.walk import operands, statements
from ..rules.registry import rule_of
from ..runtime import gradient_of
from .cotangents import Collected, Cotangents
from .mapped import MAPS, body_of, child, extended
from .rules import Bound, RuleSplicer, bind, name_of

MAKERS = frozenset({prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record})


class Reverse:
    """One reverse sweep over a block whose statements are in the builder already."""

    def __init__(
        self, builder: Builder, types: Types, active: set[Var], pointwise: bool = False
    ) -> None:
        self.builder = builder
        self.types = types
        self.active = active
        self.cotangents = Cotangents(builder, types, pointwise)
        self.splicer = RuleSplicer(builder, types)

    def sweep(self, block: Block) -> None:
        """Propagate what was seeded into `cotangents` to the block's inputs."""
        for stmt in reversed(block.body):
            self.builder.span = stmt.span
            match stmt:
                case Let():
                    if stmt.out in self.active:
                        self.let(stmt)
                    else:
                        self.cotangents.take(stmt.out)
                case If():
                    self.branch(stmt)
        self.builder.span = None

    def let(self, let: Let) -> None:
        """The adjoint of one statement."""
        cotangents = self.cotangents
        if let.prim in MAKERS:
            self.maker(let)
        elif let.prim in (operator.getitem, getattr):
            self.projection(let)
        elif let.prim in MAPS:
            self.mapped(let)
        elif let.prim is prims.first_of:
            dz = cotangents.total(let.out)
            if dz is not None:
                cotangents.add(let.args[0], dz)
        else:
            dz = cotangents.total(let.out)
            if dz is not None:
                self.apply_rule(let, dz)

    def apply_rule(self, let: Let, dz: Atom) -> None:
        bound = bind(let, self.builder)
        wanted = [n for n, a in bound.differentiable() if self.is_active(a)]
        if bound.rule.elementwise:
            partials = self.splicer.partials(bound, wanted)
            for name in wanted:
                if name in partials:
                    g = self.product(dz, partials[name])
                    self.cotangents.add(bound.arguments[name], g)
            return
        results = self.splicer.vjp(bound, dz)
        for name in wanted:
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
        builder, types, active = child(
            self.builder, self.types, body, facts, [v for v, _ in inputs]
        )
        for stmt in body.block.body:
            builder.add(stmt)
        inner = Reverse(builder, types, active)
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
        for key, value in zip(keys, let.args[skip:], strict=True):
            for g in held.dense:
                prim = getattr if let.prim is prims.make_record else operator.getitem
                if self.is_active(value):
                    self.cotangents.add(value, self.builder.let(prim, g, key))
            for path, g in held.parts:
                head = path[0]
                if isinstance(head, Const) and head.value == key:
                    self.cotangents.add(value, g, path[1:])

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
                self.cotangents.add(base, g, (key, *path))
            for g in held.dense:
                self.cotangents.add(base, g, (key,))
            return
        dz = self.cotangents.total(let.out)
        assert dz is not None
        self.cotangents.add(base, dz, (key,))

    # ------------------------------------------------------------ branches

    def branch(self, stmt: If) -> None:
        """An If: the same condition chooses the adjoint of the arm that was taken."""
        seeds: dict[int, Atom] = {}
        for k, out in enumerate(stmt.outs):
            dz = self.cotangents.total(out) if out in self.active else None
            if dz is not None:
                seeds[k] = dz
        if not seeds:
            return
        inner = {o for arm in (stmt.then, stmt.orelse) for s in statements(arm) for o in _outs(s)}
        outer = self.cotangents.collected
        arms: list[dict[Var, Collected]] = []
        built: list[list[Stmt]] = []
        totals: list[dict[Var, Atom]] = []
        for arm in (stmt.then, stmt.orelse):
            self.cotangents.collected = {}
            with self.builder.nested() as stmts:
                for k, dz in seeds.items():
                    self.cotangents.add(arm.results[k], dz)
                self.sweep(arm)
                arms.append(self.cotangents.collected)
                totals.append(
                    {
                        v: self.cotangents.combine(v, held)
                        for v, held in arms[-1].items()
                        if v not in inner
                    }
                )
            built.append(stmts)
        self.cotangents.collected = outer
        targets = list(dict.fromkeys([*totals[0], *totals[1]]))
        blocks = []
        for stmts, total in zip(built, totals, strict=True):
            with self.builder.nested() as extra:
                results = tuple(total.get(v) or self.zero(v) for v in targets)
            blocks.append(Block((), (*stmts, *extra), results))
        outs = tuple(Var() for _ in targets)
        self.builder.add(If(stmt.cond, blocks[0], blocks[1], outs, stmt.span))
        for target, out in zip(targets, outs, strict=True):
            self.cotangents.add(target, out)

    def zero(self, var: Var) -> Atom:
        """A zero cotangent, of the type the other arm gives."""
        kind = self.types.of(var)
        if kind.is_scalar or self.cotangents.pointwise:
            return Const(0.0)
        if kind.kind != "num":
            return self.builder.let(gradient_of, var)
        return self.cotangents.zeros(var)


def _outs(stmt: Stmt) -> tuple[Var, ...]:
    return (stmt.out,) if isinstance(stmt, Let) else stmt.outs


def refuse_unknown(block: Block, active: set[Var]) -> None:
    """Raise UnsupportedError that lists every active call without a derivative rule."""
    problems = []
    for stmt in statements(block):
        if not (isinstance(stmt, Let) and stmt.out in active):
            continue
        if not any(a in active for a in operands(stmt) if isinstance(a, Var)):
            continue
        if blocks_derivative(stmt) or stmt.prim in MAKERS | STRUCTURE | MAPS:
            continue
        rule = rule_of(stmt.prim)
        if stmt.prim is prims.call_method:
            message = f"it is not known which method {stmt.spelling} is"
            help = "annotate the object with its class, or give example="
            problems.append(Problem(message, stmt.span, help))
        elif rule is None or not (rule.differentiable or rule.linear or rule.jvp):
            problems.append(
                Problem(
                    f"no derivative rule for {name_of(stmt)}",
                    stmt.span,
                    'give it one with srctransform.rules (README, "Adding a rule")',
                )
            )
    if problems:
        raise UnsupportedError(problems)


STRUCTURE = frozenset({operator.getitem, getattr, prims.first_of})
