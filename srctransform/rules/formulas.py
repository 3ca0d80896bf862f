"""Functions of a library that are followed as if the user had written them: as a formula of NumPy.

    @defined_as(integrate.trapezoid)
    def trapezoid(y, x=None, dx=1.0, axis=-1): ...

The formula is spliced in where the function is called, and printed there: so it has both modes, in
every argument and to any order, by the rules of what it is made of. It is for functions that are
a few lines of NumPy; the others have rules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .registry import looked_up

_formulas: dict[Any, Callable[..., Any]] = {}


def defined_as(*prims: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: the formula of a library's function, with its parameters."""

    def decorate(formula: Callable[..., Any]) -> Callable[..., Any]:
        _formulas.update(dict.fromkeys(prims, formula))
        return formula

    return decorate


def formula_of(prim: Any) -> Callable[..., Any] | None:
    """The formula that a function is followed as; None of one that is not."""
    return looked_up(_formulas, prim)
