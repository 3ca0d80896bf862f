"""vecdot, matvec, vecmat: products of stacks of vectors and matrices, as ufuncs.

    z = np.vecdot(x, y)     dx = dz[..., None] * y              dy = dz[..., None] * x
    z = np.matvec(a, x)     da = dz[..., None] * x[..., None, :]
                            dx = np.vecmat(dz, a)

vecdot and vecmat conjugate their first argument, so its cotangent is conjugated: they are linear
over the reals only. Stacks broadcast; a cotangent is summed over what was repeated.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import Type, broadcast
from ..runtime import known, sum_to
from .registry import multilinear, named, result, static, vjp

multilinear((np.vecdot, np.linalg.vecdot), "x1, x2")
multilinear(named(np, "matvec vecmat"), "x1, x2")  # NumPy 2.2


@static
def from_behind(axis: int) -> int:
    """The axis, which has to be counted from the last one: the ranks may differ."""
    if axis >= 0:
        raise UnsupportedError(
            f"np.vecdot with axis={axis} has no derivative rule",
            help="count the axis from the last one: axis=-1",
        )
    return axis


def conjugated(x: Any) -> Any:
    """conj(x), and x itself where it is certainly real."""
    if known(np.iscomplexobj(x)) and not np.iscomplexobj(x):
        return x
    return np.conj(x)


def column(x: Any) -> Any:
    """x[..., None]"""
    return np.expand_dims(x, -1)


def row(x: Any) -> Any:
    """x[..., None, :]"""
    return np.expand_dims(x, -2)


@vjp((np.vecdot, np.linalg.vecdot), "x1, x2")
def vecdot_vjp(dz: Any, z: Any, x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    if known(np.ndim(x1), np.ndim(x2)) and np.ndim(x1) == np.ndim(x2) == 1:
        return conjugated(dz * x2), dz * conjugated(x1)
    g = np.expand_dims(dz, from_behind(axis))
    return sum_to(conjugated(g * x2), x1), sum_to(g * conjugated(x1), x2)


@vjp(named(np, "matvec"), "x1, x2")
def matvec_vjp(dz: Any, z: Any, x1: Any, x2: Any) -> Any:
    if known(np.ndim(x1), np.ndim(x2)) and np.ndim(x1) == 2 and np.ndim(x2) == 1:
        return column(dz) * x2, np.vecmat(conjugated(dz), x1)
    return sum_to(column(dz) * row(x2), x1), sum_to(np.vecmat(conjugated(dz), x1), x2)


@vjp(named(np, "vecmat"), "x1, x2")
def vecmat_vjp(dz: Any, z: Any, x1: Any, x2: Any) -> Any:
    if known(np.ndim(x1), np.ndim(x2)) and np.ndim(x1) == 1 and np.ndim(x2) == 2:
        return conjugated(np.matvec(x2, dz)), column(conjugated(x1)) * dz
    dx1 = sum_to(conjugated(np.matvec(x2, dz)), x1)
    return dx1, sum_to(column(conjugated(x1)) * row(dz), x2)


def stacked(x: Any, y: Any, core: tuple[int, int], behind: Any) -> Any:
    """The shape of stacks broadcast against each other, and what is behind them."""
    if not all(isinstance(v, Type) and isinstance(v.shape, tuple) for v in (x, y)):
        return None
    return (*broadcast(x.shape[: -core[0]], y.shape[: -core[1]]), *behind)


@result((np.vecdot, np.linalg.vecdot))
def vecdot_result(x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    return stacked(x1, x2, (1, 1), ()) if axis == -1 else None


@result(named(np, "matvec"))
def matvec_result(x1: Any, x2: Any) -> Any:
    return stacked(x1, x2, (2, 1), x1.shape[-2:-1]) if isinstance(x1.shape, tuple) else None


@result(named(np, "vecmat"))
def vecmat_result(x1: Any, x2: Any) -> Any:
    return stacked(x1, x2, (1, 2), x2.shape[-1:]) if isinstance(x2.shape, tuple) else None
