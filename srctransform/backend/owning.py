"""Which values the printed code owns, so that `s = s + e` may be `s += e`, a change in place.

dw = np.zeros_like(w)                    dw is made here, and nobody else holds it
for i in range(n):
    dw += np.outer(dz, h[i])
"""

from __future__ import annotations

from ..analysis.aliasing import memory_of
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, Let, Stmt, Var, While
from ..rules.registry import rule_of
from .expressions import HOLDING
from .lifetimes import Group
from .order import handed
from .plan import VERSIONS
from .remarks import Remarks
from .spelling import BINARY


class Owning(Remarks):
    """Follows values from where they are made to where they are read."""

    def owns(self, group: Group) -> bool:
        """Are the values of a group made here, and held by nothing else?"""
        known = self.owned.get(id(group))
        if known is None:
            known = self.owned[id(group)] = all(
                self._is_made(v) and all(self._lets_go(v, *r) for r in self.plan.readers.get(v, ()))
                for v in group.members
            )
        return known

    def _is_made(self, var: Var) -> bool:
        """Is it the result of arithmetic, or handed over from such?"""
        stmt = self.plan.defs.get(var)
        if isinstance(stmt, Let):
            return self._is_fresh(stmt)
        given = self.given.get(var)
        return given is not None and all(self._gives_own(a, var) for a in given)

    def _gives_own(self, a: Atom, var: Var) -> bool:
        if isinstance(a, Const):
            return a.value is UNBOUND or isinstance(a.value, int | float | complex)
        if a in self.plan.folded:
            stmt = self.plan.defs[a]
            return isinstance(stmt, Let) and self._is_fresh(stmt)
        return self.lives.group(a) is self.lives.group(var)

    def _is_fresh(self, stmt: Let) -> bool:
        if stmt.prim in BINARY or stmt.prim in VERSIONS:
            return True
        if stmt.prim is prims.first_of:
            return isinstance(stmt.args[0], Const)
        rule = rule_of(stmt.prim)
        return rule is not None and rule.memory_of(stmt.args) == "fresh"

    def _lets_go(self, var: Var, block: Block, stmt: Stmt | None) -> bool:
        """Does a reader of a value keep no part of it, or keep the last there is?"""
        if self._drops(var, block, stmt):
            return True
        order, group = self.plan.order, self.lives.group(var)
        if order.place(block, stmt) < group.spans[-1][0]:
            return False
        around = {order.home.get(v) for v in group.members}
        home: Block | None = block
        while home is not None:  # no loop makes the next one
            if home.params and home in around:
                return False
            owner = order.owner[id(home)]
            home = owner[1] if owner is not None else None
        return True

    def is_kept(self, var: Var, at: int) -> bool:
        """Is a part of a value that was taken from it still read behind this place?"""
        for block, stmt in self.plan.readers.get(var, ()):
            if self._drops(var, block, stmt) or self._runs_later(block, stmt, at):
                continue
            if not isinstance(stmt, Let):
                return True
            member = stmt.prim in VERSIONS and self.lives.group(stmt.out) is self.lives.group(var)
            late = self.lives.last_read.get(stmt.out, -1) > at or self.is_kept(stmt.out, at)
            if late and not member:
                return True
        return False

    def _runs_later(self, block: Block, stmt: Stmt | None, at: int) -> bool:
        """Has a reader not run yet at a place, in any round of a loop?"""
        order = self.plan.order
        if order.place(block, stmt) < at:
            return False
        around = order.owner[id(block)]
        while around is not None:
            outer, block = around
            if isinstance(outer, For | While) and order.position[id(outer)] < at:
                return order.finish[id(outer)] < at
            around = order.owner[id(block)]
        return True

    def _drops(self, var: Var, block: Block, stmt: Stmt | None) -> bool:
        if stmt is None:
            around = self.plan.order.owner[id(block)]
            if around is None:
                return True
            taken = [b for a, b in handed(around[0]) if a is var]
            return all(self.lives.group(b) is self.lives.group(var) for b in taken)
        if isinstance(stmt, Let):
            if stmt.prim in BINARY:
                return True
            keeps = stmt.prim in HOLDING or stmt.prim in KEEPING
            return not keeps and memory_of(stmt, self.types) is not var
        if isinstance(stmt, For) and stmt.iterable is var:
            return False
        taken = [b for a, b in handed(stmt) if a is var]
        return all(self.lives.group(b) is self.lives.group(var) for b in taken)


#: calls that may keep what they are given
KEEPING = frozenset({
    prims.push, prims.append, prims.store, prims.call, prims.call_method, prims.apply,
    prims.first_of, prims.closure, zip, enumerate, iter, reversed, map,
})  # fmt: skip
