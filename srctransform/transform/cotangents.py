"""The cotangents of one reverse pass: collected per variable, fitted to its shape, added up.

    z = x * y, x[1:] = ...        dx = y * dz            what elementwise rules contribute
                                  dx[1:] += dw           what indexed reads contribute

A contribution is dense (a cotangent of the whole value) or has a path (of one entry of it). Each
is fitted when it arrives: summed over the axes along which its variable was broadcast, by facts
where there are any, else by `sum_to`.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..analysis.indexing import may_repeat, takes_whole
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import Type, atoms, same_shape
from ..runtime import as_float, assemble, real_like, spread, sum_to
from .shadows import Path, Shadows, is_same

#: more pending contributions than this are added up early, so they do not all stay alive
PENDING = 8


@dataclass
class Collected:
    """What has arrived for one variable."""

    dense: list[Atom] = field(default_factory=list)
    parts: list[tuple[Path, Atom]] = field(default_factory=list)


class Cotangents:
    """Collects and adds up, building into `builder`. `pointwise`: a scalar formula is being
    differentiated, so all operands have one shape, whatever it is."""

    def __init__(self, builder: Builder, types: Types, pointwise: bool = False) -> None:
        self.builder = builder
        self.types = types
        self.pointwise = pointwise
        self.shadows = Shadows(builder, types)
        self.collected: dict[Var, Collected] = {}
        self.divided: set[Var] = set()  # values that cotangents of entries arrived for

    def add(self, target: Atom, g: Atom, path: Path = ()) -> None:
        """A cotangent for the target, or for the entry of it at `path`."""
        if not isinstance(target, Var) or (isinstance(g, Const) and g.value is None):
            return
        if len(path) == 1 and takes_whole(self.types.of(target), path[0]):
            path = ()
        held = self.collected.setdefault(target, Collected())
        if path:
            held.parts.append((path, g))
            self.divided.add(target)
            return
        if self.types.of(target).kind == "num":
            g = self.fit(g, target)
            if len(held.dense) >= PENDING:
                held.dense = [self.sum(held.dense)]
        held.dense.append(g)

    def put(self, target: Atom, g: Atom, path: Path = ()) -> None:
        """A cotangent that has the very shape of the target, or of the entry of it at `path`."""
        if not isinstance(target, Var):
            return
        held = self.collected.setdefault(target, Collected())
        if path:
            held.parts.append((path, g))
            self.divided.add(target)
            return
        have, want = self.types.of(g), self.types.of(target)
        held.dense.append(self.drop_imaginary(g, have, want) if want.kind == "num" else g)

    def take(self, var: Var) -> Collected | None:
        """What has arrived for a variable, which is then forgotten."""
        return self.collected.pop(var, None)

    def total(self, var: Var) -> Atom | None:
        """The cotangent of a variable, under the name of its adjoint; None if nothing arrived."""
        held = self.take(var)
        if held is None:
            return None
        return self.named(var, self.combine(var, held))

    def named(self, var: Var, g: Atom) -> Atom:
        """Give the adjoint of a user's variable a line and a name of its own."""
        if isinstance(g, Const) or self.is_spread(g):
            return g
        if not var.named:
            self.builder.labels.setdefault(g, Var("", "adjoint", var))
            return g
        return self.builder.let(prims.first_of, g, out=Var("", "adjoint", var))

    def is_spread(self, g: Atom) -> bool:
        stmt = self.builder.defs.get(g) if isinstance(g, Var) else None
        return isinstance(stmt, Let) and stmt.prim is spread

    def combine(self, var: Var, held: Collected) -> Atom:
        """One cotangent from all that arrived."""
        kind = self.types.of(var)
        if kind.container and kind.closed:
            at = [self.position(kind, path) for path, _ in held.parts]
            if None not in at:
                return self.container(var, kind, held, at)
        if kind.kind == "any" or kind.container:
            dense: list[tuple[Path, Atom]] = [((), g) for g in held.dense]
            if kind.kind in ("list", "dict"):
                return self.shadows.sum(var, held.dense, held.parts)
            if held.parts or (kind.container and len(dense) > 1):
                return self.assemble(var, held.parts + dense)
        g = self.sum(held.dense) if held.dense else None
        if not held.parts:
            assert g is not None
            return g
        return self.scatter(var, g, held.parts)

    def position(self, kind: Type, path: Path) -> int | None:
        """Where the entry at a path of one constant key stands in a container."""
        key = path[0].value if len(path) == 1 and isinstance(path[0], Const) else None
        keys = [key for key, _ in kind.items]
        if kind.kind != "dict" and type(key) is int and -len(keys) <= key < len(keys):
            return key % len(keys)
        return keys.index(key) if type(key) in (str, int, float, tuple) and key in keys else None

    def container(self, var: Var, kind: Type, held: Collected, at: list[int | None]) -> Atom:
        """The cotangent of the container that a function returned.

        What nobody reads is None in a tuple, and zeros in a list, whose items are of one kind, and
        in what a branch or loop yields, to which others may add.
        """
        b = self.builder
        joined = not isinstance(b.defs.get(var), Let)
        values: list[Atom] = []
        for k, (key, _) in enumerate(kind.items):
            prim: Any = getattr if kind.kind == "object" else operator.getitem
            terms = [self.entry(prim, g, key, k) for g in held.dense]
            terms = [g for g in terms if not (isinstance(g, Const) and g.value is None)]
            terms += [g for place, (_, g) in zip(at, held.parts, strict=True) if place == k]
            if terms:
                values.append(self.sum(terms))
            elif kind.kind == "list" or (joined and kind.item(key).kind == "num"):
                scalar = kind.item(key).is_scalar
                values.append(Const(0.0) if scalar else self.zeros(b.let(prim, var, key)))
            else:
                values.append(Const(None))
        if kind.kind == "object":
            names = tuple(key for key, _ in kind.items)
            return b.let(prims.make_record, Const(kind.cls), Const(names), *values)
        if kind.kind == "dict":
            return b.let(prims.make_dict, Const(tuple(key for key, _ in kind.items)), *values)
        return b.let(prims.make_tuple if kind.kind == "tuple" else prims.make_list, *values)

    def entry(self, prim: Any, g: Atom, key: Any, place: int) -> Atom:
        """The entry of a cotangent that a rule gave whole."""
        made = self.builder.defs.get(g) if isinstance(g, Var) else None
        if isinstance(made, Let) and made.prim in (prims.make_tuple, prims.make_list):
            return made.args[place]
        return self.builder.let(prim, g, key)

    def assemble(self, var: Atom, parts: list[tuple[Path, Atom]]) -> Atom:
        """The cotangent of a container whose structure is known only as the program runs."""
        return self.builder.let(assemble, var, *self.rows(parts))

    def rows(self, parts: list[tuple[Path, Atom]]) -> list[Atom]:
        """What `assemble` takes, in the user's order; it converts to floats itself."""
        rows = []
        for path, g in reversed(parts):
            stmt = self.builder.defs.get(g) if isinstance(g, Var) else None
            if isinstance(stmt, Let) and stmt.prim is as_float:
                g = stmt.args[0]
            rows.append(self.builder.let(prims.make_tuple, *path, g))
        return rows

    def sum(self, terms: list[Atom]) -> Atom:
        """The sum of contributions, a positive one first."""
        terms = self.like_terms(terms)
        negative = [t for t in terms if self.is_negative(t)]
        ordered = [t for t in terms if t not in negative] + negative
        total, *rest = ordered
        for term in rest:
            total = self.builder.let(operator.add, total, term)
        return total

    def like_terms(self, terms: list[Atom]) -> list[Atom]:
        """2 * t + t -> 3 * t, in the order of the first of each."""
        factors: dict[Var, float] = {}
        others: list[Atom] = []
        for term in terms:
            factor, core = self.factor_of(term)
            if isinstance(core, Var):
                factors[core] = factors.get(core, 0.0) + factor
            else:
                others.append(term)
        if len(factors) + len(others) == len(terms):
            return terms
        scaled = [self.builder.let(operator.mul, c, core) for core, c in factors.items()]
        return scaled + others

    def factor_of(self, term: Atom) -> tuple[float, Atom]:
        """(2.0, t) of 2.0 * t, (-1.0, t) of -t."""
        stmt = self.builder.defs.get(term) if isinstance(term, Var) and not term.named else None
        if isinstance(stmt, Let) and stmt.prim is operator.neg:
            return -1.0, stmt.args[0]
        if isinstance(stmt, Let) and stmt.prim is operator.mul and isinstance(stmt.args[0], Const):
            if isinstance(stmt.args[0].value, float):
                return stmt.args[0].value, stmt.args[1]
        return 1.0, term

    def is_negative(self, g: Atom) -> bool:
        stmt = self.builder.defs.get(g) if isinstance(g, Var) else None
        if not isinstance(stmt, Let):
            return False
        if stmt.prim is operator.mul and isinstance(stmt.args[0], Const):
            value = stmt.args[0].value
            return isinstance(value, float) and value < 0
        return stmt.prim is operator.neg

    def scatter(self, var: Atom, g: Atom | None, parts: list[tuple[Path, Atom]]) -> Atom:
        """A buffer of the shape of var, with each part added at its place."""
        b = self.builder
        parts = self.by_place(parts)
        buffer = self.zeros(var) if g is None else self.array(g, var)
        cleared = b.defs.get(buffer) if isinstance(buffer, Var) else None
        if isinstance(cleared, Let) and cleared.prim is prims.store and parts:
            buffer, parts = self.refilled(cleared, parts)
        for path, part in parts:
            part = self.entry_part(part, var)
            if len(path) == 1 and may_repeat(path[0], b.defs, self.types.of):
                buffer = b.let(prims.accumulate_at, buffer, part, *path)
            elif g is None and len(parts) == 1:
                buffer = b.let(prims.store, buffer, part, *path)
            else:
                buffer = b.let(prims.accumulate, buffer, part, *path)
        return buffer

    def by_place(self, parts: list[tuple[Path, Atom]]) -> list[tuple[Path, Atom]]:
        """What is added to each place, in one sum, in the order in which the user reads them."""
        found: list[tuple[Path, list[Atom]]] = []
        for path, part in reversed(parts):
            terms = next((terms for at, terms in found if is_same(at, path)), None)
            if terms is None:
                found.append((path, [part]))
            else:
                terms.append(part)
        return [(path, self.sum(terms)) for path, terms in found]

    def refilled(
        self, cleared: Let, parts: list[tuple[Path, Atom]]
    ) -> tuple[Atom, list[tuple[Path, Atom]]]:
        """What is added where zero was stored is stored there itself."""
        before, value, *path = cleared.args
        if isinstance(value, Const) and value.value == 0.0:
            for k, (at, part) in enumerate(parts):
                repeats = any(may_repeat(i, self.builder.defs, self.types.of) for i in path)
                if is_same(at, tuple(path)) and not repeats:
                    buffer = self.builder.let(prims.store, before, part, *path)
                    return buffer, parts[:k] + parts[k + 1 :]
        return cleared.out, parts

    def array(self, g: Atom, var: Atom) -> Atom:
        """g as an array that can be written into."""
        if self.is_spread(g):
            return self.builder.let(np.array, g)
        if self.types.of(g).is_scalar:
            return self.builder.let(np.array, self.builder.let(spread, g, var))
        return g

    def zeros(self, var: Atom) -> Atom:
        """Zeros of the shape of var, floating."""
        kind = self.types.of(var)
        if kind.sparse:
            return self.builder.let(operator.mul, 0.0, var)
        if kind.inexact and kind.array:
            return self.builder.let(np.zeros_like, var)
        if kind.dtype == "int":
            return self.builder.let(np.zeros, self.builder.let(np.shape, var))
        dtype = self.builder.let(np.result_type, var, 0.0)
        return self.builder.let(np.zeros_like, var, dtype)

    # ------------------------------------------------------------ shapes

    def fit(self, g: Atom, x: Atom) -> Atom:
        """g summed or spread to the shape of x, and real if x is."""
        have, want = self.types.of(g), self.types.of(x)
        if self.pointwise:
            return self.drop_imaginary(g, have, want)
        if not same_shape(have.shape, want.shape):
            reduced = self.reduce(g, x, have, want)
            if reduced is None:
                return self.builder.let(sum_to, g, self.witness(x, want))
            g = reduced
        return self.drop_imaginary(g, have, want)

    def witness(self, x: Atom, kind: Type) -> Atom:
        """A variable of x's shape that is at hand, complex only if x is."""
        found = self.types.like_shape(x)
        return found if self.types.of(found).sources == kind.sources else x

    def drop_imaginary(self, g: Atom, have: Type, want: Type) -> Atom:
        if not have.sources or have.sources <= want.sources or want.dtype == "complex":
            return g
        return g if want.sources else self.builder.let(np.real, g)

    def reduce(self, g: Atom, x: Atom, have: Type, want: Type) -> Atom | None:
        """g fitted to x by what is known of their shapes; None if that is not enough."""
        b = self.builder
        if want.shape == ():
            return b.let(np.sum, g)
        if isinstance(have.shape, tuple) and isinstance(want.shape, tuple):
            return self.reduce_dims(g, x, have.shape, want.shape)
        if have.shape == ():
            return b.let(spread, g, x)
        if len(atoms(want.shape)) == 1:
            (kept,) = atoms(want.shape)
            if (
                isinstance(kept, tuple)
                and kept[0] == "keep"
                and atoms(kept[1]) == atoms(have.shape)
            ):
                return b.let(np.sum, g, axis=kept[2], keepdims=True)
            if isinstance(kept, tuple) and kept[0] == "reduce" and kept[2] == 0:
                if atoms(kept[1]) == atoms(have.shape):
                    return b.let(np.sum, g, axis=0)
        return None

    def reduce_dims(self, g: Atom, x: Atom, have: Any, want: Any) -> Atom:
        b = self.builder
        lead = len(have) - len(want)
        if lead > 0:
            axis: Any = 0 if lead == 1 else tuple(range(lead))
            g = b.let(np.sum, g, axis=axis)
            have = have[lead:]
        pairs = list(
            enumerate(zip(have[-len(want) :], want[-len(have) :] if have else (), strict=False))
        )
        ones = tuple(k for k, (p, q) in pairs if q == 1 and p != 1)
        if len(have) == len(want) and ones:
            g = b.let(np.sum, g, axis=ones if len(ones) > 1 else ones[0], keepdims=True)
        if len(have) < len(want) or any(p == 1 and q != 1 for _, (p, q) in pairs):
            g = b.let(spread, g, x)
        return g

    def entry_part(self, g: Atom, x: Atom) -> Atom:
        """g for an entry of x: where g is certainly complex, real if x is."""
        have, want = self.types.of(g), self.types.of(x)
        if have.dtype != "complex" or want.dtype == "complex" or want.kind != "num":
            return g
        if not want.sources:
            return self.builder.let(np.real, g)
        return self.builder.let(real_like, g, x)

    def real_part(self, g: Atom, x: Atom) -> Atom:
        """g without its imaginary part if x turns out to be real."""
        have, want = self.types.of(g), self.types.of(x)
        if not have.sources or have.sources <= want.sources:
            return g
        return self.builder.let(real_like, g, x)
