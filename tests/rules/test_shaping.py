"""Functions that move or copy entries: every form of their arguments, both modes."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(0)
V = rng.standard_normal(4)
M = rng.standard_normal((2, 3))
S = rng.standard_normal((3, 3))
T = rng.standard_normal((2, 3, 4))

CASES = {
    "reshape to a tuple": (lambda x: np.reshape(x, (3, 2)) ** 2, M),
    "reshape by the method": (lambda x: x.reshape(3, 2) ** 2, M),
    "reshape with a dimension left open": (lambda x: x.reshape(-1) ** 2, M),
    "reshape in Fortran order": (lambda x: np.reshape(x, (3, 2), order="F") ** 2, M),
    "reshape by another's shape": (lambda x: np.reshape(x, np.shape(M.T)) ** 2, M),
    "reshape to a shape that is put together": (lambda x: x.reshape(x.shape + (1,)) ** 2, M),
    "reshape to a part of a shape": (lambda x: x.reshape(x.shape[0], -1) ** 2, T),
    "ravel": (lambda x: x.ravel() ** 2, M),
    "ravel in Fortran order": (lambda x: np.ravel(x, order="F") ** 2, M),
    "flatten": (lambda x: x.flatten() ** 2, T),
    "transpose": (lambda x: np.transpose(x) ** 2, T),
    "transpose by axes": (lambda x: np.transpose(x, (2, 0, 1)) ** 2, T),
    "transpose by negative axes": (lambda x: np.transpose(x, (-1, 0, -2)) ** 2, T),
    "transpose by the method": (lambda x: x.transpose(1, 0) ** 2, M),
    "T": (lambda x: x.T @ x, M),
    "matrix_transpose": (lambda x: np.matrix_transpose(x) ** 2, T),
    "swapaxes": (lambda x: np.swapaxes(x, 0, -1) ** 2, T),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1) ** 2, T),
    "moveaxis of several": (lambda x: np.moveaxis(x, (0, 1), (2, 0)) ** 2, T),
    "rollaxis": (lambda x: np.rollaxis(x, 2) ** 2, T),
    "rollaxis to a place": (lambda x: np.rollaxis(x, 0, 2) ** 2, T),
    "squeeze": (lambda x: np.squeeze(x) ** 2, M[:, None]),
    "squeeze an axis": (lambda x: np.squeeze(x, 1) ** 2, M[:, None]),
    "squeeze axes": (lambda x: np.squeeze(x, axis=(0, -1)) ** 2, M[None, :, :, None]),
    "expand_dims": (lambda x: np.expand_dims(x, 1) ** 2, M),
    "expand_dims of several": (lambda x: np.expand_dims(x, (0, -1)) ** 2, M),
    "broadcast_to": (lambda x: np.broadcast_to(x, (5, 2, 3)) ** 2, M),
    "broadcast_to from length one": (lambda x: np.broadcast_to(x, (4, 3)) ** 2, M[:1]),
    "broadcast_to of a scalar": (lambda x: np.broadcast_to(x, (4, 3)) ** 2, 1.5),
    "atleast_1d": (lambda x: np.atleast_1d(x) ** 2, 1.5),
    "atleast_2d": (lambda x: np.atleast_2d(x) ** 2, V),
    "atleast_3d": (lambda x: np.atleast_3d(x) ** 2, M),
    "flip": (lambda x: np.flip(x) ** 2 * M, M),
    "flip an axis": (lambda x: np.flip(x, 1) ** 2 * M, M),
    "flip axes": (lambda x: np.flip(x, axis=(0, 2)) ** 2, T),
    "fliplr and flipud": (lambda x: np.fliplr(x) * np.flipud(x), M),
    "rot90": (lambda x: np.rot90(x) ** 2, M),
    "rot90 thrice in a plane": (lambda x: np.rot90(x, 3, (1, 2)) ** 2, T),
    "roll": (lambda x: np.roll(x, 2) ** 2 * M, M),
    "roll an axis": (lambda x: np.roll(x, -1, axis=1) ** 2 * M, M),
    "roll axes": (lambda x: np.roll(x, (1, 2), axis=(0, 1)) ** 2 * M, M),
    "tile a vector": (lambda x: np.tile(x, 3) ** 2, V),
    "tile a matrix": (lambda x: np.tile(x, (2, 3)) ** 2, M),
    "tile to a higher rank": (lambda x: np.tile(x, (2, 1, 3)) ** 2, V),
    "repeat": (lambda x: np.repeat(x, 3) ** 2, V),
    "repeat a matrix": (lambda x: np.repeat(x, 2) ** 2, M),
    "repeat along an axis": (lambda x: np.repeat(x, 2, axis=0) ** 2, M),
    "repeat by an array": (lambda x: np.repeat(x, np.array([1, 0, 2]), axis=1) ** 2, M),
    "repeat by the method": (lambda x: x.repeat(2, axis=-1) ** 2, M),
    "diag of a vector": (lambda x: np.diag(x, 1) ** 2, V),
    "diag of a matrix": (lambda x: np.diag(x) ** 2, M),
    "diag of a matrix below": (lambda x: np.diag(x, k=-1) ** 2, S),
    "diagflat": (lambda x: np.diagflat(x, -1) ** 2, M),
    "diagonal": (lambda x: np.diagonal(x) ** 2, T),
    "diagonal elsewhere": (lambda x: np.diagonal(x, 1, 1, 2) ** 2, T),
    "diagonal by the method": (lambda x: x.diagonal(offset=-1) ** 2, S),
    "trace": (lambda x: np.trace(x) ** 2, M),
    "trace of planes": (lambda x: np.trace(x, offset=-1, axis1=2, axis2=0) ** 2, T),
    "tril": (lambda x: np.tril(x, -1) ** 2, S),
    "triu": (lambda x: np.triu(x) ** 2, T),
    "pad": (lambda x: np.pad(x, 2) ** 2, V),
    "pad a matrix": (lambda x: np.pad(x, ((1, 0), (2, 3))) ** 2, M),
    "pad with a value": (lambda x: np.pad(x, (1, 2), constant_values=2.0) ** 2, M),
    "copy": (lambda x: np.copy(x) * x.copy(), M),
    "ascontiguousarray": (lambda x: np.ascontiguousarray(x.T) ** 2, M),
    "positive": (lambda x: np.positive(x) * +x, M),
    "reshape by keyword": (lambda x: np.reshape(x, shape=(3, 2), order="F", copy=True) ** 2, M),
    "transpose by keyword": (lambda x: np.transpose(x, axes=[1, 0, 2]) ** 2, T),
    "transpose by keyword of a transposition": (lambda x: np.transpose(x.T, axes=(1, 0, 2)), T),
    "mT": (lambda x: x.mT ** 2, T),
    "names of arguments": (lambda x: np.flip(m=x, axis=0) * np.fliplr(m=x) * np.tile(A=x, reps=1), M),
    "windows": (lambda x: np.lib.stride_tricks.sliding_window_view(x, 3) ** 2, V),
    "windows of two axes": (lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 2)) ** 2, M),
    "windows along an axis": (
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=0) ** 2, T),
    "astype to a float": (lambda x: x.astype(np.float64) ** 2, M),
    "astype to another's dtype": (lambda x: x.astype(M.dtype) ** 2, M),
    "item": (lambda x: np.sum(x, keepdims=True).item() ** 2, M),
    "sizes are constants": (lambda x: x * len(x) * x.size * x.ndim * x.shape[1], M),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_derivative_is_right(name):
    f, x = CASES[name]
    check(f, x)


def test_the_options_may_be_arguments():
    check(lambda x, n: np.roll(x, n) ** 2 * M, M, 2)
    check(lambda x, n: np.roll(x, n, axis=0) ** 2 * M, M, 1)
    check(lambda x, shape: x.reshape(shape) ** 2, M, (3, 2), wrt=(0,))
    check(lambda x, axes: np.transpose(x, axes) ** 2, T, (2, 0, 1), wrt=(0,))
    check(lambda x, axis: np.expand_dims(x, axis) ** 2, M, 1)
    check(lambda x, k: np.tril(x, k) ** 2, S, -1)
    check(lambda x, n: np.tile(x, n) ** 2, V, 2)
    check(lambda x, n, m: x.reshape(n, m) ** 2, M, 3, 2)


def test_padding_with_a_differentiable_value():
    check(lambda x, c: np.pad(x, 2, constant_values=c) ** 2, V, 1.5)


def test_inputs_that_are_not_contiguous():
    check(lambda x: np.reshape(x, (6,)) ** 2 * np.arange(6.0), M.T)
    check(lambda x: np.ravel(x)[1:] ** 2, T[:, ::2, ::-1])


def test_empty_and_zero_dimensional_arrays():
    empty = np.zeros((0, 3))
    for f in (
        lambda x: x.reshape(3, 0), lambda x: np.tile(x, (2, 2)), lambda x: np.repeat(x, 2, axis=1),
        lambda x: np.flip(x), lambda x: np.roll(x, 1), lambda x: np.pad(x, ((0, 0), (1, 2))),
    ):  # fmt: skip
        check(f, empty)
    point = np.array(1.5)
    for f in (
        lambda x: np.reshape(x, (1, 1)) ** 2, lambda x: np.ravel(x) ** 2,
        lambda x: np.expand_dims(x, 0) ** 2, lambda x: np.tile(x, 3) ** 2,
        lambda x: np.repeat(x, 3) ** 2, lambda x: np.ascontiguousarray(x) ** 2,
    ):  # fmt: skip
        check(f, point)


def test_single_precision_stays():
    x = M.astype(np.float32)
    for f in (
        lambda x: np.sum(np.tile(x, 2) ** 2), lambda x: np.trace(x) ** 2,
        lambda x: np.sum(np.pad(x, 1) ** 2), lambda x: np.sum(np.repeat(x, 2, axis=0) ** 2),
        lambda x: np.sum(x.astype(np.float64) ** 2), lambda x: np.sum(np.diag(x) ** 2),
    ):  # fmt: skip
        assert st.grad(f)(x).dtype == np.float32
        assert st.grad(f, example=(x,))(x).dtype == np.float32


def test_a_cast_to_ints_has_no_derivative():
    def f(x, dtype):
        return np.sum(x * x.astype(int)) + np.sum(x.astype(dtype) ** 2)

    x = np.array([1.5, 2.5])
    np.testing.assert_array_equal(st.grad(f)(x, np.int64), [1.0, 2.0])
    np.testing.assert_array_equal(st.grad(f, example=(x, np.int64))(x, np.int64), [1.0, 2.0])
    np.testing.assert_array_equal(st.grad(f)(x, np.float64), [4.0, 7.0])


def test_orders_that_depend_on_memory_are_refused():
    for f in (lambda x: x.ravel(order="K"), lambda x: np.reshape(x, (6,), order="A")):
        for transform in (st.vjp, st.jvp):
            with pytest.raises(UnsupportedError, match="memory"):
                transform(f)


def test_nested_lists_of_an_array_are_refused():
    with pytest.raises(UnsupportedError, match=r"tolist"):
        st.vjp(lambda x: np.sin(x).tolist())


def test_the_printed_adjoints_are_the_functions_themselves():
    def f(x):
        return np.sum(np.transpose(x, (2, 0, 1)) ** 2)

    assert "(1, 2, 0)" in st.grad(f, example=(T,)).source
    assert "def" not in st.grad(f, example=(T,)).source.split("def grad_f")[0]


def test_strides_are_refused():
    with pytest.raises(UnsupportedError, match="sliding_window_view"):
        st.vjp(lambda x: np.lib.stride_tricks.as_strided(x, (2, 2), (8, 8)))
