"""Walk the IR: uses, definitions, substitution. Every pass is written with these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .nodes import Atom, Block, For, Function, If, Let, Stmt, Var, While


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks a statement owns."""
    match stmt:
        case Let():
            return ()
        case If():
            return (stmt.then, stmt.orelse)
        case For():
            return (stmt.body,)
        case While():
            return (stmt.test, stmt.body)


def operands(stmt: Stmt) -> tuple[Atom, ...]:
    """The atoms a statement reads itself, without those its blocks read."""
    match stmt:
        case Let():
            return stmt.args + tuple([a for _, a in stmt.kwargs]) if stmt.kwargs else stmt.args
        case If():
            return (stmt.cond,)
        case For():
            return (stmt.iterable, *stmt.init)
        case While():
            return stmt.init


def outs(stmt: Stmt) -> tuple[Var, ...]:
    """The variables a statement defines in the block around it."""
    return (stmt.out,) if isinstance(stmt, Let) else stmt.outs


def statements(block: Block) -> Iterator[Stmt]:
    """Every statement, those of inner blocks after their owner."""
    for stmt in block.body:
        yield stmt
        if not isinstance(stmt, Let):
            for inner in blocks(stmt):
                yield from statements(inner)


def reads(block: Block) -> Iterator[Var]:
    """Every read of a variable in the block and its inner blocks, in order."""
    for stmt in block.body:
        for atom in operands(stmt):
            if isinstance(atom, Var):
                yield atom
        if not isinstance(stmt, Let):
            for inner in blocks(stmt):
                yield from reads(inner)
    for atom in block.results:
        if isinstance(atom, Var):
            yield atom


def count_uses(block: Block) -> Counter[Var]:
    """How often each variable is read."""
    return Counter(reads(block))


def free_vars(block: Block) -> tuple[Var, ...]:
    """The variables a block reads but does not define, in the order of their first use."""
    bound = set(block.params)
    for stmt in statements(block):
        bound.update(outs(stmt))
        for inner in blocks(stmt):
            bound.update(inner.params)
    return tuple(dict.fromkeys(var for var in reads(block) if var not in bound))


def definitions(block: Block) -> dict[Var, Stmt]:
    """The statement that defines each variable."""
    return {var: stmt for stmt in statements(block) for var in outs(stmt)}


def substitute(stmt: Stmt, env: Mapping[Var, Atom]) -> Stmt:
    """The statement with its reads replaced; definitions stay. A Let of which nothing is replaced
    is the same object."""

    def sub(atom: Atom) -> Atom:
        return env.get(atom, atom) if isinstance(atom, Var) else atom

    match stmt:
        case Let():
            args = tuple(map(sub, stmt.args))
            kwargs = tuple((name, sub(atom)) for name, atom in stmt.kwargs)
            if args == stmt.args and kwargs == stmt.kwargs:
                return stmt
            return Let(stmt.out, stmt.prim, args, kwargs, stmt.span, stmt.spelling)
        case If():
            return replace(
                stmt,
                cond=sub(stmt.cond),
                then=substitute_block(stmt.then, env),
                orelse=substitute_block(stmt.orelse, env),
            )
        case For():
            return replace(
                stmt,
                iterable=sub(stmt.iterable),
                init=tuple(map(sub, stmt.init)),
                body=substitute_block(stmt.body, env),
            )
        case While():
            return replace(
                stmt,
                init=tuple(map(sub, stmt.init)),
                test=substitute_block(stmt.test, env),
                body=substitute_block(stmt.body, env),
            )


def substitute_block(block: Block, env: Mapping[Var, Atom]) -> Block:
    """The block with its reads replaced."""
    if not env:
        return block
    return replace(
        block,
        body=tuple(substitute(stmt, env) for stmt in block.body),
        results=tuple(env.get(a, a) if isinstance(a, Var) else a for a in block.results),
    )


def map_lets(block: Block, change: Callable[[Let], Let]) -> Block:
    """The block with every Let changed, those of inner blocks too."""
    body: list[Stmt] = []
    for stmt in block.body:
        match stmt:
            case Let():
                body.append(change(stmt))
            case If():
                then, orelse = map_lets(stmt.then, change), map_lets(stmt.orelse, change)
                body.append(replace(stmt, then=then, orelse=orelse))
            case For():
                body.append(replace(stmt, body=map_lets(stmt.body, change)))
            case While():
                test, inner = map_lets(stmt.test, change), map_lets(stmt.body, change)
                body.append(replace(stmt, test=test, body=inner))
    return replace(block, body=tuple(body))


def with_block(function: Function, block: Block) -> Function:
    """The function with another body."""
    return replace(function, block=block)
