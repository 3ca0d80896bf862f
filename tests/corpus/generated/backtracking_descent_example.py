import numpy as np


def grad_backtracking_descent(x, a, b, steps):
    """Gradient of `backtracking_descent` with respect to (x, a, b)."""
    records = []
    for _ in range(steps):
        t1 = x[1] - x[0] ** 2
        t2 = x[1] - x[0] ** 2
        slope = np.array(
            [-2.0 * (a - x[0]) - 4.0 * b * x[0] * t1, 2.0 * b * t2]
        )
        value = (a - x[0]) ** 2 + b * (x[1] - x[0] ** 2) ** 2
        t = 1.0
        while True:
            t3 = x - t * slope
            if (
                not (a - t3[0]) ** 2 + b * (t3[1] - t3[0] ** 2) ** 2
                > value - 0.3 * t * (slope @ slope)
            ):
                break
            t *= 0.5
        records.append((x[0], x[0], t1, x[0], t2, t))
        x = x - t * slope
    t4 = a - x[0]
    t5 = x[1] - x[0] ** 2

    t6 = t5 * b
    dx = np.zeros_like(x)
    dx[0] += -2.0 * t4 - 4.0 * x[0] * t6
    dx[1] += 2.0 * t6
    db = t5 ** 2
    da = 2.0 * t4
    for k in range(steps - 1, -1, -1):
        t7, t8, t1, t9, t2, t = records[k]
        dslope = -t * dx
        t10 = b * dslope[1]
        t11 = dslope[0] * t1
        dz = dslope[0] * 4.0 * b * t7
        dz1 = 2.0 * dslope[0]
        da -= dz1
        dx[0] += dz1 + 2.0 * t8 * dz - 4.0 * b * t11 - 4.0 * t9 * t10
        dx[1] += 2.0 * t10 - dz
        db = db + 2.0 * dslope[1] * t2 - 4.0 * t11 * t7
    return dx, da, db
