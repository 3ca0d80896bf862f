"""Finite differences of a black box, for functions whose rule is `numeric`.

    numeric_vjp(simulate, (x, n), 0, dz)      the cotangent of x
    numeric_jvp(simulate, (x, n), 0, x_dot)   the tangent of simulate(x, n)

Central differences have an error of h^2 beside rounding, so that their best step is the cube root
of the precision (Abramowitz & Stegun 25.3.21; Dennis and Schnabel 1983, section 5.4).
"""

from __future__ import annotations

from typing import Any

import numpy as np


def numeric_vjp(f: Any, args: Any, k: Any, dz: Any, step: Any = None) -> Any:
    """By finite differences, so not exact: the cotangent of args[k], two calls of f an entry."""
    x = np.array(args[k], np.result_type(args[k], 0.0))
    step = np.finfo(x.dtype).eps ** (1 / 3) if step is None else step
    dx = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        h = step * max(1.0, abs(x[at]))
        high, low = x.copy(), x.copy()
        high[at] += h
        low[at] -= h
        change = np.subtract(
            f(*args[:k], high[()], *args[k + 1 :]), f(*args[:k], low[()], *args[k + 1 :])
        )
        total = np.sum(dz * change) / (high[at] - low[at])
        dx[at] = total if np.iscomplexobj(x) else np.real(total)
    return dx[()]


def numeric_jvp(f: Any, args: Any, k: Any, x_dot: Any, step: Any = None) -> Any:
    """By finite differences, so not exact: the tangent of f(*args) along args[k], two calls."""
    x = np.array(args[k], np.result_type(args[k], 0.0))
    step = np.finfo(x.dtype).eps ** (1 / 3) if step is None else step
    size = np.max(np.abs(x_dot), initial=0.0)
    scale = max(1.0, float(np.max(np.abs(x), initial=0.0)))
    h = float(step * scale / size) if size else 1.0
    change = np.asarray(h * x_dot, x.dtype)
    high, low = (x + change)[()], (x - change)[()]
    rise = np.subtract(f(*args[:k], high, *args[k + 1 :]), f(*args[:k], low, *args[k + 1 :]))
    return rise / (2 * h)
