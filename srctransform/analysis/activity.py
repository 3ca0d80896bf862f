"""IR -> the variables that matter to a derivative: they vary with the inputs and reach the result.

a = sin(x)      a varies
n = shape(a)    n does not: shapes have no derivative
b = cos(w)      b does not vary with x
return a        so {x, a} is active
"""

from __future__ import annotations

from collections.abc import Iterable

from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Var, While
from ..ir.walk import blocks, operands, outs
from ..rules.registry import rule_of
from .types import Types


def active_vars(block: Block, inputs: Iterable[Var], types: Types) -> set[Var]:
    """The variables that depend on `inputs` and on which a result depends, smoothly."""
    varied = set(inputs)
    _forward(block, varied, types)
    useful = {a for a in block.results if isinstance(a, Var)}
    _backward(block, useful, varied)
    return varied & useful


def blocks_derivative(stmt: Let) -> bool:
    """Is the result constant as far as derivatives go, whatever the operands do?"""
    rule = rule_of(stmt.prim)
    return (rule is not None and rule.constant) or stmt.prim in INERT


INERT = frozenset({
    print, isinstance, len, type, id, repr, str, bool, int, range, prims.fstring, prims.assert_,
    prims.is_in, prims.not_in, prims.dtype_of,
})  # fmt: skip


def _forward(block: Block, varied: set[Var], types: Types) -> None:
    for stmt in block.body:
        match stmt:
            case Let():
                if not blocks_derivative(stmt) and _any(operands(stmt), varied):
                    kind = types.of(stmt.out)
                    if kind.dtype not in ("int", "bool") or kind.kind != "num":
                        varied.add(stmt.out)
            case If():
                _forward(stmt.then, varied, types)
                _forward(stmt.orelse, varied, types)
                _join(stmt, (stmt.then, stmt.orelse), varied)
            case For() | While():
                raise AssertionError("loops are refused before activity is asked for")


def _join(stmt: If, arms: tuple[Block, ...], varied: set[Var]) -> None:
    for k, out in enumerate(stmt.outs):
        if any(arm.results[k] in varied for arm in arms):
            varied.add(out)


def _backward(block: Block, useful: set[Var], varied: set[Var]) -> None:
    for stmt in reversed(block.body):
        if not any(out in useful and out in varied for out in outs(stmt)):
            if isinstance(stmt, Let) or not _any(outs(stmt), useful):
                continue
        if isinstance(stmt, If):
            for arm in blocks(stmt):
                for out, result in zip(stmt.outs, arm.results, strict=True):
                    if out in useful and isinstance(result, Var):
                        useful.add(result)
                _backward(arm, useful, varied)
        else:
            useful.update(a for a in operands(stmt) if isinstance(a, Var))


def _any(atoms: Iterable[Atom], varied: set[Var]) -> bool:
    return any(a in varied for a in atoms if isinstance(a, Var))
