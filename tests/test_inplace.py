"""optimize/inplace: every write may be done in place, at the price of the copies it needs."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest

from srctransform.ir.check import check
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import Function
from srctransform.ir.show import show
from srctransform.optimize.inplace import own_buffers

from .inplace_programs import Generator, arguments, observed_types, run_in_place


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True)


def assert_in_place(function: Function, args: tuple[Any, ...], forget: Any = None) -> Function:
    """Written in place, it gives what it gives in values, and its arguments stay."""
    check(function)
    want = evaluate(function, *copy.deepcopy(args))
    types = observed_types(function, copy.deepcopy(args), forget)
    owned = check(own_buffers(function, types))
    given = copy.deepcopy(args)
    with np.errstate(all="ignore"):
        got = run_in_place(owned, *given)
    text = f"{show(function)}\n\n{show(owned)}"
    assert same(got, want), text
    assert same(given, args), text
    assert same(evaluate(owned, *copy.deepcopy(args)), want), text
    return owned


def random_case(seed: int) -> None:
    function = Generator(seed, size=random.Random(seed).choice([6, 10, 16, 24])).function()
    rng = random.Random(seed + 1)
    share = rng.choice([0.0, 0.0, 0.1, 1.0])
    hidden: dict[Any, bool] = {}
    with np.errstate(all="ignore"):
        assert_in_place(
            function,
            arguments(function, seed),
            lambda var: hidden.setdefault(var, rng.random() < share),
        )


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_random_programs(start: int) -> None:
    for seed in range(start, start + 50):
        random_case(seed)
