"""astype, require, asarray_chkfinite, asfortranarray."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

M = np.random.default_rng(0).standard_normal((2, 3))


@pytest.mark.parametrize(
    "expression",
    [
        "np.astype(x, float) ** 2",
        "np.astype(x, x.dtype, copy=False) ** 2",
        "np.asfortranarray(x) ** 2",
        "np.asfortranarray(x, float) ** 2",
        "np.asarray_chkfinite(x) ** 2",
        "np.asarray_chkfinite([x, 2 * x]) ** 2",
        "np.asarray_chkfinite(x, dtype=float, order='F') ** 2",
        "np.require(x, float, ['F']) ** 2",
        "np.require(x, requirements='C') ** 2",
    ],
)
def test_the_derivative_is_right(expression):
    check(program(expression), M)
    check(program(expression), M[:, ::2].T, second=False)


def test_dtypes():
    x = M.astype(np.float32)
    for text in ("np.astype(x, float)", "np.require(x, float)", "np.asfortranarray(x, float)"):
        assert st.grad(program(f"np.sum({text} ** 2)"))(x).dtype == np.float32
    f = program("np.sum(np.astype(x, int) * x)")
    np.testing.assert_array_equal(st.grad(f)(np.array([1.5, 2.5])), [1.0, 2.0])
