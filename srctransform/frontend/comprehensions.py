"""Comprehensions -> closures mapped over iterables, or loops where there are several iterables.

    [v * w for v in x if v > 0.0]       map_list(lambda v: v * w, only_if(lambda v: v > 0.0, x))

    [a * b for a in x for b in y]       def comprehension(first):
                                            items = []
                                            for a in first:
                                                for b in y:
                                                    items.append(a * b)
                                            return items

A generator expression is the list of its values, a set or dict what its class makes of the list.
"""

from __future__ import annotations

from typing import Any

import gast

from ..ir import prims
from ..ir.nodes import Atom, Var
from .scope import LocalFunction, Scope
from .syntax import placed


def comprehension(scope: Scope, node: Any, out: Var) -> Atom:
    """The value of any comprehension."""
    match node:
        case gast.DictComp():
            pair = gast.Tuple(elts=[node.key, node.value], ctx=gast.Load())
            items = mapped(scope, gast.copy_location(pair, node.key), node.generators, node, Var())
            return scope.let(dict, items, node=node, out=out, spelling="dict")
        case gast.SetComp():
            items = mapped(scope, node.elt, node.generators, node, Var())
            return scope.let(set, items, node=node, out=out, spelling="set")
    return mapped(scope, node.elt, node.generators, node, out)


def mapped(scope: Scope, elt: Any, generators: list[Any], node: Any, out: Var) -> Atom:
    """The list of the values of `elt`."""
    items = scope.expr(generators[0].iter)
    if len(generators) > 1:
        loops = LocalFunction(_loops(elt, generators), scope).close(scope.builder)
        return scope.let(prims.call, loops, items, node=node, out=out)
    (loop,) = generators
    for test in loop.ifs:
        items = scope.let(prims.only_if, _closure(scope, loop.target, test), items, node=node)
    body = _closure(scope, loop.target, elt)
    return scope.let(prims.map_list, body, items, node=node, out=out)


def _loops(elt: Any, generators: list[Any]) -> Any:
    """A function of the first iterable that appends the values in loops."""
    first, items = (_unused(name, elt, *generators) for name in ("first", "items"))
    append = gast.Attribute(value=_name(items), attr="append", ctx=gast.Load())
    body: Any = gast.Expr(value=gast.Call(func=append, args=[elt], keywords=[]))
    for loop in reversed(generators):
        for test in reversed(loop.ifs):
            body = gast.If(test=test, body=[body], orelse=[])
        iterable = _name(first) if loop is generators[0] else loop.iter
        body = gast.For(
            target=loop.target, iter=iterable, body=[body], orelse=[], type_comment=None
        )
    empty = gast.List(elts=[], ctx=gast.Load())
    start = gast.Assign(targets=[_name(items, gast.Store())], value=empty, type_comment=None)
    return _function(first, [start, body, gast.Return(value=_name(items))], elt)


def _closure(scope: Scope, target: Any, body: Any) -> Atom:
    """`lambda target: body`, where the target may be anything that can be assigned."""
    if isinstance(target, gast.Name):
        function = _function(target.id, [gast.Return(value=body)], body)
    else:
        name = _unused("item", target, body)
        assign = gast.Assign(targets=[target], value=_name(name), type_comment=None)
        function = _function(name, [assign, gast.Return(value=body)], body)
    return LocalFunction(function, scope, repeated=True).close(scope.builder)


def _function(param: str, body: Any, like: Any) -> Any:
    """A function of one parameter, which stands where the comprehension stands."""
    args = gast.arguments(
        args=[_name(param, gast.Param())], posonlyargs=[], vararg=None, kwonlyargs=[],
        kw_defaults=[], kwarg=None, defaults=[],
    )  # fmt: skip
    function = gast.FunctionDef(
        name="comprehension", args=args, body=body, decorator_list=[], returns=None,
        type_comment=None, type_params=[],
    )  # fmt: skip
    return placed(function, like)


def _name(name: str, ctx: Any = None) -> Any:
    return gast.Name(id=name, ctx=ctx or gast.Load(), annotation=None, type_comment=None)


def _unused(name: str, *trees: Any) -> str:
    """The name, with what it takes for no tree to have it."""
    used = {n.id for tree in trees for n in gast.walk(tree) if isinstance(n, gast.Name)}
    while name in used:
        name += "_"
    return name
