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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_heat_rod(u, kappa, dx, dt, steps, dout):
    """Gradient of `dout * heat_rod` with respect to (u, kappa), for the
    cotangent dout.
    """
    u_1 = u.copy()
    t1 = kappa * dt
    t2 = dx ** 2
    r = t1 / t2
    hist = []
    for _ in range(steps):
        t3 = u_1[2:] - 2.0 * u_1[1:-1] + u_1[:-2]
        hist.append(t3)
        u_1[1:-1] += r * t3
        u_1[0] = u_1[1]
        u_1[-1] = u_1[-2]

    u_bar = dout.copy()
    r_bar = np.zeros_like(r, np.result_type(r, 0.0))
    for k in range(steps - 1, -1, -1):
        t3 = hist[k]
        z_bar = copy.copy(u_bar[-1])
        u_bar[-1] = 0.0
        u_bar[-2] += z_bar
        z_bar1 = copy.copy(u_bar[0])
        u_bar[0] = 0.0
        u_bar[1] += z_bar1
        z_bar2 = sum_to_shape(u_bar[1:-1], np.shape(r * t3))
        r_bar += sum_to(z_bar2 * t3, r)
        t3_bar = sum_to(r * z_bar2, t3)
        u_bar[2:] += t3_bar
        u_bar[1:-1] -= 2.0 * t3_bar
        u_bar[:-2] += t3_bar
    kappa_bar = sum_to(dt * sum_to(r_bar / t2, t1), kappa)
    u_bar = like(u_bar, u)
    return u_bar, kappa_bar
