import copy
import numpy as np


def grad_sinkhorn(cost, a, b, eps, rounds):
    """Gradient of `sinkhorn` with respect to (cost, a, b, eps)."""
    t1 = -cost / eps
    K = np.exp(t1)
    records = []
    records1 = []
    t2 = np.ones(len(a))
    t3 = np.ones(len(b))
    for _ in range(rounds):
        for i in range(len(a)):
            t4 = np.dot(K[i], t3)
            records.append((t4, t2[i]))
            t2[i] = a[i] / t4
        for j in range(len(b)):
            t5 = np.dot(K[:, j], t2)
            records1.append((t5, t3[j]))
            t3[j] = b[j] / t5
    dcost = np.zeros_like(cost)
    dt3 = np.zeros_like(t3)
    dK = np.zeros_like(cost)
    dt2 = np.zeros_like(t2)
    for i in range(len(a)):
        for j in range(len(b)):
            t6 = t2[i]
            t7 = K[i, j]
            t8 = t6 * t7
            t9 = t3[j]
            dz = cost[i, j]
            dt8 = dz * t9
            dcost[i, j] += t8 * t9
            dt3[j] += dz * t8
            dK[i, j] += dt8 * t6
            dt2[i] += dt8 * t7

    db = np.zeros_like(b)
    da = np.zeros_like(a)
    for _ in range(rounds - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            t5, t10 = records1.pop()
            t11 = copy.copy(t3[j])
            t3[j] = t10
            dz1 = dt3[j]
            dt3[j] = 0.0
            t12 = dz1 * (t11 / t5)
            dt2 = dt2 - t12 * K[:, j]
            dK[:, j] -= t12 * t2
            db[j] += dz1 / t5
        for i in range(len(a) - 1, -1, -1):
            t4, t13 = records.pop()
            t14 = copy.copy(t2[i])
            t2[i] = t13
            dz2 = dt2[i]
            dt2[i] = 0.0
            t15 = dz2 * (t14 / t4)
            dt3 = dt3 - t15 * K[i]
            dK[i] -= t15 * t3
            da[i] += dz2 / t4
    dt1 = K * dK
    deps = -(dt1 * (t1 / eps)).sum()
    dcost -= dt1 / eps
    return dcost, da, db, deps
