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
    if not names or hasattr(x, "__name__"):  # a function has no gradient, nor has a class
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def as_float(x):
    """x in floating point: bools and ints become floats."""
    return x if np.result_type(x).kind in "fc" else x * 1.0


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
    stack = []
    for i in range(t7, 0, -1):
        t8 = (t2[i] - h[i] * curvature[i + 1]) / t1[i]
        stack.append(t8)
        curvature[i] = t8
    dout = dout.copy()
    dh = gradient_of(h)
    dvalues = gradient_of(values)
    dcurvature = np.zeros_like(curvature)
    dknots = gradient_of(knots)
    dpoints = gradient_of(points)
    for k in range(len(points) - 1, -1, -1):
        t9 = points[k]
        i = 0
        while i < n - 1 and t9 > knots[i + 1]:
            i += 1
        t10 = i + 1
        t11 = knots[t10]
        t12 = h[i]
        a = (t11 - t9) / t12
        b = 1.0 - a
        t13 = a ** 3 - a
        t14 = curvature[i]
        t15 = b ** 3 - b
        t16 = i + 1
        t17 = curvature[t16]
        bend = t13 * t14 + t15 * t17
        t18 = values[i]
        t19 = i + 1
        t20 = values[t19]
        t21 = h[i]
        t22 = np.broadcast_to(dout[k], np.broadcast(bend, t21).shape)
        dout[k] = 0.0
        dz = sum_to(t22, a * t18 + b * t20)
        dbend = 0.16666666666666666 * sum_to(t22 * t21 ** 2, bend)
        dt15 = dbend * t17
        dt13 = dbend * t14
        db = dz * t20 + 3.0 * b ** 2 * dt15 - dt15
        da = dz * t18 + 3.0 * a ** 2 * dt13 - dt13 - db
        t23 = da / t12
        dh[i] += 0.3333333333333333 * t21 * sum_to(bend * t22, t21)
        dh[i] -= sum_to(da * (a / t12), t12)
        dvalues[t19] += np.sum(b * dz)
        dvalues[i] += np.sum(a * dz)
        dcurvature[i] += np.real(np.sum(dbend * t13))
        dcurvature[t16] += np.real(np.sum(dbend * t15))
        dknots[t10] += sum_to(t23, t11)
        dpoints[k] -= sum_to(t23, t9)

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t8 = stack.pop()
        t24 = i + 1
        t25 = h[i]
        t26 = t1[i]
        t27 = dcurvature[i]
        dcurvature[i] = 0.0
        dz1 = np.broadcast_to(t27, np.shape(t25)) / t26
        dcurvature[t24] += np.real(-np.sum(dz1 * t25))
        dt1[i] += np.real(-np.sum(t27 * (t8 / t26)))
        dh[i] -= dz1 * curvature[t24]
        dt2[i] += np.real(np.sum(dz1))
    for i in range(t7, 0, -1):
        t3, t4 = records1[i - 1]
        slope = t3 - t4
        t28 = i - 1
        t29 = h[t28]
        t30 = h[i]
        t31 = i - 1
        t32 = h[t31]
        t33 = h[i]
        if i > 1:
            t5, w, t6 = records.pop()
            t34 = i - 1
            t35 = h[t34]
            t36 = dt2[i]
            t37 = np.broadcast_to(dt1[i], np.shape(w * t35))
            dw = -sum_to(t37 * t35, w) - t36 * t6
            dt2[i - 1] += np.real(-np.sum(w * t36))
            dt1[i - 1] += np.real(-np.sum(dw * (w / t5)))
            dh[t34] -= sum_to(w * t37, t35)
            dh[i - 1] += dw / t5
        t38 = np.broadcast_to(dt2[i], np.shape(slope))
        dt2[i] = 0.0
        dslope = 6.0 * t38
        t39 = np.broadcast_to(dt1[i], np.shape(t29 + t30))
        dt1[i] = 0.0
        sum_to_dslope = sum_to(dslope, t3)
        sum_to_dslope1 = sum_to(dslope, t4)
        dz2 = np.sum(sum_to_dslope1 / t32)
        dz3 = np.sum(sum_to_dslope / t33)
        dh[i] += 2.0 * sum_to(t39, t30)
        dh[t28] += 2.0 * sum_to(t39, t29)
        dh[t31] += sum_to_dslope1 * (t4 / t32)
        dh[i] -= sum_to_dslope * (t3 / t33)
        dvalues[i - 1] += dz2
        dvalues[i] -= dz2
        dvalues[i] -= dz3
        dvalues[i + 1] += dz3
    for i in range(t7, -1, -1):
        t40 = i + 1
        t41 = knots[t40]
        t42 = knots[i]
        t43 = dh.pop()
        t44 = as_float(sum_to(t43, t41 - t42))
        dknots[i] = dknots[i] + -sum_to(t44, t42)
        dknots[t40] = dknots[t40] + sum_to(t44, t41)
    return dknots, dvalues, dpoints
