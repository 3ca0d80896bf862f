"""polyval, poly, roots, polyfit and the arithmetic of coefficients, the highest power first.

    z = np.polyval(p, x)     dx = dz * polyval(p', x)         dp = vander(x).T @ dz
    r = np.roots(p)          dp = -vander(r).T @ (dz / p'(r))     (from p(r) = 0)
    z = np.poly(r)           dr = -Q @ dz[1:], row k of Q: the coefficients of z / (t - r[k])
    c = np.polyfit(x, y, n)  least squares: Golub & Pereyra (1973), with V = vander(x), r = y - V c

    q, r = np.polydiv(u, v)  from du - q dv = dq v + dr, which divides as u does

Roots that coincide have no derivative: p'(r) is zero there, and the result infinite. What
`np.polydiv` cuts off its remainder, as zero but for rounding, has none either.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir.types import Type, number, sequence
from ..runtime import (
    behind_zeros,
    falling,
    first_quotient,
    known,
    leading,
    recurrence,
    sum_to,
)  # fmt: skip
from .casting import in_precision_of
from .registry import jvp, linear, multilinear, nondifferentiable, result, static, vjp
from .shaping import fresh_dim

# fmt: off
linear((np.polyadd, np.polysub), "a1, a2")
multilinear(np.polymul, "a1, a2")
linear(np.polyder, "p")
linear(np.polyint, "p, k")
linear(behind_zeros, "g")
nondifferentiable(falling)
# fmt: on


# ---------------------------------------------------------------- polyval, vander


@vjp(np.polyval, "p, x")
def polyval_vjp(dz: Any, z: Any, p: Any, x: Any) -> Any:
    dx = dz * np.polyval(np.polyder(p), x)
    if known(np.ndim(x)) and np.ndim(x) == 1:
        return in_precision_of(np.transpose(np.vander(x, len(p))) @ dz, p), dx
    return in_precision_of(np.transpose(np.vander(np.ravel(x), len(p))) @ np.ravel(dz), p), dx


@jvp(np.polyval)
def polyval_jvp(z: Any, p: Any, x: Any, p_dot: Any, x_dot: Any) -> Any:
    return (
        None if p_dot is None else np.polyval(p_dot, x),
        None if x_dot is None else np.polyval(np.polyder(p), x) * x_dot,
    )


@result(np.polyval)
def polyval_result(p: Any, x: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


def powers_d(x: Any, count: Any, increasing: Any) -> Any:
    """The derivatives of the columns of np.vander that are not constant."""
    if increasing:
        return np.vander(x, count, increasing=True) * np.arange(1, count + 1)
    return np.vander(x, count) * np.arange(count, 0, -1)


@vjp(np.vander, "x")
def vander_vjp(dz: Any, z: Any, x: Any, N: Any = None, increasing: Any = False) -> Any:
    count = np.maximum((len(x) if N is None else N) - 1, 0)
    g = dz[:, 1:] if increasing else dz[:, :-1]
    return in_precision_of(np.sum(g * powers_d(x, count, increasing), axis=1), x)


@jvp(np.vander)
def vander_jvp(z: Any, x: Any, N: Any = None, increasing: Any = False, *, x_dot: Any) -> Any:
    count = np.maximum((len(x) if N is None else N) - 1, 0)
    moving = powers_d(x, count, increasing) * x_dot[:, None]
    zeros = np.zeros_like(z[:, :1])
    return np.concatenate((zeros, moving) if increasing else (moving, zeros), axis=1)


@result(np.vander)
def vander_result(x: Any, N: Any = None, increasing: Any = False) -> Any:
    rows = x.shape[0] if isinstance(x, Type) and isinstance(x.shape, tuple) else fresh_dim()
    return (rows, rows if N is None else N if type(N) is int else fresh_dim())


# ---------------------------------------------------------------- arithmetic


@vjp(np.polyadd, "a1, a2")
def polyadd_vjp(dz: Any, z: Any, a1: Any, a2: Any) -> Any:
    return last(dz, a1), last(dz, a2)


@vjp(np.polysub, "a1, a2")
def polysub_vjp(dz: Any, z: Any, a1: Any, a2: Any) -> Any:
    return last(dz, a1), -last(dz, a2)


def last(g: Any, a: Any) -> Any:
    """The coefficients of the powers that a has."""
    if known(np.ndim(a)) and np.ndim(a) == 1:
        return g[len(g) - len(a) :]
    return np.reshape(g[len(g) - np.size(a) :], np.shape(a))


@vjp(np.polymul, "a1, a2")
def polymul_vjp(dz: Any, z: Any, a1: Any, a2: Any) -> Any:
    """A convolution of what follows the leading zeros."""
    p, q = leading(a1), leading(a2)
    return (
        behind_zeros(np.convolve(dz, q[::-1], "valid"), a1),
        behind_zeros(np.convolve(dz, p[::-1], "valid"), a2),
    )


@jvp(np.polymul)
def polymul_jvp(z: Any, a1: Any, a2: Any, a1_dot: Any, a2_dot: Any) -> Any:
    p, q = leading(a1), leading(a2)
    return (
        None if a1_dot is None else np.convolve(np.ravel(a1_dot)[np.size(a1) - len(p) :], q),
        None if a2_dot is None else np.convolve(p, np.ravel(a2_dot)[np.size(a2) - len(q) :]),
    )


@vjp(leading, "x")
def leading_vjp(dz: Any, z: Any, x: Any) -> Any:
    return behind_zeros(dz, x)


@jvp(leading)
def leading_jvp(z: Any, x: Any, x_dot: Any) -> Any:
    return np.ravel(x_dot)[np.size(x) - len(z) :]


@vjp(behind_zeros, "g")
def behind_zeros_vjp(dz: Any, z: Any, g: Any, x: Any) -> Any:
    return np.ravel(dz)[np.size(x) - len(g) :]


@vjp(np.polyder, "p")
def polyder_vjp(dz: Any, z: Any, p: Any, m: Any = 1) -> Any:
    if known(m) and m == 0:
        return dz
    zeros = np.zeros_like(p)[len(dz) :]
    return in_precision_of(np.concatenate((dz * falling(len(dz), m), zeros)), p)


@vjp(np.polyint, "p, k")
def polyint_vjp(dz: Any, z: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    n = len(z) - m
    dp = in_precision_of(dz[:n] / falling(n, m), p)
    if k is None:
        return dp, None
    dk = dz[n:] / falling_to(m)
    return dp, sum_to(dk, k)  # one constant stands for all


def falling_to(m: Any) -> Any:
    """What the constants of m integrals are divided by: (m - 1)!, ..., 1!, 0!."""
    return np.cumprod(np.maximum(np.arange(m), 1.0))[::-1]


@result((np.polyadd, np.polysub, np.polymul, np.polyder, np.polyint))
def coefficients_result(p: Any, *options: Any, **named: Any) -> Any:
    return (fresh_dim(),)


@result(falling)
def falling_result(count: Any, m: Any) -> Any:
    return number((fresh_dim(),), "float")


@result(leading, memory="maybe")
def leading_result(x: Any) -> Any:
    return (fresh_dim(),)


@result(behind_zeros)
def behind_zeros_result(g: Any, x: Any) -> Any:
    return x.shape if isinstance(x, Type) else np.shape(x)


# ---------------------------------------------------------------- division


@vjp(np.polydiv, "u, v")
def polydiv_vjp(dz: Any, z: Any, u: Any, v: Any) -> Any:
    q, r = z[0], z[1]
    dq = np.zeros_like(q) if dz[0] is None else dz[0]
    dr = np.zeros_like(r) if dz[1] is None else dz[1]
    count = np.maximum(len(u), len(v))
    low = np.pad(dr, (count - len(r), 0))
    of_quotient = (dq - np.convolve(low, v[::-1], "valid"))[::-1]
    dw = low + np.pad(first_quotient(of_quotient, v)[::-1], (0, len(v) - 1))
    return dw[count - len(u) :], -np.convolve(dw, q[::-1], "valid")


@jvp(np.polydiv)
def polydiv_jvp(z: Any, u: Any, v: Any, u_dot: Any, v_dot: Any) -> Any:
    q, r = z[0], z[1]
    if u_dot is None:
        return None, divided(-np.convolve(q, v_dot), q, r, v)
    w = np.pad(u_dot, (np.maximum(len(u), len(v)) - len(u), 0))
    return divided(w if v_dot is None else w - np.convolve(q, v_dot), q, r, v), None


def divided(w: Any, q: Any, r: Any, v: Any) -> Any:
    """Quotient and remainder of w by v, of the lengths of q and r."""
    first = first_quotient(w[: len(q)], v)
    return first, (w - np.convolve(first, v))[len(w) - len(r) :]


@result(np.polydiv)
def polydiv_result(u: Any, v: Any) -> Any:
    kinds = [a for a in (u, v) if isinstance(a, Type)]
    sources = frozenset[Any]().union(*(k.sources for k in kinds))
    dtype = "float" if all(k.dtype == "float" for k in kinds) else "number"
    return sequence("tuple", [number((fresh_dim(),), dtype, sources) for _ in range(2)])


@vjp(first_quotient, "w, v")
def first_quotient_vjp(dz: Any, z: Any, w: Any, v: Any) -> Any:
    dw = first_quotient(dz[::-1], v)[::-1]
    moved = np.pad(np.convolve(dw, z[::-1])[len(z) - 1 :], (0, len(v)))
    return dw, -moved[: len(v)]


@jvp(first_quotient)
def first_quotient_jvp(z: Any, w: Any, v: Any, w_dot: Any, v_dot: Any) -> Any:
    return (
        None if w_dot is None else first_quotient(w_dot, v),
        None if v_dot is None else -first_quotient(np.convolve(z, v_dot)[: len(z)], v),
    )


@result(first_quotient)
def first_quotient_result(w: Any, v: Any) -> Any:
    return w.shape if isinstance(w, Type) else np.shape(w)


# ---------------------------------------------------------------- roots and what they make


@vjp(np.roots, "p")
def roots_vjp(dz: Any, z: Any, p: Any) -> Any:
    slopes = np.polyval(np.polyder(p), z)
    return -np.transpose(np.vander(z, len(p))) @ (dz / slopes)


@jvp(np.roots)
def roots_jvp(z: Any, p: Any, p_dot: Any) -> Any:
    return -np.polyval(p_dot, z) / np.polyval(np.polyder(p), z)


@result(np.roots)
def roots_result(p: Any) -> Any:
    return number((fresh_dim(),), "unknown", ["complex"])


def quotients(z: Any, roots: Any) -> Any:
    """The coefficients of z / (t - roots[k]), a row for each k: the scheme of Horner."""
    n = len(roots)
    rows = np.broadcast_to(z[:-1], (n, n)) * np.ones_like(roots)[:, None]
    return recurrence(rows, np.broadcast_to(roots[:, None], (n, n)), 1)


def require_roots(seq: Any) -> Any:
    """Of matrices the eigenvalues are to be given."""
    if known(np.ndim(seq)):
        if np.ndim(seq) == 2:
            refuse_matrix()
        return seq
    return np.reshape(seq, (len(seq),))


@static
def refuse_matrix() -> None:
    raise UnsupportedError("np.poly of a matrix has no derivative rule: give np.linalg.eigvals(a)")


@vjp(np.poly, "seq_of_zeros")
def poly_vjp(dz: Any, z: Any, seq_of_zeros: Any) -> Any:
    return -quotients(z, require_roots(seq_of_zeros)) @ dz[1:]


@jvp(np.poly)
def poly_jvp(z: Any, seq_of_zeros: Any, seq_of_zeros_dot: Any) -> Any:
    moved = seq_of_zeros_dot @ quotients(z, require_roots(seq_of_zeros))
    return np.concatenate((np.zeros_like(moved[:1]), -moved))


@result(np.poly)
def poly_result(seq_of_zeros: Any) -> Any:
    return (fresh_dim(),)


# ---------------------------------------------------------------- least squares


def fit_parts(x: Any, y: Any, c: Any, w: Any) -> Any:
    """(V, its pseudo-inverse, the residual of y), all weighted: V holds the powers of x."""
    powers = np.vander(x, np.shape(c)[0])
    misfit = y - powers @ c
    if w is None:
        return powers, np.linalg.pinv(powers), misfit
    weighted = powers * w[:, None]
    return weighted, np.linalg.pinv(weighted), in_rows(w, misfit)


def in_rows(w: Any, y: Any) -> Any:
    """w times each row of y, which may be a vector."""
    return np.transpose(w * np.transpose(y))


@vjp(np.polyfit, "x, y")
def polyfit_vjp(
    dz: Any, z: Any, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None,
    cov: Any = False,
) -> Any:  # fmt: skip
    """With A the weighted powers, b the weighted y and r = b - A c:
    dc = pinv(A) (db - dA c) + inv(A.T A) dA.T r."""
    only_coefficients(full, cov)
    powers, inverse, misfit = fit_parts(x, y, z, w)
    db = np.transpose(inverse) @ dz
    s = inverse @ db
    dpowers = column(misfit) @ np.transpose(column(s)) - column(db) @ np.transpose(column(z))
    if w is None:
        return vander_vjp(dpowers, powers, x, np.shape(z)[0]), db
    plain = np.vander(x, np.shape(z)[0])
    return vander_vjp(dpowers * w[:, None], plain, x, np.shape(z)[0]), in_rows(w, db)


def column(y: Any) -> Any:
    """A vector as a matrix of one column."""
    return np.reshape(y, (len(y), -1))


@jvp(np.polyfit)
def polyfit_jvp(
    z: Any, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None,
    cov: Any = False, *, x_dot: Any, y_dot: Any,
) -> Any:  # fmt: skip
    only_coefficients(full, cov)
    _, inverse, misfit = fit_parts(x, y, z, w)
    by_y = None
    if y_dot is not None:
        by_y = inverse @ (y_dot if w is None else in_rows(w, y_dot))
    if x_dot is None:
        return None, by_y
    moved = vander_jvp(np.vander(x, np.shape(z)[0]), x, np.shape(z)[0], x_dot=x_dot)
    moved = moved if w is None else moved * w[:, None]
    turned = inverse @ (np.transpose(inverse) @ (np.transpose(moved) @ misfit))
    return turned - inverse @ (moved @ z), by_y


def only_coefficients(full: Any, cov: Any) -> None:
    if not known(full, cov) or full or cov:
        refuse_report()


@static
def refuse_report() -> None:
    raise UnsupportedError("np.polyfit with full=True or cov=True has no derivative rule")


@result(np.polyfit)
def polyfit_result(x: Any, y: Any, deg: Any, *options: Any, **named: Any) -> Any:
    count = deg + 1 if type(deg) is int else fresh_dim()
    shape = y.shape if isinstance(y, Type) else np.shape(y)
    return (count, *shape[1:]) if isinstance(shape, tuple) else None
