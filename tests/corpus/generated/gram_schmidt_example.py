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
            R[k, j] = item @ v
            t1 = R[k, j]
            records.append((v.copy(), t1))
            v_1 = v - t1 * item
            v[...] = v_1
        t2 = np.sqrt(v @ v)
        R[j, j] = t2
        t3 = R[j, j]
        t4 = v / t3
        records1.append((list(columns), v, t2, t3, t4))
        columns.append(t4)

    dR = dout[1]
    dcolumns = unjoin(dout[0], columns, np.column_stack)
    dR = dR.copy()
    dA = np.zeros_like(A)
    for j in range(A.shape[1] - 1, -1, -1):
        columns, v, t2, t3, t4 = records1[j]
        dt4 = dcolumns[-1]
        dR[j, j] -= np.sum(dt4 * (t4 / t3))
        dt2 = dR[j, j]
        dR[j, j] = 0.0
        dv = dt4 / t3 + 2.0 * (0.5 * dt2 / t2) * v
        dcolumns = dcolumns[:-1]
        for k in range(len(columns) - 1, -1, -1):
            v, t1 = records.pop()
            t5 = columns[k]
            dv_1 = dv[...].copy()
            dv[...] = 0.0
            dR[k, j] -= np.sum(dv_1 * t5)
            dz = dR[k, j]
            dR[k, j] = 0.0
            dv = dv + dv_1 + dz * t5
            dcolumns[k] += dz * v - dv_1 * t1
        dA[:, j] += dv
    return dA
