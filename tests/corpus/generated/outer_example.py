import numpy as np


def grad_outer(a, x):
    """Gradient of `outer` with respect to (a, x)."""
    t1 = a * x
    t2 = a * (2.0 * x)

    dt2 = np.sin(t1) * np.cos(t2)
    dt1 = np.sin(t2) * np.cos(t1)
    da = 2.0 * x * dt2 + x * dt1
    dx = 2.0 * a * dt2 + a * dt1
    return da, dx
