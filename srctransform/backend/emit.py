"""IR -> the text of one Python function.

t = w * x                      def f(w, x):
h = sin(t)            →            h = np.sin(w * x)
return h                           return h
"""

from __future__ import annotations

import inspect
import operator
import textwrap
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import (
    UNBOUND,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Param,
    Stmt,
    Var,
)
from ..ir.walk import operands, outs, statements
from .expressions import Comments, Expressions
from .plan import WRITES
from .printer import statement_lines, to_text
from .spelling import (
    BINARY,
    UNARY,
    Imports,
    constant,
    dotted,
)  # fmt: skip


@dataclass
class Emitted:
    """A function's text, and what it needs around it."""

    lines: list[str]
    imports: Imports
    helpers: list[Any] = field(default_factory=list)  # functions of `runtime`, in order of use
    captured: dict[str, Any] = field(default_factory=dict)  # printed name -> GlobalRef or object
    helper_names: dict[Any, str] = field(default_factory=dict)  # what each helper is printed as


def emit(
    fn: Function, types: Types, primal: frozenset[Var], namespace: dict[str, Any],
    comments: Comments, *, literal: bool = False, two_parts: bool = True,
) -> Emitted:  # fmt: skip
    """The text of a function. `literal`: one primitive a line, for teaching. `two_parts`: a blank
    line stands between the forward and the backward part."""
    emitter = _Emitter(fn, types, primal, namespace, comments, literal)
    emitter.two_parts = two_parts
    return emitter.run()


class _Emitter(Expressions):
    """Prints statements."""

    def run(self) -> Emitted:
        end = self.plan.end[id(self.fn.block)]
        for p in self.fn.params:
            self.namer.hold(p.var, p.name, self.plan.last_read.get(p.var, 0))
        self._claim_names_of_gradients()
        self._reserve_library_names()
        body = self.block(self.fn.block, 4, top=True)
        result = self.fn.block.results[0]
        tree = gast.Return(value=self.expr(result))
        if isinstance(tree.value, gast.Constant) and tree.value.value is None:
            body += ["    return None"]
        else:
            body += statement_lines(tree, 4)
        del end
        head = self._head()
        doc = _docstring(self.fn.doc)
        return Emitted([*head, *doc, *body], self.imports, self.helpers, self.captured,
                       self.helper_names)  # fmt: skip

    def _claim_names_of_gradients(self) -> None:
        """What is returned as the gradient of x is dx, and not the adjoint of a later x."""
        params = {p.var for p in self.fn.params}
        for var, stmt in self.plan.defs.items():
            if var.role and var.of in params and var not in self.plan.folded:
                self.namer.claims[self.namer.stem(var)] = self.plan.position[id(stmt)]

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
            return self._capture(p.default.value, f"{p.name}_default", self.namer.user_names)
        return to_text(tree)

    def block(self, block: Block, indent: int, top: bool = False) -> list[str]:
        lines: list[str] = []
        for stmt in block.body:
            text = self.statement(stmt, indent)
            if not text:
                continue
            if top and lines and not self.started_backward and self._is_backward(stmt):
                self.started_backward = True
                lines.append("")
            elif top and self._is_backward(stmt):
                self.started_backward = True
            lines += text
        return lines

    def _is_backward(self, stmt: Stmt) -> bool:
        return self.two_parts and not any(v in self.primal for v in outs(stmt))

    def statement(self, stmt: Stmt, indent: int) -> list[str]:
        if isinstance(stmt, If):
            return self.branch(stmt, indent)
        if isinstance(stmt, For):
            return self.loop(stmt, indent)
        assert isinstance(stmt, Let)
        if stmt.out in self.plan.folded:
            return []
        before, after = self._comments(stmt)
        tree = self.let_statement(stmt)
        lines = statement_lines(tree, indent, after) if tree is not None else []
        return [" " * indent + c for c in before] + lines if lines else []

    def _comments(self, stmt: Let) -> tuple[list[str], str]:
        """The user's comments above and behind the line this statement comes from."""
        if self.literal and stmt.out not in self.primal and stmt.span is not None:
            if stmt.span.file != self.comments.file:
                return [], ""
            return (
                [],
                f"# line {stmt.span.line}: {_quote(stmt.span.text)}" if stmt.span.text else "",
            )
        if stmt.out not in self.primal or stmt.span is None or stmt.span.file != self.comments.file:
            return [], ""
        line = stmt.span.line
        ranges, by_line = self.comments.ranges, self.comments.by_line
        index = bisect_left(ranges, line, key=operator.itemgetter(1))
        if index == len(ranges) or line < ranges[index][0] or index in self.said:
            return [], ""
        self.said.add(index)
        start, stop = ranges[index]
        floor = ranges[index - 1][1] if index else 0
        nothing = "", None
        above = [by_line[k][0] for k in range(floor + 1, start) if by_line.get(k, nothing)[1]]
        behind = [
            by_line[k][0] for k in range(start, stop + 1) if by_line.get(k, nothing)[1] is False
        ]
        return above, behind[0] if behind else ""

    def let_statement(self, stmt: Let) -> Any:
        """The statement as a tree; None if it needs no line."""
        if stmt.prim is prims.assert_:
            test, *message = [self.expr(a) for a in stmt.args]
            return gast.Assert(test=test, msg=message[0] if message else None)
        if stmt.prim in WRITES:
            return self.write(stmt)
        if stmt.prim is prims.append:
            self.namer.names[stmt.out] = self.namer.names[stmt.args[0]]  # type: ignore[index]
            push = gast.Attribute(value=self.expr(stmt.args[0]), attr="append", ctx=gast.Load())
            item = self.expr(stmt.args[1])
            return gast.Expr(value=gast.Call(func=push, args=[item], keywords=[]))
        value = self.call_expr(stmt)
        if stmt.out not in self.plan.last_read:
            return gast.Expr(value=value)
        return self.assign(stmt.out, value, self.plan.position[id(stmt)], self._hint(stmt))

    def assign(self, out: Var, value: Any, position: int, hint: str = "") -> Any:
        name = self.namer.names.get(out)
        if name is None:
            last = self.plan.last_read.get(out, position)
            label = self._label(out)
            name = self.namer.assign(label, position, last, hint)
            self.namer.names[out] = name
        return gast.Assign(targets=[_store(name)], value=value, type_comment=None)

    def _label(self, out: Var) -> Var:
        """A buffer has the name of its last version."""
        named = [v for v in self.plan.versions.get(out, ()) if v.of or v.user]
        return named[-1] if named and not (out.of or out.user) else out

    def write(self, stmt: Let) -> Any:
        buffer, value, *path = stmt.args
        assert isinstance(buffer, Var)
        root = self.plan.root[stmt.out]
        self.namer.names[stmt.out] = self.namer.names[root]
        target = self.expr(buffer)
        if stmt.prim is prims.accumulate_at:
            add = dotted(f"{self.imports.module('numpy')}.add.at")
            args = [target, self.expr(path[0]), self.expr(value)]
            return gast.Expr(value=gast.Call(func=add, args=args, keywords=[]))
        for part in path:
            target = gast.Subscript(value=target, slice=self.index(part), ctx=gast.Store())
        if stmt.prim is prims.store:
            return gast.Assign(targets=[target], value=self.expr(value), type_comment=None)
        minus = self._folded_let(value, operator.neg)
        if minus is not None:
            tree = self.expr(minus.args[0])
            return gast.AugAssign(target=target, op=gast.Sub(), value=tree)
        tree = self.expr(value)
        op = gast.Sub() if strip_sign(tree) else gast.Add()
        return gast.AugAssign(target=target, op=op, value=tree)

    def branch(self, stmt: If, indent: int) -> list[str]:
        position = self.plan.position[id(stmt)]
        if self.plan.is_expression(stmt) and not self.literal:
            (out,) = stmt.outs
            if out in self.plan.folded:
                return []
            return statement_lines(self.assign(out, self.if_expr(stmt), position), indent)
        for out, a, b in zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True):
            if out not in self.plan.last_read or out in self.namer.names:
                continue  # nobody reads it, or the arm around it has named it
            like = next((v for v in (a, b) if isinstance(v, Var) and (v.hint or v.of)), out)
            label = out if (out.hint or out.of) else like
            own = self.namer.names.get(label)
            name = self.namer.assign(label, position, self.plan.last_read[out])
            if own is not None:  # the label is a value from before the branch: it keeps its name
                self.namer.names[label] = own
            self.namer.names[out] = name
        arms = [self.arm(stmt, arm, indent + 4) for arm in (stmt.then, stmt.orelse)]
        pad = " " * indent
        test = self.expr(stmt.cond)
        if not arms[0]:
            if not arms[1]:
                return []
            test = gast.UnaryOp(op=gast.Not(), operand=test)
            return [f"{pad}if {to_text(test)}:", *arms[1]]
        lines = [f"{pad}if {to_text(test)}:", *arms[0]]
        return [*lines, f"{pad}else:", *arms[1]] if arms[1] else lines

    def loop(self, stmt: For, indent: int) -> list[str]:
        """A for loop; a carried value goes by one name before, in and after it."""
        position, end = self.plan.position[id(stmt)], self.plan.end[id(stmt.body)]
        item, *carried = stmt.body.params
        lines: list[str] = []
        for out, param, init in zip(stmt.outs, carried, stmt.init, strict=True):
            last = max(self.plan.last_read.get(out, end), end)
            name = self.namer.assign(out, position, last)
            self.namer.names[out] = self.namer.names[param] = name
            start = gast.Assign(targets=[_store(name)], value=self.expr(init), type_comment=None)
            lines += statement_lines(start, indent)
        counter = self.namer.assign(item, position, end)
        head = f"for {counter} in {to_text(self.expr(stmt.iterable))}:"
        body = self.block(stmt.body, indent + 4)
        for param, result in zip(carried, stmt.body.results, strict=True):
            body += self.carry(param, result, indent + 4)
        return [*lines, " " * indent + head, *body]

    def carry(self, param: Var, result: Atom, indent: int) -> list[str]:
        """Hand a carried value on to the next round."""
        name = self.namer.names[param]
        if isinstance(result, Var) and self.namer.names.get(result) == name:
            return []
        added = self._folded_let(result, operator.add)
        if added is not None and added.args[0] is param:
            value = self.expr(added.args[1])
            return statement_lines(
                gast.AugAssign(target=_store(name), op=gast.Add(), value=value), indent
            )
        value = self.expr(result)
        return statement_lines(
            gast.Assign(targets=[_store(name)], value=value, type_comment=None), indent
        )

    def arm(self, stmt: If, arm: Block, indent: int) -> list[str]:
        """An arm's lines; what it yields goes by the names of the outs."""
        taken: set[Var] = set()
        for out, result in zip(stmt.outs, arm.results, strict=True):
            own = isinstance(result, Var) and self.plan.home.get(result) is arm
            if (
                own
                and result not in self.plan.folded
                and result not in taken
                and out in self.namer.names
            ):
                assert isinstance(result, Var)
                if self.plan.root.get(result) is None:
                    self.namer.names[result] = self.namer.names[out]
                    taken.add(result)
        lines = self.block(arm, indent)
        for out, result in zip(stmt.outs, arm.results, strict=True):
            if out not in self.namer.names:
                continue
            if isinstance(result, Const) and result.value is UNBOUND:
                continue
            name = self.namer.names[out]
            tree = self.expr(result)
            if not (isinstance(tree, gast.Name) and tree.id == name):
                lines += statement_lines(
                    gast.Assign(targets=[_store(name)], value=tree, type_comment=None), indent
                )
        return lines


def strip_sign(tree: Any) -> bool:
    """Take the minus off -2.0 * x, if the product starts with one."""
    while isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Mult | gast.Div):
        first = tree.left
        if isinstance(first, gast.UnaryOp) and isinstance(first.op, gast.USub):
            tree.left = first.operand
            return True
        tree = first
    return False


def _store(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)


def _quote(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:37] + "..."


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
