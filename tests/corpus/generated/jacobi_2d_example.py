import numpy as np


def vjp_jacobi_2d(u, source, h, sweeps, dout):
    """Gradient of `dout * jacobi_2d` with respect to (u, source, h), for the
    cotangent dout.
    """
    du = dout.copy()
    dsource = np.zeros_like(source)
    dh = 0.0
    for _ in range(sweeps - 1, -1, -1):
        dnew = du
        du = np.zeros_like(u)
        for i in range(u.shape[0] - 2, 0, -1):
            for j in range(u.shape[1] - 2, 0, -1):
                dz = dnew[i, j]
                dnew[i, j] = 0.0
                daround = 0.25 * dz
                dsource[i, j] -= 0.25 * dz * h ** 2
                dh -= 0.5 * h * (dz * source[i, j])
                du[i - 1, j] += daround
                du[i + 1, j] += daround
                du[i, j - 1] += daround
                du[i, j + 1] += daround
        du += dnew
    du = du.copy()
    return du, dsource, dh
