"""The command line: `python -m srctransform TARGET`, and what it says when something is wrong."""

import ast
import importlib.metadata
import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from srctransform.__main__ import main

MODEL = """\
import numpy as np

SCALE = 2.0
print("the module is imported")


def loss(w, x, k=1.0):
    # a small model
    return np.sum(np.tanh(w * x) * k)


def cube(x):
    return x**3


def opened(x):
    with open("data") as file:
        return x * float(file.read())


def short(x):
    return x + np.ones(3) * np.ones(2)


class Layer:
    def scale(self, x):
        return np.sin(x) * SCALE
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A directory with a module, in which the command is run."""
    (tmp_path / "model_for_cli.py").write_text(MODEL)
    (tmp_path / "pack_for_cli").mkdir()
    (tmp_path / "pack_for_cli" / "__init__.py").write_text("")
    (tmp_path / "pack_for_cli" / "inner.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if "for_cli" in name:
            del sys.modules[name]


@pytest.fixture
def run(capsys):
    """Run the command: (exit status, stdout, stderr)."""

    def call(*argv):
        try:
            status = main(argv)
        except SystemExit as stop:  # of argparse
            status = stop.code
        out, err = capsys.readouterr()
        return status, out, err.replace("the module is imported\n", "")

    return call


FILE = "model_for_cli.py"


# what it prints


def test_it_prints_the_derivative(run):
    status, out, err = run(f"{FILE}:cube")
    assert (status, err) == (0, "")
    assert out == (
        "def grad_cube(x):\n"
        '    """Gradient of `cube` with respect to x."""\n'
        "    return 3.0 * x ** 2\n"
    )


@pytest.mark.parametrize(
    "target", [f"{FILE}:loss", f"./{FILE}:loss", "model_for_cli:loss", "pack_for_cli.inner:loss"]
)
def test_a_target_is_a_file_or_a_module(run, target):
    status, out, err = run(target)
    assert (status, err) == (0, "")
    assert "def grad_loss(w, x, k=1.0):" in out
    ast.parse(out)


def test_a_target_may_be_a_method(run):
    status, out, _ = run(f"{FILE}:Layer.scale", "--wrt", "x", "--mode", "jvp")
    assert status == 0 and "def jvp_scale(self, x, x_dot):" in out


@pytest.mark.parametrize(
    "wrt, words",
    [("x", "to x."), ("1", "to x."), ("w,x", "to (w, x)."), ("w,", "to (w,)."), ("-1", "to k.")],
)
def test_wrt_is_a_name_an_index_or_several(run, wrt, words):
    status, out, _ = run(f"{FILE}:loss", f"--wrt={wrt}")
    assert status == 0 and f"with respect {words}" in out.replace("(w)", "(w,)")


@pytest.mark.parametrize(
    "mode", ["grad", "value_and_grad", "vjp", "jvp", "hvp", "hessian", "jacobian"]
)
def test_every_mode_is_made(run, mode):
    status, out, _ = run(f"{FILE}:cube", "--mode", mode)
    assert status == 0 and f"def {mode}_cube(x" in out


def test_order_differentiates_again(run):
    status, out, _ = run(f"{FILE}:cube", "--order", "2")
    assert status == 0 and out.endswith("return 6.0 * x\n")


def test_explain_shows_the_stages(run):
    status, out, _ = run(f"{FILE}:loss", "--explain")
    assert status == 0
    assert out.startswith("1. The function\n")
    assert "Types and activity" in out and "def grad_loss" in out


def test_no_optimize_prints_the_literal_list(run):
    _, short, _ = run(f"{FILE}:loss")
    _, long, _ = run(f"{FILE}:loss", "--no-optimize")
    assert len(long.splitlines()) > len(short.splitlines())


def test_what_the_module_prints_does_not_get_into_the_derivative(run, capsys):
    assert main([f"{FILE}:cube"]) == 0
    out, err = capsys.readouterr()
    assert "imported" not in out and "imported" in err


def test_a_warning_is_one_line(run, folder):
    (folder / "unused_for_cli.py").write_text("def f(x, y):\n    return x * x\n")
    status, _, err = run("unused_for_cli.py:f", "--wrt", "x,y")
    assert status == 0 and err.startswith("srctransform: warning: ") and err.count("\n") == 1


# -o


def test_a_file_gets_the_module(run, folder):
    status, out, err = run(f"{FILE}:loss", "-o", "grad_for_cli.py")
    assert (status, out, err) == (0, "", "")
    spec = importlib.util.spec_from_file_location("grad_for_cli", folder / "grad_for_cli.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    slope = np.sum(np.ones(3) * (1 - np.tanh(0.5) ** 2))
    assert np.isclose(module.grad_loss(0.5, np.ones(3)), slope)


def test_a_file_stays_as_it_is_if_something_fails(run, folder):
    (folder / "kept.py").write_text("kept")
    assert run(f"{FILE}:opened", "-o", "kept.py")[0] == 2
    assert (folder / "kept.py").read_text() == "kept"
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


def test_a_directory_that_is_not_there_is_refused(run):
    path = os.path.join("no", "grad.py")
    status, out, err = run(f"{FILE}:loss", "-o", path)
    assert (status, out) == (2, "")
    assert err == f"srctransform: cannot write {path}: there is no directory 'no'\n"
    assert run(f"{FILE}:loss", "-o", ".")[2] == "srctransform: cannot write .: it is a directory\n"


# --check


def test_a_check_prints_the_worst_error(run):
    status, out, err = run(f"{FILE}:loss", "--wrt", "w,x", "--check", "0.5, np.ones(3)")
    assert (status, err) == (0, "")
    last = out.splitlines()[-1]
    assert last.startswith("# agrees with finite differences at (0.5, np.ones(3)): the worst of 8 ")
    ast.parse(out)


def test_a_check_takes_keywords_and_names_of_the_module(run):
    status, out, _ = run(f"{FILE}:loss", "--check", "x=np.ones(3), w=SCALE", "-o", "saved.py")
    assert status == 0 and out.startswith("# agrees")


def test_a_check_of_a_second_derivative_is_of_second_order(run):
    status, out, _ = run(f"{FILE}:cube", "--mode", "hvp", "--check", "0.5")
    assert status == 0 and "of 6 entries" in out


def test_a_check_that_fails_has_exit_status_1(run, monkeypatch):
    import srctransform.__main__ as command
    from srctransform.checking import Difference

    found = [Difference("d loss / d w", "rev", 1.25, 1.5, 0.25, 1e-6)]
    monkeypatch.setattr(command, "compare", lambda *args, **kwargs: found)
    status, _, err = run(f"{FILE}:loss", "--check", "0.5, np.ones(3)")
    assert status == 1
    assert err == (
        "srctransform: the derivative differs from finite differences\n"
        "  d loss / d w, reverse mode\n"
        "    derivative   1.25\n    differences  1.5\n    off by 0.25, allowed 1e-06\n"
    )


# what can be wrong


@pytest.mark.parametrize(
    "argv, message",
    [
        (["loss"], "'loss' is no target: write package.module:function or path/file.py:function"),
        (
            [f"{FILE}:"],
            f"'{FILE}:' is no target: write package.module:function or path/file.py:function",
        ),
        (["missing.py:f"], "the file missing.py does not exist"),
        (["pack_for_cli/:f"], "the file pack_for_cli is a directory"),
        (["missing_for_cli:f"], "there is no module 'missing_for_cli'"),
        (["pack_for_cli.missing:f"], "there is no module 'pack_for_cli.missing'"),
        ([".:f"], "'.' is no name of a module"),
        ([f"{FILE}:los"], f"{FILE} has no 'los'; did you mean 'loss'?"),
        ([f"{FILE}:zzz"], f"{FILE} has no 'zzz'; it has loss, cube, opened, short, Layer"),
        ([f"{FILE}:Layer.scal"], "Layer has no 'scal'; did you mean 'scale'?"),
        ([f"{FILE}:SCALE"], f"{FILE}:SCALE is of type float, and no function"),
        ([f"{FILE}:loss", "--wrt", "q"], "'loss' has no parameter 'q'; its parameters: w, x, k"),
        ([f"{FILE}:loss", "--wrt", "7"], "'loss' has no parameter 7; its parameters: w, x, k"),
        ([f"{FILE}:loss", "--wrt", ","], "--wrt names no parameter"),
        ([f"{FILE}:cube", "--order", "0"], "--order is 1, 2, ..., not 0"),
        (
            [f"{FILE}:cube", "--order", "2", "--mode", "jvp"],
            "--order is for --mode grad only; with jvp leave it out",
        ),
        (
            [f"{FILE}:cube", "--check", "np.ones(3"],
            "--check 'np.ones(3' is not a list of arguments: '(' was never closed",
        ),
        ([f"{FILE}:cube", "--check", "q"], "--check 'q': NameError: name 'q' is not defined"),
        (
            [f"{FILE}:cube", "--check", ""],
            "--check '': TypeError: missing a required argument: 'x'",
        ),
        (
            [f"{FILE}:cube", "--check", "'text'"],
            "--check \"'text'\": TypeError: argument 'x' is of type str: it has no derivative",
        ),
    ],
)
def test_a_mistake_is_one_line_on_stderr(run, argv, message):
    status, _, err = run(*argv)
    assert (status, err) == (2, f"srctransform: {message}\n")


def test_an_unsupported_function_is_shown_with_its_line(run):
    status, out, err = run(f"{FILE}:opened")
    assert (status, out) == (2, "")
    assert f'{FILE}", line 17' in err and 'with open("data") as file:' in err and "^^^" in err
    assert (
        "Traceback" not in err
        and "UnsupportedError: `with` is supported for np.errstate only" in err
    )


def test_a_syntax_error_in_the_users_file_is_shown_with_its_line(run, folder):
    (folder / "syntax_for_cli.py").write_text("def f(x):\n    return x +* 2\n")
    for target in ("syntax_for_cli.py:f", "syntax_for_cli:f"):
        status, _, err = run(target)
        assert status == 2 and "Traceback" not in err
        assert 'syntax_for_cli.py", line 2\n    return x +* 2\n              ^\n' in err
        assert err.endswith("SyntaxError: invalid syntax\n")


@pytest.mark.parametrize(
    "text, last",
    [
        ("import nothing_for_cli", "ModuleNotFoundError: No module named 'nothing_for_cli'"),
        ("raise ValueError('boom')", "ValueError: boom"),
        ("raise SystemExit('stop')", "SystemExit: stop"),
    ],
)
def test_an_error_in_the_users_module_is_shown_with_its_line(run, folder, text, last):
    (folder / "error_for_cli.py").write_text(f"x = 1\n{text}\n")
    for target in ("error_for_cli.py:f", "error_for_cli:f"):
        status, _, err = run(target)
        assert status == 2 and "Traceback" not in err
        assert f'error_for_cli.py", line 2, in <module>\n    {text}\n' in err
        assert err.endswith(f"{last}\n")


def test_an_error_of_the_function_at_the_arguments_of_a_check_is_shown_with_its_line(run):
    status, _, err = run(f"{FILE}:short", "--mode", "vjp", "--check", "1.0")
    assert status == 2 and "Traceback" not in err
    assert f'{FILE}", line 22, in short\n    return x + np.ones(3) * np.ones(2)\n' in err


def test_without_a_target_the_usage_is_shown(run):
    status, out, err = run()
    assert (status, out) == (2, "")
    assert err.startswith("usage: srctransform ") and "required: TARGET" in err


def test_help_has_examples(run):
    status, out, _ = run("--help")
    assert status == 0
    assert "--check '0.5, np.ones(3)'" in out and "differentiate N times" in out


def test_version(run):
    assert run("--version")[:2] == (
        0,
        f"srctransform {importlib.metadata.version('srctransform')}\n",
    )


# as a process


def test_the_current_directory_is_importable_and_a_pipe_gets_plain_text(folder):
    command = [sys.executable, "-m", "srctransform", "model_for_cli:cube"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0 and done.stdout.startswith("def grad_cube(x):")


def test_a_reader_that_stops_early_is_no_error(folder):
    command = f"{sys.executable} -m srctransform {FILE}:loss | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=folder)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
