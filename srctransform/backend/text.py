"""A tree -> its text, straight: the kinds of node that derivatives consist of.

Assign(x[0], BinOp(UnaryOp(-, a), *, BinOp(b, +, c)))       x[0] = -a * (b + c)

Every kind of node has a function here, of the node and of how tightly its place binds; what binds
less tightly gets parentheses. The printer reads back what is printed, so that a mistake here
would be found, and has others to turn to for a tree that raises `Unusual`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

# How tightly things bind, loosest first: Python's grammar.
(TUPLE, TEST, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, TERM, SIGN, POWER,
 ATOM) = range(15)  # fmt: skip

BINARY = {
    gast.Add: ("+", SUM), gast.Sub: ("-", SUM), gast.Mult: ("*", TERM), gast.Div: ("/", TERM),
    gast.FloorDiv: ("//", TERM), gast.Mod: ("%", TERM), gast.MatMult: ("@", TERM),
    gast.Pow: ("**", POWER), gast.BitAnd: ("&", BIT_AND), gast.BitOr: ("|", BIT_OR),
    gast.BitXor: ("^", BIT_XOR), gast.LShift: ("<<", SHIFT), gast.RShift: (">>", SHIFT),
}  # fmt: skip
UNARY = {
    gast.USub: ("-", SIGN), gast.UAdd: ("+", SIGN), gast.Invert: ("~", SIGN),
    gast.Not: ("not ", NOT),
}  # fmt: skip
COMPARISON = {
    gast.Eq: "==", gast.NotEq: "!=", gast.Lt: "<", gast.LtE: "<=", gast.Gt: ">", gast.GtE: ">=",
    gast.Is: "is", gast.IsNot: "is not", gast.In: "in", gast.NotIn: "not in",
}  # fmt: skip


class Unusual(Exception):
    """A tree that is not printed here."""


def text_of(tree: Any) -> str:
    """A simple statement or an expression as one line. Raises Unusual."""
    match tree:
        case gast.Assign():
            return " = ".join([_expr(x, TUPLE) for x in (*tree.targets, tree.value)])
        case gast.AugAssign():
            symbol, _ = BINARY[type(tree.op)]
            return f"{_expr(tree.target, TUPLE)} {symbol}= {_expr(tree.value, TUPLE)}"
        case gast.Return() if tree.value is not None:
            return f"return {_expr(tree.value, TUPLE)}"
        case gast.Expr():
            return _expr(tree.value, TUPLE)
        case _:
            return _expr(tree, TUPLE)


def quoted(text: str) -> str:
    """A string in double quotes, where that needs no more escapes."""
    plain = repr(text)
    if plain.startswith("'") and '"' not in text:
        return '"' + plain[1:-1].replace("\\'", "'") + '"'
    return plain


def _expr(node: Any, place: int) -> str:
    """An expression, where no looser one than `place` may stand."""
    write = EXPRESSIONS.get(type(node))
    if write is None:
        raise Unusual
    return write(node, place)


def _within(text: str, binds: int, place: int) -> str:
    return text if binds >= place else f"({text})"


def _name(node: Any, place: int) -> str:
    return str(node.id)


def _constant(node: Any, place: int) -> str:
    value = node.value
    if isinstance(value, str):
        return quoted(value)
    if type(value) in (int, float, bool) or value is None:
        return repr(value)
    raise Unusual


def _attribute(node: Any, place: int) -> str:
    return f"{_expr(node.value, ATOM)}.{node.attr}"


def _binary(node: Any, place: int) -> str:
    symbol, binds = BINARY[type(node.op)]
    left, right = (ATOM, SIGN) if binds == POWER else (binds, binds + 1)
    return _within(f"{_expr(node.left, left)} {symbol} {_expr(node.right, right)}", binds, place)


def _unary(node: Any, place: int) -> str:
    symbol, binds = UNARY[type(node.op)]
    return _within(f"{symbol}{_expr(node.operand, binds)}", binds, place)


def _compare(node: Any, place: int) -> str:
    text = _expr(node.left, COMPARE + 1)
    for op, right in zip(node.ops, node.comparators, strict=True):
        text += f" {COMPARISON[type(op)]} {_expr(right, COMPARE + 1)}"
    return _within(text, COMPARE, place)


def _boolean(node: Any, place: int) -> str:
    word, binds = (" and ", AND) if isinstance(node.op, gast.And) else (" or ", OR)
    return _within(word.join([_expr(v, binds + 1) for v in node.values]), binds, place)


def _conditional(node: Any, place: int) -> str:
    one, test = _expr(node.body, TEST + 1), _expr(node.test, TEST + 1)
    return _within(f"{one} if {test} else {_expr(node.orelse, TEST)}", TEST, place)


def _call(node: Any, place: int) -> str:
    parts = [_expr(a, TEST) for a in node.args]
    for keyword in node.keywords:
        name = f"{keyword.arg}=" if keyword.arg else "**"
        parts.append(name + _expr(keyword.value, TEST))
    return f"{_expr(node.func, ATOM)}({', '.join(parts)})"


def _subscript(node: Any, place: int) -> str:
    return f"{_expr(node.value, ATOM)}[{_expr(node.slice, TUPLE)}]"


def _slice(node: Any, place: int) -> str:
    lower, upper = (_expr(x, TEST) if x else "" for x in (node.lower, node.upper))
    return f"{lower}:{upper}" + (f":{_expr(node.step, TEST)}" if node.step else "")


def _tuple(node: Any, place: int) -> str:
    comma = "," if len(node.elts) == 1 else ""
    text = ", ".join([_expr(x, TEST) for x in node.elts]) + comma
    return text if text and place == TUPLE else f"({text})"


def _list(node: Any, place: int) -> str:
    return f"[{', '.join([_expr(x, TEST) for x in node.elts])}]"


def _dict(node: Any, place: int) -> str:
    items = zip(node.keys, node.values, strict=True)
    return "{" + ", ".join([f"{_expr(k, TEST)}: {_expr(v, TEST)}" for k, v in items]) + "}"


EXPRESSIONS: dict[type, Callable[[Any, int], str]] = {
    gast.Name: _name, gast.Constant: _constant, gast.Attribute: _attribute,
    gast.BinOp: _binary, gast.UnaryOp: _unary, gast.Compare: _compare, gast.BoolOp: _boolean,
    gast.IfExp: _conditional, gast.Call: _call, gast.Subscript: _subscript, gast.Slice: _slice,
    gast.Tuple: _tuple, gast.List: _list, gast.Dict: _dict,
}  # fmt: skip
