"""where, clip, maximum and friends select: ties, bounds, infinities, and what is printed."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

X = np.array([-1.5, 0.2, 2.5])
Y = np.array([0.5, 0.4, 0.3])


def body(derivative):
    return derivative.source[derivative.source.rindex("def ") :]


def test_where():
    check(lambda x, y: np.where(x > y, x * y, np.sin(y)), X, Y)
    check(lambda x, y: np.where(x > 0, x, y), X, 2.0)
    check(lambda x, y: np.where(x > 0, y, 1.0), X[:, None], Y)
    check(lambda x: np.where(np.array([True, False, True]), x, 0.0), X)
    check(lambda x: np.where(x > 0, x, -x), 0.7)


def positive_part(x):
    (rows,) = np.where(x > 0)
    return np.sum(x[np.where(x > 0)] ** 2) + np.sum(x[rows])


def test_where_of_a_condition_alone_gives_indices():
    np.testing.assert_array_equal(st.grad(positive_part)(X), [0.0, 1.4, 6.0])
    np.testing.assert_array_equal(st.grad(positive_part, example=(X,))(X), [0.0, 1.4, 6.0])


def safe_log(x):
    return np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_never_multiplies_by_the_mask():
    """An infinite cotangent of the branch that is not taken leaves no NaN."""

    def f(x):
        return np.sum(np.where(x > 0, x, 0.0) ** 0.5)

    np.testing.assert_array_equal(st.grad(f)(np.array([-1.0, 4.0])), [0.0, 0.25])
    np.testing.assert_array_equal(st.grad(safe_log)(np.array([-1.0, 0.0, 4.0])), [0.0, 0.0, 0.25])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_maximum_drops_infinite_cotangents():
    def f(x):
        return np.sum(np.sqrt(np.maximum(x, 0.0)) + np.sqrt(np.clip(x, 0.0, None)))

    assert st.grad(f)(np.array([-1.0]))[0] == 0.0


SELECTORS = [np.maximum, np.minimum, np.fmax, np.fmin]


@pytest.mark.parametrize("prim", SELECTORS, ids=lambda p: p.__name__)
def test_ties_are_shared_equally_in_both_modes(prim):
    def f(x, y):
        return prim(x, y)

    x = np.array([1.0, 2.0])
    for example, at in [(None, (x, x)), ((x, x), (x, x)), ((1.0, 1.0), (1.0, 1.0))]:
        dx, dy = st.vjp(f, (0, 1), example=example)(*at, np.ones_like(at[0]))
        np.testing.assert_array_equal(dx, 0.5 * np.ones_like(at[0]))
        np.testing.assert_array_equal(dy, 0.5 * np.ones_like(at[0]))
        one, zero = np.ones_like(at[0]), np.zeros_like(at[0])
        np.testing.assert_array_equal(
            st.jvp(f, (0, 1), example=example)(*at, one, zero)[1], 0.5 * one
        )
        np.testing.assert_array_equal(
            st.jvp(f, (0, 1), example=example)(*at, zero, one)[1], 0.5 * one
        )


@pytest.mark.parametrize("prim", [max, min])
def test_max_and_min_of_two_numbers(prim):
    def f(x, y):
        return prim(x, y) * x + prim(x, 0.1) + prim(x, y, 0.7)

    check(f, 0.3, 0.4)
    check(f, 0.5, 0.4)
    assert st.grad(lambda x, y: prim(x, y), (0, 1))(1.0, 1.0) == (0.5, 0.5)
    assert st.jvp(lambda x, y: prim(x, y), (0, 1))(1.0, 1.0, 1.0, 0.0)[1] == 0.5


def test_fmax_and_fmin_ignore_nan():
    def f(x, y):
        return np.fmax(x, y) + np.fmin(x, y)

    x, y = np.array([np.nan, 1.0, 1.0]), np.array([2.0, np.nan, 3.0])
    dx, dy = st.vjp(f, (0, 1))(x, y, np.ones(3))
    np.testing.assert_array_equal(dx, [0.0, 2.0, 1.0])
    np.testing.assert_array_equal(dy, [2.0, 0.0, 1.0])


CLIPS = {
    "both": lambda x: np.clip(x, -1.0, 1.0),
    "method": lambda x: x.clip(-1.0, 1.0),
    "no lower": lambda x: np.clip(x, None, 1.0),
    "no upper": lambda x: x.clip(-1.0),
    "none": lambda x: np.clip(x, None, None),
    "by name": lambda x: np.clip(x, a_min=-1.0, a_max=1.0),
    "by new name": lambda x: x.clip(min=-1.0) + x.clip(max=1.0),
}


@pytest.mark.parametrize("f", CLIPS.values(), ids=CLIPS)
def test_clip(f):
    check(f, X)


def test_clip_passes_its_bounds():
    """The derivative at a bound is 1."""
    x = np.array([-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(st.vjp(CLIPS["both"])(x, np.ones(3)), [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(st.jvp(CLIPS["both"])(x, np.ones(3))[1], [1.0, 1.0, 1.0])


def test_clip_by_its_bounds():
    def f(x, low, high):
        return np.clip(x, low, high)

    check(f, X, -1.0, 1.0)
    check(f, X, X - Y, X + Y)
    check(f, X, 1.0, -1.0)  # crossed: the upper bound wins
    check(lambda x, high: x.clip(max=high), X, 1.0)


def test_nan_to_num():
    def f(x):
        return np.nan_to_num(x, nan=0.0, posinf=1.0) * 2.0

    x = np.array([1.0, np.nan, np.inf])
    np.testing.assert_array_equal(st.vjp(f)(x, np.ones(3)), [2.0, 0.0, 0.0])
    check(f, X)


def test_copysign_and_heaviside():
    check(lambda x, y: np.copysign(x, y), X, np.array([-1.0, -1.0, 3.0]))
    assert st.grad(lambda x: np.copysign(x, -1.0))(0.0) == 0.0
    x = np.array([0.0, 1.0])
    dx, dy = st.vjp(lambda x, y: np.heaviside(x, y) + x, (0, 1))(x, x, np.ones(2))
    np.testing.assert_array_equal(dx, [1.0, 1.0])
    np.testing.assert_array_equal(dy, [1.0, 0.0])


def relu(x):
    return np.maximum(x, 0.0)


def test_relu_at_zero_is_a_tie():
    x = np.array([-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(st.vjp(relu)(x, np.ones(3)), [0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    "f", [relu, CLIPS["both"], lambda x: np.where(x > 0, x, 0.0), np.fmin], ids=range(4)
)
def test_float32_stays(f):
    g = f if f is not np.fmin else lambda x: np.fmin(x, 1.0)
    x = X.astype(np.float32)
    for example in (None, (x,)):
        assert st.vjp(g, example=example)(x, x).dtype == np.float32
        assert st.jvp(g, example=example)(x, x)[1].dtype == np.float32


def test_printed():
    assert "np.where(x > 0.0, dout, np.where(x == 0.0, 0.5 * dout, 0.0))" in body(
        st.vjp(relu, example=(X,))
    )
    assert "np.where((x >= -1.0) & (x <= 1.0), dout, 0.0)" in body(
        st.vjp(CLIPS["both"], example=(X,))
    )
    assert body(st.grad(lambda x: max(x, 0.0), example=(0.5,))).endswith(
        "return 1.0 if x > 0.0 else 0.5 if x == 0.0 else 0.0\n"
    )


def test_second_order_of_a_huber_loss():
    def huber(x):
        a = np.abs(x)
        return np.sum(np.where(a <= 1.0, 0.5 * x**2, a - 0.5))

    check(huber, X)
