"""A branch and the one that undoes it are one branch, where nothing stands between them.

    if np.abs(r) <= k:                        if np.abs(r) <= k:
        pass                                      return r, 0.0
    else:                                     a = np.abs(r)
        a = np.abs(r)                         dr = k * np.sign(r)
    if np.abs(r) <= k:                 →      dk = a - k
        dr, dk = r, 0.0                       return dr, dk
    else:
        dr, dk = k * np.sign(r), a - k
    return dr, dk

So a guard of the user's is a guard in the derivative. The forward branch moves down to the other,
which must be the only one to read its values; nothing in between may write or have effects.
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Function, If, Let, Stmt, Var
from ..ir.walk import blocks, count_uses, operands, statements, substitute_block, with_block
from ..optimize.dead import has_effect
from .plan import CHANGES


def with_joined_paths(fn: Function, types: Types) -> Function:
    """The function with branches joined, and with guards for paths that only return."""
    found = [s for s in statements(fn.block) if isinstance(s, If) and s.mirrors is not None]
    if not found:
        return fn
    joined: set[object] = set()
    block = _joined(fn.block, joined)
    return with_block(fn, _guarded(block, joined, types)) if joined else fn


def _joined(block: Block, joined: set[object]) -> Block:
    body = list(block.body)
    uses = count_uses(block) if any(isinstance(s, If) for s in body) else None
    at = 0
    while at < len(body):
        stmt = body[at]
        if isinstance(stmt, If) and stmt.mirrors is not None and uses is not None:
            start = _partner(body, at)
            if start is not None:
                first = body[start]
                assert isinstance(first, If)
                inside = count_uses(Block((), (stmt,)))
                if all(uses[v] == inside[v] for v in first.outs):
                    body[at] = _one(first, stmt)
                    joined.add(stmt.key)
                    del body[start]
                    at -= 1
        at += 1
    return replace(block, body=tuple(body))


def _partner(body: list[Stmt], at: int) -> int | None:
    """Where the branch stands that the one at a place undoes, if it may be moved there."""
    last = body[at]
    assert isinstance(last, If)
    for start in range(at - 1, -1, -1):
        stmt = body[start]
        if isinstance(stmt, If) and stmt.key is last.mirrors:
            return start if stmt.cond is last.cond and not _acts(stmt) else None
        if _acts(stmt):
            return None
    return None


def _acts(stmt: Stmt) -> bool:
    """Does a statement write, or have effects?"""
    inner = (s for block in blocks(stmt) for s in statements(block))
    return any(isinstance(s, Let) and (s.prim in CHANGES or has_effect(s)) for s in (stmt, *inner))


def _one(first: If, last: If) -> If:
    arms = []
    for one, two in zip(blocks(first), blocks(last), strict=True):
        env: dict[Var, Atom] = dict(zip(first.outs, one.results, strict=True))
        two = substitute_block(two, env)
        arms.append(replace(two, body=(*one.body, *two.body)))
    return replace(last, then=arms[0], orelse=arms[1])


def _guarded(block: Block, joined: set[object], types: Types) -> Block:
    """Each path returns by itself, if one has nothing else to do."""
    if len(block.results) != 1 or not isinstance(block.results[0], Var):
        return block
    body, result = list(block.body), block.results[0]
    made: Let | None = None
    last = body[-1] if body else None
    if isinstance(last, Let) and last.out is result and last.prim is prims.make_tuple:
        made = last
        body.pop()
    stmt = body[-1] if body else None
    if not isinstance(stmt, If) or stmt.key not in joined:
        return block
    if all(arm.body for arm in blocks(stmt)):
        return block
    wanted = operands(made) if made is not None else (result,)
    if not set(stmt.outs) <= set(wanted):
        return block
    arms = []
    for plain in blocks(stmt):
        arm = _with_names(plain, stmt.outs, types)
        env: dict[Atom, Atom] = dict(zip(stmt.outs, arm.results, strict=True))
        values = tuple(env.get(a, a) for a in wanted)
        if made is None:
            arms.append(replace(arm, results=values))
        else:
            out = Var()
            display = replace(made, out=out, args=values)
            arms.append(replace(arm, body=(*arm.body, display), results=(out,)))
    returned = Var()
    body[-1] = replace(stmt, then=arms[0], orelse=arms[1], outs=(returned,))
    return replace(block, body=tuple(body), results=(returned,))


def _with_names(arm: Block, names: tuple[Var, ...], types: Types) -> Block:
    """The arm, where what it makes for a name has that name."""
    own = {s.out for s in arm.body if isinstance(s, Let)}
    env: dict[Var, Var] = {}
    for value, name in zip(arm.results, names, strict=True):
        if isinstance(value, Var) and value in own and not (value.hint or value.of):
            if value not in env:
                env[value] = new = Var(name.hint, name.role, name.of, name.user)
                types[new] = types.of(value)
    if not env:
        return arm
    arm = substitute_block(arm, env)
    body = tuple(
        replace(s, out=env[s.out]) if isinstance(s, Let) and s.out in env else s for s in arm.body
    )
    return replace(arm, body=body)
