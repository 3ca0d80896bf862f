"""polyval, vander, roots and the arithmetic of coefficients."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(8)
P = np.array([2.0, -3.0, 0.5, 1.0])
Q = np.array([1.5, -0.5])
X = rng.standard_normal(5)
M = rng.standard_normal((2, 3))


@pytest.mark.parametrize(
    "expression, args",
    [
        ("np.polyval(x, y) ** 2", (P, X)),
        ("np.polyval(x, y) ** 2", (P, M)),
        ("np.polyval(x, y) ** 2", (P, 0.7)),
        ("np.polyval(x, y) ** 2", (P[:1], X)),
        ("np.polyval([1.0, 2.0, 3.0], x) ** 2", (X,)),
        ("np.polyval(x, np.array([1.0, 2.0, 3.0])) ** 2", (P,)),
        ("np.vander(x) ** 2", (X,)),
        ("np.vander(x, 3) ** 2", (X,)),
        ("np.vander(x, 4, increasing=True) ** 2", (X,)),
        ("np.vander(x, 1) * x[0]", (X,)),
        ("np.polyadd(x, y) ** 2", (P, Q)),
        ("np.polysub(y, x) ** 2", (P, Q)),
        ("np.polyadd(x, y) ** 2", (P, 1.5)),
        ("np.polymul(x, y) ** 2", (P, Q)),
        ("np.polymul(x, y) ** 2", (P, 1.5)),
        ("np.polyder(x) ** 2", (P,)),
        ("np.polyder(x, 2) ** 2", (P,)),
        ("np.polyder(x, 0) ** 2", (P,)),
        ("np.polyder(x, 5)", (P,)),
        ("np.polyint(x) ** 2", (P,)),
        ("np.polyint(x, 3) ** 2", (P,)),
        ("np.polyint(x, 1, y) ** 2", (P, 1.5)),
        ("np.polyint(x, 1, k=[y]) ** 2", (P, 1.5)),
        ("np.polyint(x, 3, y) ** 2", (P, 1.5)),
        ("np.polyint(x, 2, k=y) ** 2", (P, Q)),
        ("np.polyint(x, 3, [y, 2 * y, 3.0]) ** 2", (P, 1.5)),
        ("np.abs(np.roots(x)) ** 2", (P,)),
        ("np.roots(x) ** 2", (np.array([1.0, -6.0, 11.0, -6.5]),)),
        ("np.poly(x) ** 2", (X,)),
    ],
)
def test_the_derivative_is_right(expression, args):
    check(program(expression, "x, y" if len(args) > 1 else "x"), *args)


def test_complex_polynomials():
    c = P + 1j * P[::-1]
    check(lambda p, x: np.polyval(p, x) ** 2, c, X[:4] + 1j * X[1:], second=False)
    check(lambda p: np.roots(p) ** 2, c, second=False)
    check(lambda r: np.poly(r) ** 2, c, second=False)
    check(lambda x: np.vander(x) ** 2, c, second=False)


@pytest.mark.parametrize("part", ["[0]", "[1]", ""])
def test_division(part):
    f = program(f"np.polydiv(u, v){part}", "u, v")
    check(f, P, np.array([1.5, -0.5, 2.0]))
    check(f, X, Q, second=False)
    check(f, Q, P, second=False)
    check(f, P, np.array([2.0]), second=False)
    check(f, P + 1j * P[::-1], Q - 2j * Q[::-1], second=False)


def test_leading_zeros():
    p = np.array([0.0, 0.0, 2.0, 1.0])
    dp, dq = st.vjp(program("np.polymul(x, y)", "x, y"), (0, 1))(p, Q, np.ones(3))
    np.testing.assert_allclose(dp, [0.0, 0.0, 1.0, 1.0])
    np.testing.assert_allclose(dq, [3.0, 3.0])
    np.testing.assert_allclose(
        st.jvp(program("np.polymul(x, y)", "x, y"), (0, 1))(p, Q, p, Q)[1], 2 * np.polymul(p, Q)
    )


def test_single_precision_integers_and_loops():
    for text in ("np.polyval(x, 2.0)", "np.vander(x)", "np.polymul(x, x)", "np.polyder(x)"):
        f = program(f"np.sum({text} ** 2)")
        assert st.grad(f)(P.astype(np.float32)).dtype == np.float32, text
        np.testing.assert_allclose(st.grad(f)(np.arange(1, 4)), st.grad(f)(np.arange(1.0, 4.0)))

    def f(p, x):
        for _ in range(2):
            x = np.sin(np.polyval(p, x))
        return x

    check(f, P, X)


def test_what_is_refused():
    with pytest.raises(UnsupportedError, match="eigvals"):
        st.vjp(lambda a: np.poly(a), example=(M[:, :2],))


def test_what_is_printed():
    text = st.vjp(program("np.polyval(p, x)", "p, x"), (0, 1), example=(P, X)).source
    assert "dp = np.vander(x, len(p)).T @ dout" in text
    assert "dx = dout * np.polyval(np.polyder(p), x)" in text


def test_least_squares():
    y, w = rng.standard_normal(5), np.array([1.0, 2.0, 0.5, 1.0, 3.0])
    check(lambda x, y: np.polyfit(x, y, 2) ** 2, X, y, tol=1e-5)
    check(lambda x, y: np.polyfit(x, y, 1, w=w) ** 2, X, y, tol=1e-5)
    check(lambda x, y: np.polyfit(x, y, 2) ** 2, X, rng.standard_normal((5, 2)), tol=1e-5)
    check(lambda y: np.polyval(np.polyfit(X, y, 2), 0.3), y, tol=1e-5)
    with pytest.raises(UnsupportedError, match="full"):
        st.grad(lambda y: np.sum(np.polyfit(X, y, 2, full=True)[0]))
    with pytest.raises(UnsupportedError, match="polyfit"):
        st.grad(lambda w: np.sum(np.polyfit(X, y, 2, w=w)))


SERIES = {
    "polynomial": "polyval", "chebyshev": "chebval", "legendre": "legval", "hermite": "hermval",
    "hermite_e": "hermeval", "laguerre": "lagval",
}  # fmt: skip


@pytest.mark.parametrize("basis", SERIES)
def test_series(basis):
    f = program(f"np.polynomial.{basis}.{SERIES[basis]}(x, c) ** 2", "x, c")
    check(f, X, P, tol=1e-5)
    check(f, M, P, second=False)
    check(f, 0.7, P, second=False)
    check(f, X, P[:1], second=False)
    total = program(f"np.sum(np.polynomial.{basis}.{SERIES[basis]}(x, c))", "x, c")
    for g in st.grad(total, (0, 1))(X.astype(np.float32), P.astype(np.float32)):
        assert g.dtype == np.float32


def test_several_series_are_refused():
    with pytest.raises(TypeError, match="several series"):
        st.vjp(lambda x, c: np.polynomial.chebyshev.chebval(x, c), (0, 1))(X, M, np.ones((3, 5)))
