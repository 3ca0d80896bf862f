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


def grad_dict_loss(params, x):
    """Gradient of `dict_loss` with respect to params."""
    t1 = params["W"] @ x
    h = np.tanh(t1 + params["b"])

    dz = 2.0 * h * (1.0 - h ** 2)
    return assemble(
        params,
        ("W", matmul_dx(sum_to(dz, t1), params["W"], x)),
        ("b", sum_to(dz, params["b"]))
    )
