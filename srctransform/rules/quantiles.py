"""median, quantile, percentile and their kin that leave nan out.

    np.median(x)                 dx = dz at the middle entry, or half of it at each of two
    np.quantile(x, 0.9)          dx = dz * (1 - t) and dz * t at the two entries it lies between

Hyndman and Fan (1996) define the methods: where among the sorted data each of them takes the
quantile. With `weights` it is one of the entries.

Kinks: entries of the data that are equal to the quantile share its derivative equally. The
derivative by q is refused: it is a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import Type
from ..runtime import known, median_weights, quantiles_along, quantiles_back
from .extrema import extremum_jvp, extremum_vjp
from .reductions import expand, reduced_shape, summed
from .registry import constant_in, jvp, linear, nondifferentiable, result, static, vjp

# ---------------------------------------------------------------- median


@vjp(np.median)
def median_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, overwrite_input: Any = False,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return expand(dz, a, axis, keepdims) * median_weights(a, axis)


@jvp(np.median)
def median_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, overwrite_input: Any = False,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return summed(median_weights(a, axis) * a_dot, axis, keepdims)


@vjp(np.nanmedian)
def nanmedian_vjp(
    dz: Any, z: Any, a: Any, axis: Any = None, *, overwrite_input: Any = False,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return quantiles_back(dz, a, 0.5, axis, "linear")


@jvp(np.nanmedian)
def nanmedian_jvp(
    z: Any, a: Any, a_dot: Any, axis: Any = None, *, overwrite_input: Any = False,
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return np.reshape(quantiles_along(a_dot, a, 0.5, axis, "linear"), np.shape(z))


# ---------------------------------------------------------------- quantile, percentile


@vjp((np.quantile, np.nanquantile), "a")
def quantile_vjp(
    dz: Any, z: Any, a: Any, q: Any, axis: Any = None, *, overwrite_input: Any = False,
    method: Any = "linear", keepdims: Any = False, weights: Any = None,
) -> Any:  # fmt: skip
    if known(weights) and weights is None:
        return quantiles_back(dz, a, q, axis, method)
    return extremum_vjp(dz, z, a, single(q, axis), keepdims=keepdims)[0]


@jvp((np.quantile, np.nanquantile))
def quantile_jvp(
    z: Any, a: Any, a_dot: Any, q: Any, axis: Any = None, *, overwrite_input: Any = False,
    method: Any = "linear", keepdims: Any = False, weights: Any = None,
) -> Any:  # fmt: skip
    if known(weights) and weights is None:
        return np.reshape(quantiles_along(a_dot, a, q, axis, method), np.shape(z))
    return extremum_jvp(z, a, a_dot, single(q, axis), keepdims=keepdims)[0]


@vjp((np.percentile, np.nanpercentile), "a")
def percentile_vjp(
    dz: Any, z: Any, a: Any, q: Any, axis: Any = None, *, overwrite_input: Any = False,
    method: Any = "linear", keepdims: Any = False, weights: Any = None,
) -> Any:  # fmt: skip
    if known(weights) and weights is None:
        return quantiles_back(dz, a, hundredth(q), axis, method)
    return extremum_vjp(dz, z, a, single(q, axis), keepdims=keepdims)[0]


@jvp((np.percentile, np.nanpercentile))
def percentile_jvp(
    z: Any, a: Any, a_dot: Any, q: Any, axis: Any = None, *, overwrite_input: Any = False,
    method: Any = "linear", keepdims: Any = False, weights: Any = None,
) -> Any:  # fmt: skip
    if known(weights) and weights is None:
        return np.reshape(quantiles_along(a_dot, a, hundredth(q), axis, method), np.shape(z))
    return extremum_jvp(z, a, a_dot, single(q, axis), keepdims=keepdims)[0]


def hundredth(q: Any) -> Any:
    """q percent, computed as `np.percentile` does."""
    return np.true_divide(q, 100.0)


def single(q: Any, axis: Any) -> Any:
    """axis, for a single quantile: several of weighted data have no rule."""
    return axis_of_one(np.ndim(q) if known(np.ndim(q)) else None, axis)


@static
def axis_of_one(rank: Any, axis: Any) -> Any:
    """axis, if the rank of q is 0."""
    if rank != 0:
        raise UnsupportedError("several quantiles of weighted data have no derivative rule",
                               help="ask for one quantile at a time")  # fmt: skip
    return axis


constant_in((np.quantile, np.nanquantile, np.percentile, np.nanpercentile), "weights")
nondifferentiable(median_weights)
linear(quantiles_along, "v")
linear(quantiles_back, "g")


@vjp(quantiles_along, "v")
def quantiles_along_vjp(dz: Any, z: Any, v: Any, x: Any, q: Any, axis: Any, method: Any) -> Any:
    return quantiles_back(dz, x, q, axis, method)


@vjp(quantiles_back, "g")
def quantiles_back_vjp(dz: Any, z: Any, g: Any, x: Any, q: Any, axis: Any, method: Any) -> Any:
    return np.reshape(quantiles_along(dz, x, q, axis, method), np.shape(g))


# ---------------------------------------------------------------- what is known of results


@result((np.median, np.nanmedian), inexact=True)
def median_result(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False, keepdims: Any = False
) -> Any:
    return reduced_shape(a, axis, keepdims)


@result((np.quantile, np.nanquantile, np.percentile, np.nanpercentile), inexact=True)
def quantile_result(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False,
    method: Any = "linear", keepdims: Any = False, *rest: Any, **options: Any,
) -> Any:  # fmt: skip
    shape = reduced_shape(a, axis, keepdims)
    if isinstance(q, Type):
        return shape if q.shape == () else None
    return (*np.shape(q), *shape) if isinstance(shape, tuple) else None


@result(quantiles_back)
def quantiles_back_result(g: Any, x: Any, q: Any, axis: Any, method: Any) -> Any:
    return x.shape if isinstance(x, Type) else ()


@result(median_weights, inexact=True)
def median_weights_result(x: Any, axis: Any) -> Any:
    return x.shape if isinstance(x, Type) else ()
