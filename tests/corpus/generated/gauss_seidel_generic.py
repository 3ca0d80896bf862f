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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def grad_gauss_seidel(u, source, omega, sweeps):
    """Gradient of `gauss_seidel` with respect to (u, source, omega)."""
    records = []
    stack = []
    u = copy.copy(u)
    hist = []
    for _ in range(sweeps):
        change = 0.0
        t1 = u.shape[0]
        hist.append(t1)
        for i in range(1, t1 - 1):
            t2 = u.shape[1]
            stack.append(t2)
            for j in range(1, t2 - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                t3 = 0.25 * (around - source[i, j]) - u[i, j]
                step = omega * t3
                records.append((change, around, t3, copy.copy(u[i, j])))
                u[i, j] += step
                change = change + step ** 2
    sqrt_change = np.sqrt(change)

    dz = require_scalar(sqrt_change + np.sum(u ** 2))
    du = 2.0 * u * dz
    dchange = 0.5 * dz / sqrt_change
    domega = np.zeros_like(omega, np.result_type(omega, 0.0))
    dsource = gradient_of(source)
    for k in range(sweeps - 1, -1, -1):
        dchange_1 = dchange
        for i in range(hist[k] - 2, 0, -1):
            t2 = stack.pop()
            for j in range(t2 - 2, 0, -1):
                change, around, t3, t4 = records.pop()
                u[i, j] = t4
                t5 = i - 1
                t6 = i + 1
                t7 = j - 1
                t8 = j + 1
                step = omega * t3
                dchange_2 = sum_to(dchange_1, change)
                t9 = 2.0 * step * sum_to(dchange_1, step ** 2)
                dstep = t9 + sum_to(du[i, j], step)
                domega += sum_to(dstep * t3, omega)
                t10 = omega * dstep
                daround = 0.25 * sum_to(t10, around)
                du[t5, j] += sum_to_shape(daround, np.shape(u[t5, j]))
                du[t6, j] += sum_to_shape(daround, np.shape(u[t6, j]))
                du[i, t7] += sum_to_shape(daround, np.shape(u[i, t7]))
                du[i, t8] += sum_to_shape(daround, np.shape(u[i, t8]))
                du[i, j] -= sum_to(t10, u[i, j])
                dsource[i, j] -= 0.25 * sum_to(t10, source[i, j])
                dchange_1 = dchange_2
        dchange = gradient_of(dchange)
    domega = like(domega, omega)
    return du, dsource, domega
