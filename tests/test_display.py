"""Texts to read: source, explain, and their colours in a terminal and in a notebook."""

import builtins
import functools
import io
import sys

import numpy as np
import pytest

import srctransform as st
from srctransform.display import html, show, source
from srctransform.errors import SourceError
from srctransform.explain import explain


def square(u):
    return u * u


def loss(w, x):
    # a small model
    h = np.tanh(w * x)
    return np.sum(square(h))


def cube(x):
    return x**3


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def without_pygments(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.startswith("pygments"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)


# source


def test_the_source_of_a_derivative_is_its_module():
    df = st.grad(loss)
    assert source(df) == df.source and source(df).startswith("import numpy as np")


def test_the_source_of_a_users_function_is_what_its_author_wrote():
    assert source(square) == "def square(u):\n    return u * u\n"


def test_the_source_of_a_method_starts_at_the_margin():
    assert source(Terminal.isatty) == "def isatty(self):\n    return True\n"


def test_a_function_that_wraps_a_derivative_has_its_own_source():
    df = st.grad(cube)

    @functools.wraps(df)
    def doubled(x):
        return 2.0 * df(x)

    assert "2.0 * df(x)" in source(doubled)
    assert st.grad(doubled)(3.0) == 36.0


def test_a_function_without_source_is_an_error():
    with pytest.raises(SourceError, match="the source of 'sin' is not to be had"):
        source(np.sin)
    with pytest.raises(TypeError, match="source takes a function, not int"):
        source(3)


# colours


def test_a_pipe_gets_plain_text():
    out = io.StringIO()
    show(cube, out)
    assert out.getvalue() == source(cube)


def test_a_terminal_gets_colours(monkeypatch):
    pytest.importorskip("pygments")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    show(st.grad(cube), out)
    assert "\x1b[" in out.getvalue()


def test_no_color_is_heard(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    show(cube, out)
    assert out.getvalue() == source(cube)


def test_show_writes_to_stdout(capsys):
    show(cube)
    assert capsys.readouterr().out == source(cube)


def test_a_notebook_shows_a_derivative_as_html():
    df = st.grad(loss)
    assert df._repr_html_() == html(df.source)
    assert "grad_loss" in df._repr_html_() and "<pre" in df._repr_html_()


def test_html_needs_no_pygments(without_pygments):
    text = html("a < b\n")
    assert "a &lt; b" in text and text.startswith("<pre")


def test_a_terminal_without_pygments_gets_plain_text(without_pygments, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    show(cube, out)
    assert out.getvalue() == source(cube)


def test_pygments_is_not_imported_before_it_is_needed():
    import subprocess

    code = "import sys, srctransform; assert 'pygments' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# explain


def headings(text):
    lines = text.split("\n")
    return [a for a, b in zip(lines, lines[1:]) if b and set(b) == {"-"}]


def section(text, title):
    start = text.index(f". {title}\n")
    end = text.find(f"\n{int(text[:start].rsplit(chr(10), 1)[-1]) + 1}. ", start)
    return text[start : end if end > 0 else None]


def test_explain_has_every_stage_in_order():
    assert headings(explain(loss, "w")) == [
        "1. The function",
        "2. Read",
        "3. Spliced in",
        "4. Types and activity",
        "5. Differentiated",
        "6. Simplified",
        "7. Printed",
    ]


def test_explain_leaves_out_inlining_where_nothing_is_called():
    assert "3. Types and activity" in explain(cube)


def test_explain_shows_the_wengert_list():
    assert section(explain(loss, "w"), "Read").endswith(
        """
    loss(w, x)
      t1 = w * x
      h = tanh(t1)
      t2 = square(h)
      t3 = sum(t2)
      return t3
"""
    )


def test_explain_shows_types_and_activity_under_the_names_of_the_list():
    assert section(explain(loss, "w", example=(1.0, np.ones(3))), "Types and activity").endswith(
        """
active: depends on w, and the result depends on it

    w    float scalar            active
    x    float array of rank 1
    t1   float array of rank 1   active
    h    float array of rank 1   active
    t2   float array of rank 1   active
    t3   float scalar            active
"""
    )


def test_explain_ends_with_the_derivative():
    text = explain(cube)
    assert text.endswith(
        """
    def grad_cube(x):
        \"\"\"Gradient of `cube` with respect to x.\"\"\"
        return 3.0 * x ** 2
"""
    )


def test_explain_starts_with_the_users_text_and_comments():
    assert "        # a small model\n" in section(explain(loss), "The function")


@pytest.mark.parametrize(
    "mode", ["grad", "value_and_grad", "vjp", "jvp", "hvp", "jacobian", "hessian"]
)
def test_explain_knows_every_mode(mode):
    text = explain(cube, mode=mode)
    assert f"def {mode}_cube(x" in section(text, "Printed")


def test_explain_without_optimisation_prints_the_literal_list():
    assert "t1 = " in section(explain(cube, optimize=False), "Printed")


def test_explain_of_a_derivative_starts_from_it():
    assert "grad_grad_cube" in explain(st.grad(cube))


def test_explain_of_a_callable_object_has_no_text_of_its_own():
    class Scaled:
        def __init__(self, by):
            self.by = by

        def __call__(self, x):
            return self.by * x

    assert headings(explain(Scaled(2.0)))[0] == "1. Read"


def test_mistakes_are_said():
    with pytest.raises(ValueError, match="mode is one of grad, .*, not 'up'"):
        explain(cube, mode="up")
    with pytest.raises(TypeError, match="explain takes a function, not int"):
        explain(3)
    with pytest.raises(TypeError, match="example must be a tuple"):
        explain(cube, example=[1.0])
    with pytest.raises(ValueError, match="'cube' has no parameter 'y'; its parameters: x"):
        explain(cube, "y")
