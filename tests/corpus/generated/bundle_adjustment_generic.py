import copy
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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_bundle_adjustment(cameras, points, pairs, seen, weights, dout):
    """Gradient of `dout * bundle_adjustment` with respect to (cameras, points,
    weights), for the cotangent dout.
    """
    dresiduals = dout[0]
    dresiduals = dresiduals.copy()
    dweights = -2.0 * weights * dout[1]
    dpoints = gradient_of(points)
    dcameras = gradient_of(cameras)
    for k1 in range(len(pairs) - 1, -1, -1):
        t1 = pairs[k1]
        t2 = cameras[t1[0]]
        t3 = points[t1[1]]
        t4 = t2[:3]
        t5 = t2[3:6]
        t6 = t3 - t5
        angle2 = t4 @ t4
        t7 = angle2 < 1e-12
        if t7:
            t20 = np.array(
                [
                    t4[1] * t6[2] - t4[2] * t6[1],
                    t4[2] * t6[0] - t4[0] * t6[2],
                    t4[0] * t6[1] - t4[1] * t6[0]
                ]
            )
            y = t6 + t20
            t8 = t4[1]
            t9 = t6[2]
            t10 = t4[2]
            t11 = t6[1]
            t12 = t4[2]
            t13 = t6[0]
            t14 = t4[0]
            t15 = t6[2]
            t16 = t4[0]
            t17 = t6[1]
            t18 = t4[1]
            t19 = t6[0]
        else:
            angle = np.sqrt(angle2)
            k = t4 / angle
            c = np.cos(angle)
            t21 = c * t6
            t22 = np.sin(angle)
            t35 = np.array(
                [
                    k[1] * t6[2] - k[2] * t6[1],
                    k[2] * t6[0] - k[0] * t6[2],
                    k[0] * t6[1] - k[1] * t6[0]
                ]
            )
            t36 = t22 * t35
            t37 = 1.0 - c
            t38 = k @ t6
            t39 = t37 * t38
            t40 = t39 * k
            y = t21 + t36 + t40
            t23 = k[1]
            t24 = t6[2]
            t25 = k[2]
            t26 = t6[1]
            t27 = k[2]
            t28 = t6[0]
            t29 = k[0]
            t30 = t6[2]
            t31 = k[0]
            t32 = t6[1]
            t33 = k[1]
            t34 = t6[0]
        t41 = y[:2]
        p = t41 / y[2]
        r2 = p @ p
        t42 = r2 ** 2
        t43 = 1.0 + t2[7] * r2 + t2[8] * t42
        t44 = t2[6] * t43
        pixel = t44 * p
        t45 = weights[k1]
        t46 = pixel - seen[k1]
        dz = copy.copy(sum_to(dresiduals[k1], t45 * t46))
        dresiduals = dresiduals.copy()
        dresiduals[k1] = 0.0
        dpixel = sum_to(dz * t45, pixel)
        dt44 = sum_to(p * dpixel, t44)
        dt43 = dt44 * t2[6]
        t47 = 2.0 * r2 * sum_to(dt43 * t2[8], t42)
        dr2 = t47 + sum_to(dt43 * t2[7], r2)
        t48 = sum_to(dpixel * t44, p) + matmul_dx(dr2, p, p)
        dp = t48 + matmul_dy(dr2, p, p)
        dy = np.zeros_like(y, np.result_type(y, 0.0))
        dy[:2] += sum_to(dp / y[2], t41)
        dy[2] -= sum_to(dp * (p / y[2]), y[2])
        dt4 = np.zeros_like(t4, np.result_type(t4, 0.0))
        if t7:
            dt6 = sum_to(dy, t6)
            sum_to_dy = sum_to(dy, t20)
            dz1 = sum_to_dy[0]
            dz2 = sum_to_dy[1]
            dz3 = sum_to_dy[2]
            t49 = sum_to(dz3 * t19, t18)
            dz4 = sum_to(dz3 * t17, t16)
            t50 = sum_to(dz2 * t15, t14)
            dz5 = sum_to(dz2 * t13, t12)
            t51 = sum_to(dz1 * t11, t10)
            dz6 = sum_to(dz1 * t9, t8)
            t52 = sum_to(dz3 * t16, t17) - sum_to(dz1 * t10, t11)
            t53 = sum_to(dz2 * t12, t13) - sum_to(dz3 * t18, t19)
            dt6[2] += sum_to(dz1 * t8, t9) - sum_to(dz2 * t14, t15)
            dt6[1] += t52
            dt6[0] += t53
            dt4[1] += dz6 - t49
            dt4[2] += dz5 - t51
            dt4[0] += dz4 - t50
            dangle2 = np.zeros_like(angle2, np.result_type(angle2, 0.0))
        else:
            sum_to_dy1 = sum_to(dy, t40)
            dt39 = sum_to(k * sum_to_dy1, t39)
            dt38 = sum_to(dt39 * t37, t38)
            sum_to_dy2 = sum_to(dy, t21)
            sum_to_dy3 = sum_to(dy, t36)
            dt35 = sum_to(sum_to_dy3 * t22, t35)
            dc = sum_to(sum_to_dy2 * t6, c) - sum_to(dt39 * t38, t37)
            dk = sum_to(sum_to_dy1 * t39, k) + matmul_dx(dt38, k, t6)
            t54 = sum_to(dt35[0] * t24, t23) - sum_to(dt35[2] * t34, t33)
            t55 = sum_to(dt35[1] * t28, t27) - sum_to(dt35[0] * t26, t25)
            t56 = sum_to(dt35[2] * t32, t31) - sum_to(dt35[1] * t30, t29)
            dk[1] += t54
            dk[2] += t55
            dk[0] += t56
            t57 = (
                sum_to(sum_to_dy3 * t35, t22) * np.cos(angle)
                - dc * np.sin(angle)
            )
            dangle = t57 - sum_to(dk * (k / angle), angle)
            dt6 = matmul_dy(dt38, k, t6) + sum_to(c * sum_to_dy2, t6)
            t58 = sum_to(dt35[0] * t23, t24) - sum_to(dt35[1] * t29, t30)
            t59 = sum_to(dt35[2] * t31, t32) - sum_to(dt35[0] * t25, t26)
            t60 = sum_to(dt35[1] * t27, t28) - sum_to(dt35[2] * t33, t34)
            dt6[2] += t58
            dt6[1] += t59
            dt6[0] += t60
            dt4 += sum_to(dk / angle, t4)
            dangle2 = 0.5 * dangle / angle
        dt41 = dt4 + matmul_dx(dangle2, t4, t4) + matmul_dy(dangle2, t4, t4)
        dt2 = np.zeros_like(t2, np.result_type(t2, 0.0))
        dt2[:3] += dt41
        dt2[3:6] -= sum_to(dt6, t5)
        dt2[6] += sum_to(dt44 * t43, t2[6])
        dt2[7] += sum_to(r2 * dt43, t2[7])
        dt2[8] += sum_to(dt43 * t42, t2[8])
        dweights[k1] += sum_to(dz * t46, t45)
        dpoints = added_in(dpoints, sum_to(dt6, t3), t1[1])
        dcameras = added_in(dcameras, dt2, t1[0])

    assemble_cameras = assemble(cameras, (dcameras,))
    dweights = like(dweights, weights)
    return assemble_cameras, assemble(points, (dpoints,)), dweights
