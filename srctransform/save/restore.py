"""Undo writes in the backward part: the statements that `undo` has decided on.

    u0 = ...                                          stack = new_stack()
    for i, carrying u = u0:                           for i, carrying u = u0:
      u1 = store(u, e, i)                               old = u[i];  push(stack, old)
      yield u1                                          u1 = store(u, e, i)
    -> v                                                yield u1
    for i (backwards):                         →      -> v
      ... reads the entry t = u[i + 1]                for i (backwards), carrying q1 = v:
                                                        old = pop(stack)
                                                        q = store(q1, old, i)
                                                        t = q[i + 1]
                                                        yield q

The versions of a buffer are values as everywhere in the IR; as each is read before the next is made
of it, they are one object when they are printed, and that of the forward part as well.
"""

from __future__ import annotations

import abc
import operator
from dataclasses import dataclass, field

from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Stmt, Var
from .places import Place
from .recompute import Choice
from .undone import Branch, Named, Step, Thread, Write, every_write, writes


@dataclass
class Opening:
    """What a block of the backward part begins with, and what it has of the forward part."""

    place: Place
    pops: list[Stmt] = field(default_factory=list)
    made: list[Stmt] = field(default_factory=list)
    env: dict[Var, Atom] = field(default_factory=dict)
    defs: dict[Var, Let] = field(default_factory=dict)


class Restoring(abc.ABC):
    """The part of `Saving` that pushes what a write replaces, and has buffers go round mirrored
    loops. `starts` are the stacks to make before a statement, by its place and key."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.places = choice.places
        self.types = choice.types
        self.open: list[Opening] = []
        self.starts: dict[tuple[Place, object], list[Var]] = {}
        self.writes: dict[Let, Write] = {}
        self.threads: dict[object, list[Thread]] = {}  # by the keys of mirrored loops
        self.around_of: dict[Thread, Thread] = {}
        self.rest: dict[Thread, list[Step]] = {}
        self.ended: dict[Thread, Var] = {}
        self.first: dict[Var, tuple[Var, Place]] = {}  # versions before loops that are undone
        undo = choice.undo
        for thread in (t for outer in undo.threads for t in outer.inner()):
            self.threads.setdefault(thread.mirror.key, []).append(thread)
            self.around_of.update((s, thread) for s in thread.steps if isinstance(s, Thread))
        for outer in undo.threads:
            for write, place in writes([outer], ()):
                self.writes[write.let] = write
                self.start(write.stack, write.let.out, place)
        self.reads: dict[Var, list[Var]] = {}
        for var, (version, _) in undo.again.items():
            if self.places.homes[var] == self.places.homes[version]:
                self.reads.setdefault(version, []).append(var)

    @abc.abstractmethod
    def use(self, value: Atom, place: Place) -> Atom:
        """What to read instead of a value at a place."""

    def start(self, stack: Var, var: Var, place: Place) -> None:
        """Have a stack made before the outermost loop that is around a variable, and not around a
        place."""
        n, home = self.places.common(var, place), self.places.homes[var]
        self.starts.setdefault((home[:n], home[n][0]), []).append(stack)

    def like(self, var: Var) -> Var:
        """A variable for the same value in another place."""
        new = Var(var.hint, var.role, var.of, var.user)
        self.types[new] = self.types.of(var)
        return new

    # ------------------------------------------------------------ forward

    def kept(self, let: Let) -> list[Stmt]:
        """Record what a write is about to replace."""
        write = self.writes.get(let)
        if write is None:
            return []
        return [*write.lets, Let(Var(), prims.push, (write.stack, write.old))]

    # ------------------------------------------------------------ mirrored loops

    def carried_as_well(
        self, mirror: For, place: Place
    ) -> tuple[tuple[Atom, ...], tuple[Var, ...]]:
        """What goes round a mirrored loop as well: the first values, and the outs."""
        inits: list[Atom] = []
        outs: list[Var] = []
        for thread in self.threads.get(mirror.key, ()):
            known, at = self.first.get(thread.out, (None, ()))
            if known is not None and at == place[: len(at)]:
                inits.append(known)
            else:
                inits.append(self.use(thread.out, place))
            out = self.ended[thread] = self.like(thread.param)
            outs.append(out)
            whole = all(write.undone for write, _ in every_write([thread], ()))
            if whole and thread not in self.around_of and isinstance(thread.before, Var):
                self.first[thread.before] = out, place
        return tuple(inits), tuple(outs)

    def begin(self, opening: Opening) -> tuple[Var, ...]:
        """The parameters of a mirrored body; it begins with undoing."""
        params = []
        for thread in self.threads_of(opening.place):
            assert isinstance(thread.last, Var)
            params.append(self.like(thread.last))
            self.rest[thread] = list(thread.steps)
            self.there(thread.last, params[-1], opening)
            self.undo(thread, opening)
        return tuple(params)

    def end(self, opening: Opening) -> tuple[Atom, ...]:
        """The versions that the round of a body began with."""
        return tuple(opening.env[t.param] for t in self.threads_of(opening.place))

    def threads_of(self, place: Place) -> list[Thread]:
        return self.threads.get(place[-1][0], []) if place else []

    def is_inner(self, stmt: Stmt) -> bool:
        """Is it a mirrored loop behind which the loop around it goes on undoing?"""
        return isinstance(stmt, For) and any(
            t in self.around_of for t in self.threads.get(stmt.key, ())
        )

    def go_on(self, mirror: Stmt, opening: Opening) -> None:
        """Undo what was written before a loop that is undone now."""
        assert isinstance(mirror, For)
        for thread in self.threads[mirror.key]:
            outer = self.around_of.get(thread)
            if outer is not None:
                assert isinstance(thread.before, Var)
                self.rest[outer].pop()
                self.there(thread.before, self.ended[thread], opening)
                self.undo(outer, opening)

    # ------------------------------------------------------------ steps

    def undo(self, thread: Thread, opening: Opening) -> None:
        """Undo the last steps, up to a loop among them."""
        rest = self.rest[thread]
        while rest and not isinstance(rest[-1], Thread):
            self.step(rest.pop(), opening)

    def step(self, step: Step, opening: Opening) -> None:
        match step:
            case Write() if step.undone:
                self.write(step, opening)
            case Branch() if any(writes([step], ())):
                self.branch(step, opening)
            case Branch():
                self.there(step.before, opening.env[step.out], opening)
            case Named() | Write():
                self.there(step.before, opening.env[step.let.out], opening)

    def write(self, step: Write, opening: Opening) -> None:
        """Put back what was replaced."""
        path = tuple(self.use(a, opening.place) for a in step.path)
        old = self.like(step.old)
        buffer = opening.env[step.let.out]
        before = self.like(step.let.out)
        opening.made.append(Let(old, prims.pop, (step.stack,)))
        opening.made.append(Let(before, prims.store, (buffer, old, *path)))
        if step.old in self.choice.there:
            opening.env[step.old] = old
        self.there(step.before, before, opening)

    def branch(self, step: Branch, opening: Opening) -> None:
        """Undo the arm that was taken."""
        place = opening.place
        cond = self.use(step.stmt.cond, place)
        buffer = opening.env[step.out]
        arms = []
        for k, (steps, last) in enumerate(zip(step.arms, step.yields, strict=True)):
            arm = (*place, (step.undo.key, k))
            inner = Opening(arm)
            inner.env[step.before] = buffer
            if isinstance(last, Var):
                inner.env[last] = buffer
            self.open.append(inner)
            for s in reversed(steps):
                self.step(s, inner)
            self.open.pop()
            arms.append(Block((), (*inner.pops, *inner.made), (inner.env[step.before],)))
        before = self.like(step.before)
        undone = If(cond, arms[0], arms[1], (before,), step.stmt.span, step.undo.key)
        opening.made.append(undone)
        self.there(step.before, before, opening)

    # ------------------------------------------------------------ versions

    def there(self, version: Atom, now: Atom, opening: Opening) -> None:
        """A version is there again: read its entries, if it is of the round and not of an arm."""
        assert isinstance(version, Var)
        opening.env[version] = now
        for var in self.reads.get(version, ()) if self.threads_of(opening.place) else ():
            if var in self.choice.there and var not in opening.env:
                opening.env[var] = self.entry(var, opening)

    def entry(self, var: Var, opening: Opening) -> Atom:
        """Read an entry of a version that is there."""
        version, path = self.choice.undo.again[var]
        entry = self.use(version, opening.place)
        for n, key in enumerate(path, 1):
            args = (entry, self.use(key, opening.place))
            let = Let(self.like(var) if n == len(path) else Var(), operator.getitem, args)
            if n < len(path):
                self.types.observe(let)
            opening.made.append(let)
            entry = let.out
        return entry
