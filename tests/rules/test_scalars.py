"""The math module and Python's builtins on numbers."""

import math

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program


def test_math_stays_math():
    def f(x):
        return math.sin(x) * math.exp(x)

    source = st.grad(f).source
    assert "math.cos(x)" in source
    assert "np." not in source
    assert isinstance(st.grad(f)(0.3), float)
    check(f, 0.3)


def test_log_with_a_base():
    check(lambda x, b: math.log(x, b) + math.log(x), 0.7, 3.0)
    check(lambda x: math.log(x, 2), 0.7)


def test_powers_and_roots():
    check(lambda x, y: math.pow(x, y) + pow(x, y) + math.sqrt(x) + math.cbrt(y), 0.7, 2.5)
    assert st.grad(lambda x: math.pow(x, 0) + x)(0.0) == 1.0
    assert st.grad(lambda x: math.pow(x, 3))(-2.0) == 12.0


def test_no_overflow():
    """Plain floats raise where NumPy gives inf, so the formulas must not overflow."""

    def f(x):
        return math.tanh(x) + math.erf(x) + math.erfc(x)

    assert st.grad(f)(1000.0) == 0.0
    assert st.grad(f)(-1e200) == 0.0


def test_absolute_values_are_flat_at_zero():
    for f in (lambda x: abs(x), lambda x: math.fabs(x), lambda x: math.copysign(x, -1.0)):
        assert st.grad(f)(0.0) == 0.0
        check(f, -0.3)


def test_remainders():
    check(lambda x, y: math.fmod(x, y) + math.remainder(x, y), 5.3, 2.0)
    check(lambda x: math.ldexp(x, 3) + math.degrees(x) + math.radians(x), 5.3)


def test_casts():
    """float is the identity; int, bool and round are constant."""
    check(lambda x: float(x) ** 2 + np.float64(x) * x, 1.3)
    assert st.grad(lambda x: x * int(x) + round(x, 1) * x + bool(x) * x)(2.5) == 2 + 2.5 + 1
    x = np.array([1.5, 2.5])
    grad = st.grad(lambda x: float(x[0]) * float(x[1]))(x)
    np.testing.assert_array_equal(grad, [2.5, 1.5])
    assert st.grad(lambda x: np.float32(x) * 2.0)(1.5) == 2.0


def test_casts_to_types_of_numpy():
    check(lambda x: np.longdouble(x) * x + np.complex128(x) * 1j, 1.3)
    check(lambda x: np.complex128(x) * complex(0.5, x), 1.3)
    check(lambda x: np.float64(x) * x * np.int64(x), np.array([1.5, 2.5]))
    assert st.grad(lambda x: x * np.int32(x) * np.bool_(x))(2.5) == 2
    assert st.grad(lambda x: np.float16(x) * 2.0)(1.5) == 2.0


def test_steps_are_constant():
    def f(x):
        return x * (math.floor(x) + math.ceil(x) + math.trunc(x) + math.isfinite(x))

    assert st.grad(f)(2.5) == 2 + 3 + 2 + 1
    assert st.grad(lambda x, n: x * math.comb(n, 2) * math.isqrt(n))(2.0, 5) == 20.0


def test_divmod_has_a_remainder():
    check(lambda x: divmod(x, 2.0)[1] ** 2, 3.5)


def test_the_whole_math_module_has_rules():
    names = {n for n, v in vars(math).items() if callable(v) and not n.startswith("_")}
    assert not [n for n in names if not st.supported(getattr(math, n))]


def test_gamma_to_any_order():
    for x in (0.3, 2.5, 17.0, -1.5, -25.3):
        check(lambda x: math.gamma(x), x) if x > -2 else None
        check(lambda x: math.lgamma(x), x)
    third = st.grad(st.grad(st.grad(lambda x: math.lgamma(x))))
    assert third(2.0) == pytest.approx(-0.40411380631918857)  # psi''(2) = 2 - 2 zeta(3)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_hypot_of_any_number_of_coordinates(count):
    names = ", ".join("xyw"[:count])
    check(program(f"math.hypot({names})", names), *[0.4, -1.3, 2.0][:count])


def test_hypot_and_dist_are_flat_at_zero():
    assert st.grad(lambda x, y: math.hypot(x, y), (0, 1))(0.0, 0.0) == (0.0, 0.0)
    assert st.grad(lambda x: math.dist((x,), (1.0,)))(1.0) == 0.0
    assert st.jvp(lambda x: math.hypot(x, 0.0))(0.0, 1.0)[1] == 0.0


def test_dist():
    check(lambda x, y: math.dist((x, y), (y * y, 2.0)), 0.3, 0.7)
    check(lambda p, q: math.dist(p, q), np.array([1.0, 2.0, 0.5]), np.array([0.3, 0.1, 2.0]))
    check(lambda p: math.dist(p, (1.0, 2.0)) ** 2, np.array([1.5, 0.1]))


def test_sums_and_products_of_sequences():
    v = np.array([1.5, -0.4, 2.0])
    check(lambda x, y: math.fsum([x, y * y, x]) * math.prod([x, y, x]), 1.3, 0.4)
    check(lambda v: math.fsum(v * v), v)
    check(lambda v: math.prod(v), v)
    check(lambda x, s: math.prod((x, 3.0, x), start=s * x), 1.3, 0.4)
    assert st.grad(lambda x, y: math.prod([x, y, 2.0]), (0, 1))(0.0, 3.0) == (6.0, 0.0)


@pytest.mark.parametrize("name", ["modf", "frexp"])
def test_a_fraction_and_a_whole_number(name):
    check(program(f"math.{name}(x)[0] * math.sin(x) + math.{name}(x)[1] * x", "x"), 5.3)


@pytest.mark.skipif(not hasattr(math, "sumprod"), reason="Python 3.12")
def test_sumprod():
    check(lambda x, y: math.sumprod((x, y), (y, 2.0)), 0.3, 0.7)
    check(lambda p, q: math.sumprod(p, q), np.array([1.0, 2.0]), np.array([0.3, 0.1]))


@pytest.mark.skipif(not hasattr(math, "fma"), reason="Python 3.13")
def test_fma():
    check(lambda x, y, w: math.fma(x, y, w), 0.3, 0.7, 2.0)


def test_nextafter():
    check(lambda x, y: math.nextafter(x, y) * x, 1.3, 4.0)


def test_gamma_in_a_loop_of_numbers():
    def f(x):
        s = 0.0
        for k in range(1, 5):
            s = s + math.lgamma(x + k) / math.hypot(s, x, k)
        return s

    check(f, 0.7)


def test_the_printed_code_stays_with_math():
    source = st.grad(lambda x, y: math.hypot(x, y) * math.gamma(x), example=(1.0, 1.0)).source
    assert "np." not in source.split("def grad")[1]
