"""Apply a derivative rule: lower it once, decide it for the operands at hand, splice it in."""

from __future__ import annotations

import functools
import operator
import types as pytypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gast

from ..analysis.types import Types
from ..errors import RuleError, UnsupportedError
from ..frontend.lower import Lowerer, lower
from ..frontend.source import Source
from ..inline.inliner import Inliner
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, If, Let, Var
from ..ir.types import Type, same_shape
from ..ir.units import Unit
from ..rules.registry import Rule, refusal_of, rule_of
from .operands import Operand

#: where our own rules are
PACKAGE = str(Path(__file__).parent.parent)


@dataclass
class Bound:
    """A primitive's operands by the names its rule gives them."""

    rule: Rule
    let: Let
    arguments: dict[str, Atom]

    def differentiable(self) -> list[tuple[str, Atom]]:
        """(name, operand) of each argument the rule differentiates by, as far as it was given.

        A starred argument stands for each of its operands.
        """
        return [(n, self.arguments[n]) for n in self.rule.args if n in self.arguments]

    def require_rule(self, moves: Callable[[Atom], bool]) -> None:
        """Refuse an operand that moves in a place by which the rule does not differentiate."""
        for name, atom in self.arguments.items():
            if moves(atom) and self.rule.refuses(name):
                raise UnsupportedError(
                    f"the derivative of {name_of(self.let)} by its argument {name!r} is not "
                    "supported",
                    self.let.span,
                    "if it is to be held constant, wrap it in stop_gradient",
                )


def bind(let: Let, builder: Builder) -> Bound:
    """Match the operands of a statement with the parameters of its rule."""
    rule = rule_of(let.prim)
    if rule is None:
        why = refusal_of(let.prim)
        raise UnsupportedError(
            f"no derivative rule for {name_of(let)}" + (f": {why}" if why else ""),
            let.span,
            'give it one with srctransform.rules (README, "Adding a rule")',
        )
    if rule.signature is None:
        raise RuleError(f"the rule of {name_of(let)} has no signature: it needs a vjp", rule.place)
    formulas = isinstance(rule.partials, tuple)
    if formulas and not let.kwargs and len(let.args) == len(rule.args):
        return Bound(rule, let, dict(zip(rule.args, let.args, strict=True)))
    try:
        bound = rule.signature.bind(*let.args, **dict(let.kwargs))
    except TypeError as error:
        raise UnsupportedError(
            f"the derivative rule of {name_of(let)} does not take these arguments: {error}",
            let.span,
            "leave the option out, or give a rule with srctransform.rules",
        ) from None
    arguments: dict[str, Atom] = {}
    for name, value in bound.arguments.items():
        kind = rule.signature.parameters[name].kind
        if kind is kind.VAR_POSITIONAL:
            value = builder.let(prims.make_tuple, *value)
        elif kind is kind.VAR_KEYWORD:
            extra = ", ".join(value)
            raise UnsupportedError(
                f"the derivative rule of {name_of(let)} does not know {extra}", let.span
            )
        arguments[name] = value
    return Bound(rule, let, arguments)


class RuleSplicer:
    """Splices rules into a builder."""

    def __init__(self, builder: Builder, types: Types, moves: Callable[[Atom], bool]) -> None:
        self.builder, self.types = builder, types
        self.inliner = Inliner(builder, types, fold=True)
        self.moves = moves  # has an operand a derivative?

    def partials(self, bound: Bound, wanted: list[str]) -> dict[str, Atom]:
        """The partial derivative by each wanted argument of an elementwise function."""
        rule = bound.rule
        self.refuse_sparse(bound, wanted)
        if callable(rule.partials):
            results = self.call(lowered(rule.partials), rule, bound, {}, ())
            parts = self.parts(results, rule, len(rule.args))
            return {n: p for n, p in zip(rule.args, parts, strict=True) if not is_none(p)}
        assert rule.partials is not None
        out = {}
        for name, formula in zip(rule.args, rule.partials, strict=True):
            if name in wanted and formula not in ("", "0"):
                namespace = _Namespace(rule.namespace)
                fn = lowered_formula(formula, rule.args, id(rule.namespace), namespace)
                out[name] = self.formula(fn, rule, bound)
        return out

    def formula(self, fn: Function, rule: Rule, bound: Bound) -> Atom:
        """The value of a formula. There is nothing to decide in one of elementwise operations on
        values that are not known yet: its statements go in as they are."""
        known = any(map(self.inliner.decided, bound.arguments.values()))
        if known or not is_arithmetic(fn):
            return self.call(fn, rule, bound, {}, ())
        values = {"z": bound.let.out, **bound.arguments}
        env: dict[Atom, Atom] = {p.var: values[p.name] for p in fn.params}
        for let in fn.block.body:
            assert isinstance(let, Let)
            args = tuple([env.get(a, a) for a in let.args])
            made = Let(Var(), let.prim, args, (), self.builder.span, let.spelling)
            env[let.out] = self.builder.add_let(made)
        return env[fn.block.results[0]]

    def vjp(self, bound: Bound, dz: Atom) -> dict[str, Atom]:
        """The cotangent of each differentiable argument."""
        rule = bound.rule
        self.refuse_sparse(bound, [])
        assert rule.vjp is not None
        results = self.call(lowered(rule.vjp), rule, bound, {"dz": dz}, ())
        return dict(zip(rule.args, self.parts(results, rule, len(rule.args)), strict=True))

    def refuse_sparse(self, bound: Bound, wanted: list[str]) -> None:
        """A rule for arrays is not taken for one of sparse matrices, but for products with numbers
        that have no derivative themselves."""
        kinds = {name: self.types.of(a) for name, a in bound.arguments.items()}
        if bound.rule.sparse or not any(k.sparse for k in kinds.values()):
            return
        scaled = bound.let.prim in (operator.mul, operator.truediv)
        if scaled and all(kinds[n].sparse if n in wanted else kinds[n].is_scalar for n in kinds):
            return
        raise UnsupportedError(
            f"{name_of(bound.let)} of a sparse matrix has no derivative rule",
            bound.let.span,
            "use @, + and -, or .toarray()",
        )

    def require_cotangent(self, bound: Bound, name: str, g: Atom) -> None:
        """Raise RuleError for a cotangent that is known not to have its argument's shape."""
        have, want = self.types.of(g), self.types.of(bound.arguments[name])
        self.require(bound, have, want, same_shape(have.shape, want.shape), f"cotangent of {name}")

    def require_tangent(self, bound: Bound, dot: Atom) -> None:
        """Raise RuleError for a tangent that is known to be larger than the result."""
        have, want = self.types.of(dot), self.types.of(bound.let.out)
        smaller = (have.rank or 0) <= (want.rank or 0)
        self.require(bound, have, want, smaller, "tangent")

    def require(self, bound: Bound, have: Type, want: Type, fits: bool, what: str) -> None:
        known = have.kind == want.kind == "num" and None not in (have.rank, want.rank)
        if known and not fits and is_users(bound.rule):
            raise RuleError(
                f"the rule of {name_of(bound.let)} gives a {what} of rank {have.rank}, where "
                f"rank {want.rank} is needed",
                bound.rule.place,
            )

    def jvp(self, bound: Bound, dots: dict[str, Atom]) -> list[Atom]:
        """The contribution of each active argument to the tangent of the result."""
        rule = bound.rule
        self.refuse_sparse(bound, [])
        assert rule.jvp is not None
        given = {f"{name}_dot": dots.get(name, Const(None)) for name in rule.args}
        results = self.call(lowered(rule.jvp), rule, bound, given, ())
        parts = self.parts(results, rule, len(rule.args))
        pairs = zip(rule.args, parts, strict=True)
        found = [p for name, p in pairs if name in dots and not is_none(p)]
        for dot in found:
            self.require_tangent(bound, dot)
        return found

    def call(
        self, fn: Function, rule: Rule, bound: Bound, extra: dict[str, Atom], _: tuple[()]
    ) -> Atom:
        values = {"z": bound.let.out, **bound.arguments, **extra}
        for name, atom in bound.arguments.items():
            if isinstance(atom, Const) and isinstance(atom.value, Unit):
                values[name] = Const(self.function_operand(atom.value, bound))
        args: list[Atom] = []
        for param in fn.params:
            if param.name in values:
                args.append(values[param.name])
            elif param.default is not None:
                args.append(param.default)
            else:
                kind = param.kind
                empty = prims.make_tuple if kind is kind.VAR_POSITIONAL else None
                args.append(self.builder.let(empty) if empty else Const(None))
        return self.inliner.splice(fn, args)

    def function_operand(self, unit: Unit, bound: Bound) -> Operand:
        """What a rule is given for a function of the user's."""
        args = self.inliner.items(bound.arguments["args"]) if "args" in bound.arguments else []
        moving = tuple(k for k, a in enumerate(args or []) if self.moves(a))
        make = type(self.builder.simplify) if self.builder.simplify is not None else None
        return Operand(unit, moving, len(args or []), make)

    def parts(self, result: Atom, rule: Rule, count: int) -> list[Atom]:
        """The single results of a rule, which gives a tuple where there are several."""
        made = self.inliner.defined_by(result, prims.make_tuple)
        if count == 1 and not (made is not None and len(made.args) == 1):
            return [result]
        if made is not None and len(made.args) == count:
            return list(made.args)
        if (
            isinstance(result, Const)
            and isinstance(result.value, tuple)
            and len(result.value) == count
        ):
            return [Const(v) for v in result.value]
        stmt = self.builder.defs.get(result) if isinstance(result, Var) else None
        if isinstance(stmt, If):  # the rule branches as the program runs
            return [self.inliner.project(result, k) for k in range(count)]
        raise RuleError(
            f"the rule of {getattr(rule.prim, '__name__', rule.prim)} must give {count} results, "
            f"one for each of {', '.join(rule.args)}",
            rule.place,
        )


def is_users(rule: Rule) -> bool:
    """Was the rule written by a user, and not for this package?"""
    return rule.place is None or not rule.place.file.startswith(PACKAGE)


def is_none(atom: Atom) -> bool:
    """Does the rule say that there is nothing to contribute?"""
    return isinstance(atom, Const) and atom.value is None


def name_of(let: Let) -> str:
    """How the user wrote the function that is called."""
    if let.spelling and not let.spelling.startswith("."):
        return let.spelling
    name = getattr(let.prim, "__name__", repr(let.prim))
    if isinstance(let.prim, pytypes.MethodType):  # stats.norm.logpdf
        owner = type(let.prim.__self__)
        namespace = owner.__module__.split("._")[0].removeprefix("scipy.")
        return f"{namespace}.{owner.__name__.removesuffix('_gen')}.{name}"
    module = (getattr(let.prim, "__module__", "") or "").replace("numpy", "np")
    if let.spelling.startswith("."):
        return let.spelling
    return f"{module.split('.')[0]}.{name}" if module.startswith(("np", "scipy")) else name


@functools.cache
def lowered(fn: Any) -> Function:
    """A rule, as IR."""
    return fn if isinstance(fn, Function) else lower(fn)


class _Namespace:
    """A rule's globals, hashable by identity."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def __hash__(self) -> int:
        return id(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Namespace) and other.names is self.names


@functools.cache
def is_arithmetic(fn: Function) -> bool:
    """Is a formula made of nothing but elementwise operations, each of some variable?"""
    for stmt in fn.block.body:
        rule = rule_of(stmt.prim) if isinstance(stmt, Let) and not stmt.kwargs else None
        if rule is None or not rule.elementwise:
            return False
        assert isinstance(stmt, Let)
        if not any(isinstance(a, Var) for a in stmt.args):
            return False
    return isinstance(fn.block.results[0], Var)


@functools.cache
def lowered_formula(formula: str, args: tuple[str, ...], _: int, namespace: _Namespace) -> Function:
    """`lambda z, *args: formula`, as IR."""
    text = f"lambda {', '.join(dict.fromkeys(('z', *args)))}: {formula}"
    tree = gast.parse(text, mode="eval").body
    source = Source("<rule>", (text,), namespace.names, {})
    return Lowerer(source).function(tree, [], [])
