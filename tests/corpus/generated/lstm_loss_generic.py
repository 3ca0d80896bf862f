import numpy as np


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


def grad_lstm_loss(params, inputs, target):
    """Gradient of `lstm_loss` with respect to (params, inputs)."""
    hidden = len(target)
    records = []
    tanh_hist = []
    c = np.zeros(hidden)
    h = np.zeros(hidden)
    for x in inputs:
        t1 = np.concatenate([x, h])
        t2 = params["W"] @ t1
        gates = t2 + params["b"]
        result_type_gates = np.result_type(gates, 0.0)
        t3 = np.exp(-gates[:hidden])
        i = 1.0 / (1.0 + t3)
        t4 = np.exp(-(gates[hidden:2 * hidden] + 1.0))
        f = 1.0 / (1.0 + t4)
        t5 = np.exp(-gates[2 * hidden:3 * hidden])
        o = 1.0 / (1.0 + t5)
        g = np.tanh(gates[3 * hidden:])
        records.append(
            (
                c,
                t1,
                np.shape(t2),
                result_type_gates,
                np.shape(gates),
                t3,
                i,
                t4,
                f,
                t5,
                o,
                g
            )
        )
        c = f * c + i * g
        tanh_c = np.tanh(c)
        tanh_hist.append(tanh_c)
        h = o * tanh_c

    dh = 2.0 * sum_to(h - target, h)
    dc = np.zeros_like(c, np.result_type(c, 0.0))
    dparams = gradient_of(params)
    dinputs = gradient_of(inputs)
    for k in range(len(inputs) - 1, -1, -1):
        tanh_c = tanh_hist[k]
        c, t1, t6, result_type_gates, t7, t3, i, t4, f, t5, o, g = records[k]
        do = sum_to(dh * tanh_c, o)
        dc = dc + sum_to(o * dh, tanh_c) * (1.0 - tanh_c ** 2)
        sum_to_shape_dc = sum_to_shape(dc, np.shape(f * c))
        sum_to_shape_dc1 = sum_to_shape(dc, np.shape(i * g))
        di = sum_to(g * sum_to_shape_dc1, i)
        dg = sum_to(i * sum_to_shape_dc1, g)
        df = sum_to(c * sum_to_shape_dc, f)
        dc = sum_to(f * sum_to_shape_dc, c)
        dgates = np.zeros(t7, result_type_gates)
        dgates[:hidden] += di * (i / (1.0 + t3)) * t3
        dgates[hidden:2 * hidden] += df * (f / (1.0 + t4)) * t4
        dgates[2 * hidden:3 * hidden] += do * (o / (1.0 + t5)) * t5
        dgates[3 * hidden:] += dg * (1.0 - g ** 2)
        sum_to_shape_dgates = sum_to_shape(dgates, t6)
        dt1 = matmul_dy(sum_to_shape_dgates, params["W"], t1)
        t8 = len(inputs[k])
        dh = dt1[t8:]
        dparams = added_in(dparams, sum_to(dgates, params["b"]), "b")
        dparams = added_in(
            dparams, matmul_dx(sum_to_shape_dgates, params["W"], t1), "W"
        )
        dinputs[k] += dt1[:t8]
    return assemble(params, (dparams,)), dinputs
