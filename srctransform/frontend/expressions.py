"""Expressions -> IR: each operation is a statement, each value a variable.

np.sin(w * x)[0]       t1 = w * x
                       t2 = sin(t1)
                       t3 = t2[0]
"""

from __future__ import annotations

import abc
import functools
import types
from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, GlobalRef, Prim, Var
from .comprehensions import comprehension
from .joins import Joins
from .scope import LocalFunction, is_static

#: methods that keep what they are given
KEEPING = frozenset({"append", "insert", "extend", "add", "update", "setdefault", "appendleft"})


class Expressions(Joins):
    """Lowers expressions."""

    @abc.abstractmethod
    def assign_to(self, target: Any, value: Atom) -> None:
        """Bind a target to a value."""

    def expr(self, node: Any, name: str = "") -> Atom:
        """The value of an expression; `name` is what the user is about to call it."""
        out = Var(name, user=bool(name))
        match type(node).__name__:
            case "Name":
                held = self.env.get(node.id)
                if isinstance(held, LocalFunction):
                    held.settled(node)
                return self.lookup(node.id, node)
            case "Constant":
                return Const(node.value)
            case "NamedExpr":
                if node.target.id.startswith("·"):  # held by a comparison; it has no name
                    self.bind(node.target.id, self.expr(node.value))
                else:
                    self.assign_to(node.target, self.expr(node.value, node.target.id))
                return self.lookup(node.target.id, node)
            case "BinOp":
                prim = prims.BINARY[type(node.op).__name__]
                left, right = self.expr(node.left), self.expr(node.right)
                return self.let(prim, left, right, node=node, out=out)
            case "UnaryOp":
                return self.unary(node, out)
            case "Compare":
                prim = prims.COMPARE[type(node.ops[0]).__name__]
                left, right = self.expr(node.left), self.expr(node.comparators[0])
                return self.let(prim, left, right, node=node, out=out)
            case "BoolOp":
                return self.bool_op(isinstance(node.op, gast.And), node.values, out, node)
            case "IfExp":
                return self.if_expression(node, out)
            case "Call":
                return self.call(node, out)
            case "Attribute":
                return self.attribute(node, out)
            case "Subscript":
                value, index = self.expr(node.value), self.expr(node.slice)
                return self.let(prims.getitem, value, index, node=node, out=out)
            case "Slice":
                parts = [self.expr(p) if p else Const(None) for p in _slice_parts(node)]
                return self.folded(slice, parts, node, out)
            case "Tuple":
                return self.sequence(prims.make_tuple, node, out)
            case "List":
                return self.sequence(prims.make_list, node, out)
            case "Set":
                return self.sequence(prims.make_set, node, out)
            case "Dict":
                return self.dict_display(node, out)
            case "Lambda":
                local = LocalFunction(node, self)
                local.settled(node)
                return local.close(self.builder)
            case "JoinedStr":
                return self.joined_string(node, out)
            case "ListComp" | "SetComp" | "DictComp" | "GeneratorExp":
                return comprehension(self, node, out)
            case kind:
                raise UnsupportedError(f"the expression {kind} is not supported", self.span(node))

    def folded(self, prim: Prim, parts: list[Atom], node: Any, out: Var) -> Atom:
        """A constant where all parts are, so that indices are known before the program runs."""
        if all(isinstance(p, Const) and not p.spelling for p in parts):
            return Const(prim(*(p.value for p in parts if isinstance(p, Const))))
        return self.let(prim, *parts, node=node, out=out)

    def unary(self, node: Any, out: Var) -> Atom:
        value = self.expr(node.operand)
        if isinstance(value, Const) and not value.spelling:
            number = isinstance(value.value, int | float | complex)
            if number and isinstance(node.op, gast.USub | gast.UAdd):
                return Const(-value.value if isinstance(node.op, gast.USub) else +value.value)
        return self.let(prims.UNARY[type(node.op).__name__], value, node=node, out=out)

    def bool_op(self, is_and: bool, values: list[Any], out: Var, node: Any) -> Atom:
        """`a and b` is `b if a else a`, with b evaluated only then."""
        first = self.expr(values[0])
        if len(values) == 1:
            return first

        def rest() -> Atom:
            return self.bool_op(is_and, values[1:], Var(), node)

        def keep() -> Atom:
            return first

        arms = (rest, keep) if is_and else (keep, rest)
        return self.choose(first, *arms, node=node, out=out)

    def if_expression(self, node: Any, out: Var) -> Atom:
        cond = self.expr(node.test)
        arms = (lambda: self.expr(node.body)), (lambda: self.expr(node.orelse))
        return self.choose(cond, *arms, node=node, out=out)

    def attribute(self, node: Any, out: Var) -> Atom:
        base = self.expr(node.value)
        if not (isinstance(base, Const) and isinstance(base.value, types.ModuleType)):
            return self.let(getattr, base, node.attr, node=node, out=out, spelling="." + node.attr)
        module, spelling = base.value, f"{base.spelling}.{node.attr}"
        try:
            value = getattr(module, node.attr)
        except AttributeError:
            raise UnsupportedError(
                f"{module.__name__} has no attribute {node.attr!r}", self.span(node)
            ) from None
        if is_static(value) or module.__name__.split(".")[0] in ("numpy", "math", "scipy", "cmath"):
            return Const(value, spelling)
        ref = Const(GlobalRef(node.attr, vars(module)))
        return self.let(prims.global_ref, ref, node=node, out=Var(node.attr))

    def sequence(self, prim: Prim, node: Any, out: Var) -> Atom:
        if any(isinstance(e, gast.Starred) for e in node.elts):
            parts = [
                self.expr(e.value)
                if isinstance(e, gast.Starred)
                else self.let(prims.make_tuple, self.expr(e), node=e)
                for e in node.elts
            ]
            whole = self.let(prims.concat_args, *parts, node=node)
            kind = {prims.make_tuple: tuple, prims.make_list: list}.get(prim, set)
            return whole if kind is tuple else self.let(kind, whole, node=node, out=out)
        parts = [self.expr(e) for e in node.elts]
        if prim is prims.make_tuple:
            return self.folded(prim, parts, node, out)
        return self.let(prim, *parts, node=node, out=out)

    def dict_display(self, node: Any, out: Var) -> Atom:
        if all(key is not None for key in node.keys):
            keys = [self.expr(key) for key in node.keys]
            values = [self.expr(value) for value in node.values]
            names = self.folded(prims.make_tuple, keys, node, Var())
            return self.let(prims.make_dict, names, *values, node=node, out=out)
        parts: list[Atom] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                parts.append(self.expr(value))
            else:
                names = self.folded(prims.make_tuple, [self.expr(key)], node, Var())
                parts.append(self.let(prims.make_dict, names, self.expr(value), node=value))
        return self.let(prims.merge_kwargs, *parts, node=node, out=out)

    def joined_string(self, node: Any, out: Var) -> Atom:
        template: list[Any] = []
        values: list[Atom] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                template.append(part.value)
                continue
            value = self.expr(part.value)
            spec = part.format_spec.values if part.format_spec else []
            if all(isinstance(s, gast.Constant) for s in spec):
                template.append((part.conversion, "".join(s.value for s in spec)))
            else:
                convert = prims.CONVERSIONS.get(part.conversion)
                shown = self.let(convert, value, node=part) if convert else value
                wanted = self.joined_string(part.format_spec, Var())
                value = self.let(format, shown, wanted, node=part, spelling="format")
                template.append((-1, ""))
            values.append(value)
        return self.let(prims.fstring, tuple(template), *values, node=node, out=out)

    def passed(self, node: Any) -> Atom:
        """A value that is used at once, so that a closure need not be settled."""
        if isinstance(node, gast.Lambda):
            return LocalFunction(node, self).close(self.builder)
        return self.lookup(node.id, node) if isinstance(node, gast.Name) else self.expr(node)

    def call(self, node: Any, out: Var) -> Atom:
        func = node.func
        stars = any(isinstance(a, gast.Starred) for a in node.args)
        stars = stars or any(k.arg is None for k in node.keywords)
        if isinstance(func, gast.Attribute) and not stars:
            base = self.expr(func.value)
            if not (isinstance(base, Const) and isinstance(base.value, types.ModuleType)):
                value = self.expr if func.attr in KEEPING else self.passed
                args = [base, Const(func.attr), *map(value, node.args)]
                kwargs = {k.arg: value(k.value) for k in node.keywords}
                spelling = f".{func.attr}()"
                return self.user_call(prims.call_method, args, kwargs, node, out, spelling)
        callee = self.passed(func)
        if stars:
            starred, named = self.starred_arguments(node)
            return self.let(prims.apply, callee, starred, named, node=node, out=out)
        known = callee.value if isinstance(callee, Const) else None
        value = self.expr if known is functools.partial else self.passed
        args = [value(a) for a in node.args]
        kwargs = {k.arg: value(k.value) for k in node.keywords}
        if isinstance(callee, Const) and callable(known):
            return self.user_call(known, args, kwargs, node, out, callee.spelling)
        return self.user_call(prims.call, [callee, *args], kwargs, node, out)

    def starred_arguments(self, node: Any) -> tuple[Atom, Atom]:
        parts = []
        for a in node.args:
            if isinstance(a, gast.Starred):
                parts.append(self.expr(a.value))
            else:
                parts.append(self.let(prims.make_tuple, self.expr(a), node=a))
        named = []
        for k in node.keywords:
            value = self.expr(k.value)
            single = self.let(prims.make_dict, (k.arg,), value, node=node) if k.arg else value
            named.append(single)
        args = self.let(prims.concat_args, *parts, node=node)
        return args, self.let(prims.merge_kwargs, *named, node=node)


def _slice_parts(node: Any) -> list[Any]:
    return [node.lower, node.upper, node.step] if node.step else [node.lower, node.upper]
