import numpy as np


def as_float(x):
    """x in floating point: bools and ints become floats."""
    return x if np.result_type(x).kind in "fc" else x * 1.0


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


def pad_widths(pad_width, ndim):
    """How much np.pad puts before and behind each axis."""
    if isinstance(pad_width, dict):  # of axes, the others get nothing
        pairs = {k % ndim: np.broadcast_to(width, 2).tolist() for k, width in pad_width.items()}
        return [pairs.get(k, [0, 0]) for k in range(ndim)]
    pairs = np.broadcast_to(pad_width, (ndim, 2)).tolist()
    return pairs if ndim else []


def unpad(g, x, pad_width):
    """g without what np.pad put around x."""
    widths = pad_widths(pad_width, np.ndim(x))
    return g[tuple(slice(w[0], w[0] + n) for w, n in zip(widths, np.shape(x), strict=True))]


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


def vjp_blur(image, kernel, dout):
    """Gradient of `dout * blur` with respect to (image, kernel), for the
    cotangent dout.
    """
    padded = np.pad(image, 1)
    t1 = kernel[0, 1]
    t2 = slice(0, 0 + 4), slice(1, 1 + 4)
    t3 = padded[t2]
    t4 = kernel[1, 0]
    t5 = slice(1, 1 + 4), slice(0, 0 + 4)
    t6 = padded[t5]
    t7 = kernel[1, 1]
    t8 = slice(1, 1 + 4), slice(1, 1 + 4)
    t9 = padded[t8]
    t10 = kernel[1, 2]
    t11 = slice(1, 1 + 4), slice(2, 2 + 4)
    t12 = padded[t11]
    t13 = kernel[2, 1]
    t14 = slice(2, 2 + 4), slice(1, 1 + 4)
    t15 = padded[t14]

    as_float_dout = as_float(dout)
    sum_to_as_float_dout = sum_to(as_float_dout, t13 * t15)
    sum_to_as_float_dout1 = sum_to(as_float_dout, t10 * t12)
    sum_to_as_float_dout2 = sum_to(as_float_dout, t7 * t9)
    sum_to_as_float_dout3 = sum_to(as_float_dout, t1 * t3)
    sum_to_as_float_dout4 = sum_to(as_float_dout, t4 * t6)
    dpadded = np.zeros_like(padded, np.result_type(padded, 0.0))
    dpadded[t2] += sum_to(sum_to_as_float_dout3 * t1, t3)
    dpadded[t5] += sum_to(sum_to_as_float_dout4 * t4, t6)
    dpadded[t8] += sum_to(sum_to_as_float_dout2 * t7, t9)
    dpadded[t11] += sum_to(sum_to_as_float_dout1 * t10, t12)
    dpadded[t14] += sum_to(sum_to_as_float_dout * t13, t15)
    dimage = unpad(dpadded, image, 1)
    assemble_kernel = assemble(
        kernel,
        ((0, 1), sum_to(sum_to_as_float_dout3 * t3, t1)),
        ((1, 0), sum_to(sum_to_as_float_dout4 * t6, t4)),
        ((1, 1), sum_to(sum_to_as_float_dout2 * t9, t7)),
        ((1, 2), sum_to(sum_to_as_float_dout1 * t12, t10)),
        ((2, 1), sum_to(sum_to_as_float_dout * t15, t13))
    )
    return dimage, assemble_kernel
