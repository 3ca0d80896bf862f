import copy
import numpy as np


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
            t2 = old[i] > 0.0
            if t2:
                slope = (old[i] - old[i - 1]) / dx
            else:
                slope = (old[i + 1] - old[i]) / dx
            bend = (old[i + 1] - 2.0 * old[i] + old[i - 1]) / dx ** 2
            t3 = old[i]
            records.append((t2, slope, bend, t3))
            u_1[i] = old[i] + dt * (viscosity * bend - t3 * slope)
        records1.append((t1, u_1))
        kinetic.append(0.5 * np.sum(u_1 ** 2) * dx)
    array_kinetic = np.array(kinetic)

    u_bar = np.zeros_like(u)
    kinetic_bar = np.broadcast_to(
        1.0 / array_kinetic.size, array_kinetic.shape
    )
    viscosity_bar = 0.0
    for k in range(steps - 1, -1, -1):
        t1, u_1 = records1[k]
        kinetic_bar_1 = kinetic_bar[:-1]
        u_bar = u_bar + u_1 * dx * kinetic_bar[-1]
        old_bar = np.zeros_like(u)
        for i in range(t1 - 2, 0, -1):
            t2, slope, bend, t3 = records.pop()
            t4 = dx ** 2
            z_bar = copy.copy(u_bar[i])
            u_bar[i] = 0.0
            z_bar1 = dt * z_bar
            slope_bar = -z_bar1 * t3
            bend_bar = viscosity * z_bar1
            z_bar2 = bend_bar / t4
            old_bar[i] -= slope * z_bar1
            old_bar[i] += z_bar
            old_bar[i - 1] += z_bar2
            old_bar[i] -= 2.0 * bend_bar / t4
            old_bar[i + 1] += z_bar2
            if t2:
                z_bar3 = slope_bar / dx
                old_bar[i - 1] -= z_bar3
                old_bar[i] += z_bar3
            else:
                z_bar4 = slope_bar / dx
                old_bar[i] -= z_bar4
                old_bar[i + 1] += z_bar4
            viscosity_bar = viscosity_bar + bend * z_bar1
        old_bar = old_bar + u_bar
        u_bar = old_bar
        kinetic_bar = kinetic_bar_1
    u_bar = like(np.real(u_bar), u)
    viscosity_bar = like(np.real(viscosity_bar), viscosity)
    return u_bar, viscosity_bar
