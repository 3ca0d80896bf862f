"""What is folded into the expression of its reader.

    t = w * x                                h = np.sin(w * x)
    h = sin(t)           printed as          y = h * h
    y = h * h

The user's own expressions are kept whole. In a backward part a value is folded if it has one
reader, no name of its own, and the line stays readable.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

import numpy as np

from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, If, Let, Prim, Stmt, Var
from ..ir.walk import blocks, operands, outs, statements
from ..optimize.dead import has_effect
from ..runtime import added_in
from .order import Order, Reader, Webs, handed, stem
from .pops import pops
from .unpacking import parts

WIDTH = 79
DEPTH = 4

#: statements that give the next version of their first operand
VERSIONS = frozenset({
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last, added_in,
})  # fmt: skip

#: statements that change the object that is their first operand
CHANGES = VERSIONS | {prims.push, prims.pop}

#: as cheap to write again as to name
FREE = frozenset({np.shape, np.size, np.ndim, getattr, operator.neg, prims.dtype_of, len})


class Plan:
    """Decisions for one function body. `primal` are the values of the user's own statements;
    `shares` gives the operands whose memory the result of a statement may be a part of."""

    def __init__(
        self, block: Block, primal: frozenset[Var], expand: Callable[[Let], bool],
        shares: Callable[[Let], Iterable[Var]] = lambda let: (),
    ) -> None:  # fmt: skip
        self.primal = primal
        self.expand = expand  # print this one on a line of its own, whatever the plan says
        self.folded: set[Var] = set()
        self.shortened: set[Var] = set()  # the left sides of `and` and `or`
        self.order = Order(block)
        self.position = self.order.position
        self.readers = self.order.readers
        self.defs = self.order.defs
        self.home = self.order.home
        self.written: set[Var] = set()  # buffers, in every version
        self.writes: dict[Var, list[int]] = {}  # where the memory is written, by web
        self.barriers: list[int] = []  # statements over which nothing is moved
        self.webs: Webs[Var] = Webs()  # values that may share memory
        self.width: dict[Var, int] = {}
        self.depth: dict[Var, int] = {}
        self.touches: dict[Var, frozenset[Var]] = {}
        self.parts = parts(block)
        self.pops = pops(block)  # the reads that a `drop_last` is printed with
        self.popped = {read.out for read in self.pops.values()}
        self._find_writes(block, shares)
        self._fold_block(block)

    # ------------------------------------------------------------ memory

    def _find_writes(self, block: Block, shares: Callable[[Let], Iterable[Var]]) -> None:
        """Where buffers are written, and which values may lie in the same memory."""
        found: list[tuple[Var, int]] = []
        for stmt in statements(block):
            if not isinstance(stmt, Let):
                continue
            if stmt.prim in CHANGES and isinstance(stmt.args[0], Var):
                found.append((stmt.args[0], self.position[id(stmt)]))
                if stmt.prim in VERSIONS:
                    self.written |= {stmt.args[0], stmt.out}
                    self.webs.join(stmt.args[0], stmt.out)
            elif stmt.prim in (prims.set_errors, prims.restore_errors):
                self.barriers.append(self.position[id(stmt)])
        if not found:
            return
        for stmt in statements(block):
            if isinstance(stmt, Let):
                for other in shares(stmt):
                    self.webs.join(stmt.out, other)
            else:
                for a, b in handed(stmt):
                    if isinstance(a, Var):
                        self.webs.join(a, b)
        for var, at in found:
            self.writes.setdefault(self.webs.find(var), []).append(at)

    # ------------------------------------------------------------ folding

    def _fold_block(self, block: Block) -> None:
        for stmt in block.body:
            for inner in blocks(stmt):
                self._fold_block(inner)
            if isinstance(stmt, If):
                if stmt.cond in self.shortened and not self.is_expression(stmt):
                    self.folded.discard(stmt.cond)
                if self.is_expression(stmt):
                    self._measure(stmt.outs[0], self.if_operands(stmt), 9)
                    if self._may_fold(stmt.outs[0], stmt, block):
                        self.folded.add(stmt.outs[0])
            elif isinstance(stmt, Let):
                self._settle_width(stmt)
                if self._may_fold(stmt.out, stmt, block):
                    self.folded.add(stmt.out)

    def is_folded(self, stmt: Stmt) -> bool:
        """Is a statement printed where its value is read, and not by itself?"""
        return isinstance(stmt, Let | If) and any(v in self.folded for v in outs(stmt))

    def is_expression(self, stmt: If) -> bool:
        """Can it be printed as `a if c else b`?"""
        if any(isinstance(a, Const) and a.value is UNBOUND for a in self.if_operands(stmt)):
            return False
        if self._returns_tuples(stmt) or self._keeps_a_name(stmt):
            return False
        return len(stmt.outs) == 1 and all(
            (isinstance(s, Let) and s.out in self.folded)
            or (isinstance(s, If) and any(v in self.folded for v in s.outs))
            for arm in (stmt.then, stmt.orelse)
            for s in arm.body
        )

    def _keeps_a_name(self, stmt: If) -> bool:
        """Does an arm leave an adjoint as it is? Then the other arm's statement says it all."""
        if len(stmt.outs) != 1 or stmt.outs[0] in self.primal:
            return False
        target = self._becomes(stmt.outs[0])
        ends = [arm.results[0] for arm in blocks(stmt)]
        return target.role == "adjoint" and any(
            isinstance(a, Var) and a not in self.folded and stem(a) == stem(target) for a in ends
        )

    def _becomes(self, var: Var) -> Var:
        """What a nameless value is called by the branch whose arm yields it."""
        readers = self.readers.get(var, [])
        if var.of is not None or var.hint or len(readers) != 1 or readers[0][1] is not None:
            return var
        arm = readers[0][0]
        around = self.order.owner[id(arm)]
        if around is None or not isinstance(around[0], If):
            return var
        return self._becomes(around[0].outs[arm.results.index(var)])

    def _returns_tuples(self, stmt: If) -> bool:
        """Is it the end of a function that returns a tuple on either path?"""
        if len(stmt.outs) != 1 or self.order.top.results != stmt.outs:
            return False
        made = [self.defs.get(arm.results[0]) for arm in (stmt.then, stmt.orelse)]  # type: ignore[arg-type]
        return all(isinstance(s, Let) and s.prim is prims.make_tuple for s in made)

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
        elif stmt.prim in VERSIONS or stmt.prim in STRUCTURAL or stmt.prim is operator.getitem:
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
                touched |= {self.webs.find(a)}
        self.width[out], self.depth[out], self.touches[out] = width, depth, touched

    def _may_fold(self, var: Var, stmt: Stmt, block: Block) -> bool:
        readers = self.readers.get(var, [])
        if isinstance(stmt, Let):
            if stmt.prim is prims.global_ref:
                return True
            if self._is_put_back(stmt, block, readers):
                return True
            if stmt.prim in CHANGES or stmt.prim in (prims.first_of, prims.new_stack):
                return False
            if self.expand(stmt) or (has_effect(stmt) and not is_error(stmt)):
                return False
        if (
            var in self.written
            or var in self.parts
            or var in self.popped
            or not readers
            or self._crosses_write(var, stmt, block)
        ):
            return False
        if self._is_left_side(var, block, readers):
            self.shortened.add(var)
            return True
        if any(b is not block for b, _ in readers):
            return isinstance(stmt, Let) and not var.named and self._is_free(stmt)
        if var.named:
            if self._is_scaled_name(stmt) and var.role == "adjoint" and len(readers) == 1:
                return True
            returned = readers == [(block, None)] and var.role == "adjoint"
            return returned and self._is_top(block) and var not in self.primal
        if len(readers) > 1:
            if isinstance(stmt, Let) and stmt.prim in (prims.make_tuple, slice):
                self._name_operands(stmt)
            return isinstance(stmt, Let) and self._is_free(stmt)
        return True

    def _is_put_back(self, stmt: Let, block: Block, readers: list[Reader]) -> bool:
        """Is it what the next statement writes: `u[i] = u_stack.pop()`?"""
        if stmt.prim is not prims.pop or len(readers) != 1:
            return False
        reader = readers[0][1]
        if not isinstance(reader, Let) or reader.prim is not prims.store:
            return False
        behind = block.body[block.body.index(stmt) + 1 :][:1]
        return behind == (reader,) and [k for k, a in enumerate(reader.args) if a is stmt.out] == [
            1
        ]

    def _is_left_side(self, var: Var, block: Block, readers: list[Reader]) -> bool:
        """Is it the x of `x and y`, which is `y if x else x`?"""
        home, stmt = readers[0]
        if not (isinstance(stmt, If) and home is block and stmt.cond is var and len(readers) == 2):
            return False
        arm, reader = readers[1]
        inside = reader is None and (arm is stmt.then or arm is stmt.orelse)
        named = var.named and not (len(stmt.outs) == 1 and stmt.outs[0].hint == var.hint)
        return inside and len(stmt.outs) == 1 and not named

    def _is_top(self, block: Block) -> bool:
        """Does the block yield one value, as a function does, which needs no name?"""
        around = self.order.owner[id(block)]
        return len(block.results) == 1 and (around is None or isinstance(around[0], If))

    def _is_scaled_name(self, stmt: Stmt) -> bool:
        """Is it `2.0 * h`, which says as much where it is used?"""
        if not (
            isinstance(stmt, Let) and stmt.prim is operator.mul and stmt.out not in self.primal
        ):
            return False
        factor, value = stmt.args
        return isinstance(factor, Const) and isinstance(value, Var) and value not in self.folded

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
        if stmt.prim is np.transpose and len(stmt.args) == 1 and not stmt.kwargs:
            return simple
        if stmt.prim is operator.getitem:
            index = stmt.args[1]
            plain = isinstance(index, Const) and isinstance(index.value, int | str)
            return simple and plain and not any(r in self.writes for r in self.touches[stmt.out])
        return False

    def _is_tiny(self, a: Atom) -> bool:
        stmt = self.defs.get(a) if isinstance(a, Var) else None
        return isinstance(stmt, Let) and (stmt.prim is prims.global_ref or self._is_free(stmt))

    def _crosses_write(self, var: Var, stmt: Stmt, block: Block) -> bool:
        """Is anything written that it reads, between its place and its last reader's?"""
        roots = [self.writes[root] for root in self.touches[var] if root in self.writes]
        if isinstance(stmt, Let) and stmt.prim not in FREE:
            roots.append(self.barriers)
        if not any(roots):
            return False
        start = self.position[id(stmt)]
        stop = max(self.order.reach(block, *reader) for reader in self.readers[var])
        return any(bisect_right(at, start) < bisect_left(at, stop) for at in roots)


def is_error(stmt: Let) -> bool:
    """Does it make the exception that a raise statement throws?"""
    return isinstance(stmt.prim, type) and issubclass(stmt.prim, BaseException)


#: how tightly operators bind
PRECEDENCE: dict[Prim, int] = {
    operator.add: 1, operator.sub: 1, operator.mul: 2, operator.truediv: 2, operator.matmul: 2,
    operator.floordiv: 2, operator.mod: 2, operator.neg: 3, operator.pow: 4,
}  # fmt: skip

STRUCTURAL = frozenset({
    prims.make_tuple, prims.make_list, prims.make_dict, prims.make_record, prims.make_set, slice,
    prims.global_ref, prims.fstring,
})  # fmt: skip
