"""scipy.linalg: linear systems, by whatever is known of the matrix or has been factored.

    z = solve_triangular(a, b)        w = solve_triangular(a, dz, trans=1)
                                      db = w              da = -triu(w @ z.T)

Formulas: Giles (2008), "matrix inverse product"; Murray (2016) for what is known of Cholesky
factors. A matrix of which one triangle is read, or its upper or lower triangle or its diagonals,
has a gradient there and 0 elsewhere: entries off the diagonal that stand for two count twice. The
other triangle of what cho_factor gives holds anything, so it has no derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from scipy.linalg import cho_solve, lu_solve, solve_triangular

from ...errors import UnsupportedError
from ...ir.types import SCALAR_BOOL, Type, number, sequence
from ...runtime import known, pivoted_rows
from ..decompositions import (
    cholesky_adjoint,
    cholesky_tangent,
    dagger,
    folded,
    half,
    part,
    unfolded,
)  # fmt: skip
from ..linalg import applied, flipped, product, refuse, solve_result
from ..products import shape_of
from ..registry import jvp, linear, result, static, vjp

# ------------------------------------------------------------ solve


@static
def structure(assume_a: Any) -> Any:
    """What of the matrix is read: all of it, a triangle that means both, or a part of it."""
    names = {
        None: "all", "gen": "all", "general": "all",
        "sym": "symmetric", "symmetric": "symmetric",
        "her": "hermitian", "hermitian": "hermitian",
        "pos": "hermitian", "positive definite": "hermitian",
        "lower triangular": "lower", "upper triangular": "upper", "diagonal": "diagonal",
    }  # fmt: skip
    if assume_a not in names:
        raise UnsupportedError(f"scipy.linalg.solve with assume_a={assume_a!r} has no rule")
    return names[assume_a]


@static
def of_transpose(assume_a: Any) -> Any:
    """What may be assumed of the transpose."""
    swapped = {"lower triangular": "upper triangular", "upper triangular": "lower triangular"}
    return swapped.get(assume_a, assume_a)


def read(x: Any, kind: Any, lower: Any) -> Any:
    """The cotangent of what is read, from that of the matrix it means."""
    if kind == "hermitian":
        return folded(x, lower)
    if kind == "symmetric":
        full = x + flipped(x)
        return half(full, lower)
    if kind == "lower":
        return np.tril(x)
    if kind == "upper":
        return np.triu(x)
    return np.tril(np.triu(x)) if kind == "diagonal" else x


def meant(x: Any, kind: Any, lower: Any) -> Any:
    """The matrix that is meant by what is read."""
    if kind == "hermitian":
        return unfolded(x, lower)
    if kind == "symmetric":
        triangle = half(x, lower)
        return triangle + flipped(triangle)
    return read(x, kind, lower)


def solved_by(a: Any, b: Any, assume_a: Any, lower: Any) -> Any:
    if assume_a is None or assume_a == "gen":
        return scipy.linalg.solve(a, b)
    if structure(assume_a) in ("symmetric", "hermitian"):
        return scipy.linalg.solve(a, b, lower=lower, assume_a=assume_a)
    return scipy.linalg.solve(a, b, assume_a=assume_a)


@vjp(scipy.linalg.solve, "a, b")
def solve_vjp(
    dz: Any, z: Any, a: Any, b: Any, lower: Any = False, *, check_finite: Any = True,
    assume_a: Any = None, transposed: Any = False,
) -> Any:  # fmt: skip
    if not known(lower, assume_a, transposed):
        return refuse("options of scipy.linalg.solve that are known only as the program runs")
    if transposed:
        db = solved_by(a, dz, assume_a, lower)
        return -read(product(z, db, a, b), structure(assume_a), lower), db
    db = solved_by(flipped(a), dz, of_transpose(assume_a), not lower)
    return -read(product(db, z, a, b), structure(assume_a), lower), db


@jvp(scipy.linalg.solve)
def solve_jvp(
    z: Any, a: Any, b: Any, lower: Any = False, *, check_finite: Any = True,
    assume_a: Any = None, transposed: Any = False, a_dot: Any, b_dot: Any,
) -> Any:  # fmt: skip
    if not known(lower, assume_a, transposed):
        return refuse("options of scipy.linalg.solve that are known only as the program runs")
    matrix = flipped(a) if transposed else a
    assumed = of_transpose(assume_a) if transposed else assume_a
    triangle = (not lower) if transposed else lower
    moved = change = None
    if a_dot is not None:
        change = meant(flipped(a_dot) if transposed else a_dot, structure(assumed), triangle)
        moved = -solved_by(matrix, applied(change, z, b), assumed, triangle)
    return moved, None if b_dot is None else solved_by(matrix, b_dot, assumed, triangle)


@result((scipy.linalg.solve, solve_triangular), inexact=True)
def solved_result(a: Any, b: Any, *options: Any, **named: Any) -> Any:
    return solve_result(a, b)


# ------------------------------------------------------------ triangular


def triangular(a: Any, b: Any, trans: Any, lower: Any, unit: Any) -> Any:
    """solve_triangular without the options that say nothing."""
    if unit:
        return solve_triangular(a, b, trans=trans, lower=lower, unit_diagonal=True)
    if trans == 0:
        return solve_triangular(a, b, lower=True) if lower else solve_triangular(a, b)
    if lower:
        return solve_triangular(a, b, trans=trans, lower=True)
    return solve_triangular(a, b, trans=trans)


@static
def number_of(trans: Any) -> Any:
    return {"N": 0, "T": 1, "C": 2}.get(trans, trans)


def triangle(x: Any, lower: Any, unit: Any) -> Any:
    if lower:
        return np.tril(x, -1) if unit else np.tril(x)
    return np.triu(x, 1) if unit else np.triu(x)


@vjp(solve_triangular, "a, b")
def solve_triangular_vjp(
    dz: Any, z: Any, a: Any, b: Any, trans: Any = 0, lower: Any = False,
    unit_diagonal: Any = False, *, check_finite: Any = True,
) -> Any:  # fmt: skip
    if not known(trans, lower, unit_diagonal):
        return refuse("options of solve_triangular that are known only as the program runs")
    if number_of(trans) == 0:
        db = triangular(a, dz, 1, lower, unit_diagonal)
        return -triangle(product(db, z, a, b), lower, unit_diagonal), db
    if number_of(trans) == 1:
        db = triangular(a, dz, 0, lower, unit_diagonal)
        return -triangle(product(z, db, a, b), lower, unit_diagonal), db
    db = np.conj(triangular(a, np.conj(dz), 0, lower, unit_diagonal))
    return -triangle(np.conj(product(z, db, a, b)), lower, unit_diagonal), db


@jvp(solve_triangular)
def solve_triangular_jvp(
    z: Any, a: Any, b: Any, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False, *,
    check_finite: Any = True, a_dot: Any, b_dot: Any,
) -> Any:  # fmt: skip
    if not known(trans, lower, unit_diagonal):
        return refuse("options of solve_triangular that are known only as the program runs")
    n = number_of(trans)
    moved = None
    if a_dot is not None:
        change = triangle(a_dot, lower, unit_diagonal)
        turned = change if n == 0 else flipped(change) if n == 1 else dagger(change)
        moved = -triangular(a, applied(turned, z, b), n, lower, unit_diagonal)
    return moved, None if b_dot is None else triangular(a, b_dot, n, lower, unit_diagonal)


# ------------------------------------------------------------ factors


@vjp(scipy.linalg.cho_factor, "a")
def cho_factor_vjp(dz: Any, z: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    if lower:
        factor = np.tril(z[0])
        return folded(cholesky_adjoint(np.tril(dz[0]), factor, inverse_of(factor)), True)
    factor = dagger(np.triu(z[0]))
    return folded(cholesky_adjoint(dagger(np.triu(dz[0])), factor, inverse_of(factor)), False)


def inverse_of(factor: Any) -> Any:
    """The inverse of a lower triangle."""
    return solve_triangular(factor, np.eye(np.shape(factor)[-1], dtype=factor.dtype), lower=True)


@jvp(scipy.linalg.cho_factor)
def cho_factor_jvp(
    z: Any, a: Any, lower: Any = False, *, check_finite: Any = True, a_dot: Any
) -> Any:
    if lower:
        factor = np.tril(z[0])
        return cholesky_tangent(unfolded(a_dot, True), factor, inverse_of(factor)), 0.0
    factor = dagger(np.triu(z[0]))
    return dagger(cholesky_tangent(unfolded(a_dot, False), factor, inverse_of(factor))), 0.0


@result(scipy.linalg.cho_factor)
def cho_factor_result(a: Any, lower: Any = False, **options: Any) -> Any:
    return sequence("tuple", [part(a, shape_of(a)), SCALAR_BOOL]) if isinstance(a, Type) else None


@vjp(cho_solve, "c_and_lower, b")
def cho_solve_vjp(dz: Any, z: Any, c_and_lower: Any, b: Any, *, check_finite: Any = True) -> Any:
    c, lower = c_and_lower
    db = np.conj(cho_solve(c_and_lower, np.conj(dz)))
    da = -product(db, z, c, b)
    return (factor_adjoint(da + dagger(da), c, lower), None), db


def factor_adjoint(g: Any, c: Any, lower: Any) -> Any:
    """Of a = c @ c.T or a = c.T @ c."""
    if lower:
        return np.tril(g @ np.conj(np.tril(c)))
    return np.triu(np.conj(np.triu(c)) @ g)


@jvp(cho_solve)
def cho_solve_jvp(
    z: Any, c_and_lower: Any, b: Any, *, check_finite: Any = True, c_and_lower_dot: Any, b_dot: Any
) -> Any:
    c, lower = c_and_lower
    moved = None
    if c_and_lower_dot is not None and c_and_lower_dot[0] is not None:
        change = factor_tangent(c_and_lower_dot[0], c, lower)
        moved = -cho_solve(c_and_lower, applied(change + dagger(change), z, b))
    return moved, None if b_dot is None else cho_solve(c_and_lower, b_dot)


def factor_tangent(c_dot: Any, c: Any, lower: Any) -> Any:
    if lower:
        return np.tril(c_dot) @ dagger(np.tril(c))
    return dagger(np.triu(c)) @ np.triu(c_dot)


@result(cho_solve)
def cho_solve_result(c_and_lower: Any, b: Any, **options: Any) -> Any:
    return b.shape if isinstance(b, Type) else None


@vjp(scipy.linalg.lu_factor, "a")
def lu_factor_vjp(dz: Any, z: Any, a: Any, *, check_finite: Any = True) -> Any:
    lower, upper = unit_lower(z[0]), np.triu(z[0])
    inner = np.tril(flipped(lower) @ np.tril(dz[0], -1), -1)
    inner = inner + np.triu(np.triu(dz[0]) @ flipped(upper))
    turned = triangular(lower, inner, 1, True, True)
    return pivoted_rows(flipped(triangular(upper, flipped(turned), 0, False, False)), z[1], True)


def unit_lower(packed: Any) -> Any:
    return np.tril(packed, -1) + np.eye(np.shape(packed)[-1], dtype=packed.dtype)


@jvp(scipy.linalg.lu_factor)
def lu_factor_jvp(z: Any, a: Any, *, check_finite: Any = True, a_dot: Any) -> Any:
    lower, upper = unit_lower(z[0]), np.triu(z[0])
    turned = triangular(lower, pivoted_rows(a_dot, z[1], False), 0, True, True)
    inner = flipped(triangular(upper, flipped(turned), 1, False, False))
    return lower @ np.tril(inner, -1) + np.triu(inner) @ upper, 0.0


@result(scipy.linalg.lu_factor)
def lu_factor_result(a: Any, **options: Any) -> Any:
    if not isinstance(a, Type):
        return None
    return sequence("tuple", [part(a, shape_of(a)), number((("size", object()),), "int")])


@vjp(lu_solve, "lu_and_piv, b")
def lu_solve_vjp(
    dz: Any, z: Any, lu_and_piv: Any, b: Any, trans: Any = 0, *, check_finite: Any = True
) -> Any:
    if not known(trans) or trans == 2:
        return refuse("lu_solve with trans=2, or with trans known only as the program runs")
    packed, pivots = lu_and_piv
    db = lu_solve(lu_and_piv, dz) if trans else lu_solve(lu_and_piv, dz, trans=1)
    da = product(z, db, packed, b) if trans else product(db, z, packed, b)
    g = pivoted_rows(-da, pivots, False)
    strict = np.tril(g @ flipped(np.triu(packed)), -1)
    return (strict + np.triu(flipped(unit_lower(packed)) @ g), None), db


@jvp(lu_solve)
def lu_solve_jvp(
    z: Any, lu_and_piv: Any, b: Any, trans: Any = 0, *, check_finite: Any = True,
    lu_and_piv_dot: Any, b_dot: Any,
) -> Any:  # fmt: skip
    if not known(trans) or trans == 2:
        return refuse("lu_solve with trans=2, or with trans known only as the program runs")
    packed, pivots = lu_and_piv
    moved = None
    if lu_and_piv_dot is not None and lu_and_piv_dot[0] is not None:
        packed_dot = lu_and_piv_dot[0]
        rows = np.tril(packed_dot, -1) @ np.triu(packed) + unit_lower(packed) @ np.triu(packed_dot)
        change = pivoted_rows(rows, pivots, True)
        turned = flipped(change) if trans else change
        moved = -lu_solve(lu_and_piv, applied(turned, z, b), trans=trans)
    return moved, None if b_dot is None else lu_solve(lu_and_piv, b_dot, trans=trans)


@result(lu_solve)
def lu_solve_result(lu_and_piv: Any, b: Any, trans: Any = 0, **options: Any) -> Any:
    return b.shape if isinstance(b, Type) else None


linear(pivoted_rows, "x")


@vjp(pivoted_rows)
def pivoted_rows_vjp(dz: Any, z: Any, x: Any, pivots: Any, back: Any) -> Any:
    return pivoted_rows(dz, pivots, not back)


@result(pivoted_rows)
def pivoted_rows_result(x: Any, pivots: Any, back: Any) -> Any:
    return shape_of(x)
