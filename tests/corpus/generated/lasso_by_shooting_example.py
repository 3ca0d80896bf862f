import numpy as np


def vjp_lasso_by_shooting(w, strength, shrink, limit, dout):
    """Gradient of `dout * lasso_by_shooting` with respect to (w, strength,
    shrink), for the cotangent dout.
    """
    dout = dout.copy()
    dstrength = 0.0
    dshrink = 0.0
    dw = np.zeros_like(w)
    for i in range(min(limit, len(w)) - 1, -1, -1):
        t1 = w[i]
        x = shrink * t1
        t2 = x > strength * 0.5
        if t2:
            skipped = False
        else:
            t3 = x < -strength * 0.5
            skipped = not t3
        if not skipped:
            t4 = 1.0 + 0.1 * i
        if not skipped:
            dout[i] *= t4
        if t2:
            dx = dout[i]
            dout[i] = 0.0
            dstrength -= 0.5 * dx
        else:
            if t3:
                dx = dout[i]
                dout[i] = 0.0
                dstrength += 0.5 * dx
            else:
                dx = 0.0
        dshrink += dx * t1
        dw[i] += shrink * dx
    return dw, dstrength, dshrink
