"""What is stored into a part of an array never stretches it; what else may."""

from __future__ import annotations

import numpy as np
import pytest

import srctransform as st
from tests.benchmarks.grids import burgers
from tests.checking import check

rng = np.random.default_rng(9)


def test_a_stencil_that_is_stored_back_is_summed_over_nothing():
    text = st.grad(burgers).source
    assert "sum_to" not in text and "np.shape(" not in text.split("def grad_burgers")[1]


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("shape", [(), (1,), (5,)], ids=str)
def test_factors_of_any_size_that_fits(shape, steps):
    u = rng.standard_normal(7)
    dt = 0.01 * (1.0 + rng.random(shape))
    check(lambda u, dt: burgers(u, dt, 0.1, 0.02, steps), u, dt)
    got = st.grad(burgers)(u, dt, 0.1, 0.02, steps)
    assert np.allclose(
        got, st.grad(burgers, example=(u, dt, 0.1, 0.02, steps))(u, dt, 0.1, 0.02, steps)
    )


def test_grids_of_more_axes():
    def f(u, a):
        u = np.copy(u)
        for _ in range(2):
            u[1:-1] = u[1:-1] + a * (u[2:] - u[:-2]) * u[1:-1]
        return np.sum(u**2)

    for a in (0.3, rng.random(3), rng.random((4, 1)), rng.random((1, 3)), rng.random((4, 3))):
        check(f, rng.standard_normal((6, 3)), a)


def test_the_fact_is_not_used_where_nothing_was_stored():
    def f(u, a, steps):
        v = np.copy(u)
        for _ in range(steps):
            v[1:-1] = v[1:-1] * a
        return np.sum(v[1:-1] * a) + np.mean(a * v[1:-1])

    u = rng.standard_normal(5)
    check(lambda u, a: f(u, a, 0), u, rng.random((4, 3)))
    check(lambda u, a: f(u, a, 0), u, rng.random((2, 1)))
    check(lambda u, a: f(u, a, 1), u, rng.random(3))
    a = rng.random((4, 3))
    assert st.grad(f, 0)(u, a, 0).shape == u.shape
    assert st.grad(f, 1)(u, a, 0).shape == a.shape


def test_axes_of_one_in_front_of_what_is_stored():
    def f(u, a):
        v = np.copy(u)
        w = v[1:-1] * a
        v[1:-1] = w
        return np.sum(v**2) + np.sum(w @ w.T)

    check(f, rng.standard_normal(5), rng.random((1, 1)))
    check(f, rng.standard_normal(5), rng.random((1, 3)))
    check(f, rng.standard_normal(5), rng.random(3))
