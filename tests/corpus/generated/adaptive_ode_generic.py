import numpy as np


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


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if isinstance(g, float) and not shape:
        return g
    if (g.shape if isinstance(g, np.ndarray) else np.shape(g)) == shape:
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
        k1 = np.array([y_1[1], t3 * t4 - y_1[0]])
        t5 = y_1 + h * k1
        t6 = mu * (1.0 - t5[0] ** 2)
        k2 = np.array([t5[1], t6 * t5[1] - t5[0]])
        t7 = np.sqrt(np.sum((k2 - k1) ** 2))
        error = 0.5 * h * t7
        t8 = error < 10.0 * tol
        if t8:
            t += h
            t9 = 0.5 * h * (k1 + k2)
            stack.append(t9)
            y_2 = y_1 + t9
        else:
            y_2 = y_1
        t10 = 10.0 * tol / error
        t11 = np.sqrt(t10)
        records.append(
            (
                np.shape(y_1),
                t1,
                t2,
                t3,
                t4,
                np.shape(y_1[0]),
                k1,
                t5,
                t6,
                k2,
                t7,
                t8,
                t10,
                t11
            )
        )
        h *= max(0.3, min(2.0, 0.9 * t11))
        y_1 = y_2

    dh = 0.0
    dt = 0.0
    dy = dout
    dmu = np.zeros_like(mu, np.result_type(mu, 0.0))
    for k in range(len(h_hist) - 1, -1, -1):
        t12, t1, t2, t3, t4, t13, k1, t5, t6, k2, t7, t8, t10, t11 = records[k]
        h = h_hist[k]
        t14 = 0.9 * t11
        t15 = min(2.0, t14)
        h_1 = min(h, t1)
        error = 0.5 * h_1 * t7
        t16 = t5[1]
        t17 = t5[0]
        t18 = 1.0 - t17 ** 2
        t19 = 1.0 - t2 ** 2
        dz = h_1 * dh
        if not t15 > 0.3:
            dz = 0.5 * dz if t15 == 0.3 else 0.0
        t20 = 0.45 * (dz if t14 < 2.0 else 0.5 * dz if t14 == 2.0 else 0.0)
        derror = -np.sum(t20 / t11 * (t10 / error))
        if t8:
            t9 = stack.pop()
            sum_to_dy = sum_to(dy, t9)
            dz1 = np.real(0.5 * h_1 * sum_to_dy)
            dy = sum_to_shape(dy, t12)
            t21 = sum_to(dz1, k1)
            t22 = sum_to(dz1, k2)
            t23 = 0.5 * np.sum(sum_to_dy * (k1 + k2)) + dt
        else:
            t21 = np.zeros_like(k1)
            t22 = np.zeros_like(k2)
            t23 = 0.0
        t24 = (k2 - k1) * (0.5 * np.real(0.5 * h_1 * derror) / t7)
        dk2 = t22 + 2.0 * sum_to(t24, k2)
        t25 = sum_to_shape(dk2[1], np.shape(t5[0]))
        dt6 = dk2[1] * t16
        dt5 = np.zeros_like(t5, np.result_type(t5, 0.0))
        dt5[1] += dk2[0] + sum_to(dk2[1] * t6, t16)
        dt5[0] += -2.0 * t17 * sum_to(mu * dt6, t18) - t25
        dz2 = sum_to_shape(dt5, np.shape(h_1 * k1))
        dk1 = t21 + np.real(h_1 * dz2) - 2.0 * sum_to(t24, k1)
        dt3 = dk1[1] * t4
        dh_1 = dh * max(0.3, t15) + t23 + 0.5 * derror * t7 + np.sum(k1 * dz2)
        if h < t1:
            dh = dh_1
        else:
            dh = 0.5 * dh_1 if h == t1 else 0.0
        t26 = (
            (dh_1 if t1 < h else 0.5 * dh_1 if t1 == h else 0.0) * np.size(end)
        )
        dt -= t26
        dy = dy + sum_to_shape(dt5, t12)
        t27 = -2.0 * t2 * sum_to(mu * dt3, t19) - sum_to_shape(dk1[1], t13)
        dy[1] += dk1[0] + sum_to(dk1[1] * t3, t4)
        dy[0] += t27
        dmu = dmu + sum_to(dt6 * t18, mu) + sum_to(dt3 * t19, mu)
    dy = like(real_like(dy, y), y)
    dmu = like(dmu, mu)
    return dy, dmu
