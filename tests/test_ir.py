"""The language in the middle: the builder, the checker, the evaluator, the printer, the walks."""

import inspect
import operator

import numpy as np
import pytest

from srctransform.frontend.read import read
from srctransform.ir.build import Builder
from srctransform.ir.check import breaches, check
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import Block, Const, For, Function, If, Let, Param, Var, While
from srctransform.ir.show import show
from srctransform.ir.types import Type, atoms, broadcast, join, number, promote, same_shape
from srctransform.ir.walk import (
    count_uses,
    definitions,
    free_vars,
    reads,
    statements,
    substitute_block,
)
from srctransform.optimize.copies import merge_copies
from srctransform.optimize.dead import drop_dead
from srctransform.pipeline import Options, prepared_for
from srctransform.transform.gradient import gradient

from .checking import close
from .corpus import CASES

KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD
by_name = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


def function(block, *params):
    return Function("f", tuple(Param(v, v.hint, KIND) for v in params), block)


def power():
    """f(x, n): x multiplied n times, by a For and by a While."""
    x, n, item, acc, total, done = (Var(h) for h in ("x", "n", "i", "acc", "total", "done"))
    by, k, left, a, c, b, m = (Var() for _ in range(7))
    body = Block((item, acc), (Let(by, operator.mul, (acc, x)),), (by,))
    test = Block((k, left), (Let(c, operator.gt, (left, Const(0))),), (c,))
    turn = Block(
        (a, m), (Let(b, operator.mul, (a, x)), Let(done, operator.sub, (m, Const(1)))), (b, done)
    )
    count, again, rest, result = Var(), Var("again"), Var(), Var()
    block = Block((), (
        Let(count, range, (n,)),
        For(count, (Const(1.0),), body, (total,)),
        While((Const(1.0), n), test, turn, (again, rest)),
        Let(result, operator.add, (total, again)),
    ), (result,))  # fmt: skip
    return function(block, x, n)


def test_loops_are_evaluated():
    assert evaluate(check(power()), 3.0, 4) == 2 * 81.0


def test_loops_are_shown():
    text = show(power())
    assert "for i in t1 carrying acc = 1.0:" in text
    assert "while carrying" in text and "-> total" in text


def test_branches_are_evaluated_and_shown():
    x, c, a, out = Var("x"), Var(), Var("a"), Var("y")
    branch = If(c, Block((), (Let(a, np.sin, (x,)),), (a,)), Block((), (), (x,)), (out,))
    f = function(Block((), (Let(c, operator.gt, (x, Const(0.0))), branch), (out,)), x)
    assert evaluate(check(f), 2.0) == np.sin(2.0)
    assert evaluate(f, -2.0) == -2.0
    assert show(f) == (
        "f(x)\n  t1 = x > 0.0\n  if t1:\n    a = sin(x)\n    yield a\n  else:\n    yield x\n  -> y\n  return y"
    )


@by_name
def test_reading_gives_the_function(case):
    """What is read, and what is left after splicing calls in, evaluates to the same as the function."""
    want = case.function(*case.args)
    ir = read(case.function)
    names = tuple(ir.params[k].name for k in case.wrt)
    spliced = prepared_for(ir, Options("vjp", wrt=names)).function
    close(evaluate(drop_dead(check(spliced)), *case.args), want, 1e-300 + 1e-15, case.name)


@by_name
def test_cleaning_up_changes_no_value(case):
    if case.mode != "grad":
        pytest.skip("its derivative takes a cotangent")
    ir = read(case.function)
    names = tuple(ir.params[k].name for k in case.wrt)
    prepared = prepared_for(ir, Options("grad", wrt=names, example=case.args))
    made = gradient(prepared, "grad", False, False, None)
    with np.errstate(all="ignore"):  # the literal derivative computes what nobody reads
        want = evaluate(drop_dead(made.function), *case.args)
    clean = drop_dead(merge_copies(made.function, made.labels))
    close(evaluate(check(clean), *case.args), want, 1e-300 + 1e-15, case.name)
    assert show(drop_dead(clean)) == show(clean)
    assert show(merge_copies(clean)) == show(clean)


def test_the_checker_finds_what_is_broken():
    x, y, z = Var("x"), Var("y"), Var("z")
    late = function(Block((), (Let(y, np.sin, (z,)), Let(z, np.cos, (x,))), (y,)), x)
    assert breaches(late) == ["sin reads z out of its scope"]
    twice = function(Block((), (Let(y, np.sin, (x,)), Let(y, np.cos, (x,))), (y,)), x)
    assert breaches(twice) == ["y is defined twice"]
    inner = Block((), (Let(z, np.sin, (x,)),), (z,))
    escaped = function(Block((), (If(x, inner, Block((), (), (x,)), (y,)),), (z,)), x)
    assert breaches(escaped) == ["f reads z out of its scope"]
    short = function(Block((), (If(x, inner, Block((), (), ()), (y,)),), (y,)), x)
    assert breaches(short) == ["else has 0 values where 1 belong"]
    wild = function(Block((), (Let(y, "no function", (3,)),), (y,)), x)
    assert len(breaches(wild)) == 2
    with pytest.raises(AssertionError, match="broken IR"):
        check(late)


def test_a_builder_simplifies_and_observes_as_it_goes():
    seen = []

    def simplify(builder, let):
        return let.args[0] if let.prim is operator.mul and let.args[1].value == 1 else None

    b = Builder(simplify, seen.append)
    x = Var("x")
    t = b.let(operator.add, x, 2.0)
    assert b.let(operator.mul, t, 1) is t
    assert [s.prim for s in seen] == [operator.add]
    assert b.block(t).body[0].args[1].value == 2.0
    assert b.defs[t].prim is operator.add


def test_a_builder_nests():
    b = Builder()
    x = Var("x")
    (out,) = b.branch(x, lambda: (b.let(np.sin, x),), lambda: (x,))
    f = function(b.block(out), x)
    assert evaluate(check(f), 1.0) == np.sin(1.0)
    assert len(f.block.body) == 1


def test_walks():
    f = power()
    assert len(list(statements(f.block))) == 8
    x = f.params[0].var
    assert count_uses(f.block)[x] == 2
    assert set(free_vars(f.block)) == {p.var for p in f.params}
    assert set(definitions(f.block)) >= {s.out for s in statements(f.block) if isinstance(s, Let)}
    y = Var("y")
    again = substitute_block(f.block, {x: y})
    assert x not in set(reads(again)) and y in set(reads(again))
    assert substitute_block(f.block, {}) is f.block


def test_variables_are_identities_and_names_are_invented():
    a, b = Var("x"), Var("x")
    assert a != b
    block = Block((), (Let(b, np.sin, (a,)),), (b,))
    assert show(function(block, a)) == "f(x)\n  x_2 = sin(x)\n  return x_2"


def test_dead_statements_go_and_effects_stay():
    x, y, z = Var("x"), Var("y"), Var("z")
    f = function(Block((), (Let(y, np.sin, (x,)), Let(z, print, (x,))), (x,)), x)
    assert [s.prim for s in drop_dead(f).block.body] == [print]


def test_shapes_broadcast():
    x, y = "x", "y"
    assert broadcast((), (3,), (2, 1)) == (2, 3)
    assert broadcast((1, "n"), ("m", 1)) == ("m", "n")
    assert broadcast(frozenset([x]), frozenset([y])) == frozenset([x, y])
    assert broadcast(frozenset([x]), ()) == frozenset([x])
    assert atoms((3,)) == frozenset([("dims", (3,))])
    assert same_shape((1, "n"), (1, "m")) and not same_shape((1,), ("n",))


def test_dtypes_promote_and_join():
    assert promote("int", "float") == "float"
    assert promote("float", "complex") == "complex"
    assert promote("bool", "int") == "int"
    assert promote("int", "unknown") == "unknown"
    assert join(number(()), number(())) == number(())
    assert join(number(()), Type("none")).kind == "any"
    assert join(number((), "int"), number((), "float")).dtype in ("number", "unknown")
