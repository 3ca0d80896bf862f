"""Writes become new versions of the buffer that is written.

x[i] = e                x1 = store(x, e, i)
v = x[1:-1]             x1 = store(x, e, slice(1, -1), i)      a write through a view
v[i] = e
x += e  (an array)      x1 = x + e, and every other name of the array reads x1
d["k"] = e              a dict of known structure: made anew
"""

from __future__ import annotations

import abc
import operator
from dataclasses import replace

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Const, Let, Prim, Var
from ..ir.types import Type
from ..runtime import element
from .memory import HOLDS, SAME, Key, Write
from .sharing import DISPLAYS, Sharing

#: x += e, and the operation it does
INPLACE: dict[Prim, Prim] = {
    getattr(operator, "i" + fn.__name__.strip("_")): fn for fn in prims.BINARY.values()
}
WHOLE = Const(Ellipsis)


class Writes(Sharing, abc.ABC):
    """The statements that change the memory."""

    def put(self, target: Atom, new: Atom, let: Let, deep: bool = False) -> None:
        """The object that `target` stands for has this value from now on."""
        target = self.writable(target, let)
        parent = self.memory.parent.get(target)
        if parent is None:
            self.memory.put(target, new, let.span, deep)
            return
        base = parent.args[0]
        if parent.prim is prims.first_of:
            self.put(base, new, let)
        elif parent.prim is operator.getitem:
            self.write_item(base, parent.args[1], new, let)
        else:
            self.put(base, self.inverse(parent, new, let), let)

    def writable(self, target: Atom, let: Let) -> Var:
        """The handle of what is written; refuses constants, globals and values of elsewhere."""
        if isinstance(target, Const):
            raise UnsupportedError(
                "a constant that outlives the call is changed in place (a default value?)",
                let.span,
                "make a copy of it first",
            )
        assert isinstance(target, Var)
        root = self.memory.root(target)
        if root in self.defaults:
            raise UnsupportedError(
                f"the default value of {root.hint!r} is changed, and the next call meets it",
                let.span,
                "let the default be None, and make the value in the function",
            )
        stmt = self.builder.defs.get(root)
        if isinstance(stmt, Let) and stmt.prim is prims.global_ref:
            raise UnsupportedError(
                f"writing into the global {root.hint!r} has no derivative",
                let.span,
                "pass it as an argument, or copy it first",
            )
        if isinstance(stmt, Let) and stmt.prim is prims.first_of:
            first = stmt.args[0]
            if isinstance(first, Const) and not isinstance(first.value, np.generic | int | float):
                return self.writable(first, let)
        return self.memory.handle(target)

    def inverse(self, view: Let, new: Atom, let: Let) -> Atom:
        """The value of a view's base, when the view has a new one."""
        base = self.now(view.args[0])
        if view.prim is np.transpose:
            axes = view.args[1] if len(view.args) > 1 else dict(view.kwargs).get("axes")
            if axes is None or (isinstance(axes, Const) and axes.value is None):
                return self.builder.let(np.transpose, new, span=let.span)
            ok, order = self.static(axes)
            if ok:
                back = tuple(int(k) for k in np.argsort(order))
                return self.builder.let(np.transpose, new, back, span=let.span)
        if view.prim in (np.swapaxes, np.moveaxis):
            rest = view.args[1:] if view.prim is np.swapaxes else view.args[:0:-1]
            return self.builder.let(view.prim, new, *rest, span=let.span)
        if view.prim in (np.reshape, np.ravel, np.squeeze, np.expand_dims, prims.first_of):
            shape = self.builder.let(np.shape, base)
            return self.builder.let(np.reshape, new, shape, span=let.span)
        raise UnsupportedError(
            f"writing through a view made by {getattr(view.prim, '__name__', 'this')} "
            "is not supported",
            let.span,
            "write into the array itself",
        )

    def set_item(self, let: Let) -> Atom:
        """`base[index] = value`."""
        base, index, value = let.args
        self.write_item(base, self.now(index), self.now(value), let)
        return Const(None)

    def write_item(self, base: Atom, index: Atom, value: Atom, let: Let) -> None:
        known = self.replaced_item(base, index, value, let)
        if known is not None:
            self.put(base, known, let)
            return
        self.write(prims.store, base, (index,), value, let)

    def write(self, prim: Prim, base: Atom, path: tuple[Atom, ...], value: Atom, let: Let) -> None:
        """`base[path] = value` or `+=`, as a new version of the root's buffer."""
        target = self.writable(base, let)
        while (parent := self.memory.parent.get(target)) is not None:
            if parent.prim is not operator.getitem or prim is prims.accumulate_at:
                break
            inner = parent.args[0]
            if self.defined_by(self.now(inner), *DISPLAYS) is not None:
                break
            self.memory.perhaps.discard(target)  # what is written by an index is an array
            path = (self.checked_index(parent.args[1], let.span), *self.shortened(path))
            target = self.writable(inner, let)
        current = self.now(target)
        if self.is_whole_number(current, path, value):
            if prim is prims.accumulate:
                value = self.builder.let(operator.add, current, value, span=let.span)
            out = self.version_of(target)
            self.put(target, self.builder.let(prims.first_of, value, out=out, span=let.span), let)
            return
        new = self.builder.let(
            prim, current, value, *path, out=self.version_of(target), span=let.span
        )
        if not self.is_array(current):
            self.hold(self.memory.root(target), value)
        root = self.memory.root(target)
        if len(path) > 1 and root in self.repeated:
            raise UnsupportedError(
                "an item of a list that holds one object many times is changed in place",
                let.span,
                "make an object for each: [... for _ in range(n)]",
            )
        self.put(target, new, let, deep=len(path) > 1)

    def is_whole_number(self, current: Atom, path: tuple[Atom, ...], value: Atom) -> bool:
        """Is it `s[...] = v` of an array without axes, whose versions are numbers?"""
        kind, new, index = self.types.of(current), self.types.of(value), path[0]
        whole = len(path) == 1 and isinstance(index, Const) and index.value in (Ellipsis, ())
        holds = kind.dtype == "complex" or (kind.dtype == "float" and new.dtype != "complex")
        return whole and kind.is_scalar and new.is_scalar and holds

    def shortened(self, path: tuple[Atom, ...]) -> tuple[Atom, ...]:
        """`v[:]` and `v[...]` of a view write the whole of it."""
        (first, *rest) = path
        whole = isinstance(first, Const) and first.value in (Ellipsis, slice(None))
        return tuple(rest) if whole else path

    def version_of(self, target: Var) -> Var:
        """A variable for the next version, called as the buffer is."""
        return Var(target.hint, target.role, target.of, target.user)

    def replaced_item(self, base: Atom, index: Atom, value: Atom, let: Let) -> Atom | None:
        """A container of known structure with one item replaced."""
        current = self.now(base, strict=False)
        made = self.defined_by(current, prims.make_list, prims.make_dict)
        if made is None:
            return None
        ok, key = self.static(index)
        if not ok:
            return None
        args = list(made.args)
        if made.prim is prims.make_list:
            if isinstance(key, slice):
                items = self.items(value)
                if items is None:
                    return None
                args[key] = items
                return self.builder.let(made.prim, *args, span=let.span)
            if not (isinstance(key, int) and -len(args) <= key < len(args)):
                raise UnsupportedError("the list has no such item", let.span)
            args[key] = value
            return self.builder.let(made.prim, *args, span=let.span)
        keys = list(self.static(made.args[0])[1])
        if key in keys:
            args[1 + keys.index(key)] = value
        else:
            keys.append(key)
            args.append(value)
        return self.builder.let(made.prim, Const(tuple(keys)), *args[1:], span=let.span)

    def update_item(self, let: Let) -> Atom:
        """`base[index] op= value`."""
        base, index, op, value = let.args
        assert isinstance(op, Const)
        current, index, value = self.now(base), self.now(index), self.now(value)
        made = self.defined_by(current, *DISPLAYS)
        if made is not None or self.types.of(current).container:
            item = self.let(Let(Var(), operator.getitem, (current, index), span=let.span))
            new = self.augmented(Let(Var(), op.value, (item, value), span=let.span))
            if new is not item:
                self.write_item(base, index, self.now(new), let)
            return Const(None)
        plain = INPLACE[op.value]
        if plain in (operator.add, operator.sub):
            if plain is operator.sub:
                value = self.let(Let(Var(), operator.neg, (value,), span=let.span))
            self.write(prims.accumulate, base, (index,), value, let)
            return Const(None)
        item = self.let(Let(Var(), operator.getitem, (current, index), span=let.span))
        changed = self.let(Let(Var(), plain, (item, value), span=let.span))
        self.write(prims.store, base, (index,), changed, let)
        return Const(None)

    def augmented(self, let: Let) -> Atom:
        """`x op= value` on a name: a write if x is an array or list, else a new value."""
        target, value = let.args
        current, value = self.now(target), self.now(value)
        plain = INPLACE[let.prim]
        kind = self.types.of(current)
        if self.defined_by(current, prims.make_list) or kind.kind == "list":
            if plain is operator.add:
                self.list_method(target, "extend", [value], let)
                return target
        sign = f"{BY_PRIM[plain]}="
        statement = (let.span, let.prim)
        if statement in self.guarded or self.is_entry(target):
            current = self.builder.let(element, current, span=let.span)
            return self.let(replace(let, prim=plain, args=(current, value), spelling=sign))
        mutable = isinstance(target, Var) and self.memory.mutable(target)
        array = (kind.kind == "num" and kind.array) or (kind.kind == "any" and self.is_part(target))
        array = array or (kind.kind == "num" and kind.shape != () and self.is_gone_through(target))
        converts = array and kind.shape != () and not self.keeps_dtype(kind, self.types.of(value))
        if mutable and converts and plain in (operator.add, operator.sub):
            if plain is operator.sub:
                value = self.let(Let(Var(), operator.neg, (value,), span=let.span))
            new = self.let(replace(let, prim=prims.accumulate, args=(current, value, WHOLE)))
            self.put(target, new, let)
            return target
        new = self.let(replace(let, prim=plain, args=(current, value), spelling=sign))
        if not (isinstance(target, Var) and mutable):
            return new
        if array:
            if converts:
                new = self.builder.let(prims.store, current, new, WHOLE, span=let.span)
            self.put(target, new, let)
            return target
        if isinstance(new, Var):  # a number, or an array: nobody else may ask which
            root = self.memory.root(target)
            write = replace(self.written(let), perhaps=statement)
            self.perhaps_written(target, root, new, write)
        return new

    def is_gone_through(self, target: Atom) -> bool:
        """Does a loop around go through it, so that it is no number?"""
        if not isinstance(target, Var):
            return False
        root = self.memory.root(target)
        near = self.memory.near.get(root, {})
        same = {root} | {other for other, how in near.items() if how == SAME}
        return any(not same.isdisjoint(roots) for roots in self.memory.rows.values())

    def is_part(self, target: Atom) -> bool:
        """Is it a view that only an array has, as x[1:] or x.T?"""
        let = (
            self.memory.parent.get(self.memory.handle(target)) if isinstance(target, Var) else None
        )
        if let is None or self.types.of(let.args[0]).container:
            return False
        if let.prim is not operator.getitem:
            return let.prim is not prims.first_of and let.prim is not getattr
        parts = self.items(let.args[1]) if self.defined_by(let.args[1], prims.make_tuple) else None
        constant = isinstance(let.args[1], Const) and isinstance(let.args[1].value, tuple)
        single = [Const(v) for v in let.args[1].value] if constant else parts or [let.args[1]]  # type: ignore[union-attr]
        return "slice" in map(self.index_kind, single)

    def is_entry(self, target: Atom) -> bool:
        """Is it x[i] of unknown rank? `s = x[i]; s += 1` is of a number, or the run stops."""
        if not isinstance(target, Var):
            return False
        var = self.memory.handle(target)
        return var in self.memory.perhaps and self.memory.path(var) is None

    def perhaps_written(self, target: Var, root: Var, new: Var, write: Write) -> None:
        """`new` is a number of its own, or the very array that `target` stands for."""
        memory = self.memory
        whole, path = memory.part.get(root, (root, memory.path(target)))
        for row_of in memory.rows.get(whole, ()):  # of enumerate(x): a row of x
            memory.stale[row_of] = write
            for other, how in memory.near.get(row_of, {}).items():
                if how != HOLDS:
                    memory.stale[other] = write
        if path:
            memory.parts.setdefault(whole, {})[path] = write
            memory.part[new] = (whole, path)
            return
        memory.stale[root] = write
        for other, how in memory.near.get(root, {}).items():
            if how != HOLDS:
                memory.stale[other] = write
        memory.alias(new, root)

    def written(self, let: Let) -> Write:
        return Write(let.span, let.out.hint)

    def keeps_dtype(self, kind: Type, value: Type) -> bool:
        """Is the result of the operation of the array's own dtype, and of its shape?"""
        if kind.kind == "any":
            return True
        if kind.dtype == "complex" or (kind.dtype == "float" and value.dtype != "complex"):
            return kind.bits == 64 or (0 != value.bits <= kind.bits)
        return False

    # ------------------------------------------------------------ attributes

    def key_of(self, base: Atom, name: str) -> Key | None:
        if not isinstance(base, Var):
            return None
        var = self.memory.handle(base)
        if var in self.memory.parent and self.memory.parent[var].prim is not prims.first_of:
            return None
        return (self.memory.root(base), name)

    def set_attr(self, base: Atom, name: str, value: Atom, let: Let) -> Atom:
        """`base.name = value`: the attribute is a variable of its own from now on."""
        kind = self.types.of(self.now(base))
        if kind.kind == "num" or isinstance(base, Const):
            raise UnsupportedError(f"the attribute .{name} cannot be written", let.span)
        target = self.writable(base, let)
        key = self.key_of(target, name)
        if key is None:
            raise UnsupportedError(
                "writing to an attribute of an object that lies in a container is not supported",
                let.span,
            )
        made = self.defined_by(self.memory.newest(self.memory.root(target)), prims.make_record)
        if made is not None:
            names = self.static(made.args[1])[1]
            values = dict(zip(names, made.args[2:], strict=True)) | {name: value}
            new = self.builder.let(
                prims.make_record, made.args[0], Const(tuple(values)), *values.values()
            )
            self.memory.put(self.memory.root(target), new, let.span)
            return Const(None)
        self.memory.current[key] = value
        for other, how in self.memory.near.get(self.memory.root(target), {}).items():
            if how != HOLDS:
                self.memory.stale[other] = self.written(let)
        return Const(None)

    def held_attribute(self, base: Atom, name: str) -> Atom | None:
        """The value an attribute has by a write, or by an earlier read."""
        key = self.key_of(base, name)
        value = self.memory.current.get(key) if key is not None else None
        if isinstance(value, Const) and value.value is UNBOUND:
            return None
        return value if value is None else self.now(value)

    def loaded(self, base: Atom, name: str, value: Atom) -> None:
        """Note that an attribute's value was read, so that writes into it are writes there."""
        key = self.key_of(base, name)
        if isinstance(key, tuple) and isinstance(value, Var) and self.memory.mutable(value):
            self.memory.home.setdefault(value, key)
            self.memory.loads.add(value)
            self.memory.current[key] = value


BY_PRIM: dict[Prim, str] = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/",
    operator.floordiv: "//", operator.mod: "%", operator.pow: "**", operator.matmul: "@",
    operator.and_: "&", operator.or_: "|", operator.xor: "^", operator.lshift: "<<",
    operator.rshift: ">>",
}  # fmt: skip
