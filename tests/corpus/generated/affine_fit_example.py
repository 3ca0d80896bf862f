import numpy as np


def grad_affine_fit(A, t, source, target):
    """Gradient of `affine_fit` with respect to (A, t)."""
    t1 = source @ A.T + t - target
    t2 = np.sum(t1 ** 2, axis=-1)

    t3 = t1 * np.expand_dims(np.broadcast_to(1.0 / t2.size, t2.shape), 1)
    dt = 2.0 * t3.sum(axis=0)
    dA = 2.0 * t3.T @ source
    return dA, dt
