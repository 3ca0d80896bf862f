"""Items of a list that only grows are read again from the last version of it.

    for k in range(n):                 for k in range(n):
        v = xs[k]                          v = xs[k]
        xs = append(xs, v * b)             xs = append(xs, v * b)
    ... in the mirrored round:         ... in the mirrored round:
        ... v ...                 →        v = xs[k]

An index from the front finds the same item in every later version, so nothing is recorded.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, replace

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, substitute_block
from .places import Place, Places
from .recompute import Choice
from .rounds import Rounds, range_args


def reread(block: Block, types: Types, rounds: dict[object, Rounds]) -> Block:
    """The block, where such items are read again."""
    if not any(kind.kind == "list" for kind in types.values()):
        return block
    places = Places()
    places.scan(block)
    found = _Rereading(types, places, Choice(places, types, rounds))
    for var, place in set(places.lost()):
        found.look_at(var, place)
    return found.block(block, ()) if found.last else block


@dataclass
class _Rereading:
    types: Types
    places: Places
    choice: Choice
    last: dict[tuple[Var, Place], Var] = field(default_factory=dict)  # the list to read from

    def look_at(self, var: Var, place: Place) -> None:
        """Note a read of an item that is not at hand, if it can be read again."""
        stmt = self.places.defs.get(var)
        if not isinstance(stmt, Let) or stmt.prim is not operator.getitem:
            return
        items, key = stmt.args
        if not isinstance(items, Var) or self.types.of(items).kind != "list":
            return
        if self.choice.cost(var, place) is not None or self.choice.cost(key, place) is None:
            return
        if (self.least(key) or 0) < 0 or self.least(key) is None:
            return
        found = self.grown(items, place)
        if found is not None:
            self.last[var, place] = found

    def block(self, block: Block, place: Place) -> Block:
        """A block, with the reads that it needs at its beginning."""
        first: list[Stmt] = []
        env: dict[Var, Atom] = {}
        for (var, at), items in self.last.items():
            if at == place:
                stmt = self.places.defs[var]
                assert isinstance(stmt, Let)
                env[var] = new = Var(var.hint, var.role, var.of, var.user)
                self.types[new] = self.types.of(var)
                first.append(replace(stmt, out=new, args=(items, stmt.args[1])))
        if env:
            block = substitute_block(block, env)
        body = [self.statement(s, place) for s in block.body]
        return replace(block, body=(*first, *body))

    def statement(self, stmt: Stmt, place: Place) -> Stmt:
        match stmt:
            case If():
                then, orelse = (
                    self.block(b, (*place, (stmt.key, k))) for k, b in enumerate(blocks(stmt))
                )
                return replace(stmt, then=then, orelse=orelse)
            case For():
                return replace(stmt, body=self.block(stmt.body, (*place, (stmt.key, 0))))
            case While():
                return replace(stmt, body=self.block(stmt.body, (*place, (stmt.key, 1))))
        return stmt

    # ------------------------------------------------------------ lists

    def grown(self, items: Var, place: Place) -> Var | None:
        """A version at hand that begins with all of these items."""
        places = self.places
        while not places.is_legal(items, place):
            key, slot = places.homes[items][-1]
            owner = places.owners[key]
            assert not isinstance(owner, Let)
            results = blocks(owner)[slot].results
            params = carried(owner) if not isinstance(owner, If) else (None,) * len(results)
            for out, result, param in zip(owner.outs, results, params, strict=False):
                if self.begins(result, items) and (param is None or self.begins(result, param)):
                    items = out
                    break
            else:
                return None
        return items

    def begins(self, value: Atom, items: Var) -> bool:
        """Is a value the list `items` with nothing but more items behind it?"""
        if value is items:
            return True
        stmt = self.places.defs.get(value) if isinstance(value, Var) else None
        match stmt:
            case Let():
                adds = stmt.prim is operator.add and self.types.of(stmt.out).kind == "list"
                passes = stmt.prim in (prims.append, prims.first_of) or adds
                return passes and self.begins(stmt.args[0], items)
            case If():
                k = stmt.outs.index(value)
                return all(self.begins(arm.results[k], items) for arm in blocks(stmt))
            case For() | While():
                k = stmt.outs.index(value)
                grows = self.begins(stmt.body.results[k], carried(stmt)[k])
                return grows and self.begins(stmt.init[k], items)
        return False

    # ------------------------------------------------------------ indices

    def least(self, key: Atom) -> int | None:
        """What an index is at least; None where that is not known."""
        if isinstance(key, Const):
            return key.value if type(key.value) is int else None
        loop = self.places.params.get(key)
        if isinstance(loop, For) and loop.body.params[0] is key:
            bounds = range_args(loop.iterable, self.places.defs)
            start, step = (bounds[0], bounds[2]) if bounds is not None else (None, None)
            up = isinstance(step, Const) and step.value > 0
            return self.least(start) if up and start is not None else None
        stmt = self.places.defs.get(key)
        if not isinstance(stmt, Let):
            return None
        if stmt.prim is len:
            return 0
        if stmt.prim is prims.first_of:
            return self.least(stmt.args[0])
        if stmt.prim is operator.getitem and isinstance(stmt.args[0], Var):
            return self.least_of_item(stmt.args[0], stmt.args[1])
        if stmt.prim is operator.sub and isinstance(stmt.args[1], Const):
            first, less = self.least(stmt.args[0]), stmt.args[1].value
            return first - less if first is not None and type(less) is int else None
        if stmt.prim is operator.add:
            first, second = (self.least(a) for a in stmt.args)
            return first + second if first is not None and second is not None else None
        return None

    def least_of_item(self, item: Var, key: Atom) -> int | None:
        """k of `for k, x in enumerate(xs)`."""
        loop = self.places.params.get(item)
        if not isinstance(loop, For) or loop.body.params[0] is not item:
            return None
        made = self.places.defs.get(loop.iterable) if isinstance(loop.iterable, Var) else None
        counts = isinstance(made, Let) and made.prim is enumerate and len(made.args) == 1
        first = isinstance(key, Const) and key.value == 0
        return 0 if counts and first and not made.kwargs else None  # type: ignore[union-attr]
