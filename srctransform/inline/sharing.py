"""What a value shares memory with, and what it is after all writes so far.

v = x[1:-1]            v is a view of x
x[2] = 7.0
y = v + 1              y = x1[1:-1] + 1, read from the newest version of x
"""

from __future__ import annotations

import abc
import copy
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.types import Types
from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let, Var
from ..rules.registry import rule_of
from ..runtime import element, place
from .attributes import Attributes
from .loops import Loop
from .memory import HOLDS, Memory


class Sharing(Attributes, abc.ABC):
    """The inliner's memory, and reading from it."""

    def __init__(self, builder: Builder, types: Types, fold: bool = False) -> None:
        super().__init__(builder, types, fold)
        self.memory = Memory(types)
        self.around: Loop | None = None  # the loop whose body is being built
        self.reading: Span | None = None  # the user's place that is being spliced in
        self.shown: dict[Var, Let] = {}
        self.repeated: set[Var] = set()  # lists `[x] * n` of n times the same object
        self.defaults: set[Var] = set()  # parameters with a default value that may change

    def now(self, atom: Atom, strict: bool = True) -> Atom:
        """The value of an atom after all writes so far."""
        if not isinstance(atom, Var):
            return atom
        memory = self.memory
        var = memory.handle(atom)
        if strict and (memory.stale or memory.parts):
            memory.check(var, self.builder.span or self.reading)
        if var not in memory.parent:
            return self.refreshed(memory.newest(var), strict)
        if memory.is_newest(var):
            return self.refreshed(var, strict)
        if var in memory.perhaps:  # x[i], read before x was written: a number, or the run stops
            return self.builder.let(element, var)
        let = memory.parent[var]
        moved, changed = memory.since(var)
        if moved and let.prim is operator.getitem and self.types.of(let.args[0]).container:
            if changed and strict:
                raise UnsupportedError(
                    "a part of a container is read after the container and its parts were changed",
                    self.builder.span or self.reading,
                    "read it again by its index or key",
                )
            return self.refreshed(var, strict)
        base = self.now(let.args[0], strict)
        new = self.let(replace(let, out=Var(), args=(base, *let.args[1:])))
        if isinstance(new, Var):
            memory.owner[new] = var
        return new

    def refreshed(self, atom: Atom, strict: bool = True) -> Atom:
        """A display made anew where what stands in it was written since."""
        made = self.defined_by(atom, *DISPLAYS)
        if made is None or not self.memory.current:
            return atom
        items = tuple(self.now(a, strict) for a in made.args)
        if all(p is q for p, q in zip(items, made.args, strict=True)):
            return atom
        new = self.builder.let(made.prim, *items, span=made.span, spelling=made.spelling)
        assert isinstance(atom, Var) and isinstance(new, Var)
        self.memory.owner[new] = self.memory.handle(atom)
        return new

    def born(self, out: Atom, let: Let) -> None:
        """Note what the result of a statement shares memory with."""
        if not isinstance(out, Var) or out is not let.out or not let.args:
            return
        base = next((a for a in let.args if isinstance(a, Var)), None)
        if base is None or not self.memory.mutable(out):
            return
        how = self.sharing(let)
        if how in ("view", "perhaps") and isinstance(let.args[0], Var):
            self.memory.add_view(out, let, how == "perhaps")
        elif how == "maybe":
            self.memory.alias(out, self.memory.root(base))
        if let.prim is copy.copy:
            self.hold(out, base)
        if let.prim is prims.append:
            self.hold(out, let.args[1])
            for other, how in list(self.memory.near.get(self.memory.root(base), {}).items()):
                if how == HOLDS:
                    self.memory.hold(out, other)

    def sharing(self, let: Let) -> str:
        """fresh, view, maybe; or perhaps: x[i] is a view of x if x has more than one axis."""
        if let.prim is prims.first_of:
            return "view"
        if let.prim is operator.getitem:
            return self.sharing_of_item(let)
        if let.prim is np.reshape or let.prim is np.ravel:
            by_rows = not let.kwargs and len(let.args) == (2 if let.prim is np.reshape else 1)
            return "view" if by_rows and self.is_own_array(let.args[0]) else "maybe"
        rule = rule_of(let.prim)
        return rule.memory_of(let.args) if rule is not None else "fresh"

    def sharing_of_item(self, let: Let) -> str:
        base, index = let.args
        kind = self.types.of(base)
        if kind.container:
            return "view"
        if kind.kind == "num" and isinstance(base, Var):  # x[i][j]: then x[i] is no number
            self.memory.perhaps.discard(self.memory.handle(base))
        parts = self.items(index) if self.defined_by(index, prims.make_tuple) else None
        single = [index] if parts is None else parts
        if parts is None and isinstance(index, Const) and isinstance(index.value, tuple):
            single = [Const(v) for v in index.value]
        kinds = [self.index_kind(a) for a in single]
        if "fancy" in kinds:
            arrays = any(self.is_index_array(a) for a in single)
            return "fresh" if kind.kind == "num" or arrays else "perhaps"
        if "unknown" in kinds:
            return "perhaps"
        if "slice" in kinds and kind.kind in ("num", "any"):
            return "view"
        if kind.kind == "num" and kind.rank is not None:
            return "view" if kind.rank > len(kinds) else "fresh"
        return "perhaps"

    def index_kind(self, atom: Atom) -> str:
        """number, slice (a view in any case), fancy (a copy in any case), unknown."""
        if isinstance(atom, Const):
            value = atom.value
            if isinstance(value, slice) or value is Ellipsis or value is None:
                return "slice"
            return "number" if isinstance(value, int | np.integer | str) else "fancy"
        if self.defined_by(atom, slice):
            return "slice"
        if self.defined_by(atom, prims.make_list):
            return "fancy"
        kind = self.types.of(atom)
        if kind.kind == "num" and kind.shape == ():
            return "fancy" if kind.dtype == "bool" else "number"
        if kind.kind == "num" and (kind.array or kind.dtype == "bool"):
            return "fancy"
        return "unknown"

    def copied_deep(self, base: Atom, let: Let) -> Atom:
        """`copy.deepcopy(x)`: containers of known structure are made anew, arrays are copied."""
        base = self.now(base)
        kind = self.types.of(base)
        if self.decided(base) or kind.kind in ("none", "other") or not self.memory.mutable(base):
            return base
        if kind.kind == "num":
            return self.let(Let(Var(), np.copy, (base,), span=let.span)) if kind.array else base
        made = self.defined_by(base, prims.make_record)
        if made is not None:
            return self.builder.let(
                made.prim, *made.args[:2], *(self.copied_deep(a, let) for a in made.args[2:]),
                span=let.span,
            )  # fmt: skip
        items = self.items(base)
        if items is None or kind.kind not in ("list", "tuple", "dict"):
            raise UnsupportedError(
                "a deep copy of what is known only as the program runs is not followed",
                let.span,
                "copy its arrays one by one, or give example=",
            )
        if kind.kind != "dict":
            make = prims.make_list if kind.kind == "list" else prims.make_tuple
            return self.builder.let(make, *(self.copied_deep(a, let) for a in items), span=let.span)
        keys = [self.static(a)[1] for a in items]
        values = [self.copied_deep(self.project(base, key), let) for key in keys]
        return self.builder.let(prims.make_dict, Const(tuple(keys)), *values, span=let.span)

    def is_array(self, atom: Atom) -> bool:
        kind = self.types.of(atom)
        return kind.kind == "num" and bool(kind.array)

    def is_index_array(self, atom: Atom) -> bool:
        """An array or a list, which no container is indexed by."""
        return self.is_array(atom) or self.defined_by(atom, prims.make_list) is not None

    def checked_index(self, index: Atom, span: Span | None) -> Atom:
        """The index a view was taken by, of which the run may have to check that it was one."""
        parts = self.items(index) if self.defined_by(index, prims.make_tuple) else None
        if "unknown" not in map(self.index_kind, [index] if parts is None else parts):
            return index
        return self.builder.let(place, index, span=span)

    def is_own_array(self, atom: Atom) -> bool:
        """Is it an array this function made, so that it lies in memory in one piece?"""
        if not isinstance(atom, Var):
            return False
        root = self.memory.root(atom)
        if self.memory.handle(atom) is not root:
            return False
        stmt = self.builder.defs.get(root)
        if not isinstance(stmt, Let):
            return False
        if stmt.prim is np.copy:  # x.copy() goes by rows, np.copy(x) as x does
            return stmt.spelling == ".copy()" and len(stmt.args) == 1 and not stmt.kwargs
        ordered = any(k == "order" for k, _ in stmt.kwargs) or any(
            isinstance(a, Const) and isinstance(a.value, str) for a in stmt.args
        )
        return stmt.prim in CONTIGUOUS and not ordered

    def hold(self, holder: Var, value: Atom) -> None:
        """A container whose structure is not known holds a value from now on."""
        if isinstance(value, Var) and self.memory.mutable(value):
            made = self.defined_by(value, *DISPLAYS)
            for inner in (value, *made.args) if made else (value,):
                if isinstance(inner, Var) and self.memory.mutable(inner):
                    self.memory.hold(self.memory.root(holder), self.memory.root(inner))


#: statements that show what they are made of
DISPLAYS = (prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record)

#: what makes an array that lies in memory in one piece
CONTIGUOUS: frozenset[Callable[..., Any]] = frozenset({
    np.zeros, np.ones, np.empty, np.full, np.arange, np.linspace, np.eye,
})  # fmt: skip
