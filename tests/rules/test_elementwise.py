"""NumPy's elementwise functions: kinks, precision at the ends, complex numbers, printing."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import srctransform as st
from tests.checking import check

Z = np.array([2.0 + 1.0j, -0.5 + 0.3j, 0.4 - 1.2j])


def derivative(f, x):
    """The pointwise derivative of a function of one argument."""
    x = np.asarray(x)
    return st.vjp(f, example=(x,))(x, np.ones_like(x))


def make(prim):
    def f(x):
        return prim(x)

    return f


def test_abs_and_sign_are_flat_at_zero():
    x = np.array([-2.0, 0.0, 3.0])
    for prim in (np.abs, abs, np.fabs):
        np.testing.assert_array_equal(derivative(make(prim), x), [-1.0, 0.0, 1.0])
        _, tangent = st.jvp(make(prim))(x, np.ones(3))
        np.testing.assert_array_equal(tangent, [-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(derivative(lambda x: np.sign(x) * x, x), [-1.0, 0.0, 1.0])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_sqrt_is_infinitely_steep_at_zero():
    assert derivative(make(np.sqrt), [0.0])[0] == np.inf
    assert st.grad(make(np.sqrt))(np.float64(0.0)) == np.inf


@pytest.mark.parametrize(
    "prim, low, high",
    [
        (np.tanh, 0.0, 0.0),
        (np.arctan, 1e-6, 1e-6),
        (np.log1p, np.nan, 1.0 / 1001.0),
        (np.expm1, 0.0, np.inf),
        (np.arcsinh, 1e-3, 1e-3),
        (np.sinc, 1e-3, 1e-3),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_large_arguments(prim, low, high):
    got = derivative(make(prim), [-1000.0, 1000.0])
    if prim is not np.log1p:
        np.testing.assert_allclose(np.abs(got[0]), low, rtol=1e-5)
    np.testing.assert_allclose(np.abs(got[1]), high, rtol=1e-5)


def test_logaddexp_neither_overflows_nor_loses_the_smaller_one():
    def f(x, y):
        return np.logaddexp(x, y) + np.logaddexp2(x, y)

    x, y = np.array([1000.0, -1000.0, 3.0]), np.array([-1000.0, 1000.0, 3.0])
    dx, dy = st.vjp(f, (0, 1))(x, y, np.ones(3))
    np.testing.assert_array_equal(dx, [2.0, 0.0, 1.0])
    np.testing.assert_array_equal(dy, [0.0, 2.0, 1.0])


def test_no_digits_are_lost_near_the_ends():
    x = np.array([1.0 - 2.0**-40])
    exact = 1.0 / np.sqrt(2.0**-40 * (2.0 - 2.0**-40))
    np.testing.assert_allclose(derivative(make(np.arcsin), x), exact, rtol=4e-16)
    np.testing.assert_allclose(derivative(make(np.arctanh), x), exact**2, rtol=4e-16)
    np.testing.assert_allclose(derivative(make(np.log1p), [1e-300]), 1.0)
    np.testing.assert_allclose(derivative(make(np.expm1), [1e-300]), 1.0)


def test_sinc_to_any_order():
    x = np.array([-3.2, -1e-3, 0.0, 1e-9, 0.3, 1.0, 7.0])
    check(make(np.sinc), x)
    first = derivative(make(np.sinc), x)
    away = np.abs(x) > 0.1
    exact = (np.cos(np.pi * x) - np.sinc(x)) / np.where(away, x, 1.0)
    np.testing.assert_allclose(first[away], exact[away], rtol=1e-12)
    np.testing.assert_allclose(first[1:4], -(np.pi**2) / 3.0 * x[1:4], rtol=1e-5)
    second = st.grad(st.grad(make(np.sinc)))
    np.testing.assert_allclose(second(0.0), -(np.pi**2) / 3.0)
    np.testing.assert_allclose(st.grad(st.grad(second))(0.0), np.pi**4 / 5.0)


HOLOMORPHIC = [
    np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.arcsin, np.arccos, np.arctan, np.arcsinh,
    np.arccosh, np.arctanh, np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sqrt,
    np.square, np.reciprocal, np.negative, np.sinc,
]  # fmt: skip


@pytest.mark.parametrize("prim", HOLOMORPHIC, ids=lambda p: p.__name__)
def test_complex_arguments(prim):
    check(make(prim), Z, second=prim is not np.sinc, examples=(False, True), tol=1e-5)


def of_parts(x):
    return np.real(x) ** 2 * np.imag(x) + np.abs(x) ** 3 + np.angle(x) + np.real(np.conj(x) * x * x)


def test_real_functions_of_complex_arguments():
    check(of_parts, Z)


def test_real_functions_of_real_arguments():
    check(lambda x: np.real(x) * x + np.imag(x) + np.conj(x) * np.angle(x), np.array([0.3, 2.0]))
    check(of_parts, 1.3)


@pytest.mark.parametrize(
    "name", ["sin", "exp", "log", "sqrt", "tanh", "square", "conj", "abs", "angle", "real", "imag"]
)
def test_complex_gradients_are_those_of_autograd(name):
    """The convention: dz/dx is not conjugated. A real loss of a complex program."""
    ours, theirs = getattr(np, name), getattr(anp, name)

    def loss(x):
        y = ours(x) * (1.0 + 2.0j)
        return np.sum(np.real(y) ** 2 + 3.0 * np.imag(y))

    def their_loss(x):
        y = theirs(x) * (1.0 + 2.0j)
        return anp.sum(anp.real(y) ** 2 + 3.0 * anp.imag(y))

    want = autograd.grad(their_loss)(Z)
    np.testing.assert_allclose(st.grad(loss)(Z), want, rtol=1e-12)
    np.testing.assert_allclose(st.grad(loss, example=(Z,))(Z), want, rtol=1e-12)


def test_gradients_of_real_arguments_of_complex_programs_are_real():
    def loss(x):
        return np.sum(np.abs(np.exp(1j * x) + x**2) ** 2)

    for example in (None, (np.array([0.3, 0.8]),)):
        grad = st.grad(loss, example=example)(np.array([0.3, 0.8]))
        assert grad.dtype == np.float64
    check(loss, np.array([0.3, 0.8]))


def test_signs_of_complex_numbers():
    check(lambda x: np.abs(x) * np.sign(x) + np.sign(x), Z)
    check(lambda x: np.sign(x) * x, np.array([-0.3, 0.8]))


@pytest.mark.parametrize(
    "prim, text",
    [
        (np.sin, "np.cos(x)"),
        (np.log, "1.0 / x"),
        (np.sqrt, "0.5 / np.sqrt(x)"),
        (np.square, "2.0 * x"),
        (np.arctan, "1.0 / (1.0 + x ** 2)"),
        (np.log10, "0.4342944819032518 / x"),
        (np.abs, "np.sign(x)"),
    ],
)
def test_printed(prim, text):
    source = st.grad(make(prim), example=(0.5,)).source
    assert source.endswith(f"return {text}\n")


def test_ldexp():
    check(lambda x: np.ldexp(x, np.array([1, -2, 3])), np.array([0.3, 0.4, 0.5]))
    x = np.ones(3, np.float32)
    assert st.vjp(lambda x: np.ldexp(x, 2))(x, x).dtype == np.float32


def test_functions_with_steps_have_no_gradient():
    def f(x):
        steps = np.floor(x) + np.ceil(x) + np.trunc(x) + np.rint(x) + np.round(x, 1) + x.round()
        return steps * x

    x = np.array([0.3, 1.7])
    np.testing.assert_allclose(derivative(f, x), f(x) / x)


# ---------------------------------------------------------------- one more argument, or an odd one


def test_the_angle_in_degrees():
    z = np.array([1.0 + 2.0j, -0.5 + 0.1j])
    check(lambda z: np.angle(z, deg=True), z)
    check(lambda x, y: np.angle(x + 1j * y, True) ** 2, 0.3, 0.7)
    assert np.all(st.vjp(lambda x: np.angle(x))(np.array([1.0, -2.0]), np.ones(2)) == 0)


def test_bessel_functions_to_any_order():
    check(lambda x: np.i0(x), np.array([[0.0, 0.3], [-5.0, 20.0]]))
    check(lambda x: np.i0(x), 1.5)
    second = st.grad(st.grad(lambda x: np.i0(x)))(0.0)
    assert second == pytest.approx(0.5)
    x = np.array([1e-9, 300.0])
    from_series = st.grad(lambda x: np.sum(np.i0(x)))(x)
    assert from_series[0] == pytest.approx(5e-10, rel=1e-12)
    assert from_series[1] == pytest.approx(np.i0(300.0), rel=2e-3)


def test_a_window_moves_with_its_shape():
    check(lambda beta: np.kaiser(7, beta) * np.hanning(7), 5.0)
    check(lambda beta: np.kaiser(1, beta) * beta, 5.0)
    check(lambda x: np.sum(x * np.hamming(5) * np.blackman(5) + np.bartlett(5)), np.arange(5.0))


def test_unwrap_adds_constants():
    x = np.array([[0.0, 3.0, 6.2, 9.1], [7.0, 1.0, 0.0, 5.0]])
    check(lambda x: np.unwrap(x * x), x)
    check(lambda x: np.unwrap(x, discont=4.0, axis=0, period=5.0) ** 2, x)


def test_real_if_close():
    z = np.array([1.0 + 1e-18j, -2.0])
    check(lambda x: np.real_if_close(x * (1.0 + 0.0j)) ** 2, np.array([1.0, -2.0]))
    np.testing.assert_array_equal(st.vjp(lambda z: np.real_if_close(z))(z, np.ones(2)), [1, 1])
    check(lambda z: np.real_if_close(z), z + 1j)


def test_hypot_is_flat_at_zero_in_both_modes():
    zero = np.zeros(2)
    dx, dy = st.vjp(lambda x, y: np.hypot(x, y), (0, 1))(zero, zero, np.ones(2))
    assert np.all(dx == 0) and np.all(dy == 0)
    assert np.all(st.jvp(lambda x, y: np.hypot(x, y))(zero, zero, np.ones(2))[1] == 0)
    assert st.grad(lambda x, y: np.hypot(x, y))(0.0, 0.0) == 0


def test_questions_are_constants():
    def f(x, y):
        near = np.isclose(x, y) | np.isposinf(x) | np.isneginf(x)
        same = np.allclose(x, y) + np.array_equal(x, y) + np.iterable(x)
        return np.sum(np.where(near, x, y) * x) + same * np.sum(x)

    x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 3.0])
    np.testing.assert_array_equal(st.grad(f)(x, y), [3.0, 6.0, 7.0])
