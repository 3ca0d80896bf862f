import numpy as np


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


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


def grad_spring_energy(points, stiffness, rest):
    """Gradient of `spring_energy` with respect to (points, stiffness, rest).
    """
    edges = points[1:] - points[:-1]
    lengths = np.sqrt(np.sum(edges ** 2, axis=1))
    t1 = lengths - rest

    dz = np.sum(t1 ** 2)
    require_scalar(0.5 * stiffness * dz)
    dt1 = t1 * stiffness
    dlengths = sum_to(dt1, lengths)
    drest = -sum_to(dt1, rest)
    dedges = 2.0 * edges * np.expand_dims(0.5 * dlengths / lengths, 1)
    dpoints = np.zeros_like(points, np.result_type(points, 0.0))
    dpoints[1:] += dedges
    dpoints[:-1] -= dedges
    return dpoints, 0.5 * dz, drest
