"""Values -> types: what an example says of a parameter, and a constant of itself.

np.ones((3, 1))     float array of two dimensions, the second of which is one
{"w": 2.0}          dict of one float
"""

from __future__ import annotations

from dataclasses import is_dataclass
from types import FunctionType
from typing import Any

import numpy as np

from ..ir.nodes import UNBOUND, Function
from ..ir.types import (
    COMPLEX,
    NEVER,
    NONE,
    OTHER,
    SCALAR_BOOL,
    SCALAR_FLOAT,
    SCALAR_INT,
    WEAK,
    Type,
    sequence,
)  # fmt: skip
from ..ir.units import Unit

PLAIN = {
    float: SCALAR_FLOAT, int: SCALAR_INT, bool: SCALAR_BOOL, type(None): NONE, str: OTHER,
    slice: OTHER,
}  # fmt: skip


def type_of_value(value: Any, key: Any = None) -> Type:
    """The type of an example: its rank, which dimensions are one, its dtype, its structure.

    Sizes are not kept: the derivative is for every size of that rank.
    """
    plain = PLAIN.get(type(value))
    if plain is not None:
        return plain
    if value is UNBOUND:
        return NEVER
    if isinstance(value, bool | np.bool_):
        return SCALAR_BOOL
    if isinstance(value, int | float | complex | np.number):
        bits = value.dtype.itemsize * 8 if isinstance(value, np.generic) else WEAK
        if isinstance(value, complex | np.complexfloating):
            return Type("num", (), "complex", frozenset([COMPLEX]), bits // 2, array=False)
        dtype = "int" if isinstance(value, int | np.integer) else "float"
        return Type("num", (), dtype, bits=bits, array=False)
    if isinstance(value, np.ndarray):
        return _type_of_array(value, key)
    if hasattr(value, "tocsr") and type(value).__module__.startswith("scipy.sparse"):
        dims = tuple((key, k) for k in range(value.ndim))
        entries = type_of_value(value.data, key) if isinstance(value.data, np.ndarray) else Type()
        return Type("num", dims, entries.dtype, entries.sources, entries.bits, cls=type(value))
    if isinstance(value, dict):
        items = tuple((k, type_of_value(v, (key, k))) for k, v in value.items())
        return Type("dict", items=items, cls=type(value), closed=True)
    if isinstance(value, list | tuple):
        if hasattr(value, "_fields"):
            items = tuple((n, type_of_value(getattr(value, n), (key, n))) for n in value._fields)
            return Type("object", items=items, cls=type(value), closed=True)
        kind = "list" if isinstance(value, list) else "tuple"
        return sequence(
            kind, [type_of_value(v, (key, k)) for k, v in enumerate(value)], type(value)
        )
    if isinstance(value, Function | Unit):
        return OTHER
    if is_dataclass(value) and not isinstance(value, type):
        names = value.__dataclass_fields__
        items = tuple((n, type_of_value(getattr(value, n), (key, n))) for n in names)
        return Type("object", items=items, cls=type(value), closed=True)
    if isinstance(value, str | bytes | np.dtype) or (callable(value) and not _has_call(value)):
        return OTHER
    return Type("object", cls=type(value)) if hasattr(value, "__dict__") else OTHER


def _has_call(value: Any) -> bool:
    """Is it an object whose class has a `__call__` of the user's?"""
    library = type(value).__module__.partition(".")[0] in ("numpy", "scipy")
    called = getattr(type(value), "__call__", None)  # noqa: B004
    return isinstance(called, FunctionType) and not library and not hasattr(value, "__name__")


def _type_of_array(value: Any, key: Any) -> Type:
    dims = tuple(1 if n == 1 else (key, k) for k, n in enumerate(value.shape))
    kinds = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
    dtype = kinds.get(value.dtype.kind)
    if dtype is None:
        return OTHER
    sources = frozenset([COMPLEX]) if dtype == "complex" else frozenset()
    return Type(
        "num", dims, dtype, sources, value.dtype.itemsize * 8 // (1 + (dtype == "complex")), True
    )
