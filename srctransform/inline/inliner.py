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

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.types import Types
from ..errors import Span, UnsupportedError
from ..ir import prims
from ..ir.branches import export_from_branches
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..rules.higher_order import higher_order_of
from ..rules.registry import STATIC, rule_of
from ..runtime import known
from .calls import LIMIT, Calls
from .knowns import FOLDABLE
from .memory import Memory, NeedsNumber
from .objects import SPECIAL
from .recursion import Recursive
from .writes import INPLACE

#: the package whose constants stay what they are
RULES = __name__.partition(".")[0] + ".rules"

#: what conditions are made of
QUESTIONS = frozenset({
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, operator.not_,
})  # fmt: skip

#: what is computed now where a text is an operand
MAKES_TEXT = frozenset({prims.fstring, str})
OF_TEXT = frozenset({operator.getitem, operator.add, int, len, prims.is_in, prims.not_in})


class Inliner(Calls):
    """Copies blocks into a builder."""

    def function(self, fn: Function) -> Function:
        """The function with everything spliced in; its parameters stay."""
        while True:
            try:
                return self.whole(fn)
            except NeedsNumber as found:
                if found.statement in self.guarded:
                    raise found.refusal from None
                self.guarded.add(found.statement)
                self.memory = Memory(self.types)
                for held in (self.builder.stmts, self.units, self.stack, self.frames):
                    held.clear()

    def whole(self, fn: Function) -> Function:
        """The function, with what is known so far of the numbers it changes in place."""
        env: dict[Var, Atom] = {p.var: p.var for p in fn.params}
        self.defaults = {p.var for p in fn.params if _may_change(p.default)}
        if fn.span is not None:  # read from source, and not a wrapper around the call of it
            self.stack.append(fn.origin)
            self.frames.append((fn.origin, [p.var for p in fn.params]))
        try:
            results = self.block(fn.block, env)
        except Recursive as found:
            if found.fn is not fn.origin:
                raise
            del self.builder.stmts[:]
            self.stack.clear()
            args: list[Atom] = [p.var for p in fn.params]
            made = self.new_unit(fn.origin, fn, args)
            results = (self.call_unit(made, args, Let(Var(), prims.call, span=fn.span)),)
        results = tuple(self.leaving(a) for a in results)
        block = self.builder.block(*results)
        return replace(fn, block=export_from_branches(block) if self.reads_arms else block)

    def inner(self, builder: Builder, types: Types) -> Inliner:
        """An inliner for a unit."""
        made = Inliner(builder, types)
        made.units, made.lowered, made.guarded = self.units, self.lowered, self.guarded
        return made

    def leaving(self, atom: Atom) -> Atom:
        """A value the function returns: it holds what was written last."""
        value = self.now(atom)
        roots = {key[0] for key in self.memory.current if isinstance(key, tuple)}
        if isinstance(value, Var) and roots and self.memory.root(value) in roots:
            written = [
                key[1] for key, held in self.memory.current.items()
                if isinstance(key, tuple) and key[0] is self.memory.root(value)
                and held not in self.memory.loads
            ]  # fmt: skip
            if written:
                raise UnsupportedError(
                    f"an object is returned whose attribute .{written[0]} was written",
                    None,
                    "return its attributes, or make it a dataclass",
                )
        return value

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
            self.reading = self.place(stmt) or self.reading
            match stmt:
                case Let():
                    self.refuse_unbound(stmt, env)
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
                    self.loop_statement(stmt, env, names)
        return tuple(_read(a, env) for a in block.results)

    def refuse_unbound(self, stmt: Let, env: dict[Var, Atom]) -> None:
        """Raise UnsupportedError for a read of a name that certainly has no value."""
        for atom in stmt.args:
            value = env.get(atom) if isinstance(atom, Var) else None
            if isinstance(value, Const) and value.value is UNBOUND:
                assert isinstance(atom, Var)
                raise UnsupportedError(
                    f"{atom.hint!r} may be read before it is assigned", stmt.span
                )

    def copy(self, var: Var, env: dict[Var, Atom]) -> Var:
        """A variable of its own for this copy; a rule's local names are hints, not the user's."""
        of = env.get(var.of, var.of) if var.of is not None else None
        of = of if isinstance(of, Var) else var.of
        return Var(var.hint, var.role, of, var.user and not self.fold)

    def branch(self, stmt: If, env: dict[Var, Atom], names: dict[Var, Var]) -> None:
        cond = self.now(_read(stmt.cond, env))
        decided, value = self.static(cond)
        if decided:
            taken = stmt.then if value else stmt.orelse
            inner = {a: names[o] for o, a in zip(stmt.outs, taken.results, strict=True)
                     if o in names and isinstance(a, Var) and a not in env}  # fmt: skip
            results = self.block(taken, env, inner)
            env.update(zip(stmt.outs, results, strict=True))
            return
        outs = tuple(names.get(o) or self.copy(o, env) for o in stmt.outs)
        results = self.choose(
            cond,
            (lambda: self.block(stmt.then, env), lambda: self.block(stmt.orelse, env)),
            outs,
            self.place(stmt),
        )
        env.update(zip(stmt.outs, results, strict=True))

    def place(self, stmt: Stmt) -> Span | None:
        """The user's place: what a rule does is done where the user calls the function."""
        own, around = stmt.span, self.builder.span
        return around or own if self.fold else own or around

    def let(self, let: Let) -> Atom:
        """Add one statement, or what it comes to."""
        if self.fold:
            return self.simplest(let)
        effect = self.effect(let)
        if effect is not None:
            return effect
        if self.memory.current or self.memory.stale:
            let = replace(
                let,
                args=tuple(self.now(a) for a in let.args),
                kwargs=tuple((key, self.now(a)) for key, a in let.kwargs),
            )
        written = self.with_out(let)
        if written is not None:
            return written
        result = self.simplest(let)
        made = self.builder.defs.get(result) if isinstance(result, Var) else None
        if isinstance(made, Let) and result not in self.memory.parent:
            self.born(result, made)
        return result

    def effect(self, let: Let) -> Atom | None:
        """A statement that changes an object; None if it changes none."""
        prim = let.prim
        if prim in INPLACE:
            return self.augmented(let)
        match prim:
            case prims.set_item:
                return self.set_item(let)
            case prims.update_item:
                return self.update_item(let)
            case prims.del_item:
                return self.delete_item(let)
            case prims.set_attr:
                return self.set_attr(
                    let.args[0], self.static(let.args[1])[1], self.now(let.args[2]), let
                )
            case prims.update_attr:
                base, name, op, value = let.args
                assert isinstance(op, Const)
                read = Let(Var(), getattr, (base, name), span=let.span)
                old = self.let(read)
                new = self.augmented(Let(Var(), op.value, (old, value), span=let.span))
                return self.set_attr(base, self.static(name)[1], new, let)
        return None

    def simplest(self, let: Let) -> Atom:
        """The statement, or what it comes to by what is known."""
        prim = let.prim
        if prim in SPECIAL and not self.fold:
            own = self.operated(let)
            if own is not None:
                return own
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
            case prims.make_dict if not self.decided(let.args[0]):
                return self.keyed(let)
        if prim is known:
            return Const(all(self.decided(a) for a in let.args))
        if prim is prims.global_ref and self.fold:
            ref = self.static(let.args[0])[1]
            package = ref.home.get("__package__") if isinstance(ref.home, dict) else ""
            if str(package).startswith(RULES) and isinstance(ref(), float | complex):
                return Const(ref())  # a constant of the calculus
        if prim in (prims.closure, prims.first_of, prims.global_ref):
            return self.builder.add_let(let)
        defined = (
            None if self.fold else self.by_definition(prim, list(let.args), dict(let.kwargs), let)
        )
        if defined is not None:
            return defined
        simple = self.structure(let)
        if simple is not None:
            return simple
        if (self.fold and prim in FOLDABLE) or prim in STATIC or self.is_decided(let):
            values = [self.static(a) for a in let.args]
            named = {key: self.static(a) for key, a in let.kwargs}
            if all(ok for ok, _ in [*values, *named.values()]):
                return self.computed_now(
                    let, [v for _, v in values], {k: v for k, (_, v) in named.items()}
                )
        if self.is_primitive(prim) and (self.fold or higher_order_of(prim) is None):
            return self.builder.add_let(self.of_arrays(let))
        return self.call(Const(prim, let.spelling), list(let.args), dict(let.kwargs), let)

    def keyed(self, let: Let) -> Atom:
        """A dict whose keys are known only as the program runs is written key by key."""
        made: Atom = self.builder.let(prims.make_dict, Const(()), span=let.span)
        for key, value in zip(self.items(let.args[0]) or [], let.args[1:], strict=True):
            made = self.let(Let(Var(), prims.store, (made, value, key), span=let.span))
        return made

    def of_arrays(self, let: Let) -> Let:
        """A function of NumPy makes an array of the list it is given; so rules never meet one."""
        rule = rule_of(let.prim)
        if rule is None or rule.containers or not rule.differentiable or rule.signature is None:
            return let
        module = str(getattr(let.prim, "__module__", ""))
        if self.fold or not (isinstance(let.prim, np.ufunc) or module.startswith("numpy")):
            return let
        names = list(rule.signature.parameters)
        places = {k for k, name in enumerate(names) if name in rule.args}
        args = [self.array_of(a, let) if k in places else a for k, a in enumerate(let.args)]
        kwargs = [(n, self.array_of(a, let) if n in rule.args else a) for n, a in let.kwargs]
        return replace(let, args=tuple(args), kwargs=tuple(kwargs))

    def array_of(self, atom: Atom, let: Let) -> Atom:
        if self.types.of(atom).kind not in ("list", "tuple") or self.decided(atom):
            return atom
        return self.builder.let(np.array, atom, span=let.span)

    def is_decided(self, let: Let) -> bool:
        """Is it a question about plain constants, such as the keys of a dict in a loop over it?"""
        found = [self.static(a) for a in let.args]
        if let.prim in MAKES_TEXT and all(ok for ok, _ in found):
            return all(isinstance(value, int | str | tuple) for _, value in found)
        if let.prim in OF_TEXT and all(ok for ok, _ in found):
            return isinstance(found[0][1], str) or isinstance(found[-1][1], str)
        if let.prim not in QUESTIONS:
            return False
        plain = all(ok and isinstance(value, int | float | str | None) for ok, value in found)
        alike = all(isinstance(v, str) for _, v in found) or not any(
            isinstance(v, str | None) for _, v in found
        )
        return plain and (alike or let.prim in (operator.eq, operator.ne, operator.not_))

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
    return atom if isinstance(atom, Const) else env.get(atom, atom)


def _may_change(default: Const | None) -> bool:
    """Is a parameter's default value one that a call can change?"""
    kept = (int, float, complex, str, bytes, tuple, range, slice, np.generic, type(None))
    return default is not None and not isinstance(default.value, kept)
