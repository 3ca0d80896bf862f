"""`match` -> a chain of `if`, tree to tree; the subject is held under a hidden name.

match kind:                    ·1 = kind
    case 0 | 1:                if ·1 == 0 or ·1 == 1:
        y = x                      y = x
    case [a, *_] if a > 2:     elif isinstance(·1, Sequence) and ... (a := ·1[0], a > 2)[-1]:
        y = a                      y = a
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gast

from ..errors import UnsupportedError
from .source import Source
from .syntax import placed

Value = Callable[[], Any]  # makes a tree that reads the value


class Pattern:
    """What a pattern asks of a value, as conditions in order, and what it binds."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tests: list[Any] = []
        self.binds: list[tuple[str, Any]] = []

    def visit(self, node: Any, value: Value) -> None:
        match type(node).__name__:
            case "MatchValue":
                self.tests.append(_compare(value(), gast.Eq(), node.value))
            case "MatchSingleton":
                self.tests.append(_compare(value(), gast.Is(), _constant(node.value)))
            case "MatchAs":
                if node.pattern is not None:
                    self.visit(node.pattern, value)
                if node.name is not None:
                    self.binds.append((node.name, value()))
            case "MatchOr":
                self.alternatives(node, value)
            case "MatchSequence":
                self.sequence(node, value)
            case "MatchMapping":
                self.mapping(node, value)
            case kind:
                raise self.refusal(node, f"the pattern {kind} is not supported")

    def alternatives(self, node: Any, value: Value) -> None:
        tests = []
        for pattern in node.patterns:
            one = Pattern(self.source)
            one.visit(pattern, value)
            if one.binds:
                raise self.refusal(node, "a name that alternatives of a pattern bind is refused")
            tests.append(_all(one.tests))
        self.tests.append(gast.BoolOp(op=gast.Or(), values=tests))

    def sequence(self, node: Any, value: Value) -> None:
        patterns = node.patterns
        stars = [k for k, p in enumerate(patterns) if isinstance(p, gast.MatchStar)]
        before = stars[0] if stars else len(patterns)
        after = len(patterns) - before - 1 if stars else 0
        text = _call(isinstance, value(), _constant((str, bytes, bytearray)))
        self.tests += [
            _call(isinstance, value(), _constant(Sequence)),
            gast.UnaryOp(op=gast.Not(), operand=text),
            _compare(
                _call(len, value()),
                gast.GtE() if stars else gast.Eq(),
                _constant(before + after),
            ),
        ]
        for k, pattern in enumerate(patterns):
            if k < before:
                self.visit(pattern, lambda k=k: _item(value(), _constant(k)))  # type: ignore[misc]
            elif k > before:
                last = k - len(patterns)
                self.visit(pattern, lambda k=last: _item(value(), _constant(k)))  # type: ignore[misc]
            elif pattern.name is not None:
                stop = _constant(-after if after else None)
                part = gast.Slice(lower=_constant(before), upper=stop, step=None)
                self.binds.append((pattern.name, _item(_call(list, value()), part)))

    def mapping(self, node: Any, value: Value) -> None:
        if node.rest is not None:
            raise self.refusal(node, "the rest of a mapping in a pattern is not supported")
        self.tests.append(_call(isinstance, value(), _constant(Mapping)))
        for key, pattern in zip(node.keys, node.patterns, strict=True):
            self.tests.append(_compare(key, gast.In(), value()))
            self.visit(pattern, lambda key=key: _item(value(), key))  # type: ignore[misc]

    def refusal(self, node: Any, message: str) -> UnsupportedError:
        return UnsupportedError(message, self.source.span(node), "use `if`")


def match_to_if(node: Any, source: Source, held: str) -> list[Any]:
    """The statements that do what a `match` does."""
    keep = gast.Assign(targets=[_name(held, gast.Store())], value=node.subject, type_comment=None)
    stmts = [keep, *_chain(node.cases, source, lambda: _name(held, gast.Load()))]
    for stmt in stmts:
        placed(stmt, node)
    return stmts


def _chain(cases: list[Any], source: Source, subject: Value) -> list[Any]:
    if not cases:
        return []
    case = cases[0]
    pattern = Pattern(source)
    pattern.visit(case.pattern, subject)
    binds = [
        gast.Assign(targets=[_name(name, gast.Store())], value=value, type_comment=None)
        for name, value in pattern.binds
    ]
    body, tests = [*binds, *case.body], list(pattern.tests)
    if case.guard is not None:  # it sees the names, which stay bound where it fails
        named = [
            gast.NamedExpr(target=_name(name, gast.Store()), value=value)
            for name, value in pattern.binds
        ]
        last = gast.Tuple(elts=[*named, case.guard], ctx=gast.Load())
        tests.append(_item(last, _constant(-1)) if named else case.guard)
        body = case.body
    if not tests:
        return body
    rest = _chain(cases[1:], source, subject)
    return [placed(gast.If(test=_all(tests), body=body, orelse=rest), case.pattern)]


def _all(tests: list[Any]) -> Any:
    if len(tests) > 1:
        return gast.BoolOp(op=gast.And(), values=tests)
    return tests[0] if tests else _constant(True)


def _name(name: str, ctx: Any) -> Any:
    return gast.Name(id=name, ctx=ctx, annotation=None, type_comment=None)


def _constant(value: Any) -> Any:
    return gast.Constant(value=value, kind=None)


def _compare(left: Any, op: Any, right: Any) -> Any:
    return gast.Compare(left=left, ops=[op], comparators=[right])


def _call(fn: Any, *args: Any) -> Any:
    return gast.Call(func=_constant(fn), args=list(args), keywords=[])


def _item(value: Any, index: Any) -> Any:
    return gast.Subscript(value=value, slice=index, ctx=gast.Load())
