"""Comprehensions -> closures mapped over iterables.

    [a * b for a in x for b in y if b > a]
        concat_lists(map_list(lambda a: map_list(lambda b: a * b, only_if(lambda b: b > a, y)), x))

A generator expression is the list of its values, a set or dict what its class makes of the list.
"""

from __future__ import annotations

from typing import Any

import gast

from ..ir import prims
from ..ir.nodes import Atom, Var
from .scope import LocalFunction, Scope


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
    """The list of the values of `elt`, the first of the generators being outermost."""
    loop, *inner = generators
    items = scope.expr(loop.iter)
    for test in loop.ifs:
        items = scope.let(prims.only_if, _closure(scope, loop.target, test), items, node=node)
    if not inner:
        body = _closure(scope, loop.target, elt)
        return scope.let(prims.map_list, body, items, node=node, out=out)
    part = gast.copy_location(gast.ListComp(elt=elt, generators=inner), node)
    parts = scope.let(prims.map_list, _closure(scope, loop.target, part), items, node=node)
    return scope.let(prims.concat_lists, parts, node=node, out=out)


def _closure(scope: Scope, target: Any, body: Any) -> Atom:
    """`lambda target: body`, where the target may be anything that can be assigned."""
    plain = isinstance(target, gast.Name)
    name = target.id if plain else _unused("item", target, body)
    arg = gast.Name(id=name, ctx=gast.Param(), annotation=None, type_comment=None)
    args = gast.arguments(
        args=[gast.copy_location(arg, target)], posonlyargs=[], vararg=None, kwonlyargs=[],
        kw_defaults=[], kwarg=None, defaults=[],
    )  # fmt: skip
    if plain:
        function = gast.Lambda(args=args, body=body)
    else:
        load = gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
        load = gast.copy_location(load, target)
        assign = gast.Assign(targets=[target], value=load, type_comment=None)
        stmts = [gast.copy_location(assign, target), gast.Return(value=body)]
        gast.copy_location(stmts[1], body)
        function = gast.FunctionDef(
            name="comprehension", args=args, body=stmts, decorator_list=[], returns=None,
            type_comment=None, type_params=[],
        )  # fmt: skip
    local = LocalFunction(gast.copy_location(function, body), scope, repeated=True)
    return local.close(scope.builder)


def _unused(name: str, *trees: Any) -> str:
    """The name, with what it takes for no tree to have it."""
    used = {n.id for tree in trees for n in gast.walk(tree) if isinstance(n, gast.Name)}
    while name in used:
        name += "_"
    return name
