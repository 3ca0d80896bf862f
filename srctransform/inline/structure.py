"""Containers whose structure is known are taken apart before the program runs.

t = (a, b)
x = t[0]               x is a
n = len(t)             n is 2
[f(v) for v in t]      f(a), f(b)
"""

from __future__ import annotations

import abc
import functools
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import COMPLEX, WEAK
from ..rules.registry import rule_of
from ..runtime import is_double, is_sparse
from .knowns import Knowns

#: questions that types answer
FACTS = frozenset({
    np.ndim, np.shape, np.iscomplexobj, len, isinstance, type, operator.is_, operator.is_not,
    is_double, is_sparse,
})  # fmt: skip


class Structure(Knowns, abc.ABC):
    """What a statement comes to by the structure of its operands alone. `shown` are the statements
    that tuples stand for, where a loop must look again: zip, enumerate, a dict's items."""

    shown: dict[Var, Let]

    def items(self, atom: Atom) -> list[Atom] | None:
        """The items of a tuple, list or other iterable whose structure is known."""
        made = self.defined_by(atom, prims.make_tuple, prims.make_list)
        if made is not None:
            return list(made.args)
        made = self.defined_by(atom, prims.make_dict)
        if made is not None:
            return [Const(key) for key in self.static(made.args[0])[1]]
        ok, value = self.static(atom)
        if ok and isinstance(value, tuple | list | range | dict | zip | enumerate):
            return [Const(v) for v in value]
        kind = self.types.of(atom)
        if kind.closed and kind.kind in ("tuple", "list"):
            return [self.project(atom, key) for key, _ in kind.items]
        if kind.closed and kind.kind == "dict":
            return [Const(key) for key, _ in kind.items]
        if kind.closed and kind.cls is not None and hasattr(kind.cls, "_fields"):
            return [self.get(atom, name) for name, _ in kind.items]
        return None

    def project(self, base: Atom, key: Any, like: Let | None = None) -> Atom:
        """base[key], read out of the statement that made base if there is one."""
        if like is not None:
            return self.let(replace(like, prim=operator.getitem, args=(base, Const(key))))
        return self.let(Let(Var(), operator.getitem, (base, Const(key)), span=self.builder.span))

    def get(self, base: Atom, name: str) -> Atom:
        return self.let(Let(Var(), getattr, (base, Const(name)), spelling="." + name))

    def structure(self, let: Let) -> Atom | None:
        """What a statement comes to by the structure of its operands alone."""
        prim, args = let.prim, let.args
        if prim is operator.getitem:
            return self.get_item(*args)
        if prim in FACTS:
            return self.fact(let)
        if prim is operator.mul and self.is_matrix_product(*args):
            return self.let(replace(let, prim=operator.matmul))
        if prim in (tuple, list, prims.concat_args) and all(
            self.items(a) is not None for a in args
        ):
            make = prims.make_list if prim is list else prims.make_tuple
            parts = [item for a in args for item in self.items(a) or []]
            return self.builder.let(make, *parts, out=let.out)
        if prim in (prims.merge_kwargs, dict):
            merged = self.merge_dicts(let)
            opened = merged is None and prim is dict and len(args) == 1 and not self.fold
            return self.open_dict(let) if opened and self.gives_pairs(args[0]) else merged
        if prim is range and all(self.decided(a) for a in args):
            return Const(range(*(self.static(a)[1] for a in args)))
        if prim in (zip, enumerate, reversed):
            return self.lasting(let, self.iterator(let))
        if prim is map and len(args) == 2:
            return self.let(replace(let, prim=prims.map_list))
        if prim is sum and self.items(args[0]) is not None and not let.kwargs:
            total: Atom = args[1] if len(args) > 1 else Const(0)
            for item in self.items(args[0]) or []:
                zero = isinstance(total, Const) and total.value == 0 and type(total.value) is int
                total = (
                    item
                    if zero
                    else self.let(Let(Var(), operator.add, (total, item), span=let.span))
                )
            return total
        if prim is sum and not let.kwargs and self.types.of(args[0]).kind == "list":
            return self.open_sum(let)
        if prim in (min, max) and len(args) == 1 and not let.kwargs:
            items = self.items(args[0])
            if items is not None and len(items) == 1:
                return items[0]
            return self.let(replace(let, args=tuple(items))) if items else None
        if prim in (min, max) and len(args) > 2 and not let.kwargs:
            rest = self.let(replace(let, out=Var(), args=args[1:]))
            return self.let(replace(let, args=(args[0], rest)))
        if prim is operator.not_ and isinstance(args[0], Const):
            return Const(not args[0].value)
        if prim is divmod and len(args) == 2:
            both = (operator.floordiv, operator.mod)
            parts = [self.let(Let(Var(), fn, args, span=let.span)) for fn in both]
            return self.builder.let(prims.make_tuple, *parts, out=let.out)
        if prim is functools.reduce:
            return self.reduce(let)
        return self.sequence(let)

    def get_item(self, base: Atom, index: Atom) -> Atom | None:
        ok, key = self.static(index)
        if not ok:
            return None
        if isinstance(key, str) and self.defined_by(base, operator.or_):
            raise UnsupportedError(
                "`|` of dicts whose keys are known only as the program runs", self.builder.span,
                "give example=",
            )  # fmt: skip
        made = self.defined_by(base, prims.make_dict)
        if made is not None:
            keys = list(self.static(made.args[0])[1])
            return made.args[1 + keys.index(key)] if key in keys else None
        if self.defined_by(base, prims.make_tuple, prims.make_list) or (
            isinstance(base, Const) and isinstance(base.value, tuple | list)
        ):
            items = self.items(base)
            assert items is not None
            if isinstance(key, slice):
                make = (
                    prims.make_list if self.defined_by(base, prims.make_list) else prims.make_tuple
                )
                return self.builder.let(make, *items[key])
            if isinstance(key, int) and -len(items) <= key < len(items):
                return items[key]
        kind = self.types.of(base)
        if kind.cls is not None and hasattr(kind.cls, "_fields") and isinstance(key, int):
            return self.get(base, kind.cls._fields[key])
        made = self.defined_by(base, np.shape)
        if made is not None and isinstance(key, int):
            dims = self.types.of(made.args[0]).shape
            if isinstance(dims, tuple) and -len(dims) <= key < len(dims) and dims[key] == 1:
                return Const(1) if self.fold else None
        return None

    def is_matrix_product(self, x: Atom, y: Atom) -> bool:
        """Is `x * y` the product of a sparse matrix (not of a sparse array) and no number?"""
        kinds = self.types.of(x), self.types.of(y)
        matrix = any(k.sparse and k.cls and k.cls.__name__.endswith("_matrix") for k in kinds)
        return matrix and all(k.rank for k in kinds)

    def fact(self, let: Let) -> Atom | None:
        """len, ndim, isinstance and `is None`, where the type decides them."""
        first = let.args[0]
        kind = self.types.of(first)
        if let.prim is len:
            items = self.items(first)
            return Const(len(items)) if items is not None else None
        if let.prim is np.ndim and self.fold:
            return Const(kind.rank) if kind.kind == "num" and kind.rank is not None else None
        if let.prim is np.iscomplexobj and self.fold and kind.kind == "num":
            certain = COMPLEX in kind.sources or kind.dtype == "complex"
            return Const(certain) if certain or not kind.sources else None
        if let.prim is is_sparse:
            return Const(kind.sparse) if self.fold else None
        if let.prim is is_double and kind.bits and kind.dtype in ("float", "int"):
            return Const(kind.bits in (64, WEAK))
        if let.prim is np.shape and self.fold and kind.shape == ():
            return Const(())
        if let.prim in (operator.is_, operator.is_not) and len(let.args) == 2:
            other = let.args[1]
            if isinstance(other, Const) and other.value is None and not self.decided(first):
                if kind.kind == "none":
                    return Const(let.prim is operator.is_)
                known_kind = kind.kind not in ("any", "none") or self.computed(first)
                return Const(let.prim is operator.is_not) if known_kind else None
            values = [self.static(a) for a in let.args]
            if all(ok for ok, _ in values):
                return Const(let.prim(*(v for _, v in values)))
        if let.prim is isinstance and isinstance(let.args[1], Const):
            cls = kind.cls if kind.container or kind.kind == "object" else None
            cls = tuple if kind.kind == "tuple" and cls is None else cls
            if cls is not None:
                return Const(issubclass(cls, let.args[1].value))
            ok, value = self.static(first)
            return Const(isinstance(value, let.args[1].value)) if ok else None
        if let.prim is type and kind.cls is not None:
            return Const(kind.cls)
        return None

    def computed(self, atom: Atom) -> bool:
        """Is it the result of a primitive with a derivative, and so no None?"""
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        rule = rule_of(stmt.prim) if isinstance(stmt, Let) else None
        return rule is not None and rule.differentiable and stmt.prim is not operator.getitem  # type: ignore[union-attr]

    def merge_dicts(self, let: Let) -> Atom | None:
        merged: dict[Any, Atom] = {}
        for part in let.args:
            made = self.defined_by(part, prims.make_dict)
            kind = self.types.of(part)
            if made is not None:
                merged.update(zip(self.static(made.args[0])[1], made.args[1:], strict=True))
            elif kind.kind == "dict" and kind.closed:
                merged.update((key, self.project(part, key)) for key, _ in kind.items)
            elif isinstance(part, Const) and isinstance(part.value, dict):
                merged.update((key, Const(value)) for key, value in part.value.items())
            elif (pairs := self.pairs(part)) is not None:
                merged.update(pairs)
            else:
                return None
        merged.update(let.kwargs)
        return self.builder.let(
            prims.make_dict, Const(tuple(merged)), *merged.values(), out=let.out
        )

    def pairs(self, atom: Atom) -> list[tuple[Any, Atom]] | None:
        """The entries of a dict made from pairs, if the keys are known."""
        items = self.items(atom)
        if items is None:
            return None
        rows = [self.items(row) for row in items]
        if any(row is None or len(row) != 2 or not self.decided(row[0]) for row in rows):
            return None
        return [(self.static(row[0])[1], row[1]) for row in rows if row is not None]

    def lasting(self, let: Let, made: Atom | None) -> Atom | None:
        """A tuple that stands for what shows its operands as they are when it is gone through."""
        if isinstance(made, Var):
            self.shown[made] = let
        return made

    def iterator(self, let: Let) -> Atom | None:
        """zip, enumerate and reversed of known structure, as tuples."""
        columns = [self.items(a) for a in let.args]
        if let.prim is enumerate:
            start = self.static(dict(let.kwargs).get("start", Const(0)))[1]
            columns = [columns[0]]
            if columns[0] is not None:
                columns.insert(0, [Const(start + k) for k in range(len(columns[0]))])
        if any(c is None for c in columns):
            return None
        lists = [c for c in columns if c is not None]
        if let.prim is reversed:
            return self.builder.let(prims.make_tuple, *reversed(lists[0]))
        rows = [self.builder.let(prims.make_tuple, *row) for row in zip(*lists, strict=False)]
        return self.builder.let(prims.make_tuple, *rows)

    def unpack(self, let: Let) -> Atom:
        items = self.items(let.args[0])
        if items is None:
            return self.unpack_unknown(let)
        if let.prim is prims.unpack:
            count = self.static(let.args[1])[1]
            if count != len(items):
                raise UnsupportedError(f"{len(items)} values where {count} are unpacked", let.span)
            return self.builder.let(prims.make_tuple, *items)
        before, after = (self.static(a)[1] for a in let.args[1:])
        stop = len(items) - after
        if stop < before:
            raise UnsupportedError(
                f"{len(items)} values where at least {before + after} are unpacked", let.span
            )
        middle = self.builder.let(prims.make_list, *items[before:stop])
        return self.builder.let(prims.make_tuple, *items[:before], middle, *items[stop:])

    def unpack_unknown(self, let: Let) -> Atom:
        """`a, b = x` of a value whose structure is not known reads x[0] and x[1]."""
        base = let.args[0]
        if let.prim is prims.unpack:
            count = self.static(let.args[1])[1]
            if self.defined_by(base, np.shape) is not None:
                self.builder.let(prims.unpack, base, count)  # nobody reads it: it tells the rank
            parts = [self.project(base, k) for k in range(count)]
        else:
            before, after = (self.static(a)[1] for a in let.args[1:])
            middle = slice(before, -after if after else None)
            keys = [*range(before), middle, *range(-after, 0)]
            parts = [self.project(base, key) for key in keys]
        return self.builder.let(prims.make_tuple, *parts)

    @abc.abstractmethod
    def sequence(self, let: Let) -> Atom | None:
        """What a builtin that makes a sequence comes to; None where it is none."""

    @abc.abstractmethod
    def open_comprehension(self, let: Let) -> Atom:
        """A comprehension over values that are known only as the program runs."""

    def gives_pairs(self, atom: Atom) -> bool:
        """Is it a list of pairs, or a zip, and no dict?"""
        listed = self.types.of(atom).kind == "list"
        return listed or self.defined_by(atom, zip, enumerate) is not None

    @abc.abstractmethod
    def open_dict(self, let: Let) -> Atom:
        """The dict of pairs that are known only as the program runs."""

    @abc.abstractmethod
    def open_sum(self, let: Let) -> Atom:
        """The sum of a list whose length is known only as the program runs."""

    @abc.abstractmethod
    def open_reduce(self, let: Let) -> Atom:
        """functools.reduce over what is known only as the program runs."""

    def comprehension(self, let: Let) -> Atom:
        fn, iterable = let.args
        items = self.items(iterable)
        if items is None:
            return self.open_comprehension(let)
        around, self.fold = self.fold, self.fold or let.prim is prims.only_if
        results = [self.call(fn, [item], {}, replace(let, out=Var())) for item in items]
        self.fold = around
        if let.prim is prims.map_list:
            return self.builder.let(prims.make_list, *results, out=let.out)
        kept = []
        if not all(self.decided(result) for result in results):
            return self.open_comprehension(let)
        for item, result in zip(items, results, strict=True):
            _, value = self.static(result)
            kept += [item] if value else []
        return self.builder.let(prims.make_list, *kept, out=let.out)

    def reduce(self, let: Let) -> Atom | None:
        items = self.items(let.args[1])
        if items is None:
            return self.open_reduce(let)
        total, *rest = [*let.args[2:], *items]
        for item in rest:
            total = self.call(let.args[0], [total, item], {}, replace(let, out=Var()))
        return total
