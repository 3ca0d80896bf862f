"""What is known of a value before the program runs: constants, and the statement that made it."""

from __future__ import annotations

import abc
import operator
from typing import Any

from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, Let, Var
from ..rules.registry import rule_of

#: functions that are computed before the program runs when all arguments are known then
FOLDABLE = frozenset({
    *prims.BINARY.values(), *prims.UNARY.values(), *prims.COMPARE.values(),
    operator.getitem, len, range, tuple, list, isinstance, abs, min, max, sorted, sum, int, float,
    str, bool, slice, callable, operator.index, reversed,
}) - {operator.matmul}  # fmt: skip


class Knowns(abc.ABC):
    """The floor of the inliner: a builder, types, and questions about atoms."""

    def __init__(self, builder: Builder, types: Types, fold: bool = False) -> None:
        self.builder = builder
        self.types = types
        self.fold = fold
        self.stack: list[Any] = []
        self.units: dict[Any, Any] = {}
        self.reads_arms = False  # is what one branch made read in another one?
        self.guarded: set[object] = set()  # `x += e` where x has to be a number, as the run checks
        self.frames: list[tuple[Any, list[Atom]]] = []
        self.lowered: dict[Any, Function] = {}

    @abc.abstractmethod
    def let(self, let: Let) -> Atom:
        """Add one statement, or what it comes to."""

    @abc.abstractmethod
    def call(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """Call whatever the callee turns out to be."""

    def is_primitive(self, prim: Any) -> bool:
        return rule_of(prim) is not None or getattr(prim, "__module__", "") == prims.__name__

    def static(self, atom: Atom) -> tuple[bool, Any]:
        """(True, value) where the value is known before the program runs."""
        if isinstance(atom, Const):
            return True, atom.value
        stmt = self.builder.defs.get(atom)
        if isinstance(stmt, Let):
            if stmt.prim is prims.first_of:
                return self.static(stmt.args[0])
            if stmt.prim is operator.neg:
                _, value = self.static(stmt.args[0])
                return (True, -value) if isinstance(value, int | float) else (False, None)
            if stmt.prim in (prims.make_tuple, prims.make_list):
                items = [self.static(a) for a in stmt.args]
                if all(ok for ok, _ in items):
                    kind = tuple if stmt.prim is prims.make_tuple else list
                    return True, kind(v for _, v in items)
        return False, None

    def decided(self, atom: Atom) -> bool:
        return self.static(atom)[0]

    def defined_by(self, atom: Atom, *candidates: Any) -> Let | None:
        """The statement that defines the atom, if it is one of these primitives."""
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        return stmt if isinstance(stmt, Let) and stmt.prim in candidates else None
