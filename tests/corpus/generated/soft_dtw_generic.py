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


def grad_soft_dtw(x, y, gamma):
    """Gradient of `soft_dtw` with respect to (x, y, gamma)."""
    D = np.full((len(x) + 1, len(y) + 1), 1000.0)
    D[0, 0] = 0.0
    records = []
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            t1 = D[i - 1, j]
            t2 = D[i, j - 1]
            t3 = D[i - 1, j - 1]
            low = min(t1, min(t2, t3))
            t4 = (low - t1) / gamma
            t5 = np.exp(t4)
            t6 = (low - t2) / gamma
            t7 = np.exp(t6)
            t8 = (low - t3) / gamma
            t9 = np.exp(t8)
            total = t5 + t7 + t9
            log_total = np.log(total)
            records.append((t4, t5, t6, t7, t8, t9, log_total))
            D[i, j] = cost + (low - gamma * log_total)

    dD = np.zeros_like(D)
    dD[len(x), len(y)] = 1.0
    dgamma = np.zeros_like(gamma, np.result_type(gamma, 0.0))
    dy = gradient_of(y)
    dx = gradient_of(x)
    for i in range(len(x), 0, -1):
        for j in range(len(y), 0, -1):
            t4, t5, t6, t7, t8, t9, log_total = records.pop()
            t10 = i - 1
            t11 = D[t10, j]
            t12 = j - 1
            t13 = D[i, t12]
            t14 = i - 1
            t15 = j - 1
            t16 = D[t14, t15]
            t17 = i - 1
            t18 = x[t17]
            t19 = j - 1
            t20 = y[t19]
            t21 = t18 - t20
            cost = t21 ** 2
            total = t5 + t7 + t9
            t22 = min(t13, t16)
            t23 = np.broadcast_to(dD[i, j], np.broadcast(cost, gamma).shape)
            dD[i, j] = 0.0
            dcost = sum_to(t23, cost)
            dz = sum_to(t23, gamma)
            dtotal = -gamma * dz / total
            dt8 = dtotal * t9
            dz1 = np.real(np.sum(dt8 / gamma))
            dt6 = dtotal * t7
            dz2 = np.real(np.sum(dt6 / gamma))
            dt4 = dtotal * t5
            dz3 = np.real(np.sum(dt4 / gamma))
            dlow = np.real(np.sum(dz)) + dz1 + dz2 + dz3
            dz4 = dlow if t22 < t11 else 0.5 * dlow if t22 == t11 else 0.0
            dt3 = (
                (dz4 if t16 < t13 else 0.5 * dz4 if t16 == t13 else 0.0) - dz1
            )
            dt2 = (
                (dz4 if t13 < t16 else 0.5 * dz4 if t13 == t16 else 0.0) - dz2
            )
            dt1 = (
                (dlow if t11 < t22 else 0.5 * dlow if t11 == t22 else 0.0)
                - dz3
            )
            t24 = t21 * dcost
            dD[t10, j] += dt1
            dD[i, t12] += dt2
            dD[t14, t15] += dt3
            t25 = (
                dgamma - dz * log_total - dt8 * (t8 / gamma)
                - dt6 * (t6 / gamma)
            )
            dgamma = t25 - dt4 * (t4 / gamma)
            dy[t19] -= 2.0 * sum_to(t24, t20)
            dx[t17] += 2.0 * sum_to(t24, t18)
    dgamma = like(dgamma, gamma)
    return assemble(x, (dx,)), assemble(y, (dy,)), dgamma
