"""The benchmarks' gradients are right, and long functions go through; nothing is timed here."""

import numpy as np
import pytest

import srctransform as st

from .benchmarks.contestants import AUTOGRAD, BY_HAND, as_arrays, gradients
from .benchmarks.generated import SCALE, array_code, chain, formula
from .benchmarks.workloads import workloads

WORKLOADS = {w.name: w for w in workloads()}


@pytest.mark.parametrize("name", WORKLOADS)
def test_gradients_agree(name):
    calls = gradients(WORKLOADS[name], libraries=(AUTOGRAD,))
    want = as_arrays(calls[BY_HAND]())
    assert len(calls) == 4
    for contestant, call in calls.items():
        for got, right in zip(as_arrays(call()), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12, err_msg=contestant)


def test_a_chain_of_2000_diamonds_has_2_to_the_2000_paths():
    small = st.grad(chain(900))(1.0)
    assert small == SCALE * 2.0**900
    assert st.grad(chain(2000))(1.0) == SCALE * 2.0**1000 * 2.0**1000


@pytest.mark.parametrize("make", [formula, array_code])
def test_functions_of_2000_statements(make):
    f = make(2000)
    x, w = np.float64(0.3), np.float64(0.9)
    step = 1e-6
    want = (f(x + step, w) - f(x - step, w)) / (2 * step)
    for example in (None, (x, w)):
        np.testing.assert_allclose(st.grad(f, example=example)(x, w), want, rtol=1e-5, atol=1e-9)
