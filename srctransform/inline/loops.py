"""One loop of the user's program while it is being built, again and again until nothing is new.

A round of the body tells which buffers it writes, what the carried values may share memory with,
which containers keep their structure, and of which types the carried values are. The next attempt
starts with all that; the loop stands when an attempt finds nothing that it did not start with.
A loop inside of it goes on from what was found for it in the attempt before, so that nested loops
are built about as often as one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..analysis.loops import without
from ..errors import Span, UnsupportedError
from ..ir.nodes import Atom, Block, Const, For, Stmt, Var, While
from ..runtime import element
from .memory import SAME, Key, NeedsIndex, State, Write, name_of_key
from .patterns import FIXED, LEAF, Path, Pattern, leaves_of, merged, objects_of, pattern_of

Body = Callable[[Atom | None, list[Atom]], tuple[Atom, ...]]
Test = Callable[[list[Atom]], Atom]

#: which carried value, and where in it
Place = tuple[int, Path]

#: a loop that is not settled after so many attempts never will be
ATTEMPTS = 20
PATIENCE = 10


@dataclass
class Carried:
    """A value that goes round: a name of the user's, or a buffer or attribute the body writes."""

    init: Atom
    label: Var
    key: Key | None = None
    pattern: Pattern = LEAF
    handle: Atom | None = None  # the object it is before the loop
    fixed: Atom | None = None  # the object it is in every round, which may be written


class Loop:
    """Builds a For or While with the builder of `control`."""

    def __init__(
        self, control: Any, iterable: Atom | None, inits: list[Atom], labels: list[Var],
        body: Body, test: Test | None, stops: bool, span: Span | None, item: Var | None,
    ) -> None:  # fmt: skip
        self.control = control
        self.memory = control.memory
        self.types = control.types
        self.iterable = iterable
        self.body = body
        self.test = test
        self.stops = stops
        self.span = span
        self.item = item
        self.indexed = False
        self.named = len(inits)
        self.carried: list[Carried] = []
        self.params: dict[tuple[int, Path, str], Var] = {}  # the same ones in every attempt
        self.links: dict[Place, dict[Var, str]] = {}  # how a leaf sees roots outside
        self.stale: dict[Place, Write] = {}  # why a leaf is undecided as a round starts
        self.pairs: dict[tuple[Place, Place], str] = {}  # how one leaf sees another
        self.behind: State | None = None  # what is undecided after a round
        self.inner: list[Loop] = []  # the loops of the body, as the last attempt built them
        self.reached = 0  # so many of them in this attempt
        for init, label in zip(inits, labels, strict=True):
            self.add(init, label)

    def add(self, handle: Atom, label: Var, key: Key | None = None) -> None:
        init = self.control.final(handle)
        pattern = pattern_of(self.control, init)
        self.carried.append(Carried(init, label, key, pattern, handle=handle))

    def objects(self, values: list[Atom]) -> dict[Place, Atom]:
        """What may be changed in place, of these values of the carried ones: what goes round by
        itself, and the containers it lies in."""
        return {
            (k, path): atom
            for k, (one, value) in enumerate(zip(self.carried, values, strict=True))
            for path, atom in objects_of(self.control, one.pattern, value)
        }

    def start(self) -> None:
        """What the leaves share memory with before the loop."""
        inits = self.objects([c.init for c in self.carried])
        for place, init in inits.items():
            if place not in self.links and isinstance(init, Var) and self.memory.mutable(init):
                root, key = self.memory.root(init), self.carried[place[0]].key
                near = {root: SAME} | self.memory.near.get(root, {})
                self.links[place] = {r: how for r, how in near.items() if r is not key}
                write = self.memory.undecided(init, self.memory)
                if write is not None:
                    self.stale[place] = write
        self.pair(inits)

    def build(self) -> list[Atom]:
        """What the named values are behind the loop."""
        around, first = self.control.around, 0
        if around is not None:
            if around.reached < len(around.inner):
                first = int(self.goes_on_from(around.inner[around.reached]))
            around.inner[around.reached :] = [self, *around.inner[around.reached + 1 :]]
            around.reached += 1
        before = self.memory.save()
        for count in range(first, ATTEMPTS):
            outer, self.memory.lenient = self.memory.lenient, self.memory.lenient or not count
            self.control.around, self.reached = self, 0
            try:
                done = self.attempt(before, count)
            except NeedsIndex as found:
                if self.params.get((-1, (), "item")) not in found.items:
                    raise
                done, self.indexed = None, True
            finally:
                self.memory.lenient, self.control.around = outer, around
            if done is not None:
                return done
            self.memory.restore(before)
        raise UnsupportedError("what this loop carries cannot be found out", self.span)

    def goes_on_from(self, last: Loop) -> bool:
        """Start with what was found for this loop when the one around it was built last; of what
        that attempt made itself, nothing is kept."""
        gone = self.memory.gone
        keys = [c.key for c in last.carried if c.key is not None]
        roots = [key[0] if isinstance(key, tuple) else key for key in keys]
        fixed = [
            one.handle for one, was in zip(self.carried, last.carried, strict=False) if was.fixed
        ]
        same = (last.span, last.item, last.named) == (self.span, self.item, self.named)
        if not same or not gone.isdisjoint(roots) or any(isinstance(a, Const) for a in fixed):
            return False
        state = self.memory.save()
        for key in keys:
            self.add(self.control.held(key, state), Var(name_of_key(key), user=True), key)
        for one, was in zip(self.carried, last.carried, strict=True):
            one.pattern = was.pattern
            one.fixed = one.handle if was.fixed is not None else None
        gone.difference_update(last.params.values())
        self.params = {
            place: var
            for place, var in last.params.items()
            if var not in self.types or without(self.types[var], gone, True) == self.types[var]
        }
        gone.update(set(last.params.values()).difference(self.params.values()))
        for place, links in last.links.items():
            self.links[place] = {root: how for root, how in links.items() if root not in gone}
        self.pairs, self.stale = last.pairs, last.stale
        self.indexed, self.behind, self.inner = last.indexed, last.behind, last.inner
        return True

    def attempt(self, before: State, count: int) -> list[Atom] | None:
        """Build the loop; None if something was found that it should have started with. The first
        attempt only looks; after many, a type that still changes is given up."""
        control, memory, builder = self.control, self.memory, self.control.builder
        tested = self.tested() if self.test is not None else None
        memory.restore(before)
        iterable, counter = self.iterable, None
        if self.indexed:
            assert self.iterable is not None
            iterable = control.indices(self.iterable, self.span)
        with builder.nested() as stmts:
            values, params = self.enter("body")
            handle: Atom | None = None
            if iterable is not None:
                counter, handle = self.enter_item(iterable)
            entered = memory.save()
            results = list(self.body(handle, values[: self.named]))
            stop = control.now(results.pop()) if self.stops else None
            after = memory.save()
            bound = control.defined_in(stmts) | set(params) | ({counter} if counter else set())
            found = self.find_written(entered, before, after, bound)
            written = [c.key for c in self.carried[self.named :] if c.key is not None]
            ends = results + [control.held(key, after) for key in written]
            if self.find_loose(ends) or (not count and self.find_fixed(ends)):
                memory.gone |= bound
                return None
            many = len(stmts)
            finals = [control.final(a) for a in ends]
            news = self.find_patterns(finals)
            yielded = [] if news else self.leaves(finals)
            bound |= control.defined_in(stmts[many:])
            found |= news or self.find_sharing(finals, bound)
            found |= self.find_undecided(after, bound | memory.gone)
            if not found:
                found = bool(self.types.leave_loop(params, yielded, bound, count < PATIENCE))
        if found or (not count and memory.near):  # nothing was refused yet
            memory.gone |= bound
            return None
        memory.restore(before)
        inits = tuple(self.leaves([c.init for c in self.carried]))
        outs = tuple(Var(p.hint, p.role, p.of, p.user) for p in params)
        if stop is not None:
            yielded.append(stop)
        first = (counter,) if counter is not None else ()
        block = Block((*first, *params), tuple(stmts), tuple(yielded))
        loop: Stmt
        if tested is not None:
            loop = While(inits, tested, block, outs, self.span, self.stops)
        else:
            assert iterable is not None
            loop = For(iterable, inits, block, outs, self.span, self.stops)
        builder.add(loop)
        return self.leave(outs)

    def tested(self) -> Block:
        """The block that asks whether there is another round."""
        control, memory = self.control, self.memory
        assert self.test is not None
        with control.builder.nested() as stmts:
            values, params = self.enter("test")
            entered = memory.save()
            cond = control.now(self.test(values[: self.named]))
        bound = control.defined_in(stmts) | set(params)
        if memory.changed(entered, [memory.save()], bound):
            raise UnsupportedError("the condition of a loop writes into an array", self.span)
        memory.gone |= control.defined_in(stmts)  # no round of the body meets them
        return Block(tuple(params), tuple(stmts), (cond,))

    # ------------------------------------------------------------ entering and leaving

    def enter(self, where: str) -> tuple[list[Atom], list[Var]]:
        """The carried values as a round starts, and the parameters they are made of."""
        params: list[Var] = []
        values: list[Atom] = []
        if self.behind is not None:
            self.memory.after([self.behind])
        self.start()
        for k, one in enumerate(self.carried):
            if one.fixed is not None:
                values.append(one.fixed)
                continue
            inits = iter(leaves_of(self.control, one.pattern, one.init))

            def fresh(
                path: Path, hint: str, k: int = k, one: Carried = one, inits: Any = inits
            ) -> Var:
                label = one.label if not path else Var(hint, user=bool(hint))
                var = self.param(k, path, where, label)
                self.types.enter_loop([var], [next(inits)])
                if where == "test":
                    body = self.param(k, path, "body", label)
                    self.types.enter_loop([var], [body] if body in self.types else [var])
                params.append(var)
                return var

            value = one.pattern.build(self.control.builder, fresh)
            values.append(value)
            self.settle(one, value)
        self.relate(values)
        self.memory.gone.difference_update(params)
        return values, params

    def param(self, k: int, path: Path, where: str, label: Var) -> Var:
        place = (k, path, where)
        if place not in self.params:
            self.params[place] = Var(label.hint, label.role, label.of, label.user)
        return self.params[place]

    def settle(self, one: Carried, value: Atom) -> None:
        """A buffer that is carried is what the round starts with."""
        if one.key is not None:
            self.control.settle_key(one.key, value)

    def relate(self, values: list[Atom]) -> None:
        """Say what the carried values may share memory with."""
        memory = self.memory
        atoms = self.objects(values)
        for place, atom in atoms.items():
            if isinstance(atom, Var) and memory.mutable(atom):
                own = memory.handle(atom)
                for root, how in self.links.get(place, {}).items():
                    memory.link(own, root, how)
                if place in self.stale:
                    memory.stale[own] = self.stale[place]
        for (a, b), how in self.pairs.items():
            p, q = atoms.get(a), atoms.get(b)
            if isinstance(p, Var) and isinstance(q, Var):
                memory.link(memory.root(p), memory.root(q), how)

    def enter_item(self, iterable: Atom) -> tuple[Var, Atom]:
        """The variable the For binds, and the loop's item."""
        control = self.control
        label = self.item or Var()
        if self.indexed:
            label = Var(label.hint, user=label.user)  # each attempt reads a row of its own
            counter = self.param(-1, (), "index", Var("k"))
            self.types.enter_loop([counter], [], iterable)
            assert self.iterable is not None
            return counter, control.row(self.iterable, counter, label)
        item = self.param(-1, (), "item", label)
        self.types.enter_loop([item], [], iterable)
        roots = control.roots_of(iterable)
        if roots:
            self.memory.rows[item] = roots
        return item, self.item_handle(item, iterable, roots)

    def item_handle(self, item: Var, iterable: Atom, roots: set[Var]) -> Atom:
        """The item: a row of the array it is read from, or a number, which the run may check."""
        memory, kind = self.memory, self.types.of(item)
        from_list = self.types.of(iterable).container
        if not roots or from_list or not memory.mutable(item) or kind.container:
            return item
        statement = (self.span, For)
        if statement in self.control.guarded:
            made: Atom = self.control.builder.let(element, item, span=self.span)
            return made
        if kind.rank is None:
            memory.items[item] = statement, roots
        for root in roots:
            memory.link(item, root, SAME)
        return item

    def leave(self, outs: tuple[Var, ...]) -> list[Atom]:
        """The values behind the loop."""
        rest = iter(outs)
        values = []
        for one in self.carried:
            if one.fixed is not None:
                values.append(one.fixed)
                continue
            value = one.pattern.build(self.control.builder, lambda path, hint: next(rest))
            values.append(value)
            self.settle(one, value)
        self.relate(values)
        if self.behind is not None:
            self.memory.after([self.behind])
        return values[: self.named]

    # ------------------------------------------------------------ what a round tells

    def find_written(self, entered: State, before: State, after: State, bound: set[Var]) -> bool:
        """Buffers and attributes that the body writes are carried too."""
        have = {c.key for c in self.carried}
        new = [k for k in self.memory.changed(entered, [after], bound) if k not in have]
        for key in new:
            now = self.memory.save()
            self.memory.restore(before)
            init = self.control.held(key, before)
            self.add(init, Var(name_of_key(key), user=True), key)
            self.memory.restore(now)
        return bool(new)

    def find_sharing(self, finals: list[Atom], bound: set[Var]) -> bool:
        """What the carried values may share memory with as the next round starts."""
        memory = self.memory
        found = False
        keys = {c.key for c in self.carried}
        ends = self.objects(finals)
        for place, end in ends.items():
            if not isinstance(end, Var) or not memory.mutable(end):
                continue
            root, links = memory.root(end), self.links.setdefault(place, {})
            if root in memory.stale and place not in self.stale:
                self.stale[place], found = memory.stale[root], True
            for other, how in ({root: SAME} | memory.near.get(root, {})).items():
                inside = other in bound or other in memory.gone or other in keys
                if not inside and other not in links:
                    links[other] = how
                    found = True
        return self.pair(ends) or found

    def find_undecided(self, after: State, inner: set[Var]) -> bool:
        """What is undecided after a round is so at the start of the next one."""
        stale = {r: w for r, w in after.stale.items() if r not in inner}
        marks = {r: m for r, m in after.marks.items() if r not in inner}
        parts = {r: p for r, p in after.parts.items() if r not in inner}
        old = self.behind or State({}, {}, {}, {}, {})
        self.behind = State({}, stale | old.stale, {}, marks, parts)
        known = stale.keys() <= old.stale.keys() and marks.keys() <= old.marks.keys()
        return not (
            known and all(p.keys() <= old.parts.get(r, {}).keys() for r, p in parts.items())
        )

    def find_fixed(self, ends: list[Atom]) -> bool:
        """A name that is bound to the same object in every round is not carried."""
        found = False
        for k, (one, end) in enumerate(zip(self.carried, ends, strict=False)):
            start = self.params.get((k, (), "body"))
            same = isinstance(end, Var) and self.memory.handle(end) is start
            if same and one.key is None and one.fixed is None and isinstance(one.handle, Var):
                one.fixed, found = one.handle, True
                one.pattern = FIXED
        return found

    def find_loose(self, ends: list[Atom]) -> bool:
        """A name that was bound to the same object in every round is bound to another one now."""
        found = False
        for one, end in zip(self.carried, ends, strict=False):
            if isinstance(one.fixed, Var) and not (
                isinstance(end, Var) and self.memory.handle(end) is self.memory.handle(one.fixed)
            ):
                one.fixed, one.pattern = None, pattern_of(self.control, one.init)
                found = True
        return found

    def pair(self, atoms: dict[Place, Atom]) -> bool:
        """Note which of the leaves may be one object."""
        memory = self.memory
        by_root: dict[Var, list[Place]] = {}
        roots: dict[Place, Var] = {}
        for place, atom in atoms.items():
            if isinstance(atom, Var) and memory.mutable(atom):
                roots[place] = memory.root(atom)
                by_root.setdefault(roots[place], []).append(place)
        found = False
        for place, root in roots.items():
            for other, how in ({root: SAME} | memory.near.get(root, {})).items():
                for there in by_root.get(other, ()):
                    if there != place and (place, there) not in self.pairs:
                        self.pairs[place, there] = how
                        found = True
        return found

    def find_patterns(self, finals: list[Atom]) -> bool:
        """Containers whose structure changes are carried as they are."""
        found = False
        for one, final in zip(self.carried, finals, strict=False):
            if one.fixed is not None:
                continue
            pattern = merged(self.control, one.pattern, one.init, final)
            if pattern != one.pattern:
                one.pattern, found = pattern, True
        return found

    def leaves(self, values: list[Atom]) -> list[Atom]:
        pairs = zip(self.carried, values, strict=True)
        return [a for one, value in pairs for a in leaves_of(self.control, one.pattern, value)]
