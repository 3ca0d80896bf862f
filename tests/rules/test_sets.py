"""partition, sort_complex, unique and the set operations."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(7)
V = rng.permutation(np.arange(6.0)) + 0.1
W = np.array([10.0, 7.5, -3.0])
M = rng.permutation(np.arange(12.0)).reshape(3, 4) / 3
N = np.arange(1.0, 7.0)


@pytest.mark.parametrize(
    "expression",
    [
        "np.partition(x, 2) ** 2 * y",
        "np.partition(x.reshape(2, 3), 1, axis=0) ** 2 * y.reshape(2, 3)",
        "np.partition(x.reshape(2, 3), (1, 3), axis=None) ** 2 * y",
        "np.sort_complex(x) ** 2 * y",
        "np.unique(x) ** 2 * y",
        "np.unique(x.reshape(2, 3)) ** 2 * y",
        "np.unique(x.reshape(2, 3), axis=1) ** 2 * y.reshape(2, 3)",
        "np.unique(x, return_counts=True)[0] ** 2 * y",
        "np.unique(x, True, True)[0][np.unique(x, True, True)[2]] ** 2 * y",
        "np.unique_values(x) ** 2",
        "np.unique_all(x).values ** 2 * y",
        "np.unique_counts(x)[0] ** 2 * y",
        "np.unique_inverse(x).values[np.unique_inverse(x).inverse_indices] ** 2 * y",
        "np.setdiff1d(x, x[:2]) ** 2",
        "np.isin(x, x[:2]) * x",
    ],
)
def test_the_derivative_is_right(expression):
    f = program(expression, "x, y")
    check(f, V, N)
    check(f, V.astype(np.float32).astype(float)[::-1], N, second=False)


def test_two_sets():
    check(lambda x, y: np.union1d(x, y) ** 2, V, W)
    check(lambda x, y: np.setxor1d(x, y) ** 2, V, W)
    check(lambda x: np.union1d(x, W) ** 2, V)


def test_equal_values():
    x = np.array([2.0, 1.0, 2.0])
    df = st.grad(program("np.sum(np.unique(x) * np.array([5.0, 7.0]))"))
    np.testing.assert_allclose(df(x), [7.0, 5.0, 0.0])
    df = st.grad(program("np.sum(np.partition(x, 1) * np.array([5.0, 7.0, 9.0]))"))
    np.testing.assert_allclose(df(x), [8.0, 5.0, 8.0])
    dx, dy = st.grad(program("np.sum(np.intersect1d(x, y))", "x, y"), (0, 1))(x, x[:2])
    np.testing.assert_allclose(dx, [0.5, 0.5, 0.0])
    np.testing.assert_allclose(dy, [0.5, 0.5])
    _, tangent = st.jvp(program("np.intersect1d(x, y)", "x, y"), (0, 1))(x, x[:2], x, x[:2])
    np.testing.assert_allclose(tangent, [1.0, 2.0])


def test_complex_single_precision_and_empty():
    check(lambda x: np.sort_complex(x) ** 2 * N, V + 1j * N, second=False)
    for text in ("np.unique(x)", "np.partition(x, 2)"):
        f = program(f"np.sum({text} ** 2)")
        assert st.grad(f)(V.astype(np.float32)).dtype == np.float32
    check(lambda x: np.unique(x), V[:0])


def test_in_a_loop():
    def f(x):
        for _ in range(2):
            x = np.partition(x, 3) * N
        return x

    check(f, V)
