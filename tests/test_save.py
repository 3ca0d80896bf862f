"""What derivatives record of the rounds of a loop, and what they compute again."""

import numpy as np
import pytest

from srctransform import pipeline
from srctransform.frontend.read import read
from srctransform.ir import prims
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import For, Let, While
from srctransform.ir.walk import statements

from .test_reverse_loops import energy, heat, nest, rnn, settle, sweep

X = np.linspace(0.3, 1.1, 5)


def gradient(f, *args, wrt):
    options = pipeline.Options(wrt=wrt, bare=False, example=args, check=True)
    return pipeline.derive_ir(read(f), options)


def count(function, *candidates):
    found = statements(function.block)
    return sum(isinstance(s, Let) and s.prim in candidates for s in found)


def loops(function):
    return [s for s in function.block.body if isinstance(s, For | While)]


def linear(x, w):
    s = 0.0
    for i in range(len(x)):
        s = s + w * x[i]
    return s


def square(x):
    s = 1.0
    for i in range(len(x)):
        t = x[i] * x[i]
        s = s * (t + 1.0)
    return s


def through_rows(A, v):
    for row in A:
        v = np.sin(v) + row
    return np.sum(v)


def conditions(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] > 0.5:
            s = s * 2.0
        if s > 3.0:
            s = s + x[i]
    return s


@pytest.mark.parametrize(
    ("f", "args", "wrt", "pushes"),
    [
        (heat, (X, 0.2, 3), ("u",), 0),  # linear
        (heat, (X, 0.2, 3), ("u", "kappa"), 1),  # lap
        (linear, (X, 0.7), ("x", "w"), 0),
        (energy, (X, 0.7), ("x", "w"), 0),  # rounds that know nothing of each other
        (rnn, (X, 0.7), ("x", "w"), 2),  # h before and behind: one history
        (settle, (9.3, 1.7), ("x", "a"), 2),  # x likewise, and no condition
        (sweep, (X, 0.3, 2), ("u", "c"), 1),  # what a write replaces, and not what is read
        (nest, (np.ones((2, 3)), X[:3]), ("A", "b"), 1),  # t, in one row at a time
        (square, (X,), ("x",), 1),  # s; t is computed again
        (through_rows, (np.ones((2, 3)), X[:3]), ("A", "v"), 1),
        (conditions, (X,), ("x",), 1),  # whether s > 3.0
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_what_is_recorded(f, args, wrt, pushes):
    made = gradient(f, *args, wrt=wrt)
    assert count(made, prims.push) == pushes
    assert count(made, prims.pop) == pushes


def test_independent_rounds_are_one_loop_in_the_users_order():
    made = gradient(energy, X, 0.7, wrt=("x", "w"))
    (loop,) = loops(made)
    (rounds,) = [s for s in made.block.body if isinstance(s, Let) and s.out is loop.iterable]
    assert rounds.prim is range and len(rounds.args) == 1


def test_an_entry_read_in_a_loop_costs_one_addition():
    made = gradient(rnn, X, 0.7, wrt=("x", "w"))
    inside = [s for loop in loops(made) for s in statements(loop.body) if isinstance(s, Let)]
    assert not any(s.prim in (np.zeros_like, np.zeros, np.copy) for s in inside)
    assert sum(s.prim is prims.accumulate for s in inside) == 1


def test_a_running_sum_is_not_carried_back():
    made = gradient(linear, X, 0.7, wrt=("x", "w"))
    (loop,) = loops(made)
    assert len(loop.outs) == 2  # dx and dw, and no ds


def test_the_derivative_runs_as_ir():
    made = gradient(settle, 9.3, 1.7, wrt=("x", "a"))
    dx, _ = evaluate(made, 9.3, 1.7)
    want = (settle(9.3 + 1e-6, 1.7) - settle(9.3 - 1e-6, 1.7)) / 2e-6
    assert abs(dx - want) < 1e-6 * abs(want)


def test_counters_of_the_user_are_used():
    def f(x, n):
        i = 0
        while i < n:
            x = np.sin(x) * i
            i += 1
        return x

    made = gradient(f, 0.3, 4, wrt=("x",))
    forward, backward = loops(made)
    assert len(forward.outs) == 2  # x and i
    assert len(backward.outs) == 1
