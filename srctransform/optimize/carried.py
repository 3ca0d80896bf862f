"""Carried values that are the same in every round are not carried.

    for i in r, carrying a = x, b = y:         for i in r, carrying b = y:
      b1 = b * a                        →        b1 = b * x
      yield a, b1                                yield b1
    -> a2, b2                                  -> b2

Nor are two that start alike and go on alike. An out of a branch that is the same value in both arms
is that value. All of this holds for user code as for derivatives: a loop carries every name that
its body assigns on some path.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TypeVar

from ..analysis.loops import carried
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import substitute_block

T = TypeVar("T")
Env = dict[Var, Atom]


def drop_invariant(block: Block) -> Block:
    """The block without carried values and outs that are other values. A value that stays the same
    is read under the name it has before the loop."""
    env: Env = {}
    new = _block(block, env)
    return substitute_block(new, {var: _value(var, env) for var in env})


def _value(atom: Atom, env: Env) -> Atom:
    """What an atom is in the end."""
    while isinstance(atom, Var) and atom in env:
        atom = env[atom]
    return atom


def _block(block: Block, env: Env) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let():
                body.append(stmt)
            case If():
                body.append(_branch(stmt, env))
            case For() | While():
                body.append(_loop(stmt, env))
    return replace(block, body=tuple(body))


def _branch(stmt: If, env: Env) -> If:
    then, orelse = _block(stmt.then, env), _block(stmt.orelse, env)
    keep = []
    for k, (a, b) in enumerate(zip(then.results, orelse.results, strict=True)):
        value = _value(a, env)
        if isinstance(value, Var) and value is _value(b, env):
            env[stmt.outs[k]] = value
        else:
            keep.append(k)
    then = replace(then, results=pick(then.results, keep))
    orelse = replace(orelse, results=pick(orelse.results, keep))
    return replace(stmt, then=then, orelse=orelse, outs=pick(stmt.outs, keep))


def _loop(stmt: For | While, env: Env) -> For | While:
    stmt = replace(stmt, body=_block(stmt.body, env))
    if isinstance(stmt, While):
        stmt = replace(stmt, test=_block(stmt.test, env))
    keep = list(range(len(stmt.init)))
    while True:
        rest = _varying(stmt, keep, env)
        if len(rest) == len(keep):
            return with_carried(stmt, keep)
        keep = rest


def _varying(stmt: For | While, keep: list[int], env: Env) -> list[int]:
    """Those of the carried values that are not known to be another value."""
    params, rest = carried(stmt), []
    found: dict[Hashable, int] = {}
    for k in keep:
        first, result = _value(stmt.init[k], env), _value(stmt.body.results[k], env)
        unbound = isinstance(first, Const) and first.value is UNBOUND
        if not unbound and (result is params[k] or (isinstance(first, Var) and result is first)):
            _replace(stmt, k, (first, first, first), env)
            continue
        same = found.setdefault((_key(first), _key(result)), k)
        if same == k or params[k].user or stmt.outs[k].user:
            rest.append(k)
        else:
            test = stmt.test.params[same] if isinstance(stmt, While) else first
            _replace(stmt, k, (params[same], stmt.outs[same], test), env)
    return rest


def _replace(stmt: For | While, k: int, by: tuple[Atom, Atom, Atom], env: Env) -> None:
    """Read other atoms for a carried value: in the body, behind the loop, in the test."""
    env[carried(stmt)[k]], env[stmt.outs[k]] = by[:2]
    if isinstance(stmt, While):
        env[stmt.test.params[k]] = by[2]


def _key(atom: Atom) -> Hashable:
    """Equal keys are equal values."""
    if isinstance(atom, Const) and isinstance(atom.value, int | float):
        return type(atom.value), repr(atom.value)
    return atom


def with_carried(stmt: For | While, keep: list[int]) -> For | While:
    """The loop with these of its carried values only."""
    if len(keep) == len(stmt.init):
        return stmt
    params, results = carried(stmt), stmt.body.results
    head = stmt.body.params[: len(stmt.body.params) - len(params)]
    body = replace(
        stmt.body,
        params=head + pick(params, keep),
        results=pick(results, keep) + results[len(params) :],
    )
    new = replace(stmt, init=pick(stmt.init, keep), body=body, outs=pick(stmt.outs, keep))
    if isinstance(new, While):
        test = replace(new.test, params=pick(new.test.params, keep))
        return replace(new, test=test)
    return new


def pick(atoms: tuple[T, ...], keep: list[int]) -> tuple[T, ...]:
    """The atoms at these places."""
    return tuple(atoms[k] for k in keep)
