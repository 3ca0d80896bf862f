"""linspace, logspace, geomspace in their ends, with every option."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

V = np.array([1.0, 2.0, 0.5])
W = np.array([3.0, 2.5, 4.0])


@pytest.mark.parametrize("function", ["linspace", "logspace", "geomspace"])
@pytest.mark.parametrize("option", ["5", "4, endpoint=False", "1", "num=3, axis=-1", ""])
def test_every_option(function, option):
    f = program(f"np.{function}(a, b, {option}) ** 2", "a, b")
    check(f, V, W, second=option == "5")
    check(f, 1.5, 2.5, second=option == "5", optimize=(True,))
    check(f, 1.5, W, second=False, optimize=(True,))


def test_the_step():
    check(lambda a, b: np.linspace(a, b, 5, retstep=True), 1.0, 2.5)
    check(lambda a, b: np.linspace(a, b, 5, False, True)[1] ** 2, V, W)
    check(lambda a, b: np.linspace(a, b, 1, retstep=True)[0] ** 2, 1.0, 2.0)


def test_the_base():
    check(lambda a, b, c: np.logspace(a, b, 4, base=c) ** 2, 1.5, 0.5, 3.0)
    check(lambda a, b, c: np.logspace(a, b, 4, base=c) ** 2, V, W, 3.0, second=False)
    check(lambda a, b, c: np.logspace(a, b, 4, base=c) ** 2, 1.5, 0.5, W, second=False)
    check(lambda a, c: np.logspace(a, 1.0, 3, base=c, axis=1) ** 2, V, W, second=False)
    check(lambda c: np.logspace(0.0, 1.0, 4, base=c) ** 2, 3.0)


def test_one_end():
    check(lambda a: np.linspace(a, 1.0, 5) ** 2, 0.5)
    check(lambda b: np.geomspace(1.0, b, 5) ** 2, 2.5)
    check(lambda b: np.logspace(1.0, b, 5) ** 2, 0.5)
    check(lambda b, c: np.logspace(1.0, b, 5, base=c) ** 2, 0.5, 3.0)
    check(lambda b: np.linspace(1.0, b, 5, retstep=True)[1] ** 2, 0.5)


def test_negative_and_complex_ends():
    check(lambda a, b: np.geomspace(a, b, 4) ** 2, -1.5, -3.0)
    check(lambda a, b: np.linspace(a, b, 4) ** 2, 1.5 + 1j, -3.0 + 2j, second=False)


def test_single_precision_stays():
    for name in ("linspace", "logspace", "geomspace"):
        f = program(f"np.sum(np.{name}(a, b, 4) ** 2)", "a, b")
        for g in st.grad(f, (0, 1))(V.astype(np.float32), W.astype(np.float32)):
            assert g.dtype == np.float32


def test_in_a_loop():
    def f(a, b):
        for _ in range(2):
            a = np.sum(np.linspace(a, b, 3) ** 2) / 10
        return a

    check(f, 1.5, 0.5)


@pytest.mark.filterwarnings("ignore:the result of:UserWarning")
@pytest.mark.parametrize("dtype, moves", [(int, False), (np.float32, True)])
@pytest.mark.parametrize("function", ["linspace", "logspace", "geomspace"])
def test_values_that_are_cut_to_ints_have_no_derivative(function, dtype, moves):
    f = program(f"np.{function}(1.0, b, 3, dtype=k)", "b, k")
    for example in (None, (3.5, dtype)):
        back = st.vjp(f, example=example)(3.5, dtype, np.ones(3))
        forth = st.jvp(f, example=example)(3.5, dtype, 1.0)[1]
        assert (back != 0) == moves and np.any(forth != 0) == moves
        np.testing.assert_allclose(np.sum(forth), back, rtol=1e-5)
