"""What a round records goes onto one list, as a tuple.

    u_stack.append(a)                     records.append((a, b))
    v_stack.append(b)              →      ...
    ...                                   a, b = records.pop()
    b = v_stack.pop()
    a = u_stack.pop()

That holds for lists that are made in one place, added to in one block, and read in one block, by
the same index. Two lists that are read by the round stay two: they have names of their own. A value
whose name is given to another one before the last is made stays on a list of its own, too.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, Function, If, Let, Stmt, Var
from ..ir.types import sequence
from ..ir.walk import blocks, count_uses, definitions, outs, statements, with_block
from ..optimize.dead import drop_dead
from .order import stem


@dataclass
class Column:
    """A list of which one statement makes the entries, and one reads them."""

    stack: Var
    home: Block
    push: Let
    pushed_in: Block
    read: Let
    read_in: Block

    @property
    def value(self) -> Atom:
        return self.push.args[1]


@dataclass
class Table:
    """Lists that become one."""

    columns: list[Column]
    out: Var = field(default_factory=lambda: Var("records"))
    row: Var = field(default_factory=Var)


def with_records(fn: Function, types: Types) -> Function:
    """The function with one list for what is recorded in one place."""
    tables = list(_tables(fn.block))
    if not tables:
        return fn
    return drop_dead(with_block(fn, _Writer(tables, types).block(fn.block)))


def sizes_of_records(block: Block, defs: Mapping[Var, Stmt]) -> dict[Var, int]:
    """How many values each entry of a list has, for lists of tuples."""
    found: dict[Var, int] = {}
    for stmt in statements(block):
        if isinstance(stmt, Let) and stmt.prim is prims.push and isinstance(stmt.args[0], Var):
            made = defs.get(stmt.args[1]) if isinstance(stmt.args[1], Var) else None
            is_tuple = isinstance(made, Let) and made.prim is prims.make_tuple
            size = len(made.args) if is_tuple and isinstance(made, Let) else 0
            found[stmt.args[0]] = size if found.get(stmt.args[0], size) == size else 0
    return found


def record_size(stmt: Stmt | None, sizes: Mapping[Var, int]) -> int:
    """How many values a statement reads from such a list, or takes a tuple apart into."""
    if isinstance(stmt, Let) and stmt.prim is prims.unpack and isinstance(stmt.args[1], Const):
        return int(stmt.args[1].value)
    if isinstance(stmt, Let) and stmt.prim in READS and isinstance(stmt.args[0], Var):
        return sizes.get(stmt.args[0], 0)
    return 0


READS = frozenset({prims.pop, operator.getitem})


# ---------------------------------------------------------------- what goes together


def _tables(block: Block) -> Iterator[Table]:
    defs = definitions(block)
    groups: dict[object, list[Column]] = {}
    for column in _columns(block):
        read = column.read
        index = _index_key(read.args[1], defs) if len(read.args) > 1 else None
        key = (id(column.home), id(column.pushed_in), id(column.read_in), read.prim, index)
        groups.setdefault(key, []).append(column)
    for columns in groups.values():
        yield from (Table(run) for run in _runs(columns) if len(run) > (2 if _is_clear(run) else 1))


def _is_clear(run: list[Column]) -> bool:
    """Is each a history of a value that has a name?"""
    values = [c.value for c in run]
    named = all(isinstance(a, Var) and a.named for a in values)
    return named and run[0].read.prim is not prims.pop


def _columns(block: Block) -> list[Column]:
    """The lists with one statement that adds to them, and one that reads."""
    homes: dict[Var, Block] = {}
    pushes: dict[Var, tuple[Let, Block]] = {}
    reads: dict[Var, tuple[Let, Block]] = {}
    for inner in _all_blocks(block):
        for stmt in inner.body:
            first = stmt.args[0] if isinstance(stmt, Let) and stmt.args else None
            if isinstance(stmt, Let) and stmt.prim is prims.new_stack:
                homes[stmt.out] = inner
            elif isinstance(stmt, Let) and isinstance(first, Var):
                if stmt.prim is prims.push:
                    pushes[first] = stmt, inner
                elif stmt.prim in READS:
                    reads[first] = stmt, inner
    uses = count_uses(block)
    return [
        Column(stack, homes[stack], *pushes[stack], *reads[stack])
        for stack in pushes
        if stack in homes and stack in reads and uses[stack] == 2
    ]


def _all_blocks(block: Block) -> Iterator[Block]:
    yield block
    for stmt in block.body:
        for inner in blocks(stmt):
            yield from _all_blocks(inner)


def _index_key(index: Atom, defs: Mapping[Var, Stmt]) -> object:
    """Equal for indices that are computed alike."""
    made = defs.get(index) if isinstance(index, Var) else None
    if isinstance(made, Let) and made.prim in (operator.add, operator.sub):
        return made.prim, *(a.value if isinstance(a, Const) else a for a in made.args)
    return index


def _runs(columns: list[Column]) -> Iterator[list[Column]]:
    """Columns whose values all still have their names where the last of them is made."""
    body = columns[0].pushed_in.body
    place = {id(stmt): k for k, stmt in enumerate(body)}
    names: dict[object, list[int]] = {}  # where something of a name is made
    for k, stmt in enumerate(body):
        inner = (s for block in blocks(stmt) for s in statements(block))
        for var in (v for s in (stmt, *inner) for v in outs(s) if v.named):
            names.setdefault(stem(var), []).append(k)
    run: list[Column] = []
    for column in sorted(columns, key=lambda c: place[id(c.push)]):
        at = place[id(column.push)]
        if any(_is_renamed(c.value, place[id(c.push)], at, names) for c in run):
            yield run
            run = []
        run.append(column)
    yield run


def _is_renamed(value: Atom, start: int, stop: int, names: Mapping[object, list[int]]) -> bool:
    if not (isinstance(value, Var) and value.named):
        return False
    return any(start < at < stop for at in names.get(stem(value), ()))


# ---------------------------------------------------------------- rewriting


class _Writer:
    def __init__(self, tables: list[Table], types: Types) -> None:
        self.types = types
        self.made = {id(t.columns[0].stack): t for t in tables}
        self.gone = {c.stack for t in tables for c in t.columns}
        self.last = {id(t.columns[-1].push): t for t in tables}
        self.reads: dict[int, tuple[Table, int]] = {
            id(c.read): (t, k) for t in tables for k, c in enumerate(t.columns)
        }
        self.opened: set[Var] = set()  # tables whose row has been read

    def block(self, block: Block) -> Block:
        body: list[Stmt] = []
        for stmt in block.body:
            body += self.let(stmt) if isinstance(stmt, Let) else [self.inside(stmt)]
        return replace(block, body=tuple(body))

    def inside(self, stmt: Stmt) -> Stmt:
        if isinstance(stmt, If):
            return replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse))
        assert not isinstance(stmt, Let)
        return replace(stmt, body=self.block(stmt.body))

    def let(self, let: Let) -> list[Stmt]:
        if let.prim is prims.new_stack and let.out in self.gone:
            table = self.made.get(id(let.out))
            return [replace(let, out=table.out)] if table is not None else []
        if id(let) in self.last:
            table = self.last[id(let)]
            row = Var()
            values = tuple(c.value for c in table.columns)
            self.types[row] = sequence("tuple", [self.types.of(a) for a in values])
            return [
                Let(row, prims.make_tuple, values),
                replace(let, args=(table.out, row)),
            ]
        if let.prim is prims.push and let.args[0] in self.gone:
            return []
        if id(let) in self.reads:
            table, k = self.reads[id(let)]
            return self.read(let, table, k)
        return [let]

    def read(self, let: Let, table: Table, k: int) -> list[Stmt]:
        entry = Let(let.out, operator.getitem, (table.row, Const(k)))
        if table.out in self.opened:
            return [entry]
        self.opened.add(table.out)
        values = [self.types.of(c.value) for c in table.columns]
        self.types[table.row] = sequence("tuple", values)
        return [replace(let, out=table.row, args=(table.out, *let.args[1:])), entry]
