"""concatenate, stack, split and their relatives.

    z = np.concatenate((x, y))    ->    dx = dz[:len(x)]        dy = dz[len(x):]
    z = np.stack((x, y), axis=1)  ->    dx = dz[:, 0]           dy = dz[:, 1]
    a, b = np.split(x, 2)         ->    dx = np.concatenate((da, db))

The joined arrays stand in a tuple or list whose length is known, or they are the rows of one array,
whose cotangent then is one array. `unjoin` serves where ranks or lengths are not known.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.types import Shape, Type, number, sequence
from ..runtime import known, unjoin
from .registry import linear, result, static, takes_containers, vjp
from .shaping import fresh_dim

# fmt: off
linear((np.concatenate, np.stack), "arrays")
linear((np.hstack, np.vstack, np.dstack, np.column_stack), "tup")
linear((np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit), "ary")
linear(np.append, "arr, values")
linear(unjoin, "g")
takes_containers(np.concatenate, np.stack, np.hstack, np.vstack, np.dstack, np.column_stack, unjoin)
# fmt: on


def entries(axis: Any, part: Any) -> Any:
    """The index that takes `part` of an axis, whatever the rank."""
    if axis == 0:
        return part
    if axis > 0:
        return (*before(axis), part)
    return (..., part, *before(-axis - 1))


@static
def before(count: int) -> Any:
    """Full slices for the axes that stay."""
    return (slice(None),) * count


def length(a: Any, axis: Any) -> Any:
    """The size of an array along an axis."""
    return len(a) if axis == 0 else np.shape(a)[axis]


def pieces(g: Any, arrays: Any, axis: Any) -> Any:
    """g cut along an axis into the parts of joined arrays, which stand in a display."""
    arrays = list(arrays)
    if len(arrays) == 1:
        return [g]
    stops = functools.reduce(
        lambda found, a: [*found, found[-1] + length(a, axis)],
        arrays[1:-1],
        [length(arrays[0], axis)],
    )
    inner = [g[entries(axis, slice(stops[k], stops[k + 1]))] for k in range(len(stops) - 1)]
    return [
        g[entries(axis, slice(None, stops[0]))],
        *inner,
        g[entries(axis, slice(stops[-1], None))],
    ]


@vjp(np.concatenate, "arrays")
def concatenate_vjp(dz: Any, z: Any, arrays: Any, axis: Any = 0) -> Any:
    if known(len(arrays), axis) and axis is not None:
        return pieces(dz, arrays, axis)
    if known(np.ndim(arrays), axis) and axis == 0:
        return np.reshape(dz, np.shape(arrays))
    return (
        unjoin(dz, arrays, np.concatenate)
        if axis == 0
        else unjoin(dz, arrays, np.concatenate, axis)
    )


@vjp(np.stack, "arrays")
def stack_vjp(dz: Any, z: Any, arrays: Any, axis: Any = 0) -> Any:
    if known(len(arrays), axis):
        return [dz[entries(axis, k)] for k in range(len(arrays))]
    return np.moveaxis(dz, axis, 0)


def are_vectors(arrays: Any) -> Any:
    """Are the arrays known to be vectors?"""
    if known(len(arrays)) and known([np.ndim(a) for a in arrays]):
        return all_vectors([np.ndim(a) for a in arrays])
    return False


@vjp(np.vstack, "tup")
def vstack_vjp(dz: Any, z: Any, tup: Any) -> Any:
    if are_vectors(tup):
        return [dz[k] for k in range(len(tup))]
    return unjoin(dz, tup, np.vstack)


@vjp(np.hstack, "tup")
def hstack_vjp(dz: Any, z: Any, tup: Any) -> Any:
    if known(len(tup)) and known([np.ndim(a) for a in tup]):
        if all_vectors([np.ndim(a) for a in tup]):
            return pieces(dz, tup, 0)
        if all_higher([np.ndim(a) for a in tup]):
            return pieces(dz, tup, 1)
    return unjoin(dz, tup, np.hstack)


@vjp(np.column_stack, "tup")
def column_stack_vjp(dz: Any, z: Any, tup: Any) -> Any:
    if are_vectors(tup):
        return [dz[:, k] for k in range(len(tup))]
    return unjoin(dz, tup, np.column_stack)


@vjp(np.dstack, "tup")
def dstack_vjp(dz: Any, z: Any, tup: Any) -> Any:
    return unjoin(dz, tup, np.dstack)


@static
def all_vectors(ranks: Any) -> bool:
    return all(rank == 1 for rank in ranks)


@static
def all_higher(ranks: Any) -> bool:
    return all(rank > 1 for rank in ranks)


@vjp(np.append, "arr, values")
def append_vjp(dz: Any, z: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    if known(axis) and axis is not None:
        n = length(arr, axis)
        return dz[entries(axis, slice(None, n))], dz[entries(axis, slice(n, None))]
    if known(axis):
        n = np.size(arr)
        return np.reshape(dz[:n], np.shape(arr)), np.reshape(dz[n:], np.shape(values))
    parts = unjoin(dz, (arr, values), np.concatenate, axis)
    return parts[0], parts[1]


@vjp(unjoin, "g")
def unjoin_vjp(dz: Any, z: Any, g: Any, arrays: Any, join: Any, *options: Any) -> Any:
    return join(dz, *options)


# ---------------------------------------------------------------- split


@vjp((np.split, np.array_split), "ary")
def split_vjp(dz: Any, z: Any, ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    return np.concatenate(dz) if axis == 0 else np.concatenate(dz, axis)


@vjp(np.hsplit, "ary")
def hsplit_vjp(dz: Any, z: Any, ary: Any, indices_or_sections: Any) -> Any:
    return np.hstack(dz)


@vjp(np.vsplit, "ary")
def vsplit_vjp(dz: Any, z: Any, ary: Any, indices_or_sections: Any) -> Any:
    return np.concatenate(dz)


@vjp(np.dsplit, "ary")
def dsplit_vjp(dz: Any, z: Any, ary: Any, indices_or_sections: Any) -> Any:
    return np.concatenate(dz, 2)


# ---------------------------------------------------------------- what is known of results


def rows_of(arrays: Any) -> Any:
    """A list of arrays of which it is not known how many there are is like an array of rows."""
    elem = arrays.elem if isinstance(arrays, Type) else None
    if elem is None or elem.kind != "num" or not isinstance(elem.shape, tuple):
        return arrays
    return replace(elem, shape=(fresh_dim(), *elem.shape), array=True)


def joined_items(arrays: Any) -> list[Any] | None:
    """The shapes of joined arrays; None where they are not known."""
    if isinstance(arrays, Type) and arrays.closed:
        arrays = [kind for _, kind in arrays.items]
    if isinstance(arrays, Type) and isinstance(arrays.shape, tuple) and arrays.shape:
        return [arrays.shape[1:]]
    if not isinstance(arrays, tuple | list):
        return None
    shapes: list[Any] = [a.shape if isinstance(a, Type) else np.shape(a) for a in arrays]
    known_kinds = all(not isinstance(a, Type) or a.kind == "num" for a in arrays)
    return shapes if known_kinds and all(isinstance(s, tuple) for s in shapes) else None


def joined(shapes: Any, axis: int) -> Shape | None:
    """The dimensions of arrays joined along an existing axis."""
    if not shapes:
        return None
    axis %= len(shapes[0])
    ints = all(type(s[axis]) is int for s in shapes)
    dims = list(shapes[0])
    dims[axis] = sum(s[axis] for s in shapes) if ints else fresh_dim()
    return tuple(dims)


@result(np.concatenate)
def concatenate_result(arrays: Any, axis: Any = 0) -> Any:
    if axis is None:
        return (fresh_dim(),)
    return lifted(arrays, lambda s: s, axis)


@result(np.stack)
def stack_result(arrays: Any, axis: Any = 0) -> Any:
    arrays = rows_of(arrays)
    found = joined_items(arrays)
    if not found:
        return None
    one_array = isinstance(arrays, Type) and arrays.kind == "num"
    count = arrays.shape[0] if one_array else len(found)
    at = axis % (len(found[0]) + 1)
    return (*found[0][:at], count, *found[0][at:])


def lifted(arrays: Any, lift: Any, axis: int) -> Any:
    """The dimensions of arrays that are joined after each has got the axes it lacks."""
    arrays = rows_of(arrays)
    found = joined_items(arrays)
    if not found:
        return None
    shapes = [lift(s) for s in found]
    if isinstance(arrays, Type) and arrays.kind == "num":  # it is not known how many there are
        at = axis % len(shapes[0]) if shapes[0] else 0
        return tuple(fresh_dim() if k == at else n for k, n in enumerate(shapes[0]))
    return joined(shapes, axis)


@result(np.vstack)
def vstack_result(tup: Any) -> Any:
    return lifted(tup, lambda s: (1,) * (2 - len(s)) + s, 0)


@result(np.hstack)
def hstack_result(tup: Any) -> Any:
    found = joined_items(rows_of(tup))
    return lifted(tup, lambda s: s or (1,), 0 if found and len(found[0]) < 2 else 1)


@result(np.column_stack)
def column_stack_result(tup: Any) -> Any:
    return lifted(tup, lambda s: s + (1,) * (2 - len(s)), 1)


@result(np.append)
def append_result(arr: Any, values: Any, axis: Any = None) -> Any:
    return concatenate_result((arr, values), axis)


def split_result_along(a: Any, sections: Any, axis: Any) -> Any:
    """A list of arrays, if it is known how many."""
    if isinstance(sections, Type) and sections.closed:
        sections = sections.items
    if isinstance(sections, Type) or not isinstance(a, Type):
        return Type("list", cls=list)
    count = len(sections) + 1 if isinstance(sections, list | tuple | np.ndarray) else int(sections)
    kinds = []
    for _ in range(count):
        shape: Any = frozenset([("piece", object())])
        if a.kind == "num" and isinstance(a.shape, tuple):
            at = axis % len(a.shape)
            shape = tuple(fresh_dim() if k == at else n for k, n in enumerate(a.shape))
        kinds.append(number(shape, a.dtype, a.sources or shape if a.kind != "num" else a.sources))
    return sequence("list", kinds, list)


@result((np.split, np.array_split), memory="view")
def split_result(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    return split_result_along(ary, indices_or_sections, axis)


@result(np.hsplit, memory="view")
def hsplit_result(ary: Any, indices_or_sections: Any) -> Any:
    vector = isinstance(ary, Type) and ary.rank == 1
    return split_result_along(ary, indices_or_sections, 0 if vector else 1)


@result(np.vsplit, memory="view")
def vsplit_result(ary: Any, indices_or_sections: Any) -> Any:
    return split_result_along(ary, indices_or_sections, 0)


@result(np.dsplit, memory="view")
def dsplit_result(ary: Any, indices_or_sections: Any) -> Any:
    return split_result_along(ary, indices_or_sections, 2)


@result(unjoin)
def unjoin_result(g: Any, arrays: Any, join: Any, *options: Any) -> Any:
    """A list of pieces, one for each of the arrays."""
    if isinstance(arrays, Type) and arrays.kind == "num":
        return number(arrays.shape, sources=arrays.sources)
    found = joined_items(arrays)
    if found is None:
        return Type("list", cls=list)
    return sequence("list", [number(s) for s in found], list)
