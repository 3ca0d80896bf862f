"""scipy.linalg: systems, factors, functions of matrices, equations, matrices of vectors."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg as sl

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(11)


def array(*shape):
    return rng.standard_normal(shape)


def cplx(*shape):
    return array(*shape) + 1j * array(*shape)


def positive(x):
    return x @ np.conj(x.T) + 3.0 * np.eye(x.shape[-1])


REAL, COMPLEX = positive(array(3, 3)), positive(cplx(3, 3))


def quick(f, *args, **options):
    check(f, *args, second=False, optimize=(True,), **options)


def body(fn, *example):
    text = st.vjp(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines()]


# ------------------------------------------------------------ systems


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: sl.solve(a, b),
        lambda a, b: sl.solve(a, b, assume_a="gen"),
        lambda a, b: sl.solve(a, b, assume_a="sym"),
        lambda a, b: sl.solve(a, b, assume_a="her", lower=True),
        lambda a, b: sl.solve(a, b, assume_a="pos"),
        lambda a, b: sl.solve(a, b, assume_a="upper triangular"),
        lambda a, b: sl.solve(a, b, assume_a="lower triangular", check_finite=False),
        lambda a, b: sl.solve(a, b, transposed=True),
        lambda a, b: sl.solve_triangular(a, b),
        lambda a, b: sl.solve_triangular(a, b, trans=1),
        lambda a, b: sl.solve_triangular(a, b, trans="T", lower=True),
        lambda a, b: sl.solve_triangular(a, b, lower=True, unit_diagonal=True),
        lambda a, b: sl.cho_solve((a, True), b),
        lambda a, b: sl.cho_solve((a, False), b),
        lambda a, b: sl.cho_solve(sl.cho_factor(a), b),
        lambda a, b: sl.cho_solve(sl.cho_factor(a, lower=True), b),
        lambda a, b: sl.lu_solve(sl.lu_factor(a), b),
        lambda a, b: sl.lu_solve(sl.lu_factor(a), b, trans=1),
    ],
)
@pytest.mark.parametrize("shape", [(3,), (3, 2)])
def test_systems(f, shape):
    check(f, REAL, array(*shape), second=shape == (3,), optimize=(True,))


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: sl.solve(a, b),
        lambda a, b: sl.solve(a, b, assume_a="her"),
        lambda a, b: sl.solve(a + a.T, b, assume_a="sym"),
        lambda a, b: sl.solve_triangular(a, b, trans=2),
        lambda a, b: sl.solve_triangular(a, b, trans="C", lower=True),
        lambda a, b: sl.cho_solve((a, False), b),
        lambda a, b: sl.cho_solve(sl.cho_factor(a, lower=True), b),
        lambda a, b: sl.lu_solve(sl.lu_factor(a), b),
    ],
)
def test_complex_systems(f):
    quick(f, COMPLEX, cplx(3, 2))


def test_factors():
    check(lambda a: np.triu(sl.cho_factor(a)[0]), REAL)
    check(lambda a: np.tril(sl.cho_factor(a, lower=True)[0]), REAL)
    check(lambda a: sl.lu_factor(a)[0], array(4, 4), examples=(True,))


def test_pivots_in_every_order():
    for order in ([2, 0, 1], [1, 2, 0], [2, 1, 0]):
        a = (4.0 * np.eye(3) + 0.3 * array(3, 3))[order]
        quick(lambda a, b: sl.lu_solve(sl.lu_factor(a), b), a, array(3))


def test_what_is_printed():
    assert body(lambda a, b: sl.solve_triangular(a, b), REAL, array(3)) == [
        "db = sl.solve_triangular(a, dout, trans=1)",
        "da = -np.triu(np.outer(db, sl.solve_triangular(a, b)))",
        "return da, db",
    ]
    assert body(lambda a: sl.expm(a), REAL) == [
        "da = sl.expm_frechet(a.T, dout, compute_expm=False)", "return da,",
    ]  # fmt: skip


@pytest.mark.parametrize("lower, upper", [(1, 1), (2, 1), (0, 2), (0, 0)])
def test_banded_systems(lower, upper):
    ab = array(lower + upper + 1, 5)
    ab[upper] += 6.0
    f = lambda lower, upper, ab, b: sl.solve_banded((lower, upper), ab, b)  # noqa: E731
    check(f, lower, upper, ab, array(5), wrt=(2, 3), optimize=(True,))
    quick(f, lower, upper, ab + 1j * array(*ab.shape), cplx(5, 2), wrt=(2, 3))


@pytest.mark.parametrize("bands", [1, 3])
def test_banded_positive_systems(bands):
    ab = array(bands, 5)
    ab[-1] += 9.0
    check(lambda ab, b: sl.solveh_banded(ab, b), ab, array(5))
    check(lambda ab, b: sl.solveh_banded(ab, b, lower=True), ab[::-1].copy(), array(5, 2))


# ------------------------------------------------------------ functions


@pytest.mark.parametrize(
    "f",
    [
        lambda a: sl.expm(a),
        lambda a: sl.logm(a),
        lambda a: sl.sqrtm(a),
        lambda a: sl.fractional_matrix_power(a, 0.3),
        lambda a: sl.cosm(a),
        lambda a: sl.sinm(a),
        lambda a: sl.tanm(a),
        lambda a: sl.coshm(a),
        lambda a: sl.sinhm(a),
        lambda a: sl.tanhm(a),
        lambda a: sl.signm(a),
        lambda a: sl.inv(a),
        lambda a: sl.det(a),
        lambda a: sl.pinvh(a),
        lambda a: sl.cholesky(a),
        lambda a: sl.cholesky(a, lower=True),
        lambda a: sl.eigvalsh(a),
        lambda a: sl.eigvalsh(a, lower=False),
        lambda a: sl.eigh(a, eigvals_only=True),
        lambda a: sl.svdvals(a),
        lambda a: sl.norm(a),
        lambda a: sl.norm(a, "nuc"),
    ],
)
def test_functions_of_matrices(f):
    check(f, REAL / 4.0, optimize=(True,), examples=(True,))
    quick(f, COMPLEX / 4.0)


def test_more_functions_of_matrices():
    check(lambda a: sl.expm(a), array(3, 3))
    quick(lambda a: sl.expm(a), array(2, 3, 3))
    quick(lambda a, e: sl.expm_frechet(a, e, compute_expm=False), array(3, 3), array(3, 3))
    quick(lambda a, e: sl.expm_frechet(a, e), array(3, 3), array(3, 3))
    quick(lambda a, t: sl.fractional_matrix_power(a, t), REAL, 0.3)
    quick(lambda a: np.sum(np.abs(sl.sqrtm(a)) ** 2), REAL - 5.0 * np.eye(3))
    check(lambda a: sl.pinv(a), array(4, 3), examples=(True,))
    quick(lambda a, b: sl.lstsq(a, b)[0], array(5, 3), array(5, 2))


def test_powers_of_decompositions():
    def f(a):
        w, v = sl.eigh(a)
        return (v * w**2) @ v.T

    def g(a):
        u, s, vh = sl.svd(a, full_matrices=False)
        return (u * s**2) @ vh

    def h(a):
        w, v = sl.eig(a)
        return np.abs(v) ** 2 * np.abs(w)

    def q(a):
        q, r = sl.qr(a, mode="economic")
        return q @ (r * r)

    check(f, REAL, examples=(True,))
    check(g, array(4, 3), examples=(True,))
    quick(h, array(3, 3))
    quick(q, array(4, 3))
    quick(lambda a: sl.eigvals(a), cplx(3, 3))
    quick(lambda a: sl.svd(a)[1], array(3, 4))


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5)])
@pytest.mark.parametrize(
    "f",
    [
        lambda a: sl.qr(a, mode="r")[0],
        lambda a: sl.qr(a)[1],
        lambda a: sl.qr(a, mode="economic"),
        lambda a: sl.lu(a)[1],
        lambda a: sl.lu(a)[2],
        lambda a: sl.lu(a)[1:],
    ],
)
def test_factors_of_tall_and_wide_matrices(f, shape):
    quick(f, array(*shape))


def test_factors_twice():
    check(lambda a: sl.lu(a)[1] @ sl.lu(a)[2] ** 2, array(4, 3), examples=(True,))
    quick(lambda a: sl.lu(a)[2], cplx(3, 3))
    quick(lambda a: sl.qr(a), array(4, 3))


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b, q: sl.solve_sylvester(a, b, q),
        lambda a, b, q: sl.solve_continuous_lyapunov(a, q) + sl.solve_lyapunov(b, q),
        lambda a, b, q: sl.solve_discrete_lyapunov(a / 30.0, q),
    ],
)
def test_equations(f):
    check(f, REAL, positive(array(3, 3)), array(3, 3), optimize=(True,))
    quick(f, COMPLEX, positive(cplx(3, 3)), cplx(3, 3))


# ------------------------------------------------------------ matrices of vectors


@pytest.mark.parametrize(
    "f, shapes",
    [
        (lambda c: sl.toeplitz(c), [(4,)]),
        (lambda c, r: sl.toeplitz(c, r), [(4,), (3,)]),
        (lambda c: sl.hankel(c), [(4,)]),
        (lambda c, r: sl.hankel(c, r), [(2,), (5,)]),
        (lambda c: sl.circulant(c) ** 2, [(4,)]),
        (lambda a, b: sl.block_diag(a, b), [(2, 3), (1, 2)]),
        (lambda a, b: sl.block_diag(a, b, b) ** 2, [(2, 3), (2,)]),
        (lambda a, b: sl.khatri_rao(a, b), [(2, 3), (4, 3)]),
    ],
)
def test_matrices_of_vectors_and_blocks(f, shapes):
    check(f, *(array(*shape) for shape in shapes), optimize=(True,))


def test_a_complex_toeplitz_matrix_is_hermitian():
    quick(lambda c: sl.toeplitz(c), cplx(4))


# ------------------------------------------------------------ dtypes, loops, refusals


@pytest.mark.parametrize(
    "f",
    [
        lambda a: sl.solve_triangular(a, np.ones(3, "f")),
        lambda a: sl.cho_factor(a)[0],
        lambda a: sl.expm(a),
        lambda a: sl.inv(a),
        lambda a: sl.toeplitz(a[0]),
        lambda a: sl.svdvals(a),
    ],
)
def test_float32_stays_float32(f):
    a = REAL.astype("f")
    assert st.vjp(f)(a, np.ones_like(f(a))).dtype == np.float32


def test_a_filter_in_a_loop():
    def f(p, q):
        total = 0.0
        for _ in range(3):
            c = sl.cho_factor(p)
            p = sl.cho_solve(c, np.eye(3)) + q @ q.T
            total = total + np.sum(p)
        return total

    quick(f, REAL, array(3, 3))


@pytest.mark.parametrize(
    "f",
    [
        lambda a: sl.schur(a)[0],
        lambda a: sl.null_space(a),
        lambda a: sl.polar(a)[0],
        lambda a: sl.funm(a, np.exp),
        lambda a: sl.eigh(a, a)[0],
        lambda a: sl.qr(a, pivoting=True)[0],
        lambda a: sl.lu(a, permute_l=True)[0],
        lambda a: sl.solve(a, a[0], assume_a="banded"),
    ],
)
def test_what_is_refused(f):
    with pytest.raises(UnsupportedError):
        st.vjp(f)


def test_every_function_is_known():
    from srctransform.rules.registry import refusal_of, rule_of

    for name in sl.__all__:
        fn = getattr(sl, name)
        if not callable(fn) or isinstance(fn, type):
            continue
        rule = rule_of(fn)
        known = rule is not None and (rule.constant or rule.differentiable)
        assert known or refusal_of(fn), name
