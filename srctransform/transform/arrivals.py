"""What has arrived for a value in a region of the backward part, and what comes in from outside.

    dw                       what has arrived outside of the loop
    for i in ...:            comes in as dw',
        dw' + h * dz         and goes out with more added to it

Also the zeros that stand for what did not arrive.
"""

from __future__ import annotations

import abc
import operator
from dataclasses import dataclass, field, replace

import numpy as np

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Const, For, Var, While
from ..ir.types import Type, cotangent_type, same_shape
from ..runtime import gradient_of
from ..save.rounds import Rounds
from .cotangents import Collected, Cotangents
from .shadows import Path


@dataclass
class Region:
    """An arm or a loop's body in reverse: what its forward block defines, and the cotangents of
    other values that come in, so that they can be added to."""

    local: set[Var]
    around: Region | None
    outside: dict[Var, Collected]  # what had arrived as the region was entered
    is_loop: bool = False
    incoming: dict[Var, Var] = field(default_factory=dict)


class Arrivals(abc.ABC):
    """The part of the reverse sweep that knows what has arrived."""

    def __init__(
        self, builder: Builder, types: Types, active: set[Var], pointwise: bool = False
    ) -> None:
        self.builder = builder
        self.types = types
        self.active = active
        self.cotangents = Cotangents(builder, types, pointwise)
        self.region: Region | None = None
        self.counts: dict[object, Atom] = {}  # the number of rounds, by the key of the loop
        self.rounds: dict[object, Rounds] = {}  # of the mirrored loops, by their keys
        self.entries: dict[Var, tuple[Var, Path]] = {}  # entries of containers from outside
        self.unbound: set[Atom] = set()  # what may have no value: its cotangent goes nowhere
        self.stacks: dict[Atom, Atom] = {}  # of cotangents, for each stack of values
        self.opened: set[Atom] = set()  # the stacks of the program
        self.floating = False  # is the seed a float, and so all cotangents are?

    @abc.abstractmethod
    def is_active(self, atom: Atom) -> bool:
        """Does a derivative by this value matter?"""

    # ------------------------------------------------------------ what comes in and goes out

    def base(self, var: Var) -> Atom:
        """All that has arrived for a value so far, for an inner region to add to."""
        held = self.cotangents.take(var) or Collected()
        if self.comes_in(var) and self.region is not None and var not in self.region.incoming:
            held.dense.insert(0, self.incoming(self.region, var))
        if not held.dense and not held.parts:
            return self.zero(var)
        return self.added(var, None, held)

    def comes_in(self, var: Var) -> bool:
        """Is a value, or the container that it is an entry of, from outside of this region?"""
        home = self.entries[var][0] if var in self.entries else var
        return self.region is not None and home not in self.region.local

    def incoming(self, region: Region, var: Var) -> Var:
        """The cotangent of an outer value as the region is entered."""
        if var not in region.incoming:
            made = region.incoming[var] = Var("", "adjoint", var)
            self.types[made] = self.dual_type(var)
        return region.incoming[var]

    def dual_type(self, var: Atom) -> Type:
        """The type of a cotangent that comes from elsewhere."""
        kind = cotangent_type(self.types.of(var))
        unsure = kind.kind == "num" and kind.dtype in ("number", "unknown")
        return replace(kind, dtype="float") if unsure and self.floating else kind

    def added(self, var: Var, start: Atom | None, held: Collected) -> Atom:
        """A cotangent with more that has arrived added to it."""
        kind = self.types.of(var)
        if start is None and not held.dense and (kind.kind != "num" or var in self.entries):
            start = self.zero(var)
        if kind.kind == "num":
            dense = held.dense if start is None else [start, *held.dense]
            return self.cotangents.combine(var, Collected(dense, held.parts))
        dense = held.dense if start is None else [start, *held.dense]
        if len(dense) > 1 and self.types.of(dense[1]).kind == "num":
            dense = [self.cotangents.sum(dense)]
        return self.cotangents.shadows.sum(var, dense, held.parts)

    def outer(self, local: set[Var]) -> list[Var]:
        """What has arrived, in a region that defines `local`, for values from outside."""
        return [v for v in self.cotangents.collected if v not in local]

    def entry(self, var: Var, path: Path) -> Var | None:
        """A variable for an entry of a container of known structure, by which its cotangents are
        collected in inner regions."""
        kind = self.types.of(var)
        if not (kind.container and kind.closed):
            return None
        for key in path:
            if not isinstance(key, Const) or not kind.container:
                return None
            kind = kind.item(key.value)
        if kind.kind != "num":
            return None
        for made, (base, keys) in self.entries.items():
            if base is var and [k.value for k in keys] == [k.value for k in path]:  # type: ignore[union-attr]
                return made
        names = [str(k.value) for k in path if isinstance(k, Const)]
        made = Var(names[-1] if names[-1].isidentifier() else "", user=True)
        self.types[made] = kind
        self.entries[made] = (var, path)
        return made

    def add_part(self, base: Atom, g: Atom, path: Path) -> None:
        """A cotangent for an entry; entries of a container from outside are values themselves."""
        if isinstance(base, Var) and self.comes_in(base):
            for k in range(1, len(path) + 1):
                made = self.entry(base, path[:k])
                if made is not None:
                    self.cotangents.put(made, g, path[k:])
                    return
        self.cotangents.add(base, g, path)

    def settle_entries(self) -> None:
        """Give what arrived for entries to the containers that are defined in this region."""
        for made, (var, path) in self.entries.items():
            if made in self.cotangents.collected and not self.comes_in(var):
                held = self.cotangents.take(made)
                assert held is not None
                g = self.added(made, None, held)
                self.cotangents.add(var, g, path)

    # ------------------------------------------------------------ zeros

    def zero(self, var: Var) -> Atom:
        """A zero cotangent."""
        kind = self.types.of(var)
        whole = self.cotangents.pointwise or var in self.unbound
        if kind.is_scalar or (whole and var not in self.cotangents.divided):
            return self.nothing(kind)
        if var in self.entries:
            base, path = self.entries[var]
            entry: Atom = base
            for key in path:
                prim = getattr if self.types.of(entry).kind == "object" else operator.getitem
                entry = self.builder.let(prim, entry, key)
            return self.cotangents.zeros(entry)
        if kind.kind != "num":
            return self.cotangents.shadows.zeros(var)
        return self.cotangents.zeros(var)

    def nothing(self, kind: Type) -> Atom:
        """A zero in the structure of a type, for a value that there may be none of."""
        if not (kind.container and kind.closed):
            return Const(0.0)
        keys, values = [key for key, _ in kind.items], [self.nothing(v) for _, v in kind.items]
        if kind.kind == "object":
            return self.builder.let(prims.make_record, Const(kind.cls), Const(tuple(keys)), *values)
        if kind.kind == "dict":
            return self.builder.let(prims.make_dict, Const(tuple(keys)), *values)
        make = prims.make_tuple if kind.kind == "tuple" else prims.make_list
        return self.builder.let(make, *values)

    def zero_display(self, kind: Type) -> Atom:
        """Zeros in a container that may not be there."""
        if not (kind.container and kind.closed):
            return Const(0.0)
        b, keys = self.builder, Const(tuple(key for key, _ in kind.items))
        values = [self.zero_display(inner) for _, inner in kind.items]
        match kind.kind:
            case "dict":
                return b.let(prims.make_dict, keys, *values)
            case "object":
                return b.let(prims.make_record, Const(kind.cls), keys, *values)
            case display:
                return b.let(prims.make_list if display == "list" else prims.make_tuple, *values)

    def zero_out(self, loop: For | While, k: int) -> Atom:
        """The cotangent of what leaves a loop and is not read; the value that went in tells its
        shape, where they have the same one."""
        init, out = loop.init[k], loop.outs[k]
        kind = self.types.of(out)
        same = kind.kind == "num" and same_shape(self.types.of(init).shape, kind.shape)
        return self.zero(init if isinstance(init, Var) and same else out)

    def zero_round(self, loop: For | While, k: int, dual: Var) -> Atom:
        """The cotangent of a carried value that its round did not read. The value may have none in
        the first round, so its shape is taken from the next one's, which is behind it."""
        kind, param, init = self.types.of(dual), carried(loop)[k], loop.init[k]
        if kind.is_scalar or self.cotangents.pointwise:
            return Const(0.0)
        missing = isinstance(init, Const) and init.value is UNBOUND
        shapes = [kind.shape, self.types.of(param).shape]
        if self.is_active(init):  # the first round may begin with another shape
            shapes.append(self.types.of(init).shape)
        if kind.kind == "num" and all(same_shape(shapes[0], s) for s in shapes[1:]):
            return self.builder.let(np.zeros_like, dual)
        if missing or init in self.unbound:
            whole = kind.kind == "num" and param not in self.cotangents.divided
            if self.is_active(init) and (whole or self.types.of(init).is_scalar):
                return Const(0.0)  # which is one of any shape
            return self.builder.let(gradient_of, dual)
        return self.zero(param)
