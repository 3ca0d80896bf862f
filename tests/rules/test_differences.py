"""diff, ediff1d and gradient: every option, both modes."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(2)
V = rng.standard_normal(5)
W = rng.standard_normal(3)
M = rng.standard_normal((4, 5))
T = rng.standard_normal((3, 4, 2))
X = np.array([0.0, 0.7, 1.0, 2.5, 2.8])
Y = np.array([-1.0, 0.2, 0.9, 3.0])


@pytest.mark.parametrize(
    "expression, args",
    [
        ("np.diff(x) ** 2", (V,)),
        ("np.diff(x, 2, axis=0) ** 2", (M,)),
        ("np.diff(x, 6)", (V,)),
        ("np.diff(x, prepend=0.0) ** 2", (M,)),
        ("np.diff(x, prepend=y) ** 2", (M, 1.5)),
        ("np.diff(x, append=y) ** 2", (V, W)),
        ("np.diff(x, 2, 0, y, y[:1]) ** 2", (M, M[:2])),
        ("np.diff(x, axis=0, prepend=1.0, append=y) ** 2", (M, M[:1])),
        ("np.ediff1d(x) ** 2", (M,)),
        ("np.ediff1d(x, y) ** 2", (V, W)),
        ("np.ediff1d(x, to_begin=y, to_end=y * y) ** 2", (V, 1.5)),
        ("np.ediff1d(x, to_begin=0.0) ** 2", (V,)),
        ("np.gradient(x) ** 2", (V,)),
        ("np.gradient(x, 0.5) ** 2", (V,)),
        ("np.gradient(x, y) ** 2", (V, 0.5)),
        ("np.gradient(x, y, edge_order=2) ** 2", (V, 0.5)),
        ("np.gradient(x, y) ** 2", (V, X)),
        ("np.gradient(x, y, edge_order=2) ** 2", (V, X)),
        ("np.gradient(x, y, edge_order=2) ** 2", (V[:3], X[:3])),
        ("np.gradient(x, y) ** 2", (V[:2], X[:2])),
        ("np.gradient(x, axis=0) ** 2", (M,)),
        ("np.gradient(x, y, axis=-1, edge_order=2) ** 2", (M, X)),
        ("np.gradient(x, y, axis=(1,)) ** 2", (T, Y)),
        ("np.gradient(x, axis=(1, 0), edge_order=2)", (M,)),
        ("np.gradient(x, y, y * y, axis=(0, 1))[1] ** 2", (M, 0.5)),
    ],
)  # fmt: skip
def test_the_derivative_is_right(expression, args):
    check(program(expression, "x, y" if len(args) > 1 else "x"), *args)


def test_several_gradients_at_once():
    both = {"examples": (True,)}
    check(lambda x: np.gradient(x), T[:, :3], **both)
    check(lambda x: np.gradient(x, edge_order=2)[0] ** 2, M, **both)
    check(lambda x, h: np.gradient(x, h), M, 0.5, **both)
    check(lambda x, p, q: np.gradient(x, p, q), M, Y, X, **both)
    check(lambda x, p, h: np.gradient(x, p, h)[1] ** 2, M, Y, 0.5, **both)

    def curl(x):
        down, right = np.gradient(x)
        return down[:, :-1] * right[:, 1:]

    check(curl, M, **both)


def test_the_number_of_axes_has_to_be_known():
    df = st.grad(lambda x: np.sum(np.gradient(x) ** 2))
    assert df(V).shape == (5,)
    with pytest.raises(TypeError, match="example="):
        st.vjp(lambda x: np.gradient(x))(M, M)


def test_complex_single_precision_strided_and_integer_arrays():
    for text in (
        "np.diff(x, prepend=0.0)",
        "np.gradient(x, 0.5)",
        "np.gradient(x, np.arange(5.0))",
    ):
        check(program(f"{text} ** 2"), V + 1j * V[::-1], second=False)
        check(program(f"{text} ** 2"), np.repeat(V, 2)[::-2], second=False)
        check(program(f"x * np.sum({text})"), np.arange(5.0), second=False)
    for text in ("np.diff(x)", "np.ediff1d(x)", "np.gradient(x)", "np.gradient(x, 0.5)"):
        df = st.grad(program(f"np.sum({text} ** 2)"))
        assert df(V.astype(np.float32)).dtype == np.float32, text
        np.testing.assert_allclose(df(np.arange(5) ** 2), df(np.arange(5.0) ** 2))


def test_empty_arrays():
    check(lambda x: np.diff(x), np.zeros((0, 3)))
    check(lambda x: np.diff(x), np.zeros(0))
    check(lambda x: np.ediff1d(x), np.zeros(1))


def test_in_a_loop():
    def f(x):
        for _ in range(2):
            x = x + 0.1 * np.gradient(np.gradient(x))
        return x**2

    check(f, V)


def test_what_is_printed():
    text = st.vjp(lambda x, h: np.gradient(x, h), (0, 1), example=(V, 0.5)).source
    assert "ungradient(dout / h, x, 0, 1)" in text
    assert "-np.sum(dout * " in text or "-(dout * " in text
