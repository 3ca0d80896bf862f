import numpy as np


def vjp_kmeans_step(points, centres, dout):
    """Gradient of `dout * kmeans_step` with respect to (points, centres), for
    the cotangent dout.
    """
    test_stack = []
    nearest_hist = []
    t1 = np.zeros((centres.shape[0], centres.shape[1]))
    t2 = np.zeros(centres.shape[0])
    for p in points:
        nearest = 0
        least = np.inf
        for c in range(centres.shape[0]):
            d = np.sum((p - centres[c]) ** 2)
            t3 = d < least
            test_stack.append(t3)
            if t3:
                nearest = c
                least = d
        nearest_hist.append(nearest)
        t1[nearest] += p
        t2[nearest] += 1.0
    dmoved = dout[0]
    dinertia = dout[1]
    t4 = centres.shape[0] - 1
    dmoved = dmoved.copy()
    d = np.zeros_like(t1)
    for c in range(t4, -1, -1):
        t5 = t2[c] > 0.0
        if t5:
            t6 = t2[c]
        if t5:
            dz = dmoved[c].copy()
            dmoved[c] = 0.0
            d[c] += dz / t6

    dcentres = dmoved
    dpoints = np.zeros_like(points)
    for k in range(len(points) - 1, -1, -1):
        t7 = points[k]
        dleast = dinertia
        dp = d[nearest_hist[k]]
        for c in range(t4, -1, -1):
            t3 = test_stack.pop()
            if t3:
                dd = dleast
                dleast = 0.0
            else:
                dd = 0.0
            t8 = 2.0 * (t7 - centres[c]) * dd
            dp = dp + t8
            dcentres[c] -= t8
        dpoints[k] += dp
    dcentres = dcentres.copy()
    return dpoints, dcentres
