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
        t1 = U_1.copy()
        pivot = k
        for i in range(k + 1, n):
            pivot = i if abs(U_1[i, k]) > abs(U_1[pivot, k]) else pivot
        t2 = pivot != k
        if t2:
            t3 = [pivot, k]
            t4 = [k, pivot]
            records.append((t3, t4))
            U_1[t4] = U_1[t3]
        records2.append((t1, t2, U_1[k, k]))
        for i in range(k + 1, n):
            t5 = U_1[k, k]
            factor = U_1[i, k] / t5
            t6 = U_1[k, k:]
            records1.append((t5, factor, t6.copy()))
            U_1[i, k:] -= factor * t6

    t7 = n - 1
    dU = np.zeros_like(U)
    for k in range(t7, -1, -1):
        t1, t2, t8 = records2[k]
        for i in range(t7, k, -1):
            t5, factor, t9 = records1.pop()
            dz = dU[i, k:]
            dfactor = -(dz * t9).sum()
            dt6 = -factor * dz
            dU[i, k] += dfactor / t5
            dU[k, k] -= dfactor * (factor / t5)
            dU[k, k:] += dt6
        dU[k, k] += np.sign(t8) / abs(t8)
        t10 = np.zeros_like(t1)
        if t2:
            t3, t4 = records.pop()
            dz1 = written_last(dU[t4], dU, t4)
            dU[t4] = 0.0
            dU = t10 + dU
            np.add.at(dU, t3, dz1)
        else:
            dU = t10 + dU
    return dU
