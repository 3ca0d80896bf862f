"""Functions that call themselves become units of their own, and are called.

    def power(x, n):                    unit power(x, n)
        if n == 0: return 1.0             ... call(power, x, n // 2) ...
        half = power(x, n // 2)   →
        ...                             f(x): call(power, x, 5)
    def f(x): return power(x, 5)

A call that finds its own function among those being spliced in unwinds to where that function was
entered, and the function is built apart: again and again, until the types of its parameters and
of its result, and which of its arguments it writes into, agree with what its calls of itself say.
"""

from __future__ import annotations

import abc
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from inspect import Parameter
from typing import Any

from ..analysis.loops import without
from ..analysis.types import Types
from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.branches import export_from_branches
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, Itself, Let, Param, Prim, Var
from ..ir.types import ANY, NEVER, Type, join, sequence
from ..ir.units import Unit
from .objects import Objects

#: a unit that does not settle after so many attempts never will
ATTEMPTS = 16


class Recursive(Exception):
    """A function was called while it was being spliced in."""

    def __init__(self, fn: Any, span: Span | None) -> None:
        super().__init__()
        self.fn = fn
        self.span = span


class _Everything(frozenset[Any]):
    """The set of all variables."""

    def __contains__(self, item: object) -> bool:
        return True

    def isdisjoint(self, other: Any) -> bool:
        return not other

    def __rsub__(self, other: Any) -> frozenset[Any]:
        return frozenset()


EVERYTHING = _Everything()


@dataclass(frozen=True)
class Made:
    """A closure or partial that is passed: the unit gets its parts, and makes it again."""

    prim: Prim
    args: tuple[Atom | Made, ...]


@dataclass
class Recursion:
    """A unit while it is being built, and what is found out of it."""

    unit: Unit
    lowered: Function
    given: list[Atom | Made]  # what each call passes: a parameter's value, or what it is made of
    params: list[Var]
    outer: set[Var] = field(default_factory=set)  # parameters for variables of functions around
    written: set[int] = field(default_factory=set)  # parameters that are written into
    result: Type = NEVER
    types: dict[Var, Type] = field(default_factory=dict)
    changed: bool = False


class Recursions(Objects, abc.ABC):
    """Builds units, and calls them. `units` are shared with the inliners of the units."""

    units: dict[Any, Recursion]

    def enter(self, fn: Any, lowered: Function, args: list[Atom], let: Let) -> Atom:
        """Splice a function in, or call it if it calls itself."""
        if fn in self.units:
            return self.call_unit(self.units[fn], args, let)
        if any(f is fn for f in self.stack):
            raise Recursive(fn, let.span)
        memory, mark = self.memory.save(), len(self.builder.stmts)
        self.stack.append(fn)
        self.frames.append((fn, args))
        try:
            return self.splice(lowered, args, let.out)
        except Recursive as found:
            if found.fn is not fn:
                raise
        finally:
            self.stack.pop()
            self.frames.pop()
        self.memory.restore(memory)
        del self.builder.stmts[mark:]
        return self.call_unit(self.new_unit(fn, lowered, args), args, let)

    @abc.abstractmethod
    def splice(self, fn: Function, args: list[Atom], out: Var | None = None) -> Atom:
        """The result of a function for these arguments (captures first), spliced in here."""

    @abc.abstractmethod
    def inner(self, builder: Builder, types: Types) -> Recursions:
        """An inliner for a unit."""

    # ------------------------------------------------------------ making a unit

    def new_unit(self, fn: Any, lowered: Function, args: list[Atom]) -> Recursion:
        """The unit of a function, built with what is known of its first call."""
        taken = {r.unit.name for r in self.units.values()}
        name = lowered.name
        while name in taken:
            name += "_"
        own = [p.var for p in lowered.params]
        made = Recursion(Unit(name), lowered, [], [])
        outer: dict[Atom, Var] = {}
        for k, (var, arg) in enumerate(zip((*lowered.captures, *own), args, strict=True)):
            shared = outer if k < len(lowered.captures) else None
            made.given.append(self.template(made, var, self.now(arg), outer, shared))
        made.outer = set(outer.values())
        self.units[fn] = made
        for _ in range(ATTEMPTS):
            made.changed = False
            self.build(made)
            if not made.changed:
                return made
        raise UnsupportedError(f"what {name!r} returns cannot be found out", lowered.span)

    def template(
        self, made: Recursion, var: Var, arg: Atom, outer: dict[Atom, Var],
        shared: dict[Atom, Var] | None,
    ) -> Atom | Made:  # fmt: skip
        """What stands for an argument in the unit: itself, a new parameter, or what it is made of.
        Variables of functions around (`outer`) have one parameter each."""
        if self.is_static(arg):
            return arg
        stmt = self.defined_by(arg, prims.closure, functools.partial)
        if stmt is not None and not stmt.kwargs:
            args = [self.now(a) for a in stmt.args]
            parts = (self.template(made, self.part(a), a, outer, outer) for a in args)
            return Made(stmt.prim, tuple(parts))
        if shared is not None and arg in shared:
            return shared[arg]
        param = Var(var.hint, user=var.user)
        made.params.append(param)
        made.types[param] = without(self.types.of(arg), EVERYTHING, param)
        if shared is not None:
            shared[arg] = param
        return param

    def part(self, atom: Atom) -> Var:
        """A variable that a closure reads, or one for a value that it has."""
        return atom if isinstance(atom, Var) else Var()

    def is_static(self, atom: Atom) -> bool:
        """A function, a string, None: the unit is made for it."""
        if isinstance(atom, Const):
            value = atom.value
            known = isinstance(value, str | None | bool | Function | Itself)
            return known or callable(value)
        return False

    def remade(self, builder: Builder, template: Atom | Made) -> Atom:
        """What a template is in the unit."""
        if isinstance(template, Made):
            return builder.let(template.prim, *(self.remade(builder, a) for a in template.args))
        return template

    def build(self, made: Recursion) -> None:
        """Build the unit once, with what is known of it so far."""
        builder = Builder()
        types = Types(builder.defs)
        types.live_globals = self.types.live_globals
        types.update(made.types)
        builder.observe = types.observe
        inner = self.inner(builder, types)
        given = [self.remade(builder, a) for a in made.given]
        origin = next(fn for fn, other in self.units.items() if other is made)
        inner.frames.append((origin, given))
        result = inner.now(inner.splice(made.lowered, given))
        written = {k for k, p in enumerate(made.params) if inner.memory.current.get(p, p) is not p}
        if not written <= made.written:
            made.written |= written
            made.changed = True
        kind = join(made.result, without(types.of(result), EVERYTHING, made.unit), made.unit)
        if kind != made.result:
            made.result, made.changed = kind, True
        versions = [inner.now(made.params[k]) for k in sorted(made.written)]
        for k, version in zip(sorted(made.written), versions, strict=True):
            param = made.params[k]  # what it is called with may have been written before
            kind = without(types.of(version), EVERYTHING, param)
            kind = join(made.types[param], kind, param)
            if kind != made.types[param]:
                made.types[param], made.changed = kind, True
        whole = builder.let(prims.make_tuple, result, *versions) if made.written else result
        plain = Parameter.POSITIONAL_OR_KEYWORD
        names = parameter_names(made.params)
        params = tuple(Param(v, next(names), plain) for v in made.params)
        made.unit.function = replace(
            made.lowered, name=made.unit.name, params=params, captures=(),
            block=export_from_branches(builder.block(whole)),
        )  # fmt: skip
        made.unit.facts = dict(made.types)
        made.unit.types = types
        made.unit.primal = frozenset(types) - set(made.params)
        made.unit.result = made.result
        if made.written:
            kinds = [made.types[made.params[k]] for k in sorted(made.written)]
            made.unit.result = sequence("tuple", [made.result, *kinds])

    # ------------------------------------------------------------ calling it

    def call_unit(self, made: Recursion, args: list[Atom], let: Let) -> Atom:
        """A call of the unit; what it writes into has a new version behind it."""
        found: dict[Var, tuple[Var, Atom, Atom]] = {}
        for template, arg in zip(made.given, args, strict=True):
            self.match(made, template, arg, found, let)
        values = [found[param] for param in made.params]
        for param, _, value in values:
            kind = without(self.types.of(value), EVERYTHING, param)
            wider = join(made.types[param], kind, param)
            if wider != made.types[param]:
                made.types[param], made.changed = wider, True
        result = self.builder.let(
            prims.call, Const(made.unit), *(v for _, _, v in values), span=let.span,
            out=let.out if not made.written else None,
        )  # fmt: skip
        assert isinstance(result, Var)
        if made.written:
            self.types[result] = ANY
            out = self.builder.let(prims.getitem, result, 0, out=let.out)
            for j, k in enumerate(sorted(made.written)):
                param, arg, _ = values[k]
                version = self.builder.let(prims.getitem, result, j + 1)
                assert isinstance(version, Var)
                self.types[version] = self.types.of(values[k][2])
                self.put(arg, version, let)
            result = out
        assert isinstance(result, Var)
        self.types[result] = self.types.settle(result, made.result)
        for _, arg, _ in values:
            if isinstance(arg, Var) and self.memory.mutable(arg) and self.memory.mutable(result):
                self.memory.alias(result, self.memory.root(arg))
        return result

    def match(
        self, made: Recursion, template: Atom | Made, arg: Atom,
        found: dict[Var, tuple[Var, Atom, Atom]], let: Let,
    ) -> None:  # fmt: skip
        """Find the value of each parameter in an argument of a call."""
        value = self.now(arg)
        if isinstance(template, Var):
            if template not in found or self.same(found[template][2], value):
                found[template] = (template, arg, value)
                return
        elif isinstance(template, Made):
            stmt = self.defined_by(value, template.prim)
            if stmt is not None and len(stmt.args) == len(template.args) and not stmt.kwargs:
                for part, inner in zip(template.args, stmt.args, strict=True):
                    self.match(made, part, inner, found, let)
                return
        elif self.same(template, value):
            return
        raise UnsupportedError(
            f"{made.unit.name!r} calls itself with another function or constant",
            let.span,
            "pass numbers, arrays or containers of them",
        )

    def same(self, one: Atom, other: Atom) -> bool:
        """Are they one value: a variable, or a constant that compares equal?"""
        if not isinstance(one, Const) or not isinstance(other, Const):
            return one is other
        a, b = one.value, other.value
        if isinstance(a, Itself) and isinstance(b, Itself):
            return a.function is b.function
        return a is b or (type(a) is type(b) and bool(a == b))


def parameter_names(params: list[Var]) -> Iterator[str]:
    """A name for each parameter."""
    taken: set[str] = set()
    for param in params:
        name = param.hint or "x"
        while name in taken:
            name += "_"
        taken.add(name)
        yield name
