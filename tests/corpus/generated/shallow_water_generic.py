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


def vjp_shallow_water(h, hu, g, dt, dx, steps, dout):
    """Gradient of `dout * shallow_water` with respect to (h, hu, g), for the
    cotangent dout.
    """
    n = len(h)
    records = []
    records1 = []
    h_1 = h
    hu_1 = hu
    for _ in range(steps):
        t1 = hu_1 ** 2 / h_1
        t2 = 0.5 * g * h_1 ** 2
        records1.append((h_1, hu_1, t1, t2))
        flux_hu = t1 + t2
        t3 = np.empty(n)
        t4 = np.empty(n)
        for i in range(n):
            t5 = (i - 1) % n
            t6 = (i + 1) % n
            t7 = 0.5 * dt / dx
            t8 = 0.5 * (h_1[t5] + h_1[t6]) - t7 * (hu_1[t6] - hu_1[t5])
            t3[i] = t8
            t9 = 0.5 * dt / dx
            t10 = t9 * (flux_hu[t6] - flux_hu[t5])
            t11 = 0.5 * (hu_1[t5] + hu_1[t6]) - t10
            records.append((t7, t8, t9, np.shape(t10), t11))
            t4[i] = t11
        h_1 = t3
        hu_1 = t4

    h_bar = dout[0]
    hu_bar = dout[1]
    h_bar = copy.copy(h_bar)
    g_bar = np.zeros_like(g, np.result_type(g, 0.0))
    for k in range(steps - 1, -1, -1):
        h_1, hu_1, t1, t2 = records1[k]
        flux_hu = t1 + t2
        t12 = h_1 ** 2
        t3_bar = h_bar
        t4_bar = hu_bar
        flux_hu_bar = np.zeros_like(flux_hu, np.result_type(flux_hu, 0.0))
        hu_bar = np.zeros_like(hu_1, np.result_type(hu_1, 0.0))
        h_bar = np.zeros_like(h_1, np.result_type(h_1, 0.0))
        for i in range(n - 1, -1, -1):
            t7, t8, t9, t13, t11 = records.pop()
            t14 = (i + 1) % n
            t15 = (i - 1) % n
            t16 = hu_1[t14]
            t17 = hu_1[t15]
            t18 = np.broadcast_to(t4_bar[i], np.shape(t11))
            t4_bar = copy.copy(t4_bar)
            t4_bar[i] = 0.0
            t19 = sum_to_shape(t18, t13) * t9
            t20 = copy.copy(np.broadcast_to(t3_bar[i], np.shape(t8)))
            t3_bar = copy.copy(t3_bar)
            t3_bar[i] = 0.0
            t21 = sum_to(t20, t7 * (t16 - t17)) * t7
            flux_hu_bar[t14] -= sum_to(t19, flux_hu[t14])
            flux_hu_bar[t15] += sum_to(t19, flux_hu[t15])
            hu_bar[t14] += 0.5 * sum_to(t18, hu_1[t14]) - sum_to(t21, t16)
            hu_bar[t15] += sum_to(t21, t17) + 0.5 * sum_to(t18, hu_1[t15])
            h_bar[t15] += 0.5 * sum_to(t20, h_1[t15])
            h_bar[t14] += 0.5 * sum_to(t20, h_1[t14])
        sum_to_flux_hu_bar = sum_to(flux_hu_bar, t1)
        sum_to_flux_hu_bar1 = sum_to(flux_hu_bar, t2)
        g_bar = g_bar + 0.5 * sum_to(sum_to_flux_hu_bar1 * t12, g)
        h_bar = (
            h_bar + h_1 * sum_to(g * sum_to_flux_hu_bar1, t12)
            - sum_to(sum_to_flux_hu_bar * (t1 / h_1), h_1)
        )
        hu_bar = hu_bar + 2.0 * hu_1 * sum_to(
            sum_to_flux_hu_bar / h_1, hu_1 ** 2
        )
    h_bar = like(h_bar, h)
    hu_bar = like(hu_bar, hu)
    g_bar = like(g_bar, g)
    return h_bar, hu_bar, g_bar
