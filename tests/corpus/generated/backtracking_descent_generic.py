import numpy as np


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


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


def grad_backtracking_descent(x, a, b, steps):
    """Gradient of `backtracking_descent` with respect to (x, a, b)."""
    records = []
    x_1 = x
    for _ in range(steps):
        t1 = x_1[0]
        t2 = x_1[1] - x_1[0] ** 2
        t3 = -2.0 * (a - x_1[0]) - 4.0 * b * t1 * t2
        t4 = x_1[1] - x_1[0] ** 2
        slope = np.array([t3, 2.0 * b * t4])
        value = (a - x_1[0]) ** 2 + b * (x_1[1] - x_1[0] ** 2) ** 2
        t = 1.0
        while True:
            t5 = x_1 - t * slope
            if (
                not (a - t5[0]) ** 2 + b * (t5[1] - t5[0] ** 2) ** 2
                > value - 0.3 * t * (slope @ slope)
            ):
                break
            t *= 0.5
        t6 = t * slope
        records.append(
            (
                np.shape(x_1),
                t1,
                x_1[0],
                t2,
                np.shape(t3),
                x_1[0],
                t4,
                t,
                np.shape(t6)
            )
        )
        x_1 = x_1 - t6
    t7 = a - x_1[0]
    t8 = x_1[1] - x_1[0] ** 2
    t9 = t8 ** 2

    dz = require_scalar(t7 ** 2 + b * t9)
    t10 = t8 * b * dz
    t11 = t7 * dz
    dx_1 = np.zeros_like(x_1, np.result_type(x_1, 0.0))
    dx_1[0] += -2.0 * t11 - 4.0 * x_1[0] * t10
    dx_1[1] += 2.0 * t10
    db = np.sum(dz * t9)
    da = 2.0 * np.sum(t11)
    for k in range(steps - 1, -1, -1):
        t12, t1, t13, t2, t14, t15, t4, t, t16 = records[k]
        dx_1_1 = sum_to_shape(dx_1, t12)
        dslope = -t * sum_to_shape(dx_1, t16)
        dt3 = sum_to_shape(dslope[0], t14)
        dz1 = sum_to_shape(dslope[1], np.shape(2.0 * b * t4))
        t17 = b * dz1
        t18 = dt3 * t2
        dz2 = dt3 * 4.0 * b * t1
        t19 = 2.0 * dt3 + 2.0 * t13 * dz2 - 4.0 * b * t18 - 4.0 * t15 * t17
        dx_1_1[0] += t19
        dx_1_1[1] += 2.0 * t17 - dz2
        db = db + 2.0 * np.sum(dz1 * t4) - 4.0 * np.sum(t18 * t1)
        da -= 2.0 * np.sum(dt3)
        dx_1 = dx_1_1
    dx = like(dx_1, x)
    da = like(da, a)
    db = like(db, b)
    return dx, da, db
