"""The command line: print, save, explain and check the derivative of a function in a file.

    python -m srctransform model.py:loss --wrt w,b
    python -m srctransform package.module:Class.method --wrt x --mode jvp -o method_jvp.py
    srctransform model.py:loss --explain
    srctransform model.py:loss --check '0.5, np.ones(3)'

Exit status: 0; 1 if the check fails; 2 for everything that is wrong with the request or with the
function, which is said in one message on stderr.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import inspect
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import api
from .backend.load import save
from .checking import Difference, compare
from .display import show
from .errors import SrcTransformError
from .explain import explain
from .target import Mistake, find, users_frame

Arguments = tuple[tuple[Any, ...], dict[str, Any]]

MODES = ("grad", "value_and_grad", "vjp", "jvp", "hvp", "hessian", "jacobian")

EPILOG = """\
examples:
  srctransform model.py:loss --wrt w,b
  srctransform package.module:loss --mode jvp -o loss_jvp.py
  srctransform model.py:loss --explain
  srctransform model.py:loss --check '0.5, np.ones(3)'
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _warn  # type: ignore[assignment]  # it reads the message only
            status = run(options)
        sys.stdout.flush()
        return status
    except Mistake as mistake:
        _say(f"srctransform: {mistake}")
    except SrcTransformError as error:
        _say(_last_lines(error))
    except BrokenPipeError:  # the reader of the pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return 2


def parser() -> argparse.ArgumentParser:
    """The options, and the text of --help."""
    out = argparse.ArgumentParser(
        prog="srctransform",
        description="Print the derivative of a Python function of NumPy as Python.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = out.add_argument
    add("target", metavar="TARGET", help="package.module:function, or path/file.py:function")
    add(
        "--wrt",
        metavar="A,B",
        default="0",
        help="parameters, by name or index (default: the first)",
    )
    add("--mode", choices=MODES, default="grad", help="which derivative (default: grad)")
    add("--order", type=int, default=1, metavar="N", help="differentiate N times (grad only)")
    add("--explain", action="store_true", help="show every stage on the way")
    add("--no-optimize", action="store_true", help="one primitive a line, nothing simplified")
    add("-o", "--output", metavar="FILE", help="write the derivative's module to a file")
    add(
        "--check",
        metavar="ARGS",
        help="compare with finite differences at arguments: '0.5, np.ones(3)'",
    )
    add(
        "--version",
        action="version",
        version=f"%(prog)s {importlib.metadata.version('srctransform')}",
    )
    return out


def run(options: argparse.Namespace) -> int:
    """Do what the options ask for."""
    if options.order < 1:
        raise Mistake(f"--order is 1, 2, ..., not {options.order}")
    if options.order > 1 and options.mode != "grad":
        raise Mistake(f"--order is for --mode grad only; with {options.mode} leave it out")
    if options.output is not None:
        _writable(Path(options.output))
    wrt, optimize = _wrt(options.wrt), not options.no_optimize
    sys.path.insert(0, os.getcwd())
    f, namespace = find(options.target)
    given = None if options.check is None else _arguments(f, options.check, namespace)
    made, inner = f, f
    try:
        for _ in range(options.order):
            made, inner = getattr(api, options.mode)(made, wrt, optimize=optimize), made
        text = explain(inner, wrt, options.mode, optimize=optimize) if options.explain else ""
    except SrcTransformError:
        raise
    except (TypeError, ValueError) as error:
        raise Mistake(str(error)) from None
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise Mistake(f"this is a defect of srctransform, please report it: {what}") from None
    if options.output is not None:
        try:
            save(made.source, options.output)
        except OSError as error:
            raise Mistake(f"cannot write {options.output}: {error.strerror}") from None
    if text or options.output is None:
        show(text or made.source)
    if given is None:
        return 0
    order = 2 if options.mode in ("hvp", "hessian") else options.order
    return check(f, wrt, options.check, given, order)


def check(f: Any, wrt: api.Wrt, text: str, given: Arguments, order: int) -> int:
    """Compare the derivatives of f with finite differences, and print the worst entry."""
    args, kwargs = given
    try:
        found = list(compare(f, args, wrt, order=order, kwargs=kwargs))
    except SrcTransformError:
        raise
    except Exception as error:
        raise Mistake(f"--check {text!r}: {users_frame(error)}") from None
    if not found:
        raise Mistake(f"--check {text!r}: there are no entries to compare")
    worst = max(found, key=lambda difference: (difference.ratio, difference.error))
    if worst.ratio > 1:
        _say(f"srctransform: the derivative differs from finite differences\n{worst}")
        return 1
    sys.stdout.write(f"# agrees with finite differences at ({text}): {_words(worst, len(found))}\n")
    return 0


def _words(worst: Difference, count: int) -> str:
    return f"the worst of {count} entries, {worst.place}, is off by {worst.error:.1g}"


def _wrt(text: str) -> api.Wrt:
    """`w` is one parameter, `w,b` and `w,` are tuples."""
    items = [item.strip() for item in text.split(",")]
    several = len(items) > 1
    chosen = tuple(int(i) if i.lstrip("-").isdigit() else i for i in items if i)
    if not chosen:
        raise Mistake("--wrt names no parameter")
    return chosen if several else chosen[0]


def _arguments(f: Any, text: str, namespace: dict[str, Any]) -> Arguments:
    """The arguments that a text stands for; the names of the function's module can be used."""

    def given_(*args: Any, **kwargs: Any) -> Arguments:
        return args, kwargs

    names = {"np": np, **namespace, "given_": given_}
    try:
        args, kwargs = eval(compile(f"given_(\n{text}\n)", "--check", "eval"), names)
        inspect.signature(f).bind(*args, **kwargs)
    except SyntaxError as error:
        raise Mistake(f"--check {text!r} is not a list of arguments: {error.msg}") from None
    except Exception as error:
        raise Mistake(f"--check {text!r}: {type(error).__name__}: {error}") from None
    return args, kwargs


def _writable(path: Path) -> None:
    if path.is_dir():
        raise Mistake(f"cannot write {path}: it is a directory")
    if not path.parent.is_dir():
        raise Mistake(f"cannot write {path}: there is no directory {str(path.parent)!r}")


def _last_lines(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip("\n")


def _warn(message: Warning | str, *place: Any) -> None:
    _say(f"srctransform: warning: {message}")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
