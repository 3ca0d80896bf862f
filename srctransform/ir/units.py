"""Functions that are called, and not spliced in, because they call themselves.

call(<power>, x, n)       half = power(x, n // 2)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .evaluate import evaluate
from .nodes import Function, Var


@dataclass(eq=False, slots=True)
class Unit:
    """A function that is called and not spliced in, because it calls itself: `prims.call` of a
    constant unit. It is known before its `function` is. `facts` are the types of its parameters,
    `result` that of its result, `derived` the units its derivatives call."""

    name: str
    function: Function | None = None
    facts: dict[Var, Any] = field(default_factory=dict)
    result: Any = None
    types: Any = None
    primal: frozenset[Var] = frozenset()
    derived: dict[Any, Any] = field(default_factory=dict)
    inert: frozenset[Var] = frozenset()  # values that are constants to every derivative
    fresh: bool = False  # each result is in memory of its own

    def __call__(self, *args: Any) -> Any:
        assert self.function is not None
        return evaluate(self.function, *args)
