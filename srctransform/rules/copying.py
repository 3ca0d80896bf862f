"""broadcast_to, tile, repeat, diag, tril: functions that copy entries, or leave some out.

They are linear, so forward mode is the function itself; the cotangents of copies are added up:

    y = np.tile(x, 3)      ->   dx = the sum of the three parts of dy
    y = np.tril(x)         ->   dx = np.tril(dy)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import (
    known,
    on_diagonal,
    sum_to,
    uncopy,
    undiag,
)  # fmt: skip
from .registry import linear, memory, refused, result, vjp
from .shaping import dims_of, fresh_dim, from_rank, rank_of

linear((np.diagonal, np.trace, np.repeat), "a")
linear(np.tile, "A")
linear(np.lib.stride_tricks.sliding_window_view, "x")
refused(
    "its entries overlap in memory as its arguments say: use sliding_window_view",
    np.lib.stride_tricks.as_strided,
)
linear((np.tril, np.triu), "m")
linear((np.diag, np.diagflat), "v")
linear(np.broadcast_to, "array")
linear((uncopy, undiag, on_diagonal), "g")


# ---------------------------------------------------------------- copies of entries


@vjp(np.broadcast_to, "array")
def broadcast_to_vjp(dz: Any, z: Any, array: Any, shape: Any) -> Any:
    return dz  # the tool sums over the axes along which it was broadcast


@result(np.broadcast_to, memory="view")
def broadcast_to_result(array: Any, shape: Any) -> Any:
    return dims_of(shape)


@vjp(np.tile, "A")
def tile_vjp(dz: Any, z: Any, A: Any, reps: Any) -> Any:
    if known(np.ndim(A), reps) and np.ndim(A) == 1 and isinstance(reps, int):
        return np.sum(np.reshape(dz, (reps, len(A))), axis=0)
    return uncopy(dz, A, np.tile, reps)


@result(np.tile)
def tile_result(A: Any, reps: Any) -> Any:
    count = 1 if not isinstance(reps, tuple | list | Type) else len(dims_of(reps))
    return from_rank(A, lambda dims: [fresh_dim() for _ in range(max(len(dims), count))])


@vjp(np.repeat, "a")
def repeat_vjp(dz: Any, z: Any, a: Any, repeats: Any, axis: Any = None) -> Any:
    if known(np.ndim(a), axis, repeats) and isinstance(repeats, int) and np.ndim(a) == 1:
        return np.sum(np.reshape(dz, (len(a), repeats)), axis=1)
    if axis is None:
        return uncopy(dz, a, np.repeat, repeats)
    return uncopy(dz, a, np.repeat, repeats, axis)


@result(np.repeat)
def repeat_result(a: Any, repeats: Any, axis: Any = None) -> Any:
    if axis is None:
        return (fresh_dim(),)
    return from_rank(
        a, lambda dims: [fresh_dim() if k == axis % len(dims) else n for k, n in enumerate(dims)]
    )


@vjp(np.lib.stride_tricks.sliding_window_view, "x")
def windows_vjp(
    dz: Any, z: Any, x: Any, window_shape: Any, axis: Any = None, *, writeable: Any = False
) -> Any:
    return uncopy(dz, x, np.lib.stride_tricks.sliding_window_view, window_shape, axis)


@result(np.lib.stride_tricks.sliding_window_view, memory="view")
def windows_result(x: Any, window_shape: Any, axis: Any = None, **options: Any) -> Any:
    dims = dims_of(window_shape)
    count = None if dims is None else len(dims)
    if count is None:
        return None
    return from_rank(x, lambda shape: [fresh_dim() for _ in range(len(shape) + count)])


@vjp(uncopy, "g")
def uncopy_vjp(dz: Any, z: Any, g: Any, x: Any, copy: Any, *options: Any) -> Any:
    return copy(dz, *options)


@result((uncopy, undiag, on_diagonal))
def of_second(g: Any, x: Any, *options: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


memory(undiag, "maybe")


# ---------------------------------------------------------------- diagonals and triangles


@vjp(np.diag, "v")
def diag_vjp(dz: Any, z: Any, v: Any, k: Any = 0) -> Any:
    if known(np.ndim(v)) and np.ndim(v) == 1:
        return np.diagonal(dz, k)
    return undiag(dz, v, k)


@result(np.diag, memory="maybe")
def diag_result(v: Any, k: Any = 0) -> Any:
    if rank_of(v) == 1:
        side = v.shape[0] if k == 0 else fresh_dim()
        return (side, side)
    if rank_of(v) == 2 and k == 0 and 1 in v.shape:
        return (1,)
    return (fresh_dim(),) if rank_of(v) == 2 else None


@vjp(undiag, "g")
def undiag_vjp(dz: Any, z: Any, g: Any, x: Any, k: Any = 0) -> Any:
    return np.diag(dz, k)


@vjp(np.diagflat, "v")
def diagflat_vjp(dz: Any, z: Any, v: Any, k: Any = 0) -> Any:
    return np.reshape(np.diagonal(dz, k), np.shape(v))


@result(np.diagflat)
def diagflat_result(v: Any, k: Any = 0) -> Any:
    side = fresh_dim()
    return (side, side)


@vjp(np.diagonal, "a")
def diagonal_vjp(dz: Any, z: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if offset == 0 and axis1 == 0 and axis2 == 1:
        return on_diagonal(dz, a)
    return on_diagonal(dz, a, offset, axis1, axis2)


@result(np.diagonal, memory="view")
def diagonal_result(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    return from_rank(a, lambda dims: [*without(dims, axis1, axis2), fresh_dim()])


def without(dims: list[Any], *axes: int) -> list[Any]:
    return [n for k, n in enumerate(dims) if k not in {axis % len(dims) for axis in axes}]


@vjp(on_diagonal, "g")
def on_diagonal_vjp(
    dz: Any, z: Any, g: Any, x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1
) -> Any:
    return sum_to(np.diagonal(dz, offset, axis1, axis2), g)


@vjp(np.trace, "a")
def trace_vjp(dz: Any, z: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if offset == 0 and axis1 == 0 and axis2 == 1:
        return on_diagonal(np.expand_dims(dz, -1), a)
    return on_diagonal(np.expand_dims(dz, -1), a, offset, axis1, axis2)


@result(np.trace)
def trace_result(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    return from_rank(a, lambda dims: without(dims, axis1, axis2))


@vjp(np.tril, "m")
def tril_vjp(dz: Any, z: Any, m: Any, k: Any = 0) -> Any:
    return np.tril(dz, k)


@vjp(np.triu, "m")
def triu_vjp(dz: Any, z: Any, m: Any, k: Any = 0) -> Any:
    return np.triu(dz, k)


@result((np.tril, np.triu))
def tri_result(m: Any, k: Any = 0) -> Any:
    return m.shape * 2 if m.rank == 1 else m.shape if m.rank else None
