"""IR -> text, one primitive a line. Names are invented here, and mean nothing to any pass.

f(w, x)
  t1 = w * x
  h = tanh(t1)
  return h

A loop says what it carries, `for i in t1 carrying h_2 = h:`, what a round hands on, `yield h_3`,
and what is left behind it, `-> h_4`. A write makes the
next version of an array: `h_3 = h_2 with [i] = z`. Functions that call themselves stand below.
"""

from __future__ import annotations

import itertools
import operator
import textwrap
from collections.abc import Callable, Iterator

import numpy as np

from . import prims
from .nodes import UNBOUND, Atom, Block, Const, For, Function, GlobalRef, If, Let, Prim, Var, While
from .units import Unit
from .walk import outs, statements

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


#: the signs of `x[i] += e` and its like, by the names of their functions
IN_PLACE = {f"i{fn.__name__.strip('_')}": f"{sign}=" for fn, sign in SIGNS.items()}
#: effects that give nothing
SILENT = prims.EFFECTS - {prims.pop, prims.set_errors}


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
    """The function as text, one primitive a line; below it the units that it calls."""
    parts = [_shown(function, names or Names())]
    parts += [_shown(inner, Names()) for inner in _called(function)]
    return "\n\n".join(parts)


def _called(function: Function) -> list[Function]:
    """The functions that are called and not spliced in, each once, in the order of their calls."""
    found: dict[Function, None] = {}
    waiting = [function]
    while waiting:
        for stmt in statements(waiting.pop(0).block):
            unit = stmt.args[0] if isinstance(stmt, Let) and stmt.prim is prims.call else None
            if isinstance(unit, Const) and isinstance(unit.value, Unit):
                inner = unit.value.function
                if inner is not None and inner not in found:
                    found[inner] = None
                    waiting.append(inner)
    return list(found)


def _shown(function: Function, name: Names) -> str:
    """The text of one function."""

    def atom(a: Atom) -> str:
        return name(a) if isinstance(a, Var) else show_const(a)

    def carrying(params: tuple[Var, ...], init: tuple[Atom, ...]) -> str:
        pairs = zip(params, init, strict=True)
        return ", ".join(f"{name(p)} = {atom(a)}" for p, a in pairs)

    def arms(stmt: If, indent: str) -> list[str]:
        text = [f"{indent}if {atom(stmt.cond)}:", *lines(stmt.then, indent + "  ", "yield")]
        if stmt.orelse.body or stmt.orelse.results:
            text += [f"{indent}else:", *lines(stmt.orelse, indent + "  ", "yield")]
        return text

    def lines(block: Block, indent: str, end: str) -> list[str]:
        text = []
        for stmt in block.body:
            match stmt:
                case Let():
                    right = expression(stmt, *map(atom, stmt.args), **_named(stmt, atom))
                    left = "" if stmt.prim in SILENT else f"{name(stmt.out)} = "
                    text.append(f"{indent}{left}{right}")
                case If():
                    text += arms(stmt, indent)
                case For():
                    item, init = (
                        name(stmt.body.params[0]),
                        carrying(stmt.body.params[1:], stmt.init),
                    )
                    until = " until stopped" if stmt.stops else ""
                    head = f"for {item} in {atom(stmt.iterable)}{until} carrying {init}:"
                    text += wrapped(head, indent)
                    text += lines(stmt.body, indent + "  ", "yield")
                case While():
                    until = " until stopped" if stmt.stops else ""
                    init = carrying(stmt.body.params, stmt.init)
                    text += wrapped(f"while{until} carrying {init}:", indent)
                    text += lines(stmt.test, indent + "  ", "test")
                    text += lines(stmt.body, indent + "  ", "yield")
            if outs(stmt) and not isinstance(stmt, Let):
                text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
        if block.results or not text or end == "return":
            text.append(f"{indent}{end} {', '.join(map(atom, block.results))}".rstrip())
        return text

    params = [name(v) for v in function.captures] + [name(p.var) for p in function.params]
    head = f"{function.name}({', '.join(params)})"
    return "\n".join([head, *lines(function.block, "  ", "return")])


def wrapped(head: str, indent: str) -> list[str]:
    """The head of a loop, on several lines if it carries much; `a = b` is not torn apart."""
    inner = indent + " " * 6
    held = head.replace(" = ", "\u00a0=\u00a0")
    lines = textwrap.wrap(held, 96, initial_indent=indent, subsequent_indent=inner)
    return [line.replace("\u00a0", " ") for line in lines]


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
    written = _write(prim, args)
    if written:
        return written
    words = [*args, *(f"{key}={text}" for key, text in kwargs.items())]
    if prim is prims.call:
        return f"{words[0]}({', '.join(words[1:])})"
    return f"{prim_name(prim)}({', '.join(words)})"


def _write(prim: Prim, args: tuple[str, ...]) -> str:
    """The text of a write; empty for anything else."""
    if prim in (prims.store, prims.accumulate):
        buffer, value, *path = args
        places = "".join(f"[{key}]" for key in path)
        return f"{buffer} with {places} {'=' if prim is prims.store else '+='} {value}"
    if prim in (prims.set_item, prims.update_item):
        base, key, *sign, value = args
        return f"{base}[{key}] {IN_PLACE.get(sign[0], sign[0]) if sign else '='} {value}"
    if prim in (prims.set_attr, prims.update_attr):
        base, key, *sign, value = args
        key = key.strip("'")
        return f"{base}.{key} {IN_PLACE.get(sign[0], sign[0]) if sign else '='} {value}"
    return f"del {args[0]}[{args[1]}]" if prim is prims.del_item else ""


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
    if value is UNBOUND:
        return "unbound"
    if isinstance(value, Function | Unit):
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
