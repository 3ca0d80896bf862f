"""Every kind of index, in both modes; what an index does to a shape; whether it may repeat."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(5)
M = rng.standard_normal((4, 5))
T = rng.standard_normal((3, 4, 2))
ROWS, COLS = np.array([0, 2, 2]), np.array([1, 1, 4])

CASES = {
    "an entry": (lambda x: x[1] ** 2, V),
    "the last entry": (lambda x: x[-1] * x[0], V),
    "a row": (lambda x: x[1] ** 2, M),
    "an entry of a matrix": (lambda x: x[1, -2] ** 2, M),
    "an entry of a row": (lambda x: x[1][2] * x[1][0], M),
    "a slice": (lambda x: x[1:] * x[:-1], V),
    "a slice with a step": (lambda x: x[::2] ** 2, V),
    "a slice of a slice": (lambda x: x[1:][::2] ** 2 * x[3:], V),
    "a slice backwards": (lambda x: x[::-1] * x, V),
    "a slice backwards with a step": (lambda x: x[4:0:-2] ** 2, V),
    "a column": (lambda x: x[:, 1] * x[:, -1], M),
    "a block": (lambda x: x[1:3, ::2] ** 2, M),
    "an ellipsis": (lambda x: x[..., 0] * x[..., -1], T),
    "an ellipsis in front of two": (lambda x: x[0, ..., 1] ** 2, T),
    "a new axis": (lambda x: x[:, None] * x[None, :], V),
    "a new axis and an int": (lambda x: x[None, 1, :, np.newaxis] ** 2, M),
    "rows that repeat": (lambda x: x[ROWS] ** 2, M),
    "a list of rows": (lambda x: x[[0, 2, 2]] ** 2, M),
    "columns that repeat": (lambda x: x[:, COLS] ** 2, M),
    "pairs that repeat": (lambda x: x[[1, 1, 2], [0, 0, 3]] ** 2, M),
    "pairs": (lambda x: x[ROWS, COLS] ** 2, M),
    "a matrix of rows": (lambda x: x[np.array([[0, 1], [1, 1]])] ** 2, M),
    "rows and a slice": (lambda x: x[ROWS, 1:3] ** 2, M),
    "rows and an int": (lambda x: x[ROWS, 2] ** 2, M),
    "an int and rows apart": (lambda x: x[ROWS, :, 1] ** 2, T),
    "rows with broadcasting": (lambda x: x[np.arange(3)[:, None], COLS] ** 2, M),
    "ranges and labels": (lambda x: x[np.arange(3), COLS] ** 2, M),
    "a grid": (lambda x: x[np.ix_([0, 2], [1, 3, 4])] ** 2, M),
    "a mask": (lambda x: x[x > 0.0] ** 2, V),
    "a mask of a matrix": (lambda x: x[x > 0.0] ** 2, M),
    "a mask of rows": (lambda x: x[np.array([True, False, True, True])] ** 2, M),
    "a mask and a slice": (lambda x: x[1:, V > 0.0] ** 2, M),
    "an argsort": (lambda x: x[np.argsort(x)] * np.arange(5.0), V),
    "an argmax": (lambda x: x[np.argmax(x)] ** 2, V),
    "everything": (lambda x: x[...] * x[:], V),
    "nothing": (lambda x: x[2:2] ** 2, V),
    "take": (lambda x: np.take(x, COLS) ** 2, V),
    "take of all entries": (lambda x: np.take(x, [3, 7, 7]) ** 2, M),
    "take along an axis": (lambda x: np.take(x, COLS, axis=1) ** 2, M),
    "take by the method": (lambda x: x.take(ROWS, axis=0) ** 2, M),
    "take around the end": (lambda x: np.take(x, [1, 6, -7], mode="wrap") ** 2, V),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.argsort(x, 1)[:, :2], axis=1) ** 2, M),
    "compress": (lambda x: np.compress([True, False, True], x, axis=0) ** 2, M),
    "extract": (lambda x: np.extract(x > 0.0, x) ** 2, M),
}


@pytest.mark.parametrize("name", CASES)
def test_the_derivative_is_right(name):
    f, x = CASES[name]
    check(f, x)


def test_the_index_may_be_an_argument():
    check(lambda x, i: x[i] ** 2, V, 2)
    check(lambda x, i: x[i] ** 2, M, ROWS, wrt=(0,))
    check(lambda x, i: x[i] ** 2, M, [1, 1, 0], wrt=(0,))
    check(lambda x, i, j: x[i, j] ** 2, M, ROWS, COLS, wrt=(0,))
    check(lambda x, i, j: x[i:j] ** 2, M, 1, 3)
    check(lambda x, i: x[i, 1:] * x[0, i], M, 2)
    check(lambda x, i: x[np.arange(3), i] ** 2, M, COLS, wrt=(0,))
    check(lambda x, i: x[np.arange(3)[:, None], i] ** 2, M, COLS, wrt=(0,))
    check(lambda x, i: x[np.arange(2)[:, None], i[None, :]] ** 2, M, COLS, wrt=(0,))


def test_the_index_may_be_a_mask_that_is_an_argument():
    def f(x, mask):
        return np.sum(x[mask] ** 2)

    mask = V > 0.0
    for example in (None, (V, mask)):
        np.testing.assert_array_equal(st.grad(f, example=example)(V, mask), 2 * V * mask)


def test_choosing_between_arrays():
    which = np.array([0, 1, 1, 0, 1])
    check(lambda x, y: np.choose(which, (x, y)) ** 2, V, V + 1)


def test_a_slice_of_length_one_is_stretched():
    check(lambda x, y: x[:, 1:2] * y + x[:, -1:] + x[:, :1] * x[2:3], M, M + 1)


def test_several_entries_add_up():
    check(lambda x: x[0] * x[1] + np.sum(x[1:] ** 2) + x[ROWS].sum(), V)
    check(lambda x: x[0] * np.sum(x) + x[ROWS] ** 2, V)


def test_an_index_that_repeats_nowhere_is_added_in_place():
    def loss(logp, labels):
        return -np.sum(logp[np.arange(len(labels)), labels] ** 2)

    source = st.grad(loss, example=(M, np.array([0, 1, 1, 2]))).source
    assert "np.add.at" not in source


def test_an_index_that_may_repeat_is_added_with_add_at():
    for f in (
        lambda x, i: np.sum(x[i] ** 2), lambda x, i: np.sum(x[np.arange(3)[:, None], i] ** 2),
        lambda x, i: np.sum(x[np.arange(3) // 2, i] ** 2),
        lambda x, i: np.sum(x[np.arange(1), i] ** 2),
    ):  # fmt: skip
        source = st.grad(f, example=(M, ROWS)).source
        assert "np.add.at" in source, source
        check(f, M, ROWS, wrt=(0,))


def test_a_range_of_one_entry_is_broadcast_against_labels():
    def f(x, i, n):
        return np.sum(x[np.arange(n), i] ** 2)

    x = np.ones((4, 5))
    for example in (None, (x, COLS, 3)):
        grad = st.grad(f, example=example)(x, COLS, 1)
        np.testing.assert_array_equal(grad[0], [0.0, 4.0, 0.0, 0.0, 2.0])


def test_negative_and_positive_entries_of_an_index_may_be_the_same():
    check(lambda x: x[np.arange(-2, 4)] ** 2, V)


def test_entries_of_empty_single_precision_and_int_arrays():
    check(lambda x: x[1:] ** 2, np.zeros((0, 3)))
    x = V.astype(np.float32)
    assert st.grad(lambda x: np.sum(x[ROWS] ** 2))(x).dtype == np.float32
    assert st.grad(lambda x: np.sum(np.take(x, ROWS) ** 2))(x).dtype == np.float32
    np.testing.assert_array_equal(st.grad(lambda x: x[1] ** 2)(np.arange(3)), [0.0, 2.0, 0.0])
    np.testing.assert_array_equal(
        st.grad(lambda x: x[1] ** 2, example=(np.arange(3),))(np.arange(3)), [0.0, 2.0, 0.0]
    )


def test_writes_that_numpy_does_by_a_function():
    def at(x):
        y = np.zeros(5)
        np.add.at(y, ROWS, x[:3])
        return np.sum(y**2)

    def put(x):
        y = np.zeros(5)
        np.put_along_axis(y, ROWS, x[:3], 0)
        return np.sum(y**2)

    def fill(x):
        y = np.zeros((5, 5))
        np.fill_diagonal(y, x[0])
        return np.sum(y**2)

    def by_name(x):
        y = np.zeros(5)
        np.multiply(x, 2.0, out=y)
        return np.sum(y)

    def by_position(x):
        y = np.zeros(5)
        np.multiply(x, 2.0, y)
        return np.sum(y)

    def shuffled(x):
        y = x * 2.0
        np.random.default_rng(0).shuffle(y)
        return np.sum(y * V)

    for f in (at, put, fill, by_name, by_position):
        check(f, V)
    for transform in (st.grad, st.jvp):
        with pytest.raises(UnsupportedError):
            transform(shuffled)
