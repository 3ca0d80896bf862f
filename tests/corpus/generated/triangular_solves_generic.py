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
    if not names or callable(x):
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if np.shape(g) == shape:
        return g
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def assemble(x, *parts):
    """The gradient of x from (key, ..., gradient) parts; zeros where there is none."""

    def add(total, path, g):
        if total is None or g is None:
            return total
        if path:
            return put(total, path[0], lambda entry: add(entry, path[1:], g))
        if isinstance(total, (np.ndarray, np.number, float, complex)):
            if np.iscomplexobj(g) and not np.iscomplexobj(total):
                g = np.real(g)
            return total + np.asarray(g, np.result_type(total))
        if isinstance(total, dict):
            keys = list(total)
        elif isinstance(total, (list, tuple)):
            keys = list(range(len(total)))
        else:
            keys = list(getattr(total, "__dataclass_fields__", None) or total.__dict__)
        for key in keys:
            part = g[key] if hasattr(g, "__getitem__") else getattr(g, key)
            total = put(total, key, lambda entry, part=part: add(entry, (), part))
        return total

    def put(total, key, change):
        if isinstance(total, np.ndarray):
            places = np.arange(total.size).reshape(total.shape)[key]
            entry = change(np.zeros(np.shape(places), total.dtype))
            np.add.at(total.reshape(-1), places, entry)
        elif isinstance(total, tuple):
            if isinstance(key, str):
                key = [*getattr(total, "_fields", ())].index(key)
            items = list(total)
            items[key] = change(items[key])
            return type(total)(*items) if hasattr(total, "_fields") else type(total)(items)
        elif isinstance(total, (list, dict)):
            total[key] = change(total[key])
        else:
            object.__setattr__(total, key, change(getattr(total, key)))
        return total

    gradient = gradient_of(x)
    for *path, g in parts:
        gradient = add(gradient, path, g)
    return gradient


def vjp_triangular_solves(L, b, dout):
    """Gradient of `dout * triangular_solves` with respect to (L, b), for the
    cotangent dout.
    """
    y = np.zeros(len(b))
    stack = []
    records = []
    for i in range(len(b)):
        total = 0.0
        for j in range(i):
            stack.append(np.shape(total))
            total = total + L[i, j] * y[j]
        t1 = (b[i] - total) / L[i, i]
        records.append((total, t1))
        y[i] = t1
    n = len(y)
    x = np.zeros(n)
    t2 = n - 1
    stack1 = []
    for i in range(t2, -1, -1):
        x[i] = y[i]
        for j in range(i + 1, n):
            x[i] -= L.T[i, j] * x[j]
        t3 = x[i] / L.T[i, i]
        stack1.append(t3)
        x[i] = t3

    dx = dout.copy()
    dz = np.zeros_like(L.T, np.result_type(L.T, 0.0))
    dy = np.zeros_like(y)
    for i in range(n):
        t3 = stack1.pop()
        t4 = L.T[i, i]
        t5 = dx[i]
        dx[i] = np.real(np.sum(t5 / t4))
        dz[i, i] -= t5 * (t3 / t4)
        for j in range(t2, i, -1):
            t6 = L.T[i, j]
            t7 = dx[i]
            dx[j] += np.real(-np.sum(t7 * t6))
            dz[i, j] -= np.broadcast_to(t7, np.shape(t6)) * x[j]
        dz1 = dx[i]
        dx[i] = 0.0
        dy[i] += dz1
    db = gradient_of(b)
    dL = np.zeros_like(L, np.result_type(L, 0.0))
    for i in range(len(b) - 1, -1, -1):
        total, t1 = records[i]
        t8 = L[i, i]
        t9 = dy[i]
        dy[i] = 0.0
        t10 = np.broadcast_to(t9, np.shape(t1)) / t8
        dtotal = -sum_to(t10, total)
        dL[i, i] -= sum_to(t9 * (t1 / t8), t8)
        for j in range(i - 1, -1, -1):
            t11 = stack.pop()
            t12 = L[i, j]
            t13 = y[j]
            dtotal_1 = sum_to_shape(dtotal, t11)
            sum_to_shape_dtotal = sum_to_shape(dtotal, np.shape(t12 * t13))
            dy[j] += np.real(np.sum(sum_to_shape_dtotal * t12))
            dL[i, j] += sum_to_shape_dtotal * t13
            dtotal = dtotal_1
        db[i] += sum_to(t10, b[i])
    dL = like(dL + sum_to(np.transpose(dz), L), L)
    return dL, assemble(b, (db,))
