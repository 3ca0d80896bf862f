"""Which values may lie in the same memory, as the program runs with its writes in place.

    d = du[1:-1]              own(d) = own(du)
    xs = [u, v]               own(xs) = {xs}, held(xs) = own(u) + own(v)
    for ... carrying u = x:   own(u) = {u}, which is above: own(x), and what the body yields

A *token* stands for one object, or for several that are not told apart. `own` is the memory that a
write to the value changes, `held` is what can be reached through it. A carried value of a loop has
tokens of its own, "the object at the start of this round": the objects of before the loop that it
may be are `above` it, and the carried values of the loop that may be the same object are `peers`.
So two buffers that swap places in each round are told apart, and so is an array that is made in
this round from one that was made in the round before.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..analysis.indexing import index_parts
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Stmt, Var
from ..ir.types import Type
from ..rules.registry import rule_of
from ..runtime import spread, undiag

Order = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Token:
    """A piece of memory. `order` is when it came into being, in the order of the program."""

    order: Order
    loop: Stmt | None = None  # whose carried value this is
    above: set[Token] = field(default_factory=set)
    peers: set[Token] = field(default_factory=set)


Tokens = frozenset[Token]

#: what is never written: parameters, globals, constants
PROTECTED = Token((-1, 0))
FOREIGN: Tokens = frozenset([PROTECTED])
NOTHING: Tokens = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of one value: its own, and what it holds. It is tangled if two of its items may
    share memory, so that a write to one changes the other."""

    own: Tokens = NOTHING
    held: Tokens = NOTHING
    tangled: bool = False

    @property
    def all(self) -> Tokens:
        return self.own | self.held

    def __or__(self, other: Memory) -> Memory:
        tangled = self.tangled or other.tangled
        return Memory(self.own | other.own, self.held | other.held, tangled)


EMPTY = Memory()
GIVEN = Memory(FOREIGN, FOREIGN)


def meet(a: Tokens, b: Tokens) -> bool:
    """May one of these be the same memory as one of those?"""
    if not a or not b:
        return False
    if not a.isdisjoint(b):
        return True
    seen: set[tuple[Token, Token]] = set()
    todo = [(s, t) for s in a for t in b]
    while todo:
        pair = todo.pop()
        if pair in seen:
            continue
        seen.add(pair)
        new, old = pair if pair[0].order > pair[1].order else (pair[1], pair[0])
        if new is old:
            return True
        if new.loop is not None and new.loop is old.loop:
            if old in new.peers:
                return True
        else:
            todo += [(t, old) for t in new.above]
    return False


def from_before(tokens: Tokens, start: Order) -> set[Token]:
    """The memory of before a loop that these tokens of its body may be."""
    found: set[Token] = set()
    seen: set[Token] = set()
    todo = list(tokens)
    while todo:
        token = todo.pop()
        if token in seen:
            continue
        seen.add(token)
        if token.order < start:
            found.add(token)
        else:
            todo += token.above
    return found


def is_scalar(kind: Type) -> bool:
    """Is it certainly a value that cannot be changed, so that nobody shares it?"""
    return kind.kind == "none" or (kind.kind == "num" and kind.array is False)


def fitted(memory: Memory, kind: Type) -> Memory:
    """The memory of a value of this type: an array holds nothing but its entries."""
    if is_scalar(kind):
        return EMPTY
    return Memory(memory.all) if kind.kind == "num" else memory


def of_constant(value: Any) -> Memory:
    """Constants are not copied when the program starts, so nobody may write into them."""
    if isinstance(value, tuple):
        inside = [of_constant(item) for item in value]
        return Memory(NOTHING, NOTHING.union(*(m.all for m in inside)))
    plain = isinstance(value, np.ndarray | list | dict | set) or hasattr(value, "__dict__")
    return GIVEN if plain and not callable(value) else EMPTY


def of_result(
    let: Let, types: Types, defs: dict[Var, Stmt], args: tuple[Memory, ...], site: Memory
) -> Memory:
    """The memory of a statement's result, for operands with this memory (positional ones first).

    `site` are the tokens of an object that the statement makes itself.
    """
    prim = let.prim
    if prim is operator.getitem:
        return _item(let, types, defs, args[0], site)
    if is_scalar(types.of(let.out)) or prim in UNSHARED:
        return EMPTY
    if prim in SAME:
        return args[0]
    if prim is prims.new_stack:
        return Memory(site.own)
    if prim in (getattr, prims.pop):
        given = args[0]
        own = given.held | (given.own if prim is getattr else NOTHING)
        return Memory(own, given.held, given.tangled)
    joined = prim in (operator.add, operator.mul) and types.of(let.out).kind != "num"
    if prim in HOLDING or joined:  # [u] + [v] holds what they hold
        return holding(site.own, args)
    rule = rule_of(prim)
    everything = NOTHING.union(*(a.all for a in args))
    if rule is None:
        return Memory(everything | FOREIGN | site.own, everything | FOREIGN | site.held, True)
    fresh = rule.memory_of(let.args) == "fresh" and not _may_not_copy(let)
    if fresh or (prim is spread and _is_filled(let, defs)):
        return site
    first = next((k for k, a in enumerate(let.args) if isinstance(a, Var)), None)
    shared = everything if first is None else args[first].all
    if prim in READ_ONLY:
        shared |= FOREIGN
    return Memory(shared or site.own, shared, True)


def _item(let: Let, types: Types, defs: dict[Var, Stmt], base: Memory, site: Memory) -> Memory:
    """The memory of x[index]."""
    parts = index_parts(let.args[1], defs) or []
    kind = types.of(let.args[0])
    dots = any(isinstance(p, Const) and p.value is Ellipsis for p in parts)  # x[0, ...] is a view
    if is_scalar(types.of(let.out)) and not dots:
        return EMPTY
    if any(_is_fancy(p, types) for p in parts) and not kind.container:
        return site
    own = base.held if kind.container else base.all
    if kind.kind != "num" and not all(isinstance(p, Const) and _is_key(p.value) for p in parts):
        own |= site.own  # xs[1:] is a list of its own
    return Memory(own, base.held, base.tangled)


def _is_key(value: Any) -> bool:
    return isinstance(value, int | str)


def _may_not_copy(let: Let) -> bool:
    """Is it x.astype(dtype, copy=False), or np.array(x, copy=None)?"""
    said = dict(let.kwargs).get("copy")
    plain = said is None or (isinstance(said, Const) and said.value is True)
    return not plain or (let.prim is prims.astype and len(let.args) > 2)


def _is_fancy(part: Atom, types: Types) -> bool:
    """Does it certainly make the index copy what it picks?"""
    if isinstance(part, Const):
        return isinstance(part.value, list | np.ndarray | bool)
    kind = types.of(part)
    return kind.kind == "list" or (kind.kind == "num" and kind.array is True and kind.rank != 0)


def _is_filled(let: Let, defs: dict[Var, Stmt]) -> bool:
    """Is it a number in the shape of an array, which is printed as np.ones_like or np.full?"""
    value, shape = let.args
    made = defs.get(shape) if isinstance(shape, Var) else None
    joint = isinstance(made, Let) and made.prim is np.broadcast
    return isinstance(value, Const) and not joint


def holding(own: Tokens, items: Iterable[Memory], tangled: bool = False) -> Memory:
    """The memory of an object that holds these."""
    held = NOTHING
    for item in items:
        tangled = tangled or item.tangled or meet(held, item.all)
        held |= item.all
    return Memory(own, held, tangled)


def union(memories: Iterable[Memory]) -> Memory:
    """The memory of a value that is one of these."""
    out = EMPTY
    for memory in memories:
        out |= memory
    return out


#: the result is the first operand
SAME = frozenset({prims.first_of, prims.stop_gradient}) | prims.FOUND

#: results that share nothing
UNSHARED: frozenset[Any] = frozenset({
    len, isinstance, range, type, int, float, complex, bool, str, repr, id, slice, hash, callable,
    prims.is_in, prims.not_in, prims.fstring, prims.push, prims.assert_, print, np.result_type,
    operator.is_, operator.is_not, operator.not_,
})  # fmt: skip

#: new objects that hold the operands, or their items
HOLDING: frozenset[Any] = frozenset({
    prims.make_tuple, prims.make_list, prims.make_set, prims.make_dict, prims.make_record,
    prims.unpack, prims.unpack_starred, prims.concat_args, prims.merge_kwargs,
    list, tuple, dict, set, zip, enumerate, reversed, sorted, iter,
})  # fmt: skip

#: views that NumPy does not let anyone write into
READ_ONLY: frozenset[Any] = frozenset({np.broadcast_to, spread, np.diagonal, np.diag, undiag})
