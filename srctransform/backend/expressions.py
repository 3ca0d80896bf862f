"""Atoms and right-hand sides as trees.

t = w * x
h = sin(t)         the tree of np.sin(w * x)
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import Any

import gast
import numpy as np

from ..analysis.aliasing import memory_of
from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import (
    Atom,
    Block,
    Const,
    Function,
    GlobalRef,
    If,
    Let,
    Var,
)
from ..ir.units import Unit
from ..ir.walk import statements
from .flags import is_exit_flag, is_false, is_flag, is_true
from .helpers import with_dependencies
from .lifetimes import Group, Lifetimes
from .names import Namer
from .order import givers
from .plan import Plan
from .records import sizes_of_records
from .spelling import (
    BINARY,
    COMPARE,
    INPLACE_BINARY,
    SHORT_ATTRIBUTE,
    SHORT_METHOD,
    UNARY,
    constant,
    dotted,
)  # fmt: skip
from .surroundings import Surroundings, user_names
from .syntax import PRINTED, load_name


@dataclass(frozen=True)
class Comments:
    """The user's comments, and the lines each of the user's statements covers."""

    by_line: dict[int, tuple[str, bool]] = field(default_factory=dict)
    ranges: tuple[tuple[int, int], ...] = ()
    file: str = ""


class Expressions:
    """Turns atoms into trees, with the names and folds of one function."""

    def __init__(
        self, fn: Function, types: Types, primal: frozenset[Var], around: Surroundings,
        comments: Comments, literal: bool,
    ) -> None:  # fmt: skip
        self.fn = fn
        self.types = types
        self.primal = primal
        self.comments = comments
        self.literal = literal
        block = fn.block
        self.plan = Plan(block, primal, is_line if literal else never, partial(shares, types))
        self.lives = Lifetimes(self.plan)
        self.owned: dict[int, bool] = {}  # groups that nobody else holds a part of
        self.in_header: set[int] = set()  # statements that a loop's header says
        self.given = givers(block)
        self.records = sizes_of_records(block, self.plan.defs)
        self.recorded = {  # what is recorded last on each list
            s.args[0]: s.args[1]
            for s in statements(block)
            if isinstance(s, Let) and s.prim is prims.push
        }
        self.namer = Namer(user_names(fn), (), primal, self.lives.interfere)
        self.namer.crowded = crowded_adjoints(self.plan, self.lives)
        self.around = around
        self.imports = around.imports
        self._name_captures(block)
        self.namer.reserved |= {*around.captured, *around.functions.values()} - {fn.name}
        self.said: set[int] = set()
        self.forward_end = 0.0  # where the backward part may begin
        self.two_parts = True

    def _name_captures(self, block: Block) -> None:
        for stmt in statements(block):
            if isinstance(stmt, Let) and stmt.prim is prims.global_ref:
                assert isinstance(stmt.args[0], Const)
                self._capture(stmt.args[0].value, stmt.args[0].value.name)

    def _capture(self, what: Any, name: str) -> str:
        """The name of something that is read from outside of the function."""
        key = what if isinstance(what, GlobalRef) else id(what)
        captured, names = self.around.captured, self.around.capture_names
        if key not in names:
            stem = name = name.lstrip("·")
            count = 1
            own = self.imports.namespace.get(name) is what  # reserved for this very thing
            while (
                name in self.around.user
                or name in captured
                or (name in self.namer.reserved and not own)
            ):
                own = False
                count += 1
                name = f"{stem}_{count}"
            names[key] = name
            captured[name] = what
        return names[key]

    def _folded_let(self, atom: Atom, prim: Any) -> Let | None:
        if not (isinstance(atom, Var) and atom in self.plan.folded):
            return None
        stmt = self.plan.defs[atom]
        return stmt if isinstance(stmt, Let) and stmt.prim is prim else None

    def expr(self, atom: Atom) -> Any:
        if isinstance(atom, Const):
            return self.const(atom)
        if atom in self.plan.folded:
            stmt = self.plan.defs[atom]
            return self.if_expr(stmt) if isinstance(stmt, If) else self.call_expr(stmt)  # type: ignore[arg-type]
        return load_name(self.name(atom))

    def name(self, var: Var, hint: str = "") -> str:
        """The name of a value, and of all that share it."""
        found = self.namer.names.get(var)
        if found is None:
            found = self.namer.assign(*self._speaker(var), hint)
        return found

    def _speaker(self, var: Var) -> tuple[Var, Group]:
        """The member that a group is named after: its last that has a name."""
        group = self.lives.group(var)
        members = group.members
        if len(members) == 1:
            return var, group
        for wanted in (attrgetter("named"), attrgetter("of"), attrgetter("hint")):
            found = [v for v in members if wanted(v)]
            if found:
                return found[-1], group
        return var, group

    def const(self, atom: Const) -> Any:
        value = atom.value
        if isinstance(value, Unit) and value.function is not None:
            return load_name(self.around.functions[value.function.name])
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
            spelled = atom.spelling if atom.spelling.isidentifier() else "constant"
            name = getattr(value, "__name__", "") or spelled
            tree = load_name(self._capture(value, name))
        return tree

    def if_expr(self, stmt: If) -> Any:
        then, orelse = stmt.then.results[0], stmt.orelse.results[0]
        test = self.expr(stmt.cond)
        if orelse is stmt.cond:
            return both(test, self.expr(then))
        if then is stmt.cond:
            return gast.BoolOp(op=gast.Or(), values=[test, self.expr(orelse)])
        (out,) = stmt.outs
        if not out.named and (is_exit_flag(out) or is_flag(stmt.cond, self.types)):
            if is_true(then):
                return (
                    test
                    if is_false(orelse)
                    else gast.BoolOp(op=gast.Or(), values=[test, self.expr(orelse)])
                )
            if is_false(orelse):
                return gast.BoolOp(op=gast.And(), values=[test, self.expr(then)])
            if is_false(then):
                test = gast.UnaryOp(op=gast.Not(), operand=test)
                return (
                    test
                    if is_true(orelse)
                    else gast.BoolOp(op=gast.And(), values=[test, self.expr(orelse)])
                )
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
            if inner is None or self.literal or not self.may_be_negated(inner.args[0]):
                continue
            if inner.out not in self.primal:
                tree = self.call_expr(inner)
                head = tree
                while isinstance(head.left, gast.BinOp) and isinstance(
                    head.left.op, gast.Mult | gast.Div
                ):
                    head = head.left
                if isinstance(head.left, gast.Name | gast.Call | gast.Subscript | gast.Attribute):
                    head.left = gast.UnaryOp(op=gast.USub(), operand=head.left)
                    return tree
                assert op
        return gast.UnaryOp(op=gast.USub(), operand=self.expr(atom))

    def may_be_negated(self, factor: Atom) -> bool:
        """Is the first factor surely signed? A mask has no minus, and an unsigned int wraps."""
        while True:
            inner = self._folded_let(factor, operator.mul)
            inner = inner or self._folded_let(factor, operator.truediv)
            if inner is None:
                return self.types.of(factor).dtype in ("number", "float", "complex")
            factor = inner.args[0]

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
        bare = len(args) == 1 and not keywords
        if prim in SHORT_ATTRIBUTE and bare and (spelling.startswith(".") or array):
            if not spelling or spelling.startswith(".") or (array and stmt.out not in self.primal):
                return gast.Attribute(
                    value=self.expr(args[0]), attr=SHORT_ATTRIBUTE[prim], ctx=gast.Load()
                )
        if spelling in (".real", ".imag") and receiver:
            return gast.Attribute(value=self.expr(args[0]), attr=spelling[1:], ctx=gast.Load())
        if array and prim in SHORT_METHOD and stmt.out not in self.primal:
            func = gast.Attribute(
                value=self.expr(args[0]), attr=SHORT_METHOD[prim], ctx=gast.Load()
            )
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
            return load_name(self.helper(prim))
        if getattr(prim, "__module__", "") == prims.__name__:
            raise UnsupportedError(f"cannot print {prim.__name__}", stmt.span)
        text = self.imports.function(prim, stmt.spelling)
        if text:
            return dotted(text)
        name = getattr(prim, "__name__", "function").replace("<lambda>", "function")
        return load_name(self._capture(prim, name))

    def helper(self, fn: Any) -> str:
        """The name of a helper, which is its own unless the user has something of that name."""
        around = self.around
        if fn not in around.helpers:
            around.helpers.append(fn)
        for needed in with_dependencies([fn]):
            if needed not in around.helper_names:
                name = needed.__name__
                taken = {*around.captured, *around.functions.values()} | around.user
                while name in taken:
                    name += "_"
                around.helper_names[needed] = name
            self.namer.reserved.add(around.helper_names[needed])
        return around.helper_names[fn]

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
            if (
                isinstance(inner, Let)
                and inner.prim not in UNDESCRIBED | BINARY.keys()
                and inner.args
            ):
                word = getattr(inner.prim, "__name__", "")
                first = self._subject(inner.args[0])
                return f"{word}_{first}" if first and word.isidentifier() else ""
            return ""
        name = self.namer.names.get(atom, "")
        return name if not name[-1:].isdigit() or name in self.namer.user_names else ""


def shares(types: Types, let: Let) -> Iterable[Var]:
    """The operands whose memory the result of a statement may be a part of."""
    if let.prim in HOLDING:
        held = (a for a in let.args if isinstance(a, Var))
        return [a for a in held if types.of(a).array is not False]
    shared = memory_of(let, types)
    return () if shared is None else (shared,)


def is_line(let: Let) -> bool:
    """Is it printed on a line of its own with optimize=False?"""
    return let.prim not in LITERAL_FOLDS


def never(let: Let) -> bool:
    return False


def both(left: Any, right: Any) -> Any:
    """`left and right`; `a < b and b < c` is `a < b < c`."""
    if isinstance(left, gast.Compare) and isinstance(right, gast.Compare):
        middle, again = left.comparators[-1], right.left
        if isinstance(middle, gast.Name) and isinstance(again, gast.Name):
            if middle.id == again.id:
                ops, rest = [*left.ops, *right.ops], [*left.comparators, *right.comparators]
                return gast.Compare(left=left.left, ops=ops, comparators=rest)
    return gast.BoolOp(op=gast.And(), values=[left, right])


def crowded_adjoints(plan: Plan, lives: Lifetimes) -> set[Var]:
    """Adjoints of versions of one variable that live at the same time: each needs its own name."""
    groups: dict[str, dict[int, Group]] = {}
    for var in plan.order.born:
        if var.role == "adjoint" and var.of is not None and var.of.user and var not in plan.folded:
            group = lives.group(var)
            groups.setdefault(var.of.hint, {})[id(group)] = group
    crowded: set[Var] = set()
    for found in groups.values():
        ordered = sorted(found.values(), key=lambda group: group.start)
        last: Group | None = None
        for group in ordered:
            if last is not None and lives.interfere(last, group):
                crowded |= {*last.members, *group.members}
            if last is None or group.end > last.end:
                last = group
    return crowded


#: displays hold what they are made of
HOLDING = frozenset({
    prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record, prims.concat_args,
    prims.merge_kwargs,
})  # fmt: skip

#: what a temporary is not named for
UNDESCRIBED = frozenset({
    operator.getitem, getattr, prims.make_tuple, prims.make_list, np.shape, np.size, slice, len,
    prims.global_ref, prims.first_of, np.broadcast,
})  # fmt: skip

METHOD_ONLY = {
    prims.astype: "astype",
    prims.item: "item",
    prims.tolist: "tolist",
    prims.flatten: "flatten",
}

#: with optimize=False these are still part of the line they belong to
LITERAL_FOLDS = frozenset({
    prims.make_tuple, slice, prims.global_ref, np.shape, prims.fstring, prims.make_dict,
    prims.make_list, prims.make_record,
})  # fmt: skip


def _is_none(a: Atom) -> bool:
    return isinstance(a, Const) and a.value is None


def _const_index(value: Any, e: Expressions) -> Any:
    if isinstance(value, tuple) and value:
        return gast.Tuple(elts=[_const_index(v, e) for v in value], ctx=gast.Load())
    if isinstance(value, slice):
        parts = [
            None if p is None else constant(p, e.imports)
            for p in (value.start, value.stop, value.step)
        ]
        return gast.Slice(lower=parts[0], upper=parts[1], step=parts[2])
    return e.const(Const(value))
