"""The parts of a full convolution that np.convolve and np.correlate give in their modes."""

from __future__ import annotations

from typing import Any

import numpy as np


def first_of_part(a: Any, v: Any, mode: str, function: str) -> int:
    """Where the part starts in the full convolution; np.correlate exchanges its arguments if the
    second one is the longer."""
    n, m = np.size(a), np.size(v)
    shorter = min(n, m)
    if mode == "full":
        return 0
    if mode == "valid":
        return shorter - 1
    return shorter // 2 if function == "correlate" and n < m else (shorter - 1) // 2


def to_full(g: Any, a: Any, v: Any, mode: str, function: str) -> Any:
    """g, which belongs to a part of the full convolution of a and v, with zeros around it."""
    start = first_of_part(a, v, mode, function)
    return np.pad(g, (start, np.size(a) + np.size(v) - 1 - start - len(g)))


def part_of_full(g: Any, a: Any, v: Any, mode: str, function: str) -> Any:
    """The part of g, a full convolution of a and v."""
    start = first_of_part(a, v, mode, function)
    n, m = np.size(a), np.size(v)
    size = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}[mode]
    return g[start : start + size]
