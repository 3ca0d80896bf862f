"""Objects of the user's classes: made, read and written inside of the program.

p = Point(x, y)         the statements of __init__, and a record of the attributes
p.x = p.x + 1.0         a record with another value
p + q                   the statements of Point.__add__
"""

from __future__ import annotations

import abc
import inspect
import operator
import types as pytypes
from dataclasses import MISSING, is_dataclass
from typing import Any

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, Let, Prim, Var
from ..ir.walk import statements
from .growing import Growing

#: what Python calls for an operator
SPECIAL: dict[Prim, tuple[str, str]] = {
    operator.add: ("__add__", "__radd__"), operator.sub: ("__sub__", "__rsub__"),
    operator.mul: ("__mul__", "__rmul__"), operator.truediv: ("__truediv__", "__rtruediv__"),
    operator.floordiv: ("__floordiv__", "__rfloordiv__"), operator.mod: ("__mod__", "__rmod__"),
    operator.pow: ("__pow__", "__rpow__"), operator.matmul: ("__matmul__", "__rmatmul__"),
    operator.neg: ("__neg__", ""), operator.pos: ("__pos__", ""), abs: ("__abs__", ""),
    operator.eq: ("__eq__", "__eq__"), operator.ne: ("__ne__", "__ne__"),
    operator.lt: ("__lt__", "__gt__"), operator.le: ("__le__", "__ge__"),
    operator.gt: ("__gt__", "__lt__"), operator.ge: ("__ge__", "__le__"),
    operator.getitem: ("__getitem__", ""), len: ("__len__", ""), bool: ("__bool__", ""),
    float: ("__float__", ""),
}  # fmt: skip


def refuse_unfinished(block: Block) -> None:
    """Raise UnsupportedError if an object is read that its `__init__` has handed on: it is made
    only when that has returned."""
    for stmt in statements(block):
        if isinstance(stmt, Let) and stmt.prim is prims.new_object:
            assert isinstance(stmt.args[0], Const)
            raise UnsupportedError(
                f"{stmt.args[0].value.__name__}.__init__ hands its object on before it is "
                "complete, or sets an attribute on one path only",
                stmt.span,
                "set all attributes in __init__, and pass `self` to nobody there",
            )


class Objects(Growing, abc.ABC):
    """Makes objects, and follows their operators. `frames` are the functions being spliced in."""

    frames: list[tuple[Any, list[Atom]]]

    def special(self, atom: Atom, name: str) -> Any:
        """The method of the user's class of that name, if the atom is such an object."""
        if not isinstance(atom, Var) or not name:
            return None
        found, cls = self.owner(atom)
        if not found or cls is None or hasattr(cls, "_fields"):
            return None
        method = inspect.getattr_static(cls, name, None)
        return method if isinstance(method, pytypes.FunctionType) else None

    def operated(self, let: Let) -> Atom | None:
        """An operator on an object of the user's; None where no operand is one."""
        names = SPECIAL.get(let.prim)
        if names is None or let.kwargs or not 1 <= len(let.args) <= 2:
            return None
        method = self.special(let.args[0], names[0])
        if method is not None:
            return self.call(Const(method), list(let.args), {}, let)
        if len(let.args) == 2:
            method = self.special(let.args[1], names[1])
            if method is not None:
                return self.call(Const(method), list(let.args[::-1]), {}, let)
        return None

    def construct(
        self, cls: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """An object of a class; None of a class that is none of the user's."""
        if not is_dataclass(cls) and not hasattr(cls, "_fields"):
            return self.initialised(cls, args, kwargs, let)
        if not hasattr(cls, "__dataclass_fields__"):
            return self.record(cls, self.given(cls, list(cls._fields), args, kwargs, let,
                                               dict(cls._field_defaults)), let)  # fmt: skip
        generated = cls.__init__.__code__.co_filename == "<string>"
        if not generated or cls.__new__ is not object.__new__:
            return self.initialised(cls, args, kwargs, let)
        fields = cls.__dataclass_fields__.values()
        taken = [f.name for f in fields if f.init]
        defaults = {f.name: f.default for f in fields if f.default is not MISSING}
        made = {f.name: f.default_factory for f in fields if f.default_factory is not MISSING}
        for name, factory in made.items():
            if name not in taken[: len(args)] and name not in kwargs:
                kwargs = kwargs | {name: self.new_default(factory, let)}
        for field in fields:  # not in the signature, but set
            if not field.init and field.name in defaults:
                kwargs = kwargs | {field.name: Const(defaults[field.name])}
        values = self.given(cls, taken, args, kwargs, let, defaults)
        if not hasattr(cls, "__post_init__"):
            return self.record(cls, values, let)
        new = self.builder.let(prims.new_object, Const(cls), span=let.span)
        for name, value in values.items():
            self.set_attr(new, name, value, let)
        inner = Let(Var(), prims.call_method, span=let.span)
        self.call(Const(cls.__post_init__), [new], {}, inner)
        return self.finished(cls, new, let)

    def given(
        self, cls: Any, names: list[str], args: list[Atom], kwargs: dict[str, Atom], let: Let,
        defaults: dict[str, Any],
    ) -> dict[str, Atom]:  # fmt: skip
        """The value of each field."""
        values = dict(zip(names, args, strict=False)) | kwargs
        for name in names:
            if name not in values:
                if name not in defaults:
                    raise UnsupportedError(f"{cls.__name__} needs {name!r}", let.span)
                values[name] = Const(defaults[name])
        rest = [name for name in values if name not in names]
        return {name: values[name] for name in [*names, *rest]}

    def new_default(self, factory: Any, let: Let) -> Atom:
        """What a field's `default_factory` makes."""
        empty = {list: prims.make_list, tuple: prims.make_tuple}.get(factory)
        if empty is not None:
            return self.builder.let(empty, span=let.span)
        if factory is dict:
            return self.builder.let(prims.make_dict, Const(()), span=let.span)
        return self.call(Const(factory), [], {}, Let(Var(), prims.call, span=let.span))

    def initialised(
        self, cls: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """A new object whose `__init__` is spliced in."""
        start = inspect.getattr_static(cls, "__init__", None)
        if cls.__module__ in ("builtins", "numpy") or cls.__new__ is not object.__new__:
            return None
        made = self.builder.let(prims.new_object, Const(cls), span=let.span)
        if isinstance(start, pytypes.FunctionType):
            self.call(Const(start), [made, *args], kwargs, Let(Var(), prims.call, span=let.span))
        elif args or kwargs:
            raise UnsupportedError(f"{cls.__name__}() takes no arguments", let.span)
        return self.finished(cls, made, let)

    def finished(self, cls: Any, made: Atom, let: Let) -> Atom:
        """The record of the attributes that an object has got."""
        held = {key[1]: value for key, value in self.memory.current.items()
                if isinstance(key, tuple) and key[0] is made}  # fmt: skip
        return self.record(cls, {name: self.now(value) for name, value in held.items()}, let)

    def record(self, cls: type, fields: dict[str, Atom], let: Let) -> Atom:
        spelling = let.spelling if let.prim is cls else ""
        return self.builder.let(
            prims.make_record, Const(cls, spelling), Const(tuple(fields)), *fields.values(),
            out=let.out, span=let.span,
        )  # fmt: skip

    def replaced(self, base: Atom, changes: dict[str, Atom], let: Let) -> Atom:
        """`dataclasses.replace(base, **changes)`."""
        found, cls = self.owner(base)
        if not found or not is_dataclass(cls):
            raise UnsupportedError(
                "it is not known of which class the object to replace is", let.span,
                "annotate it with its class, or give example=",
            )  # fmt: skip
        fields = [f.name for f in cls.__dataclass_fields__.values() if f.init]
        values = {n: changes[n] if n in changes else self.get(base, n) for n in fields}
        made = self.construct(cls, [], values | changes, let)
        assert made is not None
        return made

    def super_of(self, args: list[Atom], let: Let) -> Atom:
        """`super()` in a method that is being spliced in."""
        if args:
            cls, instance = self.static(args[0])[1], args[1]
        else:
            fn, bound = self.frames[-1]
            names = fn.__code__.co_freevars
            if "__class__" not in names or not bound:
                raise UnsupportedError("`super()` outside of a method", let.span)
            cls, instance = fn.__closure__[names.index("__class__")].cell_contents, bound[0]
        return self.builder.let(prims.super_of, Const(cls), instance, span=let.span)

    def inherited(self, base: Let, name: str, let: Let) -> tuple[Any, Atom]:
        """(method, object) of `super().name`."""
        cls, instance = self.static(base.args[0])[1], base.args[1]
        found, owner = self.owner(instance)
        order = list((owner if found else cls).__mro__)
        for parent in order[order.index(cls) + 1 :]:
            if name in vars(parent):
                return vars(parent)[name], instance
        raise UnsupportedError(f"no base class of {cls.__name__} has {name!r}", let.span)
