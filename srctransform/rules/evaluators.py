"""Objects of a library that are functions of points: splines and other interpolators.

    spline = CubicSpline(x, y)
    evaluator(PPoly, lambda s: s.c.ndim - 2)      spline(t) has a derivative: spline(t, 1)
    linear_fit(CubicSpline, "bc_type")            and one by y, of a spline made in the program

A call is followed as `evaluated(spline, t, tail, nu)`, which is printed as `spline(t, nu)`; `tail`
is how many axes of the data the result has behind those of t. Of an object that is made in the
program from values that move, `fitted` knows what it is made of, as its result is linear in y.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .registry import T, looked_up


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A maker of evaluators whose result is linear in the data y at points x, if these options are
    texts or numbers: conditions that are no numbers at the ends."""

    maker: Any
    options: tuple[str, ...]


_evaluators: dict[type, Callable[[Any], int]] = {}
_fits: dict[Any, LinearFit] = {}
_makers: dict[Any, type] = {}
_sloped: dict[type, Any] = {}


def evaluator(cls: type, tail: Callable[[Any], int]) -> None:
    """A class whose objects are called with (points, order of the derivative); `tail` counts the
    axes of the data beside the interpolated one. Raises ValueError where that is not the first."""
    _evaluators[cls] = tail


def by_slopes(cls: type, known_as: Any) -> None:
    """A class whose objects are called with points only; the call is followed as one of
    `known_as`, whose slopes are differences within a cell: exact where it is linear there."""
    _sloped[cls] = known_as


def slopes_by(cls: Any) -> Any:
    """What a call of an object of such a class is known as; None of another class."""
    return by_class(_sloped, cls)


def makes(maker: Any, cls: type) -> None:
    """A function that makes evaluators."""
    _makers[maker] = cls


def linear_fit(maker: Any, options: str) -> None:
    """The result of what it makes of (x, y) is linear in y, with no other options than these."""
    _fits[maker] = LinearFit(maker, tuple(options.split()))


def evaluator_of(cls: Any) -> Callable[[Any], int] | None:
    """How many axes of data objects of a class have; None of a class of another kind."""
    return by_class(_evaluators, cls)


def by_class(table: Mapping[type, T], cls: Any) -> T | None:
    """What a table says of a class or the next of its bases."""
    bases = cls.__mro__ if isinstance(cls, type) else ()
    return next((found for c in bases if (found := looked_up(table, c)) is not None), None)


def made_by(maker: Any) -> type | None:
    """The class of evaluators that a class or function makes."""
    found = looked_up(_makers, maker) or maker
    return found if evaluator_of(found) is not None else None


def fit_of(maker: Any) -> LinearFit | None:
    """What is known of a maker whose result is linear in its data."""
    return looked_up(_fits, maker)
