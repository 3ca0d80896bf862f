"""The registry: what is known of each primitive, and how a rule is written.

Three forms, from frequent to rare; `z` is the result, the other letters are the arguments.

    partials(np.sin,     "x",    "np.cos(x)")             # elementwise: both modes from one line
    partials(np.arctan2, "y, x", "x / (x**2 + y**2)", "-y / (x**2 + y**2)")
    nondifferentiable(np.argmax, np.floor)

    linear(np.transpose, "a")                             # forward mode is the function itself
    @vjp(np.transpose)
    def transpose_vjp(dz, z, a, axes=None): ...           # one cotangent for each argument

    multilinear(np.matmul, "x, y")                        # linear in each, one at a time
    @jvp(np.linalg.det)
    def det_jvp(z, a, a_dot): ...                         # one contribution per tangent

A rule is an ordinary function of NumPy: it can be called, stepped through and tested. The tool
reads it with its own front end, decides every `if` that static facts decide (`axis is None`,
`x.ndim == 2`), and splices what is left into the derivative. Where facts are missing, a rule asks
`known(x.ndim)` and calls a helper of `runtime` instead, which is printed above the derivative.
Broadcasting, accumulation, activity, dtype and aliasing are the tool's job.

Three more ways, in files of their own: `higher_order` for functions that take functions (solvers,
integrals), whose rules are given the derivatives of the user's function; `formulas` for functions
that are followed as a few lines of NumPy; `numeric` for black boxes, by finite differences.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from ..errors import RuleError, Span
from ..ir.nodes import Prim

F = Callable[..., Any]
T = TypeVar("T")


@dataclass(slots=True)
class Rule:
    """All that is known of one primitive."""

    prim: Prim
    args: tuple[str, ...] = ()  # the differentiable arguments, in the order of the cotangents
    signature: inspect.Signature | None = None  # of the primitive, as the rule knows it
    partials: F | tuple[str, ...] | None = None
    namespace: dict[str, Any] = field(default_factory=dict)  # where formulas look up names
    vjp: F | None = None
    jvp: F | None = None
    linear: str = ""  # "", "joint" or "each"
    constant: bool = False  # no derivative: the result does not depend smoothly on anything
    still: tuple[str, ...] = ()  # the arguments that it does not depend on smoothly: axes, orders
    result: F | None = None  # types of the arguments -> type of the result
    inexact: bool = False  # the result is float even for int arguments
    real: bool = False  # the result is real even for complex arguments
    memory: str | F = "fresh"  # "fresh", "view" or "maybe": does it share memory with the first
    # operand? A function of the operands where it depends on them.
    domain: str = "real"  # where tests may evaluate it
    pointwise: bool = False  # each entry of the result depends on the operands' entries there only
    sparse: bool = False  # the operands may be matrices of scipy.sparse
    containers: bool = False  # the operands may be containers of arrays: np.stack, np.array
    place: Span | None = None

    @property
    def elementwise(self) -> bool:
        return self.partials is not None

    def refuses(self, name: str) -> bool:
        """Is there no derivative by this argument, though the result depends on it smoothly?"""
        if isinstance(self.partials, tuple) and name in self.args:
            return not self.partials[self.args.index(name)]
        return name not in self.args and name not in self.still and not self.is_helper

    @property
    def is_helper(self) -> bool:
        """Is it one of `runtime`? What their rules leave out are shapes, axes and places."""
        return (getattr(self.prim, "__module__", None) or "").startswith("srctransform.runtime")

    def memory_of(self, args: tuple[Any, ...]) -> str:
        """How the result of these operands shares memory."""
        return self.memory if isinstance(self.memory, str) else str(self.memory(*args))

    @property
    def differentiable(self) -> bool:
        return not self.constant and (self.partials is not None or self.vjp is not None)


_rules: dict[Any, Rule] = {}
_refusals: dict[Any, str] = {}
_waiting: dict[str, list[str]] = {}  # library -> the modules with its rules


def rule_of(prim: Any) -> Rule | None:
    """The rule of a primitive, or None. The function object is the key, never its name."""
    return looked_up(_rules, prim)


def looked_up(table: Mapping[Any, T], prim: Any) -> T | None:
    """What a table of rules says of a function, those of libraries imported since included."""
    try:
        found = table.get(prim)
        if found is None and _waiting and _read_rules():
            found = table.get(prim)
    except TypeError:  # unhashable callable
        return None
    return found


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of registration; of libraries, if they have been imported."""
    _read_rules()
    return tuple(_rules.values())


def rules_for(library: str, *modules: str) -> None:
    """The rules of a library are read once a program has imported it: rules_for("scipy.special",
    "srctransform.rules.scipy.special")."""
    _waiting.setdefault(library, []).extend(modules)


def _read_rules() -> bool:
    """Read the rules of libraries that have been imported since. Are there any?"""
    ready = [library for library in _waiting if library in sys.modules]
    for library in ready:
        for module in _waiting.pop(library):
            importlib.import_module(module)
    return bool(ready)


def refused(reason: str, *prims: Any) -> None:
    """Functions that have a derivative in places but no rule, and why not: a clear refusal.

    refused("its result is a text", np.array2string)
    """
    for prim in prims:
        _refusals[prim] = reason


def refusal_of(prim: Any) -> str | None:
    """Why a function is refused, where that is known."""
    return looked_up(_refusals, prim)


def _rule(prim: Any, place: Span | None) -> Rule:
    rule = _rules.get(prim)
    if rule is None:
        if not callable(prim):
            raise RuleError(f"{prim!r} is not a function, so it can have no rule", place)
        rule = _rules[prim] = Rule(prim)
    rule.place = place
    return rule


def _prims(prim: Any) -> tuple[Any, ...]:
    return prim if isinstance(prim, tuple) else (prim,)


def named(module: Any, names: str) -> tuple[Any, ...]:
    """The functions of a module by name, as far as its version has them."""
    return tuple(getattr(module, name) for name in names.split() if hasattr(module, name))


def _here() -> Span:
    frame = sys._getframe(2)
    import linecache

    line = frame.f_lineno
    text = linecache.getline(frame.f_code.co_filename, line).rstrip("\n")
    return Span(frame.f_code.co_filename, line, 0, line, len(text), text)


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.replace(",", " ").split())


@overload
def partials(
    prim: Any, args: str, formula: str, /, *formulas: str, domain: str = ..., inexact: bool = ...,
    real: bool = ...,
) -> None: ...  # fmt: skip
@overload
def partials(
    prim: Any, args: str = ..., *, domain: str = ..., inexact: bool = ..., real: bool = ...
) -> Callable[[F], F]: ...
def partials(
    prim: Any, args: str = "", *formulas: str, domain: str = "real", inexact: bool = False,
    real: bool = False,
) -> Any:  # fmt: skip
    """An elementwise function of NumPy, by its partial derivatives.

    `args` names the arguments; each formula is the partial by one of them, in terms of `z` and the
    arguments; "0" is an argument that the result does not depend on smoothly, "" one by which it
    cannot be differentiated here. Without formulas it is a decorator for a function
    `(z, *args) -> partials`. `prim` may be a tuple of functions that are the same one.
    `inexact`: float even for ints; `real`: real even for complex arguments.
    """
    place = _here()
    names = _split(args)

    def register(
        value: Any, names: tuple[str, ...], namespace: dict[str, Any], signature: inspect.Signature
    ) -> None:
        for p in _prims(prim):
            rule = _rule(p, place)
            rule.partials, rule.args, rule.namespace = value, names, namespace
            rule.vjp = rule.jvp = None
            rule.constant, rule.linear = False, ""
            rule.inexact, rule.real, rule.domain = inexact, real, domain
            rule.signature = signature

    if formulas:
        if len(formulas) != len(names):
            raise RuleError(
                f"{len(names)} arguments ({', '.join(names)}) but {len(formulas)} formulas", place
            )
        for formula in formulas:
            try:
                compile(formula or "0", "<formula>", "eval")
            except SyntaxError as error:
                raise RuleError(
                    f"the formula {formula!r} is no expression: {error.msg}", place
                ) from None
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        signature = inspect.Signature([inspect.Parameter(n, kind) for n in names])
        register(formulas, names, sys._getframe(1).f_globals, signature)
        return None

    def decorate(fn: F) -> F:
        parameters = list(inspect.signature(fn).parameters.values())[1:]
        signature = inspect.Signature(parameters)
        register(fn, names or tuple(signature.parameters), fn.__globals__, signature)
        return fn

    return decorate


def vjp(prim: Any, args: str = "") -> Callable[[F], F]:
    """Decorator: `rule(dz, z, *args)` gives one cotangent for each differentiable argument.

    The parameters after `dz, z` are those of the primitive, by the same names. The differentiable
    ones are `args`, or all parameters without a default. A single cotangent may be given bare.
    """
    place = _here()

    def decorate(fn: F) -> F:
        parameters = list(inspect.signature(fn).parameters.values())
        if [p.name for p in parameters[:2]] != ["dz", "z"]:
            raise RuleError(f"the first parameters of {fn.__name__!r} must be dz, z", place)
        signature = inspect.Signature(parameters[2:])
        plain = tuple(
            p.name for p in parameters[2:] if p.default is p.empty and p.kind is not p.VAR_KEYWORD
        )
        for p in _prims(prim):
            rule = _rule(p, place)
            rule.vjp, rule.signature = fn, signature
            rule.partials, rule.constant = None, False
            rule.args = _split(args) or (rule.args if rule.linear or rule.jvp else plain)
        return fn

    return decorate


def jvp(prim: Any) -> Callable[[F], F]:
    """Decorator: `rule(z, *args, x_dot, ...)` gives one contribution to the tangent of z for each
    parameter named `<arg>_dot`, in their order; the tool adds up those of active arguments."""
    place = _here()

    def decorate(fn: F) -> F:
        names = [n for n in inspect.signature(fn).parameters if n.endswith("_dot")]
        if not names:
            raise RuleError(f"no parameter of {fn.__name__!r} ends in _dot", place)
        for p in _prims(prim):
            rule = _rule(p, place)
            rule.jvp = fn
            rule.args = tuple(n.removesuffix("_dot") for n in names)
        return fn

    return decorate


def linear(prim: Any, args: str) -> None:
    """The function is linear in these arguments together: its tangent is it, of theirs."""
    _declare_linear(prim, args, "joint", _here())


def multilinear(prim: Any, args: str) -> None:
    """The function is linear in each of these arguments while the others stay."""
    _declare_linear(prim, args, "each", _here())


def _declare_linear(prim: Any, args: str, how: str, place: Span) -> None:
    for p in _prims(prim):
        rule = _rule(p, place)
        rule.linear, rule.args, rule.jvp, rule.constant = how, _split(args), None, False


def pointwise(*prims: Any) -> None:
    """Declare functions with a `vjp` that work entry by entry, as those with `partials` do."""
    place = _here()
    for prim in prims:
        _rule(prim, place).pointwise = True


def nondifferentiable(*prims: Any) -> None:
    """The derivative is zero wherever there is one: argmax, floor, comparisons, shapes."""
    place = _here()
    for prim in prims:
        rule = _rule(prim, place)
        rule.constant = True


def constant_in(prim: Any, args: str) -> None:
    """The result does not depend smoothly on these arguments: a condition, indices, a size. Any
    other argument without a derivative is refused where it is to be differentiated by."""
    for p in _prims(prim):
        rule = _rule(p, _here())
        rule.still = (*rule.still, *_split(args))


def takes_sparse(*prims: Any) -> None:
    """The rule is right of matrices of scipy.sparse too; it is refused for them without this."""
    for prim in prims:
        _rule(prim, _here()).sparse = True


def takes_containers(*prims: Any) -> None:
    """The operands may be tuples or lists of arrays, so using one does not make it a number."""
    for prim in prims:
        _rule(prim, _here()).containers = True


def result(
    prim: Any, *, memory: str | F = "fresh", inexact: bool = False, real: bool = False
) -> Callable[[F], F]:
    """Decorator: the type of the result. The function gets a `Type` for each argument that is a
    value of the program and the plain value of each that is a constant; it returns a Type, a
    shape, or None where it cannot tell."""

    def decorate(fn: F) -> F:
        for p in _prims(prim):
            rule = _rule(p, _here())
            rule.result, rule.memory = fn, memory
            rule.inexact, rule.real = inexact, real
        return fn

    return decorate


def memory(prim: Any, how: str) -> None:
    """Say whether the result shares memory with the first argument: fresh, view or maybe."""
    for p in _prims(prim):
        _rule(p, _here()).memory = how


_freezing: dict[Any, bool] = {}


def freezes(*prims: Any) -> None:
    """Calling these objects gives one with the same methods, which take the arguments of that call
    behind their own: `stats.norm(mu, s).logpdf(x)` is `stats.norm.logpdf(x, mu, s)`."""
    _freezing.update(dict.fromkeys(prims, True))


def is_freezing(prim: Any) -> bool:
    """Does calling it give an object that only holds arguments for the methods of prim?"""
    return looked_up(_freezing, prim) is not None


STATIC: set[Any] = set()


def static(fn: F) -> F:
    """Decorator for a helper of rules that is only ever computed before the program runs."""
    STATIC.add(fn)
    return fn
