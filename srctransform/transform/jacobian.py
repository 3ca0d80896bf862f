"""jacobian and hessian: one pass per entry of the smaller side, in a loop over a basis.

    forward                                   reverse
      for k in range(x.size):                   for k in range(y.size):
          x_dot = basis(x, k)                       dy = basis(y, k)
          columns.append(y_dot)                     rows.append(dx)

Statements that do not depend on k stand before the loop, so the forward part runs once. The loop
is one primitive, `map_stack`, of a body that is an IR function: so it has derivatives of its own,
by differentiating the body, and Jacobians nest.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from inspect import Parameter
from typing import Any

import numpy as np

from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.branches import export_from_branches
from ..ir.build import Builder
from ..ir.fresh import fresh_block, fresh_vars
from ..ir.nodes import Atom, Block, Const, For, Function, Let, Param, Stmt, Var, While
from ..ir.types import SCALAR_INT
from ..ir.walk import blocks, free_vars, outs, statements, substitute_block, with_block
from ..optimize.dead import drop_dead
from ..optimize.operands import value_key
from ..runtime import basis, like
from ..save.bound import bound_where_read, unbound_vars
from ..save.counting import counted
from ..save.saving import save
from .forward import Forward
from .gradient import Derived, describe
from .prepare import MakeSimplify, Prepared, adopt
from .results import Results
from .reverse import Reverse, refuse_unknown
from .tangent import tangent

#: containers written out in the program, and how many operands come before their entries
DISPLAYS = {prims.make_tuple: 0, prims.make_list: 0, prims.make_dict: 1, prims.make_record: 2}

#: the first argument is a buffer, and the result its next version
WRITES = (prims.store, prims.accumulate, prims.accumulate_at)


def jacobian(
    prepared: Prepared, direction: str, bare: bool, make_simplify: MakeSimplify | None,
    key: Any = None, sizes: tuple[int, int] | None = None, name: str = "jacobian",
) -> Derived:  # fmt: skip
    """The Jacobian, of shape result.shape + argument.shape. `direction`: auto, forward, reverse;
    `sizes` are the numbers of inputs and outputs of the example, if there is one."""
    fn = bound_where_read(prepared.function)
    if fn is not prepared.function:
        prepared = replace(prepared, function=fn).retyped({})
    refuse_unknown(fn.block, prepared.active)
    builder, types = prepared.builder(make_simplify)
    adopt(builder, types, fn.block, key)
    value = fn.block.results[0]
    for x in prepared.wrt:
        _check(types.of(x), f"{x.hint!r}, which is a container", fn)

    def blocks(value: Atom) -> Atom:
        """The Jacobians of a value; of a container, the container of its entries' Jacobians."""
        made = builder.defs.get(value) if isinstance(value, Var) else None
        if isinstance(made, Let) and made.prim in DISPLAYS:
            skip = DISPLAYS[made.prim]
            return builder.let(made.prim, *made.args[:skip], *map(blocks, made.args[skip:]))
        _check(types.of(value), "a result that is a container", fn)
        whole = []
        for x in prepared.wrt:
            make = _Maker(prepared, builder, types, x, value)
            whole.append(make.jacobian(direction, sizes))
        return whole[0] if bare else builder.let(prims.make_tuple, *whole)

    result = blocks(value)
    primal = frozenset(v for s in statements(fn.block) for v in outs(s))
    doc = describe("grad", fn, prepared.wrt, bare).replace("Gradient", name.capitalize())
    block = export_from_branches(builder.block(result))
    made = replace(fn, name=f"{name}_{fn.name}", block=block, doc=doc)
    return Derived(
        made,
        primal,
        prepared.param_types,
        prepared.numeric,
        prepared.live_globals,
        builder.labels,
        types,
    )


def _check(kind: Any, what: str, fn: Function) -> None:
    if kind.container:
        raise UnsupportedError(
            f"the Jacobian of {what} is not supported", fn.span, "take jvp or vjp of it"
        )


class _Maker:
    """Makes the Jacobian of one value by one parameter."""

    def __init__(
        self, prepared: Prepared, builder: Builder, types: Types, x: Var, value: Atom
    ) -> None:
        self.prepared, self.builder, self.types = prepared, builder, types
        self.x, self.value = x, value

    def jacobian(self, direction: str, sizes: tuple[int, int] | None) -> Atom:
        x_scalar = self.types.of(self.x).is_scalar
        z_scalar = self.types.of(self.value).is_scalar
        if direction == "auto":
            if z_scalar or x_scalar:
                direction = "forward" if x_scalar else "reverse"
            elif sizes is not None:
                direction = "forward" if sizes[0] <= sizes[1] else "reverse"
        if direction == "forward":
            return self.forward()
        if direction == "reverse":
            return self.reverse()
        b = self.builder
        few = b.let(operator.le, b.let(np.size, self.x), b.let(np.size, self.value))
        return b.branch(few, lambda: (self.forward(),), lambda: (self.reverse(),))[0]

    def forward(self) -> Atom:
        """Columns, by tangents."""
        b = self.builder
        if self.types.of(self.x).is_scalar:
            return self.shaped(self.pushed(Const(1.0)))
        k = self.counter()
        with b.nested() as stmts:
            column = self.like_value(self.pushed(b.let(basis, self.x, k)))
        stacked = self.loop(k, stmts, column, b.let(np.size, self.x))
        return self.reshaped(b.let(np.moveaxis, stacked, 0, -1))

    def pushed(self, x_dot: Atom) -> Atom:
        sweep = Forward(self.builder, self.types, self.prepared.active, adopted=True)
        make: Any = type(self.builder.simplify) if self.builder.simplify is not None else None
        sweep.derive = lambda unit: tangent(unit, make, value_key if make else None)
        sweep.dots[self.x] = x_dot
        sweep.sweep(self.prepared.function.block)
        return sweep.dot(self.value) or Const(0.0)

    def reverse(self) -> Atom:
        """Rows, by cotangents."""
        b = self.builder
        if self.types.of(self.value).is_scalar:
            return self.pulled(Const(1.0))
        k = self.counter()
        with b.nested() as stmts:
            row = self.pulled(b.let(basis, self.value, k))
        return self.reshaped(self.loop(k, stmts, row, b.let(np.size, self.value)))

    def pulled(self, seed: Atom) -> Atom:
        """The gradient by x. Loops are run again for each row, as it reads what they record from
        the last round to the first."""
        fn, value, active = self.prepared.function, self.value, self.prepared.active
        block = fn.block
        has_loops = any(isinstance(s, For | While) for s in statements(block))
        with self.builder.nested() as stmts:
            if has_loops:
                env = fresh_vars(block.body)
                block = fresh_block(block, env)
                value = env.get(value, value) if isinstance(value, Var) else value
                active = active | {new for old, new in env.items() if old in active}  # type: ignore[misc]
                again, counts = counted(with_block(fn, block), active)
                block = again.block
                adopt(self.builder, self.types, block, None)
            sweep = Reverse(self.builder, self.types, active)
            if has_loops:
                sweep.counts = counts
                sweep.unbound = unbound_vars(block)
            if isinstance(value, Var) and value in active:
                sweep.cotangents.add(value, seed)
            sweep.sweep(block)
            result = Results(self.builder, self.types, sweep.cotangents).gradient(self.x)
        row = Block((), tuple(stmts), (result,))
        if has_loops:  # facts that are known of the loops of the value lead into their rounds
            inner = {v for s in fn.block.body for v in _inside(s)}
            row = substitute_block(row, {v: new for v, new in env.items() if v in inner})
            row = save(drop_dead(with_block(fn, row)), self.types, sweep.rounds).block
        for stmt in row.body:
            self.builder.stmts.append(stmt)
        return row.results[0]

    def like_value(self, dot: Atom) -> Atom:
        """A column has the shape of the value, also where the tangent is zero."""
        if self.types.of(dot).shape == self.types.of(self.value).shape:
            return dot
        return self.builder.let(like, dot, self.value)

    def shaped(self, dot: Atom) -> Atom:
        return (
            dot
            if isinstance(dot, Const) and self.types.of(self.value).is_scalar
            else self.like_value(dot)
        )

    def counter(self) -> Var:
        k = Var("k")
        self.types[k] = SCALAR_INT
        return k

    def loop(self, k: Var, stmts: list[Stmt], result: Atom, count: Atom) -> Atom:
        """np.stack of the result for every k; what does not depend on k stays outside."""
        varying = _varying(k, stmts)
        inside: list[Stmt] = []
        for stmt in stmts:
            if varying.isdisjoint(outs(stmt)):
                self.builder.add(stmt)
            else:
                inside.append(stmt)
        body = Block((), tuple(inside), (result,))
        captured = tuple(v for v in free_vars(body) if v is not k)
        return map_over(self.builder, self.types, k, body, captured, count)

    def reshaped(self, stacked: Atom) -> Atom:
        b = self.builder
        shape = b.let(np.shape, self.value), b.let(np.shape, self.x)
        return b.let(np.reshape, stacked, b.let(operator.add, *shape))


def _inside(stmt: Stmt) -> set[Var]:
    """The variables that a statement's blocks define."""
    found = {v for b in blocks(stmt) for v in b.params}
    for s in (s for b in blocks(stmt) for s in b.body):
        found |= {*outs(s), *_inside(s)}
    return found


def _varying(k: Var, stmts: list[Stmt]) -> set[Var]:
    """What depends on k, and the buffers that it is written to: each row has buffers of its own."""
    varying, before = {k}, 0
    while len(varying) > before:
        before = len(varying)
        for stmt in stmts:
            if not varying.isdisjoint(free_vars(Block((), (stmt,), ()))):
                varying.update(outs(stmt))
        for stmt in reversed(stmts):
            if isinstance(stmt, Let) and stmt.prim in WRITES and stmt.out in varying:
                varying.update(a for a in stmt.args[:1] if isinstance(a, Var))
            elif not varying.isdisjoint(outs(stmt)):
                varying.update(_stacks(stmt))
    return varying


def _stacks(stmt: Stmt) -> set[Var]:
    """The stacks that a statement puts values on or takes them from."""
    inner = [s for s in statements(Block((), (stmt,))) if isinstance(s, Let)]
    stacks = [s.args[0] for s in inner if s.prim in (prims.push, prims.pop)]
    return {v for v in stacks if isinstance(v, Var)}


def map_over(
    builder: Builder, types: Types, k: Var, body: Block, captured: tuple[Var, ...], count: Atom
) -> Atom:
    """Add `map_stack` of a body with free variables `captured`."""
    kind = Parameter.POSITIONAL_ONLY
    params = tuple(Param(v, v.hint, kind) for v in (k, *captured))
    fn = Function("row", params, Block((), body.body, body.results))
    return builder.let(prims.map_stack, Const(fn), count, *captured)
