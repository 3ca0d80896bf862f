"""What every mode starts from: the program spliced into one block, and what is known of it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.activity import active_vars, varied_vars
from ..analysis.annotations import annotations_of, type_of_annotation
from ..analysis.examples import type_of_value
from ..analysis.fitting import Fit, fits
from ..analysis.numeric import numeric_uses
from ..analysis.scalars import proven_types
from ..analysis.types import Types
from ..errors import Problem, UnsupportedError
from ..inline.inliner import Inliner
from ..inline.objects import refuse_unfinished
from ..ir import prims
from ..ir.build import Builder, Simplify
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var
from ..ir.types import ANY, Type, number
from ..ir.walk import count_uses, definitions, statements, with_block
from ..optimize.dead import drop_dead
from ..rules.registry import rule_of
from ..runtime import element
from ..save.truncation import with_checked_buffers
from .shadows import refuse_varying_keys

MakeSimplify = Callable[[Types], Simplify]


@dataclass
class Prepared:
    """A program ready to be differentiated. `param_types` are the facts it was prepared with."""

    function: Function
    wrt: tuple[Var, ...]
    types: Types
    param_types: dict[Var, Type]
    active: set[Var]
    numeric: frozenset[Var]
    live_globals: bool
    real: frozenset[Var] = frozenset()
    fits: frozenset[Fit] = frozenset()

    @property
    def wrt_names(self) -> list[str]:
        """The names of the parameters that are differentiated by."""
        names = {p.var: p.name for p in self.function.params}
        return [names[v] for v in self.wrt]

    def builder(self, make_simplify: MakeSimplify | None) -> tuple[Builder, Types]:
        """A builder that holds nothing yet, with types for what will be added."""
        builder, types = new_builder(
            self.param_types, self.numeric, self.live_globals, make_simplify
        )
        types.real, types.fits = self.real, self.fits
        return builder, types

    def with_real(self, real: frozenset[Var]) -> Prepared:
        """The same program, where these values are known to be real."""
        known = {
            kind: replace(kind, sources=kind.sources - real)
            for kind in set(self.types.values())
            if kind.sources & real
        }
        self.types.update((v, known[kind]) for v, kind in [*self.types.items()] if kind in known)
        params = {
            v: replace(kind, sources=kind.sources - real) for v, kind in self.param_types.items()
        }
        return replace(self, param_types=params, real=self.real | real)

    def retyped(self, param_types: Mapping[Var, Type]) -> Prepared:
        """The same program with more known of its parameters."""
        merged = {**self.param_types, **param_types}
        return analyse(self.function, self.wrt, merged, self.live_globals, self.fits)

    def proven(self, result: Atom | None = None) -> Prepared:
        """The same program with what its end proves of the parameters; `result` is a scalar."""
        found = proven_types(self.function.block, self.param_types, self.types, result)
        known = self.retyped(found) if found else self
        fitting = fits(known.function.block, known.types) - self.fits
        if fitting:
            known = replace(known, fits=self.fits | fitting).retyped({})
        if known is self:
            return self
        return replace(known, function=without_checks(known.function, known.types))


def without_checks(fn: Function, types: Types) -> Function:
    """The program without checks of what is known to be a number."""

    def bare(block: Block) -> Block:
        return replace(block, body=tuple(statement(s) for s in block.body))

    def statement(stmt: Stmt) -> Stmt:
        match stmt:
            case Let():
                known = stmt.prim is element and types.of(stmt.args[0]).is_scalar
                return replace(stmt, prim=prims.first_of) if known else stmt
            case If():
                return replace(stmt, then=bare(stmt.then), orelse=bare(stmt.orelse))
            case For():
                return replace(stmt, body=bare(stmt.body))
        return replace(stmt, test=bare(stmt.test), body=bare(stmt.body))

    return with_block(fn, bare(fn.block))


def new_builder(
    param_types: Mapping[Var, Type], numeric: frozenset[Var], live_globals: bool,
    make_simplify: MakeSimplify | None,
) -> tuple[Builder, Types]:  # fmt: skip
    builder = Builder()
    types = Types(builder.defs, numeric)
    types.live_globals = live_globals
    types.update(param_types)
    builder.observe = types.observe
    if make_simplify is not None:
        builder.simplify = make_simplify(types)
    return builder, types


def param_types_of(
    fn: Function, example: tuple[Any, ...] | None, wrt: tuple[Var, ...]
) -> dict[Var, Type]:
    """What the example or the annotations say of the parameters."""
    notes = annotations_of(fn.origin) if fn.origin is not None else {}
    given = _by_parameter(fn, example) if example is not None else {}
    out: dict[Var, Type] = {}
    for p in fn.params:
        starred = p.kind in (p.kind.VAR_POSITIONAL, p.kind.VAR_KEYWORD)
        if p.name in given:
            out[p.var] = type_of_value(given[p.name], p.var)
        else:
            out[p.var] = ANY if starred else type_of_annotation(notes.get(p.name), p.var)
    for var in fn.captures:
        out[var] = ANY
    return out


def _by_parameter(fn: Function, example: tuple[Any, ...]) -> dict[str, Any]:
    """The example for each parameter; defaults stand for those that are left out."""
    given: dict[str, Any] = {}
    rest = list(example)
    for p in fn.params:
        if p.kind is p.kind.VAR_POSITIONAL:
            given[p.name], rest = tuple(rest), []
        elif p.kind is p.kind.VAR_KEYWORD:
            given[p.name] = {}
        elif rest:
            given[p.name] = rest.pop(0)
        elif p.default is not None:
            given[p.name] = p.default.value
    return given


def prepare(
    fn: Function, wrt: tuple[Var, ...], example: tuple[Any, ...] | None, fold: bool = False
) -> Prepared:
    """Splice all calls in, and find types and activity."""
    param_types = param_types_of(fn, example, wrt)
    known = param_types | arrays_among(fn, param_types)
    builder, types = new_builder(known, frozenset(), example is not None, None)
    spliced = Inliner(builder, types).function(fn)
    prepared = analyse(spliced, wrt, param_types, example is not None).proven()
    checked = with_checked_buffers(spliced, wrt, prepared.types, prepared.active)
    if checked is not spliced:
        prepared = replace(prepared, function=checked).retyped({})
    refuse_leaks(prepared)
    refuse_unfinished(drop_dead(spliced).block)
    return prepared


def arrays_among(fn: Function, param_types: Mapping[Var, Type]) -> dict[Var, Type]:
    """Parameters of which nothing is known but what is done with them: a number that is indexed, or
    gone through, is an array."""
    unknown = {var for var, kind in param_types.items() if kind == ANY}
    parted: set[Atom] = set()
    for stmt in statements(fn.block):
        if isinstance(stmt, For):
            parted.add(stmt.iterable)
        elif isinstance(stmt, Let) and stmt.prim in (enumerate, zip, reversed, prims.unpack):
            parted.update(stmt.args)
        elif isinstance(stmt, Let) and stmt.prim in INDEXING:
            key = stmt.args[1]
            if not (isinstance(key, Const) and isinstance(key.value, str)):
                parted.add(stmt.args[0])
    found = unknown & parted & numeric_uses(fn.block) if unknown & parted else set()
    return {
        var: replace(number(frozenset([("shape", var)]), "unknown", [var]), array=True)
        for var in found
    }


#: what makes one dict of several, or a number of numbers
DICT_JOINS = frozenset({operator.or_, operator.ior, prims.merge_kwargs})

#: statements that index their first operand
INDEXING = frozenset({operator.getitem, prims.set_item, prims.update_item})


def refuse_leaks(prepared: Prepared) -> None:
    """Raise UnsupportedError if a value to differentiate by is put into an object of elsewhere."""
    problems = []
    varied: set[Var] | None = None
    used = count_uses(prepared.function.block)
    for stmt in statements(prepared.function.block):
        if isinstance(stmt, Let) and stmt.prim is prims.store:
            if varied is None:
                varied = varied_vars(prepared.function.block, prepared.wrt, prepared.types)
            refuse_varying_keys(stmt, prepared.types, varied)
        elif isinstance(stmt, Let) and stmt.prim in DICT_JOINS:
            if varied is None:
                varied = varied_vars(prepared.function.block, prepared.wrt, prepared.types)
            moving = [a for a in stmt.args if isinstance(a, Var) and a in varied]
            if any(prepared.types.of(a).dtype not in ("int", "bool") for a in moving):
                problems.append(
                    Problem(
                        "it is not known which keys the dict has that is joined here",
                        stmt.span,
                        "give example=",
                    )
                )
        elif isinstance(stmt, Let) and stmt.prim is prims.call_method:
            if varied is None:
                varied = varied_vars(prepared.function.block, prepared.wrt, prepared.types)
            made = prepared.types.defs.get(stmt.args[0]) if isinstance(stmt.args[0], Var) else None
            outside = isinstance(made, Let) and made.prim is prims.global_ref
            if outside and any(a in varied for a in stmt.args[2:] if isinstance(a, Var)):
                problems.append(
                    Problem(
                        "a value that the derivative goes through is put into a global object",
                        stmt.span,
                        "return it instead (has_aux=True), or take stop_gradient of it",
                    )
                )
            elif stmt.out not in used and any(a in varied for a in stmt.args if isinstance(a, Var)):
                name = stmt.args[1].value if isinstance(stmt.args[1], Const) else ""
                problems.append(
                    Problem(
                        f"it is not known what .{name}() changes",
                        stmt.span,
                        "annotate the object with its class, or give example=",
                    )
                )
    if problems:
        raise UnsupportedError(problems)


def analyse(
    fn: Function, wrt: tuple[Var, ...], param_types: Mapping[Var, Type], live_globals: bool,
    fitting: frozenset[Fit] = frozenset(),
) -> Prepared:  # fmt: skip
    """Types and activity of a program that is one block."""
    numeric = numeric_uses(fn.block)
    settled: dict[Var, Type] = {}
    for var in (*fn.captures, *(p.var for p in fn.params)):
        kind = param_types.get(var, ANY)
        if kind.kind == "any" and var in numeric:
            kind = Type("num", dtype="unknown")
        if kind.kind == "num" and kind.dtype in ("unknown", "int") and var in wrt:
            kind = replace(kind, dtype="number")
        if kind.kind == "any" and kind.shape == frozenset() and not kind.mixed:
            kind = replace(kind, shape=frozenset([("shape", var)]))
        if kind.kind == "num" and kind.shape == frozenset():
            sources = frozenset([var]) if kind.dtype in ("unknown", "number") else kind.sources
            kind = replace(kind, shape=frozenset([("shape", var)]), sources=kind.sources or sources)
        settled[var] = kind
    types = Types(definitions(fn.block), numeric)
    types.live_globals = live_globals
    types.fits = fitting
    types.update(settled)
    types.block(fn.block)
    active = active_vars(fn.block, wrt, types)
    return Prepared(fn, wrt, types, settled, active, numeric, live_globals, fits=fitting)


def adopt(builder: Builder, types: Types, block: Block, key: Callable[[Let], Any] | None) -> None:
    """Add a block's statements as they are, remembering their values so they are shared."""
    for var in list(types):
        types.bear_witness(var)
    for stmt in block.body:
        if isinstance(stmt, If):  # a loop that is added whole is typed with all that it holds
            builder.defs.update(definitions(Block((), (stmt,))))
            for arm in (stmt.then, stmt.orelse):
                types.block(arm)
        builder.add(stmt)
        if isinstance(stmt, Let) and stmt.out.user:
            types.bear_witness(stmt.out)
        if key is not None and isinstance(stmt, Let):
            value = key(stmt)
            if value is not None:
                builder.seen.setdefault(value, stmt.out)


def is_formula(prepared: Prepared) -> bool:
    """Is every active statement elementwise, so that all operands may have one shape? Entries
    of a parameter, `x[0]` or `p["a"]`, are operands like any other."""
    for stmt in statements(prepared.function.block):
        if isinstance(stmt, Let) and stmt.out in prepared.active and not _is_entry(stmt):
            rule = rule_of(stmt.prim)
            if rule is None or not (rule.elementwise or rule.pointwise):
                return False
    return True


def _is_entry(stmt: Let) -> bool:
    if stmt.prim is operator.getitem:
        index = stmt.args[1]
        return isinstance(index, Const) and isinstance(index.value, int | str)
    return stmt.prim in (prims.first_of, getattr, prims.unpack)


__all__ = ["Prepared", "adopt", "analyse", "is_formula", "prepare"]
