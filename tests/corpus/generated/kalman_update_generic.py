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


def as_columns(x, b):
    """x as a matrix of one column if b, the right-hand side it belongs to, is a vector."""
    return np.expand_dims(x, -1) if np.ndim(b) == 1 else x


def from_columns(x, b):
    """The column of x if b, the right-hand side it belongs to, is a vector."""
    return x[..., 0] if np.ndim(b) == 1 else x


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_kalman_update(mean, P, H, R, y, dout):
    """Gradient of `dout * kalman_update` with respect to (mean, P, H, R, y),
    for the cotangent dout.
    """
    t1 = H @ P
    t2 = t1 @ H.T
    S = t2 + R
    t3 = H @ P
    solve_S = np.linalg.solve(S, t3)
    gain = solve_S.T
    t4 = H @ mean
    innovation = y - t4
    t5 = gain @ S

    dz = -sum_to(dout[1], t5 @ gain.T)
    matmul_dx_dz = matmul_dx(dz, t5, gain.T)
    t6 = sum_to(np.transpose(matmul_dy(dz, t5, gain.T)), gain)
    dz1 = sum_to(dout[0], gain @ innovation)
    dinnovation = matmul_dy(dz1, gain, innovation)
    dy = sum_to(dinnovation, y)
    dt4 = -sum_to(dinnovation, t4)
    t7 = t6 + matmul_dx(matmul_dx_dz, gain, S)
    dgain = t7 + matmul_dx(dz1, gain, innovation)
    t8 = as_columns(sum_to(np.transpose(dgain), solve_S), t3)
    t9 = from_columns(np.linalg.solve(np.swapaxes(S, -1, -2), t8), t3)
    t10 = as_columns(t9, t3) @ np.swapaxes(as_columns(solve_S, t3), -1, -2)
    dt3 = sum_to(t9, t3)
    dS = matmul_dy(matmul_dx_dz, gain, S) - sum_to(t10, S)
    sum_to_dS = sum_to(dS, t2)
    dR = sum_to(dS, R)
    matmul_dx_sum_to_dS = matmul_dx(sum_to_dS, t1, H.T)
    t11 = sum_to(np.transpose(matmul_dy(sum_to_dS, t1, H.T)), H)
    t12 = sum_to(dout[0], mean) + matmul_dy(dt4, H, mean)
    dmean = real_like(t12, mean)
    t13 = sum_to(dout[1], P) + matmul_dy(dt3, H, P)
    dP = real_like(t13 + matmul_dy(matmul_dx_sum_to_dS, H, P), P)
    t14 = matmul_dx(dt4, H, mean) + matmul_dx(dt3, H, P) + t11
    dH = real_like(t14 + matmul_dx(matmul_dx_sum_to_dS, H, P), H)
    return dmean, dP, dH, dR, dy
