"""Where values are made, and whether they are still at hand where a backward part reads them.

A place is the path of blocks from the function down: (key of the branch or loop, which block).
A region of the backward part mirrors one of the forward part, so

    for i in ...:  if c:  t = sin(x)               home of t:  (F, body), (I, then)
    for i in ...:  if c:  dx = dx + cos(x) * t     read at:    (R, body), (J, then)

where R mirrors F and J mirrors I: what was t in that round has to be had in J's arm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..analysis.loops import carried
from ..ir.nodes import Atom, Block, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, outs

Step = tuple[object, int]
Place = tuple[Step, ...]


@dataclass
class Places:
    """Every variable's home, and every read of one."""

    homes: dict[Var, Place] = field(default_factory=dict)
    defs: dict[Var, Stmt] = field(default_factory=dict)
    owners: dict[object, Stmt] = field(default_factory=dict)  # of blocks, by their keys
    at: dict[object, Place] = field(default_factory=dict)  # where those stand
    params: dict[Var, For | While] = field(default_factory=dict)  # the items and carried values
    reads: list[tuple[Var, Place]] = field(default_factory=list)
    unbound: set[Atom] = field(default_factory=set)  # what may have no value

    def scan(self, block: Block, place: Place = ()) -> None:
        for stmt in block.body:
            self.read(operands(stmt), place)
            for var in outs(stmt):
                self.homes[var] = place
                self.defs[var] = stmt
            if isinstance(stmt, Let):
                continue
            self.owners[stmt.key], self.at[stmt.key] = stmt, place
            for slot, inner in enumerate(blocks(stmt)):
                at = (*place, (stmt.key, slot))
                for var in inner.params:
                    self.homes[var] = at
                    if isinstance(stmt, For | While):
                        self.params[var] = stmt
                self.scan(inner, at)
        self.read(block.results, place)

    def read(self, atoms: tuple[Atom, ...], place: Place) -> None:
        self.reads += [(a, place) for a in atoms if isinstance(a, Var)]

    def is_legal(self, var: Var, place: Place) -> bool:
        """Is the variable in scope there?"""
        home = self.homes.get(var, ())
        return home == place[: len(home)]

    def common(self, var: Var, place: Place) -> int:
        """How many blocks are around both the home of the variable and the place."""
        home = self.homes[var]
        n = 0
        while n < min(len(home), len(place)) and home[n] == place[n]:
            n += 1
        return n

    def mirrored(self, var: Var, place: Place) -> int:
        """How deep in `place` the block is that mirrors the home of the variable."""
        home, n = self.homes[var], self.common(var, place)
        depth = n
        for key, slot in home[n:]:
            arm = slot if isinstance(self.owners[key], If) else None
            while depth < len(place) and not self._mirrors(place[depth], key, arm):
                depth += 1
            assert depth < len(place), f"nothing mirrors the block that makes {var.hint or 't'!r}"
            depth += 1
        return depth

    def _mirrors(self, step: Step, key: object, arm: int | None) -> bool:
        owner = self.owners[step[0]]
        assert not isinstance(owner, Let)
        return owner.mirrors is key and (arm is None or arm == step[1])

    def from_loop(self, var: Var, place: Place) -> bool:
        """Is it out of scope because a loop made it, in each of its rounds?"""
        inner = self.homes[var][self.common(var, place) :]
        return any(not isinstance(self.owners[key], If) for key, _ in inner)

    def lost(self) -> Iterator[tuple[Var, Place]]:
        """Reads of what the rounds of a loop made, elsewhere."""
        return (read for read in self.reads if self.is_lost(*read))

    def is_lost(self, var: Var, place: Place) -> bool:
        return not self.is_legal(var, place) and self.from_loop(var, place)

    def position(self, param: Var) -> int:
        """Which carried value a parameter is; -1 is the item."""
        loop = self.params[param]
        values = carried(loop)
        return values.index(param) if param in values else -1
