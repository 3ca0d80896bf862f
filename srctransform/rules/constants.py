"""Functions of NumPy that have no derivative: questions, dtypes, texts, files, settings.

    np.isclose(x, y)        a constant: its derivative is zero wherever there is one
    np.array2string(x)      refused where a derivative would have to go through it
    np.loadtxt("x.csv")     left as it is: nothing to differentiate by goes in

What only asks is constant, and may be moved or left out. What reads or changes something outside
of the program has no rule at all, so that every call stays where it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..ir.types import ANY, OTHER, SCALAR_BOOL, SCALAR_INT, Type, broadcast, number
from .registry import nondifferentiable, refused, result, takes_containers

# ---------------------------------------------------------------- questions

nondifferentiable(
    np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isneginf, np.isposinf,
    np.isfortran, np.iterable, np.isdtype, np.issubdtype, np.common_type, np.min_scalar_type,
    np.mintypecode, np.unpackbits, np.busday_count, np.busday_offset, np.is_busday,
    np.hanning, np.hamming, np.blackman, np.bartlett,
)  # fmt: skip
takes_containers(np.allclose, np.array_equal, np.array_equiv, np.iterable)


@result((np.isclose, np.isneginf, np.isposinf))
def question_result(x: Any, y: Any = None, *options: Any, **named: Any) -> Any:
    shapes = [v.shape if isinstance(v, Type) else np.shape(v) for v in (x, y) if v is not None]
    return number(broadcast(*shapes), "bool")


@result((np.allclose, np.array_equal, np.array_equiv, np.isfortran, np.iterable))
def truth_result(*operands: Any, **options: Any) -> Any:
    return SCALAR_BOOL


@result((np.hanning, np.hamming, np.blackman, np.bartlett))
def window_result(M: Any) -> Any:
    return replace(number((M if isinstance(M, int) else None,), "float"), bits=64)


@result((np.isdtype, np.issubdtype))
def dtype_question_result(*operands: Any) -> Any:
    return SCALAR_BOOL


@result((np.common_type, np.min_scalar_type, np.mintypecode))
def dtype_result(*operands: Any, **options: Any) -> Any:
    return OTHER


@result(np.busday_count)
def count_result(*operands: Any, **options: Any) -> Any:
    return ANY if any(isinstance(v, Type) for v in operands) else SCALAR_INT


# ---------------------------------------------------------------- Python's own

nondifferentiable(
    all, any, ascii, bin, callable, chr, format, hasattr, hex, issubclass, oct, ord
)  # fmt: skip
refused(
    "it is about the program, and not about numbers",
    aiter, anext, breakpoint, compile, dir, input, iter, next, open,
)  # fmt: skip
refused("it is a name for an object, and no number", hash, id)


# ---------------------------------------------------------------- refusals

refused(
    "its result is a text",
    np.array2string, np.array_repr, np.array_str, np.base_repr, np.binary_repr,
    np.format_float_positional, np.format_float_scientific, np.typename,
    np.datetime_as_string, np.datetime_data,
)  # fmt: skip
refused(
    "it reads or writes a file",
    np.load, np.loadtxt, np.genfromtxt, np.fromfile, np.fromregex,
    np.save, np.savetxt, np.savez, np.savez_compressed,
)  # fmt: skip
refused(
    "it looks at bytes of memory, and not at numbers",
    np.frombuffer, np.fromstring, np.from_dlpack, np.nested_iters,
)  # fmt: skip
refused(
    "it is about how NumPy is set up, and not about numbers",
    np.get_include, np.get_printoptions, np.set_printoptions, np.printoptions, np.getbufsize,
    np.setbufsize, np.geterr, np.seterr, np.geterrcall, np.seterrcall, np.info, np.show_config,
    np.show_runtime, np.test,
)  # fmt: skip
