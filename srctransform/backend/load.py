"""Text -> a real Python function whose source can be read back.

The module's text goes into `linecache` under a `<srctransform ...>` name, so tracebacks, pdb and
`inspect.getsource` show it. The function is compiled from that text, with one difference: names
that the user's program reads from outside are read where they live, so that a global that is
rebound, or a closure variable, is seen at the next call.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import os
import tempfile
import types
from pathlib import Path
from typing import Any

from ..ir.nodes import Function, GlobalRef
from .emit import Emitted
from .helpers import with_dependencies

_serial = itertools.count(1)


def load(text: str, emitted: Emitted, fn: Function) -> types.FunctionType:
    """Compile the module's text and return its last function."""
    filename = f"<srctransform {fn.name} {next(_serial)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {
        "__name__": f"srctransform.generated.{fn.name}",
        "__file__": filename,
    }
    namespace.update(emitted.imports.values)
    live: dict[str, GlobalRef] = {}
    for name, what in emitted.captured.items():
        if isinstance(what, GlobalRef):
            live[name] = what
        else:
            namespace[name] = what
    if live:
        namespace["·cells"] = {name: ref.home for name, ref in live.items()}
    code: Any = _with_live(text, emitted, live) if emitted.captured else _functions_of(text)
    exec(compile(code, filename, "exec", dont_inherit=True), namespace)
    made = namespace[fn.name]
    assert isinstance(made, types.FunctionType)
    _restore_defaults(made, fn)
    return made


def _functions_of(text: str) -> str:
    """The functions of a module that reads nothing from outside, on the lines where they stand.
    Above them are only imports, whose names are bound already."""
    start = f"\n{text}".index("\ndef ")
    return "\n" * text.count("\n", 0, start) + text[start:]


def _with_live(text: str, emitted: Emitted, live: dict[str, GlobalRef]) -> ast.Module:
    """Our own functions of a module, where the names in `live` are read where they live. Imports,
    values and definitions of the user's are bound already, to the very objects."""
    names = emitted.helper_names
    functions = {*emitted.around.functions.values()}
    ours = {names.get(h, h.__name__) for h in with_dependencies(emitted.helpers)} | functions
    tree = ast.parse(text)
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in ours]
    for node in tree.body:
        if live and isinstance(node, ast.FunctionDef) and node.name in functions:
            node.body = [_Live(live).visit(stmt) for stmt in node.body]
    return tree


def _restore_defaults(made: types.FunctionType, fn: Function) -> None:
    """The very default objects of the user's function, not copies of them."""
    kinds = [p.kind for p in fn.params]
    pairs = list(zip(fn.params, kinds, strict=True))
    plain = [p.default.value for p, k in pairs if p.default is not None and k != k.KEYWORD_ONLY]
    named = {
        p.name: p.default.value for p, k in pairs if p.default is not None and k == k.KEYWORD_ONLY
    }
    made.__defaults__ = tuple(plain) or None
    made.__kwdefaults__ = named or None


class _Live(ast.NodeTransformer):
    """Reads of captured names become reads of the dictionary or cell where they live."""

    def __init__(self, live: dict[str, GlobalRef]) -> None:
        self.live = live

    def visit_Name(self, node: ast.Name) -> ast.AST:
        ref = self.live.get(node.id)
        if ref is None or not isinstance(node.ctx, ast.Load):
            return node
        home = ast.Subscript(ast.Name("·cells", ast.Load()), ast.Constant(node.id), ast.Load())
        read: ast.expr = (
            ast.Subscript(home, ast.Constant(ref.name), ast.Load())
            if isinstance(ref.home, dict)
            else ast.Attribute(home, "cell_contents", ast.Load())
        )
        return ast.copy_location(ast.fix_missing_locations(ast.copy_location(read, node)), node)


def save(text: str, path: str | os.PathLike[str]) -> Path:
    """Write a module's text: all of it or nothing."""
    target = Path(path)
    folder = target.parent
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{target.name}.", text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target
