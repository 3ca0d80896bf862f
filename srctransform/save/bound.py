"""Which variables may have no value: their names were not assigned on every path.

for i in range(n):        t, carried as UNBOUND at first, may have none behind the loop
    t = sin(x[i])
if n > 0: ... t ...

Where such a variable is read it has a value, which is all that can be recorded of it. So in the
rounds of a loop each block that reads one has a name of its own for it:

for i in range(n):                  for i in range(n):
    if found: s = s + t * t     →       if found: t1 = t; s = s + t1 * t1
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.loops import carried
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, outs, with_block


def unbound_vars(block: Block) -> set[Atom]:
    """Every variable of the block and its inner blocks that may be UNBOUND."""
    found: set[Atom] = set()
    _visit(block, found)
    return found


def _visit(block: Block, found: set[Atom]) -> None:
    for stmt in block.body:
        if isinstance(stmt, If):
            for arm in blocks(stmt):
                _visit(arm, found)
                _pass_on(arm.results, stmt.outs, found)
        elif isinstance(stmt, For | While):
            params = carried(stmt)
            _pass_on(stmt.init, params, found)
            before = -1
            while before != len(found):
                before = len(found)
                _visit(stmt.body, found)
                _pass_on(stmt.body.results, params, found)
            _pass_on(params, stmt.outs, found)


def _pass_on(sources: tuple[Atom, ...], targets: tuple[Var, ...], found: set[Atom]) -> None:
    for source, target in zip(sources, targets, strict=False):
        missing = isinstance(source, Const) and source.value is UNBOUND
        if missing or source in found:
            found.add(target)


def bound_where_read(fn: Function) -> Function:
    """The function, with names of their own for what may have no value, where loops read it."""
    missing = unbound_vars(fn.block)
    block = _rounds(fn.block, missing) if missing else fn.block
    return fn if block is fn.block else with_block(fn, block)


def _rounds(block: Block, missing: set[Atom]) -> Block:
    """The block, with such names in the blocks of its loops' bodies."""
    body = tuple(_named(s, missing, isinstance(s, For | While)) for s in block.body)
    return block if body == block.body else replace(block, body=body)


def _named(stmt: Stmt, missing: set[Atom], in_loop: bool) -> Stmt:
    def inner(block: Block) -> Block:
        return _own_names(block, missing) if in_loop else _rounds(block, missing)

    match stmt:
        case If():
            then, orelse = inner(stmt.then), inner(stmt.orelse)
            same = then is stmt.then and orelse is stmt.orelse
            return stmt if same else replace(stmt, then=then, orelse=orelse)
        case For() | While():
            body = inner(stmt.body)
            return stmt if body is stmt.body else replace(stmt, body=body)
    return stmt


def _own_names(block: Block, missing: set[Atom]) -> Block:
    """A block of a round, with names for what it reads of the blocks around it."""
    here = {*block.params, *(v for stmt in block.body for v in outs(stmt))}
    lets = [stmt for stmt in block.body if isinstance(stmt, Let)]
    read = dict.fromkeys(a for stmt in lets for a in operands(stmt) if isinstance(a, Var))
    changed = {stmt.args[0] for stmt in lets if stmt.prim in CHANGES}
    env: dict[Atom, Atom] = {
        var: Var(var.hint, var.role, var.of, var.user)
        for var in read
        if var in missing and var not in here and var not in changed
    }
    body: list[Stmt] = [
        Let(own, prims.first_of, (var,)) for var, own in env.items() if isinstance(own, Var)
    ]
    for stmt in block.body:
        if isinstance(stmt, Let):
            args = tuple(env.get(a, a) for a in stmt.args)
            kwargs = tuple((key, env.get(a, a)) for key, a in stmt.kwargs)
            body.append(replace(stmt, args=args, kwargs=kwargs) if env else stmt)
        else:
            body.append(_named(stmt, missing, True))
    return replace(block, body=tuple(body)) if tuple(body) != block.body else block


#: statements of which the next version of the first operand comes
CHANGES = frozenset({
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last,
})  # fmt: skip
