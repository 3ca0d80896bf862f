"""Gradients as they are returned: in the container of their parameter, floating, in own memory.

x: array      dx, copied where it would share memory with an input
p: dict       {"W": dW, "b": db}, zeros for entries the result does not depend on
unknown       like(dx, x), assemble(p, ("W", dW), ...): decided as the program runs
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..analysis.loops import carried
from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, For, If, Let, Prim, Stmt, Var, While
from ..ir.types import Type, atoms, same_shape
from ..ir.walk import blocks
from ..rules.registry import rule_of
from ..runtime import assemble, gradient_of, like, spread
from .cotangents import Collected, Cotangents
from .shadows import Path
from .units import unit_of


class Results:
    """Makes the returned gradients of one derivative, no two of which share memory."""

    def __init__(self, builder: Builder, types: Types, cotangents: Cotangents) -> None:
        self.builder = builder
        self.types = types
        self.cotangents = cotangents
        self.returned: set[Var] = set()
        self.own: set[Var] = set()  # carried values of loops, fresh if their first ones are

    def gradient(self, x: Var) -> Atom:
        """The gradient for parameter x."""
        held = self.cotangents.take(x) or Collected()
        return self.of(x, self.types.of(x), held, x)

    def of(self, x: Atom, kind: Type, held: Collected, label: Var) -> Atom:
        if kind.container and kind.closed and is_plain(kind):
            built = self.container(x, kind, held, label)
            if built is not None:
                return built
        if kind.kind in ("other", "none") or kind.dtype == "bool":
            return Const(None)
        if kind.kind == "any" or kind.container:
            return self.unknown(x, held)
        return self.number(x, held, label)

    # ------------------------------------------------------------ containers

    def container(self, x: Atom, kind: Type, held: Collected, label: Var) -> Atom | None:
        """A container of known structure; None if an entry is chosen as the program runs."""
        keys = [key for key, _ in kind.items]
        by_key: dict[Any, Collected] = {key: Collected() for key in keys}
        for path, g in held.parts:
            head = path[0]
            if not isinstance(head, Const):
                return None
            key = self.key(kind, head.value)
            if isinstance(key, slice) or key not in by_key:
                return None
            self.sort_in(by_key[key], path[1:], g)
        fields = kind.kind == "object"
        prim: Any = getattr if fields else operator.getitem
        values: list[Atom] = []
        for key, inner in kind.items:
            entry = self.entry(x, key, prim)
            for g in held.dense:
                part = self.builder.let(prim, g, key)
                by_key[key].dense.append(
                    self.cotangents.fit(part, entry) if inner.kind == "num" else part
                )
            name = Var(str(key), user=True) if isinstance(key, str) else Var("", "", label)
            name = (
                name
                if isinstance(key, str) and key.isidentifier()
                else Var(f"{label.hint}_{key}", user=True)
            )
            values.append(self.of(entry, inner, by_key[key], name))
        if kind.kind == "dict":
            return self.builder.let(prims.make_dict, Const(tuple(keys)), *values)
        if fields:
            return self.builder.let(prims.make_record, Const(kind.cls), Const(tuple(keys)), *values)
        make = prims.make_list if kind.kind == "list" else prims.make_tuple
        return self.builder.let(make, *values)

    def key(self, kind: Type, key: Any) -> Any:
        """The key of an entry: negative indices count from the end, named tuples by field."""
        if isinstance(key, int) and kind.kind in ("tuple", "list"):
            return key % len(kind.items) if -len(kind.items) <= key < len(kind.items) else key
        if isinstance(key, int) and kind.kind == "object":
            return kind.items[key][0]
        return key

    def sort_in(self, held: Collected, path: Path, g: Atom) -> None:
        if path:
            held.parts.append((path, g))
        else:
            held.dense.append(g)

    def entry(self, x: Atom, key: Any, prim: Any) -> Atom:
        """x[key] or x.key, as it was read before if it was."""
        for stmt in self.builder.stmts:  # and not in an arm, which may not have been taken
            if isinstance(stmt, Let) and stmt.prim is prim and stmt.args[0] is x:
                at = stmt.args[1]
                if isinstance(at, Const) and at.value == key and type(at.value) is type(key):
                    return stmt.out
        return self.builder.let(prim, x, key)

    def unknown(self, x: Atom, held: Collected) -> Atom:
        """A gradient whose container is decided as the program runs."""
        if not held.parts and not held.dense:
            return self.builder.let(gradient_of, x)
        if len(held.dense) == 1 and not held.parts and self.is_shadow(held.dense[0], x):
            return held.dense[0]
        rows = self.cotangents.rows(held.parts)
        rows += [self.builder.let(prims.make_tuple, g) for g in held.dense]
        return self.builder.let(assemble, x, *rows)

    def is_shadow(self, g: Atom, x: Atom) -> bool:
        """Is it zeros in the container of x, and nothing but additions to its entries?"""
        root = self.first_version(g)
        return isinstance(root, Let) and root.prim is gradient_of and root.args[0] is x

    def first_version(self, g: Atom) -> Stmt | None:
        """What made a buffer that was only written into since, in loops too; None if no statement
        did."""
        made = self.builder.defs.get(g) if isinstance(g, Var) else None
        match made:
            case Let(prim=prim, args=args) if prim in IN_PLACE:
                return self.first_version(args[0])
            case For() | While() if isinstance(g, Var):
                k = made.outs.index(g)
                last, param = made.body.results[k], carried(made)[k]
                return self.first_version(made.init[k]) if self.goes_on(last, param) else None
        return made

    def goes_on(self, g: Atom, param: Var) -> bool:
        """Is it a loop's parameter, only written into since?"""
        if g is param:
            return True
        made = self.builder.defs.get(g) if isinstance(g, Var) else None
        match made:
            case Let(prim=prim, args=args):
                return prim in IN_PLACE and self.goes_on(args[0], param)
            case If() if isinstance(g, Var):
                k = made.outs.index(g)
                return all(self.goes_on(arm.results[k], param) for arm in blocks(made))
            case For() | While() if isinstance(g, Var):
                k = made.outs.index(g)
                inner = self.goes_on(made.body.results[k], carried(made)[k])
                return inner and self.goes_on(made.init[k], param)
        return False

    # ------------------------------------------------------------ numbers

    def number(self, x: Atom, held: Collected, label: Var) -> Atom:
        kind = self.types.of(x)
        if not held.dense and not held.parts:
            return self.zero(x, kind)
        if held.parts:
            for path, _ in held.parts:
                if len(path) != 1:
                    raise UnsupportedError("an entry of an entry of an array is not supported yet")
        g = self._combined(x, held)
        g = self.cotangents.real_part(g, x)
        return self.finished(g, x, kind, label)

    def _combined(self, x: Atom, held: Collected) -> Atom:
        g = self.cotangents.sum(held.dense) if held.dense else None
        if not held.parts:
            assert g is not None
            return g
        return self.cotangents.scatter(x, g, held.parts)

    def zero(self, x: Atom, kind: Type) -> Atom:
        if kind.is_scalar and kind.array is False:
            return Const(0.0)
        if kind.inexact and kind.array:
            return self.builder.let(np.zeros_like, x)
        return self.builder.let(gradient_of, x)

    def finished(self, g: Atom, x: Atom, kind: Type, label: Var) -> Atom:
        """g as floats of x's shape in memory of its own, by what is known; else by `like`."""
        have = self.types.of(g)
        fits = same_shape(have.shape, kind.shape)
        if self.cotangents.pointwise:
            fits = fits or atoms(kind.shape) <= atoms(have.shape)
        if isinstance(g, Const):
            if kind.is_scalar and kind.array is False:
                value = g.value
                return Const(float(value) if isinstance(value, int) else value)
            if kind.array and kind.inexact:
                return self.named(self.builder.let(spread, g, x), label)
            return self.builder.let(like, g, x)
        if kind.bits == 0 and self.first_version(g) is None:
            fits = False  # a sum over rounds: x may be narrower, or anything if there were none
        wide = have.bits == 64 != kind.bits and not kind.is_scalar  # float32 stays float32
        if not (fits and have.inexact) or wide:
            return self.named(self.builder.let(like, g, x), label)
        if have.array is False or self.is_fresh(g):
            if isinstance(g, Var):
                self.returned.add(g)
            return self.named(g, label)
        copied = self.builder.let(
            np.copy if have.array else like, *((g,) if have.array else (g, x))
        )
        return self.named(copied, label)

    def named(self, g: Atom, label: Var) -> Atom:
        if isinstance(g, Const):
            return g
        return self.builder.let(prims.first_of, g, out=Var("", "adjoint", label))

    def is_fresh(self, g: Atom) -> bool:
        """Is it a value nobody else holds: no input, no view of one, nothing returned already?"""
        if not isinstance(g, Var) or g in self.returned:
            return False
        if g in self.own:
            return True
        stmt = self.builder.defs.get(g)
        if stmt is None:
            return False
        if not isinstance(stmt, Let):
            return self.is_fresh_out(stmt, g)
        if stmt.prim is prims.first_of:
            if isinstance(stmt.args[0], Var) and self.is_fresh(stmt.args[0]):
                self.returned.add(stmt.args[0])
                return True
            return False
        if stmt.prim is spread:  # of a constant: np.ones_like(x)
            kind = self.types.of(stmt.args[1])
            return isinstance(stmt.args[0], Const) and bool(kind.array) and kind.inexact
        if stmt.prim is operator.getitem and self.is_own_call(stmt.args[0]):
            return True
        if stmt.prim in (operator.getitem, getattr, prims.global_ref):
            return False
        if self.is_own_call(g):
            return True
        rule = rule_of(stmt.prim)
        first = stmt.args[0] if stmt.args else None
        if rule is not None and rule.memory_of(stmt.args) != "fresh" and isinstance(first, Var):
            if not self.is_fresh(first):
                return False
            self.returned.add(first)  # a view of our own
            return True
        return stmt.prim in BUFFERS or (rule is not None and rule.memory_of(stmt.args) == "fresh")

    def is_own_call(self, g: Atom) -> bool:
        """Is it what a function returns whose results are in memory of their own?"""
        stmt = self.builder.defs.get(g) if isinstance(g, Var) else None
        unit = unit_of(stmt) if isinstance(stmt, Let) else None
        return unit is not None and unit.fresh

    def is_fresh_out(self, stmt: If | For | While, out: Var) -> bool:
        """Is what leaves a branch or a loop in memory of its own, whatever way it took?"""
        k = stmt.outs.index(out)
        if isinstance(stmt, If):
            values = [arm.results[k] for arm in (stmt.then, stmt.orelse)]
        else:
            values = [stmt.init[k], stmt.body.results[k]]
            self.own.add(carried(stmt)[k])
        for value in values:
            if isinstance(value, Const):
                continue
            if not self.is_fresh(value):
                return False
            if value not in self.own:
                self.returned.add(value)
        return True


def is_plain(kind: Type) -> bool:
    """Is the container made by a display, or by calling its class with its fields?"""
    if kind.kind != "object":
        return kind.cls in (None, dict, list, tuple)
    fields = getattr(kind.cls, "__dataclass_fields__", {}).values()
    return not hasattr(kind.cls, "__post_init__") and all(f.init for f in fields)


#: statements that write into their first operand, or only name it
IN_PLACE: frozenset[Prim] = frozenset(
    {prims.store, prims.accumulate, prims.accumulate_at, prims.first_of}
)

BUFFERS: frozenset[Prim] = frozenset(
    {prims.store, prims.accumulate, prims.accumulate_at, np.zeros_like, np.zeros}
)
