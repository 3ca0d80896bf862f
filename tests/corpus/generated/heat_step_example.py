import numpy as np


def vjp_heat_step(u, kappa, dt, dout):
    """Gradient of `dout * heat_step` with respect to (u, kappa, dt), for the
    cotangent dout.
    """
    lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
    t1 = 1.0 - u

    dt_bar = (dout * (kappa * lap + u * t1)).sum()
    z_bar = dt * dout
    kappa_bar = (lap * z_bar).sum()
    lap_bar = kappa * z_bar
    t2 = dout + z_bar * t1 + np.roll(lap_bar, 1) + np.roll(lap_bar, -1)
    u_bar = t2 - u * z_bar - 2.0 * lap_bar
    return u_bar, kappa_bar, dt_bar
