"""Functions that take functions, as far as they only take arrays apart and put them together.

    np.vectorize(f)(x)               from_entries([f(v) for v in entries(x, shape)], shape)
    np.apply_along_axis(f, 0, x)     along_axis(np.array([f(v) for v in lines_of(x, 0)]), x, 0)

How such calls are read stands in `inline/definitions.py`; these are the rules of what they come to.
np.frompyfunc is refused: its results are arrays of objects.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.types import SCALAR_FLOAT, Type, number
from ..runtime import (
    along_axis,
    entries,
    entries_of,
    from_entries,
    like_entries,
    lines_of,
    one_condition,
    unalong,
    unlines,
    with_axis,
)
from .registry import jvp, linear, nondifferentiable, refused, result, takes_containers, vjp
from .shaping import fresh_dim

# fmt: off
linear((entries, lines_of), "x")
linear(like_entries, "values")
linear((along_axis, ), "rows")
linear((entries_of, unlines, unalong), "g")
linear(with_axis, "result")
takes_containers(from_entries, entries_of, like_entries)
refused("its results are arrays of objects: use np.vectorize", np.frompyfunc)
nondifferentiable(one_condition)
# fmt: on


@vjp(entries, "x")
def entries_vjp(dz: Any, z: Any, x: Any, shape: Any) -> Any:
    return np.reshape(np.array(dz), shape)


@vjp(from_entries, "values")
def from_entries_vjp(dz: Any, z: Any, values: Any, shape: Any) -> Any:
    return entries_of(dz, z)


@jvp(from_entries)
def from_entries_jvp(z: Any, values: Any, shape: Any, values_dot: Any) -> Any:
    return like_entries(values_dot, z)


@vjp(entries_of, "g")
def entries_of_vjp(dz: Any, z: Any, g: Any, like: Any) -> Any:
    return like_entries(dz, like)


@vjp(like_entries, "values")
def like_entries_vjp(dz: Any, z: Any, values: Any, like: Any) -> Any:
    return entries_of(dz, like)


@vjp(lines_of, "x")
def lines_of_vjp(dz: Any, z: Any, x: Any, axis: Any) -> Any:
    return unlines(dz, x, axis)


@vjp(unlines, "g")
def unlines_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any) -> Any:
    return lines_of(dz, axis)


@vjp(along_axis, "rows")
def along_axis_vjp(dz: Any, z: Any, rows: Any, x: Any, axis: Any) -> Any:
    return unalong(dz, rows, x, axis)


@vjp(unalong, "g")
def unalong_vjp(dz: Any, z: Any, g: Any, rows: Any, x: Any, axis: Any) -> Any:
    return along_axis(dz, x, axis)


@vjp(with_axis, "result")
def with_axis_vjp(dz: Any, z: Any, result: Any, x: Any, axis: Any) -> Any:
    return np.reshape(dz, np.shape(result))


# ---------------------------------------------------------------- what is known of results


@result(entries)
def entries_result(x: Any, shape: Any) -> Any:
    kind = x if isinstance(x, Type) else SCALAR_FLOAT
    dtype = kind.dtype if kind.dtype in ("float", "int", "complex") else "number"
    item = replace(SCALAR_FLOAT, dtype=dtype, sources=kind.sources)
    return Type("list", cls=list, elem=item)


@result(entries_of)
def entries_of_result(g: Any, z: Any) -> Any:
    sources = g.sources if isinstance(g, Type) else ()
    return Type("list", cls=list, elem=replace(SCALAR_FLOAT, sources=frozenset(sources)))


@result(from_entries)
def from_entries_result(values: Any, shape: Any) -> Any:
    dims = shape.shape if isinstance(shape, Type) and shape.kind == "other" else None
    kind = values.element if isinstance(values, Type) else SCALAR_FLOAT
    sources = kind.sources if kind.kind == "num" else ()
    dtype = kind.dtype if kind.dtype in ("float", "complex") else "number"
    return number(dims if dims is not None else frozenset([("made", object())]), dtype, sources)


@result(like_entries)
def like_entries_result(values: Any, z: Any) -> Any:
    return z.shape if isinstance(z, Type) else None


@result(lines_of, memory="maybe")
def lines_of_result(x: Any, axis: Any) -> Any:
    if not isinstance(x, Type):
        return None
    return number((fresh_dim(), fresh_dim()), x.dtype, x.sources)


@result((unlines,), memory="maybe")
def unlines_result(g: Any, x: Any, axis: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


@result(along_axis, memory="maybe")
def along_axis_result(rows: Any, x: Any, axis: Any) -> Any:
    if not isinstance(rows, Type) or not isinstance(x, Type) or isinstance(axis, Type):
        return None
    if not isinstance(rows.shape, tuple) or not isinstance(x.shape, tuple):
        return None
    at = axis % len(x.shape)
    return (*x.shape[:at], *rows.shape[1:], *x.shape[at + 1 :])


@result(unalong, memory="maybe")
def unalong_result(g: Any, rows: Any, x: Any, axis: Any) -> Any:
    return rows.shape if isinstance(rows, Type) else None


@result(with_axis, memory="maybe")
def with_axis_result(result: Any, x: Any, axis: Any) -> Any:
    if not isinstance(x, Type) or not isinstance(x.shape, tuple) or not isinstance(axis, int):
        return None
    return tuple(1 if k == axis % len(x.shape) else n for k, n in enumerate(x.shape))


@result(one_condition, memory="maybe")
def one_condition_result(condition: Any) -> Any:
    return number(condition.shape, "bool") if isinstance(condition, Type) else None
