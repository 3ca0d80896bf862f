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


def grad_mixture_loglik(weights, means, sigmas, x):
    """Gradient of `mixture_loglik` with respect to (weights, means, sigmas).
    """
    z = (x[:, None] - means) / sigmas
    logs = np.log(weights) - np.log(sigmas) - 0.5 * z ** 2
    top = logs.max(axis=1, keepdims=True)
    t1 = np.exp(logs - top)
    t2 = t1.sum(axis=1)
    t3 = np.log(t2)
    t4 = top[:, 0]

    t5 = np.full(np.shape(t3 + t4), 1.0, np.result_type(t3 + t4, 0.0))
    dt = np.expand_dims(sum_to(t5, t3) / t2, 1) * t1
    dtop = -np.sum(dt, axis=1, keepdims=True)
    dtop[:, 0] += sum_to(t5, t4)
    chosen = logs == top
    t6 = dtop / np.sum(chosen, axis=1, keepdims=True, dtype=top.dtype)
    dlogs = dt + chosen * t6
    dz = -z * sum_to(dlogs, z)
    t7 = sum_to(dlogs, sigmas) / sigmas
    dweights = sum_to(dlogs, weights) / weights
    dmeans = -sum_to(dz / sigmas, means)
    dsigmas = -sum_to(dz * (z / sigmas), sigmas) - t7
    return dweights, dmeans, dsigmas
