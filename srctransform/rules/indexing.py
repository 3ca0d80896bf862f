"""Reading and writing entries: the buffers of derivatives, and NumPy's functions that take entries.

    buffer[index] = value     ->    dvalue = dbuffer[index];  dbuffer[index] = 0
    buffer[index] += value    ->    dvalue = dbuffer[index]
    np.take(x, rows, axis=0)  ->    np.add.at(dx, rows, dz)

Indexing itself, `x[index]`, is known to both modes: its adjoint is `accumulate`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.types import Type
from ..runtime import known, part_of, uncopy, written_last
from .registry import jvp, linear, result, static, vjp

# fmt: off
linear((prims.store, prims.accumulate, prims.accumulate_at), "buffer, value")
linear(written_last, "g")
linear((np.take, np.compress), "a")
linear((np.take_along_axis, np.extract), "arr")
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
def compress_vjp(dz: Any, z: Any, condition: Any, a: Any, axis: Any = None) -> Any:
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
def choose_vjp(dz: Any, z: Any, a: Any, choices: Any) -> Any:
    if not known(len(choices)):
        refuse_choices()
    return [np.where(a == k, dz, 0.0) for k in range(len(choices))]


@jvp(np.choose)
def choose_jvp(z: Any, a: Any, choices: Any, choices_dot: Any) -> Any:
    return np.choose(a, choices_dot)


@static
def refuse_choices() -> None:
    raise UnsupportedError("np.choose needs its choices in a tuple or list")


@static
def no_out(out: Any) -> None:
    if out is not None:
        raise UnsupportedError("the argument out= writes into an array, which is not supported")
