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


def grad_lotka_volterra_rk4(start, rates, dt, steps):
    """Gradient of `lotka_volterra_rk4` with respect to (start, rates)."""
    track = [(start["prey"], start["hunters"])]
    records = []
    hist = []
    x = start["prey"]
    y = start["hunters"]
    for _ in range(steps):
        t1 = rates[0] * x - rates[1] * x * y
        t2 = rates[3] * x * y - rates[2] * y
        t3 = x + 0.5 * dt * t1
        t4 = y + 0.5 * dt * t2
        t5 = rates[0] * t3 - rates[1] * t3 * t4
        t6 = rates[3] * t3 * t4 - rates[2] * t4
        t7 = x + 0.5 * dt * t5
        t8 = y + 0.5 * dt * t6
        t9 = rates[0] * t7 - rates[1] * t7 * t8
        t10 = rates[3] * t7 * t8 - rates[2] * t8
        t11 = x + dt * t9
        t12 = y + dt * t10
        t13 = dt / 6.0
        records.append((x, y, t3, t4, t7, t8, t11, t12, t13))
        x += t13 * (
            t1 + 2.0 * t5 + 2.0 * t9 + (rates[0] * t11 - rates[1] * t11 * t12)
        )
        t14 = dt / 6.0
        hist.append(t14)
        y += t14 * (
            t2 + 2.0 * t6 + 2.0 * t10 + (rates[3] * t11 * t12 - rates[2] * t12)
        )
        track.append((x, y))
    items = []
    for item in track:
        items.append(item[0] * item[1])

    z_bar = 1.0 / len(track)
    items_bar = [0.0] * len(items)
    for k in range(len(items) - 1, -1, -1):
        items_bar[k] += z_bar
    track_bar = gradient_of(track)
    for k in range(len(track) - 1, -1, -1):
        t15 = track[k]
        z_bar1 = items_bar.pop()
        track_bar = added_in(track_bar, z_bar1 * t15[0], k, 1)
        track_bar = added_in(track_bar, z_bar1 * t15[1], k, 0)
    x_bar = 0.0
    y_bar = 0.0
    z_bar2 = 0.0
    z_bar3 = 0.0
    z_bar4 = 0.0
    z_bar5 = 0.0
    for k in range(steps - 1, -1, -1):
        x, y, t3, t4, t7, t8, t11, t12, t13 = records[k]
        t16 = track_bar.pop()
        y_bar += t16[1]
        z_bar6 = y_bar * hist[k]
        t17 = 2.0 * z_bar6
        x_bar += t16[0]
        z_bar7 = x_bar * t13
        t18 = 2.0 * z_bar7
        z_bar8 = z_bar6 * t12
        t19 = z_bar7 * t12
        t20 = z_bar6 * rates[3] * t11 - z_bar6 * rates[2]
        t12_bar = t20 - z_bar7 * rates[1] * t11
        t11_bar = z_bar8 * rates[3] + z_bar7 * rates[0] - t19 * rates[1]
        t10_bar = t17 + dt * t12_bar
        z_bar9 = t10_bar * t8
        t9_bar = t18 + dt * t11_bar
        t21 = t9_bar * t8
        t22 = t10_bar * rates[3] * t7 - t10_bar * rates[2]
        t8_bar = t22 - t9_bar * rates[1] * t7
        t7_bar = z_bar9 * rates[3] + t9_bar * rates[0] - t21 * rates[1]
        t6_bar = t17 + 0.5 * dt * t8_bar
        z_bar10 = t6_bar * t4
        t5_bar = t18 + 0.5 * dt * t7_bar
        t23 = t5_bar * t4
        t24 = t6_bar * rates[3] * t3 - t6_bar * rates[2]
        t4_bar = t24 - t5_bar * rates[1] * t3
        t3_bar = z_bar10 * rates[3] + t5_bar * rates[0] - t23 * rates[1]
        t2_bar = z_bar6 + 0.5 * dt * t4_bar
        z_bar11 = y * t2_bar
        t1_bar = z_bar7 + 0.5 * dt * t3_bar
        t25 = y * t1_bar
        t26 = (
            x_bar + t11_bar + t7_bar + t3_bar + z_bar11 * rates[3]
            + t1_bar * rates[0]
        )
        x_bar = t26 - t25 * rates[1]
        t27 = y_bar + t12_bar + t8_bar + t4_bar + t2_bar * rates[3] * x
        y_bar = t27 - t2_bar * rates[2] - t1_bar * rates[1] * x
        z_bar2 = z_bar2 - z_bar8 - z_bar9 - z_bar10 - z_bar11
        z_bar3 = (
            z_bar3 + z_bar8 * t11 + z_bar9 * t7 + z_bar10 * t3 + x * z_bar11
        )
        z_bar4 = z_bar4 - t19 * t11 - t21 * t7 - t23 * t3 - x * t25
        z_bar5 = z_bar5 + z_bar7 * t11 + t9_bar * t7 + t5_bar * t3 + x * t1_bar
    t28 = track_bar[0]
    hunters_bar = y_bar + t28[1]
    prey_bar = x_bar + t28[0]
    return {"prey": prey_bar, "hunters": hunters_bar}, (
        z_bar5, z_bar4, z_bar2, z_bar3
    )
