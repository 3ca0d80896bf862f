"""Branches, loops and exits -> If, For and While, without a jump and without copying code.

    for k in range(n):          for k in range(n) until stopped carrying s:
        if s > 9.0:                 s2, stopped = s > 9.0 ? {s, True} : {s + k, False}
            break                   yield s2, stopped
        s = s + k

Where one arm of an `if` always ends in an exit, what follows moves into the other arm. An exit
that is buried deeper sets a flag in the environment, and what follows stands under a test of it.
A flag is a constant wherever it is known, so most of them are never computed.
"""

from __future__ import annotations

import abc
from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Var, While
from .assign import Assignments
from .joins import (
    EXITS,
    FALSE,
    LEFT,
    NOTHING,
    RAISED,
    RESULT,
    RETURNED,
    SKIPPED,
    STOPPED,
    TRUE,
    Env,
    variable,
)
from .scope import LocalFunction, Scope, Unreadable
from .source import Source
from .syntax import bound_names, breaks, ends, has


class Control(Assignments):
    """Lowers statements that decide what runs."""

    def __init__(self, source: Source, parent: Scope | None = None) -> None:
        super().__init__(source, parent)
        self.errors: list[Atom] = []  # what each `with np.errstate` around restores

    @abc.abstractmethod
    def statement(self, stmt: Any) -> None:
        """Lower a statement that does not branch or leave."""

    def block(self, stmts: list[Any]) -> None:
        """Lower statements, up to the first that always leaves."""
        for i, stmt in enumerate(stmts):
            if LEFT in self.env:
                return
            for flag in EXITS:
                if isinstance(self.env[flag], Var):
                    self.unless(flag, stmts[i:])
                    return
            match type(stmt).__name__:
                case "If":
                    if self.branch(stmt, stmts[i + 1 :]):
                        return
                case "For" | "While":
                    if self.loop(stmt, stmts[i + 1 :]):
                        return
                case "Return":
                    value = Const(None) if stmt.value is None else self.returned(stmt.value)
                    self.leave(RETURNED)
                    self.env[RESULT] = value
                case "Break":
                    self.leave(STOPPED)
                case "Continue":
                    self.leave(SKIPPED)
                case "Raise":
                    self.raised(stmt)
                case _:
                    self.statement(stmt)

    def returned(self, node: Any) -> Atom:
        """A function's variables do not change after it returned; those of a comprehension do."""
        return self.expr(node) if self.repeated else self.passed(node)

    def leave(self, flag: str) -> None:
        self.env[flag] = self.env[LEFT] = TRUE

    def raised(self, stmt: Any) -> None:
        if stmt.exc is None:
            raise UnsupportedError("`raise` without an exception is not supported", self.span(stmt))
        parts = [self.expr(e) for e in (stmt.exc, stmt.cause) if e is not None]
        for old in reversed(self.errors):
            self.let(prims.restore_errors, old, node=stmt)
        self.let(prims.raise_, *parts, node=stmt)
        self.env[RAISED] = self.env[LEFT] = TRUE

    def unless(self, flag: str, stmts: list[Any]) -> None:
        """Lower statements that run only where the flag is not set."""
        cond = self.env[flag]
        assert isinstance(cond, Var)
        then = self.arm(lambda: (), **{flag: TRUE, LEFT: TRUE})
        orelse = self.arm(lambda: self.run(stmts), **{flag: FALSE})
        self.join(cond, then, orelse, stmts[0])

    def run(self, stmts: list[Any]) -> tuple[()]:
        self.block(stmts)
        return ()

    def branch(self, stmt: Any, rest: list[Any]) -> bool:
        """Lower an `if`; says whether it took what follows into one of its arms."""
        cond = self.expr(stmt.test)
        return self.either(cond, stmt.body, stmt.orelse, rest, stmt)

    def either(
        self, cond: Atom, body: list[Any], orelse: list[Any], rest: list[Any], node: Any
    ) -> bool:
        first, second = ends(body), ends(orelse)
        moved = True
        if first and second:
            pass  # what follows never runs
        elif first - {"raise"}:
            orelse = orelse + rest
        elif second - {"raise"}:
            body = body + rest
        else:
            moved = False
        then, other = self.arm(lambda: self.run(body)), self.arm(lambda: self.run(orelse))
        self.join(cond, then, other, node)
        return moved

    def loop(self, stmt: Any, rest: list[Any]) -> bool:
        """Lower a loop; says whether its `else` took what follows into one of its arms."""
        endless = _is_endless(stmt)
        targets = [stmt.target] if isinstance(stmt, gast.For) else []
        names, functions = bound_names([*targets, *stmt.body])
        carried = [n for n in names if n not in functions and not n.startswith("·")]
        if has(stmt.body, gast.Return):
            carried += [RETURNED, RESULT]
        if stmt.orelse and breaks(stmt.body):
            carried.append(STOPPED)
        if isinstance(stmt, gast.For):
            iterable = self.expr(stmt.iter)
            hint = stmt.target.id if isinstance(stmt.target, gast.Name) else ""
            item = Var(hint or "item", user=bool(hint))
        init = tuple(self.carried_value(name, self.env, stmt) for name in carried)
        around = self.env
        hidden: Env = {name: _in_a_loop(name) for name in functions}
        if isinstance(stmt, gast.While):
            test = self.loop_test(stmt, carried, around | hidden)
        params = tuple(map(variable, carried))
        self.env = around | hidden | dict(zip(carried, params, strict=True))
        self.env |= dict.fromkeys(EXITS, FALSE) | {RESULT: NOTHING}
        with self.builder.nested() as stmts:
            if isinstance(stmt, gast.For):
                if hint:
                    self.bind(hint, item)
                else:
                    self.assign_to(stmt.target, item)
            self.block(stmt.body)
            stop = self.either_flag(stmt)
            results = tuple(self.carried_value(name, self.env, stmt, NOTHING) for name in carried)
            for name in carried:
                if isinstance(self.env.get(name), LocalFunction | Unreadable):
                    hidden[name] = _in_a_loop(name)
        stops = stop is not FALSE
        if stops:
            results += (stop,)
        outs = tuple(map(variable, carried))
        self.env = around | dict(zip(carried, outs, strict=True)) | hidden
        span = self.span(stmt)
        if isinstance(stmt, gast.For):
            body = Block((item, *params), tuple(stmts), results)
            self.builder.add(For(iterable, init, body, outs, span, stops))
        else:
            body = Block(params, tuple(stmts), results)
            self.builder.add(While(init, test, body, outs, span, stops))
        stopped = self.env[STOPPED]
        self.env[STOPPED] = FALSE
        if endless and not breaks(stmt.body):
            self.leave(RETURNED)
            if RETURNED not in carried:
                self.env[RETURNED], self.env[RAISED] = FALSE, TRUE
            return False
        if stmt.orelse and isinstance(stopped, Var):
            return self.either(stopped, [], stmt.orelse, rest, stmt)
        if stmt.orelse:
            self.block(stmt.orelse + rest)
            return True
        return False

    def loop_test(self, stmt: Any, carried: list[str], env: Env) -> Block:
        around = self.env
        params = tuple(map(variable, carried))
        self.env = env | dict(zip(carried, params, strict=True))
        with self.builder.nested() as stmts:
            cond = self.expr(stmt.test)
        self.env = around
        return Block(params, tuple(stmts), (cond,))

    def carried_value(self, name: str, env: Env, node: Any, function: Atom | None = None) -> Atom:
        value = env.get(name, NOTHING)
        if isinstance(value, Unreadable):
            return NOTHING
        if not isinstance(value, LocalFunction):
            return value
        if function is None:
            raise UnsupportedError(
                f"the function {name!r} is given another value in a loop", self.span(node)
            )
        return function

    def either_flag(self, node: Any) -> Atom:
        """Does this round of a loop end it?"""
        stopped, returned = self.env[STOPPED], self.env[RETURNED]
        assert isinstance(stopped, Var | Const) and isinstance(returned, Var | Const)
        if stopped is TRUE or returned is FALSE:
            return stopped
        if returned is TRUE or stopped is FALSE:
            return returned
        return self.choose(stopped, lambda: TRUE, lambda: returned, node, Var("stopped"))


def _is_endless(stmt: Any) -> bool:
    test = getattr(stmt, "test", None)
    return isinstance(test, gast.Constant) and bool(test.value)


def _in_a_loop(name: str) -> Unreadable:
    return Unreadable(
        f"the function {name!r} is defined in a loop, and read outside of that round",
        "define it before the loop",
    )
