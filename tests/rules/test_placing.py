"""put, place, putmask, copyto, fill_diagonal, put_along_axis: functions that write into an array."""

import linecache

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(6)
W = rng.standard_normal(3)
M = rng.standard_normal((3, 4))
S = rng.standard_normal((4, 4))
TALL = rng.standard_normal((7, 3))


def writing(statement, parameters):
    """`y = 2 * x`, then the statement, which writes into y."""
    name = f"<writing {statement}>"
    text = f"def f({parameters}):\n    y = x * 2.0\n    {statement}\n    return y**2\n"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace = {"np": np}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


@pytest.mark.parametrize(
    "statement, args",
    [
        ("np.place(y, x > 0, v)", (V, W)),
        ("np.place(y, x > 0, v)", (M, W)),
        ("np.place(y, x > 0, [1.0, 2.0])", (V,)),
        ("np.place(y, x > 0, 3.0)", (V,)),
        ("np.place(y, mask=x > 0, vals=[v, 2.0])", (V, 1.5)),
        ("np.putmask(y, x > 0, v)", (V, V[::-1])),
        ("np.putmask(y, x > 0, v)", (V, W)),
        ("np.putmask(y, x > 0, v)", (M, 1.5)),
        ("np.putmask(y, x > 0, x**2)", (M,)),
        ("np.put(y, [0, 2], v[:2])", (V, W)),
        ("np.put(y, [0, 7], v[:2], mode='wrap')", (V, W)),
        ("np.put(y, [0, 70], v[0], mode='clip')", (V, W)),
        ("np.put(y, [0, 1, 2, 3], v[:2])", (V, W)),
        ("np.put(y, [5, 1], v[:2])", (M, W)),
        ("y.put([1, 2], v[:2])", (M, W)),
        ("np.put_along_axis(y, np.array([[0], [1], [2]]), v[:, None], axis=1)", (M, W)),
        ("np.put_along_axis(y, np.array([0, 1, 5]), v, None)", (M, W)),
        ("np.copyto(y, v[0], where=x > 0)", (V, W)),
        ("np.copyto(dst=y, src=v)", (V, V[::-1])),
        ("np.fill_diagonal(y, v)", (S, 1.5)),
        ("np.fill_diagonal(y, v)", (S, V[:4])),
        ("np.fill_diagonal(y, v)", (M, 1.5)),
        ("np.fill_diagonal(y, 0.0)", (S,)),
        ("np.fill_diagonal(y, v, wrap=True)", (TALL, 1.5)),
        ("np.fill_diagonal(y, v, True)", (TALL, W)),
        ("y.partition(2)", (V,)),
    ],
)
def test_the_derivative_is_right(statement, args):
    check(writing(statement, "x, v" if len(args) > 1 else "x"), *args, optimize=(True,))


def test_whether_the_diagonal_wraps_may_be_an_argument():
    f = writing("np.fill_diagonal(y, 0.0, wrap)", "x, wrap")
    for x in (TALL, M, S):
        for wrap in (False, True):
            want = 8.0 * x
            np.fill_diagonal(want, 0.0, wrap)
            np.testing.assert_allclose(st.vjp(f)(x, wrap, np.ones(x.shape)), want)


def test_what_is_overwritten_has_no_derivative():
    g = st.vjp(writing("np.put(y, [0, 0], v)", "x, v"), (0, 1))(V, W[:2], np.ones(6))
    assert g[0][0] == 0.0
    np.testing.assert_allclose(g[1], [0.0, 2 * W[1]])
