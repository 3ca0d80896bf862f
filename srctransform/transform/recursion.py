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
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from inspect import Parameter
from typing import Any

from ..analysis.loops import without
from ..analysis.types import Types
from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, Let, Param, Unit, Var
from ..ir.types import ANY, NEVER, Type, join, sequence
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


@dataclass
class Recursion:
    """A unit while it is being built, and what is found out of it."""

    unit: Unit
    lowered: Function
    given: list[Atom]  # constants and closures that stand for a parameter in every call
    params: list[Var]
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
        for var, arg in zip((*lowered.captures, *own), args, strict=True):
            param = Var(var.hint, user=var.user)
            arg = self.now(arg)
            if self.is_static(arg):
                made.given.append(arg)
                continue
            made.given.append(param)
            made.params.append(param)
            made.types[param] = without(self.types.of(arg), EVERYTHING, param)
        self.units[fn] = made
        for _ in range(ATTEMPTS):
            made.changed = False
            self.build(made)
            if not made.changed:
                return made
        raise UnsupportedError(f"what {name!r} returns cannot be found out", lowered.span)

    def is_static(self, atom: Atom) -> bool:
        """A function, a string, None: the unit is made for it."""
        if isinstance(atom, Const):
            return callable(atom.value) or isinstance(atom.value, str | None | bool)
        return False

    def build(self, made: Recursion) -> None:
        """Build the unit once, with what is known of it so far."""
        builder = Builder()
        types = Types(builder.defs)
        types.live_globals = self.types.live_globals
        types.update(made.types)
        builder.observe = types.observe
        inner = self.inner(builder, types)
        inner.frames.append((None, made.given))
        result = inner.now(inner.splice(made.lowered, list(made.given)))
        written = {k for k, p in enumerate(made.params) if inner.memory.current.get(p, p) is not p}
        if not written <= made.written:
            made.written |= written
            made.changed = True
        kind = join(made.result, without(types.of(result), EVERYTHING, made.unit), made.unit)
        if kind != made.result:
            made.result, made.changed = kind, True
        versions = [inner.now(made.params[k]) for k in sorted(made.written)]
        whole = builder.let(prims.make_tuple, result, *versions) if made.written else result
        plain = Parameter.POSITIONAL_OR_KEYWORD
        names = _names(made.params)
        params = tuple(Param(v, next(names), plain) for v in made.params)
        made.unit.function = replace(
            made.lowered, name=made.unit.name, params=params, captures=(),
            block=builder.block(whole),
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
        values = []
        for param, arg in zip(made.given, args, strict=True):
            value = self.now(arg)
            if not isinstance(param, Var) or param not in made.types:
                if not (isinstance(value, Const) and isinstance(param, Const)) or (
                    value.value is not param.value and value.value != param.value
                ):
                    raise UnsupportedError(
                        f"{made.unit.name!r} calls itself with another function or constant",
                        let.span,
                        "pass numbers, arrays or containers of them",
                    )
                continue
            kind = without(self.types.of(value), EVERYTHING, param)
            wider = join(made.types[param], kind, param)
            if wider != made.types[param]:
                made.types[param], made.changed = wider, True
            values.append((param, arg, value))
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


def _names(params: list[Var]) -> Iterator[str]:
    """A name for each parameter."""
    taken: set[str] = set()
    for param in params:
        name = param.hint or "x"
        while name in taken:
            name += "_"
        taken.add(name)
        yield name
