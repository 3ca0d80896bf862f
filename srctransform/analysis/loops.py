"""Types round a loop: what holds for a carried value in every round.

    s = 0.0                    s   : float scalar at first
    for row in x:              row : x without its first axis
        s = s + row * w        s   : as large as row and w now, so s has a shape of its own

The parameters of the body start with the types of the initial values; the body is typed; where a
result is something else than its parameter, the parameter becomes what holds for both, until
nothing changes. An inner loop goes on from what was found for it in the round before, so nested
loops are typed about as often as one. A shape that differs between rounds is named by the
parameter. No symbol of a body is left in the types of what leaves it, for it would mean the value
of one round.

Who builds a loop statement by statement does the same with a builder:

    types.enter_loop(params, init, iterable)        params[0] is the item; a While has no iterable
    ... build the body, which yields `results` ...
    if types.leave_loop(params[1:], results):       some parameters are wider now:
        ... throw the body away and build it again, from `enter_loop` on ...
    builder.add(For(...))                           the types of its outs follow
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import replace

from ..ir.nodes import Atom, Block, For, Stmt, Var, While
from ..ir.types import ANY, Type, join
from ..ir.walk import blocks, outs, statements
from .containers import item_of

#: so many rounds may only join; then what still changes is given up
PATIENCE = 4


class LoopTypes(dict[Var, Type]):
    """The part of `Types` that knows loops."""

    defs: dict[Var, Stmt]
    of: Callable[[Atom], Type]
    settle: Callable[[Var, Type], Type]
    params: dict[Var, None]
    block: Callable[[Block], None]

    def enter_loop(
        self, params: Sequence[Var], init: Sequence[Atom], iterable: Atom | None = None
    ) -> None:
        """Type the parameters of a body that is about to be typed or built. Types that are known
        already (of a round before, or given by the caller) are only ever widened."""
        self.params.update(dict.fromkeys(params))
        if iterable is not None:
            item, *params = params
            self[item] = self.settle(item, item_of(iterable, self.defs, self.of))
        for p, a in zip(params, init, strict=True):
            kind = self.of(a)
            if p in self and self.is_given_up(p):
                continue  # nothing is known of it any more
            self[p] = self.settle(p, join(self[p], kind, p) if p in self else kind)

    def is_given_up(self, param: Var) -> bool:
        """Is no more known of a parameter than how it is used?"""
        kind, least = self[param], self.settle(param, ANY)
        return kind.kind == "any" or replace(kind, sources=least.sources) == least

    def leave_loop(
        self,
        params: Sequence[Var],
        results: Sequence[Atom],
        local: Container[Var] | None = None,
        patient: bool = True,
    ) -> list[Var]:
        """Widen carried parameters by what the body yields for them; returns those that changed.

        `local` are the variables of the body; without them, all that were typed after `params`.
        """
        if local is None:
            local = self._typed_since(params)
        changed = []
        for p, a in zip(params, results, strict=False):  # a loop that stops yields one more
            old = self[p]
            new = self.settle(p, join(old, without(self.of(a), local, p), p))
            if not patient and new != old:
                sources = new.sources | old.sources
                new = replace(self.settle(p, ANY), sources=sources)
            if new != old:
                self[p] = new
                changed.append(p)
        return changed

    def _typed_since(self, params: Sequence[Var]) -> set[Var]:
        found: set[Var] = set()
        for var in reversed(self):
            found.add(var)
            if params and var is params[0]:
                break
        return found | set(params)

    def loop(self, stmt: For | While) -> None:
        """Type a loop: its parameters, its body, what it defines."""
        params = carried(stmt)
        local = local_vars(stmt)
        changed, rounds = True, 0
        while changed:
            rounds += 1
            self._enter(stmt)
            for block in blocks(stmt):
                self.block(block)
            patient = rounds <= PATIENCE
            changed = bool(self.leave_loop(params, stmt.body.results, local, patient))
        self._type_outs(stmt, local)

    def built_loop(self, stmt: For | While) -> None:
        """Type what a loop defines whose body was typed while it was built, if it was."""
        params = carried(stmt)
        if all(p in self for block in blocks(stmt) for p in block.params):
            before = [self[p] for p in params]
            self._enter(stmt)
            local = local_vars(stmt)
            same = before == [self[p] for p in params]
            if same and not self.leave_loop(params, stmt.body.results, local):
                self._type_outs(stmt, local)
                return
        else:
            for block in blocks(stmt):
                self.defs.update((v, s) for s in statements(block) for v in outs(s))
        self.loop(stmt)

    def _enter(self, stmt: For | While) -> None:
        if isinstance(stmt, For):
            self.enter_loop(stmt.body.params, stmt.init, stmt.iterable)
        else:
            self.enter_loop(stmt.body.params, stmt.init)
            self.enter_loop(stmt.test.params, stmt.body.params)

    def _type_outs(self, stmt: For | While, local: Container[Var]) -> None:
        for out, p in zip(stmt.outs, carried(stmt), strict=True):
            self[out] = self.settle(out, without(self[p], local, out))


def carried(stmt: For | While) -> tuple[Var, ...]:
    """The parameters of a loop's body that are carried from round to round."""
    return stmt.body.params[1:] if isinstance(stmt, For) else stmt.body.params


def local_vars(stmt: Stmt) -> set[Var]:
    """Every variable that the blocks of a statement define."""
    found: set[Var] = set()
    for block in blocks(stmt):
        found.update(block.params)
        for inner in statements(block):
            found.update(outs(inner))
            found.update(p for b in blocks(inner) for p in b.params)
    return found


def without(kind: Type, local: Container[Var], fresh: Hashable, source: Hashable = None) -> Type:
    """The type of a value where `local` variables mean nothing; its shape is named by `fresh` if
    it was theirs, or left open without one. `source` stands for those that may make it complex."""
    source = fresh if source is None else source
    if kind.container:
        items = tuple((k, without(v, local, fresh and (fresh, k))) for k, v in kind.items)
        elem = kind.elem and without(kind.elem, local, None, source and (source, "elem"))
        return kind if (items, elem) == (kind.items, kind.elem) else replace(
            kind, items=items, elem=elem
        )  # fmt: skip
    shape = kind.shape
    if isinstance(shape, tuple):
        if mentions(shape, local):
            shape = tuple(
                (None if fresh is None else ("size", fresh, k)) if mentions(dim, local) else dim
                for k, dim in enumerate(shape)
            )
    elif mentions(shape, local):
        shape = frozenset() if fresh is None else frozenset([("of", fresh)])
    sources = kind.sources
    if source is not None and any(mentions(s, local) for s in sources):
        sources = frozenset(s for s in sources if not mentions(s, local)) | {source}
    if shape is kind.shape and sources is kind.sources:
        return kind
    return replace(kind, shape=shape, sources=sources)


def mentions(symbol: Hashable, local: Container[Var]) -> bool:
    """Is a symbol made with one of these variables, or nobody's?"""
    if isinstance(symbol, tuple | frozenset):
        return any(mentions(part, local) for part in symbol)
    return symbol in local if isinstance(symbol, Var) else type(symbol) is object
