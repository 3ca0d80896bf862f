"""Writes into arrays: every form of them, both modes, generic and with `example=`.

@program(X)                       checked with X as the argument
@program(X, generic="no axes")    without example= it is refused, in these words
@program(X, refused="text")       refused in any case
"""

from __future__ import annotations

import copy

import numpy as np
import pytest

import srctransform as st

from .checking import check

X = np.array([0.7, -0.4, 1.3, 0.2, 0.9])
Y = np.array([0.3, 1.1, -0.6, 0.8, 0.5])
A = np.array([[0.4, -1.2, 0.7], [1.5, 0.3, -0.8], [0.6, 0.9, 1.1]])
B = np.array([[1.1, 0.2, -0.5], [0.3, -0.9, 0.8]])
S = 0.6

PROGRAMS: dict[str, tuple] = {}


def program(*args, generic="", refused="", **options):
    """Note a function, what it is checked with, and how it is refused."""

    def note(fn):
        assert fn.__name__ not in PROGRAMS
        PROGRAMS[fn.__name__] = (fn, args, generic or refused, refused, options)
        return fn

    return note


# ---------------------------------------------------------------- x[i] = e and its family


@program(X, S)
def element(x, a):
    y = np.zeros(5)
    y[2] = a * x[1]
    y[-1] = a
    return y * x


@program(X, S)
def element_of_a_parameter(x, a):
    x[1] = a * x[0]
    return x * x


@program(X, S)
def element_read_overwritten_and_read(x, a):
    y = x.copy()
    b = y[1]
    y[1] = a * b
    c = y[1]
    y[1] = b * c
    return y * b


@program(X, S)
def element_added_to(x, a):
    x[1] += a * x[2]
    x[1] += x[1] * a
    return x * x


@program(X, S)
def element_subtracted_from(x, a):
    x[0] -= a * x[2] * x[0]
    return x * x


@program(X, S)
def element_multiplied(x, a):
    x[3] *= a
    x[3] *= x[0]
    return x * x


@program(X, S)
def element_divided(x, a):
    x[3] /= a + x[3] ** 2
    return x * x


@program(X, S)
def element_floor_divided(x, a):
    x[3] //= 0.3
    return x * a


@program(X, S)
def element_modulo(x, a):
    x[2] %= a
    return x * x


@program(X, S)
def element_raised(x, a):
    x[0] **= a
    x[2] **= 3
    return x * x


@program(A, B)
def rows_matrix_multiplied(x, w):
    x[:2] @= x
    return w @ x


@program(X, Y)
def slice_stored(x, y):
    z = np.zeros(5)
    z[1:4] = x[:3] * y[2:]
    return z * x


@program(X, Y)
def slice_with_a_step(x, y):
    z = x * y
    z[::2] = y[:3] * x[2]
    z[-1:0:-2] += x[1:3]
    return z * z


@program(X, Y)
def slice_backwards(x, y):
    z = np.empty(5)
    z[::-1] = x * y
    z[3:1:-1] *= x[:2]
    return z * y


@program(X, Y)
def negative_slices(x, y):
    x[-3:-1] = y[:2] * x[1]
    x[:-3] -= y[-2:]
    return x * y


@program(X, Y)
def empty_slice(x, y):
    x[3:3] = y[1:1]
    x[4:2] += 1.0
    return x * y


@program(X, 2)
def slices_by_variables(x, n):
    y = x.copy()
    y[:n] = x[n : n + n] * 2.0
    y[n:] *= x[n]
    return y


@program(X, Y)
def mask_of_itself(x, y):
    x[x < 0.5] = 0.0
    x[x > 1.0] *= y[0]
    return x * y


@program(X, Y)
def mask_stored_with_values(x, y):
    m = x > 0.3
    z = np.zeros(5)
    z[m] = x[m] * y[m]
    z[~m] = y[~m] ** 2
    return z * x


@program(X, Y)
def mask_added(x, y):
    m = y > 0.4
    x[m] += y[m] * x[m]
    x[m] -= 0.5
    x[~m] /= y[~m]
    return x


@program(A, S)
def mask_of_a_matrix(a, s):
    a[a < 0.0] = s
    a[a > 1.0] **= 2
    return a * s


@program(A, X)
def mask_of_rows(a, x):
    rows = np.array([True, False, True])
    a[rows] = x[:3]
    a[rows, 1] *= x[3]
    return a * a


@program(A, X)
def mask_of_columns(a, x):
    cols = np.array([True, False, True])
    a[:, cols] += x[:2]
    return a * a


@program(X, Y)
def integers_stored_last_wins(x, y):
    i = np.array([0, 3, 0, 3, 1])
    x[i] = y * y
    return x * y


@program(X, Y)
def integers_added_count_once(x, y):
    i = np.array([0, 3, 0, 3, 1])
    x[i] += y * x
    return x * y


@program(X, Y)
def integers_subtracted_count_once(x, y):
    i = [2, 2, 1]
    x[i] -= y[:3] * x[0]
    return x * y


@program(X, Y)
def integers_multiplied_count_once(x, y):
    i = np.array([1, 4, 1])
    x[i] *= y[:3]
    return x * x


@program(X, S)
def integers_added_a_number(x, s):
    i = np.array([1, 1, 2])
    x[i] += s
    return x * x


@program(X, Y, np.array([1, 4, 1, 0, 1]))
def integers_of_a_parameter(x, y, i):
    x[i] += y * y
    x[i] = x[::-1] * y
    return x * y


@program(X, Y, np.array([1, 4, 1, 0, 1]))
def integers_in_a_loop(x, y, i):
    for t in range(3):
        x[i] += y * x
        y[i] = x * t
    return x * y


@program(X, Y)
def all_counted(x, y):
    i = np.array([0, 3, 0, 3, 1])
    np.add.at(x, i, y * y)
    return x * y


@program(X, Y)
def all_counted_down(x, y):
    z = np.zeros(5)
    np.subtract.at(z, [0, 3, 0, 3, 1], y * x)
    return z * z


@program(X, Y)
def all_counted_by_a_number(x, y):
    np.add.at(x, np.array([1, 1, 1]), y[0])
    np.add.at(x, 2, y[1])
    return x * y


@program(A, X)
def all_counted_in_rows(a, x):
    np.add.at(a, (np.array([0, 1, 0]), np.array([2, 1, 2])), x[:3] * x[0])
    np.add.at(a, [1, 1], a[:2])
    return a * a


@program(X, Y)
def multiplied_at(x, y):
    np.multiply.at(x, np.array([0, 2]), y[:2])
    return x * y


@program(A, S)
def several_axes(a, s):
    a[0, 1] = s * a[1, 0]
    a[1, 2] += a[0, 1]
    a[2, -1] *= a[0, 1]
    return a * a


@program(A, X)
def rows_and_columns(a, x):
    a[1] = x[:3]
    a[:, 2] += x[2:] * a[:, 0]
    a[0, 1:] *= x[0]
    a[..., 0] -= x[:3]
    return a * a


@program(A, X)
def mixed_axes(a, x):
    i = np.array([0, 2, 0])
    a[i, 1] = x[:3]
    a[i, ::2] += x[:2]
    a[1:, [0, 0, 2]] *= x[1:4]
    return a * a


@program(A, X)
def new_axes(a, x):
    a[None, 0] *= x[1]
    a[:, None] += x[:3]
    return a * a


@program(A, X)
def index_tuple(a, x):
    i = (1, 2)
    a[i] = x[0] * x[1]
    a[(slice(None), 0)] = x[:3]
    return a * a


@program(A)
def diagonal_by_indices(a):
    i = np.arange(3)
    a[i, i] += a[0, :]
    return a * a


@program(X, Y)
def everything(x, y):
    z = np.empty_like(x)
    z[...] = x * y
    z[...] *= x
    z[:] = z * z
    return z


@program(A, X)
def stored_value_broadcast(a, x):
    a[...] = x[:3]
    a[1:] = x[0] * x[1]
    a[:, 1:] += x[2:4]
    a[:, :2] *= x[:3][:, None]
    return a * a


@program(A, X)
def stored_value_of_more_axes(a, x):
    a[0] = x[:3].reshape(1, 3)
    return a * a


@program(X)
def stored_list(x):
    z = np.zeros(3)
    z[:] = [x[0], x[1] * x[2], 2.0]
    z[:2] += [x[3], x[4]]
    return z * z


@program(X, S)
def chained(x, s):
    y = np.zeros(5)
    x[1] = y[2] = b = s * x[0]
    return x * y + b


@program(X, Y)
def entries_swapped(x, y):
    x[0], x[3] = x[3], x[0]
    x[1], y[1] = y[1] * x[0], x[1]
    return x * y


@program(A, A[::-1].copy())
def rows_swapped(a, b):
    a[[0, 2]] = a[[2, 0]]
    b[[0, 1], [1, 2]] = a[[1, 0], [1, 1]]
    return a * b


@program(X, Y)
def overlapping(x, y):
    x[1:] += x[:-1]
    x[:-1] = x[1:] * y[:4]
    x[:] = x[::-1] * y
    x[::-1] += x
    return x * y


@program(A)
def overlapping_transposed(a):
    a += a.T
    a[:] = a.T * a
    a[1:] -= a[:2] * a[1:]
    return a


@program(X, 3)
def counted(x, n):
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i] * y[i - 1] + x[i + 1]
        y[i] += y[i - 1]
        y[i] *= x[0]
    return y


@program(X)
def recurrence_in_place(x):
    for i in range(1, len(x)):
        x[i] += 0.5 * x[i - 1] * x[i]
    return x


@program(A)
def triangle(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k] + 3.0
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return a


@program(X)
def conditional_writes(x):
    y = np.zeros(5)
    for i in range(5):
        if x[i] > 0.3:
            y[i] = x[i] ** 2
        elif x[i] > 0:
            y[i] -= x[i]
        else:
            x[i] *= 2.0
    return x * y


@program(X, S)
def write_under_a_condition(x, s):
    if s > 0.5:
        x[0] = s
    else:
        x[1] *= s
    return x * x


@program(X, S, generic="may be the same object")
def write_in_a_conditional_expression(x, s):
    x[0] = x[1] if s > 0.5 else s
    x[2] = x[1] and s
    return x * x


@program(X, S)
def write_in_while(x, s):
    k = 0
    while x[0] < 3.0 and k < 10:
        x[0] += s * x[0] ** 2
        x[k % 5] *= 1.1
        k += 1
    return x * s


# ---------------------------------------------------------------- names


@program(X, Y)
def array_name_added_to(x, y):
    z = x * y
    z += x
    z -= y * z
    z *= x
    z /= 2.0 + y * y
    z **= 2
    return z


@program(X, Y)
def parameter_added_to(x, y):
    x += y
    x *= x
    y -= x
    return x * y


@program(S, 0.3)
def number_added_to(a, b):
    a += b
    a *= a
    b -= a
    b /= 2.0
    b **= 2
    return a * b


@program(S, X)
def number_grows_to_an_array(a, x):
    a += x
    a *= x
    return a


@program(np.array(0.7), X)
def array_without_axes(a, x):
    a += x[0]
    a *= a
    return a * x


@program(X)
def made_array_without_axes(x):
    s = np.zeros(())
    s += x[0] * x[1]
    s *= x[2]
    return s * x


@program(A, B)
def matrix_multiplied_in_place(a, b):
    b @= a
    a @= a
    return b @ a


@program(X, Y)
def sum_in_a_loop(x, y):
    z = np.zeros(5)
    for t in range(3):
        z += x * z + y
    return z


@program(X)
def number_in_a_loop(x):
    s = 0.0
    for v in x:
        s += v * v
        s *= 0.9
    return s


@program(X)
def a_row_that_is_a_number(x):
    s = x[0]
    s += x[1]
    s *= s
    return s * x


@program(A)
def modulo_and_floor_of_names(a):
    b = a * 2.0
    b %= 0.71
    c = a + b + 0.05
    c //= 0.31
    return a * b + c


# ---------------------------------------------------------------- types of entries


@program(X.astype(np.float32), Y.astype(np.float32), tol=2e-2, step=1e-2)
def single_precision(x, y):
    z = np.zeros(5, dtype=np.float32)
    z[1:] = x[:-1] * y[1:]
    z[0] += x[0]
    z *= 2.0
    return z * x


@program(X, Y)
def single_precision_stores_rounded(x, y):
    z = np.zeros(5, dtype=np.float32)
    z[:] = 3
    z[0] = 1.0
    return x * y * z


@program(X)
def integers_are_truncated(x):
    z = np.zeros(5, dtype=int)
    z[0] = x[0] * 3.0
    z[1] = 7
    return x * z


@program(X)
def integer_array_of_constants(x):
    z = np.array([1, 2, 3, 4, 5])
    z[2] = x[2] * 4.0
    return x * z


@program(X, np.array([1, 2, 3, 4, 5]))
def integer_parameter_is_written(x, z):
    z[1] = x[0] * 5.0
    z += 1
    return x * z


@program(X)
def integer_full(x):
    z = np.full(5, 2)
    z[0] = x[0]
    z[1] += 3
    return x * z


@program(X)
def integer_like(x):
    z = np.zeros_like(np.arange(5))
    z[:] = x * 4.0
    return x * z


@program(X)
def bool_buffer(x):
    seen = np.zeros(5, dtype=bool)
    s = 0.0
    for i in [1, 3, 1]:
        if not seen[i]:
            seen[i] = True
            s += x[i] ** 2
    return s * x


@program(X)
def complex_buffer(x):
    z = np.zeros(5, dtype=complex)
    z[1:] = x[1:] * 1j
    z[0] += x[0]
    z *= z
    return np.real(z) + np.imag(z) * x


@program(X)
def integer_counter(x):
    n = np.zeros(3, dtype=int)
    s = 0.0
    for i in range(5):
        n[i % 3] += 1
        s += x[i] * n[i % 3]
    return s * n


# ---------------------------------------------------------------- what makes arrays


@program(X, A)
def made_by_all_makers(x, a):
    z = np.zeros_like(x)
    e = np.empty_like(a)
    f = np.full((3,), x[0])
    o = np.ones((2, 2))
    c = np.copy(x)
    r = np.array(a)
    g = np.full_like(x, x[1])
    k = np.ones_like(a)
    z[1] = x[0]
    e[:] = a * x[0]
    f[1] *= x[2]
    o[0, 1] = x[3]
    c[0] += x[1]
    r[0] = x[:3]
    g[2] = z[1]
    k[1] *= a[1]
    return [z, e * k, f, o @ o, c * g, r, x, a]


@program(X)
def array_of_a_list(x):
    z = np.array([x[0], x[1], 0.0])
    z[2] = z[0] * z[1]
    return z * z


@program(X)
def results_are_written(x):
    y = np.sin(x)
    y[0] = x[1]
    z = np.cumsum(y)
    z[1:] *= y[:-1]
    w = np.where(x > 0, x, 0.0)
    w[3] += z[0]
    return z * w


@program(X)
def range_is_written(x):
    t = np.arange(5.0)
    t[2] = x[0]
    u = np.linspace(0.0, 1.0, 5)
    u += x
    e = np.eye(2)
    e[0, 1] = x[1]
    return t * u * e[0, 1]


# ---------------------------------------------------------------- out=, where=, functions that write


@program(X, Y)
def out_of_a_ufunc(x, y):
    z = np.empty(5)
    np.multiply(x, y, out=z)
    np.sin(z, z)
    np.add(z, x, out=x)
    return z * x


@program(X, Y)
def out_is_returned(x, y):
    z = np.zeros(5)
    w = np.exp(x, out=z)
    z[0] = y[0]
    return w * y


@program(X, Y)
def out_in_a_tuple(x, y):
    z = np.empty(5)
    np.multiply(x, y, out=(z,))
    return z * z


@program(X, Y)
def out_of_a_slice(x, y):
    z = np.zeros(6)
    np.multiply(x, y, out=z[1:])
    np.add(z[:-1], x, out=z[1:])
    return z * z


@program(X, Y)
def out_where(x, y):
    z = np.ones(5)
    np.divide(x, y, out=z, where=y > 0.0)
    return z * x


@program(A, X)
def out_of_reductions(a, x):
    s = np.empty(3)
    np.sum(a, axis=0, out=s)
    m = np.zeros(3)
    a.max(axis=1, out=m)
    d = np.zeros((3, 3))
    np.dot(a, a, out=d)
    c = np.empty((3, 3))
    np.cumsum(a, axis=1, out=c)
    return [s * m, d * a, c * c, x]


@program(A, B)
def out_of_matmul(a, b):
    c = np.zeros((2, 3))
    np.matmul(b, a, out=c)
    np.matmul(c, a, out=b)
    return b * c


@program(X, Y)
def out_of_clip_and_maximum(x, y):
    np.clip(x, -0.2, 0.8, out=x)
    np.maximum(x, y, out=y)
    return x * y


@program(X, Y)
def out_in_a_loop(x, y):
    z = np.empty(5)
    for _ in range(3):
        np.multiply(x, y, out=z)
        np.add(x, z, out=x)
    return x * z


@program(X, S)
def filled(x, s):
    x.fill(s * x[0])
    z = np.empty((2, 3))
    z.fill(s)
    return x * np.sum(z)


@program(X, A)
def sorted_in_place(x, a):
    x.sort()
    a.sort(axis=0)
    return [x * np.arange(5.0), a * a[0]]


@program(A, X)
def sorted_row(a, x):
    a[1].sort()
    x[1:4].sort()
    return [a * np.arange(3.0), x * np.arange(5.0)]


@program(X, Y)
def copied_to(x, y):
    z = np.empty(5)
    np.copyto(z, x * y)
    np.copyto(x, y, where=y > 0.4)
    np.copyto(z[1:3], x[0])
    return z * x


@program(A, S)
def diagonal_filled(a, s):
    np.fill_diagonal(a, s * a[0, 1])
    return a * a


@program(A, X)
def diagonal_filled_with_an_array(a, x):
    np.fill_diagonal(a, x[:3])
    return a * a


@program(B, S)
def wide_diagonal_filled(b, s):
    np.fill_diagonal(b, s)
    return b * b


@program(A, B)
def put_along_an_axis(a, b):
    i = np.argsort(b, axis=1)
    np.put_along_axis(a[:2], i, b * b, axis=1)
    return a * a


@program(A)
def put_at_the_maximum(a):
    i = np.argmax(a, axis=1)[:, None]
    np.put_along_axis(a, i, a[:, :1] * 2.0, axis=1)
    return a * a


@program(X, Y)
def put_into_a_vector(x, y):
    np.put(x, [0, 3], y[:2])
    x.put([1], y[2])
    return x * y


@program(A, X)
def put_into_a_matrix(a, x):
    np.put(a, [0, 4, 8], x[:3])
    return a * a


@program(X, Y)
def place_and_putmask(x, y):
    np.place(x, x > 0.8, y[0])
    np.putmask(y, y < 0.4, 0.25)
    return x * y


@program(X, Y)
def putmask_with_an_array(x, y):
    np.putmask(x, x > 0.5, y)
    return x * y


@program(X, Y)
def read_only_diagonal(x, y):
    a = np.outer(x, y)
    d = np.diagonal(a)
    a[0, 0] = 2.0 * x[1]
    return d * x


# ---------------------------------------------------------------- the caller's arrays


@program(X, Y)
def parameter_written_and_not_returned(x, y):
    x[0] = y[0]
    y[:] = 0.0
    return 1.0


@program(X, Y)
def parameter_overwritten_before_it_is_read(x, y):
    x[:] = y * y
    return x * 2.0


def scale_rows(a, x):
    for i in range(a.shape[0]):
        a[i] *= x[i]


def axpy(s, x, y):
    y += s * x


def relax(u, i, s):
    u[i] += s * (u[i - 1] - u[i])


@program(A, X)
def helper_writes(a, x):
    scale_rows(a, x)
    scale_rows(a[1:], x[2:])
    return a * a


@program(X, Y)
def helper_adds(x, y):
    axpy(2.0, x, y)
    axpy(x[0], y, x)
    axpy(0.5, x[:2], y[3:])
    return x * y


@program(X, S)
def helper_in_a_loop(x, s):
    for i in range(1, 5):
        relax(x, i, s)
    return x


def filled_with(z, value):
    z[:] = value
    return z


@program(X, S)
def helper_returns_what_it_writes(x, s):
    y = filled_with(x[1:3], s)
    y *= 2.0
    return x * x


#: what is still wrong without `example=`
KNOWN = {
    "integer_parameter_is_written": "floats are truncated by an array that may be of integers",
    "complex_buffer": "a cotangent that may be complex is added to the entries of a real one",
}


@pytest.mark.parametrize("example", [False, True], ids=["generic", "example"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_write(name, example):
    fn, args, *refusals, options = PROGRAMS[name]
    if name in KNOWN and not example:
        pytest.xfail(KNOWN[name])
    refusal = refusals[example]
    if refusal:
        with pytest.raises((st.UnsupportedError, TypeError), match=refusal):
            check(fn, *args, examples=(example,), **options)
    else:
        check(fn, *args, examples=(example,), **options)


@pytest.mark.parametrize("name", ["overlapping", "mask_of_itself", "parameter_added_to"])
def test_value_is_that_of_the_function(name):
    fn, args, *_ = PROGRAMS[name]

    def total(x, y):
        return np.sum(fn(x, y))

    value, _ = st.value_and_grad(total)(*args)
    assert value == total(*copy.deepcopy(args))
