"""Derivatives of a unit that a rule calls: they take and give only what moves.

pullback(x, a, n, dy)      vjp_residual(x, a, n, dy) -> da, and so (da, None)
"""

from __future__ import annotations

from dataclasses import dataclass

from .units import Unit


@dataclass(frozen=True, eq=False, slots=True)
class Pullback:
    """Gives a cotangent for each of the operands behind the first one: None of those that do not
    move. `moving` are the places of the others, from 0 on, of `count`."""

    unit: Unit
    moving: tuple[int, ...]
    count: int


@dataclass(frozen=True, eq=False, slots=True)
class Pushforward:
    """Takes a tangent for each of the `count` operands behind the first one, behind them all; the
    unit takes those of the operands that move."""

    unit: Unit
    moving: tuple[int, ...]
    count: int
