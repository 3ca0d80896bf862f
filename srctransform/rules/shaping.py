"""reshape, transpose, flip, roll, ...: functions that move the entries of one array.

They are linear, so forward mode is the function itself; the cotangent is moved back:

    y = np.transpose(x, (2, 0, 1))   ->   dx = np.transpose(dy, (1, 2, 0))
    y = np.squeeze(x, 1)             ->   dx = np.expand_dims(dy, 1)

Orders "A" and "K" of reshape and ravel depend on how an array lies in memory, which a cotangent
does not share, so they are refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.types import OTHER, SCALAR_INT, Type
from ..runtime import (
    inverse_axes,
    known,
    minus,
    rolled_to,
)  # fmt: skip
from .registry import jvp, linear, nondifferentiable, result, static, vjp

# fmt: off
nondifferentiable(np.shape, np.ndim, np.size, len, np.result_type, np.iscomplexobj, np.isrealobj,
                  np.isscalar, np.iscomplex, np.isreal, np.can_cast, np.promote_types,
                  np.broadcast_shapes, np.shares_memory, np.may_share_memory, prims.dtype_of,
                  inverse_axes, rolled_to, minus)
linear((np.copy, np.ascontiguousarray, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.squeeze,
        np.expand_dims, np.transpose, np.swapaxes, np.moveaxis, np.rollaxis, np.roll), "a")
linear((np.flip, np.fliplr, np.flipud, np.rot90), "m")
linear(np.matrix_transpose, "x")
# fmt: on
static(inverse_axes)
static(rolled_to)
static(minus)


# ---------------------------------------------------------------- what is known of results


def dims_of(shape: Any) -> Any:
    """The dimensions that a shape argument means; None if even their number is unknown."""
    if isinstance(shape, Type):
        if shape.kind == "other":  # np.shape(x)
            return shape.shape
        if shape.kind == "num" and shape.is_scalar and shape.array is False:
            return (("size", object()),)
        if shape.kind in ("tuple", "list") and shape.closed:
            return tuple(("size", object()) for _ in shape.items)
        return None
    if isinstance(shape, tuple | list):
        return tuple(
            ("size", object()) if isinstance(n, Type) or n == -1 else int(n) for n in shape
        )
    return (("size", object()) if shape == -1 else int(shape),)


def rank_of(x: Any) -> int | None:
    return x.rank if isinstance(x, Type) and x.kind == "num" else None


def from_rank(x: Any, change: Any) -> Any:
    """change(dims) of x if its rank is known."""
    return tuple(change(list(x.shape))) if rank_of(x) is not None else None


def moved_to(dims: list[Any], source: Any, destination: Any) -> list[Any]:
    """The dimensions after np.moveaxis."""
    labels = np.moveaxis(np.empty([2 + k for k in range(len(dims))], bool), source, destination)
    return [dims[n - 2] for n in labels.shape]


def fresh_dim() -> Any:
    return ("size", object())


@result((np.shape, np.broadcast_shapes))
def shape_result(a: Any, *more: Any) -> Any:
    return (
        replace(OTHER, shape=a.shape)
        if isinstance(a, Type) and a.kind == "num" and not more
        else OTHER
    )


@result((len, np.ndim, np.size))
def count_result(a: Any, axis: Any = None) -> Any:
    return SCALAR_INT


@result((np.result_type, prims.dtype_of, np.promote_types))
def dtype_result(*args: Any) -> Any:
    kinds = [a.dtype for a in args if isinstance(a, Type)]
    if "complex" in kinds:
        return replace(OTHER, dtype="complex")
    floats = "float" in kinds or any(type(a) is float for a in args)
    return replace(OTHER, dtype="float") if floats else OTHER


# ---------------------------------------------------------------- reshape and friends


@static
def by_index(order: Any) -> Any:
    """The order, if it does not depend on memory."""
    if order not in ("C", "F"):
        raise UnsupportedError(
            f"order={order!r} depends on the memory of the array: use 'C' or 'F'"
        )
    return order


@vjp(np.reshape, "a")
def reshape_vjp(dz: Any, z: Any, a: Any, shape: Any, order: Any = "C", *, copy: Any = None) -> Any:
    return (
        np.reshape(dz, np.shape(a))
        if order == "C"
        else np.reshape(dz, np.shape(a), order=by_index(order))
    )


@jvp(np.reshape)
def reshape_jvp(
    z: Any, a: Any, shape: Any, order: Any = "C", *, copy: Any = None, a_dot: Any
) -> Any:
    return (
        np.reshape(a_dot, shape)
        if order == "C"
        else np.reshape(a_dot, shape, order=by_index(order))
    )


@vjp((np.ravel, prims.flatten), "a")
def ravel_vjp(dz: Any, z: Any, a: Any, order: Any = "C") -> Any:
    return (
        np.reshape(dz, np.shape(a))
        if order == "C"
        else np.reshape(dz, np.shape(a), order=by_index(order))
    )


@jvp((np.ravel, prims.flatten))
def ravel_jvp(z: Any, a: Any, order: Any = "C", *, a_dot: Any) -> Any:
    return np.ravel(a_dot) if order == "C" else np.ravel(a_dot, order=by_index(order))


@result(np.reshape, memory="maybe")
def reshape_result(a: Any, shape: Any, order: Any = "C", *, copy: Any = None) -> Any:
    return dims_of(shape)


@result(np.ravel, memory="maybe")
def ravel_result(a: Any, order: Any = "C") -> Any:
    return flat(a)


@result(prims.flatten)
def flatten_result(a: Any, order: Any = "C") -> Any:
    return flat(a)


def flat(a: Any) -> Any:
    """The dimensions of a raveled array: its own if it is a vector, one entry if it is a number."""
    if not isinstance(a, Type):
        return (int(np.size(a)),)
    if rank_of(a) == 1:
        return a.shape
    return (1,) if isinstance(a.shape, tuple) and set(a.shape) <= {1} else (fresh_dim(),)


@vjp(np.squeeze, "a")
def squeeze_vjp(dz: Any, z: Any, a: Any, axis: Any = None) -> Any:
    return np.reshape(dz, np.shape(a)) if axis is None else np.expand_dims(dz, axis)


@result(np.squeeze, memory="maybe")
def squeeze_result(a: Any, axis: Any = None) -> Any:
    if isinstance(axis, Type) or rank_of(a) is None:
        return None
    if axis is None:  # a dimension that is not known may be one too
        return (
            tuple(n for n in a.shape if n != 1)
            if all(n == 1 or type(n) is int for n in a.shape)
            else None
        )
    axes = [k % len(a.shape) for k in (axis if isinstance(axis, tuple) else (axis,))]
    return tuple(n for k, n in enumerate(a.shape) if k not in axes)


@vjp(np.expand_dims, "a")
def expand_dims_vjp(dz: Any, z: Any, a: Any, axis: Any) -> Any:
    return np.squeeze(dz, axis)


def restored(a: Any, axis: Any) -> Any:
    """The shape of a reduction with its axis put back, where the rank is not known."""
    if isinstance(a, Type) and isinstance(a.shape, frozenset) and len(a.shape) == 1:
        (atom,) = a.shape
        if isinstance(atom, tuple) and atom[0] == "reduce" and atom[2] == axis:
            return frozenset([("keep", atom[1], axis)])
    return None


@result(np.expand_dims, memory="view")
def expand_dims_result(a: Any, axis: Any) -> Any:
    if isinstance(axis, Type) or rank_of(a) is None:
        return None if isinstance(axis, Type) else restored(a, axis)
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    places = {k % (len(a.shape) + len(axes)) for k in axes}
    rest = iter(a.shape)
    return tuple(1 if k in places else next(rest) for k in range(len(a.shape) + len(axes)))


@vjp((np.atleast_1d, np.atleast_2d, np.atleast_3d, np.ascontiguousarray), "a")
def atleast_vjp(dz: Any, z: Any, a: Any) -> Any:
    return np.reshape(dz, np.shape(a))


@result((np.atleast_1d, np.ascontiguousarray), memory="maybe")
def atleast_1d_result(a: Any) -> Any:
    return from_rank(a, lambda dims: dims or [1])


@result(np.atleast_2d, memory="maybe")
def atleast_2d_result(a: Any) -> Any:
    return from_rank(a, lambda dims: [1] * (2 - len(dims)) + dims)


@result(np.atleast_3d, memory="maybe")
def atleast_3d_result(a: Any) -> Any:
    return from_rank(a, lambda dims: ([1] * (2 - len(dims)) + dims + [1])[: max(3, len(dims))])


@vjp(np.copy, "a")
def copy_vjp(dz: Any, z: Any, a: Any, order: Any = "K", subok: Any = False) -> Any:
    return dz


@result(np.copy)
def copy_result(a: Any, order: Any = "K", subok: Any = False) -> Any:
    return a if isinstance(a, Type) and a.kind == "num" else None


# ---------------------------------------------------------------- axes


@vjp(np.transpose, "a")
def transpose_vjp(dz: Any, z: Any, a: Any, axes: Any = None) -> Any:
    return np.transpose(dz) if axes is None else np.transpose(dz, inverse_axes(axes))


@result(np.transpose, memory="view")
def transpose_result(a: Any, axes: Any = None) -> Any:
    if isinstance(axes, Type) or rank_of(a) is None:
        return None
    shape = a.shape[::-1] if axes is None else tuple(a.shape[k] for k in axes)
    return replace(a, shape=shape) if a.sparse else shape


@vjp(np.matrix_transpose, "x")
def matrix_transpose_vjp(dz: Any, z: Any, x: Any) -> Any:
    return np.matrix_transpose(dz)


@result(np.matrix_transpose, memory="view")
def matrix_transpose_result(x: Any) -> Any:
    return from_rank(x, lambda dims: [*dims[:-2], dims[-1], dims[-2]])


@vjp(np.swapaxes, "a")
def swapaxes_vjp(dz: Any, z: Any, a: Any, axis1: Any, axis2: Any) -> Any:
    return np.swapaxes(dz, axis1, axis2)


@result(np.swapaxes, memory="view")
def swapaxes_result(a: Any, axis1: Any, axis2: Any) -> Any:
    def swapped(dims: list[Any]) -> list[Any]:
        dims[axis1], dims[axis2] = dims[axis2], dims[axis1]
        return dims

    return from_rank(a, swapped)


@vjp(np.moveaxis, "a")
def moveaxis_vjp(dz: Any, z: Any, a: Any, source: Any, destination: Any) -> Any:
    return np.moveaxis(dz, destination, source)


@result(np.moveaxis, memory="view")
def moveaxis_result(a: Any, source: Any, destination: Any) -> Any:
    return from_rank(a, lambda dims: moved_to(dims, source, destination))


@vjp(np.rollaxis, "a")
def rollaxis_vjp(dz: Any, z: Any, a: Any, axis: Any, start: Any = 0) -> Any:
    return np.moveaxis(dz, rolled_to(np.ndim(a), axis, start), axis)


@result(np.rollaxis, memory="view")
def rollaxis_result(a: Any, axis: Any, start: Any = 0) -> Any:
    return from_rank(a, lambda dims: moved_to(dims, axis, rolled_to(len(dims), axis, start)))


# ---------------------------------------------------------------- order of entries


@vjp(np.flip, "m")
def flip_vjp(dz: Any, z: Any, m: Any, axis: Any = None) -> Any:
    return np.flip(dz) if axis is None else np.flip(dz, axis)


@vjp(np.fliplr, "m")
def fliplr_vjp(dz: Any, z: Any, m: Any) -> Any:
    return np.fliplr(dz)


@vjp(np.flipud, "m")
def flipud_vjp(dz: Any, z: Any, m: Any) -> Any:
    return np.flipud(dz)


@result((np.flip, np.fliplr, np.flipud), memory="view")
def flip_result(m: Any, axis: Any = None) -> Any:
    return m.shape


@vjp(np.rot90, "m")
def rot90_vjp(dz: Any, z: Any, m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    return np.rot90(dz, -k, axes)


@result(np.rot90, memory="view")
def rot90_result(m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    if k % 2 == 0:
        return m.shape
    return swapaxes_result(m, *axes)


@vjp(np.roll, "a")
def roll_vjp(dz: Any, z: Any, a: Any, shift: Any, axis: Any = None) -> Any:
    back = -shift if known(np.ndim(shift)) else minus(shift)
    return np.roll(dz, back) if axis is None else np.roll(dz, back, axis)


@result(np.roll)
def roll_result(a: Any, shift: Any, axis: Any = None) -> Any:
    return a.shape
