"""Parameters and results that are containers: gradients come back in the same ones."""

import copy
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

import srctransform as st
from srctransform.runtime import assemble, gradient_of
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(3)
M = rng.standard_normal((2, 3))

Pair = namedtuple("Pair", "w b")


@dataclass
class Layer:
    w: np.ndarray
    b: float


@dataclass
class Checked:
    w: np.ndarray
    b: float

    def __post_init__(self):
        if self.b < 1.0:
            raise ValueError("b is too small")


@dataclass(frozen=True)
class Frozen:
    w: np.ndarray
    b: float


@dataclass(frozen=True, slots=True)
class Slotted:
    w: np.ndarray
    b: float


class Plain:
    def __init__(self, w, b):
        self.w, self.b = w, b


BY_KEY = {
    "a dict": ({"w": M, "b": 1.5}, lambda p, x: np.tanh(p["w"] @ x) * p["b"]),
    "a tuple": ((M, 1.5), lambda p, x: np.tanh(p[0] @ x) * p[-1]),
    "a list": ([M, 1.5], lambda p, x: np.tanh(p[0] @ x) * p[1]),
    "a named tuple": (Pair(M, 1.5), lambda p, x: np.tanh(p.w @ x) * p[1]),
    "a dataclass": (Layer(M, 1.5), lambda p, x: np.tanh(p.w @ x) * p.b),
    "a frozen dataclass": (Frozen(M, 1.5), lambda p, x: np.tanh(p.w @ x) * p.b),
    "a dataclass with slots": (Slotted(M, 1.5), lambda p, x: np.tanh(p.w @ x) * p.b),
    "a dataclass that checks its fields": (Checked(M, 1.5), lambda p, x: p.w @ x * p.b),
    "a nested dict": (
        {"l": [(M, 1.5), (M.T, 2.5)]},
        lambda p, x: p["l"][1][0] @ (p["l"][0][0] @ x * p["l"][0][1]) * p["l"][1][1],
    ),
    "a part of an entry": (
        {"w": M},
        lambda p, x: p["w"][0] * x + p["w"][1, 0] * p["w"][:, 1:].sum(),
    ),
    "an entry used twice": ([M, 1.5], lambda p, x: p[0] @ x * p[1] + p[0][:, 0] * p[1]),
}


@pytest.mark.parametrize("name", BY_KEY)
def test_the_gradient_is_in_the_container_of_its_parameter(name):
    p, f = BY_KEY[name]
    if name != "a dataclass that checks its fields":  # it cannot hold a direction either
        check(f, p, V)
    for example in (None, (p, V)):
        grad = st.grad(lambda p, x: np.sum(f(p, x)), example=example)(p, V)
        assert type(grad) is type(p)


def test_unpacked_containers():
    def f(p, x):
        w, b = p
        return np.sum(w @ x) * b

    check(f, (M, 1.5), V)

    def g(p):
        (w, b), c = p
        return np.sum(w * b) * c

    check(g, [(V, 1.5), 2.5])


def test_subclasses_of_dict_stay_what_they_are():
    for p in (OrderedDict(a=1.5, b=V), defaultdict(list, a=1.5, b=V)):
        for example in (None, (p,)):
            grad = st.grad(lambda p: np.sum(p["a"] * p["b"]), example=example)(p)
            assert type(grad) is type(p)
            assert list(grad) == ["a", "b"]
            np.testing.assert_allclose(grad["b"], [1.5] * 3)


def test_plain_objects_have_gradients_of_their_class():
    p = Plain(V, 1.5)
    for example in (None, (p,)):
        grad = st.grad(lambda p: np.sum(p.w) * p.b, example=example)(p)
        assert type(grad) is Plain
        np.testing.assert_allclose(grad.w, [1.5] * 3)
        np.testing.assert_allclose(grad.b, V.sum())


def test_entries_that_are_not_used_get_zeros():
    p = {"a": V, "b": M, "c": (1.5, [V])}
    for example in (None, (p,)):
        grad = st.grad(lambda p: np.sum(p["a"] ** 2), example=example)(p)
        np.testing.assert_array_equal(grad["b"], np.zeros((2, 3)))
        assert grad["c"][0] == 0.0
        np.testing.assert_array_equal(grad["c"][1][0], np.zeros(3))


def test_entries_without_a_gradient():
    p = {"w": V, "n": 3, "name": "tanh", "none": None, "flag": True, "k": np.arange(3)}
    for example in (None, (p,)):
        grad = st.grad(lambda p: np.sum(p["w"] * p["n"]), example=example)(p)
        assert grad["name"] is None
        assert grad["none"] is None
        assert grad["flag"] is None
        assert isinstance(grad["n"], float)
        np.testing.assert_array_equal(grad["k"], np.zeros(3))
        assert grad["k"].dtype == float
        np.testing.assert_array_equal(grad["w"], [3.0] * 3)


def test_a_key_may_be_an_argument():
    for p, key in (({"a": V, "b": V + 1}, "b"), ([V, V + 1], 1), ((V, V + 1), -1)):
        for example in (None, (p, key)):
            grad = st.grad(lambda p, key: np.sum(p[key] ** 2 * p[key]), example=example)(p, key)
            assert type(grad) is type(p)
            np.testing.assert_allclose(grad[key], 3 * p[key] ** 2)
            other = "a" if isinstance(p, dict) else 0
            np.testing.assert_array_equal(grad[other], np.zeros(3))


def test_value_and_grad_and_auxiliary_results():
    def f(p):
        loss = np.sum(p["w"] ** 2)
        return loss, {"n": loss + 1.0}

    for example in (None, ({"w": V},)):
        (value, aux), grad = st.value_and_grad(f, has_aux=True, example=example)({"w": V})
        assert aux["n"] == value + 1.0
        np.testing.assert_allclose(grad["w"], 2 * V)


RESULTS = {
    "a dict": lambda x, y: {"s": np.sin(x) * y, "p": x * x},
    "a tuple": lambda x, y: (x * y, np.sum(x)),
    "a list": lambda x, y: [x * y, y * 2.0],
    "a named tuple": lambda x, y: Pair(x * y, y**2),
    "a dataclass": lambda x, y: Layer(x * y, y**2),
    "a nested one": lambda x, y: {"a": (x * y, [y]), "b": x},
    "one with a constant": lambda x, y: (x * y, 1.0),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_that_are_containers(name):
    check(RESULTS[name], V, 1.5)


def test_containers_in_and_out():
    check(lambda p: {"x": p["a"] * 2.0, "y": (p["b"] * p["a"],)}, {"a": V, "b": 1.5})


def test_parts_of_lists_and_entries_that_may_be_missing():
    check(lambda p: p[1:][0] ** 2 * p[0], [V, V + 1])
    check(lambda p: p["w"] * (p["b"] if p["b"] is not None else 1.0), {"w": V, "b": None})
    check(lambda p: p["w"] * (p["b"] if p["b"] is not None else 1.0), {"w": V, "b": 2.5})


def test_neither_inputs_nor_gradients_are_shared():
    p = {"a": V.copy(), "b": [V.copy()]}

    def f(p):
        return np.sum(p["a"]) + np.sum(p["b"][0])

    grad = st.grad(f)(p)
    grad["a"][:] = 7.0
    grad["b"][0][:] = 8.0
    grad["b"].append(1.0)
    np.testing.assert_array_equal(p["a"], V)
    assert len(p["b"]) == 1


def test_gradient_of_makes_zeros_like_the_leaves():
    zeros = gradient_of({"f": np.float32(2), "p": np.array(1.5), "i": 3, "s": Slotted(V, 1)})
    assert zeros["f"].dtype == np.float32
    assert zeros["p"].shape == ()
    assert isinstance(zeros["p"], np.ndarray)
    assert isinstance(zeros["i"], float)
    assert isinstance(zeros["s"].b, float)


def test_assemble_adds_at_every_path():
    x = {"a": M, "b": [np.float32(1.0), Pair(V, 2)]}
    parts = [
        ("a", (slice(None), 1), np.array([1.0, 2.0])),
        ("a", slice(1, 2), 0, 0, 5.0),
        ("a", 0, V),
        ("b", 0, 0.5),
        ("b", 0, 0.5),
        ("b", 1, "w", [0, 0], np.ones(2)),
        ("b", 1, 1, 3.0),
    ]
    got = assemble(x, *parts)
    want = np.array([V + [0.0, 1.0, 0.0], [5.0, 2.0, 0.0]])
    np.testing.assert_allclose(got["a"], want)
    assert got["b"][0] == 1.0
    assert got["b"][0].dtype == np.float32
    np.testing.assert_array_equal(got["b"][1].w, [2.0, 0.0, 0.0])
    assert got["b"][1].b == 3.0


def a_deep_copy_is_written(x):
    a = {"w": x * 2.0, "rest": [x, x**2], "n": 3}
    b = copy.deepcopy(a)
    b["w"][0] = 1.0
    b["rest"][1] *= 2.0
    return np.sum(a["w"] * b["w"]) + np.sum(b["rest"][1] * a["rest"][1])


def test_a_deep_copy_is_no_longer_the_same_object():
    check(a_deep_copy_is_written, np.array([0.3, 0.8, 1.2]), examples=(True,))


def keys_that_are_numbers_of_the_program(x, i, j):
    d = {i: x[0], j: x[1] ** 2}
    d[i] = d[j] * d[i]
    return d[2] * d[3]


def test_the_keys_of_a_display_may_be_known_only_as_it_runs():
    check(keys_that_are_numbers_of_the_program, np.array([0.3, 0.8]), 2, 3)


def test_a_key_that_is_differentiated_by_is_refused_though_only_keys_are_read():
    def f(x):
        d = {x * 3.0: 2.0}
        return list(d)[0] * 2.0

    with pytest.raises(st.UnsupportedError, match="the key of a dict depends"):
        st.grad(f)
