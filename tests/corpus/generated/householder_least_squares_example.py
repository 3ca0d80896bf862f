import numpy as np


def vjp_householder_least_squares(A, b, dout):
    """Gradient of `dout * householder_least_squares` with respect to (A, b),
    for the cotangent dout.
    """
    copy_A = A.copy()
    t1 = copy_A.shape[1]
    records = []
    records1 = []
    records2 = []
    t2 = b.copy()
    for k in range(t1):
        v = copy_A[k:, k].copy()
        copy_v = v.copy()
        length = np.linalg.norm(v)
        if v[0] >= 0.0:
            v[0] += length
        else:
            v[0] -= length
        norm_v = np.linalg.norm(v)
        records1.append((copy_v, length, v, norm_v))
        v = v / norm_v
        for j in range(k, t1):
            t3 = copy_A[k:, j]
            t4 = v @ t3
            records.append((t3.copy(), t4))
            copy_A[k:, j] -= 2.0 * v * t4
        t5 = t2[k:]
        dot_v = np.dot(v, t5)
        records2.append((v, t5.copy(), dot_v))
        t2[k:] -= 2.0 * v * dot_v
    x = np.empty(t1)
    t6 = range(t1)
    records3 = []
    for i in reversed(t6):
        t7 = x[i + 1:]
        t8 = (t2[i] - copy_A[i, i + 1:] @ t7) / copy_A[i, i]
        records3.append((t7.copy(), t8))
        x[i] = t8

    dx = dout.copy()
    dcopy_A = np.zeros_like(A)
    dt2 = np.zeros_like(b)
    for k in range(len(t6) - 1, -1, -1):
        t9, t8 = records3[k]
        t10 = len(t6) - 1 - k
        t11 = copy_A[t10, t10]
        t12 = t10, slice(t10 + 1, None)
        dt8 = dx[t10]
        dx[t10] = 0.0
        dz = dt8 / t11
        dx[t10 + 1:] -= dz * copy_A[t12]
        dcopy_A[t10, t10] -= dt8 * (t8 / t11)
        dcopy_A[t12] -= dz * t9
        dt2[t10] += dz
    t13 = t1 - 1
    for k in range(t13, -1, -1):
        v, t14, dot_v = records2[k]
        v_1, length, v1, norm_v = records1[k]
        dz1 = dt2[k:]
        t15 = (v * dz1).sum()
        dv = -2.0 * t15 * t14 - 2.0 * dz1 * dot_v
        for j in range(t13, k - 1, -1):
            t16, t4 = records.pop()
            dz2 = dcopy_A[k:, j]
            t17 = dz2 * t4
            t18 = (v * dz2).sum()
            dcopy_A[k:, j] -= 2.0 * t18 * v
            dv = dv - 2.0 * t18 * t16 - 2.0 * t17
        t19 = v1 * (
            (dv * (v / norm_v)).sum() / np.where(norm_v == 0, 1.0, norm_v)
        )
        dv = dv / norm_v - t19
        dlength = dv[0] if v_1[0] >= 0.0 else -dv[0]
        dv += v_1 * (dlength / np.where(length == 0, 1.0, length))
        dcopy_A[k:, k] += dv
        dt2[k:] -= 2.0 * t15 * v
    return dcopy_A, dt2
