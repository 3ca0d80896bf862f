"""Derivatives of units: functions that call themselves.

    half = power(x, m)                 half, saved = power_fwd(x, m)
    ...                          →     ...
                                       dx += power_bwd(saved, dhalf)

The forward function returns what the unit returns and a tuple of what the backward function reads;
the tuples nest as the calls do. In forward mode `power_jvp(x, m, x_dot)` returns value and tangent.
A derivative is made once for each set of active arguments.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import (
    UNBOUND,
    Atom,
    Block,
    Const,
    For,
    If,
    Let,
    Param,
    Stmt,
    Var,
    While,
)
from ..ir.types import ANY, Type, sequence
from ..ir.units import Unit
from ..ir.walk import definitions, free_vars, operands, outs, statements
from ..optimize.copies import merge_copies
from ..optimize.dead import drop_dead
from ..save.truncation import with_checked_buffers
from .prepare import Prepared, analyse
from .splitting import forward_block, returned_by_path, sunk

Mask = tuple[int, ...]
Joint = Callable[[Prepared, Var], Any]
COUNTS = ("int", "bool")

#: what costs nothing for ints
PLAIN = frozenset({
    operator.add, operator.sub, operator.mul, operator.mod, operator.floordiv, operator.neg,
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, operator.not_,
})  # fmt: skip
KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD


@dataclass(frozen=True)
class Pair:
    """A call in the forward part and the one that undoes it."""

    backward: Unit
    saved: Var
    args: tuple[Atom, ...]
    active: Mask
    counts: Mask  # arguments that are ints: the backward function is given them, too


@dataclass
class Pairs:
    """The calls of units in one program, by the variables that hold what the units return."""

    joint: Joint
    by_result: dict[Var, Pair] = field(default_factory=dict)

    def block(self, block: Block, active: set[Var]) -> Block:
        """The block with its active calls of units replaced by calls of their forward functions."""
        body: list[Stmt] = []
        for stmt in block.body:
            match stmt:
                case Let():
                    unit = unit_of(stmt)
                    if unit is not None and stmt.out in active:
                        body += self.split(stmt, unit, active)
                    else:
                        body.append(stmt)
                case If():
                    then = self.block(stmt.then, active)
                    orelse = self.block(stmt.orelse, active)
                    body.append(replace(stmt, then=then, orelse=orelse))
                case For() | While():
                    body.append(replace(stmt, body=self.block(stmt.body, active)))
        return replace(block, body=tuple(body))

    def split(self, let: Let, unit: Unit, active: set[Var]) -> list[Stmt]:
        args = let.args[1:]
        mask = tuple(k for k, a in enumerate(args) if isinstance(a, Var) and a in active)
        forward, backward = pair_of(unit, mask, self.joint)
        both = Var()
        saved = Var(f"saved_{let.out.hint}" if let.out.hint else "saved")
        self.by_result[let.out] = Pair(backward, saved, args, mask, counts_of(unit))
        return [
            replace(let, out=both, args=(Const(forward), *args)),
            Let(let.out, prims.getitem, (both, Const(0)), span=let.span),
            Let(saved, prims.getitem, (both, Const(1)), span=let.span),
        ]


def unit_of(let: Let) -> Unit | None:
    """The unit that a statement calls."""
    first = let.args[0] if let.prim is prims.call and let.args else None
    return first.value if isinstance(first, Const) and isinstance(first.value, Unit) else None


def has_units(block: Block) -> bool:
    return any(isinstance(s, Let) and unit_of(s) is not None for s in statements(block))


def pair_of(unit: Unit, mask: Mask, joint: Joint) -> tuple[Unit, Unit]:
    """The forward and the backward function of a unit, by which of its arguments are active."""
    memo = ("reverse", mask)
    if memo not in unit.derived:
        number = numbered(unit, "reverse")
        result = sequence("tuple", [unit.result or ANY, ANY])
        forward = Unit(f"{unit.name}_fwd{number}", result=result)
        backward = Unit(f"{unit.name}_bwd{number}", result=ANY)
        unit.derived[memo] = forward, backward
        _derive_pair(unit, mask, forward, backward, joint)
    found: tuple[Unit, Unit] = unit.derived[memo]
    return found


def prepared_unit(unit: Unit, mask: Mask) -> Prepared:
    """A unit's function, ready to be differentiated by some of its parameters."""
    fn = unit.function
    assert fn is not None
    wrt = tuple(fn.params[k].var for k in mask)
    prepared = analyse(fn, wrt, unit.facts, False)
    prepared.active -= unit.inert
    checked = with_checked_buffers(fn, wrt, prepared.types, prepared.active)
    if checked is not fn:
        prepared = analyse(checked, wrt, unit.facts, False)
        prepared.active -= unit.inert
    return prepared


def seed_type(kind: Type, seed: Var) -> Type:
    """A cotangent has the type of the result, in floating point."""
    if kind.container:
        return replace(kind, items=tuple((k, seed_type(v, seed)) for k, v in kind.items))
    if kind.kind == "num" and kind.dtype in ("int", "bool"):
        return replace(kind, dtype="float")
    return kind


def numbered(unit: Unit, mode: str) -> str:
    """Nothing, or a number for another set of active arguments."""
    count = sum(memo[0] == mode for memo in unit.derived)
    return f"_{count + 1}" if count else ""


def _derive_pair(unit: Unit, mask: Mask, forward: Unit, backward: Unit, joint: Joint) -> None:
    """Derive a unit in one piece, and split it at the boundary of its two parts."""
    prepared = prepared_unit(unit, mask)
    seed = Var("dout", user=True)
    derived = joint(prepared, seed)
    types = derived.types
    fn = drop_dead(merge_copies(derived.function, derived.labels, types))
    body = fn.block.body
    at = next(k for k, s in enumerate(body) if isinstance(s, Let) and s.prim is prims.boundary)
    whole = fn.block.results[0]
    tail = next(s for s in body if isinstance(s, Let) and s.out is whole)
    assert isinstance(tail, Let)
    value, *gradients = tail.args
    before = body[:at]
    behind = tuple(s for s in body[at + 1 :] if s is not tail)
    counts = tuple(fn.params[k] for k in counts_of(unit))
    given = {p.var for p in counts}
    result = _returned(gradients)
    back = Block((), (*behind, *result[0]), (result[1],))
    made_before = {v for s in before for v in outs(s)} | {p.var for p in fn.params}
    wanted = [v for v in free_vars(back) if v in made_before and v not in given]
    again = Again(before, given, types)
    kept = tuple(v for v in wanted if not again.compute(v))
    saved, whole = Var("saved"), Var()
    source = whole if len(kept) > 1 else saved
    unpacked = [Let(v, prims.getitem, (source, Const(k))) for k, v in enumerate(kept)]
    for let in reversed(again.made):
        back, _ = sunk(back, [let])
    unpack = Let(whole, prims.unpack, (saved, Const(len(kept))))
    back, reader = sunk(back, [unpack, *unpacked]) if kept else (back, None)
    before = _none_for_unbound(before, set(kept))
    forward.function = drop_dead(replace(
        fn, name=forward.name, doc="", block=forward_block(before, value, kept, reader)
    ))  # fmt: skip
    backward.function = drop_dead(replace(
        fn, name=backward.name, doc="",
        params=(*counts, Param(saved, "saved", KIND), Param(seed, "dout", KIND)),
        block=returned_by_path(back),
    ))  # fmt: skip
    types[whole] = sequence("tuple", [types.of(v) for v in kept])
    certain = reader is None  # else it is None on the paths that read nothing of it
    types[saved] = types[whole] if certain else Type("tuple", elem=ANY)
    for one in (forward, backward):
        assert one.function is not None
        one.types, one.primal = types, derived.primal
        one.facts = {p.var: types.of(p.var) for p in one.function.params}
    forward.facts = dict(prepared.param_types)
    sources = {v: again.source(v) for v in kept}
    backward.inert = frozenset(
        v for v, at in sources.items() if at in prepared.types and at not in prepared.active
    )


def counts_of(unit: Unit) -> Mask:
    """The parameters that are ints, by which a recursive function knows where it is."""
    assert unit.function is not None or unit.facts
    kinds = list(unit.facts.values())
    return tuple(k for k, kind in enumerate(kinds) if kind.is_scalar and kind.dtype == "int")


class Again:
    """What the backward function computes again from ints that it is given: `n % 2 == 0`."""

    def __init__(self, before: tuple[Stmt, ...], given: set[Var], types: Types) -> None:
        self.defs = definitions(Block((), before, ()))
        self.known = set(given)
        self.types = types
        self.made: list[Let] = []

    def source(self, var: Var) -> Var:
        """The value of an arm that an out of a branch passes on, where the other arm has none."""
        stmt = self.defs.get(var)
        while isinstance(stmt, If):
            k = stmt.outs.index(var)
            results = [r for r in (stmt.then.results[k], stmt.orelse.results[k]) if not _unbound(r)]
            if len(results) != 1 or not isinstance(results[0], Var):
                return var
            (var,) = results  # type: ignore[assignment]
            stmt = self.defs.get(var)
        return var

    def compute(self, var: Var) -> bool:
        """Compute a value again, if ints tell it and it costs nothing; was it possible?"""
        made = len(self.made)
        if self._compute(var, var):
            return True
        del self.made[made:]
        return False

    def _compute(self, var: Var, out: Var) -> bool:
        if var in self.known:
            return True
        stmt = self.defs.get(self.source(var))
        if not isinstance(stmt, Let) or stmt.kwargs or stmt.prim not in PLAIN:
            return False
        divides = stmt.prim in (operator.mod, operator.floordiv)
        if divides and not (isinstance(stmt.args[1], Const) and stmt.args[1].value):
            return False
        if not (self.types.of(stmt.out).is_scalar and self.types.of(stmt.out).dtype in COUNTS):
            return False
        if not all(self._compute(a, a) for a in stmt.args if isinstance(a, Var)):
            return False
        self.made.append(replace(stmt, out=out))
        self.known.add(var)
        return True


def _returned(gradients: list[Atom]) -> tuple[tuple[Stmt, ...], Atom]:
    """What a backward function returns: one cotangent, or a tuple of them."""
    if len(gradients) == 1:
        return (), gradients[0]
    out = Var()
    return (Let(out, prims.make_tuple, tuple(gradients)),), out


def _none_for_unbound(body: tuple[Stmt, ...], wanted: set[Var]) -> tuple[Stmt, ...]:
    """The statements, where a value that is not made on some path, but kept, is None there."""
    wanted = set(wanted)
    new: list[Stmt] = []
    for stmt in reversed(body):
        if isinstance(stmt, If) and any(out in wanted for out in stmt.outs):
            arms = []
            for arm in (stmt.then, stmt.orelse):
                results = tuple(
                    Const(None) if out in wanted and _unbound(r) else r
                    for out, r in zip(stmt.outs, arm.results, strict=True)
                )
                inner = {r for out, r in zip(stmt.outs, results, strict=True)
                         if out in wanted and isinstance(r, Var)}  # fmt: skip
                arms.append(replace(
                    arm, results=results, body=_none_for_unbound(arm.body, inner)
                ))  # fmt: skip
                wanted |= inner
            stmt = replace(stmt, then=arms[0], orelse=arms[1])
        elif isinstance(stmt, For | While) and any(out in wanted for out in stmt.outs):
            init = tuple(
                Const(None) if out in wanted and _unbound(a) else a
                for out, a in zip(stmt.outs, stmt.init, strict=True)
            )
            wanted |= {a for a in init if isinstance(a, Var)}
            stmt = replace(stmt, init=init)
        new.append(stmt)
    return tuple(reversed(new))


def _unbound(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is UNBOUND


def tangent_of(unit: Unit, mask: Mask, derive: Callable[[Prepared], Any]) -> Unit:
    """The unit that returns the value and its tangent; it takes a tangent for each active
    argument behind the arguments."""
    memo = ("forward", mask)
    if memo not in unit.derived:
        kind = unit.result or ANY
        made = Unit(f"{unit.name}_jvp{numbered(unit, 'forward')}",
                    result=sequence("tuple", [kind, kind]))  # fmt: skip
        unit.derived[memo] = made
        derived = derive(prepared_unit(unit, mask))
        fn = drop_dead(merge_copies(derived.function, derived.labels, derived.types))
        made.function = replace(fn, name=made.name, doc="")
        made.types, made.primal = derived.types, derived.primal
        made.facts = {p.var: derived.types.of(p.var) for p in made.function.params}
    found: Unit = unit.derived[memo]
    return found


def units_in(block: Block) -> list[Unit]:
    """The units that a block calls or hands to solvers, and those that these do, each once."""
    found: dict[Unit, None] = {}

    def visit(inner: Block) -> None:
        for stmt in statements(inner):
            given = operands(stmt) if isinstance(stmt, Let) else ()
            for unit in (a.value for a in given if isinstance(a, Const)):
                if isinstance(unit, Unit) and unit not in found:
                    found[unit] = None
                    assert unit.function is not None
                    visit(unit.function.block)

    visit(block)
    _name_apart(list(found))
    return list(found)


def _name_apart(units: list[Unit]) -> None:
    """No two units that are printed in one module have one name."""
    taken: set[str] = set()
    for unit in units:
        assert unit.function is not None
        name, count = unit.function.name, 1
        while name in taken:
            count += 1
            name = f"{unit.function.name}_{count}"
        if name != unit.function.name:
            unit.name, unit.function = name, replace(unit.function, name=name)
        taken.add(name)
