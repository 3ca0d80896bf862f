import numpy as np


def gradient_of(x):
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (bool, np.bool_)) or (
        isinstance(x, np.ndarray) and x.dtype.kind not in "iufc"
    ):
        return None
    if isinstance(x, (np.ndarray, np.number, int, float, complex)):
        array = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return array if isinstance(x, np.ndarray) else array[()]
    names = list(getattr(x, "__dataclass_fields__", ()) or getattr(x, "__dict__", ()))
    if not names or callable(x):
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


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
    records1 = []
    for i in range(t5, 0, -1):
        t6 = curvature[i + 1]
        t7 = (t2[i] - h[i] * t6) / t1[i]
        records1.append((t6, t7))
        curvature[i] = t7
    dout = dout.copy()
    dh = gradient_of(h)
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
        dvalues[t16] += b * dz
        dvalues[i] += a * dz
        dcurvature[t14] += dbend * t13
        dcurvature[i] += dbend * t11
        dknots[t9] += dz1
        dpoints[k] -= dz1

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t6, t7 = records1.pop()
        t18 = t1[i]
        dt7 = dcurvature[i]
        dcurvature[i] = 0.0
        dz2 = dt7 / t18
        dcurvature[i + 1] -= dz2 * h[i]
        dt1[i] -= dt7 * (t7 / t18)
        dh[i] -= dz2 * t6
        dt2[i] += dz2
    for i in range(t5, 0, -1):
        t3, t4, t19, t20 = records[i - 1]
        i - 1
        i - 1
        i - 1
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
            dz3 = dt2[i]
            dz4 = dt1[i]
            dw = -dz4 * h[t27] - dz3 * t20[t26]
            dt2 = t24 + dt2
            dt2[t26] -= w * dz3
            dt1 = t25 + dt1
            dt1[t28] -= dw * (w / t29)
            dh[t27] -= w * dz4
            dh[i - 1] += dw / t29
        else:
            dt2 = t24 + dt2
            dt1 = t25 + dt1
        dz5 = dt2[i]
        dt2[i] = 0.0
        dslope = 6.0 * dz5
        dz6 = dt1[i]
        dt1[i] = 0.0
        dz7 = 2.0 * dz6
        dz8 = dslope / t22
        dz9 = dslope / t23
        dh[i] += dz7
        dh[i - 1] += dz7
        dh[t21] += dslope * (t4 / t22)
        dh[i] -= dslope * (t3 / t23)
        dvalues[i - 1] += dz8
        dvalues[i] -= dz8
        dvalues[i] -= dz9
        dvalues[i + 1] += dz9
    for i in range(t5, -1, -1):
        dz10 = dh[-1]
        dh = dh[:-1]
        dknots[i] -= dz10
        dknots[i + 1] += dz10
    return dknots, dvalues, dpoints
