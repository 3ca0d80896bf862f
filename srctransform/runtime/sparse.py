"""Sparse matrices: their cotangents are sparse too, with entries where the matrix stores some."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_sparse(x: Any) -> Any:
    """Is it a matrix or array of scipy.sparse?"""
    return hasattr(x, "tocsr")


def entries_at(g: Any, row: Any, column: Any) -> Any:
    """The entries of a matrix, sparse or not, at these places."""
    g = g.tocsr() if hasattr(g, "tocsr") else np.asarray(g)
    return np.asarray(g[row, column]).ravel()


def stored(g: Any, a: Any) -> Any:
    """The entries of g where the sparse matrix a stores its own, in their order."""
    places = a.tocoo()
    return entries_at(g, places.row, places.col)


def outer_at(a: Any, w: Any, x: Any) -> Any:
    """w @ x.T where the sparse matrix a stores entries, as a matrix like a; w and x may be vectors.

    A place that a stores twice is there once.
    """
    places = a.tocsr(copy=True)
    places.sum_duplicates()
    places = places.tocoo()
    data = w[places.row] * x[places.col]
    data = data if data.ndim == 1 else data.sum(axis=1)
    return type(places)((data, (places.row, places.col)), shape=a.shape).asformat(a.format)


def restricted(g: Any, a: Any) -> Any:
    """g where the sparse matrix a stores entries, as a matrix like a."""
    places = a.tocsr(copy=True)
    places.sum_duplicates()
    places = places.tocoo()
    data = entries_at(g, places.row, places.col)
    return type(places)((data, (places.row, places.col)), shape=a.shape).asformat(a.format)


def to_dense(a: Any) -> Any:
    """The sparse matrix as an array."""
    return a.toarray()


def to_csr(a: Any) -> Any:
    """The sparse matrix by rows."""
    return a.tocsr()


def to_csc(a: Any) -> Any:
    """The sparse matrix by columns."""
    return a.tocsc()


def to_coo(a: Any) -> Any:
    """The sparse matrix by places."""
    return a.tocoo()


def diagonals_of(g: Any, diagonals: Any, offsets: Any) -> Any:
    """The diagonals of g, in the lengths of those it is the cotangent of; a number is repeated."""
    one = np.ndim(offsets) == 0
    single = one and np.ndim(diagonals[0]) == 0
    pairs = (
        [(diagonals, offsets)]
        if single
        else zip(diagonals, [offsets] if one else offsets, strict=True)
    )
    found = []
    for diagonal, k in pairs:
        values = np.asarray(g.diagonal(k))
        size = np.size(diagonal)
        if size == 1 and values.size != 1:
            values = values.sum(keepdims=True)
        values = np.concatenate([values[:size], np.zeros(max(size - values.size, 0))])
        found.append(values.reshape(np.shape(diagonal)))
    return found[0] if single else found
