import numpy as np


def vjp_cubic_spline(knots, values, points, dout):
    """Gradient of `dout * cubic_spline` with respect to (knots, values,
    points), for the cotangent dout.
    """
    n = len(knots) - 1
    h = []
    for k in range(n):
        h.append(knots[k + 1] - knots[k])
    w_stack = []
    records = []
    t1 = np.ones(n + 1)
    t2 = np.zeros(n + 1)
    for i in range(1, n):
        t3 = (values[i + 1] - values[i]) / h[i]
        t4 = (values[i] - values[i - 1]) / h[i - 1]
        slope = t3 - t4
        t1[i] = 2.0 * (h[i - 1] + h[i])
        t2[i] = 6.0 * slope
        records.append((t3, t4, t1.copy(), t2.copy()))
        if i > 1:
            w = h[i - 1] / t1[i - 1]
            w_stack.append(w)
            t1[i] -= w * h[i - 1]
            t2[i] -= w * t2[i - 1]
    curvature = np.zeros(n + 1)
    t5 = n - 1
    curvature_stack = []
    for i in range(t5, 0, -1):
        curvature_stack.append(curvature[i])
        curvature[i] = (t2[i] - h[i] * curvature[i + 1]) / t1[i]
    dout = dout.copy()
    dh = [0.0] * len(h)
    dvalues = np.zeros_like(values)
    dcurvature = np.zeros_like(curvature)
    dknots = np.zeros_like(knots)
    dpoints = np.zeros_like(points)
    for k in range(len(points) - 1, -1, -1):
        t6 = points[k]
        i = 0
        while i < n - 1 and t6 > knots[i + 1]:
            i += 1
        t7 = i + 1
        t8 = h[i]
        a = (knots[t7] - t6) / t8
        b = 1.0 - a
        t9 = a ** 3 - a
        t10 = curvature[i]
        t11 = b ** 3 - b
        t12 = i + 1
        t13 = curvature[t12]
        bend = t9 * t10 + t11 * t13
        t14 = i + 1
        t15 = h[i]
        dz = dout[k]
        dout[k] = 0.0
        dbend = 0.16666666666666666 * dz * t15 ** 2
        dt11 = dbend * t13
        dt9 = dbend * t10
        db = dz * values[t14] + 3.0 * b ** 2 * dt11 - dt11
        da = dz * values[i] + 3.0 * a ** 2 * dt9 - dt9 - db
        dz1 = da / t8
        dh[i] += 0.3333333333333333 * t15 * (bend * dz)
        dh[i] -= da * (a / t8)
        dvalues[i] += a * dz
        dvalues[t14] += b * dz
        dcurvature[i] += dbend * t9
        dcurvature[t12] += dbend * t11
        dknots[t7] += dz1
        dpoints[k] -= dz1

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t16 = curvature[i]
        curvature[i] = curvature_stack.pop()
        t17 = i + 1
        t18 = t1[i]
        dz2 = dcurvature[i]
        dcurvature[i] = 0.0
        dz3 = dz2 / t18
        dcurvature[t17] -= dz3 * h[i]
        dt1[i] -= dz2 * (t16 / t18)
        dh[i] -= dz3 * curvature[t17]
        dt2[i] += dz3
    for i in range(t5, 0, -1):
        t3, t4, t19, t20 = records[i - 1]
        t21 = i - 1
        t22 = h[t21]
        t23 = h[i]
        t24 = np.zeros_like(t20)
        t25 = np.zeros_like(t19)
        if i > 1:
            w = w_stack.pop()
            t26 = i - 1
            t27 = i - 1
            t28 = i - 1
            t29 = t19[t28]
            dz4 = dt2[i]
            dz5 = dt1[i]
            dw = -dz5 * h[t27] - dz4 * t20[t26]
            dt2 = t24 + dt2
            dt2[t26] -= w * dz4
            dt1 = t25 + dt1
            dt1[t28] -= dw * (w / t29)
            dh[t27] -= w * dz5
            dh[i - 1] += dw / t29
        else:
            dt2 = t24 + dt2
            dt1 = t25 + dt1
        dz6 = dt2[i]
        dt2[i] = 0.0
        dslope = 6.0 * dz6
        dz7 = dt1[i]
        dt1[i] = 0.0
        dz8 = 2.0 * dz7
        dz9 = dslope / t22
        dz10 = dslope / t23
        dh[i] += dz8
        dh[i - 1] += dz8
        dh[t21] += dslope * (t4 / t22)
        dh[i] -= dslope * (t3 / t23)
        dvalues[i + 1] += dz10
        dvalues[i] += -dz9 - dz10
        dvalues[i - 1] += dz9
    for i in range(t5, -1, -1):
        dz11 = dh.pop()
        dknots[i + 1] += dz11
        dknots[i] -= dz11
    return dknots, dvalues, dpoints
