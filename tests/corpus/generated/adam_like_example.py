import numpy as np


def grad_adam_like(w, X, y, rate, beta, steps):
    """Gradient of `adam_like` with respect to (w, X, y, rate, beta)."""
    records = []
    records1 = []
    m = np.zeros_like(w)
    s = np.zeros_like(w)
    for k in range(1, steps + 1):
        residual = X @ w - y
        g = 2.0 * X.T @ residual / len(y)
        records.append((m, s, w, residual, g))
        m = beta * m + (1.0 - beta) * g
        s = beta * s + (1.0 - beta) * g ** 2
        t1 = 1.0 - beta ** k
        t2 = m / t1
        t3 = 1.0 - beta ** k
        t4 = s / t3
        t5 = np.sqrt(t4)
        t6 = rate * t2 / (t5 + 0.01)
        records1.append((t1, t2, t3, t4, t5, t6))
        w = w - t6

    dz = 2.0 * (X @ w - y) / y.size
    dw = X.T @ dz
    dm = np.zeros_like(w)
    ds = np.zeros_like(w)
    dbeta = 0.0
    drate = 0.0
    dX = np.outer(dz, w)
    dy = -dz
    for k in range(steps, 0, -1):
        t1, t2, t3, t4, t5, t6 = records1[k - 1]
        m, s, w, residual, g = records[k - 1]
        t7 = t5 + 0.01
        t8 = dw / t7
        dt4 = 0.5 * dw * (t6 / t7) / t5
        dz1 = (dt4 * (t4 / t3)).sum()
        t9 = k != 0
        drate -= (t8 * t2).sum()
        t10 = rate * t8
        dt1 = (t10 * (t2 / t1)).sum()
        t11 = dt1 * (k * beta ** (k - 1.0) if t9 else 0.0 * beta)
        ds_1 = ds + dt4 / t3
        ds = beta * ds_1
        dm_1 = dm - t10 / t1
        dm = beta * dm_1
        dg = 2.0 * g * (ds_1 * (1.0 - beta)) + dm_1 * (1.0 - beta)
        dz2 = dg / len(y)
        dresidual = 2.0 * X @ dz2
        dy = dy - dresidual
        dw = dw + X.T @ dresidual
        t12 = dbeta + dz1 * (k * beta ** (k - 1.0) if t9 else 0.0 * beta)
        t13 = (
            t12 + (s * ds_1).sum() + (m * dm_1).sum() - t11
            - (ds_1 * g ** 2).sum()
        )
        dbeta = t13 - (g * dm_1).sum()
        t14 = dX + 2.0 * np.outer(dz2, residual).T
        dX = t14 + np.outer(dresidual, w)
    return dw, dX, dy, drate, dbeta
