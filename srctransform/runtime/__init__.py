"""Helpers that may be printed above a derivative: NumPy only, each complete in itself.

They are used only where facts are missing: the rank of an argument, its dtype, its container. With
`example=` or annotations most derivatives need none. Every helper has a rule of its own, so that a
derivative that calls it can be differentiated again.
"""

from __future__ import annotations

from .containers import assemble, gradient_of, part_of
from .elementary import sinc_d
from .linalg import as_columns, cofactor, from_columns, phase_part
from .powers import log_or_zero, power_d, power_dx
from .products import (
    cross_dx, cross_dy, kron_dx, kron_dy,
    dot_dx, dot_dy, einsum_dx, einsum_letters, inner_dx, inner_dy, matmul_dx, matmul_dy,
    on_diagonals, tensordot_axes, tensordot_dx, tensordot_dy,
)  # fmt: skip
from .reductions import (
    align_weights, merged, product_of_others, reduced_size, sum_to_weights, unmerged,
)  # fmt: skip
from .scans import recurrence, recurrence_back, shifted, undiff
from .shapes import (
    as_float,
    basis,
    known,
    like,
    real_like,
    scalar_seed,
    spread,
    sum_to,
    unreduce,
)
from .shaping import (
    cast, inverse_axes, minus, on_diagonal, rolled_to, uncopy, undiag, unjoin, unpad,
)  # fmt: skip
from .sorting import median_weights, sort_like

__all__ = [
    "cast", "inverse_axes", "minus", "on_diagonal", "rolled_to", "uncopy", "undiag", "unjoin", "unpad",
    "as_float", "basis", "assemble", "gradient_of", "part_of", "known", "like", "log_or_zero", "power_d", "power_dx", "real_like",
    "sinc_d",
    "scalar_seed", "spread", "sum_to", "unreduce",
    "align_weights", "median_weights", "merged", "product_of_others", "recurrence",
    "recurrence_back", "reduced_size", "shifted", "sort_like", "sum_to_weights", "undiff",
    "unmerged",
    "dot_dx", "dot_dy", "einsum_dx", "einsum_letters", "inner_dx", "inner_dy", "matmul_dx",
    "matmul_dy", "on_diagonals", "tensordot_axes", "tensordot_dx", "tensordot_dy",
    "as_columns", "cofactor", "from_columns", "phase_part",
    "cross_dx", "cross_dy", "kron_dx", "kron_dy",
]  # fmt: skip
