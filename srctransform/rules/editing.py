"""insert, delete, resize, trim_zeros, block, unstack: entries come, go and are put together.

They are linear where the entries that are left out are not looked at, so forward mode is the
function itself; cotangents go back to the places the entries came from:

    z = np.delete(x, k)        dx = dz at the places that were kept, zero at k
    z = np.insert(x, k, v)     dv = dz[k], dx = the rest
    z = np.block([[a, b]])     da, db = the blocks of dz

What np.trim_zeros cuts off is zero as long as the other entries move: it has no derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type, number, sequence
from ..runtime import trimmed, unblock, uncopy, uninsert, untrimmed
from .casting import unless_cut
from .registry import constant_in, jvp, linear, named, refused, result, takes_containers, vjp
from .shaping import dims_of, fresh_dim, from_rank, rank_of

# fmt: off
linear(np.delete, "arr")
linear(np.resize, "a")
linear(np.block, "arrays")
linear(named(np, "unstack"), "x")
linear((uninsert, unblock, trimmed, untrimmed), "g")
takes_containers(np.block, unblock)
constant_in(np.delete, "obj")
constant_in(np.insert, "obj")
refused("its result is a np.matrix, whose products and slices mean something else: use np.block "
        "and arrays", np.bmat, np.asmatrix, np.matrix)
# fmt: on


@vjp(np.delete, "arr")
def delete_vjp(dz: Any, z: Any, arr: Any, obj: Any, axis: Any = None) -> Any:
    return uncopy(dz, arr, np.delete, obj, axis)


@result(np.delete)
def delete_result(arr: Any, obj: Any, axis: Any = None) -> Any:
    return changed(arr, axis)


def changed(a: Any, axis: Any) -> Any:
    """The dimensions of an array that gets another length along an axis."""
    if axis is None:
        return (fresh_dim(),)
    if isinstance(axis, Type):
        return None
    return from_rank(
        a, lambda dims: [fresh_dim() if k == axis % len(dims) else n for k, n in enumerate(dims)]
    )


@vjp(np.insert, "arr, values")
def insert_vjp(dz: Any, z: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    parts = uninsert(dz, arr, obj, values, axis)
    return parts[0], unless_cut(parts[1], z, arr, values)


@jvp(np.insert)
def insert_jvp(
    z: Any, arr: Any, obj: Any, values: Any, axis: Any = None, *, arr_dot: Any, values_dot: Any
) -> Any:
    """What is inserted is cast to the dtype of the array, so a tangent needs floats to go into."""
    if values_dot is None:
        return np.insert(arr_dot, obj, 0.0, axis), None
    if arr_dot is None:
        moved = np.insert(np.zeros_like(arr) * 1.0, obj, values_dot, axis)
        return None, unless_cut(moved, z, arr, z)
    return np.insert(arr_dot, obj, values_dot, axis), None


@result(np.insert)
def insert_result(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    dims = changed(arr, axis)
    kind = arr if isinstance(arr, Type) else None
    if dims is None or kind is None:
        return dims
    return number(dims, kind.dtype, kind.sources)


@vjp(uninsert, "g")
def uninsert_vjp(dz: Any, z: Any, g: Any, arr: Any, obj: Any, values: Any, axis: Any) -> Any:
    return np.insert(dz[0], obj, dz[1], axis)


@result(uninsert)
def uninsert_result(g: Any, arr: Any, obj: Any, values: Any, axis: Any) -> Any:
    kinds = [x.shape if isinstance(x, Type) else np.shape(x) for x in (arr, values)]
    return sequence("list", [number(shape) for shape in kinds], list)


@vjp(np.resize, "a")
def resize_vjp(dz: Any, z: Any, a: Any, new_shape: Any) -> Any:
    return uncopy(dz, a, np.resize, new_shape)


@result(np.resize)
def resize_result(a: Any, new_shape: Any) -> Any:
    return dims_of(new_shape)


# ---------------------------------------------------------------- block, unstack


@vjp(np.block, "arrays")
def block_vjp(dz: Any, z: Any, arrays: Any) -> Any:
    return unblock(dz, arrays)


@result(np.block)
def block_result(arrays: Any) -> Any:
    ranks, depth = ranks_in(arrays), depth_of(arrays)
    if ranks is None or not ranks:
        return None
    return tuple(fresh_dim() for _ in range(max(depth, *ranks)))


def items_of(item: Any) -> Any:
    if isinstance(item, Type) and item.kind == "list" and item.closed:
        return [kind for _, kind in item.items]
    return item if isinstance(item, list) else None


def ranks_in(item: Any) -> list[int] | None:
    """The ranks of the arrays in nested lists; None where one is not known."""
    inner = items_of(item)
    if inner is not None:
        found = [ranks_in(i) for i in inner]
        return None if None in found else [rank for ranks in found for rank in ranks or []]
    rank = rank_of(item) if isinstance(item, Type) else np.ndim(item)
    return None if rank is None else [rank]


def depth_of(item: Any) -> int:
    inner = items_of(item)
    return 0 if inner is None else 1 + (depth_of(inner[0]) if inner else 0)


@vjp(unblock, "g")
def unblock_vjp(dz: Any, z: Any, g: Any, arrays: Any) -> Any:
    return np.block(dz)


@result(unblock)
def unblock_result(g: Any, arrays: Any) -> Any:
    inner = items_of(arrays)
    if inner is not None:
        return sequence("list", [unblock_result(g, i) for i in inner], list)
    if isinstance(arrays, Type) and arrays.kind != "num":
        return arrays
    return number(arrays.shape if isinstance(arrays, Type) else np.shape(arrays))


@vjp(named(np, "unstack"), "x")
def unstack_vjp(dz: Any, z: Any, x: Any, *, axis: Any = 0) -> Any:
    rows = [np.zeros_like(z[k]) if dz[k] is None else dz[k] for k in range(len(z))]
    return np.stack(rows) if axis == 0 else np.stack(rows, axis)


@result(named(np, "unstack"), memory="view")
def unstack_result(x: Any, *, axis: Any = 0) -> Any:
    if not isinstance(x, Type) or not isinstance(x.shape, tuple) or isinstance(axis, Type):
        return Type("tuple", cls=tuple)
    at = axis % len(x.shape)
    row = number((*x.shape[:at], *x.shape[at + 1 :]), x.dtype, x.sources)
    if type(x.shape[at]) is int:
        return sequence("tuple", [row] * x.shape[at])
    return Type("tuple", cls=tuple, elem=row)


# ---------------------------------------------------------------- trim_zeros


@vjp(np.trim_zeros, "filt")
def trim_zeros_vjp(dz: Any, z: Any, filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    return untrimmed(dz, filt, trim) if axis is None else untrimmed(dz, filt, trim, axis)


@jvp(np.trim_zeros)
def trim_zeros_jvp(z: Any, filt: Any, trim: Any = "fb", axis: Any = None, *, filt_dot: Any) -> Any:
    return trimmed(filt_dot, filt, trim) if axis is None else trimmed(filt_dot, filt, trim, axis)


@result(np.trim_zeros, memory="view")
def trim_zeros_result(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    return from_rank(filt, lambda dims: [fresh_dim() for _ in dims])


@vjp(trimmed, "g")
def trimmed_vjp(dz: Any, z: Any, g: Any, x: Any, *options: Any) -> Any:
    return untrimmed(dz, x, *options)


@vjp(untrimmed, "g")
def untrimmed_vjp(dz: Any, z: Any, g: Any, x: Any, *options: Any) -> Any:
    return trimmed(dz, x, *options)


@result(trimmed, memory="view")
def trimmed_result(g: Any, x: Any, *options: Any) -> Any:
    return trim_zeros_result(x)


@result(untrimmed)
def untrimmed_result(g: Any, x: Any, *options: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)
