"""np.convolve and np.correlate: the adjoint of a sliding product is a sliding product.

    z = np.convolve(a, v)     da = np.convolve(dz, v[::-1], "valid")
                              dv = np.convolve(dz, a[::-1], "valid")

The modes "same" and "valid" are parts of the full convolution, so their cotangents are padded with
zeros to its length first. `np.correlate` is the convolution with the conjugate of v from its end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from ..runtime import known, part_of_full, to_full
from .registry import linear, multilinear, result, vjp

multilinear((np.convolve, np.correlate), "a, v")
linear((to_full, part_of_full), "g")


def backwards(x: Any) -> Any:
    """The entries from the last one on; a number is a vector of one."""
    return x[::-1] if known(np.ndim(x)) and np.ndim(x) == 1 else np.flip(x)


def slid(g: Any, other: Any, like: Any) -> Any:
    """The cotangent of one factor of a full convolution."""
    found = np.convolve(g, backwards(other), "valid")
    if known(np.ndim(like)) and np.ndim(like) == 1:
        return found
    return np.reshape(found, np.shape(like))


@vjp(np.convolve, "a, v")
def convolve_vjp(dz: Any, z: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    full = dz if known(mode) and mode == "full" else to_full(dz, a, v, mode, "convolve")
    return slid(full, v, a), slid(full, a, v)


@vjp(np.correlate, "a, v")
def correlate_vjp(dz: Any, z: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    full = dz if known(mode) and mode == "full" else to_full(dz, a, v, mode, "correlate")
    da = np.convolve(full, np.conj(v), "valid")
    dv = np.conj(backwards(np.convolve(full, backwards(a), "valid")))
    if known(np.ndim(a), np.ndim(v)) and np.ndim(a) == 1 and np.ndim(v) == 1:
        return da, dv
    return np.reshape(da, np.shape(a)), np.reshape(dv, np.shape(v))


@result((np.convolve, np.correlate))
def convolve_result(a: Any, v: Any, mode: Any = None) -> Any:
    return (("size", object()),)


# ---------------------------------------------------------------- the helpers themselves


@vjp(to_full, "g")
def to_full_vjp(dz: Any, z: Any, g: Any, a: Any, v: Any, mode: Any, function: Any) -> Any:
    return part_of_full(dz, a, v, mode, function)


@vjp(part_of_full, "g")
def part_of_full_vjp(dz: Any, z: Any, g: Any, a: Any, v: Any, mode: Any, function: Any) -> Any:
    return to_full(dz, a, v, mode, function)


@result((to_full, part_of_full))
def part_result(g: Any, a: Any, v: Any, mode: Any, function: Any) -> Any:
    return (("size", object()),) if isinstance(g, Type) else None
