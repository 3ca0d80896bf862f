"""One name for one value: `first_of` statements go, and the best name stays.

    t = cos(a)               da = cos(a)
    da = t              →    return da
    return da

A nameless value takes the name; a value that has one keeps it. `n = 5` stays, for it is the
user's way to name a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var
from ..ir.walk import outs, statements, substitute, with_block


def merge_copies(
    fn: Function, labels: Mapping[Var, Var] | None = None, types: Types | None = None
) -> Function:
    """The function without statements that only rename a variable; a value that stays nameless
    gets its label, if it has one. `types` learns what the names stand for."""
    params = {p.var for p in fn.params} | set(fn.captures)
    defined = {v for s in statements(fn.block) if isinstance(s, Let | If) for v in outs(s)}
    env: dict[Var, Atom] = {}
    taken: dict[Var, Var] = {}
    for stmt in statements(fn.block):
        if isinstance(stmt, Let) and stmt.prim is prims.first_of and isinstance(stmt.args[0], Var):
            value = _resolved(stmt.args[0], env)
            nameless = isinstance(value, Var) and not value.named and not value.of
            if nameless and value in defined and value not in params and value not in taken:
                assert isinstance(value, Var)
                env[value] = taken[value] = stmt.out
            else:
                env[stmt.out] = taken.get(value, value) if isinstance(value, Var) else value
    for value, label in (labels or {}).items():
        nameless = not (value.named or value.of or value.hint)
        if nameless and value in defined and value not in taken and value not in env:
            env[value] = taken[value] = label
    if not env:
        return fn
    if types is not None:
        types.update((name, types[value]) for value, name in taken.items() if value in types)
    resolved = {var: _resolved(var, env) for var in env}
    return with_block(fn, _rename(fn.block, resolved, taken))


def _resolved(atom: Atom, env: Mapping[Var, Atom]) -> Atom:
    """What stands for an atom in the end."""
    while isinstance(atom, Var) and atom in env:
        atom = env[atom]
    return atom


def _rename(block: Block, env: dict[Var, Atom], taken: dict[Var, Var]) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        if isinstance(stmt, Let):
            if stmt.prim is prims.first_of and not isinstance(stmt.args[0], Const):
                continue
            new = substitute(stmt, env)
            assert isinstance(new, Let)
            body.append(replace(new, out=taken.get(stmt.out, stmt.out)))
        elif isinstance(stmt, If):
            cond = env.get(stmt.cond, stmt.cond) if isinstance(stmt.cond, Var) else stmt.cond
            then, orelse = _rename(stmt.then, env, taken), _rename(stmt.orelse, env, taken)
            named = tuple(taken.get(v, v) for v in stmt.outs)
            body.append(replace(stmt, cond=cond, then=then, orelse=orelse, outs=named))
        elif isinstance(stmt, For):
            init = tuple(env.get(a, a) if isinstance(a, Var) else a for a in stmt.init)
            source = stmt.iterable
            source = env.get(source, source) if isinstance(source, Var) else source
            inner = _rename(stmt.body, env, taken)
            body.append(replace(stmt, iterable=source, init=init, body=inner))
        else:
            body.append(substitute(stmt, env))
    results = tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results)
    return replace(block, body=tuple(body), results=results)
