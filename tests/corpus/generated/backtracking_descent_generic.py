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


def grad_backtracking_descent(x, a, b, steps):
    """Gradient of `backtracking_descent` with respect to (x, a, b)."""
    records = []
    x_1 = x
    for _ in range(steps):
        t1 = x_1[1] - x_1[0] ** 2
        t2 = x_1[1] - x_1[0] ** 2
        slope = np.array(
            [-2.0 * (a - x_1[0]) - 4.0 * b * x_1[0] * t1, 2.0 * b * t2]
        )
        value = (a - x_1[0]) ** 2 + b * (x_1[1] - x_1[0] ** 2) ** 2
        t = 1.0
        while True:
            t3 = x_1 - t * slope
            if (
                not (a - t3[0]) ** 2 + b * (t3[1] - t3[0] ** 2) ** 2
                > value - 0.3 * t * (slope @ slope)
            ):
                break
            t *= 0.5
        t4 = t * slope
        records.append(
            (np.shape(x_1), x_1[0], x_1[0], t1, x_1[0], t2, t, np.shape(t4))
        )
        x_1 = x_1 - t4
    t5 = a - x_1[0]
    t6 = x_1[1] - x_1[0] ** 2
    t7 = t6 ** 2

    dz = require_scalar(t5 ** 2 + b * t7)
    t8 = t6 * b * dz
    t9 = t5 * dz
    dx_1 = np.zeros_like(x_1, np.result_type(x_1, 0.0))
    dx_1[0] += -2.0 * t9 - 4.0 * x_1[0] * t8
    dx_1[1] += 2.0 * t8
    db = np.sum(dz * t7)
    da = 2.0 * np.sum(t9)
    for k in range(steps - 1, -1, -1):
        t10, t11, t12, t1, t13, t2, t, t14 = records[k]
        dx_1_1 = sum_to_shape(dx_1, t10)
        dslope = -t * sum_to_shape(dx_1, t14)
        t15 = b * dslope[1]
        t16 = dslope[0] * t1
        dz1 = dslope[0] * 4.0 * b * t11
        t17 = 2.0 * dslope[0] + 2.0 * t12 * dz1 - 4.0 * b * t16
        dx_1_1[0] += t17 - 4.0 * t13 * t15
        dx_1_1[1] += 2.0 * t15 - dz1
        db = db + 2.0 * np.sum(dslope[1] * t2) - 4.0 * np.sum(t16 * t11)
        da -= 2.0 * np.sum(dslope[0])
        dx_1 = dx_1_1
    dx = like(dx_1, x)
    da = like(da, a)
    db = like(db, b)
    return dx, da, db
