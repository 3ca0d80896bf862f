"""max, min, ptp and sort: one fact a test."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(8)
X = rng.standard_normal((3, 4))
CUBE = rng.standard_normal((2, 3, 4))
EXTREMA = [np.max, np.min, np.ptp]


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
@pytest.mark.parametrize("name", ["max", "min", "ptp"])
def test_an_extremum_along_any_axis(name, axis):
    check(program(f"np.{name}(x * x, axis={axis})"), X, second=axis in (None, 1))


@pytest.mark.parametrize("axis", [None, 1])
@pytest.mark.parametrize("name", ["max", "min", "ptp"])
def test_keepdims_keeps_the_rank(name, axis):
    check(program(f"x - np.{name}(x, axis={axis}, keepdims=True)"), X, second=False)


def test_two_axes_of_three():
    check(lambda x: np.max(x, axis=(0, -1)) * np.ptp(x, axis=(2, 0)), CUBE, second=False)


@pytest.mark.parametrize("fn", EXTREMA)
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_an_axis_that_is_known_as_the_program_runs(fn, axis):
    def f(x, axis=0):
        return fn(x * x, axis=axis)

    check(f, CUBE, axis, wrt=(0,), examples=(False,), second=False)


@pytest.mark.parametrize("fn", [np.max, np.min, np.amax, np.amin])
@pytest.mark.parametrize("example", [False, True])
def test_ties_share_equally_in_both_modes(fn, example):
    x = np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    given = (x,) if example else None
    g = st.vjp(lambda x: fn(x, axis=1), example=given)(x, np.array([3.0, 6.0]))
    np.testing.assert_allclose(g, [[1.0] * 3, [2.0] * 3])
    _, z_dot = st.jvp(lambda x: fn(x, axis=1), example=given)(x, np.arange(6.0).reshape(2, 3))
    np.testing.assert_allclose(z_dot, [1.0, 4.0])


def test_ties_of_the_whole_array():
    g = st.grad(lambda x: np.max(x))(np.array([[1.0, 3.0], [3.0, 0.0]]))
    np.testing.assert_allclose(g, [[0.0, 0.5], [0.5, 0.0]])


@pytest.mark.parametrize("fn", EXTREMA)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_float32_stays_float32(fn, axis):
    x = X.astype(np.float32)
    for example in (None, (x,)):
        z = fn(x, axis=axis)
        g = st.vjp(lambda x: fn(x, axis=axis), example=example)(x, np.float32(1) * z)
        assert g.dtype == np.float32
        assert st.jvp(lambda x: fn(x, axis=axis), example=example)(x, x)[1].dtype == np.float32


@pytest.mark.parametrize("example", [False, True])
def test_gradients_in_float32_stay_float32(example):
    x = X.astype(np.float32)
    for f in (
        lambda x: np.max(x) * 2.0,
        lambda x: np.sum(np.min(x, axis=1)),
        lambda x: np.ptp(x),
        lambda x: np.median(x) * 3.0,
        lambda x: np.sum(np.sort(x, axis=0)[0]) * 0.5,
    ):
        assert st.grad(f, example=(x,) if example else None)(x).dtype == np.float32


def test_integers_are_differentiated_as_floats():
    g = st.grad(lambda x: np.max(x) * 1.0)(np.array([1, 4, 4]))
    np.testing.assert_array_equal(g, [0.0, 0.5, 0.5])


def test_a_scalar_is_its_own_maximum():
    check(lambda x: np.max(x) * x, 2.0, second=False)


def test_empty_lines_have_empty_gradients():
    check(lambda x: np.max(x, axis=1), np.zeros((0, 2)), second=False)


def test_the_printed_gradient_of_max_says_what_it_does():
    text = st.vjp(lambda x: np.max(np.sin(x), axis=1, keepdims=True), example=(X,)).source
    assert "np.broadcast_to" not in text and "def sum_to" not in text


# ---------------------------------------------------------------- Python's own


@pytest.mark.parametrize("example", [False, True])
def test_the_builtins_of_a_vector_are_its_extrema(example):
    x = np.array([1.0, 4.0, -2.0])
    check(lambda x: max(x) * min(x * x), x, examples=(example,))
    g = st.grad(lambda x: max(x))(np.array([1.0, 4.0, 4.0]))
    np.testing.assert_array_equal(g, [0.0, 0.5, 0.5])


# ---------------------------------------------------------------- sort


@pytest.mark.parametrize("axis", [None, 0, -1, 1])
def test_sorting_along_an_axis(axis):
    shape = (12,) if axis is None else (3, 4)
    f = program(f"np.sort(x * x, axis={axis}) * w", "x, w")
    check(f, X, np.arange(1.0, 13.0).reshape(shape), wrt=(0,), second=axis in (None, 0))


def test_sorting_with_a_kind():
    check(lambda x: np.sort(x, kind="stable"), X, second=False)


def test_equal_entries_share_what_their_places_get():
    x = np.array([2.0, 1.0, 2.0, 0.0, 2.0])
    dz = np.array([10.0, 20.0, 1.0, 2.0, 6.0])
    g = st.vjp(lambda x: np.sort(x))(x, dz)
    np.testing.assert_allclose(g, [3.0, 20.0, 3.0, 10.0, 3.0])
    _, z_dot = st.jvp(lambda x: np.sort(x))(x, np.array([1.0, 5.0, 2.0, 7.0, 6.0]))
    np.testing.assert_allclose(z_dot, [7.0, 5.0, 3.0, 3.0, 3.0])


def test_the_largest_of_sorted_entries_is_the_maximum():
    x = np.array([[1.0, 1.0, 0.0], [2.0, 3.0, 3.0]])
    by_sort = st.grad(lambda x: np.sum(np.sort(x)[:, -1]))(x)
    by_max = st.grad(lambda x: np.sum(np.max(x, axis=1)))(x)
    np.testing.assert_array_equal(by_sort, by_max)


def test_sorted_float32_stays_float32():
    x = np.array([1, 1, 3, 2], np.float32)
    assert st.vjp(lambda x: np.sort(x))(x, x).dtype == np.float32


def test_empty_lines_sort_to_empty_lines():
    check(lambda x: np.sort(x), np.zeros((2, 0)), second=False)


# ---------------------------------------------------------------- places


def test_places_are_constants():
    def f(x):
        k = np.argmax(x)
        order = np.argsort(x)
        n = np.count_nonzero(x > 0) + np.any(x > 0) + np.all(x > 0)
        return x[k] * n + np.sum(x[order] * np.arange(5)) + x[np.argmin(x)] ** 2

    check(f, rng.standard_normal(5), second=False)


def test_where_a_value_belongs_is_constant():
    def f(x, v):
        return x[np.searchsorted(x, v)] * v

    check(f, np.array([0.0, 1.0, 2.0]), 0.5, second=False)
