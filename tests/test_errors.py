"""What is refused is refused by name, at its place. The texts themselves are in data/errors.test."""

import ast
import functools
import linecache
import math
import operator
import pickle
import re

import numpy as np
import pytest

import srctransform as st
from srctransform.frontend.fence import ACCEPTED, REFUSED

from .modules import function_of, module_of

ABSTRACT = {
    "AST", "mod", "stmt", "expr", "expr_context", "boolop", "operator", "unaryop", "cmpop", "excepthandler",
    "pattern", "type_ignore", "type_param", "slice",
}  # fmt: skip
#: only ever inside of a node that is accepted or refused itself
INSIDE = {
    "Module", "Interactive", "Expression", "FunctionType", "TypeIgnore", "TypeVar", "ParamSpec",
    "TypeVarTuple",
}  # fmt: skip
#: gone from the grammar, kept in `ast` for old programs
OLD = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "Suite", "AugLoad",
       "AugStore", "Param"}  # fmt: skip


def test_every_node_of_the_grammar_is_accepted_or_refused_by_name():
    found = {n: v for n, v in vars(ast).items() if isinstance(v, type) and issubclass(v, ast.AST)}
    nodes = {n for n in found if not n.startswith("_")}
    nodes |= {"TypeAlias", "TryStar"}  # of Python 3.12 and 3.11
    left = nodes - ABSTRACT - INSIDE - OLD - ACCEPTED - set(REFUSED)
    assert not left


def test_no_node_is_both_accepted_and_refused():
    assert not ACCEPTED & set(REFUSED)


REFUSALS = {
    "Yield": "y = yield",
    "YieldFrom": "yield from [x]",
    "AsyncFunctionDef": "async def g():\n        pass",
    "Global": "global NAME",
    "Nonlocal": "y = x\n    def g():\n        nonlocal y",
    "TryStar": "try:\n        pass\n    except* ValueError:\n        pass",
    "ExceptHandler": "try:\n        pass\n    except ValueError:\n        pass",
    "ClassDef": "class C:\n        pass",
    "MatchClass": "match x:\n        case float():\n            pass",
}


@pytest.mark.parametrize("node", REFUSALS)
def test_a_refused_statement_is_named_with_its_line(node):
    f = function_of(f"def f(x):\n    {REFUSALS[node]}\n    return x\n")
    with pytest.raises(st.UnsupportedError, match=re.escape(REFUSED[node][0])) as caught:
        st.grad(f)
    assert caught.value.filename == "model.py"
    assert caught.value.lineno >= 2
    assert caught.value.text.strip()


@pytest.mark.parametrize("node", sorted(set(REFUSED) - set(REFUSALS)))
def test_what_stands_only_inside_of_another_refusal(node):
    inside = {
        "Await": "AsyncFunctionDef", "AsyncFor": "AsyncFunctionDef",
        "AsyncWith": "AsyncFunctionDef", "TypeAlias": None,
    }  # fmt: skip
    assert inside[node] in (*REFUSALS, None)


def test_all_problems_of_a_function_are_reported_at_once():
    f = function_of(
        """
        def f(x):
            global RATE
            async def g():
                return x
            return x
        """
    )
    with pytest.raises(st.UnsupportedError) as caught:
        st.grad(f)
    assert [p.span.line for p in caught.value.problems] == [3, 4]
    assert "line 4" in str(caught.value)


def test_every_call_without_a_rule_is_reported_at_once():
    f = function_of(
        """
        def f(x):
            a = np.frombuffer(x)
            b = np.from_dlpack(x)
            return np.sum(a * b)
        """
    )
    with pytest.raises(st.UnsupportedError) as caught:
        st.grad(f)
    assert [p.span.line for p in caught.value.problems] == [3, 4]


def test_a_call_without_a_rule_is_a_constant_only_if_nothing_active_goes_in():
    f = function_of("def f(x, n):\n    return x * np.frombuffer(n)[0]\n")
    assert st.grad(f)(2.0, np.array([3.0])) == 3.0
    with pytest.raises(st.UnsupportedError, match="frombuffer"):
        st.grad(f, "n")


def test_errors_are_syntax_errors_with_a_place():
    f = function_of("def f(x):\n    return np.sum(np.frombuffer(x))\n")
    with pytest.raises(SyntaxError) as caught:
        st.vjp(f)
    error = caught.value
    assert (error.filename, error.lineno, error.offset) == ("model.py", 2, 19)
    assert (error.end_lineno, error.end_offset) == (2, 35)
    assert error.text == "    return np.sum(np.frombuffer(x))\n"
    assert isinstance(error, st.SrcTransformError)


@pytest.mark.parametrize("mode", [st.grad, st.value_and_grad, st.vjp, st.jvp, st.jacobian, st.hessian,
                                  st.hvp, st.elementwise_grad])  # fmt: skip
def test_every_mode_refuses_the_same(mode):
    f = function_of("def f(x):\n    return np.sum(np.frombuffer(x))\n")
    with pytest.raises(st.UnsupportedError, match="np.frombuffer"):
        mode(f)


@pytest.mark.parametrize("mode", [st.grad, st.vjp, st.jvp, st.jacobian, st.hvp])
def test_wrt_is_checked_when_the_derivative_is_made(mode):
    def f(x, y):
        return x * y

    for wrt in ("z", 2, -3, (0, "z"), (), (0, 0), (0, "x"), (1, -1)):
        with pytest.raises(ValueError, match="x, y|twice"):
            mode(f, wrt)
    for wrt in (1.5, None, True, [0], ("x", None)):
        with pytest.raises(TypeError, match="wrt must be"):
            mode(f, wrt)


def test_a_function_without_parameters():
    with pytest.raises(ValueError, match="its parameters: none"):
        st.grad(function_of("def f():\n    return 1.0\n"))


@pytest.mark.parametrize("thing", [3, "x", None, np.ones(3)])
def test_what_is_no_function(thing):
    with pytest.raises(TypeError, match="takes a function"):
        st.grad(thing)


@pytest.mark.filterwarnings("ignore:the result of")
@pytest.mark.parametrize("builtin", [math.sin, len, operator.mul, np.sin, np.linalg.norm])
def test_built_in_functions_are_known_or_say_that_they_are_built_in(builtin):
    try:
        derivative = st.grad(builtin)
    except (st.SrcTransformError, ValueError, TypeError) as error:
        assert str(error)
    else:
        assert derivative.source


def test_a_function_made_by_exec_says_that_it_has_no_source():
    space = {}
    exec("def f(x):\n    return x * x\n", space)
    with pytest.raises(st.SourceError, match="made by exec") as caught:
        st.grad(space["f"])
    assert "put the function into a file" in str(caught.value)


def test_a_file_that_changed_after_it_was_imported():
    f = function_of("def f(x):\n    return x * x\n", "changed.py")
    text = "def g(x):\n    return x\n"
    linecache.cache["changed.py"] = (len(text), None, text.splitlines(keepends=True), "changed.py")
    with pytest.raises(st.SourceError, match="not the text it was compiled from"):
        st.grad(f)


def test_a_file_that_does_not_parse():
    f = function_of("def f(x):\n    return x * x\n", "broken.py")
    text = "def f(x:\n"
    linecache.cache["broken.py"] = (len(text), None, text.splitlines(keepends=True), "broken.py")
    with pytest.raises(st.SourceError, match="does not parse"):
        st.grad(f)


def test_an_example_is_a_tuple():
    with pytest.raises(TypeError, match="example must be a tuple"):
        st.grad(lambda x: x * x, example=[1.0])


def test_a_direction_of_a_jacobian():
    with pytest.raises(ValueError, match="'auto', 'forward' or 'reverse'"):
        st.jacobian(lambda x: x * x, 0, "sideways")


@pytest.mark.parametrize("result", ["x, x", "[x]", "{'a': x}", "None", "'text'", "np.ones(3) * x",
                                    "np.outer(x, x)", "x * 1j", "np.reshape(x, (2, 3))"])  # fmt: skip
@pytest.mark.parametrize("mode", [st.grad, st.value_and_grad])
def test_a_result_that_is_certainly_no_scalar(mode, result):
    f = function_of(f"def f(x):\n    return {result}\n")
    with pytest.raises(TypeError, match="scalar"):
        mode(f)


@pytest.mark.parametrize(
    "result", ["np.stack([x, x])", "np.concatenate([x, x])", "x[None]", "x @ x"]
)
def test_a_result_that_turns_out_to_be_no_scalar_is_refused_as_it_runs(result):
    f = function_of(f"def f(x):\n    return {result}\n")
    with pytest.raises(TypeError, match="scalar result"):
        st.grad(f)(np.ones((2, 2)))


@pytest.mark.parametrize("call, word", [("eval('x')", "eval"), ("exec('1')", "exec"), ("locals()", "locals"),
                                        ("globals()", "globals"), ("vars()", "vars"),
                                        ("setattr(x, 'a', 1)", "setattr")])  # fmt: skip
def test_calls_that_cannot_be_read(call, word):
    f = function_of(f"def f(x):\n    {call}\n    return x * x\n")
    with pytest.raises(st.UnsupportedError, match=word):
        st.grad(f)


def test_the_text_of_an_error_survives_pickling():
    f = function_of("def f(x):\n    return np.frombuffer(x)\n")
    with pytest.raises(st.UnsupportedError) as caught:
        st.vjp(f)
    again = pickle.loads(pickle.dumps(caught.value))
    assert "np.frombuffer" in str(again)
    assert again.lineno == 2


def test_an_error_in_a_called_function_is_at_its_own_file():
    helper = module_of("def g(a):\n    return np.frombuffer(a)\n", "helpers.py")["g"]
    f = function_of("def f(x):\n    return np.sum(g(x))\n", "main.py", g=helper)
    with pytest.raises(st.UnsupportedError) as caught:
        st.grad(f)
    assert (caught.value.filename, caught.value.lineno) == ("helpers.py", 2)


def test_a_failure_leaves_nothing_behind():
    f = function_of("def f(x):\n    return np.frombuffer(x)\n")
    for _ in range(2):
        with pytest.raises(st.UnsupportedError, match="np.frombuffer"):
            st.vjp(f)
    assert st.grad(functools.partial(lambda x, n: x**n, n=2))(3.0) == 6.0
