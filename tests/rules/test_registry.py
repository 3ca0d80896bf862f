"""Every elementwise rule is tested the moment it is written: the registry is walked.

A rule is called with as many arrays as it has arguments, drawn from its domain. Both modes and
second order are held against central differences, alone and with each argument broadcast; then
float32, integers, empty and non-contiguous arrays.
"""

import math
import operator
import warnings
from pathlib import Path

import numpy as np
import pytest

import srctransform as st
from srctransform import rules
from tests.checking import check, leaves

DOMAINS = {
    "real": (-2.0, 2.0),
    "positive": (0.3, 2.0),
    "nonzero": (0.4, 2.0),
    "unit": (-0.8, 0.8),
    "above_one": (1.2, 3.0),
}
#: too coarse for central differences, or complex: tests/rules/test_scalars.py
CASTS = {np.float16, np.float32, np.longdouble, complex, np.complex64, np.complex128}
SELECTING = {np.maximum, np.minimum, np.fmax, np.fmin}


def call_of(prim, count):
    """A function of `count` parameters that calls the primitive."""

    def one(x):
        return prim(x)

    def two(x, y):
        return prim(x, y)

    def three(x, y, z):
        return prim(x, y, z)

    return (one, two, three)[count - 1]


def is_scalar_only(prim):
    return prim in (pow, float) or getattr(prim, "__module__", "") == "math"


def name_of(rule):
    module = getattr(rule.prim, "__module__", "") or "np"
    return f"{module}.{rule.prim.__name__}".replace("_operator.", "op.")


def elementwise_rules():
    seen = []
    for rule in rules.all_rules():
        helper = (getattr(rule.prim, "__module__", "") or "").startswith("srctransform")
        inplace = rule.prim.__name__.startswith("i") and hasattr(operator, rule.prim.__name__)
        casts = rule.prim in CASTS or getattr(rule.prim, "__module__", "") == "cmath"
        wanted = rule.elementwise or rule.prim in SELECTING
        library = "scipy" in Path(rule.place.file).parts  # tests/rules/scipy
        if wanted and not (helper or inplace or casts or library):
            seen.append(rule)
    return seen


RULES = elementwise_rules()
ARRAYS = [rule for rule in RULES if not is_scalar_only(rule.prim)]


def count_of(rule):
    return 1 if rule.prim is math.log else len(rule.args)


def draw(rule, shape, seed=0):
    rng = np.random.default_rng(seed)
    low, high = DOMAINS[rule.domain]
    values = [low + (high - low) * rng.random(shape) for _ in range(count_of(rule))]
    if rule.prim in (np.ldexp, math.ldexp):
        values[1] = np.array(2) if shape else 2
    if rule.prim is np.heaviside:
        values[0] = values[0] + 3.0
    return [v if shape else v if isinstance(v, int) else float(v) for v in values]


def wrt_of(rule):
    return tuple(k for k, _ in enumerate(rule.args[: count_of(rule)])
                 if not (rule.prim in (np.ldexp, math.ldexp) and k))  # fmt: skip


every_rule = pytest.mark.parametrize("rule", RULES, ids=name_of)
every_array_rule = pytest.mark.parametrize("rule", ARRAYS, ids=name_of)


def quiet_vjp(rule, args, example=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        given = tuple(args) if example else None
        return st.vjp(call_of(rule.prim, count_of(rule)), wrt_of(rule), example=given)


@every_rule
def test_scalars(rule):
    check(call_of(rule.prim, count_of(rule)), *draw(rule, ()), wrt=wrt_of(rule), optimize=(True,))


@every_array_rule
def test_arrays(rule):
    check(call_of(rule.prim, count_of(rule)), *draw(rule, (3, 2)), wrt=wrt_of(rule))


@pytest.mark.parametrize("rule", [r for r in ARRAYS if len(wrt_of(r)) == 2], ids=name_of)
@pytest.mark.parametrize("shape", [(), (2,), (3, 1)], ids=str)
@pytest.mark.parametrize("which", [0, 1], ids=["first", "second"])
def test_each_argument_may_be_broadcast(rule, shape, which):
    args = draw(rule, (3, 2))
    args[which] = draw(rule, shape, seed=1)[which]
    check(call_of(rule.prim, 2), *args, second=False, optimize=(True,))


@every_array_rule
def test_float32_stays_float32(rule):
    args = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in draw(rule, (3,))]
    out = rule.prim(*args)
    if out.dtype != np.float32:
        assert rule.prim in (np.float_power, np.float64)
        return
    for example in (False, True):
        with np.errstate(all="ignore"):
            grads = quiet_vjp(rule, args, example)(*args, np.ones_like(out))
        for grad in grads:
            assert grad.dtype == np.float32, (rule.prim, example)


@every_array_rule
def test_empty_arrays_have_empty_gradients(rule):
    args = draw(rule, (0, 3))
    grads = quiet_vjp(rule, args)(*args, np.zeros((0, 3)))
    assert all(g.shape == (0, 3) for g in grads)


@every_array_rule
def test_integers_are_differentiated_as_floats(rule):
    """An integer array or Python int gives what the same float gives."""
    if rule.prim is np.reciprocal:  # of an integer it is an integer: no derivative
        return
    value = {"unit": 0, "above_one": 2}.get(rule.domain, 1)
    count = count_of(rule)
    ints = [np.array([value, value]) + k for k in range(count)]
    floats = [a.astype(float) if k in wrt_of(rule) else a for k, a in enumerate(ints)]
    for example in (False, True):
        got = quiet_vjp(rule, ints, example)(*ints, np.array([1.0, 2.0]))
        want = quiet_vjp(rule, floats, example)(*floats, np.array([1.0, 2.0]))
        for g, w in zip(got, want, strict=True):
            assert g.dtype == np.float64
            np.testing.assert_allclose(g, w, rtol=1e-14)


@every_array_rule
def test_strided_arrays(rule):
    """Reversed and transposed arrays give what their copies give."""
    args = draw(rule, (4, 6))
    views = [a[::2, ::-1].T if np.ndim(a) else a for a in args]
    dout = np.arange(12.0).reshape(6, 2)
    pulled = quiet_vjp(rule, views)
    got, want = pulled(*views, dout), pulled(*(v.copy() for v in leaves(views)), dout)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_array_equal(g, w)


#: ufuncs of other families
PRODUCTS = {np.matmul, np.matvec, np.vecmat, np.vecdot}
UFUNCS = [u for _, u in sorted(vars(np).items()) if isinstance(u, np.ufunc)]


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda u: u.__name__)
def test_every_ufunc_is_accounted_for(ufunc):
    """Differentiable, declared nondifferentiable, or refused for a reason."""
    rule = rules.rule_of(ufunc)
    if ufunc not in PRODUCTS:
        assert rule is not None and (rule.differentiable or rule.constant)
