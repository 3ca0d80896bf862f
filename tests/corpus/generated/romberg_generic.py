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
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
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
    if np.shape(g) == shape:
        return g
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def grad_romberg(lower, upper, width, levels):
    """Gradient of `romberg` with respect to (lower, upper, width)."""
    h = upper - lower
    R = np.zeros((levels + 1, levels + 1))
    t1 = lower / width
    t2 = np.exp(-0.5 * t1 ** 2)
    t3 = upper / width
    t4 = np.exp(-0.5 * t3 ** 2)
    t5 = t2 + t4
    R[0, 0] = 0.5 * h * t5
    records = []
    h_hist = []
    inner_hist = []
    h_1 = h
    for i in range(1, levels + 1):
        h_1 = h_1 * 0.5
        h_hist.append(h_1)
        inner = 0.0
        for k in range(1, 2 ** i, 2):
            t6 = (lower + k * h_1) / width
            t7 = np.exp(-0.5 * t6 ** 2)
            records.append((np.shape(inner), t6, t7))
            inner = inner + t7
        inner_hist.append(inner)
        R[i, 0] = 0.5 * R[i - 1, 0] + h_1 * inner
        for j in range(1, i + 1):
            R[i, j] = (
                R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4 ** j - 1)
            )

    dz = require_scalar(R[levels, levels])
    dR = np.zeros_like(R)
    np.add.at(dR, (levels, levels), dz)
    dh = np.zeros_like(h, np.result_type(h, 0.0))
    dwidth = np.zeros_like(width, np.result_type(width, 0.0))
    dlower = np.zeros_like(lower, np.result_type(lower, 0.0))
    for i in range(levels, 0, -1):
        inner = inner_hist[i - 1]
        h_1 = h_hist[i - 1]
        for j in range(i, 0, -1):
            dz1 = dR[i, j]
            dR[i, j] = 0.0
            dz2 = dz1 / (4 ** j - 1)
            dR[i, j - 1] += dz1
            dR[i, j - 1] += dz2
            dR[i - 1, j - 1] -= dz2
        t8 = dR[i, 0]
        t9 = np.broadcast(h, inner)
        t10 = np.broadcast_to(t8, t9.shape)
        dR[i, 0] = 0.0
        dinner = sum_to(h_1 * t10, inner)
        dh += sum_to(inner * t10, h)
        for k in range(len(range(1, 2 ** i, 2)) - 1, -1, -1):
            t11, t6, t7 = records.pop()
            t12 = 2 * k + 1
            dinner_1 = sum_to_shape(dinner, t11)
            t13 = sum_to(dinner, t7) * t7 * (2.0 * (lower + t12 * h_1) / width)
            t14 = -0.5 * t13 / width
            dwidth = dwidth + 0.5 * sum_to(t13 * (t6 / width), width)
            dlower = dlower + sum_to(t14, lower)
            dh += t12 * sum_to(t14, h)
            dinner = dinner_1
        dR[i - 1, 0] += 0.5 * t8 * np.size(t9)
        dh = 0.5 * dh
    t15 = dR[0, 0]
    t16 = h * np.broadcast_to(t15, np.broadcast(lower, width, upper).shape)
    t17 = sum_to(t16, t4) * t4 * (2.0 * upper / width)
    t18 = sum_to(t16, t2) * t2 * (2.0 * lower / width)
    dh += 0.5 * sum_to(t15 * t5, h)
    t19 = dlower + sum_to(-0.25 * t18 / width, lower)
    dlower = t19 - sum_to(dh, lower)
    dupper = sum_to(-0.25 * t17 / width, upper) + sum_to(dh, upper)
    t20 = dwidth + 0.25 * sum_to(t17 * (t3 / width), width)
    dwidth = t20 + 0.25 * sum_to(t18 * (t1 / width), width)
    return dlower, dupper, dwidth
