import copy
import numpy as np


def unjoin(g, arrays, join, *options):
    """The pieces of g that came from each of the arrays by `join(arrays, *options)`."""
    places, size = [], 0
    for array in arrays:
        places.append(np.arange(size, size + np.size(array)).reshape(np.shape(array)))
        size += np.size(array)
    flat = np.zeros(size, np.result_type(g))
    flat[join(places, *options)] = g
    pieces = [flat[place] for place in places]
    return np.array(pieces) if isinstance(arrays, np.ndarray) else pieces


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


def vjp_gram_schmidt(A, dout):
    """Gradient of `dout * gram_schmidt` with respect to A, for the cotangent
    dout.
    """
    R = np.zeros((A.shape[1], A.shape[1]))
    columns = []
    records = []
    records1 = []
    for j in range(A.shape[1]):
        v = A[:, j].copy()
        for k, item in enumerate(columns):
            t1 = item @ v
            R[k, j] = t1
            t2 = R[k, j]
            records.append(
                (copy.copy(item), t1, (k, j), (k, j), t2, v[...].copy())
            )
            v -= t2 * item
        t3 = np.sqrt(v @ v)
        R[j, j] = t3
        t4 = R[j, j]
        t5 = v / t4
        records1.append((len(columns), v.copy(), t3, t4, t5))
        columns.append(t5)

    dR = dout[1]
    dcolumns = unjoin(dout[0], columns, np.column_stack)
    dR = dR.copy()
    dA = np.zeros_like(A, np.result_type(A, 0.0))
    for j in range(A.shape[1] - 1, -1, -1):
        t6, v, t3, t4, t5 = records1[j]
        t7 = dcolumns.pop()
        dt5 = sum_to(t7, t5)
        dR[j, j] += np.real(-np.sum(dt5 * (t5 / t4)))
        t8 = dR[j, j]
        dR[j, j] = 0.0
        dz = 0.5 * t8 / t3
        dv = dt5 / t4 + matmul_dx(dz, v, v) + matmul_dy(dz, v, v)
        for k in range(t6 - 1, -1, -1):
            t9, t1, t10, t11, t2, t12 = records.pop()
            v = v.copy()
            v[...] = t12
            sum_to_shape_dv = sum_to_shape(dv, np.shape(-t2 * t9))
            dR[t11] += np.real(-np.sum(sum_to_shape_dv * t9))
            t13 = np.broadcast_to(dR[t10], np.shape(t1))
            dR[t10] = 0.0
            dv = dv + matmul_dy(t13, t9, v)
            dcolumns[k] += matmul_dx(t13, t9, v) - sum_to_shape_dv * t2
        dA[:, j] += dv
    return like(dA, A)
