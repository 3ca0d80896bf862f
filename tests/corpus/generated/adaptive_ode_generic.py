import numpy as np


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
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


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if np.shape(g) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_adaptive_ode(y, mu, end, tol, dout):
    """Gradient of `dout * adaptive_ode` with respect to (y, mu), for the
    cotangent dout.
    """
    stack = []
    h_hist = []
    records = []
    h = 0.5
    t = 0.0
    y_1 = y
    while end - t > 1e-09:
        h_hist.append(h)
        t1 = end - t
        h = min(h, t1)
        t2 = y_1[0]
        t3 = mu * (1.0 - t2 ** 2)
        t4 = y_1[1]
        t5 = t3 * t4 - y_1[0]
        k1 = np.array([y_1[1], t5])
        t6 = y_1 + h * k1
        t7 = mu * (1.0 - t6[0] ** 2)
        k2 = np.array([t6[1], t7 * t6[1] - t6[0]])
        t8 = np.sqrt(np.sum((k2 - k1) ** 2))
        error = 0.5 * h * t8
        t9 = error < 10.0 * tol
        if t9:
            t += h
            t10 = 0.5 * h * (k1 + k2)
            stack.append(t10)
            y_2 = y_1 + t10
        else:
            y_2 = y_1
        t11 = 10.0 * tol / error
        t12 = np.sqrt(t11)
        records.append(
            (
                np.shape(y_1),
                np.shape(y_1),
                t1,
                np.shape(y_1[1]),
                t2,
                t3,
                t4,
                np.shape(y_1[0]),
                np.shape(t5),
                k1,
                t6,
                t7,
                k2,
                t8,
                t9,
                t11,
                t12
            )
        )
        h *= max(0.3, min(2.0, 0.9 * t12))
        y_1 = y_2

    dh = 0.0
    dt = 0.0
    dy = dout
    dmu = np.zeros_like(mu, np.result_type(mu, 0.0))
    for k in range(len(h_hist) - 1, -1, -1):
        (
            t13,
            t14,
            t1,
            t15,
            t2,
            t3,
            t4,
            t16,
            t17,
            k1,
            t6,
            t7,
            k2,
            t8,
            t9,
            t11,
            t12
        ) = records[k]
        h = h_hist[k]
        t18 = 0.9 * t12
        t19 = min(2.0, t18)
        h_1 = min(h, t1)
        error = 0.5 * h_1 * t8
        t20 = t6[1]
        t21 = t6[0]
        t22 = t6[0]
        t23 = 1.0 - t22 ** 2
        t24 = 1.0 - t2 ** 2
        dz = h_1 * dh
        if not t19 > 0.3:
            dz = 0.5 * dz if t19 == 0.3 else 0.0
        t25 = 0.45 * (dz if t18 < 2.0 else 0.5 * dz if t18 == 2.0 else 0.0)
        derror = -np.sum(t25 / t12 * (t11 / error))
        if t9:
            t10 = stack.pop()
            sum_to_dy = sum_to(dy, t10)
            dz1 = np.real(0.5 * h_1 * sum_to_dy)
            dy = sum_to_shape(dy, t13)
            t26 = sum_to(dz1, k1)
            t27 = sum_to(dz1, k2)
            t28 = 0.5 * np.sum(sum_to_dy * (k1 + k2)) + dt
        else:
            t26 = np.zeros_like(k1)
            t27 = np.zeros_like(k2)
            t28 = 0.0
        t29 = (k2 - k1) * (0.5 * np.real(0.5 * h_1 * derror) / t8)
        dk2 = t27 + 2.0 * sum_to(t29, k2)
        dz2 = sum_to_shape(dk2[1], np.shape(t7 * t20 - t21))
        dt7 = dz2 * t20
        dz3 = -2.0 * t22 * sum_to(mu * dt7, t23)
        t30 = sum_to_shape(dk2[0], np.shape(t6[1])) + sum_to(dz2 * t7, t20)
        dt6 = np.zeros_like(t6, np.result_type(t6, 0.0))
        dt6[1] += t30
        dt6[0] += dz3 - sum_to_shape(dk2[1], np.shape(t21))
        dz4 = sum_to_shape(dt6, np.shape(h_1 * k1))
        dk1 = t26 + np.real(h_1 * dz4) - 2.0 * sum_to(t29, k1)
        dt5 = sum_to_shape(dk1[1], t17)
        dt3 = dt5 * t4
        dh_1 = dh * max(0.3, t19) + t28 + 0.5 * derror * t8 + np.sum(k1 * dz4)
        if h < t1:
            dh = dh_1
        else:
            dh = 0.5 * dh_1 if h == t1 else 0.0
        t31 = (
            (dh_1 if t1 < h else 0.5 * dh_1 if t1 == h else 0.0) * np.size(end)
        )
        dt -= t31
        dy = dy + sum_to_shape(dt6, t14)
        t32 = -2.0 * t2 * sum_to(mu * dt3, t24) - sum_to_shape(dk1[1], t16)
        dy[1] += sum_to_shape(dk1[0], t15) + sum_to(dt5 * t3, t4)
        dy[0] += t32
        dmu = dmu + sum_to(dt7 * t23, mu) + sum_to(dt3 * t24, mu)
    dy = like(real_like(dy, y), y)
    dmu = like(dmu, mu)
    return dy, dmu
