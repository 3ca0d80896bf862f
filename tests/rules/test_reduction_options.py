"""where=, initial=, mean= and dtype= of reductions, and reductions that leave nan out."""

import numpy as np
import pytest

import srctransform as st
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(5)
X = rng.standard_normal((3, 4))
MASK = X > -0.5
MASK[:, 0] = MASK[0] = True
GAPS = np.zeros((3, 4), bool)
GAPS[0, 1] = GAPS[2, 3] = GAPS[2, 2] = True
AXES = [None, 0, (0, 1)]
NAN_REDUCTIONS = ["nansum", "nanmean", "nanprod", "nanvar", "nanstd", "nanmax", "nanmin"]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["sum", "mean", "prod", "var", "std"])
def test_where_leaves_entries_out(name, axis):
    f = program(f"2.0 * np.{name}(np.sin(x), axis={axis}, where=m)", "x, m")
    check(f, X, MASK, wrt=(0,), second=axis == 0, optimize=(True,))


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["max", "min"])
def test_an_extremum_of_some_entries(name, axis):
    f = program(f"2.0 * np.{name}(np.sin(x), axis={axis}, where=m, initial=0.3)", "x, m")
    check(f, X, MASK, wrt=(0,), second=axis == 0, optimize=(True,))


def test_where_broadcasts():
    check(lambda x, m: np.sum(x * x, where=m), X, MASK[:, :1], wrt=(0,), optimize=(True,))
    check(lambda x, m: np.mean(x * x, axis=1, where=m), X, MASK[0], wrt=(0,), optimize=(True,))


@pytest.mark.parametrize("options", ["axis=1", "keepdims=True"])
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
def test_a_reduction_begins_with_initial(name, options):
    f = program(f"s * np.{name}(x, initial=s, {options})", "x, s")
    check(f, X, 0.4, second=options == "axis=1", optimize=(True,))


def test_initial_alone():
    check(lambda s: np.prod(X, axis=0, initial=s) * np.sum(X, initial=s), 0.4)
    check(lambda s: np.max(X, initial=s), 4.0)
    assert st.grad(lambda s: np.max(X, initial=s))(0.0) == 0.0


def test_initial_shares_a_tie():
    x = np.array([2.0, 1.0, 2.0])
    da, ds = st.grad(lambda x, s: np.max(x, initial=s), (0, 1))(x, 2.0)
    np.testing.assert_allclose(da, [1 / 3, 0, 1 / 3])
    assert ds == pytest.approx(1 / 3)
    _, tangent = st.jvp(lambda x, s: np.max(x, initial=s), (0, 1))(x, 2.0, np.ones(3), 4.0)
    assert tangent == pytest.approx(2.0)


@pytest.mark.parametrize("name", ["var", "std"])
def test_a_variance_about_a_mean_that_is_given(name):
    mean = "np.mean(x * x, axis=1, keepdims=True)"
    check(program(f"np.{name}(x, axis=1, mean={mean}, ddof=1)"), X)
    check(program(f"np.{name}(x, axis=0, mean=m)", "x, m"), X, X[:1] / 2, optimize=(True,))


def test_a_dtype_of_floats():
    for name in ("sum", "mean", "prod", "var", "std"):
        f = program(f"np.{name}(x, axis=1, dtype=np.float64)")
        check(f, X, second=False, optimize=(True,))


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", NAN_REDUCTIONS)
def test_nan_is_left_out(name, axis):
    f = program(f"np.{name}(np.where(gaps, np.nan, np.sin(x)), axis={axis})", "x, gaps")
    check(f, X, GAPS, wrt=(0,), second=axis != 1, optimize=(True,))
    check(program(f"x * np.{name}(x, axis={axis}, keepdims=True)"), X, second=False)


@pytest.mark.parametrize("name", NAN_REDUCTIONS)
def test_a_nan_has_derivative_zero(name):
    x = np.where(GAPS, np.nan, X)
    grad = st.grad(program(f"np.{name}(x)"))(x)
    assert np.all(np.isfinite(grad)) and np.all(grad[GAPS] == 0)
    assert np.any(grad != 0)


@pytest.mark.parametrize("name", NAN_REDUCTIONS)
def test_some_entries_without_nan(name):
    initial = ", initial=0.1" if name in ("nanmax", "nanmin") else ""
    f = program(f"np.{name}(np.where(gaps, np.nan, x), axis=0, where=m{initial})", "x, gaps, m")
    check(f, X, GAPS, MASK, wrt=(0,), second=False, optimize=(True,))


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
def test_scans_that_leave_nan_out(name, axis):
    f = program(f"np.{name}(np.where(gaps, np.nan, np.sin(x)), axis={axis})", "x, gaps")
    check(f, X, GAPS, wrt=(0,), second=axis != 1, optimize=(True,))


@pytest.mark.parametrize("name", [*NAN_REDUCTIONS, "sum", "mean", "var", "max"])
def test_float32_stays(name):
    x = X.astype(np.float32)
    initial = ", initial=0" if name in ("nanmax", "nanmin", "max") else ""
    f = program(f"np.{name}(x, axis=1, where=x > -9{initial})")
    for example in (None, (x,)):
        assert st.vjp(f, example=example)(x, np.ones(3, np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", ["sum", "prod", "max", "nansum", "nanprod", "nanmax"])
def test_no_entries_are_initial(name):
    f = program(f"np.{name}(x, axis=1, initial=s)", "x, s")
    dx, ds = st.vjp(f, (0, 1))(np.zeros((2, 0)), 1.5, np.ones(2))
    assert dx.shape == (2, 0) and ds == 2.0


@pytest.mark.parametrize("call", [
    "np.sum(x, 1, None, None, True)", "np.max(x, 0, None, True)", "np.std(x, 1, None, None, 1)",
    "np.add.reduce(x, 0, None, None, True)", "np.median(x, 0, None, False, True)",
    "np.quantile(x, 0.3, 0, None, False, 'linear', True)", "x.sum(1, None, None, True)",
])  # fmt: skip
def test_options_by_their_places(call):
    check(program(f"2.0 * {call}"), X, second=False, optimize=(True,))


def test_the_printed_code():
    source = st.vjp(program("np.sum(x, axis=1, where=x > 0)"), example=(X,)).source
    assert "return np.where(x > 0, np.expand_dims(dout, 1), 0.0)" in source
    source = st.vjp(program("np.nansum(x)"), example=(X,)).source
    assert "return np.where(~np.isnan(x), np.broadcast_to(dout, x.shape), 0.0)" in source
