"""@, dot, vdot, inner, outer, tensordot: every rank in both modes, and the code they print."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import srctransform as st
from srctransform import runtime
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(0)


def array(*shape):
    return rng.standard_normal(shape)


def matmul(x, y):
    return x @ y


def body(fn, *example):
    """The statements of the gradient, without its docstring."""
    text = st.vjp(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines()]


RANKS = [
    ((3,), (3,)), ((3,), (3, 4)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)),
    ((5, 2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)), ((3,), (5, 3, 4)), ((2, 3), (5, 3, 4)),
]  # fmt: skip


@pytest.mark.parametrize("a, b", RANKS)
def test_matmul_is_right_at_every_rank(a, b):
    check(matmul, array(*a), array(*b))


@pytest.mark.parametrize(
    "a, b", [((1, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (1, 6, 3, 4)), ((6, 1, 3), (2, 1, 3, 1))]
)
def test_matmul_sums_over_stacks_of_length_one(a, b):
    check(matmul, array(*a), array(*b), second=False)


@pytest.mark.parametrize("a, b", [((1, 3), (3, 1)), ((1,), (1, 1)), ((2, 1), (1,))])
def test_matmul_keeps_axes_of_length_one(a, b):
    check(matmul, array(*a), array(*b), second=False)


@pytest.mark.parametrize("a, b", [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 0), (0,))])
def test_matmul_takes_empty_arrays(a, b):
    check(matmul, array(*a), array(*b), second=False)


def test_matmul_of_a_matrix_and_itself():
    check(lambda x: x @ x.T @ x, array(2, 3))


def test_np_matmul_is_the_operator():
    check(lambda x, y: np.matmul(x, y), array(2, 3), array(3, 4), second=False)


def test_an_augmented_matmul_is_a_product():
    def f(x, y):
        z = x * 1.0
        z @= y
        return z

    check(f, array(3, 3), array(3, 3), second=False)


def test_arrays_that_are_not_contiguous():
    check(matmul, array(3, 4).T, array(6, 3)[::2], second=False)


def test_matmul_with_int_matrices_gives_float_gradients():
    dx = st.grad(lambda x, y: np.sum(x @ y))(np.ones((2, 3), int), np.arange(12).reshape(3, 4))
    assert dx.dtype == float
    assert np.array_equal(dx, [[6, 22, 38]] * 2)


@pytest.mark.parametrize("example", [False, True])
def test_float32_stays_float32(example):
    x, y = array(2, 3).astype("f"), array(3, 4).astype("f")
    df = st.grad(lambda x, y: np.sum((x @ y) ** 2), (0, 1), example=(x, y) if example else None)
    assert all(g.dtype == np.float32 for g in df(x, y))


def test_complex_factors_are_not_conjugated():
    x, y = array(2, 3) + 1j * array(2, 3), array(3, 4) + 1j * array(3, 4)
    check(matmul, x, y)


def test_a_real_factor_of_a_complex_product_has_a_real_gradient():
    check(matmul, array(2, 3), array(3) + 1j * array(3))


def test_a_layer_prints_as_an_engineer_writes_it():
    assert body(matmul, array(2, 3), array(3, 4)) == [
        "dx = dout @ y.T", "dy = x.T @ dout", "return dx, dy",
    ]  # fmt: skip


def test_a_matrix_and_a_vector_print_as_an_outer_product():
    assert body(matmul, array(2, 3), array(3)) == [
        "dx = np.outer(dout, y)", "dy = x.T @ dout", "return dx, dy",
    ]  # fmt: skip


def test_a_vector_and_a_matrix_print_as_an_outer_product():
    assert body(matmul, array(3), array(3, 4)) == [
        "dx = y @ dout", "dy = np.outer(x, dout)", "return dx, dy",
    ]  # fmt: skip


def test_two_vectors_print_as_multiples_of_each_other():
    assert body(matmul, array(3), array(3)) == ["dx = dout * y", "dy = dout * x", "return dx, dy"]


def test_np_dot_of_matrices_prints_as_matmul_does():
    assert body(lambda x, y: np.dot(x, y), array(2, 3), array(3, 4)) == body(
        matmul, array(2, 3), array(3, 4)
    )


def test_grad_of_a_product_that_is_no_scalar_raises():
    with pytest.raises(TypeError, match="scalar"):
        st.grad(matmul)(array(2, 3), array(3, 2))


def test_a_cotangent_of_another_shape_raises():
    for x, y in ((array(2, 3), array(3, 4)), (array(3), array(2, 3, 1)), (array(3), array(3))):
        for dout in (array(7), 1.0, array(2, 1)):
            if np.shape(dout) != (x @ y).shape:
                with pytest.raises(ValueError, match="has shape"):
                    st.vjp(matmul, (0, 1))(x, y, dout)


@pytest.mark.parametrize("a, b", [*RANKS[:7], ((5, 2, 3), (6, 3, 4)), ((), (3,)), ((2, 3), ())])
def test_dot_is_right_at_every_rank(a, b):
    check(lambda x, y: np.dot(x, y), array(*a), array(*b))


def test_dot_as_a_method():
    check(lambda x, y: x.dot(y), array(2, 3), array(3))


@pytest.mark.parametrize(
    "a, b",
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 3)), ((2, 4, 3), (5, 3)),
     ((5, 3), (2, 4, 3)), ((3,), (2, 4, 3)), ((), (2, 3)), ((3,), ())],
)  # fmt: skip
def test_inner_is_right_at_every_rank(a, b):
    check(lambda x, y: np.inner(x, y), array(*a), array(*b))


@pytest.mark.parametrize("a, b", [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,))])
def test_vdot_flattens_its_arguments(a, b):
    check(lambda x, y: np.vdot(x, y), array(*a), array(*b))


def test_vdot_conjugates_its_first_argument():
    check(lambda x, y: np.vdot(x, y), array(3) + 1j * array(3), array(3) + 1j * array(3))


@pytest.mark.parametrize("a, b", [((3,), (4,)), ((2, 3), (4,)), ((), (3,)), ((2, 2), (3, 1))])
def test_outer_flattens_its_arguments(a, b):
    check(lambda x, y: np.outer(x, y), array(*a), array(*b))


def test_outer_of_vectors_prints_as_products():
    assert body(lambda x, y: np.outer(x, y), array(3), array(4)) == [
        "dx = dout @ y", "dy = dout.T @ x", "return dx, dy",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "a, b, axes",
    [((2, 3), (3, 4), 1), ((3,), (3,), 1), ((2, 3), (2, 3), 2), ((2,), (3,), 0),
     ((2, 3, 4), (4, 3, 5), ([1, 2], [1, 0])), ((2, 3), (2, 4), (0, 0)),
     ((2, 3, 4), (4, 5, 2), ([-1, 0], [0, -1])), ((5, 2, 3), (3, 4), ([2], [0]))],
)  # fmt: skip
def test_tensordot_is_right_for_every_form_of_axes(a, b, axes):
    def f(x, y, axes):
        return np.tensordot(x, y, axes=axes)

    check(f, array(*a), array(*b), axes, wrt=(0, 1), second=len(a) < 3)


@pytest.mark.parametrize(
    "f, a, b",
    [
        (lambda x, y: np.tensordot(x, y), (2, 3), (2, 3)),
        (lambda x, y: np.tensordot(x, y, axes=0), (2,), (3,)),
        (lambda x, y: np.tensordot(x, y, ([1, 2], [1, 0])), (2, 3, 4), (4, 3, 5)),
        (lambda x, y: np.tensordot(x, y, axes=(0, 0)), (2, 3), (2, 4)),
        (lambda x, y: np.tensordot(x, y, ([-1, 0], [0, -1])), (2, 3, 4), (4, 5, 2)),
        (lambda x, y: np.tensordot(x, y, ([2], [0])), (5, 2, 3), (3, 4)),
    ],
    ids=["default", "outer", "lists", "ints", "negative", "stack"],
)
def test_axes_of_tensordot_that_are_known_before(f, a, b):
    check(f, array(*a), array(*b), second=len(a) < 3)


def test_tensordot_sums_two_axes_unless_told():
    check(lambda x, y: np.tensordot(x, y), array(4, 2, 3), array(2, 3), second=False)


def test_tensordot_over_one_axis_prints_as_matmul_does():
    assert body(lambda x, y: np.tensordot(x, y, 1), array(2, 3), array(3, 4)) == body(
        matmul, array(2, 3), array(3, 4)
    )


@pytest.mark.parametrize("a, b", [((2,), (3,)), ((2, 3), (3, 2)), ((2,), (3, 2)), ((2, 2), (1,))])
def test_kron_is_right_at_every_rank(a, b):
    check(lambda x, y: np.kron(x, y), array(*a), array(*b))


@pytest.mark.parametrize("a, b", [((3,), (3,)), ((4, 3), (3,)), ((3,), (4, 3))])
def test_cross_of_vectors_and_stacks(a, b):
    check(lambda x, y: np.cross(x, y), array(*a), array(*b))


def test_cross_along_another_axis():
    check(lambda x, y: np.cross(x, y, axis=0), array(3, 2), array(3, 2))
    check(lambda x, y: np.cross(x, y, axis=0), array(3), array(3, 3))


@pytest.mark.parametrize(
    "options",
    ["axisa=0, axisb=0, axisc=0", "axisa=0", "axisb=0, axisc=0", "-1, 0", "axisa=1, axisc=0"],
)
def test_cross_with_an_axis_for_each(options):
    f = program(f"np.cross(x, y, {options}) ** 2", "x, y")
    check(f, array(3, 3), array(3, 3))


def takes_two_components():
    """NumPy 2.5 no longer does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return np.cross(np.ones(2), np.ones(2)).shape == ()
        except ValueError:
            return False


@pytest.mark.skipif(not takes_two_components(), reason="NumPy takes vectors of three alone")
@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize("a, b", [((2,), (2,)), ((4, 2), (2,)), ((4, 2), (4, 3)), ((3,), (4, 2))])
def test_cross_of_vectors_of_two_components(a, b):
    check(lambda x, y: np.cross(x, y) ** 2, array(*a), array(*b))


def test_kron_of_complex_factors():
    x, y = array(2, 2) + 1j * array(2, 2), array(3) - 1j * array(3)
    for f in (np.kron, np.outer, np.vdot, np.inner):
        pair = (x, y) if f in (np.kron, np.outer) else (y, y[::-1])
        check(program(f"np.{f.__name__}(x, y) ** 2", "x, y"), *pair, second=False)


@pytest.mark.parametrize("a, b", RANKS)
def test_the_helpers_agree_with_the_rules(a, b):
    x, y = array(*a), array(*b)
    dout = array(*np.shape(x @ y))
    dx, dy = st.vjp(matmul, (0, 1), example=(x, y))(x, y, dout)
    assert np.allclose(dx, runtime.matmul_dx(dout, x, y), atol=1e-12)
    assert np.allclose(dy, runtime.matmul_dy(dout, x, y), atol=1e-12)


def test_a_network_of_two_layers():
    def f(x, v, w, b):
        return np.sum(np.tanh(x @ v + b) @ w)

    check(f, array(5, 3), array(3, 4), array(4, 2), array(4))
