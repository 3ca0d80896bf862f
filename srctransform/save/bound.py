"""Which variables may have no value: their names were not assigned on every path.

for i in range(n):        t, carried as UNBOUND at first, may have none behind the loop
    t = sin(x[i])
if n > 0: ... t ...
"""

from __future__ import annotations

from ..analysis.loops import carried
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Var, While
from ..ir.walk import blocks


def unbound_vars(block: Block) -> set[Atom]:
    """Every variable of the block and its inner blocks that may be UNBOUND."""
    found: set[Atom] = set()
    _visit(block, found)
    return found


def _visit(block: Block, found: set[Atom]) -> None:
    for stmt in block.body:
        if isinstance(stmt, If):
            for arm in blocks(stmt):
                _visit(arm, found)
                _pass_on(arm.results, stmt.outs, found)
        elif isinstance(stmt, For | While):
            params = carried(stmt)
            _pass_on(stmt.init, params, found)
            before = -1
            while before != len(found):
                before = len(found)
                _visit(stmt.body, found)
                _pass_on(stmt.body.results, params, found)
            _pass_on(params, stmt.outs, found)


def _pass_on(sources: tuple[Atom, ...], targets: tuple[Var, ...], found: set[Atom]) -> None:
    for source, target in zip(sources, targets, strict=False):
        missing = isinstance(source, Const) and source.value is UNBOUND
        if missing or source in found:
            found.add(target)
