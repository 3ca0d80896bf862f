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
        dparams["b"] += sum_to(dgates, params["b"])
        dparams["W"] += matmul_dx(sum_to_shape_dgates, params["W"], t1)
        dinputs[k] += dt1[:t8]
    return dparams, dinputs
