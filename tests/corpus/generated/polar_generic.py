import numpy as np

pi = 3.141592653589793


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


def vjp_polar(r, phi, dout):
    """Gradient of `dout * polar` with respect to (r, phi), for the cotangent
    dout.
    """
    cos_phi = np.cos(phi)
    sin_phi = np.sin(phi)

    t1 = sum_to(dout[2] * (pi * r), r)
    t2 = sum_to(r * dout[2] * pi, r)
    t3 = sum_to(r * dout[1], phi) * cos_phi
    t4 = t1 + t2 + sum_to(dout[1] * sin_phi, r)
    dr = t4 + sum_to(dout[0] * cos_phi, r)
    dphi = t3 - sum_to(r * dout[0], phi) * sin_phi
    return dr, dphi
