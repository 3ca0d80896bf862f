"""Assignment to names, items and attributes, and what unpacks.

    x[i], y = a, b        t = unpack((a, b), 2)
                          set_item(x, i, t[0])
                          y = t[1]

Writes stay what they are in Python, effects on an object: `transform` gives buffers versions.
"""

from __future__ import annotations

import operator
import types
from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Prim, Var
from .expressions import Expressions
from .scope import LocalFunction, is_static
from .syntax import root_name

INPLACE: dict[str, Prim] = {
    name: getattr(operator, "i" + fn.__name__.strip("_")) for name, fn in prims.BINARY.items()
}

LIBRARIES = frozenset({"numpy", "math", "scipy", "cmath", "operator", "builtins"})


class Assignments(Expressions):
    """Lowers what binds or writes."""

    def assign(self, stmt: Any) -> None:
        names = [t.id for t in stmt.targets if isinstance(t, gast.Name)]
        local = self.local_function(stmt.value)
        if local is not None and len(names) == len(stmt.targets):
            for name in names:
                self.bind(name, local)
            return
        value = self.expr(stmt.value, names[0] if names and names[0][0] != "·" else "")
        for target in stmt.targets:
            self.assign_to(target, value)

    def local_function(self, node: Any) -> LocalFunction | None:
        """The function that a name gets as it is, to be closed where it is called."""
        if isinstance(node, gast.Lambda):
            return LocalFunction(node, self)
        held = self.env.get(node.id) if isinstance(node, gast.Name) else None
        return held if isinstance(held, LocalFunction) else None

    def assign_to(self, target: Any, value: Atom) -> None:
        match type(target).__name__:
            case "Name":
                known = isinstance(value, Const) and is_static(value.value)
                if isinstance(value, Const) and not known and not target.id.startswith("·"):
                    named = Var(target.id, user=True)
                    value = self.let(prims.first_of, value, out=named, node=target)
                self.bind(target.id, value)
            case "Tuple" | "List":
                self.unpack(target, value)
            case "Subscript":
                obj, index = self.expr(target.value), self.expr(target.slice)
                self.let(prims.set_item, obj, index, value, node=target)
            case "Attribute":
                obj = self.expr(target.value)
                self.let(prims.set_attr, obj, target.attr, value, node=target)
            case kind:
                raise UnsupportedError(f"the target {kind} is not supported", self.span(target))

    def unpack(self, target: Any, value: Atom) -> None:
        starred = [isinstance(t, gast.Starred) for t in target.elts]
        count = len(starred)
        if any(starred):
            before = starred.index(True)
            after = count - before - 1
            parts = self.let(prims.unpack_starred, value, before, after, node=target)
        else:
            parts = self.let(prims.unpack, value, count, node=target)
        for k, element in enumerate(target.elts):
            element = element.value if starred[k] else element
            hint = element.id if isinstance(element, gast.Name) else ""
            out = Var(hint, user=bool(hint))
            getitem = prims.getitem
            self.assign_to(element, self.let(getitem, parts, k, out=out, node=element))

    def augmented(self, stmt: Any) -> None:
        target, prim = stmt.target, INPLACE[type(stmt.op).__name__]
        if isinstance(target, gast.Name):
            old = self.lookup(target.id, target)
            out = Var(target.id, user=True)
            new = self.let(prim, old, self.expr(stmt.value), out=out, node=stmt)
            self.bind(target.id, new)
            return
        obj = self.expr(target.value)
        place: Atom
        read: Prim
        update: Prim
        write: Prim
        if isinstance(target, gast.Attribute):
            place = Const(target.attr)
            read, update, write = getattr, prims.update_attr, prims.set_attr
        else:
            place = self.expr(target.slice)
            read, update, write = prims.getitem, prims.update_item, prims.set_item
        if self.may_write(stmt.value, target):
            old = self.let(read, obj, place, node=target)
            new = self.let(prim, old, self.expr(stmt.value), node=stmt)
            self.let(write, obj, place, new, node=stmt)
        else:
            self.let(update, obj, place, prim, self.expr(stmt.value), node=stmt)

    def may_write(self, value: Any, target: Any) -> bool:
        """May evaluating the value change what `target op= value` has read before?"""
        root = root_name(target)
        return any(
            isinstance(n, gast.Call)
            and any(isinstance(a, gast.Name) and a.id == root for a in gast.walk(n))
            and not self.only_reads(n.func)
            for n in gast.walk(value)
        )

    def only_reads(self, func: Any) -> bool:
        """Is it a function of a library, or a method that writes nothing?"""
        root = root_name(func)
        if root is None or root in self.locals or (self.parent and self.parent.knows(root)):
            return isinstance(func, gast.Attribute) and func.attr in prims.METHODS
        where, home = self.source.find(root)
        if where != "global":
            return where == "builtin"
        value = home[root]
        module = (
            value.__name__
            if isinstance(value, types.ModuleType)
            else getattr(value, "__module__", "")
        )
        return str(module).split(".")[0] in LIBRARIES

    def delete(self, targets: list[Any]) -> None:
        for target in targets:
            match type(target).__name__:
                case "Name":
                    self.env.pop(target.id, None)
                case "Tuple" | "List":
                    self.delete(target.elts)
                case "Subscript":
                    obj, index = self.expr(target.value), self.expr(target.slice)
                    self.let(prims.del_item, obj, index, node=target)
                case kind:
                    raise UnsupportedError(
                        f"`del` of this target ({kind}) is not supported", self.span(target)
                    )
