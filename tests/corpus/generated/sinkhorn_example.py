import numpy as np


def grad_sinkhorn(cost, a, b, eps, rounds):
    """Gradient of `sinkhorn` with respect to (cost, a, b, eps)."""
    t1 = -cost / eps
    K = np.exp(t1)
    records = []
    records1 = []
    records2 = []
    t2 = np.ones(len(a))
    t3 = np.ones(len(b))
    for _ in range(rounds):
        for i in range(len(a)):
            t4 = np.dot(K[i], t3)
            t5 = a[i] / t4
            records.append((t4, t5))
            t2[i] = t5
        records2.append((t3.copy(), t2.copy()))
        for j in range(len(b)):
            t6 = np.dot(K[:, j], t2)
            t7 = b[j] / t6
            records1.append((t6, t7))
            t3[j] = t7
    dcost = np.zeros_like(cost)
    dt3 = np.zeros_like(t3)
    dK = np.zeros_like(cost)
    dt2 = np.zeros_like(t2)
    for i in range(len(a)):
        for j in range(len(b)):
            t8 = t2[i]
            t9 = K[i, j]
            t10 = t8 * t9
            t11 = t3[j]
            dz = cost[i, j]
            dt10 = dz * t11
            dcost[i, j] += t10 * t11
            dt3[j] += dz * t10
            dK[i, j] += dt10 * t8
            dt2[i] += dt10 * t9

    db = np.zeros_like(b)
    da = np.zeros_like(a)
    for k in range(rounds - 1, -1, -1):
        t12, t13 = records2[k]
        for j in range(len(b) - 1, -1, -1):
            t6, t7 = records1.pop()
            dt7 = dt3[j]
            dt3[j] = 0.0
            t14 = dt7 * (t7 / t6)
            dt2 = dt2 - t14 * K[:, j]
            dK[:, j] -= t14 * t13
            db[j] += dt7 / t6
        for i in range(len(a) - 1, -1, -1):
            t4, t5 = records.pop()
            dt5 = dt2[i]
            dt2[i] = 0.0
            t15 = dt5 * (t5 / t4)
            dt3 = dt3 - t15 * K[i]
            dK[i] -= t15 * t12
            da[i] += dt5 / t4
    dt1 = K * dK
    deps = -(dt1 * (t1 / eps)).sum()
    dcost -= dt1 / eps
    return dcost, da, db, deps
