"""The adjoints of writes: what a write replaced has no cotangent, what it put there has that one.

    x1 = store(x0, v, i)             dv = dx1[i]         dx0 = store(dx1, 0.0, i)
    x1 = accumulate(x0, v, i)        dv = dx1[i]         dx0 = dx1
    xs1 = append(xs0, v)             dv = dxs1[-1]       dxs0 = drop_last(dxs1)

Where an index names a place twice, NumPy keeps what is written last, and only that has a cotangent.
"""

from __future__ import annotations

import operator

import numpy as np

from ..analysis.containers import entry
from ..analysis.indexing import may_repeat, takes_whole
from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, Let, Var
from ..ir.types import ANY, cotangent_type
from ..runtime import gradient_of, written_last, zero_at
from .cotangents import Collected
from .reverse_lists import is_slice
from .reverse_regions import Regions
from .shadows import refuse_varying_keys

WRITES = frozenset({
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last,
})  # fmt: skip


def write(reverse: Regions, let: Let) -> None:
    """The adjoint of one write."""
    if reverse.types.of(let.out).kind == "num":
        write_array(reverse, let)
        return
    held = reverse.cotangents.take(let.out)
    if held is None:
        return
    if let.prim is prims.append:
        append(reverse, let, reverse.added(let.out, None, held))
        return
    refuse_varying_keys(let, reverse.types, reverse.active)
    if not write_entry(reverse, let, held):
        write_container(reverse, let, reverse.added(let.out, None, held))


def write_array(reverse: Regions, let: Let) -> None:
    """A write into an array."""
    dz = reverse.cotangents.total(let.out)
    if dz is None:
        return
    b = reverse.builder
    buffer, value, *path = let.args
    if len(path) == 1 and takes_whole(reverse.types.of(buffer), path[0]):
        reverse.cotangents.add(value, dz)
        if let.prim is not prims.store:
            reverse.cotangents.put(buffer, dz)
        return
    if reverse.is_active(value):
        dvalue = entry_of(reverse, dz, path)
        if let.prim is not prims.accumulate_at and _repeats(reverse, path):
            if len(path) > 1:
                raise UnsupportedError(
                    "a write to a part of a part of an array at places that may repeat is not "
                    "supported",
                    let.span,
                    "write x[i, rows] instead of x[i][rows]",
                )
            dvalue = b.let(written_last, dvalue, dz, *path)
        reverse.cotangents.add(value, dvalue)
    replaced = let.prim is prims.store and is_whole(path)  # nothing is left of what was there
    if reverse.is_active(buffer) and not replaced:
        if let.prim is prims.store:
            dz = b.let(prims.store, reverse.cotangents.array(dz, let.out), 0.0, *path)
        reverse.cotangents.put(buffer, dz)


def _repeats(reverse: Regions, path: list[Atom]) -> bool:
    return any(may_repeat(index, reverse.builder.defs, reverse.types.of) for index in path)


def is_whole(path: list[Atom]) -> bool:
    return all(isinstance(key, Const) and key.value is Ellipsis for key in path)


def entry_of(reverse: Regions, dz: Atom, path: list[Atom]) -> Atom:
    """The entry of a cotangent at a path; all of an array is the array."""
    for key in path:
        if is_whole([key]) and reverse.types.of(dz).array:
            continue
        prim = getattr if reverse.types.of(dz).kind == "object" else operator.getitem
        dz = reverse.builder.let(prim, dz, key)
    return dz


def append(reverse: Regions, let: Let, dz: Atom) -> None:
    """`items.append(value)`: the last cotangent is the value's."""
    items, value = let.args
    b = reverse.builder
    if reverse.is_active(value):
        reverse.cotangents.add(value, b.let(operator.getitem, dz, -1))
    if reverse.is_active(items):
        reverse.cotangents.put(items, b.let(prims.drop_last, dz))


def drop_last(reverse: Regions, let: Let, block: Block) -> None:
    """`items.pop()`: nothing is known of the item that went."""
    held = reverse.cotangents.take(let.out)
    if held is None:
        return
    (items,) = let.args
    b = reverse.builder
    dz = reverse.added(let.out, None, held)
    zero = b.let(gradient_of, last_item(reverse, items, block))
    reverse.cotangents.put(items, b.let(prims.append, dz, zero))


def last_item(reverse: Regions, items: Atom, block: Block) -> Atom:
    """The item that went, as this block reads it before: in another arm there may be none."""
    for stmt in block.body:
        if isinstance(stmt, Let) and stmt.prim is operator.getitem and stmt.args[0] is items:
            if isinstance(stmt.args[1], Const) and stmt.args[1].value == -1:
                return stmt.out
    return reverse.builder.let(operator.getitem, items, -1)


def write_entry(reverse: Regions, let: Let, held: Collected) -> bool:
    """A write to an entry of a container with a key that is known, as are those that were read:
    each cotangent goes to the value or to the buffer."""
    buffer, value, *path = let.args
    keys = [*path, *(p[0] for p, _ in held.parts)]
    if len(path) != 1 or held.dense or not all(isinstance(k, Const) for k in keys):
        return False
    (key,) = path
    kind = reverse.types.of(buffer)
    assert isinstance(key, Const)
    if not (kind.closed or kind.kind == "dict"):
        return False
    for at, g in held.parts:
        if _key(at[0], len(kind.items)) != _key(key, len(kind.items)):
            reverse.cotangents.add(buffer, g, at)
            continue
        reverse.cotangents.add(value, g, at[1:])
        if let.prim is prims.accumulate:
            reverse.cotangents.add(buffer, g, at)
    return True


def _key(atom: Atom, size: int) -> object:
    value = atom.value if isinstance(atom, Const) else None
    return value + size if type(value) is int and value < 0 else value


def write_container(reverse: Regions, let: Let, dz: Atom) -> None:
    """A write to an entry that is chosen as the program runs, of a list or dict."""
    buffer, value, *path = let.args
    b = reverse.builder
    if is_slice(path[-1], reverse.types) and reverse.types.of(value).kind != "num":
        raise UnsupportedError(
            "a derivative of writing a slice of a list is not supported",
            let.span,
            "write its items one by one",
        )
    dvalue = entry_of(reverse, dz, path)
    if reverse.is_active(value):
        reverse.cotangents.add(value, dvalue)
    if reverse.is_active(buffer):
        if let.prim is prims.store:
            zero = zero_before(reverse, let, dvalue)
            new = b.let(prims.store, dz, zero, *path)
            if isinstance(new, Var) and reverse.types.of(buffer).container:
                reverse.types[new] = cotangent_type(reverse.types.of(buffer))
            dz = new
        reverse.cotangents.put(buffer, dz)


def zero_before(reverse: Regions, let: Let, dvalue: Atom) -> Atom:
    """The zero cotangent of the entry that a write to a list or dict replaced, if there was one."""
    buffer, value, *path = let.args
    b, types = reverse.builder, reverse.types
    old = types.of(buffer)
    for key in path:
        old = entry(old, key, types.of) if old.container else ANY
    new = types.of(value)
    if reverse.cotangents.shadows.is_float(old) and new.is_scalar:
        return Const(0.0)
    fixed = isinstance(old.shape, tuple) and all(isinstance(n, int) for n in old.shape)
    if fixed and (old.array, old.shape, old.dtype, old.bits) == (
        new.array, new.shape, new.dtype, new.bits
    ) and old.inexact and old.array:  # fmt: skip
        return b.let(np.zeros_like, dvalue)
    if types.of(buffer).kind in ("dict", "any"):  # the key may be a new one
        return b.let(zero_at, buffer, value, *path)
    return b.let(gradient_of, entry_of(reverse, buffer, path))
