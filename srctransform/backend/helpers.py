"""The helpers of `runtime` as text: those that a derivative uses, and those that these use.

helper_texts([like], {like: "like_"})      "def like_(g, x): ..."
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any

from .. import runtime


def helper_texts(helpers: list[Any], names: dict[Any, str]) -> list[str]:
    """The text of each helper, callees first; `names` has those that are printed under another."""
    needed = with_dependencies(helpers)
    texts = [helper_text(fn) for fn in needed]
    for fn in needed:
        own, name = fn.__name__, names.get(fn, fn.__name__)
        if name != own:
            texts = [re.sub(rf"(?<![\w.]){own}(?=\()", name, text) for text in texts]
    return texts


def with_dependencies(helpers: list[Any]) -> list[Any]:
    """The helpers and those they call, callees first."""
    out: list[Any] = []

    def visit(fn: Any) -> None:
        for name in names_in(fn.__code__):
            other = fn.__globals__.get(name)
            if inspect.isfunction(other) and other.__module__.startswith(runtime.__name__):
                if other is not fn and other not in out:
                    visit(other)
        if fn not in out:
            out.append(fn)

    for fn in helpers:
        visit(fn)
    return out


def names_in(code: CodeType) -> Iterator[str]:
    """The names that a function looks up, in its comprehensions too."""
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from names_in(const)


@functools.cache
def helper_text(fn: Any) -> str:
    """The source of a helper as it stands, without its annotations."""
    text = textwrap.dedent(inspect.getsource(fn))
    lines = text.splitlines(keepends=True)
    starts = list(itertools.accumulate((len(line.encode()) for line in lines), initial=0))
    raw = text.encode()
    cuts = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg) and node.annotation is not None:
            end = starts[node.annotation.end_lineno - 1] + node.annotation.end_col_offset  # type: ignore[operator]
            cuts.append(
                (starts[node.lineno - 1] + node.col_offset + len(node.arg.encode()), end, b"")
            )
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            end = starts[node.returns.end_lineno - 1] + node.returns.end_col_offset  # type: ignore[operator]
            start = raw.rindex(b"->", 0, starts[node.returns.lineno - 1] + node.returns.col_offset)
            cuts.append((start - 1, end, b""))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            start = starts[node.target.end_lineno - 1] + node.target.end_col_offset  # type: ignore[operator]
            stop = starts[node.value.lineno - 1] + node.value.col_offset
            cuts.append((start, stop, b" = "))
    for start, end, instead in sorted(cuts, reverse=True):
        raw = raw[:start] + instead + raw[end:]
    return raw.decode().rstrip().replace("  # fmt: skip", "")  # a word to our own formatter


def with_own_numpy(text: str) -> str:
    """A helper where `np` is not NumPy in the module: it imports its own."""
    first, rest = text.split('"""\n', 1) if '"""' in text else text.split("\n", 1)
    return f'{first}"""\n    import numpy as np\n\n{rest}'
