"""np.polynomial: values of polynomials, and of series of Chebyshev, Legendre, Hermite and Laguerre.

    z = chebval(x, c)     dx = dz * chebval(x, chebder(c))     dc = chebvander(x, n).T @ dz

and so in every basis: the derivative of a series is a series, with coefficients that `*der` gives,
and a column of `*vander` holds the values of one function of the basis (DLMF 18.9). The
coefficients are a vector here; of several series at once they are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from ..ir.types import Type
from ..runtime import known, one_series
from .casting import in_precision_of
from .registry import jvp, linear, result, vjp
from .shaping import fresh_dim

linear(one_series, "c")

#: for each basis: its values, its derivatives and the matrix of the values of its functions
BASES = {
    polynomial.polyval: (polynomial.polyder, polynomial.polyvander),
    chebyshev.chebval: (chebyshev.chebder, chebyshev.chebvander),
    legendre.legval: (legendre.legder, legendre.legvander),
    hermite.hermval: (hermite.hermder, hermite.hermvander),
    hermite_e.hermeval: (hermite_e.hermeder, hermite_e.hermevander),
    laguerre.lagval: (laguerre.lagder, laguerre.lagvander),
}


def value_rule(val: Any, der: Any, vander: Any) -> None:
    """The rules of one basis."""

    @vjp(val, "x, c")
    def val_vjp(dz: Any, z: Any, x: Any, c: Any, tensor: Any = True) -> Any:
        coefficients = series(c)
        dx = dz * val(x, der(coefficients))
        columns = vander(np.ravel(x), len(coefficients) - 1)
        return dx, in_precision_of(np.transpose(columns) @ np.ravel(dz), c)

    @jvp(val)
    def val_jvp(z: Any, x: Any, c: Any, tensor: Any = True, *, x_dot: Any, c_dot: Any) -> Any:
        return (
            None if x_dot is None else val(x, der(series(c))) * x_dot,
            None if c_dot is None else val(x, c_dot),
        )

    @vjp(der, "c")
    def der_vjp(dz: Any, z: Any, c: Any, m: Any = 1, scl: Any = 1, axis: Any = 0) -> Any:
        return np.transpose(der(np.eye(len(one_series(c))), m, scl)) @ dz

    @vjp(vander, "x")
    def vander_vjp(dz: Any, z: Any, x: Any, deg: Any) -> Any:
        slopes = der(np.eye(deg + 1))
        g = np.sum(dz * (z[..., : len(slopes)] @ slopes), axis=-1)
        return np.reshape(g, np.shape(x))

    @jvp(vander)
    def vander_jvp(z: Any, x: Any, deg: Any, *, x_dot: Any) -> Any:
        slopes = der(np.eye(deg + 1))
        return (z[..., : len(slopes)] @ slopes) * np.reshape(x_dot, np.shape(z)[:-1])[..., None]

    linear(der, "c")
    result(val)(value_result)
    result(der)(der_result)
    result(vander)(vander_result)


@vjp(one_series, "c")
def one_series_vjp(dz: Any, z: Any, c: Any) -> Any:
    return np.reshape(dz, np.shape(c))


def series(c: Any) -> Any:
    """The coefficients of one series."""
    if known(np.ndim(c)) and np.ndim(c) == 1:
        return c
    return one_series(c)


def value_result(x: Any, c: Any, tensor: Any = True) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


def der_result(c: Any, m: Any = 1, scl: Any = 1, axis: Any = 0) -> Any:
    """Of a vector, or of the unit vectors in the columns of a matrix."""
    rank = c.rank if isinstance(c, Type) else np.ndim(c)
    return None if rank is None else tuple(fresh_dim() for _ in range(rank))


def vander_result(x: Any, deg: Any) -> Any:
    shape = x.shape if isinstance(x, Type) else np.shape(x)
    count = deg + 1 if type(deg) is int else fresh_dim()
    return (*(shape or (1,)), count) if isinstance(shape, tuple) else None


for val, (der, vander) in BASES.items():
    value_rule(val, der, vander)


@result(one_series, memory="maybe")
def one_series_result(c: Any) -> Any:
    return (fresh_dim(),)
