"""What a backward part computes again, and what the forward part records for it.

free     views, entries, shapes, comparisons, arithmetic of ints, the items of loops
cheap    + - * and squares of numbers, two of them at most
dear     everything else: it is recorded where it is made

A value is computed again if it follows from what is at hand, or recorded anyway, by free and cheap
operations. An entry of a buffer that goes round a loop is not: the buffer has other entries by
then, so the entry is recorded, and not a copy of the whole.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np

from ..analysis.loops import carried
from ..analysis.types import COMPARISONS, Types
from ..ir import prims
from ..ir.nodes import Atom, Const, For, If, Let, Var
from ..ir.walk import blocks, operands
from ..optimize.dead import has_effect
from ..rules.registry import rule_of
from .counting import step_of
from .places import Place, Places
from .rounds import Rounds, range_args
from .undone import Undo

#: cheap operations one value may take
MOST = 2

FREE = frozenset({
    operator.getitem, getattr, len, np.shape, np.ndim, np.size, np.transpose, np.expand_dims,
    range, slice, isinstance, type, min, max, operator.not_, operator.is_, operator.is_not,
    operator.and_, operator.or_, prims.is_in, prims.not_in, prims.make_tuple, prims.first_of,
    prims.dtype_of, enumerate, zip, reversed, int, float, bool, prims.global_ref, np.real, np.imag,
}) | COMPARISONS  # fmt: skip
CHEAP = frozenset({
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos, np.add, np.subtract,
    np.multiply, np.negative, abs, np.abs, np.where, np.sign,
})  # fmt: skip

NOTHING_UNDONE = Undo()


class Choice:
    """Chooses what is recorded; `recorded` are the values, `same` what an arm's value is of the
    branch around it. What `undo` has again is not recorded (`there`)."""

    def __init__(
        self,
        places: Places,
        types: Types,
        rounds: dict[object, Rounds],
        undo: Undo = NOTHING_UNDONE,
    ) -> None:
        self.places = places
        self.types = types
        self.rounds = rounds
        self.undo = undo
        self.there: set[Var] = set()
        self.recorded: dict[Var, Place] = {}
        self.same: dict[Var, Var] = {}
        self.wanted: set[Atom] = set()  # what is read where it is not at hand
        self.costs: dict[tuple[Var, Place], tuple[int, int | None]] = {}

    def choose(self) -> None:
        """Decide for every value that is read where it is not at hand; first for those it takes
        to undo writes, which do not follow from what is undone."""
        self.decide(read for read in self.undo.before if self.places.is_lost(*read))
        self.there = self.undo.again.keys() - self.recorded.keys()
        self.costs.clear()
        self.decide(read for read in self.places.lost() if read[0] not in self.there)

    def decide(self, reads: Iterable[tuple[Var, Place]]) -> None:
        """Decide for the values of some reads."""
        order = {var: k for k, var in enumerate(self.places.homes)}
        lost = sorted(set(reads), key=lambda read: order[read[0]])
        self.wanted.update(var for var, _ in lost)
        for var, place in lost:
            if self.is_dear(var, place):
                self.record(var, place)
        for var, place in lost:
            if self.cost(var, place) is None:
                for param in self.entries(var, place):
                    self.record(param, place)
            if self.cost(var, place) is None:
                self.record(var, place)
        for var, _ in lost:
            out = self.yielded(var)
            if var not in self.recorded and out in self.recorded:
                self.same[var] = out

    def entries(self, var: Var, place: Place) -> set[Var]:
        """Carried values that a value follows from, if what a round makes of each is recorded:
        then its history has what the round began with as well."""
        found: set[Var] = set()
        waiting: list[Atom] = [var]
        while waiting:
            a = waiting.pop()
            if isinstance(a, Const) or a in found or self.cost(a, place) is not None:
                continue
            if a in self.places.params:
                if a in self.places.unbound or not self.is_paired(a, place):
                    return set()
                found.add(a)
            else:
                stmt = self.places.defs[a]
                if not isinstance(stmt, Let) or self.weight(stmt) is None:
                    return set()
                waiting += operands(stmt)
        return found

    def is_paired(self, param: Var, place: Place) -> bool:
        """Is the next round's value recorded, in a loop that stands in no other one?"""
        k, home = self.places.position(param), self.places.homes[param]
        result = self.places.params[param].body.results[k]
        result = self.same.get(result, result) if isinstance(result, Var) else result
        return k >= 0 and result in self.recorded and (
            len(home) - self.places.common(param, place) == 1
        )  # fmt: skip

    def record(self, var: Var, place: Place) -> None:
        """Record a value; one that a branch yields is recorded behind it."""
        out = self.yielded(var)
        if out is not None:
            self.same[var] = out
            if not self.places.is_legal(out, place):
                self.record(out, place)
            return
        known = self.recorded.get(var)
        if known is None or self.places.common(var, place) < self.places.common(var, known):
            self.recorded[var] = place

    def yielded(self, var: Var) -> Var | None:
        """The out of a branch that a value of one of its arms becomes, if more is read of it."""
        home = self.places.homes[var]
        if not home or var in self.places.params:
            return None
        owner = self.places.owners[home[-1][0]]
        if not isinstance(owner, If):
            return None
        arm = blocks(owner)[home[-1][1]]
        if var not in arm.results:
            return None
        k = arm.results.index(var)
        ends = (owner.outs[k], *(b.results[k] for b in blocks(owner) if b is not arm))
        return owner.outs[k] if any(a in self.wanted for a in ends) else None

    # ------------------------------------------------------------ costs

    def is_dear(self, var: Var, place: Place) -> bool:
        """Is it certainly recorded, whatever else is?"""
        if var in self.places.params:
            return self.cost(var, place) is None
        stmt = self.places.defs[var]
        return not isinstance(stmt, Let) or self.weight(stmt) is None

    def weight(self, let: Let) -> int | None:
        """How many cheap operations a statement is; None for a dear one."""
        if has_effect(let) or let.prim in prims.EFFECTS:
            return None
        kinds = [self.types.of(a) for a in (let.out, *operands(let))]
        if let.prim in FREE:
            fancy = let.prim is operator.getitem and self.types.of(let.args[1]).array is not False
            return int(fancy and self.types.of(let.args[1]).kind == "num")
        if all(k.is_scalar and k.dtype in ("int", "bool") for k in kinds):
            return 0
        rule = rule_of(let.prim)
        if rule is not None and rule.memory_of(let.args) == "view":
            return 0
        if let.prim is operator.pow and isinstance(let.args[1], Const):
            return 1 if let.args[1].value in (1, 2) else None
        return 1 if let.prim in CHEAP else None

    def cost(self, atom: Atom, place: Place) -> int | None:
        """How many cheap operations it takes to have a value at a place; None if too many."""
        if isinstance(atom, Const) or self.is_at_hand(atom, place):
            return 0
        key = (atom, place)
        version, cost = self.costs.get(key, (-1, None))
        if version < len(self.recorded) and (cost is None):
            self.costs[key] = (len(self.recorded), None)
            cost = self._cost(atom, place)
            self.costs[key] = (len(self.recorded), cost)
        return cost

    def is_at_hand(self, var: Var, place: Place) -> bool:
        places = self.places
        if var in self.same:
            return self.is_at_hand(self.same[var], place)
        if var in self.there:
            return True
        return var in self.recorded or places.is_legal(var, place) or not places.from_loop(
            var, place
        )  # fmt: skip

    def _cost(self, var: Var, place: Place) -> int | None:
        if var in self.places.params:
            sources = self.sources(var, place)
            return None if sources is None else self.sum(0, sources, place)
        stmt = self.places.defs[var]
        weight = self.weight(stmt) if isinstance(stmt, Let) else None
        return None if weight is None else self.sum(weight, operands(stmt), place)

    def sum(self, total: int, atoms: tuple[Atom, ...], place: Place) -> int | None:
        for a in atoms:
            cost = self.cost(a, place)
            total += MOST + 1 if cost is None else cost
            if total > MOST:
                return None
        return total

    def sources(self, param: Var, place: Place) -> tuple[Atom, ...] | None:
        """What a loop's parameter is computed from, by the number of the round; None if it is
        something else in every round."""
        loop = self.places.params[param]
        rounds = self.rounds_at(param, place)
        if rounds is None:
            return None
        if self.places.position(param) < 0:
            return () if rounds.direct else self.iterated(loop.iterable)  # type: ignore[union-attr]
        k = carried(loop).index(param) if param in carried(loop) else 0
        if step_of(loop, param) is None:
            return None
        start = () if not isinstance(loop, For) else (range_args(loop.iterable, self.places.defs)
                                                      or ())[:1]  # fmt: skip
        return (loop.init[k], *(start if rounds.direct else ()))

    def iterated(self, source: Atom) -> tuple[Atom, ...]:
        """The values behind an iterable."""
        stmt = self.places.defs.get(source) if isinstance(source, Var) else None
        if isinstance(stmt, Let) and stmt.prim in (range, zip, enumerate, reversed):
            return tuple(leaf for a in operands(stmt) for leaf in self.iterated(a))
        return (source,)

    def rounds_at(self, param: Var, place: Place) -> Rounds | None:
        """The backward rounds that mirror those of the parameter's loop."""
        depth = self.places.mirrored(param, place)
        return self.rounds.get(place[depth - 1][0])
