"""What an index does to a shape, and whether it may hit a place twice.

    x[1:] of dims (n, m)   ->  (n-1, m)         x[:, None]  ->  (n, 1, m)
    x[i]  of dims (n, m)   ->  (m,)             x[rows] of dims (n, m), rows (k,)  ->  (k, m)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Stmt, Var
from ..ir.types import Shape, Type, broadcast

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
        return _unknown_rank(base, parts)
    used = sum(_consumes(p, type_of) for p in parts)
    dims = list(base.shape)
    if any(isinstance(p, Const) and p.value is Ellipsis for p in parts):
        at = next(k for k, p in enumerate(parts) if isinstance(p, Const) and p.value is Ellipsis)
        fill: list[Atom] = [Const(slice(None))] * (len(dims) - used)
        parts = parts[:at] + fill + parts[at + 1 :]
    elif used > len(dims):
        return None
    return _apply(dims, parts, defs, type_of)


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
                fancy.append((("mask", id(part)),))
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
            fancy.append((len(kind.items),))
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


def may_repeat(index: Atom, defs: Defs, type_of: Callable[[Atom], Type]) -> bool:
    """Could `x[index] += v` lose an addition because a place occurs twice in the index?"""
    parts = index_parts(index, defs) or []
    verdicts = [_part_repeats(part, defs, type_of) for part in parts]
    if not any(verdicts):
        return False
    # one index without repeats, and no axis of length one beside it, makes the tuples unique
    return not any(_is_unique(part, defs) for part in parts)


def _part_repeats(part: Atom, defs: Defs, type_of: Callable[[Atom], Type]) -> bool:
    if isinstance(part, Const):
        value = part.value
        return isinstance(value, list | np.ndarray) and len(np.unique(value)) != np.size(value)
    kind = type_of(part)
    stmt = defs.get(part)
    if isinstance(stmt, Let) and stmt.prim is slice:
        return False
    if kind.kind == "num":
        return not (kind.dtype == "bool" or (kind.shape == () and kind.dtype == "int"))
    return kind.kind not in ("none", "other")


def _is_unique(part: Atom, defs: Defs) -> bool:
    """Is it an index array of one axis whose entries are all different?"""
    stmt = defs.get(part) if isinstance(part, Var) else None
    return isinstance(stmt, Let) and stmt.prim in UNIQUE


#: functions whose result, as an index, never names a place twice
UNIQUE: frozenset[Any] = frozenset({np.arange, np.argsort, np.flatnonzero})
