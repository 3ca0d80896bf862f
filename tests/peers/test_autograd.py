"""Gradients agree with those of autograd, for all that autograd differentiates."""

import warnings

import numpy as np
import pytest
from scipy import linalg, special, stats

import srctransform as st
from tests.peers.expressions import LINALG, NUMPY, SPECIAL, STATS, program, split

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import autograd
    import autograd.numpy
    import autograd.scipy.linalg
    import autograd.scipy.special
    import autograd.scipy.stats

OURS = {
    "np": np, "la": np.linalg, "fft": np.fft, "sc": special, "sl": linalg, "stats": stats,
}  # fmt: skip
THEIRS = {
    "np": autograd.numpy, "la": autograd.numpy.linalg, "fft": autograd.numpy.fft,
    "sc": autograd.scipy.special, "sl": autograd.scipy.linalg, "stats": autograd.scipy.stats,
}  # fmt: skip


@pytest.mark.parametrize("expression", split(NUMPY + SPECIAL + STATS + LINALG))
def test_gradients_are_those_of_autograd(expression):
    ours, args = program(expression, OURS)
    theirs, _ = program(expression, THEIRS)
    wrt = tuple(k for k, a in enumerate(args))
    rng = np.random.default_rng(0)
    out = np.asarray(ours(*args))
    dout = rng.standard_normal(out.shape)
    if out.dtype.kind == "c":
        dout = dout + 1j * rng.standard_normal(out.shape)
    dout = dout[()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = st.vjp(ours, wrt)(*args, dout)
        want = [autograd.make_vjp(theirs, k)(*args)[0](dout) for k in wrt]
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-7, atol=1e-9)
