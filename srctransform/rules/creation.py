"""array, zeros, full, meshgrid, ...: new arrays.

    z = np.array([a, 2 * b])     ->    da = dz[0]            db = 2 * dz[1]
    z = np.full(n, c)            ->    dc = np.sum(dz)

What is made of sizes alone has no derivative. A cast to ints is piecewise constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import WEAK, Shape, Type, number, promote, sequence
from ..runtime import cast, known
from .casting import dtype_name, kind_of
from .registry import (
    constant_in,
    jvp,
    linear,
    nondifferentiable,
    result,
    static,
    takes_containers,
    vjp,
)  # fmt: skip
from .shaping import dims_of, fresh_dim

# fmt: off
nondifferentiable(np.zeros, np.ones, np.empty, np.zeros_like, np.ones_like, np.empty_like,
                  np.eye, np.identity, np.tri, np.indices, np.ix_)
takes_containers(np.array, np.asarray, np.asanyarray)
constant_in(np.full_like, "a")
linear(np.meshgrid, "xi")
# fmt: on


@vjp((np.array, np.asarray, np.asanyarray), "object")
def array_vjp(dz: Any, z: Any, object: Any, dtype: Any = None, *, copy: Any = True) -> Any:
    if known(len(object)) or dtype is None:
        return dz
    return cast(dz, z, object)


@jvp((np.array, np.asarray, np.asanyarray))
def array_jvp(z: Any, object: Any, dtype: Any = None, *, copy: Any = True, object_dot: Any) -> Any:
    if dtype is None:
        return np.array(object_dot)
    if known(dtype) and kind_of(dtype) in "fc":
        return np.array(object_dot, dtype)
    return cast(np.array(object_dot), z, z)


@vjp(np.full, "fill_value")
def full_vjp(dz: Any, z: Any, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    return dz if known(dtype) else cast(dz, z, z)


@jvp(np.full)
def full_jvp(z: Any, shape: Any, fill_value: Any, dtype: Any = None, *, fill_value_dot: Any) -> Any:
    if dtype is None:
        return np.full(shape, fill_value_dot)
    return cast(np.full(shape, fill_value_dot), z, z)


@vjp(np.full_like, "fill_value")
def full_like_vjp(dz: Any, z: Any, a: Any, fill_value: Any, dtype: Any = None) -> Any:
    return cast(dz, z, z)


@jvp(np.full_like)
def full_like_jvp(
    z: Any, a: Any, fill_value: Any, dtype: Any = None, *, fill_value_dot: Any
) -> Any:
    return cast(np.full(np.shape(a), fill_value_dot), z, z)


@vjp(np.arange, "start, stop, step")
def arange_vjp(
    dz: Any, z: Any, start: Any, stop: Any = None, step: Any = 1, dtype: Any = None
) -> Any:
    """z = start + k step; the place of stop changes only the length."""
    if stop is None:
        return 0.0, 0.0, 0.0
    return np.sum(dz), 0.0, np.sum(dz * np.arange(len(z)))


@jvp(np.arange)
def arange_jvp(
    z: Any, start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, *,
    start_dot: Any, stop_dot: Any, step_dot: Any,
) -> Any:  # fmt: skip
    zeros = np.zeros(np.shape(z))
    if stop is None:
        return zeros, zeros, zeros
    return zeros + start_dot, zeros, step_dot * np.arange(len(z))


@vjp(np.meshgrid, "xi")
def meshgrid_vjp(
    dz: Any, z: Any, *xi: Any, indexing: Any = "xy", sparse: Any = False, copy: Any = True
) -> Any:
    if sparse:
        return [
            None if dz[k] is None else np.reshape(dz[k], np.shape(xi[k])) for k in range(len(xi))
        ]
    axes = grid_axes(len(xi), indexing)
    return [
        None if dz[k] is None else along(dz[k], xi[k], others(axes[k], len(xi)))
        for k in range(len(xi))
    ]


def along(g: Any, x: Any, axes: Any) -> Any:
    """The cotangent g of a grid, for the vector x that was spread over these axes."""
    return np.reshape(np.sum(g, axis=axes), np.shape(x))


@static
def grid_axes(count: int, indexing: str) -> tuple[int, ...]:
    """The axis along which each vector of a grid runs."""
    swapped = indexing == "xy" and count > 1
    return (1, 0, *range(2, count)) if swapped else tuple(range(count))


@static
def others(axis: int, count: int) -> tuple[int, ...]:
    return tuple(k for k in range(count) if k != axis)


# ---------------------------------------------------------------- what is known of results


def display_shape(item: Any) -> Shape | None:
    """The shape that np.array gives nested lists of numbers and arrays; None if it is not known."""
    if isinstance(item, Type) and item.kind in ("tuple", "list") and item.closed:
        item = [kind for _, kind in item.items]
    if isinstance(item, Type) and item.elem is not None:
        inner = display_shape(item.elem)
        return (fresh_dim(), *inner) if isinstance(inner, tuple) else None
    if isinstance(item, Type):
        return item.shape if item.kind == "num" else None
    if isinstance(item, tuple | list):
        shapes = [s for s in map(display_shape, item) if isinstance(s, tuple)]
        if len(shapes) < len(item):
            return None
        exact = [s for s in shapes if all(type(n) is int for n in s)]  # all are the same
        return (len(item), *(exact or shapes or [()])[0])
    shape: Shape = np.shape(item)
    return shape


def display_dtype(item: Any) -> str:
    if isinstance(item, Type) and item.container:
        item = [kind for _, kind in item.items] if item.closed else item.elem or item
    if isinstance(item, Type):
        return display_dtype(item.elem) if item.elem is not None else item.dtype
    if isinstance(item, tuple | list):
        kinds = [display_dtype(i) for i in item]
        return "bool" if kinds and set(kinds) == {"bool"} else promote(*kinds) if kinds else "float"
    return dtype_name(np.result_type(item)) or "unknown"


def display_sources(item: Any) -> frozenset[Any]:
    if isinstance(item, Type) and item.elem is not None:
        return display_sources(item.elem)
    if isinstance(item, Type) and item.container:
        item = [kind for _, kind in item.items]
    if isinstance(item, Type):
        return item.sources
    if isinstance(item, tuple | list):
        return frozenset().union(*(display_sources(i) for i in item))
    return frozenset(["complex"]) if np.iscomplexobj(item) else frozenset()


def as_made(object: Any, dtype: Any) -> Any:
    shape = display_shape(object)
    if (
        shape is None
        and isinstance(object, Type)
        and object.kind not in ("num", "any")
        and not object.closed
        and object.elem is None
    ):
        return None
    name = display_dtype(object) if dtype is None else dtype_name(dtype) or "unknown"
    sources = display_sources(object) if name not in ("float", "int", "bool") else frozenset()
    return number(shape if shape is not None else frozenset(), name, sources)


@result(np.array)
def array_result(object: Any, dtype: Any = None, copy: Any = True) -> Any:
    return as_made(object, dtype)


@result((np.asarray, np.asanyarray), memory="maybe")
def asarray_result(object: Any, dtype: Any = None, copy: Any = None) -> Any:
    return as_made(object, dtype)


def width(dtype: Any) -> int:
    """The bits of a real floating dtype that is known; 0 of others."""
    known = dtype is not None and not isinstance(dtype, Type) and np.dtype(dtype).kind == "f"
    return np.dtype(dtype).itemsize * 8 if known else 0


def filled(shape: Any, dtype: Any) -> Any:
    dims = dims_of(shape)
    name = dtype_name(dtype) or "unknown"
    sources = {"complex": frozenset(["complex"])}.get(name, frozenset())
    shape = dims if dims is not None else frozenset([("made", fresh_dim())])
    return number(shape, name, sources, width(dtype))


@result((np.zeros, np.ones, np.empty))
def zeros_result(shape: Any, dtype: Any = float) -> Any:
    return filled(shape, dtype)


@result(np.full)
def full_result(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    made = as_made(fill_value, dtype)
    dims = dims_of(shape)
    return number(
        dims if dims is not None else frozenset([("made", fresh_dim())]), made.dtype, made.sources
    )


def like_first(a: Any, dtype: Any) -> Any:
    if not isinstance(a, Type):
        return filled(np.shape(a), np.result_type(a) if dtype is None else dtype)
    if dtype is None:
        bits = 64 if a.bits == WEAK else a.bits
        bits = bits if a.dtype == "float" else 0
        return number(a.shape, a.dtype, a.sources, bits) if a.kind == "num" else None
    name = dtype_name(dtype) or "number"
    sources = () if name in ("float", "int", "bool") else a.sources
    return number(a.shape, name, sources, width(dtype))


@result((np.zeros_like, np.ones_like, np.empty_like))
def zeros_like_result(a: Any, dtype: Any = None) -> Any:
    return like_first(a, dtype)


@result(np.full_like)
def full_like_result(a: Any, fill_value: Any, dtype: Any = None) -> Any:
    return like_first(a, dtype)


@result(np.arange)
def arange_result(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    name = (
        display_dtype([a for a in (start, stop, step) if a is not None])
        if dtype is None
        else dtype_name(dtype)
    )
    return number((fresh_dim(),), name or "unknown")


@result((np.eye, np.identity, np.tri))
def eye_result(n: Any, m: Any = None, k: Any = 0, dtype: Any = float) -> Any:
    (rows,) = dims_of(n)
    (columns,) = (rows,) if m is None else dims_of(m)
    return number((rows, columns), dtype_name(dtype) or "unknown")


@result(np.indices)
def indices_result(dimensions: Any, dtype: Any = int, sparse: Any = False) -> Any:
    dims = dims_of(dimensions)
    if dims is None or sparse:
        return None
    return number((len(dims), *dims), dtype_name(dtype) or "unknown")


@result(np.meshgrid)
def meshgrid_result(*xi: Any, indexing: Any = "xy", sparse: Any = False, copy: Any = True) -> Any:
    sizes = [fresh_dim() for _ in xi]
    order = grid_axes(len(xi), indexing)
    items = []
    for j, x in enumerate(xi):
        dims = tuple(sizes[k] if not sparse or k == j else 1 for k in order)
        kind = x if isinstance(x, Type) else number((), "float")
        items.append(number(dims, kind.dtype, kind.sources))
    return sequence("tuple", items)
