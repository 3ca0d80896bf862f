"""Loops, exits and writes are printed as a person writes them, and mean what the IR means."""

import copy
import inspect
import operator
import textwrap

import numpy as np
import pytest

from srctransform.analysis.types import Types, type_of_value
from srctransform.backend.emit import emit
from srctransform.backend.expressions import Comments
from srctransform.backend.load import load
from srctransform.backend.standalone import module_text
from srctransform.frontend.read import read
from srctransform.ir import prims
from srctransform.ir.check import check
from srctransform.ir.evaluate import evaluate
from srctransform.ir.nodes import UNBOUND, Block, Const, For, Function, If, Let, Param, Var, While
from srctransform.ir.walk import definitions, outs, statements
from srctransform.optimize.copies import merge_copies
from srctransform.optimize.dead import drop_dead

from .modules import function_of

KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD


def user(hint):
    return Var(hint, user=True)


def function(params, body, result):
    """A function of IR, made by hand."""
    return Function(
        "f", tuple(Param(v, v.hint, KIND) for v in params), Block((), tuple(body), (result,))
    )


def printed(fn, *calls, example=None, primal=None):
    """The lines of a function's body; each call gives what the IR gives."""
    check(fn)
    types = Types(definitions(fn.block))
    for p, value in zip(fn.params, example or (), strict=False):
        types[p.var] = type_of_value(value, p.name)
    types.block(fn.block)
    if primal is None:
        primal = frozenset(v for s in statements(fn.block) for v in outs(s))
    emitted = emit(fn, types, primal, {"np": np}, Comments())
    made = load(module_text(emitted), emitted, fn)
    for call in calls:
        expected = evaluate(fn, *copy.deepcopy(call))
        np.testing.assert_array_equal(made(*copy.deepcopy(call)), expected)
    return textwrap.dedent("\n".join(emitted.lines[1:]))


def lowered(text):
    return drop_dead(merge_copies(read(function_of(text))))


X = np.array([1.0, 2.0, -1.0, 5.0])
EMPTY = np.zeros(0)

SAME = {
    "a sum": """
        def f(x):
            s = 0.0
            for i in range(len(x)):
                s = s + x[i]
            return s
        """,
    "a while loop with a branch": """
        def f(x):
            s = 0.0
            v = np.sum(x)
            while v > 1.0:
                if v > 4.0:
                    v = v / 3.0
                    s = s + v * v
                else:
                    v = 0.7 * v
                    s = s + np.sin(v)
            return s * v
        """,
    "break": """
        def f(x):
            s = 0.0
            for v in x:
                if v < 0.0:
                    break
                s = s + v
            return s
        """,
    "break that says something": """
        def f(x):
            s = 0.0
            for v in x:
                if v < 0.0:
                    s = -s
                    break
                s = s + v
            return s
        """,
    "continue before one line": """
        def f(x):
            s = 0.0
            for v in x:
                if not v < 0.0:
                    s = s + v
            return s
        """,
    "continue before many lines": """
        def f(x):
            s = 0.0
            for v in x:
                if v < 0.0:
                    continue
                s = s + v
                s = s * s
                s = s - 1.0
            return s
        """,
    "a loop variable that is read afterwards": """
        def f(x):
            k = -1
            for k in range(len(x)):
                if x[k] < 0.0:
                    break
            return k
        """,
    "while True": """
        def f(x):
            k = 0
            while True:
                if k == len(x):
                    break
                if x[k] > 1.0:
                    break
                k = k + 1
            return k
        """,
    "return from two loops": """
        def f(x):
            s = 0.0
            returned = False
            for a in x:
                returned = False
                for b in x:
                    if a * b < 0.0:
                        continue
                    s = s + a * b
                    if s > 20.0:
                        returned = True
                        result = s * b
                        break
                if returned:
                    break
                if a > 2.5:
                    break
                s = s * 1.1
            return result if returned else s
        """,
    "guards": """
        def f(x):
            if len(x) == 0:
                return 0.0
            s = x[0]
            if s > 3.0:
                t = s * s
                return t + 1.0
            if s < -3.0:
                raise ValueError("too small")
            return s
        """,
    "several targets": """
        def f(x):
            s = 0.0
            for i, (a, b) in enumerate(zip(x, x[1:])):
                s = s + i * a * b
            return s
        """,
    "a loop in a loop": """
        def f(x):
            a = 0.0
            for i in range(len(x)):
                b = x[i]
                for j in range(i):
                    if b > x[j]:
                        a = a + 1.0
                    b = b - x[j]
                a = a + b
            return a
        """,
    "and, or, chained comparisons": """
        def f(x):
            k = 0
            while k < len(x) and x[k] > 0.0:
                k = k + 1
            s = 1.0 if 0 < k < 3 or k == 7 else 2.0
            return k * s
        """,
}  # fmt: skip


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_a_person_has_written_is_printed_again(text):
    text = textwrap.dedent(text).strip()
    body = textwrap.dedent(text.split("\n", 1)[1])
    assert printed(lowered(text), (X,), (EMPTY,), (3 * X,), (-X,), (X[:2],)) == body


def loop_over(n, init, body, outs_, **options):
    """The statements of `for ... in range(n)`."""
    r = Var()
    return [Let(r, range, (n,)), For(r, init, body, outs_, **options)]


def test_values_that_change_places_are_assigned_at_once():
    u, v, n, a, b, ao, bo, t = (user(h) for h in "uvnuvuvt")
    loop = loop_over(n, (u, v), Block((user("i"), a, b), (), (b, a)), (ao, bo))
    fn = function((u, v, n), [*loop, Let(t, operator.sub, (ao, bo))], t)
    assert printed(fn, (1.0, 2.0, 5), (1.0, 2.0, 0)) == textwrap.dedent("""\
        for i in range(n):
            u, v = v, u
        t = u - v
        return t""")


def test_a_value_that_is_handed_over_late_has_a_name_of_its_own():
    h, n, p, new, out, s, so, s1, w = (user(x) for x in "h n h g h s s s w".split())
    body = Block(
        (user("i"), p, s),
        (Let(new, operator.mul, (p, Const(2.0))), Let(s1, operator.sub, (new, p))),
        (new, s1),
    )
    loop = loop_over(n, (h, Const(0.0)), body, (out, so))
    fn = function((h, n), [*loop, Let(w, operator.add, (out, so))], w)
    assert printed(fn, (1.0, 3), (1.0, 0)) == textwrap.dedent("""\
        s = 0.0
        for i in range(n):
            g = h * 2.0
            s = g - h
            h = g
        w = h + s
        return w""")


def test_a_flag_that_is_read_after_the_loop_is_set_where_the_loop_stops():
    x, i, s, s1, so, t = user("x"), user("i"), user("s"), user("s"), user("s"), user("t")
    flag, stop, flag_out, c, n, r, new, late, res = (
        Var("stopped"), Var("stopped"), Var("stopped"), Var(), Var(), Var(), user("s"), Var(),
        Var(),
    )  # fmt: skip
    go = Block((), (Let(new, operator.add, (s, t)),), (new, Const(False)))
    leave = Block((), (), (s, Const(True)))
    body = Block(
        (i, s, flag),
        (
            Let(t, operator.getitem, (x, i)),
            Let(c, operator.lt, (t, Const(0.0))),
            If(c, leave, go, (s1, stop)),
        ),
        (s1, stop, stop),
    )
    twice = Block((), (Let(late, operator.mul, (so, Const(2.0))),), (late,))
    fn = function(
        (x,),
        [
            Let(n, len, (x,)),
            Let(r, range, (n,)),
            For(r, (Const(0.0), Const(False)), body, (so, flag_out), stops=True),
            If(flag_out, Block((), (), (so,)), twice, (res,)),
        ],
        res,
    )
    assert printed(fn, (X,), (EMPTY,), (X[:2],)) == textwrap.dedent("""\
        s = 0.0
        stopped = False
        for i in range(len(x)):
            t = x[i]
            if t < 0.0:
                stopped = True
                break
            s = s + t
        return s if stopped else s * 2.0""")


def test_what_enters_unbound_needs_no_line():
    n, i, p, out = user("n"), user("i"), user("t"), user("t")
    t = user("t")
    body = Block((i, p), (Let(t, operator.mul, (i, i)),), (t,))
    fn = function((n,), loop_over(n, (Const(UNBOUND),), body, (out,)), out)
    assert printed(fn, (3,)) == textwrap.dedent("""\
        for i in range(n):
            t = i * i
        return t""")


def test_a_test_that_needs_a_statement_is_made_in_the_loop():
    x, p, q, big, new, out = (user(h) for h in ("x", "x", "x", "big", "x", "x"))
    loop = While(
        (x,),
        Block((p,), (Let(big, operator.gt, (p, Const(1.0))),), (big,)),
        Block((q,), (Let(new, operator.truediv, (q, Const(2.0))),), (new,)),
        (out,),
    )
    assert printed(function((x,), [loop], out), (9.0,), (0.5,)) == textwrap.dedent("""\
        while True:
            big = x > 1.0
            if not big:
                break
            x = x / 2.0
        return x""")


def test_writes_are_made_in_place():
    n, w, u, p, i, m = user("n"), user("w"), user("u"), user("u"), user("i"), Var()
    entry, scaled, j, total = Var(), Var(), Var(), Var()
    u1, u2, u3, out = (user("u") for _ in range(4))
    body = Block(
        (i, p),
        (
            Let(entry, operator.getitem, (p, i)),
            Let(scaled, operator.mul, (entry, w)),
            Let(u1, prims.store, (p, scaled, i)),
            Let(j, operator.add, (i, Const(1))),
            Let(u2, prims.accumulate, (u1, w, j)),
            Let(u3, prims.accumulate, (u2, w, Const(...))),
        ),
        (u3,),
    )
    fn = function(
        (n, w),
        [
            Let(m, operator.add, (n, Const(1))),
            Let(u, np.ones, (m,), spelling="np.ones"),
            *loop_over(n, (u,), body, (out,)),
            Let(total, np.sum, (out,), spelling="np.sum"),
        ],
        total,
    )
    assert printed(fn, (3, 2.0), (0, 2.0), example=(3, 2.0)) == textwrap.dedent("""\
        u = np.ones(n + 1)
        for i in range(n):
            u[i] *= w
            u[i + 1] += w
            u += w
        return np.sum(u)""")


def test_a_value_is_not_read_after_the_buffer_it_is_read_from_is_written():
    n, u, i, p, first, twice, out, r, total = (
        user("n"), user("u"), user("i"), user("u"), Var(), Var(), user("u"), Var(), Var(),
    )  # fmt: skip
    u1 = user("u")
    body = Block((i, p), (Let(u1, prims.store, (p, i, Const(0))),), (u1,))
    fn = function(
        (n,),
        [
            Let(u, np.ones, (Const(3),), spelling="np.ones"),
            Let(first, operator.getitem, (u, Const(0))),
            Let(twice, operator.mul, (first, Const(2.0))),
            Let(r, range, (n,)),
            For(r, (u,), body, (out,)),
            Let(total, operator.add, (twice, out)),
        ],
        total,
    )
    assert printed(fn, (3,)) == textwrap.dedent("""\
        u = np.ones(3)
        t1 = u[0] * 2.0
        for i in range(n):
            u[0] = i
        return t1 + u""")


def test_errors_are_set_and_restored_around_what_may_raise_them():
    x, old, y, z = user("x"), Var(), Var(), Var()
    divide = ("divide", Const("ignore"))
    fn = function(
        (x,),
        [
            Let(old, prims.set_errors, (), (divide,)),
            Let(y, operator.truediv, (x, Const(0.0))),
            Let(Var(), prims.restore_errors, (old,)),
            Let(z, operator.mul, (y, Const(0.0))),
        ],
        z,
    )
    assert printed(fn) == textwrap.dedent("""\
        old_errors = np.seterr(divide="ignore")
        t1 = x / 0.0
        np.seterr(**old_errors)
        return t1 * 0.0""")


def recording(push_both, first=0, stop=-1):
    """s = prod(x[first:]) and its derivative by s, with stacks."""
    x, stack, stack1, n, r, r2, last = user("x"), Var(), Var(), Var(), Var(), Var(), Var()
    i, h, t, h1, out = user("i"), user("h"), Var(), user("h"), user("h")
    k, entry, left, product, more = user("i"), user("h"), user("h"), Var(), Var()
    d, d_out = Var("", "adjoint", h), Var("", "adjoint", h)
    body = [
        Let(Var(), prims.push, (stack, h)),
        Let(t, operator.getitem, (x, i)),
        Let(h1, operator.mul, (h, t)),
    ]
    back = [Let(entry, prims.pop, (stack,)), Let(product, operator.mul, (d, entry))]
    if push_both:
        body.append(Let(Var(), prims.push, (stack1, h1)))
        back.insert(0, Let(left, prims.pop, (stack1,)))
        back.append(Let(more, operator.add, (product, left)))
    forward = For(r, (Const(1.0),), Block((i, h), tuple(body), (h1,)), (out,))
    mirror = Block((k, d), tuple(back), (more if push_both else product,))
    stmts = [
        Let(stack, prims.new_stack),
        *([Let(stack1, prims.new_stack)] if push_both else []),
        Let(n, len, (x,)),
        Let(r, range, (Const(first), n)),
        forward,
        Let(last, operator.sub, (n, Const(1))),
        Let(r2, range, (last, Const(stop), Const(-1))),
        For(r2, (out,), mirror, (d_out,), mirrors=forward.key),
    ]
    return function((x,), stmts, d_out), frozenset([i, h, t, h1, out, n, r])


def test_a_stack_of_a_loop_that_stands_alone_is_read_by_the_round():
    fn, primal = recording(False)
    assert printed(fn, (X,), (EMPTY,), primal=primal) == textwrap.dedent("""\
        h_hist = []
        h = 1.0
        for i in range(0, len(x)):
            h_hist.append(h)
            h = h * x[i]

        dh = h
        for i in range(len(x) - 1, -1, -1):
            dh = dh * h_hist[i]
        return dh""")


def test_what_enters_and_what_leaves_a_round_is_one_history():
    fn, primal = recording(True, 1, 0)
    assert printed(fn, (X,), (X[:1],), primal=primal) == textwrap.dedent("""\
        h = 1.0
        h_hist = [h]
        for i in range(1, len(x)):
            h = h * x[i]
            h_hist.append(h)

        dh = h
        for i in range(len(x) - 1, 0, -1):
            dh = dh * h_hist[i - 1] + h_hist[i]
        return dh""")


def test_a_function_that_is_called_stands_above():
    a, s, y, saved = user("a"), user("s"), user("y"), Var()
    layer = Function(
        "layer_fwd",
        (Param(a, "a", KIND),),
        Block((), (Let(s, np.sin, (a,)), Let(y, operator.mul, (s, a)),
                   Let(saved, prims.make_tuple, (y, s))), (saved,)),
    )  # fmt: skip
    x, both, h, t, z = user("x"), Var(), user("h"), user("t"), Var()
    fn = function(
        (x,),
        [
            Let(both, prims.call, (Const(layer), x)),
            Let(h, operator.getitem, (both, Const(0))),
            Let(t, operator.getitem, (both, Const(1))),
            Let(z, operator.add, (h, t)),
        ],
        z,
    )
    kinds = []
    for one in (layer, fn):
        kinds.append(Types(definitions(one.block)))
        kinds[-1].block(one.block)
    emitted = emit(fn, kinds[1], frozenset(), {"np": np}, Comments(), functions={layer: kinds[0]})
    text = module_text(emitted)
    assert text == textwrap.dedent("""\
        import numpy as np


        def layer_fwd(a):
            s = np.sin(a)
            y = s * a
            return y, s


        def f(x):
            h, t = layer_fwd(x)
            return h + t
        """)
    assert load(text, emitted, fn)(0.5) == np.sin(0.5) * 0.5 + np.sin(0.5)


def test_many_rebindings_and_branches_keep_one_name():
    x = user("x")
    stmts, value = [], x
    for _ in range(1000):
        new, test, big = user("x"), Var(), user("x")
        stmts += [
            Let(new, operator.add, (value, Const(1.0))),
            Let(test, operator.gt, (new, Const(9.0))),
        ]
        out = user("x")
        then = Block((), (Let(big, operator.mul, (new, Const(0.5))),), (big,))
        stmts.append(If(test, then, Block((), (), (new,)), (out,)))
        value = out
    lines = printed(function((x,), stmts, value), (1.0,)).splitlines()
    assert lines[:3] == ["x = x + 1.0", "if x > 9.0:", "    x = x * 0.5"]
    assert len(lines) == 3001
