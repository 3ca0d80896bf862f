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


def vjp_pendulum_step(angle, speed, gravity, dt, dout):
    """Gradient of `dout * pendulum_step` with respect to (angle, speed,
    gravity), for the cotangent dout.
    """
    t1 = dt * gravity
    t2 = np.sin(angle[0])
    t3 = dt * gravity
    t4 = np.sin(angle[1])

    w2_bar = dout[1][1] + dt * dout[0][1]
    sum_to_w2_bar = sum_to(w2_bar, t3 * t4)
    t5 = sum_to(sum_to_w2_bar * t3, angle[1]) * np.cos(angle[1])
    t6 = sum_to(dt * sum_to(sum_to_w2_bar * t4, t3), gravity)
    w1_bar = dout[1][0] + dt * dout[0][0]
    sum_to_w1_bar = sum_to(w1_bar, t1 * t2)
    t7 = sum_to(sum_to_w1_bar * t1, angle[0]) * np.cos(angle[0])
    assemble_angle = assemble(
        angle,
        (0, sum_to(dout[0][0], angle[0]) - t7),
        (1, sum_to(dout[0][1], angle[1]) - t5)
    )
    assemble_speed = assemble(
        speed, (0, sum_to(w1_bar, speed[0])), (1, sum_to(w2_bar, speed[1]))
    )
    gravity_bar = -sum_to(dt * sum_to(sum_to_w1_bar * t2, t1), gravity) - t6
    return assemble_angle, assemble_speed, gravity_bar
