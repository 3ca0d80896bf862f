"""Copies, put where they were decided.

u1 = store(u, v, 0)    with Copy("write", that)    ->    u0 = np.copy(u);  u1 = store(u0, v, 0)
"""

from __future__ import annotations

import copy as copying
import operator
from dataclasses import dataclass, replace

import numpy as np

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, For, Function, If, Let, Prim, Stmt, Var, While
from ..ir.walk import with_block
from ..runtime import added_in


@dataclass(frozen=True, slots=True)
class Copy:
    """A decision. `index` is the operand, the carried value or the out; `side` the arm."""

    what: str  # value, item, init, arm, write or split
    stmt: Stmt
    index: int = 0
    side: int = 0


def with_copies(fn: Function, types: Types, copies: set[Copy]) -> Function:
    """The function with these copies."""
    return with_block(fn, _Rewrite(types, copies).block(fn.block))


class _Rewrite:
    def __init__(self, types: Types, copies: set[Copy]) -> None:
        self.types = types
        self.copies = copies
        self.stmts = {copy.stmt for copy in copies}
        self.out: list[Stmt] = []

    def block(self, block: Block, ends: dict[int, Copy] | None = None) -> Block:
        outer, self.out = self.out, []
        for stmt in block.body:
            self.statement(stmt)
        results = list(block.results)
        for k in ends or {}:
            results[k] = self.copy_of(results[k], Var())
        body, self.out = tuple(self.out), outer
        return replace(block, body=body, results=tuple(results))

    def statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let():
                self.let(stmt) if stmt in self.stmts else self.out.append(stmt)
            case If():
                ends: list[dict[int, Copy]] = [{}, {}]
                for k in range(len(stmt.outs)):
                    for side in (0, 1):
                        copy = Copy("arm", stmt, k, side)
                        if copy in self.copies:
                            ends[side][k] = copy
                then, orelse = self.block(stmt.then, ends[0]), self.block(stmt.orelse, ends[1])
                self.out.append(replace(stmt, then=then, orelse=orelse))
            case For():
                init = self.init(stmt)
                self.out.append(replace(stmt, init=init, body=self.block(stmt.body)))
            case While():
                init = self.init(stmt)
                test, body = self.block(stmt.test), self.block(stmt.body)
                self.out.append(replace(stmt, init=init, test=test, body=body))

    def init(self, stmt: For | While) -> tuple[Atom, ...]:
        params = stmt.body.params[len(stmt.body.params) - len(stmt.init) :]
        return tuple(
            self.copy_of(a, _alike(p)) if Copy("init", stmt, k) in self.copies else a
            for k, (a, p) in enumerate(zip(stmt.init, params, strict=True))
        )

    def let(self, let: Let) -> None:
        copies, args = self.copies, list(let.args)
        split, viewed = Copy("split", let) in copies, Copy("value", let) in copies
        for k, a in enumerate(args):
            if Copy("item", let, k) in copies:
                args[k] = self.copy_of(a, Var())
        if Copy("write", let) in copies:
            args[0] = self.copy_of(args[0], _alike(let.out))
        let = replace(let, args=tuple(args))
        if split:
            self.split(let)
        elif viewed:
            inner = Var()
            self.types[inner] = self.types.of(let.out)
            self.out.append(replace(let, out=inner))
            self.copy_of(inner, let.out)
        else:
            self.out.append(let)

    def split(self, let: Let) -> None:
        """x[i][j] = v as `entry = x[i].copy(); entry[j] = v; x[i] = entry`."""
        buffer, value, head, *rest = let.args
        if let.prim is added_in:  # it may change an entry of any kind
            own = Var()
            self.types[own] = self.types.of(buffer)
            self.out.append(Let(own, copying.deepcopy, (buffer,)))
            self.out.append(replace(let, args=(own, value, head, *rest)))
            return
        entry = Var()
        self.out.append(Let(entry, operator.getitem, (buffer, head), span=let.span))
        changed = Var()
        if rest:
            own = self.copy_of(entry, Var())
            inner = replace(let, out=changed, args=(own, value, *rest))
            self.split(inner) if len(rest) > 1 else self.out.append(inner)
        else:
            self.out.append(Let(changed, operator.add, (entry, value), span=let.span))
        self.out.append(replace(let, prim=prims.store, args=(buffer, changed, head)))

    def copy_of(self, atom: Atom, out: Var) -> Var:
        """Add the copy of a value."""
        kind = self.types.of(atom)
        self.types[out] = kind
        self.out.append(Let(out, self.copier(atom), (atom,)))
        return out

    def copier(self, atom: Atom) -> Prim:
        """What copies a value of this type: one level, as a write changes one."""
        kind = self.types.of(atom)
        if kind.kind == "num" and kind.array:
            return np.copy
        plain: dict[str, type] = {"list": list, "dict": dict}
        if kind.kind in plain and kind.cls in (None, plain[kind.kind]):
            return plain[kind.kind]
        return copying.copy


def _alike(var: Var) -> Var:
    """Another version of a variable."""
    return Var(var.hint, var.role, var.of, var.user)
