"""Statistics of scipy.stats along an axis; d = a - mean(a), n values, m[k] = mean(d**k).

    z = gmean(a)      da = dz * z / (n a)
    z = skew(a)       da = dz * 3 / n * ((d**2 - m[2]) / m[2]**1.5 - z d / m[2])

Each of these is a function of the entries along an axis: its rule is the derivative by an entry,
from which both modes are made. Entries of which it does not depend smoothly (ranks, quantiles,
p-values) are no concern of these. Options that change what is computed (`weights`, `bias=False`)
are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from ...errors import UnsupportedError
from ...ir.types import Type
from ..reductions import count, expand, reduced_shape, summed
from ..registry import jvp, result, static, vjp


@static
def require(holds: bool, message: str) -> None:
    """Refuse an option."""
    if not holds:
        raise UnsupportedError(message)


def centered(a: Any, axis: Any) -> Any:
    return a - np.mean(a, axis=axis, keepdims=True)


def moment(d: Any, k: Any, axis: Any) -> Any:
    return np.mean(d**k, axis=axis, keepdims=True)


# ---------------------------------------------------------------- slopes: dz/da, entry by entry


def gmean_slope(z: Any, a: Any, axis: Any) -> Any:
    return z / (count(a, axis) * a)


def hmean_slope(z: Any, a: Any, axis: Any) -> Any:
    return (z / a) ** 2 / count(a, axis)


def skew_slope(z: Any, a: Any, axis: Any) -> Any:
    d = centered(a, axis)
    m = moment(d, 2, axis)
    return 3 / count(a, axis) * ((d**2 - m) / m**1.5 - z * d / m)


def kurtosis_slope(z: Any, a: Any, axis: Any) -> Any:
    """z is m[4] / m[2]**2, without the 3 of a normal distribution."""
    d = centered(a, axis)
    m = moment(d, 2, axis)
    return 4 / count(a, axis) * ((d**3 - moment(d, 3, axis)) / m**2 - z * d / m)


def sem_slope(z: Any, a: Any, axis: Any, ddof: Any) -> Any:
    n = count(a, axis)
    return centered(a, axis) / ((n - ddof) * n * np.where(z == 0, 1.0, z))


def variation_slope(z: Any, a: Any, axis: Any, ddof: Any) -> Any:
    n = count(a, axis)
    mean = np.mean(a, axis=axis, keepdims=True)
    return (a - mean) / ((n - ddof) * z * mean**2) - z / (n * mean)


def moment_slope(a: Any, order: Any, axis: Any) -> Any:
    d = centered(a, axis)
    return order / count(a, axis) * (d ** (order - 1) - moment(d, order - 1, axis))


# ---------------------------------------------------------------- rules made of them


def reduction_result(a: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    return reduced_shape(a, axis, keepdims) if isinstance(a, Type) else None


def means(prim: Any, slope: Callable[..., Any]) -> None:
    """gmean and hmean: (a, axis, dtype, weights)."""

    def means_vjp(
        dz: Any, z: Any, a: Any, axis: Any = 0, dtype: Any = None, *, weights: Any = None,
        nan_policy: Any = "propagate", keepdims: Any = False,
    ) -> Any:  # fmt: skip
        require(weights is None, "a weighted mean of scipy.stats has no rule")
        return expand(dz, a, axis, keepdims) * slope(expand(z, a, axis, keepdims), a, axis)

    def means_jvp(
        z: Any, a: Any, axis: Any = 0, dtype: Any = None, *, a_dot: Any, weights: Any = None,
        nan_policy: Any = "propagate", keepdims: Any = False,
    ) -> Any:  # fmt: skip
        require(weights is None, "a weighted mean of scipy.stats has no rule")
        return summed(slope(expand(z, a, axis, keepdims), a, axis) * a_dot, axis, keepdims)

    vjp(prim, "a")(means_vjp)
    jvp(prim)(means_jvp)
    result(prim, inexact=True)(
        lambda a, axis=0, dtype=None, *, weights=None, nan_policy=None, keepdims=False: (
            reduction_result(a, axis, keepdims)
        )
    )


means(stats.gmean, gmean_slope)
means(stats.hmean, hmean_slope)


@vjp(stats.skew, "a")
def skew_vjp(
    dz: Any, z: Any, a: Any, axis: Any = 0, bias: Any = True, nan_policy: Any = "propagate", *,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    require(bias, "skew with bias=False has no rule")
    return expand(dz, a, axis, keepdims) * skew_slope(expand(z, a, axis, keepdims), a, axis)


@jvp(stats.skew)
def skew_jvp(
    z: Any, a: Any, axis: Any = 0, bias: Any = True, nan_policy: Any = "propagate", *,
    keepdims: Any = False, a_dot: Any,
) -> Any:  # fmt: skip
    require(bias, "skew with bias=False has no rule")
    return summed(skew_slope(expand(z, a, axis, keepdims), a, axis) * a_dot, axis, keepdims)


def whole(z: Any, fisher: Any) -> Any:
    """The kurtosis, 3 of a normal distribution."""
    return z + 3.0 if fisher else z


@vjp(stats.kurtosis, "a")
def kurtosis_vjp(
    dz: Any, z: Any, a: Any, axis: Any = 0, fisher: Any = True, bias: Any = True,
    nan_policy: Any = "propagate", *, keepdims: Any = False,
) -> Any:  # fmt: skip
    require(bias, "kurtosis with bias=False has no rule")
    k = expand(whole(z, fisher), a, axis, keepdims)
    return expand(dz, a, axis, keepdims) * kurtosis_slope(k, a, axis)


@jvp(stats.kurtosis)
def kurtosis_jvp(
    z: Any, a: Any, axis: Any = 0, fisher: Any = True, bias: Any = True,
    nan_policy: Any = "propagate", *, keepdims: Any = False, a_dot: Any,
) -> Any:  # fmt: skip
    require(bias, "kurtosis with bias=False has no rule")
    k = expand(whole(z, fisher), a, axis, keepdims)
    return summed(kurtosis_slope(k, a, axis) * a_dot, axis, keepdims)


@vjp(stats.sem, "a")
def sem_vjp(
    dz: Any, z: Any, a: Any, axis: Any = 0, ddof: Any = 1, nan_policy: Any = "propagate", *,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    """0 where all entries are equal, as `std`."""
    return expand(dz, a, axis, keepdims) * sem_slope(expand(z, a, axis, keepdims), a, axis, ddof)


@jvp(stats.sem)
def sem_jvp(
    z: Any, a: Any, axis: Any = 0, ddof: Any = 1, nan_policy: Any = "propagate", *,
    keepdims: Any = False, a_dot: Any,
) -> Any:  # fmt: skip
    slope = sem_slope(expand(z, a, axis, keepdims), a, axis, ddof)
    return summed(slope * a_dot, axis, keepdims)


@vjp(stats.variation, "a")
def variation_vjp(
    dz: Any, z: Any, a: Any, axis: Any = 0, nan_policy: Any = "propagate", ddof: Any = 0, *,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    slope = variation_slope(expand(z, a, axis, keepdims), a, axis, ddof)
    return expand(dz, a, axis, keepdims) * slope


@jvp(stats.variation)
def variation_jvp(
    z: Any, a: Any, axis: Any = 0, nan_policy: Any = "propagate", ddof: Any = 0, *,
    keepdims: Any = False, a_dot: Any,
) -> Any:  # fmt: skip
    slope = variation_slope(expand(z, a, axis, keepdims), a, axis, ddof)
    return summed(slope * a_dot, axis, keepdims)


@vjp(stats.moment, "a")
def moment_vjp(
    dz: Any, z: Any, a: Any, order: Any = 1, axis: Any = 0, nan_policy: Any = "propagate", *,
    center: Any = None, keepdims: Any = False,
) -> Any:  # fmt: skip
    require(center is None, "stats.moment around another center has no rule")
    return expand(dz, a, axis, keepdims) * moment_slope(a, order, axis)


@jvp(stats.moment)
def moment_jvp(
    z: Any, a: Any, order: Any = 1, axis: Any = 0, nan_policy: Any = "propagate", *,
    center: Any = None, keepdims: Any = False, a_dot: Any,
) -> Any:  # fmt: skip
    require(center is None, "stats.moment around another center has no rule")
    return summed(moment_slope(a, order, axis) * a_dot, axis, keepdims)


@result((stats.skew, stats.sem), inexact=True)
def skew_result(a: Any, axis: Any = 0, *options: Any, keepdims: Any = False, **named: Any) -> Any:
    return reduction_result(a, axis, keepdims)


@result((stats.kurtosis, stats.variation), inexact=True)
def kurtosis_result(
    a: Any, axis: Any = 0, *options: Any, keepdims: Any = False, **named: Any
) -> Any:  # fmt: skip
    return reduction_result(a, axis, keepdims)


@result(stats.moment, inexact=True)
def moment_result(
    a: Any, order: Any = 1, axis: Any = 0, *options: Any, keepdims: Any = False, **named: Any
) -> Any:  # fmt: skip
    return reduction_result(a, axis, keepdims)


# ---------------------------------------------------------------- entropy, zscore


@vjp(stats.entropy, "pk, qk")
def entropy_vjp(
    dz: Any, z: Any, pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, *,
    nan_policy: Any = "propagate", keepdims: Any = False,
) -> Any:  # fmt: skip
    g = expand(dz, pk, axis, keepdims)
    dp, dq = entropy_slopes(expand(z, pk, axis, keepdims), pk, qk, base, axis)
    return g * dp, None if qk is None else g * dq


@jvp(stats.entropy)
def entropy_jvp(
    z: Any, pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, *,
    nan_policy: Any = "propagate", keepdims: Any = False, pk_dot: Any, qk_dot: Any,
) -> Any:  # fmt: skip
    dp, dq = entropy_slopes(expand(z, pk, axis, keepdims), pk, qk, base, axis)
    first = None if pk_dot is None else summed(dp * pk_dot, axis, keepdims)
    return first, None if qk_dot is None else summed(dq * qk_dot, axis, keepdims)


def entropy_slopes(z: Any, pk: Any, qk: Any, base: Any, axis: Any) -> Any:
    """Both are scaled to sums of 1 first. Without a base z is in units of log(e)."""
    total = np.sum(pk, axis=axis, keepdims=True)
    p, unit = pk / total, 1.0 if base is None else math.log(base)
    if qk is None:
        return -(np.log(p) / unit + z) / total, None
    other = np.sum(qk, axis=axis, keepdims=True)
    q = qk / other
    return (np.log(p / q) / unit - z) / total, (1 - p / q) / (other * unit)


@result(stats.entropy, inexact=True)
def entropy_result(
    pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, *, nan_policy: Any = "",
    keepdims: Any = False,
) -> Any:  # fmt: skip
    same = qk is None or (isinstance(qk, Type) and isinstance(pk, Type) and qk.shape == pk.shape)
    return reduction_result(pk, axis, keepdims) if same else None


def zscore_turned(g: Any, z: Any, a: Any, axis: Any, ddof: Any) -> Any:
    """The derivative of z = d / s applied to g; it is symmetric."""
    d = centered(a, axis)
    n = count(a, axis)
    s = np.sqrt(np.sum(d**2, axis=axis, keepdims=True) / (n - ddof))
    drop = np.sum(g * z, axis=axis, keepdims=True) / (n - ddof)
    return (g - np.mean(g, axis=axis, keepdims=True) - z * drop) / s


@vjp(stats.zscore, "a")
def zscore_vjp(
    dz: Any, z: Any, a: Any, axis: Any = 0, ddof: Any = 0, nan_policy: Any = "propagate"
) -> Any:
    return zscore_turned(np.broadcast_to(dz, np.shape(z)), z, a, axis, ddof)


@jvp(stats.zscore)
def zscore_jvp(
    z: Any, a: Any, axis: Any = 0, ddof: Any = 0, nan_policy: Any = "propagate", *, a_dot: Any
) -> Any:
    return zscore_turned(a_dot, z, a, axis, ddof)


@result(stats.zscore, inexact=True)
def zscore_result(a: Any, *options: Any, **named: Any) -> Any:
    return a.shape if isinstance(a, Type) else None
