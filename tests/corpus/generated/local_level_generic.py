import numpy as np


def require_scalar(z):
    """Raise TypeError unless z, the result to differentiate, is a real scalar."""
    if np.shape(z) != ():
        raise TypeError(
            f"grad needs a scalar result, this one has shape {np.shape(z)}: "
            "use vjp, jacobian or elementwise_grad"
        )
    if np.iscomplexobj(z):
        raise TypeError("grad needs a real result, this one is complex: take its real part")


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
    if not names or callable(x):
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def sum_to(g, x):
    """Sum g over the axes along which x was broadcast; real if x is."""
    if isinstance(g, float) and isinstance(x, float):
        return g  # as in every round of a loop over elements
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
        lead = np.ndim(g) - len(shape)
        axes = [lead + k for k, n in enumerate(shape) if n == 1 != g.shape[lead + k]]
        g = np.sum(g, axis=(*range(lead), *axes)).reshape(shape)
        if not shape:
            g = g[()]
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        return np.real(g)
    return g


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
        else:
            object.__setattr__(total, key, change(getattr(total, key)))
        return total

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


def grad_local_level(observations, present, signal, noise, start):
    """Gradient of `local_level` with respect to (observations, signal, noise,
    start).
    """
    error = 0.0
    records = []
    records1 = []
    variance = 1.0
    level = start
    for t1, t2 in zip(observations, present):
        records1.append((variance, error, level))
        variance = variance + signal ** 2
        if not t2:
            continue
        t3 = variance + noise ** 2
        gain = variance / t3
        t4 = variance + noise ** 2
        t5 = (t1 - level) ** 2 / t4
        t6 = variance + noise ** 2
        t7 = np.log(t6)
        records.append((t3, gain, t4, t5, t6, t7))
        error = error + (t5 + t7)
        level = level + gain * (t1 - level)
        variance = variance * (1.0 - gain)

    require_scalar(error)
    dvariance = np.zeros_like(variance, np.result_type(variance, 0.0))
    derror = 1.0
    dlevel = np.zeros_like(level, np.result_type(level, 0.0))
    dnoise = np.zeros_like(noise, np.result_type(noise, 0.0))
    dsignal = np.zeros_like(signal, np.result_type(signal, 0.0))
    dobservations = gradient_of(observations)
    for k in range(min(len(observations), len(present)) - 1, -1, -1):
        variance, error, level = records1[k]
        t8 = observations[k]
        variance_1 = variance + signal ** 2
        if not present[k]:
            dvariance_1 = dvariance
            dt1 = np.zeros_like(t8, np.result_type(t8, 0.0))
        else:
            t3, gain, t4, t5, t6, t7 = records.pop()
            t9 = 1.0 - gain
            t10 = t8 - level
            t11 = t8 - level
            sum_to_dlevel = sum_to(dlevel, gain * t10)
            t12 = gain * sum_to_dlevel
            sum_to_derror = sum_to(derror, t5 + t7)
            dt6 = sum_to(derror, t7) / t6
            t13 = sum_to_derror * (t5 / t4)
            t14 = t11 * sum_to(sum_to_derror / t4, t11 ** 2)
            dgain = sum_to(sum_to_dlevel * t10, gain) - sum_to(
                variance_1 * dvariance, t9
            )
            t15 = dgain * (gain / t3)
            t16 = sum_to(dlevel, level) - sum_to(t12, level)
            t17 = sum_to(dvariance * t9, variance_1) + sum_to(dt6, variance_1)
            t18 = (
                t17 + sum_to(dgain / t3, variance_1) - sum_to(t13, variance_1)
            )
            t19 = dnoise + 2.0 * noise * sum_to(dt6, noise)
            t20 = t19 - 2.0 * noise * sum_to(t13, noise)
            dlevel = t16 - 2.0 * sum_to(t14, level)
            dvariance_1 = t18 - sum_to(t15, variance_1)
            derror = sum_to(derror, error)
            dt1 = sum_to(t12, t8) + 2.0 * sum_to(t14, t8)
            dnoise = t20 - 2.0 * noise * sum_to(t15, noise)
        dvariance = sum_to(dvariance_1, variance)
        dsignal = dsignal + 2.0 * signal * sum_to(dvariance_1, signal)
        dobservations[k] += dt1
    t21 = assemble(observations, (dobservations,))
    dsignal = like(dsignal, signal)
    dnoise = like(dnoise, noise)
    dstart = like(np.real(dlevel), start)
    return t21, dsignal, dnoise, dstart
