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
from ..ir.nodes import Const, Function, GlobalRef, Param, Var
from .contexts import Contexts
from .desugar import desugar
from .fence import fence
from .joins import EXITS, FALSE, NOTHING, RESULT, RETURNED, TRUE
from .modules import imports
from .scope import LocalFunction
from .source import read_source
from .syntax import bound_names


class Lowerer(Contexts):
    """One function's lowering: a builder and the names bound so far."""

    def function(self, node: Any, defaults: list[Any], kw_defaults: list[Any]) -> Function:
        self.env |= dict.fromkeys(EXITS, FALSE) | {RESULT: NOTHING}
        self.tree = node
        self.locals = _local_names(node)
        params = self.params(node.args, defaults, kw_defaults)
        if isinstance(node, gast.Lambda):
            name, doc = "lambda_", ""
            result: Any = self.expr(node.body)
        else:
            name, doc = node.name, gast.get_docstring(node) or ""
            end = gast.copy_location(gast.Return(value=None), node)
            self.block([*(node.body[1:] if doc else node.body), end])
            result = self.env[RESULT] if self.env[RETURNED] is TRUE else Const(None)
        assert isinstance(result, Var | Const)
        block = self.builder.block(result)
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
                self.assertion(stmt)
            case "Delete":
                self.delete(stmt.targets)
            case "With":
                self.with_errors(stmt)
            case "Try":
                self.try_finally(stmt)
            case "Import" | "ImportFrom":
                for name, value in imports(self, stmt):
                    if isinstance(value.value, GlobalRef):
                        var = Var(name, user=True)
                        self.bind(name, self.let(prims.global_ref, value, node=stmt, out=var))
                    else:
                        self.bind(name, value)
            case "Pass":
                pass
            case kind:
                raise UnsupportedError(f"the statement {kind} is not supported", self.span(stmt))

    def assertion(self, stmt: Any) -> None:
        """The message is evaluated where the test fails, unless it is plain text."""
        test = self.expr(stmt.test)
        if stmt.msg is None or all(isinstance(n, _TEXT) for n in gast.walk(stmt.msg)):
            message = [self.expr(stmt.msg)] if stmt.msg else []
            self.let(prims.assert_, test, *message, node=stmt)
            return
        kind = gast.Constant(value=AssertionError, kind=None)
        error = gast.Call(func=kind, args=[stmt.msg], keywords=[])
        fail = gast.Raise(exc=gast.copy_location(error, stmt), cause=None)
        gast.copy_location(kind, stmt)
        self.either(test, [], [gast.copy_location(fail, stmt)], [], stmt)


_TEXT = (gast.Constant, gast.JoinedStr, gast.FormattedValue, gast.Name, gast.Load)


def _local_names(node: Any) -> set[str]:
    """The names a function binds: its parameters and what it assigns."""
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    args += [a for a in (node.args.vararg, node.args.kwarg) if a]
    names, _ = bound_names([node.body] if isinstance(node, gast.Lambda) else node.body)
    return {a.id for a in args} | set(names)


def lower(fn: types.FunctionType) -> Function:
    """The IR of a plain Python function. Raises SourceError, UnsupportedError."""
    from dataclasses import replace

    tree, source = read_source(fn)
    fence(tree, source)
    defaults = [Const(value) for value in fn.__defaults__ or ()]
    given = fn.__kwdefaults__ or {}
    kw_defaults = [Const(given[a.id]) if a.id in given else None for a in tree.args.kwonlyargs]
    lowerer = Lowerer(source)
    function = lowerer.function(desugar(tree, source), defaults, kw_defaults)
    return replace(function, origin=fn)
