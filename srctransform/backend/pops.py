"""Reads of a last item that is taken away then, which are one line.

v = xs[-1]
xs1 = drop_last(xs)     →     v = xs.pop()
"""

from __future__ import annotations

import operator

from ..ir import prims
from ..ir.nodes import Block, Const, Let, Stmt
from ..ir.walk import blocks, operands


def pops(block: Block) -> dict[Let, Let]:
    """The read that each `drop_last` is printed with, where nothing stands between them that
    reads the item."""
    found: dict[Let, Let] = {}
    for k, stmt in enumerate(block.body):
        for inner in blocks(stmt):
            found |= pops(inner)
        if isinstance(stmt, Let) and stmt.prim is prims.drop_last:
            read = _read_before(block.body[:k], stmt)
            if read is not None:
                found[stmt] = read
    return found


def _read_before(before: tuple[Stmt, ...], drop: Let) -> Let | None:
    seen: set[object] = set()
    for stmt in reversed(before):
        if not isinstance(stmt, Let):
            return None
        if stmt.prim is operator.getitem and stmt.args[0] is drop.args[0]:
            last = isinstance(stmt.args[1], Const) and stmt.args[1].value == -1
            if last and stmt.out not in seen:
                return stmt
        seen.update(operands(stmt))
    return None
