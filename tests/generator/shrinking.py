"""A small program that fails in the same way: statements go, blocks unwrap, expressions shrink.

small, verdict = shrink(program, serial, verdict)
"""

import ast
import copy
import time
from dataclasses import replace

from .judging import judge, worth_judging


def shrink(program, serial, verdict, seconds=20.0):
    """The smallest program found, and its verdict, which is like the one given."""
    stop = time.monotonic() + seconds
    tried = {program.text}
    progress = True
    while progress and time.monotonic() < stop:
        progress = False
        for candidate in smaller(program):
            if time.monotonic() > stop:
                break
            key = candidate.text + repr((candidate.wrt, candidate.params))
            if key in tried:
                continue
            tried.add(key)
            if not worth_judging(candidate, serial):
                continue
            found = judge(candidate, serial, part=verdict.part)
            if found.failed and found.like(verdict):
                program, verdict, progress = candidate, found, True
                break
    return program, verdict


def smaller(program):
    """Programs with something less, the bolder ones first."""
    tree = ast.parse(program.text)
    for change in (*statements_less(tree), *expressions_less(tree)):
        try:
            yield replace(program, text=ast.unparse(ast.fix_missing_locations(change)) + "\n")
        except Exception:  # what is no program any more
            continue
    if len(program.wrt) > 1:
        for k in range(len(program.wrt)):
            yield replace(program, wrt=program.wrt[:k] + program.wrt[k + 1 :])
    f = tree.body[-1]
    used = {node.id for node in ast.walk(f) if isinstance(node, ast.Name)}
    for k, (name, _) in enumerate(program.params):
        if name not in used and program.wrt != (k,):
            fewer = copy.deepcopy(tree)
            del fewer.body[-1].args.args[k]
            wrt = tuple(p - (p > k) for p in program.wrt if p != k)
            params = program.params[:k] + program.params[k + 1 :]
            yield replace(program, text=ast.unparse(fewer) + "\n", params=params, wrt=wrt)


def blocks(tree):
    """(node, field) of every list of statements, outer ones first."""
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            if isinstance(getattr(node, field, None), list):
                yield node, field


def edited(tree, at, field, change):
    """A copy of the tree in which `change` was made to one list of statements."""
    twin = copy.deepcopy(tree)
    for (node, _), (other, _) in zip(blocks(tree), blocks(twin), strict=True):
        if node is at:
            setattr(other, field, change(list(getattr(other, field))))
            break
    return twin


def statements_less(tree):
    for node, field in list(blocks(tree)):
        items = getattr(node, field)
        if field == "orelse" and items:
            yield edited(tree, node, field, lambda _: [])
        if len(items) > 3:  # halves first
            half = len(items) // 2
            yield edited(tree, node, field, lambda now, half=half: now[half:])
            yield edited(tree, node, field, lambda now, half=half: now[:half] + now[-1:])
        for k in reversed(range(len(items))):
            if len(items) > 1 or field == "orelse":
                yield edited(tree, node, field, lambda now, k=k: now[:k] + now[k + 1 :])
            for inner in ("body", "orelse"):
                inside = getattr(items[k], inner, None)
                if (
                    isinstance(inside, list)
                    and inside
                    and not isinstance(items[k], ast.FunctionDef)
                ):
                    yield edited(
                        tree, node, field,
                        lambda now, k=k, inner=inner: now[:k] + getattr(now[k], inner) + now[k + 1 :],
                    )  # fmt: skip
        if len(items) == 1 and field == "body" and not isinstance(items[0], (ast.Pass, ast.Return)):
            yield edited(tree, node, field, lambda _: [ast.Pass()])


def expressions_less(tree):
    """Expressions that a part of them stands for, or a number."""
    places = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.BinOp, ast.Call, ast.IfExp, ast.BoolOp, ast.Compare, ast.UnaryOp,
                             ast.Subscript, ast.ListComp, ast.GeneratorExp, ast.Name, ast.List))
        and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
    ]  # fmt: skip
    for node in places:
        parts = [
            part
            for part in ast.iter_child_nodes(node)
            if isinstance(part, ast.expr) and not isinstance(part, (ast.Slice, ast.Lambda))
        ]
        if isinstance(node, ast.Call):
            parts = list(node.args)
        if isinstance(node, ast.Attribute):
            parts = []
        for part in [*parts, ast.Constant(0.7)]:
            yield replaced(tree, node, part)


def replaced(at, node, part):
    """A copy of the tree with one node replaced."""
    if at is node:
        return copy.deepcopy(part)
    if isinstance(at, list):
        return [replaced(item, node, part) for item in at]
    if isinstance(at, ast.AST):
        fields = {name: replaced(value, node, part) for name, value in ast.iter_fields(at)}
        return ast.copy_location(type(at)(**fields), at)
    return at
