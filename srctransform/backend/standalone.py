"""The whole module around a derivative: imports, captured values, helpers, the function.

    import numpy as np

    SCALE = 3.0                     what the function reads from your module, as it is now


    def sum_to(g, x): ...           helpers, only those used


    def grad_f(x): ...
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import textwrap
from typing import Any

from .. import runtime
from ..ir.nodes import GlobalRef
from .emit import Emitted
from .printer import to_text
from .spelling import constant


def module_text(emitted: Emitted) -> str:
    """The self-contained module: it needs nothing but the libraries it imports."""
    helpers = with_dependencies(emitted.helpers)
    texts = [helper_text(h) for h in helpers]
    captured = captured_lines(emitted)
    function = "\n".join(emitted.lines)
    if any("np." in text for text in texts) and emitted.imports.module("numpy") != "np":
        emitted.imports.modules.setdefault("numpy", "np")
        texts = [_with_own_numpy(t) for t in texts]
    imports = emitted.imports.lines()
    head = "\n".join(imports)
    if captured:
        head = "\n".join([head, "", *captured]) if head else "\n".join(captured)
    parts = [head] if head else []
    return "\n\n\n".join([*parts, *texts, function]) + "\n"


def _with_own_numpy(text: str) -> str:
    """A helper where `np` is not NumPy in the module: it imports its own."""
    first, rest = text.split('"""\n', 1) if '"""' in text else text.split("\n", 1)
    return f'{first}"""\n    import numpy as np\n\n{rest}'


def with_dependencies(helpers: list[Any]) -> list[Any]:
    """The helpers and those they call, callees first."""
    out: list[Any] = []

    def visit(fn: Any) -> None:
        for name in fn.__code__.co_names:
            other = fn.__globals__.get(name)
            if inspect.isfunction(other) and other.__module__.startswith(runtime.__name__):
                if other is not fn and other not in out:
                    visit(other)
        if fn not in out:
            out.append(fn)

    for fn in helpers:
        visit(fn)
    return out


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
            cuts.append((starts[node.lineno - 1] + node.col_offset + len(node.arg.encode()), end, b""))
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
    return raw.decode().rstrip()


def captured_lines(emitted: Emitted) -> list[str]:
    """`NAME = value` for what the function reads from outside, as it is at this moment."""
    lines = []
    for name, what in emitted.captured.items():
        value = what() if isinstance(what, GlobalRef) else what
        lines += _captured_line(name, value, emitted)
    return lines


def _captured_line(name: str, value: Any, emitted: Emitted) -> list[str]:
    tree = constant(value, emitted.imports)
    if tree is not None:
        return [f"{name} = {to_text(tree)}"]
    module, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if own and module and "." not in own and "<" not in own and module != "__main__":
        suffix = "" if own == name else f" as {name}"
        return [f"from {module} import {own}{suffix}"]
    return [f"{name} = ...  # set this: {describe(value)}"]


def describe(value: Any) -> str:
    """A value in a few words."""
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(value, "dtype"):
        return f"array of shape {tuple(shape)}, {value.dtype}"
    return f"{type(value).__module__}.{type(value).__qualname__}"
