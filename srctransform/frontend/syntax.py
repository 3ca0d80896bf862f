"""What a piece of tree binds and how it ends, without lowering it.

for a, b in xs:            bound: a, b, t
    t = a + b              ends: {"continue"}
    continue
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gast

_EXITS = {"Return": "return", "Break": "break", "Continue": "continue", "Raise": "raise"}
_FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


#: what runs first comes first
_ORDER: dict[type, tuple[str, ...]] = {
    gast.Assign: ("value", "targets"),
    gast.AugAssign: ("value", "target"),
    gast.For: ("iter", "target", "body", "orelse"),
}


def own_nodes(node: Any) -> Iterator[Any]:
    """The nodes of a statement that belong to the function it stands in, in the text's order,
    less the operators, and the marks that tell stores from loads."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, _COMPREHENSIONS):
            todo.append(node.generators[0].iter)
            continue
        for name in reversed(_ORDER.get(type(node), node._fields)):
            part = getattr(node, name, None)
            if isinstance(part, gast.AST):
                if part._fields:
                    todo.append(part)
            elif isinstance(part, list):
                todo += [child for child in reversed(part) if isinstance(child, gast.AST)]


def bound_names(nodes: Iterable[Any]) -> tuple[dict[str, None], set[str]]:
    """The names that statements bind, in order, and those of them that hold nested functions."""
    names: dict[str, None] = {}
    functions: set[str] = set()
    for node in (n for top in nodes for n in own_nodes(top)):
        match node:
            case gast.FunctionDef():
                names[node.name] = None
                functions.add(node.name)
            case gast.Name() if isinstance(node.ctx, gast.Store | gast.Del):
                names[node.id] = None
            case gast.Assign() if isinstance(node.value, gast.Lambda):
                functions |= {t.id for t in node.targets if isinstance(t, gast.Name)}
            case gast.Import() | gast.ImportFrom():
                for alias in node.names:
                    names[alias.asname or alias.name.split(".")[0]] = None
    return names, functions


def rebound(tree: Any, name: str, at: Any) -> bool:
    """Is a name of a function bound again after this node, or by a loop around it?"""
    place = (at.lineno, at.col_offset)
    body = tree.body if isinstance(tree.body, list) else [tree.body]
    for node in (n for top in body for n in own_nodes(top)):
        if isinstance(node, gast.For | gast.While):
            end = (node.end_lineno, node.end_col_offset)
            inside = (node.lineno, node.col_offset) <= place < end
            if inside and name in bound_names([node])[0]:
                return True
        stores = isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store | gast.Del)
        if (node.id if stores else getattr(node, "name", None)) == name:
            if (node.lineno, node.col_offset) > place:
                return True
    return False


def found(nodes: Iterable[Any], *kinds: type) -> Iterator[Any]:
    """The statements of these kinds, outside of nested functions."""
    return (n for top in nodes for n in own_nodes(top) if isinstance(n, kinds))


def has(nodes: Iterable[Any], *kinds: type) -> bool:
    """Is there one?"""
    return any(found(nodes, *kinds))


def breaks(stmts: Iterable[Any]) -> bool:
    """Is there a `break` of the loop whose body this is?"""
    for stmt in stmts:
        if isinstance(stmt, gast.Break):
            return True
        inner = stmt.orelse if isinstance(stmt, gast.For | gast.While) else _blocks(stmt)
        if breaks(inner):
            return True
    return False


def ends(stmts: Iterable[Any]) -> set[str]:
    """How control leaves these statements if it never falls through them; else nothing."""
    for stmt in stmts:
        kind = _EXITS.get(type(stmt).__name__)
        if kind:
            return {kind}
        if isinstance(stmt, gast.If):
            first, second = ends(stmt.body), ends(stmt.orelse)
            if first and second:
                return first | second
        elif isinstance(stmt, gast.With | gast.Try):
            inner = ends(stmt.body)
            if inner:
                return inner
    return set()


def root_name(node: Any) -> str | None:
    """The name that a chain of attributes and items starts from."""
    while isinstance(node, gast.Attribute | gast.Subscript):
        node = node.value
    return node.id if isinstance(node, gast.Name) else None


def placed(node: Any, like: Any) -> Any:
    """Give every part that was made here the place of a part of the user's."""
    if "lineno" in node._attributes and not hasattr(node, "lineno"):
        gast.copy_location(node, like)
    for child in gast.iter_child_nodes(node):
        placed(child, node if hasattr(node, "lineno") else like)
    return node


def _blocks(stmt: Any) -> list[Any]:
    if isinstance(stmt, _FUNCTIONS):
        return []
    return [s for name in ("body", "orelse", "finalbody") for s in getattr(stmt, name, ())]
