import copy
import numpy as np


def as_float(x):
    """x in floating point: bools and ints become floats."""
    return x if np.result_type(x).kind in "fc" else x * 1.0


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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


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
            t2 = viscosity * bend - old[i] * slope
            records.append((slope, bend, t2))
            u_1[i] = old[i] + dt * t2
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
            slope, bend, t2 = records.pop()
            t3 = old[i]
            t4 = i - 1
            t5 = i + 1
            t6 = copy.copy(u_bar[i])
            u_bar[i] = 0.0
            t7 = as_float(sum_to(dt * sum_to_shape(t6, np.shape(dt * t2)), t2))
            z_bar1 = sum_to_shape(t7, np.shape(viscosity * bend))
            t8 = sum_to(t7, t3 * slope)
            slope_bar = -sum_to(t8 * t3, slope)
            viscosity_bar = viscosity_bar + sum_to(bend * z_bar1, viscosity)
            bend_bar = sum_to(viscosity * z_bar1, bend)
            t9 = bend_bar / dx ** 2
            t10 = sum_to(t6, old[i]) - 2.0 * sum_to(t9, 2.0 * old[i])
            old_bar[t5] += sum_to(t9, old[t5])
            old_bar[i] += t10 - sum_to(slope * t8, t3)
            old_bar[t4] += sum_to(t9, old[t4])
            if old[i] > 0.0:
                t11 = i - 1
                t12 = slope_bar / dx
                old_bar[i] += sum_to(t12, old[i])
                old_bar[t11] -= sum_to(t12, old[t11])
            else:
                t13 = i + 1
                t14 = slope_bar / dx
                old_bar[t13] += sum_to(t14, old[t13])
                old_bar[i] -= sum_to(t14, old[i])
        old_bar += u_bar
        u_bar = old_bar
    u_bar = like(real_like(u_bar, u), u)
    viscosity_bar = like(viscosity_bar, viscosity)
    return u_bar, viscosity_bar
