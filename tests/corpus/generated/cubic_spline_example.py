import numpy as np


def vjp_cubic_spline(knots, values, points, dout):
    """Gradient of `dout * cubic_spline` with respect to (knots, values,
    points), for the cotangent dout.
    """
    n = len(knots) - 1
    h = []
    for k in range(n):
        h.append(knots[k + 1] - knots[k])
    records = []
    records1 = []
    t1 = np.ones(n + 1)
    t2 = np.zeros(n + 1)
    for i in range(1, n):
        t3 = (values[i + 1] - values[i]) / h[i]
        t4 = (values[i] - values[i - 1]) / h[i - 1]
        records1.append((t3, t4))
        slope = t3 - t4
        t1[i] = 2.0 * (h[i - 1] + h[i])
        t2[i] = 6.0 * slope
        if i > 1:
            t5 = t1[i - 1]
            w = h[i - 1] / t5
            t1[i] -= w * h[i - 1]
            t6 = t2[i - 1]
            records.append((t5, w, t6))
            t2[i] -= w * t6
    curvature = np.zeros(n + 1)
    t7 = n - 1
    for i in range(t7, 0, -1):
        curvature[i] = (t2[i] - h[i] * curvature[i + 1]) / t1[i]
    dout = dout.copy()
    dh = [0.0] * len(h)
    dvalues = np.zeros_like(values)
    dcurvature = np.zeros_like(curvature)
    dknots = np.zeros_like(knots)
    dpoints = np.zeros_like(points)
    for k in range(len(points) - 1, -1, -1):
        t8 = points[k]
        i = 0
        while i < n - 1 and t8 > knots[i + 1]:
            i += 1
        t9 = i + 1
        t10 = h[i]
        a = (knots[t9] - t8) / t10
        b = 1.0 - a
        t11 = a ** 3 - a
        t12 = curvature[i]
        t13 = b ** 3 - b
        t14 = i + 1
        t15 = curvature[t14]
        bend = t11 * t12 + t13 * t15
        t16 = i + 1
        t17 = h[i]
        dz = dout[k]
        dout[k] = 0.0
        dbend = 0.16666666666666666 * dz * t17 ** 2
        dt13 = dbend * t15
        dt11 = dbend * t12
        db = dz * values[t16] + 3.0 * b ** 2 * dt13 - dt13
        da = dz * values[i] + 3.0 * a ** 2 * dt11 - dt11 - db
        dz1 = da / t10
        dh[i] += 0.3333333333333333 * t17 * (bend * dz)
        dh[i] -= da * (a / t10)
        dvalues[i] += a * dz
        dvalues[t16] += b * dz
        dcurvature[i] += dbend * t11
        dcurvature[t14] += dbend * t13
        dknots[t9] += dz1
        dpoints[k] -= dz1

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t18 = i + 1
        t19 = t1[i]
        dz2 = dcurvature[i]
        dcurvature[i] = 0.0
        dz3 = dz2 / t19
        dcurvature[t18] -= dz3 * h[i]
        dt1[i] -= dz2 * (curvature[i] / t19)
        dh[i] -= dz3 * curvature[t18]
        dt2[i] += dz3
    for i in range(t7, 0, -1):
        t3, t4 = records1[i - 1]
        t20 = i - 1
        t21 = h[t20]
        t22 = h[i]
        if i > 1:
            t5, w, t6 = records.pop()
            t23 = i - 1
            dz4 = dt2[i]
            dz5 = dt1[i]
            dw = -dz5 * h[t23] - dz4 * t6
            dt2[i - 1] -= w * dz4
            dt1[i - 1] -= dw * (w / t5)
            dh[t23] -= w * dz5
            dh[i - 1] += dw / t5
        dz6 = dt2[i]
        dt2[i] = 0.0
        dslope = 6.0 * dz6
        dz7 = dt1[i]
        dt1[i] = 0.0
        dz8 = 2.0 * dz7
        dz9 = dslope / t21
        dz10 = dslope / t22
        dh[i] += dz8
        dh[i - 1] += dz8
        dh[t20] += dslope * (t4 / t21)
        dh[i] -= dslope * (t3 / t22)
        dvalues[i + 1] += dz10
        dvalues[i] += -dz9 - dz10
        dvalues[i - 1] += dz9
    for i in range(t7, -1, -1):
        dz11 = dh.pop()
        dknots[i + 1] += dz11
        dknots[i] -= dz11
    return dknots, dvalues, dpoints
