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


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
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


def assemble(x, *parts):
    """The gradient of x from (key, ..., gradient) parts; zeros where there is none."""

    def add(total, path, g):
        if total is None or g is None:
            return total
        if path:
            return put(total, path[0], lambda entry: add(entry, path[1:], g))
        if isinstance(total, (np.ndarray, np.number, float, complex)):
            if np.iscomplexobj(g) and not np.iscomplexobj(total):
                g = np.real(g)
            return total + np.asarray(g, np.result_type(total))
        if isinstance(total, dict):
            keys = list(total)
        elif isinstance(total, (list, tuple)):
            keys = list(range(len(total)))
        else:
            keys = list(getattr(total, "__dataclass_fields__", None) or total.__dict__)
        for key in keys:
            part = g[key] if hasattr(g, "__getitem__") else getattr(g, key)
            total = put(total, key, lambda entry, part=part: add(entry, (), part))
        return total

    def put(total, key, change):
        if isinstance(total, np.ndarray):
            places = np.arange(total.size).reshape(total.shape)[key]
            entry = change(np.zeros(np.shape(places), total.dtype))
            np.add.at(total.reshape(-1), places, entry)
        elif isinstance(total, tuple):
            if isinstance(key, str):
                key = [*getattr(total, "_fields", ())].index(key)
            items = list(total)
            items[key] = change(items[key])
            return type(total)(*items) if hasattr(total, "_fields") else type(total)(items)
        elif isinstance(total, (list, dict)):
            total[key] = change(total[key])
        else:
            object.__setattr__(total, key, change(getattr(total, key)))
        return total

    gradient = gradient_of(x)
    for *path, g in parts:
        gradient = add(gradient, path, g)
    return gradient


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
        t19 = a * t18
        t20 = i + 1
        t21 = values[t20]
        t22 = b * t21
        t23 = h[i]
        t24 = t23 ** 2
        t25 = bend * t24 / 6.0
        t26 = np.broadcast_to(dout[k], np.shape(t19 + t22 + t25))
        dout[k] = 0.0
        dt25 = sum_to(t26, t25)
        dbend = 0.16666666666666666 * sum_to(dt25 * t24, bend)
        dt19 = sum_to(t26, t19)
        dt22 = sum_to(t26, t22)
        dt15 = dbend * t17
        dt13 = dbend * t14
        db = sum_to(dt22 * t21, b) + 3.0 * b ** 2 * dt15 - dt15
        da = sum_to(dt19 * t18, a) + 3.0 * a ** 2 * dt13 - dt13 - db
        t27 = da / t12
        dh[i] += 0.3333333333333333 * t23 * sum_to(bend * dt25, t24)
        dh[i] -= sum_to(da * (a / t12), t12)
        dvalues[t20] += sum_to(b * dt22, t21)
        dvalues[i] += sum_to(a * dt19, t18)
        dcurvature[i] += np.real(np.sum(dbend * t13))
        dcurvature[t16] += np.real(np.sum(dbend * t15))
        dknots[t10] += sum_to(t27, t11)
        dpoints[k] -= sum_to(t27, t9)

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t8 = stack.pop()
        t28 = i + 1
        t29 = h[i]
        t30 = t1[i]
        t31 = dcurvature[i]
        dcurvature[i] = 0.0
        dz = np.broadcast_to(t31, np.shape(t29)) / t30
        dcurvature[t28] += np.real(-np.sum(dz * t29))
        dt1[i] += np.real(-np.sum(t31 * (t8 / t30)))
        dh[i] -= dz * curvature[t28]
        dt2[i] += np.real(np.sum(dz))
    for i in range(t7, 0, -1):
        t3, t4 = records1[i - 1]
        slope = t3 - t4
        t32 = i - 1
        t33 = h[t32]
        t34 = h[i]
        t35 = i - 1
        t36 = h[t35]
        t37 = i - 1
        t38 = h[i]
        t39 = i + 1
        if i > 1:
            t5, w, t6 = records.pop()
            t40 = i - 1
            t41 = h[t40]
            t42 = dt2[i]
            t43 = np.broadcast_to(dt1[i], np.shape(w * t41))
            dw = -sum_to(t43 * t41, w) - t42 * t6
            dt2[i - 1] += np.real(-np.sum(w * t42))
            dt1[i - 1] += np.real(-np.sum(dw * (w / t5)))
            dh[t40] -= sum_to(w * t43, t41)
            dh[i - 1] += dw / t5
        t44 = np.broadcast_to(dt2[i], np.shape(slope))
        dt2[i] = 0.0
        dslope = 6.0 * t44
        t45 = np.broadcast_to(dt1[i], np.shape(t33 + t34))
        dt1[i] = 0.0
        sum_to_dslope = sum_to(dslope, t3)
        sum_to_dslope1 = sum_to(dslope, t4)
        t46 = sum_to_dslope1 / t36
        t47 = sum_to_dslope / t38
        dh[i] += 2.0 * sum_to(t45, t34)
        dh[t32] += 2.0 * sum_to(t45, t33)
        dh[t35] += sum_to(sum_to_dslope1 * (t4 / t36), t36)
        dh[i] -= sum_to(sum_to_dslope * (t3 / t38), t38)
        dvalues[t37] += sum_to(t46, values[t37])
        dvalues[i] -= sum_to(t46, values[i])
        dvalues[i] -= sum_to(t47, values[i])
        dvalues[t39] += sum_to(t47, values[t39])
    for i in range(t7, -1, -1):
        t48 = i + 1
        t49 = knots[t48]
        t50 = knots[i]
        t51 = dh.pop()
        t52 = as_float(sum_to(t51, t49 - t50))
        dknots[i] = dknots[i] + -sum_to(t52, t50)
        dknots[t48] = dknots[t48] + sum_to(t52, t49)
    assemble_values = assemble(values, (dvalues,))
    return assemble(knots, (dknots,)), assemble_values, assemble(
        points, (dpoints,)
    )
