import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if isinstance(x, np.ndarray):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


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


def part_of(x, *path):
    """The entry of x at a path: x[key][key] ..., or attributes of objects. An attribute of the
    class is a constant: zeros."""
    for key in path:
        if not isinstance(key, str) or isinstance(x, dict):
            x = x[key]
            continue
        held = getattr(type(x), key, None)
        if isinstance(held, property):
            raise TypeError(f".{key} is computed: annotate the object, or give example=")
        constant = isinstance(held, (int, float, complex, np.ndarray, list, tuple, dict))
        own = not constant or key in getattr(x, "__dict__", ())
        x = getattr(x, key) if own else gradient_of(held)
    return x


def zero_at(x, value, *path):
    """Zeros like the entry of x at a path; where there is none yet, like what is to stand there."""
    try:
        return gradient_of(part_of(x, *path))
    except KeyError:
        return gradient_of(value)


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


def as_float(x):
    """x in floating point: bools and ints become floats."""
    return x if np.result_type(x).kind in "fc" else x * 1.0


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


def grad_fft_butterflies(re, im, weight):
    """Gradient of `fft_butterflies` with respect to (re, im)."""
    n = len(re)
    j = 0
    records = []
    records1 = []
    re_1 = re
    im_1 = im
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j = j ^ bit
            bit = bit >> 1
        j = j | bit
        records1.append((re_1, im_1, j))
        if i < j:
            t1 = re_1[j]
            t2 = re_1[i]
            re_1 = copy.copy(re_1)
            re_1[i] = t1
            element(t1)
            t3 = element(t2)
            t4 = zero_at(re_1, t3, j)
            re_1[j] = t3
            t5 = im_1[j]
            t6 = im_1[i]
            im_1 = copy.copy(im_1)
            im_1[i] = t5
            element(t5)
            t7 = element(t6)
            records.append((t4, zero_at(im_1, t7, j)))
            im_1[j] = t7
    size = 2
    records2 = []
    half_hist = []
    hist = []
    while size <= n:
        half = size // 2
        half_hist.append(half)
        t8 = range(0, n, size)
        hist.append(len(t8))
        for start in t8:
            for k in range(half):
                angle = -2.0 * np.pi * k / size
                cos_angle = np.cos(angle)
                sin_angle = np.sin(angle)
                t9 = start + k
                t10 = start + k + half
                tr = cos_angle * re_1[t10] - sin_angle * im_1[t10]
                ti = sin_angle * re_1[t10] + cos_angle * im_1[t10]
                records2.append(
                    (re_1, im_1, cos_angle, sin_angle, t9, t10, tr, ti)
                )
                t11 = im_1[t9] - ti
                re_2 = copy.copy(re_1)
                re_2[t10] = re_1[t9] - tr
                im_1 = copy.copy(im_1)
                im_1[t10] = t11
                re_2[t9] = re_2[t9] + tr
                im_1[t9] = im_1[t9] + ti
                re_1 = re_2
        size *= 2
    power = 0.0
    records3 = []
    for k in range(n):
        t12 = weight[k] * (re_1[k] ** 2 + im_1[k] ** 2)
        records3.append((power, t12))
        power = power + t12

    dpower = require_scalar(power)
    t13 = n - 1
    dim = gradient_of(im_1)
    dre = gradient_of(re_1)
    for k in range(t13, -1, -1):
        power, t12 = records3[k]
        t14 = re_1[k]
        t15 = im_1[k]
        dpower_1 = sum_to(dpower, power)
        dz = sum_to(dpower, t12) * weight[k]
        dim[k] += 2.0 * t15 * sum_to(dz, t15)
        dre[k] += 2.0 * t14 * sum_to(dz, t14)
        dpower = dpower_1
    for k in range(len(half_hist) - 1, -1, -1):
        half = half_hist[k]
        for k in range(hist[k] - 1, -1, -1):
            for k in range(half - 1, -1, -1):
                (
                    re_2, im_1, cos_angle, sin_angle, t9, t10, tr, ti
                ) = records2.pop()
                t16 = im_1[t9]
                t17 = t16 - ti
                t18 = re_2[t9]
                t19 = t18 - tr
                copy_dim = copy.copy(dim)
                copy_dim[t10] = zero_at(im_1, t17, t10)
                copy_dre = copy.copy(dre)
                copy_dre[t10] = zero_at(re_2, t19, t10)
                t20 = as_float(sum_to(dim[t10], t17))
                t21 = as_float(sum_to(dre[t10], t19))
                dti = copy.copy(sum_to(dim[t9], ti)) - sum_to(t20, ti)
                dtr = copy.copy(sum_to(dre[t9], tr)) - sum_to(t21, tr)
                dre = assemble(
                    re_2,
                    (copy_dre,),
                    (t10, sum_to(dtr, re_2[t10]) * cos_angle),
                    (t10, sum_to(dti, re_2[t10]) * sin_angle),
                    (t9, sum_to(t21, t18))
                )
                dim = assemble(
                    im_1,
                    (copy_dim,),
                    (t10, -sum_to(dtr, im_1[t10]) * sin_angle),
                    (t10, sum_to(dti, im_1[t10]) * cos_angle),
                    (t9, sum_to(t20, t16))
                )
    for i in range(t13, 0, -1):
        re_2, im_1, j = records1[i - 1]
        if i < j:
            t4, t22 = records.pop()
            t23 = im_1[j]
            t24 = re_2[j]
            dt7 = np.sum(dim[j])
            dim[j] = t22
            dt5 = copy.copy(sum_to(dim[i], t23))
            dim = copy.copy(dim)
            dim[i] = zero_at(im_1, t23, i)
            dt3 = np.sum(dre[j])
            dre[j] = t4
            dt1 = copy.copy(sum_to(dre[i], t24))
            dre = copy.copy(dre)
            dre[i] = zero_at(re_2, t24, i)
            dim[i] = dim[i] + dt7
            dim[j] = dim[j] + dt5
            dre[i] = dre[i] + dt3
            dre[j] = dre[j] + dt1
    return assemble(re, (dre,)), assemble(im, (dim,))
