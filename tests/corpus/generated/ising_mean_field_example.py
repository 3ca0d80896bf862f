import numpy as np


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
                around += m[(i + 0) % n, (j + 1) % n]
                old = m[i, j]
                t1 = np.tanh(field[i, j] + coupling * around)
                records.append((around, old, t1))
                m[i, j] = (1.0 - damping) * old + damping * t1
                largest = max(largest, abs(m[i, j] - old))
        count += 1
        if largest < tol:
            break

    dm = 2.0 * m / field.size
    ddamping = 0.0
    dcoupling = 0.0
    dfield = np.zeros_like(field)
    for sweep in range(count - 1, -1, -1):
        t2 = n - 1
        for i in range(t2, -1, -1):
            for j in range(t2, -1, -1):
                around, old, t1 = records.pop()
                dz = dm[i, j]
                dm[i, j] = 0.0
                dz1 = damping * dz * (1.0 - t1 ** 2)
                dcoupling += around * dz1
                daround = coupling * dz1
                dold = dz * (1.0 - damping)
                dm[(i + -1) % n, (j + 0) % n] += daround
                dm[(i + 1) % n, (j + 0) % n] += daround
                dm[(i + 0) % n, (j + -1) % n] += daround
                dm[(i + 0) % n, (j + 1) % n] += daround
                dm[i, j] += dold
                ddamping = ddamping + dz * t1 - old * dz
                dfield[i, j] += dz1
    return dfield, dcoupling, ddamping
