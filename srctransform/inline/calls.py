"""Calls: whatever the callee turns out to be, its body is spliced in, or the call stays as it is.

Functions, closures, methods, partials, decorated and compiled functions, classes with fields,
derivatives, and calls of grad itself.
"""

from __future__ import annotations

import abc
import copy
import dataclasses
import functools
import inspect
import operator
import types as pytypes
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..analysis.activity import INERT
from ..errors import SourceError, UnsupportedError
from ..frontend.lower import lower
from ..frontend.read import is_derivative
from ..ir import prims
from ..ir.derivatives import Pullback, Pushforward
from ..ir.nodes import Atom, Block, Const, Function, If, Itself, Let, Param, Var
from ..ir.units import Unit
from ..rules.formulas import formula_of
from ..rules.higher_order import higher_order_of
from ..runtime import object_of
from .definitions import Definitions, has_definition
from .higher_order import HigherOrders
from .knowns import FOLDABLE
from .printed import helper_of

#: more statements than this are not a program but an explosion of calls
LIMIT = 400_000


REFUSED_CALLS = {
    eval: "`eval` runs code that cannot be read", exec: "`exec` runs code that cannot be read",
    globals: "`globals` is not supported", locals: "`locals` is not supported",
    vars: "`vars` is not supported", setattr: "`setattr` is not supported",
    delattr: "`delattr` is not supported",
} | {
    writer: f"np.{writer.__name__} writes into an array in a way that is not supported"
    for writer in (np.put, np.put_along_axis, np.place, np.putmask, np.copyto, np.fill_diagonal,
                   np.random.shuffle)
} | {
    ufunc.at: f"np.{ufunc.__name__}.at writes into an array in a way that is not supported"
    for ufunc in vars(np).values() if isinstance(ufunc, np.ufunc)
}  # fmt: skip


#: functions that write into their first argument
WRITERS = frozenset(fn for fn, why in REFUSED_CALLS.items() if "writes into" in why)


@dataclass(frozen=True)
class Table:
    """Functions by their keys, and the key that is asked for as the program runs. A place in a list
    has two keys, the second one negative."""

    key: Atom
    entries: list[tuple[Any, Atom]]
    other: Atom | None = None
    by_place: bool = False


class Calls(HigherOrders, Definitions):
    """Follows calls. `stack` holds the functions that are being spliced in."""

    @abc.abstractmethod
    def splice(self, fn: Function, args: list[Atom], out: Var | None = None) -> Atom:
        """The result of a function for these arguments (captures first), spliced in here."""

    def starred_call(self, let: Let) -> Atom:
        callee, args, kwargs = let.args
        items = self.items(args)
        made = self.defined_by(kwargs, prims.make_dict)
        if self.static(callee)[1] is np.ndindex and items is None:
            whole = self.builder.let(tuple, args, span=let.span)
            return self.call(callee, [whole], {}, let)  # of a shape, it is the same
        if items is None or made is None:
            raise UnsupportedError(
                "starred arguments whose number is known only as the program runs", let.span
            )
        named = dict(zip(self.static(made.args[0])[1], made.args[1:], strict=True))
        return self.call(callee, items, named, let)

    def call(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """Call whatever the callee turns out to be."""
        closure = self.defined_by(callee, prims.closure)
        if closure is not None:
            return self.call_closure(closure, args, kwargs, let)
        if not self.decided(callee) and self.is_function(callee):
            return self.call_chosen(callee, args, kwargs, let)
        points = None if self.fold else self.evaluation(callee, args, kwargs, let)
        if points is not None:
            return points
        ok, value = self.static(callee)
        if not ok:
            live = self.live_value(callee)
            own = self.special(callee, "__call__")
            if own is not None:
                return self.call(Const(own), [callee, *args], kwargs, let)
            if live is None:
                table = self.table_of(callee)
                if table is not None:
                    return self.call_entry(table, args, kwargs, let)
                partial = self.defined_by(callee, functools.partial)
                if partial is not None:
                    first, *bound = partial.args
                    return self.call(first, bound + args, dict(partial.kwargs) | kwargs, let)
                made = self.defined_by(callee, np.vectorize)
                if made is not None:
                    return self.vectorized(made.args[0], dict(made.kwargs), args, kwargs, let)
                what = _describe(callee)
                raise UnsupportedError(f"it is not known which function {what} is", let.span,
                                       "call a function by name")  # fmt: skip
            method = inspect.getattr_static(type(live[0]), "__call__", None)
            if not isinstance(method, pytypes.FunctionType):
                return self.opaque(callee, args, kwargs, let)
            return self.call(Const(method), [callee, *args], kwargs, let)
        return self.call_value(value, callee, args, kwargs, let)

    def is_function(self, atom: Atom) -> bool:
        """Is it a function that is known, or one of those, as branches choose?"""
        if isinstance(atom, Const):
            return callable(atom.value)
        stmt = self.builder.defs.get(atom)
        if isinstance(stmt, If):
            k = stmt.outs.index(atom)
            return all(self.is_function(arm.results[k]) for arm in (stmt.then, stmt.orelse))
        return isinstance(stmt, Let) and stmt.prim is prims.closure

    def call_chosen(
        self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A call of a function that a branch chose: the branch again, with a call in each arm. What
        the arms of the first one made is read in those of the second (see `branches`)."""
        stmt = self.builder.defs[callee]  # type: ignore[index]
        assert isinstance(stmt, If)
        k = stmt.outs.index(callee)
        self.reads_arms = True
        first, second = (
            lambda fn=arm.results[k]: (self.call(fn, args, kwargs, replace(let, out=Var())),)
            for arm in (stmt.then, stmt.orelse)
        )
        out = Var(let.out.hint, user=let.out.user)
        return self.choose(stmt.cond, (first, second), (out,), let.span)[0]

    def table_of(self, callee: Atom) -> Table | None:
        """The functions that `table[key]` or `table.get(key, other)` may be, where the table is a
        dict or list whose items are known before the program runs."""
        read = self.defined_by(callee, operator.getitem, prims.call_method)
        if read is None:
            return None
        base, key, other = read.args[0], read.args[-1], None
        if read.prim is prims.call_method:
            if self.static(read.args[1])[1] != "get" or len(read.args) < 3:
                return None
            key = read.args[2]
            other = read.args[3] if len(read.args) > 3 else Const(None)
        made = self.defined_by(base, prims.make_dict, prims.make_list, prims.make_tuple)
        live = self.live_value(base)
        value = base.value if isinstance(base, Const) else live[0] if live else None
        if made is not None and made.prim is prims.make_dict:
            keys = self.static(made.args[0])[1]
            return Table(key, list(zip(keys, made.args[1:], strict=True)), other)
        if isinstance(value, dict):
            return Table(key, [(k, Const(fn)) for k, fn in value.items()], other)
        items = list(made.args) if made is not None else None
        if isinstance(value, list | tuple):
            items = [Const(fn) for fn in value]
        if items is None:
            return None
        places = [((k, k - len(items)), fn) for k, fn in enumerate(items)]
        return Table(key, places, other, by_place=True)

    def call_entry(self, table: Table, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """A call of a function of a table: a branch for each of them."""
        if table.other is None:
            self.require_entry(table, let)
        pairs = table.entries

        def call(fn: Atom) -> tuple[Atom, ...]:
            return (self.call(fn, list(args), kwargs, replace(let, out=Var())),)

        def chain(k: int) -> tuple[Atom, ...]:
            if k == len(pairs):
                assert table.other is not None
                return call(table.other)
            key, fn = pairs[k]
            if k + 1 == len(pairs) and table.other is None:
                return call(fn)
            asks = prims.is_in if table.by_place else operator.eq
            cond = self.builder.let(asks, self.now(table.key), Const(key), span=let.span)
            arms = (lambda: call(fn), lambda: chain(k + 1))
            out = Var(let.out.hint, user=let.out.user)
            return self.choose(cond, arms, (out,), let.span)

        return chain(0)[0]

    def require_entry(self, table: Table, let: Let) -> None:
        """The program raises the error that Python would, for a key that the table has not."""
        size = len(table.entries)
        keys: Any = range(-size, size) if table.by_place else tuple(k for k, _ in table.entries)
        found = self.builder.let(prims.is_in, self.now(table.key), Const(keys), span=let.span)
        with self.builder.nested() as stmts:
            made = Const(IndexError if table.by_place else KeyError)
            error = self.builder.let(prims.call, made, self.now(table.key), span=let.span)
            self.builder.let(prims.raise_, error, span=let.span)
        self.builder.add(If(found, Block(), Block((), tuple(stmts), ()), (), let.span))

    def call_value(
        self, fn: Any, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        spelling = callee.spelling if isinstance(callee, Const) else ""
        if fn is copy.deepcopy and len(args) == 1 and not kwargs:
            return self.copied_deep(args[0], let)
        if fn is copy.copy and len(args) == 1 and not kwargs:
            return self.copied(args[0], let)
        if fn is object_of:
            return self.record(self.static(args[0])[1], kwargs, let)
        if fn is object.__setattr__ and len(args) == 3:  # in a frozen dataclass
            return self.set_attr(args[0], self.static(args[1])[1], args[2], let)
        if fn is dataclasses.replace and len(args) == 1:
            return self.replaced(args[0], kwargs, let)
        if fn is super:
            return self.super_of(args, let)
        if _hashable(fn) and fn in WRITERS:
            written = self.writer(fn, args, kwargs, let)
            if written is not None:
                return written
        if fn in REFUSED_CALLS if _hashable(fn) else False:
            raise UnsupportedError(REFUSED_CALLS[fn], let.span)
        if isinstance(fn, Unit):
            new = replace(let, prim=prims.call, args=(callee, *args), spelling="")
            return self.builder.add_let(new)
        if isinstance(fn, Pullback | Pushforward):
            return self.call_derivative(fn, args, let)
        defined = None if self.fold else self.by_definition(fn, args, kwargs, let)
        if defined is not None:
            return defined
        follows = None if self.fold else higher_order_of(fn)
        if follows is not None:
            return self.follow(follows, callee, args, kwargs, let)
        if isinstance(fn, Itself):
            return self.call_itself(fn.function, args, kwargs, let)
        if isinstance(fn, Function):
            return self.splice(fn, self.bind(fn, args, kwargs, let), let.out)
        if self.is_primitive(fn) or fn in _STRUCTURAL:
            new = replace(let, prim=fn, args=tuple(args), kwargs=tuple(kwargs.items()))
            if let.prim in (prims.call, prims.apply, prims.call_method):
                new = replace(new, spelling=spelling)
                written = None if self.fold else self.with_out(new)
                if written is not None:
                    return written
            simple = self.structure(new) if fn not in (getattr,) else self.attribute(new)
            if simple is not None:
                return simple
            if fn is getattr or self.is_primitive(fn):
                return self.let(new) if self.fold and fn in FOLDABLE else self.builder.add_let(new)
            return self.builder.add_let(new)
        if isinstance(fn, functools.partial):
            given = [Const(a) for a in fn.args]
            named: dict[str, Atom] = {key: Const(value) for key, value in fn.keywords.items()}
            return self.call(Const(fn.func), [*given, *args], named | kwargs, let)
        if isinstance(fn, pytypes.MethodType) and not from_library(fn):
            bound = self.builder.let(prims.first_of, Const(fn.__self__), hint="self")
            if isinstance(fn.__self__, type):
                bound = Const(fn.__self__)
            return self.call(Const(fn.__func__), [bound, *args], kwargs, let)
        derived = getattr(fn, "__srctransform__", None) if is_derivative(fn) else None
        if derived is not None:
            return self.call(Const(derived.function), args, kwargs, let)
        if getattr(fn, "__srctransform_static__", False):
            return self.transform_call(fn, args, kwargs, let)
        formula = formula_of(fn)
        if formula is not None:
            return self.call(Const(formula), args, kwargs, let)
        if from_library(fn) and not hasattr(fn, "_fields"):
            return self.opaque(callee, args, kwargs, let)
        for wrapped in ("py_func", "__wrapped__"):
            inner = getattr(fn, wrapped, None)
            if inner is not None and not isinstance(fn, pytypes.FunctionType):
                return self.call(Const(inner), args, kwargs, let)
        if isinstance(fn, pytypes.FunctionType):
            return self.call_function(fn, callee, args, kwargs, let)
        if isinstance(fn, type):
            made = self.construct(fn, args, kwargs, let)
            if made is not None:
                return made
        method = inspect.getattr_static(type(fn), "__call__", None)
        if isinstance(method, pytypes.FunctionType) and not isinstance(fn, type):
            return self.call(Const(method), [callee, *args], kwargs, let)
        return self.opaque(callee, args, kwargs, let)

    def opaque(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """A call that stays as it is; if its result matters to a derivative it is refused there."""
        if isinstance(callee, Const):
            new = replace(let, prim=callee.value, args=tuple(args), kwargs=tuple(kwargs.items()))
            if let.prim in (prims.call, prims.apply, prims.call_method):
                new = replace(new, spelling=callee.spelling)
            written = None if self.fold else self.with_out(new)
            return written or self.builder.add_let(new)
        new = replace(let, prim=prims.call, args=(callee, *args), kwargs=tuple(kwargs.items()))
        return self.builder.add_let(replace(new, spelling=""))

    def transform_call(self, fn: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`grad(g)` in the user's function is made now; the call of its result is spliced in."""
        values, named = [], {}
        captured: list[Atom] = []
        for target, atom in [*((None, a) for a in args), *kwargs.items()]:
            ok, value = self.static(atom)
            closure = self.defined_by(atom, prims.closure)
            if closure is not None:
                value = self.static(closure.args[0])[1]
                captured = list(closure.args[1 : 1 + len(value.captures)])
            elif not ok:
                raise UnsupportedError(
                    f"the arguments of {fn.__name__} must be known before the program runs",
                    let.span,
                )
            if target is None:
                values.append(value)
            else:
                named[target] = value
        made = Const(fn(*values, **named))
        return self.builder.let(prims.closure, made, *captured) if captured else made

    def call_closure(
        self, closure: Let, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        fn = self.static(closure.args[0])[1]
        captured = list(closure.args[1 : 1 + len(fn.captures)])
        defaults = iter(closure.args[1 + len(fn.captures) :])
        params = tuple(
            replace(p, default=next(defaults)) if isinstance(p.default, Var) else p
            for p in fn.params
        )
        bound = self.bind(replace(fn, params=params), args, kwargs, let)
        return self.enter(fn, fn, captured + bound, let)

    def call_itself(
        self, fn: Function, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """A nested function called in its own body: it reads the variables that this call does."""
        found = [held for inner, held in self.frames if inner is fn]
        if not found or any(isinstance(p.default, Var) for p in fn.params):
            raise UnsupportedError(
                f"the nested function {fn.name!r} calls itself in a way that is not supported",
                let.span,
                "define it outside of the function",
            )
        captured = found[-1][: len(fn.captures)]
        return self.enter(fn, fn, captured + self.bind(fn, args, kwargs, let), let)

    def call_function(
        self, fn: Any, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        spelling = callee.spelling if isinstance(callee, Const) else ""
        helper = helper_of(fn)
        if helper is not None:
            return self.call(Const(helper), args, kwargs, let)
        if fn not in self.lowered:
            try:
                self.lowered[fn] = lower(fn)
            except SourceError:  # no derivative goes through it, or it is refused for that
                return self.opaque(Const(fn, spelling), args, kwargs, let)
            except UnsupportedError:
                if not all(self.inert(a) for a in [*args, *kwargs.values()]):
                    raise
                return self.opaque(Const(fn, spelling), args, kwargs, let)
        lowered = self.lowered[fn]
        bound = self.bind(lowered, args, kwargs, let)
        return self.enter(fn, lowered, bound, let)

    def inert(self, atom: Atom) -> bool:
        """Certainly no value to differentiate by: a constant, a global, an int."""
        kind = self.types.of(atom)
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        if isinstance(stmt, Let) and stmt.prim in INERT:
            return True
        return (
            isinstance(atom, Const)
            or kind.kind in ("other", "none")
            or kind.dtype in ("int", "bool")
        )

    def bind(self, fn: Function, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> list[Atom]:
        """The atom for each parameter, as Python binds them."""
        signature = inspect.Signature(
            [_parameter(p) for p in fn.params], __validate_parameters__=False
        )
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise UnsupportedError(f"{fn.name}(): {error}", let.span) from None
        out: list[Atom] = []
        for param in fn.params:
            if param.name in bound.arguments:
                value = bound.arguments[param.name]
                if param.kind is inspect.Parameter.VAR_POSITIONAL:
                    value = self.builder.let(prims.make_tuple, *value)
                elif param.kind is inspect.Parameter.VAR_KEYWORD:
                    value = self.builder.let(prims.make_dict, Const(tuple(value)), *value.values())
                out.append(value)
            elif param.kind is inspect.Parameter.VAR_POSITIONAL:
                out.append(self.builder.let(prims.make_tuple))
            elif param.kind is inspect.Parameter.VAR_KEYWORD:
                out.append(self.builder.let(prims.make_dict, Const(())))
            else:
                out.append(param.default)
        return out


#: builtins that only rearrange containers, and the methods `outer` of ufuncs
_STRUCTURAL: frozenset[Any] = frozenset({
    getattr, len, isinstance, type, tuple, list, dict, zip, enumerate, reversed, map, filter,
    divmod, range, print, functools.partial, functools.reduce, sum, min, max, sorted, str, repr,
    bool, int, slice,
}) | {ufunc.outer for ufunc in vars(np).values() if isinstance(ufunc, np.ufunc)}  # fmt: skip


def is_followed(fn: Any) -> bool:
    """Is a call of it taken apart, or its source read?"""
    if not _hashable(fn) or fn in REFUSED_CALLS:
        return _hashable(fn) and fn in WRITERS
    if fn in _STRUCTURAL or has_definition(fn):
        return True
    plain = isinstance(fn, pytypes.FunctionType | pytypes.MethodType | functools.partial | type)
    return plain and not from_library(fn)


def reason_against(fn: Any) -> str | None:
    """Why calls of it are refused whatever their arguments are."""
    return REFUSED_CALLS.get(fn) if _hashable(fn) and fn not in WRITERS else None


def _parameter(p: Param) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    return inspect.Parameter(p.name, p.kind, default=empty if p.default is None else p.default)


def from_library(fn: Any) -> bool:
    """Is it a function of NumPy or SciPy, which is known by its rule or not at all?"""
    module = getattr(fn, "__module__", None) or type(fn).__module__
    return module.split(".")[0] in ("numpy", "scipy")


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _describe(atom: Atom) -> str:
    return repr(atom.hint) if isinstance(atom, Var) and atom.hint else "the called value"
