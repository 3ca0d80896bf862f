"""Stacks of loops that stand alone become lists that are read by the round.

    h_stack = []                          h_hist = [h]
    for i in range(n):                    for i in range(n):
        h_stack.append(h)                     h = np.tanh(w * h)
        h = np.tanh(w * h)          →         h_hist.append(h)
        h_stack1.append(h)
    for i in range(n - 1, -1, -1):        for i in range(n - 1, -1, -1):
        h = h_stack1.pop()                    ... h_hist[i + 1] ... h_hist[i]
        h_1 = h_stack.pop()

That holds for what every round of a loop records once, if the stack is made where the loop stands.
Where a carried value is recorded both as it enters a round and as it leaves it, one list does for
both. A counter that was only there to know the number of rounds gives way to the length of such a
list.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.types import SCALAR_INT
from ..ir.walk import count_uses, definitions, statements, substitute_block, with_block
from ..optimize.dead import drop_dead
from .lifetimes import is_unbound


@dataclass
class Record:
    """A stack: where it is pushed onto and popped from, once each, in every round."""

    stack: Var
    loop: For | While
    push: Let
    mirror: For
    pop: Let
    history: Var = field(default_factory=Var)
    begins: int | None = None  # the carried value that the history holds before the first round
    shift: int = 0  # of the entry that a round reads

    @property
    def value(self) -> Atom:
        return self.push.args[1]


def with_histories(fn: Function, types: Types) -> Function:
    """The function with its stacks as lists, where each is pushed and popped once a round."""
    found = _records(fn.block)
    if not found:
        return fn
    return drop_dead(with_block(fn, _Writer(fn.block, found, types).block(fn.block)))


def _records(block: Block) -> list[Record]:
    """The stacks that can become lists."""
    if not any(isinstance(s, Let) and s.prim is prims.new_stack for s in statements(block)):
        return []
    defs, uses = definitions(block), count_uses(block)
    found: list[Record] = []
    for region in _regions(block):
        found += _records_of(region, defs, uses)
    _pair(found)
    return found


def _regions(block: Block) -> Iterator[Block]:
    """The function, and the bodies of its loops."""
    yield block
    for loop in _loops_in(block):
        yield from _regions(loop.body)


def _records_of(region: Block, defs: dict[Var, Stmt], uses: Counter[Var]) -> list[Record]:
    """Those of loops of one region, whose stacks are made in it too."""
    loops, stacks = _loops_in(region), _stacks_in(region)
    by_key = {loop.key: loop for loop in loops}
    pushes: dict[Var, tuple[For | While, Let]] = {}
    pops: dict[Var, tuple[For, Let]] = {}
    for loop in loops:
        for stmt in loop.body.body:
            if isinstance(stmt, Let) and stmt.prim is prims.push:
                pushes[stmt.args[0]] = loop, stmt  # type: ignore[index]
            elif isinstance(stmt, Let) and stmt.prim is prims.pop and isinstance(loop, For):
                pops[stmt.args[0]] = loop, stmt  # type: ignore[index]
    found = []
    for stack, (loop, push) in pushes.items():
        if stack in stacks and stack in pops and uses[stack] == 2:
            mirror, pop = pops[stack]
            if mirror.mirrors is loop.key and loop.key in by_key and _counts_down(mirror, defs):
                found.append(Record(stack, loop, push, mirror, pop))
    return found


def _stacks_in(block: Block) -> set[Var]:
    found: set[Var] = set()
    for stmt in block.body:
        if isinstance(stmt, Let) and stmt.prim is prims.new_stack:
            found.add(stmt.out)
        elif isinstance(stmt, If):
            found |= _stacks_in(stmt.then) | _stacks_in(stmt.orelse)
    return found


def _loops_in(block: Block) -> list[For | While]:
    """The loops that are inside of no other."""
    found: list[For | While] = []
    for stmt in block.body:
        if isinstance(stmt, For | While):
            found.append(stmt)
        elif isinstance(stmt, If):
            found += _loops_in(stmt.then) + _loops_in(stmt.orelse)
    return found


def _counts_down(mirror: For, defs: dict[Var, Stmt]) -> bool:
    return _first_round(mirror, defs) is not None


def _first_round(mirror: For, defs: dict[Var, Stmt]) -> Atom | None:
    """What a mirrored loop's variable is in the round that undoes the first: 0 in
    `range(n - 1, -1, -1)`; None if it does not count down one by one."""
    source = defs.get(mirror.iterable) if isinstance(mirror.iterable, Var) else None
    if not (isinstance(source, Let) and source.prim is range and len(source.args) == 3):
        return None
    _, stop, step = source.args
    if not (isinstance(step, Const) and step.value == -1):
        return None
    if isinstance(stop, Const):
        return Const(stop.value + 1) if isinstance(stop.value, int) else None
    made = defs.get(stop)
    if isinstance(made, Let) and made.prim is operator.sub:
        first, one = made.args
        return first if isinstance(one, Const) and one.value == 1 else None
    return None


def _pair(found: list[Record]) -> None:
    """One history for a carried value that is recorded as it enters and as it leaves."""
    by_value = {(record.loop.key, record.value): record for record in found}
    for record in found:
        loop = record.loop
        params = loop.body.params[isinstance(loop, For) :]
        if record.value not in params:
            continue
        k = params.index(record.value)
        other = by_value.get((loop.key, loop.body.results[k]))
        if other is None or other is record or other.begins is not None:
            continue
        if is_unbound(loop.init[k]):
            continue
        record.history, other.begins, other.shift = other.history, k, 1
        if isinstance(record.value, Var) and record.value.hint:
            other.history = record.history = Var(f"{record.value.hint}_hist")


class _Writer:
    """Rewrites the function."""

    def __init__(self, block: Block, found: list[Record], types: Types) -> None:
        self.types = types
        self.defs = definitions(block)
        self.uses = count_uses(block)
        self.stacks = {r.stack for r in found}
        self.pushes = {id(r.push): r for r in found}
        self.pops = {id(r.pop): r for r in found}
        self.by_loop: dict[object, list[Record]] = {}
        for record in found:
            self.by_loop.setdefault(record.loop.key, []).append(record)
        self.mirrored = {r.mirror.key: r.mirror for r in found}
        self.shared = {r.history for r in found if r.shift}
        self.lengths: dict[Var, tuple[Var, int]] = {}  # a counter -> a history, and what it holds

    def block(self, block: Block) -> Block:
        body: list[Stmt] = []
        for stmt in block.body:
            body += self.statement(stmt)
        return replace(block, body=tuple(body))

    def statement(self, stmt: Stmt) -> list[Stmt]:
        match stmt:
            case Let() if stmt.prim is prims.new_stack and stmt.out in self.stacks:
                return []
            case Let() if stmt.prim is operator.sub and stmt.args[0] in self.lengths:
                return self.length(stmt)
            case If():
                then, orelse = self.block(stmt.then), self.block(stmt.orelse)
                return [replace(stmt, then=then, orelse=orelse)]
            case For() | While():
                inner = replace(stmt, body=self.block(stmt.body))
                if stmt.key in self.by_loop:
                    return self.loop(inner)
                if stmt.key in self.mirrored and isinstance(inner, For):
                    return [self.mirror(inner)]
                return [inner]
        return [stmt]

    # ------------------------------------------------------------ the loop that records

    def loop(self, stmt: For | While) -> list[Stmt]:
        before: list[Stmt] = []
        inits = list(stmt.init)
        records = self.by_loop[stmt.key]
        for record in records:
            if record.history in self.shared and not record.shift:
                continue
            if record.begins is None:
                before.append(Let(record.history, prims.new_stack))
                continue
            k = record.begins
            first = inits[k]
            if isinstance(first, Const):  # `h = 0.0` has a line of its own
                out = stmt.outs[k]
                named = Var(out.hint, out.role, out.of, out.user)
                self.types[named] = self.types.of(first)
                before.append(Let(named, prims.first_of, (first,)))
                first = inits[k] = named
            before.append(Let(record.history, prims.make_list, (first,)))
        body: list[Stmt] = []
        for s in stmt.body.body:
            record_of = self.pushes.get(id(s))
            if record_of is None:
                body.append(s)
            elif record_of.shift or record_of.history not in self.shared:
                assert isinstance(s, Let)
                body.append(replace(s, args=(record_of.history, s.args[1])))
        self.find_counter(stmt, records[0])
        new = replace(stmt, init=tuple(inits), body=replace(stmt.body, body=tuple(body)))
        return [*before, new]

    def find_counter(self, stmt: For | While, record: Record) -> None:
        """The number of rounds is the length of a history, less what it begins with."""
        defs = self.defs
        params = stmt.body.params[isinstance(stmt, For) :]
        for k, (init, result, out) in enumerate(
            zip(stmt.init, stmt.body.results, stmt.outs, strict=False)
        ):
            made = defs.get(result) if isinstance(result, Var) else None
            counts = isinstance(made, Let) and made.prim is operator.add and not out.user
            starts = isinstance(init, Const) and type(init.value) is int and init.value == 0
            if counts and starts and isinstance(made, Let) and made.args[0] is params[k]:
                one = made.args[1]
                if isinstance(one, Const) and one.value == 1 and self.uses[out] == 1:
                    self.lengths[out] = record.history, int(record.history in self.shared)

    def length(self, stmt: Let) -> list[Stmt]:
        """`count - 1` as `len(h_hist) - 1`."""
        history, extra = self.lengths[stmt.args[0]]  # type: ignore[index]
        less = stmt.args[1]
        if not isinstance(less, Const):
            return [stmt]
        length = Var()
        self.types[length] = SCALAR_INT
        return [
            Let(length, len, (history,)),
            replace(stmt, args=(length, Const(less.value + extra))),
        ]

    # ------------------------------------------------------------ the loop that reads

    def mirror(self, stmt: For) -> For:
        reads = Counter(count_uses(stmt.body))
        first = _first_round(stmt, self.defs)
        assert first is not None
        item = stmt.body.params[0]
        body: list[Stmt] = []
        env: dict[Var, Atom] = {}
        if item.hint.startswith("_"):  # it is read now
            env[item] = item = Var("k")
            self.types[item] = SCALAR_INT
        named: set[str] = set()
        for s in stmt.body.body:
            record = self.pops.get(id(s))
            if record is None:
                body.append(s)
                continue
            old = record.pop.out
            single = reads[old] == 1
            new = Var("", of=None) if single else self.entry(record, named)
            self.types[new] = self.types.of(old)
            env[old] = new
            shift = record.shift - (first.value if isinstance(first, Const) else 0)
            body += self.read(record.history, item, first, shift, new)
        inner = substitute_block(replace(stmt.body, body=tuple(body)), env)
        return replace(stmt, body=replace(inner, params=(item, *inner.params[1:])))

    def entry(self, record: Record, named: set[str]) -> Var:
        """The name of what a round reads: `x`, and `x_next` for what it handed on."""
        old = record.pop.out
        if record.shift and old.hint in named:
            return replace(old, hint=f"{old.hint}_next")
        named.add(old.hint)
        return Var(old.hint, old.role, old.of, old.user)

    def read(self, history: Var, item: Var, first: Atom, shift: int, out: Var) -> list[Stmt]:
        """`out = history[item - first + shift]`."""
        lets: list[Stmt] = []
        index: Atom = item
        if isinstance(first, Var):
            base, index = index, Var()
            lets.append(Let(index, operator.sub, (base, first)))
        if shift:
            base, index = index, Var()
            prim = operator.add if shift > 0 else operator.sub
            lets.append(Let(index, prim, (base, Const(abs(shift)))))
        for let in lets:
            assert isinstance(let, Let)
            self.types[let.out] = SCALAR_INT
        return [*lets, Let(out, operator.getitem, (history, index))]
