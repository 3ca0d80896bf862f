import numpy as np


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

    zeros_like_x = np.zeros_like(x)
    if t1:
        return zeros_like_x + np.real(dout)
    dout = dout.copy()
    dz = np.zeros_like(t3)
    dz1 = np.zeros_like(t4)
    for k in range(t2 - 1, -1, -1):
        t5 = stack.pop()
        t6 = k + n // 2
        dz2 = dout[t6]
        dout[t6] = 0.0
        dz3 = dout[k]
        dout[k] = 0.0
        dturned = dz3 - dz2
        dz[k] += dz3 + dz2
        dz1[k] += dturned * t5
    dz4 = fft_bwd(saved1, dz1)
    dz5 = fft_bwd(saved2, dz)
    zeros_like_x[::2] += dz5
    zeros_like_x[1::2] += dz4
    return zeros_like_x


def vjp_power_spectrum(signal, window, dout):
    """Gradient of `dout * power_spectrum` with respect to (signal, window),
    for the cotangent dout.
    """
    t1, saved = fft_fwd(signal * window)

    dt1 = 2.0 * np.abs(t1) * dout * np.sign(t1).conj()
    dz = fft_bwd(saved, dt1)
    dsignal = window * dz
    dwindow = signal * dz
    return dsignal, dwindow
