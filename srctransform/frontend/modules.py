"""Imports inside of a function: the modules are there before it runs.

import numpy.linalg as la       la is the module
from math import sin, pi        sin is the function; pi is read from math when it runs
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Iterator
from typing import Any

import gast

from ..errors import UnsupportedError
from ..ir.nodes import Const, GlobalRef
from .scope import Scope, is_static

KNOWN = frozenset({"numpy", "math", "scipy", "cmath"})  # their data never changes


def imports(scope: Scope, stmt: Any) -> Iterator[tuple[str, Const]]:
    """Each name that an import binds; data that may change is a `GlobalRef`."""
    if isinstance(stmt, gast.Import):
        for alias in stmt.names:
            module = _module(scope, alias.name, stmt)
            top = alias.name.split(".")[0]
            name = alias.asname or top
            yield name, Const(module if alias.asname else _module(scope, top, stmt), name)
        return
    module = _module(scope, "." * (stmt.level or 0) + (stmt.module or ""), stmt)
    for alias in stmt.names:
        name = alias.asname or alias.name
        try:
            value = getattr(module, alias.name)
        except AttributeError:
            if not hasattr(module, "__path__"):
                raise UnsupportedError(
                    f"{module.__name__} has no attribute {alias.name!r}", scope.span(stmt)
                ) from None
            value = _module(scope, f"{module.__name__}.{alias.name}", stmt)
        if is_static(value) or module.__name__.split(".")[0] in KNOWN:
            yield name, Const(value, name)
        else:
            yield name, Const(GlobalRef(alias.name, vars(module)))


def _module(scope: Scope, name: str, stmt: Any) -> types.ModuleType:
    space = scope.source.globals
    package = space.get("__package__") or str(space.get("__name__", "")).rpartition(".")[0]
    try:
        return importlib.import_module(name, package or None)
    except Exception as error:
        raise UnsupportedError(
            f"the import of {name!r} fails: {error}", scope.span(stmt), "import at the module's top"
        ) from None
