"""A Python function -> its tree, its place in a file, and the names it can see.

The whole file is parsed and the function found in it by its position, so that a lambda among
several on one line, an indented method or a decorated function is found as surely as a plain one.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gast

from ..errors import SourceError, Span


@dataclass(frozen=True, eq=False)
class Source:
    """Where a function's text stands, and where its free names are looked up."""

    file: str
    lines: tuple[str, ...]
    globals: dict[str, Any]
    cells: dict[str, Any]  # closure cells by name

    def span(self, node: Any) -> Span:
        """The place of a tree node."""
        line = node.lineno
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        end_line = node.end_lineno or line
        return Span(self.file, line, node.col_offset, end_line, node.end_col_offset or 0, text)

    def find(self, name: str) -> tuple[str, Any]:
        """(where, home): "cell", "global", "builtin" or "" for a name that is not there."""
        if name in self.cells:
            return "cell", self.cells[name]
        if name in self.globals:
            return "global", self.globals
        if hasattr(builtins, name):
            return "builtin", vars(builtins)
        return "", None


#: the lines of each file that was parsed, and its tree
_parsed: dict[str, tuple[tuple[str, ...], ast.Module]] = {}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def read_source(fn: types.FunctionType) -> tuple[Any, Source]:
    """The gast tree of a function or lambda, and its Source. Raises SourceError."""
    node, source = find_source(fn)
    return gast.ast_to_gast(node), source


def find_source(fn: types.FunctionType) -> tuple[Any, Source]:
    """The same with the tree of Python's parser, which is shared: it must not be changed."""
    code = fn.__code__
    file = code.co_filename
    lines = _lines(fn)
    cells = dict(zip(code.co_freevars, fn.__closure__ or (), strict=True))
    source = Source(file, lines, fn.__globals__, cells)
    found = [n for n in _functions_at(_tree(file, lines, fn), code.co_firstlineno)
             if _is_node_of(n, code)]  # fmt: skip
    if code.co_name == "<lambda>" and len(found) > 1:
        found = [n for n in found if _positions_fit(n, code)]
    if not found and file in WITHOUT_TEXT:  # the text of another `python -c` or exec stands there
        raise _not_to_be_had(fn)
    if not found:
        raise SourceError(
            f"the source of {fn.__qualname__!r} in {file} is not the text it was compiled from",
            help="reload the module (or run the cell) and make the derivative again",
        )
    return found[-1], source


WITHOUT_TEXT = {
    "<stdin>": "it was typed at the bare prompt",
    "<string>": "it was made by exec or python -c",
}


def _not_to_be_had(fn: types.FunctionType) -> SourceError:
    file = fn.__code__.co_filename
    where = WITHOUT_TEXT.get(file, f"there is no text for {file}")
    return SourceError(
        f"the source of {fn.__qualname__!r} is not to be had: {where}",
        help="put the function into a file, or use IPython or a notebook",
    )


def _lines(fn: types.FunctionType) -> tuple[str, ...]:
    file = fn.__code__.co_filename
    lines = linecache.getlines(file, fn.__globals__)
    if not lines:
        try:
            found, _ = inspect.findsource(fn)
        except (OSError, TypeError):
            raise _not_to_be_had(fn) from None
        lines = list(found)
    return tuple(line.rstrip("\n") for line in lines)


def _tree(file: str, lines: tuple[str, ...], fn: types.FunctionType) -> ast.Module:
    known = _parsed.get(file)
    if known is not None and known[0] == lines:
        return known[1]
    try:
        tree = ast.parse("\n".join(lines) + "\n", filename=file)
    except SyntaxError:
        raise SourceError(
            f"the file of {fn.__qualname__!r}, {file}, does not parse as Python",
            help="reload the module and make the derivative again",
        ) from None
    _parsed[file] = (lines, tree)
    return tree


def _functions_at(tree: ast.Module, line: int) -> list[ast.AST]:
    """The functions on a line, decorators and all; only what covers the line is looked through."""
    found: list[ast.AST] = []
    nodes: list[ast.AST] = [tree]
    for node in nodes:
        if isinstance(node, _FUNCTIONS):
            found.append(node)
        for child in ast.iter_child_nodes(node):
            decorators = getattr(child, "decorator_list", ())
            first = min([d.lineno for d in decorators], default=getattr(child, "lineno", line))
            if first <= line <= getattr(child, "end_lineno", line):
                nodes.append(child)
    return found


def _is_node_of(node: ast.AST, code: types.CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return code.co_firstlineno in (first, node.lineno)
    return False


def _positions_fit(node: ast.AST, code: types.CodeType) -> bool:
    """Do the positions in the bytecode lie within this lambda's body, and fill it?"""
    assert isinstance(node, ast.Lambda)
    body = node.body
    spots = [
        (line, col, end_line, end_col)
        for line, end_line, col, end_col in code.co_positions()
        if line is not None and col is not None and end_line is not None and end_col is not None
    ]
    spots = [s for s in spots if s[:2] != s[2:]]
    if not spots:
        return True
    start = min(s[:2] for s in spots)
    end = max(s[2:] for s in spots)
    return (
        (body.lineno, body.col_offset) <= start
        and end <= (body.end_lineno or 0, body.end_col_offset or 0)
        and _arguments(node) == code.co_varnames[: len(_arguments(node))]
        and end == (body.end_lineno, body.end_col_offset)
    )


def _arguments(node: ast.Lambda) -> tuple[str, ...]:
    a = node.args
    names = [arg.arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
    names += [arg.arg for arg in (a.vararg, a.kwarg) if arg]
    return tuple(names)


def comments(source: Source, node: Any) -> dict[int, tuple[str, bool]]:
    """The user's comments in a function: line -> (text, stands on a line of its own)."""
    return dict(_comments(source, node.lineno, node.end_lineno))


def _comments(source: Source, first: int, last: int) -> Iterator[tuple[int, tuple[str, bool]]]:
    import tokenize

    text = [line + "\n" for line in source.lines[first - 1 : last]]
    if not any("#" in line for line in text):
        return
    reader = iter(text)
    try:
        for token in tokenize.generate_tokens(lambda: next(reader, "")):
            if token.type == tokenize.COMMENT:
                alone = token.line.strip().startswith("#")
                yield first + token.start[0] - 1, (token.string, alone)
    except (tokenize.TokenError, IndentationError):
        return
