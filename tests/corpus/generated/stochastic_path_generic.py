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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


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


def grad_stochastic_path(state, pull, noise, shocks, dt):
    """Gradient of `stochastic_path` with respect to (state, pull, noise,
    shocks).
    """
    path = np.zeros((len(shocks), 2))
    records = []
    x = state[0]
    v = state[1]
    for k in range(len(shocks)):
        t1 = x + dt * v
        sin_x = np.sin(x)
        sqrt_dt = np.sqrt(dt)
        records.append((x, v, sin_x, sqrt_dt))
        v = v - dt * pull * sin_x + noise * sqrt_dt * shocks[k]
        path[k, 0] = t1
        path[k, 1] = v
        x = t1
    t2 = path[:, 0]
    t3 = path[:, 1]

    t4 = 1.0 / t2.size / np.sqrt(t2 ** 2 + t3 ** 2)
    path_bar = np.zeros_like(path)
    path_bar[:, 0] += t2 * t4
    path_bar[:, 1] += t3 * t4
    x_bar = np.zeros_like(x, np.result_type(x, 0.0))
    v_bar = np.zeros_like(v, np.result_type(v, 0.0))
    shocks_bar = gradient_of(shocks)
    noise_bar = 0.0
    pull_bar = 0.0
    for k in range(len(shocks) - 1, -1, -1):
        x, v, sin_x, sqrt_dt = records[k]
        t5 = dt * pull
        t6 = path_bar[k, 1]
        path_bar[k, 1] = 0.0
        t7 = path_bar[k, 0]
        path_bar[k, 0] = 0.0
        v_bar1 = v_bar + t6
        z_bar = np.sum(v_bar1)
        noise_bar += z_bar * shocks[k] * sqrt_dt
        t8 = sum_to(v_bar1, t5 * sin_x)
        pull_bar -= dt * np.sum(t8 * sin_x)
        t1_bar = x_bar + t7
        x_bar = sum_to(t1_bar, x) - t8 * t5 * np.cos(x)
        v_bar = sum_to(v_bar1, v) + dt * sum_to(t1_bar, dt * v)
        shocks_bar[k] += z_bar * noise * sqrt_dt
    pull_bar = real_like(pull_bar, pull)
    noise_bar = real_like(noise_bar, noise)
    return (
        assemble(state, (0, x_bar), (1, v_bar)),
        pull_bar,
        noise_bar,
        shocks_bar
    )
