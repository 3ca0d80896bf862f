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


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        if g.shape == x.shape and g.dtype == x.dtype:
            return g  # as in every round of a loop over rows
    shape = np.shape(x)
    if np.shape(g) != shape:
        whole = np.broadcast_shapes(np.shape(g), shape)
        g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def vjp_triangular_solves(L, b, dout):
    """Gradient of `dout * triangular_solves` with respect to (L, b), for the
    cotangent dout.
    """
    y = np.zeros(len(b))
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            total += L[i, j] * y[j]
        y[i] = (b[i] - total) / L[i, i]
    n = len(y)
    x = np.zeros(n)
    t1 = n - 1
    stack = []
    for i in range(t1, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            x[i] -= L.T[i, j] * x[j]
        t2 = x[i] / L.T[i, i]
        stack.append(t2)
        x[i] = t2

    dx = dout.copy()
    dz = np.zeros_like(L.T, np.result_type(L.T, 0.0))
    dy = np.zeros_like(y)
    for i in range(n):
        t2 = stack.pop()
        t3 = L.T[i, i]
        t4 = dx[i]
        dx[i] = np.real(np.sum(t4 / t3))
        dz[i, i] -= t4 * (t2 / t3)
        for j in range(t1, i, -1):
            t5 = L.T[i, j]
            t6 = dx[i]
            dx[j] += np.real(-np.sum(t6 * t5))
            dz[i, j] -= np.broadcast_to(t6, np.shape(t5)) * x[j]
        dz1 = dx[i]
        dx[i] = 0.0
        dy[i] += dz1
    db = gradient_of(b)
    dL = np.zeros_like(L, np.result_type(L, 0.0))
    for i in range(len(b) - 1, -1, -1):
        t7 = L[i, i]
        dz2 = dy[i]
        dy[i] = 0.0
        dz3 = dz2 / t7
        dtotal = -dz3
        dL[i, i] -= dz2 * (y[i] / t7)
        for j in range(i - 1, -1, -1):
            dy[j] += np.real(dtotal * L[i, j])
            dL[i, j] += dtotal * y[j]
        db[i] += dz3
    dL = like(dL + sum_to(np.transpose(dz), L), L)
    return dL, db
