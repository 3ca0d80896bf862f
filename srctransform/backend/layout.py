"""Break a long line, as a person would: at brackets and commas, else before operators.

return np.sum(a_long_argument, another_long_argument)

return np.sum(
    a_long_argument, another_long_argument
)
"""

from __future__ import annotations

import io
import itertools
import keyword
import tokenize

WIDTH = 79
OPEN, CLOSE = "([{", ")]}"


def wrap(text: str, indent: int = 0) -> list[str]:
    """The lines of one statement; the same tokens, broken only inside brackets."""
    line = " " * indent + text
    if len(line) <= WIDTH or "\n" in text:
        return line.split("\n")
    prefix, expression = _expression_of(text)
    if prefix.endswith(" = ") and len(_split_commas(prefix)) > 1:  # what is unpacked
        inner = _fill(prefix.removesuffix(" = "), indent + 4)
        return [" " * indent + "(", *inner, " " * indent + f") = {expression}"]
    split = _split_brackets(text)
    if split is not None:
        head, body, tail = split
        inner = _fill(body, indent + 4)
        return [" " * indent + head, *inner, " " * indent + tail]
    if len(_split_commas(expression)) > 1:  # a tuple without brackets
        inner = _fill(expression, indent + 4)
        return [" " * indent + prefix + "(", *inner, " " * indent + ")"]
    parts = _split_operators(expression)
    if len(parts) < 2:
        return [line]
    lines = [" " * indent + prefix + "("]
    for part in _pack(parts, indent + 4):
        lines += _wrap_part(part, indent + 4)
    return [*lines, " " * indent + ")"]


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """(text, column, depth of brackets around it)."""
    out, depth = [], 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.NL):
            continue
        depth -= token.string in CLOSE and bool(token.string)
        out.append((token.string, token.start[1], depth))
        depth += token.string in OPEN and bool(token.string)
    return out


def _split_brackets(text: str) -> tuple[str, str, str] | None:
    """Head up to the last outermost bracket, its content, and the tail; if that helps."""
    tokens = _tokens(text)
    closing = [k for k, (s, _, d) in enumerate(tokens) if s in CLOSE and d == 0]
    if not closing or closing[-1] != len(tokens) - 1:
        return None
    close = tokens[closing[-1]][1]
    opening = max(col for s, col, d in tokens[: closing[-1]] if s in OPEN and d == 0)
    body = text[opening + 1 : close]
    before = text[:opening]
    operators = [s for s, _, d in _tokens(before + "0") if d == 0 and s in BREAKS]
    if not body or len(before) > WIDTH - 8 or (operators and len(before) > 50):
        return None
    return text[: opening + 1], body, text[close:]


def _fill(body: str, indent: int) -> list[str]:
    """The content of brackets: on one line, else one entry a line."""
    if len(body) + indent <= WIDTH:
        return [" " * indent + body]
    entries = _split_commas(body)
    if len(entries) > 1:
        lines = []
        for k, entry in enumerate(entries):
            last = k == len(entries) - 1
            text = entry + ("," if not last or body.rstrip().endswith(",") else "")
            lines += _wrap_part(text, indent)
        return lines
    return _wrap_part(body, indent)


def _wrap_part(text: str, indent: int) -> list[str]:
    """Part of a bracketed expression, which may be broken anywhere."""
    if len(text) + indent <= WIDTH:
        return [" " * indent + text]
    comma = "," if text.endswith(",") else ""
    core = text.removesuffix(",")
    split = _split_brackets(core)
    if split is not None:
        head, body, tail = split
        return [" " * indent + head, *_fill(body, indent + 4), " " * indent + tail + comma]
    parts = _split_operators(core)
    if len(parts) < 2:
        return [" " * indent + text]
    lines = [line for part in _pack(parts, indent) for line in _wrap_or_keep(part, indent)]
    lines[-1] += comma
    return lines


def _wrap_or_keep(part: str, indent: int) -> list[str]:
    return [" " * indent + part]


def _split_commas(body: str) -> list[str]:
    cuts = [col for s, col, d in _tokens(body) if s == "," and d == 0]
    starts = [0, *(c + 1 for c in cuts)]
    stops = [*cuts, len(body)]
    parts = [body[a:b].strip() for a, b in zip(starts, stops, strict=True)]
    return [p for p in parts if p]


BREAKS = frozenset({"+", "-", "*", "/", "@", "and", "or", "if", "else", "<", ">", "==", "<=", ">="})
ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@="})
LOOSE = (
    {"or", "if", "else"}, {"and"}, {"<", ">", "==", "!=", "<=", ">="}, {"+", "-"}, {"*", "/", "@"}
)  # fmt: skip


def _split_operators(text: str) -> list[str]:
    """Cut before the loosest binary operators outside of brackets."""
    tokens = _tokens(text)
    for level in LOOSE:
        cuts = [
            col
            for k, (s, col, d) in enumerate(tokens)
            if d == 0 and s in level and k > 0 and _is_operand(tokens[k - 1][0])
        ]
        if cuts:
            bounds = [0, *cuts, len(text)]
            return [text[a:b].strip() for a, b in itertools.pairwise(bounds)]
    return [text]


def _is_operand(token: str) -> bool:
    """May a binary operator follow this token?"""
    if keyword.iskeyword(token):
        return token in ("True", "False", "None")
    return token[-1:].isalnum() or token[-1:] in ")]}_'\"."


def _pack(parts: list[str], indent: int) -> list[str]:
    """Join parts as long as they fit on a line."""
    lines = [parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 1 + indent <= WIDTH:
            lines[-1] += " " + part
        else:
            lines.append(part)
    return lines


def _expression_of(text: str) -> tuple[str, str]:
    """("x = ", expression) of an assignment, ("return ", expression) of a return."""
    if text.startswith("return "):
        return "return ", text[7:]
    for s, col, d in _tokens(text):
        if d == 0 and s in ASSIGNING:
            end = col + len(s) + 1
            return text[:end], text[end:]
    return "", text
