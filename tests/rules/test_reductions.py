"""sum, mean, prod, var, std and averages: one fact a test."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(7)
X = rng.standard_normal((3, 4))
CUBE = rng.standard_normal((2, 3, 4))
VECTOR = rng.standard_normal(5)
Z = X + 1j * rng.standard_normal((3, 4))

REDUCTIONS = [np.sum, np.mean, np.prod, np.var, np.std]
NAMES = ["sum", "mean", "prod", "var", "std"]
AXES = [None, 0, 1, -1, (0, 1), (-1, 0)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", NAMES)
def test_a_reduction_along_any_axis(name, axis):
    check(program(f"np.{name}(np.sin(x), axis={axis})"), X, second=axis in (None, 0, 1))


@pytest.mark.parametrize("axis", [None, 1, (0, 1)])
@pytest.mark.parametrize("name", NAMES)
def test_keepdims_keeps_the_rank(name, axis):
    check(program(f"x * np.{name}(x, axis={axis}, keepdims=True)"), X, second=False)


@pytest.mark.parametrize("axis", [(0, -1), (2, 1), (-2,), ()])
@pytest.mark.parametrize("name", ["sum", "mean", "prod", "var"])
def test_some_axes_of_three(name, axis):
    check(program(f"np.{name}(x * x, axis={axis})"), CUBE, second=False, optimize=(True,))


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_a_closure_variable_as_axis(name, axis):
    fn = getattr(np, name)
    check(lambda x: fn(np.sin(x), axis=axis), X, second=axis == 1)


def run_time_axis(fn):
    def f(x, axis=0, keepdims=False):
        return fn(np.sin(x), axis=axis, keepdims=keepdims)

    return f


@pytest.mark.parametrize("fn", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_an_axis_that_is_known_as_the_program_runs(fn, axis):
    check(run_time_axis(fn), CUBE, axis, False, wrt=(0,), examples=(False,), second=axis == 0)


def test_keepdims_that_is_known_as_the_program_runs():
    for keepdims in (True, False):
        check(run_time_axis(np.var), X, 1, keepdims, wrt=(0,), examples=(False,), second=False)


@pytest.mark.parametrize("fn", REDUCTIONS)
def test_a_scalar_reduces_to_itself(fn):
    check(lambda x: fn(x) * x, 2.0, second=False)


def test_a_zero_dimensional_array_reduces_to_a_scalar():
    check(lambda x: np.sum(x) + np.mean(x) * np.prod(x), np.array(2.0), second=False)


def test_a_sum_along_the_first_axis_of_a_scalar():
    check(lambda x: np.sum(x, axis=0) * x, 2.0, second=False, optimize=(True,))


@pytest.mark.parametrize("fn", [np.sum, np.prod])
def test_empty_arrays_have_empty_gradients(fn):
    check(lambda x: fn(x, axis=1), np.zeros((2, 0)), second=False)
    check(lambda x: fn(x, axis=1), np.zeros((0, 2)), second=False)


def test_the_mean_of_no_lines_has_an_empty_gradient():
    check(lambda x: np.mean(x, axis=1), np.zeros((0, 2)), second=False)


@pytest.mark.parametrize("fn", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_float32_stays_float32(fn, axis):
    x = X.astype(np.float32)
    for example in (None, (x,)):
        z = fn(x, axis=axis)
        g = st.vjp(lambda x: fn(x, axis=axis), example=example)(x, np.float32(1) * z)
        assert g.dtype == np.float32
        _, z_dot = st.jvp(lambda x: fn(x, axis=axis), example=example)(x, x)
        assert z_dot.dtype == np.float32


@pytest.mark.parametrize("example", [False, True])
def test_gradients_in_float32_stay_float32(example):
    x = X.astype(np.float32)
    for f in (
        lambda x: np.sum(x) * 2.0,
        lambda x: np.sum(np.mean(x, axis=0)),
        lambda x: np.prod(x) + np.nansum(x) + np.nanmean(x),
        lambda x: np.var(x, ddof=1),
        lambda x: np.sum(np.std(x, axis=1)),
        lambda x: np.average(x, weights=x * x),
        lambda x: np.sum(np.cumsum(x, axis=1) * np.cumprod(x, axis=1)),
        lambda x: np.sum(np.diff(x) ** 2),
    ):
        assert st.grad(f, example=(x,) if example else None)(x).dtype == np.float32


@pytest.mark.parametrize("fn", REDUCTIONS)
def test_integers_are_differentiated_as_floats(fn):
    x = np.array([1, 2, 4])
    for example in (None, (x,)):
        got = st.grad(lambda x: fn(x) * 1.0, example=example)(x)
        want = st.grad(lambda x: fn(x))(x * 1.0)
        assert got.dtype == float
        np.testing.assert_allclose(got, want)


def test_a_sum_of_truth_values_counts():
    check(lambda x: np.sum(x > 0) * np.sum(x * x), X, second=False)


@pytest.mark.parametrize("fn", REDUCTIONS)
def test_complex_data(fn):
    check(lambda x: fn(x, axis=1), Z, second=fn in (np.mean, np.var))


def test_the_variance_of_complex_data_is_real():
    g = st.jvp(lambda x: np.var(x))(Z, Z)[1]
    assert not np.iscomplexobj(g)


def test_arrays_that_are_not_contiguous():
    check(lambda x: np.prod(x.T[::2], axis=1) * np.var(x.T[::2], axis=1), X, second=False)


def test_methods_are_the_functions():
    check(lambda x: x.sum(axis=0) * x.mean(0) + x.var(axis=0) * x.std(0) * x.prod(axis=0), X,
          second=False, optimize=(True,))  # fmt: skip


def test_the_builtin_sum_goes_along_the_first_axis():
    check(lambda x: sum(x * x), X)
    check(lambda x: sum(sum(x)) * sum(x[0]), X, second=False)


# ---------------------------------------------------------------- mean, var, std


@pytest.mark.parametrize("fn", [np.var, np.std])
def test_ddof_and_correction_are_one_option(fn):
    check(lambda x: fn(x, axis=1, ddof=1), X)
    check(lambda x: fn(x, axis=1, correction=1.5), X, second=False)


def test_a_ddof_that_is_known_as_the_program_runs():
    def f(x, ddof):
        return np.var(x, ddof=ddof)

    check(f, X, 1, wrt=(0,), second=False)


def test_the_deviation_of_constant_data_has_derivative_zero():
    x = np.ones(4)
    for example in (None, (x,)):
        np.testing.assert_array_equal(st.grad(np_std, example=example)(x), np.zeros(4))
        assert st.jvp(np_std, example=example)(x, np.arange(4.0))[1] == 0.0


def np_std(x):
    return np.std(x)


def test_a_floating_dtype_is_taken():
    check(lambda x: np.sum(x, dtype=np.float64) * np.mean(x, dtype=float), X, second=False)


def test_an_integer_dtype_is_refused():
    with pytest.raises(UnsupportedError, match="int64"):
        st.grad(lambda x: np.sum(x, dtype=np.int64) * 1.0)


# ---------------------------------------------------------------- prod


@pytest.mark.parametrize("zeros", [1, 2, 4])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_a_product_with_zeros_in_it(zeros, axis):
    x = X.copy()
    x[1, :zeros] = 0.0
    check(lambda x: np.prod(x, axis=axis), x)


def test_the_third_derivative_of_a_product():
    def f(x):
        return np.prod(x)

    third = st.grad(lambda x: np.sum(st.grad(f)(x)) ** 2)
    x = np.array([2.0, 0.0, 3.0])
    np.testing.assert_allclose(third(x), 2 * 6.0 * np.array([3.0, 5.0, 2.0]))
    check(lambda x: np.sum(st.grad(f)(x) ** 2), x, examples=(False,), optimize=(True,))


def test_a_product_of_two_axes_of_three():
    check(lambda x: np.prod(x, axis=(0, 2)), CUBE, optimize=(True,))
    check(lambda x: np.prod(x, axis=(2, 1), keepdims=True), CUBE, second=False, optimize=(True,))


# ---------------------------------------------------------------- printed code


def source(f, *args):
    return st.vjp(f, example=args or None).source


def test_the_adjoint_of_a_mean_stays_scalar():
    def loss(x, y):
        err = x - y
        return np.mean(err**2)

    text = st.grad(loss, example=(X, X)).source
    assert "2.0 * err / x.size" in text or "2.0 * err / err.size" in text


def test_the_mean_along_an_axis_divides_by_its_length():
    assert "x.shape[1]" in source(lambda x: np.mean(np.sin(x), axis=1), X)


def test_a_sum_along_the_first_axis_spreads_by_broadcasting():
    text = source(lambda x: np.sum(np.sin(x), axis=0), X)
    assert "dout * np.cos(x)" in text


def test_keepdims_needs_no_rank():
    text = source(lambda x: np.sum(np.sin(x), axis=1, keepdims=True))
    assert "unreduce" not in text and "expand_dims" not in text


# ---------------------------------------------------------------- averages


def test_an_average_without_weights_is_a_mean():
    check(lambda x: np.average(x, axis=1), X, second=False)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_weights_of_the_shape_of_the_data(axis):
    check(lambda x, w: np.average(x, axis=axis, weights=w), X, np.abs(X) + 1, second=axis == 1)


@pytest.mark.parametrize("axis", [0, 1, -2])
def test_weights_of_one_axis(axis):
    w = np.arange(1.0, 1 + CUBE.shape[axis])
    check(lambda x, w: np.average(x, axis=axis, weights=w), CUBE, w, second=axis == 1)


def test_weights_of_two_axes_in_their_order():
    w = np.arange(1.0, 9.0).reshape(4, 2)
    check(lambda x, w: np.average(x, axis=(2, 0), weights=w), CUBE, w, second=False)


def test_weights_along_an_axis_known_as_the_program_runs():
    def f(x, w, axis):
        return np.average(x, axis, w)

    check(f, X, np.arange(1.0, 5.0), 1, wrt=(0, 1), second=False)


def test_weights_that_may_be_none():
    def f(x, w=None):
        return np.average(x, axis=0, weights=w)

    check(f, X, None, wrt=(0,), second=False)
    check(f, X, np.arange(1.0, 4.0), wrt=(0, 1), second=False)


def test_constant_weights():
    check(lambda x: np.average(x, weights=[0.2, 0.3, 0.5], axis=0), X, second=False)


def test_nan_entries_do_not_count():
    x = X.copy()
    x[0, 1] = x[2, 2] = np.nan
    for fn in (np.nansum, np.nanmean):
        for axis in (None, 1):
            want = np.where(np.isnan(x), 0.0, 1.0)
            n = want.sum(axis=axis, keepdims=True) if fn is np.nanmean else 1.0
            got = st.grad(total_of(fn, axis))(x)
            np.testing.assert_allclose(got, want / n)


def total_of(fn, axis):
    return lambda x: np.sum(fn(x, axis=axis))


def test_nansum_and_nanmean_are_sum_and_mean_of_other_data():
    check(lambda x: np.nansum(x * x, axis=1) + np.nanmean(x**3, axis=1), X)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_a_median_of_odd_or_even_count(axis):
    check(lambda x: np.median(x * x, axis=axis), X, second=axis == 1)


def test_equal_middle_values_share_the_median():
    g = st.grad(lambda x: np.median(x))(np.array([1.0, 2.0, 5.0, 2.0, 0.0]))
    np.testing.assert_allclose(g, [0.0, 0.5, 0.0, 0.5, 0.0])
