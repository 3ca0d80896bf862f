"""Coefficients of derivatives and integrals of polynomials, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np


def falling(count: int, m: int) -> Any:
    """k (k - 1) ... (k - m + 1) for the powers k = m + count - 1, ..., m: the factors that m
    derivatives leave `count` coefficients with."""
    k = np.arange(m + count - 1, m - 1, -1, dtype=float)
    out = np.ones(max(count, 0))
    for j in range(m):
        out *= k - j
    return out


def leading(x: Any) -> Any:
    """The coefficients from the first one on that is not zero, as np.poly1d keeps them."""
    x = np.atleast_1d(x)
    kept = np.flatnonzero(x)
    return x[kept[0] :] if len(kept) else x[:1]


def behind_zeros(g: Any, x: Any) -> Any:
    """g, the cotangent of `leading(x)`, in the shape of x."""
    out = np.zeros(np.size(x), np.result_type(g))
    out[np.size(x) - len(g) :] = g
    return out.reshape(np.shape(x))


def first_quotient(w: Any, v: Any) -> Any:
    """The coefficients q, as many as of w, so that the product of q and v begins as w does."""
    q = np.array(w, np.result_type(w, v, 0.0))
    for k in range(len(q)):
        before = min(k, len(v) - 1)
        q[k] = (q[k] - np.dot(q[k - before : k], v[before:0:-1])) / v[0]
    return q


def one_series(c: Any) -> Any:
    """The coefficients of one series, which stand in a vector."""
    if np.ndim(c) > 1:
        raise TypeError(
            f"the coefficients of one series are a vector, these have shape {np.shape(c)}: "
            "the derivative of several series at once is not supported"
        )
    return np.reshape(c, -1)
