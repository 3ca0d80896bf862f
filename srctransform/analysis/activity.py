"""IR -> the variables that matter to a derivative: they vary with the inputs and reach the result.

a = sin(x)      a varies
n = shape(a)    n does not: shapes have no derivative
b = cos(w)      b does not vary with x
return a        so {x, a} is active

A carried value of a loop varies if it does at first or after some round, and is useful if it is
behind the loop or in a next round. Both sets only grow, so a body is walked again only when a
carried value was added at its end.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..ir import prims
from ..ir.nodes import Atom, Block, For, If, Let, Var, While
from ..ir.walk import blocks, operands
from ..rules.registry import rule_of
from .loops import carried
from .types import Types


def active_vars(block: Block, inputs: Iterable[Var], types: Types) -> set[Var]:
    """The variables that depend on `inputs` and on which a result depends, smoothly."""
    forward = _Varied(inputs, types)
    forward.block(block)
    backward = _Useful(forward.found)
    backward.add(block.results)
    backward.block(block)
    return forward.found & backward.found


def varied_vars(block: Block, inputs: Iterable[Var], types: Types) -> set[Var]:
    """The variables that depend on `inputs`, smoothly."""
    forward = _Varied(inputs, types)
    forward.block(block)
    return forward.found


def blocks_derivative(stmt: Let) -> bool:
    """Is the result constant as far as derivatives go, whatever the operands do?"""
    rule = rule_of(stmt.prim)
    return (rule is not None and rule.constant) or stmt.prim in INERT


INERT = frozenset({
    print, isinstance, len, type, id, repr, str, bool, int, range, prims.fstring, prims.assert_,
    prims.is_in, prims.not_in, prims.dtype_of, prims.raise_, prims.set_errors,
    prims.restore_errors, prims.new_stack,
})  # fmt: skip


class _Varied:
    """What depends on the inputs, smoothly: a walk forward."""

    def __init__(self, inputs: Iterable[Var], types: Types) -> None:
        self.found = set(inputs)
        self.types = types
        self.stacks = 0

    def reads(self, atoms: Iterable[Atom]) -> bool:
        return any(a in self.found for a in atoms if isinstance(a, Var))

    def add(self, var: Var) -> bool:
        """Note that a variable varies, unless its type says it cannot. Is that news?"""
        kind = self.types.of(var)
        if var in self.found or (kind.kind == "num" and kind.dtype in ("int", "bool")):
            return False
        self.found.add(var)
        return True

    def block(self, block: Block) -> None:
        for stmt in block.body:
            match stmt:
                case Let():
                    if stmt.prim is prims.push:
                        if self.reads(stmt.args[1:]):
                            self.stacks += self.add(stmt.args[0])  # type: ignore[arg-type]
                    elif not blocks_derivative(stmt) and self.reads(operands(stmt)):
                        if stmt.prim not in (list, tuple) or not self.gives_keys(stmt.args[0]):
                            self.add(stmt.out)
                case If():
                    for arm in blocks(stmt):
                        self.block(arm)
                        self.pass_on(arm.results, stmt.outs)
                case For() | While():
                    self.loop(stmt)

    def gives_keys(self, iterable: Atom) -> bool:
        """Is it a dict, whose keys have no derivative?"""
        return self.types.of(iterable).kind == "dict"

    def pass_on(self, sources: Iterable[Atom], targets: Iterable[Var]) -> bool:
        """Each target varies if its source does. Is one of them news?"""
        pairs = zip(sources, targets, strict=False)
        news = [self.add(target) for source, target in pairs if self.reads([source])]
        return any(news)

    def loop(self, stmt: For | While) -> None:
        params = carried(stmt)
        self.pass_on(stmt.init, params)
        if isinstance(stmt, For) and not self.gives_keys(stmt.iterable):
            self.pass_on([stmt.iterable], stmt.body.params[:1])
        again = True
        while again:
            before = self.stacks
            self.block(stmt.body)
            again = self.pass_on(stmt.body.results, params) or self.stacks > before
        self.pass_on(params, stmt.outs)


class _Useful:
    """What the result depends on: a walk backward, through statements that vary."""

    def __init__(self, varied: set[Var]) -> None:
        self.found: set[Var] = set()
        self.varied = varied

    def add(self, atoms: Iterable[Atom]) -> bool:
        """Note that atoms are useful. Is one of them news?"""
        new = {a for a in atoms if isinstance(a, Var)} - self.found
        self.found |= new
        return bool(new)

    def wanted(self, targets: Iterable[Var], sources: Iterable[Atom]) -> list[Atom]:
        """The sources whose targets are useful and vary."""
        pairs = zip(targets, sources, strict=False)
        return [s for t, s in pairs if t in self.found and t in self.varied]

    def block(self, block: Block) -> None:
        for stmt in reversed(block.body):
            match stmt:
                case Let():
                    if stmt.prim is prims.push:
                        self.add(self.wanted(stmt.args[:1], stmt.args[1:]))  # type: ignore[arg-type]
                    elif self.wanted([stmt.out], [stmt.out]):
                        self.add(operands(stmt))
                case If():
                    for arm in blocks(stmt):
                        self.add(self.wanted(stmt.outs, arm.results))
                        self.block(arm)
                case For() | While():
                    self.loop(stmt)

    def loop(self, stmt: For | While) -> None:
        params, results = carried(stmt), stmt.body.results
        self.add(self.wanted(stmt.outs, results))
        again = True
        while again:
            self.block(stmt.body)
            again = self.add(self.wanted(params, results))
        self.add(self.wanted(stmt.outs, stmt.init))
        self.add(self.wanted(params, stmt.init))
        if isinstance(stmt, For):
            self.add(self.wanted(stmt.body.params, [stmt.iterable]))
