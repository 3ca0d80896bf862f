"""Values in loops and writes: ints, float32, complex numbers, arrays without axes or entries, NaN,
and the branch that the program took."""

from __future__ import annotations

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

A = np.array


# ---------------------------------------------------------------- arrays without axes


def test_an_array_without_axes_is_written_and_read_in_a_loop():
    def f(x):
        y = np.zeros(())
        for k in range(3):
            y[...] = y + x**k
            y[()] *= x
        return y

    check(f, A(2.0))


def test_all_of_an_array_without_axes_is_replaced():
    def f(x):
        y = np.zeros(())
        y[...] = x * 2
        z = y[...] * x
        y[()] = y * x + z
        return y

    check(f, A(2.0))


# ---------------------------------------------------------------- complex numbers


def test_entries_of_a_real_array_get_real_gradients_of_complex_loops():
    def f(x):
        z = np.zeros(3, dtype=complex)
        for i in range(3):
            z[i] = x[i] * np.exp(1j * x[i])
        return np.abs(np.sum(z))

    check(f, A([1.0, 2.0, 3.0]))


def test_items_of_a_real_array_get_real_gradients_of_complex_sums():
    def f(x):
        s = 0.0
        for v in x:
            s = s + v * np.exp(1j * v)
        return np.abs(s)

    check(f, A([1.0, 2.0, 3.0]))
    check(f, [1.0, 2.0, 3.0])


def test_slices_of_a_real_array_get_real_gradients_of_complex_sums():
    def f(x, w):
        s = 0.0
        for i in range(2):
            s = s + np.sum(x[i:] * np.exp(w * x[i] + 1j * x[i]))
        return np.abs(s)

    check(f, A([1.0, 2.0, 3.0]), 0.1 + 0.2j)


def test_a_radix_two_fft_is_written_in_place():
    def f(z):
        n = len(z)
        x = z[np.array([0, 2, 1, 3])]
        m = 2
        while m <= n:
            w = np.exp(-2j * np.pi / m)
            for k in range(0, n, m):
                t = 1.0
                for j in range(m // 2):
                    u, v = x[k + j], t * x[k + j + m // 2]
                    x[k + j] = u + v
                    x[k + j + m // 2] = u - v
                    t = t * w
            m *= 2
        return np.sum(np.abs(x) ** 2 * np.arange(n))

    check(f, A([1 + 2j, 2 - 1j, 3j, 0.5]))


def test_power_iteration_of_a_complex_matrix():
    def f(a, v):
        for _ in range(5):
            v = a @ v
            v = v / np.sqrt(np.sum(np.abs(v) ** 2))
        return np.real(np.conj(v) @ a @ v)

    check(f, A([[2 + 0j, 1j], [-1j, 3]]), A([1 + 0j, 1]))


def test_an_escape_time_loop_of_a_complex_number():
    def f(c):
        z = 0
        n = 0
        while abs(z) < 2 and n < 6:
            z = z * z + c
            n += 1
        return abs(z)

    check(f, 0.3 + 0.2j)


# ---------------------------------------------------------------- what an index array takes


def test_what_an_index_array_took_is_a_copy_that_is_written_alone():
    def f(x):
        v = x[np.array([0, 2, 1])]
        for i in range(3):
            v[i] *= i + 2.0
        w = x[[0, 1]]
        w[0] *= 3
        m = x > 1.5
        u = x[m]
        u[0] *= 4
        return v.sum() * x[1] + w.sum() * u.sum()

    check(f, A([1.0, 2.0, 3.0]))


def test_a_write_into_what_may_be_a_row_or_a_copy_is_right_or_raises():
    def f(x, i):
        v = x[i]
        for k in range(3):
            v[k] *= 2
        return v.sum() * x.sum()

    x = A([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    check(f, x, 1, wrt=(0,))
    with pytest.raises(TypeError, match="it is a copy"):
        st.grad(f)(A([1.0, 2.0, 3.0]), A([0, 2, 1]))
    check(f, A([1.0, 2.0, 3.0]), A([0, 2, 1]), wrt=(0,), examples=(True,))


# ---------------------------------------------------------------- ints and float32


def test_what_an_array_of_ints_truncates_has_no_derivative():
    def f(x):
        y = np.zeros(3, dtype=int)
        z = np.arange(3)
        for i in range(3):
            y[i] = x[i] * 2.5
            z[i] = x[i]
        return y.sum() * x[0] + (z * x).sum()

    check(f, A([1.3, 2.2, 3.1]))


def test_a_buffer_of_unknown_ints_that_would_truncate_raises():
    def f(x, y):
        z = np.zeros_like(y)
        for i in range(3):
            z[i] = x[i] * 2.5
        return (z * x).sum()

    x = A([1.3, 2.2, 3.1])
    check(f, x, np.ones(3))
    check(f, x, [1.0, 2.0, 3.0], wrt=(0,))
    check(f, x, A([1, 2, 3]), wrt=(0,), examples=(True,))
    with pytest.raises(TypeError, match="an array of int64, which cuts their fractions off"):
        st.grad(f)(x, A([1, 2, 3]))
    with pytest.raises(TypeError, match="an array of int64, which cuts their fractions off"):
        st.jvp(f)(x, A([1, 2, 3]), x)


def test_a_buffer_in_a_list_that_would_truncate_raises():
    def f(x, buffers):
        buffers = [b.copy() for b in buffers]
        for k in range(2):
            buffers[k][1] = x[k] * 2.5
        return sum((b * x).sum() for b in buffers)

    x = A([1.3, 2.2, 3.1])
    check(f, x, [np.ones(3), np.ones(3)], wrt=(0,))
    check(f, x, [A([1, 2, 3]), A([3, 2, 1])], wrt=(0,), examples=(True,))
    with pytest.raises(TypeError, match="an array of int64, which cuts their fractions off"):
        st.grad(f)(x, [A([1, 2, 3]), A([3, 2, 1])])


def test_a_buffer_of_a_function_that_calls_itself_is_checked_like_any_other():
    def f(x, y):
        def go(y, k):
            if k == 3:
                return (y * x).sum()
            z = y.copy()
            z[k] = x[k] * 2.5
            return go(z, k + 1) + (z * x).sum()

        return go(y, 0)

    x = A([1.3, 2.2, 3.1])
    check(f, x, np.ones(3), wrt=(0,))
    for derivative in (st.grad(f), lambda *args: st.jvp(f)(*args, x)):
        with pytest.raises(TypeError, match="an array of int64, which cuts their fractions off"):
            derivative(x, A([1, 2, 3]))


def test_lists_and_dicts_that_active_values_are_stored_into_need_no_floats():
    def f(x, xs, d):
        for i in range(3):
            xs[i] = x[i] ** 2
            d["a"] = d["a"] + x[i] * xs[i]
        return sum(xs) * d["a"]

    check(f, A([1.3, 2.2, 3.1]), [1, 2, 3], {"a": 1}, wrt=(0,))


def test_ints_are_differentiated_as_floats_in_loops():
    def f(x, w):
        s, ys = 0, []
        for v in x:
            ys.append(w * v * v)
            s += v * ys[-1]
        return s

    for example in (None, (A([1, 2, 3]), 2)):
        value, (dx, dw) = st.value_and_grad(f, (0, 1), example=example)(A([1, 2, 3]), 2)
        assert value == 72
        assert dx.dtype == np.float64
        np.testing.assert_allclose(dx, [6, 24, 54])
        assert dw == 36.0


def recurrent(x, w):
    h = np.zeros(len(x), dtype=x.dtype)
    for i in range(1, len(x)):
        h[i] = np.tanh(w * h[i - 1] + x[i])
    return np.sum(h**2)


def summed(x, w):
    s = 0.0
    for v in x:
        s += w * v * v
    return s


def listed(x, w):
    ys = []
    for v in x:
        ys.append(np.sin(w * v))  # noqa: PERF401
    s = ys[0]
    for y in ys[1:]:
        s = s * y
    return s


def branching(x, w):
    s = 0
    for i in range(len(x)):
        if x[i] > 0:
            s += w * x[i] ** 3
        else:
            s -= np.exp(x[i])
    return s


@pytest.mark.parametrize("f", [recurrent, summed, listed, branching])
@pytest.mark.parametrize("optimize", [True, False])
@pytest.mark.parametrize("example", [True, False])
def test_float32_stays_float32_through_loops_and_histories(f, optimize, example):
    x, w = A([0.5, 1.5, -0.7], np.float32), np.float32(0.5)
    options = {"optimize": optimize, "example": (x, w) if example else None}
    value, (dx, dw) = st.value_and_grad(f, (0, 1), **options)(x, w)
    _, tangent = st.jvp(f, (0, 1), **options)(x, w, np.ones_like(x), w)
    second = st.hvp(f, **options)(x, w, np.ones_like(x))
    assert {np.asarray(v).dtype for v in (value, dx, dw, tangent, second)} == {np.dtype("f4")}
    want = st.grad(f)(x.astype(float), 0.5)
    np.testing.assert_allclose(dx, want, rtol=1e-4, atol=1e-5)


# ---------------------------------------------------------------- branches and ties


def test_nan_goes_the_way_the_program_went():
    def f(x):
        s = 0.0
        for v in x:
            if not (v < 0):
                s += v * 2
            else:
                s += v * 5
        return s

    np.testing.assert_array_equal(st.grad(f)(A([np.nan, -1.0, 1.0])), [2, 5, 2])


def test_loops_of_no_rounds_and_empty_arrays():
    def f(x, w, n):
        ys = []
        for v in x[3:]:
            ys.append(v)  # noqa: PERF402
        s = w
        for y in ys:
            s += y
        for i in range(n):
            s = s * x[i]
        return s * w

    check(f, A([1.0, 2.0, 3.0]), 2.0, 0, wrt=(0, 1))
    check(f, np.zeros(0), 2.0, 0, wrt=(0, 1))


# ---------------------------------------------------------------- names that are bound later


def test_a_name_that_a_later_round_reads_under_a_flag_has_no_value_in_the_first():
    def f(x):
        s, found = 0.0, False
        for i in range(4):
            if found:
                y = y * np.sin(x[i])  # noqa: F821
                s = s + y * y
            elif x[i] > 0.0:
                y = np.exp(x[i])
                found = True
        return s

    check(f, A([-0.5, 0.3, 0.7, 0.2]))
    close = st.jacobian(f)(A([-0.5, 0.3, 0.7, 0.2]))
    np.testing.assert_allclose(close, st.grad(f)(A([-0.5, 0.3, 0.7, 0.2])))


def test_a_name_of_the_round_before_is_read_in_all_rounds_but_the_first():
    def f(x):
        s = 0.0
        for i in range(4):
            if i > 0:
                for j in range(2):
                    s = s + np.sin(before * x[j]) * x[i]  # noqa: F821
            before = np.exp(x[i]) * x[i]  # noqa: F841
        return s

    check(f, A([-0.5, 0.3, 0.7, 0.2]))


def test_a_buffer_that_is_made_under_a_flag_is_written_in_later_rounds():
    def f(x):
        s, started = 0.0, False
        for i in range(4):
            if started:
                y[i % 2] = y[1 - i % 2] * np.sin(x[i])  # noqa: F821
                s = s + np.sum(y * y)  # noqa: F821
            if x[i] > 0.0 and not started:
                y = np.zeros(2) + x[i]  # noqa: F841
                started = True
        return s

    check(f, A([-0.5, 0.3, 0.7, 0.2]))


def test_a_loop_variable_is_reused_with_another_shape_in_rounds_of_a_loop():
    def f(x):
        s = 0.0
        for i in range(2):
            for v in x:
                v = v * x[i]
                s = s + np.sum(v * v)
            s = s + np.sum(v)
            for v in x[0]:
                v = np.sin(v) * v
                s = s + v * v
            s = s * v
        return s

    check(f, A([[0.5, 0.3, 0.2], [0.7, 0.2, 0.9]]))
