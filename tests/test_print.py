"""Trees are printed as text that means the same, whatever the tree: shared nodes, signs, depth."""

import ast
import math
import warnings

import gast
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from srctransform.backend.layout import WIDTH, wrap
from srctransform.backend.printer import fitted, statement_lines, to_text
from srctransform.backend.spelling import Imports, constant
from srctransform.backend.standalone import joined
from srctransform.frontend.depth import deep_recursion

OPERATORS = [
    gast.Add,
    gast.Sub,
    gast.Mult,
    gast.Div,
    gast.Pow,
    gast.MatMult,
    gast.FloorDiv,
    gast.Mod,
]
COMPARISONS = [gast.Lt, gast.GtE, gast.Eq, gast.NotEq, gast.Is, gast.NotIn]


def name(text):
    return gast.Name(id=text, ctx=gast.Load(), annotation=None, type_comment=None)


def number(value):
    return constant(value, Imports({}, set()))


leaf = some.one_of(
    some.sampled_from(["x", "y", "a_long_name_for_a_value"]).map(name),
    some.floats().map(number),
    some.integers(-(10**20), 10**20).map(number),
    some.complex_numbers(allow_nan=False, allow_infinity=False).map(number),
)


def compound(inner):
    pair = some.tuples(inner, inner)
    twice = inner.map(lambda node: (node, node))  # one node object at two places
    return some.one_of(
        some.tuples(some.sampled_from(OPERATORS), some.one_of(pair, twice)).map(
            lambda t: gast.BinOp(left=t[1][0], op=t[0](), right=t[1][1])
        ),
        some.tuples(some.sampled_from([gast.USub, gast.UAdd, gast.Not, gast.Invert]), inner).map(
            lambda t: gast.UnaryOp(op=t[0](), operand=t[1])
        ),
        some.tuples(some.sampled_from(COMPARISONS), pair).map(
            lambda t: gast.Compare(left=t[1][0], ops=[t[0]()], comparators=[t[1][1]])
        ),
        some.tuples(some.sampled_from([gast.And, gast.Or]), pair).map(
            lambda t: gast.BoolOp(op=t[0](), values=list(t[1]))
        ),
        some.tuples(inner, inner, inner).map(
            lambda t: gast.IfExp(test=t[0], body=t[1], orelse=t[2])
        ),
        pair.map(lambda t: gast.Call(func=name("f"), args=list(t), keywords=[])),
        pair.map(
            lambda t: gast.Call(
                func=name("f"), args=[t[0]], keywords=[gast.keyword(arg="k", value=t[1])]
            )
        ),
        inner.map(lambda t: gast.Attribute(value=t, attr="T", ctx=gast.Load())),
        pair.map(lambda t: gast.Subscript(value=t[0], slice=t[1], ctx=gast.Load())),
        inner.map(
            lambda t: gast.Subscript(
                value=name("x"), slice=gast.Slice(lower=t, upper=None, step=None), ctx=gast.Load()
            )
        ),  # fmt: skip
        some.lists(inner, max_size=3).map(lambda t: gast.Tuple(elts=t, ctx=gast.Load())),
        some.lists(inner, max_size=3).map(lambda t: gast.List(elts=t, ctx=gast.Load())),
    )


trees = some.recursive(leaf, compound, max_leaves=25)


def plain(tree):
    """The tree as Python's own, dumped."""
    return ast.dump(gast.gast_to_ast(tree))


@settings(max_examples=300, deadline=None)
@given(trees)
def test_what_is_printed_parses_to_the_same_tree(tree):
    text = to_text(tree)
    assert ast.dump(ast.parse(text, mode="eval").body) == plain(tree)


@settings(max_examples=200, deadline=None)
@given(trees, some.sampled_from([0, 4, 8]))
def test_a_broken_line_is_the_same_statement(tree, indent):
    statement = gast.Assign(targets=[gast.Name(id="result", ctx=gast.Store(), annotation=None,
                                               type_comment=None)], value=tree, type_comment=None)  # fmt: skip
    lines = statement_lines(statement, indent)
    text = "\n".join(line[indent:] for line in lines)
    assert ast.dump(ast.parse(text).body[0]) == plain(statement)


@pytest.mark.parametrize("value", [
    0, -1, 10**30, 0.0, -0.0, 1e300, -1e-300, math.inf, -math.inf, math.nan, 1j, -2j, 1 + 2j, -1.5 - 2j,
    True, None, "it's", 'a "quote"', b"bytes", (), (1,), (1, (-2, 3.0)), [], [1, -2], {"a": -1.0}, {},
    slice(None), slice(1, None, -1), slice(None, 3), Ellipsis, np.float64(2.5), np.int64(-3), np.bool_(True),
    np.arange(3.0), np.array([[1, -2]]), np.array([1.5], np.float32), np.array([1j]), np.array(2.0),
    range(3), range(1, 7), range(7, 0, -2), np.array([True, False]), np.array([np.inf, np.nan]), np.zeros((0, 3)), np.dtype("float32"), np.pi,
])  # fmt: skip
def test_constants_evaluate_to_themselves(value):
    again = eval(to_text(constant(value, Imports({}, set()))), {"np": np})
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype and again.shape == value.shape
        np.testing.assert_array_equal(again, value)
    elif isinstance(value, float) and value != value:
        assert again != again
    else:
        assert again == value
        assert (
            math.copysign(1, again) == math.copysign(1, value) if isinstance(value, float) else True
        )


@pytest.mark.parametrize("op", [gast.Add, gast.Sub, gast.Mult, gast.Div])
def test_chains_of_900_operators(op):
    tree = name("x")
    for k in range(900):
        tree = gast.BinOp(left=tree, op=op(), right=number(float(k)))
    with deep_recursion():
        text = to_text(tree)
        assert ast.dump(ast.parse(text, mode="eval").body) == plain(tree)


def test_a_node_that_occurs_twice_is_printed_right_at_both_places():
    difference = gast.BinOp(left=name("a"), op=gast.Sub(), right=name("b"))
    call = gast.Call(func=name("f"), args=[difference], keywords=[])
    tree = gast.BinOp(left=call, op=gast.Sub(), right=difference)
    assert to_text(tree) == "f(a - b) - (a - b)"


def test_printing_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_text(number(-1.5)) == "-1.5"


def test_strings_keep_their_double_quotes():
    assert to_text(gast.Constant(value="text", kind=None)) == '"text"'
    assert to_text(gast.Constant(value='a "b"', kind=None)) == "'a \"b\"'"


def test_long_calls_are_broken_at_brackets_and_commas():
    text = "value = function(" + ", ".join(f"argument_number_{k}" for k in range(6)) + ")"
    assert wrap(text) == [
        "value = function(",
        *(f"    argument_number_{k}," for k in range(5)),
        "    argument_number_5",
        ")",
    ]
    short = "value = function(" + ", ".join(f"argument_{k}" for k in range(6)) + ")"
    assert [len(line) <= WIDTH for line in wrap(short)] == [True] * len(wrap(short))


def test_long_sums_are_broken_before_operators():
    text = "total = " + " + ".join(f"term_number_{k}" for k in range(8))
    lines = wrap(text)
    assert lines[0] == "total = (" and lines[-1] == ")"
    assert all(line.strip().startswith("+") for line in lines[2:-1])


def test_long_heads_and_long_unpackings_are_broken():
    names = [f"some_long_name_{k}" for k in range(6)]
    text = f"{', '.join(names)} = records.pop()"
    assert statement_lines(gast.parse(text).body[0], 4) == [
        "    (",
        *(f"        {name}," for name in names[:-1]),
        f"        {names[-1]}",
        "    ) = records.pop()",
    ]
    test = " ** 2 + ".join(names)
    assert fitted([f"    if {test} > 0.0:"])[0] == "    if ("
    assert "".join(fitted([f"    if {test} > 0.0:"])).endswith("):")


def test_names_of_one_module_are_imported_in_one_line():
    assert joined(["import math", "from a import b", "from a import c as d", "from e import f"]) == [
        "import math", "from a import b, c as d", "from e import f",
    ]  # fmt: skip
    long = [f"from a import {letter * 30}" for letter in "bcd"]
    assert joined(long) == [f"{long[0]}, {'c' * 30}", long[2]]
