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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


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


def fft_fwd(x):
    n = len(x)
    t1 = n == 1
    exp_hist = []
    if t1:
        return x, (x, t1, None, None, None, exp_hist, n, None, None)
    t2, saved = fft_fwd(x[::2])
    t3, saved1 = fft_fwd(x[1::2])
    out = np.zeros(n, dtype=complex)
    t4 = n // 2
    for k in range(t4):
        t5 = np.exp(-2j * np.pi * k / n)
        exp_hist.append(t5)
        turned = t5 * t3[k]
        out[k] = t2[k] + turned
        out[k + n // 2] = t2[k] - turned
    return out, (x, t1, t4, t2, t3, exp_hist, n, saved1, saved)


def fft_bwd(saved, dout):
    x, t1, t2, t3, t4, stack, n, saved1, saved2 = saved

    dx = np.zeros_like(x, np.result_type(x, 0.0))
    if t1:
        dx = dx + dout
    else:
        dout = copy.copy(dout)
        dz = np.zeros_like(t3, np.result_type(t3, 0.0))
        dz1 = np.zeros_like(t4, np.result_type(t4, 0.0))
        for k in range(t2 - 1, -1, -1):
            t5 = stack.pop()
            t6 = k + n // 2
            t7 = t3[k]
            turned = t5 * t4[k]
            t8 = t3[k]
            t9 = copy.copy(np.broadcast_to(dout[t6], np.shape(t7 - turned)))
            dout = copy.copy(dout)
            dout[t6] = 0.0
            t10 = copy.copy(np.broadcast_to(dout[k], np.shape(t8 + turned)))
            dout = copy.copy(dout)
            dout[k] = 0.0
            t11 = sum_to_shape(t10, np.shape(turned))
            dturned = t11 - sum_to_shape(t9, np.shape(turned))
            dz[k] += real_like(sum_to(t10, t8) + sum_to(t9, t7), t3)
            dz1[k] += real_like(dturned * t5, t4)
        dz2 = fft_bwd(saved1, dz1)
        dz3 = fft_bwd(saved2, dz)
        dx[::2] += dz3
        dx[1::2] += dz2
    return like(real_like(dx, x), x)


def vjp_power_spectrum(signal, window, dout):
    """Gradient of `dout * power_spectrum` with respect to (signal, window),
    for the cotangent dout.
    """
    t1, saved = fft_fwd(signal * window)

    dt1 = 2.0 * np.abs(t1) * dout * np.conj(np.sign(t1))
    dz = fft_bwd(saved, dt1)
    dsignal = like(sum_to(window * dz, signal), signal)
    dwindow = like(sum_to(signal * dz, window), window)
    return dsignal, dwindow
