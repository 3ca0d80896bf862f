import numpy as np


def gradient_of(x):
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (bool, np.bool_)) or (
        isinstance(x, np.ndarray) and x.dtype.kind not in "iufc"
    ):
        return None
    if isinstance(x, (np.ndarray, np.number, int, float, complex)):
        array = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return array if isinstance(x, np.ndarray) else array[()]
    names = list(getattr(x, "__dataclass_fields__", ()) or getattr(x, "__dict__", ()))
    if not names or hasattr(x, "__name__"):  # a function has no gradient, nor has a class
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_lu_doolittle(A, dout):
    """Gradient of `dout * lu_doolittle` with respect to A, for the cotangent
    dout.
    """
    n = A.shape[0]
    items_stack = []
    records = []
    t1 = np.zeros((n, n))
    t2 = np.eye(n)
    for i in range(n):
        for j in range(i, n):
            items = []
            for k in range(i):
                items.append(t2[i, k] * t1[k, j])
            items_stack.append(items)
            total = 0
            for item in items:
                total += item
            t1[i, j] = A[i, j] - total
        for j in range(i + 1, n):
            items1 = []
            for k in range(i):
                items1.append(t2[j, k] * t1[k, i])
            total1 = 0
            for item in items1:
                total1 += item
            t3 = (A[j, i] - total1) / t1[i, i]
            records.append((items1, t3))
            t2[j, i] = t3

    dt2 = dout[0]
    dt1 = dout[1]
    t4 = n - 1
    dt1 = dt1.copy()
    dA = np.zeros_like(A, np.result_type(A, 0.0))
    for i in range(t4, -1, -1):
        for j in range(t4, i, -1):
            items1, t3 = records.pop()
            t5 = t1[i, i]
            dt3 = dt2[j, i]
            dt2 = dt2.copy()
            dt2[j, i] = 0.0
            dz = dt3 / t5
            ditems1 = gradient_of(items1)
            for k in range(len(items1) - 1, -1, -1):
                ditems1[k] -= dz
            dt1[i, i] += np.real(-dt3 * (t3 / t5))
            for i1 in range(i - 1, -1, -1):
                dz1 = ditems1.pop()
                dt1[i1, i] += dz1 * t2[j, i1]
                dt2[j, i1] += dz1 * t1[i1, i]
            dA[j, i] += dz
        t6 = i - 1
        dt2 = dt2.copy()
        for j in range(t4, t6, -1):
            items = items_stack.pop()
            dz2 = dt1[i, j]
            dt1[i, j] = 0.0
            ditems = gradient_of(items)
            for k in range(len(items) - 1, -1, -1):
                ditems[k] -= dz2
            for i2 in range(t6, -1, -1):
                dz3 = ditems.pop()
                dt1[i2, j] += dz3 * t2[i, i2]
                dt2[i, i2] += dz3 * t1[i2, j]
            dA[i, j] += dz2
    return like(dA, A)
