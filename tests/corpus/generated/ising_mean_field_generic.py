import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


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


def grad_ising_mean_field(field, coupling, damping, tol):
    """Gradient of `ising_mean_field` with respect to (field, coupling,
    damping).
    """
    n = len(field)
    m = np.zeros_like(field)
    records = []
    count = 0
    for sweep in range(10):
        largest = 0.0
        for i in range(n):
            for j in range(n):
                around = 0.0
                around += m[(i + -1) % n, (j + 0) % n]
                around += m[(i + 1) % n, (j + 0) % n]
                around += m[(i + 0) % n, (j + -1) % n]
                around_1 = around + m[(i + 0) % n, (j + 1) % n]
                old = copy.copy(m[i, j])
                t1 = np.tanh(field[i, j] + coupling * around_1)
                records.append(
                    (np.shape(around), around_1, t1, copy.copy(m[i, j]))
                )
                m[i, j] = (1.0 - damping) * old + damping * t1
                largest = max(largest, abs(m[i, j] - element(old)))
                element(old)
        count += 1
        if largest < tol:
            break

    dm = 2.0 * m / np.size(field)
    ddamping = np.zeros_like(damping, np.result_type(damping, 0.0))
    dcoupling = np.zeros_like(coupling, np.result_type(coupling, 0.0))
    dfield = np.zeros_like(field, np.result_type(field, 0.0))
    for sweep in range(count - 1, -1, -1):
        t2 = n - 1
        for i in range(t2, -1, -1):
            for j in range(t2, -1, -1):
                t3, around, t1, t4 = records.pop()
                m[i, j] = t4
                t5 = (i + -1) % n
                t6 = (j + 0) % n
                t7 = (i + 1) % n
                t8 = (j + 0) % n
                t9 = m[t7, t8]
                t10 = (i + 0) % n
                t11 = (j + -1) % n
                t12 = (i + 0) % n
                t13 = (j + 1) % n
                old = m[i, j]
                t14 = 1.0 - damping
                around_1 = 0.0
                around_1 += m[t5, t6]
                around_2 = around_1 + t9
                t15 = copy.copy(dm[i, j])
                dm[i, j] = 0.0
                dz = sum_to_shape(t15, np.shape(t14 * old))
                dz1 = sum_to_shape(t15, np.shape(damping * t1))
                dz2 = sum_to(damping * dz1, t1) * (1.0 - t1 ** 2)
                dz3 = sum_to_shape(dz2, np.shape(coupling * around))
                dcoupling += sum_to(around * dz3, coupling)
                daround_1 = sum_to(coupling * dz3, around)
                dold = sum_to(dz * t14, old)
                daround = sum_to_shape(daround_1, t3)
                daround_2 = sum_to_shape(daround, np.shape(around_2))
                daround_3 = sum_to_shape(daround_2, np.shape(around_1))
                dm[t5, t6] += daround_3
                dm[t7, t8] += sum_to_shape(daround_2, np.shape(t9))
                dm[t10, t11] += sum_to_shape(daround, np.shape(m[t10, t11]))
                dm[t12, t13] += sum_to_shape(daround_1, np.shape(m[t12, t13]))
                dm[i, j] += dold
                t16 = ddamping + sum_to(dz1 * t1, damping)
                ddamping = t16 - sum_to(old * dz, damping)
                dfield[i, j] += sum_to(dz2, field[i, j])
    dcoupling = like(dcoupling, coupling)
    ddamping = like(ddamping, damping)
    return dfield, dcoupling, ddamping
