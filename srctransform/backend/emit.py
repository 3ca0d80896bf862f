"""IR -> the text of one Python function.

t = w * x                      def f(w, x):
h = sin(t)            →            h = np.sin(w * x)
return h                           return h
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..analysis.types import Types
from ..ir.nodes import Const, Function, Let, Param, Var
from ..ir.walk import blocks, operands, outs, statements
from .control import NEVER, Control, Tail
from .expressions import Comments
from .flags import merge_flags
from .histories import with_histories
from .paths import with_joined_paths
from .printer import fitted, to_text
from .records import with_records
from .spelling import BINARY, UNARY, Imports, constant
from .sums import with_early_sums
from .surroundings import Surroundings, in_order, surroundings
from .unpacking import taken_apart_first


@dataclass
class Emitted:
    """A function's text, and what it needs around it."""

    lines: list[str]
    around: Surroundings
    above: list[list[str]] = field(default_factory=list)  # the functions it calls

    @property
    def imports(self) -> Imports:
        return self.around.imports

    @property
    def helpers(self) -> list[Any]:
        return self.around.helpers

    @property
    def helper_names(self) -> dict[Any, str]:
        return self.around.helper_names

    @property
    def captured(self) -> dict[str, Any]:
        return self.around.captured


def emit(
    fn: Function, types: Types, primal: frozenset[Var], namespace: dict[str, Any],
    comments: Comments, *, literal: bool = False, two_parts: bool = True,
    functions: Mapping[Function, Types] | None = None,
) -> Emitted:  # fmt: skip
    """The text of a function. `literal`: one primitive a line, for teaching. `two_parts`: a blank
    line stands between the forward and the backward part. `functions` are those it calls by
    `prims.call`, which are printed above it."""
    called = in_order(functions or {})
    around = surroundings(fn, called, namespace)
    above = []
    for one in called:
        kinds = (functions or {})[one]
        ready = replace(prepared(one, kinds), name=around.functions[one.name])
        above.append(_Emitter(ready, kinds, primal, around, Comments(), literal).lines())
    ready = prepared(fn if literal else with_joined_paths(fn, types), types)
    emitter = _Emitter(ready, types, primal, around, comments, literal)
    emitter.two_parts = two_parts
    return Emitted(emitter.lines(), around, above)


def prepared(fn: Function, types: Types) -> Function:
    """The function as it is printed: with lists for stacks, and fewer flags."""
    recorded = with_records(with_histories(fn, types), types)
    return taken_apart_first(merge_flags(with_early_sums(recorded)))


class _Emitter(Control):
    """Prints a function."""

    def lines(self) -> list[str]:
        for p in self.fn.params:
            self.namer.hold(self.lives.group(p.var), p.name)
        self._claim_names_of_gradients()
        self._reserve_library_names()
        block = self.fn.block
        self.forward_end = self._end_of_forward()
        body = self.finish(block, block.results, 4, Tail(kind="return"), top=True)
        return [*self._head(), *_docstring(self.fn.doc), *fitted(body)]

    def _claim_names_of_gradients(self) -> None:
        """What is returned as the gradient of x is dx, and not the adjoint of a later x."""
        params = {p.var for p in self.fn.params}
        for var in self.plan.defs:
            if var.role and var.of in params and var not in self.plan.folded:
                self.namer.claims[self.namer.stem(var)] = self.plan.order.born[var]

    def _reserve_library_names(self) -> None:
        """The roots of library names that will be printed must not become variables."""
        self.imports.module("numpy") if self._mentions_numpy() else None
        for stmt in statements(self.fn.block):
            if isinstance(stmt, Let) and stmt.spelling and not stmt.spelling.startswith("."):
                self.namer.reserved.add(stmt.spelling.split(".")[0])
            for a in operands(stmt):
                if isinstance(a, Const) and a.spelling:
                    self.namer.reserved.add(a.spelling.split(".")[0])
        self.namer.reserved |= set(self.imports.values)

    def _mentions_numpy(self) -> bool:
        return any(
            isinstance(s, Let) and s.prim not in BINARY and s.prim not in UNARY
            and isinstance(s.prim, np.ufunc | type(np.sum)) for s in statements(self.fn.block)
        )  # fmt: skip

    def _head(self) -> list[str]:
        parts = []
        seen_star = False
        params = list(self.fn.params)
        kinds = inspect.Parameter
        for k, p in enumerate(params):
            if p.kind is kinds.KEYWORD_ONLY and not seen_star:
                parts.append("*")
                seen_star = True
            if p.kind is kinds.VAR_POSITIONAL:
                seen_star = True
            text = {kinds.VAR_POSITIONAL: "*", kinds.VAR_KEYWORD: "**"}.get(p.kind, "") + p.name
            if p.default is not None:
                text += f"={self._default(p)}"
            parts.append(text)
            last_only = p.kind is kinds.POSITIONAL_ONLY and (
                k + 1 == len(params) or params[k + 1].kind is not kinds.POSITIONAL_ONLY
            )
            if last_only:
                parts.append("/")
        line = f"def {self.fn.name}({', '.join(parts)}):"
        if len(line) <= 79:
            return [line]
        return [f"def {self.fn.name}(", *_rows(parts), "):"]

    def _default(self, p: Param) -> str:
        tree = constant(p.default.value, self.imports)
        if tree is None:
            return self._capture(p.default.value, f"{p.name}_default")
        return to_text(tree)

    def _end_of_forward(self) -> float:
        """The position of the last statement that has a value of the user's."""
        if not self.two_parts:
            return NEVER
        for stmt in reversed(self.fn.block.body):
            inner = (s for block in blocks(stmt) for s in statements(block))
            mirrors = not isinstance(stmt, Let) and stmt.mirrors is not None
            if not mirrors and any(self._is_users(v) for s in (stmt, *inner) for v in outs(s)):
                return self.plan.position[id(stmt)]
        return 0

    def _is_users(self, var: Var) -> bool:
        """Is it printed as a value of the user's? A gradient may begin as such a value."""
        if var not in self.primal or var in self.plan.folded:
            return False
        return self._speaker(var)[0] in self.primal


def _docstring(doc: str) -> list[str]:
    if not doc:
        return []
    lines = doc.splitlines()
    if len(lines) == 1 and len(doc) <= 69:
        return [f'    """{doc}"""']
    wrap = textwrap.TextWrapper(72, break_long_words=False, break_on_hyphens=False).wrap
    lines = [part for line in lines for part in wrap(line) or [""]]
    return [f'    """{lines[0]}', *(f"    {line}".rstrip() for line in lines[1:]), '    """']


def _rows(parts: list[str]) -> list[str]:
    rows = ["   "]
    for part in parts:
        if len(rows[-1]) + len(part) + 2 > 78:
            rows.append("   ")
        rows[-1] += f" {part},"
    if parts[-1].startswith("*") or "/" in parts:
        rows[-1] = rows[-1].rstrip(",")
    return rows
