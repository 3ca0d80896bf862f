"""Matrices by their diagonals, and of blocks.

bands[u + i - j, j] is entry i, j of a matrix with u diagonals above the main one.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def antidiagonal_sums(x: Any) -> Any:
    """The sum of the entries of a matrix with i + j == k, for each k."""
    m, n = x.shape
    rows = np.concatenate((x, np.zeros((m, m), x.dtype)), axis=1).ravel()
    return rows[: m * (m + n - 1)].reshape(m, m + n - 1).sum(axis=0)


def bands_transposed(ab: Any, lower: Any, upper: Any) -> Any:
    """The bands of the transpose of a matrix with these numbers of bands beside the main one."""
    n = ab.shape[1]
    row = np.arange(lower + upper + 1)[:, None]
    place = np.arange(n) + row - lower
    inside = (place >= 0) & (place < n)
    turned = ab[lower + upper - row, np.clip(place, 0, n - 1)]
    return np.where(inside, turned, np.zeros((), ab.dtype))


def bands_dot(ab: Any, x: Any, lower: Any, upper: Any) -> Any:
    """The product of a banded matrix with a vector, or with the columns of a matrix."""
    n = ab.shape[1]
    columns = x if np.ndim(x) == 2 else x[:, None]
    row = np.arange(lower + upper + 1)[:, None]
    place = np.arange(n) + upper - row
    inside = (place >= 0) & (place < n)
    place = np.clip(place, 0, n - 1)
    entries = np.where(inside, ab[row, place], np.zeros((), ab.dtype))
    out = (entries[..., None] * columns[place]).sum(axis=0)
    return out if np.ndim(x) == 2 else out[:, 0]


def bands_of(w: Any, x: Any, lower: Any, upper: Any) -> Any:
    """The bands of w @ x.T."""
    n = x.shape[0]
    row = np.arange(lower + upper + 1)[:, None]
    place = np.arange(n) + row - upper
    inside = (place >= 0) & (place < n)
    products = (w[np.clip(place, 0, n - 1)] * x).sum(axis=-1)
    return np.where(inside, products, np.zeros((), products.dtype))


def blocks_of(g: Any, arrs: Any) -> Any:
    """The blocks on the diagonal of g in the shapes of the arrays; a vector is a row."""
    out, i, j = [], 0, 0
    for a in arrs:
        rows, columns = np.atleast_2d(a).shape
        out.append(g[i : i + rows, j : j + columns].reshape(np.shape(a)))
        i, j = i + rows, j + columns
    return out
