"""median, quantile, percentile, with nan and without: all methods, axes, ties."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(3)
X = rng.standard_normal((3, 5))
CUBE = rng.standard_normal((2, 3, 4))
GAPS = np.zeros((3, 5), bool)
GAPS[0, 1] = GAPS[2, 3] = GAPS[2, 2] = True
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_every_method(method):
    for q in ("0.3", "[0.0, 0.37, 1.0]"):
        f = program(f"np.quantile(x, {q}, axis=1, method={method!r}) * np.sum(x)")
        check(f, X, second=False, optimize=(True,))


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (1, -1), ()])
@pytest.mark.parametrize("call", ["quantile(x * x, 0.4", "nanpercentile(x * x, [30.0, 80.0]"])
def test_any_axes(call, axis):
    check(program(f"np.{call}, axis={axis})"), CUBE, optimize=(True,), second=axis in (None, 0))


@pytest.mark.parametrize("call", ["quantile(x, 0.4", "percentile(x, [30, 80]", "nanmedian(x"])
def test_keepdims(call):
    check(program(f"x * np.{call}, axis=1, keepdims=True)"), X, optimize=(True,))


def test_an_array_of_quantiles():
    check(program("np.quantile(x, q, axis=0)", "x, q"), X, np.array([[0.1, 0.2], [0.5, 0.9]]),
          wrt=(0,))  # fmt: skip
    check(program("np.percentile(x, q, axis=0)", "x, q"), X, 20.0, wrt=(0,))


def test_median_is_a_quantile():
    check(lambda x: np.median(x, axis=0) + np.quantile(x, 0.5, axis=0), X)
    x = np.array([3.0, 1.0, 2.0, 7.0])
    np.testing.assert_allclose(st.grad(lambda x: np.quantile(x, 0.5))(x), [0.5, 0, 0.5, 0])


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("call", ["nanmedian(", "nanquantile(q=0.3, a=", "nanpercentile(q=30, a="])
def test_nan_is_left_out(call, axis):
    f = program(f"np.{call}np.where(gaps, np.nan, np.sin(x)), axis={axis})", "x, gaps")
    check(f, X, GAPS, wrt=(0,), second=axis == 1, optimize=(True,))


def test_a_nan_has_derivative_zero():
    x = np.where(GAPS, np.nan, X)
    grad = st.grad(lambda x: np.sum(np.nanmedian(x, axis=1)))(x)
    assert np.all(grad[GAPS] == 0)
    np.testing.assert_allclose(grad.sum(axis=1), 1.0)


@pytest.mark.parametrize("f", [lambda x: np.quantile(x, 0.5), lambda x: np.nanmedian(x)])
def test_ties_share_equally_in_both_modes(f):
    x = np.array([2.0, 5.0, 2.0, 2.0, 1.0])
    grad = st.grad(f)(x)
    np.testing.assert_allclose(grad, [1 / 3, 0, 1 / 3, 1 / 3, 0])
    v = rng.standard_normal(5)
    assert st.jvp(f)(x, v)[1] == pytest.approx(grad @ v)


def test_weights():
    w = rng.random(5) + 0.1
    f = program("np.quantile(x, 0.4, axis=1, weights=w, method='inverted_cdf')", "x, w")
    check(f, X, w, wrt=(0,), optimize=(True,))
    with pytest.raises(UnsupportedError, match="several quantiles of weighted data"):
        st.vjp(program("np.quantile(x, [0.4, 0.5], weights=w, method='inverted_cdf')", "x, w"))


def test_the_derivative_by_q_is_refused():
    with pytest.raises(UnsupportedError, match="argument 'q'"):
        st.grad(lambda x, q: np.quantile(x, q), 1)


def test_float32_integers_and_no_rows():
    x = X.astype(np.float32)
    for f in (program("np.quantile(x, 0.3, axis=1)"), program("np.nanmedian(x, axis=1)")):
        assert st.vjp(f)(x, np.ones(3, np.float32)).dtype == np.float32
        assert st.jvp(f)(x, x)[1].dtype == np.float32
        assert st.vjp(f)(np.zeros((0, 5)), np.zeros(0)).shape == (0, 5)
    grad = st.grad(lambda x: np.percentile(x, 50))(np.array([4, 1, 3, 9]))
    np.testing.assert_allclose(grad, [0.5, 0, 0.5, 0])


def test_in_a_loop():
    def f(x):
        s = 0.0
        for k in range(3):
            s = s + np.quantile(x * s + x, 0.25 * (k + 1))
        return s

    check(f, X[0])


def test_the_printed_code():
    source = st.vjp(program("np.quantile(x, 0.3, axis=1)"), example=(X,)).source
    assert 'return quantiles_back(dout, x, 0.3, 1, "linear")' in source
