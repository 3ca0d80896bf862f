"""What an index does to a shape, and whether it may hit a place twice.

x[1:] of dims (n, m)   ->  (n-1, m)         x[:, None]  ->  (n, 1, m)
x[i]  of dims (n, m)   ->  (m,)             x[rows] of dims (n, m), rows (k,)  ->  (k, m)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Stmt, Var
from ..ir.types import Shape, Type, broadcast
from ..runtime import place

Defs = dict[Var, Stmt]


def index_parts(index: Atom, defs: Defs) -> list[Atom] | None:
    """The entries of an index, as atoms; a single one is a list of one."""
    if isinstance(index, Const):
        value = index.value
        return [Const(part) for part in value] if isinstance(value, tuple) else [index]
    stmt = defs.get(index)
    if isinstance(stmt, Let) and stmt.prim is prims.make_tuple:
        return list(stmt.args)
    return [index]


def indexed_shape(
    base: Type, index: Atom, defs: Defs, type_of: Callable[[Atom], Type]
) -> Shape | None:
    """The shape of base[index], or None where it cannot be told."""
    parts = index_parts(index, defs)
    if parts is None:
        return None
    if not isinstance(base.shape, tuple):
        rank = known_rank(base.shape)
        if rank is not None and rank == _count_ints(parts, type_of):
            return ()
        return _unknown_rank(base, parts)
    if len(parts) == 1 and (ints := _ints_of(parts[0], type_of)):
        return base.shape[ints:] if ints <= len(base.shape) else None
    used = sum(_consumes(p, type_of) for p in parts)
    dims = list(base.shape)
    if used > len(dims):
        return None
    if any(isinstance(p, Const) and p.value is Ellipsis for p in parts):
        at = next(k for k, p in enumerate(parts) if isinstance(p, Const) and p.value is Ellipsis)
        fill: list[Atom] = [Const(slice(None))] * (len(dims) - used)
        parts = parts[:at] + fill + parts[at + 1 :]
    return _apply(dims, parts, defs, type_of)


def known_rank(shape: Shape) -> int | None:
    """The rank of a shape, where that is known; its dimensions may be ones that are stretched."""
    if isinstance(shape, tuple):
        return len(shape)
    if len(shape) == 1:
        (atom,) = shape
        if isinstance(atom, tuple) and atom[0] == "shape" and len(atom) == 3:
            return atom[2]  # type: ignore[no-any-return]
    return None


def _count_ints(parts: list[Atom], type_of: Callable[[Atom], Type]) -> int | None:
    """How many parts there are, if all are ints."""
    if len(parts) == 1 and (ints := _ints_of(parts[0], type_of)):
        return ints
    kinds = [type_of(part) for part in parts]
    return len(parts) if all(k.is_scalar and k.dtype == "int" for k in kinds) else None


def _ints_of(part: Atom, type_of: Callable[[Atom], Type]) -> int:
    """How many ints an index is that is a tuple of them, as `np.ndindex` gives it; else 0."""
    kind = type_of(part) if isinstance(part, Var) else None
    if kind is None or kind.kind != "tuple" or not kind.closed:
        return 0
    ints = (t.dtype == "int" and t.is_scalar and t.array is False for _, t in kind.items)
    return len(kind.items) if all(ints) else 0


def _consumes(part: Atom, type_of: Callable[[Atom], Type]) -> int:
    if isinstance(part, Const) and (part.value is None or part.value is Ellipsis):
        return 0
    kind = type_of(part)
    if kind.kind == "num" and kind.dtype == "bool" and kind.rank is not None:
        return kind.rank
    return 1


def _apply(
    dims: list[Hashable], parts: list[Atom], defs: Defs, type_of: Callable[[Atom], Type]
) -> Shape | None:
    out: list[Hashable] = []
    fancy: list[Shape] = []
    fancy_at: list[int] = []
    axis = 0
    for k, part in enumerate(parts):
        if isinstance(part, Const) and part.value is None:
            out.append(1)
            continue
        kind = type_of(part)
        if kind.kind == "num":
            if kind.dtype not in ("int", "bool", "number"):
                return None
            if kind.rank is None:
                return None
            if kind.dtype == "bool":
                axis += kind.rank
                fancy.append((("mask", part),))
                fancy_at.append(k)
            else:
                axis += 1
                if kind.shape != () or fancy:
                    fancy.append(kind.shape)
                    fancy_at.append(k)
                elif kind.array is None:
                    return None  # a 0-d array or a scalar: the same shape, but not the same memory
            if fancy_at and fancy_at[-1] == k and len(fancy_at) == 1:
                out.append(("fancy",))
        elif kind.kind == "list":
            fancy.append((len(kind.items) if kind.closed else ("size", part),))
            fancy_at.append(k)
            axis += 1
            if len(fancy_at) == 1:
                out.append(("fancy",))
        else:
            sliced = _sliced(dims[axis], part, defs)
            if sliced is None:
                return None
            out.append(sliced)
            axis += 1
    if fancy:
        joined = broadcast(*fancy)
        if not isinstance(joined, tuple):
            return None
        at = out.index(("fancy",))
        if fancy_at != list(range(fancy_at[0], fancy_at[0] + len(fancy_at))):
            out.remove(("fancy",))
            at = 0
            out = [*joined, *out]
        else:
            out[at : at + 1] = list(joined)
    return (*out, *dims[axis:])


def _sliced(dim: Hashable, part: Atom, defs: Defs) -> Hashable | None:
    if isinstance(part, Const) and isinstance(part.value, slice):
        s = part.value
        if s == slice(None) or (s.start is None and s.stop is None and s.step in (None, 1, -1)):
            return dim
        if isinstance(dim, int):
            return len(range(*s.indices(dim)))
        if _takes_one(s):
            return 1
        if s.step in (None, 1) and _is_one_place(s.start or 0, s.stop):
            return 1
        return ("slice", dim, *_canonical(s))
    if isinstance(part, Var):
        stmt = defs.get(part)
        if isinstance(stmt, Let) and stmt.prim is slice:
            keys = tuple(a if isinstance(a, Var) else ("const", a.value) for a in stmt.args)
            return ("slice", dim, *keys)
    return None


def _is_one_place(start: int, stop: int | None) -> bool:
    """Is it x[k : k + 1], or x[-1:], which broadcasts?"""
    if stop is None:
        return start == -1
    return stop == start + 1 and (start >= 0) == (stop > 0)


def _takes_one(s: slice) -> bool:
    """x[0:1], x[2:3], x[-1:]"""
    if s.step not in (None, 1):
        return False
    if s.stop is None:
        return bool(s.start == -1)
    start = s.start or 0
    return bool(s.stop - start == 1 and (start >= 0) == (s.stop >= 0))


def _canonical(s: slice) -> tuple[Hashable, ...]:
    """Slices that leave the same number of places get the same key: x[1:], x[:-1]."""
    if s.step in (None, 1):
        start, stop = s.start or 0, s.stop
        if start >= 0 and (stop is None or stop < 0):
            return ("less", start - (stop or 0))
        if start >= 0 and stop is not None and stop >= 0:
            return ("between", start, stop)
    return (s.start, s.stop, s.step)


def _unknown_rank(base: Type, parts: list[Atom]) -> Shape | None:
    """x[1:] and x[:-1] of one x have one shape, whatever its rank."""
    keys: list[Hashable] = []
    for part in parts:
        if not isinstance(part, Const):
            return None
        value = part.value
        if isinstance(value, slice):
            full = value == slice(None)
            keys.append(("full",) if full else ("slice", *_canonical(value)))
        elif value is None or value is Ellipsis or type(value) is int:
            keys.append(("int",) if type(value) is int else ("part", repr(value)))
        else:
            return None
    if all(key == ("full",) for key in keys):
        return base.shape
    return frozenset([("index", base.shape, tuple(keys))])


def takes_whole(base: Type, index: Atom) -> bool:
    """Is it x[()] or x[...] of an array without axes, so all there is of it?"""
    parts = index.value if isinstance(index, Const) else None
    parts = parts if isinstance(parts, tuple) else (parts,)
    return base.is_scalar and isinstance(index, Const) and all(p is Ellipsis for p in parts)


def may_repeat(index: Atom, defs: Defs, type_of: Callable[[Atom], Type]) -> bool:
    """Could `x[index] += v` lose an addition because a place occurs twice in the index?

    Two places of the result differ along some axis, and along it one of the index arrays is not
    stretched. So if the entries of each are all different, no place occurs twice. If some may be
    equal, one array of different entries will do as long as it is not stretched itself.
    """
    parts = index_parts(index, defs) or []
    arrays = [part for part in parts if not _names_one_place(part, defs, type_of)]
    if all(_all_different(part, defs) for part in arrays):
        return False
    flat = all(_rank(part, type_of) in (0, 1) for part in arrays)
    return not (flat and any(_keeps_length(part, arrays, defs, type_of) for part in arrays))


def _names_one_place(part: Atom, defs: Defs, type_of: Callable[[Atom], Type]) -> bool:
    """A slice, None, an int, a mask: none of them takes a place of its axes twice."""
    stmt = defs.get(part) if isinstance(part, Var) else None
    if isinstance(stmt, Let) and stmt.prim in (slice, place):
        return True
    if isinstance(part, Const) and isinstance(part.value, list | np.ndarray):
        return np.asarray(part.value).dtype == bool
    kind = type_of(part)
    if kind.kind == "num":
        return kind.dtype == "bool" or (kind.shape == () and kind.dtype == "int")
    if _ints_of(part, type_of):
        return True
    return kind.kind in ("none", "other")


def _rank(part: Atom, type_of: Callable[[Atom], Type]) -> int | None:
    if isinstance(part, Const):
        return np.ndim(part.value)
    kind = type_of(part)
    if kind.kind == "list" and kind.closed and all(item.is_scalar for _, item in kind.items):
        return 1
    return kind.rank if kind.kind == "num" else None


def _values(part: Atom, defs: Defs) -> Any:
    """The entries of an index array that is known; None if it is not."""
    if isinstance(part, Const):
        return part.value
    stmt = defs.get(part)
    if isinstance(stmt, Let) and stmt.prim is prims.make_list:
        return [a.value for a in stmt.args if isinstance(a, Const)] or None
    return None


def _all_different(part: Atom, defs: Defs) -> bool:
    """Does an index array name each place of its axis once at most?

    np.arange(n) does, and np.arange(-1, 2) does not: its first and last entry may be one place.
    """
    stmt = defs.get(part) if isinstance(part, Var) else None
    if isinstance(stmt, Let):
        if stmt.prim is np.flatnonzero:
            return True
        if stmt.prim is np.arange and not stmt.kwargs:
            start, *more = stmt.args
            return not more or (len(more) == 1 and _is_natural(start))
        if stmt.prim is operator.getitem and _only_adds_axes(stmt.args[1], defs):
            return _all_different(stmt.args[0], defs)
        if stmt.prim is not prims.make_list or not all(isinstance(a, Const) for a in stmt.args):
            return False
    values = np.asarray(_values(part, defs))
    same_sign = (
        bool(np.all(values >= 0) or np.all(values < 0)) if values.dtype.kind in "iu" else False
    )
    return same_sign and len(np.unique(values)) == values.size


def _is_natural(atom: Atom) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, int) and atom.value >= 0


def _only_adds_axes(index: Atom, defs: Defs) -> bool:
    parts = index_parts(index, defs) or []
    return all(isinstance(p, Const) and (p.value is None or p.value == slice(None)) for p in parts)


def _keeps_length(
    part: Atom, arrays: list[Atom], defs: Defs, type_of: Callable[[Atom], Type]
) -> bool:
    """Are the entries all different, and is the array never stretched against the others?

    np.arange(len(labels)) beside labels is as long as they are; np.arange(len(x)) is not stretched
    where the first dimension of x is known not to be one.
    """
    stmt = defs.get(part) if isinstance(part, Var) else None
    if not _all_different(part, defs):
        return False
    if not (isinstance(stmt, Let) and stmt.prim is np.arange and len(stmt.args) == 1):
        values = _values(part, defs)
        return values is not None and bool(np.size(values) != 1)
    (stop,) = stmt.args
    if isinstance(stop, Const):
        return bool(stop.value != 1)
    measured = _measured(stop, defs)
    if measured is None:
        return False
    others = [a for a in arrays if a is not part]
    if all(a is measured for a in others):
        return True
    dims = type_of(measured).shape
    return isinstance(dims, tuple) and len(dims) > 0 and dims[0] != 1 and not _invented(dims[0])


def _measured(stop: Atom, defs: Defs) -> Atom | None:
    """x, if stop is len(x) or x.shape[0]."""
    stmt = defs.get(stop) if isinstance(stop, Var) else None
    if isinstance(stmt, Let) and stmt.prim is prims.first_of:
        return _measured(stmt.args[0], defs)
    if isinstance(stmt, Let) and stmt.prim is len:
        return stmt.args[0]
    if isinstance(stmt, Let) and stmt.prim is operator.getitem:
        base, key = stmt.args
        shape = defs.get(base) if isinstance(base, Var) else None
        if (
            isinstance(shape, Let)
            and shape.prim is np.shape
            and isinstance(key, Const)
            and key.value == 0
        ):
            return shape.args[0]
    return None


def _invented(dim: Hashable) -> bool:
    """Is it a size that is known only as the program runs, and so may be one?"""
    return isinstance(dim, tuple) and len(dim) > 0 and dim[0] in ("size", "slice", "mask")
