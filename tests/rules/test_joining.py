"""Joining and splitting arrays, with known and unknown ranks, in tuples, lists and arrays."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(0)
X, Y = rng.standard_normal((2, 3)), rng.standard_normal((4, 3))
V, W = rng.standard_normal(3), rng.standard_normal(4)
T = rng.standard_normal((2, 3, 4))

PAIRS = {
    "concatenate": (lambda x, y: np.concatenate((x, y)) ** 2, X, Y),
    "concatenate a list": (lambda x, y: np.concatenate([x, y * 2, x]) ** 2, X, Y),
    "concatenate along the last axis": (
        lambda x, y: np.concatenate((x, y), axis=-1) ** 2,
        X.T,
        Y.T,
    ),
    "concatenate along the second axis": (lambda x, y: np.concatenate((x, y, y), 1) ** 2, X.T, Y.T),
    "concatenate all entries": (lambda x, y: np.concatenate((x, y), axis=None) ** 2, X, Y.T),
    "concatenate with constants": (lambda x, y: np.concatenate(([0.0], x, [1.0, y[0]])) ** 2, V, W),
    "stack": (lambda x, y: np.stack((x, y)) ** 2, X, Y[:2]),
    "stack behind": (lambda x, y: np.stack([x, y], axis=-1) ** 2, X, Y[:2]),
    "stack in the middle": (lambda x, y: np.stack((x, y), axis=1) ** 2, X, Y[:2]),
    "vstack of vectors": (lambda x, y: np.vstack((x, y)) ** 2, V, V + 1),
    "vstack of a matrix and a vector": (lambda x, y: np.vstack((x, y)) ** 2, X, V),
    "hstack of vectors": (lambda x, y: np.hstack((x, y)) ** 2, V, W),
    "hstack of matrices": (lambda x, y: np.hstack([x, y]) ** 2, X.T, Y.T),
    "hstack of scalars": (lambda x, y: np.hstack((x, y)) ** 2, 1.5, 2.5),
    "dstack": (lambda x, y: np.dstack((x, y)) ** 2, X, Y[:2]),
    "column_stack of vectors": (lambda x, y: np.column_stack((x, y)) ** 2, V, V + 1),
    "column_stack of a vector and a matrix": (lambda x, y: np.column_stack((x, y)) ** 2, V, Y.T),
    "append": (lambda x, y: np.append(x, y) ** 2, X, W),
    "append a scalar": (lambda x, y: np.append(x, y) ** 2, V, 2.5),
    "append along an axis": (lambda x, y: np.append(x, y, axis=0) ** 2, X, Y),
}

ONE = {
    "concatenate the rows of an array": (lambda x: np.concatenate(x) ** 2, T),
    "concatenate the planes of an array": (lambda x: np.concatenate(x, axis=1) ** 2, T),
    "stack the rows of an array": (lambda x: np.stack(x, axis=1) ** 2, X),
    "vstack the rows of an array": (lambda x: np.vstack(x) ** 2, T),
    "hstack the rows of an array": (lambda x: np.hstack(x) ** 2, T),
    "split": (lambda x: (lambda a, b: a * b)(*np.split(x, 2)), X),
    "split at indices": (lambda x: np.split(x, [1, 2], axis=1)[1] ** 2, X),
    "split unevenly": (lambda x: np.array_split(x, 2)[0] ** 2, V),
    "hsplit": (lambda x: np.hsplit(x, 3)[2] * np.hsplit(x, 3)[0], X),
    "vsplit": (lambda x: np.vsplit(x, 2)[0] * x[1:], X),
    "the last piece": (lambda x: np.split(x, 2)[-1] ** 2 * np.split(x, 2)[0], X),
    "a part of a piece": (lambda x: np.split(x, 2)[1][:, 1:] ** 2, X),
    "dsplit": (lambda x: np.dsplit(x, 2)[1] ** 2, T),
}


@pytest.mark.parametrize("name", PAIRS)
def test_joining_two_arrays(name):
    f, x, y = PAIRS[name]
    check(f, x, y)


@pytest.mark.parametrize("name", ONE)
def test_joining_and_splitting_one_array(name):
    f, x = ONE[name]
    check(f, x)


def test_only_one_of_the_joined_arrays_need_be_differentiated():
    check(lambda x, y: np.concatenate((y, x)) ** 2, X, Y, wrt=(0,))
    check(lambda x, y: np.vstack((y, x)) ** 2, X, Y, wrt=(0,))


def test_a_list_of_arrays_as_the_argument():
    check(lambda arrays: np.concatenate(arrays) ** 2, [X, Y])
    check(lambda arrays: np.stack(arrays) ** 2, [X, X + 1.0])
    check(lambda arrays: np.vstack(arrays) ** 2, (X, V))


def test_a_number_of_sections_that_is_an_argument():
    check(lambda x, n: np.split(x, n)[0] ** 2, X, 2)


def test_empty_pieces():
    check(lambda x, y: np.concatenate((x, y)) ** 2, np.zeros((0, 3)), Y)


def test_single_precision_stays():
    x = X.astype(np.float32)
    for f in (
        lambda x: np.sum(np.concatenate((x, x)) ** 2),
        lambda x: np.sum(np.dstack((x, x)) ** 2),
    ):
        assert st.grad(f)(x).dtype == np.float32


def test_the_pieces_are_slices_in_print():
    source = st.grad(
        lambda x, y: np.sum(np.concatenate((x, y)) ** 2), (0, 1), example=(V, W)
    ).source
    assert "[:len(x)]" in source
    assert "[len(x):]" in source
