import numpy as np


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_huber_scalar(r, k):
    """Gradient of `huber_scalar` with respect to (r, k)."""
    t1 = np.abs(r) <= k

    if not t1:
        a = np.abs(r)
        t2 = a - 0.5 * k
    if t1:
        r_1 = r
        t3 = 0.0
    else:
        r_1 = k * np.sign(r)
        t3 = t2 - 0.5 * k
    dr = like(r_1, r)
    dk = like(t3, k)
    return dr, dk
