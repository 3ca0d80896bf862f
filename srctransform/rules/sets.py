"""partition, sort_complex, unique and the set operations: values chosen from the data.

    z = np.unique(x)          dx = dz at the places where each value stands first
    z = np.partition(x, k)    as np.sort, in another order; equal entries share equally
    z = np.union1d(x, y)      dx, dy = dz where each value stands first in x, then in y

The values of np.intersect1d are in both arrays, so each has half of the cotangent. Which values
are chosen, their counts and their places do not depend smoothly on anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.types import Type, number, sequence
from ..runtime import first_places, first_rows, sort_like, uncopy
from .registry import constant_in, jvp, nondifferentiable, result, vjp
from .shaping import fresh_dim, from_rank

UniqueAllResult = type(np.unique_all(np.zeros(1)))
UniqueCountsResult = type(np.unique_counts(np.zeros(1)))
UniqueInverseResult = type(np.unique_inverse(np.zeros(1)))

nondifferentiable(first_places, first_rows, np.isin)
constant_in(np.setdiff1d, "ar2")
constant_in(np.partition, "kth")


@vjp(np.partition, "a")
def partition_vjp(
    dz: Any, z: Any, a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect"
) -> Any:
    return sort_like(sort_like(dz, z, axis, False), a, axis, True)


@jvp(np.partition)
def partition_jvp(
    z: Any, a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", *, a_dot: Any
) -> Any:
    in_order = sort_like(a_dot, a, axis, False)
    return sort_like(in_order, z, -1 if axis is None else axis, True)


@result(np.partition)
def partition_result(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect") -> Any:
    if not isinstance(a, Type) or isinstance(axis, Type):
        return None
    return a.shape if axis is not None or a.rank == 1 else (fresh_dim(),)


@vjp(np.sort_complex, "a")
def sort_complex_vjp(dz: Any, z: Any, a: Any) -> Any:
    return sort_like(dz, a, -1, True)


@jvp(np.sort_complex)
def sort_complex_jvp(z: Any, a: Any, a_dot: Any) -> Any:
    return sort_like(a_dot, a, -1, False)


@result(np.sort_complex)
def sort_complex_result(a: Any) -> Any:
    return number(a.shape, "complex", ["complex"]) if isinstance(a, Type) else None


# ---------------------------------------------------------------- unique


def values_of(z: Any, several: Any) -> Any:
    return z[0] if several else z


@vjp(np.unique, "ar")
def unique_vjp(
    dz: Any, z: Any, ar: Any, return_index: Any = False, return_inverse: Any = False,
    return_counts: Any = False, axis: Any = None, *, equal_nan: Any = True,
) -> Any:  # fmt: skip
    several = return_index or return_inverse or return_counts
    g = values_of(dz, several)
    if axis is None:
        return uncopy(g, ar, np.take, first_places(values_of(z, several), ar))
    return uncopy(g, ar, np.take, first_rows(ar, axis), axis)


@jvp(np.unique)
def unique_jvp(
    z: Any, ar: Any, return_index: Any = False, return_inverse: Any = False,
    return_counts: Any = False, axis: Any = None, *, equal_nan: Any = True, ar_dot: Any,
) -> Any:  # fmt: skip
    several = return_index or return_inverse or return_counts
    if axis is None:
        values = np.take(ar_dot, first_places(values_of(z, several), ar))
    else:
        values = np.take(ar_dot, first_rows(ar, axis), axis)
    if not several:
        return values
    return (values, *[np.zeros_like(z[k]) * 1.0 for k in range(1, len(z))])


@result(np.unique)
def unique_result(
    ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False,
    axis: Any = None, *, equal_nan: Any = True,
) -> Any:  # fmt: skip
    if not isinstance(ar, Type):
        return None
    dims: Any = (fresh_dim(),)
    if isinstance(axis, int):
        dims = from_rank(
            ar, lambda d: [fresh_dim() if k == axis % len(d) else n for k, n in enumerate(d)]
        ) or frozenset([("unique", object())])
    values = number(dims, ar.dtype, ar.sources)
    inverse = number(frozenset([("inverse", object())]), "int")
    place = number((fresh_dim(),), "int")
    flags = [(return_index, place), (return_inverse, inverse), (return_counts, place)]
    more = [kind for flag, kind in flags if flag]
    return sequence("tuple", [values, *more]) if more else values


@vjp(np.unique_values, "x")
def unique_values_vjp(dz: Any, z: Any, x: Any) -> Any:
    return uncopy(dz, x, np.take, first_places(z, x))


@jvp(np.unique_values)
def unique_values_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return np.take(x_dot, first_places(z, x))


@vjp((np.unique_all, np.unique_counts, np.unique_inverse), "x")
def unique_all_vjp(dz: Any, z: Any, x: Any) -> Any:
    return uncopy(dz.values, x, np.take, first_places(z.values, x))


@jvp(np.unique_all)
def unique_all_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    values = np.take(x_dot, first_places(z.values, x))
    return UniqueAllResult(
        values,
        np.zeros(np.shape(z.indices)),
        np.zeros(np.shape(z.inverse_indices)),
        np.zeros(np.shape(z.counts)),
    )


@jvp(np.unique_counts)
def unique_counts_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    values = np.take(x_dot, first_places(z.values, x))
    return UniqueCountsResult(values, np.zeros(np.shape(z.counts)))


@jvp(np.unique_inverse)
def unique_inverse_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    values = np.take(x_dot, first_places(z.values, x))
    return UniqueInverseResult(values, np.zeros(np.shape(z.inverse_indices)))


def named(cls: Any, x: Any) -> Any:
    """The type of a named tuple of values, places and counts."""
    if not isinstance(x, Type):
        return None
    place = number((fresh_dim(),), "int")
    kinds = {
        "values": number((fresh_dim(),), x.dtype, x.sources),
        "inverse_indices": number(x.shape, "int"),
    }
    items = tuple((name, kinds.get(name, place)) for name in cls._fields)
    return Type("object", items=items, cls=cls, closed=True)


result(np.unique_all)(lambda x: named(UniqueAllResult, x))
result(np.unique_counts)(lambda x: named(UniqueCountsResult, x))
result(np.unique_inverse)(lambda x: named(UniqueInverseResult, x))


@result(np.unique_values)
def unique_values_result(x: Any) -> Any:
    return number((fresh_dim(),), x.dtype, x.sources) if isinstance(x, Type) else None


# ---------------------------------------------------------------- sets


def joined(x: Any, y: Any) -> Any:
    return np.concatenate((np.ravel(x), np.ravel(y)))


@vjp((np.union1d, np.setxor1d), "ar1, ar2")
def union_vjp(dz: Any, z: Any, ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    both = joined(ar1, ar2)
    g = uncopy(dz, both, np.take, first_places(z, both))
    n = np.size(ar1)
    return np.reshape(g[:n], np.shape(ar1)), np.reshape(g[n:], np.shape(ar2))


@jvp((np.union1d, np.setxor1d))
def union_jvp(
    z: Any, ar1: Any, ar2: Any, assume_unique: Any = False, *, ar1_dot: Any, ar2_dot: Any
) -> Any:
    first = np.zeros(np.size(ar1)) if ar1_dot is None else np.ravel(ar1_dot)
    second = np.zeros(np.size(ar2)) if ar2_dot is None else np.ravel(ar2_dot)
    dot = np.take(np.concatenate((first, second)), first_places(z, joined(ar1, ar2)))
    return (None, dot) if ar1_dot is None else (dot, None)


@vjp(np.setdiff1d, "ar1")
def setdiff_vjp(dz: Any, z: Any, ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    return uncopy(dz, ar1, np.take, first_places(z, ar1))


@jvp(np.setdiff1d)
def setdiff_jvp(z: Any, ar1: Any, ar2: Any, assume_unique: Any = False, *, ar1_dot: Any) -> Any:
    return np.take(ar1_dot, first_places(z, ar1))


@vjp(np.intersect1d, "ar1, ar2")
def intersect_vjp(dz: Any, z: Any, ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    return (
        uncopy(0.5 * dz, ar1, np.take, first_places(z, ar1)),
        uncopy(0.5 * dz, ar2, np.take, first_places(z, ar2)),
    )


@jvp(np.intersect1d)
def intersect_jvp(
    z: Any, ar1: Any, ar2: Any, assume_unique: Any = False, *, ar1_dot: Any, ar2_dot: Any
) -> Any:
    return (
        None if ar1_dot is None else 0.5 * np.take(ar1_dot, first_places(z, ar1)),
        None if ar2_dot is None else 0.5 * np.take(ar2_dot, first_places(z, ar2)),
    )


@result((np.union1d, np.setxor1d, np.setdiff1d, np.intersect1d))
def set_result(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    kinds = [a for a in (ar1, ar2) if isinstance(a, Type)]
    dtypes = {k.dtype for k in kinds}
    sources = frozenset[Any]().union(*(k.sources for k in kinds))
    return number((fresh_dim(),), dtypes.pop() if len(dtypes) == 1 else "unknown", sources)


@result(np.isin)
def isin_result(element: Any, *options: Any, **named: Any) -> Any:
    return number(element.shape, "bool") if isinstance(element, Type) else None


@result(first_places)
def first_places_result(z: Any, x: Any) -> Any:
    return number(z.shape if isinstance(z, Type) else np.shape(z), "int")


@result(first_rows)
def first_rows_result(x: Any, axis: Any) -> Any:
    return number((fresh_dim(),), "int")
