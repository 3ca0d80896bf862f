"""Every write may be printed in place: the copies that this needs are inserted, and no others.

    d = du[1:-1]                          d = np.copy(du[1:-1])      it is read after the write
    du1 = store(du, 0.0, 1:-1)     →      du1 = store(du, 0.0, 1:-1)
    u1 = du1 + d                          u1 = du1 + d

    for t carrying u = x:                 u0 = np.copy(x)            nobody writes into a parameter
      u1 = store(u, 0.0, t)        →      for t carrying u = u0:
      yield u1                              ...

In the IR a write makes the next version of a buffer; printed, it changes the one object that all
versions share. That is the same as long as no value in that object is read after the write but the
new version, and as long as the object belongs to the program. One walk through the program knows
which values may share memory (`sharing`) and which are still needed (`readers`); loops are walked
until nothing more is shared. Where a write clashes with a reader, the cheapest copy is chosen that
parts them, and the walk goes on from there:

    value   of a view that is read later, where it is made
    item    of what goes onto a stack or into a container
    init    of a carried value, before the loop
    arm     of what a branch yields, in the arm that yields somebody else's array
    write   of the buffer, before the write
    split   an entry of a container is taken out, copied, written and put back
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import statements
from ..runtime import added_in
from .copying import Copy, with_copies
from .groups import Groups
from .pops import beside_reads
from .readers import Path, Readers
from .sharing import (
    EMPTY,
    FOREIGN,
    GIVEN,
    NOTHING,
    PROTECTED,
    Memory,
    Token,
    Tokens,
    fitted,
    from_before,
    holding,
    is_scalar,
    meet,
    of_constant,
    of_result,
    union,
)

#: the next version of the first operand; printed in place
WRITES = frozenset({
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last, added_in,
})  # fmt: skip


#: writes that may change an entry in place
ADDS = frozenset({prims.accumulate, added_in})


def own_buffers(fn: Function, types: Types) -> Function:
    """The function, of the same values, in which every write may be printed in place.

    `types` learns the types of the copies.
    """
    if not any(isinstance(s, Let) and s.prim in WRITES for s in statements(fn.block)):
        return fn
    fn = beside_reads(fn)
    walk = Walk(fn, types)
    walk.block(fn.block)
    return with_copies(fn, types, walk.copies) if walk.copies else fn


class Again(Exception):
    """A copy was decided: the walk goes on at this statement."""

    def __init__(self, block: Block, index: int) -> None:
        super().__init__()
        self.block = block
        self.index = index


@dataclass
class Walk:
    """One walk through a function; `copies` are the decisions."""

    fn: Function
    types: Types
    copies: set[Copy] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.readers = Readers(self.fn)
        self.path: Path = []
        self.memory: dict[Var, Memory] = {}
        self.tokens: dict[tuple[object, object], Token] = {}
        self.carried: dict[Token, tuple[For | While, int]] = {}
        self.met: set[Block] = set()  # bodies of loops that are walked once more
        self.guards: list[Tokens] = []  # what the body of a loop reads after its test
        self.pushes: dict[Var, dict[Let, Memory]] = {}
        self.undo: list[tuple[Var, Memory | None]] = []  # changes that a step back takes back
        self.groups = Groups()
        for var in (*self.fn.captures, *(p.var for p in self.fn.params)):
            self.define(var, GIVEN)

    # ------------------------------------------------------------ blocks

    def block(self, block: Block) -> None:
        """Walk a block; a decision leads back to the statement that it changes."""
        depth, guards = len(self.path), len(self.guards)
        marks: list[int] = []
        k = 0
        while k < len(block.body):
            del marks[k:]
            marks.append(len(self.undo))
            self.path[depth:] = [(block, k)]
            try:
                self.statement(block.body[k])
                k += 1
            except Again as again:
                if again.block is not block:
                    raise
                del self.guards[guards:]
                k = again.index
                self.path[depth:] = [(block, k)]
                self.step_back(marks[k])
        del self.path[depth:]

    def step_back(self, mark: int) -> None:
        """Take back what changed since; who is gone at the earlier place too stays gone."""
        gone: list[tuple[Var, Memory | None]] = []
        while len(self.undo) > mark:
            var, memory = self.undo.pop()
            if memory is None and self.readers.is_gone(var, self.path):
                gone.append((var, None))
            else:
                self.memory[var] = memory or self.memory[var]
                self.groups.add(var, self.memory[var])
        self.undo += gone

    def statement(self, stmt: Stmt) -> None:
        match stmt:
            case Let() if stmt.prim in WRITES:
                self.define(stmt.out, self.write(stmt))
            case Let() if stmt.prim is prims.push:
                self.push(stmt)
            case Let():
                self.define(stmt.out, self.result(stmt))
            case If():
                self.branch(stmt)
            case For() | While():
                self.loop(stmt)

    def define(self, var: Var, memory: Memory) -> None:
        self.memory[var] = memory = fitted(memory, self.types.of(var))
        self.groups.add(var, memory)

    def of(self, atom: Atom) -> Memory:
        if isinstance(atom, Const):
            return fitted(of_constant(atom.value), self.types.of(atom))
        return self.memory[atom]

    def token(self, stmt: Stmt, what: object, when: int, loop: Stmt | None = None) -> Token:
        """The token of a place: the same one whenever the walk comes by."""
        key = (stmt, what)
        if key not in self.tokens:
            self.tokens[key] = Token((self.readers.number[stmt], when), loop)
        return self.tokens[key]

    def copied(self, copy: Copy, memory: Memory) -> Memory:
        """The memory of a value, or of its copy if one was decided."""
        if copy not in self.copies:
            return memory
        when = 0 if copy.what in ("init", "item") else 2
        own = frozenset([self.token(copy.stmt, copy, when)])
        return Memory(own, memory.held, memory.tangled)

    # ------------------------------------------------------------ statements

    def result(self, let: Let) -> Memory:
        """The memory of what a statement that writes nothing makes."""
        args = [self.copied(Copy("item", let, k), self.of(a)) for k, a in enumerate(let.args)]
        args += [self.of(a) for _, a in let.kwargs]
        site = self.site(let)
        made = of_result(let, self.types, self.readers.defs, tuple(args), site)
        return self.copied(Copy("value", let), made)

    def site(self, let: Let) -> Memory:
        """The object that a statement makes, and what it holds."""
        own, held = self.token(let, "own", 1), self.token(let, "held", 1)
        return Memory(frozenset([own]), frozenset([held]))

    def push(self, let: Let) -> None:
        stack = let.args[0]
        assert isinstance(stack, Var)
        value = self.copied(Copy("item", let, 1), self.of(let.args[1]))
        self.pushes.setdefault(stack, {})[let] = value
        self.define(let.out, EMPTY)
        before = self.memory[stack]
        parts = (Memory(before.held, NOTHING, before.tangled), value)
        self.set_stack(stack, holding(before.own, parts))

    def set_stack(self, stack: Var, memory: Memory) -> None:
        """What a stack holds from here on: it is the one value that changes."""
        self.undo.append((stack, self.memory[stack]))
        self.memory[stack] = memory
        self.groups.add(stack, memory)

    def write(self, let: Let) -> Memory:
        """The memory of the next version of a buffer, once nobody else is hurt."""
        buffer, split, path = let.args[0], Copy("split", let), let.args[2:]
        memory, kind = self.of(buffer), self.types.of(buffer)
        adds, deep = let.prim in ADDS, len(path) > 1
        if kind.kind == "num":
            self.check(let, memory.own, Copy("write", let))
            return self.copied(Copy("write", let), memory)
        if (deep or adds) and split not in self.copies:  # the entry changes: xs[k] += v
            self.check(let, memory.held, split)
            if memory.tangled:
                self.decide(split)
        if not (deep and kind.container) or split in self.copies:
            self.check(let, memory.own, Copy("write", let))
        made = self.copied(Copy("write", let), memory)
        if let.prim is prims.drop_last:
            return made
        value = self.copied(Copy("item", let, 1), self.of(let.args[1]))
        entry = frozenset([self.token(let, "entry", 1)]) if split in self.copies else NOTHING
        parts = (Memory(made.held, NOTHING, made.tangled), value, Memory(entry))
        return holding(made.own, parts)

    def branch(self, stmt: If) -> None:
        stacks = self.readers.stacks[stmt]
        before = {s: self.memory[s] for s in stacks}
        self.block(stmt.then)
        after = {s: self.memory[s] for s in stacks}
        for stack, memory in before.items():
            self.set_stack(stack, memory)
        self.block(stmt.orelse)
        for stack, memory in after.items():
            self.set_stack(stack, memory | self.memory[stack])
        for k, out in enumerate(stmt.outs):
            arms = enumerate((stmt.then.results[k], stmt.orelse.results[k]))
            made = [self.copied(Copy("arm", stmt, k, side), self.of(a)) for side, a in arms]
            self.define(out, union(made))

    # ------------------------------------------------------------ loops

    def loop(self, stmt: For | While) -> None:
        """Walk a loop until its carried values share with nobody new."""
        stacks, body = self.readers.stacks[stmt], stmt.body
        count = len(stmt.init)
        params = (*body.params[len(body.params) - count :], *stacks)
        memories = [self.slot(stmt, k, var) for k, var in enumerate(params)]
        inits = [self.copied(Copy("init", stmt, k), self.of(a)) for k, a in enumerate(stmt.init)]
        inits += [self.memory[s] for s in stacks]
        start = (self.readers.number[stmt], 1)
        self.join(memories, inits, start)
        memories = [replace(m, tangled=a.tangled) for m, a in zip(memories, inits, strict=True)]
        self.met.discard(body)
        grown = True
        while grown:
            for stack, memory in zip(stacks, memories[count:], strict=True):
                self.set_stack(stack, memory)
            if isinstance(stmt, While):
                self.test(stmt, memories)
            else:
                items = self.of(stmt.iterable)
                self.define(body.params[0], replace(items, own=items.all))
            for var, memory in zip(body.params[len(body.params) - count :], memories, strict=False):
                self.define(var, memory)
            self.block(body)
            ends = [self.of(a) for a in body.results[:count]] + [self.memory[s] for s in stacks]
            grown = self.join(memories, ends, start)
            for k, (memory, end) in enumerate(zip(memories, ends, strict=True)):
                if end.tangled and not memory.tangled:
                    memories[k], grown = replace(memory, tangled=True), True
            self.met.add(body)
        for stack, memory in zip(stacks, memories[count:], strict=True):
            self.set_stack(stack, memory)
        for out, memory in zip(stmt.outs, memories, strict=False):
            self.define(out, memory)

    def test(self, stmt: While, memories: list[Memory]) -> None:
        """Walk the test of a loop, which leaves everything as it is for the body."""
        for var, memory in zip(stmt.test.params, memories, strict=False):
            self.define(var, memory)
        self.guards.append(NOTHING.union(*(m.all for m in memories)))
        self.block(stmt.test)
        self.guards.pop()

    def slot(self, stmt: For | While, k: int, var: Var) -> Memory:
        """The tokens of a carried value at the start of a round, with nothing known of them."""
        kind = self.types.of(var)
        if is_scalar(kind):
            return EMPTY
        own = self.token(stmt, ("own", k), 1, stmt)
        held = self.token(stmt, ("held", k), 1, stmt)
        for token in (own, held):
            self.carried[token] = (stmt, k)
            token.above.clear()
            token.peers.clear()
        return Memory(frozenset([own]), NOTHING if kind.kind == "num" else frozenset([held]))

    def join(self, slots: list[Memory], values: list[Memory], start: tuple[int, int]) -> bool:
        """Learn what the carried values are at the start of a round; is it more than was known?"""
        pairs: list[tuple[Token, Tokens]] = []
        for slot, value in zip(slots, values, strict=True):
            held = value.held if slot.held else NOTHING
            own = value.own if slot.held else value.all
            pairs += [(t, own) for t in slot.own] + [(t, held) for t in slot.held]
        grown = [self.lift(token, from_before(memory, start)) for token, memory in pairs]
        for k, (token, memory) in enumerate(pairs):
            for other, theirs in pairs[:k]:
                if other not in token.peers and meet(memory, theirs):
                    token.peers.add(other)
                    other.peers.add(token)
                    self.groups.join(token, other)
                    grown.append(True)
        return any(grown)

    def lift(self, token: Token, above: set[Token]) -> bool:
        for other in above - token.above - {PROTECTED}:
            self.groups.join(token, other)
        grown = not above <= token.above
        token.above.update(above)
        return grown

    # ------------------------------------------------------------ clashes

    def check(self, let: Let, written: Tokens, last_resort: Copy) -> None:
        """Decide a copy if the write changes what somebody reads later."""
        if not written or last_resort in self.copies:
            return
        clashing = list(self.clashing(let, written))
        if clashing or any(meet(written, guard) for guard in self.guards):
            copy = self.choose(let, written, clashing) if last_resort.what == "write" else None
            self.decide(copy or last_resort)

    def decide(self, copy: Copy) -> None:
        """Note the copy, and go on where it is made; before a loop whose rounds have met already,
        for what they shared may be wrong now."""
        self.copies.add(copy)
        place, owner = self.readers.place, self.readers.owner
        block, index = place[copy.stmt]
        here = dict(self.path)
        while block not in here:
            block, index = place[owner[block]]
        for b, k in self.path:
            if b in self.met:
                block, index = place[owner[b]]
                break
            if b is block:
                index = min(index, k)
                break
        raise Again(block, index)

    def clashing(self, let: Let, written: Tokens) -> Iterator[Var | None]:
        """Who else needs this memory as it is; None is somebody outside."""
        if meet(written, FOREIGN):
            yield None
        array = self.types.of(let.args[0]).kind == "num"
        for k, a in enumerate(let.args[1:], 1):  # NumPy takes care of the value of an array's entry
            own = self.copied(Copy("item", let, k), self.of(a)).all
            if isinstance(a, Var) and not (array and k == 1) and meet(written, own):
                yield a
        for var in self.groups.members(written):
            if self.readers.is_needed(var, self.path):
                if meet(written, self.memory[var].all):
                    yield var
            elif self.readers.is_gone(var, self.path):
                self.groups.drop(var)
                self.undo.append((var, None))

    def choose(self, let: Let, written: Tokens, clashing: list[Var | None]) -> Copy | None:
        """The copy that parts the write from a reader, if copies elsewhere part it from all."""
        buffer = let.args[0]
        if buffer in clashing or not clashing:
            return None
        clashing.sort(key=lambda v: -1 if v is None else self.readers.since(v))
        found = [self.parting(buffer, written, var) for var in clashing]
        return None if None in found else found[0]

    def parting(self, buffer: Atom, written: Tokens, var: Var | None) -> Copy | None:
        """A copy, not before the write, that parts it from one reader."""
        made = self.readers.defs.get(var) if var is not None else None
        if var in self.pushes:
            return self.pushed(var, written)
        if isinstance(made, Let):
            copy = self.where_made(made, written)
            if copy is not None and copy not in self.copies:
                return copy
        copy = self.where_shared(buffer, written, var)
        return copy if copy not in self.copies else None

    def pushed(self, stack: Var, written: Tokens) -> Copy | None:
        """The push that put the buffer onto the stack."""
        found = [(Copy("item", push, 1), m.own) for push, m in self.pushes[stack].items() if m.own]
        found = [(copy, own) for copy, own in found if copy not in self.copies]
        found.sort(key=lambda pair: not meet(pair[1], written))
        return found[0][0] if found else None

    def where_made(self, made: Let, written: Tokens) -> Copy | None:
        """The copy of a view, or of an item of a container, where it is made."""
        memory = self.memory[made.out]
        if made.prim in (prims.make_tuple, prims.make_list, prims.append):
            found = [
                (k, self.copied(Copy("item", made, k), self.of(a))) for k, a in enumerate(made.args)
            ]
            clash = [(k, m) for k, m in found if meet(m.all, written)]
            if len(clash) == 1 and not meet(clash[0][1].held, written):
                k = clash[0][0]
                if not (made.prim is prims.append and k == 0):
                    return Copy("item", made, k)
            return None
        whole = made.prim in WRITES or made.prim is prims.first_of
        if whole or meet(memory.held, written) or not memory.own.isdisjoint(self.site(made).own):
            return None
        return Copy("value", made)

    def where_shared(self, buffer: Atom, written: Tokens, var: Var | None) -> Copy | None:
        """The copy where the buffer comes to be the memory of var: before a loop, or in an arm."""
        theirs = FOREIGN if var is None else self.memory[var].all
        made = self.readers.defs.get(buffer) if isinstance(buffer, Var) else None
        if isinstance(made, If):
            return self.arm_that_shares(made, made.outs.index(buffer), theirs, var)
        shared = [t for t in written if meet(frozenset([t]), theirs)]
        if len(shared) != 1 or shared[0] not in self.carried:
            return None
        stmt, k = self.carried[shared[0]]
        if k >= len(stmt.init) or not self.is_around(stmt, var):
            return None
        init = self.of(stmt.init[k]).own
        if Copy("init", stmt, k) in self.copies or not meet(init, theirs):
            return None
        return self.where_shared(stmt.init[k], init, var) or Copy("init", stmt, k)

    def is_around(self, stmt: For | While, var: Var | None) -> bool:
        """Is the place inside this loop, and the variable not?"""
        inner = next((k for k, (b, _) in enumerate(self.path) if b is stmt.body), None)
        if inner is None:
            return False
        level = -1 if var is None else self.readers.level(var, self.path)
        return level is not None and level < inner

    def arm_that_shares(self, made: If, k: int, theirs: Tokens, var: Var | None) -> Copy | None:
        """The copy in the one arm of a branch that yields somebody else's array."""
        if var is not None and self.readers.since(var) > self.readers.number[made]:
            return None
        arms = (made.then.results[k], made.orelse.results[k])
        sides = [side for side, a in enumerate(arms) if meet(self.of(a).own, theirs)]
        copies = [Copy("arm", made, k, side) for side in sides]
        return copies[0] if len(copies) == 1 and copies[0] not in self.copies else None
