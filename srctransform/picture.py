"""A picture of a function's Wengert list: its values, the operations between them, its adjoints.

    picture(loss, wrt="w", args=(0.5, 2.0))      a notebook draws it
    picture(loss).dot                            text for Graphviz
    picture(loss).save("loss.svg")

With args each value shows its number and its adjoint, the derivative of the result by that value;
without, their names. SVG is drawn by `layered.py`, so that nothing needs to be installed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from .api import Wrt, wrt_names
from .backend.load import save
from .frontend.read import read
from .ir import prims
from .ir.nodes import UNBOUND, Const, If, Let, Stmt, Var
from .ir.show import PREFIXES, SIGNS, Names, prim_name, show, show_const
from .ir.walk import free_vars, operands, outs
from .layered import Layout, layout
from .pipeline import Options, prepared_for
from .trees import is_number
from .values import Run, run

#: more nodes than this are no picture
LIMIT = 500

LINE, CHARACTER, MARGIN = 17.0, 7.3, 12.0
FORWARD, BACKWARD, QUIET = "#1a1a1a", "#b3261e", "#8a8a8a"


@dataclass(frozen=True)
class Node:
    """A value with one line of text for its name, its number and its adjoint; or an operation."""

    lines: tuple[tuple[str, str], ...]  # text and colour
    kind: str  # "value", "constant", "operation"
    result: bool = False

    @property
    def size(self) -> tuple[float, float]:
        width = max(len(text) for text, _ in self.lines) * CHARACTER + 16
        return max(width, 30.0), len(self.lines) * LINE + (8 if self.kind == "value" else 6)


@dataclass(repr=False)
class Picture:
    """A graph to look at: `dot` and `svg` are its text in these formats."""

    title: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)

    def __repr__(self) -> str:
        values = sum(node.kind == "value" for node in self.nodes.values())
        return f"<picture of {self.title!r}: {values} values>"

    @property
    def dot(self) -> str:
        """DOT, the language of Graphviz."""
        lines = [f"digraph {_quoted(self.title)} {{", "  rankdir=LR;"]
        lines.append('  node [fontname="monospace", fontsize=11, height=0.3];')
        for key, node in self.nodes.items():
            shape = {"value": "box", "constant": "plaintext", "operation": "ellipse"}[node.kind]
            text = "\n".join(text for text, _ in node.lines)
            bold = ", penwidth=2" if node.result else ""
            lines.append(f"  {key} [label={_quoted(text)}, shape={shape}{bold}];")
        lines += [f"  {a} -> {b};" for a, b in self.edges]
        return "\n".join([*lines, "}"]) + "\n"

    @property
    def svg(self) -> str:
        """SVG, with a layout of our own."""
        return drawn(self, layout({k: n.size for k, n in self.nodes.items()}, self.edges))

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a .svg, .dot or .gv file. Raises ValueError for another ending."""
        ending = Path(path).suffix
        if ending not in (".svg", ".dot", ".gv"):
            raise ValueError(f"a picture is saved as .svg, .dot or .gv, not {os.fspath(path)!r}")
        return save(self.svg if ending == ".svg" else self.dot, path)


def picture(f: Callable[..., Any], wrt: Wrt = 0, args: tuple[Any, ...] | None = None) -> Picture:
    """The graph of f's Wengert list, with the adjoints of what depends on wrt.

    wrt: as in `grad`. args: f's positional arguments, of which the values and adjoints are shown;
    the picture then follows the branches that they take. The adjoint is the derivative of the
    result, of the sum of its entries if it is an array, by the value.

    Raises what `grad` raises; ValueError for a program of more than 500 nodes.
    """
    if not callable(f):
        raise TypeError(f"picture takes a function, not {type(f).__name__}")
    if args is not None and not isinstance(args, tuple):
        raise TypeError("args must be a tuple of f's arguments: picture(f, args=(x,))")
    ir = read(f)
    options = Options("vjp", "auto", wrt_names(ir, wrt), False)
    if args is None:
        prepared = prepared_for(ir, options)
        seen = Run(prepared.function, prepared.active)
    else:
        seen = run(f, ir, options, args)
    return _Sketch(seen, ir.name).picture


class _Sketch:
    """Adds a program's statements to a picture, one after the other."""

    def __init__(self, seen: Run, title: str) -> None:
        self.seen = seen
        self.picture = Picture(title)
        self.names = Names()
        self.keys: dict[Var, str] = {}
        function = seen.function
        self.results = {a for a in function.block.results if isinstance(a, Var)}
        for var in self.results:
            if not var.hint:
                self.names.given[var] = title
                self.names.taken.add(title)
        show(function, self.names)
        for var in (*function.captures, *(p.var for p in function.params)):
            self.value(var)
        for stmt in function.block.body:
            self.statement(stmt)
            if len(self.picture.nodes) > LIMIT:
                raise ValueError(f"{title!r} has too many values for a picture: more than {LIMIT}")

    def add(self, node: Node) -> str:
        key = f"n{len(self.picture.nodes) + 1}"
        self.picture.nodes[key] = node
        return key

    def value(self, var: Var) -> None:
        name, active = self.names(var), var in self.seen.active
        lines = [(name, FORWARD if active else QUIET)]
        if var in self.seen.values:
            lines.append((brief(self.seen.values[var]), lines[0][1]))
        if var in self.seen.adjoints:
            lines.append((f"d{name} {brief(self.seen.adjoints[var])}", BACKWARD))
        elif active and not self.seen.values:
            lines.append((f"d{name}", BACKWARD))
        self.keys[var] = self.add(Node(tuple(lines), "value", var in self.results))

    def statement(self, stmt: Stmt) -> None:
        """An operation, its operands and its results."""
        words, inputs = [], []
        for key, atom in _labelled(stmt):
            if isinstance(atom, Var):
                inputs.append(self.keys[atom])
            elif not key and is_number(atom.value):
                inputs.append(self.add(Node(((_constant(atom), QUIET),), "constant")))
            elif atom.value is not UNBOUND:
                words.append(f"{key}={show_const(atom)}" if key else show_const(atom))
        label = " ".join([operation(stmt), *words])
        op = self.add(Node(((label, FORWARD),), "operation"))
        self.picture.edges += [(key, op) for key in inputs]
        for var in outs(stmt):
            self.value(var)
            self.picture.edges.append((op, self.keys[var]))


def _labelled(stmt: Stmt) -> list[tuple[str, Any]]:
    """The operands of a statement; those given by name, and what inner blocks read, too."""
    if isinstance(stmt, Let):
        return [("", a) for a in stmt.args] + list(stmt.kwargs)
    inner = (stmt.then, stmt.orelse) if isinstance(stmt, If) else (stmt.body,)
    found = [*operands(stmt), *(v for block in inner for v in free_vars(block))]
    return [("", a) for a in dict.fromkeys(found)]


def operation(stmt: Stmt) -> str:
    """The sign or name of what a statement does."""
    if not isinstance(stmt, Let):
        return type(stmt).__name__.lower()
    if stmt.prim is prims.first_of:
        return "="
    sign = SIGNS.get(stmt.prim) or PREFIXES.get(stmt.prim)
    return sign or prim_name(stmt.prim).removeprefix("make_")


def _constant(const: Const) -> str:
    return const.spelling or brief(const.value)


def brief(value: Any) -> str:
    """A number to four digits, a short vector, the shape of anything larger."""
    if not is_number(value):
        return type(value).__name__ if not isinstance(value, bool | str | None) else repr(value)
    if np.ndim(value) == 0:
        return f"{value[()] if isinstance(value, np.ndarray) else value:.4g}"
    if np.ndim(value) == 1 and len(value) <= 4:
        return f"[{' '.join(f'{x:.3g}' for x in value)}]"
    return f"{'×'.join(map(str, np.shape(value)))} {np.asarray(value).dtype}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def drawn(picture: Picture, plan: Layout) -> str:
    """The SVG text of a picture whose nodes have places."""
    width, height = plan.width + 2 * MARGIN, plan.height + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN:.0f} {-MARGIN:.0f} {width:.0f} {height:.0f}" '
        'font-family="monospace" font-size="12">',
        f"<title>{escape(picture.title)}</title>",
        f'<rect x="{-MARGIN:.0f}" y="{-MARGIN:.0f}" width="{width:.0f}" height="{height:.0f}" '
        'fill="white"/>',
    ]
    for edge, count in Counter(picture.edges).items():
        for k in range(count):  # x * x has two lines, side by side
            out.append(_curve(picture, plan, edge, 8 * (k - (count - 1) / 2)))
    for key, node in picture.nodes.items():
        out += _box(node, *plan.places[key])
    return "\n".join([*out, "</svg>"]) + "\n"


def _curve(picture: Picture, plan: Layout, edge: tuple[str, str], aside: float) -> str:
    """A line that leaves and arrives level, smooth through its bends."""
    (a, b), (xa, ya), (xb, yb) = edge, plan.places[edge[0]], plan.places[edge[1]]
    start = (xa + picture.nodes[a].size[0] / 2, ya + aside)
    end = (xb - picture.nodes[b].size[0] / 2 - 5, yb + aside)
    path = f"M{start[0]:.1f} {start[1]:.1f}"
    x, y = start
    for p, q in [*((p, q + aside) for p, q in plan.bends[edge]), end]:
        middle = (x + p) / 2
        path += f" C{middle:.1f} {y:.1f} {middle:.1f} {q:.1f} {p:.1f} {q:.1f}"
        x, y = p, q
    tip = f"M{x + 5:.1f} {y:.1f} l-6 -3.5 v7 z"
    return (
        f'<path d="{path}" fill="none" stroke="{QUIET}"/><path d="{tip}" fill="{QUIET}" '
        'stroke="none"/>'
    )


def _box(node: Node, x: float, y: float) -> list[str]:
    width, height = node.size
    frame = f'x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
    frame += f'height="{height:.1f}" stroke="{FORWARD}" stroke-width="{2 if node.result else 1}"'
    out = []
    if node.kind == "value":
        out.append(f'<rect {frame} rx="3" fill="#fbfbf7"/>')
    elif node.kind == "operation":
        out.append(f'<rect {frame} rx="{height / 2:.1f}" fill="#e4ecf7"/>')
    top = y - (len(node.lines) - 1) * LINE / 2
    for k, (text, colour) in enumerate(node.lines):
        out.append(
            f'<text x="{x:.1f}" y="{top + k * LINE + 4:.1f}" text-anchor="middle" '
            f'fill="{colour}">{escape(text)}</text>'
        )
    return out
