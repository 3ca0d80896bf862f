"""Lists in derivatives: the helpers that undo slices and repetition are linear in the cotangent,
and so is `copy.copy`, of a list or of an array.
"""

from __future__ import annotations

import copy
from typing import Any

from ..ir.types import ANY, Type
from ..runtime import unrepeat, unslice
from .registry import linear, result, takes_containers, vjp

linear(unslice, "g")
linear(unrepeat, "g")
linear(copy.copy, "x")
takes_containers(unslice, unrepeat, copy.copy)


@vjp(copy.copy, "x")
def copy_vjp(dz: Any, z: Any, x: Any) -> Any:
    return dz


@result(copy.copy)
def copy_result(x: Any) -> Any:
    return x if isinstance(x, Type) else None


@vjp(unslice, "g")
def unslice_vjp(dz: Any, z: Any, g: Any, items: Any, part: Any) -> Any:
    return dz[part]


@vjp(unrepeat, "g")
def unrepeat_vjp(dz: Any, z: Any, g: Any, items: Any) -> Any:
    return dz * (len(g) // len(items))


@result((unslice, unrepeat))
def of_items(g: Any, items: Any, part: Any = None) -> Any:
    return items if isinstance(items, Type) and items.container else ANY
