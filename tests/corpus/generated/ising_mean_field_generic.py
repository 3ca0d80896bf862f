import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if np.ndim(x):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


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


def grad_ising_mean_field(field, coupling, damping, tol):
    """Gradient of `ising_mean_field` with respect to (field, coupling,
    damping).
    """
    n = len(field)
    m = np.zeros_like(field)
    records = []
    records1 = []
    count = 0
    for sweep in range(10):
        largest = 0.0
        for i in range(n):
            for j in range(n):
                around = 0.0
                around += m[(i + -1) % n, (j + 0) % n]
                t1 = m[(i + 1) % n, (j + 0) % n]
                t2 = copy.copy(t1)
                records.append((around, t2))
                around = around + t1
                t3 = m[(i + 0) % n, (j + -1) % n]
                t4 = copy.copy(t3)
                around += t3
                t5 = m[(i + 0) % n, (j + 1) % n]
                t6 = copy.copy(t5)
                around += t5
                old = copy.copy(m[i, j])
                copy_old = copy.copy(old)
                t7 = np.tanh(field[i, j] + coupling * around)
                records1.append((t4, t6, around, copy_old, t7))
                m[i, j] = (1.0 - damping) * old + damping * t7
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
        t8 = n - 1
        for i in range(t8, -1, -1):
            for j in range(t8, -1, -1):
                t4, t6, around, old, t7 = records1.pop()
                around_1, t2 = records.pop()
                t9 = 1.0 - damping
                around_2 = around_1 + t2
                around_3 = around_2 + t4
                t10 = copy.copy(dm[i, j])
                dm[i, j] = 0.0
                dz = sum_to(t10, t9 * old)
                dz1 = sum_to(t10, damping * t7)
                dz2 = sum_to(damping * dz1, t7) * (1.0 - t7 ** 2)
                dz3 = sum_to(dz2, coupling * around)
                daround = sum_to(coupling * dz3, around)
                dold = sum_to(dz * t9, old)
                daround_1 = sum_to(daround, around_3)
                daround_2 = sum_to(daround_1, around_2)
                daround_3 = sum_to(daround_2, around_1)
                dm[i, j] += dold
                dm[(i + 0) % n, (j + 1) % n] += sum_to(daround, t6)
                dm[(i + 0) % n, (j + -1) % n] += sum_to(daround_1, t4)
                dm[(i + 1) % n, (j + 0) % n] += sum_to(daround_2, t2)
                dm[(i + -1) % n, (j + 0) % n] += daround_3
                t11 = ddamping + sum_to(dz1 * t7, damping)
                ddamping = t11 - sum_to(old * dz, damping)
                dcoupling = dcoupling + sum_to(around * dz3, coupling)
                dfield[i, j] += sum_to(dz2, field[i, j])
    dfield = like(dfield, field)
    dcoupling = like(dcoupling, coupling)
    ddamping = like(ddamping, damping)
    return dfield, dcoupling, ddamping
