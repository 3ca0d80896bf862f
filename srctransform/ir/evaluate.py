"""Run IR directly: what a function means, in forty lines. The oracle for every pass's tests."""

from __future__ import annotations

from typing import Any

from .nodes import Atom, Block, Const, For, Function, If, Let, Var, While


def evaluate(function: Function, *args: Any) -> Any:
    """The result of the function for one argument per parameter (captures first)."""
    env: dict[Var, Any] = {}
    variables = function.captures + tuple(p.var for p in function.params)
    env.update(zip(variables, args, strict=True))
    return _run(function.block, (), env)[0]


def _value(atom: Atom, env: dict[Var, Any]) -> Any:
    return atom.value if isinstance(atom, Const) else env[atom]


def _run(block: Block, args: tuple[Any, ...], env: dict[Var, Any]) -> tuple[Any, ...]:
    env.update(zip(block.params, args, strict=True))
    for stmt in block.body:
        match stmt:
            case Let():
                values = [_value(a, env) for a in stmt.args]
                named = {key: _value(a, env) for key, a in stmt.kwargs}
                env[stmt.out] = stmt.prim(*values, **named)
            case If():
                arm = stmt.then if _value(stmt.cond, env) else stmt.orelse
                env.update(zip(stmt.outs, _run(arm, (), env), strict=True))
            case For():
                carried = tuple(_value(a, env) for a in stmt.init)
                for item in _value(stmt.iterable, env):
                    carried, stop = _round(stmt, (item, *carried), env)
                    if stop:
                        break
                env.update(zip(stmt.outs, carried, strict=True))
            case While():
                carried = tuple(_value(a, env) for a in stmt.init)
                while _run(stmt.test, carried, env)[0]:
                    carried, stop = _round(stmt, carried, env)
                    if stop:
                        break
                env.update(zip(stmt.outs, carried, strict=True))
    return tuple(_value(a, env) for a in block.results)


def _round(
    stmt: For | While, args: tuple[Any, ...], env: dict[Var, Any]
) -> tuple[tuple[Any, ...], bool]:
    """One round of a loop: the carried values, and whether it was the last."""
    results = _run(stmt.body, args, env)
    return (results[:-1], bool(results[-1])) if stmt.stops else (results, False)
