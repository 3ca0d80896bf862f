import copy
import numpy as np


def unjoin(g, arrays, join, *options):
    """The pieces of g that came from each of the arrays by `join(arrays, *options)`."""
    places, size = [], 0
    for array in arrays:
        places.append(np.arange(size, size + np.size(array)).reshape(np.shape(array)))
        size += np.size(array)
    flat = np.zeros(size, np.result_type(g))
    flat[join(places, *options)] = g
    pieces = [flat[place] for place in places]
    return np.array(pieces) if isinstance(arrays, np.ndarray) else pieces


def vjp_gram_schmidt(A, dout):
    """Gradient of `dout * gram_schmidt` with respect to A, for the cotangent
    dout.
    """
    R = np.zeros((A.shape[1], A.shape[1]))
    columns = []
    records = []
    records1 = []
    for j in range(A.shape[1]):
        v = A[:, j].copy()
        for k, item in enumerate(columns):
            t1 = R[k, j]
            R[k, j] = item @ v
            records.append((v, item.copy(), (k, j), t1, (k, j)))
            v = v - R[k, j] * item
        t2 = R[j, j]
        R[j, j] = np.sqrt(v @ v)
        t3 = v / R[j, j]
        records1.append((len(columns), v, t2, t3))
        columns.append(t3)

    dR = dout[1]
    dcolumns = unjoin(dout[0], columns, np.column_stack)
    dR = dR.copy()
    dA = np.zeros_like(A)
    for j in range(A.shape[1] - 1, -1, -1):
        t4, v, t2, t3 = records1[j]
        t5 = R[j, j]
        t6 = copy.copy(R[j, j])
        R[j, j] = t2
        dt3 = dcolumns.pop()
        dR[j, j] -= (dt3 * (t3 / t5)).sum()
        dz = dR[j, j]
        dR[j, j] = 0.0
        dv = dt3 / t5 + 2.0 * (0.5 * dz / t6) * v
        for k in range(t4 - 1, -1, -1):
            v, t7, t8, t1, t9 = records.pop()
            t10 = R[t9]
            R[t8] = t1
            dR[t9] -= (dv * t7).sum()
            dz1 = dR[t8]
            dR[t8] = 0.0
            dv_1 = dv + dz1 * t7
            dcolumns[k] += dz1 * v - dv * t10
            dv = dv_1
        dA[:, j] += dv
    return dA
