"""Branches and exits -> If, without a jump and without copying code.

    if x < 0.0:          result = x < 0.0 ? {-x} : {x * x}
        return -x
    return x * x

Where one arm of an `if` always ends in an exit, what follows moves into the other arm. An exit
that is buried deeper sets a flag in the environment, and what follows stands under a test of it.
A flag is a constant wherever it is known, so most of them are never computed.
"""

from __future__ import annotations

import abc
from typing import Any

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Var
from .assign import Assignments
from .joins import EXITS, FALSE, LEFT, RAISED, RESULT, RETURNED, SKIPPED, STOPPED, TRUE
from .scope import Scope
from .source import Source
from .syntax import ends


class Control(Assignments):
    """Lowers statements that decide what runs."""

    def __init__(self, source: Source, parent: Scope | None = None) -> None:
        super().__init__(source, parent)
        self.errors: list[Atom] = []  # what each `with np.errstate` around restores

    @abc.abstractmethod
    def loop(self, stmt: Any, rest: list[Any]) -> bool:
        """Lower a loop; says whether its `else` took what follows into one of its arms."""

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
        """Lower two arms; what follows goes into the one that goes on, if the other never does."""
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
