"""Types of what is read from containers, written into them, and met in going through them.

xs = []                      xs : no items
xs = append(xs, 2.0)         xs : float                   xs[0] : float
for v in xs:                 v  : float
for k, row in enumerate(x)   (k, row) : int, and x without its first axis
d = store(d, 1.0, "a")       d["a"] : float
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import ANY, OTHER, SCALAR_INT, Type, join, sequence
from .examples import type_of_value
from .indexing import Defs, indexed_shape

TypeOf = Callable[[Atom], Type]


def entry(base: Type, key: Atom, type_of: TypeOf) -> Type:
    """The type of base[key] for a container."""
    if isinstance(key, Const) and not isinstance(key.value, slice):
        return base.item(key.value)
    at = type_of(key)
    if base.kind == "dict" or (at.kind == "num" and base.kind != "object"):
        return base.element
    if base.kind not in ("tuple", "list") or at.kind != "other":
        return ANY
    if isinstance(key, Const) and base.closed:  # a slice whose limits are known
        return sequence(base.kind, [kind for _, kind in base.items][key.value])
    return Type(base.kind, cls=base.cls, elem=base.element)


def stored(base: Type, value: Type, path: tuple[Atom, ...], type_of: TypeOf) -> Type:
    """The type of a container after `base[path] = value`; an array keeps its own."""
    if base.kind not in ("tuple", "list", "dict", "object"):
        return base
    key, rest = path[0], path[1:]
    if rest:
        value = stored(entry(base, key, type_of), value, rest, type_of)
    if not isinstance(key, Const):
        if base.kind == "list" and type_of(key).kind != "num":  # perhaps a slice
            return Type(base.kind, cls=base.cls)
        if base.kind == "dict":
            return Type(base.kind, cls=base.cls, elem=join(base.element, value))
        items = tuple((k, join(kind, value)) for k, kind in base.items)
        return replace(base, items=items, elem=base.elem and join(base.elem, value))
    if isinstance(key.value, slice):
        return Type(base.kind, cls=base.cls)
    at = key.value
    if base.kind == "list" and base.closed and type(at) is int and -len(base.items) <= at < 0:
        at += len(base.items)
    keys = [k for k, _ in base.items]
    if base.closed and (at in keys or base.kind == "dict"):
        items = tuple((k, value if k == at else kind) for k, kind in base.items)
        return replace(base, items=items if at in keys else (*items, (at, value)))
    return replace(base, elem=base.elem and join(base.elem, value))


def appended(base: Type, value: Type) -> Type:
    """The type of a list after `base.append(value)`."""
    if base.kind != "list":
        return ANY
    if base.closed:
        return sequence("list", [*(kind for _, kind in base.items), value])
    return replace(base, elem=join(base.element, value))


def shortened(base: Type) -> Type:
    """The type of a list without its last item."""
    return replace(base, items=base.items[:-1]) if base.closed and base.kind == "list" else base


def joined(prim: object, kinds: Sequence[Type]) -> Type | None:
    """The type of `xs + ys` and `[v] * n`; None where the operands are no sequences."""
    found = [k for k in kinds if k.kind in ("tuple", "list")]
    if prim is operator.add and len(found) == 2 and found[0].kind == found[1].kind:
        a, b = found
        if a.closed and b.closed:
            return sequence(a.kind, [kind for _, kind in (*a.items, *b.items)])
        return Type(a.kind, elem=join(a.element, b.element))
    if prim is operator.mul and len(found) == 1 and any(_is_int(k) for k in kinds):
        return Type(found[0].kind, elem=found[0].element)
    return None


def converted(prim: object, args: tuple[Atom, ...], defs: Defs, type_of: TypeOf) -> Type:
    """The type of `list(x)`, `tuple(x)`, `sorted(x)` and `dict(x)`."""
    if prim is dict:
        base = type_of(args[0]) if args else Type("dict")
        if base.kind == "dict":
            return base
        pair = base.element if base.kind in ("list", "tuple") else ANY
        return Type("dict", elem=pair.item(1) if pair.kind == "tuple" and pair.closed else None)
    kind = "tuple" if prim is tuple else "list"
    base = type_of(args[0]) if args else sequence(kind, [])
    if base.kind in ("list", "tuple") and base.closed and prim is not sorted:
        return sequence(kind, [item for _, item in base.items])
    return Type(kind, elem=item_of(args[0], defs, type_of))


def item_of(iterable: Atom, defs: Defs, type_of: TypeOf) -> Type:
    """The type of what `for item in iterable` meets."""
    stmt = defs.get(iterable) if isinstance(iterable, Var) else None
    if isinstance(stmt, Let):
        made = _item_made(stmt, defs, type_of)
        if made is not None:
            return made
    elif isinstance(iterable, Const) and isinstance(iterable.value, range):
        return SCALAR_INT
    kind = type_of(iterable)
    if kind.kind == "num":
        shape = indexed_shape(kind, Const(0), defs, type_of)
        known = isinstance(shape, tuple)
        return replace(kind, shape=frozenset() if shape is None else shape,
                       array=shape != () if known else None)  # fmt: skip
    if kind.kind == "dict":
        keys = Type("tuple", items=tuple((k, type_of_value(k)) for k, _ in kind.items), closed=True)
        return keys.element if kind.closed else ANY
    if kind.kind in ("tuple", "list") or (kind.cls is not None and hasattr(kind.cls, "_fields")):
        return kind.element
    return OTHER if isinstance(iterable, Const) and isinstance(iterable.value, str) else ANY


def _places(shape: tuple[Atom, ...], defs: Defs, type_of: TypeOf) -> int | None:
    """How many axes `np.ndindex(*shape)` goes through; None if that is not known."""
    if len(shape) > 1:
        return len(shape)
    stmt = defs.get(shape[0]) if shape and isinstance(shape[0], Var) else None
    if isinstance(stmt, Let) and stmt.prim is np.shape:
        return type_of(stmt.args[0]).rank
    kind = type_of(shape[0]) if shape else ANY
    return len(kind.items) if kind.kind == "tuple" and kind.closed else None


def _item_made(stmt: Let, defs: Defs, type_of: TypeOf) -> Type | None:
    """The item of a range, enumerate, zip and their like; None if it is another statement."""

    def inner(atom: Atom) -> Type:
        return item_of(atom, defs, type_of)

    prim, args = stmt.prim, stmt.args
    if prim in (range, np.shape):
        return SCALAR_INT
    if prim is np.ndindex:
        rank = _places(args, defs, type_of)
        return sequence("tuple", [SCALAR_INT] * rank) if rank else Type("tuple", elem=SCALAR_INT)
    if prim is enumerate:
        return sequence("tuple", [SCALAR_INT, inner(args[0])])
    if prim is zip:
        return sequence("tuple", [inner(a) for a in args])
    if prim in (reversed, list, tuple, sorted, iter, prims.first_of):
        return inner(args[0])
    if prim is prims.call_method and isinstance(args[1], Const):
        held = type_of(args[0])
        if held.kind == "dict" and args[1].value in ("keys", "values", "items"):
            pair = [inner(args[0]), held.element]
            return {"keys": pair[0], "values": pair[1]}.get(args[1].value, sequence("tuple", pair))
    return None


def _is_int(kind: Type) -> bool:
    return kind.is_scalar and kind.dtype == "int"
