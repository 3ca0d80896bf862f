"""scipy.sparse: constants that stay sparse, matrices by their data, spsolve."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.linalg import cg, spsolve

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(10)
M = sp.csr_matrix(np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]))
N = sp.csr_array(np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]))
BIG = sp.identity(100_000, format="csr") * 2.0
ROW, COLUMN = np.array([0, 0, 1]), np.array([0, 2, 1])


def array(*shape):
    return rng.standard_normal(shape)


def quick(f, *args, **options):
    check(f, *args, second=False, **options)


# ------------------------------------------------------------ constants


@pytest.mark.parametrize(
    "f, shape",
    [
        (lambda x: M @ x, (3,)),
        (lambda x: M @ x, (3, 2)),
        (lambda x: M.T @ x, (2,)),
        (lambda x: x @ M, (2,)),
        (lambda x: x @ M, (4, 2)),
        (lambda x: M.dot(x) ** 2, (3,)),
        (lambda x: N @ x, (3,)),
        (lambda x: N.T.dot(x) ** 2, (2,)),
    ],
)
def test_globals(f, shape):
    check(f, array(*shape))


@pytest.mark.parametrize("shape", [(3,), (3, 2)])
def test_the_star_of_a_sparse_matrix_is_the_product_of_matrices(shape):
    check(lambda x: M * x, array(*shape), examples=(True,))


def test_no_dense_matrix_is_formed():
    x = np.ones(100_000)
    df = st.grad(lambda x: np.sum((BIG @ x) ** 2))
    assert np.allclose(df(x), 8.0)


@pytest.mark.parametrize("example", [False, True])
@pytest.mark.parametrize(
    "f, x",
    [
        (lambda A, x: A @ x, array(3)),
        (lambda A, x: (A @ x) ** 2, array(3, 2)),
        (lambda A, x: A.T @ x, array(2)),
        (lambda A, x: A.dot(x), array(3)),
        (lambda A, x: x @ A, array(2)),
        (lambda A, x: x @ A, array(4, 2)),
    ],
)
def test_parameters(f, x, example):
    given = (M, x) if example else None
    z, v = f(M, x), array(*x.shape)
    g = array(*z.shape)
    dx = st.vjp(f, "x", example=given)(M, x, g)
    tangent = st.jvp(f, "x", example=given)(M, x, v)[1]
    numeric = (f(M, x + 1e-6 * v) - f(M, x - 1e-6 * v)) / 2e-6
    assert isinstance(dx, np.ndarray) and np.isclose(np.sum(dx * v), np.sum(g * numeric))
    assert np.allclose(tangent, numeric)


# ------------------------------------------------------------ data


@pytest.mark.parametrize(
    "f",
    [
        lambda d, x, i, j: sp.csr_matrix((d, (i, j)), shape=(2, 3)) @ x,
        lambda d, x, i, j: sp.csc_matrix((d, (i, j)), shape=(2, 3)) @ x,
        lambda d, x, i, j: sp.coo_matrix((d, (i, j)), shape=(2, 3)).dot(x),
        lambda d, x, i, j: sp.coo_array((d, (i, j)), shape=(2, 3)) @ x,
        lambda d, x, i, j: sp.csr_array((d, (i, j)), shape=(2, 3)).tocsc() @ x,
        lambda d, x, i, j: (2.0 * sp.csr_matrix((d, (i, j)), shape=(2, 3))) @ x,
    ],
)
def test_matrices_by_data_and_places(f):
    check(f, array(3), array(3), ROW, COLUMN, wrt=(0, 1), optimize=(True,))


@pytest.mark.parametrize(
    "f, shape",
    [
        (lambda d, x, i, j: sp.csr_matrix((d, (i, j)), shape=(2, 3)) @ x, (3, 2)),
        (lambda d, x, i, j: sp.csr_matrix((d, (i, j)), shape=(2, 3)).T @ x, (2,)),
        (lambda d, x, i, j: x @ sp.csr_matrix((d, (i, j)), shape=(2, 3)), (4, 2)),
        (lambda d, x, i, j: sp.coo_matrix((d, (i, j)), shape=(2, 3)).toarray() @ x, (3,)),
    ],
)
def test_products_on_either_side(f, shape):
    quick(f, array(3), array(*shape), ROW, COLUMN, wrt=(0, 1))


@pytest.mark.parametrize(
    "f",
    [
        lambda d, x, j, p: sp.csr_matrix((d, j, p), shape=(2, 3)) @ x,
        lambda d, x, j, p: sp.csr_array((d, j, p), (2, 3)) @ x,
    ],
)
def test_matrices_in_compressed_storage(f):
    check(f, array(3), array(3), np.array([2, 0, 1]), np.array([0, 2, 3]), wrt=(0, 1))


@pytest.mark.parametrize(
    "f",
    [
        lambda d, x, i, j: sp.csr_matrix((d, (i, j)), shape=(2, 3)) @ x,
        lambda d, x, i, j: sp.coo_matrix((d, (i, j)), shape=(2, 3)) @ x,
        lambda d, x, i, j: sp.coo_matrix((d, (i, j)), shape=(2, 3)).toarray() @ x,
    ],
)
def test_places_that_are_given_twice_are_summed(f):
    i, j = np.array([0, 0, 1, 0]), np.array([0, 2, 1, 0])
    quick(f, array(4), array(3), i, j, wrt=(0, 1))


def combined(d, e, x, i, j):
    a = sp.coo_matrix((d, (i, j)), shape=(2, 3))
    b = sp.csr_matrix((e, (i, j[::-1])), shape=(2, 3))
    return (a + b - a.T.T) @ x - b.dot(x)


def test_sums_of_matrices():
    check(combined, array(3), array(3), array(3), ROW, COLUMN, wrt=(0, 1, 2))


def test_diagonals():
    quick(lambda a, x: sp.diags(a) @ x, array(4), array(4))
    quick(lambda a, b, x: sp.diags([a, b, a], [0, 1, -1], shape=(4, 4)) @ x, array(4), array(3),
          array(4), wrt=(1, 2))  # fmt: skip


def test_in_a_loop():
    def f(d, x, i, j):
        a = sp.coo_matrix((d, (i, j)), shape=(3, 3)).tocsr()
        for _ in range(3):
            x = a @ x
        return x

    quick(f, array(3), array(3), ROW, COLUMN, wrt=(0, 1))


def test_implicit_steps():
    def f(d, x, i, j):
        a = sp.csc_matrix((d, (i, j)), shape=(3, 3))
        u = np.zeros((4, 3))
        u[0] = x
        for k in range(1, 4):
            u[k] = spsolve(sp.identity(3, format="csc") + a, u[k - 1])
        return u

    quick(f, array(3) / 4.0, array(3), ROW, COLUMN, wrt=(0, 1))


def test_matrices_that_branches_choose_or_loops_carry():
    def f(d, x, i, j, n):
        a = sp.csr_matrix((d, (i, j)), shape=(3, 3))
        b = a.T if n > 1 else a
        for _ in range(n):
            x = b @ x + x
            b = a + b
        return x

    quick(f, array(3), array(3), ROW, COLUMN, 2, wrt=(0, 1))


def test_float32_stays_float32():
    d, x = array(3).astype("f"), array(3).astype("f")
    df = st.vjp(lambda d, x: sp.csr_matrix((d, (ROW, COLUMN)), shape=(2, 3)) @ x, (0, 1))
    assert {g.dtype for g in df(d, x, np.ones(2, "f"))} == {np.dtype("f")}


def test_what_is_printed():
    x = array(3)
    df = st.vjp(lambda d, x, i, j: sp.csr_matrix((d, (i, j)), shape=(2, 3)) @ x, (0, 1),
                example=(x, x, ROW, COLUMN))  # fmt: skip
    assert "dx = np.transpose(t1) @ dout\n" in df.source
    assert "dd = entries_at(outer_at(t1, dout, x), i, j)\n" in df.source


# ------------------------------------------------------------ systems


@pytest.mark.parametrize(
    "f",
    [
        lambda d, b, i, j: spsolve(sp.csc_matrix((d, (i, j)), shape=(4, 4)), b),
        lambda d, b, i, j: spsolve(sp.coo_matrix((d, (i, j)), shape=(4, 4)).tocsr(), b),
    ],
)
@pytest.mark.parametrize("shape", [(4,), (4, 2)])
def test_solutions_of_sparse_systems(f, shape):
    i, j = np.array([0, 1, 2, 3, 0, 1, 2, 3, 3]), np.array([0, 1, 2, 3, 1, 2, 3, 0, 0])
    data = np.concatenate((4.0 + array(4) / 2.0, array(5) / 2.0))
    check(f, data, array(*shape), i, j, wrt=(0, 1), optimize=(True,))


def test_a_constant_system():
    a = sp.csc_matrix(np.diag([2.0, 3.0, 4.0]) + np.eye(3, k=1))
    quick(lambda b: spsolve(a, b), array(3))


def test_a_tridiagonal_system():
    f = lambda a, b, x: spsolve(sp.diags([a, b], [0, 1], format="csc"), x)  # noqa: E731
    quick(f, 3.0 + array(4) ** 2, array(3), array(4))


# ------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    "f",
    [
        lambda d: np.sum(np.sin(sp.csr_matrix((d, (ROW, COLUMN)), shape=(2, 3)))),
        lambda d: np.sum(sp.csr_matrix((d, (ROW, COLUMN)), shape=(2, 3))),
        lambda d: np.sum(sp.csr_matrix(d) @ np.ones(3)),
        lambda d: np.sum(sp.bsr_matrix(d) @ np.ones(3)),
        lambda d: cg(sp.csr_matrix((d, (ROW, ROW)), shape=(2, 2)), np.ones(2))[0][0],
        lambda d: sp.csr_matrix((d, (ROW, COLUMN)), shape=(2, 3)).max(),
    ],
)
def test_what_is_not_supported_is_refused(f):
    with pytest.raises(UnsupportedError):
        st.grad(f)
