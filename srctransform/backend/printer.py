"""A tree -> its text, with a guard: what is printed parses back to the same tree.

Most trees are printed by `text`; the rare ones by astor, which is kept for what it prints better
than `ast.unparse`. The subclass mends what it prints wrongly or not at all. A tree that shares a
node is copied first (`gast_to_ast` does), because astor's parentheses depend on marks it leaves
on nodes.
"""

from __future__ import annotations

import ast
import warnings
from textwrap import dedent
from typing import Any

import gast

from .layout import wrap
from .text import Unusual, quoted, text_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # astor 0.8.1 touches ast.Num as it is imported
    import astor
    from astor.code_gen import SourceGenerator


class _Printer(SourceGenerator):  # type: ignore[misc]
    """astor's printer, less its faults."""

    def visit_JoinedStr(self, node: Any) -> None:
        text = ast.unparse(node)
        if text.startswith("f'") and text.count("'") == 2 and '"' not in text:
            text = f'f"{text[2:-1]}"'
        self.write(text)

    def visit_Lambda(self, node: Any) -> None:
        self.write("(", ast.unparse(node), ")")

    def visit_Constant(self, node: Any) -> None:
        value = node.value
        self.write(quoted(value) if isinstance(value, str) else ast.unparse(node))


def to_text(tree: Any) -> str:
    """One statement or expression as one line of text."""
    try:
        text = text_of(tree)
    except Unusual:
        return _rare_text(gast.gast_to_ast(tree))
    return text if _reads_back(text, tree) else _rare_text(gast.gast_to_ast(tree))


def _rare_text(tree: ast.AST) -> str:
    for printed in (_by_astor, _by_python):
        text = printed(tree).strip()
        if _reads_back(text, tree):
            return text
    raise AssertionError(f"cannot print {ast.dump(tree)}")


def _reads_back(text: str, tree: Any) -> bool:
    """Does a text parse to this tree?"""
    try:
        parsed: Any = ast.parse(text).body[0]
    except SyntaxError:
        return False
    return _same(parsed.value if isinstance(tree, ast.expr) else parsed, tree)


def _same(parsed: Any, tree: Any) -> bool:
    """Is a parsed tree the same as one of gast's or Python's, positions aside? What stores and
    what loads follows from the rest. Without recursion, for trees may be deep."""
    pairs = [(parsed, tree)]
    while pairs:
        a, b = pairs.pop()
        if isinstance(a, ast.AST):
            if type(a).__name__ != type(b).__name__:
                return False
            pairs += [(getattr(a, f), getattr(b, f, None)) for f in a._fields if f != "ctx"]
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            pairs += zip(a, b, strict=True)
        elif a is not b and (type(a) is not type(b) or repr(a) != repr(b)):
            return False
    return True


def _by_astor(tree: ast.AST) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text: str = astor.to_source(
            tree,
            source_generator_class=_Printer,
            pretty_source="".join,
            pretty_string=_plain_string,
        )
    text = text.strip()
    bracketed = text.startswith("(") and text != "()"
    if isinstance(tree, ast.expr) and bracketed and _outer_parentheses(text):
        return text[1:-1]
    return text


def _by_python(tree: ast.AST) -> str:
    """Python's own printer, which asks each statement for its line."""
    return ast.unparse(ast.fix_missing_locations(tree))


def _plain_string(s: str, *_: Any, **__: Any) -> str:
    return repr(s)


def _outer_parentheses(text: str) -> bool:
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0:
            return k == len(text) - 1
    return False


def statement_lines(tree: Any, indent: int = 0, comment: str = "") -> list[str]:
    """A simple statement as lines of at most 79 columns."""
    text = to_text(tree)
    lines = wrap(text, indent)
    if len(lines) > 1 and not _same(ast.parse(dedent("\n".join(lines))), ast.parse(text)):
        lines = [" " * indent + text]
    if comment:
        if len(lines[-1]) + len(comment) + 2 <= 79:
            lines[-1] += f"  {comment}"
        else:
            lines.insert(0, " " * indent + comment)
    return lines


def fitted(lines: list[str]) -> list[str]:
    """Lines of code with the heads of branches and loops broken where they are too long."""
    return [part for line in lines for part in (_head_lines(line) if len(line) > 79 else [line])]


def _head_lines(line: str) -> list[str]:
    text = line.lstrip()
    word, _, rest = text.partition(" ")
    if word not in ("if", "while") or not rest.endswith(":"):
        return [line]
    indent = len(line) - len(text)
    lines = wrap(f"return {rest[:-1]}", indent)
    lines[0] = lines[0].replace("return", word, 1)
    lines[-1] += ":"
    body = "\n    pass"
    same = _same(ast.parse(dedent("\n".join(lines)) + body), ast.parse(text + body))
    return lines if same else [line]
