import numpy as np


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
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


def grad_lennard_jones(positions, sigma, epsilon):
    """Gradient of `lennard_jones` with respect to (positions, sigma, epsilon).
    """
    t1 = np.triu_indices(4, 1)
    t2 = positions[t1[0]]
    t3 = positions[t1[1]]
    gaps = t2 - t3
    t4 = np.sum(gaps * gaps, axis=1)
    t5 = sigma ** 2 / t4
    s6 = t5 ** 3

    depsilon = 4.0 * np.sum(s6 * s6 - s6)
    ds6 = 8.0 * s6 * epsilon - 4.0 * epsilon
    t6 = t5 ** 2 * ds6
    dsigma = 2.0 * sigma * np.sum(3.0 * t6 / t4)
    dgaps = -6.0 * gaps * np.expand_dims(t6 * (t5 / t4), 1)
    dpositions = np.zeros_like(positions)
    np.add.at(dpositions, t1[0], sum_to(dgaps, t2))
    np.add.at(dpositions, t1[1], -sum_to(dgaps, t3))
    return dpositions, dsigma, depsilon
