"""Derivatives of NumPy programs by source transformation."""

from __future__ import annotations

from . import rules
from .api import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

__all__ = [
    "elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp", "rules", "value_and_grad",
    "vjp",
]  # fmt: skip
