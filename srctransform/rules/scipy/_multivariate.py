"""Multivariate distributions of scipy.stats, by the points and all real parameters.

    z = multivariate_normal.logpdf(x, mean, cov)     s = (x - mean) @ inv(cov)
        dx = -dz[:, None] * s     dcov = 0.5 * (s.T @ (dz[:, None] * s) - dz.sum() * inv(cov))

`x` is one point or rows of points. Of a covariance matrix SciPy reads the lower triangle, and so
the gradient is lower triangular, as that of `linalg.cholesky`: below the diagonal it is twice the
formula above (Giles, 2008). It may be a number, or a vector that is its diagonal, where the rank is
known. The probabilities of a multinomial distribution must sum to 1; the gradient is
that of sum(x log p). `dirichlet` takes whole points, one a column.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...errors import UnsupportedError
from ...ir.types import broadcast
from ...runtime import known
from ..products import shape_of
from ..registry import constant_in, jvp, result, static, vjp
from ._densities import ratio

normal, student = stats.multivariate_normal, stats.multivariate_t


@static
def refuse(message: str) -> None:
    raise UnsupportedError(message)


def rank_of(cov: Any) -> Any:
    """0, 1 or 2: is it a number, a diagonal or a matrix? A matrix if it is not known."""
    return np.ndim(cov) if known(np.ndim(cov)) else 2


def from_center(x: Any, mean: Any) -> Any:
    return x if mean is None else x - mean


def gathered(g: Any, s: Any) -> Any:
    """The sum of the outer products of the rows."""
    if known(np.ndim(g)) and np.ndim(g) == 1:
        return np.outer(g, s)
    if known(np.ndim(g)) and np.ndim(g) == 2:
        return np.transpose(g) @ s
    rows = np.reshape(g, (-1, np.shape(g)[-1]))
    return np.transpose(rows) @ np.reshape(s, np.shape(rows))


def lower(g: Any) -> Any:
    """The gradient of a function that reads the lower triangle of a symmetric matrix."""
    return np.tril(g) + np.tril(g, -1)


def column(dz: Any, s: Any) -> Any:
    """One number for each point, ready to be multiplied with the points s. SciPy's results have
    no axes of size 1."""
    if known(np.ndim(s)) and np.ndim(s) == 1:
        return dz
    if known(np.ndim(s), np.ndim(dz)) and np.ndim(s) == 2 and np.ndim(dz) == 1:
        return np.expand_dims(dz, -1)
    return np.reshape(dz, np.shape(s)[:-1] + (1,))  # noqa: RUF005  (as it is printed)


def shaped(dot: Any, z: Any) -> Any:
    """A tangent in the shape of the result."""
    if dot is None or (known(np.ndim(dot), np.ndim(z)) and np.ndim(dot) == np.ndim(z)):
        return dot
    return np.reshape(dot, np.shape(z))


# ---------------------------------------------------------------- normal


def normal_pull(dz: Any, x: Any, mean: Any, cov: Any) -> Any:
    """The cotangents of x, mean and cov for that of the log-density."""
    if rank_of(cov) == 0:
        s = from_center(x, mean) / cov
        g = np.reshape(dz, np.shape(s))
        return -(g * s), g * s, 0.5 * g * (s**2 - 1 / cov)
    if rank_of(cov) == 1:
        s = from_center(x, mean) / cov
        g = column(dz, s) * s
        return -g, g, 0.5 * (g * s - column(dz, s) / cov)
    inverse = np.linalg.inv(cov)
    s = from_center(x, mean) @ inverse
    g = column(dz, s) * s
    return -g, g, lower(0.5 * (gathered(g, s) - np.sum(dz) * inverse))


def normal_push(
    z: Any, x: Any, mean: Any, cov: Any, x_dot: Any, mean_dot: Any, cov_dot: Any
) -> Any:
    """What the tangents of x, mean and cov contribute to that of the log-density."""
    if rank_of(cov) == 0:
        s = from_center(x, mean) / cov
        first = None if x_dot is None else shaped(-s * x_dot, z)
        second = None if mean_dot is None else shaped(s * mean_dot, z)
        bend = None if cov_dot is None else shaped(0.5 * (s**2 - 1 / cov) * cov_dot, z)
        return first, second, bend
    if rank_of(cov) == 1:
        s = from_center(x, mean) / cov
        bend = None if cov_dot is None else 0.5 * inner(s**2 - 1 / cov, cov_dot)
        return shaped(moved(s, x_dot), z), shaped(opposite(s, mean_dot), z), shaped(bend, z)
    inverse = np.linalg.inv(cov)
    s = from_center(x, mean) @ inverse
    bend = turned(1.0, s, inverse, cov_dot)
    return shaped(moved(s, x_dot), z), shaped(opposite(s, mean_dot), z), shaped(bend, z)


def inner(s: Any, dot: Any) -> Any:
    return np.sum(s * dot, axis=-1)


def moved(s: Any, dot: Any) -> Any:
    return None if dot is None else -inner(s, dot)


def opposite(s: Any, dot: Any) -> Any:
    return None if dot is None else inner(s, dot)


def turned(w: Any, s: Any, inverse: Any, dot: Any) -> Any:
    """(w s.T dot s - trace(inverse dot)) / 2"""
    return None if dot is None else turning(w, s, inverse, np.tril(dot) + np.tril(dot, -1))


def turning(w: Any, s: Any, inverse: Any, dot: Any) -> Any:
    return 0.5 * (w * inner(s @ dot, s) - np.sum(inverse * dot))


def entropy_slope(mean: Any, cov: Any) -> Any:
    """The entropy is log det(2 pi e cov) / 2, wherever the mean is."""
    if rank_of(cov) == 2:
        return lower(0.5 * np.linalg.inv(cov))
    count = 1 if mean is None or rank_of(cov) == 1 else np.size(mean)
    return 0.5 * count / cov


@vjp(normal.entropy, "cov")
def normal_entropy_vjp(dz: Any, z: Any, mean: Any = None, cov: Any = 1) -> Any:
    return dz * entropy_slope(mean, cov)


@jvp(normal.entropy)
def normal_entropy_jvp(z: Any, mean: Any = None, cov: Any = 1, *, cov_dot: Any) -> Any:
    return np.sum(entropy_slope(mean, cov) * cov_dot)


@result(normal.entropy, inexact=True)
def normal_entropy_result(mean: Any = None, cov: Any = 1) -> Any:
    return ()


constant_in(normal.entropy, "mean")


@vjp(normal.logpdf, "x, mean, cov")
def normal_logpdf_vjp(
    dz: Any, z: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False
) -> Any:
    return normal_pull(dz, x, mean, cov)


@jvp(normal.logpdf)
def normal_logpdf_jvp(
    z: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False, *,
    x_dot: Any, mean_dot: Any, cov_dot: Any,
) -> Any:  # fmt: skip
    return normal_push(z, x, mean, cov, x_dot, mean_dot, cov_dot)


@vjp(normal.pdf, "x, mean, cov")
def normal_pdf_vjp(
    dz: Any, z: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False
) -> Any:
    return normal_pull(dz * z, x, mean, cov)


@jvp(normal.pdf)
def normal_pdf_jvp(
    z: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False, *,
    x_dot: Any, mean_dot: Any, cov_dot: Any,
) -> Any:  # fmt: skip
    return tuple([times(z, p) for p in normal_push(z, x, mean, cov, x_dot, mean_dot, cov_dot)])


def times(z: Any, part: Any) -> Any:
    return None if part is None else z * part


@result((normal.logpdf, normal.pdf))
def normal_result(x: Any, mean: Any = None, cov: Any = 1, *options: Any) -> Any:
    return points_shape(x, mean) if rank_in(cov) else None


def points_shape(x: Any, mean: Any) -> Any:
    """The shape without the last axis and without axes of size 1, where it is known."""
    shapes = [shape_of(v) for v in (x, mean) if v is not None]
    if not all(isinstance(s, tuple) and s for s in shapes):
        return None
    whole = broadcast(*shapes)
    return tuple(n for n in whole[:-1] if n != 1) if isinstance(whole, tuple) else None


def rank_in(cov: Any) -> bool:
    """Is it known to be a diagonal or a matrix?"""
    shape = shape_of(cov)
    return isinstance(shape, tuple) and bool(shape)


# ---------------------------------------------------------------- Student's t


def require_matrix(shape: Any) -> Any:
    if rank_of(shape) != 2:
        return refuse("the shape of multivariate_t must be a matrix; for one dimension use stats.t")
    return shape


def student_terms(x: Any, loc: Any, shape: Any, df: Any) -> Any:
    """(inverse, s, m, w): m is the squared distance, w the weight of a point."""
    inverse = np.linalg.inv(require_matrix(shape))
    r = from_center(x, loc)
    s = r @ inverse
    m = inner(r, s)
    return inverse, s, m, (df + np.shape(x)[-1]) / (df + m)


def student_ddf(x: Any, m: Any, w: Any, df: Any) -> Any:
    """The derivative of the log-density by df."""
    d = np.shape(x)[-1]
    ends = special.psi(0.5 * (df + d)) - special.psi(0.5 * df) - d / df
    return 0.5 * (ends - np.log1p(m / df) + w * m / df)


def student_pull(dz: Any, x: Any, loc: Any, shape: Any, df: Any) -> Any:
    inverse, s, m, w = student_terms(x, loc, shape, df)
    g = column(dz, s) * column(w, s) * s
    bend = lower(0.5 * (gathered(g, s) - np.sum(dz) * inverse))
    return -g, g, bend, dz * shaped(student_ddf(x, m, w, df), dz)


def student_push(
    z: Any,
    x: Any,
    loc: Any,
    shape: Any,
    df: Any,
    x_dot: Any,
    loc_dot: Any,
    shape_dot: Any,
    df_dot: Any,
) -> Any:
    inverse, s, m, w = student_terms(x, loc, shape, df)
    return (
        shaped(times(w, moved(s, x_dot)), z),
        shaped(times(w, opposite(s, loc_dot)), z),
        shaped(turned(w, s, inverse, shape_dot), z),
        shaped(times(student_ddf(x, m, w, df), df_dot), z),
    )


@vjp(student.logpdf, "x, loc, shape, df")
def student_logpdf_vjp(
    dz: Any, z: Any, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1
) -> Any:
    return student_pull(dz, x, loc, shape, df)


@jvp(student.logpdf)
def student_logpdf_jvp(
    z: Any, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1, *,
    x_dot: Any, loc_dot: Any, shape_dot: Any, df_dot: Any,
) -> Any:  # fmt: skip
    return student_push(z, x, loc, shape, df, x_dot, loc_dot, shape_dot, df_dot)


@vjp(student.pdf, "x, loc, shape, df")
def student_pdf_vjp(
    dz: Any, z: Any, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1,
    allow_singular: Any = False,
) -> Any:  # fmt: skip
    return student_pull(dz * z, x, loc, shape, df)


@jvp(student.pdf)
def student_pdf_jvp(
    z: Any, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1, allow_singular: Any = False, *,
    x_dot: Any, loc_dot: Any, shape_dot: Any, df_dot: Any,
) -> Any:  # fmt: skip
    parts = student_push(z, x, loc, shape, df, x_dot, loc_dot, shape_dot, df_dot)
    return tuple([times(z, part) for part in parts])


@result((student.logpdf, student.pdf))
def student_result(x: Any, loc: Any = None, shape: Any = 1, *options: Any) -> Any:
    return points_shape(x, loc) if rank_in(shape) else None


# ---------------------------------------------------------------- Dirichlet


def simplex_score(x: Any, alpha: Any) -> Any:
    """log x - psi(alpha) + psi(sum(alpha)), a point a row."""
    held = np.reshape(alpha, np.shape(x)[:1])  # a point has as many coordinates as alpha
    return np.log(np.transpose(x)) - special.psi(held) + special.psi(np.sum(held))


def simplex_slope(x: Any, alpha: Any) -> Any:
    return (np.reshape(alpha, np.shape(x)[:1]) - 1) / np.transpose(x)


def dirichlet_pull(dz: Any, x: Any, alpha: Any) -> Any:
    scores = simplex_score(x, alpha)
    g = column(np.transpose(dz), scores)
    return np.transpose(g * simplex_slope(x, alpha)), g * scores


def dirichlet_push(z: Any, x: Any, alpha: Any, x_dot: Any, alpha_dot: Any) -> Any:
    first = None if x_dot is None else inner(simplex_slope(x, alpha), np.transpose(x_dot))
    second = None if alpha_dot is None else inner(simplex_score(x, alpha), alpha_dot)
    return shaped(first, z), shaped(second, z)


@vjp(stats.dirichlet.logpdf)
def dirichlet_logpdf_vjp(dz: Any, z: Any, x: Any, alpha: Any) -> Any:
    return dirichlet_pull(dz, x, alpha)


@jvp(stats.dirichlet.logpdf)
def dirichlet_logpdf_jvp(z: Any, x: Any, alpha: Any, x_dot: Any, alpha_dot: Any) -> Any:
    return dirichlet_push(z, x, alpha, x_dot, alpha_dot)


@vjp(stats.dirichlet.pdf)
def dirichlet_pdf_vjp(dz: Any, z: Any, x: Any, alpha: Any) -> Any:
    return dirichlet_pull(dz * z, x, alpha)


@jvp(stats.dirichlet.pdf)
def dirichlet_pdf_jvp(z: Any, x: Any, alpha: Any, x_dot: Any, alpha_dot: Any) -> Any:
    first, second = dirichlet_push(z, x, alpha, x_dot, alpha_dot)
    return times(z, first), times(z, second)


@result((stats.dirichlet.logpdf, stats.dirichlet.pdf))
def dirichlet_result(x: Any, alpha: Any) -> Any:
    shape = shape_of(x)
    return tuple(n for n in shape[1:] if n != 1) if isinstance(shape, tuple) else None


# ---------------------------------------------------------------- multinomial


@vjp(stats.multinomial.logpmf, "p")
def multinomial_logpmf_vjp(dz: Any, z: Any, x: Any, n: Any, p: Any) -> Any:
    share = ratio(x, p)
    return column(dz, share) * share


@jvp(stats.multinomial.logpmf)
def multinomial_logpmf_jvp(z: Any, x: Any, n: Any, p: Any, p_dot: Any) -> Any:
    return inner(ratio(x, p), p_dot)


@vjp(stats.multinomial.pmf, "p")
def multinomial_pmf_vjp(dz: Any, z: Any, x: Any, n: Any, p: Any) -> Any:
    share = ratio(x, p)
    return column(dz * z, share) * share


@jvp(stats.multinomial.pmf)
def multinomial_pmf_jvp(z: Any, x: Any, n: Any, p: Any, p_dot: Any) -> Any:
    return z * inner(ratio(x, p), p_dot)


@result((stats.multinomial.logpmf, stats.multinomial.pmf), inexact=True)
def multinomial_result(x: Any, n: Any, p: Any) -> Any:
    shapes = [shape_of(v) for v in (x, p)]
    if not all(isinstance(s, tuple) and s for s in shapes):
        return None
    whole = broadcast(*shapes)
    return whole[:-1] if isinstance(whole, tuple) else None
