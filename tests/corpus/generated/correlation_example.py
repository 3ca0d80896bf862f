import numpy as np


def vjp_correlation(X, dout):
    """Gradient of `dout * correlation` with respect to X, for the cotangent
    dout.
    """
    z = X - X.mean(axis=0)
    t1 = np.sqrt((z * z).mean(axis=0))
    z_1 = z / t1

    dt = dout / X.shape[0]
    dz = z_1 @ dt + (dt @ z_1.T).T
    t2 = z * (0.5 * (dz * (z_1 / t1)).sum(axis=0) / t1 / X.shape[0])
    dz = dz / t1 - 2.0 * t2
    return dz - dz.sum(axis=0) / X.shape[0]
