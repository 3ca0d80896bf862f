import numpy as np


def grad_power_iteration(A, tol, limit):
    """Gradient of `power_iteration` with respect to A."""
    v = np.ones(len(A))
    value = 0.0
    records = []
    v_hist = [v]
    returned = False
    for _ in range(limit):
        w = A @ v
        t1 = np.sqrt(np.sum(w ** 2))
        v = w / t1
        v_hist.append(v)
        t2 = v @ A
        value_1 = t2 @ v
        t3 = abs(value_1 - value) < tol
        records.append((w, t1, t2, t3))
        value = value_1
        if t3:
            returned = True
            break

    if returned:
        dz = 1.0
        dvalue = 0.0
    else:
        dz = 0.0
        dvalue = 1.0
    dv = np.zeros_like(v)
    dA = np.zeros_like(A)
    for k in range(len(v_hist) - 2, -1, -1):
        w, t1, t2, t3 = records[k]
        v = v_hist[k + 1]
        dvalue += dz if t3 else 0.0
        dt2 = dvalue * v
        dv = dv + dvalue * t2 + A @ dt2
        dw = dv / t1 - 2.0 * w * (0.5 * (dv * (v / t1)).sum() / t1)
        dv = A.T @ dw
        dA = dA + np.outer(v, dt2) + np.outer(dw, v_hist[k])
        dvalue = 0.0
        dz = 0.0
    return dA
