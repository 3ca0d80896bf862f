"""Smaller Python -> IR.

    def f(x, w):              f(x, w)
        h = np.sin(w * x)       t = w * x
        return h                h = sin(t)
                                return h

Every call becomes a `Let`; whether its callee has a rule, is spliced in or is refused is decided
later. Names that hold functions, classes and modules are resolved here; other globals and closure
variables are read when the program runs, as Python does.
"""

from __future__ import annotations

import types
from inspect import Parameter as P
from typing import Any

import gast

from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Block, Const, Function, GlobalRef, Let, Param, Prim, Var
from .desugar import desugar
from .fence import fence
from .source import Source, read_source

INPLACE: dict[str, Prim] = {
    name: getattr(__import__("operator"), "i" + fn.__name__.strip("_"))
    for name, fn in prims.BINARY.items()
}


class LocalFunction:
    """A nested def or lambda: lowered once, closed over the names' values at each use."""

    def __init__(self, node: Any, scope: Lowerer) -> None:
        self.node = node
        self.scope = scope
        self.defaults = [scope.expr(d) for d in node.args.defaults]
        self.kw_defaults = [d and scope.expr(d) for d in node.args.kw_defaults]
        self.lowered: tuple[Function, list[str]] | None = None

    def close(self, builder: Builder) -> Atom:
        """The closure, over the variables' values here and now, as Python's late binding has it."""
        if self.lowered is None:
            inner = Lowerer(self.scope.source, self.scope)
            function = inner.function(self.node, self.defaults, self.kw_defaults)
            self.lowered = function, list(inner.captured)
        function, names = self.lowered
        captured = [self.scope.lookup(name, None) for name in names]
        defaults = [p.default for p in function.params if isinstance(p.default, Var)]
        return builder.let(prims.closure, Const(function), *captured, *defaults)


class Lowerer:
    """One function's lowering: a builder and the names bound so far."""

    def __init__(self, source: Source, parent: Lowerer | None = None) -> None:
        self.source = source
        self.parent = parent
        self.builder = Builder()
        self.env: dict[str, Atom | LocalFunction] = {}
        self.locals: set[str] = set()
        self.captured: dict[str, Var] = {}

    # ------------------------------------------------------------ functions

    def function(self, node: Any, defaults: list[Any], kw_defaults: list[Any]) -> Function:
        self.locals = _local_names(node)
        params = self.params(node.args, defaults, kw_defaults)
        if isinstance(node, gast.Lambda):
            name, doc = "lambda_", ""
            result: Atom | None = self.expr(node.body)
        else:
            body = node.body
            name, doc = node.name, gast.get_docstring(node) or ""
            result = self.body(body[1:] if doc else body)
        block = self.builder.block(result or Const(None))
        captures = tuple(self.captured.values())
        return Function(name, params, block, doc, None, self.source.span(node), captures)

    def params(self, args: Any, defaults: list[Any], kw_defaults: list[Any]) -> tuple[Param, ...]:
        plain: list[tuple[Any, Any]] = [(a, P.POSITIONAL_ONLY) for a in args.posonlyargs]
        plain += [(a, P.POSITIONAL_OR_KEYWORD) for a in args.args]
        padded = [None] * (len(plain) - len(defaults)) + list(defaults)
        rows: list[tuple[Any, Any, Any]]
        rows = [(a, kind, d) for (a, kind), d in zip(plain, padded, strict=True)]
        if args.vararg:
            rows.append((args.vararg, P.VAR_POSITIONAL, None))
        rows += [(a, P.KEYWORD_ONLY, d) for a, d in zip(args.kwonlyargs, kw_defaults, strict=True)]
        if args.kwarg:
            rows.append((args.kwarg, P.VAR_KEYWORD, None))
        out = []
        for arg, kind, default in rows:
            var = Var(arg.id, user=True)
            self.env[arg.id] = var
            out.append(Param(var, arg.id, kind, default, arg.annotation))
        return tuple(out)

    # ------------------------------------------------------------ names

    def lookup(self, name: str, node: Any) -> Atom:
        """What a name stands for here."""
        held = self.env.get(name)
        if isinstance(held, LocalFunction):
            return held.close(self.builder)
        if held is not None:
            return held
        if name in self.locals:
            raise UnsupportedError(f"{name!r} is read before it is assigned", self.span(node))
        if self.parent is not None and self.parent.knows(name):
            var = self.captured.setdefault(name, Var(name, user=True))
            self.env[name] = var
            return var
        return self.free_name(name, node)

    def knows(self, name: str) -> bool:
        return name in self.locals or (self.parent is not None and self.parent.knows(name))

    def free_name(self, name: str, node: Any) -> Atom:
        where, home = self.source.find(name)
        if not where:
            raise UnsupportedError(f"the name {name!r} is not defined", self.span(node))
        ref = GlobalRef(name, home)
        try:
            value = ref()
        except ValueError:
            raise UnsupportedError(f"{name!r} has no value yet", self.span(node)) from None
        if where == "builtin" or is_static(value):
            return Const(value, name)
        return self.builder.let(prims.global_ref, Const(ref), hint=name, span=self.span(node))

    def bind(self, name: str, value: Atom | LocalFunction) -> None:
        self.env[name] = value

    def span(self, node: Any) -> Span | None:
        return self.source.span(node) if node is not None and hasattr(node, "lineno") else None

    # ------------------------------------------------------------ statements

    def body(self, stmts: list[Any]) -> Atom | None:
        """Lower statements; the returned value, or None where control falls through."""
        for i, stmt in enumerate(stmts):
            if isinstance(stmt, gast.Return):
                return self.expr(stmt.value) if stmt.value else Const(None)
            if isinstance(stmt, gast.If):
                if _returns(stmt):
                    return self.returning_if(stmt, stmts[i + 1 :])
                self.joining_if(stmt)
            else:
                self.statement(stmt)
        return None

    def statement(self, stmt: Any) -> None:
        match type(stmt).__name__:
            case "Assign":
                self.assign(stmt)
            case "AugAssign":
                self.augmented(stmt)
            case "Expr":
                if not isinstance(stmt.value, gast.Constant):
                    self.expr(stmt.value)
            case "FunctionDef":
                if stmt.decorator_list:
                    raise UnsupportedError(
                        "a decorated nested function is not supported",
                        self.span(stmt),
                        "define it outside of the function",
                    )
                self.bind(stmt.name, LocalFunction(stmt, self))
            case "Assert":
                message = [self.expr(stmt.msg)] if stmt.msg else []
                self.let(prims.assert_, self.expr(stmt.test), *message, node=stmt)
            case "Delete":
                for target in stmt.targets:
                    if not isinstance(target, gast.Name):
                        raise UnsupportedError("`del` of an item is not supported", self.span(stmt))
                    self.env.pop(target.id, None)
            case "Pass":
                pass
            case kind:
                raise UnsupportedError(f"the statement {kind} is not supported", self.span(stmt))

    def assign(self, stmt: Any) -> None:
        names = [t.id for t in stmt.targets if isinstance(t, gast.Name)]
        value = self.expr(stmt.value, names[0] if names else "")
        for target in stmt.targets:
            self.assign_to(target, value)

    def assign_to(self, target: Any, value: Atom) -> None:
        match type(target).__name__:
            case "Name":
                if isinstance(value, Const) and not is_static(value.value):
                    named = Var(target.id, user=True)
                    value = self.let(prims.first_of, value, out=named, node=target)
                self.bind(target.id, value)
            case "Tuple" | "List":
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
            case _:
                raise UnsupportedError(
                    "writing to an item or attribute is not supported yet",
                    self.span(target),
                    "build a new array with np.where, np.concatenate or np.stack",
                )

    def augmented(self, stmt: Any) -> None:
        if not isinstance(stmt.target, gast.Name):
            raise UnsupportedError(
                "writing to an item or attribute is not supported yet",
                self.span(stmt.target),
                "build a new array with np.where, np.concatenate or np.stack",
            )
        name = stmt.target.id
        old = self.lookup(name, stmt.target)
        prim = INPLACE[type(stmt.op).__name__]
        out = Var(name, user=True)
        self.bind(name, self.let(prim, old, self.expr(stmt.value), out=out, node=stmt))

    def returning_if(self, stmt: Any, rest: list[Any]) -> Atom:
        """An `if` with a return in it: what follows belongs to the arms that fall through."""
        cond = self.expr(stmt.test)
        start = dict(self.env)

        def arm(stmts: list[Any]) -> tuple[Atom]:
            self.env = dict(start)
            return (self.body(stmts + rest) or Const(None),)

        outs = self.builder.branch(
            cond, lambda: arm(stmt.body), lambda: arm(stmt.orelse), span=self.span(stmt)
        )
        self.env = start
        return outs[0]

    def joining_if(self, stmt: Any) -> None:
        """An `if` whose arms both fall through: names that differ after them are joined."""
        cond = self.expr(stmt.test)
        start, after = dict(self.env), []
        arms = []
        for stmts in (stmt.body, stmt.orelse):
            self.env = dict(start)
            with self.builder.nested() as built:
                self.body(stmts)
            arms.append(built)
            after.append(self.env)
        names = [n for n in {**after[0], **after[1]} if after[0].get(n) is not after[1].get(n)]
        results: list[list[Atom]] = [[], []]
        for name in names:
            for k, env in enumerate(after):
                value = env.get(name, Const(UNBOUND))
                if isinstance(value, LocalFunction):
                    raise UnsupportedError(
                        f"the function {name!r} is defined on one path only", self.span(stmt)
                    )
                results[k].append(value)
        outs = tuple(Var(name, user=True) for name in names)
        blocks = [Block((), tuple(b), tuple(r)) for b, r in zip(arms, results, strict=True)]
        from ..ir.nodes import If

        self.builder.add(If(cond, blocks[0], blocks[1], outs, self.span(stmt)))
        self.env = {k: v for k, v in after[0].items() if k in start or k in after[1]}
        self.env.update(zip(names, outs, strict=True))

    # ------------------------------------------------------------ expressions

    def let(
        self,
        prim: Prim,
        *args: Any,
        node: Any,
        out: Var | None = None,
        spelling: str = "",
        **kw: Any,
    ) -> Atom:
        return self.builder.let(prim, *args, out=out, span=self.span(node), spelling=spelling, **kw)

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
        start = dict(self.env)

        def rest() -> tuple[Atom]:
            return (self.bool_op(is_and, values[1:], Var(), node),)

        def keep() -> tuple[Atom]:
            return (first,)

        arms = (rest, keep) if is_and else (keep, rest)
        outs = self.builder.branch(first, *arms, outs=(out,), span=self.span(node))
        # a name bound by := in the part that may not run keeps its value from before, if it had one
        walrus = {k: v for k, v in self.env.items() if k.startswith("·")}
        self.env = start | walrus if start.keys() | walrus.keys() != self.env.keys() else self.env
        return outs[0]

    def if_expression(self, node: Any, out: Var) -> Atom:
        cond = self.expr(node.test)
        outs = self.builder.branch(
            cond,
            lambda: (self.expr(node.body),),
            lambda: (self.expr(node.orelse),),
            outs=(out,),
            span=self.span(node),
        )
        return outs[0]

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

    def user_call(
        self, prim: Prim, args: list[Atom], kwargs: dict[str, Atom], node: Any, out: Var,
        spelling: str = "",
    ) -> Atom:  # fmt: skip
        """A call with the user's own keywords, which may have any name: out, span, ..."""
        stmt = Let(out, prim, tuple(args), tuple(kwargs.items()), self.span(node), spelling)
        return self.builder.add_let(stmt)

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


def is_static(value: Any) -> bool:
    """Functions, classes and modules are resolved before the program runs; data as it runs."""
    if isinstance(value, types.ModuleType | type):
        return True
    return callable(value) and (
        isinstance(
            value,
            types.FunctionType | types.BuiltinFunctionType | types.MethodType,
        )
        or type(value).__module__.split(".")[0]
        in ("numpy", "scipy", "functools", "numba", "builtins", "srctransform", "operator")
    )


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


def _returns(stmt: Any) -> bool:
    """Is there a return in this statement, outside of nested functions?"""
    if isinstance(stmt, gast.Return):
        return True
    if isinstance(stmt, gast.FunctionDef | gast.Lambda):
        return False
    return any(_returns(child) for child in gast.iter_child_nodes(stmt))


def _local_names(node: Any) -> set[str]:
    """The names a function binds: its parameters and what it assigns."""
    found: set[str] = set()

    def visit(n: Any, top: bool) -> None:
        if isinstance(n, gast.FunctionDef) and not top:
            found.add(n.name)
            return
        if isinstance(n, gast.Lambda) and not top:
            return
        if isinstance(n, gast.ListComp | gast.GeneratorExp):
            visit(n.generators[0].iter, False)
            return
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store | gast.Param | gast.Del):
            found.add(n.id)
        for child in gast.iter_child_nodes(n):
            visit(child, False)

    visit(node, True)
    return found


def lower(fn: types.FunctionType) -> Function:
    """The IR of a plain Python function. Raises SourceError, UnsupportedError."""
    from dataclasses import replace

    tree, source = read_source(fn)
    fence(tree, source)
    defaults = [Const(value) for value in fn.__defaults__ or ()]
    given = fn.__kwdefaults__ or {}
    kw_defaults = [Const(given[a.id]) if a.id in given else None for a in tree.args.kwonlyargs]
    lowerer = Lowerer(source)
    function = lowerer.function(desugar(tree), defaults, kw_defaults)
    return replace(function, origin=fn)
