"""numpy.linalg's own trace, diagonal, outer, cross, tensordot, matmul and matrix_transpose.

They are those of numpy with the signatures of the array API standard: of the last two axes, of
vectors, of vectors of three components. np.linalg.vecdot is in vectors.py, matrix_norm and
vector_norm are in norms.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..runtime import known, on_diagonal
from .copying import diagonal_result, trace_result
from .products import (
    cross_vjp,
    matmul_result,
    matmul_vjp,
    outer_result,
    tensordot_result,
    tensordot_vjp,
)  # fmt: skip
from .registry import linear, multilinear, result, vjp
from .shaping import matrix_transpose_result, matrix_transpose_vjp

linear(np.linalg.matrix_transpose, "x")
vjp(np.linalg.matrix_transpose)(matrix_transpose_vjp)
result(np.linalg.matrix_transpose, memory="view")(matrix_transpose_result)

multilinear(np.linalg.matmul, "x, y")
vjp(np.linalg.matmul)(matmul_vjp)
result(np.linalg.matmul)(matmul_result)

multilinear((np.linalg.outer, np.linalg.tensordot, np.linalg.cross), "a, b")
vjp(np.linalg.tensordot)(tensordot_vjp)
result(np.linalg.tensordot)(tensordot_result)
vjp(np.linalg.cross, "a, b")(cross_vjp)
result(np.linalg.outer)(outer_result)

linear((np.linalg.trace, np.linalg.diagonal), "x")


@vjp(np.linalg.outer)
def outer_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    """Of vectors only."""
    return dz @ b, np.transpose(dz) @ a


@vjp(np.linalg.trace, "x")
def trace_vjp(dz: Any, z: Any, x: Any, *, offset: Any = 0, dtype: Any = None) -> Any:
    return on_diagonal(np.expand_dims(dz, -1), x, offset, -2, -1)


@result(np.linalg.trace)
def linalg_trace_result(x: Any, *, offset: Any = 0, dtype: Any = None) -> Any:
    return trace_result(x, offset, -2, -1)


@vjp(np.linalg.diagonal, "x")
def diagonal_vjp(dz: Any, z: Any, x: Any, *, offset: Any = 0) -> Any:
    if known(np.ndim(x)) and np.ndim(x) == 2 and offset == 0:
        return on_diagonal(dz, x)
    return on_diagonal(dz, x, offset, -2, -1)


@result(np.linalg.diagonal, memory="view")
def linalg_diagonal_result(x: Any, *, offset: Any = 0) -> Any:
    return diagonal_result(x, offset, -2, -1)
