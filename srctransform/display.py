"""Show Python text: coloured in a terminal and in a notebook, plain elsewhere.

    print(source(df))       the module of a derivative, or the text of any other function
    show(df)                the same, coloured if this is a terminal
    html(source(df))        for a notebook; a derivative is shown so by itself, as `_repr_html_`

Colours come from Pygments if it is installed (`pip install srctransform[viz]`).
"""

from __future__ import annotations

import inspect
import os
import sys
import textwrap
from collections.abc import Callable
from html import escape
from typing import Any, TextIO

from .errors import SourceError
from .frontend.read import is_derivative

#: the style of a notebook's own cells; readable on light and dark backgrounds alike
STYLE = "default"

BOX = "overflow-x: auto; padding: 0.5em"


def source(f: Callable[..., Any]) -> str:
    """The text of a derivative's module, or of a function as its author wrote it.

    Raises SourceError where there is no text, TypeError for what is no function.
    """
    if is_derivative(f):
        made: Any = getattr(f, "py_func", f)
        return str(made.source)
    if not callable(f):
        raise TypeError(f"source takes a function, not {type(f).__name__}")
    inner = inspect.unwrap(getattr(f, "py_func", f), stop=_wraps_derivative)
    try:
        text = inspect.getsource(getattr(inner, "__code__", inner))
    except (OSError, TypeError):
        name = getattr(f, "__name__", type(f).__name__)
        raise SourceError(f"the source of {name!r} is not to be had") from None
    return textwrap.dedent(text)


def _wraps_derivative(f: Any) -> bool:
    """The text of a function that wraps a derivative is its own, and not what that comes from."""
    return is_derivative(getattr(f, "__wrapped__", None))


def show(f: Callable[..., Any] | str, file: TextIO | None = None) -> None:
    """Print the source of a function, or a text, coloured if the file is a terminal."""
    text = f if isinstance(f, str) else source(f)
    out = sys.stdout if file is None else file
    out.write(highlighted(text) if in_colour(out) else text)


def in_colour(file: TextIO) -> bool:
    """Is it a terminal, of a user who has not asked for no colours (no-color.org)?"""
    return file.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def highlighted(text: str) -> str:
    """Python text with a terminal's colours; as it is without Pygments."""
    try:
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return text
    return str(highlight(text, PythonLexer(stripnl=False), TerminalFormatter()))


def html(text: str) -> str:
    """Python text as HTML that carries its own style."""
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return f'<pre style="{BOX}">{escape(text)}</pre>'
    formatter = HtmlFormatter(noclasses=True, style=STYLE, nobackground=True, prestyles=BOX)
    return str(highlight(text, PythonLexer(), formatter))
