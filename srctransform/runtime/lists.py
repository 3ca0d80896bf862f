"""Adjoints of what lists do: slices and repetition."""

from __future__ import annotations

from typing import Any

from .containers import assemble, gradient_of


def unslice(g: Any, items: Any, part: Any) -> Any:
    """The cotangent of a list or tuple, from that of its slice `items[part]`."""
    total = [gradient_of(item) for item in items]
    total[part] = g
    return type(items)(total)


def unrepeat(g: Any, items: Any) -> Any:
    """The cotangent of a list or tuple, from that of `items * n`."""
    size = len(items)
    return assemble(items, *((g[k : k + size],) for k in range(0, len(g), size or 1)))
