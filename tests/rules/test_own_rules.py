"""Rules of the user's own: for black boxes, and how a rule is tested."""

import math

import numpy as np
import pytest

import srctransform as st
from srctransform import rules
from srctransform.rules.registry import result
from tests.checking import check

X = np.array([1.0, 2.0, 3.0])
#: functions whose source cannot be read
moments = eval("lambda x, n: np.array([np.sum(x**2) * n, np.sum(x)])", {"np": np})
energy = eval("lambda x, y: float(np.sum(x * y) ** 2)", {"np": np})
turned = eval("lambda z: z * z", {"np": np})


def simulate(x, n):
    return moments(x, n)


def interact(x, y):
    return energy(x, y)


def square(z):
    return turned(z)


class Machine:
    def __init__(self, gain):
        self.gain = gain

    def run(self, x):
        return turned(self.gain * x)


rules.numeric(simulate, "x")
rules.numeric(interact)
rules.numeric(square, step=1e-5)
rules.numeric(Machine.run, "x")
MACHINE = Machine(3.0)


# ---------------------------------------------------------------- numeric


def test_a_black_box_of_arrays():
    def f(x):
        return np.sum(simulate(x, 2) ** 2)

    check(f, X, second=False, tol=1e-5)
    check(f, X.reshape(3, 1), second=False, tol=1e-5)


def test_a_black_box_of_several_arguments_and_of_numbers():
    def f(x, y):
        return interact(x, y) * np.sum(x)

    check(f, X, X[::-1].copy(), second=False, tol=1e-5)
    check(f, 1.2, 0.7, second=False, tol=1e-5)


def test_a_method_is_a_black_box():
    def f(x):
        return np.sum(MACHINE.run(x))

    check(f, X, second=False, tol=1e-5)


def test_a_black_box_in_a_loop():
    def f(x):
        for _ in range(3):
            x = np.sin(square(x))
        return x

    check(f, X, second=False, tol=1e-5)


def test_a_holomorphic_black_box():
    z = np.array([1.0 + 2.0j, 0.5 - 1.0j])

    def f(z):
        return np.sum(np.abs(square(z)) ** 2)

    want = 2.0 * np.conj(z * z) * 2.0 * z
    assert np.allclose(st.grad(f)(z), want, rtol=1e-6)


def test_float32_stays_so():
    def f(x):
        return np.sum(square(x))

    found = st.grad(f)(X.astype(np.float32))
    assert found.dtype == np.float32
    assert np.allclose(found, 2 * X, rtol=2e-2)


def test_no_entries():
    def f(x):
        return np.sum(square(x))

    assert st.grad(f)(np.zeros((0, 2))).shape == (0, 2)


def test_the_printed_code_says_that_it_is_numeric():
    def f(x):
        return np.sum(simulate(x, 2) ** 2)

    text = st.grad(f, example=(X,)).source
    assert "By finite differences, so not exact" in text
    assert (
        text.split("\n\n\n")[-1]
        == '''\
def grad_f(x):
    """Gradient of `f` with respect to x."""
    return numeric_vjp(simulate, (x, 2), 0, 2.0 * simulate(x, 2))
'''
    )


def test_another_argument_and_second_order_are_refused():
    def f(x, n):
        return np.sum(simulate(x, n) ** 2)

    with pytest.raises(st.UnsupportedError, match="by its argument 'n'"):
        st.grad(f, "n")
    with pytest.raises(st.UnsupportedError, match="it is a finite difference"):
        st.hessian(f)


def test_parameters_are_checked():
    def starred(*x):
        return x

    with pytest.raises(st.RuleError, match="no parameter 'z'"):
        rules.numeric(simulate, "z")
    with pytest.raises(st.RuleError, match="cannot pass on"):
        rules.numeric(starred)


# ---------------------------------------------------------------- check_rule


def smooth(x):
    return np.convolve(x, [0.25, 0.5, 0.25], mode="same")


rules.linear(smooth, "x")


@rules.vjp(smooth)
def smooth_vjp(dz, z, x):
    return smooth(dz)


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (smooth, (X,)), (simulate, (X, 2)), (interact, (X, X + 1.0)), (np.sin, (X,)),
        (np.arctan2, (X, 2.0)), (np.sum, (X,)), (np.linalg.det, (np.eye(3) + 0.1,)),
        (math.sin, (0.3,)), (np.where, (X > 1.5, X, 2.0 * X)), (np.exp, (X + 1j,)),
    ],
)  # fmt: skip
def test_right_rules_pass(fn, args):
    rules.check_rule(fn, *args)


def cube(x):
    return x**3


def test_a_wrong_formula_is_named_by_its_worst_entry():
    rules.partials(cube, "x", "2 * x**2")
    with pytest.raises(AssertionError, match=r"d cube\[2\] / d x\[2\], reverse mode"):
        rules.check_rule(cube, X)


def test_a_wrong_mode_is_named():
    def doubled(x):
        return 2.0 * x

    @rules.vjp(doubled)
    def doubled_vjp(dz, z, x):
        return 2.0 * dz

    @rules.jvp(doubled)
    def doubled_jvp(z, x, x_dot):
        return 3.0 * x_dot

    with pytest.raises(AssertionError, match="forward mode"):
        rules.check_rule(doubled, X)


def line_of(error):
    """The line of the user's file that an error points at."""
    return error.value.text.strip()


def test_a_cotangent_of_another_shape_is_refused_at_the_rules_line():
    def total(x):
        return 2.0 * x

    @rules.vjp(total)
    def total_vjp(dz, z, x):
        return np.sum(dz)

    rules.linear(total, "x")
    result(total)(lambda x: x)
    with pytest.raises(st.RuleError, match=r"cotangent of x of shape \(\)") as error:
        rules.check_rule(total, X)
    assert line_of(error).startswith(("rules.linear(", "@rules.vjp(", "result("))


def shrunk(x):
    return x[:2]


@rules.vjp(shrunk)
def shrunk_vjp(dz, z, x):
    return np.sum(dz)


@rules.jvp(shrunk)
def shrunk_jvp(z, x, x_dot):
    return np.outer(x_dot[:2], x_dot)


@result(shrunk)
def shrunk_result(x):
    return (None,)


@pytest.mark.parametrize(("make", "what"), [(st.vjp, "cotangent of x of rank 0"),
                                            (st.jvp, "tangent of rank 2")])  # fmt: skip
def test_a_rule_of_another_rank_is_refused_where_ranks_are_known(make, what):
    def f(x):
        return shrunk(x)

    with pytest.raises(st.RuleError, match=what):
        make(f, example=(X,))


def times(x, y):
    return x * y


def test_too_few_results_are_refused():
    @rules.vjp(times)
    def times_vjp(dz, z, x, y):
        return dz * y

    def f(x, y):
        return np.sum(times(x, y))

    with pytest.raises(st.RuleError, match="must give 2") as error:
        st.grad(f, (0, 1))
    assert line_of(error).startswith("@rules.vjp(times)")
    with pytest.raises(st.RuleError, match="1 result, and must give 2"):
        rules.check_rule(times, X, X)


def test_too_few_partials_are_refused():
    def mean(x, y):
        return 0.5 * (x + y)

    @rules.partials(mean)
    def mean_partials(z, x, y):
        return 0.5

    with pytest.raises(st.RuleError, match="must give 2"):
        rules.check_rule(mean, X, X)


def test_functions_without_a_rule_are_refused():
    for fn in (np.argmax, len, test_no_entries):
        with pytest.raises(st.RuleError, match="has no derivative rule"):
            rules.check_rule(fn, X)
    with pytest.raises(st.RuleError, match="does not take these arguments"):
        rules.check_rule(np.sin, X, X, X, X)
