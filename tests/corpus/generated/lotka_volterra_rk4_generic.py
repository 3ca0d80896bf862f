import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


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


def grad_lotka_volterra_rk4(start, rates, dt, steps):
    """Gradient of `lotka_volterra_rk4` with respect to (start, rates)."""
    t1 = start["prey"]
    t2 = start["hunters"]
    track = [(t1, t2)]
    records = []
    x_hist = [t1]
    y_hist = [t2]
    x = t1
    y = t2
    for _ in range(steps):
        t3 = rates[0] * x - rates[1] * x * y
        t4 = rates[3] * x * y - rates[2] * y
        t5 = x + 0.5 * dt * t3
        t6 = y + 0.5 * dt * t4
        t7 = rates[0] * t5 - rates[1] * t5 * t6
        t8 = rates[3] * t5 * t6 - rates[2] * t6
        t9 = x + 0.5 * dt * t7
        t10 = y + 0.5 * dt * t8
        t11 = rates[0] * t9 - rates[1] * t9 * t10
        t12 = rates[3] * t9 * t10 - rates[2] * t10
        t13 = x + dt * t11
        t14 = y + dt * t12
        t15 = dt / 6.0
        x = element(x) + t15 * (
            t3 + 2.0 * t7 + 2.0 * t11 + (rates[0] * t13 - rates[1] * t13 * t14)
        )
        x_hist.append(x)
        t16 = dt / 6.0
        records.append(
            (np.shape(t3), np.shape(t4), t5, t6, t9, t10, t13, t14, t15, t16)
        )
        y = element(y) + t16 * (
            t4 + 2.0 * t8 + 2.0 * t12 + (rates[3] * t13 * t14 - rates[2] * t14)
        )
        y_hist.append(y)
        track.append((x, y))
    items = []
    for item in track:
        items.append(item[0] * item[1])
    hist = []
    total = 0
    for item in items:
        hist.append(np.shape(total))
        total = total + item

    z_bar = require_scalar(total / len(track))
    total_bar = np.broadcast_to(z_bar / len(track), np.shape(total))
    items_bar = gradient_of(items)
    for k in range(len(items) - 1, -1, -1):
        items_bar[k] = items_bar[k] + sum_to(total_bar, items[k])
        total_bar = sum_to_shape(total_bar, hist[k])
    track_bar = gradient_of(track)
    for k in range(len(track) - 1, -1, -1):
        t17 = track[k]
        t18 = t17[0]
        t19 = t17[1]
        t20 = items_bar.pop()
        z_bar1 = sum_to(t20, t18 * t19)
        track_bar = added_in(track_bar, sum_to(z_bar1 * t18, t19), k, 1)
        track_bar = added_in(track_bar, sum_to(z_bar1 * t19, t18), k, 0)
    x_bar = np.zeros_like(x, np.result_type(x, 0.0))
    y_bar = np.zeros_like(y, np.result_type(y, 0.0))
    z_bar2 = np.zeros_like(rates[2], np.result_type(rates[2], 0.0))
    z_bar3 = np.zeros_like(rates[3], np.result_type(rates[3], 0.0))
    z_bar4 = np.zeros_like(rates[1], np.result_type(rates[1], 0.0))
    z_bar5 = np.zeros_like(rates[0], np.result_type(rates[0], 0.0))
    for k in range(steps - 1, -1, -1):
        t21, t22, t5, t6, t9, t10, t13, t14, t15, t16 = records[k]
        y = y_hist[k]
        x = x_hist[k]
        t23 = rates[3] * t5
        t24 = rates[1] * t5
        t25 = rates[3] * x
        t26 = rates[1] * x
        t27 = track_bar.pop()
        y_bar = y_bar + sum_to(t27[1], y_hist[k + 1])
        z_bar6 = y_bar * t16
        t28 = 2.0 * z_bar6
        x_bar = x_bar + sum_to(t27[0], x_hist[k + 1])
        z_bar7 = x_bar * t15
        t29 = 2.0 * z_bar7
        z_bar8 = z_bar6 * t14
        t30 = z_bar7 * t14
        t31 = z_bar6 * rates[3] * t13 - z_bar6 * rates[2]
        t14_bar = t31 - z_bar7 * rates[1] * t13
        t13_bar = z_bar8 * rates[3] + z_bar7 * rates[0] - t30 * rates[1]
        t12_bar = t28 + dt * t14_bar
        z_bar9 = t12_bar * t10
        t11_bar = t29 + dt * t13_bar
        t32 = t11_bar * t10
        t33 = t12_bar * rates[3] * t9 - t12_bar * rates[2]
        t10_bar = t33 - t11_bar * rates[1] * t9
        t9_bar = z_bar9 * rates[3] + t11_bar * rates[0] - t32 * rates[1]
        t8_bar = t28 + 0.5 * dt * t10_bar
        sum_to_shape_t8_bar = sum_to_shape(t8_bar, np.shape(rates[2] * t6))
        z_bar10 = sum_to(t8_bar * t6, t23)
        t7_bar = t29 + 0.5 * dt * t9_bar
        sum_to_shape_t7_bar = sum_to_shape(t7_bar, np.shape(rates[0] * t5))
        t34 = sum_to(t7_bar * t6, t24)
        t35 = sum_to(t8_bar * t23, t6) - sum_to_shape_t8_bar * rates[2]
        t6_bar = t35 - sum_to(t7_bar * t24, t6)
        t36 = sum_to(z_bar10 * rates[3], t5) + sum_to_shape_t7_bar * rates[0]
        t5_bar = t36 - t34 * rates[1]
        t4_bar = (
            sum_to_shape(z_bar6, t22) + 0.5 * sum_to_shape(dt * t6_bar, t22)
        )
        sum_to_shape_t4_bar = sum_to_shape(t4_bar, np.shape(t25 * y))
        sum_to_shape_t4_bar1 = sum_to_shape(t4_bar, np.shape(rates[2] * y))
        z_bar11 = sum_to(y * sum_to_shape_t4_bar, t25)
        t3_bar = (
            sum_to_shape(z_bar7, t21) + 0.5 * sum_to_shape(dt * t5_bar, t21)
        )
        sum_to_shape_t3_bar = sum_to_shape(t3_bar, np.shape(rates[0] * x))
        sum_to_shape_t3_bar1 = sum_to_shape(t3_bar, np.shape(t26 * y))
        t37 = sum_to(y * sum_to_shape_t3_bar1, t26)
        t38 = np.sum(x_bar) + sum_to(t13_bar, x) + sum_to(t9_bar, x)
        t39 = t38 + sum_to(t5_bar, x) + sum_to(z_bar11 * rates[3], x)
        t40 = t39 + sum_to(sum_to_shape_t3_bar * rates[0], x)
        x_bar = t40 - sum_to(t37 * rates[1], x)
        t41 = np.sum(y_bar) + sum_to(t14_bar, y) + sum_to(t10_bar, y)
        t42 = t41 + sum_to(t6_bar, y) + sum_to(sum_to_shape_t4_bar * t25, y)
        y_bar = (
            t42 - sum_to(sum_to_shape_t4_bar1 * rates[2], y)
            - sum_to(sum_to_shape_t3_bar1 * t26, y)
        )
        t43 = z_bar2 - sum_to(z_bar8, rates[2]) - sum_to(z_bar9, rates[2])
        t44 = z_bar3 + sum_to(z_bar8 * t13, rates[3])
        t45 = t44 + sum_to(z_bar9 * t9, rates[3])
        t46 = t45 + sum_to(z_bar10 * t5, rates[3])
        t47 = z_bar4 - sum_to(t30 * t13, rates[1])
        t48 = t47 - sum_to(t32 * t9, rates[1])
        t49 = z_bar5 + sum_to(z_bar7 * t13, rates[0])
        t50 = t49 + sum_to(t11_bar * t9, rates[0])
        t51 = t50 + sum_to(sum_to_shape_t7_bar * t5, rates[0])
        z_bar2 = (
            t43 - sum_to(sum_to_shape_t8_bar * t6, rates[2])
            - sum_to(y * sum_to_shape_t4_bar1, rates[2])
        )
        z_bar3 = t46 + sum_to(x * z_bar11, rates[3])
        z_bar4 = t48 - sum_to(t34 * t5, rates[1]) - sum_to(x * t37, rates[1])
        z_bar5 = t51 + sum_to(x * sum_to_shape_t3_bar, rates[0])
    t52 = track_bar[0]
    assemble_start = assemble(
        start,
        ("prey", x_bar + sum_to(t52[0], t1)),
        ("hunters", y_bar + sum_to(t52[1], t2))
    )
    return assemble_start, assemble(
        rates, (0, z_bar5), (1, z_bar4), (2, z_bar2), (3, z_bar3)
    )
