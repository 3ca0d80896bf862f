"""Drop statements whose results nobody reads.

    f(x)                  f(x)
      t = sin(x)            for i in range(3), carrying a = x:
      for i in range(3), carrying a = x, s = 0.0:
        a1 = cos(a)   →       a1 = cos(a)
        s1 = s + t            yield a1
        yield a1, s1        -> b
      -> b, u               return b
      return b

Live is what the result and the effects read, directly or through live values; this is marked in any
order, so a value may read one of a loop's body from outside. A carried value is live if it is read
behind the loop or in another round, and not for being carried. Effects, and calls of functions that
are not known (they may have effects), stay. That a loop may not end is no effect. A stack is live
with all its pushes and pops, or goes with them.
"""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..analysis.loops import carried
from ..ir import prims
from ..ir.nodes import Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.units import Unit
from ..ir.walk import operands, with_block
from ..rules.registry import is_freezing, rule_of
from ..runtime import element, require_floats, require_scalar
from .carried import drop_invariant, pick, with_carried


def drop_dead(fn: Function) -> Function:
    """The function without dead statements, carried values and branches' outs."""
    block = drop_invariant(fn.block)
    marks = _Marks()
    marks.scan(block, None)
    marks.want(block.results)
    marks.run()
    return with_block(fn, _sweep(block, marks.live))


def has_effect(let: Let) -> bool:
    """May the call do more than give a value?"""
    prim = let.prim
    if prim in CALLS:
        callee = let.args[0]
        is_unit = isinstance(callee, Const) and isinstance(callee.value, Unit)
        return not (prim is prims.call and is_unit)
    if prim in STOPPING:
        return True
    if prim in PURE or rule_of(prim) is not None or is_freezing(prim):
        return False
    module = getattr(prim, "__module__", None) or ""
    return not (module == prims.__name__ or module.startswith("srctransform.runtime"))


#: calls of what is not known
CALLS = frozenset({prims.call, prims.call_method, prims.apply})

#: effects, and checks that may stop the run
STOPPING = prims.EFFECTS | {require_scalar, require_floats}

PURE = frozenset({
    operator.getitem, functools.partial, np.result_type,
    getattr, len, isinstance, type, tuple, list, dict, zip, enumerate, reversed, range, repr, str,
    bool, int, float, complex, slice, sorted, min, max, sum, abs, round, id, map,
    np.ndindex, np.ndenumerate, np.vectorize,
})  # fmt: skip

#: effects on a stack, which matter only if something that is popped does
ON_STACKS = frozenset({prims.push, prims.pop})

#: a variable; an If or a loop: whether, when and how often its blocks run
Node = Var | If | For | While


class _Marks:
    """What each value needs, and what is live."""

    def __init__(self) -> None:
        self.needs: defaultdict[Node, list[Node | Const | None]] = defaultdict(list)
        self.live: set[Node] = set()
        self.waiting: list[Node] = []

    def want(self, atoms: Iterable[Node | Const | None]) -> None:
        for a in atoms:
            if a is not None and not isinstance(a, Const) and a not in self.live:
                self.live.add(a)
                self.waiting.append(a)

    def run(self) -> None:
        """Mark what live values need, until nothing is new."""
        while self.waiting:
            self.want(self.needs.get(self.waiting.pop(), ()))

    def scan(self, block: Block, owner: Node | None) -> None:
        """Note what every statement needs; `owner` is the statement that runs the block."""
        for stmt in block.body:
            match stmt:
                case Let():
                    self.let(stmt, owner)
                    continue
                case If():
                    self.needs[stmt] += (owner, stmt.cond)
                    for arm in (stmt.then, stmt.orelse):
                        self.scan(arm, stmt)
                    arms = zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True)
                    for out, a, b in arms:
                        self.needs[out] += (stmt, a, b)
                case For():
                    self.needs[stmt.body.params[0]] += (stmt, stmt.iterable)
                    self.needs[stmt] += (owner, stmt.iterable)
                    self.loop(stmt)
                case While():
                    self.needs[stmt] += (owner, *stmt.test.results)
                    self.scan(stmt.test, stmt)
                    self.loop(stmt)
                    for p, q in zip(stmt.test.params, stmt.body.params, strict=True):
                        self.needs[p] += (q,)

    def let(self, let: Let, owner: Node | None) -> None:
        self.needs[let.out] += (owner, *operands(let))
        if let.prim in ON_STACKS:
            stack = let.args[0]
            assert isinstance(stack, Var)
            self.needs[stack].append(let.out)
        elif has_effect(let) or let.prim is element:  # which may stop the run
            self.want([let.out])

    def loop(self, stmt: For | While) -> None:
        self.scan(stmt.body, stmt)
        if stmt.stops:
            self.needs[stmt].append(stmt.body.results[-1])
        rows = zip(carried(stmt), stmt.outs, stmt.init, stmt.body.results, strict=False)
        for p, out, first, result in rows:
            self.needs[p] += (stmt, first, result)
            self.needs[out] += (p,)


def _sweep(block: Block, live: set[Node]) -> Block:
    """The block without what is not live."""
    kept: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let():
                if stmt.out in live:
                    kept.append(stmt)
            case If() if stmt in live:
                keep = [k for k, out in enumerate(stmt.outs) if out in live]
                arms = [
                    _sweep(replace(arm, results=pick(arm.results, keep)), live)
                    for arm in (stmt.then, stmt.orelse)
                ]
                outs = pick(stmt.outs, keep)
                kept.append(replace(stmt, then=arms[0], orelse=arms[1], outs=outs))
            case For() | While() if stmt in live:
                kept.append(_sweep_loop(stmt, live))
            case _:
                pass
    return replace(block, body=tuple(kept))


def _sweep_loop(stmt: For | While, live: set[Node]) -> For | While:
    """A loop with the carried values that are live. Without the others, its rounds are the same."""
    keep = [k for k, p in enumerate(carried(stmt)) if p in live]
    new = with_carried(stmt, keep)
    body = _sweep(new.body, live)
    if new.stops and isinstance(body.results[-1], Const) and body.results[-1].value is False:
        new, body = replace(new, stops=False), replace(body, results=body.results[:-1])
    if isinstance(new, While):
        return replace(new, body=body, test=_sweep(new.test, live))
    return replace(new, body=body)
