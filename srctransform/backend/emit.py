"""IR -> the text of one Python function.

    t = mul w x                    def f(w, x):
    h = sin t             →            h = np.sin(w * x)
    return h                           return h
"""

from __future__ import annotations

import inspect
import operator
import textwrap
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import Any

import gast
import numpy as np

from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, Function, For, GlobalRef, If, Let, Param, Stmt, Var
from ..ir.walk import operands, statements
from ..runtime import spread
from .helpers import with_dependencies
from .names import Namer
from .plan import WRITES, Plan
from .printer import statement_lines, to_text
from .spelling import (
    BINARY, COMPARE, INPLACE_BINARY, SHORT_ATTRIBUTE, SHORT_METHOD, UNARY, Imports, constant, dotted,
)  # fmt: skip


@dataclass
class Emitted:
    """A function's text, and what it needs around it."""

    lines: list[str]
    imports: Imports
    helpers: list[Any] = field(default_factory=list)  # functions of `runtime`, in order of use
    captured: dict[str, Any] = field(default_factory=dict)  # printed name -> GlobalRef or object
    helper_names: dict[Any, str] = field(default_factory=dict)  # what each helper is printed as


@dataclass(frozen=True)
class Comments:
    """The user's comments, and the lines each of the user's statements covers."""

    by_line: dict[int, tuple[str, bool]] = field(default_factory=dict)
    ranges: tuple[tuple[int, int], ...] = ()
    file: str = ""


def emit(
    fn: Function, types: Types, primal: frozenset[Var], namespace: dict[str, Any],
    comments: Comments, *, literal: bool = False, two_parts: bool = True,
) -> Emitted:  # fmt: skip
    """The text of a function. `literal`: one primitive a line, for teaching. `two_parts`: a blank
    line stands between the forward and the backward part."""
    emitter = _Emitter(fn, types, primal, namespace, comments, literal)
    emitter.two_parts = two_parts
    return emitter.run()


class _Emitter:
    def __init__(
        self, fn: Function, types: Types, primal: frozenset[Var], namespace: dict[str, Any],
        comments: Comments, literal: bool,
    ) -> None:  # fmt: skip
        self.fn = fn
        self.types = types
        self.primal = primal
        self.comments = comments
        self.literal = literal
        block = fn.block
        self.plan = Plan(block, primal, self._expand)
        user = {p.name for p in fn.params}
        user |= {v.hint for v in _defined(block) if v.user and v.hint}
        self.captured: dict[str, Any] = {}
        self.capture_names: dict[Any, str] = {}
        self.namer = Namer(user, ())
        self.imports = Imports(namespace, set(user))
        self.helpers: list[Any] = []
        self.helper_names: dict[Any, str] = {}
        self._name_captures(block, user)
        self.namer.reserved |= set(self.captured)
        self.said: set[int] = set()
        self.started_backward = False
        self.two_parts = True

    def _expand(self, let: Let) -> bool:
        return self.literal and let.prim not in LITERAL_FOLDS

    def _name_captures(self, block: Block, user: set[str]) -> None:
        for stmt in statements(block):
            if isinstance(stmt, Let) and stmt.prim is prims.global_ref:
                assert isinstance(stmt.args[0], Const)
                self._capture(stmt.args[0].value, stmt.args[0].value.name, user)

    def _capture(self, what: Any, name: str, user: set[str]) -> str:
        key = what if isinstance(what, GlobalRef) else id(what)
        if key not in self.capture_names:
            stem = name = name.lstrip("·")
            count = 1
            while name in user or name in self.captured or name in self.namer.reserved:
                count += 1
                name = f"{stem}_{count}"
            self.capture_names[key] = name
            self.captured[name] = what
        return self.capture_names[key]

    # ------------------------------------------------------------ the function

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

    # ------------------------------------------------------------ statements

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
        return self.two_parts and not any(v in self.primal for v in _outs(stmt))

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
            return [], f"# line {stmt.span.line}: {_quote(stmt.span.text)}" if stmt.span.text else ""
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
        behind = [by_line[k][0] for k in range(start, stop + 1) if by_line.get(k, nothing)[1] is False]
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
        op, minus = gast.Add(), self._folded_let(value, operator.neg)
        if minus is not None:
            op, value = gast.Sub(), minus.args[0]
        return gast.AugAssign(target=target, op=op, value=self.expr(value))

    def _folded_let(self, atom: Atom, prim: Any) -> Let | None:
        if not (isinstance(atom, Var) and atom in self.plan.folded):
            return None
        stmt = self.plan.defs[atom]
        return stmt if isinstance(stmt, Let) and stmt.prim is prim else None

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
            if own and result not in self.plan.folded and result not in taken and out in self.namer.names:
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

    # ------------------------------------------------------------ expressions

    def expr(self, atom: Atom) -> Any:
        if isinstance(atom, Const):
            return self.const(atom)
        if atom in self.plan.folded:
            stmt = self.plan.defs[atom]
            return self.if_expr(stmt) if isinstance(stmt, If) else self.call_expr(stmt)  # type: ignore[arg-type]
        return _load(self.namer.names[atom])

    def const(self, atom: Const) -> Any:
        value = atom.value
        if atom.spelling and not callable(value) and "." in atom.spelling:
            for module in ("numpy", "math", "cmath"):
                name = atom.spelling.split(".")[-1]
                if getattr(__import__(module), name, None) is value:
                    return dotted(f"{self.imports.module(module)}.{name}")
        if callable(value) and atom.spelling:
            text = self.imports.function(value, atom.spelling)
            if text:
                return dotted(text)
        tree = constant(value, self.imports)
        if tree is None:
            name = getattr(value, "__name__", "") or "constant"
            tree = _load(self._capture(value, name, self.namer.user_names))
        return tree

    def if_expr(self, stmt: If) -> Any:
        then, orelse = stmt.then.results[0], stmt.orelse.results[0]
        test = self.expr(stmt.cond)
        if orelse is stmt.cond:
            return gast.BoolOp(op=gast.And(), values=[test, self.expr(then)])
        if then is stmt.cond:
            return gast.BoolOp(op=gast.Or(), values=[test, self.expr(orelse)])
        return gast.IfExp(test=test, body=self.expr(then), orelse=self.expr(orelse))

    def index(self, atom: Atom) -> Any:
        """What stands between square brackets."""
        if isinstance(atom, Const):
            return _const_index(atom.value, self)
        made = self._folded_let(atom, prims.make_tuple)
        if made is not None and made.args:
            elts = [self.index(a) for a in made.args]
            return gast.Tuple(elts=elts, ctx=gast.Load())
        cut = self._folded_let(atom, slice)
        if cut is not None:
            parts = [None if _is_none(a) else self.expr(a) for a in cut.args]
            if len(parts) == 1:
                parts = [None, *parts]
            parts += [None] * (3 - len(parts))
            return gast.Slice(lower=parts[0], upper=parts[1], step=parts[2])
        return self.expr(atom)

    def call_expr(self, stmt: Let) -> Any:
        """The right-hand side of a statement."""
        prim, args = stmt.prim, stmt.args
        if prim is operator.mul and self.literal is False:
            return self.product(stmt)
        if prim in BINARY or prim in INPLACE_BINARY:
            op = BINARY.get(prim) or INPLACE_BINARY[prim]
            return gast.BinOp(left=self.expr(args[0]), op=op(), right=self.expr(args[1]))
        if prim in COMPARE:
            right = [self.expr(args[1])]
            return gast.Compare(left=self.expr(args[0]), ops=[COMPARE[prim]()], comparators=right)
        if prim is operator.neg and stmt.out not in self.primal:
            return self.negated(args[0])
        if prim in UNARY:
            return gast.UnaryOp(op=UNARY[prim](), operand=self.expr(args[0]))
        printed = PRINTED.get(prim)
        if printed is not None:
            return printed(self, stmt)
        return self.function_call(stmt)

    def product(self, stmt: Let) -> Any:
        """c * (a * b) of the backward part is written c * a * b."""
        left, right = stmt.args
        inner = self._folded_let(right, operator.mul) if stmt.out not in self.primal else None
        if inner is None or right in self.primal:
            return gast.BinOp(left=self.expr(left), op=gast.Mult(), right=self.expr(right))
        first = replace(stmt, args=(left, inner.args[0]))
        return gast.BinOp(left=self.product(first), op=gast.Mult(), right=self.expr(inner.args[1]))

    def negated(self, atom: Atom) -> Any:
        """-(a * b) of the backward part is written -a * b."""
        for prim, op in ((operator.mul, gast.Mult), (operator.truediv, gast.Div)):
            inner = self._folded_let(atom, prim)
            if inner is not None and inner.out not in self.primal and not self.literal:
                tree = self.call_expr(inner)
                head = tree
                while isinstance(head.left, gast.BinOp) and isinstance(head.left.op, gast.Mult | gast.Div):
                    head = head.left
                if isinstance(head.left, gast.Name | gast.Call | gast.Subscript | gast.Attribute):
                    head.left = gast.UnaryOp(op=gast.USub(), operand=head.left)
                    return tree
                assert op
        return gast.UnaryOp(op=gast.USub(), operand=self.expr(atom))

    def function_call(self, stmt: Let) -> Any:
        prim, args, spelling = stmt.prim, list(stmt.args), stmt.spelling
        keywords = [gast.keyword(arg=k, value=self.expr(a)) for k, a in stmt.kwargs]
        receiver = isinstance(args[0], Var) if args else False
        if spelling.startswith(".") and spelling.endswith("()") and receiver:
            func = gast.Attribute(value=self.expr(args[0]), attr=spelling[1:-2], ctx=gast.Load())
            rest = args[1:]
            made = self._folded_let(rest[0], prims.make_tuple) if len(rest) == 1 else None
            if made is not None and spelling == ".reshape()":
                rest = list(made.args)
            return gast.Call(func=func, args=[self.expr(a) for a in rest], keywords=keywords)
        array = bool(args) and isinstance(args[0], Var) and bool(self.types.of(args[0]).array)
        if prim in SHORT_ATTRIBUTE and len(args) == 1 and (spelling.startswith(".") or array):
            if not spelling or spelling.startswith(".") or array and stmt.out not in self.primal:
                return gast.Attribute(value=self.expr(args[0]), attr=SHORT_ATTRIBUTE[prim], ctx=gast.Load())
        if spelling in (".real", ".imag") and receiver:
            return gast.Attribute(value=self.expr(args[0]), attr=spelling[1:], ctx=gast.Load())
        if array and prim in SHORT_METHOD and stmt.out not in self.primal:
            func = gast.Attribute(value=self.expr(args[0]), attr=SHORT_METHOD[prim], ctx=gast.Load())
            return gast.Call(func=func, args=[self.expr(a) for a in args[1:]], keywords=keywords)
        method = METHOD_ONLY.get(prim)
        if method is not None and args:
            func = gast.Attribute(value=self.expr(args[0]), attr=method, ctx=gast.Load())
            return gast.Call(func=func, args=[self.expr(a) for a in args[1:]], keywords=keywords)
        func = self.function_name(stmt)
        return gast.Call(func=func, args=[self.expr(a) for a in args], keywords=keywords)

    def function_name(self, stmt: Let) -> Any:
        prim = stmt.prim
        if (getattr(prim, "__module__", "") or "").startswith("srctransform.runtime"):
            return _load(self.helper(prim))
        if getattr(prim, "__module__", "") == prims.__name__:
            raise UnsupportedError(f"cannot print {prim.__name__}", stmt.span)
        text = self.imports.function(prim, stmt.spelling)
        if text:
            return dotted(text)
        name = getattr(prim, "__name__", "function").replace("<lambda>", "function")
        return _load(self._capture(prim, name, self.namer.user_names))

    def helper(self, fn: Any) -> str:
        """The name of a helper, which is its own unless the user has something of that name."""
        if fn not in self.helpers:
            self.helpers.append(fn)
        for needed in with_dependencies([fn]):
            if needed not in self.helper_names:
                name = needed.__name__
                while name in self.namer.user_names or name in self.captured:
                    name += "_"
                self.helper_names[needed] = name
                self.namer.reserved.add(name)
        return self.helper_names[fn]

    def _hint(self, stmt: Let) -> str:
        """A name for what a temporary holds: exp_z, sum_exp_z."""
        if stmt.out.hint or stmt.out.named or self.literal:
            return ""
        word = getattr(stmt.prim, "__name__", "")
        if stmt.prim in BINARY or stmt.prim in UNARY or not word.isidentifier() or not stmt.args:
            return ""
        if stmt.prim in COMPARE or stmt.prim in UNDESCRIBED:
            return ""
        if stmt.prim is np.arange:
            return "index"
        first = self._subject(stmt.args[0])
        return f"{word}_{first}" if first and len(f"{word}_{first}") <= 20 else ""

    def _subject(self, atom: Atom) -> str:
        if isinstance(atom, Const):
            return ""
        if atom in self.plan.folded:
            inner = self.plan.defs[atom]
            if isinstance(inner, Let) and inner.prim is operator.neg:
                return self._subject(inner.args[0])
            if isinstance(inner, Let) and inner.prim not in UNDESCRIBED | BINARY.keys() and inner.args:
                word = getattr(inner.prim, "__name__", "")
                first = self._subject(inner.args[0])
                return f"{word}_{first}" if first and word.isidentifier() else ""
            return ""
        name = self.namer.names.get(atom, "")
        return name if not name[-1:].isdigit() or name in self.namer.user_names else ""


# ---------------------------------------------------------------- how syntax is printed


def _print_getitem(e: _Emitter, stmt: Let) -> Any:
    base, index = stmt.args
    return gast.Subscript(value=e.expr(base), slice=e.index(index), ctx=gast.Load())


def _print_getattr(e: _Emitter, stmt: Let) -> Any:
    base, name = stmt.args
    assert isinstance(name, Const)
    return gast.Attribute(value=e.expr(base), attr=name.value, ctx=gast.Load())


def _print_dtype(e: _Emitter, stmt: Let) -> Any:
    return gast.Attribute(value=e.expr(stmt.args[0]), attr="dtype", ctx=gast.Load())


def _print_tuple(e: _Emitter, stmt: Let) -> Any:
    return gast.Tuple(elts=[e.expr(a) for a in stmt.args], ctx=gast.Load())


def _print_list(e: _Emitter, stmt: Let) -> Any:
    return gast.List(elts=[e.expr(a) for a in stmt.args], ctx=gast.Load())


def _print_set(e: _Emitter, stmt: Let) -> Any:
    return gast.Set(elts=[e.expr(a) for a in stmt.args])


def _print_dict(e: _Emitter, stmt: Let) -> Any:
    names = stmt.args[0]
    if isinstance(names, Const):
        keys = [e.const(Const(k)) for k in names.value]
    else:
        made = e._folded_let(names, prims.make_tuple)
        assert made is not None
        keys = [e.expr(a) for a in made.args]
    return gast.Dict(keys=keys, values=[e.expr(a) for a in stmt.args[1:]])


def _print_record(e: _Emitter, stmt: Let) -> Any:
    cls, names = stmt.args[0], stmt.args[1]
    assert isinstance(cls, Const) and isinstance(names, Const)
    name = e._capture(cls.value, cls.value.__name__, e.namer.user_names)
    keywords = [
        gast.keyword(arg=n, value=e.expr(a)) for n, a in zip(names.value, stmt.args[2:], strict=True)
    ]
    return gast.Call(func=_load(name), args=[], keywords=keywords)


def _print_first(e: _Emitter, stmt: Let) -> Any:
    return e.expr(stmt.args[0])


def _print_global(e: _Emitter, stmt: Let) -> Any:
    assert isinstance(stmt.args[0], Const)
    return _load(e.capture_names[stmt.args[0].value])


def _print_fstring(e: _Emitter, stmt: Let) -> Any:
    template = stmt.args[0]
    assert isinstance(template, Const)
    values = iter(stmt.args[1:])
    parts: list[Any] = []
    for part in template.value:
        if isinstance(part, str):
            parts.append(gast.Constant(value=part, kind=None))
            continue
        conversion, spec = part
        text = gast.JoinedStr(values=[gast.Constant(value=spec, kind=None)]) if spec else None
        parts.append(
            gast.FormattedValue(value=e.expr(next(values)), conversion=conversion, format_spec=text)
        )
    return gast.JoinedStr(values=parts)


def _print_call(e: _Emitter, stmt: Let) -> Any:
    func, *args = [e.expr(a) for a in stmt.args]
    keywords = [gast.keyword(arg=k, value=e.expr(a)) for k, a in stmt.kwargs]
    return gast.Call(func=func, args=args, keywords=keywords)


def _print_method(e: _Emitter, stmt: Let) -> Any:
    base, name, *args = stmt.args
    assert isinstance(name, Const)
    func = gast.Attribute(value=e.expr(base), attr=name.value, ctx=gast.Load())
    keywords = [gast.keyword(arg=k, value=e.expr(a)) for k, a in stmt.kwargs]
    return gast.Call(func=func, args=[e.expr(a) for a in args], keywords=keywords)


def _print_spread(e: _Emitter, stmt: Let) -> Any:
    g, z = stmt.args
    numpy = e.imports.module("numpy")
    kind = e.types.of(z)
    if isinstance(g, Const) and kind.array and kind.inexact:
        if g.value in (0.0, 1.0):
            word = "ones_like" if g.value == 1.0 else "zeros_like"
            return gast.Call(func=dotted(f"{numpy}.{word}"), args=[e.expr(z)], keywords=[])
        return gast.Call(func=dotted(f"{numpy}.full_like"), args=[e.expr(z), e.expr(g)], keywords=[])
    made = e.plan.defs.get(z) if isinstance(z, Var) else None
    joint = isinstance(made, Let) and made.prim is np.broadcast
    shape = (
        gast.Attribute(value=e.expr(z), attr="shape", ctx=gast.Load())
        if kind.array or joint
        else gast.Call(func=dotted(f"{numpy}.shape"), args=[e.expr(z)], keywords=[])
    )
    if isinstance(g, Const) and not joint:  # a plain number takes the precision of z
        zero = gast.Constant(value=0.0, kind=None)
        dtype = gast.Call(
            func=dotted(f"{numpy}.result_type"), args=[e.expr(z), zero], keywords=[]
        )
        return gast.Call(
            func=dotted(f"{numpy}.full"), args=[shape, e.expr(g), dtype], keywords=[]
        )
    return gast.Call(func=dotted(f"{numpy}.broadcast_to"), args=[e.expr(g), shape], keywords=[])


def _print_not_in(e: _Emitter, stmt: Let) -> Any:
    left, right = [e.expr(a) for a in stmt.args]
    return gast.Compare(left=left, ops=[COMPARE[stmt.prim]()], comparators=[right])


def _print_unpack(e: _Emitter, stmt: Let) -> Any:
    return gast.Call(func=dotted("tuple"), args=[e.expr(stmt.args[0])], keywords=[])


PRINTED = {
    operator.getitem: _print_getitem, getattr: _print_getattr, prims.dtype_of: _print_dtype,
    prims.make_tuple: _print_tuple, prims.make_list: _print_list, prims.make_set: _print_set,
    prims.make_dict: _print_dict, prims.make_record: _print_record, prims.first_of: _print_first,
    prims.stop_gradient: _print_first,
    prims.global_ref: _print_global, prims.fstring: _print_fstring, prims.call: _print_call,
    prims.call_method: _print_method, spread: _print_spread, prims.unpack: _print_unpack,
}  # fmt: skip

#: what a temporary is not named for
UNDESCRIBED = frozenset({
    operator.getitem, getattr, prims.make_tuple, prims.make_list, np.shape, np.size, slice, len,
    prims.global_ref, prims.first_of, np.broadcast,
})  # fmt: skip

METHOD_ONLY = {prims.astype: "astype", prims.item: "item", prims.tolist: "tolist", prims.flatten: "flatten"}

#: with optimize=False these are still part of the line they belong to
LITERAL_FOLDS = frozenset({
    prims.make_tuple, slice, prims.global_ref, np.shape, prims.fstring, prims.make_dict,
    prims.make_list, prims.make_record,
})  # fmt: skip


def _load(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)


def _store(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)


def _is_none(a: Atom) -> bool:
    return isinstance(a, Const) and a.value is None


def _const_index(value: Any, e: _Emitter) -> Any:
    if isinstance(value, tuple) and value:
        return gast.Tuple(elts=[_const_index(v, e) for v in value], ctx=gast.Load())
    if isinstance(value, slice):
        parts = [None if p is None else constant(p, e.imports) for p in (value.start, value.stop, value.step)]
        return gast.Slice(lower=parts[0], upper=parts[1], step=parts[2])
    return e.const(Const(value))


def _outs(stmt: Stmt) -> tuple[Var, ...]:
    return (stmt.out,) if isinstance(stmt, Let) else stmt.outs


def _defined(block: Block) -> list[Var]:
    return [v for stmt in statements(block) for v in _outs(stmt)]


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
