"""What a loop adds up is added where it is known, and not at the end of the round.

t = sum(lap * du)                dkappa = dkappa + sum(lap * du)
du = ...                   →     du = ...
dkappa = dkappa + t
"""

from __future__ import annotations

import operator
from dataclasses import replace

from ..ir.nodes import Block, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import count_uses, outs, with_block


def with_early_sums(fn: Function) -> Function:
    """The function with its sums in loops that mirror others moved up."""
    return with_block(fn, _block(fn.block, 0))


def _block(block: Block, sums: int) -> Block:
    """`sums`: how many values the block hands on to its next round."""
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case If():
                stmt = replace(stmt, then=_block(stmt.then, 0), orelse=_block(stmt.orelse, 0))
            case For() | While():
                mine = len(stmt.outs) if stmt.mirrors is not None else 0
                stmt = replace(stmt, body=_block(stmt.body, mine))
        body.append(stmt)
    block = replace(block, body=tuple(body))
    return _moved_up(block, sums) if sums else block


def _moved_up(block: Block, sums: int) -> Block:
    uses = count_uses(block)
    totals = block.params[len(block.params) - sums :]
    body = list(block.body)
    for total, result in zip(totals, block.results, strict=False):
        at = next((k for k, s in enumerate(body) if isinstance(s, Let) and s.out is result), None)
        if at is None:
            continue
        let = body[at]
        assert isinstance(let, Let)
        if let.prim not in (operator.add, operator.sub) or let.args[0] is not total:
            continue
        term = let.args[1]
        made = [k for k, s in enumerate(body[:at]) if isinstance(term, Var) and term in outs(s)]
        if made and uses[total] == uses[let.out] == 1:
            del body[at]
            body.insert(made[0] + 1, let)
    return replace(block, body=tuple(body))
