"""A number that several products of an array have in common is multiplied once, in backward parts."""

import numpy as np

import srctransform as st
from tests.checking import check

X, Y = np.array([0.5, -1.2, 2.0]), np.array([1.5, 0.3, -0.7])


def body(fn, *example):
    text = st.grad(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines() if line.strip()]


def test_products_with_other_arrays_share_it():
    def f(a, x, b):
        return np.sum((a * x + b) ** 2)

    assert body(f, X, Y, 0.5) == [
        "t1 = 2.0 * (a * x + b)", "db = t1.sum()", "da = x * t1", "dx = a * t1",
        "return da, dx, db",
    ]  # fmt: skip
    check(f, X, Y, 0.5)


def test_signs_stay_where_they_are():
    def f(x):
        return np.sum((x[1:] - x[:-1]) ** 2)

    assert body(f, X) == [
        "t1 = x[1:] - x[:-1]", "t2 = 2.0 * t1", "dx = np.zeros_like(x)", "dx[1:] += t2",
        "dx[:-1] -= t2", "return dx,",
    ]  # fmt: skip
    check(f, X)


def test_a_fraction_takes_it_in():
    def f(x, y):
        return 0.5 * np.mean(np.log(x**2 + y**2))

    assert body(f, X, Y) == [
        "t1 = 1.0 / x.size / (x ** 2 + y ** 2)", "dy = y * t1", "dx = x * t1", "return dx, dy",
    ]  # fmt: skip
    check(f, X, Y)


def test_a_single_product_and_scalars_keep_theirs_in_place():
    def f(x, s, t):
        return np.sum(x**2) + (s * t) ** 2

    assert body(f, X, 0.5, 2.0) == [
        "t1 = s * t", "ds = 2.0 * t * t1", "dt = 2.0 * s * t1", "return 2.0 * x, ds, dt",
    ]  # fmt: skip


def test_each_round_of_a_loop_shares_its_own():
    def f(a, x, n):
        s = 0.0
        for k in range(n):
            s = s + np.sum((a * x - k) ** 2)
        return s

    check(f, X, Y, 3, wrt=(0, 1))
    assert "2.0 * (a * x - k)" in st.grad(f, (0, 1), example=(X, Y, 3)).source


def test_the_literal_list_is_left_alone():
    def f(a, x):
        return np.sum((a * x) ** 2)

    check(f, X, Y, optimize=(False,))
