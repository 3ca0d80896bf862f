"""IR -> text, one primitive a line. Names are invented here, and mean nothing to any pass.

f(w, x)
  t1 = w * x
  h = tanh(t1)
  return h
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator

import numpy as np

from . import prims
from .nodes import Atom, Block, Const, For, Function, GlobalRef, If, Let, Prim, Var, While
from .walk import outs

SIGNS: dict[Prim, str] = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/",
    operator.floordiv: "//", operator.mod: "%", operator.pow: "**", operator.matmul: "@",
    operator.and_: "&", operator.or_: "|", operator.xor: "^", operator.lshift: "<<",
    operator.rshift: ">>", operator.eq: "==", operator.ne: "!=", operator.lt: "<",
    operator.le: "<=", operator.gt: ">", operator.ge: ">=", operator.is_: "is",
    operator.is_not: "is not", prims.is_in: "in", prims.not_in: "not in",
}  # fmt: skip
SIGNS[np.matmul] = "@"
PREFIXES: dict[Prim, str] = {
    operator.neg: "-", operator.pos: "+", operator.invert: "~", operator.not_: "not "
}  # fmt: skip


class Names:
    """A name for each variable, given when it is first asked for; nameless ones are t1, t2, ..."""

    def __init__(self) -> None:
        self.given: dict[Var, str] = {}
        self.taken: set[str] = set()
        self.free: dict[str, Iterator[str]] = {}

    def __call__(self, var: Var) -> str:
        if var not in self.given:
            stem = self.stem(var)
            if stem not in self.free:  # the search goes on where it ended: linear in variables
                names = (f"{stem}_{k}" if stem else f"t{k - 1}" for k in itertools.count(2))
                self.free[stem] = itertools.chain([stem], names) if stem else names
            self.given[var] = next(name for name in self.free[stem] if name not in self.taken)
            self.taken.add(self.given[var])
        return self.given[var]

    def stem(self, var: Var) -> str:
        """`dx` for the adjoint of x, `x_dot` for its tangent, else the hint; empty without one."""
        if var.of is not None and var.role in ("adjoint", "tangent"):
            of = self.given.get(var.of) or self.stem(var.of) or "t"
            return f"d{of}" if var.role == "adjoint" else f"{of}_dot"
        return var.hint


def show(function: Function, names: Names | None = None) -> str:
    """The function as text, one primitive a line."""
    name = names or Names()

    def atom(a: Atom) -> str:
        return name(a) if isinstance(a, Var) else show_const(a)

    def carrying(params: tuple[Var, ...], init: tuple[Atom, ...]) -> str:
        pairs = zip(params, init, strict=True)
        return ", ".join(f"{name(p)} = {atom(a)}" for p, a in pairs)

    def lines(block: Block, indent: str, end: str) -> list[str]:
        text = []
        for stmt in block.body:
            match stmt:
                case Let():
                    right = expression(stmt, *map(atom, stmt.args), **_named(stmt, atom))
                    text.append(f"{indent}{name(stmt.out)} = {right}")
                case If():
                    text.append(f"{indent}if {atom(stmt.cond)}:")
                    text += lines(stmt.then, indent + "  ", "yield")
                    text.append(f"{indent}else:")
                    text += lines(stmt.orelse, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
                case For():
                    item, init = (
                        name(stmt.body.params[0]),
                        carrying(stmt.body.params[1:], stmt.init),
                    )
                    until = " until stopped" if stmt.stops else ""
                    head = f"for {item} in {atom(stmt.iterable)}{until} carrying {init}:"
                    text.append(indent + head)
                    text += lines(stmt.body, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
                case While():
                    until = " until stopped" if stmt.stops else ""
                    init = carrying(stmt.body.params, stmt.init)
                    text.append(f"{indent}while{until} carrying {init}:")
                    text += lines(stmt.test, indent + "  ", "test")
                    text += lines(stmt.body, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
        text.append(f"{indent}{end} {', '.join(map(atom, block.results))}".rstrip())
        return text

    params = [name(v) for v in function.captures] + [name(p.var) for p in function.params]
    head = f"{function.name}({', '.join(params)})"
    return "\n".join([head, *lines(function.block, "  ", "return")])


def expression(let: Let, *args: str, **kwargs: str) -> str:
    """The right side of a statement whose operands are these texts."""
    prim = let.prim
    if len(args) == 2 and prim in SIGNS and not kwargs:
        return f"{args[0]} {SIGNS[prim]} {args[1]}"
    if len(args) == 1 and prim in PREFIXES:
        return f"{PREFIXES[prim]}{args[0]}"
    if prim is prims.getitem and len(args) == 2:
        return f"{args[0]}[{args[1]}]"
    if prim is prims.first_of:
        return args[0]
    if prim is prims.global_ref:
        return args[0]
    if prim is prims.make_tuple:
        return f"({args[0]},)" if len(args) == 1 else f"({', '.join(args)})"
    if prim is prims.make_list:
        return f"[{', '.join(args)}]"
    words = [*args, *(f"{key}={text}" for key, text in kwargs.items())]
    if prim is prims.call:
        return f"{words[0]}({', '.join(words[1:])})"
    return f"{prim_name(prim)}({', '.join(words)})"


def _named(let: Let, atom: Callable[[Atom], str]) -> dict[str, str]:
    return {key: atom(a) for key, a in let.kwargs}


def label(var: Var) -> str:
    """A readable stem for a variable: `dx` for the adjoint of x, `x_dot` for its tangent."""
    return Names().stem(var) or "t"


def prim_name(prim: object) -> str:
    name = getattr(prim, "__name__", None) or repr(prim)
    return name.rstrip("_")


def show_const(const: Const) -> str:
    value = const.value
    if const.spelling:
        return const.spelling
    if isinstance(value, Function):
        return value.name
    if isinstance(value, GlobalRef):
        return value.name
    if isinstance(value, np.ndarray):
        return f"<array of shape {value.shape}>"
    if callable(value) or hasattr(value, "__path__"):
        return str(getattr(value, "__name__", repr(value)))
    if isinstance(value, tuple):
        inner = ", ".join(show_const(Const(v)) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
