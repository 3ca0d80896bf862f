"""Loops over independent rows, written out as Python has them.

z = map_stack(row, n, x)         rows = []
                           →     for k in range(n):
                                     rows.append(...)
                                 z = np.stack(rows)
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from ..ir import prims
from ..ir.fresh import fresh_block, fresh_vars
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import statements, with_block

MAPS = frozenset({prims.map_stack, prims.map_sum})


def write_loops(fn: Function) -> Function:
    """The function with its `map_stack` and `map_sum` statements as loops."""
    if not any(isinstance(s, Let) and s.prim in MAPS for s in statements(fn.block)):
        return fn
    return with_block(fn, _block(fn.block))


def _block(block: Block) -> Block:
    body: list[Stmt] = []
    totals: dict[Atom, tuple[Atom, ...]] = {}
    for stmt in block.body:
        if isinstance(stmt, Let) and stmt.prim is prims.map_stack:
            body += _stack(stmt)
        elif isinstance(stmt, Let) and stmt.prim is prims.map_sum:
            body += _sum(stmt)
            made = body[-1]
            assert isinstance(made, Let)
            totals[made.out] = made.args
        elif isinstance(stmt, Let) and stmt.prim is operator.getitem and stmt.args[0] in totals:
            base, key = stmt.args
            assert isinstance(base, Var) and isinstance(key, Const)
            body.append(Let(stmt.out, prims.first_of, (totals[base][key.value],)))
        elif isinstance(stmt, If):
            body.append(replace(stmt, then=_block(stmt.then), orelse=_block(stmt.orelse)))
        elif isinstance(stmt, For):
            body.append(replace(stmt, body=_block(stmt.body)))
        elif isinstance(stmt, While):
            body.append(replace(stmt, test=_block(stmt.test), body=_block(stmt.body)))
        else:
            body.append(stmt)
    return replace(block, body=tuple(body))


def _fresh_body(let: Let) -> tuple[Var, Block]:
    """The loop variable and a copy of the body that reads the loop's operands."""
    assert isinstance(let.args[0], Const)
    row: Function = let.args[0].value
    env: dict[Var, Atom] = {p.var: a for p, a in zip(row.params[1:], let.args[2:], strict=True)}
    k = Var("k")
    env[row.params[0].var] = k
    env.update(fresh_vars(row.block.body))
    return k, _block(fresh_block(row.block, env))


def _stack(let: Let) -> list[Stmt]:
    k, body = _fresh_body(let)
    count, empty, rows, more, full = Var(), Var(), Var("rows"), Var("rows"), Var("rows")
    push = Let(more, prims.append, (rows, body.results[0]))
    inner = Block((k, rows), (*body.body, push), (more,))
    return [
        Let(count, range, (let.args[1],)),
        Let(empty, prims.make_list, ()),
        For(count, (empty,), inner, (full,)),
        Let(let.out, np.stack, (full,)),
    ]


def _sum(let: Let) -> list[Stmt]:
    k, body = _fresh_body(let)
    made = next(s for s in body.body if isinstance(s, Let) and s.out is body.results[0])
    count = Var()
    before = [Var("total") for _ in made.args]
    after = [Var("total") for _ in made.args]
    totals = tuple(Var("total") for _ in made.args)
    adds = [
        Let(a, operator.add, (b, term)) for a, b, term in zip(after, before, made.args, strict=True)
    ]
    kept = [s for s in body.body if s is not made]
    inner = Block((k, *before), (*kept, *adds), tuple(after))
    zeros = tuple(Const(0.0) for _ in totals)
    return [
        Let(count, range, (let.args[1],)),
        For(count, zeros, inner, totals),
        Let(let.out, prims.make_tuple, totals),
    ]
