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


def vjp_heat_step(u, kappa, dt, dout):
    """Gradient of `dout * heat_step` with respect to (u, kappa, dt), for the
    cotangent dout.
    """
    lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
    t1 = 1.0 - u
    t2 = kappa * lap + u * t1

    dt_bar = sum_to(dout * t2, dt)
    t3 = dt * dout
    t2_bar = sum_to(t3, t2)
    z_bar = sum_to(t3, u)
    kappa_bar = sum_to(lap * t2_bar, kappa)
    lap_bar = sum_to(kappa * t2_bar, u)
    t4 = sum_to(dout, u) + z_bar * t1 + np.roll(lap_bar, 1)
    u_bar = t4 + np.roll(lap_bar, -1) - u * z_bar - 2.0 * lap_bar
    return u_bar, kappa_bar, dt_bar
