import copy
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

    x_hist = []
    for i in reversed(t6):
        x_hist.append(x[i])
        x[i] = (t2[i] - copy_A[i, i + 1:] @ x[i + 1:]) / copy_A[i, i]
    dx = dout.copy()
    dcopy_A = np.zeros_like(A)
    dt2 = np.zeros_like(b)
    for k in range(len(t6) - 1, -1, -1):
        t7 = len(t6) - 1 - k
        t8 = copy.copy(x[t7])
        x[t7] = x_hist[k]
        t9 = t7 + 1
        t10 = copy_A[t7, t7]
        t11 = t7, slice(t7 + 1, None)
        dz = dx[t7]
        dx[t7] = 0.0
        dz1 = dz / t10
        dx[t9:] -= dz1 * copy_A[t11]
        dcopy_A[t11] -= dz1 * x[t9:]
        dcopy_A[t7, t7] -= dz * (t8 / t10)
        dt2[t7] += dz1
    t12 = t1 - 1
    for k in range(t12, -1, -1):
        v, t13, dot_v = records2[k]
        v_1, length, v1, norm_v = records1[k]
        dz2 = dt2[k:]
        t14 = (v * dz2).sum()
        dv = -2.0 * t14 * t13 - 2.0 * dz2 * dot_v
        for j in range(t12, k - 1, -1):
            t15, t4 = records.pop()
            dz3 = dcopy_A[k:, j]
            t16 = dz3 * t4
            t17 = (v * dz3).sum()
            dcopy_A[k:, j] -= 2.0 * t17 * v
            dv = dv - 2.0 * t17 * t15 - 2.0 * t16
        t18 = v1 * (
            (dv * (v / norm_v)).sum() / np.where(norm_v == 0, 1.0, norm_v)
        )
        dv = dv / norm_v - t18
        dlength = dv[0] if v_1[0] >= 0.0 else -dv[0]
        dv += v_1 * (dlength / np.where(length == 0, 1.0, length))
        dcopy_A[k:, k] += dv
        dt2[k:] -= 2.0 * t14 * v
    return dcopy_A, dt2
