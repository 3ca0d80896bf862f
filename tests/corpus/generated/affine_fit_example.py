import numpy as np


def grad_affine_fit(A, t, source, target):
    """Gradient of `affine_fit` with respect to (A, t)."""
    t1 = source @ A.T + t - target

    dt1 = 2.0 * t1 / np.sum(t1 ** 2, axis=-1).size
    dt = dt1.sum(axis=0)
    dA = dt1.T @ source
    return dA, dt
