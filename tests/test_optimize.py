"""Dead code, copies and what is the same in every round: less is left, and it means the same."""

import operator

import numpy as np
import pytest

from srctransform.analysis.types import Types
from srctransform.frontend.lower import lower
from srctransform.ir import prims
from srctransform.ir.build import Builder
from srctransform.ir.check import check
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import UNBOUND, Block, Const, For, Function, Let, Param, Var, While
from srctransform.ir.show import show
from srctransform.ir.walk import statements
from srctransform.optimize.algebra import Simplifier
from srctransform.optimize.carried import drop_invariant
from srctransform.optimize.copies import merge_copies
from srctransform.optimize.dead import drop_dead
from srctransform.optimize.operands import value_key

X = np.array([0.5, -1.2, 2.0])


def cleaned(ir):
    """The function without copies and dead code; cleaning it again changes nothing."""
    clean = check(drop_dead(merge_copies(check(ir))))
    assert show(drop_dead(clean)) == show(clean)
    assert show(merge_copies(clean)) == show(clean)
    return clean


def function(block, *variables):
    """A block as a function of these variables."""
    params = tuple(Param(v, v.hint, None) for v in variables)
    return Function("f", params, block)


def loops(ir):
    return [s for s in statements(ir.block) if isinstance(s, For | While)]


def prims_of(ir):
    return [s.prim for s in statements(ir.block) if isinstance(s, Let)]


# ---------------------------------------------------------------- loops of users


def loss_nobody_reads(x):
    h, loss, seen = 0.0, 0.0, 0
    for v in x:
        h = np.tanh(h + v)
        loss = loss + h * h
        seen = seen + 1
    return h


def one_needs_another(x):
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for v in x:
        a, b, c = b + v, c, a
        d = d + a
    return c


def stops_early(x):
    s, k = 0.0, 0
    for v in x:
        s = s + v
        k = k + 1
        if s < 0:
            break
    return s


def reads_what_stays(x):
    w, u = 2.0, x
    s = 0.0
    for k in range(3):
        for j in range(2):
            if k > 5:
                w = w
            s = s + w * u[j]
            u = u
    return s + w


def counts_down(x):
    n, s, t = 3, 0.0, 1.0
    while n > 0:
        s = s + n * x[0]
        t = t * 2
        n = n - 1
    return s


def nobody_reads_it(x):
    s = 0.0
    while s < 3:
        s = s + 1
    for v in x:
        s = s * v
    return x[0]


def assertion_stays(x):
    s = 0.0
    for v in x:
        t = v * 2
        u = v * 3  # noqa: F841
        assert t < 100, "large"
        s = s + t
    return x[0]


def in_branches(x):
    s, t = 0.0, 0.0
    for v in x:
        if v > 0:
            s = s + v
            t = t + np.sin(v)
        else:
            t = t - 1
    return s


def copies(x):
    s = 0.0
    for v in x:
        old = s
        new = old + v
        s = new
    last = s
    return last


PROGRAMS = {
    loss_nobody_reads: (1, 1),
    one_needs_another: (1, 3),
    stops_early: (1, 1),
    reads_what_stays: (2, 2),
    counts_down: (1, 2),
    nobody_reads_it: (0, 0),
    assertion_stays: (1, 0),
    in_branches: (1, 1),
    copies: (1, 1),
}


@pytest.mark.parametrize(("f", "want"), PROGRAMS.items(), ids=lambda v: getattr(v, "__name__", ""))
def test_what_is_left_of_a_loop(f, want):
    clean = cleaned(lower(f))
    left = loops(clean)
    assert (len(left), sum(len(s.init) for s in left)) == want, show(clean)
    assert np.allclose(evaluate(clean, X), f(X))


def test_the_value_of_a_branch_that_nobody_reads_goes_with_what_it_needs():
    assert np.sin not in prims_of(cleaned(lower(in_branches)))


def test_the_assertion_keeps_what_it_reads_and_no_more():
    clean = cleaned(lower(assertion_stays))
    assert [p for p in prims_of(clean) if p is operator.mul] == [operator.mul]
    with pytest.raises(AssertionError, match="large"):
        evaluate(clean, X * 100)


def test_a_copy_takes_no_line():
    assert prims.first_of not in prims_of(merge_copies(drop_dead(lower(copies))))[1:]


def test_a_name_that_is_never_bound_is_not_read_for_one_that_is():
    def f(x):
        for v in x:
            if v > 100:
                t = v
        return t

    clean = cleaned(lower(f))
    assert len(loops(clean)) == 1
    assert evaluate(clean, X * 100) == 200.0


# ---------------------------------------------------------------- loops by hand


def loop(b, iterable, init, body, mirrors=None):
    """Add a For to a builder; `body(item, *carried)` builds it and returns what it yields."""
    item, params = Var("i"), tuple(Var() for _ in init)
    with b.nested() as stmts:
        results = body(item, *params)
    made = tuple(Var() for _ in init)
    block = Block((item, *params), tuple(stmts), tuple(results))
    b.add(For(iterable, tuple(init), block, made, mirrors=mirrors))
    return made


def with_stacks(read_second):
    """Two stacks that are filled in one loop and emptied in another."""
    b, x = Builder(), Var("x")
    first, second = b.let(prims.new_stack), b.let(prims.new_stack)

    def forward(i, h):
        t = b.let(np.tanh, h)
        b.let(prims.push, first, t)
        b.let(prims.push, second, b.let(np.sin, h))
        return (b.let(operator.add, t, x),)

    def backward(i, g):
        t, u = b.let(prims.pop, first), b.let(prims.pop, second)
        g = b.let(operator.mul, g, t)
        return (b.let(operator.mul, g, u) if read_second else g,)

    loop(b, b.let(range, 3), [x], forward)
    (g,) = loop(b, b.let(range, 2, -1, -1), [Const(1.0)], backward)
    return function(b.block(g), x)


@pytest.mark.parametrize("read_second", [True, False])
def test_a_stack_goes_as_a_whole(read_second):
    ir = with_stacks(read_second)
    clean = cleaned(ir)
    assert prims_of(clean).count(prims.push) == prims_of(clean).count(prims.pop) == 1 + read_second
    assert (np.sin in prims_of(clean)) == read_second
    assert np.isclose(evaluate(clean, 0.7), evaluate(ir, 0.7))


def test_one_pop_that_matters_keeps_all():
    b, x = Builder(), Var("x")
    stack = b.let(prims.new_stack)
    for fn in (np.sin, np.cos):
        b.let(prims.push, stack, b.let(fn, x))
    b.let(prims.pop, stack)
    clean = cleaned(function(b.block(b.let(prims.pop, stack)), x))
    assert len(clean.block.body) == 7
    assert evaluate(clean, 0.3) == np.sin(0.3)


def test_a_value_that_is_read_from_outside_of_its_loop_stays():
    b, x, inner = Builder(), Var("x"), []

    def forward(i, h):
        inner.append(b.let(np.sin, h))
        return (b.let(operator.add, h, x),)

    loop(b, b.let(range, 3), [x], forward)
    (g,) = loop(b, b.let(range, 3), [Const(1.0)], lambda i, g: (b.let(operator.mul, g, inner[0]),))
    left = drop_dead(function(b.block(g), x))
    assert np.sin in prims_of(left)
    assert [len(s.init) for s in loops(left)] == [1, 1]


def test_a_loop_that_never_stops_early_is_a_plain_one():
    b, x = Builder(), Var("x")
    i, p, out = Var("i"), Var("p"), Var("out")
    with b.nested() as stmts:
        t = b.let(np.sin, p)
    b.add(
        For(
            Const(range(3)),
            (x,),
            Block((i, p), tuple(stmts), (t, Const(False))),
            (out,),
            None,
            True,
        )
    )
    (left,) = loops(cleaned(function(b.block(out), x)))
    assert not left.stops


def test_what_stays_the_same_is_read_under_its_first_name():
    b, x, y = Builder(), Var("x"), Var("y")

    def body(i, p, q, r, s):
        (inner,) = loop(b, Const(range(2)), [p], lambda j, u: (u,))
        return p, inner, x, b.let(operator.add, s, b.let(operator.mul, q, r))

    made = loop(b, Const(range(3)), [x, x, x, y], body)
    total = b.let(operator.add, made[0], made[3])
    f = function(b.block(total), x, y)
    (left,) = loops(check(drop_dead(f)))
    assert len(left.init) == 1
    assert evaluate(drop_dead(f), 3.0, 1.0) == evaluate(f, 3.0, 1.0) == 31.0


def test_two_that_go_together_are_one():
    b, x = Builder(), Var("x")

    def body(i, p, q):
        t = b.let(np.sin, b.let(operator.add, p, q))
        return t, t

    made = loop(b, Const(range(3)), [x, x], body)
    f = function(b.block(b.let(operator.mul, *made)), x)
    (left,) = loops(check(drop_dead(f)))
    assert len(left.init) == 1
    assert evaluate(drop_dead(f), 0.3) == evaluate(f, 0.3)


def test_an_unbound_start_is_no_value():
    b = Builder()
    (u,) = loop(b, Const(range(3)), [Const(UNBOUND)], lambda i, p: (p,))
    block = drop_invariant(b.block(u))
    assert block.results == (u,)


def test_while_is_renamed_everywhere():
    b, x, y = Builder(), Var("x"), Var("y")
    p, q, out = Var(), Var(), Var()
    with b.nested() as test:
        go = b.let(operator.lt, q, 3.0)
    with b.nested() as body:
        named = b.let(prims.first_of, p, out=Var("h"))
        new = b.let(operator.add, named, 1.0)
    b.add(While((x,), Block((q,), tuple(test), (go,)), Block((p,), tuple(body), (new,)), (out,)))
    b.let(prims.first_of, out, out=y)
    clean = cleaned(function(b.block(y), x))
    (left,) = loops(clean)
    assert [v.hint for v in (*left.body.params, *left.outs)] == ["h", "y"]
    assert evaluate(clean, 0.5) == 3.5


# ---------------------------------------------------------------- sharing of values


def test_nothing_of_a_body_is_shared_outside_and_nothing_written_is_shared():
    b, x = Builder(), Var("x")
    types = Types(b.defs)
    b.observe, b.simplify = types.observe, Simplifier(types)
    loop(b, Const(range(2)), [x], lambda i, p: (b.let(np.sin, x),))
    outside = b.let(np.sin, x)
    assert b.defs[outside] in b.stmts
    with b.nested():
        assert b.let(np.sin, x) is outside
    for prim, args in (
        (prims.store, (x, 1.0, 0)),
        (prims.accumulate, (x, 1.0, 0)),
        (prims.append, (x, 1.0)),
        (prims.new_stack, ()),
        (prims.pop, (x,)),
        (prims.push, (x, 1.0)),
        (np.zeros, (3,)),
    ):
        assert value_key(Let(Var(), prim, tuple(map(Const, args[1:])))) is None
        assert b.let(prim, *args) is not b.let(prim, *args)
