"""Annotations -> types: `x: float`, `NDArray[np.float64]`, jaxtyping's `Float[Array, "n d"]`."""

from __future__ import annotations

import inspect
import types as pytypes
import typing
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from ..ir.types import ANY, COMPLEX, OTHER, SCALAR_BOOL, SCALAR_FLOAT, SCALAR_INT, Type, sequence


def annotations_of(fn: Any) -> dict[str, Any]:
    """The evaluated annotations of a function; those that cannot be evaluated are left out."""
    try:
        return inspect.get_annotations(fn, eval_str=True)
    except Exception:  # whatever evaluating the user's text raises: then it tells us nothing
        plain = getattr(fn, "__annotations__", {})
        return {key: value for key, value in plain.items() if not isinstance(value, str)}


def type_of_annotation(note: Any, key: Any = None) -> Type:
    """What an annotation says of a value; ANY if nothing."""
    simple = SIMPLE.get(note) if isinstance(note, type) else None
    if simple is not None:
        return simple
    if hasattr(note, "dims") and hasattr(note, "dtypes"):
        return _jaxtyping(note, key)
    if note is np.ndarray:
        return Type("num", array=True)
    origin, args = typing.get_origin(note), typing.get_args(note)
    if origin is np.ndarray:
        return Type("num", dtype=_dtype(args[-1]), sources=_sources(args[-1]), array=True)
    if origin is tuple and args and Ellipsis not in args:
        return sequence(
            "tuple", [type_of_annotation(a, (key, k)) for k, a in enumerate(args)], tuple
        )
    if isinstance(note, type):
        if issubclass(note, np.generic):
            kind = _dtype(note)
            return Type("num", (), kind, _sources(note), array=False)
        return _record(note, key)
    if origin is typing.Annotated:
        return type_of_annotation(args[0], key)
    if isinstance(note, pytypes.UnionType) or origin is typing.Union:
        return ANY
    return ANY


SIMPLE = {
    float: SCALAR_FLOAT, int: SCALAR_INT, bool: SCALAR_BOOL, str: OTHER, bytes: OTHER,
    complex: Type("num", (), "complex", frozenset([COMPLEX]), array=False),
}  # fmt: skip


def _record(cls: type, key: Any) -> Type:
    notes = annotations_of(cls)
    if is_dataclass(cls):
        names = [f.name for f in fields(cls)]
    elif hasattr(cls, "_fields"):
        names = list(cls._fields)
    else:
        return _plain(cls)
    items = tuple((n, type_of_annotation(notes.get(n), (key, n))) for n in names)
    return Type("object", items=items, cls=cls, closed=True)


def _plain(cls: type) -> Type:
    """An object of a class of the user's; one of a subclass may have other methods."""
    foreign = cls.__module__.split(".")[0] in FOREIGN or inspect.isabstract(cls)
    return ANY if foreign or cls.__subclasses__() else Type("object", cls=cls)


#: modules whose classes are no model of the user's
FOREIGN = frozenset({"builtins", "collections", "typing", "numpy", "scipy", "numbers", "types"})


def _dtype(note: Any) -> str:
    """float of np.float64, of np.dtype[np.float64], of np.floating[Any]."""
    args = typing.get_args(note)
    if typing.get_origin(note) is np.dtype and args:
        note = args[0]
    note = typing.get_origin(note) or note
    if not isinstance(note, type):
        return "unknown"
    table = (
        (np.floating, "float"),
        (np.complexfloating, "complex"),
        (np.integer, "int"),
        (np.bool_, "bool"),
    )
    return next((name for cls, name in table if issubclass(note, cls)), "unknown")


def _sources(note: Any) -> frozenset[Any]:
    return frozenset([COMPLEX]) if _dtype(note) == "complex" else frozenset()


def _jaxtyping(note: Any, key: Any) -> Type:
    dims: list[Any] = []
    for k, dim in enumerate(note.dims):
        text = getattr(dim, "name", None)
        size = getattr(dim, "size", None)
        if type(dim).__name__.startswith("_NamedVariadic") or dim is Ellipsis or not _is_axis(dim):
            return Type("num", dtype=_jax_dtype(note), array=True)
        dims.append(1 if size == 1 else (key, k, text) if text is None else ("axis", text))
    return Type("num", tuple(dims), _jax_dtype(note), array=bool(dims) or None)


def _is_axis(dim: Any) -> bool:
    return hasattr(dim, "name") or hasattr(dim, "size") or "anonymous" in type(dim).__name__.lower()


def _jax_dtype(note: Any) -> str:
    words = [str(d) for d in note.dtypes] if not isinstance(note.dtypes, str) else [note.dtypes]
    for name in ("complex", "float", "bool", "int"):
        if words and all(
            w.startswith((name, "bfloat" if name == "float" else name, "u" + name)) for w in words
        ):
            return name
    return "unknown"
