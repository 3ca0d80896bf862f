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


def dot_dx(dz, x, y):
    """The cotangent of x, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * y) if a == () else dz * y
    at = max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if len(b) == 2:
        return dz @ np.transpose(y)
    rest = [k for k in range(len(b)) if k != at]
    return np.tensordot(dz, y, (range(np.ndim(dz) - len(rest), np.ndim(dz)), rest))


def dot_dy(dz, x, y):
    """The cotangent of y, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * x) if b == () else dz * x
    n, at = len(a) - 1, max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if n == 1 and at == 0:
        return np.transpose(x) @ dz
    return np.moveaxis(np.tensordot(x, dz, (range(n), range(n))), 0, at)


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_householder_least_squares(A, b, dout):
    """Gradient of `dout * householder_least_squares` with respect to (A, b),
    for the cotangent dout.
    """
    copy_A = A.copy()
    t1 = copy_A.shape[1]
    records = []
    records1 = []
    t2 = b.copy()
    for k in range(t1):
        v = copy_A[k:, k].copy()
        copy_v = v.copy()
        length = np.linalg.norm(v)
        if v[0] >= 0.0:
            v[0] += length
        else:
            v[0] -= length
        copy_v1 = v.copy()
        norm_v = np.linalg.norm(v)
        v_1 = v / norm_v
        v[...] = v_1
        for j in range(k, t1):
            t3 = copy_A[k:, j]
            t4 = v @ t3
            t5 = -(2.0 * v * t4)
            records.append((t3.copy(), t4, np.shape(t5)))
            copy_A[k:, j] += t5
        t6 = t2[k:]
        dot_v = np.dot(v, t6)
        t7 = -(2.0 * v * dot_v)
        records1.append(
            (
                copy_v,
                length,
                copy_v1,
                norm_v,
                v_1,
                v,
                t6.copy(),
                dot_v,
                np.shape(t7)
            )
        )
        t2[k:] += t7
    x = np.empty(t1)
    t8 = range(t1)
    records2 = []
    for i in reversed(t8):
        t9 = copy_A[i, i + 1:] @ x[i + 1:]
        t10 = (t2[i] - t9) / copy_A[i, i]
        records2.append((t9, t10, x[i]))
        x[i] = t10

    dx = dout.copy()
    dcopy_A = np.zeros_like(copy_A, np.result_type(copy_A, 0.0))
    dt2 = np.zeros_like(t2, np.result_type(t2, 0.0))
    for k in range(len(t8) - 1, -1, -1):
        t9, t10, t11 = records2[k]
        t12 = len(t8) - 1 - k
        x[t12] = t11
        t13 = t12 + 1
        t14 = x[t13:]
        t15 = copy_A[t12, t12]
        t16 = t12, slice(t12 + 1, None)
        t17 = copy_A[t16]
        t18 = dx[t12]
        dx[t12] = 0.0
        dz = np.broadcast_to(t18, np.shape(t9)) / t15
        dx[t13:] += np.real(matmul_dy(-dz, t17, t14))
        dcopy_A[t16] += matmul_dx(-dz, t17, t14)
        dcopy_A[t12, t12] -= np.sum(t18 * (t10 / t15))
        dt2[t12] += np.sum(dz)
    t19 = t1 - 1
    for k in range(t19, -1, -1):
        v_1, length, copy_v1, norm_v, v_2, v, t20, dot_v, t21 = records1[k]
        dt7 = sum_to_shape(dt2[k:], t21)
        ddot_v = sum_to(-2.0 * v * dt7, dot_v)
        dv = dot_dx(ddot_v, v, t20) - 2.0 * sum_to(dt7 * dot_v, 2.0 * v)
        for j in range(t19, k - 1, -1):
            t22, t4, t23 = records.pop()
            dt5 = sum_to_shape(dcopy_A[k:, j], t23)
            t24 = sum_to_shape(dt5 * t4, np.shape(2.0 * v))
            dt4 = sum_to(-2.0 * v * dt5, t4)
            dcopy_A[k:, j] += matmul_dy(dt4, v, t22)
            dv = dv + matmul_dx(dt4, v, t22) - 2.0 * t24
        dv = sum_to(dv[...], v_2)
        t25 = (
            np.real(-np.sum(dv * (v_2 / norm_v)))
            / np.where(norm_v == 0, 1.0, norm_v)
        )
        dv = dv / norm_v + copy_v1.conj() * t25
        dlength = (
            np.real(np.sum(dv[0])) if v_1[0] >= 0.0
            else -np.real(np.sum(dv[0]))
        )
        t26 = v_1.conj() * (dlength / np.where(length == 0, 1.0, length))
        dv = dv + t26
        dcopy_A[k:, k] += dv
        dt2[k:] += dot_dy(ddot_v, v, t20)
    dA = like(dcopy_A, A)
    db = like(dt2, b)
    return dA, db
