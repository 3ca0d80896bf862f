"""Types, numbers and activity round loops: what is claimed of a value holds for each it ever has.

A program is run statement by statement, and every value is compared with the type of its variable:
kind, rank, dimensions of one, dtype, whether it is an array, what its items are. Two values in
scope whose types have one shape must have one shape.
"""

import operator
from collections import ChainMap

import numpy as np
import pytest

from srctransform.analysis.activity import active_vars
from srctransform.analysis.examples import type_of_value
from srctransform.analysis.numeric import numeric_uses
from srctransform.analysis.types import Types
from srctransform.frontend.lower import lower
from srctransform.ir import prims
from srctransform.ir.build import Builder
from srctransform.ir.nodes import UNBOUND, Block, Const, For, If, Let, Var, While
from srctransform.ir.types import ANY, NEVER, SCALAR_FLOAT, SCALAR_INT, Type, join, number
from srctransform.ir.walk import blocks, definitions, outs, statements

# ---------------------------------------------------------------- the oracle

DTYPES = {"bool": "b", "int": "iu", "float": "f", "complex": "fc"}  # complex: or real


def breaks(value, kind):
    """Why a value is not what the type says; None if it is."""
    if value is UNBOUND or kind.kind == "any":
        return None
    if kind.kind == "num":
        if not isinstance(value, np.ndarray | np.generic | int | float | complex):
            return "it is no number"
        shape, code = np.shape(value), np.asarray(value).dtype.kind
        if isinstance(kind.shape, tuple):
            if len(shape) != len(kind.shape):
                return "its rank is another"
            if any(isinstance(n, int) and n != m for n, m in zip(kind.shape, shape, strict=True)):
                return "a dimension is another"
        if code not in DTYPES.get(kind.dtype, "iufc" if kind.dtype == "number" else "biufc"):
            return "its dtype is another"
        if kind.array is not None and kind.array is not isinstance(value, np.ndarray):
            return "it is a scalar" if kind.array else "it is an array"
        if kind.bits > 0 and kind.dtype == "float" and np.asarray(value).itemsize * 8 != kind.bits:
            return "its width is another"
        return None
    if kind.kind in ("tuple", "list", "dict"):
        if not isinstance(value, {"tuple": tuple, "list": list, "dict": dict}[kind.kind]):
            return f"it is no {kind.kind}"
        held = value if isinstance(value, dict) else dict(enumerate(value))
        if kind.closed and set(held) != {k for k, _ in kind.items}:
            return "it has other items"
        inner = [breaks(v, kind.item(k)) for k, v in held.items()]
        return next((f"in an item, {why}" for why in inner if why), None)
    if kind.kind == "none":
        return None if value is None else "it is not None"
    return "it has a value" if kind.kind == "never" else None


class Watch:
    """Runs a block and notes every value that its type does not allow."""

    def __init__(self, types):
        self.types, self.wrong = types, []
        self.shapes = ChainMap()  # the shape that a set of symbols stands for, by scope

    def set(self, env, var, value):
        env[var] = value
        kind = self.types.of(var)
        why = breaks(value, kind)
        if kind.kind == "num" and isinstance(kind.shape, frozenset) and value is not UNBOUND:
            if self.shapes.setdefault(kind.shape, np.shape(value)) != np.shape(value):
                why = "its shape is another than that of a value with this type"
        if why:
            self.wrong.append(f"{var.hint or 't'} = {value!r}, but {why}: {kind}")

    def block(self, block, args, env):
        outer, self.shapes = self.shapes, self.shapes.new_child()
        env = env.new_child()
        for p, value in zip(block.params, args, strict=True):
            self.set(env, p, value)
        for stmt in block.body:
            self.statement(stmt, env)
        self.shapes = outer
        return [self.value(a, env) for a in block.results]

    def value(self, atom, env):
        return atom.value if isinstance(atom, Const) else env[atom]

    def statement(self, stmt, env):
        match stmt:
            case Let():
                args = [self.value(a, env) for a in stmt.args]
                values = [stmt.prim(*args, **{k: self.value(a, env) for k, a in stmt.kwargs})]
            case If():
                arm = stmt.then if self.value(stmt.cond, env) else stmt.orelse
                values = self.block(arm, (), env)
            case For():
                values = [self.value(a, env) for a in stmt.init]
                for item in self.value(stmt.iterable, env):
                    values, stop = self.round(stmt, [item, *values], env)
                    if stop:
                        break
            case While():
                values = [self.value(a, env) for a in stmt.init]
                while self.block(stmt.test, values, env)[0]:
                    values, stop = self.round(stmt, values, env)
                    if stop:
                        break
        for var, value in zip(outs(stmt), values, strict=True):
            self.set(env, var, value)

    def round(self, stmt, args, env):
        results = self.block(stmt.body, args, env)
        return (results[:-1], results[-1]) if stmt.stops else (results, False)


def typed(block, given=(), numeric=None):
    """The types of a block for types of its free variables."""
    types = Types(definitions(block), numeric_uses(block) if numeric is None else numeric)
    types.update((v, types.settle(v, kind)) for v, kind in dict(given).items())
    types.block(block)
    return types


def watched(f, *args, known=True):
    """The types of a function's IR, after a run in which they held."""
    ir = lower(f)
    params = [p.var for p in ir.params]
    given = {p: type_of_value(a, p) if known else ANY for p, a in zip(params, args, strict=True)}
    types = typed(ir.block, given)
    watch = Watch(types)
    env = ChainMap(dict(zip(params, args, strict=True)))
    watch.block(ir.block, (), env)
    assert not watch.wrong, "\n".join(watch.wrong)
    return types, ir


def result_of(f, *args):
    types, ir = watched(f, *args)
    watched(f, *args, known=False)
    return types.of(ir.block.results[0])


# ---------------------------------------------------------------- loops of users

X = np.array([0.5, -1.2, 2.0])
M = np.arange(6.0).reshape(2, 3)


def summed(x):
    s = 0.0
    for v in x:
        s = s + np.sin(v)
    return s


def rows(m, w):
    out = 0.0
    for k, row in enumerate(m):
        out = out + row * w * k
    return out


def pairs(x, y):
    s = 0
    for a, b in zip(x, y):  # noqa: B905
        s = s + a * b
    return s


def shifted(x):
    a, b, c, d = 0, 0, 0, 0
    for v in x:
        a, b, c, d = b, c, d, v
    return a + b + c + d


def grows(x):
    for _ in range(3):
        x = np.append(x, 1.0)
    return x


def swaps(x, m):
    for _ in range(3):
        x, m = m, x
    return x


def newton(x):
    k = 0
    while k < 4 and abs(x * x - 2.0) > 1e-9:
        x = x - (x * x - 2.0) / (2 * x)
        k += 1
    return x, k


def last(x):
    for k in range(len(x)):
        t = x[k] * 2
    return t * k


def first_negative(x):
    for k in range(len(x)):
        if x[k] < 0:
            return x[k]
    return 0


def nested(m):
    s = 0.0
    for row in m:
        p = 1.0
        for v in row:
            p = p * (v + 1)
        s = s + p
    return s


def keys(x):
    d = {"a": x, "b": x * 2}
    s = 0.0
    for k in d:
        s = s + d[k]
    return s


def maybe(x):
    best = None
    for v in x:
        if best is None or v > best:
            best = v
    return best


def becomes_complex(x):
    z = 1.0
    for v in x:
        z = z * (v + 1j)
    return z


@pytest.mark.parametrize(
    ("f", "args", "want"),
    [
        (summed, (X,), ("float", 0)),
        (rows, (M, X), ("float", None)),
        (pairs, (X, list(X)), ("number", 0)),
        (shifted, (X,), None),
        (grows, (X,), ("float", 1)),
        (swaps, (X, M), ("float", None)),
        (newton, (1.0,), None),
        (last, (X,), ("float", 0)),
        (first_negative, (X,), ("number", 0)),
        (nested, (M,), ("float", 0)),
        (keys, (X,), None),
        (maybe, (X,), None),
        (becomes_complex, (X,), ("complex", 0)),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_types_hold_in_every_round(f, args, want):
    kind = result_of(f, *args)
    if want is not None:
        assert (kind.dtype, kind.rank) == want, kind


def test_a_shape_that_changes_is_not_that_of_the_round_before():
    def f(x, m):
        a, b = x, x
        for k in range(3):
            b = a
            a = a if k == 1 else np.tile(m, 2)
        return a, b

    types, ir = watched(f, X, M, known=False)
    a, b = (types.of(v) for v in definitions(ir.block)[ir.block.results[0]].args)
    assert a.shape != b.shape


def test_deep_nesting_is_typed_about_once():
    def loop(depth, s):
        p, item, b = Var("s"), Var("k"), Builder()
        for _ in range(5):
            b.let(np.sin, p)
        if depth:
            inner = loop(depth - 1, p)
            b.add(inner)
            result = inner.outs[0]
        else:
            result = b.let(operator.add, p, Var("free"))
        return For(Const(range(2)), (s,), Block((item, p), tuple(b.stmts), (result,)), (Var(),))

    def count(depth):
        block = Block((), (loop(depth, Const(0)),), ())
        types, seen = Types(definitions(block)), []
        infer = types.infer
        types.infer = lambda let: seen.append(let) or infer(let)
        types.block(block)
        return len(seen)

    assert count(8) < 12 * count(1)


# ---------------------------------------------------------------- containers


def built(init, body, count=3):
    """for i in range(count): x = body(builder, x, i), as a block that yields x."""
    b, x, i, out = Builder(), Var("x"), Var("i"), Var("out")
    with b.nested() as stmts:
        result = body(b, x, i)
    b.add(For(Const(range(count)), (init(b),), Block((i, x), tuple(stmts), (result,)), (out,)))
    return b, out


def held(b, *results, given=()):
    """The types of what was built, after a run in which they held."""
    block = b.block(*results)
    types = typed(block, {v: type_of_value(value, v) for v, value in given})
    watch = Watch(types)
    watch.block(block, (), ChainMap(dict(given)))
    assert not watch.wrong, "\n".join(watch.wrong)
    return [types.of(r) for r in results]


def test_a_list_that_grows_knows_its_items():
    b, xs = built(
        lambda b: b.let(prims.make_list),
        lambda b, xs, i: b.let(prims.append, xs, b.let(operator.mul, i, 2.0)),
    )
    kinds = held(b, xs, b.let(operator.getitem, xs, 0), b.let(np.array, xs), b.let(np.stack, xs))
    assert (kinds[0].kind, kinds[0].elem.shape, kinds[0].elem.dtype) == ("list", (), "float")
    assert (kinds[1].shape, kinds[1].dtype) == ((), "float")
    assert [k.rank for k in kinds[2:]] == [1, 1]


def test_rows_that_are_collected_make_a_matrix():
    x = Var("x")
    b, rows = built(
        lambda b: b.let(prims.make_list),
        lambda b, xs, i: b.let(prims.append, xs, b.let(operator.mul, x, i)),
    )
    joins = [b.let(np.stack, rows), b.let(np.vstack, rows), b.let(np.concatenate, rows)]
    found = held(b, *joins, b.let(np.stack, rows, axis=1), given=[(x, X)])
    assert [k.rank for k in found] == [2, 2, 1, 2]


def test_items_of_a_list_need_not_have_one_shape():
    b, xs = built(
        lambda b: b.let(prims.make_list),
        lambda b, xs, i: b.let(prims.append, xs, b.let(np.ones, b.let(operator.add, i, 2))),
    )
    p, q = b.let(operator.getitem, xs, 0), b.let(operator.getitem, xs, 1)
    a, c = held(b, p, q)
    assert a.rank == c.rank == 1
    assert a.shape != c.shape


def test_entries_are_overwritten():
    def write(b, d, i):
        d = b.let(prims.store, d, b.let(operator.mul, i, 0.5), "a")
        d = b.let(prims.store, d, b.let(operator.mul, i, X), i)
        return b.let(prims.accumulate, d, 1.5, "b", 0)

    b, d = built(
        lambda b: b.let(prims.make_dict, ("a", "b"), 1, b.let(prims.make_list, 2, 3)), write
    )
    (kind,) = held(b, d)
    assert kind.kind == "dict"


def test_an_array_keeps_its_type_when_it_is_written():
    x = Var("x")
    b, z = built(
        lambda b: b.let(np.zeros, 4, dtype=int),
        lambda b, z, i: b.let(prims.accumulate, b.let(prims.store, z, 2.7, i), x, i),
    )
    (kind,) = held(b, z, given=[(x, 1.5)])
    assert (kind.dtype, kind.rank) == ("int", 1)


def test_what_is_popped_is_what_was_pushed():
    b, s, i, k, x = Builder(), Var("s"), Var("i"), Var("k"), Var("x")
    stack = b.let(prims.new_stack)
    for item, body in ((i, lambda: b.let(prims.push, stack, b.let(operator.mul, x, i))),
                       (k, lambda: b.let(np.sum, b.let(prims.pop, stack)))):  # fmt: skip
        p = Var("p")
        with b.nested() as stmts:
            result = body()
        result = result if item is k else p
        b.add(For(Const(range(2)), (Const(0.0),), Block((item, p), tuple(stmts), (result,)), (s,)))
        s = Var("t")
    block = b.block()
    types = typed(block, {x: type_of_value(X, x)})
    pop = next(v for v, stmt in definitions(block).items() if getattr(stmt, "prim", 0) is prims.pop)
    assert (types[pop].rank, types[pop].dtype) == (1, "float")
    given = Types(definitions(block))
    given[pop] = SCALAR_FLOAT
    given.block(block)
    assert given[pop] == SCALAR_FLOAT


def test_joins_go_up_and_stay_there():
    kinds = [
        NEVER, ANY, SCALAR_INT, SCALAR_FLOAT, type_of_value(True), type_of_value(1j),
        number((("x", 0),)), number((1,)), number((("y", 0),)), number((2, 3)), type_of_value(None),
        type_of_value([1.0, X]), type_of_value([]), type_of_value((1, 2)), type_of_value({"a": X}),
        Type("list", elem=SCALAR_INT), type_of_value([1, None]), type_of_value({"a": 1, "b": X}),
    ]  # fmt: skip
    for a in kinds:
        assert join(a, NEVER) == join(NEVER, a) == join(a, a) == a
        for b in kinds:
            up = join(a, b, "v")
            assert join(up, a, "v") == up
            assert join(up, b, "v") == up


# ---------------------------------------------------------------- loops that are being built


def test_who_builds_a_loop_learns_that_it_must_be_built_again():
    b, x = Builder(), Var("x")
    types = Types(b.defs)
    b.observe = types.observe
    types[x] = type_of_value(X, x)
    iterable = b.let(range, 3)
    tries = []
    p, item = Var("s"), Var("i")
    while not tries or tries[-1]:
        types.enter_loop((item, p), (Const(0.0),), iterable)
        with b.nested() as stmts:
            result = b.let(operator.add, p, x)
        tries.append(types.leave_loop((p,), (result,)))
    assert tries == [[p], []]
    out = Var("out")
    b.add(For(iterable, (Const(0.0),), Block((item, p), tuple(stmts), (result,)), (out,)))
    assert types[item] == SCALAR_INT
    assert types[p].shape == frozenset([("of", p)])
    assert types[out].shape == frozenset([("of", out)])


def test_a_loop_that_is_added_whole_is_typed():
    inner = lower(nested)
    b = Builder()
    types = Types(b.defs)
    b.observe = types.observe
    types[inner.params[0].var] = type_of_value(M, "m")
    for stmt in inner.block.body:
        b.add(stmt)
    assert types.of(inner.block.results[0]).is_scalar
    assert all(v in types and v in b.defs for s in statements(inner.block) for v in outs(s))


# ---------------------------------------------------------------- numbers, activity


def test_numbers_are_known_through_writes_and_loops():
    b, buffer, v, u, w = Builder(), Var("buffer"), Var("v"), Var("u"), Var("w")
    b.let(prims.store, buffer, v, (slice(None), 0))
    b.let(prims.accumulate, u, w, 0)
    assert numeric_uses(b.block()) == {buffer, v, w, *(s.out for s in b.stmts[:1])}
    start = Var("start")
    b, _ = built(lambda b: start, lambda b, x, i: b.let(np.tanh, x))
    assert start in numeric_uses(b.block())


def names_active(f, *args, wrt=(0,)):
    types, ir = watched(f, *args)
    found = active_vars(ir.block, [ir.params[k].var for k in wrt], types)
    return {v.hint for v in found if v.hint}


def test_activity_goes_round_loops():
    def f(x, y):
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        count = 0
        for v in x:
            c = b  # two rounds after x
            b = a
            a = v * y
            d = d + v  # nobody reads d
            count = count + 1
        return c + count

    assert names_active(f, X, 2.0) == {"x", "v", "a", "b", "c"}


def test_what_does_not_reach_the_result_of_a_while_is_not_active():
    def f(x, n):
        y, z = x, x
        while n > 0:
            z = z * 2.0
            y = y * np.ones(3)
            n = n - 1
        return y

    found = names_active(f, X, 3)
    assert "y" in found
    assert not {"z", "n"} & found


def test_stacks_carry_activity():
    b, x, s = Builder(), Var("x"), Var("s")
    stack, other = b.let(prims.new_stack), b.let(prims.new_stack)
    b.let(prims.push, stack, b.let(np.sin, x))
    b.let(prims.push, other, b.let(np.cos, x))
    popped = b.let(prims.pop, stack)
    b.let(prims.pop, other)
    block = b.block(popped)
    active = active_vars(block, [x], typed(block, {x: SCALAR_FLOAT}))
    assert {x, stack, popped} <= active
    assert other not in active
    assert s not in active


def test_every_loop_variable_has_a_type():
    types, ir = watched(nested, M)
    for stmt in statements(ir.block):
        assert all(p in types for block in blocks(stmt) for p in block.params)
