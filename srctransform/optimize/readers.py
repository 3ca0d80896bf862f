"""Who is read later: at any place of the program, the values that are still needed.

    y = x[1:]             after the write to x, y is needed if a statement behind reads it,
    x[0] = 0.0            a later round of a loop around both does, or the block yields it
    return y

Places are paths: (block, index) for each block that is open, the function's first.
"""

from __future__ import annotations

from ..ir import prims
from ..ir.nodes import Atom, Block, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, outs

Path = list[tuple[Block, int]]


class Readers:
    """Where the values of a function are defined, and where they are read last."""

    def __init__(self, fn: Function) -> None:
        self.defs: dict[Var, Stmt] = {}
        self.home: dict[Var, tuple[Block, int]] = {}  # where it is defined; -1: the block's own
        self.place: dict[Stmt, tuple[Block, int]] = {}
        self.owner: dict[Block, Stmt] = {}
        self.number: dict[Stmt, int] = {}  # in the order of the program
        self.last: dict[Block, dict[Var, int]] = {}  # the last statement of a block that reads it
        self.stacks: dict[Stmt, tuple[Var, ...]] = {}  # that a branch or loop pushes to or pops
        self.repeated: set[Block] = set()  # bodies and tests of loops
        for var in (*fn.captures, *(p.var for p in fn.params)):
            self.home[var] = (fn.block, -1)
        self._visit(fn.block)

    def _visit(self, block: Block) -> None:
        last: dict[Var, int] = {}
        self.last[block] = last
        for var in block.params:
            self.home[var] = (block, -1)
        for k, stmt in enumerate(block.body):
            self.number[stmt] = len(self.number)
            self.place[stmt] = (block, k)
            self._note(last, k, _read(stmt))
            inner = blocks(stmt)
            for child in inner:
                self.owner[child] = stmt
                if isinstance(stmt, For | While):
                    self.repeated.add(child)
                self._visit(child)
                last.update(dict.fromkeys(self.last[child], k))
            if isinstance(stmt, For) and isinstance(stmt.iterable, Var):
                self.last[stmt.body].setdefault(stmt.iterable, 0)  # it is read round by round
            if inner:
                self.stacks[stmt] = self._stacks(inner)
            for var in outs(stmt):
                self.defs[var] = stmt
                self.home[var] = (block, k)
        self._note(last, len(block.body), block.results)

    def _note(self, last: dict[Var, int], k: int, atoms: tuple[Atom, ...]) -> None:
        last.update((a, k) for a in atoms if isinstance(a, Var))

    def _stacks(self, inner: tuple[Block, ...]) -> tuple[Var, ...]:
        """The stacks of outside that these blocks push to or pop from."""
        found: dict[Var, None] = {}
        for block in inner:
            for stmt in block.body:
                if isinstance(stmt, Let) and stmt.prim in (prims.push, prims.pop):
                    assert isinstance(stmt.args[0], Var)
                    found[stmt.args[0]] = None
                elif not isinstance(stmt, Let):
                    found.update(dict.fromkeys(self.stacks[stmt]))
        own = set(inner)
        return tuple(s for s in found if s not in self.home or self.home[s][0] not in own)

    def since(self, var: Var) -> int:
        """The number of the statement that defines it; of a block's own, of the block's owner."""
        block, _ = self.home[var]
        stmt = self.defs.get(var) or self.owner.get(block)
        return -1 if stmt is None else self.number[stmt]

    def level(self, var: Var, path: Path) -> int | None:
        """Which block of the path defines the variable, before this place."""
        block, at = self.home[var]
        for k, (one, index) in enumerate(path):
            if one is block:
                return k if at < index else None
        return None

    def is_needed(self, var: Var, path: Path) -> bool:
        """Is the value read behind the statement at this place?"""
        level = self.level(var, path)
        if level is None:
            return False
        for k in range(level, len(path)):
            block, index = path[k]
            if self.last[block].get(var, -1) > index:
                return True
            if k > level and block in self.repeated:
                owner = self.owner[block]
                if any(var in self.last[b] for b in blocks(owner)):
                    return True
        return False

    def is_gone(self, var: Var, path: Path) -> bool:
        """Is it out of scope, or read no more wherever the block that defines it goes on?"""
        level = self.level(var, path)
        if level is None:
            return True
        block, index = path[level]
        return self.last[block].get(var, -1) < index


def _read(stmt: Stmt) -> tuple[Atom, ...]:
    """What a statement reads; who pushes to a stack does not look into it."""
    if isinstance(stmt, Let) and stmt.prim is prims.push:
        return stmt.args[1:]
    if isinstance(stmt, If):
        return (stmt.cond,)
    return operands(stmt)
