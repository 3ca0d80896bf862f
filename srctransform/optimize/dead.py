"""Drop statements whose results nobody reads.

    f(x)                f(x)
      t = sin(x)   →      return x
      return x

One walk backward: a value is live if a live statement reads it. Effects and calls of functions
that are not known (they may have effects) stay.
"""

from __future__ import annotations

import functools
import operator
from dataclasses import replace

import numpy as np

from ..ir import prims
from ..ir.nodes import Block, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import operands, outs, with_block
from ..rules.registry import rule_of


def drop_dead(fn: Function) -> Function:
    """The function without dead statements."""
    live: set[Var] = set()
    return with_block(fn, _block(fn.block, live))


def has_effect(let: Let) -> bool:
    """May the call do more than give a value?"""
    if let.prim in prims.EFFECTS:
        return True
    if let.prim in (prims.call, prims.call_method, prims.apply):
        return True
    module = getattr(let.prim, "__module__", None) or ""
    ours = module == prims.__name__ or module.startswith("srctransform.runtime")
    return not ours and rule_of(let.prim) is None and let.prim not in PURE


PURE = frozenset({
    operator.getitem, functools.partial, np.result_type,
    getattr, len, isinstance, type, tuple, list, dict, zip, enumerate, reversed, range, repr, str,
    bool, int, float, complex, slice, sorted, min, max, sum, abs, round, id, map,
})  # fmt: skip


def _block(block: Block, live: set[Var]) -> Block:
    live.update(a for a in block.results if isinstance(a, Var))
    kept: list[Stmt] = []
    for stmt in reversed(block.body):
        match stmt:
            case Let():
                if stmt.out not in live and not has_effect(stmt):
                    continue
                kept.append(stmt)
            case If():
                new = _branch(stmt, live)
                if new is None:
                    continue
                kept.append(new)
            case For():
                new_loop = _loop(stmt, live)
                if new_loop is None:
                    continue
                kept.append(new_loop)
            case While():
                kept.append(stmt)
                live.update(_inner_reads(stmt))
        live.update(a for a in operands(stmt) if isinstance(a, Var))
    return replace(block, body=tuple(reversed(kept)))


def _branch(stmt: If, live: set[Var]) -> If | None:
    keep = [k for k, out in enumerate(stmt.outs) if out in live]
    arms = []
    for arm in (stmt.then, stmt.orelse):
        arms.append(_block(replace(arm, results=tuple(arm.results[k] for k in keep)), live))
    if not keep and not arms[0].body and not arms[1].body:
        return None
    return replace(stmt, then=arms[0], orelse=arms[1], outs=tuple(stmt.outs[k] for k in keep))


def _loop(stmt: For, live: set[Var]) -> For | None:
    """A loop all of whose carried values stay if one of them is read."""
    inner: set[Var] = set()
    body = _block(stmt.body, inner)
    if not any(out in live for out in stmt.outs) and not any(
        isinstance(s, Let) and has_effect(s) for s in body.body
    ):
        return None
    live.update(inner)
    return replace(stmt, body=body)


def _inner_reads(stmt: For | While) -> set[Var]:
    from ..ir.walk import blocks, reads

    return {var for block in blocks(stmt) for var in reads(block)} - set(outs(stmt))
