"""Where everything stands: positions, readers, and which block a value belongs to.

1   n = len(x)
2   for i in range(n):       begins at 2, its body reaches from 3 to 6, it finishes at 7
4       t = x[i]
5       s = s + t
8   return s

A value is *born* where the text gives it its name: a statement's result at the statement, what a
loop or branch yields when that has finished, a loop's own variables where its body begins.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from ..ir.nodes import Atom, Block, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, outs, statements

Reader = tuple[Block, "Stmt | None"]  # None: the block's results

T = TypeVar("T", bound=Hashable)


class Order:
    """The statements of a function in a row."""

    def __init__(self, block: Block) -> None:
        self.position: dict[int, int] = {}  # of a statement, by identity
        self.finish: dict[int, int] = {}
        self.begin: dict[int, int] = {}  # of a block
        self.end: dict[int, int] = {}  # of a block, where its results are read
        self.owner: dict[int, tuple[Stmt, Block] | None] = {id(block): None}
        self.top = block
        self.born: dict[Var, int] = {}
        self.home: dict[Var, Block] = {}
        self.defs: dict[Var, Stmt] = {}
        self.readers: dict[Var, list[Reader]] = {}
        self._number(block, 0)

    def _number(self, block: Block, at: int, item: bool = False) -> int:
        at = self.begin[id(block)] = at + 1
        for var in block.params:
            self.born[var], self.home[var] = at, block
        if item:  # it is taken once the last round has handed over
            at = self.born[block.params[0]] = at + 1
        for stmt in block.body:
            at = self.position[id(stmt)] = at + 1
            for a in operands(stmt):
                self._read(a, block, stmt)
            for inner in blocks(stmt):
                self.owner[id(inner)] = stmt, block
                at = self._number(inner, at, isinstance(stmt, For))
            if not isinstance(stmt, Let):
                at += 1
            self.finish[id(stmt)] = at
            for var in outs(stmt):
                self.born[var], self.home[var], self.defs[var] = at, block, stmt
        for a in block.results:
            self._read(a, block, None)
        at = self.end[id(block)] = at + 1
        return at

    def _read(self, a: Atom, block: Block, stmt: Stmt | None) -> None:
        if isinstance(a, Var):
            self.readers.setdefault(a, []).append((block, stmt))

    def place(self, block: Block, stmt: Stmt | None) -> int:
        """The position of a reader."""
        return self.end[id(block)] if stmt is None else self.position[id(stmt)]

    def reach(self, home: Block, block: Block, stmt: Stmt | None) -> int:
        """Up to where a reader may read what is made in `home`: a loop reads it each round."""
        at = self.place(block, stmt)
        while block is not home:
            around = self.owner[id(block)]
            if around is None:
                break
            loop, block = around
            if isinstance(loop, For | While):
                at = self.finish[id(loop)]
        return at


class Webs(Generic[T]):
    """Sets that grow together (union-find)."""

    def __init__(self) -> None:
        self.parent: dict[T, T] = {}

    def find(self, item: T) -> T:
        """The one that stands for the set an item is in."""
        root = item
        while root in self.parent:
            root = self.parent[root]
        while item is not root:
            self.parent[item], item = root, self.parent[item]
        return root

    def join(self, a: T, b: T) -> None:
        """Make one set of two."""
        a, b = self.find(a), self.find(b)
        if a is not b:
            self.parent[b] = a


def handed(stmt: Stmt) -> Iterator[tuple[Atom, Var]]:
    """(value, variable that takes it over) where blocks of a statement begin and end."""
    match stmt:
        case If():
            for out, *results in zip(
                stmt.outs, stmt.then.results, stmt.orelse.results, strict=True
            ):
                yield from ((result, out) for result in results)
        case For() | While():
            params = stmt.body.params[isinstance(stmt, For) :]
            tests = stmt.test.params if isinstance(stmt, While) else params
            rows = zip(stmt.init, stmt.body.results, params, tests, stmt.outs, strict=False)
            for init, result, param, test, out in rows:
                yield param, out
                if test is not param:
                    yield test, out
                yield result, out
                yield init, out


def givers(block: Block) -> dict[Var, tuple[Atom, ...]]:
    """The values that may become each one that is handed over: by arms, or round by round."""
    found: dict[Var, tuple[Atom, ...]] = {}
    for stmt in statements(block):
        match stmt:
            case If():
                rows = zip(stmt.then.results, stmt.orelse.results, strict=True)
                found.update(zip(stmt.outs, rows, strict=True))
            case For() | While():
                params = stmt.body.params[isinstance(stmt, For) :]
                for k, pair in enumerate(zip(stmt.init, stmt.body.results, strict=False)):
                    found[params[k]] = found[stmt.outs[k]] = pair
                    if isinstance(stmt, While):
                        found[stmt.test.params[k]] = pair
    return found


def stem(var: Var) -> object:
    """What a value wants to be called, so that it can be compared."""
    parts: list[str] = []
    of: Var | None = var
    while of is not None:
        parts.append(of.role or of.hint)
        of = of.of
    return tuple(parts)
