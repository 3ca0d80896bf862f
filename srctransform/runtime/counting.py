"""Gathers that undo np.histogram and its relatives, and the places of values in sorted arrays."""

from __future__ import annotations

from typing import Any

import numpy as np


def of_bins(g: Any, sample: Any, edges: Any) -> Any:
    """The entry of g for each point's bin; zero for points outside of the bins. `sample` and
    `edges` are lists of the coordinates and edges along each axis of g."""
    g, places = np.asarray(g), []
    inside: Any = True
    for x, e in zip(sample, edges, strict=True):
        x, last = np.asarray(x), len(e) - 2
        place = np.searchsorted(e, x, side="right") - 1
        place = np.where(x == e[-1], last, place)
        inside = inside & (place >= 0) & (place <= last)
        places.append(np.clip(place, 0, last))
    return np.where(inside, g[tuple(places)], 0.0)


def columns(sample: Any) -> list[Any]:
    """The coordinates that np.histogramdd bins: the columns of an array, or one array an axis."""
    if isinstance(sample, (tuple, list)):
        return [np.asarray(x) for x in sample]
    sample = np.asarray(sample)
    return list(sample.T) if sample.ndim == 2 else [sample]


def edges_by_points(g: Any, a: Any, bins: Any, range: Any, count: int) -> Any:
    """The tangent of the edges that np.histogram makes from the least to the greatest point."""
    if np.ndim(bins) or range is not None or np.size(a) == 0:
        return np.zeros(count)
    low, high = a == np.min(a), a == np.max(a)
    first, last = np.sum(low * g) / np.sum(low), np.sum(high * g) / np.sum(high)
    return first + np.linspace(0.0, 1.0, count) * (last - first)


def points_by_edges(g: Any, a: Any, bins: Any, range: Any) -> Any:
    """The cotangent of the points, for the cotangent g of the edges."""
    if np.ndim(bins) or range is not None or np.size(a) == 0:
        return np.zeros(np.shape(a))
    low, high = a == np.min(a), a == np.max(a)
    last = np.sum(g * np.linspace(0.0, 1.0, len(g)))
    return high * (last / np.sum(high)) + low * ((np.sum(g) - last) / np.sum(low))


def bins_by_edges(g: Any, bins: Any) -> Any:
    """The cotangent of the edges, if they were given as the bins."""
    return g if np.ndim(bins) else 0.0


def first_places(z: Any, x: Any) -> Any:
    """Where each value of z stands first in x, which is flattened."""
    x = np.ravel(x)
    order = np.argsort(x, kind="stable")
    place = np.searchsorted(x[order], z)
    return order[np.minimum(place, len(x) - 1)] if len(x) else place


def first_rows(x: Any, axis: int) -> Any:
    """Where each of the different slices of x along an axis stands first, in their order."""
    return np.unique(x, return_index=True, axis=axis)[1]
