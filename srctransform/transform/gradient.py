"""grad, value_and_grad, vjp: a reverse pass with its seed, its results and its name.

f(x): ... return y      →      grad_f(x): ...  dy = 1.0  ... return dx
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.loops import carried
from ..analysis.types import Types
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, For, Function, Let, Param, Var, While
from ..ir.types import Type, atoms
from ..ir.walk import statements, with_block
from ..optimize.dead import drop_dead
from ..runtime import require_scalar, spread
from ..save.bound import bound_where_read, unbound_vars
from ..save.counting import counted
from ..save.saving import save
from .prepare import MakeSimplify, Prepared, adopt, is_formula
from .results import Results
from .reverse import Reverse, refuse_unknown
from .units import Pairs, has_units, seed_type


@dataclass(frozen=True)
class Derived:
    """A derivative as IR. `primal` are the values of the user's own statements."""

    function: Function
    primal: frozenset[Var]
    param_types: dict[Var, Type]
    numeric: frozenset[Var]
    live_globals: bool
    labels: dict[Var, Var]  # names for values that have none of their own
    types: Types
    unused: tuple[str, ...] = ()  # parameters the result does not depend on


def gradient(
    prepared: Prepared, mode: str, bare: bool, has_aux: bool, make_simplify: MakeSimplify | None,
    key: Any = None,
) -> Derived:  # fmt: skip
    """The derivative in reverse mode; `mode` is grad, value_and_grad, vjp or elementwise_grad."""
    scalar_mode = mode in ("grad", "value_and_grad")
    pointwise = False
    guard = False
    if scalar_mode:
        prepared, pointwise, guard = settle_scalar(prepared, has_aux)
    prepared, reverse = started(prepared, make_simplify, key, pointwise)
    fn, builder, types = prepared.function, reverse.builder, reverse.types
    primal = frozenset(types) - {p.var for p in fn.params}
    value, aux = split_aux(builder, fn, types, has_aux)
    params = fn.params
    if mode == "vjp":
        seed = Var("dout" if all(p.name != "dout" for p in params) else "dout_", user=True)
        types[seed] = seed_type(types.of(value), seed)
        params = with_last(params, seed)
        reverse.cotangents.types = types
        reverse.cotangents.add(value, seed)
    elif mode == "elementwise_grad":
        reverse.cotangents.add(value, spread_seed(builder, types, value))
    elif guard and isinstance(value, Var):
        seed_value = builder.let(require_scalar, value)
        certain = types.of(value).shape == ()  # by what a scalar result says of the parameters
        types[value] = replace(types[value], shape=())  # or the guard has raised
        reverse.cotangents.add(value, Const(1.0) if certain else seed_value)
    else:
        reverse.cotangents.add(value, Const(1.0))
    reverse.floating = mode != "vjp"
    reverse.sweep(fn.block)

    results = Results(builder, types, reverse.cotangents)
    names = zip(prepared.wrt_names, prepared.wrt, strict=True)
    unused = tuple(name for name, v in names if v not in reverse.cotangents.collected)
    gradients = [results.gradient(v) for v in prepared.wrt]
    result = gradients[0] if bare else builder.let(prims.make_tuple, *gradients)
    if mode == "value_and_grad":
        if isinstance(value, Var):
            builder.labels[value] = Var("value", user=True)
            primal |= {builder.labels[value]}
        first = builder.let(prims.make_tuple, value, aux) if aux is not None else value
        result = builder.let(prims.make_tuple, first, result)
    elif aux is not None:
        result = builder.let(prims.make_tuple, result, aux)
    name = f"{mode}_{fn.name}"
    doc = describe(mode, fn, prepared.wrt, bare)
    made = replace(fn, name=name, params=params, block=builder.block(result), doc=doc)
    made = save(drop_dead(made), types, reverse.rounds)
    facts = {**prepared.param_types, **{p.var: types.of(p.var) for p in params}}
    return Derived(
        made, primal, facts, prepared.numeric, prepared.live_globals, builder.labels, types, unused
    )


def started(
    prepared: Prepared, make_simplify: MakeSimplify | None, key: Any, pointwise: bool = False
) -> tuple[Prepared, Reverse]:
    """The forward part in a builder, and a sweep that is about to begin."""
    pairs = Pairs(lambda unit, seed: joint(unit, seed, make_simplify, key))
    if has_units(prepared.function.block):
        block = pairs.block(prepared.function.block, prepared.active)
        prepared = replace(prepared, function=with_block(prepared.function, block)).retyped({})
    fn, counts = counted(bound_where_read(prepared.function), prepared.active)
    if fn is not prepared.function:
        prepared = replace(prepared, function=fn).retyped({})
    refuse_unknown(fn.block, prepared.active)
    builder, types = prepared.builder(make_simplify)
    adopt(builder, types, fn.block, key)
    reverse = Reverse(builder, types, prepared.active, pointwise)
    reverse.counts = counts
    reverse.unbound = unbound_vars(fn.block)
    reverse.pairs = pairs.by_result
    return prepared, reverse


def joint(prepared: Prepared, seed: Var, make_simplify: MakeSimplify | None, key: Any) -> Derived:
    """A unit's value and its cotangents for the cotangent `seed`, with a `boundary` between the
    forward and the backward part: it returns (value, cotangent, ...)."""
    prepared, reverse = started(prepared, make_simplify, key)
    fn, builder, types = prepared.function, reverse.builder, reverse.types
    primal = frozenset(types) - {p.var for p in fn.params}
    value = fn.block.results[0]
    types[seed] = seed_type(types.of(value), seed)
    builder.let(prims.boundary)
    reverse.cotangents.add(value, seed)
    reverse.sweep(fn.block)
    results = Results(builder, types, reverse.cotangents)
    gradients = [results.gradient(v) for v in prepared.wrt]
    result = builder.let(prims.make_tuple, value, *gradients)
    made = save(drop_dead(with_block(fn, builder.block(result))), types, reverse.rounds)
    return Derived(
        made, primal, prepared.param_types, prepared.numeric, prepared.live_globals,
        builder.labels, types,
    )  # fmt: skip


def split_aux(
    builder: Builder, fn: Function, types: Any, has_aux: bool
) -> tuple[Atom, Atom | None]:
    """The differentiated value, and the rest with has_aux."""
    value = fn.block.results[0]
    if not has_aux:
        return value, None
    stmt = builder.defs.get(value) if isinstance(value, Var) else None
    if isinstance(stmt, Let) and stmt.prim is prims.make_tuple and len(stmt.args) == 2:
        return stmt.args[0], stmt.args[1]
    raise TypeError(f"with has_aux=True, {fn.name!r} must return a pair (value, aux)")


def settle_scalar(prepared: Prepared, has_aux: bool) -> tuple[Prepared, bool, bool]:
    """What a scalar result says of the operands: (program, is it a formula, does it need a guard).

    A result of elementwise operations is a scalar only if its operands are. A formula, all of whose
    operations are elementwise, stays right pointwise when it is called with arrays; any other
    program checks its result as it runs, where it is not certain.
    """
    fn = prepared.function
    value = result_of(fn, has_aux, prepared)
    kind = prepared.types.of(value)
    certain = not_scalar(kind)
    if certain:
        raise TypeError(
            f"grad needs a scalar result, but {prepared.function.name!r} returns {certain}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if isinstance(value, Const) or value not in prepared.active:
        return with_real_sources(prepared, kind), False, False
    pointwise, guard = False, kind.kind != "num" or kind.shape != ()
    if guard and is_formula(prepared):
        pointwise, guard = True, False
    if guard:
        params = prepared.param_types
        scalars = {
            atom[1]: replace(params[atom[1]], kind="num", shape=())
            for atom in atoms(kind.shape)
            if isinstance(atom, tuple) and atom[0] == "shape" and atom[1] in params
        }
        prepared = prepared.retyped(scalars).proven(value)
        kind = prepared.types.of(value)
    return with_real_sources(prepared, kind), pointwise, guard


def with_real_sources(prepared: Prepared, kind: Type) -> Prepared:
    """What would make a real result complex is real, in every round of a loop that adds it up."""
    if not kind.sources or not all(isinstance(s, Var) for s in kind.sources):
        return prepared
    types = prepared.types
    summed = {
        var: types.of(result).sources
        for loop in statements(prepared.function.block)
        if isinstance(loop, For | While)
        for out, param, result in zip(loop.outs, carried(loop), loop.body.results, strict=False)
        if types.of(param).sources <= types.of(result).sources
        for var in (out, param)
    }
    real: set[Any] = set()
    waiting = list(kind.sources)
    while waiting:
        source = waiting.pop()
        if source not in real and isinstance(source, Var):
            real.add(source)
            waiting += summed.get(source, ())
    return prepared.with_real(frozenset(real))


def result_of(fn: Function, has_aux: bool, prepared: Prepared) -> Atom:
    value = fn.block.results[0]
    if has_aux:
        stmt = prepared.types.defs.get(value) if isinstance(value, Var) else None
        if isinstance(stmt, Let) and stmt.prim is prims.make_tuple and len(stmt.args) == 2:
            return stmt.args[0]
    return value


def not_scalar(kind: Type) -> str:
    """What the result is, if it is certainly no real scalar."""
    if kind.container:
        return f"a {kind.cls.__name__ if kind.cls else kind.kind}"
    if kind.kind in ("none", "other"):
        return "no number"
    if isinstance(kind.shape, tuple) and kind.shape:
        dims = ", ".join(
            "1" if d == 1 else str(d) if isinstance(d, int) else "n" for d in kind.shape
        )
        comma = "," if len(kind.shape) == 1 else ""
        return f"an array of rank {len(kind.shape)} (shape ({dims}{comma}))"
    if kind.dtype == "complex":
        return "a complex number (take its real part)"
    if isinstance(kind.shape, frozenset) and any(
        isinstance(a, tuple) and a[0] in ("vector", "dims") for a in kind.shape
    ):
        return "an array of rank 1 or more"
    return ""


def spread_seed(builder: Builder, types: Any, value: Atom) -> Atom:
    if types.of(value).is_scalar:
        return Const(1.0)
    return builder.let(spread, 1.0, value)


def with_last(params: tuple[Param, ...], *extra: Var) -> tuple[Param, ...]:
    """The parameters with more behind the last positional one; those before it need no default."""
    kinds = inspect.Parameter
    positional = [
        p for p in params if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    rest = [p for p in params if p not in positional]
    has_star = any(p.kind is kinds.VAR_POSITIONAL for p in rest)
    kind = kinds.KEYWORD_ONLY if has_star else kinds.POSITIONAL_OR_KEYWORD
    if not has_star:
        positional = [replace(p, default=None) for p in positional]
    added = [Param(v, v.hint, kind) for v in extra]
    if has_star:
        keywords = [p for p in rest if p.kind is kinds.VAR_KEYWORD]
        return (*positional, *(p for p in rest if p not in keywords), *added, *keywords)
    return (*positional, *added, *rest)


def describe(mode: str, fn: Function, wrt: tuple[Var, ...], bare: bool) -> str:
    """The docstring: what it is the derivative of, with respect to what."""
    named = {p.var: p.name for p in fn.params}
    names = ", ".join(named[v] for v in wrt)
    by = names if len(wrt) == 1 and bare else f"({names},)" if len(wrt) == 1 else f"({names})"
    words = {
        "grad": "Gradient of `{f}` with respect to {by}.",
        "value_and_grad": "Value of `{f}` and its gradient with respect to {by}.",
        "vjp": "Gradient of `dout * {f}` with respect to {by}, for the cotangent dout.",
        "elementwise_grad": "Pointwise derivative of `{f}` with respect to {by}.",
    }
    return words[mode].format(f=fn.name, by=by)
