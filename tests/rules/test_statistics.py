"""cov, corrcoef, average: in every option."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(4)
X, Y = rng.standard_normal((3, 5)), rng.standard_normal((2, 5))
COUNTS, WEIGHTS = np.array([1, 2, 3, 1, 2]), rng.random(5) + 0.5
Z = X + 1j * rng.standard_normal((3, 5))


@pytest.mark.parametrize("options", ["", ", bias=True", ", ddof=0", ", rowvar=False"])
def test_cov(options):
    check(program(f"np.cov(x * x{options})"), X, second=options == "")


@pytest.mark.parametrize("name", ["cov", "corrcoef"])
def test_two_sets_of_variables(name):
    check(program(f"np.{name}(x, y)", "x, y"), X, Y)
    check(program(f"np.{name}(x, y, rowvar=False)", "x, y"), X.T, Y.T, second=False)
    check(program(f"np.{name}(x, y)", "x, y"), X[0], Y[0], second=False)
    check(program(f"np.{name}(x, y)", "x, y"), X, Y, wrt=(1,), second=False)


def test_cov_of_weighted_observations():
    for given in ("fweights=n", "aweights=w", "fweights=n, aweights=w, ddof=2"):
        check(program(f"np.cov(x, {given})", "x, n, w"), X, COUNTS, WEIGHTS, wrt=(0,),
              optimize=(True,), second=False)  # fmt: skip


def test_a_single_variable():
    check(lambda x: np.cov(x) * x, X[0])
    check(lambda x: np.cov(x) * x, X[:1])
    check(lambda x: np.cov(x, rowvar=False) * x, X[0])
    check(lambda x: np.corrcoef(x), X[:1], second=False)


@pytest.mark.parametrize("rowvar", [True, False])
def test_corrcoef(rowvar):
    check(program(f"np.corrcoef(np.sin(x), rowvar={rowvar})"), X)


@pytest.mark.parametrize("name", ["cov", "corrcoef"])
def test_complex_variables(name):
    check(program(f"np.{name}(z)", "z"), Z, optimize=(True,))
    check(program(f"np.{name}(z, x)", "z, x"), Z, Y, second=False, optimize=(True,))


@pytest.mark.parametrize("name", ["cov", "corrcoef"])
def test_float32(name):
    x = X.astype(np.float32)
    f = program(f"np.{name}(x)")
    for example in (None, (x,)):
        assert st.vjp(f, example=example)(x, np.ones((3, 3))).dtype == np.float32


def test_the_printed_code():
    source = st.vjp(lambda x: np.cov(x), example=(X,)).source
    assert "sum_to" not in source and "np.conj" not in source
