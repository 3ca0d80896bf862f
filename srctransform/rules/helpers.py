"""Rules of the helpers that derivatives may call, so that they can be differentiated again."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.prims import stop_gradient
from ..ir.types import ANY, SCALAR_FLOAT, Type, broadcast, number
from ..runtime import (
    as_float,
    basis,
    gradient_of,
    like,
    real_like,
    require_scalar,
    spread,
    sum_to,
    sum_to_shape,
    unreduce,
)  # fmt: skip
from .registry import jvp, linear, memory, nondifferentiable, partials, result, vjp

partials(as_float, "x", "1", inexact=True)
memory((as_float, unreduce), "maybe")
nondifferentiable(basis, gradient_of, np.broadcast, require_scalar, stop_gradient)
linear(sum_to, "g")
linear(sum_to_shape, "g")
linear(spread, "g")
linear(real_like, "g")
linear(unreduce, "g")


@vjp(like, "g")
def like_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return sum_to(dz, g)


@jvp(like)
def like_jvp(z: Any, g: Any, x: Any, g_dot: Any) -> Any:
    """It drops an imaginary part where x is real, and so does its tangent."""
    return spread(real_like(g_dot, x), z)


@vjp(sum_to_shape)
def sum_to_shape_vjp(dz: Any, z: Any, g: Any, shape: Any) -> Any:
    return spread(dz, g)


@vjp(sum_to)
def sum_to_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return spread(dz, g)


@vjp(spread)
def spread_vjp(dz: Any, z: Any, g: Any, like_: Any) -> Any:
    return sum_to(dz, g)


@vjp(real_like)
def real_like_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return dz


@vjp(unreduce)
def unreduce_vjp(dz: Any, z: Any, g: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    return np.reshape(dz, np.shape(g))


@result(sum_to_shape, memory="maybe")
def sum_to_shape_result(g: Any, shape: Any) -> Any:
    return None


@result((sum_to, spread), memory="maybe")
def as_second(g: Any, x: Any) -> Any:
    """The shape of x, and complex only if x is."""
    if not isinstance(x, Type):
        return ()
    dtype = g.dtype if isinstance(g, Type) else "float"
    return number(x.shape, dtype, x.sources)


@result(like)
def like_result(g: Any, x: Any) -> Any:
    dtype = "complex" if isinstance(x, Type) and x.dtype == "complex" else "float"
    return number(x.shape, dtype, x.sources) if isinstance(x, Type) else number((), dtype)


@result(real_like, memory="maybe")
def as_first(g: Any, x: Any) -> Any:
    return g.shape if isinstance(g, Type) else ()


@result(require_scalar)
def seed(z: Any) -> Any:
    return SCALAR_FLOAT


@result(basis)
def basis_result(x: Any, k: Any) -> Any:
    return number(x.shape, "float", x.sources) if isinstance(x, Type) else SCALAR_FLOAT


@result(np.broadcast)
def broadcast_result(*args: Any) -> Any:
    return broadcast(*(a.shape for a in args if isinstance(a, Type)))


@result(stop_gradient, memory="view")
def same(x: Any) -> Any:
    return x if isinstance(x, Type) else ANY
