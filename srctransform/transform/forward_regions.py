"""Branches, loops and writes in forward mode: tangents go the way their values go.

for i in range(n):             for i in range(n):              s and s_dot are carried
    s = s * x[i]        →          s_dot = x[i] * s_dot + s * x_dot[i]
                                   s = s * x[i]

u1 = store(u, v, i)     →      u1_dot = store(u_dot, v_dot, i)
push(stack, v)          →      push(stack_dot, v_dot)
"""

from __future__ import annotations

import abc
import itertools
import operator
from dataclasses import replace

import numpy as np

from ..analysis.indexing import takes_whole
from ..analysis.loops import PATIENCE, carried
from ..analysis.sums import goes_round
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.fresh import Renaming, fresh_block, fresh_vars
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.types import cotangent_type
from ..ir.walk import definitions
from ..runtime import gradient_of
from ..save.rounds import made_by
from .reverse_lists import SEQUENCES
from .shadows import refuse_varying_keys

#: iterables that a loop takes apart
PAIRING = frozenset({zip, enumerate, reversed})


class ForwardRegions(abc.ABC):
    """The part of the forward sweep that knows branches, loops and writes."""

    builder: Builder
    types: Types
    active: set[Var]
    dots: dict[Var, Atom]
    adopted: bool
    restacked: Renaming

    @abc.abstractmethod
    def sweep(self, block: Block) -> None:
        """Add the block's statements and the tangents of the active ones."""

    @abc.abstractmethod
    def dot(self, atom: Atom) -> Atom | None:
        """The tangent of an operand; None if it is zero."""

    @abc.abstractmethod
    def operand(self, atom: Atom) -> Atom | None:
        """The tangent of an operand that may be a display of values."""

    @abc.abstractmethod
    def zero(self, atom: Atom) -> Atom:
        """A zero tangent that must stand in a container or a call."""

    # ------------------------------------------------------------ branches

    def branch(self, stmt: If) -> None:
        """An If yields its values and the tangents of the active ones."""
        built: list[list[Stmt]] = []
        for arm in (stmt.then, stmt.orelse):
            with self.builder.nested() as stmts:
                self.sweep(arm)
            built.append(stmts)
        moving = [
            k
            for k, out in enumerate(stmt.outs)
            if out in self.active
            and any(self.operand(arm.results[k]) is not None for arm in (stmt.then, stmt.orelse))
        ]
        dots = tuple(Var("", "tangent", stmt.outs[k]) for k in moving)
        arms = []
        for arm, stmts in zip((stmt.then, stmt.orelse), built, strict=True):
            with self.builder.nested() as extra:
                tangents = tuple(self.yielded(arm.results[k]) for k in moving)
            values = () if self.adopted else arm.results
            arms.append(Block((), (*stmts, *extra), values + tangents))
        values = () if self.adopted else stmt.outs
        self.builder.span = stmt.span
        self.builder.add(replace(stmt, then=arms[0], orelse=arms[1], outs=values + dots))
        for k, var in zip(moving, dots, strict=True):
            self.dots[stmt.outs[k]] = var

    def yielded(self, atom: Atom) -> Atom:
        """The tangent that an arm or a round yields beside a value."""
        if isinstance(atom, Const) and atom.value is UNBOUND:
            return atom
        dot = self.operand(atom)
        return self.zero(atom) if dot is None else dot

    # ------------------------------------------------------------ loops

    def loop(self, loop: For | While) -> None:
        """A loop carries its values, and behind them the tangents of the active ones."""
        if self.adopted:
            self.loop_again(loop)
            return
        builder, types = self.builder, self.types
        moving = [k for k in range(len(loop.outs)) if goes_round(loop, k, self.active)]
        params = carried(loop)
        init = (*loop.init, *(self.yielded(loop.init[k]) for k in moving))
        duals = tuple(Var("", "tangent", params[k]) for k in moving)
        for k, dual in zip(moving, duals, strict=True):
            self.dots[params[k]] = dual
        item: tuple[Var, ...] = ()
        source: Atom | None = None
        if isinstance(loop, For):
            source, item = loop.iterable, loop.body.params[:1]
            if item[0] in self.active:
                source, item = self.paired(loop)
        n = len(loop.outs)
        everything = (*params, *duals)
        for attempt in itertools.count():
            types.enter_loop((*item, *everything), init, source)
            with builder.nested() as stmts:
                if isinstance(loop, For) and item[0] is not loop.body.params[0]:
                    self.unpaired(loop, item[0])
                self.sweep(loop.body)
                results = loop.body.results
                tangents = tuple(self.yielded(results[k]) for k in moving)
            results = (*results[:n], *tangents, *results[n:])
            if not types.leave_loop(everything, results, patient=attempt < PATIENCE):
                break
        builder.span = loop.span
        body = Block((*item, *everything), tuple(stmts), results)
        dots = tuple(Var("", "tangent", loop.outs[k]) for k in moving)
        both = loop.outs + dots
        if isinstance(loop, For):
            assert source is not None
            builder.add(replace(loop, iterable=source, init=init, body=body, outs=both))
        else:
            test = replace(loop.test, params=loop.test.params + tuple(Var() for _ in duals))
            types.enter_loop(test.params, everything)
            types.block(test)
            builder.defs.update(definitions(test))
            builder.add(replace(loop, init=init, test=test, body=body, outs=both))
        for k, dot in zip(moving, dots, strict=True):
            self.dots[loop.outs[k]] = dot

    def paired(self, loop: For) -> tuple[Atom, tuple[Var, ...]]:
        """`for row in x` goes through the rows of x and of x_dot."""
        tangents = self.iterated(loop.iterable)
        return self.builder.let(zip, loop.iterable, *tangents), (Var(),)

    def iterated(self, source: Atom) -> list[Atom]:
        """The tangents of the sequences behind an iterable."""
        made = made_by(source, self.builder.defs)
        if made is None or made.prim not in PAIRING:
            dot = self.operand(source)
            return [] if dot is None else [dot]
        args = made.args[:1] if made.prim is enumerate else made.args
        parts = [dot for a in args for dot in self.iterated(a)]
        if made.prim is reversed:
            return [self.builder.let(reversed, dot) for dot in parts]
        return parts

    def unpaired(self, loop: For, pair: Var) -> None:
        """The item of a round and its tangent."""
        item = loop.body.params[0]
        self.builder.add(Let(item, operator.getitem, (pair, Const(0))))
        rows = iter(range(1, 1 + len(self.iterated(loop.iterable))))

        def tangent(source: Atom, value: Atom) -> Atom:
            made = made_by(source, self.builder.defs)
            if made is not None and made.prim in (enumerate, zip):
                args = [Const(0), made.args[0]] if made.prim is enumerate else made.args
                inner = [self.builder.let(operator.getitem, value, k) for k in range(len(args))]
                return self.builder.let(prims.make_tuple, *map(tangent, args, inner))
            if made is not None and made.prim is reversed:
                source = made.args[0]
            if self.operand(source) is None:
                return self.builder.let(gradient_of, value)
            return self.builder.let(operator.getitem, pair, next(rows))

        self.dots[item] = tangent(loop.iterable, item)

    def loop_again(self, loop: For | While) -> None:
        """The values of the loop are gone, so they are computed again beside their tangents."""
        env = fresh_vars([loop]) | self.restacked
        (copy,) = fresh_block(Block((), (loop,)), env).body
        assert isinstance(copy, For | While)
        self.active |= {new for old, new in env.items() if old in self.active}  # type: ignore[misc]
        self.adopted = False
        self.loop(copy)
        self.adopted = True
        for out in loop.outs:
            dot = self.dot(env[out])
            if dot is not None:
                self.dots[out] = dot

    # ------------------------------------------------------------ writes and stacks

    def write(self, let: Let) -> Atom | None:
        """The tangents are written as the values are."""
        buffer, *rest = let.args
        dot = self.operand(buffer)
        if let.prim is prims.drop_last:
            return None if dot is None else self.builder.let(prims.drop_last, dot)
        value, *path = rest
        refuse_varying_keys(let, self.types, self.active)
        new = self.operand(value)
        if dot is None and new is None:
            return None
        if new is None and let.prim in (prims.accumulate, prims.accumulate_at):
            return dot
        if len(path) == 1 and takes_whole(self.types.of(buffer), path[0]):
            if new is not None and self.types.of(new).shape != ():
                new = self.builder.let(np.sum, new)  # one number, however it was bracketed
            if let.prim is prims.store or dot is None:
                return new
            return self.builder.let(operator.add, dot, new)
        dot = self.zero(buffer) if dot is None else dot
        if new is None:
            plain = self.types.of(let.out).kind == "num"
            new = Const(0.0) if plain else self.zero(value)
        return self.builder.let(let.prim, dot, new, *path)

    def list_operation(self, let: Let) -> Atom | None:
        """Lists of tangents are joined, repeated and cut as those of values are."""
        dots = [self.operand(a) for a in let.args]
        if all(d is None for d in dots):
            return None
        kinds = [self.types.of(a).kind for a in let.args]
        args = [
            d or (self.zero(a) if kind in SEQUENCES else a)
            for a, d, kind in zip(let.args, dots, kinds, strict=True)
        ]
        joined = Let(Var(), let.prim, tuple(args), span=let.span)
        self.builder.add(joined)  # as it is: these are no numbers
        return joined.out

    def stack(self, let: Let) -> None:
        """Tangents are recorded and read back beside their values."""
        if let.prim is prims.new_stack:
            if self.adopted:  # what is computed again is recorded again
                stack = self.builder.let(prims.new_stack, out=Var(let.out.hint))
                assert isinstance(stack, Var)
                self.restacked[let.out] = stack
                if let.out in self.active:
                    self.dots[stack] = self.builder.let(
                        prims.new_stack, out=Var("", "tangent", stack)
                    )
                    self.active.add(stack)
            elif let.out in self.active:
                dot = Var(let.out.hint, "tangent", let.out)
                self.dots[let.out] = self.builder.let(prims.new_stack, out=dot)
            return
        held = self.dot(let.args[0])
        if held is None:
            return
        if let.prim is prims.push:
            self.builder.let(prims.push, held, self.yielded(let.args[1]))
            return
        dot = Var("", "tangent", let.out)
        self.types[dot] = cotangent_type(self.types.of(let.out))
        self.dots[let.out] = self.builder.let(prims.pop, held, out=dot)
