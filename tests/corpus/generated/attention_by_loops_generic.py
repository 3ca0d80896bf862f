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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_attention_by_loops(x, Wq, Wk, Wv, causal, dout):
    """Gradient of `dout * attention_by_loops` with respect to (x, Wq, Wk, Wv),
    for the cotangent dout.
    """
    t1 = x @ Wq
    t2 = x @ Wk
    t3 = x @ Wv
    dt3 = np.zeros_like(t3, np.result_type(t3, 0.0))
    dt2 = np.zeros_like(t2, np.result_type(t2, 0.0))
    dt1 = np.zeros_like(t1, np.result_type(t1, 0.0))
    for i in range(len(x)):
        scores = []
        records = []
        hist = []
        for j in range(len(x)):
            t4 = causal and j > i
            hist.append(t4)
            if t4:
                break
            t5 = np.sqrt(Wq.shape[1])
            t6 = t1[i] @ t2[j] / t5
            records.append((t5, np.shape(t6)))
            scores.append(t6)
        scores = np.array(scores)
        max_scores = np.max(scores)
        weights = np.exp(scores - max_scores)
        sum_weights = np.sum(weights)
        weights_1 = weights / sum_weights
        dweights = np.zeros_like(weights_1, np.result_type(weights_1, 0.0))
        for k in range(len(weights_1)):
            t7 = weights_1[k]
            t8 = t3[k]
            dz = sum_to(dout[i], t7 * t8)
            dt3[k] += sum_to(dz * t7, t8)
            dweights[k] += sum_to(dz * t8, t7)
        dweights = dweights / sum_weights - np.sum(
            dweights * (weights_1 / sum_weights)
        )
        dz1 = weights * dweights
        chosen = scores == max_scores
        dscores = dz1 - chosen * (
            np.sum(dz1) / np.sum(chosen, dtype=max_scores.dtype)
        )
        dscores = list(dscores)
        for j in range(len(hist) - 1, -1, -1):
            if hist[j]:
                continue
            t5, t9 = records.pop()
            t10 = t1[i]
            t11 = t2[j]
            t12 = dscores.pop()
            dz2 = sum_to_shape(t12, t9) / t5
            dt2[j] += matmul_dy(dz2, t10, t11)
            dt1[i] += matmul_dx(dz2, t10, t11)

    t13 = matmul_dx(dt3, x, Wv) + matmul_dx(dt2, x, Wk)
    dx = like(real_like(t13 + matmul_dx(dt1, x, Wq), x), x)
    dWq = like(real_like(matmul_dy(dt1, x, Wq), Wq), Wq)
    dWk = like(real_like(matmul_dy(dt2, x, Wk), Wk), Wk)
    dWv = like(real_like(matmul_dy(dt3, x, Wv), Wv), Wv)
    return dx, dWq, dWk, dWv
