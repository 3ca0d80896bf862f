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
    if isinstance(g, float) and not shape:
        return g
    if (g.shape if isinstance(g, np.ndarray) else np.shape(g)) == shape:
        return g
    whole = np.broadcast_shapes(np.shape(g), shape)
    g = g if np.shape(g) == whole else np.broadcast_to(g, whole)
    lead = np.ndim(g) - len(shape)
    axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
    g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
    return g if shape else g[()]


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
        return np.transpose(x) @ dz
    return np.moveaxis(np.tensordot(x, dz, (range(n), range(n))), 0, at)


def dot_dx(dz, x, y):
    """The cotangent of x, for z = np.dot(x, y)."""
    a, b = np.shape(x), np.shape(y)
    if a == () or b == ():
        return np.sum(dz * y) if a == () else dz * y
    at = max(len(b) - 2, 0)
    expect_shape(dz, a[:-1], b[:at], b[at + 1 :])
    if len(b) == 2:
        return dz @ np.transpose(y)
    rest = [k for k in range(len(b)) if k != at]
    return np.tensordot(dz, y, (range(np.ndim(dz) - len(rest), np.ndim(dz)), rest))


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
            t11 = t2[i]
            t12 = K[i, j]
            t13 = t11 * t12
            t14 = t3[j]
            dtotal_1 = sum_to_shape(dtotal, t9)
            sum_to_shape_dtotal = sum_to_shape(dtotal, t10)
            dz = sum_to_shape_dtotal * cost[i, j]
            dz1 = dz * t14
            dcost[i, j] += np.sum(sum_to_shape_dtotal * t13 * t14)
            dt3[j] += np.sum(dz * t13)
            dK[i, j] += dz1 * t11
            dt2[i] += np.sum(dz1 * t12)
            dtotal = dtotal_1
    db = gradient_of(b)
    da = gradient_of(a)
    for k in range(rounds - 1, -1, -1):
        t15, t16 = records2[k]
        for j in range(len(b) - 1, -1, -1):
            t6, t7 = records1.pop()
            t17 = K[:, j]
            t18 = dt3[j]
            dt3[j] = 0.0
            dt6 = np.real(-t18 * (t7 / t6))
            dt2 = dt2 + dot_dy(dt6, t17, t16)
            dK[:, j] += dot_dx(dt6, t17, t16)
            db[j] += np.sum(t18 / t6)
        for i in range(len(a) - 1, -1, -1):
            t4, t5 = records.pop()
            t19 = K[i]
            t20 = dt2[i]
            dt2[i] = 0.0
            dt4 = np.real(-t20 * (t5 / t4))
            dt3 = dt3 + dot_dy(dt4, t19, t15)
            dK[i] += dot_dx(dt4, t19, t15)
            da[i] += np.sum(t20 / t4)
    dt1 = K * dK
    deps = -sum_to(dt1 * (t1 / eps), eps)
    dcost -= sum_to(dt1 / eps, cost)
    return dcost, da, db, deps
