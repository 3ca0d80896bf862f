"""How many rounds a loop ran, where only the run tells: the mirrored loop needs to know.

    while x > 1.0:             while x > 1.0:
        x = x / a                  x = x / a
                                   count = count + 1        carried, from 0

A While, or a For that stops, counts unless it carries such a counter already: `i = i + 1` from 0.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..analysis.loops import carried
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import definitions, outs, statements, with_block


def counted(fn: Function, active: set[Var]) -> tuple[Function, dict[object, Atom]]:
    """The function with counters in the loops that need them, and what they count to, by the keys
    of the loops."""
    counting = Counting(active, definitions(fn.block))
    block = counting.block(fn.block)
    return (fn if block is fn.block else with_block(fn, block)), counting.counts


@dataclass
class Counting:
    """Adds counters to the loops that have a derivative."""

    active: set[Var]
    defs: Mapping[Var, Stmt]
    counts: dict[object, Atom] = field(default_factory=dict)

    def block(self, block: Block) -> Block:
        body = tuple(self.statement(s) for s in block.body)
        return block if body == block.body else replace(block, body=body)

    def statement(self, stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let):
            return stmt
        if isinstance(stmt, If):
            then, orelse = self.block(stmt.then), self.block(stmt.orelse)
            same = then is stmt.then and orelse is stmt.orelse
            return stmt if same else replace(stmt, then=then, orelse=orelse)
        body = self.block(stmt.body)
        stmt = stmt if body is stmt.body else replace(stmt, body=body)
        if not (isinstance(stmt, While) or stmt.stops) or not self.matters(stmt):
            return stmt
        own = counter_of(stmt, self.defs)
        if own is not None:
            self.counts[stmt.key] = stmt.outs[own]
            return stmt
        return self.counted(stmt)

    def matters(self, loop: For | While) -> bool:
        """Is anything in it active, or put on a stack or taken from one?"""
        return any(
            v in self.active or (isinstance(s, Let) and s.prim in (prims.push, prims.pop))
            for s in (loop, *statements(loop.body))
            for v in outs(s)
        )

    def counted(self, loop: For | While) -> For | While:
        out, before, after = (Var("count") for _ in range(3))
        self.counts[loop.key] = out
        n = len(loop.outs)
        body, results = loop.body, loop.body.results
        body = Block(
            (*body.params, before),
            (*body.body, Let(after, operator.add, (before, Const(1)))),
            (*results[:n], after, *results[n:]),
        )
        init = (*loop.init, Const(0))
        if isinstance(loop, For):
            return replace(loop, init=init, body=body, outs=(*loop.outs, out))
        test = replace(loop.test, params=(*loop.test.params, Var("count")))
        return replace(loop, init=init, test=test, body=body, outs=(*loop.outs, out))


def counter_of(loop: For | While, defs: Mapping[Var, Stmt]) -> int | None:
    """Which carried value starts at 0 and grows by 1 in every round."""
    for k, param in enumerate(carried(loop)):
        first = known_int(loop.init[k], defs)
        if first == 0 and step_of(loop, param) == 1:
            return k
    return None


def known_int(atom: Atom, defs: Mapping[Var, Stmt]) -> int | None:
    """The int that an atom is, also under a name."""
    stmt = defs.get(atom) if isinstance(atom, Var) else None
    if isinstance(stmt, Let) and stmt.prim is prims.first_of:
        return known_int(stmt.args[0], defs)
    value = atom.value if isinstance(atom, Const) else None
    return value if type(value) is int else None


def step_of(loop: For | While, param: Var) -> int | None:
    """c of `k = k + c`, an int that is known, for a carried value."""
    result = loop.body.results[carried(loop).index(param)]
    if result is param:
        return 0
    defs: Mapping[Var, Stmt] = {v: s for s in loop.body.body for v in outs(s)}
    stmt = defs.get(result) if isinstance(result, Var) else None
    if isinstance(stmt, Let) and stmt.prim is prims.first_of and isinstance(stmt.args[0], Var):
        stmt = defs.get(stmt.args[0])
    if not isinstance(stmt, Let) or stmt.prim not in (operator.add, operator.sub):
        return None
    pairs = [stmt.args] if stmt.prim is operator.sub else [stmt.args, stmt.args[::-1]]
    for base, step in pairs:
        if base is param and isinstance(step, Const) and type(step.value) is int:
            return step.value if stmt.prim is operator.add else -step.value
    return None
