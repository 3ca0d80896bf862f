"""What derivatives of scipy.signal are made of: parts of full convolutions, sums over lags.

in_full(g, a, v, "same", None)        g, with zeros around it, in the shape of the full result
lagged_sums(g, u, 3)                  [sum_t g[t] u[t - k] for k < 3], along the last axis
moving_average(g, u)                  sum_k g[k] u[t - k], along the last axis
"""

from __future__ import annotations

from typing import Any

import numpy as np


def full_window(a: Any, v: Any, mode: Any, axes: Any) -> Any:
    """The shape of the full convolution, and where the result of another mode stands in it."""
    shape: list[int] = list(np.shape(a))
    window = [slice(None)] * len(shape)
    chosen = range(np.ndim(a)) if axes is None else np.atleast_1d(axes) % np.ndim(a)
    for k in range(len(shape)):
        n, m = np.shape(a)[k], np.shape(v)[k]
        if k not in chosen:
            shape[k] = max(n, m) if n and m else 0
            low = (shape[k] - n) // 2 if mode == "same" else 0
            window[k] = slice(low, low + n) if mode == "same" else slice(None)
        else:
            shape[k] = n + m - 1
            low = {"full": 0, "same": (m - 1) // 2, "valid": min(n, m) - 1}[mode]
            size = {"full": n + m - 1, "same": n, "valid": abs(n - m) + 1}[mode]
            window[k] = slice(low, low + size)
    return tuple(shape), tuple(window)


def in_full(g: Any, a: Any, v: Any, mode: Any, axes: Any) -> Any:
    """g where it stands in the full convolution of a and v, and zeros."""
    shape, window = full_window(a, v, mode, axes)
    full = np.zeros(shape, np.result_type(g, 0.0))
    full[window] = g
    return full


def of_full(g: Any, a: Any, v: Any, mode: Any, axes: Any) -> Any:
    """The part of a full convolution of a and v that another mode gives."""
    return g[full_window(a, v, mode, axes)[1]]


def lagged_sums(g: Any, u: Any, count: Any) -> Any:
    """[sum_t g[t] u[t - k] for k < count] over all rows, along the last axis."""
    length = np.shape(u)[-1]
    out = np.zeros(count, np.result_type(g, u, 0.0))
    for k in range(min(count, length)):
        out[k] = np.sum(g[..., k:] * u[..., : length - k])
    return out


def moving_average(g: Any, u: Any) -> Any:
    """sum_k g[k] u[t - k], along the last axis."""
    length = np.shape(u)[-1]
    out = np.zeros(np.shape(u), np.result_type(g, u, 0.0))
    for k in range(min(len(g), length)):
        out[..., k:] += g[k] * u[..., : length - k]
    return out


def analytic_weights(count: Any) -> Any:
    """What `hilbert` multiplies frequencies by: 2 for positive ones, 0 for negative ones."""
    w = np.zeros(count)
    w[0] = 1.0
    w[1 : (count + 1) // 2] = 2.0
    if count % 2 == 0:
        w[count // 2] = 1.0
    return w


def one_sided(count: Any) -> Any:
    """What frequencies of `rfft` count: two, but for the zeroth and, of an even count, the last."""
    w = np.full(count // 2 + 1, 2.0)
    w[0] = 1.0
    if count % 2 == 0:
        w[-1] = 1.0
    return w
