"""Linear algebra, where formulas need more than one line of NumPy or facts are missing."""

from __future__ import annotations

from typing import Any

import numpy as np


def as_columns(x: Any, b: Any) -> Any:
    """x as a matrix of one column if b, the right-hand side it belongs to, is a vector."""
    return np.expand_dims(x, -1) if np.ndim(b) == 1 else x


def from_columns(x: Any, b: Any) -> Any:
    """The column of x if b, the right-hand side it belongs to, is a vector."""
    return x[..., 0] if np.ndim(b) == 1 else x


def cofactor(a: Any) -> Any:
    """The matrix of cofactors, det(a) * inv(a).T where there is an inverse; of singular a too.

    By the singular values: each entry of the middle factor is the product of all others.
    """
    u, s, v = np.linalg.svd(a)
    others = np.where(np.eye(s.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(-1)
    scale = (np.linalg.det(u) * np.linalg.det(v))[..., None] * others
    return (np.conj(u) * scale[..., None, :]) @ np.conj(v)


def phase_part(x: Any, y: Any) -> Any:
    """The imaginary part of x * y, as an imaginary number; 0 where both are real."""
    z = x * y
    return 1j * np.imag(z) if np.iscomplexobj(z) else 0.0 * z


def over_gaps(x: Any, w: Any) -> Any:
    """x[i, j] / (w[j] - w[i]), and 0 where i == j.

    Where w[i] and w[j] are equal but for rounding: 0 where x is 0 but for rounding, else NaN.
    """
    n = np.shape(w)[-1]
    gap = w[..., None, :] - w[..., :, None]
    eps = np.finfo(gap.dtype).eps
    size = np.max(np.abs(w), axis=-1, initial=0.0)[..., None, None]
    equal = np.abs(gap) <= 4 * np.sqrt(n) * eps * size
    most = np.max(np.abs(x), axis=(-2, -1), initial=0.0, keepdims=True)
    unused = (np.abs(x) <= 8 * n * eps * most) | np.eye(n, dtype=bool)
    return x / np.where(equal, np.where(unused, np.inf, np.nan).astype(gap.dtype), gap)


def over_values(x: Any, s: Any) -> Any:
    """x[i, j] / s[j]; where s[j] is 0: 0 where x is 0, else NaN."""
    zero = np.where(x == 0, np.inf, np.nan).astype(s.dtype)
    return x / np.where(s[..., None, :] == 0, zero, s[..., None, :])


def order_among(z: Any, w: Any) -> Any:
    """The place of each entry of z in w, which has the same entries in perhaps another order."""
    near = np.argmin(np.abs(z[..., :, None] - w[..., None, :]), axis=-1)
    once = np.all(np.sort(near) == np.arange(np.shape(w)[-1]), axis=-1, keepdims=True)
    sorted_alike = np.take_along_axis(np.argsort(w), np.argsort(np.argsort(z)), axis=-1)
    return np.where(once, near, sorted_alike)


def pivoted_rows(x: Any, pivots: Any, back: Any) -> Any:
    """x with its rows in the order that pivoting gives them, or back in their own order."""
    order = np.arange(len(pivots))
    for k, other in enumerate(pivots):
        order[[k, other]] = order[[other, k]]
    return x[np.argsort(order)] if back else x[order]
