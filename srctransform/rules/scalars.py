"""Python's numbers: the math module, casts, round. A user's `math.sin` gives `math.cos`.

    z = math.sin(x)      dx = math.cos(x) * dz
    z = math.dist(p, q)  dp = dz * (p - q) / z

The speed of `math` is why people use it, so nothing of NumPy gets in between. Casts between floats
are the identity; `int`, `bool` and `round` have derivative 0. `math.gamma` and `math.lgamma` have
the digamma function for derivative, which a helper computes.

Kinks: as of `elementwise`; `hypot` and `dist` are flat at 0.

Sources: as of `elementwise`; erf from Abramowitz and Stegun (1964), 7.1.19, gamma from 6.3.1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..ir.types import SCALAR_FLOAT, SCALAR_INT, Type, number, sequence
from ..runtime import known, product_of_others, psi, spread
from .elementwise import DEGREE, DEGREES, LOG_2, LOG_2_E, LOG_10_E
from .registry import jvp, linear, multilinear, nondifferentiable, partials, result, vjp

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

partials(math.gamma,    "x",    "z * psi(x, 0)", inexact=True, domain="positive")
partials(math.lgamma,   "x",    "psi(x, 0)", inexact=True, domain="positive")
partials(psi,           "x, n", "psi(x, n + 1)", "0", inexact=True, domain="positive")
partials(math.nextafter, "x, y", "1", "0", inexact=True)

partials((float, np.float64, np.float32, np.float16, np.longdouble), "x", "1", inexact=True)
# fmt: on


@partials(math.log, domain="positive", inexact=True)
def log_partials(z: Any, x: Any, base: Any = None) -> Any:
    """d log_b(x)/dx = 1 / (x log b); d log_b(x)/db = -log_b(x) / (b log b)."""
    if base is None:
        return 1 / x, None
    return 1 / (x * math.log(base)), -z / (base * math.log(base))


if hasattr(math, "fma"):  # Python 3.13
    partials(math.fma, "x, y, w", "y", "x", "1", inexact=True)


# ---------------------------------------------------------------- of several numbers


def share(g: Any, part: Any, z: Any) -> Any:
    """g * part / z; 0 where the norm z is 0."""
    return g * part / z if z != 0.0 else 0.0


@vjp(math.hypot, "coordinates")
def hypot_vjp(dz: Any, z: Any, *coordinates: Any) -> Any:
    return [share(dz, c, z) for c in coordinates]


@jvp(math.hypot)
def hypot_jvp(z: Any, *coordinates: Any, coordinates_dot: Any) -> Any:
    moved = sum([c * coordinates_dot[k] for k, c in enumerate(coordinates)])
    return share(1.0, moved, z)


@vjp(math.dist, "p, q")
def dist_vjp(dz: Any, z: Any, p: Any, q: Any) -> Any:
    """Points are tuples or lists, or arrays of one axis."""
    if known(len(p)):
        g = [share(dz, p[k] - q[k], z) for k in range(len(p))]
        return g, [-h for h in g]
    scale = share(dz, 1.0, z)
    return scale * (np.asarray(p) - np.asarray(q)), scale * (np.asarray(q) - np.asarray(p))


@jvp(math.dist)
def dist_jvp(z: Any, p: Any, q: Any, p_dot: Any, q_dot: Any) -> Any:
    by_p = None if p_dot is None else share(1.0, along(p, q, p_dot), z)
    return by_p, None if q_dot is None else share(1.0, along(q, p, q_dot), z)


def along(p: Any, q: Any, p_dot: Any) -> Any:
    """The product of p - q with a tangent."""
    if known(len(p)):
        return sum([(p[k] - q[k]) * p_dot[k] for k in range(len(p))])
    return np.vdot(np.asarray(p) - np.asarray(q), np.asarray(p_dot))


linear(math.fsum, "seq")


@vjp(math.fsum)
def fsum_vjp(dz: Any, z: Any, seq: Any) -> Any:
    if known(len(seq)):
        return [dz for _ in seq]
    return spread(dz, seq)


@vjp(math.prod, "iterable, start")
def math_prod_vjp(dz: Any, z: Any, iterable: Any, *, start: Any = 1) -> Any:
    others = dz * start * product_of_others(np.asarray(iterable), None)
    by_start = None
    if not (known(start) and start == 1):
        by_start = dz * math.prod(iterable)
    if known(len(iterable)):
        return [others[k] for k in range(len(iterable))], by_start
    return others, by_start


@jvp(math.prod)
def math_prod_jvp(
    z: Any, iterable: Any, iterable_dot: Any, *, start: Any = 1, start_dot: Any = None
) -> Any:
    by_start = None if start_dot is None else math.prod(iterable) * start_dot
    if iterable_dot is None:
        return None, by_start
    others = product_of_others(np.asarray(iterable), None)
    return start * np.vdot(others, np.asarray(iterable_dot)), by_start


if hasattr(math, "sumprod"):  # Python 3.12
    multilinear(math.sumprod, "p, q")

    @vjp(math.sumprod, "p, q")
    def sumprod_vjp(dz: Any, z: Any, p: Any, q: Any) -> Any:
        if known(len(p)):
            return [dz * v for v in q], [dz * v for v in p]
        return dz * np.asarray(q), dz * np.asarray(p)


@result((math.hypot, math.dist, math.fsum), inexact=True)
def float_result(*operands: Any) -> Any:
    return SCALAR_FLOAT


# ---------------------------------------------------------------- two results


@vjp(math.modf, "x")
def modf_vjp(dz: Any, z: Any, x: Any) -> Any:
    return dz[0]


@jvp(math.modf)
def modf_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return x_dot, 0.0


@vjp(math.frexp, "x")
def frexp_vjp(dz: Any, z: Any, x: Any) -> Any:
    """x = mantissa * 2**exponent; the exponent jumps."""
    return None if dz[0] is None else math.ldexp(dz[0], -z[1])


@jvp(math.frexp)
def frexp_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return math.ldexp(x_dot, -z[1]), None


@result(math.modf)
def modf_result(x: Any) -> Any:
    return sequence("tuple", [SCALAR_FLOAT, SCALAR_FLOAT])


@result(math.frexp)
def frexp_result(x: Any) -> Any:
    return sequence("tuple", [SCALAR_FLOAT, SCALAR_INT])


# ---------------------------------------------------------------- constants

nondifferentiable(
    round, math.floor, math.ceil, math.trunc, math.isqrt, math.comb, math.perm, math.factorial,
    math.gcd, math.lcm, math.isnan, math.isinf, math.isfinite, math.isclose, math.ulp,
)  # fmt: skip


INTS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
nondifferentiable(*INTS, np.bool_)


@result(INTS)
def whole_numbers(x: Any = 0) -> Any:
    return number(x.shape if isinstance(x, Type) else (), "int")


@result((int, math.floor, math.ceil, math.trunc))
def whole_number(*args: Any) -> Any:
    return SCALAR_INT
