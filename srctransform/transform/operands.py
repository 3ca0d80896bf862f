"""Derivatives of functions that a function of a library is given, as units of their own.

    x = root_of(value, x0, residual, a)     jacobian_residual(x, a), vjp_residual(x, a, dout)

Each is made once for each set of operands that move, when a rule asks for it; it is printed above
the derivative, and differentiated like any other unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.loops import without
from ..analysis.numeric import numeric_uses
from ..errors import UnsupportedError
from ..inline.recursion import EVERYTHING
from ..ir.derivatives import Pullback, Pushforward
from ..ir.types import number
from ..ir.units import Unit
from ..optimize.copies import merge_copies
from ..optimize.dead import drop_dead
from ..optimize.operands import value_key
from .prepare import MakeSimplify, Prepared
from .units import prepared_unit

#: how a unit is differentiated, by the word that the derivative's name begins with; `derivatives`
#: says it, which knows the modes
MODES: dict[str, Callable[[Prepared, Any, Any], Any]] = {}


@dataclass(frozen=True, eq=False)
class Operand:
    """A unit as a rule sees it: `moving` are the operands behind the first that have a derivative,
    of `count`."""

    unit: Unit
    moving: tuple[int, ...]
    count: int
    simplify: MakeSimplify | None

    def slope(self) -> Unit:
        return self.derived("slope", (0,))

    def gradient(self) -> Operand:
        made = self.derived("grad", (0,))
        return replace(self, unit=made)

    def jacobian(self) -> Unit:
        made = self.derived("jacobian", (0,))
        self.type_matrix(made)
        return made

    def type_matrix(self, made: Unit) -> None:
        """A Jacobian by a vector, of a vector, is a matrix."""
        first = next(iter(self.unit.facts.values()))
        if first.rank:
            made.result = number((None,) * (2 * first.rank))

    def hessian(self) -> Unit:
        inner = self.gradient()
        made = inner.jacobian()
        if made.function is not None and made.name.startswith("jacobian_grad_"):
            rename(made, f"hessian_{self.unit.name}", f"Hessian of `{self.unit.name}`.")
        return made

    def pullback(self) -> Pullback:
        return Pullback(self.derived("vjp", self.places), self.moving, self.count)

    def pushforward(self) -> Pushforward:
        return Pushforward(self.derived("jvp", self.places), self.moving, self.count)

    def whole(self, mode: str, place: int) -> Unit:
        """The derivative by the parameter at a place and by all operands that move, which stand
        behind the first two."""
        return self.derived(mode, (place, *(2 + k for k in self.moving)))

    def one_by_one(self, mode: str) -> tuple[Unit | None, ...]:
        """For each operand that moves, the derivative by it alone."""
        assert self.unit.function is not None
        names = [p.name for p in self.unit.function.params[1:]]
        numbers = numeric_uses(self.unit.function.block)
        for k in self.moving:
            var = self.unit.function.params[1 + k].var
            if var not in numbers and self.unit.facts[var].kind != "num":
                raise UnsupportedError(
                    f"the integrand {self.unit.name!r} reads {names[k]!r}, which may be a "
                    "container",
                    help="give example=, or read the entries of the container before",
                )
        return tuple(
            self.derived(mode, (1 + k,), name) if k in self.moving else None
            for k, name in enumerate(names)
        )

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(1 + k for k in self.moving)

    def derived(self, mode: str, mask: tuple[int, ...], by: str = "") -> Unit:
        """A derivative by the parameters of the mask, which has a name of its own."""
        memo = (mode, mask, by)
        unit = self.unit
        if memo not in unit.derived:
            count = sum(key[0] == mode and not key[-1] for key in unit.derived)
            prepared = prepared_unit(unit, mask)
            key = value_key if self.simplify is not None else None
            made = MODES[mode](prepared, self.simplify, key)
            name = f"{mode}_{unit.name}" + (f"_{count + 1}" if count and not by else "")
            name = f"{name}_{by}" if by else name
            unit.derived[memo] = unit_from(made, name, fresh=mode in ("vjp", "grad"))
        found: Unit = unit.derived[memo]
        return found


def unit_from(made: Any, name: str, fresh: bool) -> Unit:
    """A derivative as a unit."""
    fn = drop_dead(merge_copies(made.function, made.labels, made.types))
    fn = replace(fn, name=name, params=tuple(replace(p, default=None) for p in fn.params))
    facts = {p.var: made.types.of(p.var) for p in fn.params}
    unit = Unit(name, fn, facts, None, made.types, made.primal, fresh=fresh)
    unit.result = without(made.types.of(fn.block.results[0]), EVERYTHING, unit)
    return unit


def rename(unit: Unit, name: str, doc: str) -> None:
    assert unit.function is not None
    unit.name, unit.function = name, replace(unit.function, name=name, doc=doc)
