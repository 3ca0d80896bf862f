"""cumsum, cumprod and diff: one fact a test."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(9)
X = rng.standard_normal((3, 4))
VECTOR = rng.standard_normal(5)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_a_scan_along_an_axis(name, axis):
    check(program(f"np.{name}(x * x, axis={axis})"), X, second=axis in (None, 1))


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod])
def test_a_scan_of_a_vector(fn):
    check(lambda x: fn(np.sin(x)), VECTOR)


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod])
def test_an_axis_that_is_known_as_the_program_runs(fn, axis):
    def f(x, axis=None):
        return fn(x * x, axis)

    check(f, X, axis, wrt=(0,), examples=(False,), second=axis is None)


def test_methods_are_the_functions():
    check(lambda x: x.cumsum(axis=0) * x.cumprod(1), X, second=False)


@pytest.mark.parametrize("zeros", [[0], [1], [1, 3], [0, 1, 2, 3, 4]])
def test_a_running_product_with_zeros_in_it(zeros):
    x = VECTOR.copy()
    x[zeros] = 0.0
    check(lambda x: np.cumprod(x), x)


def test_the_third_derivative_of_a_running_product():
    def f(x):
        return np.sum(np.cumprod(x) ** 2)

    x = np.array([1.5, 0.0, -2.0])
    check(lambda x: st.grad(f)(x), x, examples=(False,), optimize=(True,))


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod])
def test_a_scalar_is_scanned_to_a_vector_of_one(fn):
    check(lambda x: fn(x), 2.0, second=False)


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod])
def test_empty_arrays_have_empty_gradients(fn):
    check(lambda x: fn(x), np.zeros(0), second=False)
    check(lambda x: fn(x, axis=1), np.zeros((2, 0)), second=False)


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod, np.diff])
def test_float32_stays_float32(fn):
    x = VECTOR.astype(np.float32)
    for example in (None, (x,)):
        assert st.vjp(lambda x: fn(x), example=example)(x, fn(x)).dtype == np.float32
        assert st.jvp(lambda x: fn(x), example=example)(x, x)[1].dtype == np.float32


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod, np.diff])
def test_integers_are_differentiated_as_floats(fn):
    x = np.array([1, 2, 4])
    got = st.grad(lambda x: np.sum(fn(x) * 1.5))(x)
    assert got.dtype == float
    np.testing.assert_allclose(got, st.grad(lambda x: np.sum(fn(x) * 1.5))(x * 1.0))


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod, np.diff])
def test_complex_data(fn):
    check(lambda x: fn(x), VECTOR + 1j * VECTOR[::-1], second=False)


@pytest.mark.parametrize("fn", [np.cumsum, np.cumprod, np.diff])
def test_grad_refuses_a_scan_as_a_result(fn):
    with pytest.raises(TypeError, match="scalar"):
        st.grad(lambda x: fn(x))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_differences_along_an_axis(n, axis):
    check(program(f"np.diff(x * x, {n}, {axis})"), X, second=n == 2)


def test_differences_meet_slices_of_the_same_length():
    check(lambda x: np.diff(x) / x[1:] + x[:-1] * np.diff(x), VECTOR)


def test_more_differences_than_entries_are_empty():
    check(lambda x: np.diff(x, n=3), np.array([1.0, 2.0]), second=False)


def test_no_differences_are_the_data():
    check(lambda x: np.diff(x, n=0), VECTOR, second=False)


def test_differences_known_as_the_program_runs():
    def f(x, n, axis):
        return np.diff(x * x, n=n, axis=axis)

    check(f, X, 2, 0, wrt=(0,), examples=(False,))


@pytest.mark.parametrize("count", [31, 32, 33, 65, 200])
def test_long_scans(count):
    x = 1.0 + 0.1 * np.random.default_rng(count).standard_normal((count, 2))
    x[count // 2, 1] = 0.0
    check(program("np.cumprod(x, axis=0)"), x, tol=1e-5, optimize=(True,), second=count == 65)
    check(program("np.logaddexp.accumulate(x[:, 0])"), x, second=False, optimize=(True,))
    ties = np.round(x, 1)
    dz = np.random.default_rng(1).standard_normal((count, 2))
    shares = st.vjp(program("np.maximum.accumulate(x)"))(ties, dz)
    np.testing.assert_allclose(shares.sum(axis=0), dz.sum(axis=0))
    assert np.all(shares[ties < np.maximum.accumulate(ties)] == 0)


# ---------------------------------------------------------------- trapezoid and other names


@pytest.mark.parametrize("options", ["", ", dx=0.3", ", axis=0", ", axis=-2, dx=2.0"])
def test_trapezoid(options):
    check(program(f"np.trapezoid(y * y{options})", "y"), X, optimize=(True,))


def test_trapezoid_by_its_points():
    places = np.array([0.0, 0.4, 0.5, 1.7])
    check(program("np.trapezoid(y, x)", "y, x"), X, places)
    check(program("np.trapezoid(y, x, axis=0)", "y, x"), X, places[:3], optimize=(True,))
    check(program("np.trapezoid(y, x, axis=0)", "y, x"), X, X**2 + X, optimize=(True,))
    check(program("np.trapezoid(y, dx=h)", "y, h"), X[0], 0.3)
    source = st.grad(lambda y: np.trapezoid(y, dx=0.1), example=(X[0],)).source
    assert "sum_to" not in source


@pytest.mark.parametrize("initial", [False, True])
@pytest.mark.parametrize("name", ["sum", "prod"])
def test_cumulative(name, initial):
    check(program(f"np.cumulative_{name}(x, axis=1, include_initial={initial})"), X)
    check(program(f"np.cumulative_{name}(x, include_initial={initial})"), X[0], second=False)
