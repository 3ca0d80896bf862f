import numpy as np


def grad_huber_scalar(r, k):
    """Gradient of `huber_scalar` with respect to (r, k)."""
    t1 = np.abs(r) <= k

    if not t1:
        a = np.abs(r)
        t2 = a - 0.5 * k
    if t1:
        dr = r
        dk = 0.0
    else:
        dr = k * np.sign(r)
        dk = t2 - 0.5 * k
    return dr, dk
