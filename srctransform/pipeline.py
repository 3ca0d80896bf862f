"""START HERE: the stages in order.

    read      a Python function              -> IR             frontend/
    inline    calls spliced in, writes made  -> values         inline/
              into next versions
    analyse   types, activity                -> facts          analysis/
    derive    forward or reverse mode; what  -> IR             transform/, save/
              mirrored loops read is recorded
    optimize  copies merged, dead code gone  -> IR             optimize/
    emit      copies where writes need them, -> text           optimize/inplace, backend/
              readable Python
    load      a real function                -> function       backend/

Up to `inline` a write changes an object, as in Python; from there on it makes the next version of a
value, so that nothing has to keep its place; `emit` prints it in place again.

`watch(stage, text)` is called after each; `explain`, the command line and the tests look in there.
"""

from __future__ import annotations

import gc
import types as pytypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .analysis.types import Types
from .backend.emit import Emitted, emit
from .backend.expressions import Comments
from .backend.load import load
from .backend.loops import write_loops
from .backend.remarks import statement_ranges
from .backend.standalone import module_text
from .frontend.read import read
from .frontend.source import comments, find_source
from .ir.check import check
from .ir.evaluate import evaluate
from .ir.nodes import Function, Var
from .ir.show import Names, show
from .ir.types import Type
from .ir.walk import definitions
from .optimize.algebra import Simplifier
from .optimize.copies import merge_copies
from .optimize.dead import drop_dead
from .optimize.factors import share_factors
from .optimize.found import forget_found
from .optimize.inplace import own_buffers
from .optimize.operands import value_key
from .optimize.shapes import asked_last
from .transform import derivatives  # noqa: F401  (of functions that solvers are given)
from .transform.gradient import Derived, gradient
from .transform.jacobian import jacobian
from .transform.prepare import Prepared, analyse, prepare
from .transform.tangent import hessian_vector, tangent
from .transform.units import units_in

Watch = Callable[[str, str], None]


@dataclass(frozen=True)
class Options:
    """How a derivative is made. `wrt` are parameter names; `example` one value per parameter."""

    mode: str = "grad"
    direction: str = "auto"  # of a jacobian: auto, forward, reverse
    wrt: tuple[str, ...] = ()
    bare: bool = True  # one gradient, and not a tuple of one
    example: tuple[Any, ...] | None = None
    optimize: bool = True
    has_aux: bool = False
    check: bool = False  # run the IR checker after every stage


@dataclass(frozen=True)
class Derivation:
    """Everything about a derivative: kept on the function it became, as `__srctransform__`."""

    function: Function
    text: str
    options: Options
    unused: tuple[str, ...] = ()


def silent(stage: str, text: str) -> None:
    """Watch nothing."""


def tell(watch: Watch, stage: str, text: Callable[[Any], str], what: Any) -> None:
    """Tell who watches of a stage. The text takes time to make, so it is not made for nobody."""
    if watch is not silent:
        watch(stage, text(what))


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: the IR is many small objects that live to the end, and to
    look through them again and again takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@uncollected()
def derive(
    fn: Any, options: Options, watch: Watch = silent
) -> tuple[pytypes.FunctionType, Derivation]:
    """Make the derivative of fn."""
    ir = checked(read(fn), options)
    tell(watch, "read", show, ir)
    derived = differentiate(ir, options, watch)
    function = optimized(derived)
    tell(watch, "optimize", show, checked(function, options))
    emitted = emitted_text(derived, function, options)
    text = module_text(emitted)
    watch("emit", text)
    return load(text, emitted, function), Derivation(function, text, options, derived.unused)


def derive_ir(ir: Function, options: Options) -> Function:
    """The derivative of a function that is nested in another one, to be spliced in there."""
    return optimized(differentiate(ir, options))


def differentiate(ir: Function, options: Options, watch: Watch = silent) -> Derived:
    """The derivative as IR, before it is cleaned up."""
    prepared = prepared_for(ir, options)
    tell(watch, "inline", show, checked(prepared.function, options))
    tell(watch, "analyse", describe, prepared)
    derived = by_mode(prepared, options)
    tell(watch, options.mode, show, checked(derived.function, options))
    return derived


def by_mode(prepared: Prepared, options: Options) -> Derived:
    """The derivative that the options ask for."""
    simplify = Simplifier if options.optimize else None
    key = value_key if options.optimize else None
    name, bare = prepared.function.name, options.bare
    match options.mode:
        case "jvp":
            return tangent(prepared, simplify, key)
        case "hvp":
            return hessian_vector(gradient_of(prepared, options), name, bare, simplify)
        case "jacobian":
            sizes = sizes_of(prepared, options)
            return jacobian(prepared, options.direction, bare, simplify, key, sizes)
        case "hessian":
            inner = gradient_of(prepared, options)
            made = jacobian(inner, "forward", bare, simplify, key, name="hessian")
            function = replace(made.function, name=f"hessian_{name}")
            doc = function.doc.replace(f"`{inner.function.name}`", f"`{name}`")
            return replace(made, function=replace(function, doc=doc))
        case mode:
            return gradient(prepared, mode, bare, options.has_aux, simplify, key)


def gradient_of(prepared: Prepared, options: Options) -> Prepared:
    """The gradient, ready to be differentiated again: it starts from IR, not from text."""
    derived = gradient(prepared, "grad", options.bare, False, Simplifier, value_key)
    return analyse(optimized(derived), prepared.wrt, derived.param_types, derived.live_globals)


def sizes_of(prepared: Prepared, options: Options) -> tuple[int, int] | None:
    """How many inputs and outputs the example has; None without one."""
    if options.example is None:
        return None
    names = [p.name for p in prepared.function.params]
    given = dict(zip(names, options.example, strict=False))
    inputs = sum(np.size(given.get(name, 0.0)) for name in options.wrt)
    values = [given.get(p.name, p.default and p.default.value) for p in prepared.function.params]
    return inputs, int(np.size(evaluate(drop_dead(prepared.function), *values)))


def prepared_for(ir: Function, options: Options) -> Prepared:
    """The program in one block, with types and activity. Raises TypeError for a wrt that is known
    to be no number and no container."""
    by_name = {p.name: p.var for p in ir.params}
    wrt = tuple(by_name[name] for name in options.wrt)
    prepared = prepare(ir, wrt, options.example)
    for name, var in zip(options.wrt, wrt, strict=True):
        kind = prepared.types.of(var)
        if kind.kind in ("other", "none") or kind.dtype == "bool":
            what = "a bool" if kind.dtype == "bool" else "no number"
            raise TypeError(f"{ir.name!r} cannot be differentiated by {name!r}, which is {what}")
    return prepared


def optimized(derived: Derived) -> Function:
    """Cleaned up: one name a value, nothing nobody reads."""
    return drop_dead(merge_copies(derived.function, derived.labels, derived.types))


def emitted_text(derived: Derived, function: Function, options: Options) -> Emitted:
    """The text of the derivative's function."""
    types, written = derived.types, write_loops(function)
    if written is not function:  # loops have variables of their own
        function = drop_dead(merge_copies(written))
        types = types_for(derived.param_types, function, derived.numeric, derived.live_globals)
    if options.optimize:
        shared = share_factors(function, types, derived.primal)
        function = drop_dead(merge_copies(shared))
    function = own_buffers(asked_last(forget_found(function), types), types)
    functions, primal = {}, derived.primal
    for unit in units_in(function.block):
        assert unit.function is not None
        primal |= unit.primal
        inner, kinds = write_loops(unit.function), unit.types
        if inner is not unit.function:
            inner = drop_dead(merge_copies(inner))
            kinds = types_for(unit.facts, inner, kinds.numeric, kinds.live_globals)
        functions[own_buffers(forget_found(inner), kinds)] = kinds
    origin = function.origin
    namespace = getattr(origin, "__globals__", None) or {}
    found = comments_of(origin) if isinstance(origin, pytypes.FunctionType) else Comments()
    literal = not options.optimize
    two_parts = options.mode in ("grad", "value_and_grad", "vjp", "elementwise_grad")
    return emit(
        function,
        types,
        primal,
        namespace,
        found,
        literal=literal,
        two_parts=two_parts,
        functions=functions,
    )


def types_for(
    param_types: dict[Var, Type], function: Function, numeric: frozenset[Var], live: bool
) -> Types:
    types = Types(definitions(function.block), numeric)
    types.live_globals = live
    types.update(param_types)
    types.block(function.block)
    return types


def comments_of(origin: pytypes.FunctionType) -> Comments:
    """The user's comments, by line, and the lines of each statement."""
    tree, source = find_source(origin)
    body = tree.body if isinstance(tree.body, list) else []
    ranges = tuple(statement_ranges(body))
    return Comments(comments(source, tree), ranges, source.file)


def describe(prepared: Prepared) -> str:
    """Types and activity as text, one variable a line, under the names that `show` gives."""
    names = Names()
    show(prepared.function, names)
    rows = [
        (names(var), describe_type(kind), "active" if var in prepared.active else "")
        for var, kind in prepared.types.items()
        if var in names.given
    ]
    width = [max((len(row[k]) for row in rows), default=0) + 3 for k in range(2)]
    return "\n".join(f"{a:{width[0]}}{b:{width[1]}}{c}".rstrip() for a, b, c in rows)


def describe_type(kind: Type) -> str:
    """`float array of rank 2`, `number of unknown shape`."""
    if kind.kind != "num":
        name = kind.cls.__name__ if kind.cls else kind.kind
        return "unknown" if name == "any" else name
    dtype = kind.dtype if kind.dtype != "unknown" else "number"
    if kind.shape == ():
        return f"{dtype} scalar"
    return f"{dtype} array of rank {kind.rank}" if kind.rank is not None else f"{dtype}, any shape"


def checked(function: Function, options: Options) -> Function:
    return check(function) if options.check else function
