"""cholesky, qr, eigh, eig, svd, pinv, lstsq: of matrices, stacks, complex ones, at equal values."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(5)


def array(*shape):
    return rng.standard_normal(shape)


def cplx(*shape):
    return array(*shape) + 1j * array(*shape)


def positive(x):
    """Positive definite Hermitian matrices."""
    return x @ np.conj(np.swapaxes(x, -1, -2)) + 3.0 * np.eye(x.shape[-1])


def body(fn, *example):
    text = st.vjp(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines()]


# ------------------------------------------------------------ cholesky


@pytest.mark.parametrize("f", [lambda a: np.linalg.cholesky(a),
                               lambda a: np.linalg.cholesky(a, upper=True)])  # fmt: skip
@pytest.mark.parametrize("x", [array(3, 3), array(2, 3, 3), cplx(3, 3), array(1, 1)])
def test_cholesky_of_either_triangle(f, x):
    check(f, positive(x), second=x.ndim == 2)


def test_the_triangle_that_is_not_read_has_gradient_zero():
    """The symmetric gradient of autograd and JAX is the mean of it and its transpose."""
    a = positive(array(3, 3))
    da = st.grad(lambda a: np.sum(np.linalg.cholesky(a) ** 2 + np.linalg.cholesky(a)))(a)
    assert np.array_equal(np.triu(da, 1), np.zeros((3, 3)))
    want = autograd.grad(
        lambda a: anp.sum(anp.linalg.cholesky(a) ** 2 + anp.linalg.cholesky(a))
    )(a)  # fmt: skip
    assert np.allclose((da + da.T) / 2, want)


def test_a_matrix_that_is_made_symmetric_has_the_gradient_of_autograd():
    def f(x):
        return np.sum(np.linalg.cholesky(x @ x.T + np.eye(3)) ** 3)

    want = autograd.grad(lambda x: anp.sum(anp.linalg.cholesky(x @ x.T + anp.eye(3)) ** 3))
    x = array(3, 3)
    assert np.allclose(st.grad(f)(x), want(x))


def test_cholesky_prints_as_murray_writes_it():
    assert body(lambda a: np.linalg.cholesky(a), np.eye(3)) == [
        "cholesky_a = np.linalg.cholesky(a)", "",
        "inv_cholesky_a = np.linalg.inv(cholesky_a)",
        "inner = cholesky_a.T @ dout",
        "t1 = (np.tril(inner) + np.tril(inner, -1)) / 2",
        "t2 = inv_cholesky_a.T @ t1 @ inv_cholesky_a",
        "full = t2 + t2.T",
        "da = (np.tril(full) + np.tril(full, -1)) / 2",
        "return da,",
    ]  # fmt: skip


# ------------------------------------------------------------ eigh


def rebuilt(a):
    w, v = np.linalg.eigh(a)
    return (v * np.exp(-w)) @ np.conj(v.T)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.eigvalsh(a),
        lambda a: np.linalg.eigvalsh(a, "U"),
        lambda a: np.linalg.eigh(a)[0],
        lambda a: np.linalg.eigh(a, UPLO="U").eigenvalues,
    ],
)
@pytest.mark.parametrize("x", [array(3, 3), array(2, 3, 3), cplx(3, 3)])
def test_eigenvalues_of_hermitian_matrices(f, x):
    check(f, positive(x), second=x.ndim == 2)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3)])
def test_eigenvectors_of_symmetric_matrices(shape):
    check(lambda a: np.linalg.eigh(a), positive(array(*shape)), second=len(shape) == 2)
    check(lambda a: np.linalg.eigh(a, "U").eigenvectors, positive(array(*shape)), second=False)


def test_functions_of_complex_eigenvectors_that_no_phase_changes():
    check(rebuilt, positive(cplx(3, 3)))


def test_a_symmetric_function_of_equal_eigenvalues_has_its_gradient():
    for f, a, want in (
        (lambda a: np.sum(np.linalg.eigvalsh(a) ** 3), np.eye(3), 3.0 * np.eye(3)),
        (lambda a: np.sum(np.exp(np.linalg.eigh(a)[0])), np.zeros((2, 2)), np.eye(2)),
        (lambda a: np.sum(np.linalg.svdvals(a) ** 2), np.eye(3), 2.0 * np.eye(3)),
        (lambda a: np.sum(np.linalg.svd(a)[1] ** 2), np.eye(3), 2.0 * np.eye(3)),
    ):
        assert np.allclose(st.grad(f)(a), want)


def test_equal_eigenvalues_of_a_rotated_matrix():
    q = np.linalg.qr(array(4, 4)).Q
    a = q @ np.diag([1.0, 1.0, 2.0, 2.0]) @ q.T
    da = st.grad(lambda a: np.sum(np.linalg.eigvalsh((a + a.T) / 2) ** 2))(a)
    assert np.allclose(da, 2.0 * a)


def test_eigenvectors_of_equal_eigenvalues_are_nan_and_not_wrong():
    def f(a):
        w, v = np.linalg.eigh(a)
        return np.sum(v @ np.diag(np.sqrt(w)) @ v.T)

    assert np.isnan(st.grad(f)(np.eye(3))).any()
    assert np.isnan(st.grad(lambda a: np.linalg.eigh(a)[1][0, 1])(np.eye(3))).any()


def test_vectors_that_a_function_does_not_turn_are_no_hindrance():
    """trace(v f(w) v.T) is a function of the eigenvalues alone."""

    def f(a):
        w, v = np.linalg.eigh(a)
        return np.trace(v @ np.diag(w**2) @ v.T)

    assert np.allclose(st.grad(f)(np.eye(3)), 2.0 * np.eye(3))


# ------------------------------------------------------------ eig


@pytest.mark.parametrize("a", [array(4, 4), cplx(3, 3), cplx(2, 3, 3)])
def test_eigenvalues_of_general_matrices(a):
    check(lambda a: np.linalg.eigvals(a), a, second=a.ndim == 2)
    check(lambda a: np.linalg.eig(a).eigenvalues, a, second=False)


@pytest.mark.parametrize("a", [array(3, 3), cplx(3, 3), positive(array(3, 3))])
def test_eigenvectors_of_general_matrices(a):
    def f(a):
        w, v = np.linalg.eig(a)
        return np.sum(np.abs(v[0]) ** 2 * np.abs(w) ** 3)

    check(f, a)


def test_eigenvalues_are_matched_by_value():
    """A function of one eigenvalue only, of a matrix whose eigenvalues are far apart."""
    a = np.array([[2.0, 1.0, 0.0], [0.5, -3.0, 1.0], [0.0, 1.0, 7.0]])
    check(lambda a: np.real(np.linalg.eigvals(a)[1]), a)


# ------------------------------------------------------------ qr


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (2, 3), (2, 4, 3)])
@pytest.mark.parametrize("f", [lambda a: np.linalg.qr(a), lambda a: np.linalg.qr(a, mode="r")])
def test_qr_of_tall_and_wide_matrices(f, shape):
    check(f, array(*shape), second=shape == (5, 3))


@pytest.mark.parametrize("shape", [(4, 3), (3, 4)])
def test_one_factor_or_both_of_complex_matrices(shape):
    check(lambda a: np.linalg.qr(a), cplx(*shape), second=False)
    check(lambda a: np.linalg.qr(a).Q, cplx(*shape), second=False)
    check(lambda a: np.linalg.qr(a)[1], cplx(*shape), second=False)


def test_complete_qr():
    check(lambda a: np.linalg.qr(a, "complete"), array(4, 3))
    check(lambda a: np.linalg.qr(a, "complete"), array(2, 3), second=False)

    def f(a):
        q = np.linalg.qr(a, mode="complete").Q[:, 3:]
        return q @ q.T

    check(f, array(5, 3))


def test_raw_qr_is_refused():
    with pytest.raises(UnsupportedError, match="raw"):
        st.vjp(lambda a: np.linalg.qr(a, mode="raw")[0])


# ------------------------------------------------------------ svd


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.svd(a, full_matrices=False),
        lambda a: np.linalg.svd(a, False).U,
        lambda a: np.linalg.svd(a, False)[2],
        lambda a: np.linalg.svd(a)[1],
        lambda a: np.linalg.svd(a, compute_uv=False),
        lambda a: np.linalg.svdvals(a),
    ],
)
def test_singular_values_and_vectors(f, shape):
    check(f, array(*shape), second=shape == (4, 3))


def space(a):
    u, s, vh = np.linalg.svd(a)
    rest = u[:, 3:]
    return rest @ rest.T, u[:, :3] * s, vh


def test_full_matrices():
    check(lambda a: np.linalg.svd(a), array(3, 3))
    check(lambda a: np.linalg.svd(a), array(4, 3), second=False)
    check(lambda a: np.linalg.svd(a), array(3, 4), second=False)
    check(space, array(5, 3))


def polar(a):
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return u @ vh


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4)])
def test_complex_singular_vectors(shape):
    check(polar, cplx(*shape), second=False)
    check(lambda a: np.linalg.svdvals(a), cplx(*shape), second=False)


def test_the_svd_of_a_hermitian_matrix_reads_one_triangle():
    a = positive(array(3, 3)) - 3.5 * np.eye(3)
    check(lambda a: np.linalg.svd(a, hermitian=True), a, second=False)
    check(lambda a: np.linalg.svd(a, True, False, True), a, second=False)


def test_a_low_rank_approximation_of_a_singular_matrix():
    def f(a):
        u, s, vh = np.linalg.svd(a, full_matrices=False)
        return (u[:, :1] * s[:1]) @ vh[:1]

    check(f, np.diag([2.0, 1.0, 0.0])[:, :2] + 0.0, second=False)


def test_singular_values_print_in_two_lines():
    assert body(lambda a: np.linalg.svdvals(a), array(4, 3)) == [
        "svd_a = np.linalg.svd(a, full_matrices=False)",
        "da = svd_a.U * dout @ svd_a.Vh",
        "return da,",
    ]


# ------------------------------------------------------------ pinv, lstsq


@pytest.mark.parametrize("a", [array(3, 3), array(4, 3), array(3, 4), cplx(4, 3), array(2, 4, 3)])
def test_pseudo_inverses(a):
    check(lambda a: np.linalg.pinv(a), a, second=a.shape == (4, 3))


def test_pseudo_inverses_that_lack_rank():
    check(lambda a, b: np.linalg.pinv(a @ b, rtol=1e-10), array(4, 2), array(2, 3))
    check(lambda a: np.linalg.pinv(a, hermitian=True), positive(cplx(3, 3)), second=False)


@pytest.mark.parametrize(
    "a, b", [((5, 3), (5,)), ((5, 3), (5, 2)), ((3, 5), (3,)), ((3, 3), (3, 2))]
)
def test_least_squares(a, b):
    check(lambda a, b: np.linalg.lstsq(a, b)[0], array(*a), array(*b), second=b == (5,))


def test_least_squares_are_unpacked():
    def f(a, b):
        x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=None)
        return x * rank

    check(f, array(5, 3), array(5, 2), second=False)
    check(f, cplx(5, 3), cplx(5), second=False)


def test_residuals_are_refused():
    with pytest.raises(UnsupportedError, match="residuals"):
        st.grad(lambda a, b: np.sum(np.linalg.lstsq(a, b)[1]))


# ------------------------------------------------------------ dtypes, loops


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.cholesky(a),
        lambda a: np.linalg.eigvalsh(a),
        lambda a: np.linalg.eigh(a).eigenvectors,
        lambda a: np.linalg.qr(a).Q,
        lambda a: np.linalg.svd(a)[0],
        lambda a: np.linalg.svdvals(a),
        lambda a: np.linalg.pinv(a),
    ],
)
def test_float32_stays_float32(f):
    a = positive(array(3, 3)).astype("f")
    z = f(a)
    assert st.vjp(f)(a, np.ones_like(z)).dtype == np.float32
    assert st.jvp(f)(a, a)[1].dtype == np.float32


def test_factors_in_a_loop():
    def f(a):
        total = 0.0
        for _ in range(3):
            q, r = np.linalg.qr(a)
            a = r @ q
            total = total + np.sum(np.linalg.eigvalsh(a @ a.T))
        return total

    check(f, positive(array(3, 3)), second=False)


def test_ints_and_views():
    a = np.array([[4, 1], [1, 3]])
    assert st.grad(lambda a: np.sum(np.linalg.cholesky(a)))(a).dtype == float
    check(lambda a: np.linalg.svdvals(a), array(6, 4)[::2, ::-1])


def test_no_matrices_at_all():
    a = np.zeros((0, 3, 3))
    assert st.vjp(lambda a: np.linalg.eigvalsh(a))(a, np.zeros((0, 3))).shape == (0, 3, 3)
    assert st.vjp(lambda a: np.linalg.svdvals(a))(a, np.zeros((0, 3))).shape == (0, 3, 3)
