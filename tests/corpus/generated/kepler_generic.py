import numpy as np


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_kepler(e, mean, a):
    """Gradient of `kepler` with respect to (e, mean, a)."""
    # three steps of Newton's method for the eccentric anomaly
    sin_mean = np.sin(mean)
    u = mean + e * sin_mean
    sin_u = np.sin(u)
    cos_u = np.cos(u)
    t1 = 1.0 - e * cos_u
    t2 = (u - e * sin_u - mean) / t1
    u = u - t2
    sin_u1 = np.sin(u)
    cos_u1 = np.cos(u)
    t3 = 1.0 - e * cos_u1
    t4 = (u - e * sin_u1 - mean) / t3
    u = u - t4
    cos_u2 = np.cos(u)

    du = e * a * np.sin(u)
    dz = du / t3
    dt3 = du * (t4 / t3)
    du = du + e * dt3 * sin_u1 + e * dz * cos_u1 - dz
    dz1 = du / t1
    dt1 = du * (t2 / t1)
    du = du + e * dt1 * sin_u + e * dz1 * cos_u - dz1
    de = (
        dz * sin_u1 + dz1 * sin_u + du * sin_mean - a * cos_u2 - dt3 * cos_u1
        - dt1 * cos_u
    )
    dmean = dz + dz1 + du + e * du * np.cos(mean)
    da = like(1.0 - e * cos_u2, a)
    return de, dmean, da
