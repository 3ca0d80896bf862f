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


def grad_gmm_loglik(means, factors, logits, points):
    """Gradient of `gmm_loglik` with respect to (means, factors, logits,
    points).
    """
    exp_logits = np.exp(logits)
    sum_exp_logits = np.sum(exp_logits)
    log_weights = logits - np.log(sum_exp_logits)
    total = 0.0
    records = []
    exp_stack = []
    stack = []
    records1 = []
    for x in points:
        logs = []
        for k, item in enumerate(zip(means, factors)):
            r = x - item[0]
            t1 = np.exp(item[1][0])
            z0 = t1 * r[0]
            t2 = np.exp(item[1][1])
            z1 = item[1][2] * r[0] + t2 * r[1]
            t3 = z0 ** 2
            records.append((t1, t2, z1, t3))
            logs.append(
                log_weights[k] + item[1][0] + item[1][1] - 0.5 * (t3 + z1 ** 2)
            )
        top = max(logs)
        items = []
        for item in logs:
            t4 = np.exp(item - top)
            exp_stack.append(t4)
            items.append(t4)
        total1 = 0
        for item in items:
            stack.append(np.shape(total1))
            total1 = total1 + item
        t5 = np.log(total1)
        records1.append((total, logs, items, total1, t5))
        total = total + (top + t5)

    dz = require_scalar(total - len(points) * np.log(2.0 * np.pi))
    dtotal = np.broadcast_to(dz, np.shape(total))
    dlog_weights = np.zeros_like(log_weights, np.result_type(log_weights, 0.0))
    dfactors = gradient_of(factors)
    dmeans = gradient_of(means)
    dpoints = gradient_of(points)
    for k in range(len(points) - 1, -1, -1):
        total, logs, items, total1, t5 = records1[k]
        top = max(logs)
        t6 = points[k]
        dtotal_1 = sum_to(dtotal, total)
        dtotal1 = sum_to(dtotal, t5) / total1
        ditems = gradient_of(items)
        for k1 in range(len(items) - 1, -1, -1):
            t7 = stack.pop()
            t8 = ditems[k1] + sum_to_shape(dtotal1, np.shape(items[k1]))
            ditems[k1] = t8
            dtotal1 = sum_to_shape(dtotal1, t7)
        dtop = sum_to(dtotal, top)
        dlogs = gradient_of(logs)
        for k2 in range(len(logs) - 1, -1, -1):
            t4 = exp_stack.pop()
            t9 = ditems.pop()
            dz1 = sum_to(t9, t4) * t4
            dtop = dtop - sum_to(dz1, top)
            dlogs[k2] += sum_to_shape(dz1, np.shape(logs[k2]))
        asarray_top = np.asarray(top)
        chosen = np.asarray(logs) == asarray_top
        dlogs = assemble(
            logs,
            (list(chosen * (dtop / np.sum(chosen, dtype=asarray_top.dtype))),),
            (dlogs,)
        )
        dx = np.zeros_like(t6, np.result_type(t6, 0.0))
        for k3 in range(min(len(means), len(factors)) - 1, -1, -1):
            t1, t2, z1, t3 = records.pop()
            t10 = means[k3]
            t11 = factors[k3]
            r = t6 - t10
            z0 = t1 * r[0]
            t12 = dlogs.pop()
            dz1 = -z1 * sum_to(t12, z1 ** 2)
            dz0 = -z0 * sum_to(t12, t3)
            dz2 = sum_to(dz1, t11[2] * r[0])
            dz3 = sum_to(dz1, t2 * r[1])
            t13 = sum_to(dz0 * t1, r[0]) + sum_to(dz2 * t11[2], r[0])
            dr = np.zeros_like(r, np.result_type(r, 0.0))
            dr[0] += t13
            dr[1] += sum_to(dz3 * t2, r[1])
            dx += sum_to(dr, t6)
            dz4 = sum_to(t12, t11[1]) + sum_to(dz3 * r[1], t11[1]) * t2
            dz5 = sum_to(t12, t11[0]) + sum_to(dz0 * r[0], t11[0]) * t1
            dlog_weights[k3] += sum_to(t12, log_weights[k3])
            dfactors = added_in(dfactors, sum_to(dz2 * r[0], t11[2]), k3, 2)
            dfactors = added_in(dfactors, dz4, k3, 1)
            dfactors = added_in(dfactors, dz5, k3, 0)
            dmeans[k3] -= sum_to(dr, t10)
        dpoints[k] += dx
        dtotal = dtotal_1
    dlogits = dlog_weights - np.sum(dlog_weights) / sum_exp_logits * exp_logits
    return dmeans, assemble(factors, (dfactors,)), dlogits, dpoints
