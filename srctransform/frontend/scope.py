"""Names and what they stand for: locals, variables of functions around, globals, builtins.

K = 3.0
def f(x):
    def g(t): return t * h      h is captured, at each use of g
    h = x * K                   K is read when the program runs
    return np.sin(g(x))         np.sin is known now
"""

from __future__ import annotations

import abc
import types
from dataclasses import dataclass
from typing import Any

from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, GlobalRef, Itself, Let, Prim, Var
from .source import Source
from .syntax import rebound


class LocalFunction:
    """A nested def or lambda: lowered once, closed over the names' values at each use.

    Python's closures see what a variable is when they are called. A call by name closes there, so
    it sees the same; a closure that is kept as a value must have `settled` variables.
    """

    def __init__(self, node: Any, scope: Scope, repeated: bool = False) -> None:
        self.node = node
        self.scope = scope
        self.repeated = repeated  # the body of a comprehension, which runs once for each item
        self.defaults = [scope.expr(d) for d in node.args.defaults]
        self.kw_defaults = [d and scope.expr(d) for d in node.args.kw_defaults]
        self.lowered: tuple[Function, list[str]] | None = None
        self.closing = False

    def captures(self) -> tuple[Function, list[str]]:
        """The function, and the names of variables around it that it reads."""
        if self.lowered is None:
            inner = type(self.scope)(self.scope.source, self.scope)
            inner.repeated = self.repeated
            function = inner.function(self.node, self.defaults, self.kw_defaults)
            self.lowered = function, list(inner.captured)
        return self.lowered

    def close(self, builder: Builder) -> Atom:
        """The closure, over the variables' values here and now."""
        if self.closing:  # it calls itself, or a function that it calls does
            return Const(Itself(self.captures()[0]))
        self.closing = True
        try:
            function, names = self.captures()
            captured = [self.scope.lookup(name, self.node) for name in names]
        finally:
            self.closing = False
        defaults = [p.default for p in function.params if isinstance(p.default, Var)]
        return builder.let(prims.closure, Const(function), *captured, *defaults)

    def settled(self, node: Any) -> None:
        """Refuse a closure that is kept at `node` while a variable that it reads changes later."""
        if self.closing:  # functions that call each other are refused where they are closed
            return
        self.closing = True
        try:
            for name in self.captures()[1]:
                held = self.scope.env.get(name)
                if isinstance(held, LocalFunction):
                    held.settled(node)
                scope, at = self.scope, node
                while name not in scope.locals and scope.parent is not None:
                    at, scope = scope.tree, scope.parent
                if scope.repeated or rebound(scope.tree, name, at):
                    raise UnsupportedError(
                        f"a function is kept that reads {name!r}, which gets another value later",
                        self.scope.span(node),
                        f"bind the value it has now: lambda ..., {name}={name}: ...",
                    )
        finally:
            self.closing = False


@dataclass(frozen=True)
class Unreadable:
    """What a name holds where it may not be read: why not."""

    reason: str
    help: str


Binding = Atom | LocalFunction | Unreadable


class Scope(abc.ABC):
    """The names of one function, and the builder of its statements."""

    def __init__(self, source: Source, parent: Scope | None = None) -> None:
        self.source = source
        self.parent = parent
        self.builder = Builder()
        self.env: dict[str, Binding] = {}
        self.locals: set[str] = set()
        self.captured: dict[str, Var] = {}
        self.tree: Any = None
        self.repeated = False

    @abc.abstractmethod
    def function(self, node: Any, defaults: list[Any], kw_defaults: list[Any]) -> Function:
        """Lower a whole function or lambda."""

    @abc.abstractmethod
    def expr(self, node: Any, name: str = "") -> Atom:
        """The value of an expression; `name` is what the user is about to call it."""

    def lookup(self, name: str, node: Any) -> Atom:
        """What a name stands for here."""
        held = self.env.get(name)
        if isinstance(held, LocalFunction):  # to be called here; what is kept must be settled
            return held.close(self.builder)
        if isinstance(held, Unreadable):
            raise UnsupportedError(held.reason, self.span(node), held.help)
        if held is not None:
            return held
        if name in self.locals:
            raise UnsupportedError(f"{name!r} is read before it is assigned", self.span(node))
        if self.parent is not None and self.parent.knows(name):
            return self.captured.setdefault(name, Var(name, user=True))
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

    def bind(self, name: str, value: Binding) -> None:
        self.env[name] = value

    def span(self, node: Any) -> Span | None:
        return self.source.span(node) if node is not None and hasattr(node, "lineno") else None

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

    def user_call(
        self, prim: Prim, args: list[Atom], kwargs: dict[str, Atom], node: Any, out: Var,
        spelling: str = "",
    ) -> Atom:  # fmt: skip
        """A call with the user's own keywords, which may have any name: out, span, ..."""
        stmt = Let(out, prim, tuple(args), tuple(kwargs.items()), self.span(node), spelling)
        return self.builder.add_let(stmt)


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
        in (
            "numpy",
            "scipy",
            "uarray",
            "functools",
            "numba",
            "builtins",
            "srctransform",
            "operator",
        )
    )
