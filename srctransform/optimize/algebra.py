"""x * 1 -> x and friends, applied as statements are built, so no pass runs to a fixed point.

    dz * 1.0            ->  dz                     -a * b          ->  -(a * b)
    2.0 * (3.0 * x)     ->  6.0 * x                a + -b          ->  a - b
    dz * (1.0 / n)      ->  dz / n                 a + a           ->  2.0 * a
    transpose(transpose(x))  ->  x                 spread(g, z) * w  ->  g * w, if of z's shape

Only statements of derivatives are simplified; the user's own stay as they are. Each row holds for
arrays, with their shape, dtype, NaN and inf: `0 * x` stays, and `1 * x` becomes x only where x is
floating already or, if that is not known, `as_float(x)`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Let
from ..ir.types import atoms, same_shape
from ..runtime import as_float, like, spread, sum_to
from .operands import Number, Operands, value_key

Row = Callable[["Simplifier", Builder, Let], "Atom | None"]


class Simplifier(Operands):
    """A builder's `simplify` hook. Knows types, and what was computed before."""

    def __call__(self, builder: Builder, let: Let) -> Atom | None:
        """What to read instead of the statement; None to add it as it is."""
        peeled = self.peel(builder, let)
        if peeled is not None:
            return builder.add_let(peeled)
        if let.prim in LINEAR:
            pulled = self.pull_out(builder, let)
            if pulled is not None:
                return pulled
        row = ROWS.get(let.prim)
        if row is not None and not let.kwargs:
            simpler = row(self, builder, let)
            if simpler is not None:
                return simpler
        key = value_key(let)
        if key is None:
            return None
        known = builder.seen.get(key)
        if known is not None:
            return known
        builder.seen[key] = let.out
        return None


# ---------------------------------------------------------------- the rows


def _mul(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    """Products are kept as `constant * (rest)`, with the sign outside and quotients at the end."""
    x, y = let.args
    m, n = s.number(x), s.number(y)
    if m is not None and n is not None:
        return Const(m * n)
    if n is not None:  # constants stand first: x * 2 -> 2 * x
        return b.add_let(replace(let, args=(y, x)))
    if m is not None:
        return _scaled(s, b, let, m, y)
    for one, other, first in ((x, y, True), (y, x, False)):
        made = s.made_by(b, one, operator.neg, operator.truediv, operator.mul)
        if made is None:
            continue
        if made.prim is operator.neg:
            args = (made.args[0], other) if first else (other, made.args[0])
            return b.let(operator.neg, b.let(operator.mul, *args))
        top = s.number(made.args[0])
        if made.prim is operator.truediv:
            if top is None and s.is_reciprocal(b, made.args[0]):  # dz * (c / m / n)
                lifted = b.let(operator.mul, other, made.args[0])
                return b.let(operator.truediv, lifted, made.args[1])
            exact = s.types.of(other).dtype in ("bool", "int")  # c * it would be float64
            # 1 / n / x and not 1 / x / n: one operation less on arrays
            later = s.types.of(one).is_scalar and s.is_reciprocal(b, other)
            if top is not None and not exact and not later:  # dz * (c / n) -> c * dz / n
                top = float(top) if isinstance(top, int) else top
                scaled = b.let(operator.mul, top, other) if top != 1 else s.floating(b, other)
                return b.let(operator.truediv, scaled, made.args[1])
        elif top is not None:  # x * (2 * y) -> 2 * (x * y)
            rest = (made.args[1], other) if first else (other, made.args[1])
            return b.let(operator.mul, top, b.let(operator.mul, *rest))
    return None


def _scaled(s: Simplifier, b: Builder, let: Let, c: Number, y: Atom) -> Atom | None:
    """c * y for a plain number c."""
    if c == 1:
        return s.floating(b, y)
    if c == -1:
        return b.let(operator.neg, s.floating(b, y))
    made = s.made_by(b, y, operator.mul, operator.neg, operator.truediv)
    if made is not None and made.prim is operator.neg:
        return b.let(operator.mul, -c, made.args[0])
    if made is not None and made.prim is operator.truediv:  # 2 * (x / n) -> 2 * x / n
        return b.let(operator.truediv, b.let(operator.mul, c, made.args[0]), made.args[1])
    inner = s.number(made.args[0]) if made is not None else None
    if made is not None and inner is not None:
        return b.let(operator.mul, c * inner, made.args[1])
    if isinstance(c, int):
        return b.add_let(replace(let, args=(Const(float(c)), y)))
    return None


def _add(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    x, y = let.args
    m, n = s.number(x), s.number(y)
    if m is not None and n is not None:
        return Const(m + n)
    if x is y and s.types.of(x).kind == "num":
        return b.let(operator.mul, 2.0, x)
    floated = _float_constants(s, let)
    if floated is not None:
        return b.add_let(floated)
    for one, other in ((x, y), (y, x)):
        if s.number(one) == 0 and s.types.of(other).inexact:
            return other
        minus = s.made_by(b, one, operator.neg)
        if minus is not None:
            return b.let(operator.sub, other, minus.args[0], out=let.out)
    product = s.made_by(b, y, operator.mul)
    if product is not None:
        c = s.number(product.args[0])
        if isinstance(c, float) and c < 0:  # a + -2 * x -> a - 2 * x
            return b.let(operator.sub, x, b.let(operator.mul, -c, product.args[1]), out=let.out)
        if c is not None and product.args[1] is x:  # x + 2 * x -> 3 * x
            return b.let(operator.mul, c + 1, x)
    return None


def _float_constants(s: Simplifier, let: Let) -> Let | None:
    """1 - z**2 is written 1.0 - z**2 where z is floating."""
    m, n = (s.number(a) for a in let.args)
    x, y = let.args
    if type(m) is int and s.types.of(y).inexact:
        return replace(let, args=(Const(float(m)), y))
    if type(n) is int and s.types.of(x).inexact:
        return replace(let, args=(x, Const(float(n))))
    return None


def _sub(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    x, y = let.args
    m, n = s.number(x), s.number(y)
    if m is not None and n is not None:
        return Const(m - n)
    if n == 0 and s.types.of(x).inexact:
        return x
    floated = _float_constants(s, let)
    if floated is not None:
        return b.add_let(floated)
    minus = s.made_by(b, y, operator.neg)
    if minus is not None:
        return b.let(operator.add, x, minus.args[0], out=let.out)
    if m == 0 and s.types.of(y).inexact:
        return b.let(operator.neg, y)
    return _like_terms(s, b, x, y)


def _like_terms(s: Simplifier, b: Builder, x: Atom, y: Atom) -> Atom | None:
    """a - 2 * k - 3 * k -> a - 5 * k"""
    before = s.made_by(b, x, operator.sub)
    one = before and s.made_by(b, before.args[1], operator.mul)
    other = s.made_by(b, y, operator.mul)
    if not before or not one or not other or one.args[1] is not other.args[1]:
        return None
    c, d = s.number(one.args[0]), s.number(other.args[0])
    if c is None or d is None:
        return None
    return b.let(operator.sub, before.args[0], b.let(operator.mul, c + d, one.args[1]))


def _neg(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    (x,) = let.args
    n = s.number(x)
    if n is not None:
        return Const(-n)
    made = s.made_by(b, x, operator.neg, operator.sub, operator.mul, operator.truediv)
    if made is None:
        return None
    if made.prim is operator.neg:
        return made.args[0]
    if made.prim is operator.sub:
        return b.let(operator.sub, made.args[1], made.args[0])
    c = s.number(made.args[0])
    if c is not None:
        return b.let(made.prim, -c, made.args[1])
    return None


def _div(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    x, y = let.args
    m, n = s.number(x), s.number(y)
    if n == 1 and s.types.of(x).inexact:
        return x
    if n == -1:
        return b.let(operator.neg, b.let(operator.truediv, x, 1))
    if m is not None and n is not None and n != 0:
        return Const(m / n)
    if isinstance(m, int):
        return b.add_let(replace(let, args=(Const(float(m)), y)))
    minus = s.made_by(b, x, operator.neg)
    if minus is not None:
        return b.let(operator.neg, b.let(operator.truediv, minus.args[0], y))
    minus = s.made_by(b, y, operator.neg)
    if minus is not None:
        return b.let(operator.neg, b.let(operator.truediv, x, minus.args[0]))
    product = s.made_by(b, x, operator.mul)
    if product is not None and n:
        c = s.number(product.args[0])
        if c is not None:  # 2 * x / 4 -> 0.5 * x
            return b.let(operator.mul, c / n, product.args[1])
    return None


def _pow(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    x, y = let.args
    n = s.number(y)
    if n == 1:
        return x
    if s.number(x) is not None and n is not None:
        try:
            return Const(s.number(x) ** n)  # type: ignore[operator]
        except ArithmeticError:
            return None
    if isinstance(n, float) and n == int(n) and abs(n) < 100:
        return b.add_let(replace(let, args=(x, Const(int(n)))))
    return None


def _transpose(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    if len(let.args) > 1 or let.kwargs:
        return None
    made = s.made_by(b, let.args[0], np.transpose)
    if made is not None and len(made.args) == 1 and not made.kwargs:
        return made.args[0]
    kind = s.types.of(let.args[0])
    product = s.made_by(b, let.args[0], operator.matmul)
    if product is not None and kind.rank == 2:  # (x.T @ y).T -> y.T @ x
        flipped = s.made_by(b, product.args[0], np.transpose)
        plain = flipped is not None and len(flipped.args) == 1 and not flipped.kwargs
        if flipped is not None and plain and s.types.of(product.args[1]).rank == 2:
            other = b.let(np.transpose, product.args[1])
            return b.let(operator.matmul, other, flipped.args[0])
    return let.args[0] if kind.rank in (0, 1) else None


def _sum_to(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    """sum_to(sum_to(g, a), b) -> sum_to(g, b), where a was broadcast from b."""
    g, x = let.args
    made = s.made_by(b, g, sum_to)
    if made is None:
        return None
    inner, outer = s.types.of(made.args[1]), s.types.of(x)
    nested = atoms(outer.shape) <= atoms(inner.shape) and outer.sources <= inner.sources
    return b.let(sum_to, made.args[0], x) if nested else None


def _real(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    kind = s.types.of(let.args[0])
    return (
        let.args[0] if kind.kind == "num" and not kind.sources and kind.dtype != "complex" else None
    )


def _as_float(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    n = s.number(let.args[0])
    if n is not None:
        return Const(float(n) if isinstance(n, int) else n)
    kind = s.types.of(let.args[0])
    if kind.array is False and kind.dtype == "int":
        return b.let(float, let.args[0])
    return let.args[0] if kind.inexact else None


def _sum(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    if len(let.args) > 1:
        return None
    (x,) = let.args
    if s.types.of(x).is_scalar:
        return x
    made = s.made_by(b, x, spread)
    if made is not None and s.types.of(made.args[0]).is_scalar:
        return b.let(operator.mul, made.args[0], b.let(np.size, made.args[1]))
    return None


def _like(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    made = s.made_by(b, let.args[0], as_float, spread)
    return b.let(like, made.args[0], let.args[1]) if made is not None else None


def _spread(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    g, z = let.args
    if same_shape(s.types.of(g).shape, s.types.of(z).shape):
        return g
    made = s.made_by(b, g, spread)
    if made is not None:
        return b.let(spread, made.args[0], z)
    witness = s.of_shape(b, z)
    return b.let(spread, g, witness) if witness is not z else None


def _expand_dims(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    """Ones of one more axis are ones like something of one more axis."""
    made = s.made_by(b, let.args[0], spread)
    if made is None or not s.types.of(made.args[0]).is_scalar or len(let.args) < 2:
        return None
    return b.let(spread, made.args[0], b.let(np.expand_dims, made.args[1], *let.args[1:]))


def _squeeze(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    """A sum that keeps an axis which is dropped then does not keep it."""
    made = s.made_by(b, let.args[0], np.sum)
    if made is None or len(made.args) != 1 or len(let.args) != 2 or let.kwargs:
        return None
    named = dict(made.kwargs)
    kept, axis, dropped = named.pop("keepdims", None), named.get("axis"), let.args[1]
    known = isinstance(kept, Const) and isinstance(axis, Const) and isinstance(dropped, Const)
    if not known or set(named) != {"axis"} or not kept.value or axis.value != dropped.value:  # type: ignore[union-attr]
        return None
    return b.let(np.sum, made.args[0], axis=axis)


def _zeros_like(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    made = s.made_by(b, let.args[0], np.zeros_like)
    if made is not None and len(let.args) == 1:
        return b.let(np.zeros_like, *made.args, out=let.out)
    witness = s.types.like_array(let.args[0])
    if witness is let.args[0] or len(let.args) > 1:
        return None
    return b.let(np.zeros_like, witness, out=let.out)


def _write(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    """Writing into a buffer broadcasts and converts by itself."""
    made = s.made_by(b, let.args[1], spread, as_float)
    if made is None:
        return None
    return b.add_let(replace(let, args=(let.args[0], made.args[0], *let.args[2:])))


def _shape(s: Simplifier, b: Builder, let: Let) -> Atom | None:
    witness = s.of_shape(b, let.args[0])
    return b.let(let.prim, witness) if witness is not let.args[0] else None


#: linear in the first operand, so that signs and factors come out
LINEAR = frozenset({np.sum, sum_to, np.transpose, np.expand_dims, np.reshape})

ROWS: dict[Any, Row] = {
    operator.mul: _mul, np.multiply: _mul, operator.add: _add, np.add: _add,
    operator.sub: _sub, np.subtract: _sub, operator.neg: _neg, np.negative: _neg,
    operator.truediv: _div, np.divide: _div, operator.pow: _pow, np.power: _pow,
    np.transpose: _transpose, np.real: _real, np.conj: _real, as_float: _as_float, np.sum: _sum,
    spread: _spread, np.expand_dims: _expand_dims, np.squeeze: _squeeze, like: _like,
    np.shape: _shape, np.size: _shape, sum_to: _sum_to, np.zeros_like: _zeros_like,
    prims.store: _write, prims.accumulate: _write,
    prims.accumulate_at: _write,
}  # fmt: skip
