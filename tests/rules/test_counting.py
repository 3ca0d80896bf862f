"""bincount and histograms of weights."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(6)
K = np.array([0, 3, 1, 3, 3])
W = rng.standard_normal(5)
X = np.array([0.1, 2.9, 1.4, 2.2, 0.7])
Y = np.array([1.1, 0.2, 0.9, -0.4, 0.3])


@pytest.mark.parametrize(
    "expression",
    [
        "np.bincount(k, w) ** 2",
        "np.bincount(k, weights=w, minlength=7) ** 2",
        "np.histogram(x, 3, weights=w)[0] ** 2",
        "np.histogram(x, np.array([0.0, 1.0, 2.9]), weights=w)[0] ** 2",
        "np.histogram(x, bins=4, range=(0.5, 2.5), weights=w)[0] ** 2",
        "np.histogram(x, 3, weights=w, density=True)[0] ** 2",
        "np.histogram(x, 2, (0.5, 2.5), True, w)[0] ** 2",
        "np.histogram2d(x, x[::-1], 3, weights=w)[0] ** 2",
        "np.histogram2d(x, y, (3, [-1.0, 0.25, 2.0]), weights=w)[0] ** 2",
        "np.histogramdd((x, y), 2, weights=w)[0] ** 2",
        "np.histogramdd(np.stack((x, y), 1), (2, 3), weights=w)[0] ** 2",
    ],
)
def test_weights(expression):
    check(program(expression, "w, k, x, y"), W + 3.0, K, X, Y, wrt=(0,))


def test_edges_of_the_least_and_greatest_point():
    check(lambda x: np.histogram(x, 4)[1] ** 2, X)
    check(lambda x: np.histogram(x, 3, density=True)[0] ** 2, X)
    check(lambda x, w: np.histogram(x, 3, density=True, weights=w)[0] ** 2, X, W + 3.0)
    check(lambda x, e: np.histogram(x, e, density=True)[0] ** 2, X, np.array([0.0, 1.0, 2.0, 3.0]))
    check(lambda x, e: np.histogram(x, e)[1] ** 2, X, np.array([0.0, 1.0, 2.0, 3.0]))
    check(lambda x: np.histogram_bin_edges(x, 4) ** 2, X)
    check(lambda x: np.histogram_bin_edges(x, "sturges") ** 2, X)
    check(lambda x, e: np.histogram_bin_edges(x, e) ** 2, X, np.array([0.0, 1.0, 2.0, 3.0]))
    check(lambda x: np.histogram(x, 4, (0.0, 3.0))[1] * x[0], X)


def test_what_is_not_differentiated_is_refused():
    with pytest.raises(UnsupportedError, match="density"):
        st.grad(lambda w: np.sum(np.histogram2d(X, Y, 3, None, True, w)[0]))
    with pytest.raises(UnsupportedError, match=r"np\.histogram2d"):
        st.grad(lambda x: np.sum(np.histogram2d(x, Y, 3)[1]))


def test_single_and_complex():
    w = (W + 3.0).astype(np.float32)
    for text in ("np.bincount(k, w)", "np.histogram(x, 3, weights=w)[0]"):
        f = program(f"np.sum({text} ** 2)", "w, k, x")
        assert st.grad(f)(w, K, X).dtype == np.float32
    check(lambda w: np.histogram(X, 3, weights=w)[0] ** 2, W + 1j * W[::-1], second=False)
    np.testing.assert_allclose(
        st.grad(lambda w: np.sum(np.bincount(K, w) ** 2))(K), 2 * np.bincount(K, K)[K]
    )


def test_empty():
    check(lambda w: np.bincount(K[:0], w), W[:0])
    check(lambda w: np.histogram(X[:0], 3, weights=w)[0], W[:0])


def test_in_a_loop():
    def f(w):
        for _ in range(3):
            w = w + 0.1 * np.bincount(K, w * w)[K]
        return w

    check(f, W)


def test_what_is_printed():
    text = st.vjp(lambda w, k: np.bincount(k, w), example=(W, K)).source
    assert "return dout[k]" in text
