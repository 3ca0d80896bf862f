"""select, choose, take, compress and entries by index functions: every option, both modes."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(0)
V = rng.standard_normal(6)
W = V[::-1]
M = rng.standard_normal((3, 4))


@pytest.mark.parametrize(
    "expression, args",
    [
        ("np.select([x > 0.5, x > 0], [x**2, y**3], 5.0)", (V, W)),
        ("np.select([x > 0.5, x > 0], [x**2, 2.0], y)", (V, 1.5)),
        ("np.select((x > 10, x > 0), (y, x))", (V, 1.5)),
        ("np.choose(np.array([0, 2, 1, 1, 0, 2]), [x, y, 2.0]) ** 2", (V, W)),
        ("np.choose(np.array([-1, 5, 1, 3, 0, -4]), (x, y, x * y), mode='wrap') ** 2", (V, W)),
        ("np.choose(np.array([-1, 5, 1, 3, 0, -4]), [x, y], mode='clip') ** 2", (V, 1.5)),
        ("np.choose(np.array([0, 2, 1, 1]), x) ** 2", (M,)),
        ("np.choose(np.array([0, 1, 1]), [x, y]) ** 2", (V[:3], V[:1])),
        ("np.select([x > 0], [y], x) ** 2", (V, V[:1])),
        ("np.select([x > 0], [y], x) ** 2", (M, V[:4])),
        ("x[np.tril_indices(3)] ** 2", (M,)),
        ("x[np.triu_indices_from(x, 1)] ** 2", (M,)),
        ("x[:3, :3][np.diag_indices(3)] ** 2", (M,)),
        ("x[np.mask_indices(3, np.triu)] ** 2", (M,)),
        (
            "x.ravel()[np.ravel_multi_index((np.array([0, 1]), np.array([1, 2])), x.shape)] ** 2",
            (M,),
        ),
        ("x[np.ix_([0, 2], [1, 1, 3])] ** 2", (M,)),
        ("np.compress([True, False, True], x, axis=0) ** 2", (M,)),
        ("np.take_along_axis(x, np.argsort(x, axis=1), axis=1) ** 2 * np.arange(4.0)", (M,)),
        ("np.take_along_axis(x, np.array([3, 1, 1]), axis=None) ** 2", (M,)),
        ("np.extract(x > 0, x) ** 2", (M,)),
        ("np.take(x, [[0, 1], [2, 2]], axis=1, mode='clip') ** 2", (M,)),
        ("np.take(x, np.array([5, -7]), mode='wrap') ** 2", (M,)),
    ],
)
def test_the_derivative_is_right(expression, args):
    check(program(expression, "x, y" if len(args) > 1 else "x"), *args)


def test_the_first_condition_that_holds_selects():
    df = st.grad(lambda x, y: np.sum(np.select([x > 0, x > -1], [x, y], 7.0)), (0, 1))
    dx, dy = df(np.array([1.0, -0.5, -2.0]), np.array([5.0, 6.0, 7.0]))
    np.testing.assert_array_equal(dx, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(dy, [0.0, 1.0, 0.0])


def test_choices_of_unknown_number_are_refused():
    with pytest.raises(UnsupportedError, match="known length"):
        st.grad(lambda x, c: np.sum(np.select(c, x)))


def test_what_is_printed():
    text = st.vjp(program("np.select([x > 0, x > -1], [x, y], 7.0)", "x, y"), (0, 1),
                  example=(V, W)).source  # fmt: skip
    assert "dx = np.where(" in text and "dy = np.where(" in text
