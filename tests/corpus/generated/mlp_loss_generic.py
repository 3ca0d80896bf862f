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


def grad_mlp_loss(W1, b1, W2, b2, X, y):
    """Gradient of `mlp_loss` with respect to (W1, b1, W2, b2)."""
    t1 = X @ W1
    hidden = np.tanh(t1 + b1)
    t2 = hidden @ W2
    pred = t2 + b2
    err = pred - y

    derr = 2.0 * err / np.size(err)
    dpred = sum_to(derr, pred)
    sum_to_dpred = sum_to(dpred, t2)
    db2 = sum_to(dpred, b2)
    dhidden = matmul_dx(sum_to_dpred, hidden, W2)
    dW2 = matmul_dy(sum_to_dpred, hidden, W2)
    dz = dhidden * (1.0 - hidden ** 2)
    db1 = sum_to(dz, b1)
    dW1 = matmul_dy(sum_to(dz, t1), X, W1)
    return dW1, db1, dW2, db2
