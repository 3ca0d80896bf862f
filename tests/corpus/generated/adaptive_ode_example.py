import numpy as np


def vjp_adaptive_ode(y, mu, end, tol, dout):
    """Gradient of `dout * adaptive_ode` with respect to (y, mu), for the
    cotangent dout.
    """
    h_hist = []
    records = []
    h = 0.5
    t = 0.0
    while end - t > 1e-09:
        h_hist.append(h)
        t1 = end - t
        h = min(h, t1)
        t2 = mu * (1.0 - y[0] ** 2)
        k1 = np.array([y[1], t2 * y[1] - y[0]])
        t3 = y + h * k1
        t4 = mu * (1.0 - t3[0] ** 2)
        k2 = np.array([t3[1], t4 * t3[1] - t3[0]])
        t5 = np.sqrt(np.sum((k2 - k1) ** 2))
        error = 0.5 * h * t5
        t6 = error < 10.0 * tol
        if t6:
            t += h
            y_1 = y + 0.5 * h * (k1 + k2)
        else:
            y_1 = y
        t7 = 10.0 * tol / error
        t8 = np.sqrt(t7)
        records.append((t1, y[0], t2, y[1], k1, t3, t4, k2, t5, t6, t7, t8))
        h *= max(0.3, min(2.0, 0.9 * t8))
        y = y_1

    dh = 0.0
    dt = 0.0
    dy = dout
    dmu = 0.0
    for k in range(len(h_hist) - 1, -1, -1):
        t1, t9, t2, t10, k1, t3, t4, k2, t5, t6, t7, t8 = records[k]
        h = h_hist[k]
        t11 = 0.9 * t8
        t12 = min(2.0, t11)
        h_1 = min(h, t1)
        error = 0.5 * h_1 * t5
        t13 = t3[0]
        dz = h_1 * dh
        if not t12 > 0.3:
            dz = 0.5 * dz if t12 == 0.3 else 0.0
        if not t11 < 2.0:
            dz = 0.5 * dz if t11 == 2.0 else 0.0
        derror = -(0.45 * dz / t8 * (t7 / error))
        if t6:
            dz1 = 0.5 * h_1 * dy
            t14 = dz1
            t15 = 0.5 * (dy * (k1 + k2)).sum() + dt
        else:
            dz1 = np.zeros_like(k1)
            t14 = np.zeros_like(k2)
            t15 = 0.0
        dz2 = 2.0 * (k2 - k1) * (0.25 * h_1 * derror / t5)
        dk2 = t14 + dz2
        dt4 = dk2[1] * t3[1]
        dt3 = np.zeros_like(t3)
        dt3[1] += dk2[0] + dk2[1] * t4
        dt3[0] += -2.0 * t13 * (mu * dt4) - dk2[1]
        dk1 = dz1 + h_1 * dt3 - dz2
        dt2 = dk1[1] * t10
        dh_1 = dh * max(0.3, t12) + t15 + 0.5 * derror * t5 + (k1 * dt3).sum()
        if h < t1:
            dh = dh_1
        else:
            dh = 0.5 * dh_1 if h == t1 else 0.0
        dt -= dh_1 if t1 < h else 0.5 * dh_1 if t1 == h else 0.0
        dy = dy + dt3
        dy[1] += dk1[0] + dk1[1] * t2
        dy[0] += -2.0 * t9 * (mu * dt2) - dk1[1]
        dmu = dmu + dt4 * (1.0 - t13 ** 2) + dt2 * (1.0 - t9 ** 2)
    dy = dy.copy()
    return dy, dmu
