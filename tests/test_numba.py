"""The printed derivatives of loops compile under Numba, with `example=`, and agree.

What does not compile is listed in the README: nested tuples of recursion, lists of tuples as
parameters, sums with `keepdims`, `np.add.at`.
"""

import copy

import numpy as np
import pytest

import srctransform as st

from .benchmarks.contestants import jitted
from .benchmarks.workloads import with_loops
from .corpus import CASES

numba = pytest.importorskip("numba")

X = np.array([0.5, 0.9, 1.4, 0.3, 0.8])


def settle(x, a):
    s = 0.0
    while x > 1.0:
        if x > 4.0:
            x = x / a
            s = s + x * x
        else:
            x = 0.7 * x
            s = s + np.sin(x)
    return s * x


def sweep(u, c, steps):
    u = u.copy()
    n = len(u)
    for t in range(steps):
        for i in range(1, n - 1):
            u[i] = 0.5 * u[i] + c * u[i - 1] * u[i + 1]
    return np.sum(u**2)


def search(x, y):
    s = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            t = x[i] * y[j]
            if t < 0.0:
                continue
            s += np.sqrt(t + 1.0)
            if s > 6.0:
                return s * t
        if x[i] > 2.5:
            break
        s *= 1.1
    return s


def huber(r, k):
    if np.abs(r) <= k:
        return 0.5 * r**2
    a = np.abs(r)
    return k * (a - 0.5 * k)


def energy(x, w):
    e = 0.0
    for i in range(len(x)):
        z = w * x[i]
        e += z * np.sin(z)
    return e


def powers(x, exponents):
    total = 0.0
    for k in range(len(x)):
        total += x[k] ** exponents[k]
    return total


def largest(x, w):
    total = 0.0
    for k in range(3):
        x = np.tanh(w * x)
        total += np.max(x)
    return total


PROGRAMS = [
    (settle, (9.0, 1.6)), (sweep, (X, 0.1, 2)), (search, (2.0 * X, 1.5 * X)),
    (huber, (0.5, 1.0)), (energy, (X, 0.4)), (powers, (X, np.arange(5))), (largest, (X, 0.9)),
]  # fmt: skip

#: those of the corpus that compile in about a second each
FROM_CORPUS = (
    "horner", "continued_fraction", "soft_dtw", "garch_loglik", "newton_root", "kepler_radius",
)  # fmt: skip


def agree(f, wrt, args, mode="grad"):
    made = getattr(st, mode)(f, wrt, example=args)
    want = made(*copy.deepcopy(args))
    got = jitted(numba, made)(*copy.deepcopy(args))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def floats(args):
    return tuple(k for k, a in enumerate(args) if np.asarray(a).dtype.kind == "f")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_loops_branches_and_writes_compile(f, args):
    agree(f, floats(args), args)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("work", with_loops(tiny=True), ids=lambda work: work.name)
def test_workloads_compile(work):
    agree(work.function, work.wrt, work.args)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FROM_CORPUS)
def test_published_programs_compile(name):
    case = next(case for case in CASES if case.name == name)
    agree(case.function, case.wrt, case.args, case.mode)
