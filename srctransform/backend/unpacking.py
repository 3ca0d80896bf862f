"""What is taken apart is taken apart at once, in the header of a loop or left of an equals sign.

for item in zip(x, y):            for a, b in zip(x, y):
    a = item[0]             →         s = s + a * b
    s = s + a * item[1]

both = f_fwd(x)                   y, saved = f_fwd(x)
t = both[0] + 1.0           →     t = y + 1.0
... both[1]                       ... saved

row = records.pop()               a, b = records.pop()
... row[0]                  →     ... a
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ir import prims
from ..ir.nodes import Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import count_uses, definitions, statements, with_block
from .records import record_size, sizes_of_records
from .surroundings import callee


def taken_apart_first(fn: Function) -> Function:
    """The function, where the parts of such a value are read where it is made."""
    bases = whole_values(fn.block)
    return with_block(fn, _block(fn.block, bases, None)) if bases else fn


def whole_values(block: Block) -> set[Var]:
    """Items of loops over tuples, and results of calls, that are read only part by part."""
    defs = definitions(block)
    found: dict[Var, Block] = {}
    _find(block, defs, sizes_of_records(block, defs), found)
    if not found:
        return set()
    uses = count_uses(block)
    parts: dict[Var, list[int]] = {}
    for base, home in found.items():
        keys = [part_of(s, base) for s in home.body]
        parts[base] = [k for k in keys if k is not None]
    return {
        base
        for base, keys in parts.items()
        if len(keys) == len(set(keys)) == uses[base] and len(keys) > 1
    }


def part_of(stmt: Stmt, base: Var) -> int | None:
    """Which part of a value a statement reads, if that is what it does."""
    if not (isinstance(stmt, Let) and stmt.prim is prims.getitem and stmt.args[0] is base):
        return None
    index = stmt.args[1]
    known = isinstance(index, Const) and type(index.value) is int and index.value >= 0
    return index.value if known and isinstance(index, Const) else None


def _find(
    block: Block, defs: Mapping[Var, Stmt], sizes: Mapping[Var, int], found: dict[Var, Block]
) -> None:
    for stmt in block.body:
        match stmt:
            case Let():
                if callee(stmt) is not None or record_size(stmt, sizes):
                    found[stmt.out] = block
            case If():
                _find(stmt.then, defs, sizes, found)
                _find(stmt.orelse, defs, sizes, found)
            case For():
                source = defs.get(stmt.iterable) if isinstance(stmt.iterable, Var) else None
                if tuple_size(source):
                    found[stmt.body.params[0]] = stmt.body
                _find(stmt.body, defs, sizes, found)
            case While():
                _find(stmt.test, defs, sizes, found)
                _find(stmt.body, defs, sizes, found)


def tuple_size(source: Stmt | None) -> int:
    """How many values each item of an iterable has; 0 if that is not known."""
    if not isinstance(source, Let):
        return 0
    if source.prim is zip:
        return len(source.args)
    name = source.args[1] if source.prim is prims.call_method else None
    items = isinstance(name, Const) and name.value == "items"
    return 2 if source.prim is enumerate or items else 0


def _block(block: Block, bases: set[Var], item: Var | None) -> Block:
    mine: dict[Var, list[Stmt]] = {}
    rest: list[Stmt] = []
    for stmt in block.body:
        base = stmt.args[0] if isinstance(stmt, Let) and stmt.args else None
        if isinstance(base, Var) and base in bases and part_of(stmt, base) is not None:
            mine.setdefault(base, []).append(stmt)
        else:
            rest.append(stmt)
    body = mine.pop(item, []) if item is not None else []
    for stmt in rest:
        match stmt:
            case Let():
                body += [stmt, *mine.get(stmt.out, [])]
            case If():
                then, orelse = (_block(b, bases, None) for b in (stmt.then, stmt.orelse))
                body.append(replace(stmt, then=then, orelse=orelse))
            case For():
                inner = _block(stmt.body, bases, stmt.body.params[0])
                body.append(replace(stmt, body=inner))
            case While():
                test, inner = (_block(b, bases, None) for b in (stmt.test, stmt.body))
                body.append(replace(stmt, test=test, body=inner))
    return replace(block, body=tuple(body))


def parts(block: Block) -> set[Var]:
    """The parts of such values, which are named where the values are taken apart."""
    bases = whole_values(block)
    return {
        s.out
        for s in statements(block)
        if isinstance(s, Let) and s.prim is prims.getitem and s.args[0] in bases
    }
