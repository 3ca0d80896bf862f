"""The benchmarks' gradients are right, and long functions go through; nothing is timed here."""

import numpy as np
import pytest

import srctransform as st

from .benchmarks.contestants import BY_HAND, REFUSED, as_arrays, gradients
from .benchmarks.generated import SCALE, array_code, chain, formula
from .benchmarks.loops import grad_cholesky
from .benchmarks.memory import peak
from .benchmarks.report import memory_table
from .benchmarks.workloads import AUTOGRAD, single_rules, with_loops, workloads

WORKLOADS = {w.name: w for w in workloads(tiny=True)}
LOOPS = [w.name for w in with_loops(tiny=True)]

#: what is refused, by workload; a row goes away when its gradient is made
REFUSED_TODAY: dict[str, set[str]] = {}


@pytest.mark.parametrize("name", WORKLOADS)
def test_gradients_agree(name):
    work = WORKLOADS[name]
    calls = gradients(work, libraries=(AUTOGRAD,))
    want = as_arrays(calls[BY_HAND]())
    assert len(calls) == 3 + (AUTOGRAD in work.given)
    refused = {contestant for contestant, call in calls.items() if call == REFUSED}
    assert refused == REFUSED_TODAY.get(name, set())
    for contestant, call in calls.items():
        if call == REFUSED:
            continue
        for got, right in zip(as_arrays(call()), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12, err_msg=contestant)


@pytest.mark.parametrize("name", LOOPS)
def test_adjoints_by_hand_agree_with_finite_differences(name):
    work = WORKLOADS[name]
    rng = np.random.default_rng(2)
    step = 1e-6
    for k, gradient in zip(work.wrt, as_arrays(work.by_hand(*work.args)), strict=True):
        direction = rng.standard_normal(np.shape(work.args[k]))
        ahead, behind = (
            work.function(*work.args[:k], work.args[k] + h * direction, *work.args[k + 1 :])
            for h in (step, -step)
        )
        want = (ahead - behind) / (2.0 * step)
        np.testing.assert_allclose(np.sum(gradient * direction), want, rtol=1e-6)


def test_the_gradient_of_log_det_is_the_inverse():
    A = WORKLOADS["cholesky"].args[0]
    inverse = np.linalg.inv(A)
    want = np.tril(2.0 * inverse) - np.diag(np.diag(inverse))  # only the lower triangle is read
    np.testing.assert_allclose(grad_cholesky(A), want, rtol=1e-10, atol=1e-14)


def test_peak_memory_counts_what_is_held_at_a_time():
    one, two = peak(lambda: np.ones(100_000)), peak(lambda: (np.ones(100_000), np.ones(100_000)))
    assert 800_000 <= one < 810_000
    assert 1_600_000 <= two < 1_610_000


def test_the_table_of_memory_has_a_row_a_workload():
    some = LOOPS[:2]
    table = memory_table([WORKLOADS[name] for name in some])
    assert [line.split()[1] for line in table.splitlines()[4:]] == some


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


@pytest.mark.parametrize("work", single_rules(), ids=lambda work: work.name)
def test_gradients_of_single_rules_agree(work):
    calls = gradients(work, libraries=(AUTOGRAD,))
    want = as_arrays(calls[BY_HAND]())
    for contestant, call in calls.items():
        for got, right in zip(as_arrays(call()), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-8, atol=1e-10, err_msg=contestant)
