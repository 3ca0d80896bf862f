import copy
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


def as_columns(x, b):
    """x as a matrix of one column if b, the right-hand side it belongs to, is a vector."""
    return np.expand_dims(x, -1) if np.ndim(b) == 1 else x


def from_columns(x, b):
    """The column of x if b, the right-hand side it belongs to, is a vector."""
    return x[..., 0] if np.ndim(b) == 1 else x


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_newton_system(x, a, b, iterations, dout):
    """Gradient of `dout * newton_system` with respect to (x, a, b), for the
    cotangent dout.
    """
    hist = []
    records = []
    x_1 = x
    for _ in range(iterations):
        hist.append(np.shape(x_1))
        t1 = x_1[0] ** 2 + x_1[1] ** 2
        t2 = np.exp(-x_1[1])
        F = np.array([t1 - a, x_1[0] - b * t2])
        t3 = np.exp(-x_1[1])
        J = np.array([[2.0 * x_1[0], 2.0 * x_1[1]], [1.0, b * t3]])
        step = np.linalg.solve(J, F)
        records.append(
            (
                x_1[0],
                x_1[1],
                np.shape(t1),
                np.shape(x_1[0]),
                t2,
                F,
                t3,
                J,
                step
            )
        )
        x_1 = x_1 - step
        if np.linalg.norm(step) < 1e-06:
            break

    dx_1 = copy.copy(dout)
    db = np.zeros_like(b, np.result_type(b, 0.0))
    da = np.zeros_like(a, np.result_type(a, 0.0))
    for k in range(len(hist) - 1, -1, -1):
        t4, t5, t6, t7, t2, F, t3, J, step = records[k]
        dx_1_1 = sum_to_shape(dx_1, hist[k])
        dstep = -sum_to(dx_1, step)
        solve_swapaxes_J = np.linalg.solve(
            np.swapaxes(J, -1, -2), as_columns(dstep, F)
        )
        t8 = from_columns(solve_swapaxes_J, F)
        t9 = as_columns(t8, F) @ np.swapaxes(as_columns(step, F), -1, -2)
        dJ = -sum_to(t9, J)
        dF = sum_to(t8, F)
        dt1 = sum_to_shape(dF[0], t6)
        da = da - sum_to(dF[0], a)
        t10 = 2.0 * t4 * dt1 + sum_to_shape(dF[1], t7)
        t11 = 2.0 * t5 * dt1 + sum_to(b * dF[1], t2) * t2
        t12 = t11 + 2.0 * dJ[0][1] - sum_to(b * dJ[1][1], t3) * t3
        dx_1_1[0] += t10 + 2.0 * dJ[0][0]
        dx_1_1[1] += t12
        t13 = db + sum_to(dJ[1][1] * t3, b)
        db = t13 - sum_to(dF[1] * t2, b)
        dx_1 = dx_1_1
    dx = like(dx_1, x)
    da = like(da, a)
    db = like(db, b)
    return dx, da, db
