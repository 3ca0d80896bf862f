"""The whole module around a derivative: imports, captured values, helpers, the function.

import numpy as np

SCALE = 3.0                     what the function reads from your module, as it is now


def sum_to(g, x): ...           helpers, only those used


def grad_f(x): ...
"""

from __future__ import annotations

import ast
import inspect
import os
import symtable
import sys
import sysconfig
import textwrap
import types
from typing import Any

from ..ir.nodes import GlobalRef
from .emit import Emitted
from .helpers import helper_texts, with_own_numpy
from .plan import WIDTH
from .printer import to_text
from .spelling import constant


def module_text(emitted: Emitted) -> str:
    """The self-contained module: it needs nothing but the libraries it imports."""
    texts = helper_texts(emitted.helpers, emitted.helper_names)
    outside = read_from_outside(emitted)
    if any("np." in text for text in texts) and emitted.imports.module("numpy") != "np":
        texts = [with_own_numpy(t) for t in texts]
    values = "\n".join(outside.values)
    functions = ["\n".join(lines) for lines in (*emitted.above, emitted.lines)]
    below = [*outside.definitions, *texts, *functions]
    read = names_in("\n".join([values, *below]))
    lines = {*emitted.imports.lines(), *outside.imports}
    imports = sorted((line for line in lines if bound_by(line) in read), key=_import_order)
    top = "\n\n".join(part for part in ("\n".join(joined(imports)), values) if part)
    return "\n\n\n".join(part for part in (top, *below) if part) + "\n"


def names_in(text: str) -> set[str]:
    """The names that a text reads, in whatever scope."""
    tables = [symtable.symtable(text, "<text>", "exec")]
    for table in tables:
        tables += table.get_children()
    return {s.get_name() for t in tables for s in t.get_symbols() if s.is_referenced()}


def bound_by(line: str) -> str:
    """The name that an import statement binds."""
    return line.split()[-1].split(".")[0]


def joined(imports: list[str]) -> list[str]:
    """One line for what comes from one module, if it is no longer than a line may be."""
    lines: list[str] = []
    for line in imports:
        module, _, name = line.partition(" import ")
        same = module.startswith("from") and lines and lines[-1].startswith(f"{module} import ")
        if same and len(lines[-1]) + len(name) + 2 <= WIDTH:
            lines[-1] += f", {name}"
        else:
            lines.append(line)
    return lines


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def read_from_outside(emitted: Emitted) -> Outside:
    """What the function reads from the user's module, as it is at this moment."""
    found = Outside(emitted)
    for name, what in emitted.captured.items():
        found.add(name, what() if isinstance(what, GlobalRef) else what)
    return found


class Outside:
    """What a module text needs from the user's module: imports, values, definitions."""

    def __init__(self, emitted: Emitted) -> None:
        self.emitted = emitted
        self.names: set[str] = {*emitted.imports.values, *emitted.around.functions.values()}
        self.imports: list[str] = []
        self.values: list[str] = []
        self.definitions: list[str] = []

    def add(self, name: str, value: Any) -> None:
        """Make `name` stand for `value` in the text."""
        if name in self.names:
            return
        self.names.add(name)
        if inspect.isfunction(value) or inspect.isclass(value):
            self.define(name, value)
            return
        tree = constant(value, self.emitted.imports)
        if tree is not None:
            self.values.append(f"{name} = {to_text(tree)}")
        else:
            self.values.append(f"{name} = ...  # set this: {describe(value)}")

    def define(self, name: str, value: Any) -> None:
        """The user's own function or class: its source, and what that reads in turn."""
        if hasattr(value, "_fields") and value.__bases__ == (tuple,):
            self.imports.append("from collections import namedtuple")
            fields = ", ".join(f'"{field}"' for field in value._fields)
            self.values.append(f'{name} = namedtuple("{value.__name__}", [{fields}])')
            return
        own = getattr(value, "__qualname__", "")
        home = sys.modules.get(value.__module__)
        if _is_installed(home):
            suffix = "" if own == name else f" as {name}"
            self.imports.append(f"from {value.__module__} import {own}{suffix}")
            return
        try:
            text = textwrap.dedent(inspect.getsource(value)).rstrip()
            tree = ast.parse(text).body[0]
        except (OSError, TypeError, SyntaxError):
            tree, text = None, ""
        if not isinstance(tree, ast.FunctionDef | ast.ClassDef) or getattr(
            value, "__closure__", None
        ):
            self.values.append(f"{name} = ...  # set this: {describe(value)}")
            return
        globals_ = getattr(value, "__globals__", None) or (vars(home) if home else {})
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in globals_ and node.id != tree.name:
                self.need(node.id, globals_[node.id])
        self.definitions.append(text)
        if tree.name != name:
            self.definitions.append(f"{name} = {tree.name}")

    def need(self, name: str, value: Any) -> None:
        """A name that a definition reads."""
        if isinstance(value, types.ModuleType):
            if name not in self.names:
                self.names.add(name)
                module = value.__name__
                self.imports.append(
                    f"import {module}" if module == name else f"import {module} as {name}"
                )
        else:
            self.add(name, value)


def _is_installed(module: Any) -> bool:
    """Is it a module of the standard library or of an installed package, and not the user's?"""
    file = getattr(module, "__file__", None)
    if module is None or module.__name__ == "__main__":
        return False
    if file is None:
        return module.__name__ in sys.builtin_module_names
    roots = {sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib")}
    return any(os.path.realpath(file).startswith(os.path.realpath(root)) for root in roots if root)


def describe(value: Any) -> str:
    """A value in a few words."""
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(value, "dtype"):
        return f"array of shape {tuple(shape)}, {value.dtype}"
    return f"{type(value).__module__}.{type(value).__qualname__}"
