"""np.pad: every mode, width and option, both modes."""

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(1)
V = rng.standard_normal(5)
M = rng.standard_normal((3, 4))

OPTIONS = {
    "constant": ("", "constant_values=2.0", "constant_values=((1.0, 2.0), (3.0, 4.0))"),
    "edge": ("",),
    "reflect": ("", "reflect_type='odd'"),
    "symmetric": ("", "reflect_type='odd'"),
    "wrap": ("",),
    "linear_ramp": ("", "end_values=1.5", "end_values=((1.0, 2.0), (3.0, 4.0))"),
    "mean": ("", "stat_length=2", "stat_length=((1, 2), (2, 3))"),
    "maximum": ("", "stat_length=2"),
    "minimum": ("", "stat_length=((1, 2), (2, 3))"),
    "median": ("", "stat_length=2"),
}
CASES = [
    (mode, width, option)
    for mode, options in OPTIONS.items()
    for option in options
    for width in ("2", "((1, 2), (0, 3))")
]


@pytest.mark.parametrize("mode, width, option", CASES)
def test_every_mode(mode, width, option):
    f = program(f"np.pad(x, {width}, {mode!r}, {option}) ** 2")
    check(f, M, optimize=(True,))


@pytest.mark.parametrize("mode", ["reflect", "symmetric", "wrap"])
@pytest.mark.parametrize("kind", ["even", "odd"])
def test_more_is_put_around_than_there_is(mode, kind):
    option = "" if mode == "wrap" else f", reflect_type={kind!r}"
    check(program(f"np.pad(x, (7, 12), {mode!r}{option}) ** 2"), V[:3], second=False)
    check(program(f"np.pad(x, (2, 1), {mode!r}{option}) ** 2"), V[:1], second=False)


def test_widths_of_some_axes():
    check(lambda x: np.pad(x, {1: (1, 2)}) ** 2, M)
    check(lambda x: np.pad(x, {-1: 2}, "edge") ** 2, M)


def test_what_is_put_around_has_a_derivative():
    check(lambda x, c: np.pad(x, 2, constant_values=c) ** 2, M, 1.5)
    check(lambda x, c: np.pad(x, ((1, 2), (3, 1)), constant_values=c) ** 2, M, M[:2, :2])
    check(lambda x, c: np.pad(x, (1, 2), constant_values=c) ** 2, V, np.array([1.0, 2.0]))
    check(lambda x, c: np.pad(x, 2, constant_values=(c, 2 * c)) ** 2, M, 1.5)
    check(lambda x, c: np.pad(x, 2, "linear_ramp", end_values=c) ** 2, M, 1.5)
    check(lambda x, c: np.pad(x, ((1, 2), (3, 1)), "linear_ramp", end_values=c) ** 2, M, M[:2, :2])


def test_entries_that_are_the_extremum_share_it():
    x = np.array([2.0, 1.0, 2.0])
    df = st.grad(lambda x: np.sum(np.pad(x, (1, 0), "maximum")))
    np.testing.assert_allclose(df(x), [1.5, 1.0, 1.5])
    _, forward = st.jvp(lambda x: np.pad(x, (1, 0), "maximum"))(x, np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(forward, [0.5, 1.0, 0.0, 0.0])


def test_single_precision_complex_and_strided_arrays():
    for mode in OPTIONS:
        f = program(f"np.sum(np.pad(x, 2, {mode!r}) ** 2)")
        assert st.grad(f)(M.astype(np.float32)).dtype == np.float32, mode
        check(f, np.asfortranarray(M)[::2, ::-1], second=False, examples=(False,))
        if mode not in ("maximum", "minimum", "median"):
            check(program(f"np.pad(x, 2, {mode!r}) ** 2"), M + 1j * M[::-1], second=False)


def test_empty_arrays():
    for width in (0, ((0, 0), (1, 2))):
        check(program(f"np.pad(x, {width})"), np.zeros((0, 3)))


def test_in_a_loop():
    def f(x):
        for _ in range(2):
            x = np.pad(x, 1, "edge") * 1.1
        return x**2

    check(f, V)


def test_modes_that_are_refused():
    for mode in ("'empty'", "lambda v, w, k, o: None"):
        with pytest.raises(UnsupportedError, match=r"np\.pad"):
            st.grad(program(f"np.sum(np.pad(x, 1, {mode}))"))


def test_what_is_printed():
    text = st.vjp(lambda x: np.pad(x, ((1, 2), (0, 3))), example=(M,)).source
    assert "return dout[1:-2, :-3].copy()" in text


@pytest.mark.filterwarnings("ignore:the result of:UserWarning")
@pytest.mark.parametrize(
    "text", ["np.pad(x, 1, constant_values=c)", "np.pad(x, 1, 'linear_ramp', end_values=c)"]
)
def test_what_an_array_of_ints_cuts_off_has_no_derivative(text):
    f = program(text, "x, c")
    x = np.arange(3)
    for example in (None, (x, 1.5)):
        assert st.vjp(f, "c", example=example)(x, 1.5, np.ones(5)) == 0.0
        assert not np.any(st.jvp(f, "c", example=example)(x, 1.5, 1.0)[1])
