"""Methods of dicts whose keys are known only as the program runs, in terms of reads and writes.

d.get(key, 0.0)          d[key] if key in d else 0.0
d.values()               [d[key] for key in d]
d.setdefault(key, v)     if key not in d: d[key] = v
                         d[key]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# These are read by the front end and spliced in, as a function of the user's is.


def get(d: Any, key: Any, default: Any = None) -> Any:
    return d[key] if key in d else default  # noqa: SIM401


def keys(d: Any) -> Any:
    return list(d)


def values(d: Any) -> Any:
    return [d[key] for key in d]


def items(d: Any) -> Any:
    return [(key, d[key]) for key in d]


def setdefault(d: Any, key: Any, default: Any = None) -> Any:
    if key not in d:
        d[key] = default
    return d[key]


def update(d: Any, other: Any) -> None:
    for key in other:
        d[key] = other[key]


def copy(d: Any) -> Any:
    return dict(d)


METHODS: dict[str, Callable[..., Any]] = {
    fn.__name__: fn for fn in (get, keys, values, items, setdefault, update, copy)
}
