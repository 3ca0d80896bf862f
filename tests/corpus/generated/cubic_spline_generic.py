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
    records2 = []
    for i in range(t7, 0, -1):
        t8 = curvature[i + 1]
        t9 = (t2[i] - h[i] * t8) / t1[i]
        records2.append((t8, t9))
        curvature[i] = t9
    dout = dout.copy()
    dh = gradient_of(h)
    dvalues = gradient_of(values)
    dcurvature = np.zeros_like(curvature)
    dknots = gradient_of(knots)
    dpoints = gradient_of(points)
    for k in range(len(points) - 1, -1, -1):
        t10 = points[k]
        i = 0
        while i < n - 1 and t10 > knots[i + 1]:
            i += 1
        t11 = i + 1
        t12 = knots[t11]
        t13 = h[i]
        a = (t12 - t10) / t13
        b = 1.0 - a
        t14 = a ** 3 - a
        t15 = curvature[i]
        t16 = b ** 3 - b
        t17 = i + 1
        t18 = curvature[t17]
        bend = t14 * t15 + t16 * t18
        t19 = values[i]
        t20 = a * t19
        t21 = i + 1
        t22 = values[t21]
        t23 = b * t22
        t24 = h[i]
        t25 = t24 ** 2
        t26 = bend * t25 / 6.0
        t27 = np.broadcast_to(dout[k], np.shape(t20 + t23 + t26))
        dout[k] = 0.0
        dt26 = sum_to(t27, t26)
        dbend = 0.16666666666666666 * sum_to(dt26 * t25, bend)
        dt20 = sum_to(t27, t20)
        dt23 = sum_to(t27, t23)
        dt16 = dbend * t18
        dt14 = dbend * t15
        db = sum_to(dt23 * t22, b) + 3.0 * b ** 2 * dt16 - dt16
        da = sum_to(dt20 * t19, a) + 3.0 * a ** 2 * dt14 - dt14 - db
        t28 = da / t13
        dh[i] += 0.3333333333333333 * t24 * sum_to(bend * dt26, t25)
        dh[i] -= sum_to(da * (a / t13), t13)
        dvalues[t21] += sum_to(b * dt23, t22)
        dvalues[i] += sum_to(a * dt20, t19)
        dcurvature[i] += np.real(np.sum(dbend * t14))
        dcurvature[t17] += np.real(np.sum(dbend * t16))
        dknots[t11] += sum_to(t28, t12)
        dpoints[k] -= sum_to(t28, t10)

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t8, t9 = records2.pop()
        t29 = h[i]
        t30 = t1[i]
        t31 = dcurvature[i]
        dcurvature[i] = 0.0
        dz = np.broadcast_to(t31, np.shape(t29)) / t30
        dcurvature[i + 1] += np.real(-np.sum(dz * t29))
        dt1[i] += np.real(-np.sum(t31 * (t9 / t30)))
        dh[i] -= dz * t8
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
