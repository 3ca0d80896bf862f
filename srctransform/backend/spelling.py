"""How Python spells a primitive: operators, and functions by the name the user's module has.

operator.add -> +      np.sin -> np.sin, or sin after `from numpy import sin`
"""

from __future__ import annotations

import importlib
import math
import operator
import sys
import types
from typing import Any

import gast
import numpy as np

from ..ir import prims

BINARY = {fn: getattr(gast, name) for name, fn in prims.BINARY.items()}
UNARY = {fn: getattr(gast, name) for name, fn in prims.UNARY.items()}
COMPARE = {fn: getattr(gast, name) for name, fn in prims.COMPARE.items()}
INPLACE_BINARY = {
    getattr(operator, "i" + fn.__name__.strip("_")): getattr(gast, name)
    for name, fn in prims.BINARY.items()
}

#: methods and attributes that print a function of an array more shortly
SHORT_ATTRIBUTE = {np.transpose: "T", np.shape: "shape", np.size: "size", np.ndim: "ndim"}
SHORT_METHOD = {np.sum: "sum", np.reshape: "reshape", np.copy: "copy", np.conj: "conj"}

DEFAULT_ALIAS = {"numpy": "np"}


class Imports:
    """The imports a module text needs, and the names they give. `taken` are names in use."""

    def __init__(self, namespace: dict[str, Any], taken: set[str]) -> None:
        self.namespace = namespace
        self.taken = taken
        self.modules: dict[str, str] = {}  # module -> alias
        self.functions: dict[str, tuple[str, str]] = {}  # name -> (module, original name)
        self.values: dict[str, Any] = {}  # what each name is bound to

    def module(self, name: str) -> str:
        """The alias under which a module is imported."""
        if name not in self.modules:
            alias = self._alias(name)
            self.modules[name] = alias
            root = alias.split(".")[0]
            self.taken.add(root)
            imported = importlib.import_module(name)
            self.values[root] = imported if "." not in alias else sys.modules[name.split(".")[0]]
        return self.modules[name]

    def _alias(self, name: str) -> str:
        for key, value in self.namespace.items():
            if isinstance(value, types.ModuleType) and value.__name__ == name:
                if key not in self.taken and key.isidentifier():
                    return key
        parent, _, leaf = name.rpartition(".")
        if parent in ("numpy", "scipy") and self._reachable(parent, leaf):
            return f"{self.module(parent)}.{leaf}"
        alias = DEFAULT_ALIAS.get(name, name)
        while alias.split(".")[0] in self.taken:
            alias = alias.replace(".", "_") + "_"
        return alias

    def _reachable(self, parent: str, leaf: str) -> bool:
        return parent == "numpy" and hasattr(np, leaf)

    def function(self, prim: Any, spelling: str) -> str:
        """How to write a function of a library: `np.sin`."""
        name = getattr(prim, "__name__", "")
        if spelling == name and self.namespace.get(name) is prim and name not in self.taken:
            home = home_of(prim)
            if home is not None and home[0] != "builtins":
                self.functions[name] = home
                self.values[name] = prim
                return name
        home = home_of(prim)
        if home is None:
            return ""
        module, path = home
        own = spelling.rpartition(".")[2]
        if own and getattr(sys.modules[module], own, None) is prim:
            path = own  # np.abs and np.absolute are one function
        if module == "builtins":
            if path in self.taken:
                return f"{self.module('builtins')}.{path}"
            return path
        return f"{self.module(module)}.{path}"

    def lines(self) -> list[str]:
        """The import statements, sorted."""
        out = []
        for module, alias in self.modules.items():
            if "." in alias and alias.split(".")[0] in self.modules.values():
                continue
            parent, _, leaf = module.rpartition(".")
            if parent and alias == leaf:
                out.append(f"from {parent} import {leaf}")
            else:
                out.append(f"import {module}" if alias == module else f"import {module} as {alias}")
        for name, (module, original) in self.functions.items():
            what = original if original == name else f"{original} as {name}"
            out.append(f"from {module} import {what}")
        return sorted(out, key=lambda line: (line.startswith("from"), line))


LIBRARIES = (
    "builtins", "numpy", "numpy.linalg", "numpy.fft", "numpy.random", "math", "cmath", "scipy.fft",
    "scipy.special", "scipy.linalg", "scipy.signal", "scipy.stats", "scipy.interpolate",
    "scipy.integrate", "scipy.optimize", "scipy.sparse", "scipy.sparse.linalg", "functools",
)  # fmt: skip


def home_of(prim: Any) -> tuple[str, str] | None:
    """(module, name) by which a function of a library is reached; None for others."""
    name = getattr(prim, "__name__", None)
    if name is None:
        return home_of_object(prim)
    own = getattr(prim, "__module__", None) or ""
    for module in LIBRARIES:
        loaded = sys.modules.get(module)
        if loaded is not None and getattr(loaded, name, None) is prim:
            return module, name
    if isinstance(prim, types.MethodType):  # stats.norm.logpdf
        home = home_of_object(prim.__self__)
        return home and (home[0], f"{home[1]}.{name}")
    owner = getattr(prim, "__self__", None)
    if isinstance(owner, np.ufunc):
        return "numpy", f"{owner.__name__}.{name}"
    for prefix, cls in (("ndarray", np.ndarray), ("ufunc", np.ufunc)):
        if getattr(cls, name, None) is prim:
            return "numpy", f"{prefix}.{name}"
    if own and own.split(".")[0] not in ("srctransform", "__main__"):
        loaded = sys.modules.get(own)
        if loaded is not None and getattr(loaded, name, None) is prim:
            return own, name
    return None


def home_of_object(value: Any) -> tuple[str, str] | None:
    """The same of an object that a library holds: ("scipy.stats", "norm")."""
    for module in LIBRARIES:
        loaded = sys.modules.get(module)
        for name, held in vars(loaded).items() if loaded is not None else ():
            if held is value:
                return module, name
    return None


def constant(value: Any, imports: Imports) -> Any:
    """A literal as a tree; None where the value has no literal. Negative numbers are -(x)."""
    if isinstance(value, bool | str | bytes) or value is None or value is Ellipsis:
        return gast.Constant(value=value, kind=None)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float):
        if value != value:
            return _dotted(f"{imports.module('numpy')}.nan")
        if value in (math.inf, -math.inf):
            inf = _dotted(f"{imports.module('numpy')}.inf")
            return inf if value > 0 else gast.UnaryOp(op=gast.USub(), operand=inf)
        if value < 0 or (value == 0 and math.copysign(1, value) < 0):
            return gast.UnaryOp(op=gast.USub(), operand=gast.Constant(value=-value, kind=None))
        return gast.Constant(value=value, kind=None)
    if isinstance(value, complex):
        imag = gast.Constant(value=complex(0, abs(value.imag)), kind=None)
        if value.real == 0 and value.imag >= 0:
            return imag
        if value.real == 0:
            return gast.UnaryOp(op=gast.USub(), operand=imag)
        op = gast.Add() if value.imag >= 0 else gast.Sub()
        return gast.BinOp(left=constant(value.real, imports), op=op, right=imag)
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        items = [constant(v, imports) for v in value]
        if any(i is None for i in items):
            return None
        kind = gast.Tuple if isinstance(value, tuple) else gast.List
        return kind(elts=items, ctx=gast.Load())
    if isinstance(value, dict) and type(value) is dict:
        keys = [constant(k, imports) for k in value]
        values = [constant(v, imports) for v in value.values()]
        return (
            None if any(v is None for v in keys + values) else gast.Dict(keys=keys, values=values)
        )
    if isinstance(value, slice):
        if value.step is None and value.start is None:
            args = [value.stop]
        else:
            args = [value.start, value.stop] + ([value.step] if value.step is not None else [])
        return gast.Call(
            func=_dotted("slice"), args=[constant(a, imports) for a in args], keywords=[]
        )
    if isinstance(value, range):
        parts = (value.start, value.stop, value.step)
        first = 1 if value.start == 0 and value.step == 1 else 0
        args = [constant(part, imports) for part in parts[first : 2 + (value.step != 1)]]
        return gast.Call(func=_dotted("range"), args=args, keywords=[])
    if isinstance(value, np.ndarray) and value.size <= 1000 and value.dtype.kind in "biufc":
        call = _dotted(f"{imports.module('numpy')}.{'array' if value.size else 'zeros'}")
        content = value.tolist() if value.size else value.shape
        keywords = []
        if value.dtype not in (np.dtype(float), np.dtype(int), np.dtype(bool), np.dtype(complex)):
            text = gast.Constant(value=str(value.dtype), kind=None)
            keywords = [gast.keyword(arg="dtype", value=text)]
        return gast.Call(func=call, args=[constant(content, imports)], keywords=keywords)
    if isinstance(value, np.dtype):
        call = _dotted(f"{imports.module('numpy')}.dtype")
        return gast.Call(func=call, args=[gast.Constant(value=str(value), kind=None)], keywords=[])
    if isinstance(value, types.ModuleType):
        return _dotted(imports.module(value.__name__))
    if callable(value):
        text = imports.function(value, "")
        return _dotted(text) if text else None
    return None


def dotted(text: str) -> Any:
    """`np.linalg.norm` as a tree."""
    root, *rest = text.split(".")
    tree = gast.Name(id=root, ctx=gast.Load(), annotation=None, type_comment=None)
    for name in rest:
        tree = gast.Attribute(value=tree, attr=name, ctx=gast.Load())
    return tree


_dotted = dotted
