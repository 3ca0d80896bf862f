import copy
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
        t9 = 2.0 * r
        t10 = 1.0 + t9
        n = len(t10)
        t11 = r[:-1]
        t12 = u_1[1:]
        t13 = r[1:]
        t14 = u_1[:-1]
        t15 = n - 1
        zeros_n_bar = np.zeros(t7.shape)
        zeros_n_1_bar = np.zeros(t8.shape)
        for i in range(t15):
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
        t1_bar = np.zeros_like(t10, np.result_type(t10, 0.0))
        for i in range(t15, 0, -1):
            pivot, t4, t5 = records.pop()
            t16 = i - 1
            t17 = i - 1
            t18 = (-r)[i]
            t19 = (-r)[i]
            t20 = zeros_n_1_bar[i]
            zeros_n_1_bar[i] = 0.0
            t21 = np.broadcast_to(t20, np.shape(t5)) / pivot
            t22 = sum_to(t20 * (t5 / pivot), pivot)
            t23 = sum_to(t21, t18)
            t24 = zeros_n_bar[i]
            zeros_n_bar[i] = 0.0
            pivot_bar = -sum_to(t24 * (t4 / pivot), pivot) - t22
            sum_to_pivot_bar = sum_to(pivot_bar, t19)
            zeros_n_bar[t16] += np.real(-np.sum(sum_to_pivot_bar * t19))
            zeros_n_1_bar[t17] += np.real(-np.sum(t23 * t18))
            z_bar1[i] += -t23 * t8[t17] - sum_to_pivot_bar * t7[t16]
            right_bar[i] += sum_to_shape(t21, np.shape(right[i]))
            z_bar2[i] += sum_to(
                np.broadcast_to(t24, np.shape(t4)) / pivot, (-r)[i]
            )
            t1_bar[i] += sum_to(pivot_bar, t10[i])
        t25 = zeros_n_1_bar[0]
        z_bar3 = sum_to_shape(
            np.broadcast_to(t25, np.shape(t3)) / t10[0], np.shape(right[0])
        )
        t26 = zeros_n_bar[0]
        z_bar2[0] += t26 / t10[0]
        t27 = -sum_to(t25 * (t3 / t10[0]), t10[0]) - t26 * (t2 / t10[0])
        t1_bar[0] += t27
        right_bar[0] += z_bar3
        z_bar4 = sum_to_shape(right_bar[:-1], np.shape(t11 * t12))
        z_bar5 = sum_to_shape(right_bar[1:], np.shape(t13 * t14))
        u_bar = sum_to(right_bar * (1.0 - t9), u_1)
        u_bar[:-1] += sum_to(z_bar5 * t13, t14)
        u_bar[1:] += sum_to(z_bar4 * t11, t12)
        r_bar = (
            r_bar + 2.0 * t1_bar - z_bar2 - z_bar1
            - 2.0 * sum_to(u_1 * right_bar, r)
        )
        r_bar[1:] += sum_to(z_bar5 * t14, t13)
        r_bar[:-1] += sum_to(z_bar4 * t12, t11)
    kappa_bar = 0.5 * sum_to(dt * r_bar, kappa)
    dt_bar = 0.5 * sum_to(kappa * r_bar, dt)
    u_bar = like(u_bar, u)
    return u_bar, kappa_bar, dt_bar
