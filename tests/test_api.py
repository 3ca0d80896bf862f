"""What a derivative is (a real function with its source) and what it promises about values."""

import concurrent.futures
import importlib.util
import inspect
import pickle
import pydoc
import subprocess
import sys
import traceback
import types
import warnings

import cloudpickle
import numpy as np
import pytest

import srctransform as st

from .checking import check
from .modules import function_of, module_of

MODES = [
    st.grad,
    st.value_and_grad,
    st.vjp,
    st.jvp,
    st.jacobian,
    st.hessian,
    st.hvp,
    st.elementwise_grad,
]


def wave(x, y=2.0):
    """A wave."""
    a = x * y
    return np.sin(a) * x


def vector(x, w):
    return np.tanh(w * x) + x**2


# ------------------------------------------------------------ a real function


@pytest.mark.parametrize("mode", MODES)
def test_a_derivative_is_a_function_with_a_name_a_docstring_and_help(mode):
    made = mode(wave)
    assert type(made) is types.FunctionType
    assert made.__name__ == f"{mode.__name__}_wave"
    assert "wave`" in made.__doc__ and "x" in made.__doc__
    assert inspect.getsource(made).startswith(f"def {made.__name__}(")
    assert inspect.getsource(made).strip() in made.source
    text = pydoc.render_doc(made, renderer=pydoc.plaintext)
    assert made.__name__ in text and made.__doc__.splitlines()[0] in text


def test_the_signature_is_that_of_the_function():
    def f(a, b=1.0, *, c=3.0, d):
        return a * b + c * d

    want = "(a, b=1.0, *, c=3.0, d)"
    assert str(inspect.signature(st.grad(f))) == want
    assert str(inspect.signature(st.value_and_grad(f))) == want
    assert str(inspect.signature(st.elementwise_grad(f))) == want
    assert str(inspect.signature(st.vjp(f))) == "(a, b, dout, *, c=3.0, d)"
    assert str(inspect.signature(st.jvp(f, ("a", "d")))) == "(a, b, a_dot, d_dot, *, c=3.0, d)"


def test_positional_only_and_variadic_parameters_stay():
    def f(a, /, b, *rest, **named):
        return a * b

    assert str(inspect.signature(st.grad(f))) == "(a, /, b, *rest, **named)"
    assert st.grad(f)(2.0, 3.0, 4.0, other=5.0) == 3.0


def test_defaults_are_the_very_objects():
    table = np.arange(3.0)

    def f(x, w=table):
        return np.sum(w * x)

    made = st.grad(f)
    assert made.__defaults__[0] is table
    assert made(2.0) == 3.0


@pytest.mark.parametrize("mode", MODES)
def test_the_source_stands_on_its_own(mode):
    made = mode(wave)
    space = {}
    exec(compile(made.source, "alone.py", "exec"), space)
    names = [k for k, v in space.items() if isinstance(v, types.ModuleType)]
    assert names in (["np"], [])
    args = {"vjp": (1.0,), "jvp": (1.0,), "hvp": (1.0,)}.get(mode.__name__, ())
    want = made(0.7, 2.0, *args)
    assert space[made.__name__](0.7, 2.0, *args) == want
    assert "srctransform" not in made.source


def test_the_source_needs_no_srctransform(tmp_path):
    made = st.vjp(vector, (0, 1))
    path = tmp_path / "alone.py"
    made.save(path)
    code = (
        "import sys, numpy as np, alone\n"
        "assert not [m for m in sys.modules if m.startswith('srctransform')]\n"
        "print(alone.vjp_vector(np.ones(3), np.ones((2, 1)), np.ones((2, 3))))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"{made(np.ones(3), np.ones((2, 1)), np.ones((2, 3)))}\n"


def imported(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_saved_module_can_be_imported_and_differentiated_again(tmp_path):
    path = tmp_path / "wave_grad.py"
    made = st.grad(wave, save=path)
    again = imported(path).grad_wave
    assert path.read_text() == made.source
    assert again(0.7) == made(0.7)
    assert st.grad(again)(0.7) == pytest.approx(st.grad(made)(0.7), rel=1e-14)
    assert st.grad(st.grad(again))(0.7) == pytest.approx(st.grad(st.grad(made))(0.7), rel=1e-13)


def test_a_saved_derivative_of_arrays_can_be_differentiated_again(tmp_path):
    def loss(x, b):
        return np.sum(np.tanh(x * b) ** 2)

    path = tmp_path / "loss_grad.py"
    made = st.grad(loss, (0, 1), save=path)
    again = imported(path).grad_loss
    check(again, np.arange(6.0).reshape(2, 3), np.array([0.3, 0.1, -0.2]), second=False)
    assert made.source == path.read_text()


def test_saving_replaces_a_file_in_whole_or_not_at_all(tmp_path):
    path = tmp_path / "g.py"
    path.write_text("old")
    st.grad(wave).save(path)
    assert path.read_text() == st.grad(wave).source
    with pytest.raises(OSError):
        st.grad(wave).save(tmp_path / "no" / "folder.py")
    assert [p.name for p in tmp_path.iterdir()] == ["g.py"]


def test_tracebacks_show_the_generated_line():
    def f(x):
        y = np.log(x)
        return y * 1.0 / x

    made = st.grad(f)
    try:
        made("text")
    except Exception:
        text = traceback.format_exc()
    assert "<srctransform grad_f" in text
    assert "np.log(x)" in text


def test_the_code_of_the_function_is_at_its_lines():
    made = st.grad(wave)
    first = made.__code__.co_firstlineno
    assert made.source.splitlines()[first - 1].startswith("def grad_wave(")


def test_a_round_trip_through_cloudpickle():
    made = cloudpickle.loads(cloudpickle.dumps(st.grad(wave)))
    assert made(0.7) == st.grad(wave)(0.7)
    assert made.source == st.grad(wave).source


def test_cloudpickle_in_another_process():
    scale = 3.0
    made = st.grad(lambda x: scale * x * x)
    code = "import sys, pickle; print(pickle.load(sys.stdin.buffer)(2.0))"
    ran = subprocess.run(
        [sys.executable, "-c", code], input=cloudpickle.dumps(made), capture_output=True
    )
    assert ran.stdout == b"12.0\n", ran.stderr.decode()


def test_source_of_a_function_and_of_a_derivative():
    made = st.grad(wave)
    assert st.source(made) == made.source
    assert "grad_wave" in repr(made)


# ------------------------------------------------------------ Numba


def mlp(W, b, x):
    return np.sum(np.tanh(np.dot(W, x) + b) ** 2)


NUMBA = [
    (lambda x, y: x * y + np.sin(x) * np.exp(-y), (0.7, 1.3)),
    (lambda x, y: np.sum((x - y) ** 2) / len(x), (np.arange(3.0), np.ones(3))),
    (mlp, (np.ones((2, 3)) * 0.1, np.ones(2), np.arange(3.0))),
    (lambda x: np.sqrt(np.sum(x * x) + 1.0), (np.arange(3.0),)),
    (lambda x: np.sum(np.maximum(x, 0.0) * 2.0 - np.abs(x)), (np.array([-1.0, 2.0, 0.5]),)),
    (
        lambda x, w: np.mean(np.log(1.0 + np.exp(-(x @ w)))),
        (np.ones((4, 2)), np.array([0.3, -0.2])),
    ),
    (lambda x: x * x if x > 0.0 else np.sin(x), (-0.4,)),
    (lambda x: np.sum(x[1:] * x[:-1]), (np.arange(4.0),)),
]


@pytest.mark.parametrize("f, args", NUMBA)
@pytest.mark.filterwarnings("ignore")
def test_numba_compiles_derivatives(f, args):
    numba = pytest.importorskip("numba")
    wrt = tuple(range(len(args)))
    for mode in (st.grad, st.value_and_grad):
        made = mode(f, wrt, example=args)
        got, want = numba.njit(made)(*args), made(*args)
        for a, b in zip(flat(got), flat(want), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13)


def flat(x):
    return [leaf for part in x for leaf in flat(part)] if isinstance(x, tuple) else [x]


# ------------------------------------------------------------ values


def test_ints_are_differentiated_as_floats():
    gradient = st.grad(lambda x: x * x)(3)
    assert gradient == 6.0 and isinstance(gradient, float)
    gradient = st.grad(lambda x: np.sum(x * x))(np.arange(3))
    assert gradient.dtype == float
    np.testing.assert_array_equal(gradient, [0.0, 2.0, 4.0])
    gradient = st.grad(lambda x: np.sum(x[1:] * 0.5))(np.arange(3))
    np.testing.assert_array_equal(gradient, [0.0, 0.5, 0.5])
    assert st.grad(lambda x, y: x + y, (0, 1))(1, 2) == (1.0, 1.0)


@pytest.mark.parametrize("example", [True, False])
def test_float32_stays_float32(example):
    def f(x, w):
        h = np.tanh(x @ w) * 2.0 + x[:, :1] ** 2 / 3
        return np.mean(h) + np.sum(np.maximum(h, 0.1)) + np.max(x)

    args = np.ones((4, 3), np.float32) * np.float32(0.3), np.ones((3, 2), np.float32)
    given = args if example else None
    value, gradients = st.value_and_grad(f, (0, 1), example=given)(*args)
    assert value.dtype == np.float32
    assert [g.dtype for g in gradients] == [np.float32, np.float32]
    value, tangent = st.jvp(f, example=given)(*args, args[0])
    assert (value.dtype, tangent.dtype) == (np.float32, np.float32)


COMPLEX = [
    lambda np: lambda z: np.real(z * z),
    lambda np: lambda z: np.imag(z**3),
    lambda np: lambda z: np.sum(np.abs(z) ** 2),
    lambda np: lambda z: np.real(np.sum(np.exp(1j * z) * np.conj(z))),
    lambda np: lambda z: np.real(np.sum(z * (2.0 + 1j)) / np.sum(z)),
]


@pytest.mark.parametrize("make", COMPLEX)
@pytest.mark.filterwarnings("ignore")
def test_complex_gradients_follow_autograd(make):
    autograd = pytest.importorskip("autograd")
    import autograd.numpy as anp

    z = np.array([0.3 + 0.4j, -1.0 + 0.2j])
    f = make(np)
    want = autograd.elementwise_grad(lambda v: anp.sum(make(anp)(v)))(z)
    got = st.vjp(f)(z, np.ones(np.shape(f(z))))
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)


def test_a_real_argument_of_a_complex_computation_has_a_real_gradient():
    gradient = st.grad(lambda x: np.abs(np.exp(1j * x) + 2.0) ** 2)(0.7)
    assert isinstance(gradient, float)
    assert gradient == pytest.approx(-4.0 * np.sin(0.7))


def test_an_unused_argument_has_zeros_and_one_warning_when_the_derivative_is_made():
    with pytest.warns(UserWarning, match="does not depend on 'y'") as seen:
        made = st.grad(lambda x, y: x * x, (0, 1))
    assert len(seen) == 1
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, dy = made(2.0, np.ones((2, 3), np.float32))
        assert made(2.0, 3)[1] == 0.0
    assert dy.shape == (2, 3) and dy.dtype == np.float32 and not dy.any()


@pytest.mark.parametrize("f", [
    lambda x: x, lambda x: x + 0.0, lambda x: x.T, lambda x: x[...], lambda x: np.ravel(x),
    lambda x: np.broadcast_to(x, (2, 2, 2)), lambda x: x.reshape(-1) * 2.0, lambda x: (x, x),
    lambda x: {"a": x[0], "b": x}, lambda x: np.concatenate([x, x]), lambda x: np.expand_dims(x, 0),
])  # fmt: skip
@pytest.mark.parametrize("example", [True, False])
def test_gradients_are_writable_arrays_of_their_own(f, example):
    x = np.arange(4.0).reshape(2, 2)
    dout = out_like(f(x))
    made = st.vjp(f, (0,), example=(x,) if example else None)
    (gradient,) = made(x, dout)
    assert gradient.flags.writeable
    for other in [x, *leaves_of(dout)]:
        assert not np.shares_memory(gradient, other)
    gradient += 1.0


def out_like(out):
    if isinstance(out, tuple):
        return tuple(map(out_like, out))
    if isinstance(out, dict):
        return {k: out_like(v) for k, v in out.items()}
    return np.ones(np.shape(out))


def leaves_of(out):
    if isinstance(out, (tuple, dict)):
        parts = out.values() if isinstance(out, dict) else out
        return [leaf for part in parts for leaf in leaves_of(part)]
    return [out]


@pytest.mark.parametrize("f", [
    lambda x, y: np.sum(x + y), lambda x, y: np.sum(x) + np.sum(y), lambda x, y: np.sum((x + y) * 3.0),
    lambda x, y: np.sum((x + y) * (x + y)), lambda x, y: np.sum(x - y),
])  # fmt: skip
@pytest.mark.parametrize("example", [True, False])
def test_two_gradients_do_not_share_memory(f, example):
    args = np.ones(3), np.ones(3)
    a, b = st.grad(f, (0, 1), example=args if example else None)(*args)
    assert not np.shares_memory(a, b)
    a += 1.0
    b += 1.0


def test_containers_that_share_an_array_have_gradients_that_do_not():
    shared = np.ones(2)
    a, b = st.grad(lambda p: np.sum(p[0] * 2.0 + p[1] * 2.0))((shared, shared))
    assert not np.shares_memory(a, b)


def test_the_callers_arrays_are_left_as_they_were():
    def f(x):
        y = x * 1.0
        y += x
        y *= y
        return np.sum(y * x)

    x = np.arange(3.0)
    x.flags.writeable = False
    np.testing.assert_allclose(st.grad(f)(x), 12.0 * x**2)


def test_a_second_call_gives_the_same():
    made = st.grad(lambda x: np.sum(np.tanh(x) ** 2))
    x = np.linspace(-1.0, 1.0, 5)
    first = made(x)
    kept = first.copy()
    first[:] = np.nan
    np.testing.assert_array_equal(made(x), kept)


def test_threads_call_one_derivative():
    made = st.grad(lambda x: np.sum(np.sin(x) * x))
    arrays = [np.full(1000, 0.1 * k) for k in range(20)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        got = list(pool.map(made, arrays))
    for x, g in zip(arrays, got, strict=True):
        np.testing.assert_array_equal(g, made(x))


def test_threads_make_derivatives():
    def make(power):
        return st.grad(lambda x: x**power)(2.0)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(1, 9))) == [k * 2.0 ** (k - 1) for k in range(1, 9)]


def test_an_exception_of_the_function_comes_through_and_the_next_call_works():
    made = st.grad(lambda x, w: np.sum(x @ w))
    with pytest.raises(ValueError, match="matmul"):
        made(np.ones((2, 3)), np.ones((2, 3)))
    np.testing.assert_array_equal(made(np.ones((2, 3)), np.ones((3, 1))), np.ones((2, 3)))


def test_wrong_arguments_are_named_by_python():
    with pytest.raises(
        TypeError, match=r"grad_wave\(\) missing 1 required positional argument: 'x'"
    ):
        st.grad(wave)()


def test_bools_and_strings_are_constants():
    def f(x, flag, name, nothing=None):
        return x * x if flag and name == "a" and nothing is None else x

    assert st.grad(f)(3.0, True, "a") == 6.0
    assert st.grad(f)(3.0, False, "a") == 1.0
    assert st.grad(f, example=(3.0, True, "a"))(3.0, True, "a") == 6.0


@pytest.mark.parametrize("value", ["text", None, True])
def test_a_parameter_that_is_certainly_no_number_is_no_wrt(value):
    with pytest.raises((TypeError, ValueError), match="flag"):
        st.grad(lambda x, flag: x * x if flag else x, "flag", example=(1.0, value))


# ------------------------------------------------------------ wrt, has_aux, pointwise


def test_wrt_by_index_name_tuple_and_negative_index():
    def f(x, y, *, z=1.0):
        return x * y**2 * z**3

    assert st.grad(f)(2.0, 3.0) == 9.0
    assert st.grad(f, 1)(2.0, 3.0) == st.grad(f, "y")(2.0, 3.0) == 12.0
    assert st.grad(f, ("z", 0))(2.0, 3.0) == (54.0, 9.0)
    assert st.grad(f, (1,))(2.0, 3.0) == (12.0,)
    assert st.grad(f, -1)(2.0, 3.0) == 54.0
    assert st.grad(f, wrt="z")(2.0, 3.0, z=2.0) == 216.0


def test_has_aux():
    def f(x):
        y = np.sin(x)
        return y * x, {"y": y}

    gradient, aux = st.grad(f, has_aux=True)(0.7)
    assert gradient == np.sin(0.7) + 0.7 * np.cos(0.7)
    assert aux == {"y": np.sin(0.7)}
    (value, aux), gradient = st.value_and_grad(f, has_aux=True)(0.7)
    assert value == np.sin(0.7) * 0.7 and aux == {"y": np.sin(0.7)}


def test_a_scalar_formula_called_with_an_array_is_pointwise():
    x = np.linspace(-1.0, 1.0, 5)
    made = st.grad(lambda x: x * np.sin(x) + 2.0)
    np.testing.assert_allclose(made(x), np.sin(x) + x * np.cos(x))
    value, gradient = st.value_and_grad(lambda x: np.exp(-(x**2)))(x)
    np.testing.assert_allclose(gradient, -2.0 * x * value)
    twice = st.grad(st.grad(lambda x: x**3))
    np.testing.assert_allclose(twice(x), 6.0 * x)


def test_elementwise_grad():
    x = np.linspace(-1.0, 1.0, 6).reshape(2, 3)
    smooth = st.elementwise_grad(lambda x: np.tanh(x))
    np.testing.assert_allclose(smooth(x), 1.0 - np.tanh(x) ** 2)
    leaky = st.elementwise_grad(lambda x: np.where(x > 0, x, 0.1 * x))
    np.testing.assert_allclose(leaky(x), np.where(x > 0, 1.0, 0.1))


# ------------------------------------------------------------ any order, any nesting


def f3(x):
    return x**3 * np.sin(x)


def d1(x):
    return 3 * x**2 * np.sin(x) + x**3 * np.cos(x)


def d2(x):
    return 6 * x * np.sin(x) + 6 * x**2 * np.cos(x) - x**3 * np.sin(x)


def d3(x):
    return (6 - 9 * x**2) * np.sin(x) + (18 * x - x**3) * np.cos(x)


@pytest.mark.parametrize("second", [
    st.grad(st.grad(f3)),
    lambda x: st.jvp(st.grad(f3))(x, 1.0)[1],
    st.grad(lambda x: st.jvp(f3)(x, 1.0)[1]),
    lambda x: st.jvp(lambda t: st.jvp(f3)(t, 1.0)[1])(x, 1.0)[1],
    st.hessian(f3), st.jacobian(st.grad(f3)), st.grad(st.jacobian(f3)), st.elementwise_grad(st.grad(f3)),
    lambda x: st.hvp(f3)(x, 1.0),
    lambda x: st.vjp(st.grad(f3))(x, 1.0),
    st.grad(lambda x: st.vjp(f3)(x, 1.0)),
    lambda x: st.value_and_grad(lambda t: st.value_and_grad(f3)(t)[1])(x)[1],
    lambda x: st.jvp(st.value_and_grad(f3))(x, 1.0)[1][1],
])  # fmt: skip
def test_second_derivatives_every_way(second):
    assert second(0.7) == pytest.approx(d2(0.7), rel=1e-12)


def test_value_and_grad_of_value_and_grad_has_every_derivative():
    pulled = st.vjp(st.value_and_grad(f3))
    assert pulled(0.7, (1.0, 0.0)) == pytest.approx(d1(0.7))
    assert pulled(0.7, (0.0, 1.0)) == pytest.approx(d2(0.7))


def test_third_and_fourth_order():
    third = st.grad(st.grad(st.grad(f3)))
    assert third(0.7) == pytest.approx(d3(0.7), rel=1e-12)
    fourth = st.grad(third)
    assert fourth(0.7) == pytest.approx((d3(0.7 + 1e-6) - d3(0.7 - 1e-6)) / 2e-6, rel=1e-7)


def energy(x):
    return np.sum(np.sin(x[1:] * x[:-1])) + np.sum(x**4)


def test_hessian_hvp_and_jacobians_agree():
    x, v = np.array([0.3, -0.5, 0.8]), np.array([1.0, 2.0, -0.5])
    hessian = st.hessian(energy)(x)
    assert hessian.shape == (3, 3)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-14)
    np.testing.assert_allclose(st.hvp(energy)(x, v), hessian @ v)
    np.testing.assert_allclose(st.jacobian(st.grad(energy))(x), hessian)
    np.testing.assert_allclose(st.jacobian(st.grad(energy), 0, "forward")(x), hessian)
    np.testing.assert_allclose(st.jacobian(st.grad(energy), 0, "reverse")(x), hessian)
    np.testing.assert_allclose(st.jacobian(st.jacobian(energy))(x), hessian)
    np.testing.assert_allclose(st.jvp(st.grad(energy))(x, v)[1], hessian @ v)
    np.testing.assert_allclose(st.grad(lambda t: np.dot(st.grad(energy)(t), v))(x), hessian @ v)


@pytest.mark.parametrize("example", [True, False])
def test_a_jacobian_forward_is_the_jacobian_in_reverse(example):
    args = np.array([0.3, -0.5, 0.8]), np.array([[0.2], [0.4]])
    given = args if example else None
    for wrt, shape in ((0, (2, 3, 3)), (1, (2, 3, 2, 1))):
        forward = st.jacobian(vector, wrt, "forward", example=given)(*args)
        reverse = st.jacobian(vector, wrt, "reverse", example=given)(*args)
        auto = st.jacobian(vector, wrt, example=given)(*args)
        assert forward.shape == reverse.shape == auto.shape == shape
        np.testing.assert_allclose(forward, reverse, atol=1e-14)
        np.testing.assert_allclose(auto, reverse, atol=1e-14)


def test_vjp_of_vjp_and_vjp_of_jvp():
    x, w = np.array([0.3, -0.5]), np.array([0.2, 0.4])
    check(st.vjp(vector, (0, 1)), x, w, np.array([1.0, -2.0]), second=False)
    check(st.jvp(vector, (0, 1)), x, w, np.array([1.0, -2.0]), np.array([0.5, 0.1]), second=False)


# ------------------------------------------------------------ the derivative's text


def test_making_a_derivative_twice_gives_the_same_text():
    assert st.grad(wave).source == st.grad(wave).source
    one = module_of("def f(x):\n    return np.sum(x * np.sin(x))\n", "one.py")["f"]
    two = module_of("def f(x):\n    return np.sum(x * np.sin(x))\n", "two.py")["f"]
    assert st.grad(one).source == st.grad(two).source


def test_closures_are_values_in_the_printed_module_and_live_in_the_function():
    a = 2.0

    def f(x):
        return a * x * x

    made = st.grad(f)
    assert "a = 2.0" in made.source
    a = 3.0
    assert made(1.0) == 6.0


def test_an_array_that_is_captured_is_described_or_printed():
    table = np.arange(3.0)
    made = st.grad(lambda x: np.sum(table * x))
    assert "table = np.array([0.0, 1.0, 2.0])" in made.source
    assert made(2.0) == 3.0


def test_the_literal_view_computes_the_same():
    for mode in (st.grad, st.value_and_grad, st.elementwise_grad, st.hessian):
        assert mode(wave, optimize=False)(0.7) == pytest.approx(mode(wave)(0.7), rel=1e-13)


def test_derivatives_of_functions_with_names_that_collide():
    f = function_of(
        """
        def f(sum_to, like, spread, np_, grad_f, t1, z):
            x = np.sum(sum_to * like) + np.max(spread) * t1
            return x * np_ + grad_f * z
        """
    )
    check(f, np.ones((2, 3)), np.arange(3.0), np.array([1.0, 3.0]), 0.5, 0.2, 0.3, 0.4)


def test_pickle_of_a_module_level_derivative_is_refused_clearly_or_works():
    try:
        made = pickle.loads(pickle.dumps(st.grad(wave)))
    except (pickle.PicklingError, AttributeError, ModuleNotFoundError):
        return
    assert made(0.7) == st.grad(wave)(0.7)
