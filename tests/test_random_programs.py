"""A fixed number of random programs, and the small ones that found faults once."""

import numpy as np
import pytest

from .random_programs import Generator, Program, failure, run, runs, shrink

BUDGET = 150


@pytest.mark.parametrize("seed", range(3))
def test_random_programs_have_the_derivatives_that_differences_give(seed):
    failures, refusals = run(BUDGET // 3, seed)
    assert not failures, "\n".join(f"{program}\n{error}" for _, program, error in failures)
    assert sum(refusals.values()) <= 3, refusals


def test_programs_are_the_same_for_a_seed():
    assert str(Generator(7).program()) == str(Generator(7).program())
    assert str(Generator(7).program()) != str(Generator(8).program())


def test_a_failure_is_shrunk_to_the_statement_that_matters(monkeypatch):
    def fails(program, serial, thorough=False):
        return AssertionError("wrong") if "np.tanh" in program.text else None

    monkeypatch.setattr("tests.random_programs.failure", fails)
    lines = ("a = np.sin(x)", "b = np.tanh(a)", "c = b * x", "d = c + a")
    program = Program((("x", 0.3),), lines, "np.sum(d)", (0,))
    assert runs(program, 0)
    small, _ = shrink(program, 0, AssertionError())
    assert len(small.lines) <= 2 and "np.tanh" in small.lines[-1]


A = np.array([[0.3, -0.7, 1.1], [0.2, 0.9, -0.4]])
FOUND = {
    "a value of a branch that the backward part reads": Program(
        (("x", 0.9), ("y", A[0]), ("w", A)),
        ("v0 = (x if np.sum(y) > 10.0 else np.reciprocal(w*w + 1))",), "np.sum(v0)", (2,)),
    "arms of a branch that do not fit the example": Program(
        (("w", A[0]), ("y", A[1])),
        ("v = y @ np.prod(w) if np.ndim(y) == 2 else y * np.prod(w)",), "v", (0, 1)),
    "where of numbers in a tuple, forward": Program(
        (("pq", (A, -1.47)), ("y", 0.7)),
        ("p, q = pq", "v = np.where(q > q, q, q * 2.0)"), "v * y", (0,)),
    "a method of a NumPy scalar whose tangent is a Python float": Program(
        (("x", A), ("y", A[0])),
        ("v = max(np.sum(x), np.sum(y))",), "v.mean() * 2.0", (0, 1)),
    "the greater of two scalars, beside an array": Program(
        (("x", A), ("w", A[0])),
        ("v = max(np.sum(np.log1p(w**2)), np.sum(w))", "d = {'k': x, 'l': np.inner(v, w)}"),
        "d['l'] - d['k']", (1,)),
    "the diagonal of a matrix of one column": Program(
        (("x", A[:, :1]), ("y", A)), ("v = np.diag(x) + y",), "np.sum(v * v)", (0,)),
    "a mask with a minus before it": Program(
        (("x", A[0]),), ("v = np.min(x, keepdims=True)",), "np.sum(1/(v * v + 1))", (0,)),
    "the outer product of numbers": Program(
        (("x", A), ("y", 0.3), ("w", 0.4)), ("v = x * np.outer(w, y)",), "np.sum(v)", (1, 2)),
    "a number that is flattened": Program(
        (("x", A[0]), ("y", A[1])), ("v = x * np.sum(y).flatten()", "w = np.ravel(np.sum(x)) * v"),
        "v * w", (0, 1)),
    "a number that is given an axis": Program(
        (("b", -0.7),), ("v = np.where(b > 0.0, b, b)", "w = v[..., None]"), "(w * w, b)", (0,)),
    "the running sum of a number": Program(
        (("x", A), ("w", 0.3)), ("v = x - np.cumsum(w)",), "np.sum(v * v)", (0, 1)),
    "the trace of stacked matrices": Program(
        (("x", A),), ("v = np.trace(np.stack((x, x * x), axis=-1))",), "np.sum(v)", (0,)),
    "a chained comparison": Program(
        (("x", 0.3),), ("v = x * x if 0.0 < np.sin(x) < 0.5 else x",), "v", (0,)),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND)
def test_what_a_random_program_found(what):
    program = FOUND[what]
    assert runs(program, 1)
    error = failure(program, 1, thorough=True)
    assert error is None, f"{program}\n{error}"
