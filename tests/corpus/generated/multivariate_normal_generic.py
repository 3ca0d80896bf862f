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


def from_columns(x, b):
    """The column of x if b, the right-hand side it belongs to, is a vector."""
    return x[..., 0] if np.ndim(b) == 1 else x


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


def grad_multivariate_normal(x, cov, mean):
    """Gradient of `multivariate_normal` with respect to (x, cov, mean)."""
    r = x - mean
    t1 = np.linalg.slogdet(cov).logabsdet
    solve_cov = np.linalg.solve(cov, r)
    t2 = r @ solve_cov
    t3 = t2 + t1

    dz = require_scalar(-0.5 * t3)
    t4 = np.broadcast_to(-0.5 * dz, np.shape(t3))
    dt2 = sum_to(t4, t2)
    t5 = as_columns(matmul_dy(dt2, r, solve_cov), r)
    t6 = from_columns(np.linalg.solve(np.swapaxes(cov, -1, -2), t5), r)
    t7 = as_columns(t6, r) @ np.swapaxes(as_columns(solve_cov, r), -1, -2)
    t8 = np.expand_dims(sum_to(t4, t1), (-2, -1))
    t9 = sum_to(t8 * np.swapaxes(np.linalg.inv(cov), -1, -2), cov)
    dr = matmul_dx(dt2, r, solve_cov) + sum_to(t6, r)
    dx = sum_to(dr, x)
    dmean = -sum_to(dr, mean)
    dcov = t9 - sum_to(t7, cov)
    return dx, dcov, dmean
