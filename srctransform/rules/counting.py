"""bincount and histograms: sums of weights by bins. The adjoint of a sum by bins is a gather.

    z = np.bincount(x, w)               dw = dz[x]
    z, e = np.histogram(x, weights=w)   dw = dz at the bin of each x, zero outside
    z with density=True                 z = n / (h N),  N = sum(n):  dn = (dz / h - sum(dz * z)) / N

The counts do not depend smoothly on the points. The edges do, where they are made of the least
and the greatest point; those of np.histogram are differentiated, those of the higher histograms
are not and are refused by the name of the sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import Type, number, sequence
from ..runtime import (
    bins_by_edges,
    columns,
    edges_by_points,
    known,
    of_bins,
    points_by_edges,
    undiff,
)
from .casting import in_precision_of
from .registry import (
    constant_in,
    jvp,
    linear,
    nondifferentiable,
    result,
    static,
    takes_containers,
    vjp,
)
from .shaping import fresh_dim

# fmt: off
linear(np.bincount, "weights")
linear((of_bins, edges_by_points, points_by_edges, bins_by_edges), "g")
takes_containers(of_bins, columns)
nondifferentiable(columns)
constant_in(np.bincount, "x")
constant_in(np.histogram_bin_edges, "weights")
# fmt: on


@vjp(np.bincount, "weights")
def bincount_vjp(dz: Any, z: Any, x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    return None if weights is None else in_precision_of(dz[x], weights)


@result(np.bincount)
def bincount_result(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    return number((fresh_dim(),), "int" if weights is None else "float")


# ---------------------------------------------------------------- histogram


@vjp(np.histogram, "a, bins, weights")
def histogram_vjp(
    dz: Any, z: Any, a: Any, bins: Any = 10, range: Any = None, density: Any = None,
    weights: Any = None,
) -> Any:  # fmt: skip
    dcounts, dedges = dz[0], dz[1]
    if dcounts is not None and density is not None and density:
        h = np.diff(z[1])
        of_widths = undiff(-dcounts * z[0] / h, z[1], 1, 0)
        dedges = of_widths if dedges is None else dedges + of_widths
        dcounts = (dcounts / h - np.sum(dcounts * z[0])) / inside_sum(a, z[1], weights)
    dweights = None
    if dcounts is not None and weights is not None:
        dweights = in_precision_of(of_bins(dcounts, (a,), (z[1],)), weights)
    if dedges is None:
        return None, None, dweights
    return points_by_edges(dedges, a, bins, range), bins_by_edges(dedges, bins), dweights


def weights_of(a: Any, weights: Any) -> Any:
    return np.ones(np.shape(a)) if weights is None else weights


def inside_sum(a: Any, edges: Any, weights: Any) -> Any:
    """The sum of the weights of the points that are in a bin."""
    return np.sum(np.histogram(a, edges, weights=weights_of(a, weights))[0])


@jvp(np.histogram)
def histogram_jvp(
    z: Any, a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None, *,
    a_dot: Any, bins_dot: Any, weights_dot: Any,
) -> Any:  # fmt: skip
    edges_dot = np.zeros_like(z[1])
    if bins_dot is not None:
        edges_dot = edges_dot + bins_dot
    elif a_dot is not None:
        edges_dot = edges_by_points(a_dot, a, bins, range, len(z[1]))
    counts_dot = np.zeros_like(z[0]) * 1.0
    if weights_dot is not None:
        counts_dot = np.histogram(a, z[1], weights=weights_dot)[0]
    if density is not None and density:
        h = np.diff(z[1])
        total = inside_sum(a, z[1], weights)
        counts_dot = counts_dot / (h * total) - z[0] * (
            np.sum(counts_dot) / total + np.diff(edges_dot) / h
        )
    both = (counts_dot, edges_dot)
    if a_dot is not None:
        return both, None, None
    return (None, both, None) if bins_dot is not None else (None, None, both)


@result(np.histogram)
def histogram_result(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    counts = "unknown" if weights is not None or density is not None else "int"
    return sequence("tuple", [number((fresh_dim(),), counts), number((fresh_dim(),), "float")])


def no_density(density: Any) -> None:
    if not known(density) or (density is not None and density):
        refuse_density()


@static
def refuse_density() -> None:
    raise UnsupportedError("density=True has no derivative rule for histograms of several axes")


@vjp(np.histogram_bin_edges, "a, bins")
def histogram_bin_edges_vjp(
    dz: Any, z: Any, a: Any, bins: Any = 10, range: Any = None, weights: Any = None
) -> Any:
    return points_by_edges(dz, a, bins, range), bins_by_edges(dz, bins)


@jvp(np.histogram_bin_edges)
def histogram_bin_edges_jvp(
    z: Any, a: Any, bins: Any = 10, range: Any = None, weights: Any = None, *, a_dot: Any,
    bins_dot: Any,
) -> Any:  # fmt: skip
    by_points = None if a_dot is None else edges_by_points(a_dot, a, bins, range, len(z))
    return by_points, None if bins_dot is None else np.zeros_like(z) + bins_dot


@result(np.histogram_bin_edges, inexact=True)
def histogram_bin_edges_result(a: Any, bins: Any = 10, *options: Any, **named: Any) -> Any:
    return (fresh_dim(),)


@vjp(np.histogramdd, "weights")
def histogramdd_vjp(
    dz: Any, z: Any, sample: Any, bins: Any = 10, range: Any = None, density: Any = None,
    weights: Any = None,
) -> Any:  # fmt: skip
    no_density(density)
    if dz[0] is None:
        return None
    return in_precision_of(of_bins(dz[0], columns(sample), z[1]), weights)


@jvp(np.histogramdd)
def histogramdd_jvp(
    z: Any, sample: Any, bins: Any = 10, range: Any = None, density: Any = None,
    weights: Any = None, *, weights_dot: Any,
) -> Any:  # fmt: skip
    no_density(density)
    counts = np.histogramdd(sample, z[1], weights=weights_dot)[0]
    return counts, [np.zeros_like(e) for e in z[1]]


@vjp(np.histogram2d, "weights")
def histogram2d_vjp(
    dz: Any, z: Any, x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None,
    weights: Any = None,
) -> Any:  # fmt: skip
    no_density(density)
    if dz[0] is None:
        return None
    return in_precision_of(of_bins(dz[0], (x, y), (z[1], z[2])), weights)


@jvp(np.histogram2d)
def histogram2d_jvp(
    z: Any, x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None,
    weights: Any = None, *, weights_dot: Any,
) -> Any:  # fmt: skip
    no_density(density)
    counts = np.histogram2d(x, y, (z[1], z[2]), weights=weights_dot)[0]
    return counts, np.zeros_like(z[1]), np.zeros_like(z[2])


@result(np.histogram2d)
def histogram2d_result(x: Any, y: Any, *options: Any, **named: Any) -> Any:
    edges = [number((fresh_dim(),), "float") for _ in range(2)]
    return sequence("tuple", [number((fresh_dim(), fresh_dim()), "float"), *edges])


@result(np.histogramdd)
def histogramdd_result(sample: Any, *options: Any, **named: Any) -> Any:
    counts = number(frozenset([("histogram", object())]), "float")
    edges = Type("tuple", cls=tuple, elem=number((fresh_dim(),), "float"))
    return sequence("tuple", [counts, edges])


@vjp(edges_by_points, "g")
def edges_by_points_vjp(dz: Any, z: Any, g: Any, a: Any, bins: Any, range: Any, count: Any) -> Any:
    return points_by_edges(dz, a, bins, range)


@vjp(points_by_edges, "g")
def points_by_edges_vjp(dz: Any, z: Any, g: Any, a: Any, bins: Any, range: Any) -> Any:
    return edges_by_points(dz, a, bins, range, len(g))


@vjp(bins_by_edges, "g")
def bins_by_edges_vjp(dz: Any, z: Any, g: Any, bins: Any) -> Any:
    return dz * np.ones_like(g)


@result(edges_by_points)
def edges_by_points_result(g: Any, a: Any, bins: Any, range: Any, count: Any) -> Any:
    return (fresh_dim(),)


@result((points_by_edges, bins_by_edges), memory="maybe")
def by_edges_result(g: Any, x: Any, *options: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


@vjp(of_bins, "g")
def of_bins_vjp(dz: Any, z: Any, g: Any, sample: Any, edges: Any) -> Any:
    return np.histogramdd(sample, edges, weights=dz)[0]


@result(of_bins)
def of_bins_result(g: Any, sample: Any, edges: Any) -> Any:
    return None


@result(columns)
def columns_result(sample: Any) -> Any:
    return Type("list", cls=list)
