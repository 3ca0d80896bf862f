"""Floats that are stored into arrays of ints lose their fractions, and with them the derivative.

    z = y.copy()                     z = y.copy()
    z[0] = 2.5 * x           →       require_floats(z)
                                     z[0] = 2.5 * x

Where the types do not tell that a buffer is of floats, the run checks it; unless the buffer is made
like a value that is differentiated by, whose ints stand for floats. A buffer that a list or dict
holds, as in `buffers[k][0] = e`, is checked where it is written.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from dataclasses import replace

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, For, Function, If, Let, Stmt, Var, While
from ..ir.types import Type
from ..ir.walk import outs, statements, with_block
from ..runtime import require_floats

WRITES = frozenset({prims.store, prims.accumulate, prims.accumulate_at})


def with_checked_buffers(
    fn: Function, wrt: Collection[Var], types: Types, active: Collection[Var]
) -> Function:
    """The program, with a check of each buffer that may truncate what is differentiated."""
    found = {
        root
        for root in _written(fn.block, active)
        if root not in wrt and root not in active and _may_truncate(types.of(root), wrt)
    }
    held = _held(fn.block, wrt, types, active)
    if not found and not held:
        return fn
    params = tuple(p.var for p in fn.params)
    return with_block(fn, _checked(fn.block, found, held, params))


def _written(block: Block, active: Collection[Var]) -> set[Var]:
    """The first versions of the buffers that active values are written into."""
    before: dict[Var, Atom] = {}
    written: list[Var] = []
    for stmt in statements(block):
        match stmt:
            case Let() if stmt.prim in WRITES and isinstance(stmt.args[0], Var):
                before[stmt.out] = stmt.args[0]
                if stmt.args[1] in active and len(stmt.args) == 3:
                    written.append(stmt.args[0])
            case For() | While():
                before.update(zip(carried(stmt), stmt.init, strict=True))
                before.update(zip(stmt.outs, stmt.init, strict=True))
    found = set()
    for var in written:
        root: Atom = var
        while isinstance(root, Var) and root in before:
            root = before[root]
        if isinstance(root, Var):
            found.add(root)
    return found


def _held(
    block: Block, wrt: Collection[Var], types: Types, active: Collection[Var]
) -> dict[Let, list[Let]]:
    """Writes into arrays that are held by others, with the statements that check the arrays."""
    found: dict[Let, list[Let]] = {}
    for stmt in statements(block):
        if not (isinstance(stmt, Let) and stmt.prim in WRITES and stmt.args[1] in active):
            continue
        buffer, _, *path = stmt.args
        reads: list[Let] = []
        while len(path) > 1 and types.of(buffer).kind != "num":
            reads.append(Let(Var(), operator.getitem, (buffer, path.pop(0)), span=stmt.span))
            types.observe(reads[-1])
            buffer = reads[-1].out
        if reads and _may_truncate(types.of(buffer), wrt):
            assert isinstance(buffer, Var)
            found[stmt] = [*reads, _check(buffer)]
    return found


def _may_truncate(kind: Type, wrt: Collection[Var]) -> bool:
    """May it be an array of ints, and not for the reason that a value to differentiate by is?"""
    unknown = kind.kind == "any" or (kind.kind == "num" and kind.dtype in ("unknown", "number"))
    return unknown and kind.sources.isdisjoint(wrt)


def _checked(
    block: Block, found: set[Var], held: Mapping[Let, list[Let]], params: tuple[Var, ...]
) -> Block:
    """The block, with the checks behind what defines the buffers, or before what writes them."""
    body: list[Stmt] = [_check(v) for v in params if v in found]
    for stmt in block.body:
        match stmt:
            case If():
                arms = (stmt.then, stmt.orelse)
                then, orelse = (_checked(arm, found, held, arm.params) for arm in arms)
                body.append(replace(stmt, then=then, orelse=orelse))
            case For() | While():
                inner = _checked(stmt.body, found, held, stmt.body.params)
                body.append(replace(stmt, body=inner))
            case Let():
                body += [*held.get(stmt, ()), stmt]
        body += [_check(v) for v in outs(stmt) if v in found]
    return replace(block, body=tuple(body))


def _check(buffer: Var) -> Let:
    return Let(Var(), require_floats, (buffer,))
