"""Branches and loops in reverse: a region of the backward part for each region of the forward one.

    for i in range(n):             for i in range(n - 1, -1, -1):     carrying dh, and dw, dx
        h = sin(w * h + x[i])          dz = cos(w * h + x[i]) * dh
                                       dw = dw + h * dz               an accumulator
                                       dx[i] += dz
                                       dh = w * dz

The adjoints of carried values go round the mirrored loop the other way. Values from outside that
the body reads collect their cotangents in accumulators: what they have so far comes in, and what
the region adds goes out, so an element read in a loop of n rounds costs no more than its addition.
"""

from __future__ import annotations

import abc
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from ..analysis.containers import entry
from ..analysis.indexing import may_repeat
from ..analysis.loops import carried, local_vars
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.types import ANY, Type, same_shape
from ..ir.walk import statements
from ..runtime import added_in, gradient_of
from .cotangents import Collected, Cotangents, Path
from .rounds import Rounds, backwards, sources_at
from .sums import goes_round, running_sums


@dataclass
class Region:
    """An arm or a loop's body in reverse: what its forward block defines, and the cotangents of
    other values that come in, so that they can be added to."""

    local: set[Var]
    around: Region | None
    outside: dict[Var, Collected]  # what had arrived as the region was entered
    is_loop: bool = False
    incoming: dict[Var, Var] = field(default_factory=dict)


class Regions(abc.ABC):
    """The part of the reverse sweep that knows branches and loops."""

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

    @abc.abstractmethod
    def sweep(self, block: Block) -> None:
        """Propagate what was seeded into `cotangents` to the block's inputs."""

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
        return self.region is not None and var not in self.region.local

    def incoming(self, region: Region, var: Var) -> Var:
        """The cotangent of an outer value as the region is entered."""
        if var not in region.incoming:
            made = region.incoming[var] = Var("", "adjoint", var)
            self.types[made] = cotangent_type(self.types.of(var))
        return region.incoming[var]

    def added(self, var: Var, start: Atom | None, held: Collected) -> Atom:
        """A cotangent with more that has arrived added to it."""
        kind = self.types.of(var)
        if start is None and not held.dense and (kind.kind != "num" or var in self.entries):
            start = self.zero(var)
        if kind.kind == "num":
            dense = held.dense if start is None else [start, *held.dense]
            return self.cotangents.combine(var, Collected(dense, held.parts))
        first = held.dense if start is None else [start, *held.dense]
        start = first[0]
        for g in first[1:]:
            if self.types.of(g).kind == "num":
                start = self.builder.let(operator.add, start, g)
            else:
                start = self.cotangents.assemble(var, [((), start), ((), g)])
        for path, g in held.parts:
            prim = prims.accumulate if self.adds_in_place(kind, path, g) else added_in
            start = self.builder.let(prim, start, g, *path)
        return start

    def adds_in_place(self, kind: Type, path: Path, g: Atom) -> bool:
        """Is `x[key][key] += g` what adds to the entry at a path, whatever the run brings? Not if
        a tuple is on the way, or what is added is a container, or an index may repeat."""
        if self.types.of(g).kind != "num":
            return False
        if may_repeat(path[-1], self.builder.defs, self.types.of):
            return False
        for k, key in enumerate(path):
            if kind.kind not in ("list", "dict", "num") and (k or kind.kind != "any"):
                return False
            kind = entry(kind, key, self.types.of) if kind.container else ANY
            if kind.kind == "num":
                return True
        return True

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

    # ------------------------------------------------------------ branches

    def branch(self, stmt: If) -> None:
        """An If: the same condition chooses the adjoint of the arm that was taken."""
        seeds: dict[int, Atom] = {}
        for k, out in enumerate(stmt.outs):
            dz = self.cotangents.total(out) if out in self.active else None
            if dz is not None:
                seeds[k] = dz
        if not seeds and not self.moves_stacks(stmt):
            return
        span, outer, around = stmt.span, self.cotangents.collected, self.region
        arms = []
        for arm in (stmt.then, stmt.orelse):
            self.cotangents.collected = {}
            local = local_vars(replace(stmt, then=arm, orelse=arm))
            region = self.region = Region(local, around, outer)
            with self.builder.nested() as stmts:
                for k, dz in seeds.items():
                    self.cotangents.put(arm.results[k], dz)
                self.sweep(arm)
            arms.append((region, self.cotangents.collected, stmts))
        self.cotangents.collected, self.region = outer, around
        self.builder.span = span
        targets = list(dict.fromkeys(v for r, held, _ in arms for v in held if v not in r.local))
        bases = {v: self.base(v) for v in targets if self.is_threaded(v, arms)}
        blocks = []
        for region, collected, stmts in arms:
            for var, made in region.incoming.items():
                named = Let(made, prims.first_of, (bases[var],))
                self.builder.defs[made] = named
                stmts.insert(0, named)
            self.cotangents.collected, self.region = collected, region
            with self.builder.nested() as extra:
                results = tuple(self.arm_result(v, bases.get(v), region) for v in targets)
            blocks.append(Block((), (*stmts, *extra), results))
        self.cotangents.collected, self.region = outer, around
        outs = tuple(Var("", "adjoint", v) if v in bases else Var() for v in targets)
        self.builder.add(If(stmt.cond, blocks[0], blocks[1], outs, span, mirrors=stmt.key))
        for target, out in zip(targets, outs, strict=True):
            self.cotangents.put(target, out)
        self.settle_entries()

    def is_threaded(
        self, var: Var, arms: Iterable[tuple[Region, dict[Var, Collected], list[Stmt]]]
    ) -> bool:
        """Do the arms add to what has arrived, and not only give what they contribute?"""
        return self.is_summed(var) or any(
            var in region.incoming or (var in held and bool(held[var].parts))
            for region, held, _ in arms
        )

    def is_summed(self, var: Var) -> bool:
        """Has something arrived for a value already, or does a loop around add it up?"""
        region = self.region
        while region is not None and var not in region.local:
            if region.is_loop or var in region.outside:
                return True
            region = region.around
        return False

    def arm_result(self, var: Var, base: Atom | None, region: Region) -> Atom:
        held = self.cotangents.take(var)
        if held is None:
            return self.zero(var) if base is None else base
        start = None if var in region.incoming else base
        return self.added(var, start, held)

    # ------------------------------------------------------------ loops

    def loop(self, loop: For | While) -> None:
        """The mirrored loop of a loop, if anything in it matters."""
        params = carried(loop)
        moving = [k for k in range(len(loop.outs)) if goes_round(loop, k, self.active)]
        seeds = {k: self.cotangents.total(loop.outs[k]) for k in moving}
        if all(g is None for g in seeds.values()) and not self.moves_stacks(loop):
            return
        same = running_sums(loop, self.active, self.types)
        turning = [k for k in moving if k not in same]
        self.builder.span = loop.span
        init = tuple(seeds[k] or self.zero_out(loop, k) for k in turning)
        duals = []
        for k in turning:
            dual = Var("", "adjoint", params[k])
            self.types[dual] = cotangent_type(self.types.of(loop.body.results[k]))
            duals.append(dual)
        rounds = backwards(loop, self.builder.let, self.builder.defs, self.counts.get(loop.key))
        outer, around = self.cotangents.collected, self.region
        region = Region(local_vars(loop), around, outer, is_loop=True)
        self.cotangents.collected, self.region = {}, region
        self.types.enter_loop((rounds.param,), (), rounds.iterable)
        with self.builder.nested() as stmts:
            for k in moving:
                g = seeds[k] if k in same else duals[turning.index(k)]
                if g is not None:
                    self.cotangents.put(loop.body.results[k], g)
            self.sweep(loop.body)
            self.items(rounds)
            for k in same:
                self.cotangents.take(params[k])
            results = [self.cotangents.total(params[k]) or self.zero_round(loop, k, duals[j])
                       for j, k in enumerate(turning)]  # fmt: skip
            sums = self.outer(region.local)
            for var in sums:
                held = self.cotangents.take(var)
                assert held is not None
                start = None if var in region.incoming else self.incoming(region, var)
                results.append(self.cotangents.named(var, self.added(var, start, held)))
        self.cotangents.collected, self.region = outer, around
        self.builder.span = loop.span
        init += tuple(self.base(v) for v in sums)
        body = Block(
            (rounds.param, *duals, *(region.incoming[v] for v in sums)),
            tuple(stmts),
            tuple(results),
        )
        outs = [Var("", "adjoint", params[k]) for k in turning]
        outs += [Var("", "adjoint", v) for v in sums]
        mirror = For(rounds.iterable, init, body, tuple(outs), loop.span, mirrors=loop.key)
        self.rounds[mirror.key] = rounds
        self.builder.add(mirror)
        for k, out in zip(turning, outs, strict=False):
            self.cotangents.put(loop.init[k], out)
        for k in same:
            g = seeds[k]
            if g is not None:
                self.cotangents.put(loop.init[k], g)
        for var, out in zip(sums, outs[len(turning) :], strict=True):
            self.cotangents.put(var, out)
        self.settle_entries()

    def items(self, rounds: Rounds) -> None:
        """What arrived for the item of a round belongs to the sequence it was read from."""
        if not isinstance(rounds.loop, For):
            return
        item = rounds.loop.body.params[0]
        held = self.cotangents.take(item)
        if held is None:
            return
        emit, defs = self.builder.let, self.builder.defs
        parts = [((), g) for g in held.dense] + held.parts
        if self.types.of(item).kind == "num":
            parts = [((), self.added(item, None, held))]
        k = rounds.position(emit, defs)
        for path, g in parts:
            found = sources_at(emit, defs, rounds.loop.iterable, k, path)
            if found is not None:
                self.add_part(found[0], g, found[1])
            elif not path:
                self.whole_item(rounds, g, k)

    def whole_item(self, rounds: Rounds, g: Atom, k: Atom) -> None:
        """The cotangent of a pair that `zip` or `enumerate` made, as one value."""
        assert isinstance(rounds.loop, For)
        emit, defs = self.builder.let, self.builder.defs
        for key, _ in self.types.of(rounds.loop.body.params[0]).items:
            path = (Const(key),)
            found = sources_at(emit, defs, rounds.loop.iterable, k, path)
            if found is not None and self.is_active(found[0]):
                self.add_part(found[0], emit(operator.getitem, g, key), found[1])

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
            return self.builder.let(gradient_of, var)
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
        same = same_shape(self.types.of(init).shape, self.types.of(out).shape)
        return self.zero(init if isinstance(init, Var) and same else out)

    def zero_round(self, loop: For | While, k: int, dual: Var) -> Atom:
        """The cotangent of a carried value that its round did not read. The value may have none in
        the first round, so its shape is taken from the next one's, which is behind it."""
        kind, param, init = self.types.of(dual), carried(loop)[k], loop.init[k]
        if kind.is_scalar or self.cotangents.pointwise:
            return Const(0.0)
        if kind.kind == "num" and same_shape(kind.shape, self.types.of(param).shape):
            return self.builder.let(np.zeros_like, dual)
        missing = isinstance(init, Const) and init.value is UNBOUND
        if missing or init in self.unbound:
            return self.builder.let(gradient_of, dual)
        return self.zero(param)

    # ------------------------------------------------------------ stacks

    def moves_stacks(self, stmt: Stmt) -> bool:
        """Are values recorded or read back in a statement's blocks, and matter?"""
        inner = [stmt.then, stmt.orelse] if isinstance(stmt, If) else (
            [] if isinstance(stmt, Let) else [stmt.body])  # fmt: skip
        return bool(self.stacks) and any(
            isinstance(s, Let) and s.prim in (prims.push, prims.pop) and s.args[0] in self.stacks
            for block in inner
            for s in statements(block)
        )

    def open_stacks(self, block: Block) -> None:
        """A stack of cotangents for each stack made in this block whose values matter."""
        made = [s.out for s in block.body if isinstance(s, Let) and s.prim is prims.new_stack]
        self.opened.update(made)
        if not made:
            return
        read, written = set(), set()
        for s in statements(block):
            if isinstance(s, Let) and s.prim is prims.pop and s.out in self.active:
                read.add(s.args[0])
            elif isinstance(s, Let) and s.prim is prims.push and self.is_active(s.args[1]):
                written.add(s.args[0])
        for stack in made:
            if stack in read & written:
                hint = Var(stack.hint, "adjoint", stack)
                self.stacks[stack] = self.builder.let(prims.new_stack, out=hint)

    def stack(self, let: Let) -> None:
        """What was pushed gets the cotangent of what was popped, in the other order."""
        assert let.args[0] in self.opened, "a stack is moved out of the program it belongs to"
        held = self.stacks.get(let.args[0])
        if held is None:
            return
        if let.prim is prims.push:
            target = let.args[1]
            if not self.is_active(target):
                return
            g = self.builder.let(prims.pop, held)
            assert isinstance(g, Var)
            self.types[g] = cotangent_type(self.types.of(target))
            self.cotangents.put(target, g)
            return
        g = self.cotangents.total(let.out)
        self.builder.let(prims.push, held, self.zero(let.out) if g is None else g)


def cotangent_type(kind: Type) -> Type:
    """A cotangent has the type of its value, in floating point."""
    if kind.container:
        items = tuple((key, cotangent_type(inner)) for key, inner in kind.items)
        return replace(kind, items=items, elem=kind.elem and cotangent_type(kind.elem))
    if kind.kind == "num" and kind.dtype in ("int", "bool"):
        return replace(kind, dtype="float")
    return kind
