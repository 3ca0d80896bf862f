"""The accepted Python -> a smaller Python, tree to tree.

    x: float = e              x = e
    a = b = e                 b = e ; a = b   (e evaluated once)
    0 < x < 1                 0 < x and x < 1   (x evaluated once)
    x += e                    left as it is: on an array it is a write

Only what is the same whatever the values are is rewritten here; the rest is `lower`'s.
"""

from __future__ import annotations

from typing import Any

import gast


class _Desugar(gast.NodeTransformer):  # type: ignore[misc]
    """One visit method for each construct that goes away."""

    def __init__(self) -> None:
        self.fresh = 0

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
                self.fresh += 1
                name = f"·{self.fresh}"  # no name of the user's has a dot in it
                store = gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None)
                load = gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
                held = gast.NamedExpr(target=gast.copy_location(store, right), value=right)
                again = gast.copy_location(load, right)
                gast.copy_location(held, right)
            part = gast.Compare(left=left, ops=[op], comparators=[held])
            parts.append(gast.copy_location(part, node))
            left = again
        return gast.copy_location(gast.BoolOp(op=gast.And(), values=parts), node)


def desugar(tree: Any) -> Any:
    """The tree of a function in the smaller language; the given tree is used up."""
    return _Desugar().visit(tree)
