import numpy as np


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_conjugate_gradient(A, b, iterations, dout):
    """Gradient of `dout * conjugate_gradient` with respect to (A, b), for the
    cotangent dout.
    """
    x = np.zeros_like(b)
    r = b.copy()
    rr = r @ r
    stack = []
    p_hist = []
    records = []
    r_1 = r
    p = r
    for _ in range(iterations):
        p_hist.append(p)
        Ap = A @ p
        t1 = p @ Ap
        alpha = rr / t1
        x_1 = x + alpha * p
        r_2 = r_1 - alpha * Ap
        rr_new = r_2 @ r_2
        records.append(
            (rr, np.shape(x), np.shape(r_1), Ap, t1, alpha, r_2, rr_new)
        )
        x = x_1
        r_1 = r_2
        if rr_new < 1e-20:
            break
        t2 = rr_new / rr
        stack.append(t2)
        p = r_2 + t2 * p
        rr = rr_new

    dx = dout
    dr_1 = np.zeros_like(r_1, np.result_type(r_1, 0.0))
    dp = np.zeros_like(p, np.result_type(p, 0.0))
    drr = np.zeros_like(rr, np.result_type(rr, 0.0))
    dA = np.zeros_like(A, np.result_type(A, 0.0))
    for k in range(len(p_hist) - 1, -1, -1):
        rr, t3, t4, Ap, t1, alpha, r_2, rr_new = records[k]
        p = p_hist[k]
        if rr_new < 1e-20:
            drr_new = np.zeros_like(rr_new, np.result_type(rr_new, 0.0))
            t5 = np.zeros_like(r_2, np.result_type(r_2, 0.0))
        else:
            t2 = stack.pop()
            sum_to_shape_dp = sum_to_shape(dp, np.shape(t2 * p))
            dt2 = sum_to(p * sum_to_shape_dp, t2)
            drr_new = drr + sum_to(dt2 / rr, rr_new)
            drr = -sum_to(dt2 * (t2 / rr), rr)
            t5 = sum_to(dp, r_2)
            dp = sum_to(sum_to_shape_dp * t2, p)
        dr_2 = (
            dr_1 + t5 + matmul_dx(drr_new, r_2, r_2)
            + matmul_dy(drr_new, r_2, r_2)
        )
        dr_1 = sum_to_shape(dr_2, t4)
        t6 = sum_to_shape(dr_2, np.shape(alpha * Ap))
        dx_1 = sum_to_shape(dx, t3)
        sum_to_shape_dx = sum_to_shape(dx, np.shape(alpha * p))
        dalpha = sum_to(p * sum_to_shape_dx, alpha) - sum_to(Ap * t6, alpha)
        dt1 = -sum_to(dalpha * (alpha / t1), t1)
        dAp = matmul_dy(dt1, p, Ap) - sum_to(alpha * t6, Ap)
        dA = dA + matmul_dx(dAp, A, p)
        t7 = dp + sum_to(alpha * sum_to_shape_dx, p) + matmul_dx(dt1, p, Ap)
        dp = t7 + matmul_dy(dAp, A, p)
        drr = drr + sum_to(dalpha / t1, rr)
        dx = dx_1
    dr = dr_1 + dp + matmul_dx(drr, r, r) + matmul_dy(drr, r, r)
    db = sum_to(dr, b)
    dA = like(real_like(dA, A), A)
    return dA, db
