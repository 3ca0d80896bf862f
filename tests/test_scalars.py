"""What a run to the end proves of parameters: scalars, ranks, lists of numbers; and what it does
not prove. Each program is differentiated without an example, so these facts are all there is.
"""

from __future__ import annotations

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(4)


def recurrence(x, w):
    h = 0.0
    total = 0.0
    for i in range(len(x)):
        h = np.tanh(w * h + x[i])
        total += h * h
    return total


def body(fn) -> str:
    """The derivative without the helpers above it."""
    return fn.source[fn.source.index(f"def {fn.__name__}") :]


def numeric(f, args, k, eps=1e-6):
    """The gradient by the k-th argument, which is a list or an array of floats."""
    found = []
    for i in range(len(args[k])):
        steps = []
        for sign in (eps, -eps):
            moved = list(args)
            moved[k] = args[k].copy()
            moved[k][i] = moved[k][i] + sign
            steps.append(f(*moved))
        found.append((steps[0] - steps[1]) / (2 * eps))
    return found


# ---------------------------------------------------------------- what is proven


def test_a_scalar_result_proves_that_what_it_is_made_of_are_scalars():
    text = body(st.grad(recurrence, (0, 1)))
    assert "sum_to" not in text and "np.shape" not in text and "np.real" not in text
    assert "dx[i] += dz" in text


def test_a_shape_taken_apart_proves_the_rank_and_a_write_proves_its_value():
    def sweep(u, f):
        u = np.copy(u)
        n, m = u.shape
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i, j + 1] - f[i, j])
        return np.sum(u**2)

    text = body(st.grad(sweep, (0, 1)))
    assert "sum_to" not in text and "copy.copy" not in text and "append" not in text
    check(sweep, rng.standard_normal((4, 5)), rng.standard_normal((4, 5)))
    du, df = st.grad(sweep, (0, 1))(np.ones((4, 4)), {(i, j): 0.5 for i in (1, 2) for j in (1, 2)})
    assert du.shape == (4, 4) and df.keys() == {(1, 1), (1, 2), (2, 1), (2, 2)}


def test_a_factorisation_has_an_array_of_two_axes():
    def logdet(A):
        n = len(A)
        L = np.zeros_like(A)
        out = 0.0
        for j in range(n):
            s = A[j, j]
            for k in range(j):
                s -= L[j, k] ** 2
            L[j, j] = np.sqrt(s)
            out += 2.0 * np.log(L[j, j])
            for i in range(j + 1, n):
                s = A[i, j]
                for k in range(j):
                    s -= L[i, k] * L[j, k]
                L[i, j] = s / L[j, j]
        return out

    text = body(st.grad(logdet))
    for helper in ("sum_to", "np.shape", "element", "copy", "like(d"):
        assert helper not in text
    root = rng.standard_normal((4, 4))
    check(logdet, root @ root.T + 4 * np.eye(4))


@pytest.mark.parametrize(
    "x",
    [
        [0.1, -0.2, 0.3],
        [1, 2, 3],
        [np.float64(0.1), 2.0],
        [np.array(0.3), 0.1],
        np.array([0.1, -0.2, 0.3]),
        np.array([1, 2]),
    ],
    ids=repr,
)
def test_lists_and_arrays_of_numbers_have_one_text(x):
    dx, dw = st.grad(recurrence, (0, 1))(x, 0.9)
    assert isinstance(dx, type(x))
    floats = [float(v) for v in x]
    np.testing.assert_allclose(dx, numeric(recurrence, (floats, 0.9), 0), rtol=1e-6)
    by_w = (recurrence(x, 0.9 + 1e-6) - recurrence(x, 0.9 - 1e-6)) / 2e-6
    np.testing.assert_allclose(dw, by_w, rtol=1e-6)


def test_float32_stays():
    dx, dw = st.grad(recurrence, (0, 1))(np.ones(3, np.float32), np.float32(0.5))
    assert dx.dtype == dw.dtype == np.float32


def test_a_result_that_is_no_scalar_after_all_is_refused():
    for x, w in (
        (np.ones(2), np.ones(1)),
        (np.ones((2, 1)), 0.9),
        ([np.ones(2), 1.0], 0.9),
        ([1.0, 2.0], np.ones(3)),
        (np.ones(2) + 1j, 0.5),
    ):
        with pytest.raises(TypeError, match="grad needs a"):
            st.grad(recurrence, (0, 1))(x, w)


# ---------------------------------------------------------------- what is not proven


def test_no_rounds_prove_nothing():
    dx, dw = st.grad(recurrence, (0, 1))([], np.ones(3))
    assert dx == [] and np.array_equal(dw, np.zeros(3))

    def f(v, x):
        s = 0.0
        for i in range(len(x)):
            s = s + v * x[i]
        return s + np.mean(v) + np.sum(v**2)

    v = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(st.grad(f)(v, []), 1 / 3 + 2 * v)
    np.testing.assert_allclose(st.grad(f)(2.0, [3.0, 4.0]), 12.0)


def test_what_a_loop_without_rounds_would_prove_is_not_used_before_it():
    def f(p, x):
        a = np.sin(p)
        s = 0.0
        for i in range(len(x)):
            s = s + a * x[i]
        return s

    assert np.array_equal(st.grad(f)(np.ones(3), []), np.zeros(3))
    np.testing.assert_allclose(st.grad(f)(0.5, [2.0]), 2.0 * np.cos(0.5))


def test_the_last_round_proves_nothing_of_those_before():
    def f(x):
        h = 0.0
        for i in range(len(x)):
            h = 2.0 * x[i]
        return h

    dx = st.grad(f)([np.ones(3), 1.0])
    assert np.array_equal(dx[0], np.zeros(3)) and dx[1] == 2.0


def test_what_is_computed_for_a_round_that_never_comes_may_have_any_shape():
    def f(x, v):
        s, h = 0.0, v
        for i in range(len(x)):
            s = s + h
            h = h * x[i]
            s = s + np.sum(np.cos(x[i]))
        return s

    x, v = [1.5, 2.0, np.array([0.3, 0.4])], 0.7
    dx, dv = st.grad(f, (0, 1))(x, v)
    np.testing.assert_allclose(dv, 1 + 1.5 + 3.0)
    np.testing.assert_allclose(dx[0], 0.7 + 0.7 * 2.0 - np.sin(1.5))
    np.testing.assert_allclose(dx[1], 0.7 * 1.5 - np.sin(2.0))
    np.testing.assert_allclose(dx[2], -np.sin(x[2]))


def test_one_entry_of_a_list_says_nothing_of_the_others():
    def f(x):
        return x[0] * x[0] * np.sum(x[1] ** 2)

    dx = st.grad(f)([2.0, np.array([1.0, 3.0])])
    assert dx[0] == 40.0 and np.array_equal(dx[1], [8.0, 24.0])

    def by_row(x, w):
        s = 0.0
        for i in range(len(x)):
            s = s + np.sum(x[i] * w)
        return s + x[0][0]

    rows = rng.standard_normal((3, 2))
    check(by_row, rows, 0.7)
    check(by_row, rows, np.array([0.7, 0.2]))
    dx = st.grad(by_row)([np.ones(2), np.ones(1)], np.array([2.0, 3.0]))
    assert np.array_equal(dx[0], [3.0, 3.0]) and np.array_equal(dx[1], [5.0])


def test_an_alias_is_read_as_what_it_is():
    def f(x, flag):
        y = x if flag else [1.0]
        s = 0.0
        for i in range(1, len(x)):
            s = s + x[i] * x[i]
        return s + np.sum(y[0])

    dx = st.grad(f)([np.ones(2), 3.0], True)
    assert np.array_equal(dx[0], np.ones(2)) and dx[1] == 6.0


def test_an_axis_of_one_is_stretched_whatever_the_rank():
    def f(u, v):
        n, m = u.shape
        s = 0.0
        for i in range(n):
            for j in range(m):
                s = s + u[i, j] ** 2
        return s + np.sum(u * v)

    check(f, rng.standard_normal((1, 3)), rng.standard_normal((2, 3)))
    check(f, rng.standard_normal((2, 1)), rng.standard_normal((2, 3)))
    check(f, rng.standard_normal((2, 3)), 2.0)


def test_what_one_arm_proves_does_not_hold_in_the_other():
    def f(x, w, scalar):
        if scalar:
            s = w * x[0]
        else:
            s = np.sum(w * np.sin(w)) + np.mean(w)
        return s

    w = np.array([0.3, 0.4])
    expected = np.sin(w) + w * np.cos(w) + 0.5
    np.testing.assert_allclose(st.grad(f, 1)([1.0], w, False), expected)
    np.testing.assert_allclose(st.grad(f, 1)([3.0], 0.5, True), 3.0)
    dx = st.grad(f, 0)(np.ones((2, 2)), w, False)
    assert np.array_equal(dx, np.zeros((2, 2)))


def test_rows_of_an_array_are_no_entries():
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s = s + np.sum(x[i]) * x[i, 0]
        return s

    check(f, rng.standard_normal((3, 2)))
    check(f, rng.standard_normal((3, 1)))


def test_a_write_of_a_row_is_no_write_of_an_entry():
    def f(x, w):
        out = np.zeros((len(x), 2))
        for i in range(len(x)):
            out[i] = w * x[i]
        return np.sum(out**2)

    check(f, rng.standard_normal(3), 0.5)
    check(f, rng.standard_normal((3, 2)), 0.5)
    check(f, rng.standard_normal((3, 1)), np.array([0.5, 0.7]))


def test_writes_into_entries_prove_scalars_without_a_scalar_result():
    def f(x, w):
        out = np.zeros(len(x))
        for i in range(len(x)):
            out[i] = np.sin(w * x[i])
        return out

    text = body(st.vjp(f, (0, 1)))
    assert "sum_to" not in text
    pull = st.vjp(f, (0, 1))
    dx, dw = pull([0.1, 0.2], 2.0, np.ones(2))
    np.testing.assert_allclose(dx, 2 * np.cos([0.2, 0.4]))
    np.testing.assert_allclose(dw, 0.1 * np.cos(0.2) + 0.2 * np.cos(0.4))
    check(f, np.array([0.1, 0.2, 0.3]), 0.7)


def test_an_entry_of_a_list_that_is_real_says_nothing_of_the_others():
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s = s + np.abs(x[i])
        return s + x[1]

    dx = st.grad(f)([1.0 + 1.0j, 2.0])
    assert dx[0] == (1.0 - 1.0j) / np.sqrt(2.0) and dx[1] == 2.0

    def last(x):
        s, h = 0.0, 0.0
        for i in range(len(x)):
            s = s + np.abs(x[i])
            h = x[i] * 2.0
        return s + h

    dx = st.grad(last)([1.0 + 1.0j, 2.0])
    assert dx[0] == (1.0 - 1.0j) / np.sqrt(2.0) and dx[1] == 3.0
