import numpy as np


def require_scalar(z):
    """1.0, the seed of a gradient; TypeError unless the result z is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")
    return 1.0


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


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


def dot_dy(dz, x, y):
    """The cotangent of y, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * x) if b == () else dz * x
    n, at = len(a) - 1, max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if n == 1 and at == 0:
        return np.dot(np.transpose(x), dz)
    return np.moveaxis(np.tensordot(x, dz, (range(n), range(n))), 0, at)


def dot_dx(dz, x, y):
    """The cotangent of x, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * y) if a == () else dz * y
    at = max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if len(b) == 2:
        return np.dot(dz, np.transpose(y))
    rest = [k for k in range(len(b)) if k != at]
    return np.tensordot(dz, y, (range(np.ndim(dz) - len(rest), np.ndim(dz)), rest))


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
    total = 0.0
    records3 = []
    for i in range(len(a)):
        for j in range(len(b)):
            t8 = t2[i] * K[i, j] * t3[j] * cost[i, j]
            records3.append((np.shape(total), np.shape(t8)))
            total += t8

    dtotal = require_scalar(total)
    dcost = np.zeros_like(cost, np.result_type(cost, 0.0))
    dt3 = np.zeros_like(t3)
    dK = np.zeros_like(K, np.result_type(K, 0.0))
    dt2 = np.zeros_like(t2)
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            t9, t10 = records3.pop()
            t11 = cost[i, j]
            t12 = t2[i]
            t13 = K[i, j]
            t14 = t12 * t13
            t15 = t3[j]
            t16 = t14 * t15
            dtotal_1 = sum_to_shape(dtotal, t9)
            sum_to_shape_dtotal = sum_to_shape(dtotal, t10)
            dz = sum_to(sum_to_shape_dtotal * t11, t16)
            dz1 = dz * t15
            dcost[i, j] += sum_to(sum_to_shape_dtotal * t16, t11)
            dt3[j] += np.sum(dz * t14)
            dK[i, j] += dz1 * t12
            dt2[i] += np.sum(dz1 * t13)
            dtotal = dtotal_1
    db = gradient_of(b)
    da = gradient_of(a)
    for k in range(rounds - 1, -1, -1):
        t17, t18 = records2[k]
        for j in range(len(b) - 1, -1, -1):
            t6, t7 = records1.pop()
            t19 = K[:, j]
            t20 = dt3[j]
            dt3[j] = 0.0
            dt6 = -sum_to(t20 * (t7 / t6), t6)
            dt2 = dt2 + dot_dy(dt6, t19, t18)
            dK[:, j] += dot_dx(dt6, t19, t18)
            db[j] += sum_to(np.broadcast_to(t20, np.shape(t7)) / t6, b[j])
        for i in range(len(a) - 1, -1, -1):
            t4, t5 = records.pop()
            t21 = K[i]
            t22 = dt2[i]
            dt2[i] = 0.0
            dt4 = -sum_to(t22 * (t5 / t4), t4)
            dt3 = dt3 + dot_dy(dt4, t21, t17)
            dK[i] += dot_dx(dt4, t21, t17)
            da[i] += sum_to(np.broadcast_to(t22, np.shape(t5)) / t4, a[i])
    dt1 = K * dK
    deps = -sum_to(dt1 * (t1 / eps), eps)
    dcost = dcost - sum_to(dt1 / eps, cost)
    return dcost, assemble(a, (da,)), assemble(b, (db,)), deps
