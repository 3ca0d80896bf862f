"""Does a write touch what is read of an earlier version of the buffer?

    for i in range(1, n):
        x[i] = x[i] * x[i - 1]        the entry i - 1 that a round reads is not written any more

A write that touches nothing that is read of the versions before it need not be undone: what is read
is in the buffer at the end. Two places of a buffer differ if one of their indices does. That is
decided for indices that are a loop's item, or a value from outside, plus a constant: with the
bounds of the loops and the order of their rounds these are inequalities x - y <= c, which hold for
no numbers if they have a cycle of negative length (Bellman-Ford; Cormen et al., "Introduction to
Algorithms", difference constraints). An index that may be negative counts from the end, and is not
compared.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..analysis.indexing import index_parts
from ..analysis.types import Types
from ..ir.nodes import Atom, Const, For, Let, Var
from .places import Place, Places
from .rounds import constant, range_args
from .undone import Branch, Named, Step, Thread, Write

#: a variable of an instance: "w" of the write, "r" of the read, "" of both; the number 0 is None
Symbol = tuple[str, Var] | None
Linear = tuple[Symbol, int]


@dataclass
class System:
    """Inequalities x - y <= c."""

    edges: list[tuple[Symbol, Symbol, int]] = field(default_factory=list)

    def at_most(self, a: Linear, b: Linear, gap: int = 0) -> None:
        """a + gap <= b."""
        self.edges.append((a[0], b[0], b[1] - a[1] - gap))

    def equal(self, a: Linear, b: Linear) -> None:
        self.at_most(a, b)
        self.at_most(b, a)

    def is_possible(self) -> bool:
        """Are there numbers for which all hold?"""
        distance = {v: 0 for x, y, _ in self.edges for v in (x, y)}
        for _ in range(len(distance) + 1):
            changed = False
            for x, y, c in self.edges:
                if distance[y] + c < distance[x]:
                    distance[x], changed = distance[y] + c, True
            if not changed:
                return True
        return False

    def implies_at_least_zero(self, a: Linear) -> bool:
        more = System([*self.edges])
        more.at_most(a, (None, -1))
        return not more.is_possible()


class Overlaps:
    """Compares the writes of a chain with what is read of its versions."""

    def __init__(self, places: Places, types: Types, outer: Thread) -> None:
        self.places = places
        self.types = types
        self.around = places.at[outer.loop.key]
        self.spots: dict[Var, tuple[tuple[Thread, ...], int]] = {}  # versions: nest, steps before
        self.steps: dict[Write, tuple[tuple[Thread, ...], tuple[int, ...], Place]] = {}
        self._walk(outer, (outer,), ())

    def _walk(self, thread: Thread, nest: tuple[Thread, ...], at: tuple[int, ...]) -> None:
        self.spots[thread.param] = nest, 0
        for k, step in enumerate(thread.steps):
            out = step.out if isinstance(step, Branch | Thread) else step.let.out
            self.spots[out] = nest, k + 1
            if isinstance(step, Named) and isinstance(step.before, Var):
                self.spots[out] = self.spots[step.before]
            if isinstance(step, Thread):
                self._walk(step, (*nest, step), (*at, k))
            for write, place in _writes_of(step, thread.home):
                self.steps[write] = nest, (*at, k), place

    def touches(self, write: Write, var: Var, version: Var, path: tuple[Atom, ...]) -> bool:
        """May the write come after a version, and touch what `var` is read from it?"""
        written_in, at, place = self.steps[write]
        read_in, before = self.spots[version]
        common = 0
        while common < min(len(written_in), len(read_in)) and (
            written_in[common] is read_in[common]
        ):
            common += 1
        if common < len(read_in):  # the version is one of an inner loop, at a step of its own
            before = read_in[common - 1].steps.index(read_in[common]) + 1
        levels = list(range(common))
        if at[common - 1] >= before:
            levels.append(common)  # also in the same rounds
        base = System()
        self.bounds(base, "w", place)
        self.bounds(base, "r", self.places.homes[var])
        ours = list(self.dims(base, "w", write.path))
        theirs = list(self.dims(base, "r", path))
        for ends_w, ends_r in zip(ours, theirs, strict=False):
            if ends_w is not None and ends_r is not None:
                self.meet(base, ends_w, ends_r)
        for level in levels:
            system = System([*base.edges])
            for k, thread in enumerate(written_in[: min(level + 1, common)]):
                self.order(system, thread.loop, later=k == level)
            if system.is_possible():
                return True
        return False

    def order(self, system: System, loop: object, later: bool) -> None:
        """The rounds of a loop: the same one, or the write in a later one."""
        bounds = range_args(loop.iterable, self.places.defs) if isinstance(loop, For) else None
        step = constant(bounds[2]) if bounds is not None else None
        if not isinstance(loop, For) or type(step) is not int or step == 0:
            return
        w: Linear = ("w", loop.body.params[0]), 0
        r: Linear = ("r", loop.body.params[0]), 0
        if not later:
            system.equal(w, r)
        elif step > 0:
            system.at_most(r, w, step)
        else:
            system.at_most(w, r, -step)

    # ------------------------------------------------------------ indices

    def bounds(self, system: System, side: str, place: Place) -> None:
        """What is known of the items of the loops around a place, inside of the chain."""
        for key, _ in place[len(self.around) :]:
            loop = self.places.owners[key]
            found = range_args(loop.iterable, self.places.defs) if isinstance(loop, For) else None
            if found is None or not isinstance(loop, For):
                continue
            item: Linear = (side, loop.body.params[0]), 0
            start, stop = self.linear(found[0], side), self.linear(found[1], side)
            step = constant(found[2])
            if type(step) is not int or step == 0:
                continue
            if start is not None:
                system.at_most(*((start, item) if step > 0 else (item, start)))
            if stop is not None:
                system.at_most(*((item, stop, 1) if step > 0 else (stop, item, 1)))

    def linear(self, atom: Atom, side: str) -> Linear | None:
        """An int as a variable and a constant."""
        if isinstance(atom, Const):
            return (None, atom.value) if type(atom.value) is int else None
        stmt = self.places.defs.get(atom)
        if isinstance(stmt, Let) and stmt.prim in (operator.add, operator.sub):
            a, b = (self.linear(x, side) for x in stmt.args)
            if a is not None and b is not None and b[0] is None:
                return a[0], a[1] + (b[1] if stmt.prim is operator.add else -b[1])
            if a is not None and b is not None and a[0] is None and stmt.prim is operator.add:
                return b[0], a[1] + b[1]
        kind = self.types.of(atom)
        if not (kind.is_scalar and kind.dtype == "int"):
            return None
        if self.places.homes.get(atom, ()) == self.around[: len(self.places.homes.get(atom, ()))]:
            return ("", atom), 0
        loop = self.places.params.get(atom)
        return ((side, atom), 0) if isinstance(loop, For) and atom is loop.body.params[0] else None

    def dims(
        self, system: System, side: str, path: tuple[Atom, ...]
    ) -> Iterator[tuple[Linear | None, Linear | None] | None]:
        """The least and the largest index on each axis, as far as that is known."""
        for k, key in enumerate(path):
            parts = index_parts(key, self.places.defs)
            for part in parts or ():
                cut = self.slice_parts(part)
                kind = self.types.of(part)
                if cut is not None and k == len(path) - 1:
                    yield self.span(system, side, *cut)
                elif kind.is_scalar and kind.dtype == "int":
                    one = self.linear(part, side)
                    known = one is not None and system.implies_at_least_zero(one)
                    yield (one, one) if known else None
                else:
                    return
            if parts is None:
                return

    def slice_parts(self, part: Atom) -> tuple[Atom, Atom] | None:
        """(start, stop) of a slice that takes every one."""
        if isinstance(part, Const):
            cut = part.value
            if not isinstance(cut, slice) or cut.step not in (None, 1):
                return None
            return Const(cut.start), Const(cut.stop)
        made = self.places.defs.get(part)
        if not isinstance(made, Let) or made.prim is not slice:
            return None
        args = made.args if len(made.args) > 1 else (Const(None), *made.args)
        if (len(args) == 3 and constant(args[2]) not in (None, 1)) or (
            len(args) == 3 and isinstance(args[2], Var)
        ):  # fmt: skip
            return None
        return args[0], args[1]

    def span(
        self, system: System, side: str, start: Atom, stop: Atom
    ) -> tuple[Linear | None, Linear | None]:
        """The least and the largest index of a slice."""
        first, end = self.linear(start, side), self.linear(stop, side)
        if first is None or not system.implies_at_least_zero(first):
            first = (None, 0)
        if end is None or not system.implies_at_least_zero(end):
            return first, None
        return first, (end[0], end[1] - 1)

    def meet(
        self,
        system: System,
        one: tuple[Linear | None, Linear | None],
        other: tuple[Linear | None, Linear | None],
    ) -> None:
        """Some index is in both."""
        for (low, _), (_, high) in ((one, other), (other, one)):
            if low is not None and high is not None:
                system.at_most(low, high)


def _writes_of(step: Step, home: Place) -> Iterator[tuple[Write, Place]]:
    """The writes of one step that is no loop, and where they stand."""
    if isinstance(step, Write):
        yield step, home
    elif isinstance(step, Branch):
        for k, arm in enumerate(step.arms):
            for inner in arm:
                yield from _writes_of(inner, (*home, (step.stmt.key, k)))
