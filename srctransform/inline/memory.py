"""Who shares memory with whom, so that writes become new versions of a buffer.

    v = x[1:-1]            v is a view of x
    x[2] = 7.0             x1 = store(x, 7.0, 2)        x has a newer version
    y = v + 1              y = x1[1:-1] + 1             so v is read through it

A *root* is a value with memory of its own: a parameter, or a result that is no view. A variable
stands for its root's newest version (`owner`), or for a view of it, which is made anew from the
newest version (`parent`). Two roots may be the same object (a name that is bound on two paths), or
one may hold the other (a list, what was appended to it): after a write to one, a read of the other
cannot be decided, and is refused with both lines.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.types import Types
from ..errors import Problem, Span, UnsupportedError
from ..ir.nodes import Atom, Const, Let, Var

#: how one root sees another
SAME, HOLDS, HELD = "same", "holds", "held"
CONVERSE = {SAME: SAME, HOLDS: HELD, HELD: HOLDS}

#: a root, or an attribute of one
Key = Var | tuple[Var, str]

#: constant keys, from a container to a part of it
Path = tuple[Any, ...]


@dataclass(frozen=True)
class Write:
    """A write that left another name's value undecided."""

    span: Span | None
    name: str
    perhaps: object = None  # of `x += e`, a write only if x is an array: which statement it is


@dataclass(frozen=True)
class Marks:
    """What of a container changed last: which objects it holds, and one of them in place."""

    moved: object = None
    changed: object = None


class NeedsNumber(Exception):
    """`x += e`, or the x of `for x in xs`, would leave another name undecided if x were an array:
    it has to be a number."""

    def __init__(self, statement: object, refusal: UnsupportedError) -> None:
        super().__init__()
        self.statement = statement
        self.refusal = refusal


class NeedsIndex(Exception):
    """The rows a loop goes through are written in it: they have to be read by their index. `items`
    are the items of such loops."""

    def __init__(self, items: set[Var]) -> None:
        super().__init__()
        self.items = items


@dataclass
class State:
    """What a path of the program may change: saved and restored around branches and loops."""

    current: dict[Key, Atom]
    stale: dict[Var, Write]
    rows: dict[Var, set[Var]]
    marks: dict[Var, Marks]
    parts: dict[Var, dict[Path, Write]]


class Memory:
    """The buffers of one function that is being spliced together."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self.current: dict[Key, Atom] = {}  # the newest version, where it is not the root itself
        self.stale: dict[Var, Write] = {}
        self.rows: dict[Var, set[Var]] = {}  # of a loop's item: what the loop goes through
        self.owner: dict[Var, Var] = {}  # of a version: the variable it is a version of
        self.parent: dict[Var, Let] = {}  # of a view: the statement that made it
        self.born: dict[Var, Atom] = {}  # of a view: the version of the root it was made from
        self.perhaps: set[Var] = set()  # x[i] of unknown rank: a number, or a view
        self.marks: dict[Var, Marks] = {}
        self.made: dict[Var, Marks] = {}  # of a part of a container: the marks it was read under
        self.parts: dict[Var, dict[Path, Write]] = {}  # undecided parts of containers
        self.part: dict[Var, tuple[Var, Path]] = {}  # of a value that may be a part of a root
        self.items: dict[
            Var, tuple[object, set[Var]]
        ] = {}  # of a row that may be a number: its loop
        self.near: dict[Var, dict[Var, str]] = {}  # SAME, HOLDS or HELD, as the first sees it
        self.home: dict[Var, tuple[Var, str]] = {}  # of an attribute's value: where it is held
        self.gone: set[Var] = set()  # variables of attempts at a loop that were thrown away
        self.lenient = False  # a loop is looked at for the first time
        self.loads: set[Var] = set()  # attributes' values that were read, and not written

    # ------------------------------------------------------------ roots and versions

    def handle(self, var: Var) -> Var:
        """The variable that a version belongs to."""
        return self.owner.get(var, var)

    def root(self, var: Var) -> Var:
        """The variable whose memory this one's value lies in."""
        var = self.handle(var)
        while var in self.parent:
            base = self.parent[var].args[0]
            assert isinstance(base, Var)
            var = self.handle(base)
        return var

    def newest(self, root: Var) -> Atom:
        return self.current.get(root, root)

    def is_newest(self, var: Var) -> bool:
        """Is a view's own value that of the newest version?"""
        return self.born[var] is self.newest(self.root(var))

    def become(self, root: Var, new: Atom) -> None:
        """The root has this newest version, on this path."""
        if isinstance(new, Var) and new is not root:
            self.owner[new] = root
        self.current[root] = new
        if root in self.home:
            self.current[self.home[root]] = new

    def put(self, root: Var, new: Atom, span: Span | None, deep: bool = False) -> None:
        """A write: what may be the same object, or holds it, is undecided from here on; with
        `deep`, something that the root holds was written."""
        items = {item for item, roots in self.rows.items() if root is item or root in roots}
        if items:
            raise NeedsIndex(items)
        self.become(root, new)
        old = self.marks.get(root, Marks())
        self.marks[root] = replace(old, changed=object()) if deep else replace(old, moved=object())
        if root in self.part:
            whole, path = self.part[root]
            self.parts.setdefault(whole, {})[path] = Write(span, root.hint)
        for other, how in self.near.get(root, {}).items():
            if deep or how != HOLDS:
                self.stale[other] = Write(span, root.hint)

    def since(self, var: Var) -> tuple[bool, bool]:
        """Was the container of a part changed since the part was read: its items, one in place?"""
        now, then = self.marks.get(self.root(var), Marks()), self.made[var]
        return now.moved is not then.moved, now.changed is not then.changed

    def path(self, var: Var) -> Path | None:
        """The constant keys from the root to a part of it; None where one is not constant."""
        keys: list[Any] = []
        var = self.handle(var)
        while var in self.parent:
            let = self.parent[var]
            key = let.args[1] if let.prim is operator.getitem else None
            if not isinstance(key, Const) or not isinstance(key.value, str | int):
                return None
            keys.insert(0, key.value)
            base = let.args[0]
            assert isinstance(base, Var)
            var = self.handle(base)
        return tuple(keys)

    def undecided(self, var: Var, state: State | Memory) -> Write | None:
        """The write on this path that leaves open what the variable holds, if there is one."""
        root = self.root(var)
        write = state.stale.get(root)
        if write is None and root in state.parts:
            path = self.path(var)
            write = next(
                (w for p, w in state.parts[root].items()
                 if path is None or p[: len(path)] == path[: len(p)]), None
            )  # fmt: skip
        return write

    def check(self, var: Var, span: Span | None) -> None:
        """Raise UnsupportedError if it cannot be known what the variable holds."""
        if self.lenient:
            return
        root, write = self.root(var), self.undecided(var, self)
        if write is None:
            return
        where = f"line {write.span.line}" if write.span is not None else "a write"
        what = f"{write.name!r}" if write.name else "another value"
        mine = f"{root.hint!r}" if root.hint else "this value"
        refusal = UnsupportedError(
            Problem(
                f"{mine} may be the same object as {what}, which {where} changes in place",
                span or write.span,
                "copy it where the two names part: `.copy()`",
            )
        )
        near = {root} | self.near.get(root, {}).keys()
        items = [
            statement for item, (statement, roots) in self.items.items()
            if item in near or not roots.isdisjoint(near)
        ]  # fmt: skip
        if write.perhaps is not None or items:
            raise NeedsNumber(items[0] if write.perhaps is None else write.perhaps, refusal)
        raise refusal

    # ------------------------------------------------------------ relations

    def add_view(self, var: Var, let: Let, perhaps: bool = False) -> None:
        """Note that a variable is a view, made by this statement of its first operand."""
        self.parent[var] = replace(let, out=var)
        root = self.root(var)
        self.born[var] = self.newest(root)
        self.made[var] = self.marks.get(root, Marks())
        if perhaps:
            self.perhaps.add(var)

    def alias(self, a: Var, b: Var) -> None:
        """Note that two roots may be the same object."""
        if a is b:
            return
        of_a, of_b = list(self.near.get(a, {}).items()), list(self.near.get(b, {}).items())
        self.link(a, b, SAME)
        for other, how in of_a:
            self.link(b, other, how)
        for other, how in of_b:
            self.link(a, other, how)

    def hold(self, holder: Var, held: Var) -> None:
        """Note that an object, or one that holds it, may hold another."""
        if holder is held:
            return
        holders = [holder] + [v for v, how in self.near.get(holder, {}).items() if how != HOLDS]
        parts = [held] + [v for v, how in self.near.get(held, {}).items() if how != HELD]
        for a in holders:
            for b in parts:
                self.link(a, b, HOLDS)

    def link(self, a: Var, b: Var, how: str) -> None:
        """Note how a sees b, and nothing else."""
        if a is not b:
            self.near.setdefault(a, {}).setdefault(b, how)
            self.near.setdefault(b, {}).setdefault(a, CONVERSE[how])

    def mutable(self, atom: Atom) -> bool:
        """May the value be changed in place?"""
        if not isinstance(atom, Var):
            return False
        kind = self.types.of(atom)
        if kind.kind in ("none", "other"):
            return False
        return not (kind.kind == "num" and kind.shape == () and not kind.array)

    # ------------------------------------------------------------ paths

    def save(self) -> State:
        parts = {root: dict(found) for root, found in self.parts.items()}
        return State(dict(self.current), dict(self.stale), dict(self.rows), dict(self.marks), parts)

    def restore(self, state: State) -> None:
        self.current, self.stale = dict(state.current), dict(state.stale)
        self.rows, self.marks = dict(state.rows), dict(state.marks)
        self.parts = {root: dict(found) for root, found in state.parts.items()}

    def after(self, states: Iterable[State]) -> None:
        """Behind several paths: what is undecided on one is, and so is what one has changed."""
        for state in states:
            self.stale.update(state.stale)
            for root, found in state.parts.items():
                self.parts.setdefault(root, {}).update(found)
            for root, marks in state.marks.items():
                old = self.marks.get(root, Marks())
                self.marks[root] = Marks(
                    object() if marks.moved is not old.moved else old.moved,
                    object() if marks.changed is not old.changed else old.changed,
                )

    def changed(self, before: State, states: Iterable[State], local: set[Var]) -> list[Key]:
        """The keys that were written on some path, of roots that were there before."""
        found: dict[Key, None] = {}
        for state in states:
            for key, value in state.current.items():
                root = key[0] if isinstance(key, tuple) else key
                if before.current.get(key) is not value and root not in local:
                    if isinstance(key, tuple) and value in self.loads:
                        continue
                    if not (isinstance(key, Var) and self.home.get(key) in state.current):
                        found[key] = None
        return list(found)


def name_of_key(key: Key) -> Any:
    """What the user calls it."""
    return key[1] if isinstance(key, tuple) else key.hint
