"""Where paths meet: each arm starts from one environment, and names that differ are joined.

    if c:                 outs = c ? {t = x * 2 : t} : {UNBOUND}
        t = x * 2.0       t is outs[0] from here on

Names that begin with a dot are not the user's: `FLAGS` say how a path was left and are joined as
names are; any other holds a value inside of one expression or `match`, and is never joined. `LEFT`
and `RAISED` are marks of a path that certainly ended, the latter by an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import UnsupportedError
from ..ir.nodes import UNBOUND, Atom, Block, Const, If, Stmt, Var
from .scope import Binding, LocalFunction, Scope, Unreadable

TRUE, FALSE = Const(True), Const(False)
NOTHING = Const(UNBOUND)

STOPPED, SKIPPED, RETURNED, RESULT = "·stopped", "·skipped", "·returned", "·result"
LEFT, RAISED = "·left", "·raised"
EXITS = (RETURNED, STOPPED, SKIPPED)
FLAGS = (*EXITS, RESULT)

Env = dict[str, Binding]


@dataclass
class Arm:
    """What one path did: its statements, its names after them, the values it yields."""

    stmts: list[Stmt]
    env: Env
    results: tuple[Atom, ...]

    def has(self, mark: str) -> bool:
        return mark in self.env


def variable(name: str) -> Var:
    """A new variable for a name."""
    return Var(name[1:]) if name.startswith("·") else Var(name, user=True)


class Joins(Scope):
    """Lowers paths apart and joins them."""

    finals = 0  # how many `finally` are around

    def arm(self, build: Callable[[], tuple[Atom, ...]], **known: Binding) -> Arm:
        """Lower one path; the environment is as before afterwards."""
        before, self.env = self.env, dict(self.env) | known
        try:
            with self.builder.nested() as stmts:
                results = build()
            return Arm(stmts, self.env, results)
        finally:
            self.env = before

    def join(
        self, cond: Atom, then: Arm, orelse: Arm, node: Any, outs: tuple[Var, ...] = ()
    ) -> None:
        """Add the If of two paths, and go on with what both leave."""
        before, after = self.env, dict(self.env)
        for mark in (LEFT, RAISED):
            if then.has(mark) and orelse.has(mark):
                after[mark] = TRUE
        ways_out = [arm.has(RAISED) or arm.env[RETURNED] is TRUE for arm in (then, orelse)]
        gone = all(ways_out) and not self.finals
        yields: list[tuple[Atom, Atom]] = list(zip(then.results, orelse.results, strict=True))
        variables = list(outs)
        for name in dict.fromkeys((*before, *then.env, *orelse.env)):
            if name.startswith("·") and name not in FLAGS:
                continue
            if gone and name not in FLAGS:  # nobody reads it
                continue
            a, b = then.env.get(name), orelse.env.get(name)
            if then.has(RAISED) or orelse.has(RAISED):
                a, b = _past_raise(a, b, then.has(RAISED), before.get(name))
            if a is b or _same(a, b):
                if a is None:
                    after.pop(name, None)
                else:
                    after[name] = a
                continue
            x, y = self.closed(a, then, node), self.closed(b, orelse, node)
            functions = any(isinstance(v, LocalFunction) for v in (a, b))
            if x is None or y is None or (functions and NOTHING in (x, y)):
                after[name] = Unreadable(
                    f"the function {name!r} is another on each path",
                    "call it inside of the branch, or define one function that branches",
                )
                continue
            after[name] = out = variable(name)
            variables.append(out)
            yields.append((x, y))
        blocks = [
            Block((), tuple(arm.stmts), tuple(pair[k] for pair in yields))
            for k, arm in enumerate((then, orelse))
        ]
        self.builder.add(If(cond, blocks[0], blocks[1], tuple(variables), self.span(node)))
        self.env = after

    def closed(self, value: Binding | None, arm: Arm, node: Any) -> Atom | None:
        """What a name holds at the end of an arm, as a value; None for a function that is none."""
        if not isinstance(value, LocalFunction | Unreadable):
            return value or NOTHING
        if isinstance(value, Unreadable):
            return None
        around = self.env, self.builder.stmts
        self.env, self.builder.stmts = arm.env, arm.stmts
        try:
            value.settled(node)
            return value.close(self.builder)
        except UnsupportedError:
            return None
        finally:
            self.env, self.builder.stmts = around

    def choose(
        self,
        cond: Atom,
        then: Callable[[], Atom],
        orelse: Callable[[], Atom],
        node: Any,
        out: Var | None = None,
    ) -> Var:
        """The value of one of two expressions, of which only that one is evaluated."""
        out = out or Var()
        first, second = self.arm(lambda: (then(),)), self.arm(lambda: (orelse(),))
        self.join(cond, first, second, node, (out,))
        return out


def _past_raise(
    a: Binding | None, b: Binding | None, first: bool, before: Binding | None
) -> tuple[Binding | None, Binding | None]:
    """After one arm raised, a name is what the other arm made of it."""
    other = b if first else a
    if isinstance(other, Var) and other is not before:
        return (NOTHING, b) if first else (a, NOTHING)
    return other, other


def _same(a: Binding | None, b: Binding | None) -> bool:
    return isinstance(a, Const) and isinstance(b, Const) and a.value is b.value
