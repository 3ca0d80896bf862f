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
                records.append((t1, t2, t3, copy.copy(d[i, j])))
                d[i, j] = -temperature * t3

    t4 = n - 1
    dd = dout.copy()
    dtemperature = np.zeros_like(temperature, np.result_type(temperature, 0.0))
    for k in range(t4, -1, -1):
        for i in range(t4, -1, -1):
            for j in range(t4, -1, -1):
                t1, t2, t3, t5 = records.pop()
                d[i, j] = t5
                t6 = d[i, k]
                t7 = d[k, j]
                around = t6 + t7
                dz = copy.copy(
                    sum_to_shape(dd[i, j], np.shape(-temperature * t3))
                )
                dd = dd.copy()
                dd[i, j] = 0.0
                t8 = dz * temperature
                t9 = sum_to(t8 * np.exp(t1 - t3), t1)
                t10 = sum_to(t8 * np.exp(t2 - t3), t2)
                daround = sum_to(t10 / temperature, -around)
                dd[i, k] += sum_to_shape(daround, np.shape(t6))
                dd[k, j] += sum_to_shape(daround, np.shape(t7))
                dd[i, j] += sum_to(t9 / temperature, d[i, j])
                t11 = dtemperature + sum_to(
                    t10 * (t2 / temperature), temperature
                )
                t12 = t11 + sum_to(t9 * (t1 / temperature), temperature)
                dtemperature = t12 - sum_to(dz * t3, temperature)
    dlengths = like(dd, lengths)
    dtemperature = like(dtemperature, temperature)
    return dlengths, dtemperature
