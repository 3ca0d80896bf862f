"""Branches and loops of the user's program, with what they write.

    for t in range(n):                for t in range(n), carrying u = u0:
        u[1:-1] += lap(u)      →          u' = accumulate(u, lap(u), slice(1, -1))
                                          yield u'

A buffer that is written in a loop is carried round it, and one that is written in a branch is
joined behind it. Which ones these are is found by going through the body; a loop's body is built
again until nothing is found any more. Containers of known structure are carried item by item.
"""

from __future__ import annotations

import abc
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, outs, statements
from .loops import Body, Loop, Test
from .memory import Key, State, name_of_key
from .writes import Writes

#: a loop over a container of known structure is written out up to this many rounds
UNROLLED = 64

#: what can be gone through but not indexed
LISTED = frozenset({prims.call_method, prims.make_set, set, np.ndindex})


class Control(Writes, abc.ABC):
    """If, For and While of the program that is being spliced."""

    @abc.abstractmethod
    def block(
        self, block: Block, env: dict[Var, Atom], names: dict[Var, Var] | None = None
    ) -> tuple[Atom, ...]:
        """Copy the statements of a block."""

    @abc.abstractmethod
    def place(self, stmt: Stmt) -> Span | None:
        """The user's place of a statement."""

    @abc.abstractmethod
    def copy(self, var: Var, env: dict[Var, Atom]) -> Var:
        """A variable of its own for this copy."""

    def final(self, atom: Atom) -> Atom:
        """The value an atom has where a block ends; what is undecided may still go unread."""
        return self.now(atom, strict=False)

    # ------------------------------------------------------------ branches

    def choose(
        self,
        cond: Atom,
        builds: tuple[Callable[[], tuple[Atom, ...]], Callable[[], tuple[Atom, ...]]],
        names: tuple[Var, ...],
        span: Span | None,
    ) -> tuple[Atom, ...]:
        """Add an If whose arms these functions build; what they yield is joined."""
        memory = self.memory
        before = memory.save()
        arms: list[list[Stmt]] = []
        handles: list[tuple[Atom, ...]] = []
        after: list[State] = []
        for build in builds:
            memory.restore(before)
            with self.builder.nested() as stmts:
                handles.append(build())
            arms.append(stmts)
            after.append(memory.save())
        wrote = any(state.current for state in after)
        local = defined_in([s for stmts in arms for s in stmts]) if wrote else set()
        keys = memory.changed(before, after, local)
        joined = [
            k for k, (a, b) in enumerate(zip(*handles, strict=True)) if not self.is_same(a, b)
        ]
        rows: list[list[Atom]] = []
        for stmts, yielded, state in zip(arms, handles, after, strict=True):
            memory.restore(state)
            with self.builder.nested() as extra:
                row = [self.final(yielded[k]) for k in joined]
                row += [self.final(self.held(key, state)) for key in keys]
            stmts += extra
            rows.append(row)
        made = [names[k] for k in joined]
        made += [Var(name_of_key(key), user=True) for key in keys]
        blocks_ = [Block((), tuple(a), tuple(r)) for a, r in zip(arms, rows, strict=True)]
        memory.restore(before)
        memory.after(after)
        self.builder.add(If(cond, blocks_[0], blocks_[1], tuple(made), span))
        for key, out in zip(keys, made[len(joined) :], strict=True):
            self.settle_key(key, out)
        results = [handles[0][k] for k in range(len(names))]
        for k, out in zip(joined, made, strict=False):
            results[k] = out
            for yielded, state in zip(handles, after, strict=True):
                self.relate(out, yielded[k], state)
        return tuple(results)

    def is_same(self, a: Atom, b: Atom) -> bool:
        """Do both arms yield one value, so that nothing has to be joined?"""
        if a is b:
            return True
        return (
            isinstance(a, Const)
            and isinstance(b, Const)
            and (a.value is b.value and a.value is not UNBOUND)
        )

    def held(self, key: Key, state: State) -> Atom:
        """What a key holds at the end of a path; an attribute that was not touched is read."""
        if key in state.current:
            return state.current[key]
        if isinstance(key, Var):
            return key
        return self.attribute(Let(Var(), getattr, (key[0], Const(key[1])), spelling="." + key[1]))

    def settle_key(self, key: Key, out: Atom) -> None:
        """The buffer or attribute holds the joined value from now on."""
        if isinstance(key, tuple):
            self.memory.current[key] = out
            if isinstance(out, Var):
                self.memory.home[out] = key
        else:
            self.memory.become(key, out)

    def relate(self, out: Var, handle: Atom, state: State) -> None:
        """A joined value may be the object that one arm yields."""
        memory = self.memory
        if isinstance(handle, Var) and memory.mutable(out) and memory.mutable(handle):
            memory.alias(out, memory.root(handle))
            write = memory.undecided(handle, state)
            if write is not None:
                memory.stale[out] = write

    # ------------------------------------------------------------ loops

    def loop_statement(
        self, stmt: For | While, env: dict[Var, Atom], names: dict[Var, Var]
    ) -> None:
        """A loop of the program."""
        params = stmt.body.params[1:] if isinstance(stmt, For) else stmt.body.params
        inits = [env.get(a, a) if isinstance(a, Var) else a for a in stmt.init]
        hints = [names.get(o) or self.copy(o, env) for o in stmt.outs]

        def body(item: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            env.update(zip(params, values, strict=True))
            if isinstance(stmt, For):
                assert item is not None
                env[stmt.body.params[0]] = item
            return self.block(stmt.body, env)

        test = None
        if isinstance(stmt, While):
            asked = stmt.test

            def test(values: list[Atom]) -> Atom:
                env.update(zip(asked.params, values, strict=True))
                return self.block(asked, env)[0]

        iterable = env.get(stmt.iterable, stmt.iterable) if isinstance(stmt, For) else None  # type: ignore[arg-type]
        results = self.loop(
            iterable, inits, hints, body, test, stmt.stops, self.place(stmt),
            stmt.body.params[0] if isinstance(stmt, For) else None,
        )  # fmt: skip
        env.update(zip(stmt.outs, results, strict=True))

    def loop(
        self,
        iterable: Atom | None,
        inits: list[Atom],
        hints: list[Var],
        body: Body,
        test: Test | None,
        stops: bool,
        span: Span | None,
        item: Var | None = None,
    ) -> list[Atom]:
        """Build a loop; returns what the carried values are behind it."""
        pairs = self.defined_by(iterable, np.ndenumerate) if iterable is not None else None
        if pairs is not None:
            iterable, body = self.indices_of(pairs.args[0], body, span)
        rounds = self.rounds(iterable, span) if iterable is not None else None
        if isinstance(rounds, list):
            assert iterable is not None
            return self.unrolled(iterable, inits, hints, body, stops, span)
        return Loop(self, rounds, inits, hints, body, test, stops, span, item).build()

    def indices_of(self, array: Atom, body: Body, span: Span | None) -> tuple[Atom, Body]:
        """`np.ndenumerate(x)` goes through the indices of x, and reads x in each round."""
        shape = self.let(Let(Var(), np.shape, (array,), span=span))
        indices = self.builder.let(np.ndindex, shape, span=span)

        def with_value(index: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            assert index is not None
            entry = self.let(Let(Var(), operator.getitem, (array, index), span=span))
            return body(self.builder.let(prims.make_tuple, index, entry), values)

        return indices, with_value

    def open_comprehension(self, let: Let) -> Atom:
        """`[fn(item) for item in iterable]` over what is known only as the program runs."""
        fn, iterable = let.args
        keep = let.prim is prims.only_if

        def body(item: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            assert item is not None
            (items,) = values
            result = self.call(fn, [item], {}, replace(let, out=Var()))

            def longer() -> tuple[Atom, ...]:
                args = (items, item if keep else result)
                return (self.let(Let(Var(), prims.append, args, span=let.span)),)

            if not keep:
                return longer()
            out = Var(label.hint, user=label.user)
            return self.choose(self.now(result), (longer, lambda: (items,)), (out,), let.span)

        label = let.out if let.out.hint else Var("items")
        empty = self.builder.let(prims.make_list, span=let.span)
        return self.loop(iterable, [empty], [label], body, None, False, let.span)[0]

    def open_dict(self, let: Let) -> Atom:
        """`dict(pairs)` of a list whose length is known only as the program runs."""

        def body(item: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            assert item is not None
            key, value = (self.project(item, k) for k in range(2))
            return (self.let(Let(Var(), prims.store, (values[0], value, key), span=let.span)),)

        label = let.out if let.out.hint else Var("entries")
        empty = self.builder.let(prims.make_dict, Const(()), span=let.span)
        return self.loop(let.args[0], [empty], [label], body, None, False, let.span)[0]

    def open_sum(self, let: Let) -> Atom:
        """`sum(items)` of a list whose length is known only as the program runs."""
        start = let.args[1] if len(let.args) > 1 else Const(0)

        def body(item: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            assert item is not None
            return (self.let(Let(Var(), operator.add, (values[0], item), span=let.span)),)

        label = let.out if let.out.hint else Var("total")
        return self.loop(let.args[0], [start], [label], body, None, False, let.span)[0]

    def open_reduce(self, let: Let) -> Atom:
        """`functools.reduce(fn, items)` over what has an unknown length: it starts with the first
        item, if no start is given."""
        fn, items, *start = let.args
        if not start:
            items = self.now(items)
            if not self.is_sequence(items):
                items = self.builder.let(list, items, span=let.span)
            first, rest = Const(0), Const(slice(1, None))
            start = [self.let(Let(Var(), operator.getitem, (items, first), span=let.span))]
            items = self.let(Let(Var(), operator.getitem, (items, rest), span=let.span))

        def body(item: Atom | None, values: list[Atom]) -> tuple[Atom, ...]:
            assert item is not None
            return (self.call(fn, [values[0], item], {}, replace(let, out=Var())),)

        label = let.out if let.out.hint else Var("total")
        return self.loop(items, [start[0]], [label], body, None, False, let.span)[0]

    def unrolled(
        self, iterable: Atom, inits: list[Atom], hints: list[Var],
        body: Body, stops: bool, span: Span | None, k: int = 0,
    ) -> list[Atom]:  # fmt: skip
        """The rounds one after the other, from number k on, for a container of known structure. As
        in Python, a round takes what the container holds by then."""
        values = list(inits)
        source, items = self.items_left(iterable, (), [], span)
        while k < len(items):
            results = list(body(items[k], values))
            values = results[:-1] if stops else results
            k += 1
            source, items = self.items_left(iterable, source, items, span)
            if not stops or k == len(items):
                continue
            ok, stop = self.static(self.now(results[-1]))
            if ok and stop:
                break
            if not ok:
                held = values

                def rest(held: list[Atom] = held, k: int = k) -> tuple[Atom, ...]:
                    return tuple(self.unrolled(iterable, held, hints, body, stops, span, k))

                def done(held: list[Atom] = held) -> tuple[Atom, ...]:
                    return tuple(held)

                fresh = tuple(Var(h.hint, h.role, h.of, h.user) for h in hints)
                return list(self.choose(self.now(results[-1]), (done, rest), fresh, span))
        return values

    def items_left(
        self, iterable: Atom, before: tuple[Atom, ...], items: list[Atom], span: Span | None
    ) -> tuple[tuple[Atom, ...], list[Atom]]:
        """The newest versions of what a loop goes through, and the items; `items` if nothing was
        written since `before`."""
        source = self.newest_of(iterable)
        if len(source) == len(before) and all(a is b for a, b in zip(source, before, strict=True)):
            return source, items
        found = self.items(self.shown_now(iterable))
        if found is None or len(found) > UNROLLED:
            raise UnsupportedError(
                "the list that a loop goes through changes its length in it",
                span,
                "go through a copy of it: `for item in list(items)`",
            )
        return source, found

    def newest_of(self, iterable: Atom) -> tuple[Atom, ...]:
        shown = self.shown.get(iterable) if isinstance(iterable, Var) else None
        if shown is None:
            return (self.now(iterable),)
        return tuple(leaf for a in shown.args for leaf in self.newest_of(a))

    def shown_now(self, iterable: Atom) -> Atom:
        """The iterable with what its operands hold now."""
        shown = self.shown.get(iterable) if isinstance(iterable, Var) else None
        if shown is None:
            return self.now(iterable)
        args = tuple(self.shown_now(a) for a in shown.args)
        return self.let(replace(shown, out=Var(), args=args))

    def rounds(self, iterable: Atom, span: Span | None) -> list[Atom] | Atom:
        """What a loop goes through: items of known structure, or an iterable in normal form."""
        iterable = self.now(iterable)
        items = self.items(iterable)
        if items is not None and len(items) <= UNROLLED and not self.are_numbers(items, iterable):
            return items
        return self.normal(iterable, span)

    def are_numbers(self, items: list[Atom], iterable: Atom) -> bool:
        """A range, or a tuple of numbers: the loop stays one."""
        ok, value = self.static(iterable)
        if ok and isinstance(value, range):
            return True
        return (
            bool(items)
            and all(isinstance(a, Const) and isinstance(a.value, int | float) for a in items)
            and not isinstance(value, enumerate | zip)
        )

    def normal(self, iterable: Atom, span: Span | None) -> Atom:
        """A range, enumerate, zip or reversed of sequences, or a sequence: others are listed."""
        if isinstance(iterable, Const):
            if isinstance(iterable.value, range | list | tuple | str | np.ndarray):
                return iterable
            return Const(list(iterable.value))
        made = self.defined_by(iterable, range, enumerate, zip, reversed)
        if made is not None and made.prim is not range:
            count = len(made.args) if made.prim is zip else 1
            args = tuple(self.normal(self.now(a), span) for a in made.args[:count])
            kwargs: dict[str, Any] = dict(made.kwargs)
            return self.builder.let(made.prim, *args, *made.args[len(args) :], span=span, **kwargs)
        if made is not None or self.is_sequence(iterable):
            return iterable
        return self.builder.let(list, iterable, span=span)

    def indices(self, iterable: Atom, span: Span | None) -> Atom:
        """`range(len(xs))` for what a loop goes through."""
        return self.builder.let(range, self.length(iterable, span), span=span)

    def length(self, iterable: Atom, span: Span | None) -> Atom:
        made = self.defined_by(iterable, enumerate, zip, reversed)
        if made is None:
            return self.builder.let(len, self.now(iterable), span=span)
        if made.prim is not zip:
            return self.length(made.args[0], span)
        return self.builder.let(min, *(self.length(a, span) for a in made.args), span=span)

    def row(self, iterable: Atom, k: Atom, label: Var) -> Atom:
        """Item k of what a loop goes through, read anew."""
        made = self.defined_by(iterable, enumerate, zip, reversed)
        if made is None:
            return self.let(Let(label, operator.getitem, (iterable, k), span=self.builder.span))
        if made.prim is zip:
            parts = [self.row(a, k, Var()) for a in made.args]
            return self.builder.let(prims.make_tuple, *parts)
        if made.prim is enumerate:
            start = made.args[1] if len(made.args) > 1 else dict(made.kwargs).get("start", Const(0))
            number = k
            if not (isinstance(start, Const) and start.value == 0):
                number = self.builder.let(operator.add, k, start)
            return self.builder.let(prims.make_tuple, number, self.row(made.args[0], k, Var()))
        last = self.builder.let(operator.sub, self.length(made.args[0], None), 1)
        return self.row(made.args[0], self.builder.let(operator.sub, last, k), label)

    def roots_of(self, iterable: Atom) -> set[Var]:
        """The arrays and lists a loop goes through."""
        made = self.defined_by(iterable, enumerate, zip, reversed)
        if made is not None:
            return {root for a in made.args for root in self.roots_of(a)}
        if isinstance(iterable, Var) and self.memory.mutable(iterable):
            return {self.memory.root(iterable)}
        return set()

    def defined_in(self, stmts: list[Stmt]) -> set[Var]:
        return defined_in(stmts)

    def is_sequence(self, atom: Atom) -> bool:
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        if isinstance(stmt, Let) and stmt.prim in LISTED:
            return False
        return self.types.of(atom).kind in ("num", "list", "tuple", "any")


def defined_in(stmts: list[Stmt]) -> set[Var]:
    """All variables that statements and their blocks define."""
    found: set[Var] = set()
    for stmt in statements(Block((), tuple(stmts), ())):
        found.update(outs(stmt))
        for inner in blocks(stmt):
            found.update(inner.params)
    return found
