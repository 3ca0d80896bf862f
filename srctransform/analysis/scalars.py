"""What a scalar result says of the ranks of parameters.

    for i in range(len(x)):        s is a number as the loop ends, so s + w * x[i] is one,
        s = s + w * x[i]           so w and x[i] are numbers, and x is a vector
    return s

A result of elementwise operations is a scalar only if its operands are. What only one arm of a
branch asks for says nothing, for the other arm may run. The rank of an array is used only where
the program reads it entry by entry: then nothing is ever stretched along its axes.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Var, While
from ..ir.walk import operands, outs, statements
from ..rules.registry import rule_of
from .indexing import index_parts
from .loops import carried
from .types import ELEMENTWISE, Types

#: a rank that is asked for in two ways
CLASH = -1

Ranks = dict[Var, int]


def ranks_by_result(block: Block, result: Atom, params: Iterable[Var], types: Types) -> Ranks:
    """The ranks that parameters have if the result is a scalar, as far as that tells."""
    if not isinstance(result, Var):
        return {}
    needed = _Needs(types).block(block, {result: 0})
    by_entry = _read_by_entry(block, types)
    return {
        p: needed[p]
        for p in params
        if needed.get(p, CLASH) == 0 or (needed.get(p, CLASH) > 0 and p in by_entry)
    }


def _read_by_entry(block: Block, types: Types) -> set[Var]:
    """The variables that are only ever read by full integer indices, or asked for their length."""
    entries: set[Var] = set()
    whole: set[Var] = set()
    for stmt in statements(block):
        for k, atom in enumerate(operands(stmt)):
            if not isinstance(atom, Var):
                continue
            if isinstance(stmt, Let) and k == 0 and stmt.prim in (len, np.shape):
                continue
            if isinstance(stmt, Let) and k == 0 and _ints(stmt, types) is not None:
                entries.add(atom)
            else:
                whole.add(atom)
        for inner in (stmt,) if not isinstance(stmt, Let) else ():
            for part in (b for b in _blocks(inner)):
                whole.update(a for a in part.results if isinstance(a, Var))
    whole.update(a for a in block.results if isinstance(a, Var))
    return entries - whole


def _blocks(stmt: If | For | While) -> tuple[Block, ...]:
    match stmt:
        case If():
            return stmt.then, stmt.orelse
        case For():
            return (stmt.body,)
        case While():
            return stmt.test, stmt.body


def _ints(stmt: Let, types: Types) -> int | None:
    """How many axes x[i, j] takes; None of another statement, and of another index."""
    if stmt.prim is not operator.getitem:
        return None
    parts = index_parts(stmt.args[1], types.defs)
    for part in parts or ():
        kind = types.of(part)
        if not (kind.is_scalar and kind.dtype == "int"):
            return None
    return len(parts) if parts else None


class _Needs:
    """Walks backward with the ranks that are asked for."""

    def __init__(self, types: Types) -> None:
        self.types = types

    def block(self, block: Block, need: Ranks) -> Ranks:
        """The ranks of what the block reads and defines, by those asked for behind it."""
        need = dict(need)
        for stmt in reversed(block.body):
            asked = {v: need[v] for v in outs(stmt) if need.get(v, CLASH) != CLASH}
            if not asked:
                continue
            match stmt:
                case Let():
                    self.let(stmt, asked[stmt.out], need)
                case If():
                    self.branch(stmt, asked, need)
                case For() | While():
                    self.loop(stmt, asked, need)
        return need

    def ask(self, atom: Atom, rank: int, need: Ranks) -> None:
        if isinstance(atom, Var):
            need[atom] = rank if need.get(atom, rank) == rank else CLASH

    def let(self, let: Let, rank: int, need: Ranks) -> None:
        rule = rule_of(let.prim)
        ints = _ints(let, self.types)
        if let.prim in SAME:
            self.ask(let.args[0], rank, need)
        elif ints is not None and self.types.of(let.args[0]).kind in ("num", "any"):
            self.ask(let.args[0], rank + ints, need)
        elif rank == 0 and ((rule is not None and rule.elementwise) or let.prim in ELEMENTWISE):
            for atom in let.args:
                if self.types.of(atom).kind in ("num", "any"):
                    self.ask(atom, 0, need)

    def branch(self, stmt: If, asked: Ranks, need: Ranks) -> None:
        """What both arms ask for."""
        arms = []
        for arm in (stmt.then, stmt.orelse):
            start: Ranks = {}
            for out, result in zip(stmt.outs, arm.results, strict=True):
                if out in asked:
                    self.ask(result, asked[out], start)
            arms.append(self.block(arm, start))
        for var, rank in arms[0].items():
            if arms[1].get(var) == rank:
                self.ask(var, rank, need)

    def loop(self, stmt: For | While, asked: Ranks, need: Ranks) -> None:
        """What the rounds ask for: a carried value is what enters and what a round yields."""
        params = carried(stmt)
        wanted = {p: asked[o] for o, p in zip(stmt.outs, params, strict=True) if o in asked}
        found: Ranks = {}
        while True:
            start: Ranks = {}
            for param, result in zip(params, stmt.body.results, strict=False):
                if param in wanted:
                    self.ask(result, wanted[param], start)
            found = self.block(stmt.body, start)
            more = {p: found[p] for p in params if p in found and p not in wanted}
            if not more:
                break
            wanted |= more
        inner = {v for s in statements(stmt.body) for v in outs(s)} | set(stmt.body.params)
        for var, rank in found.items():
            if var not in inner:
                self.ask(var, rank, need)
        for param, init in zip(params, stmt.init, strict=True):
            rank = wanted.get(param, CLASH)
            if rank != CLASH and found.get(param, rank) == rank and not isinstance(init, Const):
                self.ask(init, rank, need)


#: statements whose result has the rank of their first operand
SAME = frozenset({
    prims.first_of, np.copy, prims.store, prims.accumulate, prims.accumulate_at, operator.neg,
})  # fmt: skip
