import numpy as np


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
    records1 = []
    h = 0.5
    t = 0.0
    y_1 = y
    while end - t > 1e-09:
        h_hist.append(h)
        t1 = end - t
        h = min(h, t1)
        t2 = mu * (1.0 - y_1[0] ** 2)
        k1 = np.array([y_1[1], t2 * y_1[1] - y_1[0]])
        t3 = y_1 + h * k1
        t4 = 1.0 - t3[0] ** 2
        t5 = mu * t4 * t3[1] - t3[0]
        k2 = np.array([t3[1], t5])
        t6 = np.sqrt(np.sum((k2 - k1) ** 2))
        error = 0.5 * h * t6
        t7 = error < 10.0 * tol
        records.append((y_1, t1, t2, k1, t4, t5, k2, t6, t7))
        if t7:
            t += h
            t8 = 0.5 * h * (k1 + k2)
            stack.append(t8)
            y_1 = y_1 + t8
        t9 = 10.0 * tol / error
        t10 = np.sqrt(t9)
        records1.append((t9, t10))
        h *= max(0.3, min(2.0, 0.9 * t10))

    dh = 0.0
    dt = 0.0
    dy = dout
    dmu = np.zeros_like(mu, np.result_type(mu, 0.0))
    for k in range(len(h_hist) - 1, -1, -1):
        t9, t10 = records1[k]
        h = h_hist[k]
        y_1, t1, t2, k1, t4, t5, k2, t6, t7 = records[k]
        t11 = 0.9 * t10
        t12 = min(2.0, t11)
        h_1 = min(h, t1)
        error = 0.5 * h_1 * t6
        t13 = h_1 * k1
        t14 = y_1 + t13
        t15 = y_1[1]
        t16 = y_1[0]
        t17 = y_1[0]
        t18 = 1.0 - t17 ** 2
        dz = h_1 * dh
        dz = dz if t12 > 0.3 else 0.5 * dz if t12 == 0.3 else 0.0
        t19 = 0.45 * (dz if t11 < 2.0 else 0.5 * dz if t11 == 2.0 else 0.0)
        derror = -np.sum(t19 / t10 * (t9 / error))
        if t7:
            t8 = stack.pop()
            sum_to_dy = sum_to(dy, t8)
            dz1 = np.real(0.5 * h_1 * sum_to_dy)
            dy = sum_to(dy, y_1)
            t20 = sum_to(dz1, k1)
            t21 = sum_to(dz1, k2)
            t22 = 0.5 * np.sum(sum_to_dy * (k1 + k2)) + dt
        else:
            t20 = np.zeros_like(k1)
            t21 = np.zeros_like(k2)
            t22 = 0.0
        t23 = (k2 - k1) * (0.5 * np.real(0.5 * h_1 * derror) / t6)
        dk2 = t21 + 2.0 * sum_to(t23, k2)
        dt5 = sum_to(dk2[1], t5)
        dz2 = dt5 * t14[1]
        dt3 = np.zeros_like(t14, np.result_type(t14, 0.0))
        dt3[0] -= sum_to(dk2[1], t14[0])
        dt3[1] += sum_to(dt5 * mu * t4, t14[1])
        dt3[0] -= 2.0 * t14[0] * sum_to(mu * dz2, t4)
        dt3[1] += sum_to(dk2[0], t14[1])
        dz3 = sum_to(dt3, t13)
        dk1 = t20 + np.real(h_1 * dz3) - 2.0 * sum_to(t23, k1)
        dz4 = sum_to(dk1[1], t2 * t15 - t16)
        dt2 = dz4 * t15
        dh_1 = dh * max(0.3, t12) + t22 + 0.5 * derror * t6 + np.sum(k1 * dz3)
        dh = dh_1 if h < t1 else 0.5 * dh_1 if h == t1 else 0.0
        t24 = (
            (dh_1 if t1 < h else 0.5 * dh_1 if t1 == h else 0.0) * np.size(end)
        )
        dt -= t24
        dy = dy + sum_to(dt3, y_1)
        dy[0] -= sum_to(dk1[1], t16)
        dy[1] += sum_to(dz4 * t2, t15)
        dy[0] -= 2.0 * t17 * sum_to(mu * dt2, t18)
        dy[1] += sum_to(dk1[0], y_1[1])
        dmu = dmu + sum_to(dz2 * t4, mu) + sum_to(dt2 * t18, mu)
    dy = like(real_like(dy, y), y)
    dmu = like(dmu, mu)
    return dy, dmu
