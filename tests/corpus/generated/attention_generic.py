import numpy as np


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_attention(x, Wq, Wk, Wv, dout):
    """Gradient of `dout * attention` with respect to (x, Wq, Wk, Wv), for the
    cotangent dout.
    """
    t1 = x @ Wq
    t2 = x @ Wk
    t3 = x @ Wv
    t4 = np.sqrt(t2.shape[-1])
    scores = t1 @ t2.T / t4
    max_scores = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - max_scores)
    sum_e = e.sum(axis=-1, keepdims=True)
    t5 = e / sum_e

    matmul_dx_dout = matmul_dx(dout, t5, t3)
    matmul_dy_dout = matmul_dy(dout, t5, t3)
    de = matmul_dx_dout / sum_e - np.sum(
        matmul_dx_dout * (t5 / sum_e), axis=-1, keepdims=True
    )
    dz = e * de
    chosen = scores == max_scores
    ties = np.sum(chosen, axis=-1, keepdims=True, dtype=max_scores.dtype)
    dscores = dz - chosen * (np.sum(dz, axis=-1, keepdims=True) / ties)
    dz1 = dscores / t4
    dt1 = matmul_dx(dz1, t1, t2.T)
    dt2 = sum_to(np.transpose(matmul_dy(dz1, t1, t2.T)), t2)
    t6 = matmul_dx(matmul_dy_dout, x, Wv) + matmul_dx(dt2, x, Wk)
    dx = real_like(t6 + matmul_dx(dt1, x, Wq), x)
    dWq = real_like(matmul_dy(dt1, x, Wq), Wq)
    dWk = real_like(matmul_dy(dt2, x, Wk), Wk)
    dWv = real_like(matmul_dy(matmul_dy_dout, x, Wv), Wv)
    return dx, dWq, dWk, dWv
