import copy
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


def grad_ray_march(origin, direction, centre, radius, floor, limit):
    """Gradient of `ray_march` with respect to (origin, direction, centre,
    radius, floor).
    """
    norm_direction = np.linalg.norm(direction)
    direction_1 = direction / norm_direction
    t = 0.0
    hit = False
    t_hist = []
    records = []
    for _ in range(limit):
        t_hist.append(t)
        t1 = origin + t * direction_1
        t2 = t1 - centre
        t3 = np.linalg.norm(t2)
        ball = t3 - radius
        t4 = t1[1] - floor
        records.append((t2, t3, t4))
        d = min(ball, t4)
        if d < 0.001:
            hit = True
            break
        t = t + d
        if t > 10.0:
            break

    if not hit:
        ddirection = np.zeros_like(
            direction_1, np.result_type(direction_1, 0.0)
        )
        dt = 0.0
        dradius = np.zeros_like(radius, np.result_type(radius, 0.0))
        dcentre = np.zeros_like(centre, np.result_type(centre, 0.0))
        dorigin = np.zeros_like(origin, np.result_type(origin, 0.0))
    else:
        normal = (origin + t * direction_1 - centre) / radius
        dz = np.exp(-0.2 * t)
        t5 = normal @ direction_1
        t6 = np.broadcast_to(
            dz if -t5 > 0.0 else 0.5 * dz if -t5 == 0.0 else 0.0, np.shape(t5)
        )
        dnormal = matmul_dx(-t6, normal, direction_1)
        t7 = dnormal / radius
        dz1 = sum_to(t7, direction)
        ddirection = matmul_dy(-t6, normal, direction_1) + t * dz1
        dt = np.sum(direction_1 * dz1) - 0.2 * max(0.0, -t5) * dz
        dradius = -sum_to(dnormal * (normal / radius), radius)
        dcentre = -sum_to(t7, centre)
        dorigin = sum_to(t7, origin)
    dfloor = np.zeros_like(floor, np.result_type(floor, 0.0))
    for k in range(len(t_hist) - 1, -1, -1):
        t2, t3, t4 = records[k]
        t = t_hist[k]
        ball = t3 - radius
        d = min(ball, t4)
        t8 = origin + t * direction_1
        dd = 0.0 if d < 0.001 else dt
        t9 = dd if ball < t4 else 0.5 * dd if ball == t4 else 0.0
        dradius -= t9
        t10 = np.broadcast_to(
            dd if t4 < ball else 0.5 * dd if t4 == ball else 0.0, np.shape(t4)
        )
        dfloor -= sum_to(t10, floor)
        dt2 = t2 * (t9 * np.size(radius) / np.where(t3 == 0, 1.0, t3))
        dcentre -= copy.copy(sum_to(dt2, centre))
        dt1 = copy.copy(sum_to_shape(dt2, np.shape(t8)))
        dt1[1] += sum_to_shape(t10, np.shape(t8[1]))
        dorigin = dorigin + sum_to(dt1, origin)
        dz2 = sum_to(dt1, direction)
        ddirection += t * dz2
        dt = dt + np.sum(direction_1 * dz2)
    t11 = np.where(norm_direction == 0, 1.0, norm_direction)
    t12 = direction * (
        np.sum(ddirection * (direction_1 / norm_direction)) / t11
    )
    dorigin = like(dorigin, origin)
    ddirection = ddirection / norm_direction - t12
    dcentre = like(dcentre, centre)
    dradius = like(dradius, radius)
    dfloor = like(dfloor, floor)
    return dorigin, ddirection, dcentre, dradius, dfloor
