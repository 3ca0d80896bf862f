"""A copy of statements, with variables of its own.

t = x * y          t' = x * y
z = sin(t)    →    z' = sin(t')         x and y stay, they are defined elsewhere
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .nodes import Atom, Block, If, Let, Stmt, Var
from .walk import blocks, outs, statements, substitute

Renaming = dict[Var, Atom]


def fresh_vars(stmts: Iterable[Stmt]) -> Renaming:
    """A new variable for each one that the statements define, in their blocks too."""
    env: Renaming = {}
    for stmt in stmts:
        inner = [s for b in blocks(stmt) for s in statements(b)]
        for s in (stmt, *inner):
            for var in (*outs(s), *(p for b in blocks(s) for p in b.params)):
                env[var] = Var(var.hint, var.role, var.of, var.user)
    return env


def fresh_block(block: Block, env: Mapping[Var, Atom]) -> Block:
    """The block with everything renamed by `env`, which gives new variables for its own. Mirrors
    are turned to the copies of what they mirror."""
    keys: dict[object, object] = {
        s.key: object() for s in statements(block) if not isinstance(s, Let)
    }
    return _copy(block, env, keys)


def _copy(block: Block, env: Mapping[Var, Atom], keys: Mapping[object, object]) -> Block:
    def own(var: Var) -> Var:
        new = env.get(var, var)
        assert isinstance(new, Var)
        return new

    body: list[Stmt] = []
    for stmt in block.body:
        if isinstance(stmt, Let):
            new = substitute(stmt, env)
            assert isinstance(new, Let)
            body.append(replace(new, out=own(stmt.out)))
            continue
        named = tuple(own(v) for v in stmt.outs)
        marks = {"key": keys[stmt.key], "mirrors": keys.get(stmt.mirrors, stmt.mirrors)}
        inner = [_copy(b, env, keys) for b in blocks(stmt)]
        if isinstance(stmt, If):
            cond = env.get(stmt.cond, stmt.cond) if isinstance(stmt.cond, Var) else stmt.cond
            then, orelse = inner
            body.append(replace(stmt, cond=cond, then=then, orelse=orelse, outs=named, **marks))
            continue
        empty = [Block(b.params, (), ()) for b in blocks(stmt)]
        parts = ("body",) if len(inner) == 1 else ("test", "body")
        hollow = substitute(replace(stmt, **dict(zip(parts, empty, strict=True))), env)
        full = dict(zip(parts, inner, strict=True))
        body.append(replace(hollow, outs=named, **full, **marks))
    params = tuple(own(p) for p in block.params)
    results = tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results)
    return replace(block, params=params, body=tuple(body), results=results)
