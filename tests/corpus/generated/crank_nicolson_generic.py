import copy
import numpy as np


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_crank_nicolson(u, kappa, dt, steps):
    """Gradient of `crank_nicolson` with respect to (u, kappa, dt)."""
    r = 0.5 * dt * kappa
    records = []
    stack = []
    records1 = []
    u_1 = u
    for _ in range(steps):
        right = (1.0 - 2.0 * r) * u_1
        right[1:] += r[1:] * u_1[:-1]
        right[:-1] += r[:-1] * u_1[1:]
        t1 = 1.0 + 2.0 * r
        n = len(t1)
        zeros_n = np.zeros(n)
        zeros_n_1 = np.zeros(n)
        t2 = (-r)[0] / t1[0]
        zeros_n[0] = t2
        t3 = right[0] / t1[0]
        zeros_n_1[0] = t3
        for i in range(1, n):
            pivot = t1[i] - (-r)[i] * zeros_n[i - 1]
            t4 = (-r)[i] / pivot
            zeros_n[i] = t4
            t5 = (right[i] - (-r)[i] * zeros_n_1[i - 1]) / pivot
            records.append((pivot, t4, t5))
            zeros_n_1[i] = t5
        records1.append((u_1, right, t2, t3, zeros_n, zeros_n_1))
        u_1 = np.zeros(n)
        u_1[-1] = zeros_n_1[-1]
        for i in range(n - 2, -1, -1):
            t6 = u_1[i + 1]
            stack.append(t6)
            u_1[i] = zeros_n_1[i] - zeros_n[i] * t6

    u_bar = 2.0 * u_1
    r_bar = np.zeros_like(r, np.result_type(r, 0.0))
    for k in range(steps - 1, -1, -1):
        u_1, right, t2, t3, t7, t8 = records1[k]
        t9 = 1.0 + 2.0 * r
        n = len(t9)
        t10 = r[:-1]
        t11 = u_1[1:]
        t12 = r[1:]
        t13 = u_1[:-1]
        t14 = n - 1
        zeros_n_bar = np.zeros_like(t7)
        zeros_n_1_bar = np.zeros_like(t8)
        for i in range(t14):
            t6 = stack.pop()
            z_bar = copy.copy(u_bar[i])
            u_bar[i] = 0.0
            u_bar[i + 1] -= z_bar * t7[i]
            zeros_n_bar[i] -= z_bar * t6
            zeros_n_1_bar[i] += z_bar
        zeros_n_1_bar[-1] += u_bar[-1]
        z_bar1 = np.zeros_like(-r, np.result_type(-r, 0.0))
        right_bar = np.zeros_like(right, np.result_type(right, 0.0))
        z_bar2 = np.zeros_like(-r, np.result_type(-r, 0.0))
        t1_bar = np.zeros_like(t9, np.result_type(t9, 0.0))
        for i in range(t14, 0, -1):
            pivot, t4, t5 = records.pop()
            t15 = i - 1
            t16 = t7[t15]
            t17 = i - 1
            t18 = t8[t17]
            t19 = (-r)[i]
            t20 = (-r)[i]
            t21 = zeros_n_1_bar[i]
            zeros_n_1_bar[i] = 0.0
            t22 = np.broadcast_to(t21, np.shape(t5)) / pivot
            t23 = sum_to(t21 * (t5 / pivot), pivot)
            t24 = sum_to_shape(t22, np.shape(t19 * t18))
            t25 = zeros_n_bar[i]
            zeros_n_bar[i] = 0.0
            pivot_bar = -sum_to(t25 * (t4 / pivot), pivot) - t23
            t26 = sum_to_shape(pivot_bar, np.shape(t20 * t16))
            zeros_n_bar[t15] += np.real(-np.sum(t26 * t20))
            zeros_n_1_bar[t17] += np.real(-np.sum(t24 * t19))
            z_bar1[i] += -t24 * t18 - t26 * t16
            right_bar[i] += sum_to_shape(t22, np.shape(right[i]))
            z_bar2[i] += sum_to(
                np.broadcast_to(t25, np.shape(t4)) / pivot, (-r)[i]
            )
            t1_bar[i] += sum_to(pivot_bar, t9[i])
        t27 = zeros_n_1_bar[0]
        z_bar3 = sum_to_shape(
            np.broadcast_to(t27, np.shape(t3)) / t9[0], np.shape(right[0])
        )
        t28 = zeros_n_bar[0]
        z_bar2[0] += t28 / t9[0]
        t29 = -sum_to(t27 * (t3 / t9[0]), t9[0]) - t28 * (t2 / t9[0])
        t1_bar[0] += t29
        right_bar[0] += z_bar3
        z_bar4 = sum_to_shape(right_bar[:-1], np.shape(t10 * t11))
        z_bar5 = sum_to_shape(right_bar[1:], np.shape(t12 * t13))
        u_bar = sum_to(right_bar * (1.0 - 2.0 * r), u_1)
        u_bar[:-1] += sum_to(z_bar5 * t12, t13)
        u_bar[1:] += sum_to(z_bar4 * t10, t11)
        r_bar = (
            r_bar + 2.0 * t1_bar - z_bar2 - z_bar1
            - 2.0 * sum_to(u_1 * right_bar, r)
        )
        r_bar[1:] += sum_to(z_bar5 * t13, t12)
        r_bar[:-1] += sum_to(z_bar4 * t11, t10)
    kappa_bar = 0.5 * sum_to(dt * r_bar, kappa)
    dt_bar = 0.5 * sum_to(kappa * r_bar, dt)
    u_bar = like(u_bar, u)
    return u_bar, kappa_bar, dt_bar
