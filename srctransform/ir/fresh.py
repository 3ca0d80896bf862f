"""A copy of statements, with variables of its own.

t = x * y          t' = x * y
z = sin(t)    →    z' = sin(t')         x and y stay, they are defined elsewhere
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .nodes import Atom, Block, For, If, Let, Stmt, Var, While
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

    def read(atom: Atom) -> Atom:
        return env.get(atom, atom) if isinstance(atom, Var) else atom

    def copied(stmt: Stmt) -> Stmt:
        if isinstance(stmt, Let):
            new = substitute(stmt, env)
            assert isinstance(new, Let)
            return replace(new, out=own(stmt.out))
        key, mirrors = keys[stmt.key], keys.get(stmt.mirrors, stmt.mirrors)
        named = tuple(own(v) for v in stmt.outs)
        inner = [_copy(b, env, keys) for b in blocks(stmt)]
        match stmt:
            case If():
                cond, (then, orelse) = read(stmt.cond), inner
                return If(cond, then, orelse, named, stmt.span, key, mirrors)
            case For():
                init, source = tuple(map(read, stmt.init)), read(stmt.iterable)
                return For(source, init, inner[0], named, stmt.span, stmt.stops, key, mirrors)
            case While():
                init, (test, body) = tuple(map(read, stmt.init)), inner
                return While(init, test, body, named, stmt.span, stmt.stops, key, mirrors)

    params = tuple(own(p) for p in block.params)
    results = tuple(map(read, block.results))
    return Block(params, tuple(map(copied, block.body)), results)
