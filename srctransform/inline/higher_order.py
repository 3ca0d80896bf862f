"""Calls of functions that take functions: solvers and integrals.

    x = brentq(lambda x: x**3 - a, 0.0, 2.0)

becomes

    unit residual(x, a): return x**3 - a
    value = brentq(residual, 0.0, 2.0, args=(a,))
    x = zeros_of(value, 0.0, residual, a)

What the function reads of its surroundings is handed to it behind its own arguments, in `args=`,
which every such function of SciPy has. `rules/higher_order.py` says how each is read.
"""

from __future__ import annotations

import abc
import functools
import inspect
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import SourceError, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.derivatives import Pullback, Pushforward
from ..ir.nodes import Atom, Const, Let, Prim, Var
from ..ir.types import SCALAR_FLOAT, Type, cotangent_type
from ..ir.units import Unit
from ..rules.higher_order import HigherOrder
from ..rules.implicit import vector
from .operands import Operands, part_of_unit

#: what a solution is known as
KNOWN_AS: dict[str, Prim] = {
    "root": prims.root_of, "zeros": prims.zeros_of, "fixed point": prims.fixed_point_of,
    "minimum": prims.minimizer_of, "fit": prims.minimizer_of,
}  # fmt: skip

#: what a solver tells beside its solution, which does not depend smoothly on anything
REPORTS = frozenset(
    "success status message nfev njev nhev nit converged flag iterations function_calls method "
    "active_mask optimality".split()
)

INTEGRALS = ("integral", "integral of arrays")

#: methods of `root` that work with a vector, whatever the shape of the first guess
FLAT = ("hybr", "lm")


class HigherOrders(Operands, abc.ABC):
    """Follows functions that are handed to functions of a library."""

    @abc.abstractmethod
    def inert(self, atom: Atom) -> bool:
        """Certainly no value to differentiate by: a constant, a global, an int."""

    @abc.abstractmethod
    def opaque(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """A call that stays as it is."""

    def follow(
        self, spec: HigherOrder, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A call of a solver or an integral."""
        signature = inspect.signature(spec.prim)
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise UnsupportedError(f"{spec.prim.__name__}(): {error}", let.span) from None
        given: dict[str, Any] = dict(bound.arguments)
        for p in signature.parameters.values():
            if p.kind is p.VAR_KEYWORD:
                given.update(given.pop(p.name, {}))
        function = given.get(spec.function)
        if isinstance(function, Const) and isinstance(function.value, Unit):
            new = Let(let.out, spec.prim, tuple(args), tuple(kwargs.items()), let.span)
            return self.builder.add_let(replace(new, spelling=let.spelling))  # it was followed
        self.refuse_options(spec, given, signature, let)
        like, *points = self.point(spec, given)
        extra = self.extra(given.get("args"), let)
        functions = {
            name: given[name] for name in (spec.function, *spec.others)
            if name in given and self.is_followed(given[name])
        }  # fmt: skip
        if spec.function not in functions:
            raise UnsupportedError(
                f"it is not known which function {spec.prim.__name__} is given", let.span
            )
        self.refuse_functions(spec, given, functions, let)
        flagged = any(self.static(given[n]) == (True, True) for n in spec.others if n in given)
        try:
            units, captured = self.operands(spec, functions, points, extra, flagged, let)
        except (SourceError, UnsupportedError):
            if not all(self.inert(a) for a in given.values()):
                raise
            return self.opaque(callee, args, kwargs, let)  # no derivative goes through it
        operands = [*extra, *captured]
        changed: dict[str, Atom] = {name: Const(unit) for name, unit in units.items()}
        if operands:
            changed["args"] = self.builder.let(prims.make_tuple, *operands)
        found = self.library_call(spec, args, kwargs, changed, let)
        unit = units[spec.function]
        if flagged:  # jac=True: a pair of the function and its Jacobian
            unit = part_of_unit(unit, first_entry)
        if spec.how == "fit":
            unit = part_of_unit(unit, half_of_squares)
        return self.known_as(spec, found, like, unit, operands, given, let)

    def refuse_options(
        self, spec: HigherOrder, given: dict[str, Atom], signature: inspect.Signature, let: Let
    ) -> None:
        """Raise UnsupportedError for an option that changes what is found."""
        for name in (*spec.refused, "full_output"):
            atom = given.get(name)
            if atom is None:
                continue
            known, value = self.static(atom)
            default = signature.parameters[name].default if name in signature.parameters else None
            if not known or not (value is default or value in ((), None, False, default)):
                raise UnsupportedError(
                    f"the derivative of {spec.prim.__name__} does not know {name}=", let.span
                )

    def refuse_functions(
        self, spec: HigherOrder, given: dict[str, Atom], followed: dict[str, Atom], let: Let
    ) -> None:
        """Raise UnsupportedError for a closure that is no function of the same operands."""
        for name, atom in given.items():
            made = self.defined_by(self.now(atom), prims.closure, functools.partial)
            if made is not None and name not in followed:
                raise UnsupportedError(
                    f"{name}= of {spec.prim.__name__} must be a function of a module",
                    let.span, "define it outside of the function",
                )  # fmt: skip

    def point(self, spec: HigherOrder, given: dict[str, Atom]) -> tuple[Any, ...]:
        """What has the shape of the solution, and the types of what the function is called with."""
        if spec.start is None or spec.start not in given:
            return Const(None if spec.how == "integral of arrays" else 0.0), SCALAR_FLOAT
        start = self.now(given[spec.start])
        if spec.how in ("odeint", "solve_ivp"):
            y = vector(start.value if isinstance(start, Const) else self.types.of(start))
            points = [y or vector(None), SCALAR_FLOAT]
            return (start, *(points[::-1] if self.time_first(spec, given) else points))
        made = self.defined_by(start, prims.make_tuple, prims.make_list)
        kind = self.types.of(start)
        if spec.how in ("zeros", "fixed point") and kind.kind == "num":
            return start, replace(kind, dtype="float", bits=0, array=True if kind.rank else None)
        method = self.static(given.get("method", Const("hybr")))[1]
        flat = spec.how != "root" or method in FLAT
        found = vector(start.value if isinstance(start, Const) else kind)
        if found is None:
            return (Const(None), vector(None)) if flat else (start, Type("num", dtype="float"))
        size = len(made.args) if made is not None else found.shape[0]
        if isinstance(size, int) and size < 100:
            return Const((0.0,) * size), found
        return self.types.like_shape(start), found

    def time_first(self, spec: HigherOrder, given: dict[str, Atom]) -> bool:
        """Is the function one of (t, y), and not of (y, t)?"""
        tfirst = self.static(given.get("tfirst", Const(False)))[1]
        return spec.how == "solve_ivp" or bool(tfirst)

    def extra(self, args: Atom | None, let: Let) -> list[Atom]:
        """The operands behind the first one: `args=(a, b)` or `args=a`."""
        if args is None:
            return []
        items = self.items(args)
        if items is not None and self.types.of(args).kind != "list":
            return items
        if self.types.of(args).kind in ("num", "list"):
            return [args]
        if isinstance(args, Const):
            return [] if args.value is None else [args]
        raise UnsupportedError(
            "args= must be a tuple of known length", let.span, "write args=(a, b)"
        )

    def is_followed(self, atom: Atom) -> bool:
        """Is it a function, and not an option such as jac=True?"""
        if isinstance(atom, Const):
            return callable(atom.value)
        return self.defined_by(self.now(atom), prims.closure, functools.partial) is not None

    # ------------------------------------------------------------ what is found

    def library_call(
        self, spec: HigherOrder, args: list[Atom], kwargs: dict[str, Atom],
        changed: dict[str, Atom], let: Let,
    ) -> Atom:  # fmt: skip
        """The call as the user wrote it, of the units, with all that they read in `args=`."""
        names = list(inspect.signature(spec.prim).parameters)
        placed = [changed.pop(name, a) for name, a in zip(names, args, strict=False)]
        named = {name: changed.pop(name, a) for name, a in kwargs.items()} | changed
        hint = let.out.hint if spec.attribute else ""
        out = Var(hint, user=let.out.user and bool(hint))
        return self.builder.add_let(Let(
            out, spec.prim, tuple(placed), tuple(named.items()), let.span, let.spelling
        ))  # fmt: skip

    def known_as(
        self, spec: HigherOrder, found: Atom, like: Atom, unit: Unit, operands: list[Atom],
        given: dict[str, Atom], let: Let,
    ) -> Atom:  # fmt: skip
        """What the library's function found, known for what it is."""
        b, place = self.builder, let.span
        if spec.how in INTEGRALS:
            area, error = (b.let(operator.getitem, found, k) for k in range(2))
            limits = given["a"], given["b"]
            known = (area, like, Const(unit), *limits, *operands)
            area = b.let(prims.integral_of, *known, span=place)
            return b.let(prims.make_tuple, area, error, out=let.out)
        if spec.how == "odeint":
            first = Const(self.time_first(spec, given))
            options = [given.get(name, Const(None)) for name in ("rtol", "atol")]
            known = (found, Const(unit), like, given["t"], first, *options, *operands)
            return b.let(prims.odeint_of, *known, out=let.out, span=place)
        if spec.how == "solve_ivp":
            x, t = (b.let(getattr, found, name) for name in ("y", "t"))
            defaults = (("t_eval", None), ("method", "RK45"), ("rtol", 1e-3), ("atol", 1e-6))
            options = [given["t_span"], *(given.get(n, Const(v)) for n, v in defaults)]
            known = (x, Const(unit), like, t, *options, *operands)
            x = b.let(prims.solve_ivp_of, *known, hint="y", span=place)
            return b.let(prims.solution, found, Const(spec), x, t, *operands, span=place)
        if spec.attribute:
            x = b.let(getattr, found, spec.attribute)
            known = (x, like, Const(unit), *operands)
            x = b.let(KNOWN_AS[spec.how], *known, hint=spec.attribute, span=place)
            value: Atom = Const(None)
            if spec.value:
                value = b.let(getattr, found, spec.value)
                value = b.let(prims.minimum_of, value, x, Const(unit), *operands, span=place)
            return b.let(prims.solution, found, Const(spec), x, value, *operands, span=place)
        known = (found, like, Const(unit), *operands)
        return b.let(KNOWN_AS[spec.how], *known, out=let.out, span=place)

    def solution_attribute(self, made: Let, name: str, let: Let) -> Atom | None:
        """An attribute of what a solver returned; None of one that has no derivative."""
        found, how, x, value = made.args[:4]
        assert isinstance(how, Const)
        spec: HigherOrder = how.value
        if name in REPORTS:
            return self.builder.add_let(replace(let, args=(found, Const(name))))
        held = {spec.attribute: x, spec.value: value}
        if name in held and let.out.user:
            return self.builder.let(prims.first_of, held[name], out=let.out)
        return held.get(name)

    # ------------------------------------------------------------ derivatives in rules

    def call_derivative(self, fn: Pullback | Pushforward, args: list[Atom], let: Let) -> Atom:
        """A call of a derivative, with what moves only."""
        b = self.builder
        if isinstance(fn, Pushforward):
            plain, dots = args[: 1 + fn.count], args[1 + fn.count :]
            return b.let(prims.call, Const(fn.unit), *plain, *(dots[k] for k in fn.moving))
        found = b.let(prims.call, Const(fn.unit), *args)
        parts: list[Atom] = [Const(None)] * fn.count
        for j, k in enumerate(fn.moving):
            g = found if len(fn.moving) == 1 else b.let(operator.getitem, found, j)
            assert isinstance(g, Var)
            self.types[g] = cotangent_type(self.types.of(args[1 + k]))
            parts[k] = g
        return b.let(prims.make_tuple, *parts)


def first_entry(builder: Builder, pair: Atom) -> Atom:
    """The function, of a function that returns its Jacobian, too."""
    made = builder.defs.get(pair) if isinstance(pair, Var) else None
    if isinstance(made, Let) and made.prim is prims.make_tuple:
        return made.args[0]
    return builder.let(operator.getitem, pair, 0)


def half_of_squares(builder: Builder, residuals: Atom) -> Atom:
    """What a fit makes smallest."""
    squares = builder.let(operator.pow, residuals, 2)
    return builder.let(operator.mul, 0.5, builder.let(np.sum, squares))
