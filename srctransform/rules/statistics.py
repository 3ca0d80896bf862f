"""cov and corrcoef: products of centred rows with one another.

    c = np.cov(m)            dm = (dc + dc.T) @ (m - mean) / (n - 1)
    r = np.corrcoef(m)       u = rows of length one;  du = (dr + dr.T) @ u, less its part along u

The mean needs no term of its own: centred rows sum to 0. Weights are constants. NumPy computes in
double precision; the cotangent of single precision data is narrowed again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type
from .casting import in_precision_of
from .reductions import nonzero_or_one
from .registry import jvp, result, vjp
from .vectors import conjugated


def rows_of(m: Any, rowvar: Any) -> Any:
    """The variables as rows."""
    x = np.atleast_2d(m)
    return x if rowvar or np.ndim(m) == 1 else np.transpose(x)


def variables(m: Any, y: Any, rowvar: Any) -> Any:
    """The variables of both operands as rows."""
    if y is None:
        return rows_of(m, rowvar)
    return np.concatenate((rows_of(m, rowvar), rows_of(y, rowvar)))


def tangents(m: Any, m_dot: Any, y: Any, y_dot: Any, rowvar: Any) -> Any:
    """The tangents of the variables as rows."""
    if y is None:
        return rows_of(m_dot, rowvar)
    first = np.zeros_like(rows_of(m, rowvar)) if m_dot is None else rows_of(m_dot, rowvar)
    second = np.zeros_like(rows_of(y, rowvar)) if y_dot is None else rows_of(y_dot, rowvar)
    return np.concatenate((first, second))


def given_back(g: Any, m: Any, y: Any, rowvar: Any) -> Any:
    """The cotangents of both operands, from that of the variables."""
    if y is None:
        return as_operand(g, m, rowvar), None
    count = len(rows_of(m, rowvar))
    return as_operand(g[:count], m, rowvar), as_operand(g[count:], y, rowvar)


def as_operand(g: Any, m: Any, rowvar: Any) -> Any:
    """Rows in the shape of the operand they came from."""
    back = g if rowvar or np.ndim(m) == 1 else np.transpose(g)
    return in_precision_of(np.reshape(back, np.shape(m)), m)


def square(dz: Any, x: Any) -> Any:
    """A cotangent as the matrix that a single variable has squeezed."""
    return np.reshape(dz, (len(x), len(x)))


def pulled(g: Any, x: Any) -> Any:
    """The cotangent of x, for the cotangent g of x @ conj(x).T."""
    return g @ conjugated(x) + conjugated(np.transpose(g) @ x)


def pushed(x: Any, x_dot: Any) -> Any:
    """The tangent of x @ conj(x).T."""
    half = x_dot @ np.transpose(conjugated(x))
    return half + np.transpose(conjugated(half))


# ---------------------------------------------------------------- cov


def weights_of(fweights: Any, aweights: Any) -> Any:
    """How often and how much each observation counts."""
    if fweights is None:
        return aweights
    return fweights if aweights is None else fweights * aweights


def centred(x: Any, w: Any) -> Any:
    """The rows less their weighted means."""
    if w is None:
        return x - np.mean(x, axis=1, keepdims=True)
    return x - np.expand_dims(x @ w / np.sum(w), 1)


def divisor(x: Any, bias: Any, ddof: Any, w: Any, aweights: Any) -> Any:
    """What the sums of products are divided by."""
    less = ddof if ddof is not None else 0 if bias else 1
    if w is None:
        return np.shape(x)[1] - less
    if aweights is None:
        return np.sum(w) - less
    return np.sum(w) - less * np.sum(w * aweights) / np.sum(w)


@vjp(np.cov, "m, y")
def cov_vjp(
    dz: Any, z: Any, m: Any, y: Any = None, rowvar: Any = True, bias: Any = False,
    ddof: Any = None, fweights: Any = None, aweights: Any = None, *, dtype: Any = None,
) -> Any:  # fmt: skip
    w = weights_of(fweights, aweights)
    x = variables(m, y, rowvar)
    g = pulled(square(dz, x) / divisor(x, bias, ddof, w, aweights), centred(x, w))
    return given_back(g if w is None else g * w, m, y, rowvar)


@jvp(np.cov)
def cov_jvp(
    z: Any, m: Any, m_dot: Any, y: Any = None, y_dot: Any = None, rowvar: Any = True,
    bias: Any = False, ddof: Any = None, fweights: Any = None, aweights: Any = None, *,
    dtype: Any = None,
) -> Any:  # fmt: skip
    w = weights_of(fweights, aweights)
    x = variables(m, y, rowvar)
    moved = tangents(m, m_dot, y, y_dot, rowvar)
    total = pushed(centred(x, w), moved if w is None else moved * w)
    total = np.reshape(total / divisor(x, bias, ddof, w, aweights), np.shape(z))
    return (None, total) if m_dot is None else (total, None)


# ---------------------------------------------------------------- corrcoef


def lengths(x: Any) -> Any:
    """The length of each centred row; 1 of a constant one, whose derivative is 0."""
    size = np.sqrt(np.sum(np.real(x * conjugated(x)), axis=1, keepdims=True))
    return nonzero_or_one(size)


@vjp(np.corrcoef, "x, y")
def corrcoef_vjp(
    dz: Any, z: Any, x: Any, y: Any = None, rowvar: Any = True, *, dtype: Any = None
) -> Any:
    rows = centred(variables(x, y, rowvar), None)
    size = lengths(rows)
    u = rows / size
    g = pulled(square(dz, rows), u)
    along = np.sum(np.real(g * u), axis=1, keepdims=True)
    return given_back((g - along * conjugated(u)) / size, x, y, rowvar)


@jvp(np.corrcoef)
def corrcoef_jvp(
    z: Any, x: Any, x_dot: Any, y: Any = None, y_dot: Any = None, rowvar: Any = True, *,
    dtype: Any = None,
) -> Any:  # fmt: skip
    rows = centred(variables(x, y, rowvar), None)
    size = lengths(rows)
    u = rows / size
    moved = tangents(x, x_dot, y, y_dot, rowvar) / size
    along = np.sum(np.real(moved * conjugated(u)), axis=1, keepdims=True)
    total = np.reshape(pushed(u, moved - along * u), np.shape(z))
    return (None, total) if x_dot is None else (total, None)


# ---------------------------------------------------------------- what is known of results


def matrix_result(m: Any, y: Any = None, rowvar: Any = True) -> Any:
    if y is not None or isinstance(rowvar, Type) or not isinstance(m, Type):
        return None
    if not isinstance(m.shape, tuple) or len(m.shape) != 2:
        return None
    size = m.shape[0 if rowvar else 1]
    return None if size == 1 else (size, size)


result(np.cov, inexact=True)(
    lambda m, y=None, rowvar=True, *rest, **options: matrix_result(m, y, rowvar)
)
result(np.corrcoef, inexact=True)(
    lambda x, y=None, rowvar=True, **options: matrix_result(x, y, rowvar)
)
