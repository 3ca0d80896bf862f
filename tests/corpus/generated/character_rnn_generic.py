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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_character_rnn(W, U, b, inputs, labels):
    """Gradient of `character_rnn` with respect to (W, U, b, inputs)."""
    states = [np.zeros(len(b))]
    losses = []
    records = []
    for t1, t2 in zip(inputs, labels):
        t3 = W @ t1
        t4 = states[-1]
        t5 = U @ t4
        h = np.tanh(t3 + t5 + b)
        states.append(h)
        top = np.max(h)
        t6 = np.exp(h - top)
        t7 = np.sum(t6)
        records.append((t3, t4, t5, h, top, t6, t7))
        losses.append(top + np.log(t7) - h[t2])
    hist = []
    total = 0
    for item in losses:
        hist.append(np.shape(total))
        total = total + item

    dz = require_scalar(total / len(losses))
    dtotal = np.broadcast_to(dz / len(losses), np.shape(total))
    dlosses = gradient_of(losses)
    for k in range(len(losses) - 1, -1, -1):
        dlosses[k] = dlosses[k] + sum_to(dtotal, losses[k])
        dtotal = sum_to_shape(dtotal, hist[k])
    dstates = gradient_of(states)
    db = np.zeros_like(b, np.result_type(b, 0.0))
    dU = np.zeros_like(U, np.result_type(U, 0.0))
    dW = np.zeros_like(W, np.result_type(W, 0.0))
    dinputs = gradient_of(inputs)
    for k in range(min(len(inputs), len(labels)) - 1, -1, -1):
        t3, t4, t5, h, top, t6, t7 = records[k]
        t8 = inputs[k]
        t9 = labels[k]
        t10 = dlosses.pop()
        dz1 = sum_to(t10, h[t9])
        dz2 = np.sum(dz1)
        dz3 = dz2 / t7 * t6
        dtop = dz2 - np.sum(dz3)
        chosen = h == top
        t11 = dstates.pop()
        t12 = dz3 + chosen * (dtop / np.sum(chosen, dtype=top.dtype))
        dh = t12 + sum_to(t11, h)
        np.add.at(dh, t9, -dz1)
        dz4 = dh * (1.0 - h ** 2)
        db += sum_to(dz4, b)
        dt3 = sum_to(dz4, t3)
        dt5 = sum_to(dz4, t5)
        dU += matmul_dx(dt5, U, t4)
        dW += matmul_dx(dt3, W, t8)
        dstates[-1] += matmul_dy(dt5, U, t4)
        dinputs[k] += matmul_dy(dt3, W, t8)
    dW = real_like(dW, W)
    dU = real_like(dU, U)
    db = like(db, b)
    return dW, dU, db, dinputs
