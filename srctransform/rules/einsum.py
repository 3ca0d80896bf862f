"""np.einsum: the cotangent of one operand is an einsum of dz with the other operands.

    z = np.einsum("bij,bjk->bik", x, y)     dx = np.einsum("bik,bjk->bij", dz, y)
    z = np.einsum("ij,jk->ik", x, y)        dx = dz @ y.T

Three things have no einsum of their own: an index that only x has and that is summed (dz is
spread along it), an index that x has twice (dz goes on the diagonal), and axes of length one that
were broadcast (the tool sums over them). Subscripts that are known before the program runs are
rewritten then; others, and an ellipsis over an unknown number of axes, by `einsum_dx` as it runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..runtime import einsum_dx, einsum_letters, known, on_diagonals, sum_to
from .products import shape_of
from .registry import jvp, linear, multilinear, result, static, vjp

multilinear(np.einsum, "subscripts, a, b, c, d, e, f")


@vjp(np.einsum, "subscripts, a, b, c, d, e, f")
def einsum_vjp(
    dz: Any, z: Any, subscripts: Any, a: Any = None, b: Any = None, c: Any = None, d: Any = None,
    e: Any = None, f: Any = None, *, optimize: Any = False,
) -> Any:  # fmt: skip
    """Of up to six operands. Given as arrays and lists of ints, `subscripts` is an array, and its
    cotangent is the refusal that `einsum_dx` raises."""
    xs = given((a, b, c, d, e, f))
    return (
        einsum_dx(dz, 0, subscripts, *xs), einsum_one(dz, 0, subscripts, xs, optimize),
        einsum_one(dz, 1, subscripts, xs, optimize), einsum_one(dz, 2, subscripts, xs, optimize),
        einsum_one(dz, 3, subscripts, xs, optimize), einsum_one(dz, 4, subscripts, xs, optimize),
        einsum_one(dz, 5, subscripts, xs, optimize),
    )  # fmt: skip


def einsum_one(dz: Any, k: Any, subscripts: Any, xs: Any, optimize: Any) -> Any:
    """The cotangent of operand k."""
    if k >= len(xs):
        return None
    if not known(subscripts):
        return einsum_dx(dz, k, subscripts, *xs)
    if has_ellipsis(subscripts) and not known(tuple(np.ndim(x) for x in xs)):
        return einsum_dx(dz, k, subscripts, *xs)
    ranks = tuple(np.ndim(x) for x in xs) if has_ellipsis(subscripts) else ()
    plan = einsum_plan(subscripts, ranks, k)
    return placed(scaled(dz, others(xs, k), plan, optimize), xs[k], plan)


@static
def has_ellipsis(subscripts: Any) -> bool:
    return "..." in subscripts


def scaled(dz: Any, factors: Any, plan: Any, optimize: Any) -> Any:
    """dz times the other operands, on those axes of the operand that these have."""
    scalar, spec, order = plan[:3]
    if order is not None:
        return np.transpose(dz, order)
    if spec is None:
        return dz * factors[0] if len(factors) == 1 else dz
    if scalar:
        return dz * einsum_of(spec, factors, optimize)
    return einsum_of(spec, (dz, *factors), optimize)


def placed(g: Any, x: Any, plan: Any) -> Any:
    """g on the axes of x."""
    missing, repeated = plan[3:]
    if repeated:
        return on_diagonals(np.expand_dims(g, missing) if missing else g, x, repeated)
    return np.expand_dims(g, missing) if missing else g


@static
def as_product(spec: str) -> Any:
    """(are the factors swapped, is the first one transposed, and the second) in a product of
    matrices, or of a matrix and a vector; None of any other sum: "ik,jk->ij" is x @ y.T."""
    terms, out = spec.split("->")
    names = terms.split(",")
    if len(names) != 2 or any(len(set(n)) != len(n) or not 0 < len(n) < 3 for n in (*names, out)):
        return None
    for swap in (False, True):
        x, y = names[::-1] if swap else names
        shared = set(x) & set(y)
        if len(shared) == 1 and not shared & set(out) and len(x) == 2:
            (c,) = shared
            if out == x.replace(c, "") + y.replace(c, ""):
                return swap, x[0] == c, y[-1] == c and len(y) == 2
    return None


def others(xs: Any, k: Any) -> Any:
    return (*xs[:k], *xs[k + 1 :])


@static
def einsum_plan(subscripts: str, ranks: Any, k: int) -> Any:
    """How the cotangent of operand k is made:

    (is dz a scalar, the einsum of dz and the others or of the others alone, a transposition if
    there are no others, the axes of x that dz is spread along, x's subscripts if they repeat)
    """
    terms, out = einsum_letters(subscripts, ranks)
    term, others = terms[k], terms[:k] + terms[k + 1 :]
    own = "".join(dict.fromkeys(term))
    kept = "".join(c for c in own if c in out or any(c in s for s in others))
    factors = others if out == "" else [out, *others]
    spec = order = None
    if others and factors != [kept]:
        spec = f"{','.join(factors)}->{kept}"
    elif not others and kept != out:
        order = tuple(out.index(c) for c in kept)
    missing: Any = tuple(i for i, c in enumerate(own) if c not in kept) if kept else ()
    missing = missing[0] if len(missing) == 1 and missing[0] else missing
    return out == "", spec, order, missing, term if len(own) < len(term) else ""


def einsum_of(spec: Any, factors: Any, optimize: Any) -> Any:
    """np.einsum, or @ where that does it; a path that was given is for other factors."""
    form = as_product(spec)
    if form is not None:
        swap, flip_x, flip_y = form
        x, y = (factors[1], factors[0]) if swap else factors
        return (np.transpose(x) if flip_x else x) @ (np.transpose(y) if flip_y else y)
    if known(optimize) and optimize is False:
        return np.einsum(spec, *factors)
    return np.einsum(spec, *factors, optimize=True)


def einsum_memory(*args: Any) -> str:
    """Of one operand it may be a view; a product is new."""
    return "maybe" if len(args) == 2 else "fresh"


@result(np.einsum, memory=einsum_memory)
def einsum_result(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """Each index has the length of the first operand that has it and is not stretched along it."""
    if not isinstance(subscripts, str):
        return None
    shapes = [shape_of(x) for x in operands]
    if "..." in subscripts and not all(isinstance(s, tuple) for s in shapes):
        return None
    terms, out = einsum_letters(subscripts, [len(s) for s in shapes if isinstance(s, tuple)])
    if out and not all(isinstance(s, tuple) for s in shapes):
        return None
    dims: dict[str, Any] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for c, n in zip(term, shape, strict=False):
            if dims.get(c, 1) == 1:
                dims[c] = n
    return tuple(dims[c] for c in out)


# ------------------------------------------------------------ the helpers themselves

linear(on_diagonals, "g")


@vjp(on_diagonals)
def on_diagonals_vjp(dz: Any, z: Any, g: Any, x: Any, subscripts: Any) -> Any:
    return sum_to(np.einsum(subscripts + "->" + distinct(subscripts), dz), g)


@static
def distinct(subscripts: str) -> str:
    return "".join(dict.fromkeys(subscripts))


@result(on_diagonals)
def on_diagonals_result(g: Any, x: Any, subscripts: Any) -> Any:
    return shape_of(x)


@vjp(einsum_dx, "g, a, b, c, d, e, f")
def einsum_dx_vjp(
    dz: Any, z: Any, g: Any, k: Any, subscripts: Any, a: Any = None, b: Any = None,
    c: Any = None, d: Any = None, e: Any = None, f: Any = None,
) -> Any:  # fmt: skip
    """The result is linear in g and each operand but the k-th, which gives its shape."""
    xs = replaced((a, b, c, d, e, f), k, dz)
    return (
        np.einsum(subscripts, *xs), dx_unless(k, 0, g, subscripts, xs),
        dx_unless(k, 1, g, subscripts, xs), dx_unless(k, 2, g, subscripts, xs),
        dx_unless(k, 3, g, subscripts, xs), dx_unless(k, 4, g, subscripts, xs),
        dx_unless(k, 5, g, subscripts, xs),
    )  # fmt: skip


@jvp(einsum_dx)
def einsum_dx_jvp(
    z: Any, g: Any, k: Any, subscripts: Any, a: Any = None, b: Any = None, c: Any = None,
    d: Any = None, e: Any = None, f: Any = None, *, g_dot: Any, a_dot: Any, b_dot: Any,
    c_dot: Any, d_dot: Any, e_dot: Any, f_dot: Any,
) -> Any:  # fmt: skip
    xs = (a, b, c, d, e, f)
    return (
        einsum_dx(g_dot, k, subscripts, *given(xs)), moving(k, 0, g, subscripts, xs, a_dot),
        moving(k, 1, g, subscripts, xs, b_dot), moving(k, 2, g, subscripts, xs, c_dot),
        moving(k, 3, g, subscripts, xs, d_dot), moving(k, 4, g, subscripts, xs, e_dot),
        moving(k, 5, g, subscripts, xs, f_dot),
    )  # fmt: skip


def given(xs: Any) -> Any:
    return tuple(x for x in xs if x is not None)


def replaced(xs: Any, k: Any, x: Any) -> Any:
    """The operands with another k-th one."""
    return (*given(xs)[:k], x, *given(xs)[k + 1 :])


def dx_unless(k: Any, j: Any, g: Any, subscripts: Any, xs: Any) -> Any:
    return None if j == k or j >= len(xs) else einsum_dx(g, j, subscripts, *xs)


def moving(k: Any, j: Any, g: Any, subscripts: Any, xs: Any, dot: Any) -> Any:
    """The tangent of einsum_dx as operand j moves."""
    if j == k or dot is None:
        return None
    return einsum_dx(g, k, subscripts, *replaced(xs, j, dot))


@result(einsum_dx, memory="maybe")
def einsum_dx_result(g: Any, k: Any, subscripts: Any, *operands: Any) -> Any:
    return shape_of(operands[k])
