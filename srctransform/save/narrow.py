"""What a backward part reads of a big value is read in the forward part, where it is small.

    for k in range(n):              for k in range(n):
        xs1 = append(xs, v)             size = len(xs)
                                        xs1 = append(xs, v)
    ... in the mirrored round:      ... in the mirrored round:
        m = len(xs)            →        m is size

A list, dict or array of which a backward part only wants the length, the shape or single items is
not recorded then, but these are.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ..analysis.types import Types
from ..ir.nodes import Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands
from ..runtime import sum_to, sum_to_shape, zero_at
from .places import Place, Places
from .recompute import Choice
from .rounds import Rounds

#: what these make of a value is small
SMALL = frozenset({len, np.shape, np.ndim, np.size, np.result_type, zero_at})


def narrowed(block: Block, types: Types, rounds: dict[object, Rounds]) -> Block:
    """The block, with such reads in the forward part."""
    places = Places()
    places.scan(block)
    lost = {read for read in places.lost() if types.of(read[0]).kind in KINDS}
    if not lost:
        return block
    choice = Choice(places, types, rounds)
    lost = {read for read in lost if choice.cost(*read) is None}
    return _Narrowing(types, places, lost).rewritten(block)


#: what may be big
KINDS = ("list", "tuple", "dict", "num", "any")


@dataclass
class _Narrowing:
    types: Types
    places: Places
    lost: set[tuple[Var, Place]]
    shapes: dict[Var, Var] = field(default_factory=dict)  # asked for already

    def rewritten(self, block: Block) -> Block:
        reads: dict[Var, list[tuple[Stmt | None, Place]]] = {var: [] for var, _ in self.lost}
        self.early: dict[object, list[Let]] = {}  # by the value, or block, they stand behind
        self.instead: dict[Let, Let | None] = {}
        for atoms, stmt, place in reads_in(block, ()):
            for a in atoms:
                if isinstance(a, Var) and (a, place) in self.lost:
                    reads[a].append((stmt, place))
        for var, found in reads.items():
            if all(isinstance(s, Let) and self.is_narrow(s, var, at) for s, at in found):
                for s, _ in found:
                    self.move(s, var)  # type: ignore[arg-type]
        return self.block(block) if self.instead else block

    def is_narrow(self, let: Let, var: Var, place: Place) -> bool:
        """Does a statement want a small part of the value, which can be had where it is made? An
        entry that is read in an arm, or in a loop of no rounds, may not be there outside of it."""
        kind, args = self.types.of(var), let.args
        if let.prim is sum_to:
            return args[1] is var and args[0] is not var and self.is_plain(args[0], var)
        if args[0] is not var or let.kwargs:
            return False
        if let.prim is np.zeros_like:  # the dtype is asked for on its own
            known = len(args) == 2 or (kind.dtype, kind.bits) == ("float", 64)
            return known and self.is_array(var)
        if let.prim is np.result_type and not self.is_array(var):
            return False
        if not all(self.is_early(a, var) for a in args):
            return False
        if let.prim in (operator.getitem, zero_at) and len(place) > len(self.places.homes[var]):
            return False
        if let.prim is operator.getitem:
            return kind.kind in ("list", "dict") or self.types.of(let.out).is_scalar
        return let.prim in SMALL

    def is_array(self, var: Var) -> bool:
        """Is it certainly an array, and so larger than its shape and dtype?"""
        return bool(self.types.of(var).array) or any(
            isinstance(stmt, Let)
            and stmt.prim is operator.getitem
            and stmt.args[0] is var
            and isinstance(stmt.args[1], Const | Var)
            and self.types.cuts(stmt.args[1])
            for stmt in self.places.defs.values()
        )

    def is_plain(self, g: Atom, x: Var) -> bool:
        """Is g certainly real if x is?"""
        have, want = self.types.of(g), self.types.of(x)
        return not have.sources or have.sources <= want.sources

    def is_early(self, atom: Atom, var: Var) -> bool:
        return isinstance(atom, Const) or self.places.is_legal(atom, self.places.homes[var])

    def move(self, let: Let, var: Var) -> None:
        if let.prim in (sum_to, np.zeros_like):
            known = self.shapes.get(var)
            shape = self.shapes[var] = known or Var()
            if let.prim is sum_to:
                self.instead[let] = replace(let, prim=sum_to_shape, args=(let.args[0], shape))
            else:
                self.instead[let] = replace(let, prim=np.zeros, args=(shape, *let.args[1:]))
            if known is not None:
                return
            asked = Let(shape, np.shape, (var,))
            self.types.observe(asked)
        else:
            asked = let
            self.instead[let] = None
        atoms = [a for a in operands(asked) if isinstance(a, Var) and a in self.places.homes]
        order = list(self.places.homes)
        newest = max(atoms, key=order.index)
        self.early.setdefault(newest, []).append(asked)

    # ------------------------------------------------------------ blocks

    def block(self, block: Block) -> Block:
        body: list[Stmt] = [let for p in block.params for let in self.early.get(p, ())]
        for stmt in block.body:
            match stmt:
                case Let():
                    new = self.instead.get(stmt, stmt)
                    body += [new] if new is not None else []
                    body += self.early.get(stmt.out, ())
                    continue
                case If():
                    then, orelse = self.block(stmt.then), self.block(stmt.orelse)
                    stmt = replace(stmt, then=then, orelse=orelse)
                case For() | While():
                    stmt = replace(stmt, body=self.block(stmt.body))
            body.append(stmt)
            body += [let for out in stmt.outs for let in self.early.get(out, ())]
        return replace(block, body=tuple(body))


def reads_in(block: Block, place: Place) -> Iterator[tuple[tuple[Atom, ...], Stmt | None, Place]]:
    """What each statement of a block and of those inside reads; None stands for its results."""
    for stmt in block.body:
        yield operands(stmt), stmt, place
        if not isinstance(stmt, Let):
            for slot, inner in enumerate(blocks(stmt)):
                yield from reads_in(inner, (*place, (stmt.key, slot)))
    yield block.results, None, place
