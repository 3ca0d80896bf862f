import numpy as np


def expect_shape(dz, *parts):
    """Refuse a cotangent that has not the shape of the product."""
    shape = tuple(n for part in parts for n in part)
    if np.shape(dz) != shape:
        raise ValueError(
            f"the product has shape {shape}, but its cotangent has shape {np.shape(dz)}"
        )


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_arm_kinematics(angles, target, length, dout):
    """Gradient of `dout * arm_kinematics` with respect to (angles, target,
    length), for the cotangent dout.
    """
    joints = [np.zeros(2)]
    heading = 0.0
    heading_hist = []
    records = []
    for k, item in enumerate(angles):
        heading_hist.append(heading)
        heading = heading + item
        link = length / (k + 1)
        t1 = joints[-1]
        t2 = np.array([np.cos(heading), np.sin(heading)])
        records.append((link, np.shape(t1), t2))
        joints.append(t1 + link * t2)
    t3 = joints[-1]
    gap = t3 - target

    dz = 0.5 * dout[0] / np.sqrt(gap @ gap)
    dgap = matmul_dx(dz, gap, gap) + matmul_dy(dz, gap, gap)
    dtarget = -sum_to(dgap, target)
    djoints = list(np.moveaxis(dout[1], 0, 0))
    djoints[-1] = djoints[-1] + sum_to(dgap, t3)
    dheading = np.zeros_like(heading, np.result_type(heading, 0.0))
    dlength = np.zeros_like(length, np.result_type(length, 0.0))
    dangles = gradient_of(angles)
    for k in range(len(angles) - 1, -1, -1):
        link, t4, t2 = records[k]
        heading = heading_hist[k]
        t5 = angles[k]
        heading_1 = heading + t5
        t6 = djoints.pop()
        dz1 = sum_to_shape(t6, np.shape(link * t2))
        dlink = sum_to(dz1 * t2, length)
        dt2 = sum_to(link * dz1, t2)
        dlength = dlength + dlink / (k + 1)
        t7 = dheading + dt2[1] * np.cos(heading_1)
        dheading_1 = t7 - dt2[0] * np.sin(heading_1)
        dheading = sum_to(dheading_1, heading)
        djoints[-1] = djoints[-1] + sum_to_shape(t6, t4)
        dangles[k] += sum_to(dheading_1, t5)
    dlength = like(dlength, length)
    return dangles, dtarget, dlength
