"""Lists, tuples and dicts as scientists write them: each program is checked in both modes.

@program(x, 2)
def an_item_is_read_at_a_run_time_index(x, n):
    xs = [0.7, x[0], x[1]]
    return xs[n] ** 2
"""

import numpy as np
import pytest

from tests.checking import check

X = np.array([0.3, -0.7, 1.1])
Y = np.array([0.9, 0.4])
M = np.arange(6.0).reshape(2, 3) / 5 - 0.4

PROGRAMS = {}


def program(*args, **options):
    """Register a function to be checked at these arguments."""

    def register(f):
        PROGRAMS[f.__name__] = (f, args, options)
        return f

    return register


# ---------------------------------------------------------------- reading


@program(X, Y, 2)
def an_item_of_a_mixed_list_is_read_at_a_run_time_index(x, w, n):
    xs = [0.7, w[0], x[1]]
    return xs[n] ** 2 + xs[n - 1]


@program(X, Y, 2)
def an_item_of_a_tuple_is_read_at_a_run_time_index(x, w, n):
    xs = (0.7, w[0] * x[0], np.sin(x[1]))
    return xs[n] * xs[n - 1]


@program(X, 1)
def an_array_of_a_list_is_read_at_a_run_time_index_and_then_indexed(x, n):
    xs = [x, x * 2.0, 3.0]
    return xs[n][0] * xs[n - 1][1] + np.sum(xs[n][1:])


@program(X, 3)
def a_list_is_cut_at_run_time(x, n):
    xs = [x[0], x[1] ** 2, x[2], 0.5]
    s = 0.0
    for v in xs[1:n]:
        s += v * v
    return s + xs[-n]


@program(X, 1)
def a_list_of_lists_is_read_at_run_time_indices(x, n):
    xs = [[x[0], 2.0], [x[1] * x[2], x[0]]]
    return xs[n][0] * xs[n - 1][n]


@program(X, 1)
def a_tuple_of_pairs_is_read_at_a_run_time_index(x, n):
    table = ((1.0, x[0]), (2.0, x[1] * x[2]))
    a, b = table[n]
    return a * b


@program(X, Y, 1)
def a_row_of_a_constant_table_is_chosen(x, w, n):
    table = [(0.5, 1.0), (0.25, 3.0)]
    a, b = table[n]
    return a * x * b + w[0]


@program(X)
def a_list_is_read_in_a_loop(x):
    ws = [0.5, x[0], x[1] * x[2]]
    s = 0.0
    for i in range(3):
        s += ws[i] * x[i] ** 2
    return s


@program(X)
def negative_indices_and_slices(x):
    xs = [v * v for v in x]
    return xs[-1] * xs[-2] + sum(xs[:2]) + sum(xs[::-1][1:])


# ---------------------------------------------------------------- growing


@program(X, 4)
def a_list_grows_in_a_loop(x, n):
    xs = []
    for i in range(n):
        xs.append(np.sin(x * i))
    return np.sum(np.array(xs) ** 2)


@program(X, 4)
def a_trajectory_is_stacked(x, n):
    path = [x]
    for _ in range(n):
        x = x + 0.1 * np.cos(x)
        path.append(x)
    return np.stack(path)


@program(X, 4)
def the_last_item_is_read_while_the_list_grows(x, n):
    xs = [x[0], x[1]]
    for i in range(n):
        xs.append(xs[-1] * 0.5 + xs[-2] * xs[i])
    return xs[-1]


@program(X, Y)
def lists_are_extended(x, w):
    xs = [x[0]]
    xs.extend([w[0], w[1] * x[1]])
    xs.extend(v * 2.0 for v in x)
    return np.array(xs)


@program(X, 3)
def a_list_is_extended_in_a_loop(x, n):
    xs = []
    for i in range(n):
        xs.extend([x[i], x[i] ** 2])
    return np.dot(np.array(xs), np.arange(6.0))


@program(X, 1)
def an_item_is_inserted(x, n):
    xs = [x[0], x[1]]
    xs.insert(0, x[2] ** 2)
    xs.insert(n, x[0] * x[1])
    return xs[0] * xs[1] + xs[2] ** 2 + xs[-1]


@program(X, 1)
def an_item_is_popped(x, n):
    xs = [x[0], x[1], x[2], 2.0]
    a = xs.pop()
    b = xs.pop(0)
    c = xs.pop(n)
    return a * b * c + xs[0] ** 2


@program(X, 5)
def a_stack_is_pushed_and_popped(x, n):
    stack = [x[0]]
    s = 0.0
    for i in range(n):
        top = stack.pop()
        s += top**2
        stack.append(np.sin(top))
        stack.append(top * x[1])
    while stack:
        s += stack.pop()
    return s


@program(X)
def a_list_is_added_to_itself(x):
    xs = [x[0], x[1] ** 2]
    xs += xs
    return np.array(xs)


@program(X, 3)
def a_list_is_added_to_in_a_loop(x, n):
    xs = [x[0]]
    for i in range(n):
        xs += [x[i] * xs[-1]]
    return np.array(xs)


@program(X)
def lists_are_added(x):
    xs = [x[0], x[1]]
    ys = xs + [x[2] ** 2] + list(x)
    xs[0] = 0.0
    return np.array(ys)


@program(X, 3)
def lists_of_unknown_length_are_added(x, n):
    xs, ys = [], []
    for i in range(n):
        xs.append(x[i] ** 2)
        ys.append(x[i])
    return np.array(xs + ys)


@program(X)
def a_list_is_repeated(x):
    xs = [x[0]] * 3 + 2 * [x[1] * x[2], 1.0]
    return np.array(xs)


@program(X, 3, examples=(True,))
def a_list_is_repeated_a_run_time_number_of_times(x, n):
    xs = [x[0] ** 2] * n
    return np.sum(np.array(xs) * x)


@program(X, 3)
def a_list_of_zeros_is_filled(x, n):
    xs = [0.0] * n
    for i in range(n):
        xs[i] = x[i] ** 2
    return np.array(xs)


@program(X, 3)
def a_list_of_nones_is_filled(x, n):
    xs = [None] * n
    for i in range(n):
        xs[i] = x * i
    return np.stack(xs)


@program(X, 3)
def a_table_of_lists_is_filled(x, n):
    table = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            table[i][j] = x[i] * x[j] ** 2
    return np.array(table)


@program(X)
def a_tuple_is_repeated_and_added(x):
    xs = (x[0],) * 2 + (x[1], x[2])
    return np.array(xs)


# ---------------------------------------------------------------- writing


@program(X)
def items_are_written(x):
    xs = [x[0], x[1], x[2]]
    xs[0] = xs[1] * xs[2]
    xs[-1] = xs[0] ** 2
    xs[1] += x[0]
    return xs[0] + xs[1] * xs[2]


@program(X, 1)
def items_are_written_at_run_time_indices(x, n):
    xs = [x[0], x[1], x[2]]
    xs[n] = xs[n - 1] * xs[n + 1]
    xs[n - 1] *= xs[n]
    return xs[0] * xs[1] + xs[2]


@program(X)
def a_written_item_is_read_in_the_next_round(x):
    xs = [4.0, x[1]]
    for i in range(1, 3):
        xs[1] *= xs[i - 1]
    return sum(xs)


@program(X)
def slices_of_lists_are_written(x):
    xs = [x[0], x[1], x[2], 0.5]
    xs[1:3] = [x[0] ** 2, x[0] * x[1]]
    return np.array(xs)


@program(X)
def items_are_swapped(x):
    xs = [x[0], x[1], x[2]]
    xs[0], xs[2] = xs[2], xs[0]
    return xs[0] ** 2 + 3.0 * xs[2]


@program(X, 3)
def items_are_sorted_by_bubbles(x, n):
    xs = [x[0], x[1], x[2]]
    for i in range(n):
        for j in range(n - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs[0] + 2.0 * xs[1] ** 2 + 3.0 * xs[2] ** 3


@program(X)
def an_item_is_deleted(x):
    xs = [x[0], x[1], x[2]]
    del xs[1]
    return xs[0] * xs[1]


@program(X)
def a_list_has_two_names(x):
    xs = [x[0], x[1]]
    ys = xs
    ys.append(x[2] ** 2)
    ys[0] = x[1] * x[2]
    return np.array(xs)


@program(X)
def a_list_is_copied(x):
    xs = [x[0], x[1]]
    ys = xs.copy()
    zs = list(xs)
    us = xs[:]
    xs[0] = 0.0
    return ys[0] * zs[1] + us[0] ** 2


@program(X)
def an_array_in_a_list_is_written(x):
    xs = [np.zeros(3), x * 2.0]
    xs[0][1] = x[0] ** 2
    xs[1] += x
    return xs[0] + xs[1]


@program(X, Y)
def arrays_of_different_shapes(x, w):
    parts = [x, w, M @ x]
    s = 0.0
    for p in parts:
        s += np.sum(np.sin(p))
    return s


@program(X, Y, 1)
def arrays_of_different_shapes_at_a_run_time_index(x, w, n):
    parts = [x, w, np.outer(x, w)]
    return np.sum(parts[n] ** 2) * np.sum(parts[n + 1])


@program(X, 3)
def arrays_of_different_shapes_are_appended(x, n):
    parts = []
    for i in range(n):
        parts.append(x[: i + 1] ** 2)
    s = 0.0
    for p in parts:
        s += np.sum(p) * np.max(p)
    return s


# ---------------------------------------------------------------- builtins


@program(X)
def builtins_of_lists(x):
    xs = [x[0], x[1] ** 2, x[2]]
    return max(xs) * min(xs) + sum(xs) * len(xs)


@program([0.5, 1.5, -0.3])
def the_largest_of_a_list_parameter(ps):
    return max(ps) * min(ps) + sum(ps)


@program([0.5, 1.5, -0.3])
def a_list_parameter_is_gone_through(ps):
    s = 0.0
    for k, p in enumerate(ps):
        s += (k + 1) * p**2
    return s


@program([0.5, 1.5, -0.3])
def a_list_parameter_is_sorted(ps):
    qs = sorted(ps)
    return qs[0] + 2.0 * qs[1] + 3.0 * qs[-1] ** 2


@program(X)
def a_list_is_sorted(x):
    xs = sorted([x[0], x[1], x[2] ** 2])
    ys = sorted(x, reverse=True)
    return xs[0] + 2.0 * xs[1] * ys[0] + ys[2] ** 2


@program(X)
def a_list_is_sorted_by_a_key(x):
    xs = sorted([x[0], x[1], x[2] ** 2], key=lambda v: -v)
    pairs = sorted([(2, x[0]), (1, x[1])])
    return xs[0] + 2.0 * xs[1] + pairs[0][1] ** 2


@program(X)
def a_list_is_sorted_in_place(x):
    xs = [x[0], x[1], x[2]]
    xs.sort()
    return xs[0] + 2.0 * xs[1] ** 2 + 3.0 * xs[2]


@program(X, Y)
def zip_enumerate_and_reversed(x, w):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, [w[0], w[1], 2.0], strict=True)):
        s += i * a * b
    for v in reversed([x[0], w[0]]):
        s = s * v
    return s


@program(X)
def map_and_filter(x):
    xs = list(map(np.sin, x))
    ys = [v for v in filter(lambda v: v > 0, x)]
    return sum(xs) * sum(ys)


@program(X, Y)
def map_of_two_sequences(x, w):
    return sum(map(lambda a, b: a * b, x, [w[0], w[1], 1.0]))


@program(X)
def any_and_all(x):
    if any(v > 1.0 for v in x) and not all(v > 0 for v in x):
        return np.sum(x**2)
    return np.sum(x)


@program(X, 3)
def any_and_all_of_lists(x, n):
    flags = [v > 0 for v in x]
    if all(flags):
        return x[0]
    if any(flags[:n]):
        return x[1] * x[2]
    return x[2]


@program(X)
def a_list_is_unpacked(x):
    a, *rest = [x[0], x[1] ** 2, x[2]]
    (b, c), d = [(x[0], x[1]), x[2]]
    return a * rest[0] + rest[-1] * b * c * d


@program(X)
def a_list_is_starred(x):
    xs = [x[0], x[1]]
    ys = [*xs, x[2] ** 2, *x]
    return np.array(ys)


# ---------------------------------------------------------------- parameters


@program([(1.0, 2.0), (0.5, -1.0)])
def pairs_of_a_list_are_gone_through(bodies):
    s = 0.0
    for x, y in bodies:
        s += x * y
    return s


@program([(1.0, X), (0.5, -X)])
def masses_and_positions(bodies):
    energy = 0.0
    for i in range(len(bodies)):
        m, p = bodies[i]
        for j in range(i + 1, len(bodies)):
            n, q = bodies[j]
            energy -= m * n / np.sqrt(np.sum((p - q) ** 2))
    return energy


@program([[0.5, 1.0], [2.0, -0.3]])
def a_list_of_lists(ps):
    s = 0.0
    for row in ps:
        for v in row:
            s += v**3
    return s


@program([M, M * 2.0], X)
def a_list_of_matrices(ws, x):
    s = 0.0
    for w in ws:
        s += np.sum(np.tanh(w @ x))
    return s


@program([X, Y])
def a_list_of_arrays_of_different_shapes(ps):
    return np.sum(ps[0] ** 2) * np.sum(ps[1]) + sum(np.max(p) for p in ps)


@program([0.4, 0.2, 0.7], 2)
def a_list_parameter_at_a_run_time_index(ps, n):
    return ps[n] * ps[n - 1] + ps[-1]


@program([0.4, 0.2, 0.7], 2)
def a_list_parameter_is_cut(ps, n):
    return sum(ps[:n]) * sum(v * v for v in ps[1:])


@program((0.4, 0.2, X), 1)
def a_tuple_parameter_is_unpacked_and_read_at_run_time(ps, n):
    a, b, c = ps
    return a * b * c + ps[n]


@program([0.4, 0.2, 0.7])
def a_list_parameter_is_written(ps):
    ps[0] = ps[1] * ps[2]
    ps.append(ps[0] ** 2)
    return ps[0] + ps[-1] * ps[1]


@program([(1.0, 2.0), (0.5, -1.0)], 1)
def a_list_of_pairs_at_a_run_time_index(pairs, n):
    a, b = pairs[n]
    return a * b + pairs[n - 1][n]


@program([{"m": 1.0, "x": X}, {"m": 2.0, "x": 2 * X}])
def a_list_of_dicts(bodies):
    s = 0.0
    for b in bodies:
        s += b["m"] * np.sum(b["x"] ** 2)
    return s


@program([0.4, 0.2, 0.7], 0.5)
def horner_by_a_list_of_coefficients(cs, t):
    p = 0.0
    for c in reversed(cs):
        p = p * t + c
    return p


# ---------------------------------------------------------------- dicts


@program(X)
def a_dict_is_read_and_written(x):
    d = {"a": x[0], "b": x[1] ** 2}
    d["c"] = d["a"] * d["b"]
    d["a"] += x[2]
    d["b"] *= 2.0
    return d["a"] + d["b"] * d["c"]


@program(X)
def get_with_a_default(x):
    d = {"a": x[0]}
    return d.get("a", 1.0) * d.get("b", x[1]) + (d["a"] if d.get("z") is None else 0.0)


@program(X)
def a_dict_is_gone_through(x):
    d = {"a": x[0], "b": x[1] ** 2, "c": x[2]}
    s = 0.0
    for key, value in d.items():
        s += value * (2.0 if key == "b" else 1.0)
    for key in d:
        s += d[key] ** 2
    for key in d.keys():
        s *= 1.0 + 0.1 * d[key]
    return s + sum(d.values())


@program({"a": X, "b": Y, "n": 2.0}, examples=(True,))
def a_dict_parameter_is_gone_through(d):
    s = 0.0
    for key, value in d.items():
        s += np.sum(value**2)
    for value in d.values():
        s += np.sum(np.sin(value))
    for key in d:
        s += np.max(d[key])
    return s


@program(X)
def dicts_are_updated(x):
    d = {"a": x[0], "b": x[1]}
    d.update({"b": x[2] ** 2, "c": x[0] * x[1]})
    d.update(e=x[1])
    d |= {"f": x[0]}
    return sum(v for v in d.values())


@program(X)
def keys_are_asked_for(x):
    d = {"a": x[0], "b": x[1]}
    if "c" not in d and "a" in d:
        d["c"] = x[2] ** 2
    return d["a"] * d["c"] * len(d)


@program(X)
def a_dict_is_comprehended(x):
    names = ["a", "b", "c"]
    d = {name: x[i] ** 2 for i, name in enumerate(names)}
    e = {k: v * 2.0 for k, v in d.items() if k != "b"}
    return d["a"] * d["b"] + e["c"]


def scaled(x, gain=1.0, shift=0.0):
    return gain * np.sin(x) + shift


@program(X)
def a_dict_is_spread_into_a_call(x):
    options = {"gain": x[0], "shift": x[1]}
    return scaled(x[2], **options) + scaled(x, **{**options, "gain": 2.0})


@program({"gain": 0.5, "shift": -0.2}, X, examples=(True,))
def a_dict_parameter_is_spread_into_a_call(options, x):
    return scaled(x, **options)


@program({"w": M, "b": Y}, X)
def a_dict_of_parameters_is_copied_and_changed(p, x):
    q = dict(p)
    q["b"] = q["b"] * 2.0
    return np.tanh(q["w"] @ x + q["b"]) + p["b"]


@program({"w": M, "b": Y}, X, examples=(True,))
def a_gradient_step_on_a_dict(p, x):
    p = {k: v - 0.1 * v**2 for k, v in p.items()}
    return p["w"] @ x + p["b"]


@program(X, 4)
def a_dict_is_written_in_a_loop(x, n):
    d = {"pos": x, "vel": 0.5 * x}
    for _ in range(n):
        d["vel"] = d["vel"] - 0.1 * d["pos"]
        d["pos"] = d["pos"] + 0.1 * d["vel"]
    return d["pos"] * d["vel"]


@program(X, 4)
def a_memo_table_with_int_keys(x, n):
    memo = {0: x[0], 1: x[1]}
    for k in range(2, n):
        memo[k] = memo[k - 1] * memo[k - 2] + x[2]
    return memo[n - 1]


@program(X, "b")
def a_dict_is_read_at_a_run_time_key(x, key):
    d = {"a": x[0], "b": x[1] ** 2}
    return d[key] * 2.0


@program(X, ["b", "a", "b"])
def a_dict_is_read_at_run_time_keys_in_a_loop(x, keys):
    d = {"a": x[0], "b": x[1] ** 2}
    s = 0.0
    for key in keys:
        s += d[key] * x[2]
    return s


@program({"a": 0.5, "b": 1.5}, "b")
def a_dict_parameter_is_read_at_a_run_time_key(d, key):
    return d[key] ** 2 + d["a"]


@program(X, ["u", "v", "u"])
def counts_are_summed_by_key(x, names):
    total = {"u": 0.0, "v": 0.0}
    for i in range(3):
        total[names[i]] += x[i] ** 2
    return total["u"] * total["v"]


@program(X)
def dicts_in_dicts(x):
    net = {"one": {"w": x[0], "b": x[1]}, "two": {"w": x[2], "b": 0.5}}
    h = 1.0
    for layer in net.values():
        h = np.tanh(layer["w"] * h + layer["b"])
    net["one"]["w"] = h
    return net["one"]["w"] * net["two"]["w"]


@program(X)
def lists_in_dicts(x):
    log = {"loss": [], "x": []}
    for v in x:
        log["loss"].append(v**2)
        log["x"].append(v)
    return np.array(log["loss"]) * np.array(log["x"])


@program(X)
def setdefault_and_pop(x):
    d = {"a": x[0]}
    b = d.setdefault("b", x[1] ** 2)
    a = d.pop("a")
    return a * b * d["b"] + len(d)


# ---------------------------------------------------------------- sets


@program(X)
def sets_of_constants(x):
    chosen = {0, 2}
    s = 0.0
    for i in range(3):
        if i in chosen:
            s += x[i] ** 2
    return s * len(set([1, 1, 2]))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    f, args, options = PROGRAMS[name]
    check(f, *args, **({"tol": 1e-5} | options))


@pytest.mark.parametrize(
    "fn",
    [np.prod, np.std, np.var, np.median, np.sort, np.square, np.negative, np.mean, np.cumsum,
     np.max, np.ptp, np.linalg.norm],
    ids=lambda fn: fn.__name__,
)  # fmt: skip
def test_a_function_of_numpy_makes_an_array_of_a_list(fn):
    def f(ps, x):
        items = [ps[0] * x, x * x, ps[1]]
        return fn(ps) * np.sum(fn(items))

    check(f, [0.4, 0.9, 1.3], 0.7, examples=(True,))


def test_two_lists_are_operands():
    def f(ps, x):
        a, b = [x, ps[0]], [ps[1], x * 2.0]
        return np.multiply(a, b)[0] + np.einsum("i,i", a, b) + np.clip(a, 0.0, 0.5) @ np.add(b, 1)

    check(f, [0.4, 0.9, 1.3], 0.7, examples=(True,))


STACKS = {}


def stack_program(f):
    STACKS[f.__name__] = f
    return f


@stack_program
def a_formula_in_postfix_order(x):
    stack = []
    for word in ["x0", "x1", "*", "x2", "+", "sin", "x0", "-"]:
        if word.startswith("x"):
            stack.append(x[int(word[1:])])
        elif word == "sin":
            stack.append(np.sin(stack.pop()))
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(a * b if word == "*" else a + b if word == "+" else a - b)
    return stack[-1]


@stack_program
def a_stack_that_is_empty_at_first(x):
    stack = []
    for k in range(5):
        if k < 3:
            stack.append(x[k])
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(a * b + x[k - 2])
            stack.append(x[0])
    return stack[-1] * stack[0]


@stack_program
def items_that_are_popped_in_one_arm_and_read_in_another(x):
    items = [x[0]]
    for k in [0, 1, 2, 0]:
        if k == 0:
            items.append(x[1])
        elif k == 1:
            items.append(np.sin(items.pop()))
        else:
            items.pop()
    return sum(items)


@stack_program
def a_queue_is_worked_off(x):
    queue, total, n = [x[0], x[1]], 0.0, 0
    while queue and n < 6:
        total += queue.pop(0) ** 2
        n += 1
        if n < 3:
            queue.append(total * x[n])
    return total


@stack_program
def a_queue_that_another_condition_keeps_going(x):
    queue, total, n = [x[0], x[1]], 0.0, 0
    while n < 5 and (queue or total < 1.0):
        if queue:
            total += queue.pop() * x[n % 3]
        else:
            queue.append(total)
        n += 1
    return total


@pytest.mark.parametrize("name", STACKS)
def test_a_stack(name):
    check(STACKS[name], X + 1.0)


def test_a_list_of_lists_is_gone_through_by_a_function_that_calls_itself():
    def total(items, depth):
        s = 0.0
        for item in items:
            if isinstance(item, list):
                s += total(item, depth + 1)
            else:
                s += item**2 * depth
        return s

    def f(items):
        return total(items, 1)

    check(f, [0.3, [0.5, [0.7, 0.9]], 1.1])


def test_a_dict_of_pairs_that_are_known_as_it_runs():
    def doubled(x):
        entries = {k: 2.0 * v for k, v in enumerate(x)}
        rest = {k: v**2 for k, v in entries.items() if k > 0}
        return rest[1] * rest[2] * entries[0]

    check(doubled, X, examples=(True,))


def test_a_dict_of_names_and_entries():
    def f(x):
        entries = dict(zip(["a", "b", "c"], x, strict=True))
        named = {f"k{k}": x[k] ** 2 for k in range(3)}
        return entries["a"] * entries["c"] ** 2 * named["k1"] + sum(named.values())

    check(f, X)


def test_the_indices_of_a_shape_that_is_unpacked():
    def f(a):
        return sum(a[i, j] ** (i + 1) * j for i, j in np.ndindex(*a.shape))

    check(f, M)
