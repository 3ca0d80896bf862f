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
    dvalues = gradient_of(values)
    dcurvature = np.zeros_like(curvature)
    dknots = gradient_of(knots)
    dpoints = gradient_of(points)
    for k in range(len(points) - 1, -1, -1):
        t8 = points[k]
        i = 0
        while i < n - 1 and t8 > knots[i + 1]:
            i += 1
        t9 = i + 1
        t10 = knots[t9]
        t11 = h[i]
        a = (t10 - t8) / t11
        b = 1.0 - a
        t12 = a ** 3 - a
        t13 = curvature[i]
        t14 = b ** 3 - b
        t15 = i + 1
        t16 = curvature[t15]
        bend = t12 * t13 + t14 * t16
        t17 = values[i]
        t18 = a * t17
        t19 = i + 1
        t20 = values[t19]
        t21 = b * t20
        t22 = h[i]
        t23 = t22 ** 2
        t24 = bend * t23 / 6.0
        t25 = np.broadcast_to(dout[k], np.shape(t18 + t21 + t24))
        dout[k] = 0.0
        dt24 = sum_to(t25, t24)
        dbend = 0.16666666666666666 * sum_to(dt24 * t23, bend)
        dt18 = sum_to(t25, t18)
        dt21 = sum_to(t25, t21)
        dt14 = dbend * t16
        dt12 = dbend * t13
        db = sum_to(dt21 * t20, b) + 3.0 * b ** 2 * dt14 - dt14
        da = sum_to(dt18 * t17, a) + 3.0 * a ** 2 * dt12 - dt12 - db
        t26 = da / t11
        dh[i] += 0.3333333333333333 * t22 * sum_to(bend * dt24, t23)
        dh[i] -= sum_to(da * (a / t11), t11)
        dvalues[t19] += sum_to(b * dt21, t20)
        dvalues[i] += sum_to(a * dt18, t17)
        dcurvature[i] += np.real(np.sum(dbend * t12))
        dcurvature[t15] += np.real(np.sum(dbend * t14))
        dknots[t9] += sum_to(t26, t10)
        dpoints[k] -= sum_to(t26, t8)

    dt1 = np.zeros_like(t1)
    dt2 = np.zeros_like(t2)
    for i in range(1, n):
        t6, t7 = records1.pop()
        t27 = h[i]
        t28 = t1[i]
        t29 = dcurvature[i]
        dcurvature[i] = 0.0
        dz = np.broadcast_to(t29, np.shape(t27)) / t28
        dcurvature[i + 1] += np.real(-np.sum(dz * t27))
        dt1[i] += np.real(-np.sum(t29 * (t7 / t28)))
        dh[i] -= dz * t6
        dt2[i] += np.real(np.sum(dz))
    for i in range(t5, 0, -1):
        t3, t4, t30, t31 = records[i - 1]
        slope = t3 - t4
        t32 = i - 1
        t33 = h[t32]
        t34 = h[i]
        t35 = i - 1
        t36 = h[t35]
        t37 = i - 1
        t38 = h[i]
        t39 = i + 1
        t40 = np.zeros_like(t31)
        t41 = np.zeros_like(t30)
        if i > 1:
            w = w_stack.pop()
            t42 = i - 1
            t43 = h[t42]
            t44 = i - 1
            t45 = i - 1
            t46 = t30[t45]
            t47 = dt2[i]
            t48 = np.broadcast_to(dt1[i], np.shape(w * t43))
            dw = -sum_to(t48 * t43, w) - t47 * t31[t44]
            dt2 = t40 + dt2
            dt2[t44] += np.real(-np.sum(w * t47))
            dt1 = t41 + dt1
            dt1[t45] += np.real(-np.sum(dw * (w / t46)))
            dh[t42] -= sum_to(w * t48, t43)
            dh[i - 1] += dw / t46
        else:
            dt2 = t40 + dt2
            dt1 = t41 + dt1
        t49 = np.broadcast_to(dt2[i], np.shape(slope))
        dt2[i] = 0.0
        dslope = 6.0 * t49
        t50 = np.broadcast_to(dt1[i], np.shape(t33 + t34))
        dt1[i] = 0.0
        sum_to_dslope = sum_to(dslope, t3)
        sum_to_dslope1 = sum_to(dslope, t4)
        t51 = sum_to_dslope1 / t36
        t52 = sum_to_dslope / t38
        dh[i] += 2.0 * sum_to(t50, t34)
        dh[t32] += 2.0 * sum_to(t50, t33)
        dh[t35] += sum_to(sum_to_dslope1 * (t4 / t36), t36)
        dh[i] -= sum_to(sum_to_dslope * (t3 / t38), t38)
        dvalues[t37] += sum_to(t51, values[t37])
        dvalues[i] -= sum_to(t51, values[i])
        dvalues[i] -= sum_to(t52, values[i])
        dvalues[t39] += sum_to(t52, values[t39])
    for i in range(t5, -1, -1):
        t53 = i + 1
        t54 = knots[t53]
        t55 = knots[i]
        t56 = dh.pop()
        t57 = as_float(sum_to(t56, t54 - t55))
        dknots[i] = dknots[i] + -sum_to(t57, t55)
        dknots[t53] = dknots[t53] + sum_to(t57, t54)
    assemble_values = assemble(values, (dvalues,))
    return assemble(knots, (dknots,)), assemble_values, assemble(
        points, (dpoints,)
    )
