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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def vjp_soft_kmeans(points, centres, stiffness, rounds, dout):
    """Gradient of `dout * soft_kmeans` with respect to (points, centres,
    stiffness), for the cotangent dout.
    """
    records = []
    records1 = []
    total_hist = []
    weight_hist = []
    centres_hist = [centres]
    centres_1 = centres
    for _ in range(rounds):
        total = np.zeros(centres_1.shape)
        weight = np.zeros(len(centres_1))
        for p in points:
            items = []
            for item in centres_1:
                t1 = np.sum((p - item) ** 2)
                t2 = np.exp(-stiffness * t1)
                records.append((t1, t2))
                items.append(t2)
            share = np.array(items)
            sum_share = share.sum()
            share = share / sum_share
            records1.append((sum_share, share))
            for k in range(len(centres_1)):
                total[k] += share[k] * p
                weight[k] += share[k]
        total_hist.append(total)
        weight_hist.append(weight)
        centres_1 = total / weight[:, None]
        centres_hist.append(centres_1)

    dcentres = dout
    dstiffness = np.zeros_like(stiffness, np.result_type(stiffness, 0.0))
    dpoints = gradient_of(points)
    for k in range(rounds - 1, -1, -1):
        weight = weight_hist[k]
        centres_1 = centres_hist[k]
        t3 = weight[:, None]
        dtotal = sum_to(dcentres / t3, total_hist[k])
        dweight = np.zeros(weight.shape)
        dweight[:, None] = -sum_to(dcentres * (centres_hist[k + 1] / t3), t3)
        dcentres = np.zeros_like(centres_1, np.result_type(centres_1, 0.0))
        for k in range(len(points) - 1, -1, -1):
            sum_share, share = records1.pop()
            t4 = points[k]
            dshare = np.zeros_like(share, np.result_type(share, 0.0))
            dp = np.zeros_like(t4, np.result_type(t4, 0.0))
            for k_1 in range(len(centres_1) - 1, -1, -1):
                t5 = share[k_1]
                dz = sum_to_shape(dtotal[k_1], np.shape(t5 * t4))
                dp = dp + sum_to(dz * t5, t4)
                t6 = sum_to(t4 * dz, t5) + np.broadcast_to(
                    dweight[k_1], np.shape(share[k_1])
                )
                dshare[k_1] += t6
            dshare = dshare / sum_share - np.sum(dshare * (share / sum_share))
            ditems = list(dshare)
            for k1 in range(len(centres_1) - 1, -1, -1):
                t1, t2 = records.pop()
                t7 = centres_1[k1]
                dt2 = ditems.pop()
                dz1 = dt2 * t2
                dstiffness = dstiffness - dz1 * t1
                t8 = (t4 - t7) * np.sum(dz1 * stiffness)
                dp = dp - 2.0 * sum_to(t8, t4)
                dcentres[k1] += 2.0 * sum_to(t8, t7)
            dpoints[k] += dp
    dcentres = like(dcentres, centres)
    dstiffness = like(real_like(dstiffness, stiffness), stiffness)
    return dpoints, dcentres, dstiffness
