import copy
import numpy as np


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if np.shape(g) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_burgers(u, viscosity, dt, dx, steps):
    """Gradient of `burgers` with respect to (u, viscosity)."""
    kinetic = []
    records = []
    records1 = []
    u_1 = u
    for _ in range(steps):
        old = u_1.copy()
        u_1 = old.copy()
        t1 = len(u_1)
        for i in range(1, t1 - 1):
            if old[i] > 0.0:
                slope = (old[i] - old[i - 1]) / dx
            else:
                slope = (old[i + 1] - old[i]) / dx
            bend = (old[i + 1] - 2.0 * old[i] + old[i - 1]) / dx ** 2
            t2 = dt * (viscosity * bend - old[i] * slope)
            records.append((slope, bend, np.shape(t2)))
            u_1[i] = old[i] + t2
        records1.append((old, t1, u_1))
        kinetic.append(0.5 * np.sum(u_1 ** 2) * dx)
    array_kinetic = np.array(kinetic)

    kinetic_bar = list(
        np.broadcast_to(1.0 / array_kinetic.size, array_kinetic.shape)
    )
    u_bar = np.zeros_like(u, np.result_type(u, 0.0))
    viscosity_bar = np.zeros_like(viscosity, np.result_type(viscosity, 0.0))
    for k in range(steps - 1, -1, -1):
        old, t1, u_1 = records1[k]
        z_bar = kinetic_bar.pop()
        u_bar = u_bar + u_1 * np.sum(dx * z_bar)
        old_bar = np.zeros_like(old, np.result_type(old, 0.0))
        for i in range(t1 - 2, 0, -1):
            slope, bend, t3 = records.pop()
            t4 = old[i]
            t5 = i - 1
            t6 = i + 1
            t7 = copy.copy(u_bar[i])
            u_bar[i] = 0.0
            t8 = dt * sum_to_shape(t7, t3)
            z_bar1 = sum_to(t8, viscosity * bend)
            t9 = sum_to(t8, t4 * slope)
            slope_bar = -sum_to(t9 * t4, slope)
            viscosity_bar += sum_to(bend * z_bar1, viscosity)
            bend_bar = sum_to(viscosity * z_bar1, bend)
            t10 = bend_bar / dx ** 2
            t11 = sum_to(t7, old[i]) - 2.0 * sum_to(t10, 2.0 * old[i])
            old_bar[t6] += sum_to(t10, old[t6])
            old_bar[i] += t11 - sum_to(slope * t9, t4)
            old_bar[t5] += sum_to(t10, old[t5])
            if old[i] > 0.0:
                t12 = i - 1
                t13 = slope_bar / dx
                old_bar[i] += sum_to(t13, old[i])
                old_bar[t12] -= sum_to(t13, old[t12])
            else:
                t14 = i + 1
                t15 = slope_bar / dx
                old_bar[t14] += sum_to(t15, old[t14])
                old_bar[i] -= sum_to(t15, old[i])
        old_bar += u_bar
        u_bar = old_bar
    u_bar = real_like(u_bar, u)
    viscosity_bar = like(viscosity_bar, viscosity)
    return u_bar, viscosity_bar
