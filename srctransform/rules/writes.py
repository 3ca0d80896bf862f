"""Writes that NumPy has functions for, and entries read before their array is written.

np.put_along_axis(x, i, v, axis)   ->   dv = the entries of dx at i that were not overwritten
                                        dx = 0 there
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import SCALAR_FLOAT, Type, number
from ..runtime import (
    diagonal_index,
    element,
    place,
    put_along,
    put_along_dvalues,
    require_floats,
    wrapped_diagonal,
)  # fmt: skip
from .registry import jvp, linear, nondifferentiable, result, vjp

nondifferentiable(diagonal_index, wrapped_diagonal, place, require_floats, np.unravel_index)
linear(put_along, "x, values")
linear(put_along_dvalues, "g")


@vjp(put_along, "x, values")
def put_along_vjp(dz: Any, z: Any, x: Any, indices: Any, values: Any, axis: Any) -> Any:
    return put_along(dz, indices, 0.0, axis), put_along_dvalues(dz, indices, axis)


@vjp(put_along_dvalues, "g")
def put_along_dvalues_vjp(dz: Any, z: Any, g: Any, indices: Any, axis: Any) -> Any:
    return put_along(g * 0.0, indices, dz, axis)


@result((diagonal_index, np.unravel_index))
def index_result(x: Any, shape: Any = None) -> Any:
    return Type("tuple", elem=number(frozenset(), "int"))


@result(wrapped_diagonal)
def wrapped_diagonal_result(shape: Any, wrap: Any) -> Any:
    return number((("size", object()),), "int")


@result(put_along)
def put_along_result(x: Any, indices: Any, values: Any, axis: Any) -> Any:
    return x


@vjp(element)
def element_vjp(dz: Any, z: Any, x: Any) -> Any:
    return dz


@jvp(element)
def element_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return x_dot


@result(element)
def element_result(x: Any) -> Any:
    return SCALAR_FLOAT if isinstance(x, Type) and x.kind == "any" else ()
