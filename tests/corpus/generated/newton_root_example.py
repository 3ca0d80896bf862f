import numpy as np


def grad_newton_root(start, a, tol):
    """Gradient of `newton_root` with respect to (start, a)."""
    exp_start = np.exp(start)
    f = start * exp_start - a
    hist = []
    records = []
    x = start
    while abs(f) > tol:
        t1 = 1.0 + x
        hist.append(t1)
        exp_x = np.exp(x)
        t2 = f / (t1 * exp_x)
        x -= t2
        exp_x1 = np.exp(x)
        records.append((exp_x, t2, x, exp_x1))
        f = x * exp_x1 - a

    dx = 1.0
    df = 0.0
    da = 0.0
    for k in range(len(hist) - 1, -1, -1):
        exp_x, t2, x, exp_x1 = records[k]
        t1 = hist[k]
        t3 = t1 * exp_x
        dx = dx + df * exp_x1 + x * df * exp_x1
        df_1 = -dx / t3
        dz = dx * (t2 / t3)
        dx = dx + dz * t1 * exp_x + dz * exp_x
        da -= df
        df = df_1
    dstart = dx + df * exp_start + start * df * exp_start
    da -= df
    return dstart, da
