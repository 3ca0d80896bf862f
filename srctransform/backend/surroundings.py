"""What the functions of one printed module share: imports, helpers, what they read from outside.

A derivative may be several functions: `prims.call` of a constant that is an IR function is printed
as a call by name, and that function's text stands above:

    y, saved = layer_fwd(W, x)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Const, Function, If, Let, Stmt, Var
from ..ir.units import Unit
from ..ir.walk import definitions, operands, outs, statements
from .spelling import Imports


@dataclass
class Surroundings:
    """`user` are the names that functions use for their own variables."""

    imports: Imports
    user: set[str]
    functions: dict[str, str] = field(default_factory=dict)  # IR function -> printed name
    sizes: dict[str, int] = field(default_factory=dict)  # of the tuples that functions return
    helpers: list[Any] = field(default_factory=list)  # functions of `runtime`, in order of use
    helper_names: dict[Any, str] = field(default_factory=dict)
    captured: dict[str, Any] = field(default_factory=dict)  # printed name -> GlobalRef or object
    capture_names: dict[Any, str] = field(default_factory=dict)


def surroundings(
    main: Function, called: Iterable[Function], namespace: dict[str, Any]
) -> Surroundings:
    """Of functions that are printed into one module. The main one keeps its name."""
    called = list(called)
    user = {name for fn in (main, *called) for name in user_names(fn)}
    around = Surroundings(Imports(namespace, set(user)), user, {main.name: main.name})
    for fn in called:
        name = fn.name
        while name in user or name in around.functions.values():
            name += "_"
        around.functions[fn.name] = name
        around.sizes[fn.name] = result_size(fn)
    return around


def user_names(fn: Function) -> set[str]:
    """The names a user has given to parameters and variables."""
    names = {p.name for p in fn.params}
    return names | {v.hint for s in statements(fn.block) for v in outs(s) if v.user and v.hint}


def callee(let: Let) -> Function | None:
    """The IR function that a statement calls."""
    first: Atom | None = let.args[0] if let.args else None
    called = let.prim is prims.call and isinstance(first, Const)
    value = first.value if called and isinstance(first, Const) else None
    value = value.function if isinstance(value, Unit) else value
    return value if isinstance(value, Function) else None


def called_by(stmt: Stmt) -> list[Function]:
    """The IR functions that a statement calls, or hands to a function of a library."""
    given = operands(stmt) if isinstance(stmt, Let) else ()
    values = [a.value for a in given if isinstance(a, Const)]
    found = [v.function if isinstance(v, Unit) else v for v in values]
    return [v for v in found if isinstance(v, Function)]


def result_size(fn: Function) -> int:
    """How many values a function returns as a tuple, on every path; 0 if it returns another one."""
    return _tuple_size(fn.block.results[0], definitions(fn.block))


def _tuple_size(atom: Atom, defs: Mapping[Var, Stmt]) -> int:
    made = defs.get(atom) if isinstance(atom, Var) else None
    if isinstance(made, Let) and made.prim is prims.make_tuple:
        return len(made.args)
    if not isinstance(made, If):
        return 0
    k = made.outs.index(atom)
    one, other = (_tuple_size(arm.results[k], defs) for arm in (made.then, made.orelse))
    return one if one == other else 0


def in_order(functions: Mapping[Function, Types]) -> list[Function]:
    """The functions, those that are called before those that call them."""
    by_name = {fn.name: fn for fn in functions}
    found: list[Function] = []
    seen: set[str] = set()

    def visit(fn: Function) -> None:
        if fn.name in seen:
            return
        seen.add(fn.name)
        for stmt in statements(fn.block):
            for called in called_by(stmt):
                if called.name in by_name:
                    visit(by_name[called.name])
        found.append(fn)

    for fn in functions:
        visit(fn)
    return found
