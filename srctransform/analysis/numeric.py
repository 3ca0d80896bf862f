"""Variables that must be numbers, by what is done with them: facts that no annotation gave.

h = np.tanh(w @ x)      w and x are numbers, or the program fails
v = h[1:]               h is an array if v is used as a number
"""

from __future__ import annotations

import operator
from collections import defaultdict

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Var, While
from ..ir.units import Unit
from ..ir.walk import statements
from ..rules.registry import Rule, rule_of
from ..runtime import added_in, assemble, gradient_of, part_of, place, require_floats, zero_at
from .loops import carried

#: statements that pass their operands on as they are, so a container may be among them
TRANSPARENT = frozenset({
    operator.getitem, getattr, len, isinstance, print, type, repr, str, list, tuple, dict, zip,
    enumerate, reversed, sorted, range, iter, id, bool, operator.is_, operator.is_not, operator.eq,
    operator.ne, operator.not_, prims.unpack, prims.unpack_starred, prims.make_tuple,
    prims.make_list, prims.make_dict, prims.make_record, prims.first_of, prims.call_method,
    prims.call, prims.apply, prims.concat_args, prims.merge_kwargs, prims.fstring, prims.assert_,
    prims.is_in, prims.not_in, prims.closure, prims.map_list, prims.only_if, added_in, assemble,
    gradient_of, part_of, place, require_floats, zero_at,
})  # fmt: skip

#: builtins that go through their only operand, which may be a container
ITERATING = frozenset({sum, min, max})


def numeric_uses(block: Block) -> frozenset[Var]:
    """Variables that are operands of arithmetic or of NumPy functions, so they are numbers."""
    found: set[Var] = set()
    asked = {a for stmt in statements(block) if isinstance(stmt, Let) for a in _asked(stmt)}
    displays = {
        stmt.out: stmt.args
        for stmt in statements(block)
        if isinstance(stmt, Let) and stmt.prim in (prims.make_tuple, prims.make_list)
    }
    joined = set(displays)
    for stmt in statements(block):
        if not isinstance(stmt, Let):
            continue
        if stmt.prim in (operator.add, operator.mul) and not joined.isdisjoint(stmt.args):
            joined.add(stmt.out)  # xs + [v], [v] * n
            continue
        if stmt.prim in prims.FOUND:
            found.update(_numbers_of_unit(stmt, displays))
        elif stmt.prim in INDEXED:
            index = stmt.args[INDEXED[stmt.prim]]
            if stmt.prim is prims.accumulate_at or _takes_part(index):
                found.update(a for a in stmt.args[:1] if isinstance(a, Var))
            if stmt.prim in (prims.accumulate, prims.accumulate_at):
                found.update(a for a in stmt.args[1:2] if isinstance(a, Var) and a not in displays)
        elif stmt.prim not in TRANSPARENT and not (stmt.prim in ITERATING and len(stmt.args) == 1):
            rule = rule_of(stmt.prim)
            if rule is not None:
                found.update(_numbers_among(stmt, rule, displays))
    return _with_sources(block, found - asked) - asked


def _numbers_of_unit(stmt: Let, displays: dict[Var, tuple[Atom, ...]]) -> set[Var]:
    """The operands of a function that a solver is given, which are numbers if they are in there;
    and what a differential equation starts from, or the limits of an integral."""
    values = (a.value for a in stmt.args if isinstance(a, Const))
    unit = next((v for v in values if isinstance(v, Unit)), None)
    if unit is None or unit.function is None:
        return set()
    flows = stmt.prim in (prims.odeint_of, prims.solve_ivp_of)
    points = 2 if flows else 1
    params = unit.function.params[points:]
    numbers = numeric_uses(unit.function.block)
    given = zip(stmt.args[len(stmt.args) - len(params) :], params, strict=True)
    start = displays.get(stmt.args[2], stmt.args[2:3]) if flows else ()  # type: ignore[arg-type]
    if stmt.prim is prims.integral_of:
        start = stmt.args[3:5]
    return {a for a, p in given if isinstance(a, Var) and p.var in numbers} | {
        a for a in start if isinstance(a, Var)
    }


def _asked(stmt: Let) -> tuple[Atom, ...]:
    """What a program asks whether it is a container: no use of it tells."""
    if stmt.prim is type and len(stmt.args) == 1:
        return stmt.args
    if stmt.prim is not isinstance or not isinstance(stmt.args[1], Const):
        return ()
    classes = stmt.args[1].value
    classes = classes if isinstance(classes, tuple) else (classes,)
    return () if all(c in NUMBERS or issubclass(c, np.generic) for c in classes) else stmt.args[:1]


#: classes of numbers and arrays
NUMBERS = frozenset({int, float, complex, bool, np.ndarray})


#: statements that index their first operand, and where the index stands
INDEXED = {operator.getitem: 1, prims.store: 2, prims.accumulate: 2, prims.accumulate_at: 2}


def _takes_part(index: Atom) -> bool:
    """Is it an index that only arrays take, as in x[:, 0] and x[..., None]?"""
    parts = index.value if isinstance(index, Const) else ()
    return isinstance(parts, tuple) and any(
        p is None or p is Ellipsis or isinstance(p, slice) for p in parts
    )


def _numbers_among(stmt: Let, rule: Rule, displays: dict[Var, tuple[Atom, ...]]) -> set[Var]:
    """The operands that are numbers: those the rule differentiates by, and items of displays."""
    operands = list(stmt.args)
    if rule.signature is not None and not rule.elementwise and not rule.constant:
        names = [
            p.name for p in rule.signature.parameters.values() if p.kind is not p.VAR_POSITIONAL
        ]
        operands = [a for k, a in enumerate(stmt.args) if k >= len(names) or names[k] in rule.args]
    operands += [a for key, a in stmt.kwargs if key in rule.args]
    found: set[Var] = set()
    while operands:
        a = operands.pop()
        if not isinstance(a, Var):
            continue
        if a in displays:
            operands += displays[a]
        elif not rule.containers or a not in stmt.args:
            found.add(a)
    return found


def _with_sources(block: Block, found: set[Var]) -> frozenset[Var]:
    """With a number goes what it was before: x is an array if the slice x[1:] is a number, a buffer
    is one if its next version is, a carried value if it is read as a number in the body."""
    implied: defaultdict[Var, list[Atom]] = defaultdict(list)
    for stmt in statements(block):
        match stmt:
            case Let():
                first = stmt.args[:1]
                index = stmt.args[1] if stmt.prim is operator.getitem else None
                if isinstance(index, Const) and isinstance(index.value, slice):
                    implied[stmt.out] += first
                elif stmt.prim is prims.first_of:
                    implied[stmt.out] += stmt.args
                elif stmt.prim in WRITES and isinstance(first[0], Var):
                    implied[stmt.out] += first
                    implied[first[0]] += (stmt.out, *(stmt.args[1:2] if len(stmt.args) < 4 else ()))
            case If():
                arms = zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True)
                for out, a, b in arms:
                    implied[out] += (a, b)
            case For() | While():
                rows = zip(stmt.outs, carried(stmt), stmt.init, stmt.body.results, strict=False)
                for out, p, first_value, result in rows:
                    implied[out] += (first_value, result)
                    implied[p] += (first_value, result)
    waiting = list(found)
    while waiting:
        for a in implied.get(waiting.pop(), ()):
            if isinstance(a, Var) and a not in found:
                found.add(a)
                waiting.append(a)
    return frozenset(found)


WRITES = frozenset({prims.store, prims.accumulate, prims.accumulate_at})
