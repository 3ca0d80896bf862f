"""np.astype, np.require, np.asarray_chkfinite, np.asfortranarray: the same entries otherwise held.

y = np.astype(x, np.float32)     dx = dy in the dtype of x
y = np.asfortranarray(x)         dx = dy
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import cast, known
from .casting import astype_jvp, astype_vjp, kind_of, retyped
from .creation import as_made
from .registry import jvp, linear, result, takes_containers, vjp
from .shaping import from_rank

linear(np.asfortranarray, "a")
takes_containers(np.asarray_chkfinite, np.require)


@vjp(np.astype, "x")
def np_astype_vjp(
    dz: Any, z: Any, x: Any, dtype: Any, *, copy: Any = True, device: Any = None
) -> Any:
    return astype_vjp(dz, z, x, dtype)


@jvp(np.astype)
def np_astype_jvp(
    z: Any, x: Any, dtype: Any, *, copy: Any = True, device: Any = None, x_dot: Any
) -> Any:
    return astype_jvp(z, x, dtype, x_dot=x_dot)


@result(np.astype, memory="maybe")
def np_astype_result(x: Any, dtype: Any, **options: Any) -> Any:
    return retyped(x, dtype)


@vjp(np.asfortranarray, "a")
def asfortranarray_vjp(dz: Any, z: Any, a: Any, dtype: Any = None) -> Any:
    return dz if dtype is None else cast(dz, z, a)


@jvp(np.asfortranarray)
def asfortranarray_jvp(z: Any, a: Any, dtype: Any = None, *, a_dot: Any) -> Any:
    return np.asfortranarray(a_dot) if dtype is None else cast(a_dot, z, z)


@result(np.asfortranarray, memory="maybe")
def asfortranarray_result(a: Any, dtype: Any = None) -> Any:
    if dtype is not None:
        return retyped(a, dtype)
    return from_rank(a, lambda dims: dims)


@vjp(np.asarray_chkfinite, "a")
def asarray_chkfinite_vjp(dz: Any, z: Any, a: Any, dtype: Any = None, order: Any = None) -> Any:
    return dz if dtype is None or known(len(a)) else cast(dz, z, a)


@jvp(np.asarray_chkfinite)
def asarray_chkfinite_jvp(
    z: Any, a: Any, dtype: Any = None, order: Any = None, *, a_dot: Any
) -> Any:
    return made_like(a_dot, z, dtype)


def made_like(dot: Any, z: Any, dtype: Any) -> Any:
    """The tangent of an array that was made of a, in its dtype."""
    if dtype is None:
        return np.array(dot)
    if known(dtype) and kind_of(dtype) in "fc":
        return np.array(dot, dtype)
    return cast(np.array(dot), z, z)


@vjp(np.require, "a")
def require_vjp(dz: Any, z: Any, a: Any, dtype: Any = None, requirements: Any = None) -> Any:
    return dz if dtype is None or known(len(a)) else cast(dz, z, a)


@jvp(np.require)
def require_jvp(z: Any, a: Any, dtype: Any = None, requirements: Any = None, *, a_dot: Any) -> Any:
    return made_like(a_dot, z, dtype)


@result((np.asarray_chkfinite, np.require), memory="maybe")
def asarray_result(a: Any, dtype: Any = None, *options: Any) -> Any:
    kind = as_made(a, dtype)
    return kind if isinstance(kind, Type) else None
