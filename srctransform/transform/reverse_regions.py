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
from dataclasses import replace

from ..analysis.loops import carried, local_vars
from ..analysis.sums import goes_round, running_sums
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.types import cotangent_type
from ..ir.walk import statements
from ..save.rounds import Rounds, backwards, sources_at
from .arrivals import Arrivals, Region
from .cotangents import Collected


class Regions(Arrivals, abc.ABC):
    """The part of the reverse sweep that knows branches and loops."""

    @abc.abstractmethod
    def sweep(self, block: Block) -> None:
        """Propagate what was seeded into `cotangents` to the block's inputs."""

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
        if self.is_summed(var) or any(var in region.incoming for region, _, _ in arms):
            return True
        found = [held[var] for _, held, _ in arms if var in held]
        if self.types.of(var).container and any(h.dense for h in found):
            return False
        return any(h.parts and not h.dense for h in found)  # else there is something to add to

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
            self.types[dual] = self.dual_type(loop.body.results[k])
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
        dz = self.cotangents.total(let.out)
        self.builder.let(prims.push, held, self.zero(let.out) if dz is None else dz)
