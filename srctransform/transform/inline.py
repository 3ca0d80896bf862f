"""Splice called functions in, and decide before the program runs what can be decided.

    f(x)                         f(x)
      y = layer(W, x)        →     t = W @ x
      return y                     y = tanh(t)
                                   return y

One engine serves the user's program and the rules. It follows what callees are (functions,
closures, methods, partials, decorated functions), projects containers whose structure is known,
and takes the one arm of an `if` that a static condition leaves. For rules it also computes with
constants (`fold`), so that `axis is None` or `x.ndim == 2` cost nothing in the printed code.
"""

from __future__ import annotations

import functools
import inspect
import sys
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, Function, If, Let, Var, While
from ..rules.registry import STATIC
from ..runtime import known
from .calls import LIMIT, Calls
from .knowns import FOLDABLE


class Inliner(Calls):
    """Copies blocks into a builder."""

    def function(self, fn: Function) -> Function:
        """The function with everything spliced in; its parameters stay."""
        env: dict[Var, Atom] = {p.var: p.var for p in fn.params}
        if fn.span is not None:  # read from source, and not a wrapper around the call of it
            self.stack.append(fn.origin)
        results = self.block(fn.block, env)
        return replace(fn, block=self.builder.block(*results))

    def splice(self, fn: Function, args: list[Atom], out: Var | None = None) -> Atom:
        """The result of a function for these arguments (captures first), spliced in here."""
        if len(self.builder.defs) > LIMIT:
            raise UnsupportedError(
                f"the program has more than {LIMIT} statements once its calls are spliced in",
                fn.span,
            )
        variables = fn.captures + tuple(p.var for p in fn.params)
        env: dict[Var, Atom] = dict(zip(variables, args, strict=True))
        result = fn.block.results[0]
        if out is not None and out.hint and isinstance(result, Var) and result not in env:
            named = Var(out.hint, out.role, out.of, out.user)
            return self.block(fn.block, env, {result: named})[0]
        return self.block(fn.block, env)[0]

    def block(
        self, block: Block, env: dict[Var, Atom], names: dict[Var, Var] | None = None
    ) -> tuple[Atom, ...]:
        """Copy the statements of a block; `env` says what its variables have become."""
        names = names or {}
        for stmt in block.body:
            match stmt:
                case Let():
                    new = Let(
                        names.get(stmt.out) or self.copy(stmt.out, env),
                        stmt.prim,
                        tuple(_read(a, env) for a in stmt.args),
                        tuple((key, _read(a, env)) for key, a in stmt.kwargs),
                        self.place(stmt),
                        stmt.spelling,
                    )
                    env[stmt.out] = self.let(new)
                case If():
                    self.branch(stmt, env, names)
                case For() | While():
                    raise UnsupportedError("loops are not supported yet", stmt.span)
        return tuple(_read(a, env) for a in block.results)

    def copy(self, var: Var, env: dict[Var, Atom]) -> Var:
        """A variable of its own for this copy; a rule's local names are hints, not the user's."""
        of = env.get(var.of, var.of) if var.of is not None else None
        of = of if isinstance(of, Var) else var.of
        return Var(var.hint, var.role, of, var.user and not self.fold)

    def branch(self, stmt: If, env: dict[Var, Atom], names: dict[Var, Var]) -> None:
        cond = _read(stmt.cond, env)
        decided, value = self.static(cond)
        if decided:
            taken = stmt.then if value else stmt.orelse
            inner = {a: names[o] for o, a in zip(stmt.outs, taken.results, strict=True)
                     if o in names and isinstance(a, Var) and a not in env}  # fmt: skip
            results = self.block(taken, env, inner)
            env.update(zip(stmt.outs, results, strict=True))
            return
        outs = tuple(names.get(o) or self.copy(o, env) for o in stmt.outs)
        self.builder.branch(
            cond,
            lambda: self.block(stmt.then, env),
            lambda: self.block(stmt.orelse, env),
            outs,
            self.place(stmt),
        )
        env.update(zip(stmt.outs, outs, strict=True))

    def place(self, stmt: Let | If) -> Span | None:
        """The user's place: what a rule does is done where the user calls the function."""
        own, around = stmt.span, self.builder.span
        return around or own if self.fold else own or around

    def let(self, let: Let) -> Atom:
        """Add one statement, or what it comes to."""
        prim = let.prim
        if not self.fold:
            refuse_out(let)
        match prim:
            case builtin if builtin is getattr:
                return self.attribute(let)
            case prims.call_method:
                return self.method(let)
            case prims.call:
                kwargs = dict(let.kwargs)
                return self.call(let.args[0], list(let.args[1:]), kwargs, let)
            case prims.apply:
                return self.starred_call(let)
            case prims.map_list | prims.only_if:
                return self.comprehension(let)
            case prims.unpack | prims.unpack_starred:
                return self.unpack(let)
        if prim is known:
            return Const(all(self.decided(a) for a in let.args))
        if prim in (prims.closure, prims.first_of, prims.global_ref):
            return self.builder.add_let(let)
        simple = self.structure(let)
        if simple is not None:
            return simple
        if (self.fold or prim in STATIC) and (prim in FOLDABLE or prim in STATIC):
            values = [self.static(a) for a in let.args]
            named = {key: self.static(a) for key, a in let.kwargs}
            if all(ok for ok, _ in [*values, *named.values()]):
                return self.computed_now(
                    let, [v for _, v in values], {k: v for k, (_, v) in named.items()}
                )
        if self.is_primitive(prim):
            return self.builder.add_let(let)
        return self.call(Const(prim, let.spelling), list(let.args), dict(let.kwargs), let)

    def computed_now(self, let: Let, args: list[Any], kwargs: dict[str, Any]) -> Const:
        """The value of a call with constants; a refusal by it gets the user's place."""
        try:
            return Const(let.prim(*args, **kwargs))
        except UnsupportedError as error:
            first = error.problems[0]
            if first.span is not None:
                raise
            raise UnsupportedError(replace(first, span=self.builder.span or let.span)) from None


def _read(atom: Atom, env: dict[Var, Atom]) -> Atom:
    if isinstance(atom, Const):
        return atom
    value = env.get(atom, atom)
    if isinstance(value, Const) and value.value is UNBOUND:
        raise UnsupportedError(f"{atom.hint!r} may be read before it is assigned")
    return value


def refuse_out(let: Let) -> None:
    """Refuse `out=`, by which NumPy's functions write into an array."""
    fn = let.prim
    if not isinstance(fn, np.ufunc) and not str(getattr(fn, "__module__", "")).startswith("numpy"):
        return
    out = dict(let.kwargs).get("out", Const(None))
    if len(let.args) > 1 and not isinstance(fn, np.ufunc):
        place = place_of_out(fn)
        out = let.args[place] if place < len(let.args) else out
    by_place = isinstance(fn, np.ufunc) and len(let.args) > fn.nin
    if by_place or not (isinstance(out, Const) and out.value is None):
        raise UnsupportedError(
            f"np.{fn.__name__} writes into its argument `out`, which is not supported",
            let.span,
            "use the value it returns",
        )


@functools.cache
def place_of_out(fn: Any) -> int:
    """Which positional parameter of a NumPy function is `out`; past all where there is none."""
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return sys.maxsize
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    plain = [n for n, p in parameters.items() if p.kind in by_place]
    return plain.index("out") if "out" in plain else sys.maxsize
