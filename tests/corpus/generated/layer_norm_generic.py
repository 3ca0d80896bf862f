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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_layer_norm(x, gain, shift, eps, dout):
    """Gradient of `dout * layer_norm` with respect to (x, gain, shift), for
    the cotangent dout.
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred ** 2).mean(axis=-1, keepdims=True)
    t1 = gain * centred
    t2 = np.sqrt(variance + eps)
    t3 = t1 / t2

    sum_to_dout = sum_to(dout, t3)
    dt1 = sum_to(sum_to_dout / t2, t1)
    dvariance = -sum_to(
        0.5 * sum_to(sum_to_dout * (t3 / t2), t2) / t2, variance
    )
    dgain = sum_to(centred * dt1, gain)
    t4 = 2.0 * centred * (dvariance / np.shape(x)[-1])
    dcentred = sum_to(gain * dt1, x) + t4
    t5 = np.sum(dcentred, axis=-1, keepdims=True) / np.shape(x)[-1]
    dx = dcentred - t5
    dshift = like(sum_to(dout, shift), shift)
    return dx, dgain, dshift
