import numpy as np


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


def like(g, x):
    """The gradient g for x: floating, of x's shape, in memory of its own."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    dtype = np.result_type(x, 0.0)
    return np.asarray(g, dtype) + np.zeros(np.shape(x), dtype)


def vjp_kmeans_step(points, centres, dout):
    """Gradient of `dout * kmeans_step` with respect to (points, centres), for
    the cotangent dout.
    """
    test_stack = []
    nearest_hist = []
    t1 = np.zeros((centres.shape[0], centres.shape[1]))
    t2 = np.zeros(centres.shape[0])
    for p in points:
        nearest = 0
        least = np.inf
        for c in range(centres.shape[0]):
            d = np.sum((p - centres[c]) ** 2)
            t3 = d < least
            test_stack.append(t3)
            if t3:
                nearest = c
                least = d
        nearest_hist.append(nearest)
        t1[nearest] += p
        t2[nearest] += 1.0
    dmoved = dout[0]
    dinertia = dout[1]
    t4 = centres.shape[0] - 1
    dmoved = dmoved.copy()
    d = np.zeros_like(t1)
    for c in range(t4, -1, -1):
        t5 = t2[c] > 0.0
        if t5:
            t6 = t1[c]
            t7 = t2[c]
        if t5:
            dz = sum_to(dmoved[c], t6).copy()
            dmoved = dmoved.copy()
            dmoved[c] = 0.0
            d[c] += dz / t7

    dcentres = dmoved
    dpoints = gradient_of(points)
    for k in range(len(points) - 1, -1, -1):
        t8 = points[k]
        dleast = dinertia
        dp = sum_to(d[nearest_hist[k]], t8)
        for c in range(t4, -1, -1):
            t3 = test_stack.pop()
            t9 = centres[c]
            if t3:
                dd = dleast
                dleast = 0.0
            else:
                dd = 0.0
            t10 = (t8 - t9) * dd
            dp = dp + sum_to(2.0 * t10, t8)
            dcentres[c] += sum_to(-2.0 * t10, t9)
        dpoints[k] = dpoints[k] + dp
    dcentres = like(dcentres, centres)
    return dpoints, dcentres
