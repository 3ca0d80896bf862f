"""Which functions can be differentiated.

supported(np.cumsum)      differentiable
supported(np.argmax)      constant
supported(np.save)        refused: it writes a file
supported(my_function)    followed
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .inline.calls import is_followed, reason_against
from .rules.evaluators import fit_of
from .rules.formulas import formula_of
from .rules.higher_order import higher_order_of
from .rules.registry import refusal_of, rule_of


@dataclass(frozen=True)
class Support:
    """What becomes of a call of a function; true if a program may contain it.

    status: "differentiable" (a rule in both modes), "constant" (its derivative is zero wherever
    there is one), "followed" (its own source is differentiated, or its calls are taken apart),
    "refused" (for `reason`) or "unknown".
    """

    status: str
    reason: str = ""

    def __bool__(self) -> bool:
        return self.status in ("differentiable", "constant", "followed")

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}" if self.reason else self.status


def supported(fn: Callable[..., Any]) -> Support:
    """Can a program that calls `fn` with values to differentiate by be differentiated?

    fn: a function, ufunc, method or class. Raises TypeError for what cannot be called.
    A function of the user's is "followed"; whether its own statements can be differentiated shows
    when it is.
    """
    if not callable(fn):
        raise TypeError(f"supported takes a function, not {type(fn).__name__}")
    if fit_of(fn) is not None:
        return Support("differentiable")
    reason = refusal_of(fn) or reason_against(fn)
    if reason:
        return Support("refused", reason)
    rule = rule_of(fn)
    if higher_order_of(fn) is not None or formula_of(fn) is not None:
        return Support("differentiable")
    if rule is not None and rule.constant:
        return Support("constant")
    if rule is not None and rule.differentiable:
        return Support("differentiable")
    if is_followed(fn):
        return Support("followed")
    return Support("unknown")
