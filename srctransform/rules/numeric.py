"""Rules of black boxes, by finite differences.

    rules.numeric(simulate, "x")      simulate(x, n) calls a library that nobody can read

The printed derivative calls `numeric_vjp(simulate, (x, n), 0, dz)` or `numeric_jvp`, whose
docstrings say what they are. A gradient costs two calls of the function for each entry of x.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import gast

from ..errors import RuleError
from ..frontend.lower import Lowerer
from ..frontend.source import Source
from ..ir.nodes import Function
from ..ir.types import Type
from ..runtime import numeric_jvp, numeric_vjp
from .registry import _here, _rule, _split, refused, result


def numeric(fn: Any, args: str = "", *, step: float | None = None) -> None:
    """A rule of finite differences for a function that cannot be differentiated otherwise.

    args: the parameters to differentiate by, "x, y"; without it, all that have no default. They
    are numbers or arrays of any shape, and so is the result; a function of complex numbers must be
    holomorphic. step: the step for entries of size one, which is the cube root of the precision
    if it is not given; for larger entries it grows with them.

    Derivatives have about two thirds of the digits of the function. There is no second order.
    Raises RuleError for parameters that fn does not have, or that are starred or keyword-only.
    """
    place = _here()
    signature = _signature(fn, args, place)
    names = list(signature.parameters)
    required = [n for n, p in signature.parameters.items() if p.default is p.empty]
    wrt = _split(args) or tuple(required)
    for name in wrt:
        if name not in names:
            raise RuleError(f"{_name(fn)!r} has no parameter {name!r}", place)
    for p in signature.parameters.values():
        if p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            raise RuleError(f"numeric cannot pass on {str(p)!r} of {_name(fn)!r}", place)
    rule = _rule(fn, place)
    operands = f"({', '.join(names)},)"
    places = [(name, names.index(name)) for name in wrt]
    rest = "" if step is None else ", step"
    taken = {*names, "dz", "z", "step", "numeric_vjp", "numeric_jvp"}
    own = _name(fn) if _name(fn).isidentifier() and _name(fn) not in taken else "fn"
    pulled = [f"numeric_vjp({own}, {operands}, {k}, dz{rest})" for _, k in places]
    pushed = [
        f"None if {n}_dot is None else numeric_jvp({own}, {operands}, {k}, {n}_dot{rest})"
        for n, k in places
    ]
    known = {own: fn, "step": step, "numeric_vjp": numeric_vjp, "numeric_jvp": numeric_jvp}
    dots = [f"{name}_dot" for name in wrt]
    rule.vjp = _lowered(["dz", "z", *names], pulled, known)
    rule.jvp = _lowered(["z", *names, *dots], pushed, known)
    rule.signature, rule.args = signature, wrt
    rule.partials, rule.constant, rule.linear = None, False, ""


def _signature(fn: Any, args: str, place: Any) -> inspect.Signature:
    """The parameters of a function; of one that does not tell, those that were named."""
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        names = _split(args)
        if not names:
            raise RuleError(
                f"{_name(fn)!r} does not tell its parameters: name them in args=", place
            ) from None
        kind = inspect.Parameter.POSITIONAL_ONLY
        return inspect.Signature([inspect.Parameter(n, kind) for n in names])


def _lowered(params: list[str], parts: list[str], names: dict[str, Any]) -> Any:
    """`lambda params: (part, ...)`, as IR."""
    text = f"lambda {', '.join(params)}: ({', '.join(parts)},)"
    tree = gast.parse(text, mode="eval").body
    made: Function = Lowerer(Source("<rule>", (text,), names, {})).function(tree, [], [])
    return made


def _name(fn: Any) -> str:
    return str(getattr(fn, "__name__", fn))


@result(numeric_vjp)
def numeric_vjp_result(f: Any, args: Any, k: Any, dz: Any, step: Any = None) -> Any:
    kind = args[k] if isinstance(args, tuple) else None
    if not isinstance(kind, Type) or kind.kind != "num":
        return None
    dtype = "complex" if kind.dtype == "complex" else "float"
    return replace(kind, dtype=dtype, array=True if kind.rank else None)


@result(numeric_jvp)
def numeric_jvp_result(f: Any, args: Any, k: Any, x_dot: Any, step: Any = None) -> Any:
    return None  # of the shape of what a black box gives


_REASON = "it is a finite difference, of which a finite difference would be too coarse"
refused(_REASON, numeric_vjp, numeric_jvp)
