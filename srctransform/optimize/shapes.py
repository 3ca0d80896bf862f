"""Where only the shape and dtype of a buffer matter, its last version is asked.

L = zeros(n, n)                         L = zeros(n, n)
L1 = for ... carrying L: store          L1 = for ... carrying L: store
dL = zeros_like(L)              →       dL = zeros_like(L1)

Else the first version would have to be kept, and be copied before the loop writes into it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, For, Function, If, Let, Stmt, Var, While
from ..ir.types import same_shape
from ..ir.walk import definitions, with_block

#: calls that ask their first operand for its shape and dtype alone
ASKING = frozenset({
    np.zeros_like, np.ones_like, np.empty_like, np.shape, np.ndim, np.size, np.result_type,
})  # fmt: skip

#: writes into an array, which keep its shape and dtype
WRITES = frozenset({prims.store, prims.accumulate, prims.accumulate_at})

Newer = dict[Var, Var]


def asked_last(fn: Function, types: Types) -> Function:
    """The function, where such calls ask the last version there is."""
    return with_block(fn, _Asking(types, definitions(fn.block)).block(fn.block, {}))


class _Asking:
    def __init__(self, types: Types, defs: dict[Var, Stmt]) -> None:
        self.types = types
        self.defs = defs

    def block(self, block: Block, newer: Newer) -> Block:
        """A block; `newer` are the versions that are known before it, and it learns of more."""
        newer = dict(newer)
        body: list[Stmt] = []
        for stmt in block.body:
            match stmt:
                case Let():
                    if stmt.prim in ASKING:
                        stmt = replace(stmt, args=(last(stmt.args[0], newer), *stmt.args[1:]))
                    elif stmt.prim in WRITES and self.is_array(stmt.args[0]):
                        newer[stmt.args[0]] = stmt.out  # type: ignore[index]
                case If():
                    then, orelse = self.block(stmt.then, newer), self.block(stmt.orelse, newer)
                    stmt = replace(stmt, then=then, orelse=orelse)
                case For() | While():
                    stmt = replace(stmt, body=self.block(stmt.body, newer))
                    for first, out in self.carried(stmt):
                        newer[first] = out
            body.append(stmt)
        return replace(block, body=tuple(body))

    def is_array(self, atom: Atom) -> bool:
        kind = self.types.of(atom)
        return isinstance(atom, Var) and kind.kind == "num" and kind.array is True

    def carried(self, loop: For | While) -> list[tuple[Var, Var]]:
        """What a loop starts with and what it ends with, where these are alike."""
        return [
            (first, out)
            for first, param, result, out in zip(
                loop.init, carried(loop), loop.body.results, loop.outs, strict=False
            )
            if isinstance(first, Var) and self.is_array(first)
            if self.is_written(result, param) or self.is_alike(first, out)
        ]

    def is_alike(self, one: Var, other: Var) -> bool:
        a, b = self.types.of(one), self.types.of(other)
        same = (a.kind, a.dtype, a.bits, a.array) == (b.kind, b.dtype, b.bits, b.array)
        known = a.bits > 0 or (a.dtype == "float" and self.is_double(one))
        return same and known and same_shape(a.shape, b.shape)

    def is_double(self, var: Var) -> bool:
        """Is it made in double precision? Then so is what is computed with it."""
        stmt = self.defs.get(var)
        plain = isinstance(stmt, Let) and stmt.prim in (np.zeros, np.ones, np.eye)
        return plain and isinstance(stmt, Let) and len(stmt.args) == 1 and not stmt.kwargs

    def is_written(self, value: Atom, param: Var) -> bool:
        """Is a value the parameter with nothing but writes into it?"""
        while value is not param:
            stmt = self.defs.get(value) if isinstance(value, Var) else None
            if isinstance(stmt, Let) and stmt.prim in WRITES:
                value = stmt.args[0]
            elif isinstance(stmt, For | While):
                k = stmt.outs.index(value)
                if not self.is_written(stmt.body.results[k], carried(stmt)[k]):
                    return False
                value = stmt.init[k]
            else:
                return False
        return True


def last(atom: Atom, newer: Newer) -> Atom:
    """The last version of a value."""
    while isinstance(atom, Var) and atom in newer:
        atom = newer[atom]
    return atom
