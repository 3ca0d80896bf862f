import numpy as np


def grad_huber_scalar(r, k):
    """Gradient of `huber_scalar` with respect to (r, k)."""
    if np.abs(r) <= k:
        return r, 0.0
    a = np.abs(r)
    dr = k * np.sign(r)
    dk = a - k
    return dr, dk
