"""How a value is carried round a loop: as it is, or item by item if it is a container.

    state = (x, v)              carried as x, v
    for t in range(n):
        state = step(*state)    yields two values, and is made anew where it is read

A pattern is a tree: a leaf is carried by itself, a node stands for a container of known structure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Const, Prim, Var
from .structure import Structure

#: more items than this are carried as one container
MOST = 16

Path = tuple[int, ...]
Fresh = Callable[[Path, str], Var]


@dataclass(frozen=True)
class Pattern:
    """A leaf (`prim` None), or a display of inner patterns behind constant operands (`head`)."""

    prim: Prim | None = None
    head: tuple[Any, ...] = ()
    inner: tuple[Pattern, ...] = ()

    def paths(self, at: Path = ()) -> Iterator[Path]:
        """Where the leaves are."""
        if self.prim is None:
            yield at
        for k, part in enumerate(self.inner):
            yield from part.paths((*at, k))

    def build(self, builder: Builder, fresh: Fresh, at: Path = (), hint: str = "") -> Atom:
        """The value again, from a variable for each leaf."""
        if self.prim is None:
            return fresh(at, hint)
        names = self.head[-1] if self.head else range(len(self.inner))
        parts = [
            part.build(builder, fresh, (*at, k), str(name) if isinstance(name, str) else "")
            for k, (part, name) in enumerate(zip(self.inner, names, strict=True))
        ]
        return builder.let(self.prim, *map(Const, self.head), *parts)


LEAF = Pattern()
FIXED = Pattern(prims.make_tuple)  # of what does not change: nothing is carried


def pattern_of(known: Structure, atom: Atom) -> Pattern:
    """The pattern of a value as it enters a loop."""
    found = _parts(known, atom)
    if found is None or len(found[2]) > MOST:
        return LEAF
    prim, head, items = found
    return Pattern(prim, head, tuple(pattern_of(known, item) for item in items))


def merged(known: Structure, pattern: Pattern, init: Atom, final: Atom) -> Pattern:
    """The pattern that fits both what enters a round and what leaves it."""
    found = _parts(known, final)
    if pattern.prim is None:
        if found is None or not _unpacks(known, init, found):
            return LEAF
        return Pattern(found[0], found[1], tuple(LEAF for _ in found[2]))
    if found is None or found[:2] != (pattern.prim, pattern.head):
        return LEAF
    if len(found[2]) != len(pattern.inner):
        return LEAF
    inits = leaves_of(known, Pattern(pattern.prim, pattern.head, (LEAF,) * len(found[2])), init)
    inner = zip(pattern.inner, inits, found[2], strict=True)
    return Pattern(pattern.prim, pattern.head, tuple(merged(known, *row) for row in inner))


def leaves_of(known: Structure, pattern: Pattern, atom: Atom) -> list[Atom]:
    """The atoms at the leaves of a value."""
    if pattern.prim is None:
        return [atom]
    if pattern is FIXED:
        return []
    if isinstance(atom, Const) and atom.value is UNBOUND:
        return [atom for _ in pattern.paths()]
    found = _parts(known, atom)
    if found is None:  # unpacked as the program runs
        items = [known.project(atom, k) for k in range(len(pattern.inner))]
    else:
        items = found[2]
    pairs = zip(pattern.inner, items, strict=True)
    return [leaf for part, item in pairs for leaf in leaves_of(known, part, item)]


def objects_of(
    known: Structure, pattern: Pattern, atom: Atom, at: Path = ()
) -> Iterator[tuple[Path, Atom]]:
    """Where the leaves are and the containers that may be changed, and which atoms they are."""
    if pattern.prim is not prims.make_tuple:
        yield at, atom
    found = _parts(known, atom) if pattern.prim is not None else None
    if found is not None and pattern is not FIXED:
        for k, (part, item) in enumerate(zip(pattern.inner, found[2], strict=True)):
            yield from objects_of(known, part, item, (*at, k))
    elif pattern.inner:
        places = ((*at, *path) for path in pattern.paths())
        yield from zip(places, leaves_of(known, pattern, atom), strict=True)


def _unpacks(known: Structure, init: Atom, found: tuple[Prim, tuple[Any, ...], Any]) -> bool:
    """Is it a tuple in every later round, and unknown or unbound in the first?"""
    if found[0] is not prims.make_tuple or not 0 < len(found[2]) <= MOST:
        return False
    if isinstance(init, Const):
        return init.value is UNBOUND
    return known.types.of(init).kind == "any"


def _parts(known: Structure, atom: Atom) -> tuple[Prim, tuple[Any, ...], list[Atom]] | None:
    """(maker, constant operands, items) of a container whose structure is known."""
    made = known.defined_by(atom, *SKIPS)
    if made is not None:
        skip = SKIPS[made.prim]
        if not all(isinstance(a, Const) for a in made.args[:skip]):
            return None
        head = tuple(a.value for a in made.args[:skip] if isinstance(a, Const))
        return made.prim, head, list(made.args[skip:])
    if isinstance(atom, Const) and type(atom.value) is tuple and atom.value:
        return prims.make_tuple, (), [Const(v) for v in atom.value]
    return None


#: displays, and how many constants stand before their items
SKIPS: dict[Prim, int] = {
    prims.make_tuple: 0, prims.make_list: 0, prims.make_dict: 1, prims.make_record: 2,
}  # fmt: skip
