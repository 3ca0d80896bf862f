"""Builtins that make lists and dicts of others, in terms of what both modes know.

list(x), [*x, v]       the items one by one; [*xs, v] is xs + [v]
xs * 3                 [*xs, *xs, *xs] where the list is known item by item
p | q                  a dict of both
map(f, xs, ys)         [f(*items) for items in zip(xs, ys)]
filter(f, xs)          [v for v in xs if f(v)]
sorted(xs, key=f)      the items in an order that is found as the program runs
"""

from __future__ import annotations

import abc
import functools
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..runtime import order_of
from .control import UNROLLED, Control

SEQUENCES = ("list", "tuple")


def spread_over(fn: Callable[..., Any], items: Any) -> Any:
    """Call a function with a tuple of arguments."""
    return fn(*items)


def same(item: Any) -> Any:
    return item


class Sequences(Control, abc.ABC):
    """The builtins of sequences; methods return None where a statement is none of these."""

    def sequence(self, let: Let) -> Atom | None:
        """What a statement that makes a sequence comes to."""
        prim, args = let.prim, let.args
        if prim in (operator.add, operator.mul):
            return self.joined(let)
        if prim is operator.or_:
            return self.united(let)
        if prim is map and len(args) > 2:
            pairs = self.let(Let(Var(), zip, args[1:], span=let.span))
            fn = self.builder.let(functools.partial, Const(spread_over), args[0])
            return self.let(replace(let, prim=prims.map_list, args=(fn, pairs)))
        if prim is filter:
            fn = args[0]
            if isinstance(fn, Const) and fn.value is None:
                fn = Const(bool)
            return self.let(replace(let, prim=prims.only_if, args=(fn, args[1])))
        if prim is sorted:
            return self.ordered(let)
        if prim in (min, max) and any(key == "key" for key, _ in let.kwargs):
            return self.extreme(let)
        if self.fold:
            return None
        if prim in (list, tuple) and args:
            return self.listed(let)
        if prim is prims.concat_args:
            return self.concatenated(let)
        return None

    # ------------------------------------------------------------ joined and repeated

    def joined(self, let: Let) -> Atom | None:
        """`xs + ys` and `xs * n` of lists and tuples that are known item by item."""
        found = [self.display(a) for a in let.args]
        if let.prim is operator.add:
            (a, b) = found
            if a is None or b is None or a[0] is not b[0]:
                return None
            return self.builder.let(a[0], *a[1], *b[1], out=let.out, span=let.span)
        for made, other in zip(found, reversed(let.args), strict=True):
            ok, count = self.static(other)
            if made is not None and ok and isinstance(count, int):
                return self.builder.let(made[0], *made[1] * count, out=let.out, span=let.span)
            if made is not None and any(self.memory.mutable(a) for a in made[1]):
                self.repeated.add(let.out)
        return None

    def display(self, atom: Atom) -> tuple[Callable[..., Any], list[Atom]] | None:
        """(maker, items) of a list or tuple that is known item by item."""
        made = self.defined_by(atom, prims.make_tuple, prims.make_list)
        if made is not None:
            return made.prim, list(made.args)
        if isinstance(atom, Const) and type(atom.value) is tuple:
            return prims.make_tuple, [Const(v) for v in atom.value]
        return None

    def united(self, let: Let) -> Atom | None:
        """`p | q` of dicts."""
        kinds = [self.types.of(a).kind for a in let.args]
        if "dict" not in kinds:
            return None
        new = self.merge_dicts(replace(let, prim=prims.merge_kwargs))
        if new is None:
            raise UnsupportedError(
                "`|` of dicts whose keys are known only as the program runs", let.span,
                "give example=",
            )  # fmt: skip
        return new

    # ------------------------------------------------------------ listed

    def listed(self, let: Let) -> Atom | None:
        """`list(x)` and `tuple(x)` of what is no list: of the rows of an array, of a generator."""
        kind = self.types.of(let.args[0])
        if kind.kind in (*SEQUENCES, "dict", "other", "object"):
            return None
        stmt = self.builder.defs.get(let.args[0]) if isinstance(let.args[0], Var) else None
        if isinstance(stmt, Let) and stmt.prim in (range, prims.make_set, set):
            return None
        items = self.let(Let(let.out, prims.map_list, (Const(same), let.args[0]), span=let.span))
        return items if let.prim is list else self.builder.let(tuple, items, span=let.span)

    def concatenated(self, let: Let) -> Atom | None:
        """`[*xs, v, *ys]` where it is not known how many items there are."""
        total: Atom | None = None
        for part in let.args:
            items = self.items(part)
            more = part
            if items is not None:
                more = self.builder.let(prims.make_list, *items, span=let.span)
            elif self.types.of(part).kind != "list":
                more = self.let(Let(Var(), list, (part,), span=let.span))
            total = more if total is None else self.let(
                Let(Var(), operator.add, (total, more), span=let.span))  # fmt: skip
        return total

    # ------------------------------------------------------------ ordered

    def ordered(self, let: Let) -> Atom | None:
        """`sorted(xs, key=f, reverse=r)`: the items by an order that has no derivative."""
        named = dict(let.kwargs)
        if self.fold or not set(named) <= {"key", "reverse"}:
            return None
        items = self.items(let.args[0])
        given = [*(items or [let.args[0]]), *named.values()]
        if items is not None and "key" not in named and all(map(self.decided, given)):
            back = "reverse" in named and bool(self.static(named["reverse"])[1])
            found = sorted((self.static(a)[1] for a in items), reverse=back)
            return self.builder.let(prims.make_list, *map(Const, found), out=let.out)
        if all(self.inert_item(a) for a in items or [let.args[0]]):
            return None
        return self.in_order(let.args[0], named, let)

    def inert_item(self, atom: Atom) -> bool:
        """Is it known, or certainly no floating-point number?"""
        kind = self.types.of(atom)
        return self.decided(atom) or kind.kind == "other" or kind.dtype in ("int", "bool")

    def in_order(self, items: Atom, named: dict[str, Atom], let: Let) -> Atom:
        """The list of the items in order."""
        made = self.display(items)
        if made is None and self.types.of(items).kind not in (*SEQUENCES, "num", "any"):
            items = self.let(Let(Var(), list, (items,), span=let.span))
        order = self.order(items, named, let)
        count = len(made[1]) if made is not None else None
        read = Let(Var(), operator.getitem, (), span=let.span)
        if count is None or count > UNROLLED:
            body = self.builder.let(functools.partial, Const(operator.getitem), items)
            return self.let(Let(let.out, prims.map_list, (body, order), span=let.span))
        places = [self.let(replace(read, out=Var(), args=(order, Const(k)))) for k in range(count)]
        found = [self.let(replace(read, out=Var(), args=(items, k))) for k in places]
        return self.builder.let(prims.make_list, *found, out=let.out, span=let.span)

    def order(self, items: Atom, named: dict[str, Atom], let: Let) -> Atom:
        keys, key = items, named.get("key", Const(None))
        if not (isinstance(key, Const) and key.value is None):
            keys = self.let(Let(Var(), prims.map_list, (key, items), span=let.span))
        more = [named["reverse"]] if "reverse" in named else []
        return self.builder.let(order_of, self.now(keys), *more, span=let.span)

    def extreme(self, let: Let) -> Atom | None:
        """`max(xs, key=f)`: the first item with the greatest key."""
        named = dict(let.kwargs)
        if set(named) != {"key"} or self.fold:
            return None
        items = let.args[0]
        if len(let.args) > 1:
            items = self.builder.let(prims.make_tuple, *let.args)
        if let.prim is max:  # the first of equal items comes first both ways
            named["reverse"] = Const(True)
        order = self.order(items, named, let)
        first = self.let(Let(Var(), operator.getitem, (order, Const(0)), span=let.span))
        return self.let(Let(let.out, operator.getitem, (items, first), span=let.span))
