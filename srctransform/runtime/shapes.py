"""Broadcasting undone, and seeds, where ranks are known only as the program runs."""

from __future__ import annotations

from typing import Any

import numpy as np


def known(*facts: Any) -> bool:
    """Whether facts are decided before the program runs; in a plain call all are."""
    return True


def is_double(x: Any) -> bool:
    """Whether x is of double precision, so that what NumPy computes in it need not be narrowed."""
    return bool(np.result_type(x, 0.0).itemsize == 8)


def narrowed(g: Any, x: Any) -> Any:
    """g in the precision of x: some functions of NumPy compute in double precision only."""
    dtype = np.finfo(np.result_type(x, 0.0)).dtype
    return np.asarray(g).astype(
        np.result_type(dtype, np.complex64) if np.iscomplexobj(g) else dtype
    )


def sum_to(g: Any, x: Any) -> Any:
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def sum_to_shape(g: Any, shape: Any) -> Any:
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if isinstance(g, float) and not shape:
        return g
    if (g.shape if isinstance(g, np.ndarray) else np.shape(g)) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def spread(g: Any, z: Any) -> Any:
    """g broadcast to the shape of z."""
    shape = np.shape(z)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def real_like(g: Any, x: Any) -> Any:
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def as_float(x: Any) -> Any:
    """x in floating point: bools and ints become floats."""
    return x if np.result_type(x).kind in "fc" else x * 1.0


def like(g: Any, x: Any) -> Any:
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def basis(x: Any, k: int) -> Any:
    """Zeros in the shape of x, with a one at entry k."""
    seed = np.zeros(np.shape(x), np.result_type(x, 0.0))
    seed.flat[k] = 1.0
    return seed if np.ndim(x) else seed[()]


def require_scalar(z: Any) -> float:
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


def unreduce(g: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """g, the cotangent of a reduction of x, with the reduced axes put back at length one."""
    if axis is None or keepdims:
        return g
    axes = axis if isinstance(axis, tuple) else (axis,)
    return np.expand_dims(g, tuple(a % np.ndim(x) for a in axes))
