"""Loops whose rounds know nothing of each other: forward and backward part in one loop.

    for i in range(n):                      for i in range(n):
        z = w * x[i]                            z = w * x[i]
        s = s + z * sin(z)            →         dw = dw + x[i] * (sin(z) + z * cos(z))
    for i in range(n - 1, -1, -1):
        dw = dw + x[i] * (sin(z) + z * cos(z))

If what the mirrored loop reads of the forward rounds follows from the item and from values outside,
and nothing else of the forward loop is read, then its rounds are run in the mirrored loop, and
nothing is recorded. If all that is carried there are sums, it runs in the user's order.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace

from ..analysis.loops import carried, local_vars
from ..analysis.sums import only_sums
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import count_uses, definitions, free_vars, outs, statements, substitute_block
from ..optimize.dead import has_effect
from .rounds import Emit, Rounds


def fuse(block: Block, types: Types, rounds: dict[object, Rounds]) -> Block:
    """The block with all such loops in one. `rounds` are those of the mirrored loops."""
    return _Fuser(types, rounds, count_uses(block), definitions(block)).block(block)


class _Fuser:
    def __init__(
        self, types: Types, rounds: dict[object, Rounds], uses: Counter[Var], defs: dict[Var, Stmt]
    ) -> None:
        self.types = types
        self.rounds = rounds
        self.uses = uses
        self.defs = defs

    def block(self, block: Block) -> Block:
        body: list[Stmt] = []
        for stmt in block.body:
            if isinstance(stmt, For) and stmt.mirrors is not None and stmt.key in self.rounds:
                forward = next((s for s in body if not isinstance(s, Let | If)
                                and s.key is stmt.mirrors), None)  # fmt: skip
                joined = self.joined(forward, stmt) if isinstance(forward, For) else []
                if joined:
                    body = [s for s in body if s is not forward] + joined
                    continue
            body.append(stmt)
        return replace(block, body=tuple(map(self.inner, body)))

    def inner(self, stmt: Stmt) -> Stmt:
        match stmt:
            case If():
                return replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse))
            case For() | While():
                return replace(stmt, body=self.block(stmt.body))
        return stmt

    def joined(self, forward: For, mirror: For) -> list[Stmt]:
        """The one loop for both, or nothing if their rounds cannot be run together."""
        local = local_vars(forward)
        wanted = set(free_vars(mirror.body)) & local
        read_inside = Counter(a for a in free_reads(forward) if a in local)
        read_inside.update(a for a in free_reads(mirror) if a in local)
        if forward.stops or not wanted or any(self.uses[v] for v in forward.outs):
            return []
        if any(self.uses[v] > read_inside[v] for v in local):  # another part reads it too
            return []
        if any(isinstance(s, Let) and has_effect(s) for s in statements(forward.body)):
            return []
        kept: list[Stmt] = []
        for stmt in reversed(forward.body.body):
            made = set(outs(stmt)) | (set() if isinstance(stmt, Let) else local_vars(stmt))
            if made & wanted:
                kept.insert(0, stmt)
                wanted.update(free_vars(Block((), (stmt,))))
        if not wanted.isdisjoint(carried(forward)):
            return []
        return self.one_loop(forward, mirror, kept)

    def one_loop(self, forward: For, mirror: For, kept: list[Stmt]) -> list[Stmt]:
        rounds = self.rounds.pop(mirror.key)
        before: list[Stmt] = []
        first: list[Stmt] = []
        item = rounds.item(self.emitter(first), self.defs)
        env: dict[Var, Atom] = {forward.body.params[0]: item}
        for stmt in list(kept):
            entry = self.entry(stmt, env)
            if entry is not None:
                env[outs(stmt)[0]] = entry
                kept.remove(stmt)
        body = Block(mirror.body.params, (*first, *kept, *mirror.body.body), mirror.body.results)
        one = replace(mirror, body=substitute_block(body, env), mirrors=None)
        if only_sums(one, self.types):
            source = forward.iterable
            if not rounds.direct:
                source = self.emitter(before)(range, *rounds.forward)
            one = replace(one, iterable=source)
        return [*before, one]

    def entry(self, stmt: Stmt, env: dict[Var, Atom]) -> Atom | None:
        """One of the values that `zip` or `enumerate` pairs, if that is what a statement reads."""
        if not (isinstance(stmt, Let) and stmt.prim is operator.getitem):
            return None
        base, key = stmt.args
        pair = env.get(base) if isinstance(base, Var) else None
        made = self.defs.get(pair) if isinstance(pair, Var) else None
        if isinstance(made, Let) and made.prim is prims.make_tuple and isinstance(key, Const):
            return made.args[key.value] if isinstance(key.value, int) else None
        return None

    def emitter(self, stmts: list[Stmt]) -> Emit:
        def emit(prim: object, *args: object) -> Atom:
            atoms = tuple(a if isinstance(a, Var | Const) else Const(a) for a in args)
            let = Let(Var(), prim, atoms)  # type: ignore[arg-type]
            stmts.append(let)
            self.defs[let.out] = let
            self.types.observe(let)
            return let.out

        return emit


def free_reads(stmt: For) -> list[Var]:
    """Every read of a variable in a loop's body."""
    return list(count_uses(stmt.body).elements())
