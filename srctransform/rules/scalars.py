"""The math module and Python's builtins on numbers, in their own speed.

    partials(math.sin, "x", "math.cos(x)")

Derivatives of `math` functions call `math` again and give plain floats. `float` is the identity;
`int`, `bool` and `round` have derivative 0. Not here, and so refused: `math.gamma`, `lgamma` (the
derivative needs digamma), `modf`, `frexp` and `divmod` (they give tuples).

Sources: as of `elementwise`; erf from Abramowitz and Stegun (1964), 7.1.19.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..ir.types import SCALAR_INT
from .elementwise import DEGREE, DEGREES, LOG_2, LOG_2_E, LOG_10_E
from .registry import nondifferentiable, partials, result

TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)

# fmt: off
partials(math.sin,      "x",    "math.cos(x)", inexact=True)
partials(math.cos,      "x",    "-math.sin(x)", inexact=True)
partials(math.tan,      "x",    "1 + z**2", inexact=True)
partials(math.asin,     "x",    "1 / math.sqrt((1 - x) * (1 + x))", inexact=True, domain="unit")
partials(math.acos,     "x",    "-1 / math.sqrt((1 - x) * (1 + x))", inexact=True, domain="unit")
partials(math.atan,     "x",    "1 / (1 + x**2)", inexact=True)
partials(math.atan2,    "y, x", "x / (x**2 + y**2)", "-y / (x**2 + y**2)",
         inexact=True, domain="nonzero")
partials(math.hypot,    "x, y", "x / z", "y / z", inexact=True, domain="nonzero")

partials(math.sinh,     "x",    "math.cosh(x)", inexact=True)
partials(math.cosh,     "x",    "math.sinh(x)", inexact=True)
partials(math.tanh,     "x",    "1 - z**2", inexact=True)
partials(math.asinh,    "x",    "1 / math.sqrt(1 + x**2)", inexact=True)
partials(math.acosh,    "x",    "1 / (math.sqrt(x - 1) * math.sqrt(x + 1))",
         inexact=True, domain="above_one")
partials(math.atanh,    "x",    "1 / ((1 - x) * (1 + x))", inexact=True, domain="unit")

partials(math.exp,      "x",    "z", inexact=True)
partials(math.exp2,     "x",    f"{LOG_2} * z", inexact=True)
partials(math.expm1,    "x",    "z + 1", inexact=True)
partials(math.log2,     "x",    f"{LOG_2_E} / x", inexact=True, domain="positive")
partials(math.log10,    "x",    f"{LOG_10_E} / x", inexact=True, domain="positive")
partials(math.log1p,    "x",    "1 / (1 + x)", inexact=True, domain="positive")
partials(math.sqrt,     "x",    "0.5 / z", inexact=True, domain="positive")
partials(math.cbrt,     "x",    "1 / (3 * z**2)", inexact=True, domain="nonzero")
partials(math.erf,      "x",    f"{TWO_OVER_ROOT_PI} * math.exp(-x * x)", inexact=True)
partials(math.erfc,     "x",    f"-{TWO_OVER_ROOT_PI} * math.exp(-x * x)", inexact=True)

partials(math.fabs,     "x",    "1.0 if x > 0 else -1.0 if x < 0 else 0.0", inexact=True)
partials(math.copysign, "x, y",
         "(1.0 if x > 0 else -1.0 if x < 0 else 0.0) * math.copysign(1.0, y)", "0", inexact=True)
partials(math.fmod,     "x, y", "1", "-math.trunc(x / y)", inexact=True, domain="nonzero")
partials(math.remainder, "x, y", "1", "(z - x) / y", inexact=True, domain="nonzero")
partials(math.ldexp,    "x, i", "2.0 ** i", "", inexact=True)
partials(math.degrees,  "x",    f"{DEGREES}", inexact=True)
partials(math.radians,  "x",    f"{DEGREE}", inexact=True)

partials((float, np.float64, np.float32), "x", "1", inexact=True)
# fmt: on


@partials(math.log, domain="positive", inexact=True)
def log_partials(z: Any, x: Any, base: Any = None) -> Any:
    """d log_b(x)/dx = 1 / (x log b); d log_b(x)/db = -log_b(x) / (b log b)."""
    if base is None:
        return 1 / x, None
    return 1 / (x * math.log(base)), -z / (base * math.log(base))


nondifferentiable(
    round, math.floor, math.ceil, math.trunc, math.isqrt, math.comb, math.perm, math.factorial,
    math.gcd, math.lcm, math.isnan, math.isinf, math.isfinite, math.isclose, math.ulp,
)  # fmt: skip


@result((int, math.floor, math.ceil, math.trunc))
def whole_number(*args: Any) -> Any:
    return SCALAR_INT
