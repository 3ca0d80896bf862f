"""Who shares memory: augmented assignment to a name is a write if the value is an array.

    y = x                     x and y are one array, so `y += 1` changes x too:
    y += 1                    refused, with both lines
    return np.sum(x * y)

    y = x * 2                 nobody else holds the array: `y = y + 1` is as good
    y += 1

The way out of each refusal is to write `y = y + 1`, which makes a new array.
"""

from __future__ import annotations

import operator

from ..errors import Problem
from ..ir import prims
from ..ir.nodes import Atom, Block, If, Let, Prim, Stmt, Var
from ..ir.walk import operands, statements
from ..rules.registry import rule_of
from .types import Types

#: x += y, and what it is on values that nobody shares
INPLACE: dict[Prim, Prim] = {
    getattr(operator, "i" + fn.__name__.strip("_")): fn for fn in prims.BINARY.values()
}


def clashes(block: Block, types: Types) -> list[Problem]:
    """Every augmented assignment that may change a value which is read later under another name."""
    if not any(isinstance(s, Let) and s.prim in INPLACE for s in statements(block)):
        return []
    roots: dict[Var, Var] = {}
    order = list(statements(block))
    later = _later_reads(block, order)
    problems = []
    for k, stmt in enumerate(order):
        if isinstance(stmt, If):
            for out, a, b in zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True):
                for arm in (a, b):
                    if isinstance(arm, Var):
                        roots[out] = roots.get(arm, arm)
        elif isinstance(stmt, Let):
            shared = memory_of(stmt, types)
            if shared is not None:
                roots[stmt.out] = roots.get(shared, shared)
            if stmt.prim in INPLACE:
                problem = _clash(stmt, roots, later[k], types, order[k + 1 :])
                problems += [problem] if problem else []
    return problems


def memory_of(stmt: Let, types: Types) -> Var | None:
    """The operand whose memory the result is or may be a part of."""
    first = next((a for a in stmt.args if isinstance(a, Var)), None)
    if types.of(stmt.out).array is False or first is None:
        return None
    if stmt.prim is prims.first_of or stmt.prim is getattr or stmt.prim is operator.getitem:
        return first
    rule = rule_of(stmt.prim)
    return first if rule is not None and rule.memory_of(stmt.args) in ("view", "maybe") else None


def _clash(
    stmt: Let, roots: dict[Var, Var], later: set[Var], types: Types, rest: list[Stmt]
) -> Problem | None:
    target = stmt.args[0]
    if not isinstance(target, Var) or types.of(target).array is False:
        return None
    root = roots.get(target, target)
    family = {v for v, r in roots.items() if r is root} | {root}
    shared = sorted((v for v in family & later if v is not stmt.out), key=lambda v: v.hint)
    if not shared or types.of(root).is_scalar:
        return None
    reader = next((s for s in rest if _reads(s, shared[0])), None)
    where = f", which line {reader.span.line} reads" if reader is not None and reader.span else ""
    name = stmt.out.hint
    op = INPLACE_SIGN.get(stmt.prim, "+")
    other = repr(shared[0].hint) if shared[0].hint else "another value"
    return Problem(
        f"`{name} {op}= ...` changes the array that {other} holds too{where}",
        stmt.span,
        f"write `{name} = {name} {op} ...`, which makes a new array",
    )


INPLACE_SIGN = {
    operator.iadd: "+", operator.isub: "-", operator.imul: "*", operator.itruediv: "/",
    operator.ipow: "**", operator.ifloordiv: "//", operator.imod: "%", operator.imatmul: "@",
}  # fmt: skip


def _reads(stmt: Stmt, var: Atom) -> bool:
    return any(a is var for a in operands(stmt))


def _later_reads(block: Block, order: list[Stmt]) -> list[set[Var]]:
    """For each statement in order, the variables read behind it."""
    seen = {a for a in block.results if isinstance(a, Var)}
    for stmt in order:
        if isinstance(stmt, If):
            for arm in (stmt.then, stmt.orelse):
                seen |= {a for a in arm.results if isinstance(a, Var)}
    later = []
    for stmt in reversed(order):
        later.append(set(seen))
        seen |= {a for a in operands(stmt) if isinstance(a, Var)}
    return later[::-1]
