"""The math module and Python's builtins on numbers."""

import math

import numpy as np
import pytest

import srctransform as st
from srctransform import rules
from srctransform.errors import UnsupportedError
from tests.checking import check


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


def test_steps_are_constant():
    def f(x):
        return x * (math.floor(x) + math.ceil(x) + math.trunc(x) + math.isfinite(x))

    assert st.grad(f)(2.5) == 2 + 3 + 2 + 1
    assert st.grad(lambda x, n: x * math.comb(n, 2) * math.isqrt(n))(2.0, 5) == 20.0


def gamma(x):
    return math.gamma(x)


def fraction(x):
    return math.modf(x)[0]


def norm3(x):
    return math.hypot(x, 1.0, 2.0)


def test_divmod_has_a_remainder():
    check(lambda x: divmod(x, 2.0)[1] ** 2, 3.5)


@pytest.mark.parametrize("f", [gamma, fraction, norm3])
def test_refused(f):
    with pytest.raises(UnsupportedError, match="derivative rule"):
        st.grad(f)


REFUSED = set("gamma lgamma modf frexp nextafter fsum dist prod sumprod fma".split())


def test_the_whole_math_module_is_accounted_for():
    names = {n for n, v in vars(math).items() if callable(v) and not n.startswith("_")}
    known = {n for n in names if rules.rule_of(getattr(math, n)) is not None}
    assert names - known <= REFUSED
    assert not known & REFUSED
