"""Which carried values are running sums, so that their adjoints are the same in every round.

    s = s + e                  ds is what it was before, and de = ds
    if c: s = s - e            the same in both arms
    for j in ...: s += e       the same through an inner loop
    x[i] += e                  and for buffers that are only added to

A running sum is read by nothing else that has a derivative.
"""

from __future__ import annotations

import operator
from collections import Counter

from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Stmt, Var, While
from ..ir.types import same_shape
from ..ir.walk import blocks, count_uses, operands, outs, statements
from ..runtime import added_in
from .loops import carried
from .types import Types

#: statements that pass their first operand on, with something added to it
ADDING = frozenset({
    operator.add, operator.sub, prims.accumulate, prims.accumulate_at, prims.first_of, added_in,
})  # fmt: skip


def running_sums(loop: For | While, active: set[Var], types: Types) -> list[int]:
    """The positions of the carried values that are active running sums."""
    found = []
    defs = {v: s for s in statements(loop.body) for v in outs(s)}
    reads: Counter[Var] | None = None
    for k, (param, result) in enumerate(zip(carried(loop), loop.body.results, strict=False)):
        if not goes_round(loop, k, active) or not _same(param, result, types):
            continue
        passed: Counter[Var] = Counter()
        if _passes(result, param, defs, passed, types):
            reads = loop_reads(loop, active) if reads is None else reads
            if all(reads[v] <= n for v, n in passed.items()):
                found.append(k)
    return found


def _same(one: Atom, other: Atom, types: Types) -> bool:
    a, b = types.of(one), types.of(other)
    return a.kind == b.kind == "num" and same_shape(a.shape, b.shape)


def _passes(
    value: Atom, param: Var, defs: dict[Var, Stmt], passed: Counter[Var], types: Types
) -> bool:
    """Is `value` the parameter with something added to it? `passed` counts the reads that are
    part of the sum."""
    if not isinstance(value, Var) or not _same(value, param, types):
        return False
    passed[value] += 1
    if value is param:
        return True
    stmt = defs.get(value)
    match stmt:
        case Let() if stmt.prim in ADDING:
            both = stmt.args[:2] if stmt.prim is operator.add else stmt.args[:1]
            for a in both:
                trial: Counter[Var] = Counter()
                if _passes(a, param, defs, trial, types):
                    passed.update(trial)
                    return True
            return False
        case If():
            k = stmt.outs.index(value)
            return all(_passes(arm.results[k], param, defs, passed, types) for arm in blocks(stmt))
        case For() | While():
            k = stmt.outs.index(value)
            inner = carried(stmt)[k]
            return _passes(stmt.body.results[k], inner, defs, passed, types) and _passes(
                stmt.init[k], param, defs, passed, types
            )
    return False


def goes_round(loop: For | While, k: int, active: set[Var]) -> bool:
    """Has a carried value a derivative: is it read in a next round, or behind the loop?"""
    return loop.outs[k] in active or carried(loop)[k] in active


def loop_reads(loop: For | While, active: set[Var]) -> Counter[Var]:
    """How often each variable is read in a loop's body where it has a derivative."""
    moving = [goes_round(loop, k, active) for k in range(len(loop.outs))]
    found = block_reads(loop.body, active)
    for matters, atom in zip(moving, loop.body.results, strict=False):
        if isinstance(atom, Var) and matters:
            found[atom] += 1
    return found


def block_reads(block: Block, active: set[Var]) -> Counter[Var]:
    """The same for the statements of a block, without what it yields."""
    found: Counter[Var] = Counter()
    for stmt in block.body:
        read: list[Atom] = []
        match stmt:
            case Let():
                if stmt.out in active or stmt.prim is prims.push:
                    read += operands(stmt)
            case If():
                for arm in blocks(stmt):
                    found += block_reads(arm, active)
                    read += [a for o, a in zip(stmt.outs, arm.results, strict=True) if o in active]
            case For() | While():
                found += loop_reads(stmt, active)
                read += [a for k, a in enumerate(stmt.init) if goes_round(stmt, k, active)]
                read += [stmt.iterable] if isinstance(stmt, For) else []
        found.update(a for a in read if isinstance(a, Var))
    return found


def only_sums(loop: For, types: Types) -> bool:
    """Are all carried values running sums that nothing else reads, so that the order of the rounds
    does not matter?"""
    defs = {v: s for s in statements(loop.body) for v in outs(s)}
    reads = count_uses(loop.body)
    for param, result in zip(carried(loop), loop.body.results, strict=True):
        passed: Counter[Var] = Counter()
        if not _passes(result, param, defs, passed, types):
            return False
        if any(reads[v] > n for v, n in passed.items()):
            return False
    return True
