"""Real functions with arguments. Their derivatives are committed in `generated/`, so that a change
of the tool shows what it changes in what people read: `pytest tests/test_corpus.py --update`.

    @case(np.ones(3), 2.0)
    def energy(x, k): ...
"""

from __future__ import annotations

import copy
import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """A function, arguments at which it is differentiated, and by which parameters."""

    function: Any
    given: tuple[Any, ...]
    wrt: tuple[int, ...]
    mode: str

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments, new ones each time: some of the functions write into them."""
        return copy.deepcopy(self.given)

    @property
    def name(self) -> str:
        return self.function.__name__


CASES: list[Case] = []


def case(*args: Any, wrt: tuple[int, ...] | None = None, mode: str = "grad") -> Any:
    """Register a function with arguments; `wrt` are those that are floats unless it says otherwise."""

    def register(function: Any) -> Any:
        chosen = tuple(k for k, a in enumerate(args) if floating(a)) if wrt is None else wrt
        CASES.append(Case(function, args, chosen, mode))
        return function

    return register


def floating(x: Any) -> bool:
    if isinstance(x, dict):
        return any(floating(v) for v in x.values())
    if isinstance(x, (tuple, list)):
        return any(floating(v) for v in x)
    return np.asarray(x).dtype.kind in "fc"


def numbers(*shape: int, seed: int = 0, scale: float = 1.0) -> np.ndarray:
    """Random numbers of a shape, the same every time."""
    return np.random.default_rng(seed).uniform(-scale, scale, shape)


for module in (
    "formulas", "learning", "statistics", "physics", "vision",
    "numerics", "simulation", "sequences", "optimisation",
):  # fmt: skip
    importlib.import_module(f"{__name__}.{module}")
