"""What is known of a value before the program runs: kind, rank and shape, dtype.

A shape is a tuple of dimensions when the rank is known, else a frozenset of *atoms*: the shapes of
unknown rank that broadcast together to give it. So `x * x` has the very shape of `x`, whatever
that is, and `x + y` may be larger than either:

    x : {x}      x * x : {x}      2.0 * x : {x}      x + y : {x, y}      np.sum(x) : ()

A dimension is 1, an int, or any hashable symbol; a dimension that is not 1 is never stretched.
Complexness is tracked in the same way: `sources` are the variables that make the value complex if
they are complex, so a gradient knows when it has to drop an imaginary part.

A list that grows has no known items, but one type for all: `elem`. What differs between its items
is open in there (the empty set for a shape, None for a dimension) and is named where one is read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

Dims = tuple[Hashable, ...]
Atoms = frozenset[Hashable]
Shape = Dims | Atoms

#: a source that is certainly there: the value is complex
COMPLEX = "complex"

#: the width of a Python number, which gives way to any other
WEAK = -1


@dataclass(frozen=True, slots=True)
class Type:
    """Facts about one value. `kind`: num, tuple, list, dict, object, none, other, never, any.

    `dtype`: bool, int, float, complex; number is safe in arithmetic, perhaps an int; unknown may
    even be bool.
    """

    kind: str = "any"
    shape: Shape = frozenset()
    dtype: str = "unknown"
    sources: frozenset[Hashable] = frozenset()
    bits: int = 0  # width of the dtype: 32, 64, ...; WEAK for a Python number; 0 is not known
    array: bool | None = None  # certainly an ndarray / certainly a scalar / not known
    items: tuple[tuple[Any, Type], ...] = ()  # of a container whose structure is known
    cls: type | None = None  # the class of an object, named tuple, odd container, sparse matrix
    closed: bool = False  # items are all there are
    elem: Type | None = None  # what every item is, where it is not known which there are
    mixed: bool = False  # of several kinds, so no use of it tells which

    @property
    def rank(self) -> int | None:
        return len(self.shape) if isinstance(self.shape, tuple) else None

    @property
    def sparse(self) -> bool:
        """A matrix of scipy.sparse: a number in rules that know it, refused by others."""
        return self.kind == "num" and self.cls is not None

    @property
    def is_scalar(self) -> bool:
        return self.kind == "num" and self.shape == ()

    @property
    def inexact(self) -> bool:
        """Certainly float or complex, so that arithmetic with it stays so."""
        return self.dtype in ("float", "complex")

    @property
    def container(self) -> bool:
        return self.kind in ("tuple", "list", "dict", "object")

    def item(self, key: Any) -> Type:
        """The type of one entry; `ANY` if nothing is known of it."""
        for name, kind in self.items:
            if type(name) is type(key) and name == key:
                return kind
        if self.kind in ("tuple", "list") and type(key) is int and -len(self.items) <= key < 0:
            return self.items[key][1]
        return self.elem or ANY

    @property
    def element(self) -> Type:
        """What holds for every item of a container; NEVER of one that is empty."""
        if not self.closed:
            return self.elem or ANY
        out = NEVER
        for _, kind in self.items:
            out = join(out, kind)
        return out


ANY = Type()
MIXED = Type(mixed=True)  # None or a number, say
NEVER = Type("never")  # of no value: a name that is not bound yet, an item of the empty list
NONE = Type("none")
OTHER = Type("other")  # strings, functions, dtypes, slices: never differentiable
SCALAR_INT = Type("num", (), "int", bits=WEAK, array=False)
SCALAR_BOOL = Type("num", (), "bool", bits=WEAK, array=False)
SCALAR_FLOAT = Type("num", (), "float", bits=WEAK, array=False)


def number(
    shape: Shape, dtype: str = "float", sources: Iterable[Hashable] = (), bits: int = 0
) -> Type:
    """A number or array of numbers of this shape."""
    array = True if isinstance(shape, tuple) and shape else None
    return Type("num", shape, dtype, frozenset(sources), bits, array)


def widest(*bits: int) -> int:
    """The width of an arithmetic result; 0 where one is not known."""
    return 0 if 0 in bits else max(bits, default=0)


def cotangent_type(kind: Type) -> Type:
    """Cotangents and tangents have the type of their value, in floating point."""
    if kind.container:
        items = tuple((key, cotangent_type(inner)) for key, inner in kind.items)
        return replace(kind, items=items, elem=kind.elem and cotangent_type(kind.elem))
    if kind.kind == "num" and kind.dtype in ("int", "bool"):
        return replace(kind, dtype="float")
    return kind


def sequence(kind: str, items: Iterable[Type], cls: type | None = None) -> Type:
    """A tuple or list of known length."""
    return Type(kind, items=tuple(enumerate(items)), cls=cls, closed=True)


def atoms(shape: Shape) -> Atoms:
    """The shape as a set of atoms, for broadcasting with shapes of unknown rank."""
    if isinstance(shape, tuple):
        return frozenset((("dims", shape),)) if shape else frozenset()
    return shape


def broadcast(*shapes: Shape) -> Shape:
    """The shape that NumPy's broadcasting gives."""
    out: Shape = ()
    for shape in shapes:
        out = _broadcast_two(out, shape)
    return out


def same_shape(a: Shape, b: Shape) -> bool:
    """Are they one shape, as far as broadcasting goes? What is not one never stretches."""
    if a == b:
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all((p == 1) == (q == 1) for p, q in zip(a, b, strict=True))
    return False


def _broadcast_two(a: Shape, b: Shape) -> Shape:
    if a == b or b == ():
        return a
    if a == ():
        return b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _align(a, b)
    return _absorb(atoms(a) | atoms(b))


def _align(a: Dims, b: Dims) -> Dims:
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    return a[:lead] + tuple(
        q if p == 1 or (q != 1 and _known(q) > _known(p)) else p
        for p, q in zip(a[lead:], b, strict=True)
    )


def _known(dim: Hashable) -> int:
    """Prefer a size, then a parameter's dimension, to a dimension of something computed."""
    if isinstance(dim, int):
        return 2
    return 0 if isinstance(dim, tuple) and isinstance(dim[0], str) else 1


def _absorb(parts: Atoms) -> Atoms:
    """`x - x.max(axis=1, keepdims=True)` has the shape of x: the kept shape adds nothing. Nor does
    one that has lost its first axis, as in `x - x.mean(axis=0)`."""
    return frozenset(
        part
        for part in parts
        if not (
            isinstance(part, tuple)
            and (part[0] == "keep" or (part[0] == "reduce" and part[2] == 0))
            and atoms(part[1]) <= parts
        )
    )


def promote(*dtypes: str) -> str:
    """The dtype of an arithmetic result."""
    if "complex" in dtypes:
        return "complex"
    if "float" in dtypes:
        return "float"
    if "unknown" in dtypes:
        return "unknown"
    if "number" in dtypes:
        return "number"
    return "int"


def join(a: Type, b: Type, fresh: Hashable = None) -> Type:
    """What holds for a value that is one or the other. Where their shapes differ, the shape is that
    of `fresh`, a variable; with None it stays open, as it may be another for every item."""
    if a == b or b.kind == "never":
        return a
    if a.kind == "never":
        return b
    if a.kind != b.kind or a.mixed != b.mixed:
        if a.mixed or b.mixed or "any" not in (a.kind, b.kind):
            return MIXED
        # what names no source may be anything; the others' sources stay, so that a join only widens
        named = all(k.sources or k.kind == "num" for k in (a, b))
        return replace(ANY, sources=a.sources | b.sources) if named else ANY
    if a.container:
        return _join_containers(a, b, fresh)
    dtype = _join_dtypes(a.dtype, b.dtype)
    shape = _join_shapes(a.shape, b.shape, fresh)
    array = a.array if a.array == b.array else None
    bits = a.bits if a.bits == b.bits else 0
    sources = a.sources | b.sources
    return replace(a, shape=shape, dtype=dtype, sources=sources, bits=bits, array=array)


def _join_dtypes(a: str, b: str) -> str:
    if a == b:
        return a
    if {a, b} == {"float", "complex"}:
        return "complex"
    return "unknown" if a in ("bool", "unknown") or b in ("bool", "unknown") else "number"


def _join_shapes(a: Shape, b: Shape, fresh: Hashable) -> Shape:
    if a == b:
        return a
    if isinstance(a, tuple) and isinstance(b, tuple) and same_shape(a, b):
        return tuple(
            p if p == q else None if fresh is None else ("size", fresh, k)
            for k, (p, q) in enumerate(zip(a, b, strict=True))
        )
    return frozenset() if fresh is None else frozenset([("of", fresh)])


def _join_containers(a: Type, b: Type, fresh: Hashable) -> Type:
    cls = a.cls if a.cls is b.cls else None
    if a.closed and b.closed and [k for k, _ in a.items] == [k for k, _ in b.items]:
        pairs = zip(a.items, b.items, strict=True)
        items = tuple((k, join(p, q, fresh and (fresh, k))) for (k, p), (_, q) in pairs)
        return ANY if a.kind == "object" and cls is None else replace(a, items=items, cls=cls)
    if a.kind == "object":
        return ANY
    return Type(a.kind, cls=cls, elem=join(a.element, b.element))
