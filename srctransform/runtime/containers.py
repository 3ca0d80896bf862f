"""Gradients in the container of their parameter, where its structure is known only at run time."""

from __future__ import annotations

from typing import Any

import numpy as np


def gradient_of(x: Any) -> Any:
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (np.ndarray, np.number, int, float, complex)) and not isinstance(x, bool):
        zeros = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return zeros if np.shape(x) else zeros[()]
    if hasattr(x, "__dataclass_fields__"):
        zeros = object.__new__(type(x))
        for name in x.__dataclass_fields__:
            object.__setattr__(zeros, name, gradient_of(getattr(x, name)))
        return zeros
    return None


def assemble(x: Any, *parts: Any) -> Any:
    """The gradient of x from (key, ..., gradient) parts; zeros where there is none."""

    def add(total: Any, path: Any, g: Any) -> Any:
        if not path:
            if isinstance(total, np.ndarray) or np.ndim(g):
                return total + np.broadcast_to(g, np.shape(total))
            return total if total is None else total + g
        key = path[0]
        if isinstance(total, np.ndarray):
            total[key] += g
        elif hasattr(total, "__dataclass_fields__"):
            object.__setattr__(total, key, add(getattr(total, key), path[1:], g))
        elif isinstance(total, tuple):
            if isinstance(key, str):
                key = total._fields.index(key)
            items = list(total)
            items[key] = add(items[key], path[1:], g)
            return type(total)(*items) if hasattr(total, "_fields") else type(total)(items)
        else:
            total[key] = add(total[key], path[1:], g)
        return total

    gradient = gradient_of(x)
    for *path, g in parts:
        gradient = add(gradient, path, g)
    return gradient
