"""Keep what a backward part reads of the rounds of a loop, or compute it again.

    for i in range(n):               stack = new_stack()
        t = exp(x[i])                for i in range(n):
        s = s * t                        push(stack, s)
    for i in range(n - 1, -1, -1):       t = exp(x[i])
        ... reads t and s       →        push(stack_t, t);  s = s * t
                                     for i in range(n - 1, -1, -1):
                                         s = pop(stack);  t = pop(stack_t)

Reverse mode refers to forward values as if they were still there. Those of a loop's body are
recorded where they are made and taken back, the last one first, as the mirrored body begins;
`recompute` chooses which. A buffer that a loop writes in goes round the mirrored loop too, where
`undo` finds that this records less. A value of a branch outside of loops becomes one of its outs.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.branches import export_from_branches
from ..ir.build import atom
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Prim, Stmt, Var, While
from ..ir.walk import blocks, outs, with_block
from .bound import unbound_vars
from .counting import known_int, step_of
from .fuse import fuse
from .narrow import narrowed
from .places import Place, Places
from .recompute import Choice
from .rereads import reread
from .restore import Opening, Restoring
from .rounds import Rounds, scaled, total
from .undo import chosen


def save(fn: Function, types: Types, rounds: dict[object, Rounds]) -> Function:
    """The function, with every value at hand where it is read; `rounds` are those of the loops of
    its backward part, by their keys."""
    block = fn.block
    if rounds:
        block = fuse(block, types, rounds)
        block = narrowed(reread(block, types, rounds), types, rounds)
        places = Places(unbound=unbound_vars(block))
        places.scan(block)
        block = Saving(chosen(places, types, rounds)).block(block, ())
    return with_block(fn, export_from_branches(block))


class Saving(Restoring):
    """Rewrites the blocks: pushes, pops, and what is computed again."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice)
        self.stacks: dict[Var, Var] = {}
        for var, place in choice.recorded.items():
            stack = self.stacks[var] = Var(self.name(var))
            self.start(stack, var, place)

    def name(self, var: Var) -> str:
        return f"{var.hint}_stack" if var.hint else "stack"

    # ------------------------------------------------------------ blocks

    def block(self, block: Block, place: Place) -> Block:
        opening = Opening(place)
        self.open.append(opening)
        params = self.begin(opening)
        done: list[Stmt] = []
        body: list[Stmt] = [self.push(v) for v in block.params if v in self.stacks]
        for stmt in block.body:
            if isinstance(stmt, Let):
                body += self.kept(stmt)
            if not isinstance(stmt, Let):
                body += [Let(s, prims.new_stack) for s in self.starts.get((place, stmt.key), ())]
            body.append(self.statement(stmt, place))
            body += [self.push(v) for v in outs(stmt) if v in self.stacks]
            if self.is_inner(stmt):
                done += [*opening.made, *body]
                opening.made, body = [], []
                self.go_on(stmt, opening)
        results = tuple(self.use(a, place) for a in block.results) + self.end(opening)
        self.open.pop()
        return Block(
            (*block.params, *params), (*opening.pops, *done, *opening.made, *body), results
        )

    def push(self, var: Var) -> Let:
        return Let(Var(), prims.push, (self.stacks[var], var))

    def statement(self, stmt: Stmt, place: Place) -> Stmt:
        def use(a: Atom) -> Atom:
            return self.use(a, place)

        match stmt:
            case Let():
                return self.let(stmt, place)
            case If():
                cond = use(stmt.cond)
                then, orelse = (
                    self.block(b, (*place, (stmt.key, k))) for k, b in enumerate(blocks(stmt))
                )
                return replace(stmt, cond=cond, then=then, orelse=orelse)
            case For():
                source, init = use(stmt.iterable), tuple(map(use, stmt.init))
                extra, outs = self.carried_as_well(stmt, place)
                body = self.block(stmt.body, (*place, (stmt.key, 0)))
                return replace(
                    stmt, iterable=source, init=init + extra, body=body, outs=stmt.outs + outs
                )
            case While():
                init = tuple(map(use, stmt.init))
                test, body = (
                    self.block(b, (*place, (stmt.key, k))) for k, b in enumerate(blocks(stmt))
                )
                return replace(stmt, init=init, test=test, body=body)

    def let(self, let: Let, place: Place) -> Let:
        args = tuple(self.use(a, place) for a in let.args)
        kwargs = tuple((key, self.use(a, place)) for key, a in let.kwargs)
        if args == let.args and kwargs == let.kwargs:
            return let
        return replace(let, args=args, kwargs=kwargs)

    # ------------------------------------------------------------ values

    def use(self, value: Atom, place: Place) -> Atom:
        """What to read instead of a value at a place."""
        if not isinstance(value, Var) or self.places.is_legal(value, place):
            return value
        while value in self.choice.same and not self.places.is_legal(value, place):
            value = self.choice.same[value]
        places = self.places
        if places.is_legal(value, place) or not places.from_loop(value, place):
            return value
        depth = places.mirrored(value, place)
        opening = self.open[depth]
        if value not in opening.env:
            opening.env[value] = self.again(value, opening, place[:depth])
        return opening.env[value]

    def again(self, var: Var, opening: Opening, place: Place) -> Atom:
        """The value of a forward round, in the block that mirrors its own."""
        if var in self.stacks:
            new = self.like(var)
            opening.pops.append(Let(new, prims.pop, (self.stacks[var],)))
            return new
        if var in self.choice.there:
            return self.entry(var, opening)
        if var in self.places.params:
            return self.param(var, opening, place)
        stmt = self.places.defs[var]
        assert isinstance(stmt, Let)
        let = self.let(stmt, place)
        if let.prim is operator.getitem and isinstance(let.args[1], Const):
            made = opening.defs.get(let.args[0])  # type: ignore[arg-type]
            if made is not None and made.prim is prims.make_tuple:
                entry: Atom = made.args[let.args[1].value]
                return entry
        new = self.like(var)
        opening.made.append(replace(let, out=new))
        return new

    def param(self, param: Var, opening: Opening, place: Place) -> Atom:
        """The item of a round, or a carried value that grows by the same in every round."""
        loop = self.places.params[param]
        rounds = self.choice.rounds[place[-1][0]]
        defs: Mapping[Var, Stmt] = self.places.defs

        def emit(prim: Prim, *args: Any) -> Atom:
            let = Let(Var(), prim, tuple(self.use(atom(a), place) for a in args))
            opening.made.append(let)
            opening.defs[let.out] = let
            self.types.observe(let)
            return let.out

        if self.places.position(param) < 0:
            return rounds.item(emit, defs)
        k = carried(loop).index(param)
        step = step_of(loop, param)
        assert step is not None
        start = known_int(loop.init[k], defs)
        first = self.use(loop.init[k], place) if start is None else Const(start)
        return total(emit, first, scaled(emit, Const(step), rounds.position(emit, defs)), defs) if (
            step) else first  # fmt: skip
