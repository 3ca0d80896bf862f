"""check_grads passes for derivatives that are right, and names the entry that is wrong."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from srctransform.checking import check_grads

RNG = np.random.default_rng(1)
A = RNG.standard_normal((2, 3))


class Line(NamedTuple):
    w: float
    b: float


@dataclass(frozen=True)
class Model:
    w: np.ndarray
    n: int = 2


def loss(w, x=2.0, *, k=3.0):
    return np.sum(np.sin(w) * x * k)


def several(x):
    return {"square": x * x, "rest": (np.exp(x), 3)}


def line(p, x):
    return np.sum(p.w * x + p.b)


def model(p, x):
    return np.tanh(p.w * x) * p.n


def holomorphic(z):
    return z * z * np.exp(z)


class Plain:
    def __init__(self, w, name):
        self.w, self.name = w, name

    def value(self, x):
        return np.sum(self.w * x)


def rest(x, *others):
    return np.sum(x * others[0])


def cube(n):
    return n * n * n * 1.0


def message(*args, **kwargs):
    with pytest.raises(AssertionError) as error:
        check_grads(*args, **kwargs)
    return str(error.value)


@pytest.mark.parametrize(
    "f, args, wrt",
    [
        (loss, (0.5,), 0),
        (loss, (A,), 0),
        (loss, (A,), "k"),
        (loss, (A, A), ("w", 1, "k")),
        (several, (A,), 0),
        (several, (0.5,), 0),
        (line, (Line(1.0, 2.0), A), "p"),
        (line, (Line(A[0], 2.0), A), (0, 1)),
        (model, (Model(A), A), 0),
        (Plain.value, (Plain(A, "plain"), A), ("self", "x")),
        (holomorphic, (1 + 2j,), 0),
        (holomorphic, (A + 1j * A[::-1],), 0),
        (rest, (A, A), 0),
        (rest, (A, A), "others"),
        (cube, (3,), 0),
        (cube, (np.arange(4),), 0),
    ],
)
def test_right_derivatives_pass(f, args, wrt):
    assert check_grads(f, args, wrt) is None


@pytest.mark.parametrize("f, args", [(loss, (A,)), (holomorphic, (1 + 2j,)), (cube, (3,))])
def test_second_order_checks_the_derivatives_of_both_modes(f, args):
    check_grads(f, args, order=2)


def test_float32_is_checked_with_longer_steps():
    check_grads(loss, (A.astype(np.float32),))
    check_grads(cube, (np.float32(1.5),))


def test_an_entry_near_the_edge_of_the_domain_is_checked_with_shorter_steps():
    check_grads(lambda x: np.sum(np.log(x)), (np.array([1e-6, 1.0, 1e5]),))


def test_small_gradients_are_checked_too():
    wrong = lambda x: 1.1e-7 * np.cos(x)
    text = message(lambda x: 1e-7 * np.sin(x), (0.5,), df=wrong)
    assert "derivative   9.65340" in text and "differences  8.7758256e-08" in text


def test_nan_is_equal_to_nan():
    check_grads(lambda x: x * np.nan, (1.0,))
    assert "differences  nan" in message(lambda x: x * np.nan, (1.0,), df=lambda x: 1.0)


def test_at_a_kink_the_convention_is_the_central_difference():
    check_grads(lambda x: np.abs(x), (0.0,))


def test_the_message_names_the_worst_entry_and_both_numbers():
    def wrong(w, x=2.0, *, k=3.0):
        out = np.cos(w) * x * k
        out[1, 0] += 0.5
        return out

    right = 6 * np.cos(A[1, 0])
    assert message(loss, (A,), df=wrong).startswith(
        "the derivative of 'loss' differs from finite differences in 1 of 6 places\n"
        "  d loss / d w[1, 0], the given derivative\n"
        f"    derivative   {right + 0.5:.8g}\n"
        f"    differences  {right:.8g}\n"
        "    off by 0.5, allowed "
    )


def test_the_message_names_the_argument_of_several():
    text = message(loss, (A,), ("w", "x"), df=lambda w: (6 * np.cos(w), 1.0))
    assert "d loss / d x, the given derivative" in text


def test_the_message_names_the_path_in_a_container():
    text = message(line, (Line(1.0, 2.0), A), df=lambda p, x: Line(A.sum(), 5.0))
    assert "d line / d p.b, " in text


def test_the_message_names_the_mode_and_the_entry_of_the_result():
    text = message(several, (A,), rtol=0.0, atol=0.0)
    assert "reverse mode" in text or "forward mode" in text
    assert "d several['" in text and " / d x[" in text


def test_one_wrong_entry_in_ten_thousand_is_found():
    x = RNG.standard_normal((100, 100))

    def wrong(x):
        out = 6 * np.cos(x)
        out[57, 3] += 40.0
        return out

    assert "d loss / d w" in message(loss, (x,), df=wrong)


def test_a_gradient_of_another_shape_or_structure_is_refused():
    text = message(loss, (A,), df=lambda w: np.cos(w)[0])
    assert text == "the gradient has shape (3,) for w, which has (2, 3)"
    assert (
        message(line, (Line(1.0, 2.0), A), df=lambda p, x: 1.0)
        == "the gradient has nothing for p.w"
    )


def test_keyword_arguments_are_given_as_a_dict():
    check_grads(loss, (A,), "k", kwargs={"k": 5.0})


def test_modes_choose_what_is_checked():
    text = message(loss, (A,), modes=("fwd",), rtol=0.0, atol=0.0)
    assert "forward mode" in text


def test_the_arguments_stay_as_they_are():
    kept = A.copy()
    check_grads(lambda x: np.sum(x * x), (kept,))
    assert np.array_equal(kept, A)


@pytest.mark.parametrize(
    "args, kwargs, error, text",
    [
        (A, {}, TypeError, r"args must be a tuple of f's arguments: check_grads\(loss, \(x,\)\)"),
        ((), {}, TypeError, "missing a required argument: 'w'"),
        (("text",), {}, TypeError, "argument 'w' is of type str: it has no derivative"),
        ((True,), {}, TypeError, "argument 'w' is of type bool: it has no derivative"),
        ((A,), {"wrt": "q"}, ValueError, "'loss' has no parameter 'q'; its parameters: w, x, k"),
        ((A,), {"modes": "rev"}, ValueError, "modes must be a tuple of 'rev' and 'fwd', not 'rev'"),
        ((A,), {"modes": ("back",)}, ValueError, "modes must be a tuple"),
        ((A,), {"order": 0}, ValueError, "order must be 1, 2, ..., not 0"),
    ],
)
def test_arguments_without_sense_are_refused(args, kwargs, error, text):
    with pytest.raises(error, match=text):
        check_grads(loss, args, **kwargs)


def test_a_result_without_derivative_is_refused():
    with pytest.raises(
        TypeError, match="the result of 'size' is of type int: it has no derivative"
    ):
        check_grads(size, (A,))


def size(x):
    return len(x)


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="check_grads takes a function, not float"):
        check_grads(3.0, (1.0,))
