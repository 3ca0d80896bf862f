import copy
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


def sum_to_shape(g, shape):
    """Sum g over the axes along which what has this shape was broadcast to that of g."""
    if np.shape(g) == shape:
        return g
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


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


def vjp_jacobi_2d(u, source, h, sweeps, dout):
    """Gradient of `dout * jacobi_2d` with respect to (u, source, h), for the
    cotangent dout.
    """
    t1 = u.shape[0]
    t2 = u.shape[1]
    records = []
    u_hist = []
    u_1 = u
    for _ in range(sweeps):
        u_hist.append(u_1)
        new = u_1.copy()
        for i in range(1, t1 - 1):
            for j in range(1, t2 - 1):
                around = (
                    u_1[i - 1, j] + u_1[i + 1, j] + u_1[i, j - 1]
                    + u_1[i, j + 1]
                )
                t3 = 0.25 * (around - h ** 2 * source[i, j])
                records.append((around, np.shape(t3)))
                new[i, j] = t3
        u_1 = new

    du = copy.copy(dout)
    dsource = gradient_of(source)
    dh = np.zeros_like(h, np.result_type(h, 0.0))
    for k in range(sweeps - 1, -1, -1):
        u_1 = u_hist[k]
        dnew = du
        du = np.zeros_like(u_1, np.result_type(u_1, 0.0))
        for i in range(t1 - 2, 0, -1):
            for j in range(t2 - 2, 0, -1):
                around, t4 = records.pop()
                t5 = h ** 2
                t6 = source[i, j]
                t7 = j + 1
                t8 = j - 1
                t9 = i - 1
                t10 = i + 1
                dt3 = copy.copy(sum_to_shape(dnew[i, j], t4))
                dnew = copy.copy(dnew)
                dnew[i, j] = 0.0
                daround = sum_to(0.25 * dt3, around)
                dz = sum_to(-0.25 * dt3, t5 * t6)
                dh = dh + 2.0 * h * sum_to(dz * t6, h)
                dsource[i, j] += sum_to(dz * t5, t6)
                du[t9, j] += sum_to_shape(daround, np.shape(u_1[t9, j]))
                du[t10, j] += sum_to_shape(daround, np.shape(u_1[t10, j]))
                du[i, t8] += sum_to_shape(daround, np.shape(u_1[i, t8]))
                du[i, t7] += sum_to_shape(daround, np.shape(u_1[i, t7]))
        du += dnew
    du = like(du, u)
    dh = like(dh, h)
    return du, assemble(source, (dsource,)), dh
