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
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import blocks, outs, statements, substitute, with_block


def merge_copies(
    fn: Function, labels: Mapping[Var, Var] | None = None, types: Types | None = None
) -> Function:
    """The function without statements that only rename a variable; a value that stays nameless
    gets its label, if it has one. `types` learns what the names stand for."""
    params = {p.var for p in fn.params} | set(fn.captures)
    defined = _defined(fn.block)
    env: dict[Var, Atom] = {}
    taken: dict[Var, Var] = {}
    given: set[Var] = set()  # names that were given to a value
    for stmt in statements(fn.block):
        if isinstance(stmt, Let) and stmt.prim is prims.first_of and isinstance(stmt.args[0], Var):
            value = _resolved(stmt.args[0], env)
            nameless = isinstance(value, Var) and not (value.named or value.of or value in given)
            if nameless and value in defined and value not in params and value not in taken:
                assert isinstance(value, Var)
                env[value] = taken[value] = stmt.out
                given.add(stmt.out)
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


def _defined(block: Block) -> set[Var]:
    """Every variable that a statement or a loop's body defines."""
    found: set[Var] = set()
    for stmt in statements(block):
        found.update(outs(stmt))
        found.update(p for inner in blocks(stmt) for p in inner.params)
    return found


def _resolved(atom: Atom, env: Mapping[Var, Atom]) -> Atom:
    """What stands for an atom in the end."""
    while isinstance(atom, Var) and atom in env:
        atom = env[atom]
    return atom


def _rename(block: Block, env: dict[Var, Atom], taken: dict[Var, Var]) -> Block:
    def read(atom: Atom) -> Atom:
        return env.get(atom, atom) if isinstance(atom, Var) else atom

    def name(variables: tuple[Var, ...]) -> tuple[Var, ...]:
        return tuple(taken.get(v, v) for v in variables)

    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let():
                if stmt.prim is prims.first_of and not isinstance(stmt.args[0], Const):
                    continue
                new = substitute(stmt, env)
                assert isinstance(new, Let)
                body.append(replace(new, out=taken[stmt.out]) if stmt.out in taken else new)
            case If():
                then, orelse = _rename(stmt.then, env, taken), _rename(stmt.orelse, env, taken)
                arms = replace(stmt, cond=read(stmt.cond), then=then, orelse=orelse)
                body.append(replace(arms, outs=name(stmt.outs)))
            case For():
                init, inner = tuple(map(read, stmt.init)), _rename(stmt.body, env, taken)
                source = read(stmt.iterable)
                loop = replace(stmt, iterable=source, init=init, body=inner, outs=name(stmt.outs))
                body.append(loop)
            case While():
                init, inner = tuple(map(read, stmt.init)), _rename(stmt.body, env, taken)
                test = _rename(stmt.test, env, taken)
                body.append(replace(stmt, init=init, test=test, body=inner, outs=name(stmt.outs)))
    results = tuple(map(read, block.results))
    return replace(block, params=name(block.params), body=tuple(body), results=results)
