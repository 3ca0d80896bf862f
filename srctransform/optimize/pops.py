"""The last item of a list is taken away where it is read, so that both are one line.

v = xs[-1]                    v = xs[-1]
push(stack, v)                xs1 = drop_last(xs)       printed as v = xs.pop()
xs1 = drop_last(xs)     →     push(stack, v)
"""

from __future__ import annotations

import operator
from dataclasses import replace

from ..ir import prims
from ..ir.nodes import Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import free_vars, statements, with_block


def beside_reads(fn: Function) -> Function:
    """The function, with each `drop_last` right behind the read of the item, where nothing that
    stands between them reads the list."""
    if not any(isinstance(s, Let) and s.prim is prims.drop_last for s in statements(fn.block)):
        return fn
    return with_block(fn, _block(fn.block))


def _block(block: Block) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let() if stmt.prim is prims.drop_last:
                body.insert(_place(body, stmt), stmt)
                continue
            case If():
                stmt = replace(stmt, then=_block(stmt.then), orelse=_block(stmt.orelse))
            case For() | While():
                stmt = replace(stmt, body=_block(stmt.body))
        body.append(stmt)
    return replace(block, body=tuple(body))


def _place(before: list[Stmt], drop: Let) -> int:
    """Where in the statements so far it belongs."""
    for k in reversed(range(len(before))):
        if is_last_item(before[k], drop):
            return k + 1
        if drop.args[0] in free_vars(Block((), (before[k],))):
            break
    return len(before)


def is_last_item(stmt: Stmt, drop: Let) -> bool:
    """Is it the read of the item that goes then?"""
    if not (isinstance(stmt, Let) and stmt.prim is operator.getitem):
        return False
    items, key = stmt.args
    return isinstance(items, Var) and items is drop.args[0] and isinstance(key, Const) and (
        key.value == -1)  # fmt: skip
