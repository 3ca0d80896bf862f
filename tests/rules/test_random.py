"""Random draws are constants; no derivative goes through their parameters."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

X = np.array([0.3, -1.2, 2.0])
GENERATOR = np.random.default_rng(3)


def seeded(x):
    rng = np.random.default_rng(7)
    return np.sum(x * rng.normal(0.0, 2.0, size=3) + rng.standard_normal(3) * x**2)


def in_a_loop(x):
    rng = np.random.RandomState(7)
    s = 0.0
    for _ in range(4):
        s = s * np.sum(x) * rng.rand() + np.sin(x[0]) * rng.normal()
    return s


def of_the_module(x):
    np.random.seed(0)  # noqa: NPY002
    a = np.random.normal(size=3)  # noqa: NPY002
    b = np.random.normal(size=3)  # noqa: NPY002
    for _ in range(2):
        x = x * a * np.random.rand() + b  # noqa: NPY002
    return x


@pytest.mark.parametrize("f", [seeded, in_a_loop, of_the_module])
def test_a_draw_is_a_constant(f):
    check(f, X, second=f is seeded)


def test_a_draw_is_made_once_and_in_order():
    def f(x, rng):
        a = rng.normal(size=3)
        b = rng.normal(size=3)
        return np.sum(x * a * b)

    for example in (None, (X, GENERATOR)):
        grad = st.grad(f, example=example)(X, np.random.default_rng(5))
        rng = np.random.default_rng(5)
        np.testing.assert_allclose(grad, rng.normal(size=3) * rng.normal(size=3))


def test_a_reparametrised_draw_has_a_derivative():
    def f(mu, sigma):
        rng = np.random.default_rng(7)
        return np.sum((mu + sigma * rng.standard_normal(5)) ** 2)

    check(f, 0.3, 1.2)


def test_the_module_is_printed_by_its_name():
    source = st.vjp(of_the_module).source
    assert "a = np.random.normal(size=3)" in source and "set this" not in source


@pytest.mark.parametrize("call, instead", [
    ("normal(x, 1.0)", "loc . scale"), ("uniform(0.0, x)", "low . .high - low."),
    ("exponential(x)", "scale"), ("gamma(x)", "its parameters must be constants"),
    ("permutation(x)", "rng.permutation"), ("choice(x)", "rng.integers"),
])  # fmt: skip
def test_what_to_write_instead(call, instead):
    with pytest.raises(UnsupportedError, match=rf"np\.random\.\w+: .*{instead}"):
        st.vjp(program(f"np.random.{call}"))


def test_a_generator_refuses_too():
    def f(x):
        rng = np.random.default_rng(7)
        return rng.normal(x)

    with pytest.raises(UnsupportedError, match="normal"):
        st.vjp(f)


def test_every_draw_is_refused_by_name():
    for owner in (np.random, np.random.Generator, np.random.RandomState):
        for name, fn in vars(owner).items():
            if callable(fn) and not name.startswith("_") and not isinstance(fn, type):
                assert st.supported(fn).status == "refused", name
