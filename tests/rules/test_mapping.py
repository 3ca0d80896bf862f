"""Functions that take functions: the user's function is followed."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(4)
M = rng.standard_normal((2, 3))
T = rng.standard_normal((2, 3, 2))


@np.vectorize
def leaky(x):
    if x > 0:
        return x**2
    return -0.5 * x


@np.vectorize
def both(x, y):
    return x * y, x - y


@np.vectorize(otypes=[float])
def cube(x):
    return x**3 if x > 0 else 0


@np.vectorize
def cut(x):
    return 0 if x < 0 else x


def length(v):
    return np.sqrt(np.sum(v**2))


def scaled(v, c, k=1.0):
    return c * v**2 * k


@pytest.mark.parametrize("x", [V, M, 1.5, V.astype(np.float32).astype(float)[::2]])
def test_a_decorated_function(x):
    check(lambda x: leaky(x) * 2.0, x)


def test_vectorized_functions():
    check(lambda x: np.vectorize(lambda v: np.sin(v) * v)(x) ** 2, V)
    check(lambda x: cube(x), M)
    check(lambda x, c: np.vectorize(lambda v, w: v * w + c)(x, 2.0), V, 1.5)

    def of_two(x, y):
        a, b = both(x, y)
        return a * b

    check(of_two, V, V[::-1])
    check(of_two, M, M[0])


def test_the_first_result_decides_on_the_dtype_as_in_numpy():
    x = np.array([-1.0, 1.5])
    np.testing.assert_array_equal(st.grad(lambda x: np.sum(cut(x)))(x), [0.0, 0.0])
    np.testing.assert_array_equal(st.grad(lambda x: np.sum(cut(x)))(x[::-1]), [1.0, 0.0])
    value, tangent = st.jvp(lambda x: cut(x))(x, np.ones(2))
    np.testing.assert_array_equal(value, [0, 1])
    np.testing.assert_array_equal(tangent, [0.0, 0.0])


def test_apply_along_axis():
    check(lambda x: np.apply_along_axis(length, 0, x), M)
    check(lambda x: np.apply_along_axis(length, 0, x), T, second=False)
    check(lambda x, c: np.apply_along_axis(scaled, 1, x, c, k=3.0), M, 2.0)
    check(lambda x: np.apply_along_axis(lambda v: np.outer(v, v), -1, x), T, second=False)


def test_apply_over_axes():
    check(lambda x: np.apply_over_axes(np.sum, x, [0, 2]) ** 2, T)
    check(lambda x: np.apply_over_axes(np.mean, x, 1) ** 2, T)


def test_fromfunction_and_fromiter():
    check(lambda x: np.fromfunction(lambda i, j: (i + 1) * x + j, (2, 3)) ** 2, M)
    check(lambda c: np.fromfunction(lambda i, j, k: i * k * c, (2, 3), k=c) ** 2, 2.0)
    check(lambda x: np.fromiter((v**2 for v in x), float), V)
    check(lambda x: np.fromiter([v**2 for v in x], dtype=float, count=2), V)


@pytest.mark.parametrize("x", [V, M, np.array(0.7), 0.7])
def test_piecewise(x):
    check(lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: v**2, np.sin]), x)
    if np.ndim(x) < 2:
        check(lambda x: np.piecewise(x, x > 0, [np.exp, 0.0]), x, second=False)
    else:  # the rows of a matrix are so many conditions
        with pytest.raises(TypeError, match="in a list"):
            st.vjp(lambda x: np.piecewise(x, x > 0, [np.exp, 0.0]))(x, x)


def test_piecewise_with_a_rest_and_more_arguments():
    def f(x, c):
        pieces = [lambda v, a: a * v**2, 3.0, lambda v, a: v * a]
        return np.piecewise(x, [x < 0, x > 1], pieces, c)

    check(f, V, 2.0)


def test_several_arrays():
    def grids(x, y):
        a, b = np.broadcast_arrays(x, y)
        return a * b**2

    check(grids, M, M[0])
    check(grids, V, 2.0)

    def matrices(x, y):
        a, b = np.atleast_2d(x, y)
        return a * b[0, 0]

    check(matrices, V, M)


def test_in_a_loop():
    def f(x):
        for _ in range(2):
            x = leaky(x) + np.apply_along_axis(length, 0, x)
        return x

    check(f, V)


def test_what_is_refused():
    for f in (
        lambda x: np.vectorize(length, signature="(n)->()")(x),
        lambda x: np.frompyfunc(length, 1, 1)(x),
        lambda x, n: np.fromfunction(lambda i: i * x, n),
        lambda x, c: np.piecewise(x, c, [np.exp, np.sin]),
    ):
        with pytest.raises(UnsupportedError):
            st.vjp(f)


def test_what_is_printed():
    def f(x):
        return np.piecewise(x, [x < 0, x >= 0], [lambda v: v**2, np.sin])

    text = st.vjp(f, example=(V,)).source
    assert "dx[t1] += 2.0 * x[t1] * " in text
    assert "dx[t2] += " in text and "np.cos(x[t2])" in text


def test_they_are_known_to_be_followed():
    for fn in (np.vectorize, np.apply_along_axis, np.piecewise, np.broadcast_arrays, np.fromiter):
        assert st.supported(fn).status == "followed"


@pytest.mark.filterwarnings("ignore:`row_stack`:DeprecationWarning")
def test_the_old_name_of_vstack():
    check(lambda x, y: np.vstack((x, y)) ** 2, M, M[0])
