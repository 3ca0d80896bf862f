"""A value that is made in one arm of a branch and read behind it becomes one of its outs.

    if c:                        if c:
      t = sin(x)                   t = sin(x)
      yield t             →        yield t, t
    else:                        else:
      yield x                      yield x, UNBOUND
    -> y                         -> y, t'
    if c: ... reads t            if c: ... reads t'

Printed, the extra out costs nothing: Python keeps the name that the arm assigned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from .nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from .walk import outs, reads, substitute


def export_from_branches(block: Block) -> Block:
    """The block, with every value in scope wherever it is read."""
    return _block(block, frozenset())[0]


def _block(block: Block, later: Set[Var]) -> tuple[Block, dict[Var, Atom]]:
    """The block, and what its variables are now; `later` are those that are read behind it."""
    if all(isinstance(s, Let) for s in block.body):
        return block, {}
    body: list[Stmt] = []
    last = _last_reads(block)
    env: dict[Var, Atom] = {}
    for k, stmt in enumerate(block.body):
        stmt = substitute(stmt, env) if env else stmt
        if isinstance(stmt, If):
            wanted = _Wanted(last, k, later)
            then, of_then = _block(stmt.then, wanted)
            orelse, of_else = _block(stmt.orelse, wanted)
            stmt = replace(stmt, then=then, orelse=orelse)
            stmt, renamed = _export(stmt, wanted, (of_then, of_else))
            env.update(renamed)
        elif isinstance(stmt, For | While):
            stmt = replace(stmt, body=export_from_branches(stmt.body))
        body.append(stmt)
    results = tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results)
    return replace(block, body=tuple(body), results=results), env


@dataclass(frozen=True)
class _Wanted(Set[Var]):
    """The variables that are read behind statement `at` of a block, or behind the block."""

    last: Mapping[Var, int]
    at: int
    later: Set[Var]

    def __contains__(self, var: object) -> bool:
        return self.last.get(var, -1) > self.at or var in self.later  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[Var]:
        return iter({v for v, at in self.last.items() if at > self.at} | set(self.later))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _last_reads(block: Block) -> dict[Var, int]:
    """The last statement of the block that reads each variable; its end counts as one."""
    last = {}
    for k, stmt in enumerate(block.body):
        for var in reads(Block((), (stmt,), ())):
            last[var] = k
    last.update((a, len(block.body)) for a in block.results if isinstance(a, Var))
    return last


def _export(
    stmt: If, wanted: Set[Var], names: tuple[dict[Var, Atom], dict[Var, Atom]]
) -> tuple[If, dict[Var, Atom]]:
    """The branch with an out for each value of an arm that is read behind it; `names` are what
    the values of branches inside of the arms are called in there."""
    renamed: dict[Var, Atom] = {}
    extra_outs: list[Var] = []
    extra: list[list[Atom]] = [[], []]
    for k, arm in enumerate((stmt.then, stmt.orelse)):
        made: dict[Var, Atom] = {v: v for s in arm.body for v in outs(s)}
        for var, now in {**made, **names[k]}.items():
            if var not in wanted:
                continue
            if now in arm.results:
                renamed[var] = stmt.outs[arm.results.index(now)]
                continue
            out = Var(var.hint, var.role, var.of, var.user)
            renamed[var] = out
            extra_outs.append(out)
            extra[k].append(now)
            extra[1 - k].append(Const(UNBOUND))
    if not renamed:
        return stmt, {}
    then = replace(stmt.then, results=(*stmt.then.results, *extra[0]))
    orelse = replace(stmt.orelse, results=(*stmt.orelse.results, *extra[1]))
    return replace(stmt, then=then, orelse=orelse, outs=(*stmt.outs, *extra_outs)), renamed
