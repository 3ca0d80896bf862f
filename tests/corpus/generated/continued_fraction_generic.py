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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


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


def grad_continued_fraction(a, b, x):
    """Gradient of `continued_fraction` with respect to (a, b, x)."""
    tail = 0.0
    tail_stack = []
    tail_stack1 = []
    for k in range(len(a) - 1, 0, -1):
        tail_stack1.append(tail)
        tail = a[k] * x / (b[k] + tail)
        tail_stack.append(tail)
    t1 = 1.0 + tail
    t2 = a[0] * x / t1

    require_scalar(b[0] + t2)
    dtail = -t2 / t1
    db = gradient_of(b)
    db = added_in(db, 1.0, 0)
    da = gradient_of(a)
    da = added_in(da, x / t1, 0)
    dx = a[0] / t1
    for k in range(1, len(a)):
        tail = tail_stack.pop()
        tail_1 = tail_stack1.pop()
        t3 = b[k] + tail_1
        dz = dtail / t3
        dtail = -dtail * (tail / t3)
        dx += dz * a[k]
        db[k] += dtail
        da[k] += x * dz
    dx = like(dx, x)
    return assemble(a, (da,)), assemble(b, (db,)), dx
