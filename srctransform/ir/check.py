"""What every pass may rely on. `check` reports all breaches at once, after each stage in tests."""

from __future__ import annotations

from .nodes import Atom, Block, Const, For, Function, If, Let, Var, While
from .show import label, prim_name, show
from .walk import operands, outs


def check(function: Function) -> Function:
    """Return the function, or raise AssertionError that lists every broken invariant."""
    problems = breaches(function)
    if problems:
        raise AssertionError("\n".join(["broken IR:", *problems, show(function)]))
    return function


def breaches(function: Function) -> list[str]:
    """Every broken invariant of `nodes`, as sentences."""
    found: list[str] = []
    defined: set[Var] = set()

    def define(var: Var, scope: set[Var], what: str) -> None:
        if not isinstance(var, Var):
            found.append(f"{what} defines {var!r}, which is no variable")
        elif var in defined:
            found.append(f"{label(var)} is defined twice")
        else:
            defined.add(var)
            scope.add(var)

    def read(atom: Atom, scope: set[Var], what: str) -> None:
        if isinstance(atom, Var):
            if atom not in scope:
                found.append(f"{what} reads {label(atom)} out of its scope")
        elif not isinstance(atom, Const):
            found.append(f"{what} reads {atom!r}, which is no atom")

    def visit(block: Block, scope: set[Var], results: int, what: str) -> None:
        scope = set(scope)
        for var in block.params:
            define(var, scope, what)
        for stmt in block.body:
            name = prim_name(stmt.prim) if isinstance(stmt, Let) else type(stmt).__name__.lower()
            for atom in operands(stmt):
                read(atom, scope, name)
            match stmt:
                case Let():
                    if not callable(stmt.prim):
                        found.append(f"{stmt.prim!r} cannot be called")
                case If():
                    visit(stmt.then, scope, len(stmt.outs), "then")
                    visit(stmt.orelse, scope, len(stmt.outs), "else")
                case For():
                    _count(found, "for", len(stmt.body.params), len(stmt.init) + 1)
                    _count(found, "for", len(stmt.outs), len(stmt.init))
                    visit(stmt.body, scope, len(stmt.outs) + stmt.stops, "for")
                case While():
                    _count(found, "while", len(stmt.test.params), len(stmt.init))
                    _count(found, "while", len(stmt.body.params), len(stmt.init))
                    _count(found, "while", len(stmt.outs), len(stmt.init))
                    visit(stmt.test, scope, 1, "test")
                    visit(stmt.body, scope, len(stmt.outs) + stmt.stops, "while")
            for var in outs(stmt):
                define(var, scope, name)
        for atom in block.results:
            read(atom, scope, what)
        _count(found, what, len(block.results), results)

    top: set[Var] = set()
    for var in function.captures:
        define(var, top, "captures")
    for param in function.params:
        define(param.var, top, "parameters")
    visit(function.block, top, 1, function.name)
    return found


def _count(found: list[str], what: str, got: int, want: int) -> None:
    if got != want:
        found.append(f"{what} has {got} values where {want} belong")
