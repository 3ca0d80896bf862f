"""Functions that are handed to a function of a library, as units.

    lambda x: x**3 - a        unit residual(x, a): return x**3 - a

A unit takes the points that the library calls it with, the operands of `args=`, and then all that
the function reads of its surroundings, so that each of these can be differentiated by.
"""

from __future__ import annotations

import abc
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from inspect import Parameter
from typing import Any

import numpy as np

from ..analysis.loops import without
from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.branches import export_from_branches
from ..ir.build import Builder
from ..ir.fresh import fresh_block, fresh_vars
from ..ir.nodes import Atom, Const, Function, Let, Param, Var
from ..ir.types import Type
from ..ir.units import Unit
from ..ir.walk import free_vars, substitute_block
from ..optimize.dead import drop_dead
from ..rules.higher_order import HigherOrder
from .evaluators import Evaluators
from .recursion import EVERYTHING, Made, Recursion, parameter_names

#: what a function without a name is called
NAMES = {
    "root": "residual", "zeros": "residual", "fixed point": "step", "minimum": "objective",
    "fit": "residuals", "integral": "integrand", "integral of arrays": "integrand",
    "odeint": "slope", "solve_ivp": "slope",
}  # fmt: skip


@dataclass
class Captured:
    """What functions read of their surroundings: a parameter for each such value."""

    values: dict[Atom, Var] = field(default_factory=dict)

    def param(self, atom: Atom) -> Var:
        hint = atom.hint if isinstance(atom, Var) else ""
        return self.values.setdefault(atom, Var(hint, user=True))


class Operands(Evaluators, abc.ABC):
    """Makes units of functions that are passed on."""

    def operands(
        self, spec: HigherOrder, functions: dict[str, Atom], points: list[Type],
        extra: list[Atom], flagged: bool, let: Let,
    ) -> tuple[dict[str, Unit], list[Atom]]:  # fmt: skip
        """The functions, made to take all that they read, and what that is."""
        captured = Captured()
        parts = {name: self.parted(fn, captured) for name, fn in functions.items()}
        units = {}
        for name, part in parts.items():
            flag = name == spec.function and flagged
            units[name] = self.unit_of(
                spec, functions[name], part, points, extra, captured, flag, let
            )
        self.drop_unread(list(units.values()), captured)
        return units, list(captured.values)

    def drop_unread(self, units: list[Unit], captured: Captured) -> None:
        """Forget what no function reads: other entries of a container."""
        memo = ("kept", *units)
        if memo not in units[0].derived:
            blocks = [u.function.block for u in units if u.function is not None]
            read = {v for block in blocks for v in free_vars(block)}
            unread = {p for p in captured.values.values() if p not in read}
            kept = [k for k, p in enumerate(captured.values.values()) if p not in unread]
            units[0].derived[memo] = kept
            for unit in units:
                assert unit.function is not None
                params = tuple(p for p in unit.function.params if p.var not in unread)
                unit.function = replace(unit.function, params=params)
                unit.facts = {v: kind for v, kind in unit.facts.items() if v not in unread}
        kept = units[0].derived[memo]
        pairs = list(captured.values.items())
        captured.values = dict(pairs[k] for k in kept)

    def parted(self, atom: Atom, captured: Captured) -> Atom | Made:
        """What a function is made of, where what it reads has become parameters."""
        value = self.now(atom)
        made = self.defined_by(value, prims.closure, functools.partial)
        if made is not None and not made.kwargs:
            return Made(made.prim, tuple(self.parted(a, captured) for a in made.args))
        if isinstance(value, Const):
            return value
        return self.entries(value, captured) or captured.param(value)

    def entries(self, value: Var, captured: Captured) -> Made | None:
        """A container, of which the function takes the entries; None of what is none, or may hold
        anything."""
        kind = self.types.of(value)
        plain = kind.kind in ("tuple", "list", "dict") and kind.cls in (None, tuple, list, dict)
        if not (kind.closed and plain):
            return None
        keys = [key for key, _ in kind.items]
        parts = tuple(self.parted(self.project(value, key), captured) for key in keys)
        if kind.kind == "dict":
            return Made(prims.make_dict, (Const(tuple(keys)), *parts))
        return Made(prims.make_list if kind.kind == "list" else prims.make_tuple, parts)

    def unit_of(
        self, spec: HigherOrder, fn: Atom, part: Atom | Made, points: list[Type], extra: list[Atom],
        captured: Captured, flagged: bool, let: Let,
    ) -> Unit:  # fmt: skip
        """A function as a unit of the point, the operands and what it reads; `flagged` if it also
        returns its Jacobian."""
        kinds = [*points, *(self.types.of(a) for a in (*extra, *captured.values))]
        nameless = tuple(without(k, EVERYTHING, None) for k in kinds)
        key = (spec.how, nameless, shape_of(part, list(captured.values.values())))
        if key in self.units:
            return self.units[key].unit
        name, hints = described(self.now(fn), self.builder, NAMES[spec.how])
        count = len(points)
        hints += [""] * (count + len(extra) - len(hints))
        given = [h or getattr(a, "hint", "") for h, a in zip(hints[count:], extra, strict=False)]
        own = [Var(hint, user=True) for hint in (*hints[:count], *given)]
        params = [*own, *captured.values.values()]
        builder = Builder()
        types = Types(builder.defs)
        types.live_globals = self.types.live_globals
        types.update((p, without(k, EVERYTHING, p)) for p, k in zip(params, kinds, strict=True))
        facts = dict(types)
        builder.observe = types.observe
        inner = self.inner(builder, types)
        callee = inner.remade(builder, part)
        call = Let(Var(), prims.call, span=let.span)
        result = inner.now(inner.call(callee, list(own), {}, call))
        if any(inner.now(p) is not p for p in params):
            what = f"{name!r}, which {spec.prim.__name__} is given, writes into its arguments"
            raise UnsupportedError(what, let.span)
        made = inner.defined_by(result, prims.make_tuple)
        pair = flagged and made is not None and len(made.args) == 2
        if types.of(result).kind in ("list", "tuple") and not pair and spec.how != "minimum":
            result = builder.let(np.array, result)
        taken = {made.unit.name for made in self.units.values()}
        while name in taken:
            name += "_"
        names = parameter_names(params)
        plain = Parameter.POSITIONAL_OR_KEYWORD
        function = drop_dead(Function(
            name, tuple(Param(v, next(names), plain) for v in params),
            export_from_branches(builder.block(result)), span=let.span,
        ))  # fmt: skip
        unit = Unit(name, function, facts, None, types, frozenset(types) - set(params))
        unit.result = without(types.of(result), EVERYTHING, unit)
        self.units[key] = Recursion(unit, function, [], params)
        return unit


def part_of_unit(unit: Unit, part: Callable[[Builder, Atom], Atom]) -> Unit:
    """The function of the same operands that returns something of what a unit returns."""
    assert unit.function is not None
    memo = ("part", part)
    if memo not in unit.derived:
        old = unit.function
        again = {p.var: Var(p.var.hint, user=True) for p in old.params}
        builder = Builder()
        types = Types(builder.defs)
        types.live_globals = unit.types.live_globals
        types.update((again[v], kind) for v, kind in unit.facts.items())
        builder.observe = types.observe
        env: dict[Var, Any] = {**again, **fresh_vars(old.block.body)}
        block = substitute_block(fresh_block(old.block, env), again)
        for stmt in block.body:
            builder.add(stmt)
        result = part(builder, block.results[0])
        params = tuple(replace(p, var=again[p.var]) for p in old.params)
        function = drop_dead(replace(old, params=params, block=builder.block(result)))
        facts = {again[v]: kind for v, kind in unit.facts.items()}
        made = Unit(unit.name, function, facts, None, types, frozenset(types) - set(facts))
        made.result = without(types.of(result), EVERYTHING, made)
        unit.derived[memo] = made
    found: Unit = unit.derived[memo]
    return found


def described(fn: Atom, builder: Builder, nameless: str) -> tuple[str, list[str]]:
    """The name of a function, and those of its parameters."""
    stmt = builder.defs.get(fn) if isinstance(fn, Var) else None
    if isinstance(stmt, Let) and stmt.prim is functools.partial:
        name, hints = described(stmt.args[0], builder, nameless)
        return name, hints[len(stmt.args) - 1 :]
    value = stmt.args[0] if isinstance(stmt, Let) else fn
    inner = value.value if isinstance(value, Const) else None
    if isinstance(inner, Function):
        hints = [p.name for p in inner.params if p.kind is p.kind.POSITIONAL_OR_KEYWORD]
        return nameless if inner.name.startswith("lambda") else inner.name, hints
    name = getattr(inner, "__name__", nameless)
    try:
        found = inspect.signature(inner).parameters.values() if inner is not None else ()
    except (TypeError, ValueError):
        return name, []
    hints = [p.name for p in found if p.kind is p.kind.POSITIONAL_OR_KEYWORD]
    return name if name.isidentifier() else nameless, hints  # "<lambda>" is none


def shape_of(part: Atom | Made, params: list[Var]) -> Any:
    """A function that was taken apart, so that it can be compared with another one."""
    if isinstance(part, Made):
        return part.prim, tuple(shape_of(a, params) for a in part.args)
    return id(part.value) if isinstance(part, Const) else params.index(part)
