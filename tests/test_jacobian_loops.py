"""Jacobians of functions with loops, by columns and by rows: each row runs the loops again."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from srctransform.pipeline import Options, derive

X = np.array([0.9, 1.4, 0.7])


def repeated(x, n):
    for _ in range(n):
        x = np.sin(x) * x
    return x


def filled(x, n):
    y = np.zeros(n)
    y[0] = np.sum(x)
    for k in range(1, n):
        y[k] = np.sin(y[k - 1]) * x[0]
    return y


def branching(x, n):
    s = 0.0
    for k in range(n):
        if x[k] > 0.8:
            s += x[k] * s + np.sin(x[k])
    return s * x


def until_small(x, limit):
    s = x
    while np.sum(s) > 0.1 * limit:
        s = s * 0.5 * np.sin(x)
    return s


@pytest.mark.parametrize("f", [repeated, filled, branching, until_small])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("optimize", [True, False])
@pytest.mark.parametrize("example", [None, (X, 3)])
def test_a_jacobian_agrees_with_differences(f, direction, optimize, example):
    options = Options(
        "jacobian", direction, wrt=("x",), optimize=optimize, example=example, check=True
    )
    made, _ = derive(f, options)
    step = 1e-6
    want = [(f(X + step * e, 3) - f(X - step * e, 3)) / (2 * step) for e in np.eye(3)]
    assert_allclose(made(X, 3), np.stack(want, axis=-1), atol=1e-7)
