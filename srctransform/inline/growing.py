"""Methods that change lists and dicts, and functions and methods that write into arrays.

xs.append(v)           [*xs, v] where the list is known item by item, else append(xs, v)
d.update(a=1.0)        the dict made anew
np.copyto(x, v)        store(x, v, ...)
"""

from __future__ import annotations

import abc
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import SCALAR_FLOAT
from ..runtime import diagonal_index, put_along, wrapped_diagonal
from .ufuncs import Ufuncs, owner_of
from .writes import WHOLE

#: the parameters of functions that write into their first argument
PARAMETERS: dict[Any, tuple[str, ...]] = {
    np.copyto: ("dst", "src", "casting", "where"),
    np.fill_diagonal: ("a", "val", "wrap"),
    np.put_along_axis: ("arr", "indices", "values", "axis"),
    np.put: ("a", "ind", "v", "mode"),
    np.place: ("arr", "mask", "vals"),
    np.putmask: ("a", "mask", "values"),
}


class Growing(Ufuncs, abc.ABC):
    """Lists, dicts and arrays that are changed by functions and methods."""

    # ------------------------------------------------------------ lists

    def list_method(self, base: Atom, name: str, args: list[Atom], let: Let) -> Atom:
        current = self.now(base)
        if name == "sort":
            self.put(base, self.in_order(current, dict(let.kwargs), let), let)
            return Const(None)
        if name in ("index", "count"):
            return self.builder.add_let(replace(let, args=(current, *let.args[1:])))
        items = self.items(current)
        if items is not None and all(self.decided(a) for a in args[: name in ("insert", "pop")]):
            return self.known_list(base, items, name, args, let)
        return self.open_list(base, current, name, args, let)

    def known_list(
        self, base: Atom, items: list[Atom], name: str, args: list[Atom], let: Let
    ) -> Atom:
        """A method of a list that is known item by item."""
        new, result = list(items), Const(None)
        out: Atom = result
        match name:
            case "append":
                new.append(args[0])
            case "extend":
                more = self.items(args[0])
                if more is None:
                    return self.open_list(base, self.now(base), name, args, let)
                new.extend(more)
            case "insert":
                new.insert(self.static(args[0])[1], args[1])
            case "pop":
                at = self.static(args[0])[1] if args else -1
                if not (new and -len(new) <= at < len(new)):
                    if self.around is not None:  # a later round may find more in it
                        return self.open_list(base, self.now(base), name, args, let)
                    raise UnsupportedError("pop from a list that has no such item", let.span)
                out = new.pop(at)
            case "clear":
                new.clear()
            case "reverse":
                new.reverse()
            case "copy":
                return self.builder.let(prims.make_list, *new, out=let.out, span=let.span)
            case _:
                return self.unknown_method(name, let)
        self.put(base, self.builder.let(prims.make_list, *new, span=let.span), let)
        return out

    def open_list(self, base: Atom, current: Atom, name: str, args: list[Atom], let: Let) -> Atom:
        """A method of a list whose length is known only as the program runs."""
        b, span = self.builder, let.span
        target = self.writable(base, let)
        match name:
            case "append":
                new = b.let(prims.append, current, args[0], out=self.version_of(target), span=span)
                self.hold(self.memory.root(target), args[0])
            case "extend":
                items = self.items(args[0])
                if items is None:
                    new = b.let(operator.add, current, self.as_list(args[0]), span=span)
                    self.hold(self.memory.root(target), args[0])
                    self.put(base, new, let)
                    return Const(None)
                new = current
                for item in items:
                    new = b.let(prims.append, new, item, out=self.version_of(target), span=span)
                    self.hold(self.memory.root(target), item)
            case "pop":
                at = args[0] if args else Const(-1)
                item = self.let(Let(let.out, operator.getitem, (current, at), span=span))
                self.put(base, self.without(current, at, let), let)
                self.memory.parent.pop(item, None) if isinstance(item, Var) else None
                return item
            case "insert":
                at, value = args
                head = b.let(operator.getitem, current, self.cut(None, at), span=span)
                tail = b.let(operator.getitem, current, self.cut(at, None), span=span)
                middle = b.let(prims.make_list, value, span=span)
                new = b.let(operator.add, b.let(operator.add, head, middle), tail, span=span)
                self.hold(self.memory.root(target), value)
            case "reverse":
                new = b.let(operator.getitem, current, slice(None, None, -1), span=span)
            case "clear":
                new = b.let(prims.make_list, span=span)
            case "copy":
                whole = Const(slice(None))
                return b.let(operator.getitem, current, whole, out=let.out, span=span)
            case _:
                return self.unknown_method(name, let)
        self.put(base, new, let)
        return Const(None)

    def as_list(self, atom: Atom) -> Atom:
        if self.types.of(atom).kind == "list":
            return atom
        return self.builder.let(list, atom)

    def without(self, current: Atom, at: Atom, let: Let) -> Atom:
        """The list without one item."""
        b = self.builder
        if isinstance(at, Const) and at.value == -1:
            return b.let(prims.drop_last, current, span=let.span)
        if isinstance(at, Const) and at.value == 0:
            return b.let(operator.getitem, current, slice(1, None), span=let.span)
        head = b.let(operator.getitem, current, self.cut(None, at), span=let.span)
        behind = b.let(operator.add, at, 1, span=let.span)
        tail = b.let(operator.getitem, current, self.cut(behind, None), span=let.span)
        return b.let(operator.add, head, tail, span=let.span)

    def cut(self, start: Atom | None, stop: Atom | None) -> Atom:
        ends = [Const(None) if a is None else a for a in (start, stop)]
        if all(isinstance(a, Const) for a in ends):
            return Const(slice(*(a.value for a in ends if isinstance(a, Const))))
        return self.builder.let(slice, *ends)

    def unknown_method(self, name: str, let: Let) -> Atom:
        raise UnsupportedError(f"the list method .{name}() is not supported", let.span)

    # ------------------------------------------------------------ dicts

    def change_dict(
        self, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A method that changes a dict whose keys are known."""
        current = self.now(base)
        keys = [self.static(k)[1] for k in self.items(current) or []]
        pairs = {key: self.project(current, key) for key in keys}
        result: Atom = Const(None)
        if name == "update":
            merged = self.let(
                replace(let, out=Var(), prim=prims.merge_kwargs, args=(current, *args))
            )
            if kwargs:
                named = self.builder.let(prims.make_dict, Const(tuple(kwargs)), *kwargs.values())
                merged = self.let(replace(let, out=Var(), prim=prims.merge_kwargs,
                                          args=(merged, named), kwargs=()))  # fmt: skip
            self.put(base, merged, let)
            return result
        if name == "clear":
            pairs = {}
        elif args and self.decided(args[0]):
            key = self.static(args[0])[1]
            default = args[1] if len(args) > 1 else Const(None)
            if name == "setdefault":
                result = pairs.setdefault(key, default)
            elif key in pairs:
                result = pairs.pop(key)
            elif len(args) > 1:
                return default
            else:
                raise UnsupportedError(f"the dict has no key {key!r}", let.span)
        else:
            raise UnsupportedError(f"the dict method .{name}() is not supported here", let.span)
        new = self.builder.let(prims.make_dict, Const(tuple(pairs)), *pairs.values())
        self.put(base, new, let)
        return result

    def delete_item(self, let: Let) -> Atom:
        """`del base[index]`."""
        base, index = let.args
        kind = self.types.of(self.now(base))
        if self.defined_by(self.now(base), prims.make_dict) or kind.kind == "dict":
            self.change_dict(base, "pop", [index], {}, let)
        else:
            self.list_method(base, "pop", [index], let)
        return Const(None)

    # ------------------------------------------------------------ arrays

    def write_method(
        self, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """`x.fill(v)`, `x.sort(axis)`, `x.partition(k)`, `x.put(i, v)`."""
        plain = replace(let, out=Var(), spelling="")
        current = self.now(base)
        if name == "fill":
            self.write(prims.store, base, (WHOLE,), args[0], let)
        elif name in ("sort", "partition"):
            fn = np.sort if name == "sort" else np.partition
            call = replace(plain, prim=fn, args=(current, *args), kwargs=tuple(kwargs.items()))
            self.write(prims.store, base, (WHOLE,), self.let(call), let)
        elif name == "put" and len(args) == 2 and not kwargs:
            index = self.flat_index(current, args[0], let)
            self.write(prims.store, base, (index,), args[1], let)
        else:
            raise UnsupportedError(
                f".{name}() writes into the array in a way that is not supported", let.span
            )
        return Const(None)

    def writer(self, fn: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom | None:
        """A function of NumPy that writes into its first argument; None if it is none."""
        owner = owner_of(fn, "at")
        if owner is not None:
            return self.ufunc_at(owner, args, let)
        names = PARAMETERS.get(fn)
        if names is None or len(args) > len(names) or not set(kwargs) <= set(names):
            return None
        given = dict(zip(names, args, strict=False)) | kwargs
        array = given[names[0]]
        if fn is np.copyto:
            where = given.get("where", Const(True))
            value = given["src"]
            if not (isinstance(where, Const) and where.value is True):
                value = self.plain_call(np.where, (where, value, self.now(array)), let)
            self.write(prims.store, array, (WHOLE,), value, let)
        elif fn is np.fill_diagonal:
            self.fill_diagonal(array, given["val"], given.get("wrap", Const(False)), let)
        elif fn is np.put_along_axis:
            operands = (self.now(array), given["indices"], given["values"], given["axis"])
            self.put(array, self.plain_call(put_along, operands, let), let)
        elif fn is np.putmask:
            value = self.cycled(given["values"], self.now(array), let)
            value = self.plain_call(np.where, (given["mask"], value, self.now(array)), let)
            self.write(prims.store, array, (WHOLE,), value, let)
        elif fn is np.place:
            index = self.plain_call(np.flatnonzero, (given["mask"],), let)
            self.put_flat(array, index, given["vals"], let)
        else:
            index, mode = given["ind"], self.static(given.get("mode", Const("raise")))[1]
            if mode in ("wrap", "clip"):
                size = self.plain_call(np.size, (self.now(array),), let)
                if mode == "wrap":
                    index = self.plain_call(np.mod, (index, size), let)
                else:
                    last = self.plain_call(operator.sub, (size, Const(1)), let)
                    index = self.plain_call(np.clip, (index, Const(0), last), let)
            elif mode != "raise":
                raise UnsupportedError("np.put needs a mode that is known", let.span)
            self.put_flat(array, index, given["v"], let)
        return Const(None)

    def fill_diagonal(self, array: Atom, value: Atom, wrap: Atom, let: Let) -> None:
        """`np.fill_diagonal(array, value, wrap)`."""
        shape = self.plain_call(np.shape, (self.now(array),), let)
        if not (isinstance(wrap, Const) and wrap.value is False):
            index = self.plain_call(wrapped_diagonal, (shape, wrap), let)
            self.put_flat(array, index, value, let)
            return
        both: Atom
        if self.types.of(self.now(array)).rank == 2:
            index = self.plain_call(np.arange, (self.plain_call(min, (shape,), let),), let)
            both = self.builder.let(prims.make_tuple, index, index)
        else:
            both = self.plain_call(diagonal_index, (shape,), let)
        self.write(prims.store, array, (both,), value, let)

    def put_flat(self, array: Atom, index: Atom, value: Atom, let: Let) -> None:
        """Write values at places that are counted through the whole array, again from the first
        one on where there are more places."""
        value = self.cycled(value, index, let)
        self.write(prims.store, array, (self.flat_index(self.now(array), index, let),), value, let)

    def cycled(self, value: Atom, like: Atom, let: Let) -> Atom:
        """The values as often as there are places; a number stands for all of them."""
        kind, places = self.types.of(value), self.types.of(like)
        if self.decided(value):
            kind = places if np.ndim(self.static(value)[1]) else SCALAR_FLOAT
            if not kind.is_scalar:
                value = self.plain_call(np.asarray, (value,), let)
        elif kind.kind == "num" and kind.shape == places.shape and kind.shape != frozenset():
            return value
        if kind.is_scalar:
            return value
        shape = self.plain_call(np.shape, (like,), let)
        return self.plain_call(np.resize, (value, shape), let)

    def flat_index(self, array: Atom, index: Atom, let: Let) -> Atom:
        """The index of entries that are counted through the whole array."""
        if self.types.of(array).rank == 1:
            return index
        shape = self.plain_call(np.shape, (array,), let)
        if not (isinstance(index, Const) and isinstance(index.value, int) and index.value >= 0):
            size = self.plain_call(np.size, (array,), let)  # a negative one counts from the end
            index = self.plain_call(np.mod, (index, size), let)
        return self.plain_call(np.unravel_index, (index, shape), let)
