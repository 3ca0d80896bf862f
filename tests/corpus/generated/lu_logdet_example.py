import numpy as np


def written_last(g, buffer, index):
    """The entries of g that `buffer[index] = ...` leaves there; zero for those that a later entry
    of the same write replaces, where the index names a place twice."""
    rank = np.arange(np.size(g)).reshape(np.shape(g))
    last = np.zeros(np.shape(buffer), int)
    last[index] = rank
    return np.where(last[index] == rank, g, 0.0)


def grad_lu_logdet(A):
    """Gradient of `lu_logdet` with respect to A."""
    U = np.array(A)
    n = len(U)
    records = []
    records1 = []
    U_1 = U.copy()
    records2 = []
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            pivot = i if abs(U_1[i, k]) > abs(U_1[pivot, k]) else pivot
        t1 = pivot != k
        if t1:
            t2 = [pivot, k]
            t3 = [k, pivot]
            records.append((t2, t3))
            U_1[t3] = U_1[t2]
        records2.append((t1, U_1[k, k]))
        for i in range(k + 1, n):
            t4 = U_1[k, k]
            factor = U_1[i, k] / t4
            t5 = U_1[k, k:]
            records1.append((t4, factor, t5.copy()))
            U_1[i, k:] -= factor * t5

    t6 = n - 1
    dU = np.zeros_like(U)
    for k in range(t6, -1, -1):
        t1, t7 = records2[k]
        for i in range(t6, k, -1):
            t4, factor, t8 = records1.pop()
            dz = dU[i, k:]
            dfactor = -(dz * t8).sum()
            dt5 = -factor * dz
            dU[i, k] += dfactor / t4
            dU[k, k] -= dfactor * (factor / t4)
            dU[k, k:] += dt5
        dU[k, k] += np.sign(t7) / abs(t7)
        if t1:
            t2, t3 = records.pop()
            dz1 = written_last(dU[t3], dU, t3)
            dU[t3] = 0.0
            np.add.at(dU, t2, dz1)
    return dU
