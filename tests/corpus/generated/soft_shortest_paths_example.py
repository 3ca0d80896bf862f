import numpy as np


def vjp_soft_shortest_paths(lengths, temperature, dout):
    """Gradient of `dout * soft_shortest_paths` with respect to (lengths,
    temperature), for the cotangent dout.
    """
    d = lengths.copy()
    n = d.shape[0]
    records = []
    for k in range(n):
        for i in range(n):
            for j in range(n):
                around = d[i, k] + d[k, j]
                t1 = -d[i, j] / temperature
                t2 = -around / temperature
                t3 = np.logaddexp(t1, t2)
                records.append((t1, t2, t3))
                d[i, j] = -temperature * t3

    t4 = n - 1
    dd = dout.copy()
    dtemperature = 0.0
    for k in range(t4, -1, -1):
        for i in range(t4, -1, -1):
            for j in range(t4, -1, -1):
                t1, t2, t3 = records.pop()
                dz = dd[i, j]
                dd[i, j] = 0.0
                t5 = dz * temperature
                t6 = t5 * np.exp(t1 - t3)
                t7 = t5 * np.exp(t2 - t3)
                daround = t7 / temperature
                dd[i, k] += daround
                dd[k, j] += daround
                dd[i, j] += t6 / temperature
                t8 = (
                    dtemperature + t7 * (t2 / temperature)
                    + t6 * (t1 / temperature)
                )
                dtemperature = t8 - dz * t3
    dlengths = dd.copy()
    return dlengths, dtemperature
