"""insert, delete, append, resize, trim_zeros, block, unstack: every form, both modes."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(5)
V = rng.standard_normal(5)
M = rng.standard_normal((3, 4))
T = rng.standard_normal((2, 3, 4))
Z = np.array([0.0, 0.0, 1.5, 0.0, -2.0, 0.0])
P = np.pad(M, ((1, 2), (0, 1)))


@pytest.mark.parametrize(
    "expression, args",
    [
        ("np.delete(x, 1) ** 2", (M,)),
        ("np.delete(x, [0, 2], axis=1) ** 2", (M,)),
        ("np.delete(x, slice(0, None, 2), 0) ** 2", (M,)),
        ("np.delete(x, np.array([True, False, True, False]), axis=1) ** 2", (M,)),
        ("np.insert(x, 2, 1.5) ** 2", (V,)),
        ("np.insert(x, 2, y) ** 2", (V, 1.5)),
        ("np.insert(x, [0, 0, 3], y) ** 2", (V, V[:3])),
        ("np.insert(x, 1, y, axis=1) ** 2", (M, V[:3])),
        ("np.insert(x, 1, y, axis=0) ** 2", (M, 1.5)),
        ("np.insert(x, [0, 3], y, axis=0) ** 2", (M, M[:2])),
        ("np.insert(np.arange(3.0), 1, x) ** 2", (1.5,)),
        ("np.append(x, y) ** 2", (M, V)),
        ("np.append(x, y, axis=1) ** 2", (M, M[:, :2])),
        ("np.append(x, 1.0) ** 2", (V,)),
        ("np.resize(x, (3, 5)) ** 2", (M,)),
        ("np.resize(x, 3) ** 2", (M,)),
        ("np.block([x, y]) ** 2", (V, V[:2])),
        ("np.block([[x, y], [2 * y.T, x.T @ x]]) ** 2", (T[0, :, :3], T[1, :, :3])),
        ("np.block([[x, np.ones((3, 1))], [y, 2.0]]) ** 2", (M, M[0])),
        ("np.block(x) ** 2", (M,)),
        ("np.trim_zeros(x) ** 2", (V,)),
    ],
)
def test_the_derivative_is_right(expression, args):
    check(program(expression, "x, y" if len(args) > 1 else "x"), *args)


def test_unstack():
    def two(x):
        a, b = np.unstack(x)
        return a * b[::-1]

    check(two, M[:2])
    check(lambda x: np.unstack(x, axis=1)[1] ** 2, M)
    check(lambda x: np.unstack(x, axis=-1), M, second=False)


def test_what_is_trimmed_stays_trimmed():
    moving = np.where(Z == 0, 0.0, 1.0)
    f = st.jvp(lambda x: np.trim_zeros(x) ** 2)
    np.testing.assert_allclose(f(Z, moving)[1], [3.0, 0.0, -4.0])
    for trim, size in (("f", 4), ("b", 5), ("fb", 3)):
        g = st.vjp(program(f"np.trim_zeros(x, {trim!r})"))(Z, np.arange(1.0, size + 1))
        start = 0 if trim == "b" else 2
        np.testing.assert_allclose(g[start : start + size], np.arange(1.0, size + 1))
        assert np.count_nonzero(g) == size
    g = st.grad(lambda x: np.sum(np.trim_zeros(x) ** 2))(P)
    np.testing.assert_allclose(g, 2 * P)
    np.testing.assert_allclose(st.grad(lambda x: np.sum(np.trim_zeros(x) ** 2))(0 * Z), 0 * Z)


def test_complex_single_precision_integer_and_strided_arrays():
    for text in ("np.delete(x, 1)", "np.insert(x, 1, x[0])", "np.resize(x, 7)", "np.block([x, x])"):
        f = program(f"np.sum({text} ** 2)")
        check(program(f"{text} ** 2"), V + 1j * V[::-1], second=False)
        check(f, np.repeat(V, 2)[::-2], second=False)
        assert st.grad(f)(V.astype(np.float32)).dtype == np.float32, text
        np.testing.assert_allclose(st.grad(f)(np.arange(5)), st.grad(f)(np.arange(5.0)))


def test_empty_arrays():
    check(lambda x: np.delete(x, 0, axis=1), np.zeros((0, 3)))
    check(lambda x: np.insert(x, 0, 2.0, axis=1), np.zeros((0, 3)))


def test_in_a_loop():
    def f(x):
        for k in range(3):
            x = np.insert(np.delete(x, k), 0, x[0] * x[1])
        return x

    check(f, V)


def test_matrices_are_refused():
    for text in ("np.bmat([[x, x]])", "np.asmatrix(x)"):
        with pytest.raises(UnsupportedError, match="matrix"):
            st.grad(program(f"np.sum({text})"))


def test_what_is_printed():
    text = st.vjp(lambda x, k: np.delete(x, k), example=(V, 1)).source
    assert "uncopy(dout, x, np.delete, k, None)" in text


@pytest.mark.filterwarnings("ignore:the result of:UserWarning")
def test_what_an_array_of_ints_cuts_off_has_no_derivative():
    f = program("np.insert(x, 1, c)", "x, c")
    x = np.arange(3)
    for example in (None, (x, 1.5)):
        assert st.vjp(f, "c", example=example)(x, 1.5, np.ones(4)) == 0.0
        assert not np.any(st.jvp(f, "c", example=example)(x, 1.5, 1.0)[1])
