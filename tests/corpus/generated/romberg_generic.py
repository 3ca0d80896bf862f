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


def real_like(g, x):
    """g, without its imaginary part if x is real."""
    return g if np.iscomplexobj(x) or not np.iscomplexobj(g) else np.real(g)


def grad_romberg(lower, upper, width, levels):
    """Gradient of `romberg` with respect to (lower, upper, width)."""
    h = upper - lower
    R = np.zeros((levels + 1, levels + 1))
    t1 = lower / width
    t2 = np.exp(-0.5 * t1 ** 2)
    t3 = upper / width
    t4 = np.exp(-0.5 * t3 ** 2)
    t5 = t2 + t4
    R[0, 0] = 0.5 * h * t5
    records = []
    h_hist = []
    inner_hist = []
    h_1 = h
    for i in range(1, levels + 1):
        h_1 = h_1 * 0.5
        h_hist.append(h_1)
        inner = 0.0
        for k in range(1, 2 ** i, 2):
            t6 = (lower + k * h_1) / width
            t7 = np.exp(-0.5 * t6 ** 2)
            records.append((t6, t7))
            inner = inner + t7
        inner_hist.append(inner)
        R[i, 0] = 0.5 * R[i - 1, 0] + h_1 * inner
        for j in range(1, i + 1):
            R[i, j] = (
                R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4 ** j - 1)
            )

    dz = require_scalar(R[levels, levels])
    dR = np.zeros_like(R)
    np.add.at(dR, (levels, levels), dz)
    dh = 0.0
    dwidth = 0.0
    dlower = 0.0
    for i in range(levels, 0, -1):
        h_1 = h_hist[i - 1]
        for j in range(i, 0, -1):
            dz1 = dR[i, j]
            dR[i, j] = 0.0
            dz2 = dz1 / (4 ** j - 1)
            dR[i, j - 1] += dz1
            dR[i, j - 1] += dz2
            dR[i - 1, j - 1] -= dz2
        dz3 = dR[i, 0]
        dR[i, 0] = 0.0
        dinner = h_1 * dz3
        dh += inner_hist[i - 1] * dz3
        for k in range(len(range(1, 2 ** i, 2)) - 1, -1, -1):
            t6, t7 = records.pop()
            t8 = 2 * k + 1
            t9 = dinner * t7 * (2.0 * (lower + t8 * h_1) / width)
            dz4 = -0.5 * t9 / width
            dlower += dz4
            dwidth += 0.5 * t9 * (t6 / width)
            dh += t8 * dz4
        dR[i - 1, 0] += 0.5 * dz3
        dh = 0.5 * dh
    dz5 = dR[0, 0]
    t10 = h * dz5
    t11 = t10 * t4 * (2.0 * upper / width)
    t12 = t10 * t2 * (2.0 * lower / width)
    dh += 0.5 * dz5 * t5
    dlower = real_like(dlower + -0.25 * t12 / width - dh, lower)
    dupper = real_like(-0.25 * t11 / width + dh, upper)
    t13 = dwidth + 0.25 * t11 * (t3 / width) + 0.25 * t12 * (t1 / width)
    dwidth = real_like(t13, width)
    return dlower, dupper, dwidth
