import copy
import numpy as np


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


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
                t1 = d[i, k]
                t2 = copy.copy(t1)
                t3 = d[k, j]
                t4 = copy.copy(t3)
                around = t1 + t3
                t5 = -d[i, j]
                t6 = t5 / temperature
                t7 = -around / temperature
                t8 = np.logaddexp(t6, t7)
                records.append((t2, t4, t5, t6, t7, t8))
                d[i, j] = -temperature * t8

    t9 = n - 1
    dd = dout.copy()
    dtemperature = np.zeros_like(temperature, np.result_type(temperature, 0.0))
    for k in range(t9, -1, -1):
        for i in range(t9, -1, -1):
            for j in range(t9, -1, -1):
                t2, t4, t5, t6, t7, t8 = records.pop()
                around = t2 + t4
                dz = copy.copy(sum_to(dd[i, j], -temperature * t8))
                dd = dd.copy()
                dd[i, j] = 0.0
                t10 = dz * temperature
                t11 = sum_to(t10 * np.exp(t6 - t8), t6)
                t12 = sum_to(t10 * np.exp(t7 - t8), t7)
                daround = sum_to(t12 / temperature, -around)
                dd[i, j] += sum_to(t11 / temperature, t5)
                dd[k, j] += sum_to(daround, t4)
                dd[i, k] += sum_to(daround, t2)
                t13 = dtemperature + sum_to(
                    t12 * (t7 / temperature), temperature
                )
                t14 = t13 + sum_to(t11 * (t6 / temperature), temperature)
                dtemperature = t14 - sum_to(dz * t8, temperature)
    dlengths = like(dd, lengths)
    dtemperature = like(dtemperature, temperature)
    return dlengths, dtemperature
