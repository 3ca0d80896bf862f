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
    if not names or callable(x):
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


def grad_character_rnn(W, U, b, inputs, labels):
    """Gradient of `character_rnn` with respect to (W, U, b, inputs)."""
    states = [np.zeros(len(b))]
    losses = []
    records = []
    for t1, t2 in zip(inputs, labels):
        list_states = list(states)
        h = np.tanh(W @ t1 + U @ states[-1] + b)
        states.append(h)
        top = np.max(h)
        t3 = np.exp(h - top)
        t4 = np.sum(t3)
        records.append((list_states, h, top, t3, t4))
        losses.append(top + np.log(t4) - h[t2])

    dz = 1.0 / len(losses)
    dlosses = gradient_of(losses)
    for k in range(len(losses) - 1, -1, -1):
        dlosses[k] += dz
    dstates = gradient_of(states)
    db = np.zeros_like(b)
    dU = np.zeros_like(U)
    dW = np.zeros_like(W)
    dinputs = np.zeros_like(inputs)
    for k in range(min(len(inputs), len(labels)) - 1, -1, -1):
        states, h, top, t3, t4 = records[k]
        dz1 = dlosses[-1]
        dlosses = dlosses[:-1]
        dz2 = dz1 / t4 * t3
        dtop = dz1 - np.sum(dz2)
        chosen = h == top
        t5 = dz2 + chosen * (dtop / chosen.sum(dtype=top.dtype))
        dh = t5 + dstates[-1]
        dh[labels[k]] -= dz1
        dz3 = dh * (1.0 - h ** 2)
        dstates = assemble(states, (dstates[:-1],), (-1, U.T @ dz3))
        db = db + dz3
        dU = dU + np.outer(dz3, states[-1])
        dW = dW + np.outer(dz3, inputs[k])
        dinputs[k] += W.T @ dz3
    dU = np.real(dU)
    dW = np.real(dW)
    db = like(np.real(db), b)
    return dW, dU, db, dinputs
