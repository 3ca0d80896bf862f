"""A helper that was printed above a derivative is the helper, when that text is differentiated.

helper_of(<sum_to of a saved module>)  ->  runtime.sum_to
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .. import runtime


def helper_of(fn: FunctionType) -> Any:
    """The helper of `runtime` that a printed module brought along; None of any other function."""
    helper = getattr(runtime, fn.__name__.rstrip("_"), None)
    if helper is fn or not isinstance(helper, FunctionType):
        return None
    return helper if same_code(fn.__code__, code_as_printed(helper)) else None


@functools.cache
def code_as_printed(helper: FunctionType) -> CodeType:
    """The code of a helper in a printed module: without annotations, which are part of the code of
    functions that define functions, and below imports, which Python compiles calls by."""
    modules = {k: v for k, v in helper.__globals__.items() if isinstance(v, ModuleType)}
    imports = "".join(f"import {module.__name__} as {name}\n" for name, module in modules.items())
    tree = ast.parse(imports + textwrap.dedent(inspect.getsource(helper)))
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    made: dict[str, Any] = {}
    exec(compile(tree, helper.__code__.co_filename, "exec"), dict(helper.__globals__), made)
    code = made[helper.__name__].__code__
    assert isinstance(code, CodeType)
    return code


def same_code(a: Any, b: Any) -> bool:
    """Do two pieces of code do the same, wherever they stand? Constants are compared too."""
    if not isinstance(a, CodeType) or not isinstance(b, CodeType):
        return type(a) is type(b) and bool(a == b)
    if (a.co_code, a.co_names, len(a.co_consts)) != (b.co_code, b.co_names, len(b.co_consts)):
        return False
    return all(same_code(p, q) for p, q in zip(a.co_consts, b.co_consts, strict=True))
