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


def grad_crf_loglik(emission, transition, labels):
    """Gradient of `crf_loglik` with respect to (emission, transition)."""
    alpha = emission[0].copy()
    t1 = labels[0]
    score = emission[0, t1]
    records = []
    alpha_hist = []
    score_hist = []
    alpha_1 = alpha
    for t in range(1, emission.shape[0]):
        alpha_hist.append(alpha_1)
        score_hist.append(score)
        new = np.empty(emission.shape[1])
        for j in range(emission.shape[1]):
            t2 = alpha_1 + transition[:, j]
            top = np.max(t2)
            t3 = np.exp(t2 - top)
            t4 = np.sum(t3)
            records.append((top, t3, t4))
            new[j] = top + np.log(t4) + emission[t, j]
        score = element(score) + (
            transition[labels[t - 1], labels[t]] + emission[t, labels[t]]
        )
        alpha_1 = new
    top = np.max(alpha_1)
    t5 = np.exp(alpha_1 - top)
    t6 = np.sum(t5)

    dz = require_scalar(score - (top + np.log(t6)))
    t7 = dz / t6 * t5
    dtop = np.sum(t7) - dz
    chosen = alpha_1 == top
    dalpha = chosen * (dtop / np.sum(chosen, dtype=top.dtype)) - t7
    dscore = np.broadcast_to(dz, np.shape(score))
    demission = np.zeros_like(emission, np.result_type(emission, 0.0))
    dtransition = gradient_of(transition)
    for t in range(emission.shape[0] - 1, 0, -1):
        alpha_1 = alpha_hist[t - 1]
        t8 = labels[t - 1]
        t9 = labels[t]
        t10 = labels[t]
        np.add.at(demission, (t, t10), sum_to(dscore, emission[t, t10]))
        dtransition = copy.deepcopy(dtransition)
        dtransition = added_in(
            dtransition, sum_to(dscore, transition[t8, t9]), (t8, t9)
        )
        dnew = dalpha
        dalpha = np.zeros_like(alpha_1, np.result_type(alpha_1, 0.0))
        for j in range(emission.shape[1] - 1, -1, -1):
            top, t3, t4 = records.pop()
            t11 = transition[:, j]
            dz1 = copy.copy(dnew[j])
            dnew[j] = 0.0
            dz2 = dz1 / t4 * t3
            dtop = dz1 - np.sum(dz2)
            chosen1 = alpha_1 + t11 == top
            dt2 = dz2 + chosen1 * (dtop / np.sum(chosen1, dtype=top.dtype))
            dalpha = dalpha + sum_to(dt2, alpha_1)
            demission[t, j] += dz1
            t12 = dtransition[:, j] + sum_to(dt2, t11)
            dtransition[:, j] = t12
        dscore = np.broadcast_to(np.sum(dscore), np.shape(score_hist[t - 1]))
    demission[0] += sum_to(dalpha, alpha)
    np.add.at(demission, (0, t1), dscore)
    return demission, assemble(transition, (dtransition,))
