"""Products of vectors, matrices and stacks: @, dot, vdot, inner, outer, tensordot, kron, cross.

    z = x @ y        dx = dz @ y.T        dy = x.T @ dz

Giles (2008), "matrix product"; stacks are summed over the axes along which they were broadcast.
Cotangents are not conjugated (the convention of autograd and JAX). With known ranks each rule
gives the product a person would write, else a helper of `runtime.products`.
"""

from __future__ import annotations

import operator as op
from typing import Any

import numpy as np

from ..ir.types import Type, broadcast
from ..runtime import (
    cross_dx,
    cross_dy,
    dot_dx,
    dot_dy,
    inner_dx,
    inner_dy,
    is_sparse,
    known,
    kron_dx,
    kron_dy,
    matmul_dx,
    matmul_dy,
    outer_at,
    tensordot_axes,
    tensordot_dx,
    tensordot_dy,
)  # fmt: skip
from .registry import multilinear, nondifferentiable, result, static, vjp

MATMUL = (op.matmul, op.imatmul, np.matmul)
static(tensordot_axes)
nondifferentiable(is_sparse)


def shape_of(x: Any) -> Any:
    """The shape of an argument as `result` functions get it."""
    return x.shape if isinstance(x, Type) else np.shape(x)


# ------------------------------------------------------------ x @ y

multilinear(MATMUL, "x, y")


@vjp(MATMUL)
def matmul_vjp(dz: Any, z: Any, x: Any, y: Any) -> Any:
    if is_sparse(x):
        return outer_at(x, dz, y), np.transpose(x) @ dz
    if is_sparse(y):
        return dz @ np.transpose(y), outer_at(y, np.transpose(x), np.transpose(dz))
    if not known(np.ndim(x), np.ndim(y)):
        return matmul_dx(dz, x, y), matmul_dy(dz, x, y)
    if np.ndim(y) == 1:
        if np.ndim(x) == 1:
            return dz * y, dz * x
        if np.ndim(x) == 2:
            return np.outer(dz, y), np.transpose(x) @ dz
        return dz[..., None] * y, np.tensordot(dz, x, np.ndim(dz))
    if np.ndim(x) == 1:
        if np.ndim(y) == 2:
            return y @ dz, np.outer(x, dz)
        return (y @ dz[..., None])[..., 0], x[:, None] * dz[..., None, :]
    if np.ndim(y) > 2:
        return dz @ np.swapaxes(y, -1, -2), np.swapaxes(x, -1, -2) @ dz
    return dz @ np.transpose(y), contracted(x, dz, np.ndim(x) - 1)


def contracted(x: Any, y: Any, n: Any) -> Any:
    """x.T @ y, summed over the n leading axes of both."""
    if n == 1 and np.ndim(x) == 2:
        return np.transpose(x) @ y
    return np.tensordot(x, y, (leading(n), leading(n)))


@static
def leading(n: int) -> list[int]:
    """The first n axes."""
    return list(range(n))


@result(MATMUL)
def matmul_result(x: Any, y: Any) -> Any:
    a, b = shape_of(x), shape_of(y)
    if not (isinstance(a, tuple) and isinstance(b, tuple)):
        return frozenset([("matmul", a, b)])
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    stack = broadcast(a[:-2], b[:-2])
    return (*stack, *rows, *columns) if isinstance(stack, tuple) else None


# ------------------------------------------------------------ dot, vdot, inner, outer

multilinear((np.dot, np.inner, np.vdot, np.outer), "a, b")


@vjp(np.dot)
def dot_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    if not known(np.ndim(a), np.ndim(b)):
        return dot_dx(dz, a, b), dot_dy(dz, a, b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return dz * b, dz * a
    if np.ndim(b) <= 2 or np.ndim(a) == 1:
        return matmul_vjp(dz, z, a, b)
    return dot_dx(dz, a, b), dot_dy(dz, a, b)


@result(np.dot)
def dot_result(a: Any, b: Any) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return frozenset([("dot", p, q)])
    if p == () or q == ():
        return p or q
    return (*p[:-1], *q[:-2], *(q[-1:] if len(q) > 1 else ()))


@vjp(np.inner)
def inner_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    if not known(np.ndim(a), np.ndim(b)):
        return inner_dx(dz, a, b), inner_dy(dz, a, b)
    if np.ndim(a) == 0 or np.ndim(b) == 0 or np.ndim(a) == np.ndim(b) == 1:
        return dz * b, dz * a
    if np.ndim(b) == 1:
        return matmul_vjp(dz, z, a, b)
    if np.ndim(a) == 1:
        if np.ndim(b) == 2:
            return np.transpose(b) @ dz, np.outer(dz, a)
        return np.tensordot(dz, b, np.ndim(dz)), dz[..., None] * a
    if np.ndim(b) == 2:
        return dz @ b, contracted(dz, a, np.ndim(a) - 1)
    return np.tensordot(dz, b, np.ndim(b) - 1), contracted(dz, a, np.ndim(a) - 1)


@result(np.inner)
def inner_result(a: Any, b: Any) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return frozenset([("inner", p, q)])
    return (p or q) if p == () or q == () else (*p[:-1], *q[:-1])


@vjp(np.vdot)
def vdot_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    """z = sum(conj(a) * b): conj is its own adjoint, so the cotangent of a is conj(dz * b)."""
    if known(np.ndim(a), np.ndim(b)) and np.ndim(a) == np.ndim(b):
        return np.conj(dz * b), dz * np.conj(a)
    return np.reshape(np.conj(dz * b), np.shape(a)), np.reshape(dz * np.conj(a), np.shape(b))


@result(np.vdot)
def vdot_result(a: Any, b: Any) -> Any:
    return ()


@vjp(np.outer)
def outer_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    """Of vectors; other shapes are flattened first."""
    if known(np.ndim(a), np.ndim(b)) and np.ndim(a) == 1 and np.ndim(b) == 1:
        return dz @ b, np.transpose(dz) @ a
    da = np.reshape(dz @ np.ravel(b), np.shape(a))
    return da, np.reshape(np.ravel(a) @ dz, np.shape(b))


@result(np.outer)
def outer_result(a: Any, b: Any) -> Any:
    p, q = shape_of(a), shape_of(b)
    return length_of(p), length_of(q)


def length_of(shape: Any) -> Any:
    """The dimension of a flattened array: one for a number."""
    if isinstance(shape, tuple) and len(shape) == 1:
        return shape[0]
    return 1 if isinstance(shape, tuple) and set(shape) <= {1} else ("size", shape)


# ------------------------------------------------------------ tensordot

multilinear(np.tensordot, "a, b")


@static
def tensordot_adjoint(axes: Any, n: int, m: int, first: bool) -> Any:
    """(axes of dz and of the other factor to sum over, permutation to the axes of the argument)."""
    a_axes, b_axes = tensordot_axes(axes, n, m)
    a_rest = [k for k in range(n) if k not in a_axes]
    b_rest = [k for k in range(m) if k not in b_axes]
    total = len(a_rest) + len(b_rest)
    if first:
        order = a_rest + [a_axes[b_axes.index(k)] for k in sorted(b_axes)]
        pair = (list(range(len(a_rest), total)), b_rest)
    else:
        order = [b_axes[a_axes.index(k)] for k in sorted(a_axes)] + b_rest
        pair = (a_rest, list(range(len(a_rest))))
    back = tuple(order.index(k) for k in range(len(order)))
    return pair, None if back == tuple(range(len(back))) else back


def contraction(x: Any, y: Any, plan: Any) -> Any:
    pair, order = plan
    if order is None:
        return np.tensordot(x, y, pair)
    return np.transpose(np.tensordot(x, y, pair), order)


@vjp(np.tensordot)
def tensordot_vjp(dz: Any, z: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    if not known(np.ndim(a), np.ndim(b), axes):
        return tensordot_dx(dz, a, b, axes), tensordot_dy(dz, a, b, axes)
    if is_matmul(axes, np.ndim(a), np.ndim(b)):
        return matmul_vjp(dz, z, a, b)
    return (
        contraction(dz, b, tensordot_adjoint(axes, np.ndim(a), np.ndim(b), True)),
        contraction(a, dz, tensordot_adjoint(axes, np.ndim(a), np.ndim(b), False)),
    )


@static
def is_matmul(axes: Any, n: int, m: int) -> bool:
    """Is it `a @ b`?"""
    return m in (1, 2) and n >= 1 and tensordot_axes(axes, n, m) == ((n - 1,), (0,))


@result(np.tensordot)
def tensordot_result(a: Any, b: Any, axes: Any = 2) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)) or isinstance(axes, Type):
        return None
    a_axes, b_axes = tensordot_axes(axes, len(p), len(q))
    rest = [d for k, d in enumerate(p) if k not in a_axes]
    return (*rest, *(d for k, d in enumerate(q) if k not in b_axes))


# ------------------------------------------------------------ kron, cross

multilinear((np.kron, np.cross), "a, b")


@vjp(np.kron)
def kron_vjp(dz: Any, z: Any, a: Any, b: Any) -> Any:
    return kron_dx(dz, a, b), kron_dy(dz, a, b)


@result(np.kron)
def kron_result(a: Any, b: Any) -> Any:
    p, q = shape_of(a), shape_of(b)
    if not (isinstance(p, tuple) and isinstance(q, tuple)):
        return frozenset([("kron", p, q)])
    n = max(len(p), len(q))
    pairs = zip((1,) * (n - len(p)) + p, (1,) * (n - len(q)) + q, strict=True)
    return tuple(k if m == 1 else m if k == 1 else ("kron", m, k) for m, k in pairs)


@vjp(np.cross, "a, b")
def cross_vjp(
    dz: Any, z: Any, a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1,
    axis: Any = None,
) -> Any:  # fmt: skip
    """da = b x dz, db = dz x a."""
    if axis is not None:
        axisa, axisb, axisc = axis, axis, axis
    if known(axisa, axisb, axisc) and axisa == axisb == axisc == -1:
        return cross_dx(dz, a, b), cross_dy(dz, a, b)
    return cross_dx(dz, a, b, axisa, axisb, axisc), cross_dy(dz, a, b, axisa, axisb, axisc)


# ------------------------------------------------------------ the helpers themselves

multilinear((matmul_dx, dot_dx, inner_dx, tensordot_dx, kron_dx, cross_dx), "g, y")
multilinear((matmul_dy, dot_dy, inner_dy, tensordot_dy, kron_dy, cross_dy), "g, x")


@vjp(matmul_dx)
def matmul_dx_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return dz @ y, matmul_dy(g, dz, y)


@vjp(matmul_dy)
def matmul_dy_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return x @ dz, matmul_dx(g, x, dz)


@vjp(dot_dx)
def dot_dx_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.dot(dz, y), dot_dy(g, dz, y)


@vjp(dot_dy)
def dot_dy_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.dot(x, dz), dot_dx(g, x, dz)


@vjp(inner_dx)
def inner_dx_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.inner(dz, y), inner_dy(g, dz, y)


@vjp(inner_dy)
def inner_dy_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.inner(x, dz), inner_dx(g, x, dz)


@vjp(tensordot_dx)
def tensordot_dx_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any, axes: Any) -> Any:
    return np.tensordot(dz, y, axes), tensordot_dy(g, dz, y, axes)


@vjp(tensordot_dy)
def tensordot_dy_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any, axes: Any) -> Any:
    return np.tensordot(x, dz, axes), tensordot_dx(g, x, dz, axes)


@vjp(kron_dx)
def kron_dx_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.kron(dz, y), kron_dy(g, dz, y)


@vjp(kron_dy)
def kron_dy_vjp(dz: Any, z: Any, g: Any, x: Any, y: Any) -> Any:
    return np.kron(x, dz), kron_dx(g, x, dz)


@vjp(cross_dx, "g, y")
def cross_dx_vjp(
    dz: Any, z: Any, g: Any, x: Any, y: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1
) -> Any:
    return np.cross(dz, y, axisa, axisb, axisc), cross_dy(g, dz, y, axisa, axisb, axisc)


@vjp(cross_dy, "g, x")
def cross_dy_vjp(
    dz: Any, z: Any, g: Any, x: Any, y: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1
) -> Any:
    return np.cross(x, dz, axisa, axisb, axisc), cross_dx(g, x, dz, axisa, axisb, axisc)


@result((matmul_dx, dot_dx, inner_dx, tensordot_dx, kron_dx, cross_dx))
def as_x(g: Any, x: Any, y: Any, *axes: Any) -> Any:
    return shape_of(x)


@result((matmul_dy, dot_dy, inner_dy, tensordot_dy, kron_dy, cross_dy))
def as_y(g: Any, x: Any, y: Any, *axes: Any) -> Any:
    return shape_of(y)
