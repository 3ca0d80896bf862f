"""convolve and correlate: all modes, lengths and both factors."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(3)
LONG, SHORT = rng.standard_normal(6), rng.standard_normal(3)


@pytest.mark.parametrize("function", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", ["full", "same", "valid", ""])
def test_every_mode(function, mode):
    option = f", mode={mode!r}" if mode else ""
    f = program(f"np.{function}(a, v{option}) ** 2", "a, v")
    check(f, LONG, SHORT)
    check(f, SHORT, LONG, second=False)
    check(f, LONG, LONG[:2], second=False)
    check(f, LONG[:2], LONG, second=False)
    check(f, SHORT + 1j * LONG[3:], LONG - 2j * LONG[::-1], second=False)
    check(f, SHORT, LONG - 2j * LONG[::-1], second=False)


def test_the_mode_may_be_an_argument():
    check(lambda a, v, mode: np.convolve(a, v, mode) ** 2, LONG, SHORT, "same")
    check(lambda a, v, mode: np.correlate(a, v, mode) ** 2, SHORT, LONG, "same")


def test_numbers_are_vectors_of_one():
    check(lambda a, v: np.convolve(a, v) ** 2, LONG, 1.5)
    check(lambda a, v: np.convolve(a, v, "same") ** 2, np.array(1.5), LONG)


def test_single_precision_integers_strides_and_loops():
    for name in ("convolve", "correlate"):
        f = program(f"np.sum(np.{name}(a, v, 'same') ** 2)", "a, v")
        grads = st.grad(f, (0, 1))(LONG.astype(np.float32), SHORT.astype(np.float32))
        assert {g.dtype for g in grads} == {np.dtype(np.float32)}
        check(f, LONG[::-2], SHORT[::2], second=False)
        assert st.grad(f)(np.arange(4), np.arange(2)).dtype == np.float64

    def smooth(x, w):
        for _ in range(3):
            x = np.tanh(np.convolve(x, w, "same"))
        return x

    check(smooth, LONG, SHORT)


def test_what_is_printed():
    text = st.vjp(lambda a, v: np.convolve(a, v), (0, 1), example=(LONG, SHORT)).source
    assert 'da = np.convolve(dout, v[::-1], "valid")' in text
    assert 'dv = np.convolve(dout, a[::-1], "valid")' in text
