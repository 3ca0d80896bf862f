"""A unit that was derived in one piece becomes a forward and a backward function.

    if n == 0: value, half = 1.0, unbound        def power_fwd(x, n):
    else: half = ...; value = half * half            if n == 0: return 1.0, None
    boundary                                         ...; return value, (half, saved_half)
    if n == 0: dx = 0.0                      →   def power_bwd(n, saved, dout):
    else: ... half ...                               if n == 0: return 0.0
                                                     half, saved_half = saved

Each path returns by itself, and what was saved is taken apart where it is read.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, If, Let, Stmt, Var
from ..ir.walk import blocks, count_uses, operands

Arm = tuple[object, int]  # a branch, and one of its arms


def forward_block(
    before: tuple[Stmt, ...], value: Atom, kept: tuple[Var, ...], reader: Arm | None
) -> Block:
    """The forward function's body; `reader` is the only arm whose reverse reads what is kept."""
    last = before[-1] if before else None
    both = Var()
    if not isinstance(last, If) or not set(last.outs) & {*kept, value}:
        saved = Var()
        pack = Let(saved, prims.make_tuple, kept)
        return Block((), (*before, pack, Let(both, prims.make_tuple, (value, saved))), (both,))
    arms = []
    for k, arm in enumerate(blocks(last)):
        env: dict[Atom, Atom] = dict(zip(last.outs, arm.results, strict=True))
        packed, pair = Var(), Var()
        body = list(arm.body)
        result: Atom = Const(None)
        if reader is None or reader[0] is not last.key or reader[1] == k:
            values = tuple(none_for_unbound(env.get(v, v)) for v in kept)
            body.append(Let(packed, prims.make_tuple, values))
            result = packed
        body.append(Let(pair, prims.make_tuple, (env.get(value, value), result)))
        arms.append(replace(arm, body=tuple(body), results=(pair,)))
    one = replace(last, then=arms[0], orelse=arms[1], outs=(both,))
    return Block((), (*before[:-1], one), (both,))


def returned_by_path(back: Block) -> Block:
    """The backward part, where a branch at its end gives the result no name, so that each arm
    returns by itself."""
    last, result = back.body[-1] if back.body else None, back.results[0]
    if not isinstance(last, If) or last.outs != (result,):
        return back
    out = Var()
    return replace(back, body=(*back.body[:-1], replace(last, outs=(out,))), results=(out,))


def none_for_unbound(atom: Atom) -> Atom:
    return Const(None) if isinstance(atom, Const) and atom.value is UNBOUND else atom


def sunk(block: Block, lets: list[Let], arm: Arm | None = None) -> tuple[Block, Arm | None]:
    """The block with statements put into the only arm that reads what they make, if there is one;
    and the arm of the forward branch that this one mirrors."""
    made = {let.out for let in lets}
    readers = [s for s in block.body if made & _reads(s)]
    if len(readers) == 1 and isinstance(readers[0], If) and made.isdisjoint(block.results):
        stmt = readers[0]
        inside = [k for k, b in enumerate(blocks(stmt)) if made & set(count_uses(b))]
        if stmt.cond not in made and len(inside) == 1:
            (k,) = inside
            path = arm if arm is not None or stmt.mirrors is None else (stmt.mirrors, k)
            new, path = sunk(blocks(stmt)[k], lets, path)
            one = replace(stmt, then=new) if k == 0 else replace(stmt, orelse=new)
            return replace(block, body=tuple(one if s is stmt else s for s in block.body)), path
    return replace(block, body=(*lets, *block.body)), arm


def _reads(stmt: Stmt) -> set[Atom]:
    found: set[Atom] = set(operands(stmt))
    for inner in blocks(stmt):
        found |= set(count_uses(inner))
    return found
