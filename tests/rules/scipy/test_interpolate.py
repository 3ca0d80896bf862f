"""Splines and other interpolators, by the points where they are evaluated."""

import numpy as np
import pytest
from scipy import interpolate
from scipy.interpolate import CubicSpline, make_interp_spline, splev

import srctransform as st
from tests.checking import check

X = np.array([0.0, 0.7, 1.5, 2.4, 3.0])
Y = np.array([1.0, 0.3, -0.6, 0.8, 2.0])
T = np.array([[0.2, 1.0], [2.1, 2.9]])
CURVE = np.stack([Y, Y**2], axis=1)

SPLINES = {
    "CubicSpline": CubicSpline(X, Y),
    "Pchip": interpolate.PchipInterpolator(X, Y),
    "Akima": interpolate.Akima1DInterpolator(X, Y),
    "BSpline": make_interp_spline(X, Y),
    "Hermite": interpolate.CubicHermiteSpline(X, Y, np.cos(X)),
    "Univariate": interpolate.UnivariateSpline(X, Y, s=0, k=4),
}
AT_ONCE = CubicSpline(X, Y)
TCK = interpolate.splrep(X, Y)


@pytest.mark.parametrize("name", SPLINES)
def test_splines_by_points(name):
    spline = SPLINES[name]

    def f(t):
        return spline(t) ** 2

    check(f, T[0])
    check(f, 1.3)
    check(f, T, second=False)


def test_derivatives_of_splines():
    def f(t):
        return AT_ONCE(t, 1) * AT_ONCE(t, nu=2)

    check(f, T[0])


def test_beyond_the_ends():
    def f(t):
        return np.nan_to_num(AT_ONCE(t, extrapolate=False)) + AT_ONCE(t)

    check(f, np.array([-0.5, 1.0, 3.5]))


def test_a_curve():
    curve = CubicSpline(X, CURVE)

    def f(t):
        return curve(t)

    check(f, T[0])
    check(f, 1.3)


@pytest.mark.parametrize("kind", ["cubic", "natural", "bspline", "linear"])
def test_splines_are_linear_in_their_data(kind):
    def cubic(t, y):
        return CubicSpline(X, y)(t) ** 2

    def natural(t, y):
        return CubicSpline(X, y, bc_type="natural")(t, 1)

    def bspline(t, y):
        return make_interp_spline(X, y, k=2)(t) ** 2

    def linear(t, y):
        spline = make_interp_spline(X, y, k=1)
        return spline(t)

    f = {"cubic": cubic, "natural": natural, "bspline": bspline, "linear": linear}[kind]
    check(f, T[0], Y, second=kind != "linear")
    check(f, 1.3, Y, second=False)
    check(f, T, CURVE, second=False)


def test_data_of_other_splines_and_points_of_data_are_refused():
    def data(y):
        return np.sum(interpolate.PchipInterpolator(X, y)(T))

    def points(x):
        return np.sum(CubicSpline(x, Y)(T))

    def coefficients(y):
        return np.sum(CubicSpline(X, y).c)

    with pytest.raises(st.UnsupportedError, match="no linear function of the data"):
        st.grad(data)
    with pytest.raises(st.UnsupportedError, match="by its argument 'x'"):
        st.grad(points)
    with pytest.raises(st.UnsupportedError):
        st.grad(coefficients)


def test_splev_and_pchip_interpolate():
    def f(t):
        return splev(t, TCK) * splev(t, TCK, der=1)

    def g(t):
        return interpolate.pchip_interpolate(X, Y, t) ** 2

    check(f, T[0])
    check(g, T[0])


LINE = interpolate.interp1d(X, Y)
BEYOND = interpolate.interp1d(X, Y, bounds_error=False, fill_value="extrapolate")
CONSTANT = interpolate.interp1d(X, Y, bounds_error=False, fill_value=2.0)
STEPS = interpolate.interp1d(X, Y, kind="previous")


def test_lines():
    def f(t):
        return LINE(t) ** 2

    def beyond(t):
        return BEYOND(t) * t + CONSTANT(t) * t

    def steps(t):
        return STEPS(t) * t

    check(f, T)
    check(f, 1.3)
    check(beyond, np.array([-0.5, 1.0, 3.5]))
    check(steps, T)


def test_a_line_at_its_points_has_the_slope_of_the_interval_before():
    def f(t):
        return LINE(t)

    want = (Y[2] - Y[1]) / (X[2] - X[1])
    assert np.allclose(st.grad(f)(X[2]), want)
    assert np.allclose(st.jvp(f)(X[2], 1.0)[1], want)


GRID = interpolate.RegularGridInterpolator((X, np.arange(3.0)), np.outer(Y, [1.0, 0.4, -1.0]))


@pytest.mark.parametrize("points", [np.array([[0.2, 0.3], [2.0, 1.6], [2.9, 1.2]]),
                                    np.array([0.4, 0.7])], ids=str)  # fmt: skip
def test_grids(points):
    def f(p):
        return GRID(p) ** 2

    check(f, points, second=False)


def test_grids_have_no_second_order():
    def f(p):
        return np.sum(GRID(p))

    with pytest.raises(st.UnsupportedError, match="depend on the other coordinates"):
        st.hessian(f)


def test_what_is_printed():
    def f(t):
        return np.sum(AT_ONCE(t))

    text = st.grad(f, example=(T,)).source
    assert (
        text.split("\n\n\n")[-1]
        == '''\
def grad_f(t):
    """Gradient of `f` with respect to t."""
    return AT_ONCE(t, 1)
'''
    )


def test_every_function_is_supported_or_refused():
    for name in interpolate.__all__:
        fn = getattr(interpolate, name)
        if callable(fn) and not isinstance(fn, type):
            assert st.supported(fn).status != "unknown", name
