"""The accepted Python -> a smaller Python, tree to tree.

    x: float = e              x = e
    a = b = e                 b = e ; a = b   (e evaluated once)
    0 < x < 1                 0 < x and x < 1   (x evaluated once)
    match e: ...              e held ; a chain of if
    while (n := e) > 0: ...   while True: if (n := e) > 0: ... else: break
    x += e                    left as it is: on an array it is a write

Only what is the same whatever the values are is rewritten here; the rest is `lower`'s.
"""

from __future__ import annotations

from typing import Any

import gast

from ..errors import UnsupportedError
from .matching import match_to_if
from .source import Source
from .syntax import breaks, has, own_nodes


class _Desugar(gast.NodeTransformer):  # type: ignore[misc]
    """One visit method for each construct that goes away."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.fresh = 0

    def name(self) -> str:
        """A new name; no name of the user's has a dot in it."""
        self.fresh += 1
        return f"·{self.fresh}"

    def visit_Match(self, node: Any) -> Any:
        stmts = match_to_if(node, self.source, self.name())
        return [made for stmt in stmts for made in _listed(self.visit(stmt))]

    def visit_While(self, node: Any) -> Any:
        """The test runs in the body where it binds a name, since it is the body that carries."""
        self.generic_visit(node)
        if not any(
            isinstance(n, gast.NamedExpr) and n.target.id[0] != "·" for n in own_nodes(node.test)
        ):
            return node
        if breaks(node.orelse) or has(node.orelse, gast.Continue):
            raise UnsupportedError(
                "an exit from the `else` of a `while` whose test binds a name is not supported",
                self.source.span(node.orelse[0]),
            )
        end = gast.copy_location(gast.Break(), node.test)
        step = gast.If(test=node.test, body=node.body, orelse=[*node.orelse, end])
        always = gast.copy_location(gast.Constant(value=True, kind=None), node.test)
        body = [gast.copy_location(step, node.test)]
        return gast.copy_location(gast.While(test=always, body=body, orelse=[]), node)

    def visit_AnnAssign(self, node: Any) -> Any:
        self.generic_visit(node)
        if node.value is None:
            return gast.copy_location(gast.Pass(), node)
        assign = gast.Assign(targets=[node.target], value=node.value, type_comment=None)
        return gast.copy_location(assign, node)

    def visit_Compare(self, node: Any) -> Any:
        self.generic_visit(node)
        if len(node.ops) == 1:
            return node
        parts, left = [], node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            last = right is node.comparators[-1]
            if last or isinstance(right, gast.Constant):
                held, again = right, right
            else:
                name = self.name()
                store = gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)
                load = gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
                held = gast.NamedExpr(target=gast.copy_location(store, right), value=right)
                again = gast.copy_location(load, right)
                gast.copy_location(held, right)
            part = gast.Compare(left=left, ops=[op], comparators=[held])
            parts.append(gast.copy_location(part, node))
            left = again
        return gast.copy_location(gast.BoolOp(op=gast.And(), values=parts), node)


def _listed(made: Any) -> list[Any]:
    return made if isinstance(made, list) else [made]


def desugar(tree: Any, source: Source) -> Any:
    """The tree of a function in the smaller language; the given tree is used up."""
    return _Desugar(source).visit(tree)
