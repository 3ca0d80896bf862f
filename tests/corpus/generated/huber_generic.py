import numpy as np


def sum_to(g, x):
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


def grad_huber(r, k):
    """Gradient of `huber` with respect to (r, k)."""
    a = np.abs(r)
    t1 = a <= k
    t2 = a - 0.5 * k

    t3 = np.ones_like(np.where(t1, 0.5 * r ** 2, k * t2))
    dz = np.where(t1, 0.0, t3)
    dt2 = k * dz
    da = sum_to(dt2, r)
    dr = r * sum_to(np.where(t1, t3, 0.0), r) + da * np.sign(r)
    dk = sum_to(dz * t2, k) - 0.5 * sum_to(dt2, k)
    return dr, dk
