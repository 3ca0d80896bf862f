"""Which Python is accepted: a table. Everything else is refused by name, all of it at once.

A node that is in neither table is refused too, so new syntax cannot slip through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

from ..errors import Problem, UnsupportedError
from .source import Source

ACCEPTED = frozenset(
    (
        "arguments arg keyword Name Param Load Store Del Constant Tuple List Dict Set Starred "
        "Assign AnnAssign AugAssign NamedExpr Return Expr Pass Delete Assert Raise FunctionDef "
        "If For While Break Continue Try With withitem Import ImportFrom alias Match match_case "
        "MatchValue MatchSingleton MatchSequence MatchMapping MatchStar MatchAs MatchOr Lambda "
        "BinOp UnaryOp BoolOp Compare IfExp Call Attribute Subscript Slice JoinedStr "
        "FormattedValue ListComp SetComp DictComp GeneratorExp comprehension Add Sub Mult Div "
        "FloorDiv Mod Pow MatMult BitAnd BitOr BitXor LShift RShift USub UAdd Not Invert And Or "
        "Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn"
    ).split()
)

REFUSED = {
    "Yield": ("generators cannot be differentiated", "return a tuple or an array"),
    "YieldFrom": ("generators cannot be differentiated", "return a tuple or an array"),
    "Await": ("coroutines cannot be differentiated", "write an ordinary function"),
    "AsyncFunctionDef": ("coroutines cannot be differentiated", "write an ordinary function"),
    "AsyncFor": ("coroutines cannot be differentiated", "write an ordinary function"),
    "AsyncWith": ("coroutines cannot be differentiated", "write an ordinary function"),
    "Global": ("writing to a global has no derivative", "return the value instead"),
    "Nonlocal": ("writing to a nonlocal has no derivative", "return the value instead"),
    "TryStar": ("`except*` is not supported", "handle the exception outside of the function"),
    "ExceptHandler": (
        "`except` is not supported",
        "test for the case with `if`, or handle the exception outside of the function",
    ),
    "ClassDef": ("a class inside the function is not supported", "define it outside"),
    "MatchClass": ("a class pattern is not supported", "use `if` and isinstance"),
    "TypeAlias": ("a type alias inside the function is not supported", "define it outside"),
}

COMPREHENSIONS = frozenset({"ListComp", "SetComp", "DictComp", "GeneratorExp"})


def fence(tree: Any, source: Source) -> None:
    """Raise UnsupportedError that lists every construct the language does not have."""
    if _is_plain(tree):
        return
    problems = list(_problems(tree, source, tree))
    if problems:
        raise UnsupportedError(problems)


def _is_plain(tree: Any) -> bool:
    """Is it certain that there is no problem? Nearly every function is, which is seen at once."""
    nodes = [tree]
    for node in nodes:
        for name in node._fields:
            part = getattr(node, name, None)
            if isinstance(part, list):
                nodes += [child for child in part if isinstance(child, gast.AST)]
            elif isinstance(part, gast.AST):
                nodes.append(part)
    kinds = {type(node).__name__ for node in nodes}
    return kinds <= ACCEPTED and not ("NamedExpr" in kinds and kinds & COMPREHENSIONS)


def _problems(node: Any, source: Source, placed: Any) -> Iterator[Problem]:
    name = type(node).__name__
    if hasattr(node, "lineno"):
        placed = node
    if name in REFUSED:
        message, instead = REFUSED[name]
        yield Problem(message, source.span(placed), instead)
        return
    if name in COMPREHENSIONS and any(isinstance(n, gast.NamedExpr) for n in gast.walk(node)):
        yield Problem(
            "`:=` in a comprehension is not supported", source.span(placed), "write a loop"
        )
        return
    if name not in ACCEPTED:
        yield Problem(f"the construct {name} is not supported", source.span(placed))
        return
    for child in gast.iter_child_nodes(node):
        if not _is_annotation(node, child):
            yield from _problems(child, source, placed)


def _is_annotation(parent: Any, child: Any) -> bool:
    """Annotations and decorators are not run by the function, so anything may stand there."""
    if getattr(parent, "annotation", None) is child or getattr(parent, "returns", None) is child:
        return True
    return child in getattr(parent, "decorator_list", ()) or child in (
        getattr(parent, "type_params", None) or ()
    )
