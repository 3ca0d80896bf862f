import copy
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


def written_last(g, buffer, index):
    """The entries of g that `buffer[index] = ...` leaves there; zero for those that a later entry
    of the same write replaces, where the index names a place twice."""
    rank = np.arange(np.size(g)).reshape(np.shape(g))
    last = np.zeros(np.shape(buffer), int)
    last[index] = rank
    return np.where(last[index] == rank, g, 0.0)


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


def grad_lu_logdet(A):
    """Gradient of `lu_logdet` with respect to A."""
    U = np.array(A)
    n = len(U)
    logdet = 0.0
    records = []
    records1 = []
    U_1 = U.copy()
    records2 = []
    for k in range(n):
        t1 = U_1.copy()
        pivot = k
        for i in range(k + 1, n):
            pivot = i if abs(U_1[i, k]) > abs(U_1[pivot, k]) else pivot
        t2 = pivot != k
        if t2:
            t3 = [pivot, k]
            t4 = [k, pivot]
            records.append((t3, t4))
            U_1[t4] = U_1[t3]
        t5 = U_1[k, k]
        t6 = copy.copy(t5)
        t7 = np.log(abs(t5))
        logdet_1 = logdet + t7
        for i in range(k + 1, n):
            factor = U_1[i, k] / U_1[k, k]
            records1.append((factor, U_1[i, k:].copy()))
            U_1[i, k:] -= factor * U_1[k, k:]
        records2.append(
            (t1, np.shape(logdet), t2, t6, np.shape(t7), U_1.copy())
        )
        logdet = logdet_1

    dlogdet = require_scalar(logdet)
    t8 = n - 1
    dU = np.zeros_like(U, np.result_type(U, 0.0))
    for k in range(t8, -1, -1):
        t1, t9, t2, t6, t10, U = records2[k]
        t11 = abs(t6)
        for i in range(t8, k, -1):
            factor, t12 = records1.pop()
            U = U.copy()
            U[i, k:] = t12
            t13 = U[k, k]
            t14 = U[k, k:]
            dz = sum_to_shape(dU[i, k:], np.shape(-factor * t14))
            dfactor = -sum_to(dz * t14, factor)
            dz1 = -sum_to(factor * dz, t14)
            dU[i, k] += sum_to_shape(dfactor / t13, np.shape(U[i, k]))
            dU[k, k] -= sum_to(dfactor * (factor / t13), t13)
            dU[k, k:] += dz1
        dlogdet_1 = sum_to_shape(dlogdet, t9)
        dt5 = sum_to_shape(dlogdet, t10) / t11 * np.conj(np.sign(t6))
        dU[k, k] += dt5
        if t2:
            t3, t4 = records.pop()
            dz2 = sum_to_shape(written_last(dU[t4], dU, t4), np.shape(t1[t3]))
            dU[t4] = 0.0
            np.add.at(dU, t3, dz2)
        dlogdet = dlogdet_1
    return assemble(A, (dU,))
