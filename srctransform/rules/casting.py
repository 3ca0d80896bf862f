"""astype and item: entries of another dtype, or one entry as a Python number.

y = x.astype(np.float32)   ->   dx = dy in the dtype of x
y = x.astype(int)               has no derivative: it is constant between the ints
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.types import Type, number
from ..runtime import (
    cast,
    is_double,
    known,
    narrowed,
    spread,
)  # fmt: skip
from .registry import jvp, linear, nondifferentiable, result, static, vjp

linear(cast, "g")


@static
def kind_of(dtype: Any) -> str:
    """The kind of a dtype that is known."""
    return str(np.dtype(dtype).kind)


def dtype_name(dtype: Any) -> str | None:
    """The dtype of a result, as types name it; None where it is not known."""
    if isinstance(dtype, Type):
        return dtype.dtype if dtype.dtype in ("float", "complex") else None
    names = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
    return names.get(np.dtype(dtype).kind)


@vjp(prims.astype, "x")
def astype_vjp(dz: Any, z: Any, x: Any, dtype: Any, *, copy: Any = True) -> Any:
    if known(dtype) and kind_of(dtype) == "f":
        return prims.astype(dz, np.result_type(x, 0.0))
    return cast(dz, z, x)


@jvp(prims.astype)
def astype_jvp(z: Any, x: Any, dtype: Any, *, copy: Any = True, x_dot: Any) -> Any:
    if known(dtype) and kind_of(dtype) in "fc":
        return prims.astype(x_dot, dtype)
    return cast(x_dot, z, z)


@result(prims.astype)
def astype_result(x: Any, dtype: Any, copy: Any = True) -> Any:
    return retyped(x, dtype)


def retyped(x: Any, dtype: Any) -> Any:
    """The type of x as an array of another dtype."""
    if not isinstance(x, Type) or x.kind != "num":
        return None
    name = dtype_name(dtype)
    sources = {"complex": x.sources | {"complex"}, None: x.sources}.get(name, frozenset())
    return number(x.shape, name or "unknown", sources)


def in_precision_of(g: Any, x: Any) -> Any:
    """The cotangent g of x, which a function of double precision gave."""
    if known(is_double(x)) and is_double(x):
        return g
    return narrowed(g, x)


def unless_cut(g: Any, z: Any, like: Any, x: Any) -> Any:
    """g for x, which went into z, an array of the dtype of another one: nothing if that is of
    ints, which cut fractions off."""
    return g if known(is_double(like)) else cast(g, z, x)


linear(narrowed, "g")
nondifferentiable(is_double)


@vjp(narrowed, "g")
def narrowed_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return narrowed(dz, g)


@result(narrowed)
def narrowed_result(g: Any, x: Any) -> Any:
    return g.shape if isinstance(g, Type) else ()


@vjp(cast, "g")
def cast_vjp(dz: Any, z: Any, g: Any, like: Any, x: Any) -> Any:
    return cast(dz, like, g)


@result(cast)
def cast_result(g: Any, z: Any, x: Any) -> Any:
    return number(
        g.shape if isinstance(g, Type) else (), "float", x.sources if isinstance(x, Type) else ()
    )


@vjp(prims.item, "x")
def item_vjp(dz: Any, z: Any, x: Any) -> Any:
    return prims.astype(spread(dz, x), np.result_type(x, 0.0))


@jvp(prims.item)
def item_jvp(z: Any, x: Any, *, x_dot: Any) -> Any:
    return prims.item(x_dot)


@result(prims.item)
def item_result(x: Any) -> Any:
    return replace(x, shape=(), array=False) if isinstance(x, Type) and x.kind == "num" else ()
