import numpy as np


def grad_huber(r, k):
    """Gradient of `huber` with respect to (r, k)."""
    a = np.abs(r)
    t1 = a <= k

    t2 = np.ones_like(r)
    dz = np.where(t1, 0.0, t2)
    da = k * dz
    dr = r * np.where(t1, t2, 0.0) + da * np.sign(r)
    dk = (dz * (a - 0.5 * k)).sum() - 0.5 * da.sum()
    return dr, dk
