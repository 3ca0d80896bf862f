import numpy as np


def vjp_triangular_solves(L, b, dout):
    """Gradient of `dout * triangular_solves` with respect to (L, b), for the
    cotangent dout.
    """
    y = np.zeros(len(b))
    y_stack = []
    hist = []
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            t1 = y[j]
            y_stack.append(t1)
            total += L[i, j] * t1
        t2 = (b[i] - total) / L[i, i]
        hist.append(t2)
        y[i] = t2
    n = len(y)
    x = np.zeros(n)
    t3 = n - 1
    stack = []
    x_stack = []
    for i in range(t3, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            t4 = x[j]
            x_stack.append(t4)
            x[i] -= L.T[i, j] * t4
        t5 = x[i] / L.T[i, i]
        stack.append(t5)
        x[i] = t5

    dx = dout.copy()
    dz = np.zeros_like(L.T)
    dy = np.zeros_like(y)
    for i in range(n):
        t5 = stack.pop()
        t6 = L.T[i, i]
        dt5 = dx[i]
        dx[i] = dt5 / t6
        dz[i, i] -= dt5 * (t5 / t6)
        for j in range(t3, i, -1):
            t4 = x_stack.pop()
            dz1 = dx[i]
            dx[j] -= dz1 * L.T[i, j]
            dz[i, j] -= dz1 * t4
        dz2 = dx[i]
        dx[i] = 0.0
        dy[i] += dz2
    db = np.zeros_like(b)
    dL = np.zeros_like(L)
    for i in range(len(b) - 1, -1, -1):
        t7 = L[i, i]
        dt2 = dy[i]
        dy[i] = 0.0
        dz3 = dt2 / t7
        dtotal = -dz3
        dL[i, i] -= dt2 * (hist[i] / t7)
        for j in range(i - 1, -1, -1):
            t1 = y_stack.pop()
            dy[j] += dtotal * L[i, j]
            dL[i, j] += dtotal * t1
        db[i] += dz3
    dL += dz.T
    return dL, db
