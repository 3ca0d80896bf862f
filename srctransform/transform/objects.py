"""Objects of the user's classes: made, read and written inside of the program.

p = Point(x, y)         the statements of __init__, with an attribute as a variable of its own
p.x = p.x + 1.0         another value for that variable
p + q                   the statements of Point.__add__
"""

from __future__ import annotations

import abc
import inspect
import operator
import types as pytypes
from dataclasses import is_dataclass
from typing import Any

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Prim, Var
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
        plain = "__post_init__" not in vars(cls) and cls.__new__ is object.__new__
        if is_dataclass(cls):
            fields = [f for f in cls.__dataclass_fields__.values() if f.init]
            if not plain or len(fields) != len(cls.__dataclass_fields__):
                return self.initialised(cls, args, kwargs, let)
            defaults = {f.name: f.default for f in fields}
            names = [f.name for f in fields]
        else:
            names, defaults = list(cls._fields), dict(cls._field_defaults)
        values = dict(zip(names, args, strict=False)) | kwargs
        for name in names:
            if name not in values:
                if name not in defaults:
                    raise UnsupportedError(f"{cls.__name__} needs {name!r}", let.span)
                values[name] = Const(defaults[name])
        return self.record(cls, {n: values[n] for n in names}, let)

    def initialised(
        self, cls: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """A new object whose `__init__` is spliced in."""
        start = inspect.getattr_static(cls, "__init__", None)
        if cls.__module__ in ("builtins", "numpy") or cls.__new__ is not object.__new__:
            return None
        made = self.builder.let(prims.new_object, Const(cls), out=let.out, span=let.span)
        if isinstance(start, pytypes.FunctionType):
            self.call(Const(start), [made, *args], kwargs, Let(Var(), prims.call, span=let.span))
        elif args or kwargs:
            raise UnsupportedError(f"{cls.__name__}() takes no arguments", let.span)
        return made

    def record(self, cls: type, fields: dict[str, Atom], let: Let) -> Atom:
        spelling = let.spelling if let.prim is cls else ""
        return self.builder.let(
            prims.make_record, Const(cls, spelling), Const(tuple(fields)), *fields.values(),
            out=let.out, span=let.span,
        )  # fmt: skip

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
