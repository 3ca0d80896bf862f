"""Calls as scientists write them: each program is checked in both modes.

@program(X, 3)
def a_function_is_chosen_at_run_time(x, n):
    table = {1: np.sin, 3: np.cos}
    return table[n](x)
"""

import functools
import math
import runpy
from functools import lru_cache, partial, reduce, wraps

import numpy as np
import pytest

import srctransform as st
from srctransform.pipeline import Options, derive
from tests.checking import check

X = np.array([0.3, -0.7, 1.1])
Y = np.array([0.9, 0.4])
M = np.arange(6.0).reshape(2, 3) / 5 - 0.4
RATE = 0.3

PROGRAMS = {}


def program(*args, **options):
    """Register a function to be checked at these arguments."""

    def register(f):
        PROGRAMS[f.__name__] = (f, args, options)
        return f

    return register


# ---------------------------------------------------------------- arguments


def affine(x, w=1.5, b=0.0, *, power=1):
    return (w * x + b) ** power


@program(X, Y)
def keyword_and_default_arguments(x, w):
    return affine(x, b=w[0]) + affine(x, w[1], power=2) + affine(b=x[0], x=w[0], w=x[1])


def total_of(*terms, scale=1.0, **named):
    s = 0.0
    for t in terms:
        s = s + np.sum(t) * scale
    for key, value in named.items():
        s = s + value * len(key)
    return s


@program(X, Y)
def starred_parameters(x, w):
    return total_of(x, w, x[0], scale=w[0], a=x[1], bb=x[2] ** 2)


@program(X, Y)
def starred_arguments(x, w):
    rest = (x[1] * 2, w[0])
    named = {"scale": x[0], "abc": w[1]}
    return total_of(x, *rest, **named)


@program(X, 1.5, 0.5)
def active_defaults_of_the_function_itself(x, w=2.0, b=0.1):
    return np.tanh(w * x + b)


@program(X)
def a_default_that_is_active_where_it_is_bound(x):
    def shifted(t, by=x[0] ** 2):
        return t * by

    return shifted(x[1]) + shifted(x[2], by=3.0)


@program(X, Y)
def several_results(x, w):
    def stats(v):
        m = np.mean(v)
        return m, np.mean((v - m) ** 2)

    m, v = stats(x)
    k, _ = stats(w)
    return m * v + k


# ---------------------------------------------------------------- functions as values


@program(X)
def map_of_a_function(x):
    return sum(map(lambda v: v**2, x)) + sum(list(map(math.sin, [x[0], x[1]])))


@program(X)
def reduce_with_and_without_a_start(x):
    a = functools.reduce(lambda p, q: p * q + 0.1, [x[0], x[1], x[2]])
    return a + reduce(lambda p, q: p * 0.5 + q**2, x, 1.0)


def newton(fn, slope, t, n):
    for _ in range(n):
        t = t - fn(t) / slope(t)
    return t


@program(1.7, 6)
def a_callback_closes_over_an_active_variable(a, n):
    return newton(lambda t: t**2 - a, lambda t: 2 * t, 1.0, n)


def rk4(rhs, y, t, h):
    k1 = rhs(y, t)
    k2 = rhs(y + h / 2 * k1, t + h / 2)
    k3 = rhs(y + h / 2 * k2, t + h / 2)
    k4 = rhs(y + h * k3, t + h)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@program(X, Y, 4)
def a_right_hand_side_is_passed_to_a_stepper(y, p, n):
    def rhs(y, t):
        return np.array([p[0] * y[1], -p[1] * y[0] + t, y[2] * y[0]])

    for k in range(n):
        y = rk4(rhs, y, 0.1 * k, 0.1)
    return y


@program(X, 2)
def a_function_is_chosen_by_a_branch(x, n):
    if n > 1:
        g = np.sin
    else:
        g = np.cos
    return g(x) + (np.exp if n == 2 else np.tanh)(x)


@program(X, 2)
def a_closure_is_chosen_by_a_branch(x, n):
    if x[0] > 0:
        g = lambda t: t * x[1]  # noqa: E731
    else:
        g = lambda t: t + x[2]  # noqa: E731
    return g(x[0]) * n


def relu(t):
    return np.maximum(t, 0.0)


ACTIVATIONS = {"relu": relu, "tanh": np.tanh, "square": lambda t: t**2}


@program(X, "tanh")
def a_function_of_a_global_dict_is_chosen_at_run_time(x, kind):
    return ACTIVATIONS[kind](x) * x


@program(X, "relu")
def a_function_of_a_local_dict_is_chosen_at_run_time(x, kind):
    table = {"relu": relu, "tanh": np.tanh, "scaled": lambda t: t * x[0]}
    return table[kind](x)


@program(X, ["relu", "tanh", "square"])
def functions_are_chosen_in_a_loop(x, kinds):
    for kind in kinds:
        x = ACTIVATIONS[kind](x)
    return x


@program(X, 1)
def a_function_of_a_list_is_chosen_at_run_time(x, n):
    layers = [np.sin, np.cos, lambda t: t * x[0]]
    return layers[n](x) + layers[-1](x)


@program(X)
def functions_of_a_list_are_gone_through(x):
    for layer in [np.sin, lambda t: t * 2.0, relu, math.exp and np.exp]:
        x = layer(x)
    return x


@program(X, "cos")
def get_of_a_table_of_functions(x, kind):
    return {"sin": np.sin, "cos": np.cos}.get(kind, np.tanh)(x)


@program(X)
def functions_in_tuples_are_unpacked(x):
    pairs = [(np.sin, np.cos), (np.exp, np.tanh)]
    s = 0.0
    for f, g in pairs:
        s = s + f(g(x))
    return s


# ---------------------------------------------------------------- closures


def scaled_by(w):
    def apply(t):
        return w * t

    return apply


def composed(*fns):
    def run(t):
        for fn in fns:
            t = fn(t)
        return t

    return run


@program(X, Y)
def functions_that_return_functions(x, w):
    f = scaled_by(w[0])
    g = scaled_by(f(w[1]))
    return g(x) + composed(np.sin, f, g)(x)


@program(X)
def a_closure_sees_the_newest_value(x):
    s = x[0]

    def g(t):
        return t * s

    a = g(x[1])
    s = s**2
    return a + g(x[2])


@program(X)
def closures_in_closures(x):
    def outer(a):
        def inner(b):
            return a * b * x[0]

        return inner(a) + inner(x[1])

    return outer(x[2])


@program(X, Y)
def partial_with_active_values(x, w):
    f = partial(affine, w=w[0], power=2)
    g = functools.partial(affine, x[0])
    return f(x) + g(b=w[1])


@program(X)
def partial_of_a_partial(x):
    f = partial(partial(affine, b=x[0]), w=x[1])
    return f(x)


@functools.cache
def weight(k):
    return 1.0 / (1 + k)


@lru_cache
def cached(x, k):
    return np.sin(x) * k


@program(X, 3)
def cached_functions(x, n):
    s = 0.0
    for k in range(n):
        s += weight(k) * x[k] ** 2
    return s + cached(x[0], 2)


def doubled(fn):
    @wraps(fn)
    def wrapper(*args, **kwargs):
        return 2.0 * fn(*args, **kwargs)

    return wrapper


def times(k):
    def decorate(fn):
        def wrapper(x):
            return k * fn(x)

        return wrapper

    return decorate


@doubled
def decorated(x, w=1.0):
    return np.sin(x) * w


@times(3.0)
@doubled
def twice_decorated(x):
    return x**2


@program(X)
def decorated_functions(x):
    return decorated(x, w=x[0]) + twice_decorated(x)


@program(X)
@doubled
def the_function_itself_is_decorated(x):
    return np.cos(x) * RATE


@program(X)
def a_global_is_read(x):
    return RATE * x + np.sum(M @ x)


def test_a_helper_sees_the_names_of_its_own_module():
    from tests.modules import function_of

    helper = function_of("import numpy as np\nRATE = 5.0\n\ndef helper(x):\n"
                         "    return RATE * np.sin(x) + other(x)\n\n"
                         "def other(x):\n    return x * RATE\n", "helper")  # fmt: skip

    def f(x):
        return helper(x) * RATE

    check(f, X)


def test_a_function_that_numba_compiles_is_read_through_py_func():
    class Dispatcher:
        """What `numba.njit` returns, as far as it matters here."""

        def __init__(self, py_func):
            self.py_func = py_func

        def __call__(self, *args):
            return self.py_func(*args)

    compiled = Dispatcher(relu)

    def f(x):
        return compiled(x) * x

    check(f, X)


# ---------------------------------------------------------------- builtins


@program(X, 2)
def builtins_of_numbers(x, n):
    a = abs(x[0]) + abs(x)[1] + pow(x[2], 2) + pow(x[2], n)
    b = max(x[0], x[1]) * min(x[0], x[2], 0.9) + sum([x[0], x[1]], 1.0)
    c = float(x[0]) * int(2.7) + round(2.6) * x[1] + bool(n) * x[2]
    return a * b + c


@program(2.3, 1.1)
def divmod_and_remainder(x, y):
    q, r = divmod(x, y)
    return r * q + x % y + x // y


@program(X)
def isinstance_and_type(x):
    if isinstance(x, np.ndarray):
        return np.sum(x**2)
    return x


@program(X)
def range_len_enumerate_reversed(x):
    s = 0.0
    for i in range(len(x) - 1, -1, -1):
        s = s * x[i] + i
    for i, v in enumerate(reversed(x), start=1):
        s += i * v**2
    for k, (a, b) in enumerate(zip(x, x[1:], strict=False)):
        s += k * a * b
    return s


@program(X)
def max_and_min_of_arrays(x):
    return max(x) * 2.0 + min(x) + sum(x) + max(v * v for v in x)


@program(X)
def max_with_a_key_and_a_default(x):
    return max([x[0], x[1], x[2]], key=abs) * min(x, key=lambda v: (v - 0.2) ** 2)


@program(X, 3)
def slice_and_bool(x, n):
    s = slice(1, n)
    return x[s] * 2.0 + (bool(n) and x[0])


# ---------------------------------------------------------------- recursion


def power(x, n):
    if n == 0:
        return 1.0
    half = power(x, n // 2)
    return half * half * x if n % 2 else half * half


@program(1.3, 5)
def recursion_on_a_number(x, n):
    return power(x, n) + power(x, 2)


def is_even(x, n):
    return x if n == 0 else is_odd(x * 1.1, n - 1)


def is_odd(x, n):
    return x**2 if n == 0 else is_even(np.sin(x), n - 1)


@program(0.7, 5)
def mutual_recursion(x, n):
    return is_even(x, n) * is_odd(x, n - 1)


def tree_sum(x, lo, hi):
    if hi - lo == 1:
        return x[lo] ** 2
    mid = (lo + hi) // 2
    return tree_sum(x, lo, mid) * 0.5 + np.sin(tree_sum(x, mid, hi))


@program(X)
def recursion_with_array_arguments(x):
    return tree_sum(x, 0, len(x))


def fft(x):
    n = len(x)
    if n == 1:
        return x
    even, odd = fft(x[::2]), fft(x[1::2])
    k = np.arange(n // 2)
    t = np.cos(2 * np.pi * k / n) * odd
    return np.concatenate([even + t, even - t])


@program(np.array([0.3, -0.7, 1.1, 0.2]))
def recursion_that_halves_an_array(x):
    return fft(x)


def flat_sum(tree):
    if isinstance(tree, list):
        s = 0.0
        for part in tree:
            s += flat_sum(part)
        return s
    return tree**2


@program([0.5, 1.5, -0.3], 2)
def recursion_over_a_list(xs, k):
    def total(items, n):
        if n == 0:
            return 0.0
        return items[n - 1] ** 2 * k + total(items, n - 1)

    return total(xs, len(xs))


def fill(x, k):
    if k == 0:
        return
    x[k - 1] = x[k] * x[k - 1]
    fill(x, k - 1)


@program(X)
def recursion_that_writes_in_place(x):
    y = x * 1.0
    fill(y, 2)
    return y


@program(X, 3)
def recursion_in_a_loop(x, n):
    s = 0.0
    for i in range(n):
        s += power(x[i], i)
    return s


@program(0.8, 4)
def a_nested_function_calls_itself(x, n):
    def fact(k):
        if k == 0:
            return 1.0
        return fact(k - 1) * k * 0.3

    def horner(k):
        return 0.5 if k == 0 else horner(k - 1) * x + k

    return fact(n) * horner(n) * x


@program(0.8, 4)
def nested_functions_call_each_other(x, n):
    def up(k):
        return x if k == 0 else down(k - 1) * x

    def down(k):
        return 1.0 if k == 0 else up(k - 1) + x

    return up(n)


@program(0.8, 3)
def a_lambda_calls_itself(x, n):
    go = lambda k: 1.0 if k == 0 else x * go(k - 1)  # noqa: E731
    return go(n)


def ackermann_like(x, n):
    total = x
    for k in range(n):
        total = total + ackermann_like(x * 0.5, k) * x
    return total


@program(0.7, 3)
def recursion_with_a_loop_inside(x, n):
    return ackermann_like(x, n)


def adaptive(f, a, b, tol):
    m = 0.5 * (a + b)
    one = (b - a) * f(m)
    two = 0.5 * (b - a) * (f(0.5 * (a + m)) + f(0.5 * (m + b)))
    if abs(one - two) < tol:
        return two
    return adaptive(f, a, m, tol) + adaptive(f, m, b, tol)


@program(0.5, 1.3)
def adaptive_quadrature(w, b):
    return adaptive(lambda t: np.exp(w * t) * t, 0.0, b, 1e-3)


def appended(xs, x, n):
    if n == 0:
        return xs
    xs.append(xs[-1] * x)
    return appended(xs, x, n - 1)


@program(0.7, 3)
def recursion_that_grows_a_list(x, n):
    return sum(appended([x], x, n))


def powers_of(x, k):
    if k == 0:
        return x[0] * x[1], x * 2.0
    one, two = powers_of(x, k - 1)
    return one + np.sum(two * x), two * x[k]


@program(X)
def the_caller_reads_only_a_part_of_what_recursion_gives(x):
    return powers_of(x, 2)[0]


def filled(x, y, k):
    if k == 3:
        return np.sum(y * y)
    y[k] = x[k] * 3.0
    return filled(x, y, k + 1)


@program(X, wrt=(0,))
def recursion_writes_into_a_buffer_that_its_caller_reads_no_more(x):
    return filled(x, np.ones(3) * 2.0, 0)


@program(X)
def a_gradient_inside_of_the_program(x):
    def energy(q):
        return np.sum(q**4) + q[0] * q[1]

    g = st.grad(energy)
    return x - 0.1 * g(x)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    f, args, options = PROGRAMS[name]
    check(f, *args, **({"tol": 1e-5} | options))


@pytest.mark.parametrize("mode", ["grad", "jvp"])
@pytest.mark.parametrize("optimize", [True, False])
def test_an_elif_chain_that_chooses_a_function_reads_nothing_out_of_its_scope(mode, optimize):
    def f(x, k):
        if k == 0:
            g = np.sin
        elif k == 1:
            g = np.cos
        else:
            g = np.exp
        return g(x) * x

    derive(f, Options(mode, wrt=("x",), optimize=optimize, check=True))
    for k in range(3):
        check(f, 0.5, k, wrt=(0,))


def sines(x, n):
    return 1.0 if n == 0 else np.sin(x) * sines(x, n - 1)


def test_the_backward_function_of_recursion_is_differentiated_where_nothing_was_saved(tmp_path):
    made = st.grad(sines, example=(0.7, 3))
    made.save(tmp_path / "saved.py")
    namespace = runpy.run_path(str(tmp_path / "saved.py"))
    want = st.hvp(sines)(0.7, 3, 1.0)
    for example in (None, (0.7, 3)):
        assert np.isclose(st.vjp(made, example=example)(0.7, 3, 1.0), want)
        again = st.vjp(namespace["grad_sines"], example=example)
        assert np.isclose(again(0.7, 3, 1.0), want)
