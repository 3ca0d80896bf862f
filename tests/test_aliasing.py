"""Several names of one array: views, aliases, helpers, containers, loops. Right, or refused.

Programs are noted as in `test_writes`. A refusal names both places where it can.
"""

from __future__ import annotations

from dataclasses import dataclass

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


# ---------------------------------------------------------------- writes through views


@program(X, Y)
def view_stored(x, y):
    v = x[1:-1]
    v[:] = y[:3] * x[0]
    return x * x


@program(X, Y)
def view_entry(x, y):
    v = x[1:-1]
    v[0] = y[0]
    v[-1] += y[1] * v[0]
    return x * x + v[1]


@program(X, Y)
def view_added_to(x, y):
    v = x[1:-1]
    v += y[:3]
    v *= y[2:]
    return x * x


@program(X, Y)
def view_read_after_the_base_was_written(x, y):
    v = x[1:-1]
    x[2] = y[0]
    w = v * 2.0
    x[...] = y
    return v * w


@program(X, Y)
def view_of_a_view(x, y):
    v = x[1:]
    w = v[::2]
    w[0] = y[0] * y[1]
    w *= y[:2]
    v[1] += w[1]
    return x * x


@program(A, X)
def row_view(a, x):
    r = a[1]
    r[:] = x[:3]
    r[0] *= x[4]
    return a * a


@program(A, X)
def row_then_entry(a, x):
    a[1][2] = x[0]
    a[0][1:] += x[2:4]
    a[-1][:] *= x[1]
    return a * a


@program(A, X)
def transposed_rows(a, x):
    a.T[1] = x[:3]
    a.T[0] += x[1]
    np.transpose(a)[2, 1:] *= x[3:]
    return a * a


@program(A, X, generic="a number is needed")
def transposed_name(a, x):
    t = a.T
    t[0, 1] = x[0]
    t += a
    return t @ a


@program(A, X)
def reshaped_view(a, x):
    c = a.copy()
    v = c.reshape(9)
    v[4] = x[0]
    v[5:7] *= x[:2]
    return c * a


@program(A, X)
def ravelled_view(a, x):
    c = np.zeros((3, 3))
    v = c.ravel()
    v[::4] = x[:3]
    return c * a


@program(A, X, refused="may be the same object")
def reshaped_parameter(a, x):
    v = a.reshape(-1)
    v[0] = x[0]
    return a * x[1]


@program(A, X)
def swapped_axes_view(a, x):
    v = np.swapaxes(a, 0, 1)
    v[1] = x[:3]
    return a * a


@program(A, X)
def new_axis_view(a, x):
    v = x[:3, None]
    v *= a[:, :1]
    return x * x[0]


@program(A, X)
def rows_of_a_loop(a, x):
    for row in a:
        row[:] = row * x[:3]
        row[0] += x[3]
    return a * a


@program(A, X, generic="a number is needed")
def rows_of_a_loop_added_to(a, x):
    for row in a:
        row += x[:3]
        row *= x[1]
    return a * a


@program(A, X, generic="a number is needed")
def rows_of_enumerate(a, x):
    for i, row in enumerate(a):
        row[i] = x[i]
        row *= x[i + 1]
    return a * a


@program(A, A[::-1].copy())
def rows_of_zip(a, b):
    for p, q in zip(a, b):
        p[:] = p * q
        q[0] = p[1]
    return a * b


@program(A, X, generic="a number is needed")
def rows_reversed(a, x):
    for row in reversed(a):
        row *= x[:3]
        row -= a[0]
    return a * a


@program(A, X, refused="may be the same object")
def rows_of_a_comprehension(a, x):
    rows = [row for row in a]
    rows[0][1] = x[0]
    rows[-1] *= x[1]
    return a * a


@program(A, X, generic="a number is needed")
def rows_unpacked(a, x):
    p, q, r = a
    q[:] = x[:3] * p
    r += q
    return a * a


@program(X, Y, refused="may be the same object")
def diagonal_view(x, y):
    a = np.outer(x, y)
    d = np.einsum("ii->i", a)
    d[:] = 1.0
    return a


@program(X, Y, refused="'a' may be the same object")
def flat_of_an_array(x, y):
    a = np.outer(x, y)
    a.flat[3] = x[0]
    return a


# ---------------------------------------------------------------- aliases


@program(X, Y)
def alias_written(x, y):
    z = x
    z[0] = y[1]
    return x * x


@program(X, Y)
def alias_read(x, y):
    z = x
    x[0] = y[1]
    x += y
    return z * y


@program(X, Y)
def alias_is_cut_by_arithmetic(x, y):
    z = x
    z = z + y
    z[0] = 1.0
    return x * z


@program(X, Y)
def alias_of_an_alias(x, y):
    p = q = x
    r = q
    p[0] = y[0]
    q[1] *= r[0]
    r += y
    return p * q * r


@program(X, S)
def conditional_alias_written(x, s):
    y = x if s > 0.5 else x.copy()
    y[0] = 3.0
    return y * s


@program(X, S, refused="may be the same object")
def conditional_alias_clashes(x, s):
    y = x if s > 0.5 else x.copy()
    y[0] = 3.0
    return x * y


@program(X, Y, S, refused="may be the same object")
def one_of_two_written(x, y, s):
    z = x if s > 0.5 else y
    z[0] = 3.0
    return x * y


@program(X, Y, S)
def one_of_two_written_and_only_it_read(x, y, s):
    z = x if s > 0.5 else y
    z[0] = 3.0
    z[1] *= s
    return z * z


@program(X, Y, S, refused="may be the same object")
def one_of_two_changed_behind_it(x, y, s):
    z = x if s > 0.5 else y
    x[0] = 3.0
    return z * y


@program(X, Y, S)
def copied_when_it_is_chosen(x, y, s):
    z = (x if s > 0.5 else y).copy()
    z[0] = 3.0
    return x * y * z


@program(X, S)
def asarray_is_the_same(x, s):
    y = np.asarray(x)
    y[0] = s
    return y * s


@program(X, S)
def array_is_a_copy(x, s):
    y = np.array(x)
    y[0] = s
    z = x.astype(float)
    z[1] = s
    return x * y * z


@program(X, Y)
def slice_is_a_view_fancy_is_a_copy(x, y):
    f = x[[0, 1, 2]]
    m = x[x > 0.5]
    v = x[:3]
    x[0] = 10.0 * y[0]
    f[1] = 2.0
    m[0] *= 3.0
    return f * v + np.sum(m)


@program(X, Y)
def element_is_no_view(x, y):
    a = x[1]
    x[1] = y[0]
    a += 1.0
    return x * a


@program(A, X)
def element_of_a_row(a, x):
    r = a[1]
    b = r[2]
    a[1, 2] = x[0]
    return a * b + r[2]


@program(X, Y)
def swapped_through_a_name(x, y):
    t = x[0]
    x[0] = x[1]
    x[1] = t
    u = x.copy()
    x[:] = y
    y[:] = u
    return x * x + y


@program(A, A[::-1].copy(), generic="a number is needed")
def rows_swapped_through_a_view_lose_one(a, b):
    t = a[0]
    a[0] = a[1]
    a[1] = t
    return a * b


@program(A, A[::-1].copy())
def rows_swapped_through_a_copy(a, b):
    t = a[0].copy()
    a[0] = a[1]
    a[1] = t
    return a * b


@program(A, A[::-1].copy(), generic="a number is needed")
def rows_swapped_at_once_lose_one(a, b):
    a[0], a[1] = a[1], a[0]
    return a * b


# ---------------------------------------------------------------- helpers


def add_into(target, value):
    target += value


def set_into(target, value):
    target[...] = value


def first_is_set(target, value):
    target[0] = value
    return target


def both(p, q):
    p[0] = q[1]
    q[0] *= p[0]
    return p[0] + q[0]


@program(A, X)
def helper_writes_into_a_view(a, x):
    set_into(a[1], x[:3])
    set_into(a[:, 0], x[1:4])
    set_into(a.T[2, 1:], x[0])
    return a * a


@program(A, X)
def helper_adds_to_a_view(a, x):
    add_into(a[1:], x[:3])
    return a * a


@program(X, Y)
def helper_returns_its_argument(x, y):
    z = first_is_set(x, y[0])
    z[1] = y[2]
    return x * z


@program(X, Y)
def one_array_as_two_arguments(x, y):
    s = both(x, x)
    t = both(x[1:], x[:-1])
    return x * s + t


@program(X, Y)
def closure_writes(x, y):
    z = np.zeros(5)

    def put(k, v):
        z[k] = v

    put(1, x[0])
    put(2, y[0] * z[1])
    return z * x


@program(X, Y)
def writers_in_a_list(x, y):
    for write in [set_into, first_is_set]:
        write(x, y[1])
    return x * y


@program(X, Y)
def helper_with_default_and_keyword(x, y):
    def scaled(u, by=2.0, out=None):
        if out is None:
            out = np.empty_like(u)
        out[:] = u * by
        return out

    a = scaled(x)
    scaled(y, by=x[0], out=a)
    return a * x


# ---------------------------------------------------------------- containers that hold arrays


@program(X, Y, generic="a number is needed")
def array_in_a_list_written(x, y):
    z = x * y
    items = [z, x]
    items[0][1] = y[0]
    items[1][2] *= y[1]
    items[0] += y
    return z * x + items[0]


@program(X, Y)
def array_in_a_tuple_written(x, y):
    pair = (x, y)
    pair[0][0] = y[3]
    pair[1][:2] *= x[0]
    return x * y


@program(X, Y)
def array_in_a_dict_written(x, y):
    state = {"u": x, "v": y * x}
    state["u"][0] = y[0]
    state["v"] += state["u"]
    state["w"] = state["v"]
    state["w"][1] = 5.0
    return x * state["v"]


@program(X, Y)
def name_changed_behind_the_list(x, y):
    items = [x, y]
    x[0] = 2.0 * y[1]
    return items[0] * items[1]


@program({"w": X, "b": Y})
def dict_parameter_written(p):
    p["w"][0] = p["b"][1]
    p["b"] *= p["w"]
    return p["w"] * p["b"]


@program([X, Y])
def list_parameter_written(ps):
    ps[0][1:] += ps[1][:-1]
    ps[1] = ps[0] * 2.0
    return ps[0] * ps[1]


@program((X, Y), refused="a part of a container is read|does not support item")
def tuple_parameter_written(ps):
    p, q = ps
    p[0] = q[0]
    q += p
    return p * q


@dataclass
class State:
    u: np.ndarray
    v: np.ndarray


class Grid:
    def __init__(self, u):
        self.u = u
        self.t = 0.0

    def step(self, f):
        self.u[1:] += f * self.u[:-1]
        self.t += f


@program(State(X, Y), generic="a number is needed")
def attributes_of_a_parameter_written(s):
    s.u[0] = s.v[1]
    s.v += s.u
    return s.u * s.v


@program(X, Y)
def attributes_of_an_object_written(x, y):
    s = State(x, y.copy())
    s.u[0] = y[1]
    s.v *= s.u
    s.u = s.v
    s.u[1] = 4.0
    return x * s.v


@program(X, S, refused="may be the same object")
def method_writes_into_the_argument(x, s):
    g = Grid(x)
    for _ in range(3):
        g.step(s)
    return x * g.u + g.t


@program(X, Y)
def list_that_grows_with_copies(x, y):
    hist = []
    u = x
    for k in range(3):
        u = u * y
        hist.append(u.copy())
        u[0] = y[k]
    return sum(hist) + u


@program(X, Y)
def list_of_buffers_made_in_a_loop(x, y):
    hist = []
    for k in range(3):
        z = np.zeros(5)
        z[k] = x[k] * y[k + 1]
        z[k + 1] += x[0]
        hist.append(z)
    return sum(hist) * x


@program(X, Y, refused="may be the same object")
def list_of_one_array_changed_later(x, y):
    hist = []
    u = x * y
    for k in range(3):
        u[k] = y[k] * u[k + 1]
        hist.append(u)
    return hist[0] + hist[2]


@program(X, Y, refused="may be the same object|a number is needed")
def list_of_one_array_added_to_later(x, y):
    hist = []
    u = x * y
    for _ in range(3):
        hist.append(u)
        u += y
    return hist[0] + hist[2]


@program(X, Y)
def list_of_new_arrays_in_each_round(x, y):
    hist = []
    u = x * y
    for _ in range(3):
        hist.append(u)
        u = u * y
    return hist[0] + hist[2] + u


@program(X, Y, generic="a number is needed")
def list_of_arrays_written_by_a_loop(x, y):
    items = [x * 1.0, y * 2.0, x * y]
    for item in items:
        item[0] = x[1]
        item *= y
    return sum(items)


@program(X, Y, generic="may be the same object")
def grown_list_of_arrays_written(x, y):
    items = []
    for k in range(3):
        items.append(x * y[k])
    items[1][0] = y[0]
    for k in range(3):
        items[k][1] *= y[k]
    return items[0] + items[1] * items[2]


# ---------------------------------------------------------------- loops


@program(X, Y)
def buffers_swapped_by_a_loop(x, y):
    u, v = x.copy(), y.copy()
    for _ in range(3):
        v[1:-1] = u[:-2] * u[2:] + v[1:-1]
        u, v = v, u
    return u * x + v


@program(X, Y)
def parameters_swapped_by_a_loop(x, y):
    for _ in range(3):
        y[1:] = x[:-1] * y[1:]
        x, y = y, x
    return x + 2.0 * y


@program(X, S)
def double_buffer(x, s):
    new = np.empty_like(x)
    old = x.copy()
    for _ in range(4):
        new[0] = old[0]
        new[-1] = old[-1]
        new[1:-1] = old[1:-1] + s * (old[:-2] - 2.0 * old[1:-1] + old[2:])
        old, new = new, old
    return old


@program(X, S)
def buffer_copied_each_round(x, s):
    u = x
    for _ in range(3):
        un = u.copy()
        u[1:] = un[1:] - s * (un[1:] - un[:-1]) * un[1:]
    return u


@program(X, S)
def buffer_copied_into(x, s):
    u, un = x.copy(), np.empty_like(x)
    for _ in range(3):
        un[:] = u
        u[1:-1] += s * (un[2:] - un[:-2]) * un[1:-1]
    return u * un


@program(X, Y)
def name_is_an_alias_from_the_second_round(x, y):
    u = x * 1.0
    v = y * 1.0
    for _ in range(3):
        v = u
        v[0] += y[0]
    return u * v


@program(X, Y)
def alias_of_the_round_before(x, y):
    old = x * 1.0
    u = x * y
    s = 0.0
    for k in range(3):
        s = s + np.sum(old * y)
        old = u
        u[k] = s
    return u * s


@program(X, Y)
def view_carried_round_a_loop(x, y):
    u = x * y
    v = u[1:]
    for k in range(3):
        u[k] = v[k + 1] * y[k]
        v[0] *= 2.0
    return u + v[1]


@program(X, Y, S)
def written_when_it_is_new(x, y, s):
    best = x
    for k in range(3):
        trial = best * y
        trial[k] = s
        if np.sum(trial) > 0.3:
            best = trial
    return best * x


@program(A, X, generic="a number is needed")
def view_made_in_each_round(a, x):
    for i in range(1, 3):
        up, row = a[i - 1], a[i]
        row -= up * row[0]
        row[1:] *= x[:2]
        up[0] = row[2]
    return a


@program(A, X)
def columns_in_a_loop(a, x):
    for j in range(3):
        c = a[:, j]
        c /= 1.0 + np.sum(c * c)
        for k in range(j + 1, 3):
            a[:, k] -= x[k] * c * (c @ a[:, k])
    return a


@program(X, Y)
def while_with_a_buffer(x, y):
    k = 0
    u = x
    while np.sum(u) < 20.0 and k < 6:
        u[k % 5] += y[k % 5] ** 2
        u = u * 1.2
        k += 1
    return u


@program(X, S)
def break_with_a_buffer(x, s):
    u = x.copy()
    for k in range(5):
        u[k] *= s
        if u[k] > 0.5:
            u[0] = 1.0
            break
        u[-1] += u[k]
    else:
        u[2] = 0.0
    return u * x


@program(X, S)
def early_return_with_a_buffer(x, s):
    for k in range(5):
        x[k] += s
        if x[k] > 1.6:
            return x * s
        x[0] *= x[k]
    return x


@program(A, X)
def nested_loops_of_buffers(a, x):
    total = np.zeros(3)
    for i in range(3):
        buf = np.zeros(3)
        for j in range(3):
            buf[j] = a[i, j] * x[j]
            for k in range(j):
                buf[k] += buf[j] * 0.5
        total += buf
        a[i] = buf
    return total * a


@pytest.mark.parametrize("example", [False, True], ids=["generic", "example"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_alias(name, example):
    fn, args, *refusals, options = PROGRAMS[name]
    refusal = refusals[example]
    if refusal:
        with pytest.raises((st.UnsupportedError, TypeError, ValueError), match=refusal):
            check(fn, *args, examples=(example,), **options)
    else:
        check(fn, *args, examples=(example,), **options)


@program(X, Y, refused="may be the same object")
def arrays_of_a_tuple_that_swaps(x, y):
    pair = (x, y)
    for _ in range(3):
        pair[0][0] = 3.0
        pair = (pair[1], pair[0])
    return x * y


@program(X, Y)
def arrays_of_a_tuple_that_swaps_and_only_it_is_read(x, y):
    pair = (x, y)
    for k in range(3):
        pair[0][k] = pair[1][k + 1] * 3.0
        pair = (pair[1], pair[0])
    return pair[0] * pair[1]


# ---------------------------------------------------------------- containers that go round a loop


class Node:
    def __init__(self, value, rest=None):
        self.value = value
        self.rest = rest


@program(X, refused="'root' may be the same object")
def a_list_of_dicts_that_is_linked_at_its_end(x):
    root = {"value": x[0], "rest": None}
    node = root
    for i in range(1, 4):
        node["rest"] = {"value": x[i], "rest": None}
        node = node["rest"]
    return root["value"] * root["rest"]["value"]


@program(X, refused="may be the same object")
def a_list_of_objects_that_is_linked_at_its_end(x):
    root = Node(x[0])
    node = root
    for i in range(1, 4):
        node.rest = Node(x[i])
        node = node.rest
    total, node = 0.0, root
    while node is not None:
        total += node.value**2
        node = node.rest
    return total


@program(X)
def a_list_of_objects_that_is_linked_at_its_head(x):
    head = None
    for v in x:
        head = Node(v, head)
    total = 0.0
    while head is not None:
        total = 0.5 * total + head.value**2
        head = head.rest
    return total


@program(X, refused="'a' may be the same object")
def a_list_of_two_names_of_which_one_is_bound_again_in_a_loop(x):
    a = [x[0], x[1]]
    b = a
    for _ in range(3):
        b[0] = a[1] * 2.0
        b = [b[1], b[0]]
    return a[0] * a[1] + b[0] * b[1]


@program(X, refused="may be the same object")
def a_list_in_a_list_that_is_turned_in_a_loop(x):
    a = [[x[0], x[1]], [x[2], x[3]]]
    first = a[0]
    for _ in range(3):
        first[0] = first[0] * 2.0
        a = [a[1], a[0]]
    return a[0][0] * a[0][1] + a[1][0] * a[1][1]


@program(X)
def lists_that_swap_their_names_in_a_loop(x):
    a, b = [x[0], x[1]], [x[2], x[3]]
    for _ in range(3):
        b[0] = a[1] * 2.0
        b[1] *= 0.3
        a, b = b, a
    return a[0] * a[1] + b[0] * b[1] ** 2


@program(X)
def lists_of_which_one_becomes_the_other_in_a_loop(x):
    a, b = [x[0], x[1]], [x[2], x[3]]
    for _ in range(3):
        b[0] = a[1] * 2.0
        a = b
        b[1] += a[0]
    return a[0] * a[1] + b[0] * b[1]


# ---------------------------------------------------------------- arrays without axes


@program(X, S)
def where_of_numbers_gives_an_array_that_two_names_share(x, s):
    a = np.where(x[0] > 0, x[2], s)
    b = a
    b *= x[1]
    return a * b


@program(X, S)
def a_copied_number_is_an_array_that_two_names_share(x, s):
    a = np.copy(s)
    b = a
    b += x[1]
    return a * b


@program(X, refused="'y' may be the same object as 'a'")
def an_array_of_one_entry_without_its_axis_is_a_view_of_it(x):
    y = x[1:2] * 1.0
    a = y.reshape(())
    a += x[0]
    return a * y[0]


@program(X, generic="a number is needed here, not an array", refused="may be the same object")
def squeezed_arrays_are_views(x):
    y = x[1:2] * 1.0
    a = y.squeeze()
    b = a
    b += x[0]
    return a * b * y[0]


# ---------------------------------------------------------------- what a loop goes through, written


@program(S)
def rows_of_what_is_made_from_a_number_and_an_array(s):
    v = s - np.full((3,), 0.7)
    for _, (_, r) in enumerate(zip(v, v)):
        v -= r
    return v


@program(X)
def an_argument_is_multiplied_by_each_of_its_entries(x):
    for v in x:
        x *= v
    return x


@program(X, generic="a number is needed here")
def an_array_grows_by_each_of_its_entries(x):
    x = x * 2.0
    total = 0.0
    for v in x:
        x += v * 0.1
        total += v
    return x * total


@program(X, A)
def entries_are_put_at_places_from_the_end(x, a):
    x.put(-1, x[0])
    a.put(-2, x[1])
    a.put([0, -1, 4], x[:3])
    for k in range(3):
        np.put(a, k - 1, x[k])
    return np.sum(a**2) + np.sum(x**3)


@program(A)
def a_copy_is_written_through_its_rows_in_one_line(a):
    c = a.copy()
    v = c.reshape(9)
    w = c.ravel()
    for k in range(8):
        v[k + 1] = v[k] * a[0, 0] + w[k + 1]
        c[2, 2] *= w[0]
    return np.sum(c * c)


@program(X, refused="may be the same object")
def a_view_by_columns_is_a_copy(x):
    c = np.zeros((2, 3))
    v = c.reshape(6, order="F")
    v[1] = x[0] * x[1]
    return np.sum(c * x[1]) + np.sum(v * v)


@program(X, refused="may be the same object")
def an_array_by_columns_in_one_line_is_a_copy(x):
    c = np.zeros((2, 3), order="F")
    v = c.ravel()
    v[1] = x[0] * x[1]
    return np.sum(c * x[1]) + np.sum(v * v)


# ---------------------------------------------------------------- an array's entries in a row


@program(A)
def the_flat_entries_are_read(a):
    total = 0.0
    for v in a.flat:
        total += v**2
    return total * a.flat[4]


@program(A)
def the_flat_entries_of_a_new_array_are_written(a):
    b = np.zeros((3, 3))
    b.flat[::2] = a.flat[:5] * 2.0
    return b * a


@program(A, refused="'a' may be the same object")
def the_flat_entries_of_an_argument_are_written(a):
    a.flat[3] = a.flat[2] * 2.0
    return a * a
