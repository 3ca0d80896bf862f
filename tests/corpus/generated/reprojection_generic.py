import numpy as np


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
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
    return np.dot(np.transpose(x), dz) if n == 1 else np.tensordot(x, dz, (range(n), range(n)))


def matmul_dx(dz, x, y):
    """The cotangent of x, for z = x @ y."""
    a, b = np.shape(x), np.shape(y)
    if len(b) == 1:
        expect_shape(dz, a[:-1])
        return dz * y if len(a) == 1 else np.multiply.outer(dz, y)
    expect_shape(dz, np.broadcast_shapes(a[:-2], b[:-2]), a[-2:-1], b[-1:])
    if len(a) == 1:
        return sum_to(np.matmul(y, np.expand_dims(dz, -1))[..., 0], x)
    dx = np.matmul(dz, np.swapaxes(y, -1, -2))
    return dx if len(a) == len(b) == 2 else sum_to(dx, x)


def grad_reprojection(axis, shift, points, seen, focal):
    """Gradient of `reprojection` with respect to (axis, shift, points)."""
    angle = np.sqrt(axis @ axis)
    k = axis / angle
    t1 = points[:, 2]
    t2 = points[:, 1]
    t3 = k[1] * t1 - k[2] * t2
    t4 = points[:, 0]
    t5 = points[:, 2]
    t6 = k[2] * t4 - k[0] * t5
    t7 = points[:, 1]
    t8 = points[:, 0]
    t9 = k[0] * t7 - k[1] * t8
    turned = np.stack([t3, t6, t9], axis=1)
    t10 = points @ k
    t11 = t10[:, None]
    along = t11 * k
    cos_angle = np.cos(angle)
    t12 = cos_angle * points
    sin_angle = np.sin(angle)
    t13 = sin_angle * turned
    t14 = 1.0 - np.cos(angle)
    camera = t12 + t13 + t14 * along + shift
    t15 = camera[:, :2]
    t16 = focal * t15
    t17 = camera[:, 2:]
    pixels = t16 / t17

    dpixels = 2.0 * sum_to(pixels - seen, pixels)
    dt15 = sum_to(focal * sum_to(dpixels / t17, t16), t15)
    dcamera = np.zeros_like(camera, np.result_type(camera, 0.0))
    dcamera[:, :2] += dt15
    dcamera[:, 2:] -= sum_to(dpixels * (pixels / t17), t17)
    dshift = sum_to(dcamera, shift)
    sum_to_dcamera = sum_to(dcamera, along)
    dalong = sum_to_dcamera * t14
    sum_to_dcamera1 = sum_to(dcamera, t12)
    sum_to_dcamera2 = sum_to(dcamera, t13)
    dturned = sum_to(sum_to_dcamera2 * sin_angle, turned)
    t18 = sum_to(turned * sum_to_dcamera2, angle) * cos_angle
    dt10 = np.zeros_like(t10, np.result_type(t10, 0.0))
    dt10[:, None] = sum_to(k * dalong, t11)
    dt3 = sum_to(dturned[:, 0], t3)
    dt6 = sum_to(dturned[:, 1], t6)
    dt9 = sum_to(dturned[:, 2], t9)
    dk = sum_to(dalong * t11, k) + matmul_dy(dt10, points, k)
    dk[1] += sum_to(dt3 * t1, k[1]) - sum_to(dt9 * t8, k[1])
    dk[2] += sum_to(dt6 * t4, k[2]) - sum_to(dt3 * t2, k[2])
    dk[0] += sum_to(dt9 * t7, k[0]) - sum_to(dt6 * t5, k[0])
    t19 = sum_to(along * sum_to_dcamera, angle) * sin_angle + t18
    t20 = t19 - sum_to(points * sum_to_dcamera1, angle) * sin_angle
    dangle = t20 - sum_to(dk * (k / angle), angle)
    dz = 0.5 * dangle / angle
    t21 = sum_to(dk / angle, axis) + matmul_dx(dz, axis, axis)
    daxis = t21 + matmul_dy(dz, axis, axis)
    dpoints = (
        sum_to(sum_to_dcamera1 * cos_angle, points)
        + matmul_dx(dt10, points, k)
    )
    t22 = sum_to(dt3 * k[1], t1) - sum_to(dt6 * k[0], t5)
    t23 = sum_to(dt9 * k[0], t7) - sum_to(dt3 * k[2], t2)
    t24 = sum_to(dt6 * k[2], t4) - sum_to(dt9 * k[1], t8)
    dpoints[:, 2] += t22
    dpoints[:, 1] += t23
    dpoints[:, 0] += t24
    return daxis, dshift, dpoints
