"""The rounds of a loop, backwards: what the mirrored loop runs over, and the item of each round.

    for i in range(n)               for i in range(n - 1, -1, -1)
    for i in range(a, b, -1)        for i in range(b + 1, a + 1)
    for x in xs                     for k in range(len(xs) - 1, -1, -1)      x is xs[k]
    for j, x in enumerate(xs, 1)    for k in range(len(xs) - 1, -1, -1)      (1 + k, xs[k])
    while c                         for k in range(count - 1, -1, -1)

A range of other steps is run over by position, as a sequence is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..analysis.loops import carried
from ..ir import prims
from ..ir.nodes import Atom, Const, For, Let, Stmt, Var, While
from .counting import counter_of

Emit = Callable[..., Atom]
Defs = Mapping[Var, Stmt]


@dataclass(frozen=True)
class Rounds:
    """The backward rounds of `loop`: `iterable` gives `param`, which is the loop's item itself
    (`direct`), or the position of the round. `forward` runs through them the other way."""

    loop: For | While
    iterable: Atom
    param: Var
    direct: bool
    forward: tuple[Atom, ...] = ()

    def position(self, emit: Emit, defs: Defs) -> Atom:
        """How many rounds of the loop were run before this one."""
        if not self.direct:
            return self.param
        assert isinstance(self.loop, For)
        start, _, step = range_args(self.loop.iterable, defs) or (Const(0), None, Const(1))
        ahead = difference(emit, self.param, start, defs)
        return emit(operator.neg, ahead) if constant(step) == -1 else ahead

    def item(self, emit: Emit, defs: Defs) -> Atom:
        """The item of this round."""
        assert isinstance(self.loop, For)
        return self.param if self.direct else item_at(emit, defs, self.loop.iterable, self.param)


def backwards(loop: For | While, emit: Emit, defs: Defs, count: Atom | None) -> Rounds:
    """The rounds of a loop in reverse order; `count` is how many there were, where only the run
    tells."""
    if isinstance(loop, While) or loop.stops:
        assert count is not None
        own = counter_of(loop, defs)
        named = Var() if own is None else carried(loop)[own]
        if _counts_up(loop, defs):
            named = loop.body.params[0]
        param = Var(named.hint or "k", user=named.user)
        down = emit(range, difference(emit, count, Const(1), defs), Const(-1), Const(-1))
        return Rounds(loop, down, param, _counts_up(loop, defs), (count,))
    bounds = range_args(loop.iterable, defs)
    item = loop.body.params[0]
    if bounds is not None:
        start, stop, step = bounds
        user = Var(item.hint or "i", user=item.user)
        if constant(step) == 1:
            last = difference(emit, stop, Const(1), defs)
            down = emit(range, last, difference(emit, start, Const(1), defs), Const(-1))
            forward = (stop,) if constant(start) == 0 else (start, stop)
            return Rounds(loop, down, user, True, forward)
        if constant(step) == -1:
            first, last = (total(emit, a, Const(1), defs) for a in (stop, start))
            up = emit(range, last) if constant(first) == 0 else emit(range, first, last)
            return Rounds(loop, up, user, True, (start, stop, step))
    size = length(emit, defs, loop.iterable)
    down = emit(range, difference(emit, size, Const(1), defs), Const(-1), Const(-1))
    name = _index_name(loop, defs)
    return Rounds(loop, down, Var(name or "k", user=bool(name)), False, (size,))


def _counts_up(loop: For | While, defs: Defs) -> bool:
    """Is the item of a round the number of rounds before it?"""
    if isinstance(loop, While):
        return False
    bounds = range_args(loop.iterable, defs)
    return bounds is not None and constant(bounds[0]) == 0 and constant(bounds[2]) == 1


def _index_name(loop: For, defs: Defs) -> str:
    """i of `for i, x in enumerate(xs)`."""
    made = made_by(loop.iterable, defs)
    if made is None or made.prim is not enumerate or len(made.args) + len(made.kwargs) > 1:
        return ""
    for stmt in loop.body.body:
        if isinstance(stmt, Let) and stmt.prim in (operator.getitem, prims.first_of):
            if stmt.args[0] is loop.body.params[0] and constant(stmt.args[-1]) == 0:
                return stmt.out.hint
    return ""


def made_by(atom: Atom, defs: Defs) -> Let | None:
    """The statement that makes a value, behind names that were given to it."""
    stmt = defs.get(atom) if isinstance(atom, Var) else None
    while isinstance(stmt, Let) and stmt.prim is prims.first_of:
        first = stmt.args[0]
        stmt = defs.get(first) if isinstance(first, Var) else None
    return stmt if isinstance(stmt, Let) else None


def range_args(source: Atom, defs: Defs) -> tuple[Atom, Atom, Atom] | None:
    """(start, stop, step) of a range."""
    if isinstance(source, Const) and isinstance(source.value, range):
        r = source.value
        return Const(r.start), Const(r.stop), Const(r.step)
    made = made_by(source, defs)
    if made is None or made.prim is not range:
        return None
    args = made.args
    if len(args) == 1:
        return Const(0), args[0], Const(1)
    return args[0], args[1], args[2] if len(args) == 3 else Const(1)


def length(emit: Emit, defs: Defs, source: Atom) -> Atom:
    """How many items an iterable has."""
    if isinstance(source, Const):
        return Const(len(source.value))
    made = made_by(source, defs)
    if made is not None and made.prim in (enumerate, reversed, list, tuple):
        inner = made_by(made.args[0], defs)
        if inner is None or inner.prim is not np.ndindex:  # which has no length of its own
            return length(emit, defs, made.args[0])
    if made is not None and made.prim is zip:
        sizes = [length(emit, defs, a) for a in made.args]
        return emit(min, *sizes) if len(sizes) > 1 else sizes[0]
    return emit(len, source)


def item_at(emit: Emit, defs: Defs, source: Atom, k: Atom) -> Atom:
    """The item that comes k-th."""
    bounds = range_args(source, defs)
    if bounds is not None:
        start, _, step = bounds
        return total(emit, start, scaled(emit, step, k), defs)
    made = made_by(source, defs)
    if made is not None and made.prim is enumerate:
        start = [*made.args[1:], *(a for _, a in made.kwargs), Const(0)][0]
        first = total(emit, start, k, defs)
        return emit(prims.make_tuple, first, item_at(emit, defs, made.args[0], k))
    if made is not None and made.prim is zip:
        parts = [item_at(emit, defs, a, k) for a in made.args]
        return emit(prims.make_tuple, *parts)
    if made is not None and made.prim is reversed:
        return item_at(emit, defs, made.args[0], _mirrored(emit, defs, made.args[0], k))
    return emit(operator.getitem, source, k)


def _mirrored(emit: Emit, defs: Defs, source: Atom, k: Atom) -> Atom:
    last = difference(emit, length(emit, defs, source), Const(1), defs)
    return difference(emit, last, k, defs)


def sources_at(
    emit: Emit, defs: Defs, source: Atom, k: Atom, path: tuple[Atom, ...]
) -> tuple[Atom, tuple[Atom, ...]] | None:
    """The sequence, and the path in it, that an entry at `path` of the k-th item was read from;
    None if it is no entry of one value."""
    if range_args(source, defs) is not None:
        return None
    made = made_by(source, defs)
    if made is not None and made.prim is reversed:
        return sources_at(emit, defs, made.args[0], _mirrored(emit, defs, made.args[0], k), path)
    if made is not None and made.prim in (enumerate, zip):
        key = constant(path[0]) if path else None
        if not isinstance(key, int):
            return None
        if made.prim is zip:
            return sources_at(emit, defs, made.args[key], k, path[1:])
        return sources_at(emit, defs, made.args[0], k, path[1:]) if key in (1, -1) else None
    return source, (k, *path)


def constant(atom: Atom | None) -> Any:
    """The value of a constant; None of a variable."""
    return atom.value if isinstance(atom, Const) else None


def difference(emit: Emit, a: Atom, b: Atom, defs: Defs) -> Atom:
    """a - b, for ints."""
    if constant(b) == 0:
        return a
    if isinstance(b, Const):
        return shifted(emit, a, -b.value, defs)
    return emit(operator.sub, a, b)


def total(emit: Emit, a: Atom, b: Atom, defs: Defs) -> Atom:
    """a + b, for ints."""
    if constant(b) == 0:
        return a
    if constant(a) == 0:
        return b
    for one, other in ((a, b), (b, a)):
        if isinstance(other, Const):
            return shifted(emit, one, other.value, defs)
    return emit(operator.add, a, b)


def shifted(emit: Emit, a: Atom, by: int, defs: Defs) -> Atom:
    """a + by, where `by` is known: n - 1 - 1 is n - 2."""
    if isinstance(a, Const):
        return Const(a.value + by)
    stmt = defs.get(a)
    if isinstance(stmt, Let) and stmt.prim in (operator.add, operator.sub) and not a.named:
        first, second = stmt.args
        if isinstance(second, Const) and type(second.value) is int:
            step = second.value if stmt.prim is operator.add else -second.value
            return shifted(emit, first, by + step, defs)
        if isinstance(first, Const) and type(first.value) is int and stmt.prim is operator.add:
            return shifted(emit, second, by + first.value, defs)
    if by == 0:
        return a
    return emit(operator.add, a, Const(by)) if by > 0 else emit(operator.sub, a, Const(-by))


def scaled(emit: Emit, c: Atom, k: Atom) -> Atom:
    """c * k, for ints."""
    if constant(c) == 1:
        return k
    if constant(c) == -1:
        return emit(operator.neg, k)
    return emit(operator.mul, c, k)
