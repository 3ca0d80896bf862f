"""+ - * / // % ** @, comparisons and bit operations, and their NumPy names.

Sources: any table of derivatives. At kinks: `x ** 0` has derivative 0 at every x; `x % y` and
`x // y` are differentiated as the piecewise smooth functions they are.
"""

from __future__ import annotations

import operator as op
from typing import Any

import numpy as np

from ..ir import prims
from ..runtime import known, log_or_zero, power_dx
from .registry import nondifferentiable, partials

# fmt: off
partials((op.add, op.iadd, np.add),                "x, y", "1", "1")
partials((op.sub, op.isub, np.subtract),           "x, y", "1", "-1")
partials((op.mul, op.imul, np.multiply),           "x, y", "y", "x")
partials((op.truediv, op.itruediv, np.divide),     "x, y", "1 / y", "-z / y", inexact=True, domain="nonzero")
partials((op.mod, op.imod, np.mod),                "x, y", "1", "-(x // y)", domain="nonzero")
partials(np.fmod,                                  "x, y", "1", "-np.trunc(x / y)", domain="nonzero")
partials((op.neg, np.negative),                    "x",    "-1")
partials((op.pos, np.positive),                    "x",    "1")
# fmt: on


@partials((op.pow, op.ipow, np.power), domain="positive")
def power_partials(z: Any, x: Any, y: Any) -> Any:
    """d(x**y)/dx = y x**(y-1), and 0 where y is 0; d(x**y)/dy = x**y log(x), and 0 at x = 0."""
    if known(y):
        dx: Any = 0.0 if y == 0 else 0.5 / z if y == 0.5 else y * x ** (y - 1)
    else:
        dx = power_dx(x, y)
    return dx, z * log_or_zero(x)


nondifferentiable(
    op.eq, op.ne, op.lt, op.le, op.gt, op.ge, op.is_, op.is_not, op.not_, op.and_, op.or_, op.xor,
    op.invert, op.lshift, op.rshift, op.floordiv, op.ifloordiv, op.iand, op.ior, op.ixor,
    op.ilshift, op.irshift, prims.is_in, prims.not_in,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.floor_divide,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
    np.isnan, np.isinf, np.isfinite, np.signbit,
)  # fmt: skip
