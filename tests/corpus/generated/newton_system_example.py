import numpy as np


def vjp_newton_system(x, a, b, iterations, dout):
    """Gradient of `dout * newton_system` with respect to (x, a, b), for the
    cotangent dout.
    """
    x_hist = []
    records = []
    for _ in range(iterations):
        x_hist.append(x[0])
        t1 = np.exp(-x[1])
        F = np.array([x[0] ** 2 + x[1] ** 2 - a, x[0] - b * t1])
        t2 = np.exp(-x[1])
        J = np.array([[2.0 * x[0], 2.0 * x[1]], [1.0, b * t2]])
        step = np.linalg.solve(J, F)
        records.append((x[1], t1, t2, J, step))
        x = x - step
        if np.linalg.norm(step) < 1e-06:
            break

    dx = dout.copy()
    db = 0.0
    da = 0.0
    for k in range(len(x_hist) - 1, -1, -1):
        t3, t1, t2, J, step = records[k]
        dstep = -dx
        dF = np.linalg.solve(J.T, dstep)
        dJ = -np.outer(dF, step)
        da -= dF[0]
        t4 = 2.0 * x_hist[k] * dF[0] + dF[1] + 2.0 * dJ[0][0]
        t5 = 2.0 * t3 * dF[0] + b * dF[1] * t1 + 2.0 * dJ[0][1]
        dx[0] += t4
        dx[1] += t5 - b * dJ[1][1] * t2
        db = db + dJ[1][1] * t2 - dF[1] * t1
    dx = dx.copy()
    return dx, da, db
