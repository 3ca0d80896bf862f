"""The cotangent of a list or dict that is known only as the program runs: a shadow of it, into
which the cotangents of its entries are added.

    xs.append(w * xs[k])          dxs = [0.0] * len(xs)        once, for the last version
                                  dv = dxs.pop()               what was appended
                                  dxs[k] += w * dv             what was read
"""

from __future__ import annotations

import operator
from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from ..analysis.containers import entry
from ..analysis.indexing import may_repeat
from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import ANY, Type, cotangent_type
from ..runtime import added_in, assemble, gradient_of, real_like, zero_at

Path = tuple[Atom, ...]


@dataclass(frozen=True)
class Shadows:
    """Builds shadows into `builder`."""

    builder: Builder
    types: Types

    def zeros(self, var: Atom) -> Atom:
        """Zeros in the structure of a container."""
        kind = self.types.of(var)
        elem = kind.elem
        if kind.kind == "list" and elem is not None and self.is_float(elem):
            zero = self.builder.let(prims.make_list, 0.0)
            return self.builder.let(operator.mul, zero, self.builder.let(len, var))
        return self.builder.let(gradient_of, var)

    def is_float(self, kind: Type) -> bool:
        """Is 0.0 a zero for it, of its own precision?"""
        return kind.is_scalar and kind.array is False and kind.inexact and kind.bits in (-1, 64)

    def sum(self, var: Atom, dense: list[Atom], parts: list[tuple[Path, Atom]]) -> Atom:
        """Whole cotangents and those of entries in one; zeros of `var` where nothing arrived."""
        if self.types.of(var).kind == "list":
            dense = [self.as_list(g) for g in dense]
        total = dense[0] if dense else self.zeros(var)
        if len(dense) > 1:
            rows = [self.builder.let(prims.make_tuple, g) for g in reversed(dense)]
            total = self.builder.let(assemble, var, *rows)
        parts = [(path, self.real_part(g, var, path)) for path, g in parts]
        return self.with_parts(total, self.types.of(var), parts)

    def real_part(self, g: Atom, var: Atom, path: Path) -> Atom:
        """g for the entry of var at a path: where g is certainly complex, real if the entry is."""
        if self.types.of(g).dtype != "complex":
            return g
        value: Atom = var
        for key in path:
            prim = getattr if self.types.of(value).kind == "object" else operator.getitem
            value = self.builder.let(prim, value, key)
        known = self.types.of(value).dtype == "complex"
        return g if known else self.builder.let(real_like, g, value)

    def as_list(self, g: Atom) -> Atom:
        """The rows of the cotangent of np.array(xs)."""
        return g if self.types.of(g).kind == "list" else self.builder.let(list, g)

    def with_parts(self, total: Atom, kind: Type, parts: list[tuple[Path, Atom]]) -> Atom:
        """A cotangent with those of entries added to it."""
        for path, g in parts:
            refilled = self.refilled(total, path, g)
            if refilled is not None:
                total = refilled
                continue
            prim = prims.accumulate if self.adds_in_place(kind, path, g) else added_in
            total = self.builder.let(prim, total, g, *path)
            if isinstance(total, Var) and kind.container:
                self.types[total] = cotangent_type(kind)
        return total

    def refilled(self, total: Atom, path: Path, g: Atom) -> Atom | None:
        """What is added to the zero that was put back for what a write replaced, or a pop took
        away, is put back itself."""
        made = self.builder.defs.get(total) if isinstance(total, Var) else None
        if made not in self.builder.stmts:  # of a block around this one
            return None
        if not (isinstance(made, Let) and len(made.args) > 1 and self.is_zero(made.args[1])):
            return None
        if made.prim is prims.append and is_same((Const(-1),), path):
            return self.builder.let(prims.append, made.args[0], g)
        if made.prim is prims.store and is_same(made.args[2:], path):
            return self.builder.let(prims.store, made.args[0], g, *path)
        return None

    def is_zero(self, atom: Atom) -> bool:
        made = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        if isinstance(made, Let):
            return made.prim in (gradient_of, zero_at, np.zeros_like)
        return isinstance(atom, Const) and atom.value == 0.0

    def adds_in_place(self, kind: Type, path: Path, g: Atom) -> bool:
        """Is `x[key][key] += g` what adds to the entry at a path, whatever the run brings? Not if
        a tuple is on the way, or what is added is a container, or an index may repeat. What is not
        known may be a tuple if the key is: it is what `a, b = x` takes apart."""
        if self.types.of(g).kind != "num" or (kind.kind == "any" and isinstance(path[0], Const)):
            return False
        for k, key in enumerate(path):
            keyed = kind.kind in ("list", "dict")
            if not keyed and may_repeat(key, self.builder.defs, self.types.of):
                return False
            if kind.kind not in ("list", "dict", "num") and (k or kind.kind != "any"):
                return False
            kind = entry(kind, key, self.types.of) if kind.container else ANY
            if kind.kind == "num":
                return True
        return True


def is_same(one: Path, other: Path) -> bool:
    """Are they certainly the same keys?"""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, Const) and isinstance(b, Const) and repr(a.value) == repr(b.value))
        for a, b in zip(one, other, strict=True)
    )


def refuse_varying_keys(let: Let, types: Types, active: Container[Var]) -> None:
    """Raise UnsupportedError if a dict is written at a number that a derivative is taken by: the
    number could be read back from the keys, which have no derivative."""
    kind = types.of(let.args[0])
    for key in let.args[2:]:
        at = types.of(key)
        if kind.kind == "dict" and key in active and at.kind == "num" and at.dtype != "int":
            raise UnsupportedError(
                "the key of a dict depends on what the derivative is taken by",
                let.span,
                "use a key that does not, or stop_gradient",
            )
        kind = entry(kind, key, types.of) if kind.container else ANY
