"""A value that is known as a root or an integral is, once everything is derived, the value itself.

t = brentq(residual, 0.0, 2.0)
x = root_of(t, 0.0, residual, a)     →     x = brentq(residual, 0.0, 2.0)
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import prims
from ..ir.nodes import Block, For, Function, If, Let, Stmt, While
from ..ir.walk import statements, with_block
from .copies import merge_copies


def forget_found(fn: Function) -> Function:
    """The function, in which values are known as nothing but themselves."""
    known = prims.FOUND | {prims.stop_gradient}
    if not any(isinstance(s, Let) and s.prim in known for s in statements(fn.block)):
        return fn
    return merge_copies(with_block(fn, _renamed(fn.block)))


def _renamed(block: Block) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let():
                known = stmt.prim in prims.FOUND
                known = known or (stmt.prim is prims.stop_gradient and not stmt.out.named)
                body.append(
                    Let(stmt.out, prims.first_of, stmt.args[:1], span=stmt.span) if known else stmt
                )
            case If():
                arms = _renamed(stmt.then), _renamed(stmt.orelse)
                body.append(replace(stmt, then=arms[0], orelse=arms[1]))
            case For():
                body.append(replace(stmt, body=_renamed(stmt.body)))
            case While():
                inner = _renamed(stmt.body)
                body.append(replace(stmt, test=_renamed(stmt.test), body=inner))
    return replace(block, body=tuple(body))
