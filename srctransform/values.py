"""Run a program's IR on arguments, and keep what every statement gave and its adjoint.

    run(f, ir, options, (2.0, 3.0))       f(x, y) = sin(x * y):
    t1 = x * y     6.0     dt1 = cos(6.0)
    return sin(t1)

The run takes the arms and turns that the arguments take, so what is left is a list of statements
without branches. An adjoint is a derivative by something added to the value: t1 = x * y + e, for
e = 0; so the adjoints come from the same reverse mode as every gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .errors import UnsupportedError
from .ir import prims
from .ir.evaluate import evaluate
from .ir.nodes import Atom, Block, Const, For, Function, If, Let, Param, Var, While
from .ir.walk import with_block
from .pipeline import Options, derive_ir, prepared_for
from .transform.prepare import analyse, param_types_of
from .trees import fresh, is_number, mapped


@dataclass
class Run:
    """A program, the values of its variables, and their adjoints where they are active."""

    function: Function
    active: set[Var] = field(default_factory=set)
    values: dict[Var, Any] = field(default_factory=dict)
    adjoints: dict[Var, Any] = field(default_factory=dict)


def run(f: Callable[..., Any], ir: Function, options: Options, args: tuple[Any, ...]) -> Run:
    """The run of a function, with the adjoints for a result whose cotangent is ones."""
    bound = inspect.signature(f).bind(*args)
    bound.apply_defaults()
    example = tuple(fresh(bound.arguments[p.name]) for p in ir.params)
    trace = Trace()
    program = prepared_for(ir, options).function
    trace.values.update(zip((p.var for p in program.params), example, strict=True))
    with np.errstate(all="ignore"):
        results = trace.block(program.block, ())
    flat = with_block(program, Block((), tuple(trace.lets), results))
    wrt = tuple(p.var for p in flat.params if p.name in options.wrt)
    active = analyse(flat, wrt, param_types_of(flat, example, wrt), live_globals=True).active
    return Run(flat, active, trace.values, _adjoints(flat, active, trace.values, options))


class Trace:
    """What a run does: statements without blocks, and the values they gave."""

    def __init__(self) -> None:
        self.lets: list[Let] = []
        self.values: dict[Var, Any] = {}
        self.atoms: dict[Var, Atom] = {}  # a variable of a block -> what it is in this turn

    def now(self, atom: Atom) -> Atom:
        return self.atoms.get(atom, atom) if isinstance(atom, Var) else atom

    def value(self, atom: Atom) -> Any:
        atom = self.now(atom)
        return self.values[atom] if isinstance(atom, Var) else atom.value

    def block(self, block: Block, given: tuple[Atom, ...]) -> tuple[Atom, ...]:
        self.atoms.update(zip(block.params, given, strict=True))
        for stmt in block.body:
            results: tuple[Atom, ...]
            match stmt:
                case Let():
                    self.let(stmt)
                    continue
                case If():
                    results = self.block(stmt.then if self.value(stmt.cond) else stmt.orelse, ())
                case For():
                    results = tuple(map(self.now, stmt.init))
                    for item in self.items(stmt):
                        results, stopped = self.round(stmt, (item, *results))
                        if stopped:
                            break
                case While():
                    results = tuple(map(self.now, stmt.init))
                    stopped = False
                    while not stopped and self.value(self.block(stmt.test, results)[0]):
                        results, stopped = self.round(stmt, results)
            self.atoms.update(zip(stmt.outs, results, strict=True))
        return tuple(map(self.now, block.results))

    def round(self, stmt: For | While, given: tuple[Atom, ...]) -> tuple[tuple[Atom, ...], bool]:
        """What a loop carries after a round, and whether it stopped there."""
        results = self.block(stmt.body, given)
        return (results[:-1], bool(self.value(results[-1]))) if stmt.stops else (results, False)

    def let(self, stmt: Let) -> None:
        args = tuple(map(self.now, stmt.args))
        kwargs = tuple((key, self.now(a)) for key, a in stmt.kwargs)
        out = replace(stmt.out) if stmt.out in self.values else stmt.out  # in another turn
        self.values[out] = stmt.prim(
            *map(self.value, args), **{key: self.value(a) for key, a in kwargs}
        )
        self.atoms[stmt.out] = out
        self.lets.append(replace(stmt, out=out, args=args, kwargs=kwargs))

    def items(self, stmt: For) -> list[Atom]:
        """What a loop goes over; entries of an array or a list are read from it."""
        iterable, values = self.now(stmt.iterable), self.value(stmt.iterable)
        if isinstance(values, range):
            return [Const(k) for k in values]
        if not isinstance(values, np.ndarray | list | tuple):
            kind = type(values).__name__
            raise UnsupportedError(f"a picture does not follow a loop over a {kind}", stmt.span)
        found: list[Atom] = []
        for k in range(len(values)):
            var = Var(stmt.body.params[0].hint)
            self.let(Let(var, prims.getitem, (iterable, Const(k)), span=stmt.span))
            found.append(var)
        return found


def _adjoints(
    flat: Function, active: set[Var], values: dict[Var, Any], options: Options
) -> dict[Var, Any]:
    """The derivative of the result by every active number, those that were put in too."""
    of: dict[str, Var] = {}
    extra: list[Param] = []
    params = {p.name: p.var for p in flat.params}
    body: list[Let] = []
    atoms: dict[Var, Atom] = {}
    for let in flat.block.body:
        assert isinstance(let, Let)
        args = tuple(atoms.get(a, a) if isinstance(a, Var) else a for a in let.args)
        kwargs = tuple((k, atoms.get(a, a) if isinstance(a, Var) else a) for k, a in let.kwargs)
        body.append(replace(let, args=args, kwargs=kwargs))
        if let.out in active and is_number(values[let.out]):
            name, added, moved = f"added to {len(of)}", Var("e"), Var(let.out.hint)
            of[name] = let.out
            extra.append(Param(added, name, inspect.Parameter.POSITIONAL_OR_KEYWORD))
            body.append(Let(moved, prims.BINARY["Add"], (let.out, added)))
            atoms[let.out] = moved
    (result,) = flat.block.results
    moved_result = atoms.get(result, result) if isinstance(result, Var) else result
    opened = replace(
        flat, params=flat.params + tuple(extra), block=Block((), tuple(body), (moved_result,))
    )
    given = [values[p.var] for p in flat.params]
    given += [np.zeros_like(values[of[p.name]])[()] for p in extra]
    wrt = (*options.wrt, *of)
    pulled = derive_ir(opened, replace(options, wrt=wrt, example=tuple(given)))
    out = values[result] if isinstance(result, Var) else result.value
    with np.errstate(all="ignore"):
        found = evaluate(pulled, *given, mapped(out, _ones))
    return {(params | of)[name]: g for name, g in zip(wrt, found, strict=True)}


def _ones(x: Any) -> Any:
    """The cotangent of a sum of entries, in floating point of the same precision."""
    kind = np.result_type(x)
    return np.ones(np.shape(x), kind if kind.kind in "fc" else float)[()]
