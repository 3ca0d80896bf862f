"""Helpers that may be printed above a derivative: NumPy only, each complete in itself.

They are used only where facts are missing: the rank of an argument, its dtype, its container. With
`example=` or annotations most derivatives need none. Every helper has a rule of its own, so that a
derivative that calls it can be differentiated again.
"""

from __future__ import annotations

from .containers import assemble, gradient_of
from .powers import log_or_zero, power_dx
from .shapes import (
    as_float,
    known,
    like,
    real_like,
    scalar_seed,
    spread,
    sum_to,
    unreduce,
)

__all__ = [
    "as_float", "assemble", "gradient_of", "known", "like", "log_or_zero", "power_dx", "real_like",
    "scalar_seed", "spread", "sum_to", "unreduce",
]  # fmt: skip
