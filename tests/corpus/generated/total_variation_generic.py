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


def grad_total_variation(image, eps):
    """Gradient of `total_variation` with respect to (image, eps)."""
    right = image[:-1, 1:] - image[:-1, :-1]
    down = image[1:, :-1] - image[:-1, :-1]

    dz = 0.5 / np.sqrt(right ** 2 + down ** 2 + eps)
    sum_to_dz = sum_to(dz, right)
    deps = sum_to(dz, eps)
    ddown = 2.0 * down * sum_to_dz
    dright = 2.0 * right * sum_to_dz
    dimage = np.zeros_like(image, np.result_type(image, 0.0))
    dimage[:-1, 1:] += dright
    dimage[:-1, :-1] += -ddown - dright
    dimage[1:, :-1] += ddown
    return dimage, deps
