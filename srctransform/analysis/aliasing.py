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
from collections.abc import Iterator

from ..errors import Problem
from ..ir import prims
from ..ir.nodes import Atom, Block, If, Let, Prim, Stmt, Var
from ..ir.walk import blocks, operands, statements
from ..rules.registry import rule_of
from .types import Types

#: x += y, and what it is on values that nobody shares
INPLACE: dict[Prim, Prim] = {
    getattr(operator, "i" + fn.__name__.strip("_")): fn for fn in prims.BINARY.values()
}


Event = tuple[Stmt | None, tuple[Atom, ...]]


def clashes(block: Block, types: Types) -> list[Problem]:
    """Every augmented assignment that may change a value which is read later under another name."""
    if not any(isinstance(s, Let) and s.prim in INPLACE for s in statements(block)):
        return []
    roots: dict[Var, frozenset[Var]] = {}
    _find_roots(block, types, roots)
    events = list(_events(block))
    readers = {a: k for k, (_, atoms) in enumerate(events) for a in atoms if isinstance(a, Var)}
    family: dict[Var, list[Var]] = {}
    for var, own in roots.items():
        for root in own:
            family.setdefault(root, [root]).append(var)
    problems = []
    for k, (stmt, _) in enumerate(events):
        if isinstance(stmt, Let) and stmt.prim in INPLACE:
            own = roots.get(stmt.args[0], frozenset(stmt.args[:1]))  # type: ignore[arg-type]
            named = {v for root in own for v in family.get(root, [root])}
            later = [v for v in named if readers.get(v, -1) > k and v is not stmt.out]
            later.sort(key=lambda v: (v.hint, readers[v]))
            rest = (events[j] for j in range(k + 1, len(events)))
            problem = _clash(stmt, own, later, types, rest) if later else None
            problems += [problem] if problem else []
    return problems


def _find_roots(block: Block, types: Types, roots: dict[Var, frozenset[Var]]) -> None:
    """The values whose memory each value may be a part of, where it is not its own."""

    def of(atom: Atom) -> frozenset[Var]:
        return roots.get(atom, frozenset([atom])) if isinstance(atom, Var) else frozenset()

    for stmt in block.body:
        if isinstance(stmt, If):
            for arm in (stmt.then, stmt.orelse):
                _find_roots(arm, types, roots)
            for out, a, b in zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True):
                roots[out] = of(a) | of(b)
        elif isinstance(stmt, Let):
            shared = memory_of(stmt, types)
            if shared is not None:
                roots[stmt.out] = of(shared)


def _events(block: Block) -> Iterator[Event]:
    """(statement, what it reads) as they run; None is a block's end, which reads its results."""
    for stmt in block.body:
        yield stmt, operands(stmt)
        for inner in blocks(stmt):
            yield from _events(inner)
    yield None, block.results


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
    stmt: Let, own: frozenset[Var], shared: list[Var], types: Types, rest: Iterator[Event]
) -> Problem | None:
    target = stmt.args[0]
    if not isinstance(target, Var) or types.of(target).array is False:
        return None
    if all(types.of(root).is_scalar for root in own):
        return None
    reader = next((s for s, atoms in rest if s and shared[0] in atoms), None)
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
