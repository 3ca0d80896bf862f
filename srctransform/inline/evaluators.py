"""Calls of objects that are functions of points: splines.

s(t)                     evaluated(s, t, 0, 0)                which is printed as s(t)
CubicSpline(x, y)(t)     fitted(spline, t, 0, 0, None, x, y, CubicSpline, ())
"""

from __future__ import annotations

import abc
from typing import Any

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..rules.evaluators import evaluator_of, fit_of, made_by, slopes_by
from .recursion import Recursions


class Evaluators(Recursions, abc.ABC):
    """Follows calls of splines that are read from outside, or made in the program."""

    def evaluation(
        self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """A call of an object that is a function of points; None of any other callee."""
        live = (callee.value,) if isinstance(callee, Const) else self.live_value(callee)
        count = evaluator_of(type(live[0])) if live is not None else None
        maker = self.builder.defs.get(callee) if isinstance(callee, Var) else None
        made = made_by(maker.prim) if isinstance(maker, Let) and not live else None
        cls = type(live[0]) if live is not None else getattr(maker, "prim", None)
        known_as = slopes_by(cls)
        if known_as is not None and len(args) == 1 and not kwargs:
            return self.builder.let(known_as, callee, *args, out=let.out, span=let.span)
        if count is None and made is None:
            return None
        t, nu, options = self.points(args, kwargs, let)
        if live is not None and count is not None:
            tail = Const(self.tail(count, live[0], let))
            return self.builder.let(
                prims.evaluated, callee, t, tail, nu, options, out=let.out, span=let.span
            )
        assert isinstance(maker, Let)
        return self.of_fit(maker, t, nu, options, let)

    def tail(self, count: Any, spline: Any, let: Let) -> int:
        try:
            return int(count(spline))
        except ValueError as error:
            raise UnsupportedError(str(error), let.span) from None

    def points(
        self, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> tuple[Atom, Atom, Atom]:
        """The points, the order of the derivative, and how to go on beyond the ends."""
        names = ("x", "nu", "extrapolate")
        given = dict(zip(names, args, strict=False)) | kwargs
        if "ext" in given:
            given["extrapolate"] = given.pop("ext")
        if "x" not in given or not set(given) <= set(names):
            raise UnsupportedError("the derivative does not know these arguments", let.span)
        nu = given.get("nu", Const(0))
        if not isinstance(self.static(nu)[1], int):
            raise UnsupportedError("the order of a derivative must be known", let.span)
        return given["x"], Const(self.static(nu)[1]), given.get("extrapolate", Const(None))

    def of_fit(self, maker: Let, t: Atom, nu: Atom, options: Atom, let: Let) -> Atom:
        """The value of a spline that was made in the program."""
        fit = fit_of(maker.prim)
        b, named = self.builder, dict(maker.kwargs)
        plain = fit is not None and len(maker.args) == 2 and set(named) <= set(fit.options)
        plain = plain and all(isinstance(self.static(a)[1], str | int) for a in named.values())
        rank = self.types.of(maker.args[1]).rank if len(maker.args) > 1 else None
        if isinstance(self.types.of(maker.args[1]).kind, str) and rank is None:
            kind = self.types.of(maker.args[1])
            rank = 1 if kind.kind in ("list", "tuple") else None
        tail = Const(None if rank is None else rank - 1)
        if not plain:
            return b.let(prims.evaluated, maker.out, t, tail, nu, options, out=let.out)
        constant = b.let(prims.stop_gradient, maker.out)
        keys = Const(tuple((key, self.static(a)[1]) for key, a in named.items()))
        parts = (constant, t, tail, nu, options, *maker.args, Const(maker.prim), keys)
        return b.let(prims.fitted, *parts, out=let.out, span=let.span)
