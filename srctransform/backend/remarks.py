"""The user's comments, at the statements they belong to.

# the first term                         # the first term
s = w * x  # of a series        →        s = w * x  # of a series
"""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from ..ir.nodes import Let, Stmt
from .expressions import Expressions

Remark = tuple[list[str], str]  # comments above a line, and the one behind it


class Remarks(Expressions):
    """Finds the comments of statements; each is said once."""

    def remarks(self, stmt: Stmt) -> Remark:
        """The comments above and behind the line this statement comes from."""
        span = stmt.span
        if span is None or span.file != self.comments.file:
            return [], ""
        if not isinstance(stmt, Let):
            return self._of_line(span.line) if stmt.mirrors is None else ([], "")
        if stmt.out in self.primal:
            return self._of_line(span.line)
        if self.literal and span.text:
            return [], f"# line {span.line}: {_quote(span.text)}"
        return [], ""

    def _of_line(self, line: int) -> Remark:
        ranges, by_line = self.comments.ranges, self.comments.by_line
        index = bisect_left(ranges, line, key=operator.itemgetter(1))
        if index == len(ranges) or line < ranges[index][0] or index in self.said:
            return [], ""
        self.said.add(index)
        start, stop = ranges[index]
        floor = ranges[index - 1][1] if index else 0
        nothing = "", None
        above = [by_line[k][0] for k in range(floor + 1, start) if by_line.get(k, nothing)[1]]
        behind = [
            by_line[k][0] for k in range(start, stop + 1) if by_line.get(k, nothing)[1] is False
        ]
        return above, behind[0] if behind else ""


def statement_ranges(body: list[Any]) -> Iterator[tuple[int, int]]:
    """(first line, last line) of each statement, and of the headers of loops and branches."""
    for stmt in body:
        inner = getattr(stmt, "body", None)
        if not inner or hasattr(stmt, "decorator_list"):
            yield stmt.lineno, stmt.end_lineno
            continue
        head = getattr(stmt, "test", None) or getattr(stmt, "iter", None)
        yield stmt.lineno, stmt.lineno if head is None else head.end_lineno
        for part in ("body", "handlers", "orelse", "finalbody"):
            yield from statement_ranges(getattr(stmt, part, []))


def _quote(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:37] + "..."
