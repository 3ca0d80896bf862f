"""Loops over independent rows, as `jacobian` makes them: their bodies are functions of their own.

    z = map_stack(row, n, x)      row(k, x): ... return r

The derivative of the loop is a loop of the derivative of its body; these are the parts that
forward and reverse mode share.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from ..analysis.activity import active_vars
from ..analysis.numeric import numeric_uses
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Block, Const, Function, Let, Param, Var
from ..ir.types import SCALAR_INT, Type
from ..ir.walk import definitions

MAPS = frozenset({prims.map_stack, prims.map_sum})


def body_of(let: Let, types: Types) -> tuple[Function, dict[Var, Type]]:
    """The body of a loop, and the types of its parameters."""
    assert isinstance(let.args[0], Const)
    body: Function = let.args[0].value
    facts = {p.var: types.of(a) for p, a in zip(body.params[1:], let.args[2:], strict=True)}
    facts[body.params[0].var] = SCALAR_INT
    return body, facts


def active_in(types: Types, body: Function, facts: dict[Var, Type], inputs: list[Var]) -> set[Var]:
    """The active variables of a body."""
    known = Types(definitions(body.block), types.numeric | numeric_uses(body.block))
    known.update(facts)
    known.block(body.block)
    return active_vars(body.block, inputs, known)


def child(
    builder: Builder, types: Types, body: Function, facts: dict[Var, Type], inputs: list[Var]
) -> tuple[Builder, Types, set[Var]]:
    """A builder for a derivative of the body, its types, and the body's active variables."""
    numeric = types.numeric | numeric_uses(body.block)
    active = active_in(types, body, facts, inputs)
    inner = Builder()
    fresh = Types(inner.defs, numeric)
    fresh.live_globals = types.live_globals
    fresh.update(facts)
    inner.observe = fresh.observe
    if builder.simplify is not None:
        make: Any = type(builder.simplify)
        inner.simplify = make(fresh)
    return inner, fresh, active


def extended(body: Function, extra: list[Atom], block: Block) -> Function:
    """The body with more parameters and another block."""
    kind = inspect.Parameter.POSITIONAL_ONLY
    added = tuple(Param(v, "", kind) for v in extra if isinstance(v, Var))
    return replace(body, params=body.params + added, block=block)
