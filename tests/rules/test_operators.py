"""Operators: powers above all, then what they print."""

import operator

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

X = np.array([0.7, 1.3, 2.1])
SIGNED = np.array([-1.5, 0.0, 2.0])


def body(derivative):
    """The last function of a derivative's module."""
    return derivative.source[derivative.source.rindex("def ") :]


def cube(x):
    return x**3


def square_root(x):
    return x**0.5


def inverse(x):
    return x**-1


def inverse_square(x):
    return x**-2.0


def constant_power(x):
    return x**0 * x


def exponential(x):
    return 2**x


def power(x, y):
    return x**y


@pytest.mark.parametrize(
    "f", [cube, square_root, inverse, inverse_square, constant_power, exponential]
)
def test_constant_exponents_and_bases(f):
    check(f, X)
    check(f, 1.3)


@pytest.mark.parametrize(
    "y", [2.5, np.array([0.5, 2.0, 3.0]), np.array([[1.0], [2.0]])], ids=np.shape
)
def test_any_exponent(y):
    check(power, X, y)


def test_integer_exponents_of_negative_bases():
    for n in (0, 1, 2, 3, np.array([0, 1, 3])):
        check(power, np.array([-1.5, -0.4, 2.0]), n, wrt=(0,))


def test_integer_arrays_are_never_raised_to_negative_integers():
    x, n = np.array([-2, 1, 3]), np.array([0, 1, 3])
    for example in (None, (x, n)):
        np.testing.assert_allclose(st.vjp(power, 0, example=example)(x, n, np.ones(3)), [0, 1, 27])
        np.testing.assert_allclose(st.vjp(power, 0, example=example)(x, 3, np.ones(3)), [12, 3, 27])
    np.testing.assert_allclose(st.vjp(cube)(x, np.ones(3)), [12.0, 3.0, 27.0])


def test_zero_to_the_zero_has_derivative_zero():
    grad = st.vjp(power, 0)
    np.testing.assert_array_equal(grad(SIGNED, 0, np.ones(3)), [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(grad(SIGNED, np.zeros(3), np.ones(3)), [0.0, 0.0, 0.0])
    assert st.grad(power)(0.0, 0) == 0.0
    assert st.grad(power)(0.0, 1) == 1.0
    assert st.grad(power)(0.0, 2) == 0.0


def test_no_logarithm_of_zero():
    """By the exponent, 0 ** y has derivative 0; where y is inactive there is no log at all."""
    x = np.array([0.0, 2.0])
    np.testing.assert_allclose(st.vjp(power, 1)(x, np.array([2.0, 2.0]), np.ones(2)),
                               [0.0, 4.0 * np.log(2.0)])  # fmt: skip
    assert st.grad(power, 1)(0.0, 2.0) == 0.0
    assert "log" not in st.grad(power, 0).source


def test_hessian_of_a_power_at_zero():
    def second(x, y):
        return st.grad(power)(x, y)

    assert st.grad(second)(0.0, 2) == 2.0
    assert st.grad(second)(0.0, 1) == 0.0
    assert st.grad(second)(0.0, 3) == 0.0
    third = st.grad(st.grad(st.grad(power)))
    assert third(0.0, 3) == 6.0
    np.testing.assert_allclose(third(1.7, 2.5), 2.5 * 1.5 * 0.5 * 1.7**-0.5)


def test_powers_of_complex_numbers():
    check(cube, X + 1j)
    check(power, X + 1j, 2.5)
    check(power, X + 0.5j, X)


def test_float32_powers():
    x = X.astype(np.float32)
    for y in (2, 2.5, np.float32(2.5), x):
        for example in (None, (x, y)):
            assert st.vjp(power, 0, example=example)(x, y, x).dtype == np.float32
    assert st.vjp(power, 1)(2.5, x, x).dtype == np.float32
    assert st.vjp(exponential)(x, x).dtype == np.float32


def test_printed_powers():
    def square(x):
        return x**2

    assert body(st.grad(square)).endswith("return 2.0 * x\n")
    assert body(st.grad(cube)).endswith("return 3.0 * x ** 2\n")
    assert body(st.grad(inverse, example=(0.5,))).endswith("return -x ** -2\n")
    assert body(st.grad(square_root)).endswith("return 0.5 / x ** 0.5\n")


def remainder(x, y):
    return x % y + np.fmod(x, y) + x // y


def test_remainders():
    check(remainder, np.array([-5.3, 2.2, 7.1]), np.array([2.0, -1.5, 3.0]))
    check(remainder, 5.3, 2.0)


def in_place(x, y):
    z = x * 2.0
    z += y
    z *= x
    z /= y
    z **= 2
    return z


def test_augmented_assignment():
    check(in_place, X, X + 1.0)


def masked(x):
    return x * (x > 1.0) + (x == 0) * x


def test_comparisons_are_constant():
    check(masked, X)


@pytest.mark.parametrize("prim", [operator.mul, operator.sub, operator.truediv, operator.pow])
def test_operands_may_be_swapped_and_repeated(prim):
    def f(x):
        return prim(x, x + 1.0) + prim(2.0, x) + prim(x, 3.0)

    check(f, X)
    check(f, 1.3)
