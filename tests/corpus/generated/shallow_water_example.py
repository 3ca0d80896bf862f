import numpy as np


def vjp_shallow_water(h, hu, g, dt, dx, steps, dout):
    """Gradient of `dout * shallow_water` with respect to (h, hu, g), for the
    cotangent dout.
    """
    n = len(h)
    records = []
    records1 = []
    for _ in range(steps):
        t1 = hu ** 2 / h
        flux_hu = t1 + 0.5 * g * h ** 2
        records1.append((h, hu, t1, flux_hu.shape))
        t2 = np.empty(n)
        t3 = np.empty(n)
        for i in range(n):
            t4 = (i - 1) % n
            t5 = (i + 1) % n
            t6 = 0.5 * dt / dx
            t2[i] = 0.5 * (h[t4] + h[t5]) - t6 * (hu[t5] - hu[t4])
            t7 = 0.5 * dt / dx
            records.append((t6, t7))
            t3[i] = 0.5 * (hu[t4] + hu[t5]) - t7 * (flux_hu[t5] - flux_hu[t4])
        h = t2
        hu = t3

    h_bar = dout[0]
    hu_bar = dout[1]
    h_bar = h_bar.copy()
    g_bar = 0.0
    for k in range(steps - 1, -1, -1):
        h, hu, t1, t8 = records1[k]
        t2_bar = h_bar
        t3_bar = hu_bar
        flux_hu_bar = np.zeros(t8)
        hu_bar = np.zeros_like(hu)
        h_bar = np.zeros_like(h)
        for i in range(n - 1, -1, -1):
            t6, t7 = records.pop()
            t9 = (i + 1) % n
            t10 = (i - 1) % n
            z_bar = t3_bar[i]
            t3_bar = t3_bar.copy()
            t3_bar[i] = 0.0
            z_bar1 = z_bar * t7
            z_bar2 = 0.5 * z_bar
            z_bar3 = t2_bar[i]
            t2_bar[i] = 0.0
            z_bar4 = z_bar3 * t6
            z_bar5 = 0.5 * z_bar3
            flux_hu_bar[t9] -= z_bar1
            flux_hu_bar[t10] += z_bar1
            hu_bar[t9] += z_bar2 - z_bar4
            hu_bar[t10] += z_bar4 + z_bar2
            h_bar[t10] += z_bar5
            h_bar[t9] += z_bar5
        g_bar += 0.5 * (flux_hu_bar * h ** 2).sum()
        h_bar = h_bar + h * g * flux_hu_bar - flux_hu_bar * (t1 / h)
        hu_bar += 2.0 * hu * (flux_hu_bar / h)
    h_bar = h_bar.copy()
    hu_bar = hu_bar.copy()
    return h_bar, hu_bar, g_bar
