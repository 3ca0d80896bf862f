"""What is stored into a part of an array is no larger than it, so nothing stretches the part.

    u[1:-1] = u[1:-1] - a * (u[1:-1] - u[:-2])      a is a number, or as large as u[1:-1], or less

`a` on its own may have any shape; beside the part it adds nothing to it. Such a fact is used where
the block that stores runs, and for values that only arithmetic and the store itself read: what is
stored may have more axes of one in front.
"""

from __future__ import annotations

from collections.abc import Hashable

from ..ir import prims
from ..ir.nodes import Block, Let
from ..rules.registry import rule_of
from .indexing import indexed_shape
from .scalars import Place, Sites, holds
from .types import Types

#: a shape, and that of a part that it never stretches
Fit = tuple[Hashable, Hashable]


def fits(block: Block, types: Types) -> frozenset[Fit]:
    """Shapes that never stretch others, by what is stored where."""
    sites = Sites(block)
    found: dict[Fit, list[Place]] = {}
    for let, place in sites.lets:
        if let.prim is prims.store and len(let.args) == 3:
            value = types.of(let.args[1]).shape
            part = indexed_shape(types.of(let.args[0]), let.args[2], types.defs, types.of)
            if not isinstance(part, frozenset) or not isinstance(value, frozenset):
                continue
            if len(part) == 1 and part < value:
                (kept,) = part
                for other in value - part:
                    found.setdefault((other, kept), []).append(place)
    return frozenset(fit for fit, places in found.items() if _is_usable(fit, places, sites, types))


def _is_usable(fit: Fit, places: list[Place], sites: Sites, types: Types) -> bool:
    """Are all values of both shapes made where the fact holds, and only used by arithmetic?"""
    for var, kind in types.items():
        if kind.kind != "num" or not isinstance(kind.shape, frozenset):
            continue
        if not set(fit) <= kind.shape:
            continue
        role, _, _, home = sites.home.get(var, ("", None, 0, ()))
        if role != "let" or not any(holds(p, home) for p in places):
            return False
        for use in sites.uses[var]:
            stmt = use.stmt
            if use.role != "operand" or not isinstance(stmt, Let):
                return False
            rule = rule_of(stmt.prim)
            stored = stmt.prim is prims.store and use.at == 1
            if not stored and (rule is None or not rule.elementwise or stmt.kwargs):
                return False
    return True
