"""jvp: a forward pass with its tangent parameters and its pair of results.

f(x): ... return y      →      jvp_f(x, x_dot): ... return y, y_dot
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

from ..ir import prims
from ..ir.nodes import Const, Var
from ..ir.types import sequence
from ..ir.walk import outs, statements
from ..runtime import gradient_of, like
from .forward import Forward
from .gradient import Derived, with_last
from .prepare import MakeSimplify, Prepared
from .reverse import refuse_unknown


def tangent(prepared: Prepared, make_simplify: MakeSimplify | None, key: Any = None) -> Derived:
    """The derivative in forward mode: `jvp_f(*args, x_dot, ...) -> (value, tangent)`."""
    fn = prepared.function
    refuse_unknown(fn.block, prepared.active)
    builder, types = prepared.builder(make_simplify)
    forward = Forward(builder, types, prepared.active)
    forward.derive = lambda unit: tangent(unit, make_simplify, key)
    dots = tuple(Var("", "tangent", v) for v in prepared.wrt)
    for var, given in zip(prepared.wrt, dots, strict=True):
        types[given] = _dot_type(types.of(var))
        forward.dots[var] = given
    primal = frozenset(v for s in statements(fn.block) for v in outs(s))
    forward.sweep(fn.block)
    value = fn.block.results[0]
    dot = forward.dot(value) or forward.operand(value)
    if dot is None:
        dot = Const(0.0) if types.of(value).is_scalar else builder.let(gradient_of, value)
    result = builder.let(prims.make_tuple, value, dot)
    names = {p.name for p in fn.params}
    named = []
    for name in prepared.wrt_names:
        text = f"{name}_dot"
        while text in names:
            text += "_"
        named.append(text)
    params = with_last(fn.params, *dots)
    params = tuple(
        replace(p, name=named[dots.index(p.var)]) if p.var in dots else p for p in params
    )
    doc = f"Value of `{fn.name}` and its derivative along ({', '.join(named)})."
    made = replace(fn, name=f"jvp_{fn.name}", params=params, block=builder.block(result), doc=doc)
    facts = {**prepared.param_types, **{p.var: types.of(p.var) for p in params}}
    return Derived(
        made, primal, facts, prepared.numeric, prepared.live_globals, builder.labels, types
    )


def _dot_type(kind: Any) -> Any:
    if kind.kind == "num" and kind.dtype in ("int", "number", "unknown"):
        return replace(kind, dtype="number" if kind.dtype != "int" else "float")
    return kind


def hessian_vector(
    prepared: Prepared, original: str, bare: bool, make_simplify: MakeSimplify | None
) -> Derived:
    """`hvp_f(*args, v)` from the prepared gradient of f: forward over reverse (Pearlmutter 1994).

    v is one direction, or a tuple of them where the gradient is a tuple.
    """
    fn = prepared.function
    builder, types = prepared.builder(make_simplify)
    name = "v"
    while any(p.name == name for p in fn.params):
        name += "_"
    v = Var(name, user=True)
    forward = Forward(builder, types, prepared.active)
    forward.derive = lambda unit: tangent(unit, make_simplify)
    kinds = [_dot_type(types.of(x)) for x in prepared.wrt]
    types[v] = kinds[0] if bare else sequence("tuple", kinds)
    for k, x in enumerate(prepared.wrt):
        forward.dots[x] = v if bare else builder.let(operator.getitem, v, k)
    forward.sweep(fn.block)
    gradient = fn.block.results[0]
    product = forward.operand(gradient)
    if product is None:
        product = builder.let(gradient_of, gradient)
    elif bare and types.of(product).shape != types.of(gradient).shape:
        product = builder.let(like, product, prepared.wrt[0])
    params = with_last(fn.params, v)
    by = ", ".join(prepared.wrt_names)
    doc = f"Hessian of `{original}` with respect to {by if bare else f'({by})'}, times v."
    primal = frozenset(v for s in statements(fn.block) for v in outs(s))
    made = replace(fn, name=f"hvp_{original}", params=params, block=builder.block(product), doc=doc)
    facts = {**prepared.param_types, **{p.var: types.of(p.var) for p in params}}
    return Derived(
        made, primal, facts, prepared.numeric, prepared.live_globals, builder.labels, types
    )
