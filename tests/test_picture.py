"""The picture of a Wengert list: its values, operations and adjoints, as DOT and as SVG."""

import operator
import xml.etree.ElementTree as xml

import numpy as np
import pytest

from srctransform.ir.nodes import Block, Const, For, Let, Var, While
from srctransform.layered import layout
from srctransform.picture import picture
from srctransform.values import Trace


def square(u):
    return u * u


def loss(w, x, b=1.0):
    h = np.tanh(w * x + b)
    return np.sum(square(h))


def branch(x, y):
    if x > 0:
        return np.sin(x * y)
    return y


def line(x, y):
    return x * y + 2.0


def micro(a, b):
    # the example of micrograd's README
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    e = c - d
    f = e**2
    g = f / 2.0
    return g + 10.0 / f


def test_dot_is_the_wengert_list_with_its_names():
    assert picture(line, ("x", "y")).dot == (
        'digraph "line" {\n'
        "  rankdir=LR;\n"
        '  node [fontname="monospace", fontsize=11, height=0.3];\n'
        '  n1 [label="x\\ndx", shape=box];\n'
        '  n2 [label="y\\ndy", shape=box];\n'
        '  n3 [label="*", shape=ellipse];\n'
        '  n4 [label="t1\\ndt1", shape=box];\n'
        '  n5 [label="2", shape=plaintext];\n'
        '  n6 [label="+", shape=ellipse];\n'
        '  n7 [label="line\\ndline", shape=box, penwidth=2];\n'
        "  n1 -> n3;\n  n2 -> n3;\n  n3 -> n4;\n  n4 -> n6;\n  n5 -> n6;\n  n6 -> n7;\n"
        "}\n"
    )


def test_arguments_give_values_and_adjoints():
    dot = picture(line, 0, (3.0, 4.0)).dot
    assert '"x\\n3\\ndx 4"' in dot
    assert '"y\\n4"' in dot  # not differentiated by
    assert '"t1\\n12\\ndt1 1"' in dot
    assert '"line\\n14\\ndline 1"' in dot


def test_adjoints_of_intermediate_values_are_derivatives_by_them():
    def rest(c, a, b):
        d = a * b + b**3
        c = c + c + 1
        c = c + 1 + c + (-a)
        f = (c - d) ** 2
        return f / 2.0 + 10.0 / f

    a, b, h = -4.0, 2.0, 1e-6
    slope = (rest(a + b + h, a, b) - rest(a + b - h, a, b)) / (2 * h)
    assert f'"c\\n-2\\ndc {slope:.4g}"' in picture(micro, (0, 1), (a, b)).dot


def test_arrays_are_shown_shortly():
    dot = picture(loss, "w", (0.5, np.ones(3))).dot
    assert "h\\n[0.905 0.905 0.905]\\ndh [1.81 1.81 1.81]" in dot
    assert "h\\n5×2 float64\\ndh 5×2 float64" in picture(loss, "w", (0.5, np.ones((5, 2)))).dot


def test_the_arm_that_is_taken_is_shown():
    taken = picture(branch, (0, 1), (2.0, 3.0)).dot
    assert "sin" in taken and '"if"' not in taken
    assert '"if"' in picture(branch, (0, 1)).dot


def test_a_loop_is_followed_turn_by_turn():
    xs, total, x, out, new = Var("xs"), Var("total"), Var("x"), Var("out"), Var("new")
    body = Block((x, total), (Let(new, operator.add, (total, x)),), (new,))
    trace = Trace()
    trace.values[xs] = np.array([1.0, 2.0, 4.0])
    results = trace.block(Block((), (For(xs, (Const(0.0),), body, (out,)),), (out,)), ())
    prims = [let.prim for let in trace.lets]
    assert prims == [operator.getitem] * 3 + [operator.add] * 3
    assert [trace.values[let.out] for let in trace.lets] == [1.0, 2.0, 4.0, 1.0, 3.0, 7.0]
    assert results == (trace.lets[-1].out,) and len({let.out for let in trace.lets}) == 6


def test_a_while_loop_is_followed_until_its_test_fails():
    x, y, small, out, new = Var("x"), Var("y"), Var(), Var("out"), Var("new")
    test = Block((x,), (Let(small, operator.lt, (x, Const(5.0))),), (small,))
    body = Block((y,), (Let(new, operator.mul, (y, Const(2.0))),), (new,))
    trace = Trace()
    trace.block(Block((), (While((Const(1.0),), test, body, (out,)),), (out,)), ())
    doubled = [trace.values[let.out] for let in trace.lets if let.prim is operator.mul]
    assert doubled == [2.0, 4.0, 8.0]


def test_svg_is_xml_with_every_name_in_it():
    made = picture(loss, ("w", "x"), (0.5, np.ones(3)))
    tree = xml.fromstring(made.svg)
    texts = {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"w", "x", "h", "r"} - texts == {"r"} and {"tanh", "sum", "*", "loss"} <= texts
    assert made._repr_svg_() == made.svg


def test_the_picture_is_the_same_every_time():
    first, second = (picture(micro, (0, 1), (-4.0, 2.0)) for _ in range(2))
    assert first.svg == second.svg and first.dot == second.dot


def test_signs_of_markup_are_escaped():
    assert "&gt;" in picture(branch, (0, 1), (2.0, 3.0)).svg


def test_it_is_saved_as_what_the_ending_says(tmp_path):
    made = picture(line)
    assert made.save(tmp_path / "line.svg").read_text() == made.svg
    assert made.save(tmp_path / "line.dot").read_text() == made.dot
    with pytest.raises(ValueError, match="saved as .svg, .dot or .gv"):
        made.save(tmp_path / "line.png")


def test_nodes_of_a_layout_do_not_overlap():
    made = picture(micro, (0, 1), (-4.0, 2.0))
    plan = layout({k: n.size for k, n in made.nodes.items()}, made.edges)
    boxes = [(plan.places[k], n.size) for k, n in made.nodes.items()]
    for k, ((x, y), (w, h)) in enumerate(boxes):
        assert 0 <= x - w / 2 and x + w / 2 <= plan.width + 1e-9
        assert -1e-9 <= y - h / 2 and y + h / 2 <= plan.height + 1e-9
        for (p, q), (v, g) in boxes[k + 1 :]:
            assert abs(x - p) >= (w + v) / 2 - 1e-9 or abs(y - q) >= (h + g) / 2 - 1e-9


def test_edges_of_a_layout_go_to_the_right():
    made = picture(micro, (0, 1))
    plan = layout({k: n.size for k, n in made.nodes.items()}, made.edges)
    assert all(plan.places[a][0] < plan.places[b][0] for a, b in made.edges)


def test_a_chain_lies_on_one_line():
    plan = layout({"x": (40, 20), "sin": (30, 20), "y": (40, 20)}, [("x", "sin"), ("sin", "y")])
    assert plan.places == {"x": (20, 10), "sin": (95, 10), "y": (170, 10)}


def test_mistakes_are_said():
    with pytest.raises(TypeError, match="picture takes a function, not int"):
        picture(3)
    with pytest.raises(TypeError, match="args must be a tuple"):
        picture(line, args=[1.0, 2.0])
    with pytest.raises(ValueError, match="no parameter 'q'"):
        picture(line, "q")
