import copy
import numpy as np


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
    records2 = []
    records3 = []
    u_1 = u
    for _ in range(steps):
        old = u_1.copy()
        u_1 = old.copy()
        t1 = len(u_1)
        for i in range(1, t1 - 1):
            t2 = old[i] > 0.0
            if t2:
                t3 = old[i]
                t4 = old[i - 1]
                records1.append((t3, t4))
                slope = (t3 - t4) / dx
            else:
                t5 = old[i + 1]
                t6 = old[i]
                records2.append((t5, t6))
                slope = (t5 - t6) / dx
            t7 = old[i + 1]
            t8 = old[i]
            t9 = old[i - 1]
            bend = (t7 - 2.0 * t8 + t9) / dx ** 2
            t10 = old[i]
            t11 = old[i]
            t12 = dt * (viscosity * bend - t11 * slope)
            records.append(
                (t2, slope, t7, t8, t9, bend, t10, t11, np.shape(t12))
            )
            u_1[i] = t10 + t12
        records3.append((np.result_type(old, 0.0), old.shape, t1, u_1))
        kinetic.append(0.5 * np.sum(u_1 ** 2) * dx)
    array_kinetic = np.array(kinetic)

    kinetic_bar = list(
        np.broadcast_to(1.0 / array_kinetic.size, array_kinetic.shape)
    )
    u_bar = np.zeros_like(u, np.result_type(u, 0.0))
    viscosity_bar = np.zeros_like(viscosity, np.result_type(viscosity, 0.0))
    for k in range(steps - 1, -1, -1):
        t13, t14, t1, u_1 = records3[k]
        z_bar = kinetic_bar.pop()
        u_bar = u_bar + u_1 * np.sum(dx * z_bar)
        old_bar = np.zeros(t14, t13)
        for i in range(t1 - 2, 0, -1):
            t2, slope, t7, t8, t9, bend, t10, t11, t15 = records.pop()
            t16 = copy.copy(u_bar[i])
            u_bar[i] = 0.0
            t17 = dt * sum_to_shape(t16, t15)
            z_bar1 = sum_to(t17, viscosity * bend)
            t18 = sum_to(t17, t11 * slope)
            slope_bar = -sum_to(t18 * t11, slope)
            viscosity_bar += sum_to(bend * z_bar1, viscosity)
            bend_bar = sum_to(viscosity * z_bar1, bend)
            t19 = bend_bar / dx ** 2
            t20 = sum_to(t16, t10) - 2.0 * sum_to(t19, t8)
            old_bar[i + 1] += sum_to(t19, t7)
            old_bar[i] += t20 - sum_to(slope * t18, t11)
            old_bar[i - 1] += sum_to(t19, t9)
            if t2:
                t3, t4 = records1.pop()
                t21 = slope_bar / dx
                old_bar[i] += sum_to(t21, t3)
                old_bar[i - 1] -= sum_to(t21, t4)
            else:
                t5, t6 = records2.pop()
                t22 = slope_bar / dx
                old_bar[i + 1] += sum_to(t22, t5)
                old_bar[i] -= sum_to(t22, t6)
        old_bar += u_bar
        u_bar = old_bar
    u_bar = real_like(u_bar, u)
    viscosity_bar = like(viscosity_bar, viscosity)
    return u_bar, viscosity_bar
