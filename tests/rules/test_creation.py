"""New arrays: of displays, of fill values, of the ends of a range."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(3)
M = rng.standard_normal((2, 3))


def test_an_array_of_scalars():
    check(lambda a, b: np.array([a, b * 2.0, 1.0]) ** 2, 1.5, 2.5)
    check(lambda a, b: np.array((a, a * b)) ** 2, 1.5, 2.5)
    check(lambda a: np.array([a, 2.0, 3]) ** 2, 1.5)


def test_an_array_of_nested_lists():
    check(lambda a, b: np.array([[a, 1.0], [0.0, b]]) @ np.array([a, b]), 1.5, 2.5)
    check(lambda a, b: np.array([[1.0, 2.0], [a, b]]) ** 2, 1.5, 2.5)
    check(lambda a, b: np.array([[np.cos(a), -np.sin(a)], (b, 0)]) ** 2, 1.5, 2.5)


def test_an_array_of_arrays():
    check(lambda x, y: np.array([x, 2 * y]) ** 2, V, V + 1)
    check(lambda x: np.asarray([x, x[::-1]]) ** 2, V)
    check(lambda x: np.array([x, [1.0, 2.0, 3.0]]) ** 2, V)


def test_an_array_of_an_array():
    check(lambda x: np.array(x) * x, M)
    check(lambda x: np.asarray(x) * x, M)
    check(lambda x: np.array(x, dtype=float) ** 2, M)
    check(lambda x: np.array(x, copy=True) ** 2, M)


@pytest.mark.parametrize("make", [list, tuple])
def test_an_array_of_a_container_that_is_an_argument(make):
    check(lambda x: np.array(x) ** 2, make([1.5, 2.5, 3.0]))
    check(lambda x: np.array(x) ** 2, make([V, V + 1]))
    check(lambda x: np.sum(np.asarray(x) ** 2) + x[0], make([1.5, 2.5, 3.0]))


def test_constant_arrays_have_no_derivative():
    check(
        lambda x: x * np.ones(3) + np.zeros_like(x) + np.eye(3)[0] + np.arange(3) + np.identity(3),
        V,
    )
    check(lambda x: x * np.ones_like(x) * np.full(x.shape, 2.0) * np.linspace(0.0, 1.0, len(x)), V)
    check(lambda x, n: x + np.zeros(n) + np.ones((n, n)) + np.eye(n), V, 3)


def test_a_fill_value_is_differentiable():
    check(lambda c: np.full(3, c) ** 2, 1.5)
    check(lambda c: np.full((2, 3), c**2) * M, 1.5)
    check(lambda c: np.full((2, 3), c) ** 2, V)
    check(lambda x, c: np.full_like(x, c) * x, M, 1.5)
    check(lambda x, c: np.full(x.shape, c) * x, M, 1.5)
    check(lambda c: np.full(3, c) * 1j, 1.5)
    check(lambda n, c: np.full(n, c) ** 2, 4, 1.5, wrt=(1,))


def test_the_ends_of_a_range_are_differentiable():
    check(lambda a, b: np.linspace(a, b, 5) ** 2, 1.0, 2.5)
    check(lambda a, b: np.linspace(a, b**2, 4, endpoint=False) ** 2, 1.0, 2.5)
    check(lambda a, b: np.linspace(a, b, 5) ** 2, V, V + 1)
    check(lambda a, b: np.linspace(0.0, b, 5) * a, 1.0, 2.5)
    check(lambda a, h: np.arange(a, 5.05, h) ** 2, 1.0, 0.5)


def test_meshgrid():
    def f(x, y):
        a, b = np.meshgrid(x, y)
        return a * b**2

    check(f, V, M[0, :2])
    check(lambda x, y: np.meshgrid(x, y, indexing="ij")[0] ** 2 * V[:2], V, M[0, :2])


def test_ints_become_floats():
    def f(x):
        return np.sum(np.array([x, x]) ** 2)

    assert st.grad(f)(3) == 12.0
    grad = st.grad(lambda x: np.sum(np.array(x) ** 2))(np.arange(3))
    assert grad.dtype.kind == "f"
    np.testing.assert_array_equal(grad, [0.0, 2.0, 4.0])


def test_a_cast_to_ints_has_no_derivative():
    with pytest.warns(UserWarning, match="does not depend"):
        grad = st.grad(lambda x, c: np.sum(x * np.full(2, c, dtype=int)), 1)
    assert grad(V[:2], 2.5) == 0.0
    ints = np.array([1, 2])
    assert st.grad(lambda c, x: np.sum(np.full_like(x, c) * 1.5))(2.5, ints) == 0.0
    grad = st.grad(lambda x: np.sum(np.array(x, dtype=int) * x))(np.array([1.5, 2.5]))
    np.testing.assert_array_equal(grad, [1.0, 2.0])


def test_single_precision_stays():
    x = V.astype(np.float32)
    for f in (
        lambda x: np.sum(np.array([x, x]) ** 2), lambda x: np.sum(np.asarray(x) ** 2),
        lambda x: np.sum(np.array(x, dtype=np.float64) ** 2),
    ):  # fmt: skip
        assert st.grad(f)(x).dtype == np.float32
        assert st.grad(f, example=(x,))(x).dtype == np.float32


def test_a_display_reads_its_entries_back_in_print():
    source = st.grad(lambda a, b: np.sum(np.array([a, b]) ** 2), (0, 1), example=(1.0, 2.0)).source
    assert "[0]" in source
    assert "assemble" not in source
