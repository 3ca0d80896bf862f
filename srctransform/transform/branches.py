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

from dataclasses import replace

from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import outs, reads, substitute


def export_from_branches(block: Block) -> Block:
    """The block, with every value in scope wherever it is read."""
    if all(isinstance(s, Let) for s in block.body):
        return block
    body: list[Stmt] = []
    rest_reads = _reads_behind(block)
    env: dict[Var, Atom] = {}
    for k, stmt in enumerate(block.body):
        stmt = substitute(stmt, env) if env else stmt
        if isinstance(stmt, If):
            stmt = replace(
                stmt,
                then=export_from_branches(stmt.then),
                orelse=export_from_branches(stmt.orelse),
            )
            stmt, renamed = _export(stmt, rest_reads[k])
            env.update(renamed)
        elif isinstance(stmt, For | While):
            stmt = replace(stmt, body=export_from_branches(stmt.body))
        body.append(stmt)
    results = tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results)
    return replace(block, body=tuple(body), results=results)


def _reads_behind(block: Block) -> list[set[Var]]:
    """For each statement, the variables that later ones read."""
    later: list[set[Var]] = []
    seen = {a for a in block.results if isinstance(a, Var)}
    for stmt in reversed(block.body):
        later.append(set(seen))
        one = Block((), (stmt,), ())
        seen |= set(reads(one))
    return later[::-1]


def _export(stmt: If, wanted: set[Var]) -> tuple[If, dict[Var, Atom]]:
    renamed: dict[Var, Atom] = {}
    extra_outs: list[Var] = []
    extra: list[list[Atom]] = [[], []]
    for k, arm in enumerate((stmt.then, stmt.orelse)):
        made = [v for s in arm.body for v in outs(s)]
        for var in made:
            if var in wanted and var in arm.results:
                renamed[var] = stmt.outs[arm.results.index(var)]
            elif var in wanted:
                out = Var(var.hint, var.role, var.of, var.user)
                renamed[var] = out
                extra_outs.append(out)
                extra[k].append(var)
                extra[1 - k].append(Const(UNBOUND))
    if not renamed:
        return stmt, {}
    then = replace(stmt.then, results=(*stmt.then.results, *extra[0]))
    orelse = replace(stmt.orelse, results=(*stmt.orelse.results, *extra[1]))
    return replace(stmt, then=then, orelse=orelse, outs=(*stmt.outs, *extra_outs)), renamed
