"""np.pad in all its modes: what stands around the array goes back to where it came from.

    y = np.pad(x, 1)                      dx = dy[1:-1]
    y = np.pad(x, 2, "reflect")           dx = unpad_linear(dy, x, 2, "reflect", False)
    y = np.pad(x, 1, "maximum")           the largest entry of x gets what stands around it, too

Edges, reflections, wraps and ramps are linear in the array; the end values of a ramp and the
constants around an array have derivatives, too. Where several entries are the maximum, the minimum
or the median of a line, they share it equally, in both modes. What `mode="empty"` leaves around
an array is not defined, and what a function puts there cannot be read: both are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import Type, number
from ..runtime import (
    known,
    pad_constants,
    pad_ramps,
    pad_statistic,
    pad_widths,
    unpad,
    unpad_linear,
)
from .casting import unless_cut
from .registry import jvp, linear, memory, result, static, vjp
from .shaping import fresh_dim, from_rank

linear((unpad, pad_constants, pad_ramps, unpad_linear, pad_statistic), "g")

#: modes that copy entries, or pass between them and given values
LINEAR = ("edge", "reflect", "symmetric", "wrap", "linear_ramp")
STATISTICS = ("mean", "maximum", "minimum", "median")


@static
def inside(pad_width: Any, ndim: int) -> Any:
    """The index of what np.pad put something around."""
    pairs = pad_widths(pad_width, ndim)
    slices = tuple(slice(before or None, -after if after else None) for before, after in pairs)
    return slices[0] if len(slices) == 1 else slices


@static
def way_of(mode: Any) -> str:
    """How a mode is undone."""
    if not isinstance(mode, str):
        raise UnsupportedError("np.pad with a function for its mode has no derivative rule")
    if mode == "constant" or mode in STATISTICS or mode in LINEAR:
        return "constant" if mode == "constant" else "linear" if mode in LINEAR else "statistic"
    raise UnsupportedError(f"np.pad(mode={mode!r}) has no derivative rule")


@static
def refuse_mode() -> None:
    raise UnsupportedError("np.pad needs a mode that is known before the program runs")


@vjp(np.pad, "array, constant_values, end_values")
def pad_vjp(
    dz: Any, z: Any, array: Any, pad_width: Any, mode: Any = "constant", *,
    constant_values: Any = 0, end_values: Any = 0, stat_length: Any = None,
    reflect_type: Any = "even",
) -> Any:  # fmt: skip
    if not known(mode, reflect_type):
        refuse_mode()
    if way_of(mode) == "statistic":
        return pad_statistic(dz, array, pad_width, mode, stat_length, True), None, None
    if mode == "linear_ramp":
        ends = pad_ramps(dz, array, pad_width, end_values)
        dx = unpad_linear(dz, array, pad_width, mode, False)
        return dx, None, unless_cut(ends, z, array, end_values)
    if way_of(mode) == "linear":
        return unpad_linear(dz, array, pad_width, mode, reflect_type == "odd"), None, None
    if known(np.ndim(array), pad_width):
        kept = dz[inside(pad_width, np.ndim(array))]
    else:
        kept = unpad(dz, array, pad_width)
    if known(np.ndim(constant_values)) and np.ndim(constant_values) == 0:
        rest = np.sum(dz) - np.sum(kept)
    else:
        rest = pad_constants(dz, array, pad_width, constant_values)
    return kept, unless_cut(rest, z, array, constant_values), None


@jvp(np.pad)
def pad_jvp(
    z: Any, array: Any, pad_width: Any, mode: Any = "constant", *, constant_values: Any = 0,
    end_values: Any = 0, stat_length: Any = None, reflect_type: Any = "even",
    array_dot: Any, constant_values_dot: Any, end_values_dot: Any,
) -> Any:  # fmt: skip
    if not known(mode, reflect_type):
        refuse_mode()
    if way_of(mode) == "statistic":
        return pad_statistic(array_dot, array, pad_width, mode, stat_length, False), None, None
    zeros = np.zeros_like(array) * 1.0
    if mode == "linear_ramp":
        return (
            np.pad(array_dot, pad_width, mode),
            None,
            unless_cut(np.pad(zeros, pad_width, mode, end_values=end_values_dot), z, array, z),
        )
    if way_of(mode) == "linear" and reflect_type == "odd":
        return np.pad(array_dot, pad_width, mode, reflect_type=reflect_type), None, None
    if way_of(mode) == "linear":
        return np.pad(array_dot, pad_width, mode), None, None
    return (
        np.pad(array_dot, pad_width),
        unless_cut(np.pad(zeros, pad_width, constant_values=constant_values_dot), z, array, z),
        None,
    )


@result(np.pad)
def pad_result(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """Of the dtype of the array, which what stands around it is cast to."""
    dims = from_rank(array, lambda dims: [fresh_dim() for _ in dims])
    if dims is None or not isinstance(array, Type):
        return dims
    return number(dims, array.dtype, array.sources)


# ---------------------------------------------------------------- the helpers themselves


@vjp(unpad, "g")
def unpad_vjp(dz: Any, z: Any, g: Any, x: Any, pad_width: Any) -> Any:
    return np.pad(dz, pad_width)


@vjp(pad_constants, "g")
def pad_constants_vjp(dz: Any, z: Any, g: Any, x: Any, pad_width: Any, values: Any) -> Any:
    return np.pad(np.zeros_like(x) * 1.0, pad_width, constant_values=dz)


@vjp(pad_ramps, "g")
def pad_ramps_vjp(dz: Any, z: Any, g: Any, x: Any, pad_width: Any, end_values: Any) -> Any:
    return np.pad(np.zeros_like(x) * 1.0, pad_width, "linear_ramp", end_values=dz)


@vjp(unpad_linear, "g")
def unpad_linear_vjp(dz: Any, z: Any, g: Any, x: Any, pad_width: Any, mode: Any, odd: Any) -> Any:
    if odd:
        return np.pad(dz, pad_width, mode, reflect_type="odd")
    return np.pad(dz, pad_width, mode)


@vjp(pad_statistic, "g")
def pad_statistic_vjp(
    dz: Any, z: Any, g: Any, x: Any, pad_width: Any, mode: Any, lengths: Any, back: Any
) -> Any:
    return pad_statistic(dz, x, pad_width, mode, lengths, not back)


@result((unpad, unpad_linear))
def of_array(g: Any, x: Any, *options: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


memory((unpad, unpad_linear), "maybe")


@result(pad_statistic)
def statistic_result(g: Any, x: Any, pad_width: Any, mode: Any, lengths: Any, back: Any) -> Any:
    return of_array(g, x) if back is True else pad_result(x, pad_width)


@result((pad_constants, pad_ramps))
def of_values(g: Any, x: Any, pad_width: Any, values: Any) -> Any:
    if isinstance(values, Type):
        return values.shape if values.kind == "num" else None
    return np.shape(values)
