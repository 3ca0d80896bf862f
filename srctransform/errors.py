"""One family of errors: every refusal says where, what, and what to write instead.

Each error is also a `SyntaxError` that carries the place in the user's file, so that CPython,
pytest and IPython draw the line and the caret without any code of ours.

    File "model.py", line 28
        return np.sum(x) + np.frobnicate(x * 2.0, axis=1)
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    srctransform.UnsupportedError: no derivative rule for np.frobnicate in 'loss'
      help: give it one with srctransform.rules (README, "Adding a rule")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the user's file: lines from 1, columns from 0 as in `ast`; `text` is its line."""

    file: str
    line: int
    col: int
    end_line: int
    end_col: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a sentence, its place, and what to do instead."""

    message: str
    span: Span | None = None
    help: str = ""

    def __str__(self) -> str:
        return f"{self.message}\n  help: {self.help}" if self.help else self.message


class SrcTransformError(SyntaxError):
    """Base of the family. `problems` lists everything that was found wrong, in the user's order."""

    def __init__(
        self, message: str | Problem | Sequence[Problem], span: Span | None = None, help: str = ""
    ) -> None:
        if isinstance(message, str):
            self.problems: tuple[Problem, ...] = (Problem(message, span, help),)
        elif isinstance(message, Problem):
            self.problems = (message,)
        else:
            self.problems = tuple(message)
        first = self.problems[0]
        text = str(first)
        for other in self.problems[1:]:
            text += f"\nand {_place(other.span)}{other}"
        if first.span is None:
            super().__init__(text)
        else:
            super().__init__(text, _location(first.span))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class UnsupportedError(SrcTransformError):
    """The function does something that has no derivative here: a construct, a call, a container."""


class SourceError(SrcTransformError):
    """The source of a function cannot be had: built in, typed at a bare prompt, a C extension."""


class RuleError(SrcTransformError):
    """A derivative rule is wrong in form: names, number of results, formula."""


for _public in (SrcTransformError, UnsupportedError, SourceError, RuleError):
    _public.__module__ = "srctransform"  # where users find them, and what tracebacks say


def _location(span: Span) -> tuple[str, int, int, str, int, int]:
    """The tuple that SyntaxError takes; a block statement is underlined on its first line only."""
    text = span.text.rstrip("\n")
    end_line, end_col = span.end_line, span.end_col
    if end_line != span.line:
        end_line, end_col = span.line, len(text)
    # ast counts UTF-8 bytes, SyntaxError counts characters
    raw = text.encode()
    start = len(raw[: span.col].decode(errors="replace"))
    end = len(raw[:end_col].decode(errors="replace"))
    return (span.file, span.line, start + 1, text + "\n", end_line, max(end, start + 1) + 1)


def _place(span: Span | None) -> str:
    return f"line {span.line}: " if span else ""
