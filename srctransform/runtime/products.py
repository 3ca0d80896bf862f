"""Cotangents of products, where ranks are known only as the program runs.

    z = x @ y        dx = matmul_dx(dz, x, y)        dy = matmul_dy(dz, x, y)

Each is linear in dz and in the other factor; the argument it is the cotangent of gives only its
shape. Formulas: Giles (2008), "matrix product", summed over the axes along which stacks were
broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .shapes import sum_to


def expect_shape(dz: Any, *parts: Any) -> None:
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


def matmul_dx(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of x, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    if len(b) == 1:
        expect_shape(dz, a[:-1])
        return dz * y if len(a) == 1 else np.multiply.outer(dz, y)
    expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
    if len(a) == 1:
        return y @ dz if len(b) == 2 else sum_to(np.matmul(y, np.expand_dims(dz, -1))[..., 0], x)
    if len(a) == len(b) == 2:
        return dz @ np.transpose(y)
    return sum_to(np.matmul(dz, np.swapaxes(y, -1, -2)), x)


def matmul_dy(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of y, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    n = len(a) - 1
    if len(b) > 2:
        expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
        if n == 0:
            return sum_to(np.expand_dims(x, -1) * np.expand_dims(dz, -2), y)
        return sum_to(np.matmul(np.swapaxes(x, -1, -2), dz), y)
    expect_shape(dz, a[:-1], b[1:])
    if n == 0:
        return x * dz if len(b) == 1 else np.multiply.outer(x, dz)
    return np.transpose(x) @ dz if n == 1 else np.tensordot(x, dz, (range(n), range(n)))


def dot_dx(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of x, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * y) if a == () else dz * y
    at = max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if len(b) == 2:
        return dz @ np.transpose(y)
    rest = [k for k in range(len(b)) if k != at]
    return np.tensordot(dz, y, (range(np.ndim(dz) - len(rest), np.ndim(dz)), rest))


def dot_dy(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of y, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * x) if b == () else dz * x
    n, at = len(a) - 1, max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if n == 1 and at == 0:
        return np.transpose(x) @ dz
    return np.moveaxis(np.tensordot(x, dz, (range(n), range(n))), 0, at)


def inner_dx(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of x, for z = np.inner(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * y) if a == () else dz * y
    expect_shape(dz, a[:-1], b[:-1])
    return np.tensordot(dz, y, len(b) - 1)


def inner_dy(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of y, for z = np.inner(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * x) if b == () else dz * x
    expect_shape(dz, a[:-1], b[:-1])
    n = len(a) - 1
    return np.tensordot(dz, x, (range(n), range(n)))


def tensordot_axes(axes: Any, n: int, m: int) -> Any:
    """The contracted axes of each factor, of n and m axes, as two tuples of ints from 0."""
    if np.ndim(axes) == 0:
        return tuple(range(n - axes, n)), tuple(range(axes))
    x_axes, y_axes = [(a,) if np.ndim(a) == 0 else a for a in axes]
    return tuple(int(a) % n for a in x_axes), tuple(int(a) % m for a in y_axes)


def tensordot_dx(dz: Any, x: Any, y: Any, axes: Any) -> Any:
    """The cotangent of x, for z = np.tensordot(x, y, axes)."""
    x_axes, y_axes = tensordot_axes(axes, np.ndim(x), np.ndim(y))
    rest = [k for k in range(np.ndim(y)) if k not in y_axes]
    dx = np.tensordot(dz, y, (range(np.ndim(dz) - len(rest), np.ndim(dz)), rest))
    order = [k for k in range(np.ndim(x)) if k not in x_axes]
    order += [x_axes[y_axes.index(k)] for k in sorted(y_axes)]
    return np.transpose(dx, np.argsort(order))


def tensordot_dy(dz: Any, x: Any, y: Any, axes: Any) -> Any:
    """The cotangent of y, for z = np.tensordot(x, y, axes)."""
    x_axes, y_axes = tensordot_axes(axes, np.ndim(x), np.ndim(y))
    rest = [k for k in range(np.ndim(x)) if k not in x_axes]
    dy = np.tensordot(x, dz, (rest, range(len(rest))))
    order = [y_axes[x_axes.index(k)] for k in sorted(x_axes)]
    order += [k for k in range(np.ndim(y)) if k not in y_axes]
    return np.transpose(dy, np.argsort(order))


def kron_dx(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of x, for z = np.kron(x, y)."""
    n = max(np.ndim(x), np.ndim(y))
    a, b = [(1,) * (n - np.ndim(f)) + np.shape(f) for f in (x, y)]
    blocks = np.reshape(dz, [k for pair in zip(a, b, strict=True) for k in pair])
    dx = np.tensordot(blocks, np.reshape(y, b), (range(1, 2 * n, 2), range(n)))
    return np.reshape(dx, np.shape(x))


def kron_dy(dz: Any, x: Any, y: Any) -> Any:
    """The cotangent of y, for z = np.kron(x, y)."""
    n = max(np.ndim(x), np.ndim(y))
    a, b = [(1,) * (n - np.ndim(f)) + np.shape(f) for f in (x, y)]
    blocks = np.reshape(dz, [k for pair in zip(a, b, strict=True) for k in pair])
    dy = np.tensordot(np.reshape(x, a), blocks, (range(n), range(0, 2 * n, 2)))
    return np.reshape(dy, np.shape(y))


def cross_dx(dz: Any, x: Any, y: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1) -> Any:
    """The cotangent of x, for z = np.cross(x, y, axisa, axisb, axisc): y x dz. Vectors of two
    components have a third one of zero; of two such vectors dz is the third component."""
    a, b = np.moveaxis(x, axisa, -1), np.moveaxis(y, axisb, -1)
    n, m = a.shape[-1], b.shape[-1]
    g = np.expand_dims(dz, -1) if n == m == 2 else np.moveaxis(dz, axisc, -1)
    none = np.zeros_like(g[..., :1])
    g = g if g.shape[-1] == 3 else np.concatenate((none, none, g), axis=-1)
    b = b if m == 3 else np.concatenate((b, np.zeros_like(b[..., :1])), axis=-1)
    return np.moveaxis(sum_to(np.cross(b, g)[..., :n], a), -1, axisa)


def cross_dy(dz: Any, x: Any, y: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1) -> Any:
    """The cotangent of y, for z = np.cross(x, y, axisa, axisb, axisc): dz x x."""
    return -cross_dx(dz, y, x, axisb, axisa, axisc)


def einsum_letters(subscripts: str, ranks: Any) -> tuple[list[str], str]:
    """The subscripts of the operands and of the result; ellipses spelled out, the result given."""
    left, arrow, out = subscripts.replace(" ", "").partition("->")
    if not arrow:
        letters = [c for c in left if c.isalpha()]
        once = sorted(c for c in letters if letters.count(c) == 1)
        out = ("..." if "..." in left else "") + "".join(once)
    terms = left.split(",")
    if "..." in left:
        free = [chr(k) for k in range(65, 123) if chr(k).isalpha() and chr(k) not in subscripts]
        spans = [n - len(s) + 3 if "..." in s else 0 for s, n in zip(terms, ranks, strict=True)]
        dots = "".join(free[: max(spans)])
        terms = [s.replace("...", dots[len(dots) - n :]) for s, n in zip(terms, spans, strict=True)]
        out = out.replace("...", dots)
    return terms, out


def on_diagonals(g: Any, x: Any, subscripts: str) -> Any:
    """Zeros of the shape of x, with g where equal subscripts of x meet: 'ii' is the diagonal."""
    out = np.zeros(np.shape(x), np.result_type(g, x, 0.0))
    diagonal = np.einsum(f"{subscripts}->{''.join(dict.fromkeys(subscripts))}", out)
    diagonal[...] = sum_to(g, diagonal)
    return out


def einsum_dx(dz: Any, k: int, subscripts: Any, *operands: Any) -> Any:
    """The cotangent of operand k, for z = np.einsum(subscripts, *operands)."""
    if not isinstance(subscripts, str):
        raise TypeError("np.einsum is differentiated with its subscripts given as one string")
    terms, out = einsum_letters(subscripts, [np.ndim(x) for x in operands])
    x, term = operands[k], terms[k]
    others = terms[:k] + terms[k + 1 :]
    own = "".join(dict.fromkeys(term))
    kept = "".join(c for c in own if c in out or any(c in s for s in others))
    g = np.einsum(f"{','.join([out, *others])}->{kept}", dz, *operands[:k], *operands[k + 1 :])
    g = np.expand_dims(g, tuple(i for i, c in enumerate(own) if c not in kept))
    if len(own) < len(term):
        return on_diagonals(g, x, term)
    return sum_to(g, x)
