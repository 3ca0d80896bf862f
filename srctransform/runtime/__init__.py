"""Helpers that may be printed above a derivative: NumPy only, each complete in itself.

They are used only where facts are missing: the rank of an argument, its dtype, its container. With
`example=` or annotations most derivatives need none. Every helper has a rule of its own, so that a
derivative that calls it can be differentiated again.
"""

from __future__ import annotations

from .containers import added_in, assemble, gradient_of, part_of, zero_at
from .convolution import first_of_part, part_of_full, to_full
from .counting import (
    bins_by_edges,
    columns,
    edges_by_points,
    first_places,
    first_rows,
    of_bins,
    points_by_edges,
)  # fmt: skip
from .differences import cut, extended, of_steps, one_axis, steps, undiff, ungradient
from .editing import trimmed, unblock, uninsert, untrimmed
from .elementary import sinc_d
from .fft import doubled, ends_scaled, fitted
from .interpolation import knot_behind
from .linalg import (
    as_columns,
    cofactor,
    from_columns,
    order_among,
    over_gaps,
    over_values,
    phase_part,
)  # fmt: skip
from .lists import unrepeat, unslice
from .numeric import numeric_jvp, numeric_vjp
from .objects import object_of
from .overwriting import written_last
from .padding import pad_constants, pad_ramps, pad_statistic, pad_widths, unpad, unpad_linear
from .polynomials import behind_zeros, falling, leading
from .powers import log_or_zero, power_d, power_dx
from .products import (
    cross_dx,
    cross_dy,
    dot_dx,
    dot_dy,
    einsum_dx,
    einsum_letters,
    inner_dx,
    inner_dy,
    kron_dx,
    kron_dy,
    matmul_dx,
    matmul_dy,
    on_diagonals,
    tensordot_axes,
    tensordot_dx,
    tensordot_dy,
)  # fmt: skip
from .quantiles import quantiles_along, quantiles_back
from .reductions import (
    align_weights,
    merged,
    product_of_others,
    reduced_size,
    sum_to_weights,
    unmerged,
)  # fmt: skip
from .sampled import romberg_weights, simpson_weights
from .scans import recurrence, recurrence_back, shifted
from .scipy_incomplete import betainc_da, betainc_db, gammainc_da
from .scipy_ode import odeint_jvp, odeint_vjp, solve_ivp_jvp, solve_ivp_vjp
from .shapes import (
    as_float,
    basis,
    is_double,
    known,
    like,
    narrowed,
    real_like,
    require_scalar,
    spread,
    sum_to,
    sum_to_shape,
    unreduce,
)  # fmt: skip
from .shaping import (
    cast,
    inverse_axes,
    minus,
    on_diagonal,
    raised,
    rolled_to,
    unchoose,
    uncopy,
    undiag,
    unjoin,
)  # fmt: skip
from .sorting import median_weights, order_of, sort_like
from .ufuncs import distinct, extremum_at, outer_operand, scatter, ties_at
from .writes import diagonal_index, element, place, put_along, put_along_dvalues, require_floats

__all__ = [
    "added_in",
    "align_weights",
    "as_columns",
    "as_float",
    "assemble",
    "basis",
    "behind_zeros",
    "betainc_da",
    "betainc_db",
    "bins_by_edges",
    "cast",
    "cofactor",
    "columns",
    "cross_dx",
    "cross_dy",
    "cut",
    "diagonal_index",
    "distinct",
    "dot_dx",
    "dot_dy",
    "doubled",
    "edges_by_points",
    "einsum_dx",
    "einsum_letters",
    "element",
    "ends_scaled",
    "extended",
    "extremum_at",
    "falling",
    "first_of_part",
    "first_places",
    "first_rows",
    "fitted",
    "from_columns",
    "gammainc_da",
    "gradient_of",
    "inner_dx",
    "inner_dy",
    "inverse_axes",
    "is_double",
    "knot_behind",
    "known",
    "kron_dx",
    "kron_dy",
    "leading",
    "like",
    "log_or_zero",
    "matmul_dx",
    "matmul_dy",
    "median_weights",
    "merged",
    "minus",
    "narrowed",
    "numeric_jvp",
    "numeric_vjp",
    "object_of",
    "of_bins",
    "of_steps",
    "odeint_jvp",
    "odeint_vjp",
    "on_diagonal",
    "on_diagonals",
    "one_axis",
    "order_among",
    "order_of",
    "outer_operand",
    "over_gaps",
    "over_values",
    "pad_constants",
    "pad_ramps",
    "pad_statistic",
    "pad_widths",
    "part_of",
    "part_of_full",
    "phase_part",
    "place",
    "points_by_edges",
    "power_d",
    "power_dx",
    "product_of_others",
    "put_along",
    "put_along_dvalues",
    "quantiles_along",
    "quantiles_back",
    "raised",
    "real_like",
    "recurrence",
    "recurrence_back",
    "reduced_size",
    "require_floats",
    "require_scalar",
    "romberg_weights",
    "rolled_to",
    "scatter",
    "shifted",
    "simpson_weights",
    "sinc_d",
    "sort_like",
    "solve_ivp_jvp",
    "solve_ivp_vjp",
    "spread",
    "steps",
    "sum_to",
    "sum_to_shape",
    "sum_to_weights",
    "tensordot_axes",
    "tensordot_dx",
    "tensordot_dy",
    "ties_at",
    "to_full",
    "trimmed",
    "unblock",
    "unchoose",
    "uncopy",
    "undiag",
    "undiff",
    "ungradient",
    "uninsert",
    "unjoin",
    "unmerged",
    "unpad",
    "unpad_linear",
    "unreduce",
    "unrepeat",
    "unslice",
    "untrimmed",
    "written_last",
    "zero_at",
]  # fmt: skip
