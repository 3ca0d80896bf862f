"""np.interp in every argument."""

import numpy as np

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(4)
XP = np.array([-1.0, 0.0, 0.5, 2.0])
FP = rng.standard_normal(4)
X = np.array([-3.0, -0.4, 0.1, 0.3, 1.9, 5.0])


def test_points_knots_and_values():
    check(lambda x, xp, fp: np.interp(x, xp, fp) ** 2, X, XP, FP)
    check(lambda x, xp, fp: np.interp(x, xp, fp) ** 2, X.reshape(2, 3), XP, FP)
    check(lambda x, xp, fp: np.interp(x, xp, fp) ** 2, 0.3, XP, FP)
    check(lambda x: np.interp(x, XP, FP) ** 2, X)
    check(lambda fp: np.interp(X, XP, fp) ** 2, FP + 1j * FP[::-1])
    check(lambda x, fp: np.interp(x, XP, fp) ** 2, X, FP + 1j * FP[::-1])


def test_what_is_outside():
    def f(x, xp, fp, left, right):
        return np.interp(x, xp, fp, left, right) ** 2

    check(f, X, XP, FP, 1.5, -0.5)
    check(lambda x, fp: np.interp(x, XP, fp, right=7.0) ** 2, X, FP)


def test_a_period():
    def f(x, xp, fp, period):
        return np.interp(x, xp, fp, period=period) ** 2

    check(f, X + 0.05, np.array([0.3, -2.0, 4.1, 1.2]), FP, 3.1)
    check(lambda x, xp, fp: np.interp(x, xp, fp, period=3.5) ** 2, 0.7, XP, FP)


def test_the_slope_at_a_knot_is_the_one_to_its_right():
    df = st.grad(lambda x: np.sum(np.interp(x, [0.0, 1.0, 3.0], [0.0, 2.0, 8.0])))
    np.testing.assert_allclose(df(np.array([0.0, 1.0, 3.0, -1.0, 4.0])), [2.0, 3.0, 3.0, 0.0, 0.0])


def test_one_knot():
    check(lambda x, xp, fp: np.interp(x, xp, fp), X, XP[:1], FP[:1])


def test_single_precision_stays_and_integers_are_floats():
    df = st.grad(lambda x, xp, fp: np.sum(np.interp(x, xp, fp) ** 2), (0, 1, 2))
    for g in df(*(v.astype(np.float32) for v in (X, XP, FP))):
        assert g.dtype == np.float32
    assert df(np.arange(3), np.arange(4), np.arange(4))[0].dtype == np.float64


def test_in_a_loop():
    def f(x, fp):
        for _ in range(3):
            x = x + 0.1 * np.interp(x, XP, fp)
        return x

    check(f, X, FP)
