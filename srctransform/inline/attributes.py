"""Attributes and methods: of arrays, of the user's objects, of dicts.

x.T, x.sum(axis=0)       np.transpose(x), np.sum(x, axis=0)
model.layer(x)           the method of model's class, with model as self
"""

from __future__ import annotations

import abc
import copy
import functools
import inspect
import operator
import sys
import types as pytypes
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..frontend.scope import is_static
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Prim, Var
from ..rules.registry import is_freezing, rule_of
from ..runtime import to_coo, to_csc, to_csr, to_dense
from .dicts import METHODS as DICT_METHODS
from .structure import Structure

#: methods of a sparse matrix and the functions they are
SPARSE_METHODS: dict[str, Prim] = {
    "dot": operator.matmul, "transpose": np.transpose, "toarray": to_dense, "tocsr": to_csr,
    "tocsc": to_csc, "tocoo": to_coo,
}  # fmt: skip


class Attributes(Structure, abc.ABC):
    """Finds out what an attribute or method is. An object's methods are resolved when the
    derivative is made; its data is read as the program runs."""

    @abc.abstractmethod
    def record(self, cls: type, fields: dict[str, Atom], let: Let) -> Atom:
        """A dataclass or named tuple made from its fields."""

    @abc.abstractmethod
    def list_method(self, base: Atom, name: str, args: list[Atom], let: Let) -> Atom:
        """A method of a list."""

    @abc.abstractmethod
    def change_dict(
        self, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A method that changes a dict."""

    @abc.abstractmethod
    def write_method(
        self, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A method that writes into an array."""

    @abc.abstractmethod
    def inherited(self, base: Let, name: str, let: Let) -> tuple[Any, Atom]:
        """(method, object) of `super().name`."""

    @abc.abstractmethod
    def held_attribute(self, base: Atom, name: str) -> Atom | None:
        """The value an attribute has by a write, or by an earlier read."""

    @abc.abstractmethod
    def solution_attribute(self, made: Let, name: str, let: Let) -> Atom | None:
        """An attribute of what a solver returned; None of one that has no derivative."""

    @abc.abstractmethod
    def loaded(self, base: Atom, name: str, value: Atom) -> None:
        """Note that an attribute's value was read."""

    def attribute(self, let: Let) -> Atom:
        base, name = let.args[0], self.static(let.args[1])[1]
        if not isinstance(name, str):
            raise UnsupportedError("getattr with a computed name is not supported", let.span)
        held = None if self.fold else self.held_attribute(base, name)
        if held is not None:
            return held
        alias = self.defined_by(base, prims.first_of)
        made = self.defined_by(alias.args[0] if alias else base, prims.make_record)
        if made is not None:
            fields = self.static(made.args[1])[1]
            if name in fields:
                place: int = 2 + fields.index(name)
                return made.args[place]
        found = self.defined_by(alias.args[0] if alias else base, prims.solution)
        if found is not None:
            solved = self.solution_attribute(found, name, let)
            if solved is not None:
                return solved
        if isinstance(base, Const):
            value = getattr(base.value, name)
            spelling = f"{base.spelling}.{name}" if base.spelling else ""
            return Const(value, spelling)
        parent = self.defined_by(base, prims.super_of)
        if parent is not None:
            value, instance = self.inherited(parent, name, let)
            if isinstance(value, property):
                return self.call(Const(value.fget), [instance], {}, let)
            if isinstance(value, pytypes.FunctionType | classmethod | staticmethod):
                return self.bound_method(value, instance, self.owner(instance)[1])
            return Const(value)
        ok, owner = self.owner(base)
        if ok:
            found = inspect.getattr_static(owner, name, None)
            if isinstance(found, property):
                return self.call(Const(found.fget), [base], {}, let)
            live = self.live_value(base)
            if live is not None and is_static(getattr(live[0], name, None)):
                return Const(getattr(live[0], name))
            if isinstance(found, pytypes.FunctionType | classmethod | staticmethod):
                return self.bound_method(found, base, owner)
            if found is not None and self.is_of_class(base, name):
                return Const(found)
        elif name in prims.ATTRIBUTES:
            return self.let(replace(let, prim=prims.ATTRIBUTES[name], args=(base,)))
        elif name == "dtype":
            return self.builder.add_let(replace(let, prim=prims.dtype_of, args=(base,)))
        value = self.builder.add_let(let)
        if not self.fold:
            self.loaded(base, name, value)
        return value

    def is_of_class(self, base: Atom, name: str) -> bool:
        """Is it an attribute of the class, as no object of this structure has one of that name?"""
        kind = self.types.of(base)
        known = kind.closed and name not in [key for key, _ in kind.items]
        return known or self.defined_by(base, prims.new_object, prims.make_record) is not None

    def bound_method(self, found: Any, base: Atom, owner: type) -> Atom:
        """A method that is not called yet, as a partial of its function."""
        if isinstance(found, staticmethod):
            return Const(found.__func__)
        first = Const(owner) if isinstance(found, classmethod) else base
        fn = found.__func__ if isinstance(found, classmethod) else found
        return self.builder.let(functools.partial, Const(fn), first)

    def live_value(self, base: Atom) -> tuple[Any] | None:
        """The object that a global names now; its methods are resolved, its data is read later."""
        ref = self.defined_by(base, prims.global_ref)
        if ref is not None:
            return (self.static(ref.args[0])[1](),)
        get = self.defined_by(base, getattr)
        if get is not None:
            inner = self.live_value(get.args[0])
            if inner is not None:
                return (getattr(inner[0], self.static(get.args[1])[1]),)
        return None

    def owner(self, base: Atom) -> tuple[bool, Any]:
        """(True, class) of an object of the user's, whose attributes are not an array's."""
        kind = self.types.of(base)
        if kind.kind == "object" and kind.cls is not None:
            return True, kind.cls
        if kind.sparse:
            return False, None
        live = self.live_value(base)
        if live is not None and not isinstance(
            live[0], np.ndarray | np.generic | float | int | complex
        ):
            return True, type(live[0])
        return False, None

    def method(self, let: Let) -> Atom:
        base, name = let.args[0], self.static(let.args[1])[1]
        args, kwargs = list(let.args[2:]), dict(let.kwargs)
        if isinstance(base, Const) and isinstance(base.value, str) and not kwargs:
            given = [self.static(a) for a in args]
            if all(ok for ok, _ in given):  # a text is computed now, so that questions are decided
                return Const(getattr(base.value, name)(*(value for _, value in given)))
        if isinstance(base, Const):
            read = replace(let, prim=getattr, args=let.args[:2], kwargs=())
            return self.call(self.attribute(read), args, kwargs, let)
        frozen = self.frozen_call(base, name, args, kwargs, let)
        if frozen is not None:
            return frozen
        parent = self.defined_by(base, prims.super_of)
        if parent is not None:
            value, instance = self.inherited(parent, name, let)
            if isinstance(value, staticmethod | classmethod):
                return self.object_method(
                    instance, self.owner(instance)[1], name, args, kwargs, let
                )
            if not isinstance(value, pytypes.FunctionType):
                return Const(None)  # object.__init__ and its like
            return self.call(Const(value), [instance, *args], kwargs, let)
        made = self.defined_by(base, prims.make_dict)
        kind = self.types.of(base)
        if kind.kind == "dict" and self.is_open_dict(base, name, args):
            if name not in DICT_METHODS:
                raise UnsupportedError(
                    f".{name}() of a dict whose keys are known only as the program runs is not "
                    "supported",
                    let.span,
                )
            return self.call(Const(DICT_METHODS[name]), [base, *args], kwargs, let)
        if made is not None or (kind.kind == "dict" and kind.closed):
            if name in ("update", "setdefault", "pop", "popitem", "clear"):
                return self.change_dict(base, name, args, kwargs, let)
            return self.dict_method(base, name, args, let)
        found, owner = self.owner(base)
        if made is None and self.defined_by(base, prims.make_record):
            found, owner = True, self.types.of(base).cls
        if (found and not issubclass(owner, dict | list | tuple)) or hasattr(owner, "_fields"):
            return self.object_method(base, owner, name, args, kwargs, let)
        listed = self.defined_by(base, prims.make_list) or kind.kind == "list"
        if listed or (kind.kind == "any" and name in ("append", "extend", "insert", "pop")):
            if self.defined_by(base, prims.global_ref):
                return self.builder.add_let(let)  # a log of the user's, unless a derivative goes in
            return self.list_method(base, name, args, let)
        if name in prims.WRITING_METHODS:
            return self.write_method(base, name, args, kwargs, let)
        if name in ("keys", "values", "items", "get") and kind.kind == "any":
            raise UnsupportedError(
                f".{name}() needs to know the keys of the dict", let.span, "give example="
            )
        prim = prims.METHODS.get(name)
        if kind.sparse:
            prim = SPARSE_METHODS.get(name, prim)
        if prim is None:
            return self.builder.add_let(let)
        if name in ("reshape", "transpose") and (len(args) > 1 or name == "reshape"):
            args = args if len(args) == 1 else [self.builder.let(prims.make_tuple, *args)]
        if name == "conjugate":
            prim = np.conj
        return self.let(replace(let, prim=prim, args=(base, *args)))

    def frozen_call(
        self, base: Atom, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """`stats.norm(mu, s).logpdf(x)` is `stats.norm.logpdf(x, mu, s)`; None of other methods."""
        found = self.frozen(base)
        method = getattr(found[0], name, None) if found else None
        rule = rule_of(method)
        if found is None or rule is None:
            return None
        names = list(rule.signature.parameters) if rule.signature else []
        if not args and names and names[0] in kwargs:
            args, kwargs = [kwargs[names[0]]], {k: v for k, v in kwargs.items() if k != names[0]}
        plain = replace(let, spelling="")
        return self.call(Const(method), [*args, *found[1]], {**kwargs, **found[2]}, plain)

    def frozen(self, base: Atom) -> tuple[Any, list[Atom], dict[str, Atom]] | None:
        """What was called to make an object that only holds arguments, and those; of a global one
        they are read as the program runs."""
        while (alias := self.defined_by(base, prims.first_of)) is not None:
            base = alias.args[0]
        made = self.builder.defs.get(base) if isinstance(base, Var) else None
        if isinstance(made, Let) and is_freezing(made.prim):
            return made.prim, list(made.args), dict(made.kwargs)
        live = self.live_value(base)
        whole = getattr(live[0], "dist", None) if live else None
        home = getattr(sys.modules.get("scipy.stats"), getattr(whole, "name", None) or "", None)
        if live is None or type(home) is not type(whole) or not is_freezing(home):
            return None
        held, named = self.get(base, "args"), self.get(base, "kwds")
        return (
            home,
            [self.builder.let(operator.getitem, held, k) for k in range(len(live[0].args))],
            {k: self.builder.let(operator.getitem, named, k) for k in live[0].kwds},
        )

    def is_open_dict(self, base: Atom, name: str, args: list[Atom]) -> bool:
        """Are the keys of the dict, or the one that is asked for, known only as it runs?"""
        if name in ("get", "setdefault") and args and not self.decided(args[0]):
            known = self.items(base) or []
            return not any(self.is_function(self.project(base, self.static(k)[1])) for k in known)
        return self.defined_by(base, prims.make_dict) is None and not self.types.of(base).closed

    def copied(self, base: Atom, let: Let) -> Atom:
        """`copy.copy(x)`."""
        kind = self.types.of(base)
        if kind.kind in ("list", "dict") or (kind.kind == "num" and kind.array):
            return self.method(replace(let, prim=prims.call_method, args=(base, Const("copy"))))
        if self.defined_by(base, prims.make_record) or kind.kind not in ("num", "tuple", "any"):
            raise UnsupportedError(
                "a copy of an object is not followed", let.span, "make the object anew"
            )
        return self.builder.add_let(replace(let, prim=copy.copy, args=(base,)))

    def dict_method(self, base: Atom, name: str, args: list[Atom], let: Let) -> Atom:
        keys = [self.static(k)[1] for k in self.items(base) or []]
        pairs = {key: self.project(base, key) for key in keys}
        if name == "get" and self.decided(args[0]):
            key = self.static(args[0])[1]
            return pairs.get(key, args[1] if len(args) > 1 else Const(None))
        if name == "get" and any(self.is_function(v) for v in pairs.values()):
            return self.builder.add_let(let)  # known where it is called
        if name == "keys":
            return Const(tuple(keys))
        if name in ("values", "items"):
            rows = list(pairs.values())
            if name == "items":
                rows = [self.builder.let(prims.make_tuple, Const(k), v) for k, v in pairs.items()]
            shown = self.lasting(let, self.builder.let(prims.make_tuple, *rows))
            assert shown is not None
            return shown
        if name == "copy":
            return self.builder.let(
                prims.make_dict, Const(tuple(keys)), *pairs.values(), out=let.out
            )
        raise UnsupportedError(f"the dict method .{name}() is not supported yet", let.span)

    def is_function(self, atom: Atom) -> bool:
        """Is it a function that is known, or a closure?"""
        known = isinstance(atom, Const) and callable(atom.value)
        return known or self.defined_by(atom, prims.closure, functools.partial) is not None

    def object_method(
        self,
        base: Atom,
        owner: type,
        name: str,
        args: list[Atom],
        kwargs: dict[str, Atom],
        let: Let,
    ) -> Atom:
        found = inspect.getattr_static(owner, name, None)
        if isinstance(found, staticmethod):
            return self.call(Const(found.__func__), args, kwargs, let)
        if isinstance(found, classmethod):
            return self.call(Const(found.__func__), [Const(owner), *args], kwargs, let)
        if name == "_replace" and hasattr(owner, "_fields"):
            fields = {n: self.get(base, n) for n in owner._fields} | kwargs
            return self.record(owner, fields, let)
        if found is None or not isinstance(found, pytypes.FunctionType):
            if found is None and self.defined_by(base, prims.new_object, prims.make_record):
                return self.call(self.get(base, name), args, kwargs, let)
            live = self.live_value(base)
            held = getattr(live[0], name, None) if live else None
            if held is not None and is_static(held) and not hasattr(held, "__self__"):
                return self.call(Const(held), args, kwargs, let)
            if found is not None and not callable(found):
                return self.call(self.get(base, name), args, kwargs, let)
            return self.builder.add_let(let)
        return self.call(Const(found), [base, *args], kwargs, let)
