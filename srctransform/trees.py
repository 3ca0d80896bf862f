"""The numbers in a container, and the container again from other numbers.

    leaves({"w": x, "b": (1.0, "text")}, "p")    p['w'] and p['b'][0]; text is no number
    mapped(p, lambda x: 2 * x)                   the same container with the numbers doubled

Containers are tuples, lists, dicts, named tuples, dataclasses and plain objects, nested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np


def leaves(value: Any, name: str) -> dict[str, Any]:
    """The numbers and arrays of numbers in a value, by the text that reaches them from `name`."""
    return dict(_leaves(value, name))


def mapped(value: Any, change: Callable[[Any], Any], objects: bool = True) -> Any:
    """The value with every number and array of numbers changed, in new containers."""
    if is_number(value):
        return change(value)
    if isinstance(value, dict):
        out = value.copy()
        out.update((key, mapped(item, change, objects)) for key, item in value.items())
        return out
    if isinstance(value, list | tuple):
        items = [mapped(item, change, objects) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    names = fields(value) if objects or hasattr(value, "__dataclass_fields__") else ()
    if names:
        new = object.__new__(type(value))
        for name in names:
            object.__setattr__(new, name, mapped(getattr(value, name), change, objects))
        return new
    return value


def fresh(value: Any) -> Any:
    """The value with copies of its arrays, in new containers; other objects are as they were."""
    return mapped(value, lambda x: x.copy() if isinstance(x, np.ndarray) else x, objects=False)


def is_number(value: Any) -> bool:
    """A number or an array of numbers; truth values are none."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iufc"
    return isinstance(value, int | float | complex | np.number) and not isinstance(value, bool)


def fields(value: Any) -> tuple[str, ...]:
    """The fields of a dataclass, the attributes of an object; none of functions and modules."""
    if callable(value) or isinstance(value, ModuleType):
        return ()
    named: Any = getattr(value, "__dataclass_fields__", None) or getattr(value, "__dict__", ())
    return tuple(named)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if is_number(value):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        named = getattr(value, "_fields", None)
        for k, item in enumerate(value):
            yield from _leaves(item, f"{name}.{named[k]}" if named else f"{name}[{k}]")
    else:
        for field in fields(value):
            yield from _leaves(getattr(value, field), f"{name}.{field}")
