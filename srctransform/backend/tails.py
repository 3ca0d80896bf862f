"""How blocks end: which branch a body ends with, and what each of its arms does with the loop.

    if c:                             if c:
        yield s, True                     break
    else:                     →       s = s + t
        yield s + t, False

The arms of a branch that ends a block may hand over and leave by themselves, if what the branch
yields is read by nothing but the block's results. The flag that stops a loop may be made of what
the branch yields (`stopped or returned`): it is followed into the arms, where it is decided.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Var, While
from ..ir.walk import statements
from .flags import is_false, lowered_flags
from .plan import Plan

Results = tuple[Atom, ...]


class Tails:
    """The ends of blocks, with the folds of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lowered: set[Atom] = set()  # flags as a round begins: False
        for stmt in statements(plan.order.top):
            if isinstance(stmt, For | While):
                params = stmt.body.params[isinstance(stmt, For) :]
                self.lowered.update(params[k] for k in lowered_flags(stmt))

    def branch(self, block: Block, results: Results) -> If | None:
        """The branch a block ends with, if only the block's results read what it yields."""
        shown = (s for s in reversed(block.body) if not self.plan.is_folded(s))
        last = next(shown, None)
        if not isinstance(last, If):
            return None
        inside = self._flag_parts(results[-1]) if results else set()
        for out in last.outs:
            for home, reader in self.plan.readers.get(out, ()):
                at_end = reader is None and home is block
                if not at_end and id(reader or home) not in inside:
                    return None
        paths = self.paths(last, results) if results else ()
        if any(self._reads(path[-1], last.outs) for path in paths):
            return None
        return last

    def stopping_branch(self, block: Block, results: Results) -> If | None:
        """The branch a body ends with, if the flag that stops the loop is decided in its arms."""
        if not results or isinstance(results[-1], Const):
            return None
        last = self.branch(block, results)
        if last is None or all(
            r is results[-1] for r in (p[-1] for p in self.paths(last, results))
        ):
            return None
        return last

    def paths(self, stmt: If, results: Results) -> tuple[Results, Results]:
        """The results of the block that a branch ends, on either path."""
        found = []
        for arm, truth in ((stmt.then, True), (stmt.orelse, False)):
            known: dict[Atom, Atom] = dict(zip(stmt.outs, arm.results, strict=True))
            path = [self._decided(a, known) for a in results]
            if path:  # a flag is asked for its truth alone
                flag = self._decided(results[-1], known | {stmt.cond: Const(truth)})
                path[-1] = Const(False) if flag in self.lowered else flag
            found.append(tuple(path))
        return found[0], found[1]

    def leaves(self, arm: Block, results: Results) -> bool:
        """Does an arm of a loop's body always stop the loop?"""
        if raises(arm):
            return True
        if isinstance(results[-1], Const):
            return results[-1].value is True
        last = self.stopping_branch(arm, results)
        if last is None:
            return False
        then, orelse = self.paths(last, results)
        return self.leaves(last.then, then) and self.leaves(last.orelse, orelse)

    def is_steady(self, stmt: For | While, k: int) -> bool:
        """Is a carried value False in every round but the one that stops the loop?"""
        init = stmt.init[k]
        if not (stmt.stops and isinstance(init, Const) and init.value is False):
            return False
        return self._is_steady(stmt.body, stmt.body.results, k)

    def _is_steady(self, block: Block, results: Results, k: int) -> bool:
        if isinstance(results[-1], Const) and isinstance(results[k], Const):
            return results[-1].value is True or results[k].value is False  # type: ignore[union-attr]
        last = self.stopping_branch(block, results)
        if last is None:
            return False
        then, orelse = self.paths(last, results)
        return self._is_steady(last.then, then, k) and self._is_steady(last.orelse, orelse, k)

    # ------------------------------------------------------------ flags

    def _flag_parts(self, flag: Atom) -> set[int]:
        """The branches, and their arms, that are folded into a flag."""
        made = self.plan.defs.get(flag) if isinstance(flag, Var) else None
        if not isinstance(made, If) or flag not in self.plan.folded:
            return set()
        found = {id(made), id(made.then), id(made.orelse)}
        for a in (*made.then.results, *made.orelse.results):
            found |= self._flag_parts(a)
        return found

    def _reads(self, flag: Atom, outs: tuple[Var, ...]) -> bool:
        """Is a flag made of what a branch yields, and not decided by that?"""
        made = self.plan.defs.get(flag) if isinstance(flag, Var) else None
        if flag in outs or not isinstance(made, If) or flag not in self.plan.folded:
            return flag in outs
        return any(self._reads(a, outs) for a in self.plan.if_operands(made))

    def _decided(self, atom: Atom, known: Mapping[Atom, Atom]) -> Atom:
        """An atom where some values are known; a branch that is folded into it may be decided."""
        atom = known.get(atom, atom)
        made = self.plan.defs.get(atom) if isinstance(atom, Var) else None
        if not isinstance(made, If) or atom not in self.plan.folded:
            return atom
        cond = self._decided(made.cond, known)
        if isinstance(cond, Const):
            arm = made.then if cond.value else made.orelse
            return self._decided(arm.results[0], known)
        then = self._decided(made.then.results[0], known)
        orelse = self._decided(made.orelse.results[0], known)
        if is_false(orelse) and isinstance(then, Const) and then.value is True:
            return cond
        return atom


def raises(block: Block) -> bool:
    """Does a block end by raising an error?"""
    last = block.body[-1] if block.body else None
    return isinstance(last, Let) and last.prim is prims.raise_
