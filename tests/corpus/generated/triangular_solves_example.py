import numpy as np


def vjp_triangular_solves(L, b, dout):
    """Gradient of `dout * triangular_solves` with respect to (L, b), for the
    cotangent dout.
    """
    y = np.zeros(len(b))
    y_hist = []
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            total += L[i, j] * y[j]
        y_hist.append(y[i])
        y[i] = (b[i] - total) / L[i, i]
    n = len(y)
    x = np.zeros(n)
    t1 = n - 1
    stack = []
    x_stack = []
    for i in range(t1, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            t2 = x[j]
            x_stack.append(t2)
            x[i] -= L.T[i, j] * t2
        t3 = x[i] / L.T[i, i]
        stack.append(t3)
        x[i] = t3

    dx = dout.copy()
    dz = np.zeros_like(L.T)
    dy = np.zeros_like(y)
    for i in range(n):
        t3 = stack.pop()
        t4 = L.T[i, i]
        dt3 = dx[i]
        dx[i] = dt3 / t4
        dz[i, i] -= dt3 * (t3 / t4)
        for j in range(t1, i, -1):
            t2 = x_stack.pop()
            dz1 = dx[i]
            dx[j] -= dz1 * L.T[i, j]
            dz[i, j] -= dz1 * t2
        dz2 = dx[i]
        dx[i] = 0.0
        dy[i] += dz2
    db = np.zeros_like(b)
    dL = np.zeros_like(L)
    for i in range(len(b) - 1, -1, -1):
        t5 = y[i]
        y[i] = y_hist[i]
        t6 = L[i, i]
        dz3 = dy[i]
        dy[i] = 0.0
        dz4 = dz3 / t6
        dtotal = -dz4
        dL[i, i] -= dz3 * (t5 / t6)
        for j in range(i - 1, -1, -1):
            dy[j] += dtotal * L[i, j]
            dL[i, j] += dtotal * y[j]
        db[i] += dz4
    dL += dz.T
    return dL, db
