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


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


def matmul_dy(dz, x, y):
    """The cotangent of y, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    n = len(a) - 1
    if len(b) > 2:
        expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
        if n == 0:
            return sum_to(np.expand_dims(x, -1) * np.expand_dims(dz, -2), y)
        return sum_to(np.matmul(np.swapaxes(x, -1, -2), dz), y)
    expect_shape(dz, a[:-1], b[1:])
    if n == 0:
        return x * dz if len(b) == 1 else np.multiply.outer(x, dz)
    return np.transpose(x) @ dz if n == 1 else np.tensordot(x, dz, (range(n), range(n)))


def added_in(x, g, *path):
    """The gradient x with g added to its entry at a path: containers and arrays are changed in
    place, tuples are made anew. An array adds at each place that an index names, repeated ones too.
    """
    if path:
        key, *rest = path
        if isinstance(x, np.ndarray) and isinstance(key, int) and not rest:
            x[key] += g  # as in every round of a loop over entries
        elif isinstance(x, np.ndarray) and not rest:
            np.add.at(x, key, g)
        elif isinstance(x, tuple):
            if isinstance(key, str):
                key = [*getattr(x, "_fields", ())].index(key)
            items = list(x)
            items[key] = added_in(items[key], g, *rest)
            return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
        elif isinstance(x, (list, dict, np.ndarray)):
            x[key] = added_in(x[key], g, *rest)
        elif key in (getattr(x, "__dataclass_fields__", None) or vars(x)):
            object.__setattr__(x, key, added_in(getattr(x, key), g, *rest))
        elif isinstance(getattr(type(x), key, None), property):
            raise TypeError(f".{key} is computed: annotate the object, or give example=")
        return x
    if x is None or g is None:
        return x
    if isinstance(x, (np.ndarray, np.number, float, complex)):
        return x + g
    if isinstance(x, dict):
        keys = list(x)
    elif isinstance(x, (list, tuple)):
        keys = list(range(len(x)))
    else:
        keys = list(getattr(x, "__dataclass_fields__", None) or x.__dict__)
    for k in keys:
        x = added_in(x, g[k] if hasattr(g, "__getitem__") else getattr(g, k), k)
    return x


def matmul_dx(dz, x, y):
    """The cotangent of x, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    if len(b) == 1:
        expect_shape(dz, a[:-1])
        return dz * y if len(a) == 1 else np.multiply.outer(dz, y)
    expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
    if len(a) == 1:
        return y @ dz if len(b) == 2 else sum_to(np.matmul(y, np.expand_dims(dz, -1))[..., 0], x)
    if len(a) == len(b) == 2:
        return dz @ np.transpose(y)
    return sum_to(np.matmul(dz, np.swapaxes(y, -1, -2)), x)


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
        elif key in (getattr(total, "__dataclass_fields__", None) or vars(total)):
            object.__setattr__(total, key, change(getattr(total, key)))
        elif isinstance(getattr(type(total), key, None), property):
            raise TypeError(f".{key} is computed: annotate the object, or give example=")
        return total  # an attribute of the class is a constant

    gradient = gradient_of(x)
    for *path, g in parts:
        gradient = add(gradient, path, g)
    return gradient


def vjp_gru(W, U, b, inputs, dout):
    """Gradient of `dout * gru` with respect to (W, U, b, inputs), for the
    cotangent dout.
    """
    steps = inputs.shape[0]
    states = np.zeros((steps + 1, b.shape[1]))
    records = []
    for t in range(steps):
        t1 = inputs[t]
        t2 = states[t]
        t3 = W[0] @ t1
        t4 = U[0] @ t2
        t5 = np.exp(-(t3 + t4 + b[0]))
        reset = 1.0 / (1.0 + t5)
        t6 = W[1] @ t1
        t7 = U[1] @ t2
        t8 = np.exp(-(t6 + t7 + b[1]))
        update = 1.0 / (1.0 + t8)
        t9 = W[2] @ t1
        t10 = U[2] @ (reset * t2)
        candidate = np.tanh(t9 + t10 + b[2])
        records.append(
            (t3, t4, t5, reset, t6, t7, t8, update, t9, t10, candidate)
        )
        states[t + 1] = (1.0 - update) * t2 + update * candidate

    dstates = np.zeros_like(states)
    dstates[1:] = dout
    db = np.zeros_like(b, np.result_type(b, 0.0))
    dU = gradient_of(U)
    dW = gradient_of(W)
    dinputs = np.zeros_like(inputs, np.result_type(inputs, 0.0))
    for t in range(steps - 1, -1, -1):
        t3, t4, t5, reset, t6, t7, t8, update, t9, t10, candidate = records[t]
        t11 = states[t]
        t12 = t + 1
        t13 = 1.0 - update
        t14 = reset * t11
        t15 = inputs[t]
        t16 = dstates[t12].copy()
        dstates[t12] = 0.0
        dz = sum_to_shape(t16, (t13 * t11).shape)
        dz1 = sum_to_shape(t16, np.shape(update * candidate))
        dcandidate = sum_to(update * dz1, candidate)
        dz2 = dcandidate * (1.0 - candidate ** 2)
        dt9 = sum_to(dz2, t9)
        dt10 = sum_to(dz2, t10)
        dz3 = matmul_dy(dt10, U[2], t14)
        dreset = sum_to(dz3 * t11, reset)
        dupdate = sum_to(candidate * dz1, update) - sum_to(dz * t11, t13)
        dz4 = dupdate * (update / (1.0 + t8)) * t8
        dt6 = sum_to(dz4, t6)
        dt7 = sum_to(dz4, t7)
        t17 = np.real(matmul_dy(dt7, U[1], t11))
        dz5 = dreset * (reset / (1.0 + t5)) * t5
        dt3 = sum_to(dz5, t3)
        dt4 = sum_to(dz5, t4)
        t18 = np.real(matmul_dy(dt4, U[0], t11))
        dt2 = sum_to(dz * t13, t11) + sum_to(reset * dz3, t11) + t17 + t18
        t19 = matmul_dy(dt9, W[2], t15) + matmul_dy(dt6, W[1], t15)
        dstates[t] += dt2
        db[0] += sum_to(dz5, b[0])
        db[1] += sum_to(dz4, b[1])
        db[2] += sum_to(dz2, b[2])
        dU = added_in(dU, matmul_dx(dt10, U[2], t14), 2)
        dU = added_in(dU, matmul_dx(dt7, U[1], t11), 1)
        dU = added_in(dU, matmul_dx(dt4, U[0], t11), 0)
        dW = added_in(dW, matmul_dx(dt9, W[2], t15), 2)
        dW = added_in(dW, matmul_dx(dt6, W[1], t15), 1)
        dW = added_in(dW, matmul_dx(dt3, W[0], t15), 0)
        dinputs[t] += t19 + matmul_dy(dt3, W[0], t15)
    db = like(db, b)
    dinputs = like(dinputs, inputs)
    return assemble(W, (dW,)), assemble(U, (dU,)), db, dinputs
