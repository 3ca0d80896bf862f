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


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


def matmul_dy(dz, x, y):
    """The cotangent of y, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    n = len(a) - 1
    if len(b) > 2:
        expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
        if n == 0:
            return sum_to(np.expand_dims(x, -1) * np.expand_dims(dz, -2), y)
        return sum_to(np.matmul(np.swapaxes(x, -1, -2), dz), y)
    expect_shape(dz, a[:-1], b[1:])
    if n == 0:
        return x * dz if len(b) == 1 else np.multiply.outer(x, dz)
    return np.transpose(x) @ dz if n == 1 else np.tensordot(x, dz, (range(n), range(n)))


def matmul_dx(dz, x, y):
    """The cotangent of x, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    if len(b) == 1:
        expect_shape(dz, a[:-1])
        return dz * y if len(a) == 1 else np.multiply.outer(dz, y)
    expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
    if len(a) == 1:
        return y @ dz if len(b) == 2 else sum_to(np.matmul(y, np.expand_dims(dz, -1))[..., 0], x)
    if len(a) == len(b) == 2:
        return dz @ np.transpose(y)
    return sum_to(np.matmul(dz, np.swapaxes(y, -1, -2)), x)


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


def grad_adam_like(w, X, y, rate, beta, steps):
    """Gradient of `adam_like` with respect to (w, X, y, rate, beta)."""
    records = []
    records1 = []
    m = np.zeros_like(w)
    s = np.zeros_like(w)
    w_1 = w
    for k in range(1, steps + 1):
        t1 = X @ w_1
        residual = t1 - y
        g = 2.0 * X.T @ residual / len(y)
        records.append((m, s, w_1, np.shape(t1), residual, g))
        m = beta * m + (1.0 - beta) * g
        t2 = (1.0 - beta) * g ** 2
        s = beta * s + t2
        t3 = 1.0 - beta ** k
        t4 = m / t3
        t5 = 1.0 - beta ** k
        t6 = s / t5
        t7 = np.sqrt(t6)
        t8 = rate * t4 / (t7 + 0.01)
        records1.append((np.shape(t2), t3, t4, t5, t6, t7, t8))
        w_1 = w_1 - t8
    t9 = X @ w_1
    t10 = t9 - y

    dt10 = 2.0 * t10 / np.size(t10)
    dt9 = sum_to(dt10, t9)
    dw = matmul_dy(dt9, X, w_1)
    dm = np.zeros_like(m, np.result_type(m, 0.0))
    ds = np.zeros_like(s, np.result_type(s, 0.0))
    dbeta = np.zeros_like(beta, np.result_type(beta, 0.0))
    drate = np.zeros_like(rate, np.result_type(rate, 0.0))
    dX = matmul_dx(dt9, X, w_1)
    dy = -sum_to(dt10, y)
    for k in range(steps, 0, -1):
        m, s, w_1, t11, residual, g = records[k - 1]
        t12, t3, t4, t5, t6, t7, t8 = records1[k - 1]
        t13 = t7 + 0.01
        t14 = g ** 2
        t15 = 1.0 - beta
        t16 = 2.0 * X.T
        sum_to_dw = sum_to(dw, t8)
        t17 = sum_to_shape(sum_to_dw / t13, np.shape(rate * t4))
        dt6 = 0.5 * sum_to(sum_to_dw * (t8 / t13), t13) / t7
        dz = sum_to(dt6 * (t6 / t5), beta)
        t18 = k != 0
        drate -= sum_to(t17 * t4, rate)
        t19 = sum_to(rate * t17, t4)
        dt3 = sum_to(t19 * (t4 / t3), beta)
        t20 = dt3 * (k * beta ** (k - 1.0) if t18 else 0.0 * beta)
        ds = ds + dt6 / t5
        sum_to_shape_ds = sum_to_shape(ds, np.shape(beta * s))
        sum_to_shape_ds1 = sum_to_shape(ds, t12)
        t21 = 2.0 * g * sum_to(sum_to_shape_ds1 * (1.0 - beta), t14)
        ds = sum_to(beta * sum_to_shape_ds, s)
        dm = dm - t19 / t3
        sum_to_shape_dm = sum_to_shape(dm, np.shape(beta * m))
        sum_to_shape_dm1 = sum_to_shape(dm, np.shape(t15 * g))
        dm = sum_to(beta * sum_to_shape_dm, m)
        dg = t21 + sum_to(sum_to_shape_dm1 * t15, g)
        dz1 = dg / len(y)
        dresidual = matmul_dy(dz1, t16, residual)
        t22 = 2.0 * sum_to(np.transpose(matmul_dx(dz1, t16, residual)), X)
        dt1 = sum_to_shape(dresidual, t11)
        dy -= sum_to(dresidual, y)
        dw = sum_to(dw, w_1) + matmul_dy(dt1, X, w_1)
        t23 = dbeta + dz * (k * beta ** (k - 1.0) if t18 else 0.0 * beta)
        t24 = (
            t23 + sum_to(s * sum_to_shape_ds, beta)
            + sum_to(m * sum_to_shape_dm, beta) - t20
        )
        dbeta = (
            t24 - sum_to(sum_to_shape_ds1 * t14, beta)
            - sum_to(g * sum_to_shape_dm1, beta)
        )
        dX = dX + t22 + matmul_dx(dt1, X, w_1)
    dw = like(dw, w)
    dX = like(dX, X)
    dy = like(dy, y)
    drate = like(drate, rate)
    dbeta = like(dbeta, beta)
    return dw, dX, dy, drate, dbeta
