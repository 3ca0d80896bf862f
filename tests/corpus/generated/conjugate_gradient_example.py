import numpy as np


def vjp_conjugate_gradient(A, b, iterations, dout):
    """Gradient of `dout * conjugate_gradient` with respect to (A, b), for the
    cotangent dout.
    """
    r = b.copy()
    rr = r @ r
    stack = []
    p_hist = []
    records = []
    r_1 = r
    p = r
    for _ in range(iterations):
        p_hist.append(p)
        Ap = A @ p
        t1 = p @ Ap
        alpha = rr / t1
        r_1 = r_1 - alpha * Ap
        rr_new = r_1 @ r_1
        t2 = rr_new < 1e-20
        records.append((rr, Ap, t1, alpha, r_1, t2))
        if t2:
            break
        t3 = rr_new / rr
        stack.append(t3)
        p = r_1 + t3 * p
        rr = rr_new

    dr = np.zeros_like(b)
    dp = np.zeros_like(b)
    drr = 0.0
    dA = np.zeros_like(A)
    for k in range(len(p_hist) - 1, -1, -1):
        rr, Ap, t1, alpha, r_1, t2 = records[k]
        p = p_hist[k]
        if t2:
            drr_new = 0.0
            t4 = np.zeros_like(b)
        else:
            t3 = stack.pop()
            dt3 = (p * dp).sum()
            drr_new = drr + dt3 / rr
            drr = -dt3 * (t3 / rr)
            t4 = dp
            dp = dp * t3
        dr = dr + t4 + 2.0 * drr_new * r_1
        dalpha = (p * dout).sum() - (Ap * dr).sum()
        t5 = dalpha * (alpha / t1)
        dAp = -t5 * p - alpha * dr
        dA += np.outer(dAp, p)
        dp = dp + alpha * dout + A.T @ dAp - t5 * Ap
        drr += dalpha / t1
    dr = dr + dp + 2.0 * drr * r
    return dA, dr
