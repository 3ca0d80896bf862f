"""What is folded into the expression of its reader, and how long each value is read.

    t = w * x                                h = np.sin(w * x)
    h = sin(t)           printed as          y = h * h
    y = h * h

The user's own expressions are kept whole. In a backward part a value is folded if it has one
reader, no name of its own, and the line stays readable.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

import numpy as np

from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Prim, Stmt, Var, While
from ..ir.walk import free_vars, operands, outs
from ..optimize.dead import has_effect

WIDTH = 79
DEPTH = 4

WRITES = frozenset({prims.store, prims.accumulate, prims.accumulate_at})

#: as cheap to write again as to name
FREE = frozenset({np.shape, np.size, np.ndim, getattr, operator.neg, prims.dtype_of, len})


class Plan:
    """Decisions for one function body. `primal` are the values of the user's own statements."""

    def __init__(self, block: Block, primal: frozenset[Var], expand: Callable[[Let], bool]) -> None:
        self.primal = primal
        self.expand = expand  # print this one on a line of its own, whatever the plan says
        self.folded: set[Var] = set()
        self.position: dict[int, int] = {}  # of a statement, by identity
        self.end: dict[int, int] = {}  # of a block's results
        self.readers: dict[Var, list[tuple[Block, Stmt | None]]] = {}
        self.home: dict[Var, Block] = {}
        self.root: dict[Var, Var] = {}  # the first version of a buffer
        self.versions: dict[Var, list[Var]] = {}  # the later ones, by the first
        self.writes: dict[Var, list[int]] = {}
        self.width: dict[Var, int] = {}
        self.depth: dict[Var, int] = {}
        self.touches: dict[Var, frozenset[Var]] = {}
        self.defs: dict[Var, Stmt] = {}
        self.last_read: dict[Var, int] = {}
        self._number(block, 0)
        self._fold_block(block)
        self._last_reads(block)

    # ------------------------------------------------------------ positions and readers

    def _number(self, block: Block, at: int) -> int:
        for stmt in block.body:
            at += 1
            self.position[id(stmt)] = at
            for a in operands(stmt):
                self._read(a, block, stmt)
            if isinstance(stmt, Let) and stmt.prim in WRITES and isinstance(stmt.args[0], Var):
                root = self.root.get(stmt.args[0], stmt.args[0])
                self.root[stmt.out] = root
                self.versions.setdefault(root, []).append(stmt.out)
                self.writes.setdefault(root, []).append(at)
            for var in outs(stmt):
                self.defs[var] = stmt
                self.home[var] = block
            if isinstance(stmt, If):
                at = self._number(stmt.then, at)
                at = self._number(stmt.orelse, at) + 1
            elif isinstance(stmt, For):
                for var in stmt.body.params:
                    self.home[var] = stmt.body
                at = self._number(stmt.body, at) + 1
        self.end[id(block)] = at + 1
        for a in block.results:
            self._read(a, block, None)
        return at + 1

    def _read(self, a: Atom, block: Block, stmt: Stmt | None) -> None:
        if isinstance(a, Var):
            self.readers.setdefault(a, []).append((block, stmt))

    # ------------------------------------------------------------ folding

    def _fold_block(self, block: Block) -> None:
        for stmt in block.body:
            if isinstance(stmt, If):
                self._fold_block(stmt.then)
                self._fold_block(stmt.orelse)
                if self.is_expression(stmt):
                    self._measure(stmt.outs[0], self.if_operands(stmt), 9)
                    if self._may_fold(stmt.outs[0], stmt, block):
                        self.folded.add(stmt.outs[0])
            elif isinstance(stmt, For):
                self._fold_block(stmt.body)
            elif isinstance(stmt, Let):
                self._settle_width(stmt)
                if self._may_fold(stmt.out, stmt, block):
                    self.folded.add(stmt.out)

    def is_expression(self, stmt: If) -> bool:
        """Can it be printed as `a if c else b`?"""
        if any(isinstance(a, Const) and a.value is UNBOUND for a in self.if_operands(stmt)):
            return False
        return len(stmt.outs) == 1 and all(
            (isinstance(s, Let) and s.out in self.folded)
            or (isinstance(s, If) and s.outs[0] in self.folded)
            for arm in (stmt.then, stmt.orelse)
            for s in arm.body
        )

    def if_operands(self, stmt: If) -> tuple[Atom, ...]:
        return (stmt.cond, *stmt.then.results, *stmt.orelse.results)

    def _settle_width(self, stmt: Let) -> None:
        """Measure an expression; name its widest operands if it got too wide or deep."""
        self._measure_let(stmt)
        if stmt.out in self.primal and stmt.span is not None:
            return
        atoms = operands(stmt)
        while self.width[stmt.out] > WIDTH - 14 or self.depth[stmt.out] > DEPTH:
            inner = [a for a in atoms if a in self.folded and self._nameable(a)]
            if not inner:
                return
            widest = max(inner, key=lambda a: (self.depth[a], self.width[a]))
            self.folded.discard(widest)
            self._measure_let(stmt)

    def _measure_let(self, stmt: Let) -> None:
        atoms = operands(stmt)
        if stmt.prim in PRECEDENCE:
            own = 4 if stmt.prim is operator.pow else 3
        elif stmt.prim in WRITES or stmt.prim in STRUCTURAL or stmt.prim is operator.getitem:
            own = 2 * len(atoms)
        else:
            own = len(stmt.spelling or getattr(stmt.prim, "__name__", "f")) + 2 * len(atoms)
        own += sum(len(key) + 1 for key, _ in stmt.kwargs)
        self._measure(stmt.out, atoms, own, stmt.prim)

    def _nameable(self, a: Atom) -> bool:
        stmt = self.defs.get(a) if isinstance(a, Var) else None
        return isinstance(stmt, Let) and stmt.prim not in STRUCTURAL and stmt.prim not in FREE

    def _deepens(self, inner: Stmt, outer: Prim | None) -> int:
        """A chain of operators reads flat; a call or a parenthesis is one level deeper."""
        if not isinstance(inner, Let):
            return 1
        if inner.prim in STRUCTURAL or inner.prim in FREE:
            return 0
        if inner.prim in PRECEDENCE and outer in PRECEDENCE:
            return 0 if PRECEDENCE[inner.prim] >= PRECEDENCE[outer] else 1
        return 0 if inner.prim in PRECEDENCE else 1

    def _measure(
        self, out: Var, atoms: tuple[Atom, ...], own: int, prim: Prim | None = None
    ) -> None:
        width, depth, touched = own, 0, frozenset[Var]()
        for a in atoms:
            if isinstance(a, Const):
                width += len(a.spelling or repr(a.value)[:30])
            elif a in self.folded:
                width += self.width[a]
                deeper = self._deepens(self.defs[a], prim)
                depth = max(depth, self.depth[a] + deeper)
                width += 2 if deeper and prim in PRECEDENCE else 0
                touched |= self.touches[a]
            else:
                width += len(a.hint or (a.of and a.of.hint) or "t1") + (1 if a.of else 0)
                touched |= {self.root.get(a, a)}
        self.width[out], self.depth[out], self.touches[out] = width, depth, touched

    def _may_fold(self, var: Var, stmt: Stmt, block: Block) -> bool:
        readers = self.readers.get(var, [])
        if isinstance(stmt, Let):
            if stmt.prim is prims.global_ref:
                return True
            if stmt.prim in WRITES or stmt.prim is prims.append:
                return False
            if stmt.prim is prims.first_of or has_effect(stmt):
                return False
            if self.expand(stmt):
                return False
        if self._written(var):
            return False
        if not readers or any(b is not block for b, _ in readers):
            return isinstance(stmt, Let) and self._is_free(stmt) and bool(readers)
        if var.named:
            if self._is_scaled_name(stmt) and var.role == "adjoint" and len(readers) == 1:
                return not self._crosses_write(var, stmt, readers[0][1])
            returned = readers == [(block, None)] and var.role == "adjoint" and block.params == ()
            return returned and len(block.results) == 1 and var not in self.primal
        if len(readers) > 1:
            if isinstance(stmt, Let) and stmt.prim in (prims.make_tuple, slice):
                self._name_operands(stmt)
            return isinstance(stmt, Let) and self._is_free(stmt)
        return not self._crosses_write(var, stmt, readers[0][1])

    def _is_scaled_name(self, stmt: Stmt) -> bool:
        """Is it `2.0 * h`, which says as much where it is used?"""
        if not (
            isinstance(stmt, Let) and stmt.prim is operator.mul and stmt.out not in self.primal
        ):
            return False
        factor, value = stmt.args
        return isinstance(factor, Const) and isinstance(value, Var) and value not in self.folded

    def _written(self, var: Var) -> bool:
        """Is it a buffer that is written in place?"""
        return var in self.writes or var in self.root

    def _name_operands(self, stmt: Let) -> None:
        """An index is written out at each use, so what stands in it gets a name."""
        for a in operands(stmt):
            if a in self.folded and self._nameable(a):
                assert isinstance(a, Var)
                self.folded.discard(a)
        self._measure_let(stmt)

    def _is_free(self, stmt: Let) -> bool:
        """Is it as readable and as cheap to print again?"""
        simple = all(
            isinstance(a, Const) or a not in self.folded or self._is_tiny(a) for a in operands(stmt)
        )
        if stmt.prim in FREE or stmt.prim in (prims.make_tuple, slice):
            return simple
        if stmt.prim is np.transpose and len(stmt.args) == 1:
            return simple
        if stmt.prim is operator.getitem:
            index = stmt.args[1]
            plain = isinstance(index, Const) and isinstance(index.value, int | str)
            return simple and plain and not any(self._written(r) for r in self.touches[stmt.out])
        return False

    def _is_tiny(self, a: Atom) -> bool:
        stmt = self.defs.get(a) if isinstance(a, Var) else None
        return isinstance(stmt, Let) and (stmt.prim is prims.global_ref or self._is_free(stmt))

    def _crosses_write(self, var: Var, stmt: Stmt, reader: Stmt | None) -> bool:
        start = self.position[id(stmt)]
        stop = self.position[id(reader)] if reader is not None else 1 << 60
        return any(
            start < at < stop for root in self.touches[var] for at in self.writes.get(root, ())
        )

    # ------------------------------------------------------------ lifetimes

    def _last_reads(self, block: Block) -> None:
        """The position of the last line that reads each value, through folded ones."""
        for a in block.results:
            self._touch(a, self.end[id(block)])
        for stmt in reversed(block.body):
            if isinstance(stmt, If):
                if not (len(stmt.outs) == 1 and stmt.outs[0] in self.folded):
                    self._touch(stmt.cond, self.position[id(stmt)])
                self._last_reads(stmt.orelse)
                self._last_reads(stmt.then)
            elif isinstance(stmt, For):
                for a in operands(stmt):
                    self._touch(a, self.position[id(stmt)])
                self._last_reads(stmt.body)
                for a in free_vars(stmt.body):  # the next round reads them again
                    self._touch(a, self.end[id(stmt.body)])
            elif not (isinstance(stmt, Let) and stmt.out in self.folded):
                for a in operands(stmt):
                    self._touch(a, self.position[id(stmt)])

    def _touch(self, a: Atom, at: int) -> None:
        if isinstance(a, Const):
            return
        self.last_read[a] = max(at, self.last_read.get(a, -1))
        if a in self.root:
            self.last_read[self.root[a]] = max(at, self.last_read.get(self.root[a], -1))
        if a in self.folded:
            for inner in self._inner(self.defs[a]):
                self._touch(inner, at)

    def _inner(self, stmt: Stmt) -> Iterator[Atom]:
        yield from operands(stmt)
        if isinstance(stmt, If):
            yield from stmt.then.results
            yield from stmt.orelse.results
        elif isinstance(stmt, For | While):
            raise AssertionError("a loop is never folded")


#: how tightly operators bind
PRECEDENCE: dict[Prim, int] = {
    operator.add: 1, operator.sub: 1, operator.mul: 2, operator.truediv: 2, operator.matmul: 2,
    operator.floordiv: 2, operator.mod: 2, operator.neg: 3, operator.pow: 4,
}  # fmt: skip

STRUCTURAL = frozenset({
    prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record, prims.make_set, slice,
    prims.global_ref, prims.fstring,
})  # fmt: skip
