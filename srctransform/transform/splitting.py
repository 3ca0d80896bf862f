"""A unit that was derived in one piece becomes a forward and a backward function.

    if n == 0: value, half = 1.0, unbound        def power_fwd(x, n):
    else: half = ...; value = half * half            if n == 0: return 1.0, None
    boundary                                         ...; return value, (half, saved_half)
    if n == 0: dx = 0.0                      →   def power_bwd(x, n, saved, dout):
    else: ... half ...                               if n == 0: return 0.0
                                                     half, saved_half = saved

What the backward function reads of the forward one is handed over in a tuple, but for numbers that
are parameters, which it takes beside the tuple, and cheap arithmetic of what it has.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..analysis.types import COMPARISONS
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, If, Let, Stmt, Var
from ..ir.types import Type
from ..ir.walk import blocks, count_uses, definitions, free_vars, operands, outs, statements

CHEAP = COMPARISONS | {
    operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.neg,
}  # fmt: skip

Arm = tuple[object, int]  # a branch and one of its arms


@dataclass
class Split:
    """`before` and `back` are the two parts; `value` is what the unit returns, `passed` are the
    parameters that the backward function takes."""

    before: tuple[Stmt, ...]
    value: Atom
    back: Block
    params: frozenset[Var]
    passed: frozenset[Var]
    type_of: Callable[[Atom], Type]
    arm: Arm | None = None  # the only one that unpacks what was saved
    same: dict[Var, Var] = field(default_factory=dict)  # an arm's value -> what the branch yields

    def kept(self) -> tuple[Var, ...]:
        """What the backward part reads, and has not been given; what is cheap it computes again."""
        defs = definitions(Block((), self.before))
        for stmt in statements(Block((), self.before)):
            if isinstance(stmt, If):
                for arm in blocks(stmt):
                    pairs = zip(arm.results, stmt.outs, strict=True)
                    self.same.update((a, out) for a, out in pairs if isinstance(a, Var))
        made = {v for s in self.before for v in outs(s)} | self.params
        wanted = [v for v in free_vars(self.back) if v in made and v not in self.passed]
        found = {v: self.formula(v, defs, set(wanted) - {v}) for v in wanted}
        waiting = {v: lets for v, lets in found.items() if lets}
        while waiting:  # what others are computed from comes last, and so stands first
            read = {a for lets in waiting.values() for let in lets for a in let.args}
            var = next((v for v in waiting if v not in read), None)
            if var is None:
                break
            self.back, _ = sunk(self.back, waiting.pop(var))
        return tuple(v for v in free_vars(self.back) if v in made and v not in self.passed)

    def formula(self, var: Var, defs: Mapping[Var, Stmt], given: set[Var]) -> list[Let]:
        """The statements that compute a value from what is given and passed; none if there are no
        such."""
        stmt = defs.get(var)
        made: Atom | None = var
        while isinstance(stmt, If) and isinstance(made, Var):
            ends = [arm.results[stmt.outs.index(made)] for arm in blocks(stmt)]
            known = [a for a in ends if not (isinstance(a, Const) and a.value is UNBOUND)]
            made = known[0] if len(known) == 1 else None
            stmt = defs.get(made) if isinstance(made, Var) else None
        if not isinstance(stmt, Let) or stmt.prim not in CHEAP or stmt.kwargs:
            return []
        if not all(self.type_of(a).is_scalar for a in (stmt.out, *stmt.args)):
            return []
        lets: list[Let] = []
        args: list[Atom] = []
        for a in stmt.args:
            while isinstance(a, Var) and a in self.same and a not in given:
                a = self.same[a]
            if isinstance(a, Var) and a not in given and a not in self.passed:
                inside = self.formula(a, defs, given)
                if not inside:
                    return []
                a = Var(a.hint, a.role, a.of, a.user)
                lets += [*inside[:-1], replace(inside[-1], out=a)]
            args.append(a)
        return [*lets, replace(stmt, out=var, args=tuple(args))]

    def unpack(self, saved: Var, kept: tuple[Var, ...]) -> None:
        """Take the tuple apart where its parts are read."""
        lets = [Let(v, prims.getitem, (saved, Const(k))) for k, v in enumerate(kept)]
        if lets:
            self.back, self.arm = sunk(self.back, lets)

    def forward(self, kept: tuple[Var, ...]) -> Block:
        """The forward function's body: each path returns by itself if the last statement is a
        branch."""
        last = self.before[-1] if self.before else None
        saved, both = Var(), Var()
        if not isinstance(last, If) or not set(last.outs) & {*kept, self.value}:
            pack = Let(saved, prims.make_tuple, kept)
            pair = Let(both, prims.make_tuple, (self.value, saved))
            return Block((), (*self.before, pack, pair), (both,))
        arms = []
        for k, arm in enumerate(blocks(last)):
            env: dict[Atom, Atom] = dict(zip(last.outs, arm.results, strict=True))
            value = env.get(self.value, self.value)
            packed, pair_out = Var(), Var()
            body = list(arm.body)
            unread = self.arm is not None and self.arm[0] is last.key and self.arm[1] != k
            result: Atom = Const(None)
            if not unread:
                values = tuple(none_for_unbound(env.get(v, v)) for v in kept)
                body.append(Let(packed, prims.make_tuple, values))
                result = packed
            body.append(Let(pair_out, prims.make_tuple, (value, result)))
            arms.append(replace(arm, body=tuple(body), results=(pair_out,)))
        one = replace(last, then=arms[0], orelse=arms[1], outs=(both,))
        return Block((), (*self.before[:-1], one), (both,))


def returned_by_path(back: Block) -> Block:
    """The backward part, where a branch at its end gives the result no name, so that each arm
    returns by itself."""
    last, result = back.body[-1] if back.body else None, back.results[0]
    if not isinstance(last, If) or last.outs != (result,):
        return back
    out = Var()
    return replace(back, body=(*back.body[:-1], replace(last, outs=(out,))), results=(out,))


def none_for_unbound(atom: Atom) -> Atom:
    return Const(None) if isinstance(atom, Const) and atom.value is UNBOUND else atom


def sunk(block: Block, lets: list[Let], arm: Arm | None = None) -> tuple[Block, Arm | None]:
    """The block with statements put into the only arm that reads what they make, if there is one;
    and the arm of the forward branch that this one mirrors."""
    made = {let.out for let in lets}
    readers = [s for s in block.body if made & _reads(s)]
    if len(readers) == 1 and isinstance(readers[0], If) and made.isdisjoint(block.results):
        stmt = readers[0]
        inside = [k for k, b in enumerate(blocks(stmt)) if made & set(count_uses(b))]
        if stmt.cond not in made and len(inside) == 1:
            (k,) = inside
            path = arm if arm is not None or stmt.mirrors is None else (stmt.mirrors, k)
            new, path = sunk(blocks(stmt)[k], lets, path)
            one = replace(stmt, then=new) if k == 0 else replace(stmt, orelse=new)
            return replace(block, body=tuple(one if s is stmt else s for s in block.body)), path
    return replace(block, body=(*lets, *block.body)), arm


def _reads(stmt: Stmt) -> set[Atom]:
    found: set[Atom] = set(operands(stmt))
    for inner in blocks(stmt):
        found |= set(count_uses(inner))
    return found
