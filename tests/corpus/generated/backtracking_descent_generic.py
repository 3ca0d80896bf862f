import numpy as np


def require_scalar(z):
    """Raise TypeError unless z, the result to differentiate, is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")


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


def grad_backtracking_descent(x, a, b, steps):
    """Gradient of `backtracking_descent` with respect to (x, a, b)."""
    records = []
    x_1 = x
    for _ in range(steps):
        t1 = -2.0 * (a - x_1[0]) - 4.0 * b * x_1[0] * (x_1[1] - x_1[0] ** 2)
        t2 = 2.0 * b * (x_1[1] - x_1[0] ** 2)
        slope = np.array([t1, t2])
        value = (a - x_1[0]) ** 2 + b * (x_1[1] - x_1[0] ** 2) ** 2
        t = 1.0
        while True:
            t3 = x_1 - t * slope
            if not (a - t3[0]) ** 2 + b * (t3[1] - t3[0] ** 2) ** 2 > value - 0.3 * t * (slope @ slope):
                break
            t *= 0.5
        t4 = t * slope
        records.append((x_1, t1, t2, t, t4))
        x_1 = x_1 - t4
    t5 = a - x_1[0]
    t6 = x_1[1] - x_1[0] ** 2
    t7 = t6 ** 2

    require_scalar(t5 ** 2 + b * t7)
    t8 = t6 * b
    dx_1 = np.zeros_like(x_1, np.result_type(x_1, 0.0))
    dx_1[0] -= 4.0 * x_1[0] * t8
    dx_1[1] += 2.0 * t8
    dx_1[0] -= 2.0 * t5
    db = np.sum(t7)
    da = np.sum(2.0 * t5)
    for k in range(steps - 1, -1, -1):
        x_1, t1, t2, t, t4 = records[k]
        t9 = x_1[0]
        t10 = x_1[0]
        t11 = x_1[0]
        dx_1_1 = sum_to(dx_1, x_1)
        dslope = -t * sum_to(dx_1, t4)
        dt1 = sum_to(dslope[0], t1)
        dt2 = sum_to(dslope[1], t2)
        t12 = b * dt2
        t13 = dt1 * (x_1[1] - t10 ** 2)
        dz = dt1 * 4.0 * b * t11
        dx_1_1[0] -= 4.0 * t9 * t12
        dx_1_1[1] += 2.0 * t12
        dx_1_1[0] += 2.0 * t10 * dz
        dx_1_1[1] -= dz
        dx_1_1[0] -= 4.0 * b * t13
        dx_1_1[0] += 2.0 * dt1
        t14 = db + 2.0 * np.sum(dt2 * (x_1[1] - t9 ** 2))
        db = t14 - 4.0 * np.sum(t13 * t11)
        da = da - 2.0 * np.sum(dt1)
        dx_1 = dx_1_1
    dx = like(dx_1, x)
    da = like(da, a)
    db = like(db, b)
    return dx, da, db
