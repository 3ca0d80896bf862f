"""Roots, fixed points, minima and fits are differentiated through what they are."""

import numpy as np
import pytest
from scipy import optimize
from scipy.optimize import brentq, minimize, root

import srctransform as st
from tests.checking import check

A = np.array([[3.0, 1.0], [0.5, 2.0]])
B = np.array([1.0, 2.0])


def equations(x, a, b):
    return [x[0] ** 3 + a * x[1] - b, x[1] * np.exp(x[0]) - a]


def with_root(a, b):
    x = root(equations, np.ones(2), args=(a, b), tol=1e-13).x
    return x[0] * x[1] + np.sum(x**2)


def with_closure(a, b):
    def balance(x):
        return A @ x + a * x**3 - b

    return optimize.root(balance, [0.5, 0.5], tol=1e-13).x


def with_jacobian(a, b):
    def jac(x):
        return A + np.diag(3.0 * a * x**2)

    return root(lambda x: A @ x + a * x**3 - b, np.ones(2), jac=jac, tol=1e-13).x


def with_both(a, b):
    def both(x):
        return A @ x + a * x**3 - b, A + np.diag(3.0 * a * x**2)

    return root(both, np.ones(2), jac=True, tol=1e-13).x


def with_fsolve(a, b):
    return optimize.fsolve(equations, (1.0, 1.0), args=(a, b), xtol=1e-13)


def with_krylov(a, b):
    found = root(lambda x: x + 0.1 * a * x**3 - np.outer(b, b), np.ones((2, 2)),
                 method="krylov", options={"fatol": 1e-12})  # fmt: skip
    return found.x


@pytest.mark.parametrize("f", [with_root, with_fsolve], ids=lambda f: f.__name__)
def test_roots_by_args(f):
    check(f, 2.0, 3.0)


@pytest.mark.parametrize("f", [with_closure, with_jacobian, with_both], ids=lambda f: f.__name__)
def test_roots_by_what_the_function_reads(f):
    check(f, 0.3, B)


def test_a_root_of_two_axes():
    check(with_krylov, 0.3, B, tol=1e-5, second=False, step=1e-4)


BRACKETED = {
    "bisect": lambda a, c: optimize.bisect(lambda x: x**3 + x - a * c, 0.0, 4.0, xtol=1e-13),
    "brentq": lambda a, c: optimize.brentq(lambda x: x**3 + x - a * c, 0.0, 4.0),
    "brenth": lambda a, c: optimize.brenth(lambda x: x**3 + x - a * c, 0.0, 4.0),
    "ridder": lambda a, c: optimize.ridder(lambda x: x**3 + x - a * c, 0.0, 4.0, xtol=1e-13),
    "toms748": lambda a, c: optimize.toms748(lambda x: x**3 + x - a * c, 0.0, 4.0),
    "newton": lambda a, c: optimize.newton(lambda x: x**3 + x - a * c, 1.0, tol=1e-13),
    "root_scalar": lambda a, c: (
        optimize.root_scalar(lambda x: x**3 + x - a * c, bracket=(0.0, 4.0)).root
    ),
    "fixed_point": lambda a, c: optimize.fixed_point(
        lambda x: np.cos(a * x) / (1.0 + c), 0.2, xtol=1e-13
    ),
}


@pytest.mark.parametrize("name", BRACKETED)
def test_numbers(name):
    check(BRACKETED[name], 1.2, 1.5, examples=(False, True), tol=1e-5)


def test_newton_works_entry_by_entry():
    def f(a):
        return optimize.newton(lambda x, a: x**3 - a, np.ones(3), args=(a,), tol=1e-13)

    check(f, np.array([1.0, 2.0, 3.0]))


def test_a_fixed_point_of_a_vector():
    def f(w, b):
        return optimize.fixed_point(lambda x: np.tanh(w @ x + b), np.zeros(2), xtol=1e-13,
                                    method="iteration")  # fmt: skip

    check(f, 0.2 * A, B)


def bowl(x, a, b):
    return (x[0] - a) ** 2 + b * (x[1] - x[0]) ** 4 + (x[1] - b) ** 2


def with_minimum(a, b):
    found = minimize(bowl, np.zeros(2), args=(a, b), tol=1e-12)
    return found.x[0] * found.x[1] + found.fun


def with_gradient(a, b):
    def both(x):
        r = A @ x - b
        return np.sum(r**2) + a * np.sum(x**2), 2.0 * A.T @ r + 2.0 * a * x

    return minimize(both, np.zeros(2), jac=True, tol=1e-12).x


def with_scalar_minimum(a, b):
    found = optimize.minimize_scalar(lambda x: (x - a) ** 2 + b * x**4, tol=1e-12)
    return found.x * found.fun


def with_brent(a, b):
    return optimize.brent(lambda x: (x - a) ** 2 + b * x**4, tol=1e-12)


def with_bfgs(a, b):
    return optimize.fmin_bfgs(bowl, np.zeros(2), args=(a, b), gtol=1e-9, disp=0)


@pytest.mark.parametrize("f", [with_minimum, with_scalar_minimum, with_brent, with_bfgs],
                         ids=lambda f: f.__name__)  # fmt: skip
def test_minima(f):
    check(f, 1.0, 1.5, tol=2e-4, step=1e-3)


def test_a_minimum_with_its_gradient():
    check(with_gradient, 0.3, B, tol=1e-4, step=1e-4)


def test_a_fit_and_its_cost():
    t = np.linspace(0.0, 1.0, 7)

    def f(y, w):
        found = optimize.least_squares(
            lambda p: w * (p[0] * np.exp(-p[1] * t) - y), np.ones(2), xtol=1e-14, gtol=1e-14
        )
        return found.x[0] + found.x[1] ** 2 + found.cost

    check(f, np.exp(-1.5 * t) + 0.1 * np.sin(5 * t), 1.3, tol=1e-4, step=1e-4)


def test_the_first_guess_and_the_bracket_have_derivative_zero():
    def f(a, x0):
        return brentq(lambda x: x**2 - a, 0.0, x0)

    with pytest.warns(UserWarning, match="does not depend on 'x0'"):
        slope = st.grad(f, (0, 1))
    assert slope(4.0, 5.0) == (pytest.approx(0.25), 0.0)


def test_reports_are_constants_and_the_rest_is_refused():
    def passed(a):
        found = root(lambda x: x**3 - a, np.ones(1))
        return np.sum(found.x) * found.nfev if found.success else 0.0 * a

    nfev = root(lambda x: x**3 - 8.0, np.ones(1)).nfev
    assert st.grad(passed)(8.0) == pytest.approx(nfev / 12.0)

    def whole(a):
        return np.sum(minimize(lambda x: np.sum((x - a) ** 2), np.ones(2)).hess_inv) * a

    with pytest.raises(st.UnsupportedError, match="only its solution"):
        st.grad(whole)


@pytest.mark.parametrize("option", ["bounds", "constraints"])
def test_bounds_are_refused(option):
    value = {"bounds": [(0.0, 1.0)], "constraints": {"type": "eq", "fun": sum}}[option]

    def bounded(a):
        return minimize(lambda x: np.sum((x - a) ** 2), np.ones(1), bounds=value).x[0]

    def constrained(a):
        return minimize(lambda x: np.sum((x - a) ** 2), np.ones(1), constraints=value).x[0]

    with pytest.raises(st.UnsupportedError, match=f"does not know {option}="):
        st.grad({"bounds": bounded, "constraints": constrained}[option])


@pytest.mark.parametrize("fn", [optimize.linprog, optimize.nnls, optimize.curve_fit])
def test_others_are_refused_by_name(fn):
    assert st.supported(fn).status == "refused"


def test_solvers_are_differentiable():
    assert st.supported(optimize.root).status == "differentiable"


def test_a_root_in_a_loop():
    def f(a, n):
        x = 1.0
        for _ in range(n):
            x = brentq(lambda y: y**3 + y - a * x, 0.0, 4.0)
        return x

    check(f, 2.5, 3, wrt=(0,), second=False)


def test_a_root_in_a_branch():
    def f(a):
        if a > 1.0:
            x = brentq(lambda y: y**3 + y - a, 0.0, 4.0)
        else:
            x = a**2
        return x * a

    check(f, 2.5)
    check(f, 0.5)


def test_what_is_printed():
    def f(a, c):
        def balance(x):
            return x**3 + x - a * c

        x = brentq(balance, 0.0, 4.0)
        return x * a

    text = st.grad(f, (0, 1), example=(2.0, 3.0)).source
    assert (
        text.split("\n\n\n", 1)[1]
        == '''\
def balance(x, a, c):
    return x ** 3 + x - a * c


def slope_balance(x, a, c):
    """Slope of `balance` with respect to x."""
    return 3.0 * x ** 2 + 1.0


def vjp_balance(x, a, c, dout):
    """Gradient of `dout * balance` with respect to (a, c), for the cotangent
    dout.
    """
    da = -c * dout
    dc = -a * dout
    return da, dc


def grad_f(a, c):
    """Gradient of `f` with respect to (a, c)."""
    x = brentq(balance, 0.0, 4.0, args=(a, c))

    t1, dc = vjp_balance(x, a, c, -a / slope_balance(x, a, c))
    da = x + t1
    return da, dc
'''
    )


class Spring:
    def __init__(self, k):
        self.k = k

    def force(self, x, a):
        return x**3 + self.k * x - a


def test_functions_that_read_objects_and_containers():
    def method(k, a):
        return brentq(Spring(k).force, 0.0, 4.0, args=(a,))

    def entries(p):
        def force(x):
            return x**3 + p["k"] * x - p["a"][0]

        return brentq(force, 0.0, 4.0) * brentq(force, 0.1, 3.0)

    check(method, 2.0, 3.0)
    check(entries, {"k": 2.0, "a": [3.0, 1.0], "rest": 1.0}, second=False)


def test_functions_with_loops_branches_and_writes():
    def polynomial(a):
        def p(x):
            s = 0.0
            for k in range(3):
                s = s + a * x**k
            return s - 5.0 if x > 0.0 else x - 5.0

        return brentq(p, 0.0, 4.0)

    def written(a):
        def f(x):
            out = np.zeros(2)
            out[0] = x[0] ** 2 - a
            out[1] = x[1] - x[0]
            return out

        return root(f, np.ones(2), tol=1e-13).x

    check(polynomial, 1.5)
    check(written, 2.5)


def test_a_gradient_as_the_function():
    def f(a):
        def energy(y):
            return y**4 / 4.0 - a * y

        return brentq(lambda x: st.grad(energy)(x), 0.0, 4.0)

    check(f, 2.5)


def test_jacobians_and_hessians():
    def x(a):
        return root(lambda x: x**3 + x - a, np.ones(2), tol=1e-13).x

    def f(a):
        return np.sum(x(a) ** 2)

    a = np.array([1.0, 2.0])
    slope = 1.0 / (3.0 * x(a) ** 2 + 1.0)
    assert np.allclose(st.jacobian(x)(a), np.diag(slope))
    curved = 2.0 * slope**2 - 12.0 * x(a) ** 2 * slope**3
    assert np.allclose(st.hessian(f)(a), np.diag(curved))
