import numpy as np


def grad_burgers(u, viscosity, dt, dx, steps):
    """Gradient of `burgers` with respect to (u, viscosity)."""
    kinetic = []
    records = []
    records1 = []
    for _ in range(steps):
        old = u.copy()
        u = old.copy()
        t1 = len(u)
        for i in range(1, t1 - 1):
            t2 = old[i] > 0.0
            if t2:
                slope = (old[i] - old[i - 1]) / dx
            else:
                slope = (old[i + 1] - old[i]) / dx
            bend = (old[i + 1] - 2.0 * old[i] + old[i - 1]) / dx ** 2
            t3 = old[i]
            records.append((t2, slope, bend, t3))
            u[i] = old[i] + dt * (viscosity * bend - t3 * slope)
        records1.append((t1, u))
        kinetic.append(0.5 * np.sum(u ** 2) * dx)
    array_kinetic = np.array(kinetic)

    kinetic_bar = list(
        np.broadcast_to(1.0 / array_kinetic.size, array_kinetic.shape)
    )
    u_bar = np.zeros_like(u)
    viscosity_bar = 0.0
    for k in range(steps - 1, -1, -1):
        t1, u1 = records1[k]
        z_bar = kinetic_bar.pop()
        u_bar = u_bar + u1 * dx * z_bar
        old_bar = np.zeros_like(u)
        for i in range(t1 - 2, 0, -1):
            t2, slope, bend, t3 = records.pop()
            t4 = dx ** 2
            z_bar1 = u_bar[i]
            u_bar[i] = 0.0
            z_bar2 = dt * z_bar1
            slope_bar = -z_bar2 * t3
            viscosity_bar += bend * z_bar2
            bend_bar = viscosity * z_bar2
            z_bar3 = bend_bar / t4
            old_bar[i + 1] += z_bar3
            old_bar[i] += -2.0 * bend_bar / t4 + z_bar1 - slope * z_bar2
            old_bar[i - 1] += z_bar3
            if t2:
                z_bar4 = slope_bar / dx
                old_bar[i] += z_bar4
                old_bar[i - 1] -= z_bar4
            else:
                z_bar5 = slope_bar / dx
                old_bar[i + 1] += z_bar5
                old_bar[i] -= z_bar5
        old_bar += u_bar
        u_bar = old_bar
    return u_bar, viscosity_bar
