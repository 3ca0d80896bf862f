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
        variance_1 = variance + signal ** 2
        records1.append(
            (np.shape(variance), np.shape(error), np.shape(level), variance_1)
        )
        if not t2:
            variance = variance_1
        else:
            gain = variance_1 / (variance_1 + noise ** 2)
            t3 = t1 - level
            t4 = t3 ** 2 / (variance_1 + noise ** 2)
            t5 = np.log(variance_1 + noise ** 2)
            t6 = t4 + t5
            error += t6
            t7 = t1 - level
            records.append((gain, t3, t4, np.shape(t5), np.shape(t6), t7))
            level = level + gain * t7
            variance = variance_1 * (1.0 - gain)

    derror = require_scalar(error)
    dvariance = np.zeros_like(variance, np.result_type(variance, 0.0))
    dlevel = np.zeros_like(level, np.result_type(level, 0.0))
    dnoise = np.zeros_like(noise, np.result_type(noise, 0.0))
    dsignal = np.zeros_like(signal, np.result_type(signal, 0.0))
    dobservations = gradient_of(observations)
    for k in range(min(len(observations), len(present)) - 1, -1, -1):
        t8, t9, t10, variance = records1[k]
        t11 = observations[k]
        if not present[k]:
            dvariance_1 = dvariance
            dt1 = np.zeros_like(t11, np.result_type(t11, 0.0))
        else:
            gain, t3, t4, t12, t13, t7 = records.pop()
            t14 = 1.0 - gain
            t15 = variance + noise ** 2
            t16 = variance + noise ** 2
            sum_to_shape_dlevel = sum_to_shape(dlevel, np.shape(gain * t7))
            t17 = gain * sum_to_shape_dlevel
            sum_to_shape_derror = sum_to_shape(derror, t13)
            dz = sum_to_shape(derror, t12) / (variance + noise ** 2)
            t18 = sum_to_shape_derror * (t4 / t15)
            t19 = t3 * sum_to_shape(
                sum_to_shape_derror / t15, np.shape(t3 ** 2)
            )
            dgain = (
                sum_to(sum_to_shape_dlevel * t7, gain)
                - sum_to(variance * dvariance, t14)
            )
            t20 = dgain * (gain / t16)
            t21 = sum_to_shape(dlevel, t10) - sum_to_shape(t17, t10)
            t22 = sum_to(dvariance * t14, variance) + sum_to(dz, variance)
            t23 = t22 + sum_to(dgain / t16, variance) - sum_to(t18, variance)
            t24 = dnoise + 2.0 * noise * sum_to(dz, noise)
            t25 = t24 - 2.0 * noise * sum_to(t18, noise)
            dlevel = t21 - 2.0 * sum_to_shape(t19, t10)
            dvariance_1 = t23 - sum_to(t20, variance)
            derror = sum_to_shape(derror, t9)
            dt1 = sum_to(t17, t11) + 2.0 * sum_to(t19, t11)
            dnoise = t25 - 2.0 * noise * sum_to(t20, noise)
        dvariance = sum_to_shape(dvariance_1, t8)
        dsignal += 2.0 * signal * sum_to(dvariance_1, signal)
        dobservations[k] += dt1
    dsignal = like(dsignal, signal)
    dnoise = like(dnoise, noise)
    dstart = like(dlevel, start)
    return dobservations, dsignal, dnoise, dstart
