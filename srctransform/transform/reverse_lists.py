"""The adjoints of what lists and tuples do as a whole.

zs = xs + ys         dxs = dzs[:len(xs)]        dys = dzs[len(xs):]
zs = xs * n          dxs = unrepeat(dzs, xs)
zs = xs[1:]          dxs = unslice(dzs, xs, slice(1, None))
zs = list(xs)        dxs = dzs           q = dict(p)        dp = dq
"""

from __future__ import annotations

import operator
from typing import Protocol

import numpy as np

from ..analysis.types import Types
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let
from ..ir.types import Type
from ..runtime import unrepeat, unslice
from .reverse_regions import Regions

SEQUENCES = ("list", "tuple")

#: functions of whole lists
WHOLE = frozenset({operator.add, operator.mul, list, tuple, prims.concat_args, reversed})


class HasTypes(Protocol):
    types: Types


def is_list_operation(reverse: HasTypes, let: Let) -> bool:
    """Is it one of these, and not arithmetic of numbers? Raises UnsupportedError where that is not
    known before the program runs."""
    kinds = [reverse.types.of(a) for a in let.args[:2]]
    if let.prim is dict:
        return len(let.args) == 1 and not let.kwargs and kinds[0].kind in ("dict", "any")
    if is_sequence(reverse.types.of(let.out)):
        return let.prim in WHOLE or (
            let.prim is operator.getitem and is_slice(let.args[1], reverse.types)
        )
    if let.prim in (operator.add, operator.mul) and any(map(is_sequence, kinds)):
        if any(kind.kind == "any" for kind in kinds):
            sign = "+" if let.prim is operator.add else "*"
            raise UnsupportedError(
                f"it is not known whether `{sign}` is meant for lists or for numbers here",
                let.span,
                "give example=, or annotate the parameters",
            )
    return False


def is_sequence(kind: Type) -> bool:
    return kind.kind in SEQUENCES


def is_slice(key: Atom, types: Types) -> bool:
    if isinstance(key, Const):
        return isinstance(key.value, slice)
    stmt = types.defs.get(key)
    return isinstance(stmt, Let) and stmt.prim is slice


def list_operation(reverse: Regions, let: Let) -> None:
    """The adjoint of one of them."""
    b, cotangents = reverse.builder, reverse.cotangents
    held = cotangents.take(let.out)
    if held is None:
        return
    dz = reverse.added(let.out, None, held)
    first = let.args[0]
    if let.prim in (operator.add, prims.concat_args):
        at: Atom = Const(0)
        for part in let.args:
            end = b.let(operator.add, at, b.let(len, part))
            if reverse.is_active(part):
                cotangents.put(part, b.let(operator.getitem, dz, b.let(slice, at, end)))
            at = end
    elif let.prim is operator.mul:
        items = first if is_sequence(reverse.types.of(first)) else let.args[1]
        cotangents.put(items, b.let(unrepeat, dz, items))
    elif let.prim is operator.getitem:
        cotangents.put(first, b.let(unslice, dz, first, let.args[1]))
    elif let.prim is reversed:
        cotangents.put(first, b.let(operator.getitem, dz, slice(None, None, -1)))
    elif reverse.types.of(first).kind == "num":
        cotangents.put(first, b.let(np.array, dz))
    else:
        cotangents.put(first, dz)
