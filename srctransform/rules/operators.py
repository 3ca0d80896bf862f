"""+ - * / // % ** @, comparisons and bit operations, and their NumPy names.

    partials((op.mul, np.multiply), "x, y", "y", "x")

Sources: any table of derivatives. At kinks: `x ** 0` has derivative 0 at every x; `x % y` and
`x // y` are differentiated as the piecewise smooth functions they are.
"""

from __future__ import annotations

import math
import operator as op
from typing import Any

import numpy as np

from ..ir import prims
from ..runtime import known, log_or_zero, power_d, power_dx
from .registry import nondifferentiable, partials, static

# fmt: off
partials((op.add, op.iadd, np.add),               "x, y", "1", "1")
partials((op.sub, op.isub, np.subtract),          "x, y", "1", "-1")
partials((op.mul, op.imul, np.multiply),          "x, y", "y", "x")
partials((op.truediv, op.itruediv, np.divide),    "x, y", "1 / y", "-z / y",
         inexact=True, domain="nonzero")
partials((op.mod, op.imod, np.mod),               "x, y", "1", "-(x // y)", domain="nonzero")
partials(np.fmod,                                 "x, y", "1", "-np.trunc(x / y)", domain="nonzero")
partials((op.neg, np.negative),                   "x",    "-1")
partials((op.pos, np.positive),                   "x",    "1")
# fmt: on


@static
def natural_log(x: Any) -> float:
    """log(x) as a plain number, which leaves float32 alone."""
    return math.log(x)


@partials((op.pow, op.ipow, np.power, pow, math.pow), domain="positive")
def power_partials(z: Any, x: Any, y: Any) -> Any:
    """d(x**y)/dx = y x**(y-1), and 0 where y is 0; d(x**y)/dy = x**y log(x), and 0 at x = 0."""
    return power_by_base(z, x, y), power_by_exponent(z, x, y)


@partials(np.float_power, domain="positive", inexact=True)
def float_power_partials(z: Any, x: Any, y: Any) -> Any:
    """As of `power`."""
    return power_by_base(z, x, y), power_by_exponent(z, x, y)


def power_by_base(z: Any, x: Any, y: Any) -> Any:
    """y x**(y-1): the shortest formula for the exponent at hand."""
    if known(y) and isinstance(y, int | float):
        if y == 0:
            return None
        return 0.5 / z if y == 0.5 else y * x ** (y - 1)
    if known(np.ndim(y)) and np.ndim(y) == 0:
        return y * x ** (y - 1.0) if y != 0 else 0.0 * x
    return power_dx(x, y)


def power_by_exponent(z: Any, x: Any, y: Any) -> Any:
    """x**y log(x)."""
    if known(x) and isinstance(x, int | float) and x > 0:
        return natural_log(x) * z
    return z * log_or_zero(x)


# fmt: off
partials(log_or_zero, "x",    "1 / x", inexact=True, domain="positive")
partials(power_dx,    "x, y", "power_d(x, y, 2, 0)", "power_d(x, y, 1, 1)",
         inexact=True, domain="positive")
# fmt: on


@partials(power_d, inexact=True, domain="positive")
def power_d_partials(z: Any, x: Any, y: Any, n: Any, k: Any) -> Any:
    """Once more by x, once more by y."""
    return power_d(x, y, n + 1, k), power_d(x, y, n, k + 1), None, None


nondifferentiable(
    op.eq, op.ne, op.lt, op.le, op.gt, op.ge, op.is_, op.is_not, op.not_, op.and_, op.or_, op.xor,
    op.invert, op.lshift, op.rshift, op.floordiv, op.ifloordiv, op.iand, op.ior, op.ixor,
    op.ilshift, op.irshift, prims.is_in, prims.not_in,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.floor_divide,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
    np.bitwise_count, np.gcd, np.lcm, np.isnan, np.isinf, np.isfinite, np.isnat, np.signbit,
)  # fmt: skip
