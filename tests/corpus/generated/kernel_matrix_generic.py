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


def vjp_kernel_matrix(x, y, width, dout):
    """Gradient of `dout * kernel_matrix` with respect to (x, y, width), for
    the cotangent dout.
    """
    t1 = x[:, None, :]
    t2 = y[None, :, :]
    gaps = t1 - t2
    t3 = -0.5 * np.sum(gaps ** 2, axis=-1)
    t4 = width ** 2
    t5 = t3 / t4

    dt5 = dout * np.exp(t5)
    dwidth = -2.0 * width * sum_to(dt5 * (t5 / t4), width)
    dgaps = -gaps * np.expand_dims(sum_to(dt5 / t4, t3), -1)
    dx = np.zeros_like(x, np.result_type(x, 0.0))
    dx[:, None, :] = sum_to(dgaps, t1)
    dy = np.zeros_like(y, np.result_type(y, 0.0))
    dy[None, :, :] = -sum_to(dgaps, t2)
    return dx, dy, dwidth
