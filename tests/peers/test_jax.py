"""Gradients agree with those of JAX, where JAX is installed: the `bench` extra.

Where the two differ, `DIFFERENT` says why; docs/differences.md tells users.
"""

import warnings

import numpy as np
import pytest
from scipy import linalg, special, stats

import srctransform as st
from tests.peers.expressions import (
    LINALG,
    MORE_LINALG,
    MORE_NUMPY,
    MORE_SPECIAL,
    MORE_STATS,
    NUMPY,
    SPECIAL,
    STATS,
    program,
    split,
)

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")
jsp = pytest.importorskip("jax.scipy")

OURS = {
    "np": np, "la": np.linalg, "fft": np.fft, "sc": special, "sl": linalg, "stats": stats,
}  # fmt: skip
THEIRS = {
    "np": jnp, "la": jnp.linalg, "fft": jnp.fft, "sc": jsp.special, "sl": jsp.linalg,
    "stats": jsp.stats,
}  # fmt: skip

LOWER = "ours is the gradient of what is read, the lower triangle"

#: expression -> why JAX gives something else; docs/differences.md says it to users
DIFFERENT = {
    "la.cholesky(S)": LOWER,
    "sl.cholesky(S, lower=True)": LOWER,
    "sl.cho_solve((la.cholesky(S), True), v)": LOWER,
    "np.unique(x)": "JAX gives zero",
    "np.partition(n, 3)": "the order inside of the parts is JAX's own",
    "sc.spence(p)": "JAX gives NaN below 1",
}

EXPRESSIONS = split(
    NUMPY + MORE_NUMPY + SPECIAL + MORE_SPECIAL + STATS + MORE_STATS + LINALG + MORE_LINALG
)


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    jax.config.update("jax_enable_x64", True)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_gradients_are_those_of_jax(expression):
    if expression in DIFFERENT:
        pytest.skip(DIFFERENT[expression])
    ours, args = program(expression, OURS)
    theirs, _ = program(expression, THEIRS)
    rng = np.random.default_rng(0)
    out = np.asarray(ours(*args))
    dout = rng.standard_normal(out.shape)
    if out.dtype.kind == "c":
        dout = dout + 1j * rng.standard_normal(out.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value, pull = jax.vjp(theirs, *map(jnp.asarray, args))
            want = pull(jnp.asarray(dout, value.dtype))
        except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
            pytest.skip(f"not in JAX: {type(error).__name__}")
        got = st.vjp(ours, tuple(range(len(args))))(*args, dout[()])
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-7, atol=1e-9)
