"""One Let as a statement: assignments, and writes in place.

x1 = store(x0, v, i)                x[i] = v
x1 = accumulate(x0, -v, i)          x[i] -= v
s1 = s0 + e                         s += e     where nobody else holds the array
push(stack, v)                      v_stack.append(v)
"""

from __future__ import annotations

import copy
import operator
from typing import Any

import gast
import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from .expressions import UNDESCRIBED
from .owning import Owning
from .spelling import BINARY, COMPARE, UNARY, dotted

#: how the user spells `x = x op y` in short, by operator
SHORT = {"+=": gast.Add, "-=": gast.Sub, "*=": gast.Mult, "/=": gast.Div, "**=": gast.Pow,
         "//=": gast.FloorDiv, "%=": gast.Mod, "@=": gast.MatMult}  # fmt: skip


class Writes(Owning):
    """Prints statements that are no control flow."""

    def let_statement(self, stmt: Let) -> Any:
        """The statement as a tree."""
        special = STATEMENTS.get(stmt.prim)
        if special is not None:
            return special(self, stmt)
        value = self.call_expr(stmt)
        if stmt.out not in self.lives.last_read:
            return gast.Expr(value=value)
        if stmt.prim is operator.getitem and stmt.args[0] in self.recorded:
            self.name_as(stmt.out, self.recorded[stmt.args[0]])
        hint = self._stack_hint(stmt.out) if stmt.prim is prims.make_list else ""
        return self.assign(stmt.out, value, hint or self._hint(stmt), stmt)

    def assign(self, out: Var, value: Any, hint: str = "", stmt: Let | None = None) -> Any:
        return self.assign_name(self.name(out, hint), value, stmt)

    def assign_name(self, name: str, value: Any, stmt: Let | None = None) -> Any:
        """`name = value`, or `name += ...` where that is the same."""
        starts = isinstance(value, gast.BinOp) and isinstance(value.left, gast.Name)
        if stmt is not None and starts and value.left.id == name and self.may_write(stmt):
            return gast.AugAssign(target=store_name(name), op=value.op, value=value.right)
        if stmt is not None and self.is_rescaled(stmt, name, value):
            return gast.AugAssign(target=store_name(name), op=value.op, value=value.left)
        return gast.Assign(targets=[store_name(name)], value=value, type_comment=None)

    def is_rescaled(self, stmt: Let, name: str, value: Any) -> bool:
        """Is it `dx = 0.5 * dx`, for a number dx?"""
        if not (isinstance(value, gast.BinOp) and isinstance(value.op, gast.Mult)):
            return False
        same = isinstance(value.right, gast.Name) and value.right.id == name
        plain = isinstance(value.left, gast.Constant) and stmt.out not in self.primal
        scalars = all(self.types.of(a).array is False for a in (stmt.out, *stmt.args))
        return same and plain and scalars and not self.literal

    # ------------------------------------------------------------ x += e on a name

    def may_write(self, stmt: Let) -> bool:
        """May `x = x op e` be written `x op= e`, which changes an array in place?"""
        old = stmt.args[0] if stmt.args else None
        if not isinstance(old, Var) or old in self.plan.folded or self.literal:
            return False
        short = stmt.spelling in SHORT and BINARY.get(stmt.prim) is SHORT[stmt.spelling]
        users = stmt.out in self.primal and stmt.out.user
        if not short and (users or stmt.prim not in (operator.add, operator.sub)):
            return False
        kinds = self.types.of(old), self.types.of(stmt.out)
        if all(kind.kind == "num" and kind.array is False for kind in kinds):
            return True
        same = short or (kinds[0].shape == kinds[1].shape and kinds[0].dtype == kinds[1].dtype)
        group, at = self.lives.group(old), self.plan.order.position[id(stmt)]
        return same and self.owns(group) and not any(self.is_kept(v, at) for v in group.members)

    # ------------------------------------------------------------ writes

    def write(self, stmt: Let) -> Any:
        buffer, value, *path = stmt.args
        target = self.expr(buffer)
        if stmt.prim is prims.accumulate_at:
            add = dotted(f"{self.imports.module('numpy')}.add.at")
            args = [target, self.expr(path[0]), self.expr(value)]
            return gast.Expr(value=gast.Call(func=add, args=args, keywords=[]))
        whole = len(path) == 1 and isinstance(path[0], Const) and path[0].value is Ellipsis
        if not (whole and stmt.prim is prims.accumulate):
            for part in path:
                target = gast.Subscript(value=target, slice=self.index(part), ctx=gast.Load())
            target.ctx = gast.Store()
        else:
            target = store_name(target.id)
        if stmt.prim is prims.store:
            op, rest = self._short_store(stmt)
            if op is not None:
                return gast.AugAssign(target=target, op=op, value=self.expr(rest))
            back = self._folded_let(value, prims.pop)
            tree = self.expr(value) if back is None else self.popped(back)
            return gast.Assign(targets=[target], value=tree, type_comment=None)
        minus = self._folded_let(value, operator.neg)
        if minus is not None:
            tree = self.expr(minus.args[0])
            return gast.AugAssign(target=target, op=gast.Sub(), value=tree)
        tree = self.expr(value)
        op = gast.Sub() if strip_sign(tree) else gast.Add()
        return gast.AugAssign(target=target, op=op, value=tree)

    def _short_store(self, stmt: Let) -> tuple[Any, Atom]:
        """(op, e) of `x[i] = x[i] op e`."""
        buffer, value, *path = stmt.args
        made = self.plan.defs.get(value) if isinstance(value, Var) else None
        if not (isinstance(made, Let) and value in self.plan.folded and made.prim in BINARY):
            return None, value
        if self.types.of(buffer).array is not True and stmt.spelling not in SHORT:
            return None, value
        entry, rest = made.args
        for part in reversed(path):
            read = self._folded_let(entry, operator.getitem)
            if read is None or not same_atom(read.args[1], part):
                return None, value
            entry = read.args[0]
        return (BINARY[made.prim](), rest) if entry is buffer else (None, value)

    def append(self, stmt: Let) -> Any:
        return gast.Expr(value=self._method(stmt.args[0], "append", self.expr(stmt.args[1])))

    def name_as(self, var: Var, value: Atom | None) -> None:
        """Name a value that was recorded."""
        name = self.namer.names.get(value) if isinstance(value, Var) else None
        if name is not None and not var.named:
            self.namer.reused.add(var)
            self.name(var, name)

    def without_last(self, stmt: Let) -> Any:
        """`v = xs.pop()`, if the item was read before it goes."""
        value = self._method(stmt.args[0], "pop")
        read = self.plan.pops.get(stmt)
        return gast.Expr(value=value) if read is None else self.assign(read.out, value, "", read)

    def popped(self, stmt: Let) -> Any:
        return self._method(stmt.args[0], "pop")

    def pop(self, stmt: Let) -> Any:
        value = self.popped(stmt)
        if stmt.out not in self.lives.last_read:
            return gast.Expr(value=value)
        self.name_as(stmt.out, self.recorded.get(stmt.args[0]))
        return self.assign(stmt.out, value)

    def _method(self, owner: Atom, name: str, *args: Any) -> Any:
        func = gast.Attribute(value=self.expr(owner), attr=name, ctx=gast.Load())
        return gast.Call(func=func, args=list(args), keywords=[])

    def new_stack(self, stmt: Let) -> Any:
        return self.assign(
            stmt.out, gast.List(elts=[], ctx=gast.Load()), self._stack_hint(stmt.out)
        )

    def _stack_hint(self, stack: Var) -> str:
        """A stack is named after what is pushed onto it; one that is never popped is a history."""
        found = [s for _, s in self.plan.readers.get(stack, ()) if isinstance(s, Let)]
        pushes = [s for s in found if s.prim is prims.push and s.args[0] is stack]
        if not pushes or stack.hint not in ("", "stack"):
            return ""
        kind = "stack" if any(s.prim is prims.pop for s in found) else "hist"
        value = pushes[0].args[1]
        made = self.plan.defs.get(value) if isinstance(value, Var) else None
        word = self._hint(made) if isinstance(made, Let) else ""
        if isinstance(made, Let) and not word:
            word = self._kind_of(made)
        if isinstance(value, Var) and (value.hint or value.of):
            word = self.namer.stem(value)
        return f"{word}_{kind}" if word else kind

    def _kind_of(self, made: Let) -> str:
        """A word for a value that has no name: where it is from, or what has made it."""
        if made.prim is operator.getitem:
            return self._subject(made.args[0])
        if made.prim in (np.copy, copy.copy):
            inner = self.plan.defs.get(made.args[0])  # type: ignore[arg-type]
            known = self._subject(made.args[0])
            return known or (self._kind_of(inner) if isinstance(inner, Let) else "")
        if made.prim in COMPARE:
            return "test"
        word = getattr(made.prim, "__name__", "")
        plain = made.prim in BINARY or made.prim in UNARY or made.prim in UNDESCRIBED
        return word if word.isidentifier() and not plain else ""

    # ------------------------------------------------------------ effects

    def assertion(self, stmt: Let) -> Any:
        test, *message = [self.expr(a) for a in stmt.args]
        return gast.Assert(test=test, msg=message[0] if message else None)

    def raising(self, stmt: Let) -> Any:
        error, *cause = [self.expr(a) for a in stmt.args]
        none = cause and isinstance(stmt.args[1], Const) and stmt.args[1].value is None
        return gast.Raise(exc=error, cause=cause[0] if cause and not none else None)

    def set_errors(self, stmt: Let) -> Any:
        seterr = dotted(f"{self.imports.module('numpy')}.seterr")
        keywords = [gast.keyword(arg=k, value=self.expr(a)) for k, a in stmt.kwargs]
        value = gast.Call(func=seterr, args=[], keywords=keywords)
        return self.assign(stmt.out, value, "old_errors")

    def restore_errors(self, stmt: Let) -> Any:
        seterr = dotted(f"{self.imports.module('numpy')}.seterr")
        settings = gast.keyword(arg=None, value=self.expr(stmt.args[0]))
        return gast.Expr(value=gast.Call(func=seterr, args=[], keywords=[settings]))


STATEMENTS: dict[Any, Any] = {
    prims.assert_: Writes.assertion, prims.raise_: Writes.raising, prims.store: Writes.write,
    prims.accumulate: Writes.write, prims.accumulate_at: Writes.write,
    prims.append: Writes.append, prims.drop_last: Writes.without_last,
    prims.push: Writes.append, prims.pop: Writes.pop, prims.new_stack: Writes.new_stack,
    prims.set_errors: Writes.set_errors, prims.restore_errors: Writes.restore_errors,
}  # fmt: skip


def same_atom(a: Atom, b: Atom) -> bool:
    """Do two atoms surely stand for the same index?"""
    if isinstance(a, Const) and isinstance(b, Const):
        return type(a.value) is type(b.value) and repr(a.value) == repr(b.value)
    return a is b


def strip_sign(tree: Any) -> bool:
    """Take the minus off -2.0 * x, if the product starts with one."""
    while isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Mult | gast.Div):
        first = tree.left
        if isinstance(first, gast.UnaryOp) and isinstance(first.op, gast.USub):
            tree.left = first.operand
            return True
        tree = first
    return False


def store_name(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)
