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


def grad_gaussian_loglik(x, mean, sigma):
    """Gradient of `gaussian_loglik` with respect to (x, mean, sigma)."""
    z = (x - mean) / sigma
    t1 = (
        -0.5 * np.sum(z ** 2) - len(x) * np.log(sigma)
        - 0.5 * len(x) * np.log(2.0 * np.pi)
    )

    require_scalar(t1)
    dz = -z
    dt = dz / sigma
    dx = sum_to(dt, x)
    dmean = -sum_to(dt, mean)
    dsigma = -np.sum(dz * (z / sigma)) - float(len(x)) / sigma
    return dx, dmean, dsigma
