"""Build blocks of IR, statement by statement.

A builder may be given two hooks, which is how passes simplify while they build and never iterate
to a fixed point: `simplify(builder, let)` returns an atom to use instead of the statement, and
`observe(let)` sees every statement that is added (the type analysis listens there).

    b = Builder()
    t = b.let(operator.mul, w, x)
    h = b.let(np.sin, t, hint="h")
    block = b.block(h)
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .nodes import Atom, Block, Const, If, Let, Prim, Stmt, Var

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..errors import Span

Simplify = Callable[["Builder", Let], "Atom | None"]
Observe = Callable[[Stmt], None]


class Builder:
    """A block under construction. `defs` finds the statement that defines a variable."""

    def __init__(self, simplify: Simplify | None = None, observe: Observe | None = None) -> None:
        self.stmts: list[Stmt] = []
        self.defs: dict[Var, Stmt] = {}
        self.seen: ChainMap[Any, Atom] = ChainMap()  # what was computed already, by scope
        self.simplify = simplify
        self.observe = observe
        self.labels: dict[Var, Var] = {}  # what a nameless value is of another: its adjoint
        self.span: Span | None = None  # for statements that are built without one

    def let(
        self,
        prim: Prim,
        *args: Any,
        hint: str = "",
        out: Var | None = None,
        span: Span | None = None,
        spelling: str = "",
        **kwargs: Any,
    ) -> Atom:
        """Add `out = prim(*args, **kwargs)`; arguments that are no atoms become constants."""
        stmt = Let(
            out or Var(hint),
            prim,
            tuple(map(atom, args)),
            tuple((key, atom(value)) for key, value in kwargs.items()),
            span or self.span,
            spelling,
        )
        return self.add_let(stmt)

    def add_let(self, stmt: Let) -> Atom:
        """Add a statement that is made already; returns what to read instead of its variable."""
        if self.simplify is not None:
            simpler = self.simplify(self, stmt)
            if simpler is not None:
                return simpler
        self.add(stmt)
        return stmt.out

    def add(self, stmt: Stmt) -> None:
        """Add any statement as it is."""
        self.stmts.append(stmt)
        for var in (stmt.out,) if isinstance(stmt, Let) else stmt.outs:
            self.defs[var] = stmt
        if self.observe is not None:
            self.observe(stmt)

    def branch(
        self,
        cond: Atom,
        then: Callable[[], tuple[Atom, ...]],
        orelse: Callable[[], tuple[Atom, ...]],
        outs: tuple[Var, ...] = (),
        span: Span | None = None,
    ) -> tuple[Var, ...]:
        """Add an If; `then` and `orelse` build their arms and return what they yield."""
        arms = []
        for build in (then, orelse):
            with self.nested() as stmts:
                results = build()
            arms.append(Block((), tuple(stmts), results))
        outs = outs or tuple(Var() for _ in arms[0].results)
        self.add(If(cond, arms[0], arms[1], outs, span or self.span))
        return outs

    @contextmanager
    def nested(self) -> Iterator[list[Stmt]]:
        """Collect the statements that are added meanwhile, for a block of their own."""
        outer, self.stmts = self.stmts, []
        self.seen = self.seen.new_child()
        try:
            yield self.stmts
        finally:
            self.stmts = outer
            self.seen = self.seen.parents

    def block(self, *results: Atom, params: tuple[Var, ...] = ()) -> Block:
        """What was built."""
        return Block(params, tuple(self.stmts), results)


def atom(value: Any) -> Atom:
    """The value itself if it is an atom, else a constant."""
    return value if isinstance(value, Var | Const) else Const(value)
