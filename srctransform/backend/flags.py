"""Flags that are copies of flags go, so that one name does for a return out of nested loops.

if returned:                      (nothing: the outer loop's `returned` is the inner one's)
    yield True
else:
    yield False
-> returned_2

A flag that ends its loop is False until then, so rounds that go on need not say so.
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.types import Types
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import statements, substitute, with_block

#: what the front end calls the variables of exits
FLAGS = frozenset({"stopped", "skipped", "returned"})


def is_flag(atom: Atom, types: Types) -> bool:
    """Is a value surely True or False, or asked for nothing but its truth?"""
    kind = types.of(atom)
    return is_exit_flag(atom) or (kind.dtype == "bool" and kind.array is False)


def is_exit_flag(atom: Atom) -> bool:
    """Is it a variable that the front end has made for an exit?"""
    return isinstance(atom, Var) and not atom.user and atom.hint in FLAGS


def merge_flags(fn: Function) -> Function:
    """The function without branches' values that only repeat their condition, or a flag that is
    False as long as its loop goes on."""
    return _without_copies(_without_resets(fn))


def lowered_flags(stmt: For | While) -> list[int]:
    """Which carried values of a loop are False in every round but its last: they stop it."""
    if not stmt.stops:
        return []
    results = stmt.body.results
    return [k for k, init in enumerate(stmt.init) if is_false(init) and results[k] is results[-1]]


def _without_resets(fn: Function) -> Function:
    """Where a loop goes on, its flag is handed on as it is."""
    loops = [s for s in statements(fn.block) if isinstance(s, For | While) and lowered_flags(s)]
    if not loops:
        return fn
    keep: dict[Var, Var] = {}  # what becomes of a flag -> the flag as the round begins
    for stmt in loops:
        for k in lowered_flags(stmt):
            result, param = stmt.body.results[k], stmt.body.params[isinstance(stmt, For) :][k]
            if isinstance(result, Var) and not param.user:
                keep[result] = param
    return with_block(fn, _kept(fn.block, keep))


def _kept(block: Block, keep: dict[Var, Var]) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case If():
                arms = [stmt.then, stmt.orelse]
                bare = len(stmt.outs) == 1 and not any(arm.body for arm in arms)
                for k, out in enumerate(stmt.outs):
                    if out in keep and not bare:
                        arms = [_handing_on(arm, k, out, keep) for arm in arms]
                then, orelse = (_kept(arm, keep) for arm in arms)
                body.append(replace(stmt, then=then, orelse=orelse))
            case For():
                body.append(replace(stmt, body=_kept(stmt.body, keep)))
            case While():
                body.append(replace(stmt, body=_kept(stmt.body, keep)))
            case _:
                body.append(stmt)
    return replace(block, body=tuple(body))


def _handing_on(arm: Block, k: int, out: Var, keep: dict[Var, Var]) -> Block:
    """An arm that yields the flag itself instead of False."""
    results = list(arm.results)
    a = results[k]
    if isinstance(a, Var):
        keep[a] = keep[out]
    elif is_false(a):
        results[k] = keep[out]
    return replace(arm, results=tuple(results))


def _without_copies(fn: Function) -> Function:
    env: dict[Var, Atom] = {}
    for stmt in statements(fn.block):
        if isinstance(stmt, If) and is_exit_flag(stmt.cond):
            for out, a, b in zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True):
                if is_true(a) and is_false(b) and not out.user:
                    cond = stmt.cond
                    env[out] = env.get(cond, cond) if isinstance(cond, Var) else cond
    return with_block(fn, _block(fn.block, env)) if env else fn


def _block(block: Block, env: dict[Var, Atom]) -> Block:
    body: list[Stmt] = []
    for stmt in block.body:
        new = _inside(stmt, env)
        if new is not None:
            body.append(new)
    results = tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results)
    return replace(block, body=tuple(body), results=results)


def _inside(stmt: Stmt, env: dict[Var, Atom]) -> Stmt | None:
    """The statement with reads replaced; None if nothing of it is left."""

    def sub(atom: Atom) -> Atom:
        return env.get(atom, atom) if isinstance(atom, Var) else atom

    match stmt:
        case Let():
            return substitute(stmt, env)
        case If():
            keep = [k for k, out in enumerate(stmt.outs) if out not in env]
            then, orelse = (
                replace(arm, results=tuple(arm.results[k] for k in keep))
                for arm in (_block(stmt.then, env), _block(stmt.orelse, env))
            )
            if not keep and not then.body and not orelse.body:
                return None
            outs = tuple(stmt.outs[k] for k in keep)
            return replace(stmt, cond=sub(stmt.cond), then=then, orelse=orelse, outs=outs)
        case For():
            init = tuple(map(sub, stmt.init))
            return replace(
                stmt, iterable=sub(stmt.iterable), init=init, body=_block(stmt.body, env)
            )
        case While():
            init = tuple(map(sub, stmt.init))
            return replace(
                stmt, init=init, test=_block(stmt.test, env), body=_block(stmt.body, env)
            )


def is_false(a: Atom) -> bool:
    return isinstance(a, Const) and a.value is False


def is_true(a: Atom) -> bool:
    return isinstance(a, Const) and a.value is True
