"""How syntax is printed that is not a call: indexing, displays, f-strings, attributes.

Each function makes the tree of one statement's right-hand side; `e` turns operands into trees.
"""

from __future__ import annotations

import operator
from typing import Any

import gast
import numpy as np

from ..ir import prims
from ..ir.nodes import (
    Const,
    Let,
    Var,
)
from ..runtime import object_of, spread
from .spelling import dotted
from .surroundings import callee


def _print_getitem(e: Any, stmt: Let) -> Any:
    base, index = stmt.args
    return gast.Subscript(value=e.expr(base), slice=e.index(index), ctx=gast.Load())


def _print_getattr(e: Any, stmt: Let) -> Any:
    base, name = stmt.args
    assert isinstance(name, Const)
    return gast.Attribute(value=e.expr(base), attr=name.value, ctx=gast.Load())


def _print_dtype(e: Any, stmt: Let) -> Any:
    return gast.Attribute(value=e.expr(stmt.args[0]), attr="dtype", ctx=gast.Load())


def _print_tuple(e: Any, stmt: Let) -> Any:
    return gast.Tuple(elts=[e.expr(a) for a in stmt.args], ctx=gast.Load())


def _print_list(e: Any, stmt: Let) -> Any:
    return gast.List(elts=[e.expr(a) for a in stmt.args], ctx=gast.Load())


def _print_set(e: Any, stmt: Let) -> Any:
    return gast.Set(elts=[e.expr(a) for a in stmt.args])


def _print_dict(e: Any, stmt: Let) -> Any:
    names = stmt.args[0]
    if isinstance(names, Const):
        keys = [e.const(Const(k)) for k in names.value]
    else:
        made = e._folded_let(names, prims.make_tuple)
        assert made is not None
        keys = [e.expr(a) for a in made.args]
    return gast.Dict(keys=keys, values=[e.expr(a) for a in stmt.args[1:]])


def _print_record(e: Any, stmt: Let) -> Any:
    cls, names = stmt.args[0], stmt.args[1]
    assert isinstance(cls, Const) and isinstance(names, Const)
    name = e._capture(cls.value, cls.value.__name__)
    keywords = [
        gast.keyword(arg=n, value=e.expr(a))
        for n, a in zip(names.value, stmt.args[2:], strict=True)
    ]
    if prims.takes_fields(cls.value, names.value):
        return gast.Call(func=load_name(name), args=[], keywords=keywords)
    func = load_name(e.helper(object_of))
    return gast.Call(func=func, args=[load_name(name)], keywords=keywords)


def _print_first(e: Any, stmt: Let) -> Any:
    return e.expr(stmt.args[0])


def _print_global(e: Any, stmt: Let) -> Any:
    assert isinstance(stmt.args[0], Const)
    return load_name(e.around.capture_names[stmt.args[0].value])


def _print_fstring(e: Any, stmt: Let) -> Any:
    template = stmt.args[0]
    assert isinstance(template, Const)
    values = iter(stmt.args[1:])
    parts: list[Any] = []
    for part in template.value:
        if isinstance(part, str):
            parts.append(gast.Constant(value=part, kind=None))
            continue
        conversion, spec = part
        text = gast.JoinedStr(values=[gast.Constant(value=spec, kind=None)]) if spec else None
        parts.append(
            gast.FormattedValue(value=e.expr(next(values)), conversion=conversion, format_spec=text)
        )
    return gast.JoinedStr(values=parts)


def _print_call(e: Any, stmt: Let) -> Any:
    called = callee(stmt)
    args = [e.expr(a) for a in stmt.args[1:]]
    name = None if called is None else e.around.functions[called.name]
    func = e.expr(stmt.args[0]) if name is None else load_name(name)
    keywords = [gast.keyword(arg=k, value=e.expr(a)) for k, a in stmt.kwargs]
    return gast.Call(func=func, args=args, keywords=keywords)


def _print_method(e: Any, stmt: Let) -> Any:
    base, name, *args = stmt.args
    assert isinstance(name, Const)
    func = gast.Attribute(value=e.expr(base), attr=name.value, ctx=gast.Load())
    keywords = [gast.keyword(arg=k, value=e.expr(a)) for k, a in stmt.kwargs]
    return gast.Call(func=func, args=[e.expr(a) for a in args], keywords=keywords)


def _print_spread(e: Any, stmt: Let) -> Any:
    g, z = stmt.args
    numpy = e.imports.module("numpy")
    kind = e.types.of(z)
    if isinstance(g, Const) and kind.array and kind.inexact:
        if g.value in (0.0, 1.0):
            word = "ones_like" if g.value == 1.0 else "zeros_like"
            return gast.Call(func=dotted(f"{numpy}.{word}"), args=[e.expr(z)], keywords=[])
        return gast.Call(
            func=dotted(f"{numpy}.full_like"), args=[e.expr(z), e.expr(g)], keywords=[]
        )
    made = e.plan.defs.get(z) if isinstance(z, Var) else None
    joint = isinstance(made, Let) and made.prim is np.broadcast
    shape = (
        gast.Attribute(value=e.expr(z), attr="shape", ctx=gast.Load())
        if kind.array or joint
        else gast.Call(func=dotted(f"{numpy}.shape"), args=[e.expr(z)], keywords=[])
    )
    if isinstance(g, Const) and not joint:  # a plain number takes the precision of z
        zero = gast.Constant(value=0.0, kind=None)
        dtype = gast.Call(func=dotted(f"{numpy}.result_type"), args=[e.expr(z), zero], keywords=[])
        return gast.Call(func=dotted(f"{numpy}.full"), args=[shape, e.expr(g), dtype], keywords=[])
    return gast.Call(func=dotted(f"{numpy}.broadcast_to"), args=[e.expr(g), shape], keywords=[])


def _print_evaluated(e: Any, stmt: Let) -> Any:
    if stmt.prim in (prims.on_line, prims.on_grid):
        spline, t = stmt.args
        return gast.Call(func=e.expr(spline), args=[e.expr(t)], keywords=[])
    spline, t, _, nu, extrapolate = stmt.args[:5]
    args = [e.expr(t), e.expr(nu), e.expr(extrapolate)]
    plain = isinstance(extrapolate, Const) and extrapolate.value is None
    count = 3 if not plain else 2 if isinstance(nu, Const) and nu.value else 1
    return gast.Call(func=e.expr(spline), args=args[:count], keywords=[])


def _print_unpack(e: Any, stmt: Let) -> Any:
    return gast.Call(func=dotted("tuple"), args=[e.expr(stmt.args[0])], keywords=[])


PRINTED = {
    operator.getitem: _print_getitem, getattr: _print_getattr, prims.dtype_of: _print_dtype,
    prims.make_tuple: _print_tuple, prims.make_list: _print_list, prims.make_set: _print_set,
    prims.make_dict: _print_dict, prims.make_record: _print_record, prims.first_of: _print_first,
    prims.stop_gradient: _print_first,
    prims.global_ref: _print_global, prims.fstring: _print_fstring, prims.call: _print_call,
    prims.call_method: _print_method, spread: _print_spread, prims.unpack: _print_unpack,
    prims.evaluated: _print_evaluated, prims.fitted: _print_evaluated,
    prims.on_line: _print_evaluated, prims.on_grid: _print_evaluated,
    **dict.fromkeys(prims.FOUND, _print_first),
}  # fmt: skip


def load_name(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
