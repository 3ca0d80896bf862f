"""Variables that must be numbers, by what is done with them: facts that no annotation gave.

h = np.tanh(w @ x)      w and x are numbers, or the program fails
v = h[1:]               h is an array if v is used as a number
"""

from __future__ import annotations

import operator

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, Let, Var
from ..ir.walk import statements
from ..rules.registry import Rule, rule_of

#: statements that pass their operands on as they are, so a container may be among them
TRANSPARENT = frozenset({
    operator.getitem, getattr, len, isinstance, print, type, repr, str, list, tuple, dict, zip,
    enumerate, reversed, sorted, range, iter, id, bool, operator.is_, operator.is_not, operator.eq,
    operator.ne, operator.not_, prims.unpack, prims.unpack_starred, prims.make_tuple,
    prims.make_list, prims.make_dict, prims.make_record, prims.first_of, prims.call_method,
    prims.call, prims.apply, prims.concat_args, prims.merge_kwargs, prims.fstring, prims.assert_,
    prims.is_in, prims.not_in, prims.closure, prims.map_list, prims.only_if,
})  # fmt: skip


def numeric_uses(block: Block) -> frozenset[Var]:
    """Variables that are operands of arithmetic or of NumPy functions, so they are numbers."""
    found: set[Var] = set()
    displays = {
        stmt.out: stmt.args
        for stmt in statements(block)
        if isinstance(stmt, Let) and stmt.prim in (prims.make_tuple, prims.make_list)
    }
    for stmt in statements(block):
        if isinstance(stmt, Let) and stmt.prim not in TRANSPARENT:
            rule = rule_of(stmt.prim)
            if rule is not None:
                found.update(_numbers_among(stmt, rule, displays))
        elif isinstance(stmt, Let) and stmt.prim is operator.getitem:
            base, index = stmt.args
            parts = index.value if isinstance(index, Const) else ()
            if (
                isinstance(parts, tuple)
                and any(p is None or p is Ellipsis or isinstance(p, slice) for p in parts)
                and isinstance(base, Var)
            ):
                found.add(base)
    return _through_slices(block, frozenset(found))


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


def _through_slices(block: Block, numeric: frozenset[Var]) -> frozenset[Var]:
    """x is an array if the slice x[1:] is used as a number."""
    found = set(numeric)
    for stmt in reversed(list(statements(block))):
        if isinstance(stmt, Let) and stmt.prim is operator.getitem and stmt.out in found:
            base, index = stmt.args
            if (
                isinstance(index, Const)
                and isinstance(index.value, slice)
                and isinstance(base, Var)
            ):
                found.add(base)
        if isinstance(stmt, Let) and stmt.prim is prims.first_of and stmt.out in found:
            found.update(a for a in stmt.args if isinstance(a, Var))
    return frozenset(found)
