"""optimize/inplace: every write may be done in place, at the price of the copies it needs."""

from __future__ import annotations

import copy
import inspect
import operator
import random
import time
from typing import Any

import numpy as np
import pytest

from srctransform.analysis.types import Types
from srctransform.ir import prims
from srctransform.ir.build import Builder, atom
from srctransform.ir.check import check
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import Block, Const, For, Function, If, Let, Param, Var, While
from srctransform.ir.show import show
from srctransform.ir.walk import blocks, statements
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


# ---------------------------------------------------------------- copies, one by one


class Program(Builder):
    """A builder with loops, for programs written by hand."""

    def get(self, x: Any, *index: Any) -> Any:
        return self.let(operator.getitem, x, index[0] if len(index) == 1 else index)

    def loop(self, rounds: Any, init: tuple[Any, ...], body: Any, stops: bool = False) -> Any:
        item, params = Var("i"), tuple(Var("carried") for _ in init)
        if isinstance(rounds, int):
            rounds = self.let(range, rounds)
        with self.nested() as stmts:
            results = tuple(map(atom, body(item, *params)))
        outs = tuple(Var("out") for _ in init)
        inner = Block((item, *params), tuple(stmts), results)
        self.add(For(rounds, tuple(map(atom, init)), inner, outs, stops=stops))
        return outs[0] if len(outs) == 1 else outs

    def function(self, result: Any, *params: Var) -> Function:
        plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
        named = tuple(Param(v, f"{v.hint}{k}", plain) for k, v in enumerate(params))
        return Function("program", named, self.block(result))


def copies(function: Function) -> list[tuple[int, Let]]:
    """The copies in a function, with the number of loops around each."""
    found: list[tuple[int, Let]] = []

    def visit(block: Block, depth: int) -> None:
        for stmt in block.body:
            if isinstance(stmt, Let) and stmt.prim in (np.copy, copy.copy, list, dict):
                found.append((depth, stmt))
            for inner in blocks(stmt):
                visit(inner, depth + isinstance(stmt, For | While))

    visit(function.block, 0)
    return found


U = np.array([1.0, -2.0, 0.5, 3.0, 2.0, -1.0])
INNER = slice(1, -1)
ALL = slice(None)


def test_nothing_is_written() -> None:
    b, x = Program(), Var("x")
    function = b.function(b.let(np.sin, x), x)
    assert own_buffers(function, Types({})) is function


def test_heat_needs_no_copy_but_the_users() -> None:
    """The adjoint of a stencil in place: the shadow buffer is carried, its views die in time."""
    b, u, kappa = Program(), Var("u"), Var("kappa")
    stack = b.let(prims.new_stack)

    def forward(t: Any, u: Any) -> Any:
        lap = b.let(operator.sub, b.get(u, slice(None, -2)), b.get(u, slice(2, None)))
        u1 = b.let(prims.accumulate, u, b.let(operator.mul, kappa, lap), INNER)
        b.let(prims.push, stack, lap)
        return (u1,)

    last = b.loop(4, (b.let(np.copy, u),), forward)

    def backward(t: Any, du: Any, dkappa: Any) -> Any:
        lap = b.let(prims.pop, stack)
        d = b.get(du, INNER)
        dkappa = b.let(operator.add, dkappa, b.let(np.sum, b.let(operator.mul, lap, d)))
        dlap = b.let(operator.mul, kappa, d)
        du = b.let(prims.accumulate, du, dlap, slice(None, -2))
        du = b.let(prims.accumulate, du, b.let(operator.neg, dlap), slice(2, None))
        return du, dkappa

    du, dkappa = b.loop(4, (b.let(operator.mul, 2.0, last), 0.0), backward)
    function = b.function(b.let(prims.make_tuple, du, dkappa), u, kappa)
    assert len(copies(assert_in_place(function, (U, 0.1)))) == 1


def test_sweep_records_the_overwritten_entries_without_copies() -> None:
    b, u, c = Program(), Var("u"), Var("c")
    stack = b.let(prims.new_stack)

    def forward(i: Any, u: Any) -> Any:
        old = b.get(u, i)
        b.let(prims.push, stack, old)
        left = b.get(u, b.let(operator.sub, i, 1))
        return (b.let(prims.store, u, b.let(operator.mul, old, left), i),)

    def rounds(t: Any, u: Any) -> Any:
        return (b.loop(b.let(range, 1, 5), (u,), forward),)

    last = b.loop(3, (b.let(np.copy, u),), rounds)

    def backward(i: Any, u: Any, du: Any, dc: Any) -> Any:
        u = b.let(prims.store, u, b.let(prims.pop, stack), i)
        d = b.get(du, i)
        du = b.let(prims.store, du, b.let(operator.mul, 0.5, d), i)
        left = b.let(operator.sub, i, 1)
        dc = b.let(operator.add, dc, b.let(operator.mul, d, b.get(u, left)))
        return u, b.let(prims.accumulate, du, b.let(operator.mul, d, c), left), dc

    def back(t: Any, u: Any, du: Any, dc: Any) -> Any:
        return b.loop(b.let(range, 4, 0, -1), (u, du, dc), backward)

    first = (last, b.let(operator.mul, 2.0, last), 0.0)
    _, du, dc = b.loop(3, first, back)
    function = b.function(b.let(prims.make_tuple, du, dc), u, c)
    assert len(copies(assert_in_place(function, (U, 0.3)))) == 1


def test_a_view_that_is_read_after_the_write_is_copied() -> None:
    b, x = Program(), Var("x")
    du = b.let(operator.mul, 2.0, x)
    d = b.get(du, INNER)
    du1 = b.let(prims.store, du, 0.0, INNER)
    function = b.function(b.let(prims.make_tuple, du1, b.let(operator.mul, 3.0, d)), x)
    ((_, made),) = copies(assert_in_place(function, (U,)))
    assert made.out is d


def test_a_number_that_is_read_after_the_write_is_not_copied() -> None:
    b, x = Program(), Var("x")
    du = b.let(operator.mul, 2.0, x)
    d = b.get(du, 1)
    du1 = b.let(prims.store, du, 0.0, 1)
    function = b.function(b.let(prims.make_tuple, du1, d), x)
    assert not copies(assert_in_place(function, (U,)))


def test_an_old_version_that_is_read_later_is_copied_before_the_write() -> None:
    b, x = Program(), Var("x")
    u = b.let(operator.mul, 2.0, x)
    u1 = b.let(prims.store, u, 0.0, 1)
    function = b.function(b.let(operator.add, u, u1), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1


@pytest.mark.parametrize("nested", [False, True])
def test_a_parameter_is_copied_before_the_loop(nested: bool) -> None:
    b, x = Program(), Var("x")

    def inner(i: Any, u: Any) -> Any:
        return (b.let(prims.accumulate, u, 1.0, i),)

    def outer(i: Any, u: Any) -> Any:
        return (b.loop(3, (u,), inner),)

    function = b.function(b.loop(3, (x,), outer if nested else inner), x)
    ((depth, made),) = copies(assert_in_place(function, (U,)))
    assert depth == 0 and made.args == (x,)


@pytest.mark.parametrize("inner", [False, True])
def test_buffers_that_swap_places_need_no_copy(inner: bool) -> None:
    b, x = Program(), Var("x")

    def fill(i: Any, new: Any, old: Any) -> Any:
        return b.let(prims.store, new, b.get(old, i), i)

    def body(t: Any, old: Any, new: Any) -> Any:
        if inner:
            new = b.loop(4, (new,), lambda i, new: (fill(i, new, old),))
        else:
            new = fill(1, new, old)
        return new, old

    first = b.let(operator.mul, 2.0, x), b.let(np.zeros_like, x)
    old, new = b.loop(5, first, body)
    function = b.function(b.let(prims.make_tuple, old, new), x)
    assert not copies(assert_in_place(function, (U,)))


def test_an_array_that_is_made_anew_in_each_round_is_told_from_the_last() -> None:
    b, x = Program(), Var("x")

    def body(t: Any, before: Any, now: Any) -> Any:
        new = b.let(operator.sub, now, before)
        new = b.let(prims.store, new, b.get(before, 0), 0)
        return now, new

    before, now = b.loop(5, (x, b.let(operator.mul, 2.0, x)), body)
    function = b.function(b.let(prims.make_tuple, before, now), x)
    assert not copies(assert_in_place(function, (U,)))


def test_the_state_of_a_round_before_is_copied_in_each_round() -> None:
    b, x = Program(), Var("x")

    def body(t: Any, u: Any, before: Any) -> Any:
        return b.let(prims.accumulate, u, b.get(before, 0), 1), u

    u, before = b.loop(3, (b.let(np.copy, x), b.let(np.zeros_like, x)), body)
    function = b.function(b.let(prims.make_tuple, u, before), x)
    assert [depth for depth, _ in copies(assert_in_place(function, (U,)))] == [0, 1]


def test_a_recorded_array_that_is_overwritten_is_copied_where_it_is_pushed() -> None:
    b, x = Program(), Var("x")
    stack = b.let(prims.new_stack)

    def forward(t: Any, u: Any) -> Any:
        b.let(prims.push, stack, u)
        return (b.let(prims.accumulate, u, b.let(np.sin, u), ALL),)

    def backward(t: Any, du: Any) -> Any:
        u = b.let(prims.pop, stack)
        return (b.let(prims.accumulate, du, b.let(operator.mul, b.let(np.cos, u), du), ALL),)

    last = b.loop(3, (b.let(operator.mul, 1.0, x),), forward)
    du = b.loop(3, (b.let(np.ones_like, last),), backward)
    function = b.function(du, x)
    owned = assert_in_place(function, (U,))
    ((depth, made),) = copies(owned)
    (push,) = (s for s in statements(owned.block) if isinstance(s, Let) and s.prim is prims.push)
    assert depth == 1 and push.args[1] is made.out


def test_a_new_array_is_filled_and_recorded_without_a_copy() -> None:
    b, x = Program(), Var("x")
    stack, rows = b.let(prims.new_stack), b.let(prims.make_list)

    def forward(t: Any, rows: Any) -> Any:
        row = b.let(prims.store, b.let(np.zeros_like, x), b.get(x, t), t)
        b.let(prims.push, stack, row)
        return (b.let(prims.append, rows, row),)

    rows = b.loop(3, (rows,), forward)
    function = b.function(b.let(prims.make_tuple, rows, b.let(prims.pop, stack)), x)
    assert not copies(assert_in_place(function, (U,)))


def test_only_the_arm_that_yields_a_parameter_copies() -> None:
    b, x = Program(), Var("x")
    cond = b.let(operator.gt, b.get(x, 0), 0.0)
    (u,) = b.branch(cond, lambda: (x,), lambda: (b.let(np.zeros_like, x),))
    function = b.function(b.let(prims.store, u, 7.0, 0), x)
    for first in (U, -U):
        owned = assert_in_place(function, (first,))
        (branch,) = (s for s in owned.block.body if isinstance(s, If))
        assert len(branch.then.body) == 1 and len(copies(owned)) == 1


def test_constants_are_not_written() -> None:
    b, x = Program(), Var("x")
    table = Const(np.zeros(6))
    u = b.let(prims.store, table, b.get(x, 0), 1)
    function = b.function(b.loop(2, (u,), lambda i, u: (b.let(prims.store, u, 1.0, i),)), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1
    assert not table.value.any()


def test_an_entry_of_an_entry_is_copied_with_what_holds_it() -> None:
    b, params = Program(), Var("params")
    changed = b.let(prims.store, params, 7.0, "w", 0)
    function = b.function(changed, params)
    assert_in_place(function, ({"w": U, "b": U},))
    assert_in_place(function, ({"w": U, "b": U},), forget=lambda var: True)


def test_a_loop_over_an_array_reads_it_until_it_ends() -> None:
    b, x = Program(), Var("x")
    rows = b.let(operator.mul, 2.0, x)

    def body(row: Any, u: Any) -> Any:
        return (b.let(prims.store, u, b.let(operator.mul, 2.0, row), ALL),)

    function = b.function(b.loop(rows, (rows,), body), x)
    assert len(copies(assert_in_place(function, (np.outer(U, U),)))) == 1


def test_a_list_that_holds_itself_holds_what_it_was() -> None:
    b, x = Program(), Var("x")
    items = b.let(prims.make_list, x)
    function = b.function(b.let(prims.append, items, items), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1


def test_an_index_that_is_the_array_is_read_before_the_write() -> None:
    b, x = Program(), Var("x")
    order = b.let(np.argsort, x)
    function = b.function(b.let(prims.store, order, b.get(order, 0), order), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1


def test_entries_that_are_one_array_are_parted_before_one_is_written() -> None:
    b, x = Program(), Var("x")

    def body(t: Any, items: Any) -> Any:
        changed = b.let(prims.store, items, 7.0, 0, t)
        return (b.let(prims.append, changed, b.get(changed, 0)),)

    items = b.let(prims.make_list, b.let(operator.mul, 2.0, x))
    assert_in_place(b.function(b.loop(3, (items,), body), x), (U,))


@pytest.mark.parametrize("how", [{"copy": False}, {"copy": None}])
def test_a_conversion_that_may_not_copy_shares(how: dict[str, Any]) -> None:
    b, x = Program(), Var("x")
    u = b.let(np.array, x, **how) if how["copy"] is None else b.let(prims.astype, x, float, **how)
    function = b.function(b.let(prims.store, u, 7.0, 0), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1


def test_a_slice_of_a_list_is_a_list_of_its_own() -> None:
    b, x = Program(), Var("x")
    items = b.let(prims.make_list, 1.0, 2.0)
    some = b.get(items, slice(0, 1))
    more = b.let(prims.append, some, 3.0)
    longer = b.let(prims.append, items, 4.0)
    function = b.function(b.let(prims.make_tuple, more, longer), x)
    assert not copies(assert_in_place(function, (U,)))
    function = b.function(b.let(prims.make_tuple, some, more, longer), x)
    assert len(copies(assert_in_place(function, (U,)))) == 1


@pytest.mark.parametrize("late", [False, True])
def test_long_programs_take_linear_time(late: bool) -> None:
    b, x = Program(), Var("x")
    du = b.let(np.zeros_like, x)
    for _ in range(3000):
        d = b.get(du, INNER)
        twice = None if late else b.let(operator.mul, 2.0, d)
        du = b.let(prims.store, du, 0.0 if late else twice, INNER)
        if late:
            b.let(np.sum, d)
    function = b.function(du, x)
    types = observed_types(function, (U,))
    start = time.perf_counter()
    owned = own_buffers(function, types)
    assert time.perf_counter() - start < 10.0
    assert len(copies(owned)) == (3000 if late else 0)
