"""Integrals by Leibniz's rule, and differential equations by their adjoints."""

import numpy as np
import pytest
from scipy import integrate
from scipy.integrate import odeint, quad, quad_vec, solve_ivp

import srctransform as st
from tests.checking import check

W = np.array([1.0, 2.0, 0.5])
Y0 = np.array([1.0, 0.5])
MATRIX = np.array([[0.3, 0.1], [-0.4, 0.2]])
TIMES = np.linspace(0.0, 2.0, 5)


def damped(x, k, c):
    return np.exp(-k * x) * np.cos(c * x)


def area(k, c, b):
    value, error = quad(damped, 0.0, b, args=(k, c))
    return value**2


def by_closure(w, a):
    return quad(lambda t: np.sin(w @ np.array([1.0, t, t * t])), a, 1.0)[0]


def over_the_line(s):
    return quad(lambda t: np.exp(-t * t / s), -np.inf, np.inf)[0]


def of_arrays(w, a):
    return quad_vec(lambda t: np.sin(w * t) * a, a, 1.0)[0]


@pytest.mark.parametrize(
    ("f", "args"),
    [(area, (2.0, 3.0, 1.0)), (by_closure, (W, 0.5)), (over_the_line, (0.7,)),
     (of_arrays, (W, 0.5))],
    ids=["args", "closure", "infinite", "arrays"],
)  # fmt: skip
def test_integrals(f, args):
    check(f, *args)


def test_an_integral_in_an_integral():
    def f(a):
        return quad(lambda x: quad(lambda y: np.exp(-a * x * y), 0.0, 1.0)[0], 0.0, a)[0]

    check(f, 0.8, second=False)


def test_a_weight_is_refused():
    def f(a):
        return quad(lambda x: a * x, 0.0, 1.0, weight="cos", wvar=2.0)[0]

    with pytest.raises(st.UnsupportedError, match="does not know weight="):
        st.grad(f)


def test_what_an_integral_prints():
    text = st.grad(area, (0, 2), example=(2.0, 3.0, 1.0)).source
    assert text.split("\n\n\n")[2:] == ['''\
def grad_damped_k(x, k, c):
    """Gradient of `damped` with respect to k."""
    return -x * np.cos(c * x) * np.exp(-k * x)''', '''\
def grad_area(k, c, b):
    """Gradient of `area` with respect to (k, b)."""
    t1 = quad(damped, 0.0, b, args=(k, c))[0]

    t2 = quad(grad_damped_k, 0.0, b, args=(k, c))[0]
    dk = 2.0 * t1 * t2
    db = 2.0 * t1 * damped(b, k, c)
    return dk, db
''']  # fmt: skip


def prey(y, t, a, b):
    return [a * y[0] - b * y[0] * y[1], -y[1] + b * y[0] * y[1]]


def with_odeint(y0, a, b):
    y = odeint(prey, y0, TIMES, args=(a, b), rtol=1e-12, atol=1e-12)
    return np.sum(y**2)


def with_tfirst(y0, a):
    def slope(t, y):
        return a * np.tanh(MATRIX @ y) - t * y

    return odeint(slope, y0, TIMES, tfirst=True, rtol=1e-12, atol=1e-12)


def with_solve_ivp(y0, a, w):
    found = solve_ivp(lambda t, y: np.tanh(w @ y) * a - y, (0.0, 2.0), y0, method="DOP853",
                      rtol=1e-12, atol=1e-12)  # fmt: skip
    return found.y[:, -1]


def with_t_eval(y0, a, w):
    found = solve_ivp(lambda t, y, a: a * y * t + w @ y, (0.0, 2.0), [y0[0], 2 * a], args=(a,),
                      t_eval=[0.5, 1.0, 2.0], rtol=1e-12, atol=1e-12, method="DOP853")  # fmt: skip
    return found.y * found.t


ODES = [(with_odeint, (Y0, 1.0, 0.7)), (with_tfirst, (Y0, 1.1)),
        (with_solve_ivp, (Y0, 1.0, MATRIX)), (with_t_eval, (Y0, 0.3, MATRIX))]  # fmt: skip


@pytest.mark.parametrize(("f", "args"), ODES, ids=lambda x: getattr(x, "__name__", ""))
@pytest.mark.parametrize("mode", ["rev", "fwd"])
def test_differential_equations(f, args, mode):
    check(f, *args, second=False, modes=(mode,), optimize=(True,))


def test_only_the_start_or_only_a_parameter():
    check(with_odeint, Y0, 1.0, 0.7, wrt=(0,), second=False, optimize=(True,))
    check(with_odeint, Y0, 1.0, 0.7, wrt=(2,), second=False, optimize=(True,))


@pytest.mark.parametrize("argument", ["t", "t_span", "t_eval"])
def test_times_are_refused(argument):
    def by_t(c):
        return np.sum(odeint(lambda y, t: -y, Y0, c * TIMES))

    def by_span(c):
        return np.sum(solve_ivp(lambda t, y: -y, (0.0, c), Y0).y)

    def by_eval(c):
        return np.sum(solve_ivp(lambda t, y: -y, (0.0, 9.0), Y0, t_eval=c * TIMES).y)

    f = {"t": by_t, "t_span": by_span, "t_eval": by_eval}[argument]
    with pytest.raises(st.UnsupportedError, match=f"by its argument '{argument}'"):
        st.grad(f)


def test_second_order_and_events_are_refused():
    with pytest.raises(st.UnsupportedError, match="is taken once"):
        st.hessian(with_odeint)

    def stopped(a):
        return np.sum(solve_ivp(lambda t, y: -a * y, (0.0, 1.0), Y0, events=prey).y)

    with pytest.raises(st.UnsupportedError, match="does not know events="):
        st.grad(stopped)


def test_every_function_is_supported_or_refused():
    for name in integrate.__all__:
        fn = getattr(integrate, name)
        if callable(fn) and not isinstance(fn, type):
            assert st.supported(fn).status != "unknown", name


X = np.cumsum([0.3, 0.5, 0.2, 0.7, 0.4, 0.6, 0.35])
RNG = np.random.default_rng(0)
SAMPLED = {
    "trapezoid": integrate.trapezoid,
    "cumulative_trapezoid": integrate.cumulative_trapezoid,
    "simpson": integrate.simpson,
    "cumulative_simpson": integrate.cumulative_simpson,
}


@pytest.mark.parametrize("count", [2, 3, 4, 7])
@pytest.mark.parametrize("name", SAMPLED)
def test_samples_by_values_and_points(name, count):
    fn = SAMPLED[name]

    def f(y, x):
        return fn(y, x=x)

    y, x = RNG.standard_normal(count), X[:count]
    assert np.allclose(st.jvp(f, (0, 1))(y, x, y, x)[0], fn(y, x=x), rtol=1e-13)
    check(f, y, x, optimize=(True,))


@pytest.mark.parametrize("count", [2, 3, 5, 6])
@pytest.mark.parametrize("name", SAMPLED)
def test_samples_at_equal_distances(name, count):
    fn = SAMPLED[name]

    def f(y, h):
        return fn(y, dx=h, axis=0)

    y = RNG.standard_normal((count, 2))
    assert np.allclose(st.jvp(f)(y, 0.3, y)[0], fn(y, dx=0.3, axis=0), rtol=1e-13)
    check(f, y, 0.3, optimize=(True,))


def test_running_integrals_from_zero():
    def trapezoids(y):
        return integrate.cumulative_trapezoid(y, X[:5], axis=1, initial=0)

    def parabolas(y, start):
        return integrate.cumulative_simpson(y, x=X[:5], initial=start)

    y = RNG.standard_normal((2, 5))
    check(trapezoids, y)
    check(parabolas, y, 0.4)
    assert np.allclose(st.jvp(parabolas)(y, 0.4, y)[0], parabolas(y, 0.4))


def test_romberg_and_gauss():
    def romberg(y, h):
        return integrate.romb(y, dx=h)

    def gauss(a, b, k):
        return integrate.fixed_quad(lambda x, k: np.exp(-k * x), a, b, args=(k,), n=4)[0]

    y = RNG.standard_normal((2, 9))
    assert np.allclose(st.jvp(romberg)(y, 0.2, y)[0], romberg(y, 0.2))
    check(romberg, y, 0.2)
    check(gauss, 0.1, 0.9, 1.5)


@pytest.mark.parametrize("fn", [integrate.simpson, integrate.romb, integrate.trapezoid])
def test_samples_of_float32_stay_so(fn):
    def f(y):
        return fn(y)

    y = RNG.standard_normal(5).astype(np.float32)
    assert st.grad(f)(y).dtype == np.float32


def test_an_integrand_that_reads_a_container():
    def f(p):
        return quad(lambda x: np.exp(-p["k"] * x) * p["a"], 0.0, 1.0)[0]

    check(f, {"k": 2.0, "a": 3.0}, examples=(True,))
    with pytest.raises(st.UnsupportedError, match="may be a container") as error:
        st.grad(f)
    assert error.value.filename == __file__
