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

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, Function, Param, Prim, Var
from .desugar import desugar
from .expressions import Expressions
from .fence import fence
from .scope import LocalFunction, is_static
from .source import read_source

INPLACE: dict[str, Prim] = {
    name: getattr(__import__("operator"), "i" + fn.__name__.strip("_"))
    for name, fn in prims.BINARY.items()
}


class Lowerer(Expressions):
    """One function's lowering: a builder and the names bound so far."""

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
