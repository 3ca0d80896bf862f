"""Expressions -> IR: each operation is a statement, each value a variable.

np.sin(w * x)[0]       t1 = w * x
                       t2 = sin(t1)
                       t3 = t2[0]
"""

from __future__ import annotations

import abc
import types
from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, GlobalRef, Prim, Var
from .joins import Joins
from .scope import LocalFunction, is_static


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
                return LocalFunction(node, self).close(self.builder)
            case "JoinedStr":
                return self.joined_string(node, out)
            case "ListComp" | "GeneratorExp":
                return self.comprehension(node, out)
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
            spec = part.format_spec.values if part.format_spec else []
            if any(not isinstance(s, gast.Constant) for s in spec):
                raise UnsupportedError("a computed format is not supported", self.span(node))
            values.append(self.expr(part.value))
            template.append((part.conversion, "".join(s.value for s in spec)))
        return self.let(prims.fstring, tuple(template), *values, node=node, out=out)

    def comprehension(self, node: Any, out: Var) -> Atom:
        """`[e for x in xs if c]` maps a closure over xs."""
        if len(node.generators) != 1:
            raise UnsupportedError(
                "a comprehension over several iterables is not supported", self.span(node)
            )
        (loop,) = node.generators
        iterable = self.expr(loop.iter)
        for test in loop.ifs:
            keep = LocalFunction(_comprehension_body(loop.target, test, node), self)
            iterable = self.let(prims.only_if, keep.close(self.builder), iterable, node=node)
        body = LocalFunction(_comprehension_body(loop.target, node.elt, node), self)
        return self.let(prims.map_list, body.close(self.builder), iterable, node=node, out=out)

    def call(self, node: Any, out: Var) -> Atom:
        func = node.func
        stars = any(isinstance(a, gast.Starred) for a in node.args)
        stars = stars or any(k.arg is None for k in node.keywords)
        if isinstance(func, gast.Attribute) and not stars:
            base = self.expr(func.value)
            if not (isinstance(base, Const) and isinstance(base.value, types.ModuleType)):
                args = [self.expr(a) for a in node.args]
                kwargs = {k.arg: self.expr(k.value) for k in node.keywords}
                spelling = f".{func.attr}()"
                method = prims.call_method
                args = [base, Const(func.attr), *args]
                return self.user_call(method, args, kwargs, node, out, spelling)
        callee = self.expr(func)
        if stars:
            starred, named = self.starred_arguments(node)
            return self.let(prims.apply, callee, starred, named, node=node, out=out)
        args = [self.expr(a) for a in node.args]
        kwargs = {k.arg: self.expr(k.value) for k in node.keywords}
        if isinstance(callee, Const) and callable(callee.value):
            spelling = callee.spelling
            return self.user_call(callee.value, args, kwargs, node, out, spelling)
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


def _comprehension_body(target: Any, body: Any, node: Any) -> Any:
    """`lambda target: body`, where the target may be a tuple."""
    name = target if isinstance(target, gast.Name) else None
    arg = gast.Name(
        id=name.id if name else "item_", ctx=gast.Param(), annotation=None, type_comment=None
    )
    args = gast.arguments(
        args=[gast.copy_location(arg, target)], posonlyargs=[], vararg=None, kwonlyargs=[],
        kw_defaults=[], kwarg=None, defaults=[],
    )  # fmt: skip
    if name:
        return gast.copy_location(gast.Lambda(args=args, body=body), node)
    load = gast.Name(id="item_", ctx=gast.Load(), annotation=None, type_comment=None)
    assign = gast.Assign(
        targets=[target], value=gast.copy_location(load, target), type_comment=None
    )
    stmts = [gast.copy_location(assign, target), gast.copy_location(gast.Return(value=body), node)]
    function = gast.FunctionDef(
        name="comprehension", args=args, body=stmts, decorator_list=[], returns=None,
        type_comment=None, type_params=[],
    )  # fmt: skip
    return gast.copy_location(function, node)


def _slice_parts(node: Any) -> list[Any]:
    return [node.lower, node.upper, node.step] if node.step else [node.lower, node.upper]
