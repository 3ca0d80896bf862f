import numpy as np


def vjp_triangular_solves(L, b, dout):
    """Gradient of `dout * triangular_solves` with respect to (L, b), for the
    cotangent dout.
    """
    y = np.zeros(len(b))
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            total += L[i, j] * y[j]
        y[i] = (b[i] - total) / L[i, i]
    n = len(y)
    x = np.zeros(n)
    t1 = n - 1
    for i in range(t1, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            x[i] -= L.T[i, j] * x[j]
        x[i] /= L.T[i, i]

    dx = dout.copy()
    dz = np.zeros_like(L.T)
    dy = np.zeros_like(y)
    for i in range(n):
        t2 = L.T[i, i]
        dz1 = dx[i]
        dx[i] = dz1 / t2
        dz[i, i] -= dz1 * (x[i] / t2)
        for j in range(t1, i, -1):
            dz2 = dx[i]
            dx[j] -= dz2 * L.T[i, j]
            dz[i, j] -= dz2 * x[j]
        dz3 = dx[i]
        dx[i] = 0.0
        dy[i] += dz3
    db = np.zeros_like(b)
    dL = np.zeros_like(L)
    for i in range(len(b) - 1, -1, -1):
        t3 = L[i, i]
        dz4 = dy[i]
        dy[i] = 0.0
        dz5 = dz4 / t3
        dtotal = -dz5
        dL[i, i] -= dz4 * (y[i] / t3)
        for j in range(i - 1, -1, -1):
            dy[j] += dtotal * L[i, j]
            dL[i, j] += dtotal * y[j]
        db[i] += dz5
    dL += dz.T
    return dL, db
