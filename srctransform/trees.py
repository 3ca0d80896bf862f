"""The numbers in a container, and the container again from other numbers.

    leaves({"w": x, "b": (1.0, "text")}, "p")    p['w'] and p['b'][0]; text is no number
    mapped(p, lambda x: 2 * x)                   the same container with the numbers doubled

Containers are tuples, lists, dicts, named tuples and dataclasses, nested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def leaves(value: Any, name: str) -> dict[str, Any]:
    """The numbers and arrays of numbers in a value, by the text that reaches them from `name`."""
    return dict(_leaves(value, name))


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every number and array of numbers changed, in new containers."""
    if is_number(value):
        return change(value)
    if isinstance(value, dict):
        out = value.copy()
        out.update((key, mapped(item, change)) for key, item in value.items())
        return out
    if isinstance(value, list | tuple):
        items = [mapped(item, change) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if is_dataclass(value):
        new = object.__new__(type(value))
        for name in value.__dataclass_fields__:
            object.__setattr__(new, name, mapped(getattr(value, name), change))
        return new
    return value


def fresh(value: Any) -> Any:
    """The value with copies of its arrays, in new containers."""
    return mapped(value, lambda x: x.copy() if isinstance(x, np.ndarray) else x)


def is_number(value: Any) -> bool:
    """A number or an array of numbers; truth values are none."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iufc"
    return isinstance(value, int | float | complex | np.number) and not isinstance(value, bool)


def is_dataclass(value: Any) -> bool:
    """An instance of a dataclass, and not the class."""
    return hasattr(value, "__dataclass_fields__") and not isinstance(value, type)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if is_number(value):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        fields = getattr(value, "_fields", None)
        for k, item in enumerate(value):
            yield from _leaves(item, f"{name}.{fields[k]}" if fields else f"{name}[{k}]")
    elif is_dataclass(value):
        for field in value.__dataclass_fields__:
            yield from _leaves(getattr(value, field), f"{name}.{field}")
