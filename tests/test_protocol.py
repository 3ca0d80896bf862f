"""What a derivative of a program with loops keeps of the program: effects happen once, names are
looked up when it runs, arguments stay, errors are the user's, and its text is a program again."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import pickle
import sys
import threading
import traceback

import cloudpickle
import numpy as np
import pytest

import srctransform as st

A = np.array
LOG: list[int] = []
SCALE = 2.0
TABLE = A([1.0, 2.0, 3.0])


def slope(f, x, step=1e-6):
    """The gradient by central differences."""
    rows = np.eye(x.size).reshape(x.size, *x.shape) * step
    return A([(f(x + d) - f(x - d)) / (2 * step) for d in rows]).reshape(x.shape)


# ---------------------------------------------------------------- effects


def logged(x):
    s = 0.0
    for i in range(len(x)):
        LOG.append(i)
        s += np.sin(x[i]) * s + x[i] ** 2
    return s


@pytest.mark.parametrize("optimize", [True, False])
def test_the_forward_part_runs_once(optimize):
    x, v = A([1.0, 2.0]), A([1.0, 1.0])
    calls = [
        lambda: st.grad(logged, optimize=optimize)(x),
        lambda: st.value_and_grad(logged, optimize=optimize)(x),
        lambda: st.jvp(logged, optimize=optimize)(x, v),
        lambda: st.hvp(logged, optimize=optimize)(x, v),
    ]
    for call in calls:
        LOG.clear()
        call()
        assert LOG == [0, 1]


def test_what_is_printed_is_printed_once():
    def f(x):
        s = 1.0
        for v in x:
            print("v", v)
            if v > 1.5:
                print("big")
                s *= v * np.exp(s * 0.1)
        return s

    x = A([1.0, 2.0])
    texts = []
    for g in (f, st.grad(f), st.grad(f, optimize=False)):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            g(x)
        texts.append(out.getvalue())
    assert texts == ["v 1.0\nv 2.0\nbig\n"] * 3


def test_random_numbers_of_a_loop_are_drawn_once():
    def f(x, rng):
        s = 0.0
        for i in range(3):
            n = rng.standard_normal()
            s = s * np.sin(n) + x[i] * n * s + x[i] * n
        return s

    x = A([1.0, 2.0, 3.0])
    used, rng = np.random.default_rng(0), np.random.default_rng(0)
    value, g = st.value_and_grad(f)(x, used)
    assert value == f(x, rng)
    assert used.random() == rng.random()
    np.testing.assert_allclose(g, slope(lambda y: f(y, np.random.default_rng(0)), x), rtol=1e-6)


# ---------------------------------------------------------------- names


def scaled_squares(x):
    s = 0.0
    for v in x:
        s += SCALE * v**2
    return s


def test_a_global_that_is_bound_anew_is_seen(monkeypatch):
    g = st.grad(scaled_squares)
    np.testing.assert_allclose(g(A([1.0, 2.0])), [4.0, 8.0])
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    np.testing.assert_allclose(g(A([1.0, 2.0])), [6.0, 12.0])


def test_a_closure_value_that_is_bound_anew_is_seen():
    k = 2.0

    def f(x):
        s = 0.0
        for v in x:
            s += k * v**2
        return s

    g = st.grad(f)
    np.testing.assert_allclose(g(A([1.0, 2.0])), [4.0, 8.0])
    k = 3.0
    np.testing.assert_allclose(g(A([1.0, 2.0])), [6.0, 12.0])


# ---------------------------------------------------------------- memory


def test_results_share_no_memory_with_arguments_globals_or_each_other():
    def f(x, y):
        for _ in range(2):
            z, x = x, x
        return (z, y, TABLE)

    x, y = A([1.0, 2.0, 3.0]), A([1.0, 1.0, 1.0])
    dout = (np.ones(3), np.ones(3), np.ones(3))
    dx, dy = st.vjp(f, (0, 1))(x, y, dout)
    assert not any(np.shares_memory(a, b) for a in (dx, dy) for b in (x, y, TABLE, *dout))
    assert not np.shares_memory(dx, dy)


def test_gradients_that_are_equal_are_arrays_of_their_own():
    def f(x, y):
        s = 0.0
        for i in range(3):
            s += x[i] + y[i]
        return s

    dx, dy = st.grad(f, (0, 1))(A([1.0, 2.0, 3.0]), A([1.0, 1.0, 1.0]))
    dx[:] = 7
    np.testing.assert_array_equal(dy, 1)


def test_arguments_that_the_function_writes_stay_as_they_were():
    def f(x, w):
        for i in range(1, 3):
            x[i] *= w * x[i - 1]
        return x.sum()

    x = A([1.0, 2.0, 3.0])
    x.flags.writeable = False
    g = st.grad(f, (0, 1))
    first, second = g(x, 2.0), g(x, 2.0)
    np.testing.assert_array_equal(x, [1, 2, 3])
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1]
    assert first[0].flags.writeable


def test_lists_that_the_function_changes_stay_as_they_were():
    def f(xs, w):
        xs.append(w)
        s = 0.0
        for v in xs:
            s += v * w
        xs[0] = 0.0
        return s

    xs = [1.0, 2.0]
    assert st.grad(f, (0, 1))(xs, 3.0) == ([3.0, 3.0], 9.0)
    assert xs == [1.0, 2.0]


# ---------------------------------------------------------------- errors


class Refused(Exception):
    """An exception of the user's."""


def raises_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0:
            raise Refused(f"negative at {i}")
        s += x[i] ** 0.5
    return s


def asserts_in_a_loop(x):
    s = 0.0
    for v in x:
        assert v < 5, "too big"
        s += v * v
    return s


def divides_by_zero(x):
    s = 1.0
    for i in range(3):
        s = s * x[0] + 1 / (len(x) - 1 + 0 * i)
    return s


def reads_behind_the_end(x):
    s = 0.0
    for i in range(2):
        s += x[i]
    return s


@pytest.mark.parametrize("options", [{}, {"optimize": False}, {"example": (A([1.0, 2.0]),)}])
@pytest.mark.parametrize(
    ("f", "wrong"),
    [
        (raises_in_a_loop, [1.0, -1.0]),
        (asserts_in_a_loop, [9.0]),
        (divides_by_zero, [1.0]),
        (reads_behind_the_end, [1.0]),
    ],
)
def test_errors_are_those_of_the_function_and_the_next_call_works(f, wrong, options):
    with pytest.raises(Exception) as want:  # noqa: PT011
        f(A(wrong))
    g = st.grad(f, **options)
    before = g(A([1.0, 2.0]))
    with pytest.raises(want.type) as got:
        g(A(wrong))
    first = str(want.value).splitlines()[0]  # pytest adds to the message of an assert
    assert str(got.value) == first
    np.testing.assert_array_equal(g(A([1.0, 2.0])), before)


def test_a_traceback_shows_the_line_of_the_derivative():
    g = st.grad(raises_in_a_loop)
    with pytest.raises(Refused) as found:
        g(A([-1.0]))
    assert 'raise Refused(f"negative at {i}")' in "".join(
        traceback.format_exception(found.value)
    ).replace("'", '"')


# ---------------------------------------------------------------- functions


def listed(x, n):
    s, ys = 0.0, []
    for i in range(n):
        ys.append(np.sin(x[i % 3]) * s)
        s += ys[-1] + x[i % 3]
    return s


def test_threads_do_not_disturb_each_other():
    g = st.grad(listed)
    points = [A([1.0, 2.0, 3.0]) * k for k in range(4)]
    want = [g(x, 50) for x in points]
    got = [[] for _ in points]

    def run(k):
        got[k] = [g(points[k], 50) for _ in range(20)]

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, values in enumerate(got):
        assert len(values) == 20
        for value in values:
            np.testing.assert_array_equal(value, want[k])


def test_a_gradient_is_pickled_and_shows_its_source():
    g = st.grad(raises_in_a_loop)
    x = A([1.0, 4.0])
    np.testing.assert_array_equal(pickle.loads(cloudpickle.dumps(g))(x), g(x))
    assert inspect.getsource(g).startswith("def grad_raises_in_a_loop(x):")


def test_ten_thousand_rounds():
    def f(x):
        s, i = x, 0
        while i < 10000:
            s = s * 0.999 + np.sin(s) * 0.001
            i += 1
        return s

    want = (f(0.5 + 1e-6) - f(0.5 - 1e-6)) / 2e-6
    np.testing.assert_allclose(st.grad(f)(0.5), want, rtol=1e-6)


def chained(x, n):
    if n == 0:
        return x
    return chained(np.sin(x) + x * 0.1, n - 1) * 0.999


def test_recursion_goes_as_deep_as_that_of_the_function():
    want = (chained(0.5 + 1e-6, 800) - chained(0.5 - 1e-6, 800)) / 2e-6
    np.testing.assert_allclose(st.grad(chained)(0.5, 800), want, rtol=1e-5, atol=1e-9)


def branching(x):
    h = np.zeros(len(x))
    for i in range(1, len(x)):
        if x[i] > 0.8:
            h[i] = np.tanh(x[i] * h[i - 1] + x[i - 1])
        else:
            h[i] = h[i - 1] * x[i] + x[i - 1]
    return np.sum(h**2)


def searching(x):
    s, n = x[0] * x[1], 0
    while s < 50:
        s = s * s + x[n % 3]
        n += 1
        if n > 4:
            break
    return s


def multiplied(x):
    ys = []
    for v in x:
        ys.append(np.sin(v))  # noqa: PERF401
    out = 1.0
    for y in ys:
        out = out * y + y
    return out


@pytest.mark.parametrize("f", [branching, searching, multiplied])
@pytest.mark.parametrize("options", [{}, {"optimize": False}, {"example": (A([1.1, 0.7, 1.3]),)}])
def test_a_saved_gradient_with_histories_is_differentiated_again(f, options, tmp_path, monkeypatch):
    x, v = A([1.1, 0.7, 1.3]), A([1.0, 2.0, 3.0])
    path = tmp_path / f"saved_{f.__name__}.py"
    st.grad(f, save=path, **options)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    saved = getattr(module, f"grad_{f.__name__}")
    np.testing.assert_allclose(saved(x), slope(f, x), rtol=1e-6)
    want = slope(lambda y: st.grad(f)(y) @ v, x)
    np.testing.assert_allclose(st.jvp(saved)(x, v)[1], want, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(st.vjp(saved)(x, v), want, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("f", [branching, searching, multiplied])
@pytest.mark.parametrize("options", [{}, {"optimize": False}, {"example": (A([1.1, 0.7, 1.3]),)}])
def test_every_mode_agrees_on_loops(f, options):
    x, v = A([1.1, 0.7, 1.3]), A([1.0, 2.0, 3.0])
    g = slope(f, x)
    h = A([slope(lambda y, k=k: st.grad(f)(y)[k], x) for k in range(3)])
    near = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(st.grad(f, **options)(x), g, **near)
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(st.jacobian(f, mode=mode, **options)(x), g, **near)
    np.testing.assert_allclose(st.hessian(f, **options)(x), h, **near)
    np.testing.assert_allclose(st.hvp(f, **options)(x, v), h @ v, **near)
    np.testing.assert_allclose(st.jvp(st.grad(f, **options))(x, v)[1], h @ v, **near)
    np.testing.assert_allclose(st.vjp(st.grad(f, **options))(x, v), h @ v, **near)


def test_gradients_inside_of_differentiated_functions():
    x = A([1.1, 0.7, 1.3])
    h = A([slope(lambda y, k=k: st.grad(branching)(y)[k], x) for k in range(3)])

    def along(x):
        return st.jvp(branching)(x, np.array([1.0, 2.0, 3.0]))[1]

    def norm(x):
        return np.sum(st.grad(branching)(x) ** 2)

    np.testing.assert_allclose(st.grad(along)(x), h @ [1.0, 2.0, 3.0], rtol=1e-5)
    np.testing.assert_allclose(st.grad(norm)(x), 2 * h @ slope(branching, x), rtol=1e-5)
