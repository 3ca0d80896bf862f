"""Reading and writing entries: the buffers of derivatives, and NumPy's functions that take entries.

    buffer[index] = value     ->    dvalue = dbuffer[index];  dbuffer[index] = 0
    buffer[index] += value    ->    dvalue = dbuffer[index]
    np.take(x, rows, axis=0)  ->    np.add.at(dx, rows, dz)

Indexing itself, `x[index]`, is known to both modes: its adjoint is `accumulate`.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.types import Type, broadcast, number, sequence
from ..runtime import known, part_of, sum_to, unchoose, uncopy, written_last
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

# fmt: off
linear((prims.store, prims.accumulate, prims.accumulate_at), "buffer, value")
linear(written_last, "g")
linear((np.take, np.compress), "a")
linear((np.take_along_axis, np.extract), "arr")
linear(unchoose, "g")
takes_containers(np.select, np.choose, unchoose)
constant_in((np.take, np.take_along_axis), "indices")
constant_in((np.compress, np.extract), "condition")
constant_in(np.choose, "a")
constant_in(np.select, "condlist")
# fmt: on


@vjp(prims.store, "buffer, value")
def store_vjp(dz: Any, z: Any, buffer: Any, value: Any, *path: Any) -> Any:
    return prims.store(dz, 0.0, *path), part_of(dz, *path)


@vjp((prims.accumulate, prims.accumulate_at), "buffer, value")
def accumulate_vjp(dz: Any, z: Any, buffer: Any, value: Any, *path: Any) -> Any:
    return dz, part_of(dz, *path)


@vjp(written_last, "g")
def written_last_vjp(dz: Any, z: Any, g: Any, buffer: Any, index: Any) -> Any:
    return written_last(dz, buffer, index)


@result(written_last)
def written_last_result(g: Any, buffer: Any, index: Any) -> Any:
    return g if isinstance(g, Type) else ()


@vjp(np.take, "a")
def take_vjp(
    dz: Any, z: Any, a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise"
) -> Any:
    no_out(out)
    if mode == "raise":
        if known(np.ndim(a), axis) and (axis == 0 or (axis is None and np.ndim(a) == 1)):
            zeros = np.zeros(np.shape(a), np.result_type(dz))
            return prims.accumulate_at(zeros, dz, indices)
        if axis is None:
            return uncopy(dz, a, np.take, indices)
        return uncopy(dz, a, np.take, indices, axis)
    return uncopy(dz, a, np.take, indices, axis, None, mode)


@result(np.take)
def take_result(
    a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise"
) -> Any:
    taken = indices.shape if isinstance(indices, Type) else np.shape(indices)
    if not isinstance(taken, tuple) or isinstance(axis, Type):
        return None
    if axis is None:
        return taken
    if not isinstance(a.shape, tuple):
        return None
    at = axis % len(a.shape)
    return (*a.shape[:at], *taken, *a.shape[at + 1 :])


@vjp(np.take_along_axis, "arr")
def take_along_axis_vjp(dz: Any, z: Any, arr: Any, indices: Any, axis: Any = -1) -> Any:
    return uncopy(dz, arr, np.take_along_axis, indices, axis)


@result(np.take_along_axis)
def take_along_axis_result(arr: Any, indices: Any, axis: Any = -1) -> Any:
    return indices.shape if isinstance(indices, Type) and axis is not None else None


@vjp(np.compress, "a")
def compress_vjp(dz: Any, z: Any, condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    no_out(out)
    if axis is None:
        return uncopy(dz, a, np.take, np.flatnonzero(condition))
    return uncopy(dz, a, np.take, np.flatnonzero(condition), axis)


@vjp(np.extract, "arr")
def extract_vjp(dz: Any, z: Any, condition: Any, arr: Any) -> Any:
    return uncopy(dz, arr, np.take, np.flatnonzero(condition))


@result((np.compress, np.extract))
def compress_result(condition: Any, a: Any, axis: Any = None) -> Any:
    if axis is None:
        return (("size", object()),)
    if isinstance(axis, Type) or not isinstance(a.shape, tuple):
        return None
    at = axis % len(a.shape)
    return tuple(("size", object()) if k == at else n for k, n in enumerate(a.shape))


@vjp(np.choose, "choices")
def choose_vjp(dz: Any, z: Any, a: Any, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
    no_out(out)
    if known(len(choices)):
        place = chosen_place(a, len(choices), mode)
        parts = [np.where(place == k, dz, 0.0) for k in range(len(choices))]
        return [fitted(parts[k], choices[k]) for k in range(len(choices))]
    return unchoose(dz, a, choices, mode)


def fitted(g: Any, x: Any) -> Any:
    """g summed over the axes along which a choice was broadcast. Of a length that is known in a
    rule it is known that it is one."""
    if known(np.ndim(x), np.ndim(g)) and np.ndim(x) == np.ndim(g) == 1:
        if not known(np.shape(x)[0]):
            return g
    return sum_to(g, x)


def chosen_place(a: Any, count: Any, mode: Any) -> Any:
    """Which of the choices is taken."""
    if mode == "wrap":
        return np.asarray(a) % count
    return np.clip(a, 0, count - 1) if mode == "clip" else np.asarray(a)


@jvp(np.choose)
def choose_jvp(
    z: Any, a: Any, choices: Any, out: Any = None, mode: Any = "raise", *, choices_dot: Any
) -> Any:
    return np.choose(a, choices_dot) if mode == "raise" else np.choose(a, choices_dot, mode=mode)


@vjp(unchoose, "g")
def unchoose_vjp(dz: Any, z: Any, g: Any, a: Any, choices: Any, mode: Any) -> Any:
    return np.choose(a, dz, mode=mode)


@result(unchoose)
def unchoose_result(g: Any, a: Any, choices: Any, mode: Any) -> Any:
    return choices.shape if isinstance(choices, Type) and choices.kind == "num" else None


@vjp(np.select, "choicelist, default")
def select_vjp(dz: Any, z: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first condition that holds selects; where none does the default is left."""
    if not known(len(condlist), len(choicelist)):
        refuse_choices()
    left = functools.reduce(lambda g, c: [*g, np.where(c, 0.0, g[-1])], condlist, [dz])
    parts = [np.where(condlist[k], left[k], 0.0) for k in range(len(choicelist))]
    parts = [fitted(parts[k], choicelist[k]) for k in range(len(choicelist))]
    return parts, fitted(left[-1], default)


@jvp(np.select)
def select_jvp(
    z: Any, condlist: Any, choicelist: Any, default: Any = 0, *, choicelist_dot: Any,
    default_dot: Any,
) -> Any:  # fmt: skip
    still = [np.zeros_like(c) * 1.0 for c in choicelist]
    if choicelist_dot is None:
        return None, np.select(condlist, still, default_dot)
    by_choice = np.select(condlist, choicelist_dot, 0.0)
    return by_choice, None if default_dot is None else np.select(condlist, still, default_dot)


@result(np.select)
def select_result(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Broadcast together."""
    shapes = []
    for item in (condlist, choicelist):
        inner = [k for _, k in item.items] if isinstance(item, Type) and item.closed else item
        if isinstance(inner, Type):
            return None
        shapes += [i.shape if isinstance(i, Type) else np.shape(i) for i in inner]
    return broadcast(*shapes, default.shape if isinstance(default, Type) else np.shape(default))


@static
def refuse_choices() -> None:
    raise UnsupportedError("np.select needs its conditions and choices in lists of known length")


# ---------------------------------------------------------------- index arrays

nondifferentiable(
    np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from, np.diag_indices,
    np.diag_indices_from, np.mask_indices, np.ravel_multi_index, np.einsum_path, np.packbits,
    np.unpackbits,
)  # fmt: skip


@result((np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from,
         np.mask_indices))  # fmt: skip
def two_places(n: Any, *options: Any, **named: Any) -> Any:
    """The rows and columns of entries of a matrix."""
    count = ("size", object())
    return sequence("tuple", [number((count,), "int"), number((count,), "int")])


@result(np.diag_indices)
def diag_indices_result(n: Any, ndim: Any = 2) -> Any:
    count = ("size", object())
    if isinstance(ndim, Type):
        return Type("tuple", elem=number((count,), "int"))
    return sequence("tuple", [number((count,), "int")] * ndim)


@result(np.diag_indices_from)
def diag_indices_from_result(arr: Any) -> Any:
    if isinstance(arr, Type) and arr.rank is not None:
        return diag_indices_result(0, arr.rank)
    return Type("tuple", elem=number((("size", object()),), "int"))


@result(np.ravel_multi_index)
def ravel_multi_index_result(*args: Any, **named: Any) -> Any:
    return number(frozenset([("places", object())]), "int")


@static
def no_out(out: Any) -> None:
    if out is not None:
        raise UnsupportedError("the argument out= writes into an array, which is not supported")
