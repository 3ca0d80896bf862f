import copy
import numpy as np


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


def vjp_lasso_by_shooting(w, strength, shrink, limit, dout):
    """Gradient of `dout * lasso_by_shooting` with respect to (w, strength,
    shrink), for the cotangent dout.
    """
    out = np.zeros_like(w)
    min_limit = min(limit, len(w))
    test_stack = []
    stack = []
    skipped_hist = []
    for i in range(min_limit):
        x = shrink * w[i]
        if x > strength * 0.5:
            out[i] = x - strength * 0.5
            skipped = False
        else:
            t1 = x < -strength * 0.5
            test_stack.append(t1)
            if t1:
                out[i] = x + strength * 0.5
                skipped = False
            else:
                skipped = True
        skipped_hist.append(skipped)
        if skipped:
            continue
        t2 = out[i]
        stack.append(np.shape(t2))
        out[i] = t2 * (1.0 + 0.1 * i)

    out_bar = dout.copy()
    strength_bar = np.zeros_like(strength, np.result_type(strength, 0.0))
    shrink_bar = np.zeros_like(shrink, np.result_type(shrink, 0.0))
    w_bar = np.zeros_like(w, np.result_type(w, 0.0))
    for i in range(min_limit - 1, -1, -1):
        t3 = w[i]
        x = shrink * t3
        if not skipped_hist[i]:
            t4 = stack.pop()
            out_bar[i] = sum_to_shape(out_bar[i], t4) * (1.0 + 0.1 * i)
        if x > strength * 0.5:
            t5 = copy.copy(out_bar[i])
            out_bar[i] = 0.0
            x_bar = sum_to(t5, x)
            strength_bar = strength_bar - 0.5 * sum_to(t5, strength)
        else:
            t1 = test_stack.pop()
            if t1:
                t6 = copy.copy(out_bar[i])
                out_bar[i] = 0.0
                x_bar = sum_to(t6, x)
                strength_bar = strength_bar + 0.5 * sum_to(t6, strength)
            else:
                x_bar = np.zeros_like(x, np.result_type(x, 0.0))
        shrink_bar += sum_to(x_bar * t3, shrink)
        w_bar[i] += sum_to(shrink * x_bar, t3)
    w_bar = like(w_bar, w)
    strength_bar = like(strength_bar, strength)
    shrink_bar = like(shrink_bar, shrink)
    return w_bar, strength_bar, shrink_bar
