"""An argument that a rule does not differentiate by is refused where it is to be differentiated
by, and is no silent zero, unless the rule says that the result does not depend on it smoothly."""

import numpy as np
import pytest

import srctransform as st
from srctransform import rules
from srctransform.errors import UnsupportedError
from srctransform.rules.registry import constant_in
from tests.checking import check


def scaled(x, k):
    return x * np.floor(k) + 0.0 * k


def powered(x, n):
    return x**n


def picked(a, where):
    return a * (where > 0.0)


picked.__module__ = scaled.__module__ = powered.__module__ = "srctransform_programs"
rules.partials(scaled, "x, k", "np.floor(k)", "0")
rules.partials(powered, "x, n", "n * x ** (n - 1)", "")
constant_in(picked, "where")


@rules.vjp(picked, "a")
def picked_vjp(dz, z, a, where):
    return dz * (where > 0.0)


@rules.jvp(picked)
def picked_jvp(z, a, where, a_dot):
    return a_dot * (where > 0.0)


@pytest.mark.parametrize("make", [st.vjp, st.jvp])
def test_an_active_argument_without_a_formula_is_refused(make):
    with pytest.raises(UnsupportedError, match="derivative of powered by its argument 'n' is not"):
        make(lambda x: powered(3.0, x))
    with pytest.raises(UnsupportedError, match="argument 'n'"):
        make(lambda x: powered(x, 2.0 * x))


def test_it_may_be_held_constant():
    check(lambda x: powered(x, 3.0), 0.7)
    df = st.grad(lambda x: powered(x, st.stop_gradient(x)))
    assert df(3.0) == pytest.approx(27.0)


@pytest.mark.parametrize("make", [st.vjp, st.jvp])
def test_an_argument_that_a_vjp_leaves_out_is_refused(make):
    with pytest.raises(UnsupportedError, match=r"argument 'shape' is not"):
        make(lambda x: np.full(x, 2.0 * x))


def test_an_argument_that_is_said_to_be_constant_gives_zero():
    check(lambda x: scaled(x, x), 2.5)
    check(lambda x: picked(x, x) + picked(3.0, x), np.array([0.5, -0.5]))
    check(lambda x: np.where(x, x, 2.0), np.array([0.5, -0.5]))
    check(lambda x: x * np.full_like(x, 2.0), np.array([0.5, -0.5]))
