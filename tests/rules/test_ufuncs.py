"""Ufuncs beside their plain calls: methods, out=, where=, dtype=, two results."""

import warnings

import numpy as np
import pytest

import srctransform as st
from srctransform import rules
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(2)
X, Y = rng.standard_normal((3, 4)), rng.random((3, 4)) + 0.5
V, W = rng.random(5) + 0.2, rng.random(3) + 0.3
MASK = X > -0.5
MASK[:, 0] = MASK[0] = True
REDUCED = ["add", "multiply", "maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2",
           "hypot"]  # fmt: skip
ACCUMULATED = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin",
               "logaddexp", "hypot"]  # fmt: skip
BINARY = sorted(
    name
    for name, u in vars(np).items()
    if isinstance(u, np.ufunc)
    and u.nin == 2
    and u.nout == 1
    and u.signature is None
    and rules.rule_of(u).differentiable
    and name not in ("ldexp", "copysign", "heaviside", "nextafter", "true_divide", "pow")
)


# ---------------------------------------------------------------- reduce


@pytest.mark.parametrize("options", ["", ", axis=1", ", axis=None", ", axis=(0, 1)"])
@pytest.mark.parametrize("name", REDUCED)
def test_reduce(name, options):
    f = program(f"np.{name}.reduce(np.exp(x){options})")
    check(f, X, second=options == "", optimize=(True,))


@pytest.mark.parametrize("name", REDUCED)
def test_reduce_of_some_entries(name):
    initial = ", initial=0.1" if name in ("maximum", "minimum", "fmax", "fmin") else ""
    f = program(f"x * np.{name}.reduce(x, axis=1, keepdims=True, where=m{initial})", "x, m")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        check(f, X, MASK, wrt=(0,), second=False, optimize=(True,))


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "fmin", "logaddexp"])
def test_reduce_begins_with_initial(name):
    check(program(f"np.{name}.reduce(x, initial=s) * s", "x, s"), X, 0.3, optimize=(True,))


def test_reduce_is_the_function_of_that_name():
    for name, same in (("add", "sum"), ("multiply", "prod"), ("maximum", "max")):
        reduced = st.vjp(program(f"np.{name}.reduce(x)"))(X, np.ones(4))
        np.testing.assert_array_equal(
            reduced, st.vjp(program(f"np.{same}(x, axis=0)"))(X, np.ones(4))
        )


def test_logaddexp_reduce_stays_finite():
    x = np.array([1000.0, 999.0, -1000.0, 1000.0])
    grad = st.grad(lambda x: np.logaddexp.reduce(x))(x)
    weights = np.exp(x - 1000.0)
    np.testing.assert_allclose(grad, weights / weights.sum())
    check(lambda x: np.logaddexp.reduce(x * 1e3), np.array([1.0, 0.9995, -1.0]), second=False,
          step=1e-8, tol=1e-4)  # fmt: skip


def test_hypot_is_flat_at_zero():
    assert np.all(st.grad(lambda x: np.hypot.reduce(x))(np.zeros(3)) == 0)


def test_reduce_into_an_array():
    def f(x):
        s = np.zeros(4)
        np.add.reduce(x * x, 0, None, s)
        c = np.zeros((3, 4))
        np.multiply.accumulate(x, axis=1, out=c)
        return s * c

    check(f, X)


# ---------------------------------------------------------------- accumulate and reduceat


@pytest.mark.parametrize("options", ["", ", axis=1"])
@pytest.mark.parametrize("name", ACCUMULATED)
def test_accumulate(name, options):
    check(program(f"np.{name}.accumulate(np.sin(x){options})"), X, second=options == "",
          optimize=(True,))  # fmt: skip


@pytest.mark.parametrize("name", ["maximum", "fmax"])
def test_ties_of_a_running_maximum_share_equally(name):
    f = program(f"np.{name}.accumulate(x)")
    x = np.array([1.0, 3.0, 2.0, 3.0, 3.0])
    grad = st.vjp(f)(x, np.array([1.0, 2.0, 4.0, 6.0, 9.0]))
    np.testing.assert_allclose(grad, [1, 2 + 4 + 3 + 3, 0, 3 + 3, 3])
    v = rng.standard_normal(5)
    tangent = st.jvp(f)(x, v)[1]
    want = [v[0], v[1], v[1], (v[1] + v[3]) / 2, (v[1] + v[3] + v[4]) / 3]
    np.testing.assert_allclose(tangent, want)


@pytest.mark.parametrize("call", [
    "add.reduce(x)", "multiply.reduce(x)", "maximum.reduce(x)", "logaddexp.reduce(x)",
    "hypot.reduce(x)", "add.accumulate(x)", "maximum.accumulate(x)", "logaddexp.accumulate(x)",
    "add.reduceat(x, [0, 2])", "fmin.reduceat(x, [0, 2])", "subtract.outer(x, x)",
])  # fmt: skip
def test_float32_integers_and_strides(call):
    f = program(f"np.{call}")
    counts = np.array([[1, 2, 3], [4, 1, 2], [2, 9, 1]])
    for x in (X.astype(np.float32), counts, X[::-1, ::2]):
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(float)
        dz = np.ones(f(x).shape, dtype)
        want = st.vjp(f)(np.ascontiguousarray(x * 1.0), dz)
        for example in (None, (x,)):
            g = st.vjp(f, example=example)(x, dz)
            assert g.dtype == dtype
            np.testing.assert_allclose(g, want, rtol=1e-5)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("name", ["add", "maximum", "minimum", "fmax"])
def test_reduceat(name, axis):
    f = program(f"np.{name}.reduceat(np.sin(x), [0, 2], axis={axis})")
    check(f, X, second=axis == 0, optimize=(True,))
    check(program(f"np.{name}.reduceat(x, i)", "x, i"), V, np.array([1, 2, 4]), wrt=(0,),
          optimize=(True,), second=False)  # fmt: skip


def test_sums_of_segments_that_overlap():
    check(program("np.add.reduceat(x, [0, 3, 1, 1, 2])"), V)
    with pytest.raises(ValueError, match="indices that increase"):
        st.vjp(program("np.maximum.reduceat(x, [2, 0])"))(V, np.ones(2))


def test_ties_of_segments_share_equally():
    x = np.array([1.0, 3.0, 3.0, 2.0, 2.0])
    grad = st.vjp(program("np.maximum.reduceat(x, [0, 3])"))(x, np.array([1.0, 4.0]))
    np.testing.assert_allclose(grad, [0, 0.5, 0.5, 2, 2])


@pytest.mark.parametrize("name", ["subtract", "divide"])
def test_the_first_one_less_or_over_all_others(name):
    for axis in (0, -1):
        f = program(f"np.{name}.reduce(np.exp(x), axis={axis})")
        check(f, X, second=False, optimize=(True,))
        np.testing.assert_allclose(st.jvp(f)(X, X)[0], f(X), rtol=1e-12)


@pytest.mark.parametrize("name", ["power.reduce", "power.accumulate", "multiply.reduceat"])
def test_other_methods_are_refused_by_name(name):
    rest = ", [0, 2]" if name.endswith("at") else ""
    with pytest.raises(UnsupportedError, match=rf"no derivative rule for np\.{name}: there is one"):
        st.vjp(program(f"np.{name}(x{rest})"))


def test_methods_of_predicates_are_constant():
    f = program("np.sum(x) * np.logical_and.reduce(x > 0) * np.bitwise_or.reduce([1, 2])")
    np.testing.assert_array_equal(st.grad(f)(V), np.full(5, 3.0))


# ---------------------------------------------------------------- outer


@pytest.mark.parametrize("name", BINARY)
def test_outer_of_every_binary_ufunc(name):
    f = program(f"np.{name}.outer(a, b)", "a, b")
    check(f, V, W, second=False, optimize=(True,))


@pytest.mark.parametrize("a", [2.0, V, Y])
@pytest.mark.parametrize("b", [1.3, W, X + 2.5])
def test_outer_of_any_ranks(a, b):
    check(lambda a, b: np.hypot.outer(a, b), a, b, second=False, optimize=(True,))


def test_the_printed_outer():
    source = st.vjp(lambda a, b: np.subtract.outer(a, b), (0, 1), example=(V, W)).source
    assert "da = dout.sum(axis=1)" in source and "db = -dout.sum(axis=0)" in source


# ---------------------------------------------------------------- at

TWICE = np.array([0, 2, 2, 0, 1])


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_extrema_at_places_that_repeat(name):
    def f(x, v):
        z = x * 2
        ufunc.at(z, TWICE, v)
        return z * z

    ufunc = getattr(np, name)
    check(f, W, V)


def test_ties_of_maximum_at_share_equally():
    def f(x, v):
        z = x + 0.0
        np.maximum.at(z, [0, 0, 1], v)
        return z

    x, v = np.array([2.0, 1.0]), np.array([2.0, 2.0, 0.0])
    dx, dv = st.vjp(f, (0, 1))(x, v, np.array([3.0, 5.0]))
    np.testing.assert_allclose(dx, [1, 5])
    np.testing.assert_allclose(dv, [1, 1, 0])


def test_other_ufuncs_at_places_that_differ():
    def f(x, v):
        z = x * 2
        np.multiply.at(z, [0, 2], v[:2])
        np.exp.at(z, 1)
        np.power.at(z, z > 1, v[0])
        np.divide.at(z, slice(1), v[1])
        return z

    check(f, W, V)


def test_a_place_that_repeats_is_an_error():
    def f(x, v):
        z = x * 2
        np.multiply.at(z, TWICE, v)
        return z

    with pytest.raises(ValueError, match="names a place twice"):
        st.vjp(f)(W, V, W)


# ---------------------------------------------------------------- out=, where=, dtype=


def test_nothing_is_computed_where_it_is_not_asked_for():
    def quotient(x, y):
        return np.divide(x, y, out=np.zeros_like(x), where=y != 0)

    def logarithm(x, y):
        return np.log(x, out=y * 2, where=x > 0)

    y = Y.copy()
    y[0] = 0.0
    check(quotient, X, y, wrt=(0,))
    dx, dy = st.vjp(quotient, (0, 1))(X, y, np.ones((3, 4)))
    assert np.all(dx[0] == 0) and np.all(dy[0] == 0)
    check(logarithm, X, Y)


def test_where_and_operands_broadcast():
    def f(x, y):
        return np.power(x, 2.5, out=np.ones((3, 4)), where=y[:, :1] > 0) * y

    check(f, Y[0], X)


def test_the_printed_where():
    def quotient(x, y):
        return np.divide(x, y, out=np.zeros_like(x), where=y != 0)

    source = st.vjp(quotient, example=(X, Y)).source
    assert "np.broadcast_to" not in source and "dx[t1] = dout[t1] / y[t1]" in source


def test_functions_that_write_into_what_they_read():
    def f(x):
        y = x * 2.0
        np.nan_to_num(y, copy=False)
        return y * y

    check(f, X)
    x = np.array([1.0, np.nan, 3.0])
    np.testing.assert_array_equal(st.vjp(f)(x, np.ones(3)), [8.0, 0.0, 24.0])
    for name in ("median(", "nanquantile(q=0.3, a="):
        with pytest.raises(UnsupportedError, match="overwrite_input=True"):
            st.vjp(program(f"np.{name}x, overwrite_input=True)"))


def test_where_without_out_is_refused():
    with pytest.raises(UnsupportedError, match="np.log with `where` but without `out`"):
        st.vjp(lambda x: np.log(x, where=x > 0))


def test_several_outputs():
    def f(x):
        a, b = np.zeros((3, 4)), np.zeros((3, 4))
        np.modf(x, a, b)
        c = np.zeros((3, 4))
        np.modf(x * 3, out=(None, c))
        return a * a + b + c

    check(f, X)


def test_a_sum_with_where_and_out():
    def f(x):
        s = np.zeros(3)
        np.sum(x * x, axis=1, out=s, where=x > 0)
        return s

    check(f, X)


def test_dtype():
    check(lambda x, y: np.add(x, y, dtype=float) * np.multiply(x, y, dtype=complex), X, Y,
          second=False)  # fmt: skip
    with pytest.raises(UnsupportedError, match="dtype"):
        st.vjp(lambda x: np.multiply(x, x, dtype=int))


# ---------------------------------------------------------------- two results


@pytest.mark.parametrize("y", [Y, Y[0], 0.7])
def test_divmod(y):
    def f(x, y):
        q, r = np.divmod(x, y)
        return r * y + q * x

    check(f, X, y)


def test_divmod_of_numbers_and_one_result():
    check(lambda x, y: np.divmod(x, y)[1] * y, 2.3, 0.7)
    assert st.grad(lambda x: np.divmod(x, 2.0)[0] * x)(5.0) == 2.0


@pytest.mark.parametrize("name", ["modf", "frexp"])
def test_a_fraction_and_a_whole_number(name):
    f = program(f"np.{name}(x)[0] * np.sin(x) + np.{name}(x)[1]")
    check(f, X)
    check(f, 1.3, optimize=(True,))


def test_nextafter_moves_with_its_first_argument():
    check(lambda x, y: np.nextafter(x, y) * x, X, Y)


# ---------------------------------------------------------------- products of stacks

STACKS = [X, rng.standard_normal((2, 3, 4))]
COMPLEX = X + 1j * Y


@pytest.mark.parametrize("a", [*STACKS, COMPLEX], ids=["matrix", "stack", "complex"])
@pytest.mark.parametrize("kind", ["vector", "stack", "complex"])
def test_matvec_and_vecmat(a, kind):
    rows, columns = rng.standard_normal((2, 4)), rng.standard_normal((2, 3))
    if kind != "stack":
        rows, columns = rows[0], columns[0]
    if kind == "complex":
        rows, columns = rows + 2j, columns * 1j
    second = kind == "vector"
    check(lambda a, x: np.matvec(a, x), a, rows, second=second, optimize=(True,))
    check(lambda x, a: np.vecmat(x, a), columns, a, second=second, optimize=(True,))


@pytest.mark.parametrize("x, y", [(X[0], Y[0]), (X, Y[0]), (COMPLEX, X), (Y, COMPLEX[1])])
def test_vecdot(x, y):
    check(lambda x, y: np.vecdot(x, y), x, y, optimize=(True,))


def test_vecdot_along_another_axis():
    check(lambda x, y: np.linalg.vecdot(x, y, axis=-2), X, np.array([Y, Y]))
    with pytest.raises(UnsupportedError, match="axis=0"):
        st.vjp(lambda x, y: np.vecdot(x, y, axis=0))
