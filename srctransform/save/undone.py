"""The chain of versions that a buffer goes through in a loop: what is undone, step by step.

    for i in ...: carrying u           Thread
        u1 = store(u, e, i)            Write
        if c: u2 = store(u1, f, j)     Branch: [Write], []
        else: u2 = u1
        yield u2

`undo` finds it and decides; `restore` makes the statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..analysis.loops import carried
from ..ir.nodes import Atom, For, If, Let, Var, While
from .places import Place


@dataclass(eq=False)
class Write:
    """One write. What it replaces is `old`, which goes onto `stack`; `lets` read it if the program
    does not. It is `undone` if what it replaces is read again."""

    let: Let
    stack: Var
    old: Var
    lets: list[Let]
    undone: bool = True

    @property
    def before(self) -> Atom:
        return self.let.args[0]

    @property
    def path(self) -> tuple[Atom, ...]:
        return self.let.args[2:]


@dataclass(eq=False)
class Named:
    """A version under another name."""

    let: Let

    @property
    def before(self) -> Atom:
        return self.let.args[0]


@dataclass(eq=False)
class Branch:
    """A branch that writes in an arm or in both, from the version `before`. The arms have the
    steps of each, and `yields` the last version of each. `undo` stands for the branch that undoes
    it."""

    stmt: If
    out: Var
    before: Var
    arms: tuple[list[Step], list[Step]]
    yields: tuple[Atom, Atom]
    undo: If


@dataclass(eq=False)
class Thread:
    """A buffer that goes round a loop and is written in it: carried value `k` of `loop`, whose
    body takes it through `steps`. `home` is the place of the body, `place` of the mirrored one."""

    loop: For | While
    k: int
    mirror: For
    home: Place
    place: Place
    steps: list[Step] = field(default_factory=list)

    @property
    def param(self) -> Var:
        return carried(self.loop)[self.k]

    @property
    def out(self) -> Var:
        return self.loop.outs[self.k]

    @property
    def before(self) -> Atom:
        return self.loop.init[self.k]

    @property
    def last(self) -> Atom:
        return self.loop.body.results[self.k]

    def inner(self) -> Iterator[Thread]:
        """This one, and those of inner loops."""
        yield self
        for step in self.steps:
            if isinstance(step, Thread):
                yield from step.inner()


Step = Write | Named | Branch | Thread


def every_write(steps: Iterable[Step], place: Place) -> Iterator[tuple[Write, Place]]:
    """The writes of a chain, and where each is undone."""
    for step in steps:
        match step:
            case Write():
                yield step, place
            case Branch():
                for k, arm in enumerate(step.arms):
                    yield from every_write(arm, (*place, (step.undo.key, k)))
            case Thread():
                yield from every_write(step.steps, step.place)


def writes(steps: Iterable[Step], place: Place) -> Iterator[tuple[Write, Place]]:
    """Those that are undone."""
    return ((write, at) for write, at in every_write(steps, place) if write.undone)


@dataclass
class Undo:
    """What is undone: the `threads` that go round outermost loops. `again` are the values that are
    entries of a version that is there again, with the version and the path in it; `before` are the
    conditions and indices that undoing takes, and where."""

    threads: list[Thread] = field(default_factory=list)
    again: dict[Var, tuple[Var, tuple[Atom, ...]]] = field(default_factory=dict)
    before: list[tuple[Var, Place]] = field(default_factory=list)
