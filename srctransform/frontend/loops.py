"""Loops -> For and While, which carry every name that their body binds.

    for k in range(n):          for k in range(n) until stopped carrying k, s:
        if s > 9.0:                 s2, stopped = s > 9.0 ? {s, True} : {s + k, False}
            break                   yield k, s2, stopped
        s = s + k

A name that was not bound before comes in as UNBOUND. A `return` inside of a loop carries a flag
and the result out, and what follows the loop stands under a test of that flag.
"""

from __future__ import annotations

from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir.nodes import Atom, Block, Const, For, Var, While
from .control import Control
from .joins import EXITS, FALSE, NOTHING, RAISED, RESULT, RETURNED, STOPPED, TRUE, variable
from .scope import LocalFunction, Unreadable
from .syntax import bound_names, breaks, has


class Loops(Control):
    """Lowers loops."""

    def loop(self, stmt: Any, rest: list[Any]) -> bool:
        iterable = self.expr(stmt.iter) if isinstance(stmt, gast.For) else None
        carried, functions = _carried(stmt)
        init = tuple(self.carried_in(name, stmt) for name in carried)
        self.env |= {name: _of_a_round(name) for name in functions}
        test = self.test(stmt, carried) if iterable is None else None
        body, stops, kept = self.round(stmt, carried)
        outs = tuple(map(variable, carried))
        span = self.span(stmt)
        if iterable is not None:
            self.builder.add(For(iterable, init, body, outs, span, stops))
        else:
            assert test is not None
            self.builder.add(While(init, test, body, outs, span, stops))
        self.env |= dict(zip(carried, outs, strict=True))
        self.env |= {name: _of_a_round(name) for name in kept}
        return self.after(stmt, rest)

    def carried_in(self, name: str, node: Any) -> Atom:
        """What a name holds before a loop."""
        value = self.env.get(name, NOTHING)
        if isinstance(value, LocalFunction):
            raise UnsupportedError(
                f"the function {name!r} is given another value in a loop", self.span(node)
            )
        return NOTHING if isinstance(value, Unreadable) else value

    def test(self, stmt: Any, carried: list[str]) -> Block:
        """The block of a while's condition."""
        around, params = self.env, tuple(map(variable, carried))
        self.env = around | dict(zip(carried, params, strict=True))
        with self.builder.nested() as stmts:
            cond = self.expr(stmt.test)
        self.env = around
        return Block(params, tuple(stmts), (cond,))

    def round(self, stmt: Any, carried: list[str]) -> tuple[Block, bool, list[str]]:
        """The body, whether it may stop the loop, and the carried names that hold functions."""
        around, params = self.env, tuple(map(variable, carried))
        self.env = around | dict(zip(carried, params, strict=True))
        self.env |= dict.fromkeys(EXITS, FALSE) | {RESULT: NOTHING}
        with self.builder.nested() as stmts:
            if isinstance(stmt, gast.For):
                params = (self.item(stmt.target), *params)
            self.block(stmt.body)
            stop = self.stop(stmt)
        ends = [self.env.get(name, NOTHING) for name in carried]
        self.env = around
        results = tuple(NOTHING if isinstance(e, LocalFunction | Unreadable) else e for e in ends)
        stops = stop is not FALSE
        kept = [n for n, e in zip(carried, ends, strict=True) if isinstance(e, LocalFunction)]
        return Block(params, tuple(stmts), results + (stop,) * stops), stops, kept

    def item(self, target: Any) -> Var:
        """The variable of a loop's item, assigned to the target."""
        if isinstance(target, gast.Name):
            item = Var(target.id, user=True)
            self.bind(target.id, item)
        else:
            item = Var("item")
            self.assign_to(target, item)
        return item

    def stop(self, node: Any) -> Atom:
        """Does this round end the loop?"""
        stopped, returned = self.env[STOPPED], self.env[RETURNED]
        assert isinstance(stopped, Var | Const) and isinstance(returned, Var | Const)
        if stopped is TRUE or returned is FALSE:
            return stopped
        if returned is TRUE or stopped is FALSE:
            return returned
        return self.choose(stopped, lambda: TRUE, lambda: returned, node, Var("stopped"))

    def after(self, stmt: Any, rest: list[Any]) -> bool:
        """Go on behind a loop, with its `else` first."""
        stopped, self.env[STOPPED] = self.env[STOPPED], FALSE
        if _is_endless(stmt) and not breaks(stmt.body):  # nothing but a return gets here
            self.leave(RETURNED)
            if not has(stmt.body, gast.Return):
                self.env[RETURNED], self.env[RAISED] = FALSE, TRUE
            return False
        if stmt.orelse and isinstance(stopped, Var):
            return self.either(stopped, [], stmt.orelse, rest, stmt)
        if stmt.orelse:
            self.block(stmt.orelse + rest)
            return True
        return False


def _carried(stmt: Any) -> tuple[list[str], set[str]]:
    """The names that a loop carries, and those that its body binds to functions."""
    targets = [stmt.target] if isinstance(stmt, gast.For) else []
    names, functions = bound_names([*targets, *stmt.body])
    carried = [n for n in names if n not in functions and not n.startswith("·")]
    if has(stmt.body, gast.Return):
        carried += [RETURNED, RESULT]
    if stmt.orelse and breaks(stmt.body):
        carried.append(STOPPED)
    return carried, functions


def _is_endless(stmt: Any) -> bool:
    test = getattr(stmt, "test", None)
    return isinstance(test, gast.Constant) and bool(test.value)


def _of_a_round(name: str) -> Unreadable:
    return Unreadable(
        f"the function {name!r} is defined in a loop, and read outside of that round",
        "define it before the loop",
    )
