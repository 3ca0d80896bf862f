import numpy as np


def vjp_lasso_by_shooting(w, strength, shrink, limit, dout):
    """Gradient of `dout * lasso_by_shooting` with respect to (w, strength,
    shrink), for the cotangent dout.
    """
    out = np.zeros_like(w)
    min_limit = min(limit, len(w))
    test_stack = []
    records = []
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
        records.append((skipped, out.copy()))
        if not skipped:
            out[i] *= 1.0 + 0.1 * i

    out_bar = dout.copy()
    strength_bar = 0.0
    shrink_bar = 0.0
    w_bar = np.zeros_like(w)
    for i in range(min_limit - 1, -1, -1):
        skipped, t2 = records[i]
        t3 = w[i]
        x = shrink * t3
        t4 = np.zeros_like(t2)
        if skipped:
            out_bar = t4 + out_bar
        else:
            z_bar = out_bar[i]
            out_bar[i] = 0.0
            out_bar = t4 + out_bar
            out_bar[i] += z_bar * (1.0 + 0.1 * i)
        if x > strength * 0.5:
            x_bar = out_bar[i]
            out_bar[i] = 0.0
            strength_bar -= 0.5 * x_bar
        else:
            t1 = test_stack.pop()
            if t1:
                x_bar = out_bar[i]
                out_bar[i] = 0.0
                strength_bar += 0.5 * x_bar
            else:
                x_bar = 0.0
        shrink_bar += x_bar * t3
        w_bar[i] += shrink * x_bar
    return w_bar, strength_bar, shrink_bar
