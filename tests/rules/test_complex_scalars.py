"""The cmath module."""

import cmath

import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

ONE = [
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "exp", "log", "log10", "sqrt", "phase",
]  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_a_function_of_one_number(name):
    f = program(f"cmath.{name}(x)")
    check(f, 0.4 + 0.3j, optimize=(True,))
    real = program(f"abs(cmath.{name}(x)) ** 2")
    check(real, 1.4 if name in ("acosh", "log", "log10") else 0.4, second=False)


def test_two_numbers():
    check(lambda x, b: cmath.log(x, b), 0.4 + 0.3j, 2.0 + 1.0j)
    check(lambda r, t: cmath.rect(r, t), 1.3, 0.4)
    check(lambda x, y: abs(cmath.exp(complex(x, y) * 1j)) ** 2, 1.3, 0.4)


def test_polar():
    check(lambda x: cmath.polar(x)[0] * cmath.polar(x)[1], 0.4 + 0.3j)
    check(lambda x: cmath.polar(x)[1] ** 2, 0.4 + 0.3j)


def test_the_whole_module_is_accounted_for():
    names = {n for n, v in vars(cmath).items() if callable(v) and not n.startswith("_")}
    assert not [n for n in names if not st.supported(getattr(cmath, n))]


def test_the_printed_code_stays_with_cmath():
    source = st.vjp(lambda x: cmath.sin(x) * cmath.exp(x), example=(1j,)).source
    assert "np." not in source and "cmath.cos(x)" in source
