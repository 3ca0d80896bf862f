"""Test one derivative rule at one point.

    check_rule(smooth, x)            passes without a word, or
    RuleError: the rule of 'smooth' gives a cotangent of shape (2,) for x, which has shape (3,)
    AssertionError: the rule of 'smooth' differs from finite differences ... d smooth[1] / d x[2]

The form of a rule is looked at first, by calling it as the ordinary function that it is: how many
results, of which shapes. Its numbers are compared through the derivatives that are made with it:
both modes with central differences, with each other, and once more for the second order.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .api import jvp, vjp
from .checking import compare
from .errors import RuleError, UnsupportedError
from .ir.nodes import Function
from .probes import Point
from .rules.registry import Rule, refusal_of, rule_of
from .trees import leaves, mapped


def check_rule(
    f: Callable[..., Any], *args: Any, order: int | None = None, rtol: float | None = None,
    atol: float | None = None,
) -> None:  # fmt: skip
    """Assert that the rule of f is right at args.

    args: f's positional arguments; those that the rule differentiates by, and that are float or
    complex, are moved. order: 2 looks at the derivatives of the derivatives as well, which is so
    unless the rule is one of finite differences. rtol, atol: as in `check_grads`.

    Raises AssertionError that names the worst entry; RuleError, with the line of the rule, for a
    rule that f does not have, or whose results are wrong in number or shape.
    """
    rule = rule_of(f)
    name = str(getattr(f, "__name__", f))
    if rule is None or not rule.differentiable:
        why = refusal_of(f) or ("its derivative is zero" if rule and rule.constant else "")
        place = rule.place if rule else None
        raise RuleError(f"{name!r} has no derivative rule" + (f": {why}" if why else ""), place)
    assert rule.signature is not None
    try:
        given = dict(rule.signature.bind(*args).arguments)
    except TypeError as error:
        message = f"the rule of {name!r} does not take these arguments: {error}"
        raise RuleError(message, rule.place) from None
    moving = tuple(n for n in rule.args if n in given and _moves(given[n]))
    if not moving:
        raise RuleError(f"no argument by which {name!r} is differentiated is float", rule.place)
    check_form(rule, name, given, moving)
    order = order or (1 if isinstance(rule.vjp, Function) else 2)
    values, own = _by_position(rule, args)
    callee = _callee(f, name, list(values))
    try:
        found = list(compare(callee, args, own, order=order, rtol=rtol, atol=atol))
    except UnsupportedError as error:
        raise RuleError(f"the rule of {name!r} cannot be used: {error}", rule.place) from error
    wrong = [difference for difference in found if difference.ratio > 1]
    if wrong:
        worst = max(wrong, key=lambda difference: difference.ratio)
        raise AssertionError(
            f"the rule of {name!r} differs from finite differences in {len(wrong)} of "
            f"{len(found)} places\n{worst}"
        )
    derivatives = vjp(callee, own), jvp(callee, own)
    check_modes(Point(callee, values, own, name), *derivatives)
    narrow = {n: mapped(v, _narrow) if n in own else v for n, v in values.items()}
    check_precision(Point(callee, narrow, own, name), *derivatives)


def check_form(rule: Rule, name: str, given: dict[str, Any], moving: tuple[str, ...]) -> None:
    """Call the rule as it is. Raises RuleError for a wrong number or shape of its results."""
    assert rule.signature is not None
    z = _call(rule.prim, rule.signature, given)
    form = _Form(rule, name)
    if isinstance(rule.partials, tuple):
        for argument, formula in zip(rule.args, rule.partials, strict=True):
            if formula and argument in moving:
                value = eval(formula, dict(rule.namespace), {"z": z, **given})
                form.fits(value, z, f"a partial by {argument}", "the result")
    elif callable(rule.partials):
        parts = form.results(_call(rule.partials, None, {"z": z, **given}), rule.args)
        for argument, value in parts.items():
            if argument in moving and value is not None:
                form.fits(value, z, f"a partial by {argument}", "the result")
    ones = mapped(z, lambda x: np.ones_like(x, np.result_type(x, 0.0)))
    if inspect.isfunction(rule.vjp):
        parts = form.results(_call(rule.vjp, None, {"dz": ones, "z": z, **given}), rule.args)
        for argument, value in parts.items():
            if argument in moving and not isinstance(given[argument], tuple | list):
                form.equal(value, given[argument], f"a cotangent of {argument}")
    if inspect.isfunction(rule.jvp):
        dots = {f"{n}_dot": given[n] if n in moving else None for n in rule.args}
        parts = form.results(_call(rule.jvp, None, {"z": z, **given, **dots}), rule.args)
        for argument, value in parts.items():
            if argument in moving and value is not None:
                form.fits(value, z, f"a tangent by {argument}", "the result")


class _Form:
    """Says what is wrong with a rule, at its own line."""

    def __init__(self, rule: Rule, name: str) -> None:
        self.rule, self.name = rule, name

    def wrong(self, what: str) -> RuleError:
        return RuleError(f"the rule of {self.name!r} gives {what}", self.rule.place)

    def results(self, found: Any, args: tuple[str, ...]) -> dict[str, Any]:
        """The single results by argument."""
        if len(args) == 1 and not (isinstance(found, tuple) and len(found) == 1):
            found = (found,)
        if not isinstance(found, tuple) or len(found) != len(args):
            count = len(found) if isinstance(found, tuple) else 1
            many = f"{count} result" + ("s" if count > 1 else "")
            raise self.wrong(
                f"{many}, and must give {len(args)}: one for each of {', '.join(args)}"
            )
        return dict(zip(args, found, strict=True))

    def fits(self, value: Any, like: Any, what: str, whose: str) -> None:
        """A partial may be smaller than the result, never larger."""
        if isinstance(like, tuple | list | dict):
            return
        try:
            same = np.broadcast_shapes(np.shape(value), np.shape(like)) == np.shape(like)
        except ValueError:
            same = False
        if not same:
            raise self.wrong(
                f"{what} of shape {np.shape(value)}, where {whose} has shape {np.shape(like)}"
            )

    def equal(self, value: Any, like: Any, what: str) -> None:
        if value is None:
            raise self.wrong(f"None for {what.split()[-1]}, which it differentiates by")
        if np.shape(value) != np.shape(like):
            raise self.wrong(
                f"{what} of shape {np.shape(value)}, which itself has shape {np.shape(like)}"
            )


def check_modes(point: Point, pulled: Any, pushed: Any) -> None:
    """The dot-product test: <dz, J v> = <J' dz, v> for random dz and v."""
    tangents, cotangents = point.random_tangents(), point.random_cotangent()
    forward = _paired(cotangents[0], point.call(pushed, *tangents)[1])
    reverse = _paired(point.call(pulled, *cotangents), tangents)
    scale = 1.0 + abs(forward) + abs(reverse)
    if not abs(forward - reverse) <= 100 * point.unit ** (2 / 3) * scale:
        raise AssertionError(
            f"the modes of the rule of {point.title!r} differ: along a random direction forward "
            f"mode gives {forward:.8g}, reverse mode {reverse:.8g}"
        )


def check_precision(point: Point, pulled: Any, pushed: Any) -> None:
    """At a point of float32: where f keeps it, its derivatives do."""
    if not all(_is_narrow(x) for x in [*point.inputs.values(), *point.outputs.values()]):
        return
    gradients = point.call(pulled, *point.random_cotangent())
    tangent = point.call(pushed, *point.random_tangents())[1]
    wide = [n for n, g in zip(point.names, gradients, strict=True) if not _all_narrow(g)]
    if wide or not _all_narrow(tangent):
        what = f"gradient by {wide[0]}" if wide else "tangent"
        raise AssertionError(
            f"the {what} of {point.title!r} is no float32, where its arguments are"
        )


def _by_position(rule: Rule, args: tuple[Any, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The arguments by name, each of a starred parameter by its own, and the names that move."""
    values: dict[str, Any] = {}
    moving = []
    assert rule.signature is not None
    parameters = list(rule.signature.parameters.values())
    for k, value in enumerate(args):
        p = parameters[min(k, len(parameters) - 1)]
        name = f"{p.name}{k}" if p.kind is p.VAR_POSITIONAL else p.name
        values[name] = value
        if p.name in rule.args and _moves(value):
            moving.append(name)
    return values, tuple(moving)


def _callee(f: Any, name: str, names: list[str]) -> Any:
    """A function that calls f, so that its rule is what is differentiated, and not its source."""
    made: Any = functools.partial(f)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    made.__name__ = name
    made.__signature__ = inspect.Signature([inspect.Parameter(n, kind) for n in names])
    return made


def _call(f: Any, signature: inspect.Signature | None, values: dict[str, Any]) -> Any:
    """Call a function with a value for each parameter that has one."""
    signature = signature or inspect.signature(f)
    known = {n: v for n, v in values.items() if n in signature.parameters}
    bound = inspect.BoundArguments(signature, known)
    return f(*bound.args, **bound.kwargs)


def _moves(value: Any) -> bool:
    if isinstance(value, str | bool) or value is None:
        return False
    found = leaves(value, "")
    return bool(found) and all(np.result_type(x).kind in "fc" for x in found.values())


def _narrow(x: Any) -> Any:
    array = isinstance(x, np.ndarray) and x.dtype == np.float64
    return x.astype(np.float32) if array else x


def _is_narrow(x: Any) -> bool:
    return getattr(x, "dtype", None) in (np.float32, np.complex64)


def _all_narrow(x: Any) -> bool:
    return all(_is_narrow(leaf) for leaf in leaves(x, "").values())


def _paired(a: Any, b: Any) -> float:
    pairs = zip(leaves(a, "").values(), leaves(b, "").values(), strict=True)
    return float(sum(np.real(np.sum(p * q)) for p, q in pairs))
