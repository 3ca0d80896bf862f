import numpy as np


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_huber_scalar(r, k):
    """Gradient of `huber_scalar` with respect to (r, k)."""
    if np.abs(r) <= k:
        t1 = r
        t2 = 0.0
    else:
        a = np.abs(r)
        t1 = k * np.sign(r)
        t2 = a - k
    dr = like(t1, r)
    dk = like(t2, k)
    return dr, dk
