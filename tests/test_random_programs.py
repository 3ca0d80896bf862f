"""A fixed number of random programs, and the small ones that found faults once."""

import ast
import runpy
from dataclasses import replace

import numpy as np
import pytest

from .generator import judging, shrinking
from .generator.judging import Verdict, complex_step, judge, worth_judging
from .generator.program import Program, TooLong, bounded, straight_program
from .generator.shrinking import shrink
from .generator.straight import StraightLine
from .generator.structured import FEATURES, Structured
from .random_programs import KINDS, program_of, run, things_in

BUDGET = 48


@pytest.mark.parametrize("seed", range(3))
def test_random_programs_have_the_derivatives_that_differences_give_or_are_refused(seed):
    report = run(BUDGET // 3, seed)
    assert not report.failures, "\n".join(
        f"{program}\n{verdict.error}" for _, program, verdict in report.failures
    )
    assert report.counts["right"] + report.counts["refused"] >= BUDGET // 3 - 3, report


def test_straight_line_programs_are_hardly_ever_refused():
    report = run(20, 11, kinds=("straight",))
    assert not report.failures, "\n".join(
        f"{program}\n{verdict.error}" for _, program, verdict in report.failures
    )
    assert report.counts["refused"] <= 2, report


@pytest.mark.parametrize("make", [StraightLine, Structured])
def test_programs_are_the_same_for_a_seed(make):
    assert str(make(7).program()) == str(make(7).program())
    assert str(make(7).program()) != str(make(8).program())


@pytest.mark.parametrize("kind", KINDS)
def test_each_feature_alone_gives_programs_that_can_be_judged(kind):
    programs = [program_of(serial, (kind,)) for serial in range(6)]
    assert sum(p is not None and worth_judging(p, k) for k, p in enumerate(programs)) >= 5


def test_programs_have_all_that_the_language_has():
    met = set()
    for serial in range(150):
        program = Structured(serial).program()
        met |= things_in(ast.parse(program.text)) if program else set()
    assert met >= {
        "For", "While", "Break", "Continue", "IfExp", "BoolOp", "Lambda", "ListComp", "loop else",
        "loop in a loop", "return in a loop", "write in a loop", "early return", "write at Slice",
        "write at Compare", "write at Tuple", "augmented Subscript", "augmented Name", ".append",
        ".pop", "alias or rebinding", "Dict", "for over enumerate", "for over zip",
        "for over reversed", "for over range", "for over a container", "else of an if",
    }  # fmt: skip
    assert len(FEATURES) == 20


X = ("x", np.array([0.3, -0.7, 1.1]))


def text_program(body, *params):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    head = f"def f({', '.join(name for name, _ in params)}):\n"
    return Program(head + lines, params, tuple(range(len(params))))


def test_programs_near_a_kink_are_not_judged():
    assert worth_judging(text_program("return np.sum(np.abs(x))", X), 0)
    assert not worth_judging(text_program("return np.sum(np.abs(x - 0.3))", X), 0)
    assert not worth_judging(text_program("return np.floor(x[0] - 0.3 + 1e-5)", X), 0)


def test_a_program_that_does_not_end_is_not_judged():
    endless = text_program("while True:\n    x = x * 1.0\nreturn x", X)
    with pytest.raises(TooLong):
        bounded(endless.function(), *endless.values)
    assert not worth_judging(endless, 0)


def test_complex_step_goes_through_writes_and_kinks():
    program = text_program(
        "y = np.zeros(3)\nfor i in range(3):\n    y[i] = abs(x[i]) * x[i - 1]\n"
        "return np.sum(np.maximum(y, 0.1))", X,
    )  # fmt: skip
    tangent = complex_step(program, 0, {0: np.array([1.0, 0.0, 0.0])})
    assert abs(float(tangent) - 1.8) < 1e-12
    assert complex_step(text_program("return np.hypot(x[0], x[1])", X), 0, {0: X[1]}) is None


def test_wrong_derivatives_are_found_by_each_oracle(monkeypatch):
    program = text_program("return np.sum(np.sin(x))", X)
    assert judge(program, 0).what == "right"
    right = judging.st.value_and_grad

    def spoiled(change):
        def make(f, wrt, **options):
            made = right(f, wrt, **options)

            def derivative(*args):
                return change(args, *made(*args))

            derivative.source = made.source
            return derivative

        return make

    def writes(args, value, gradients):
        args[0][0] = 9.0
        return value, gradients

    for change, where in (
        (lambda args, value, gradients: (value, (gradients[0] * (1 + 1e-6),)), "complex step"),
        (lambda args, value, gradients: (value + 1e-6, gradients), "value"),
        (writes, "arguments"),
    ):
        monkeypatch.setattr(judging.st, "value_and_grad", spoiled(change))
        assert (judge(program, 0).what, judge(program, 0).where) == ("wrong", where)


def test_a_failure_is_shrunk_to_the_statement_that_matters(monkeypatch):
    def fails(program, serial, **options):
        return Verdict("wrong" if "np.tanh" in program.text else "right")

    monkeypatch.setattr(shrinking, "judge", fails)
    program = text_program(
        "a = np.sin(x)\nfor i in range(3):\n    if i > 1:\n        a[0] = np.tanh(a[1] * x[2])\n"
        "    else:\n        a = a + x\nb = a * y\nreturn np.sum(b) * 2.0", X, ("y", 0.4),
    )  # fmt: skip
    small, verdict = shrink(program, 0, Verdict("wrong"))
    assert verdict.what == "wrong"
    assert len(small.text.splitlines()) <= 4 and "np.tanh" in small.text


def test_a_saved_program_is_a_module_that_checks_itself(tmp_path):
    program = straight_program((("x", 0.3),), ("v = half(x) * third(x)",), "v", (0,))
    path = tmp_path / "program.py"
    path.write_text(program.module("found once"))
    assert runpy.run_path(str(path), run_name="__main__")["f"](0.3) == program.function()(0.3)


A = np.array([[0.3, -0.7, 1.1], [0.2, 0.9, -0.4]])
FOUND = {
    "a value of a branch that the backward part reads": straight_program(
        (("x", 0.9), ("y", A[0]), ("w", A)),
        ("v0 = (x if np.sum(y) > 10.0 else np.reciprocal(w*w + 1))",), "np.sum(v0)", (2,)),
    "arms of a branch that do not fit the example": straight_program(
        (("w", A[0]), ("y", A[1])),
        ("v = y @ np.prod(w) if np.ndim(y) == 2 else y * np.prod(w)",), "v", (0, 1)),
    "where of numbers in a tuple, forward": straight_program(
        (("pq", (A, -1.47)), ("y", 0.7)),
        ("p, q = pq", "v = np.where(q > q, q, q * 2.0)"), "v * y", (0,)),
    "a method of a NumPy scalar whose tangent is a Python float": straight_program(
        (("x", A), ("y", A[0])),
        ("v = max(np.sum(x), np.sum(y))",), "v.mean() * 2.0", (0, 1)),
    "the greater of two scalars, beside an array": straight_program(
        (("x", A), ("w", A[0])),
        ("v = max(np.sum(np.log1p(w**2)), np.sum(w))", "d = {'k': x, 'l': np.inner(v, w)}"),
        "d['l'] - d['k']", (1,)),
    "the diagonal of a matrix of one column": straight_program(
        (("x", A[:, :1]), ("y", A)), ("v = np.diag(x) + y",), "np.sum(v * v)", (0,)),
    "a mask with a minus before it": straight_program(
        (("x", A[0]),), ("v = np.min(x, keepdims=True)",), "np.sum(1/(v * v + 1))", (0,)),
    "the outer product of numbers": straight_program(
        (("x", A), ("y", 0.3), ("w", 0.4)), ("v = x * np.outer(w, y)",), "np.sum(v)", (1, 2)),
    "a number that is flattened": straight_program(
        (("x", A[0]), ("y", A[1])), ("v = x * np.sum(y).flatten()", "w = np.ravel(np.sum(x)) * v"),
        "v * w", (0, 1)),
    "a number that is given an axis": straight_program(
        (("b", -0.7),), ("v = np.where(b > 0.0, b, b)", "w = v[..., None]"), "(w * w, b)", (0,)),
    "the running sum of a number": straight_program(
        (("x", A), ("w", 0.3)), ("v = x - np.cumsum(w)",), "np.sum(v * v)", (0, 1)),
    "the trace of stacked matrices": straight_program(
        (("x", A),), ("v = np.trace(np.stack((x, x * x), axis=-1))",), "np.sum(v)", (0,)),
    "a chained comparison": straight_program(
        (("x", 0.3),), ("v = x * x if 0.0 < np.sin(x) < 0.5 else x",), "v", (0,)),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND)
def test_what_a_random_program_found(what):
    program = FOUND[what]
    assert worth_judging(program, 1)
    verdict = judge(program, 1, second=True, thorough=True)
    assert verdict.what == "right", f"{program}\n{verdict.where}\n{verdict.error}"


def in_language(lines, *params, wrt=None):
    """A program of the language; every name but the parameters is its own."""
    program = text_program("\n".join(lines), *params)
    return program if wrt is None else replace(program, wrt=wrt)


W = ("w", np.array([0.3, -0.4]))
RECURSIVE = """\
def h(a, n):
    if n == 0:
        return 0.7 * a
    return h(np.tanh(a), n - 1) - 0.2 * h(0.5 * a, n - 1)


def f(x):
    return x * h(0.4, 2)
"""
OF_THE_LANGUAGE = {
    "a lambda sees what its variables hold when it is called": in_language(
        ["s = 0.7 * w", "g = lambda q: s * q", "s = x[:2] * w", "return np.sum(g(0.5))"], X, W),
    "a closure within a closure does so too": in_language(
        ["s = 0.7 * w", "def g(q):", "    return s * q", "def h(q):", "    return g(q)",
         "s = x[:2] * w", "return np.sum(h(0.5))"], X, W),
    "what an arm assigned before `continue`, where the other arm breaks": in_language(
        ["for i in range(3):", "    if i:", "        break", "    else:", "        w = 0.7 * w",
         "    continue", "return np.sum(w * w)"], W),
    "an early return within a branch that may fall through": in_language(
        ["if w[0] > 0.1:", "    if 0.91 < w[1]:", "        return np.sum(w)", "return np.sum(w * w)"], W),
    "a write through a view of everything": in_language(
        ["v = x * 1.0", "r = v[::1]", "r[:1] = w[0] * v[2]", "r[1] -= 0.7", "return np.sum(v * v)"],
        X, W),
    "a comprehension over what is called the same": in_language(
        ["x = [0.6 * w[0] for q in x]", "return sum(1.5 * q for k, q in enumerate(x))"], W, X),
    "a return of a tuple, or of another one from a loop": in_language(
        ["for i in range(3):", "    if w[0] < 1.32:", "        continue", "    return (0.7, x)",
         "return (0.7, w[0])"], X, W),
    "a branch without values in an arm": in_language(
        ["for i, q in enumerate(w, 1):", "    if q:", "        if i:", "            return x * 2.0",
         "        return 0.7"], X, W, wrt=(0,)),
    "a reduction of an array from its first entry": in_language(
        ["return functools.reduce(lambda a, q: np.sin(a) * q, x)"], X),
    "a gradient that is added to a view of itself": in_language(
        ["w[:, ::1] += w + w[1]", "return w * 0.7"], ("w", A)),
    "what a loop goes through is written in a loop in it": in_language(
        ["for q in x:", "    k = 0", "    while k < 2:", "        k += 1",
         "        x[k] = 0.7 * q", "return np.sum(x * x)"], X),
    "the builtins over a list that is a parameter": in_language(
        ["return max(p) * np.sin(sum(p)) + min(p)"], ("p", [0.3, 1.2, 0.7])),
    "a list whose items change while a loop goes through it": in_language(
        ["p = [x[0], x[1], x[2]]", "s = 0.0", "for i, q in enumerate(p):", "    p[2] = p[2] * q",
         "    s = s + q", "return s"], X),
    "a dict whose items change while a loop goes through it": in_language(
        ["d = {'a': w[0], 'b': 0.7}", "for k, q in d.items():", "    d['b'] += q * w[1]",
         "return q"], W),
    "a long augmented division": in_language(
        ["for i in range(2):", "    x[::2] /= 1.0 + np.multiply(np.concatenate((x[::2][:1], "
         "x[2:0:-1][1:])), x[:-1] * w) ** 2", "return np.sum(x)"], X, W),
    "an entry that was read in an arm, beside one that was not": in_language(
        ["if w[0] > 0.51:", "    v = p[1]", "if n:", "    s = p", "return {'total': 1.26, 'part': s}"],
        W, ("n", 1), ("p", [0.2, 0.4]), wrt=(2,)),
    "an array of a list that grows": in_language(
        ["return np.sum(np.array([q * x[0] for q in x]) ** 2)"], X),
    "an entry of a dict, read in a loop and added to in an arm": in_language(
        ["d = {'a': 1.0}", "for i, q in enumerate(x):", "    for k, r in d.items():",
         "        if 0.7 < q * i:", "            return r * x[0]", "        d['a'] += q",
         "return d['a'] * x[1]"], X),
    "a type in a loop that is given up, and another in it": in_language(
        ["for i in range(3):", "    w = 0.5 * w + x[i]", "    x[i] = np.sum(w * np.cos(w - w))",
         "return 0.5 * x ** 3"], X, W),
    "a break behind a return that is asked twice": in_language(
        ["k = 0", "while 3:", "    k += 1", "    if k:", "        if 0.81:", "            if k:",
         "                return 0.7 * w", "        break"], W),
    "a pad of a number, in a dict": in_language(
        ["return {'a': np.pad(w[0], 1), 'b': (0.7, w[1])}"], W),
    "rows that enumerate gives are written": in_language(
        ["for i, r in enumerate(w):", "    r *= 0.5 + 0.1 * i", "return np.sum(w)"], ("w", A)),
    "a function that calls itself, of what has no derivative": Program(RECURSIVE, (X,), (0,)),
}  # fmt: skip


@pytest.mark.parametrize("what", OF_THE_LANGUAGE)
def test_what_a_random_program_of_the_language_found(what):
    program = OF_THE_LANGUAGE[what]
    assert worth_judging(program, 1)
    verdict = judge(program, 1, second=True, thorough=True)
    assert not verdict.failed, f"{program}\n{verdict.where}\n{verdict.error}"
