"""What np.where did not choose gives no NaN: both modes, generic and with an example."""

import numpy as np
import pytest

import srctransform as st

from .checking import check

R = np.array([0.0, 1.0, 4.0, 0.0])
W = np.array([0.0, 2.0, 0.5, 3.0])

MASKED = {
    "log": lambda r, w: np.where(r > 0, np.log(r), 0.0),
    "entropy": lambda r, w: -np.where(r > 0, r * np.log(r), 0.0),
    "sqrt": lambda r, w: np.where(r > 0, 2.0 * np.sqrt(r), w),
    "power": lambda r, w: np.where(r > 0, r**0.5, w),
    "quotient": lambda r, w: np.where(w != 0, r / w, 0.0),
    "sinc": lambda r, w: np.where(r != 0, np.sin(r) / r, 1.0),
    "other side": lambda r, w: np.where(r == 0, w, -np.log(r * r)),
    "a name between": lambda r, w: named(r),
    "hypot": lambda r, w: np.where(r > 0, np.hypot(r, r), 0.0),
    "softplus": lambda r, w: np.where(r > 0, r, np.log1p(np.exp(1e4 * r))),
}


#: where it is not known whether something is broadcast, a mask may not fit what is multiplied
FITTED = {"sqrt", "power", "other side", "softplus"}


def named(r):
    logs = np.log(r)
    shares = r * logs
    return np.where(r > 0, shares, 0.0)


@pytest.mark.filterwarnings("ignore:the result of")
@pytest.mark.parametrize("example", [False, True], ids=["generic", "example"])
@pytest.mark.parametrize("name", MASKED)
def test_a_masked_singularity_gives_no_nan(name, example):
    if name in FITTED and not example:
        pytest.skip("the shapes are not known")
    f = MASKED[name]
    given = (R, W) if example else None
    with np.errstate(all="ignore"):
        pulled, pushed = st.vjp(f, (0, 1), example=given), st.jvp(f, (0, 1), example=given)
        z = f(R, W)
        dout = np.linspace(0.5, 1.5, z.size).reshape(z.shape)
        dr, dw = pulled(R, W, dout)
        _, slope = pushed(R, W, np.ones(4), np.ones(4))
    assert np.all(np.isfinite(dr)) and np.all(np.isfinite(dw)) and np.all(np.isfinite(slope))
    assert np.sum(dout * slope) == pytest.approx(np.sum(dr) + np.sum(dw))


@pytest.mark.parametrize("name", [name for name in MASKED if name != "softplus"])
def test_it_is_right_away_from_the_singularity(name):
    check(MASKED[name], R + 0.3, W + 0.2)


def test_the_mask_is_applied_once():
    text = st.grad(lambda r: np.sum(np.where(r > 0, np.log(r), 0.0)), example=(R,)).source
    assert "return np.where(r > 0, 1.0 / r, 0.0)" in text


def test_nothing_more_is_masked_than_what_may_be_infinite():
    text = st.grad(lambda r: np.sum(np.where(r > 0, r * r, 0.1 * r)), example=(R,)).source
    assert text.count("np.where") == 2
