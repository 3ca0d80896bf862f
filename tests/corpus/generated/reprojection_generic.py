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


def grad_reprojection(axis, shift, points, seen, focal):
    """Gradient of `reprojection` with respect to (axis, shift, points)."""
    angle = np.sqrt(axis @ axis)
    k = axis / angle
    t1 = points[:, 2]
    t2 = points[:, 1]
    t3 = points[:, 0]
    t4 = points[:, 2]
    t5 = points[:, 1]
    t6 = points[:, 0]
    turned = np.stack(
        [k[1] * t1 - k[2] * t2, k[2] * t3 - k[0] * t4, k[0] * t5 - k[1] * t6],
        axis=1
    )
    t7 = points @ k
    t8 = t7[:, None]
    along = t8 * k
    cos_angle = np.cos(angle)
    t9 = cos_angle * points
    sin_angle = np.sin(angle)
    t10 = sin_angle * turned
    t11 = 1.0 - np.cos(angle)
    camera = t9 + t10 + t11 * along + shift
    t12 = camera[:, :2]
    t13 = focal * t12
    t14 = camera[:, 2:]
    pixels = t13 / t14

    dpixels = 2.0 * sum_to(pixels - seen, pixels)
    dt12 = sum_to(focal * sum_to(dpixels / t14, t13), t12)
    dcamera = np.zeros_like(camera, np.result_type(camera, 0.0))
    dcamera[:, :2] += dt12
    dcamera[:, 2:] -= sum_to(dpixels * (pixels / t14), t14)
    dshift = sum_to(dcamera, shift)
    sum_to_dcamera = sum_to(dcamera, along)
    dalong = sum_to_dcamera * t11
    sum_to_dcamera1 = sum_to(dcamera, t9)
    sum_to_dcamera2 = sum_to(dcamera, t10)
    dturned = sum_to(sum_to_dcamera2 * sin_angle, turned)
    t15 = sum_to(turned * sum_to_dcamera2, angle) * cos_angle
    dt7 = np.zeros_like(t7, np.result_type(t7, 0.0))
    dt7[:, None] = sum_to(k * dalong, t8)
    dz = dturned[:, 0]
    dz1 = dturned[:, 1]
    dz2 = dturned[:, 2]
    dk = sum_to(dalong * t8, k) + matmul_dy(dt7, points, k)
    dk[1] += sum_to(dz * t1, k[1]) - sum_to(dz2 * t6, k[1])
    dk[2] += sum_to(dz1 * t3, k[2]) - sum_to(dz * t2, k[2])
    dk[0] += sum_to(dz2 * t5, k[0]) - sum_to(dz1 * t4, k[0])
    t16 = sum_to(along * sum_to_dcamera, angle) * sin_angle + t15
    t17 = t16 - sum_to(points * sum_to_dcamera1, angle) * sin_angle
    dangle = t17 - sum_to(dk * (k / angle), angle)
    dz3 = 0.5 * dangle / angle
    t18 = sum_to(dk / angle, axis) + matmul_dx(dz3, axis, axis)
    daxis = t18 + matmul_dy(dz3, axis, axis)
    dpoints = (
        sum_to(sum_to_dcamera1 * cos_angle, points) + matmul_dx(dt7, points, k)
    )
    t19 = sum_to(dz * k[1], t1) - sum_to(dz1 * k[0], t4)
    t20 = sum_to(dz2 * k[0], t5) - sum_to(dz * k[2], t2)
    t21 = sum_to(dz1 * k[2], t3) - sum_to(dz2 * k[1], t6)
    dpoints[:, 2] += t19
    dpoints[:, 1] += t20
    dpoints[:, 0] += t21
    return daxis, dshift, dpoints
