"""What a program that runs to its end says of the ranks of its parameters.

    for i in range(len(x)):        s is a number as the loop ends, so s + w * x[i] is one, and so
        s = s + w * x[i]           are w and x[i]: x is a vector, or a list of numbers
    return s

    n, m = u.shape                 u has two axes,
    u[i, j] = w * f[i, j]          so what is stored is a number: so are w and f[i, j]

A result of elementwise operations is a scalar only if its operands are. Each proof has a place: the
block that has to run for it to hold. It is used where all that it would change happens there.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Stmt, Var, While
from ..ir.types import Type
from ..ir.walk import operands
from ..rules.registry import rule_of
from ..runtime import element
from .indexing import index_parts, known_rank
from .loops import carried
from .types import ELEMENTWISE, Types

#: the blocks around a statement, outermost first, by number
Place = tuple[int, ...]

#: behind the place of a loop's body: if another round follows
NEXT = -1

#: statements whose result is a scalar only if their first operand is
SAME = frozenset({prims.first_of, np.copy, element})

WRITES = frozenset({prims.store, prims.accumulate})


def proven_types(
    block: Block, params: Mapping[Var, Type], types: Types, result: Atom | None = None
) -> dict[Var, Type]:
    """More exact types of parameters; `result` is a value that is certainly a scalar."""
    sites = Sites(block)
    refuted: set[tuple[int, int]] = set()
    while True:
        proofs = _Proofs(sites, params, types, refuted)
        proofs.run(result)
        failed = {key for key, param in proofs.assumed.items() if not proofs.every_round(*param)}
        if not failed:
            break
        refuted |= failed
    found: dict[Var, Type] = {}
    for var, known in params.items():
        if known.kind not in ("num", "any") or known.rank is not None or known.container:
            continue
        if proofs.is_scalar(var):
            found[var] = replace(known, kind="num", shape=())
            continue
        rank = proofs.rank(var)
        if rank and known_rank(known.shape) is None:
            dims = tuple((var, axis) for axis in range(rank))
            by_entry = proofs.by_entry(var)
            if known.kind == "num" and by_entry:
                found[var] = replace(known, shape=dims, array=True)
            elif known.kind == "num" or by_entry:
                found[var] = replace(known, shape=frozenset([("shape", var, rank)]))
    return found


@dataclass(frozen=True)
class _Use:
    """Where a variable is read: by a statement, or as what number `at` of what a block yields or a
    loop starts from."""

    place: Place
    stmt: Stmt | None
    role: str  # operand, init, yield
    at: int = 0


class Sites:
    """Where each variable of a program is defined and used."""

    def __init__(self, block: Block) -> None:
        self.home: dict[Var, tuple[str, Stmt, int, Place]] = {}
        self.uses: defaultdict[Var, list[_Use]] = defaultdict(list)
        self.inner: dict[int, Place] = {}  # of a loop's body, or an arm, by its id
        self.lets: list[tuple[Let, Place]] = []
        self.count = 0
        self.block(block, (0,), None)

    def block(self, block: Block, place: Place, owner: Stmt | None) -> None:
        self.inner[id(block)] = place
        for stmt in block.body:
            self.stmt(stmt, place)
        for k, atom in enumerate(block.results):
            if isinstance(atom, Var):
                self.uses[atom].append(_Use(place, owner, "yield", k))

    def inside(self, place: Place) -> Place:
        self.count += 1
        return (*place, self.count)

    def stmt(self, stmt: Stmt, place: Place) -> None:
        init = () if isinstance(stmt, Let | If) else stmt.init
        plain = operands(stmt)[: -len(init)] if init else operands(stmt)
        for k, atom in enumerate(plain):
            if isinstance(atom, Var):
                self.uses[atom].append(_Use(place, stmt, "operand", k))
        for k, atom in enumerate(init):
            if isinstance(atom, Var):
                self.uses[atom].append(_Use(place, stmt, "init", k))
        match stmt:
            case Let():
                self.home[stmt.out] = ("let", stmt, 0, place)
                self.lets.append((stmt, place))
            case If():
                for arm in (stmt.then, stmt.orelse):
                    self.block(arm, self.inside(place), stmt)
                self.home.update({v: ("if", stmt, k, place) for k, v in enumerate(stmt.outs)})
            case For() | While():
                if isinstance(stmt, While):
                    self.block(stmt.test, self.inside(place), None)
                body = self.inside(place)
                self.block(stmt.body, body, stmt)
                rows = enumerate(carried(stmt))
                self.home.update({v: ("carried", stmt, k, body) for k, v in rows})
                self.home.update({v: ("out", stmt, k, place) for k, v in enumerate(stmt.outs)})


class _Proofs:
    """Goes from what must be a scalar to what it is made of."""

    def __init__(
        self, sites: Sites, params: Mapping[Var, Type], types: Types,
        refuted: set[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.sites = sites
        self.params = params
        self.types = types
        self.refuted = refuted
        self.scalars: defaultdict[Var, list[Place]] = defaultdict(list)
        self.ranks: defaultdict[Var, list[tuple[Place, int]]] = defaultdict(list)
        self.assumed: dict[tuple[int, int], tuple[For | While, int]] = {}
        self.waiting: list[tuple[Var, Place]] = []

    def run(self, result: Atom | None) -> None:
        """Everything that follows from the result, from writes, and from shapes taken apart."""
        if result is not None:
            self.need(result, (0,))
        for let, place in self.sites.lets:
            if let.prim is prims.unpack:
                self.unpacked(let, place)
        grown = True
        while grown:
            while self.waiting:
                self.step(*self.waiting.pop())
            before = sum(map(len, self.scalars.values()))
            for let, place in self.sites.lets:
                if let.prim in WRITES and len(let.args) == 3 and self.fills_entry(let, place):
                    self.need(let.args[1], place)
            grown = sum(map(len, self.scalars.values())) > before

    def need(self, atom: Atom, place: Place) -> None:
        """A value is a scalar if what stands at a place runs."""
        if isinstance(atom, Var) and self.types.of(atom).kind in ("num", "any"):
            if not any(holds(p, place) for p in self.scalars[atom]):
                self.scalars[atom].append(place)
                self.waiting.append((atom, place))

    def step(self, var: Var, place: Place) -> None:
        """What a scalar says of what it is made of."""
        kind, stmt, k, home = self.sites.home.get(var, ("", None, 0, ()))
        match stmt:
            case Let():
                self.let(stmt, place)
            case If() if holds(place, home):
                for arm in (stmt.then, stmt.orelse):
                    self.need(arm.results[k], self.sites.inner[id(arm)])
            case For() | While() if holds(place, home):
                body = self.sites.inner[id(stmt.body)]
                if kind == "carried":
                    self.need(stmt.init[k], body)
                    self.need(stmt.body.results[k], (*body, NEXT))
                elif (id(stmt), k) not in self.refuted:
                    self.assumed[id(stmt), k] = (stmt, k)
                    self.need(stmt.init[k], home)
                    self.need(stmt.body.results[k], body)

    def let(self, let: Let, place: Place) -> None:
        if _passes(let):
            for atom in let.args[:1] if let.prim in SAME else let.args:
                self.need(atom, place)
            return
        owner, ints = self.access(let)
        if owner is not None and let.prim is operator.getitem and ints:
            self.ranks[owner].append((place, ints))

    def unpacked(self, let: Let, place: Place) -> None:
        """`n, m = u.shape`"""
        made = self.sites.home.get(let.args[0]) if isinstance(let.args[0], Var) else None
        if made is not None and isinstance(made[1], Let) and made[1].prim is np.shape:
            owner = self.owner(made[1].args[0])
            if owner is not None:
                self.ranks[owner].append((place, let.args[1].value))  # type: ignore[union-attr]

    def every_round(self, stmt: For | While, k: int) -> bool:
        """Does the scalar that leaves a loop make what its last round began with a scalar, and so
        on back to the first?"""
        body = self.sites.inner[id(stmt.body)]
        return any(holds(p, body) for p in self.scalars[carried(stmt)[k]])

    # ------------------------------------------------------------ arrays and their entries

    def owner(self, base: Atom) -> Var | None:
        """The parameter whose shape a value has."""
        kind = self.types.of(base)
        if kind.kind == "any" and isinstance(base, Var) and base in self.params:
            return base
        if kind.kind == "num" and isinstance(kind.shape, frozenset) and len(kind.shape) == 1:
            (atom,) = kind.shape
            if isinstance(atom, tuple) and atom[0] == "shape" and atom[1] in self.params:
                return atom[1]  # type: ignore[no-any-return]
        return None

    def access(self, let: Let) -> tuple[Var | None, int]:
        """Whose entry a statement reads or writes, and by how many ints; 0 by another index."""
        at = 1 if let.prim is operator.getitem else 2 if let.prim in WRITES else 0
        if not at or len(let.args) <= at:
            return None, 0
        return self.owner(let.args[0]), _ints(let.args[at], self.types)

    def fills_entry(self, let: Let, place: Place) -> bool:
        """Is it a write into one entry of an array of numbers?"""
        ints = _ints(let.args[2], self.types)
        kind = self.types.of(let.args[0])
        if not ints or kind.kind != "num":
            return False
        if kind.rank is not None:
            return kind.rank == ints
        owner = self.owner(let.args[0])
        proofs = self.ranks[owner] if owner is not None else ()
        return any(holds(p, place) and rank == ints for p, rank in proofs)

    # ------------------------------------------------------------ what may be used

    def is_scalar(self, var: Var) -> bool:
        """Is a parameter a scalar wherever it is used?"""
        return bool(self.scalars[var]) and self.covered(var)

    def covered(self, var: Var) -> bool:
        return all(self.use_covered(var, use) for use in self.sites.uses[var])

    def use_covered(self, var: Var, use: _Use) -> bool:
        """Is a value a scalar as this use runs, or comes to nothing if it is not?"""
        places = self.scalars[var]
        if any(holds(p, use.place) for p in places):
            return True
        if use.role == "operand" and isinstance(use.stmt, Let):
            out = use.stmt.out
            return _passes(use.stmt) and bool(self.scalars[out]) and self.covered(out)
        if use.role == "yield" and isinstance(use.stmt, For | While):
            last = use.at < len(use.stmt.outs) and not self.sites.uses[use.stmt.outs[use.at]]
            return last and (*use.place, NEXT) in places
        return False

    def rank(self, var: Var) -> int:
        """The rank of a parameter, if it is certain wherever its entries are read; else 0."""
        proofs = self.ranks[var]
        if len({rank for _, rank in proofs}) != 1:
            return 0
        rank = proofs[0][1]
        lists = self.params[var].kind == "any"  # where one entry says nothing of the others
        for let, place in self.sites.lets:
            owner, ints = self.access(let)
            if owner is not var or not ints:
                continue
            proven = not lists and any(holds(p, place) for p, _ in proofs)
            if let.prim is operator.getitem and ints == rank and not proven:
                places = self.scalars[let.out]
                proven = any(holds(p, place) for p in places)
                proven = proven or (bool(places) and self.covered(let.out))
            if not proven or ints > rank:
                return 0
        return rank

    def by_entry(self, var: Var) -> bool:
        """Is a parameter only read entry by entry, or asked for its size? Then nothing is ever
        stretched along its axes."""
        return all(
            isinstance(use.stmt, Let)
            and use.at == 0
            and use.role == "operand"
            and (
                use.stmt.prim in (len, np.shape)
                or (use.stmt.prim is operator.getitem and self.access(use.stmt)[1] > 0)
            )
            for use in self.sites.uses[var]
        )


def holds(proof: Place, place: Place) -> bool:
    """Has what is proven at one place been proven where another one runs?"""
    return place[: len(proof)] == proof


def _passes(let: Let) -> bool:
    """Is the result a scalar only if the operands are?"""
    rule = rule_of(let.prim)
    return (
        let.prim in SAME or (rule is not None and rule.elementwise) or let.prim in ELEMENTWISE
    ) and not let.kwargs


def _ints(index: Atom, types: Types) -> int:
    """How many axes an index of ints takes; 0 of another index."""
    parts = index_parts(index, types.defs)
    for part in parts or ():
        kind = types.of(part)
        if not (kind.is_scalar and kind.dtype == "int"):
            return 0
    return len(parts) if parts else 0
