"""numpy.linalg: norms, inverses, systems and determinants, of matrices and of stacks of them."""

from __future__ import annotations

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(3)


def array(*shape):
    return rng.standard_normal(shape)


def square(*shape):
    """Well conditioned matrices."""
    return rng.standard_normal(shape) + 3.0 * np.eye(shape[-1])


def body(fn, *example):
    text = st.vjp(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines()]


def solve(a, b):
    return np.linalg.solve(a, b)


def inv(a):
    return np.linalg.inv(a)


def det(a):
    return np.linalg.det(a)


# ------------------------------------------------------------ inv, solve


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (1, 1)])
def test_the_inverse_of_a_matrix_or_a_stack(shape):
    check(inv, square(*shape))


@pytest.mark.parametrize(
    "a, b",
    [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 2)), ((2, 3, 3), (3,)),
     ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 1)), ((1, 3, 3), (4, 3, 2)), ((3, 3), (3, 3))],
)  # fmt: skip
def test_systems_with_vectors_matrices_and_stacks(a, b):
    check(solve, square(*a), array(*b), second=len(b) < 3)


def test_a_system_prints_as_in_a_textbook():
    assert body(solve, square(3, 3), array(3, 2)) == [
        "db = np.linalg.solve(a.T, dout)", "da = -(db @ np.linalg.solve(a, b).T)", "return da, db",
    ]  # fmt: skip


def test_complex_systems():
    check(solve, square(3, 3) + 1j * array(3, 3), array(3) + 1j * array(3))


def test_a_quadratic_form_of_an_inverse():
    check(lambda a, x: x @ np.linalg.inv(a) @ x, square(3, 3), array(3))


# ------------------------------------------------------------ det, slogdet


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (1, 1), (2, 2, 2, 2)])
def test_the_determinant_of_a_matrix_or_a_stack(shape):
    check(det, square(*shape))


def test_the_gradient_of_det_is_right_at_singular_matrices():
    a = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])
    check(det, a, second=False)
    assert np.allclose(st.grad(det)(np.zeros((1, 1))), 1.0)
    assert np.array_equal(st.grad(det)(np.zeros((3, 3))), np.zeros((3, 3)))


def test_the_second_derivative_of_det_at_a_singular_matrix_raises():
    pushed = st.jvp(st.grad(det))
    with pytest.raises(np.linalg.LinAlgError):
        pushed(np.zeros((2, 2)), np.ones((2, 2)))


def test_a_complex_determinant():
    check(det, square(3, 3) + 1j * array(3, 3))


def test_slogdet_is_unpacked():
    def f(a):
        sign, logdet = np.linalg.slogdet(a)
        return sign * logdet

    check(f, square(3, 3))
    check(f, -square(3, 3))


def test_slogdet_is_indexed():
    check(lambda a: np.linalg.slogdet(a)[1], square(2, 3, 3))


def test_slogdet_has_fields():
    check(lambda a: 2.0 * np.linalg.slogdet(a).logabsdet, square(3, 3))


def test_slogdet_prints_as_the_inverse():
    assert body(lambda a: np.linalg.slogdet(a)[1], square(3, 3)) == [
        "da = dout * np.linalg.inv(a).T", "return da,",
    ]  # fmt: skip


def test_the_sign_of_a_complex_determinant_moves():
    def f(a):
        s = np.linalg.slogdet(a)
        return s.sign * np.exp(s.logabsdet)

    check(f, square(3, 3) + 1j * array(3, 3))


# ------------------------------------------------------------ norms


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), ()])
def test_the_norm_of_everything(shape):
    check(lambda x: np.linalg.norm(x), array(*shape))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.norm(x, axis=0),
        lambda x: np.linalg.norm(x, axis=-1),
        lambda x: np.linalg.norm(x, axis=1, keepdims=True),
        lambda x: np.linalg.norm(x, axis=(0, 1)),
        lambda x: np.linalg.norm(x, axis=(-1, 0), keepdims=True),
        lambda x: np.linalg.norm(x, keepdims=True),
        lambda x: np.linalg.norm(x, 2, axis=1),
        lambda x: np.linalg.norm(x, 1, axis=1),
        lambda x: np.linalg.norm(x, 3, axis=1),
        lambda x: np.linalg.norm(x, 2.5, 0, True),
        lambda x: np.linalg.norm(x, np.inf, axis=1),
        lambda x: np.linalg.norm(x, -np.inf, axis=0),
        lambda x: np.linalg.norm(x, "fro", axis=(0, 2)),
        lambda x: np.linalg.norm(x, 1, axis=(0, 1)),
        lambda x: np.linalg.norm(x, -1, axis=(1, 2)),
        lambda x: np.linalg.norm(x, np.inf, axis=(2, 0), keepdims=True),
        lambda x: np.linalg.norm(x, -np.inf, axis=(0, 1)),
    ],
)
def test_norms_of_every_order_along_axes(f):
    check(f, array(3, 4, 2))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.norm(x, "fro"),
        lambda x: np.linalg.norm(x, 1),
        lambda x: np.linalg.norm(x, -np.inf),
    ],
)
def test_the_rank_says_whether_it_is_the_norm_of_a_matrix(f):
    check(f, array(3, 4), examples=(True,))


def test_the_norm_of_a_vector_of_known_rank():
    check(lambda x: np.linalg.norm(x, 1), array(4), examples=(True,))


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
def test_an_order_without_axis_asks_for_the_rank_as_it_runs(shape):
    check(lambda x: np.linalg.norm(x, 1), array(*shape))
    check(lambda x: np.linalg.norm(x, -np.inf), array(*shape))


def test_an_axis_that_is_known_only_as_the_program_runs():
    check(lambda x, axis: np.linalg.norm(x, axis=axis), array(3, 4), 1, wrt=(0,))


def test_the_gradient_of_a_norm_at_zero_is_zero():
    for f in (
        lambda x: np.linalg.norm(x),
        lambda x: np.linalg.norm(x, axis=0),
        lambda x: np.linalg.norm(x, 3, axis=0),
        lambda x: np.linalg.norm(x, np.inf, axis=0),
    ):
        assert np.array_equal(st.grad(f)(np.zeros(3)), np.zeros(3))


def test_ties_in_the_largest_entry_share_equally():
    df = st.grad(lambda x: np.linalg.norm(x, np.inf, axis=0))
    assert np.array_equal(df(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0.0])


def test_the_norm_of_complex_numbers_is_real():
    check(lambda x: np.linalg.norm(x), array(3) + 1j * array(3))
    check(lambda x: np.linalg.norm(x, 3, axis=0), array(3) + 1j * array(3))


# ------------------------------------------------------------ powers, dtypes


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.matrix_power(a, 0),
        lambda a: np.linalg.matrix_power(a, 1),
        lambda a: np.linalg.matrix_power(a, 3),
        lambda a: np.linalg.matrix_power(a, -2),
    ],
)
def test_powers_of_matrices(f):
    check(f, square(2, 3, 3) / 3.0)


@pytest.mark.parametrize(
    "f", [inv, det, lambda a: np.linalg.norm(a), lambda a: np.linalg.slogdet(a)[1]]
)
@pytest.mark.parametrize("example", [False, True])
def test_float32_stays_float32(f, example):
    a = square(3, 3).astype("f")
    z = np.asarray(f(a))
    df = st.vjp(f, 0, example=(a,) if example else None)
    assert df(a, np.ones_like(z)[()]).dtype == np.float32


@pytest.mark.parametrize("n", [5, 1, -2])
def test_a_power_known_only_as_the_program_runs(n):
    check(lambda a, n: np.linalg.matrix_power(a, n), square(3, 3) / 3.0, n, wrt=(0,), second=n == 5)


def test_high_powers_take_few_products():
    assert body(lambda a: np.linalg.matrix_power(a, 100), square(3, 3))[-1] == "return da,"
    check(lambda a: np.linalg.matrix_power(a, 9), square(2, 3, 3) / 4.0, second=False)
    check(lambda a: np.linalg.matrix_power(a, -3), square(3, 3), second=False)


def test_int_matrices_have_float_gradients():
    a = np.array([[2, 1], [1, 3]])
    da = st.grad(det)(a)
    assert da.dtype == float and np.allclose(da, [[3, -1], [-1, 2]])


# ------------------------------------------------------------ norms by singular values


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.norm(x, "nuc"),
        lambda x: np.linalg.norm(x, 2),
        lambda x: np.linalg.norm(x, -2),
    ],
)
def test_norms_by_singular_values(f):
    check(f, array(3, 4))
    check(f, array(3, 4) + 1j * array(3, 4), second=False)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.norm(x, "nuc", axis=(0, 1)),
        lambda x: np.linalg.norm(x, 2, axis=(2, 0)),
        lambda x: np.linalg.norm(x, -2, axis=(-2, -1), keepdims=True),
        lambda x: np.linalg.matrix_norm(x, ord="nuc"),
        lambda x: np.linalg.matrix_norm(x, ord=2, keepdims=True),
        lambda x: np.linalg.matrix_norm(x, ord=-1),
        lambda x: np.linalg.matrix_norm(x),
        lambda x: np.linalg.vector_norm(x),
        lambda x: np.linalg.vector_norm(x, axis=1),
        lambda x: np.linalg.vector_norm(x, axis=(0, 2), keepdims=True),
        lambda x: np.linalg.vector_norm(x, ord=1, axis=(0, 1)),
        lambda x: np.linalg.vector_norm(x, ord=3),
        lambda x: np.linalg.vector_norm(x, ord=np.inf, axis=(0, 2)),
        lambda x: np.linalg.vector_norm(x, ord=-np.inf),
    ],
)
def test_norms_of_stacks(f):
    check(f, array(3, 2, 4), second=False)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.cond(x),
        lambda x: np.linalg.cond(x, -2),
        lambda x: np.linalg.cond(x, "fro"),
        lambda x: np.linalg.cond(x, "nuc"),
        lambda x: np.linalg.cond(x, p=1),
        lambda x: np.linalg.cond(x, -np.inf),
    ],
)
def test_condition_numbers(f):
    check(f, square(3, 3), second=False)
    check(f, square(2, 3, 3), second=False)


def test_the_largest_singular_values_share_a_tie():
    df = st.grad(lambda x: np.linalg.norm(x, 2), example=(np.eye(2),))
    assert np.allclose(df(np.eye(2)), 0.5 * np.eye(2))


def test_the_nuclear_norm_at_zero():
    df = st.grad(lambda x: np.linalg.norm(x, "nuc"))
    assert np.array_equal(df(np.zeros((2, 2))), np.zeros((2, 2)))
    assert np.allclose(df(np.diag([2.0, 0.0])), np.diag([1.0, 0.0]))


def test_norms_of_float32():
    def f(x):
        return np.linalg.norm(x, 2) + np.linalg.norm(x, 1) + np.linalg.norm(x, np.inf, axis=0)[0]

    assert st.grad(f)(array(3, 3).astype("f")).dtype == np.float32


# ------------------------------------------------------------ several arrays, several axes


@pytest.mark.parametrize(
    "f, shapes",
    [
        (lambda a, b: np.linalg.tensorsolve(a, b), [(2, 3, 6), (2, 3)]),
        (lambda a, b: np.linalg.tensorsolve(a, b, axes=(0, 2)), [(2, 2, 3, 3), (2, 3)]),
        (lambda a: np.linalg.tensorinv(a), [(2, 3, 3, 2)]),
        (lambda a: np.linalg.tensorinv(a, ind=1), [(6, 2, 3)]),
        (lambda a, b, c: np.linalg.multi_dot([a, b, c]), [(2, 3), (3, 4), (4, 2)]),
        (lambda a, b, c: np.linalg.multi_dot((a, b, c)), [(3,), (3, 4), (4,)]),
        (lambda a, b, c: np.linalg.multi_dot([a, b, c, a]), [(2, 3), (3, 4), (4, 2)]),
    ],
)
def test_tensors_and_chains(f, shapes):
    check(f, *(array(*shape) for shape in shapes))


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.linalg.trace(a),
        lambda a: np.linalg.trace(a, offset=1),
        lambda a: np.linalg.diagonal(a),
        lambda a: np.linalg.diagonal(a, offset=-1),
        lambda a: np.linalg.matrix_transpose(a),
    ],
)
def test_functions_of_the_last_two_axes(f, shape):
    check(f, array(*shape), second=False)


@pytest.mark.parametrize(
    "f, shapes",
    [
        (lambda a, b: np.linalg.matmul(a, b), [(2, 3, 4), (4, 2)]),
        (lambda a, b: np.linalg.outer(a, b), [(3,), (4,)]),
        (lambda a, b: np.linalg.cross(a, b), [(4, 3), (3,)]),
        (lambda a, b: np.linalg.tensordot(a, b, axes=1), [(4, 3), (3, 2)]),
        (lambda a, b: np.linalg.vecdot(a, b), [(4, 3), (3,)]),
    ],
)
def test_products_of_linalg(f, shapes):
    check(f, *(array(*shape) for shape in shapes), second=False)


def test_every_function_of_linalg_is_known():
    from srctransform.rules.registry import refusal_of, rule_of

    for name in np.linalg.__all__:
        fn = getattr(np.linalg, name)
        rule = rule_of(fn)
        known = rule is not None and (rule.constant or rule.differentiable)
        assert known or refusal_of(fn) or isinstance(fn, type), name
