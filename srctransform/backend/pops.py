"""Reads of a last item that is taken away then, which are one line.

v = xs[-1]
xs1 = drop_last(xs)     →     v = xs.pop()
"""

from __future__ import annotations

import itertools

from ..ir import prims
from ..ir.nodes import Block, Let
from ..ir.walk import blocks
from ..optimize.pops import is_last_item


def pops(block: Block) -> dict[Let, Let]:
    """The read that each `drop_last` is printed with."""
    found: dict[Let, Let] = {}
    for stmt in block.body:
        for inner in blocks(stmt):
            found |= pops(inner)
    for read, drop in itertools.pairwise(block.body):
        if isinstance(drop, Let) and drop.prim is prims.drop_last and is_last_item(read, drop):
            assert isinstance(read, Let)
            found[drop] = read
    return found
