"""Writes that are undone: the backward part has the old versions of a buffer again.

    for i in range(1, n - 1):              for i in range(1, n - 1):
        u[i] = u[i] * u[i - 1]                 push(stack, u[i]);  u[i] = u[i] * u[i - 1]
                                       →
    for i in range(n - 2, 0, -1):          for i in range(n - 2, 0, -1):
        ... reads u[i] and u[i - 1]            u[i] = pop(stack)
                                               ... reads u[i] and u[i - 1]

A loop that writes into a buffer makes a chain of versions, from its parameter to what it yields.
The mirrored loop carries the buffer the other way: a round begins with the version that the forward
round ended with, puts back what each write replaced, the last one first, and reads every version
while it is there. That records one entry a write, and no read of an entry. It is done where that
is less than what is recorded otherwise, counted by orders of magnitude: the loops around a value,
and its own axes.

What is needed to undo a write (its index, the condition it stands under) may not follow from what
is undone. A version that is there only after a loop in a round was undone is not read before.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Var, While
from ..ir.walk import blocks, operands, reads
from .overlaps import Overlaps
from .places import Place, Places
from .recompute import Choice
from .rounds import Rounds
from .undone import Branch, Named, Step, Thread, Undo, Write, writes

#: a value, the version that it is an entry of, and the path to it
Entry = tuple[Var, Var, tuple[Atom, ...]]

#: what is known of a buffer whatever is in it
SIZES = frozenset({len, np.shape, np.ndim, np.size, prims.dtype_of})


def chosen(places: Places, types: Types, rounds: dict[object, Rounds]) -> Choice:
    """What is recorded, and what is undone."""
    best = Choice(places, types, rounds)
    best.choose()
    taken: set[object] = set()
    for thread in Chains(best).candidates():
        if (thread.loop.key, thread.k) in taken:
            continue
        undo = Plan(best, thread).undo()
        if undo is None:
            continue
        trial = Choice(places, types, rounds, undo)
        trial.choose()
        if size(trial) < size(best):
            best = trial
            taken.update((t.loop.key, t.k) for t in thread.inner())
    return best


def size(choice: Choice) -> list[tuple[int, int]]:
    """How much is recorded: how many values of each order of magnitude, the largest first."""
    places = choice.places
    found = [(places.homes[v], v) for v in choice.recorded]
    for thread in choice.undo.threads:
        found += [(places.homes[w.let.out], w.old) for w, _ in writes(thread.steps, thread.place)]
    count: Counter[int] = Counter()
    for home, var in found:
        around = sum(not isinstance(places.owners[key], If) for key, _ in home)
        count[around + axes(choice, var)] += 1
    return sorted(count.items(), reverse=True)


def axes(choice: Choice, var: Var) -> int:
    """The rank of a value; what goes round a loop has one axis at least if that is not known."""
    kind = choice.types.of(var)
    if kind.rank is not None or kind.kind != "num":
        return kind.rank or 0
    made = choice.places.defs.get(var)
    return int(var in choice.places.params or isinstance(made, For | While))


class Chains:
    """Finds the chains of versions."""

    def __init__(self, choice: Choice) -> None:
        self.places = choice.places
        self.types = choice.types
        self.mirrors: dict[object, list[For]] = {}
        for stmt in self.places.owners.values():
            if isinstance(stmt, For) and stmt.mirrors is not None:
                self.mirrors.setdefault(stmt.mirrors, []).append(stmt)

    def candidates(self) -> Iterator[Thread]:
        """The buffers that go round a loop and are written in it, those of outer loops first."""
        for key in list(self.mirrors):
            loop = self.places.owners.get(key)
            if isinstance(loop, For | While):
                for k in range(len(loop.outs)):
                    thread = self.thread(loop, k)
                    if thread is not None and any(writes(thread.steps, thread.place)):
                        yield thread

    def thread(self, loop: For | While, k: int) -> Thread | None:
        """The chain of one carried value."""
        mirrors = self.mirrors.get(loop.key, [])
        kind = self.types.of(carried(loop)[k])
        if len(mirrors) != 1 or kind.kind != "num":
            return None
        mirror = mirrors[0]
        slot = len(blocks(loop)) - 1
        home = (*self.places.at[loop.key], (loop.key, slot))
        place = (*self.places.at[mirror.key], (mirror.key, 0))
        found = self.steps(loop.body, loop.body.results[k], home, place)
        if found is None or found[0] is not carried(loop)[k]:
            return None
        return Thread(loop, k, mirror, home, place, found[1])

    def steps(
        self, block: Block, last: Atom, home: Place, place: Place
    ) -> tuple[Atom, list[Step]] | None:
        """The version that a block begins with, and what makes the last one of it; `place` is
        where that is undone."""
        found: list[Step] = []
        var = last
        while isinstance(var, Var) and self.places.homes.get(var) == home and (
            var not in self.places.params
        ):  # fmt: skip
            stmt = self.places.defs[var]
            step: Step | None = None
            match stmt:
                case Let() if stmt.prim in (prims.store, prims.accumulate):
                    step = self.write(stmt, block)
                case Let() if stmt.prim is prims.first_of:
                    step = Named(stmt)
                case If():
                    step = self.branch(stmt, var, home, place)
                case For() | While():
                    inner = self.thread(stmt, stmt.outs.index(var))
                    if inner is not None and self.places.at[inner.mirror.key] == place:
                        step = inner
            if step is None:
                return None
            found.append(step)
            var = step.before
        return var, found[::-1]

    def branch(self, stmt: If, out: Var, home: Place, place: Place) -> Branch | None:
        """A branch whose arms go on from one version, without loops."""
        n = stmt.outs.index(out)
        undo = replace(stmt, outs=(), key=object(), mirrors=stmt.key)
        self.places.owners[undo.key] = undo
        arms = []
        for k, arm in enumerate(blocks(stmt)):
            inner = ((*home, (stmt.key, k)), (*place, (undo.key, k)))
            found = self.steps(arm, arm.results[n], *inner)
            if found is None or any(isinstance(step, Thread) for step in found[1]):
                return None
            arms.append(found)
        (before, then), (same, orelse) = arms
        yields = (stmt.then.results[n], stmt.orelse.results[n])
        if before is not same or not isinstance(before, Var):
            return None
        return Branch(stmt, out, before, (then, orelse), yields, undo)

    def write(self, let: Let, block: Block) -> Write:
        """A write, and the entry it replaces, which the program may have read already."""
        before, path = let.args[0], let.args[2:]
        lets: list[Let] = []
        entry = before
        for key in path:
            args = (entry, key)
            ahead = block.body[: block.body.index(let)]
            known = [s for s in ahead if isinstance(s, Let) and s.prim is operator.getitem
                     and s.args == args]  # fmt: skip
            if not known:
                known = [Let(Var(), operator.getitem, args)]
                lets += known
                self.types.observe(known[0])
            entry = known[0].out
        assert isinstance(entry, Var)
        return Write(let, Var(f"{let.out.hint}_stack" if let.out.hint else "stack"), entry, lets)


class Plan:
    """What is there again as one chain is undone."""

    def __init__(self, choice: Choice, thread: Thread) -> None:
        self.choice = choice
        self.places = choice.places
        self.types = choice.types
        self.thread = thread
        self.there: dict[Var, tuple[Thread, int]] = {}  # versions, and from which statement on
        self.stays: dict[Var, range] = {}  # versions, and the statements they are there for
        self.lost = {var for var, _ in self.places.lost()}
        self.mirrors: dict[object, list[object]] = {}
        for key in self.places.at:
            stmt = self.places.owners[key]
            if not isinstance(stmt, Let) and stmt.mirrors is not None:
                self.mirrors.setdefault(stmt.mirrors, []).append(key)
        self.made_from: dict[Var, list[Var]] = {}
        for var, stmt in self.places.defs.items():
            if isinstance(stmt, Let) and choice.weight(stmt) is not None:
                for a in operands(stmt):
                    if isinstance(a, Var):
                        self.made_from.setdefault(a, []).append(var)

    def undo(self) -> Undo | None:
        """What to undo, with what is undone already; None if it cannot be."""
        old = self.choice.undo
        undo = Undo([*old.threads, self.thread], dict(old.again), list(old.before))
        threads = list(self.thread.inner())
        for thread in threads:
            if not self.follow(thread):
                return None
        self.without_records, self.without_entries = self.bare(), self.bare()
        recorded = self.choice.recorded.items()
        self.without_entries.recorded = {v: p for v, p in recorded if self.version(v) is None}
        entries = list(self.entries())
        for var, version, path in entries:
            at = self.place_of(var)
            if not self.in_time(var, version) or at is None:
                continue
            if all(self.is_known(a, at) for a in path):
                undo.again[var] = version, path
                undo.before += [(a, at) for a in path if isinstance(a, Var)]
        self.spare(entries)
        for thread in threads:
            for atom, place in self.taken(thread.steps, thread.place):
                nothing_recorded = len(place) > len(thread.place)
                if not self.is_known(atom, place, nothing_recorded):
                    return None
                undo.before.append((atom, place))
        undo.before.append((self.thread.out, self.places.at[self.thread.mirror.key]))
        return undo

    def spare(self, entries: list[Entry]) -> None:
        """Leave writes as they are that touch nothing of what is read of the versions before."""
        overlaps = Overlaps(self.places, self.types, self.thread)
        found = [e for e in entries if e[2] or self.is_read_whole(e[1])]
        for write, _ in list(writes([self.thread], ())):
            write.undone = any(overlaps.touches(write, *read) for read in found)

    def is_read_whole(self, version: Var) -> bool:
        """Is more read of a version than entries, and how large it is?"""
        loops = [s for s in self.places.owners.values() if isinstance(s, For)]
        rows = {
            version,
            *self.derived(version),
        }  # what a mirrored loop goes through, it reads again
        if any(loop.iterable in rows for loop in loops):
            return True
        used = [v for v in self.made_from.get(version, ()) if self.version(v) is None]
        made = [(v, self.places.defs[v]) for v in used]
        used = [v for v, s in made if not (isinstance(s, Let) and s.prim in SIZES)]
        derived = set().union({version}, *map(self.derived, used))
        return not derived.isdisjoint(self.lost)

    def taken(self, steps: list[Step], place: Place) -> Iterator[tuple[Var, Place]]:
        """The indices and conditions that it takes to undo steps."""
        for step in steps:
            match step:
                case Write() if step.undone:
                    yield from ((a, place) for a in step.path if isinstance(a, Var))
                case Branch() if any(writes([step], ())):
                    if isinstance(step.stmt.cond, Var):
                        yield step.stmt.cond, place
                    for k, arm in enumerate(step.arms):
                        yield from self.taken(arm, (*place, (step.undo.key, k)))

    def is_known(self, atom: Atom, place: Place, nothing_recorded: bool = False) -> bool:
        """Does a value follow from what is at hand there, if nothing is undone? The arm of a
        branch takes back what it recorded once, so it has no records for its undoing."""
        choice = self.without_records if nothing_recorded else self.without_entries
        return choice.cost(atom, place) is not None

    def bare(self) -> Choice:
        return Choice(self.places, self.types, self.choice.rounds)

    # ------------------------------------------------------------ versions

    def follow(self, thread: Thread) -> bool:
        """Note where the versions of a body are there again; do loops come in the other order?"""
        body, start = thread.mirror.body.body, 0
        names = [thread.last]
        self.there.update((v, (thread, 0)) for v in names if isinstance(v, Var))
        for step in reversed(thread.steps):
            if isinstance(step, Thread):
                at = next(k for k, s in enumerate(body) if s is step.mirror)
                if at < start:
                    return False
                self.stays.update((v, range(start, at)) for v in names if isinstance(v, Var))
                start = at + 1
            names = [*names, step.before] if isinstance(step, Named) else [step.before]
            self.there.update((v, (thread, start)) for v in names if isinstance(v, Var))
        self.stays.update((v, range(start, len(body))) for v in names if isinstance(v, Var))
        return True

    def version(self, var: Var) -> tuple[Var, tuple[Atom, ...]] | None:
        """The version that a value is an entry of, and the path to it."""
        path: tuple[Atom, ...] = ()
        stmt = self.places.defs.get(var)
        while isinstance(stmt, Let) and stmt.prim is operator.getitem:
            first, key = stmt.args
            path = (key, *path)
            if not isinstance(first, Var):
                return None
            if first in self.there:
                return first, path
            stmt = self.places.defs.get(first)
        return None

    # ------------------------------------------------------------ entries

    def entries(self) -> Iterator[Entry]:
        """The values that can be read again, of those that are read. A version that is there for
        a while can be read as a whole."""
        found: list[Entry] = [(v, v, ()) for v in self.stays]
        for var in self.places.defs:
            of = self.version(var)
            if of is not None:
                found.append((var, *of))
        for thread in self.thread.inner():
            for step in thread.steps:
                if isinstance(step, Write) and self.holds(step, thread):
                    value, version = step.let.args[1], step.let.out
                    assert isinstance(value, Var)
                    found.append((value, version, step.path))
        for entry in found:
            if not self.derived(entry[0]).isdisjoint(self.lost):
                yield entry

    def holds(self, step: Write, thread: Thread) -> bool:
        """Is the entry behind a write the very value that was written?"""
        value, entry = step.let.args[1], self.types.of(step.old)
        if step.let.prim is not prims.store or not isinstance(value, Var):
            return False
        kind = self.types.of(value)
        return (
            self.places.homes.get(value) == thread.home
            and kind.is_scalar
            and entry.is_scalar
            and kind.dtype == entry.dtype == "float"
            and (entry.bits == 64 or 0 != entry.bits == kind.bits)
        )

    def derived(self, var: Var) -> set[Var]:
        """The value, and what may be computed again from it."""
        found, waiting = {var}, [var]
        while waiting:
            new = [v for v in self.made_from.get(waiting.pop(), ()) if v not in found]
            found.update(new)
            waiting += new
        return found

    def in_time(self, var: Var, version: Var) -> bool:
        """Is the version there before the value, or what is derived from it, is read?"""
        derived = self.derived(var)
        thread, start = self.there[version]
        body, home = thread.mirror.body, self.places.homes[var]
        if home == thread.home:
            until = self.stays[var].stop if var is version else len(body.body)
            elsewhere = body.body[:start] + body.body[until:]
            return derived.isdisjoint(reads(Block((), elsewhere)))
        if home[: len(thread.home)] != thread.home or version not in self.stays:
            return False
        keys = self.mirrors.get(home[len(thread.home)][0], [])
        there = [body.body[k] for k in self.stays[version]]
        return any(not isinstance(s, Let) and s.key in keys for s in there)

    def place_of(self, var: Var) -> Place | None:
        """The place that mirrors the home of a value."""
        key, slot = self.places.homes[var][-1]
        mirrors = self.mirrors.get(key, [])
        if len(mirrors) != 1:
            return None
        arm = slot if isinstance(self.places.owners[key], If) else 0
        return (*self.places.at[mirrors[0]], (mirrors[0], arm))
