import numpy as np


def vjp_attention(x, Wq, Wk, Wv, dout):
    """Gradient of `dout * attention` with respect to (x, Wq, Wk, Wv), for the
    cotangent dout.
    """
    t1 = x @ Wq
    t2 = x @ Wk
    t3 = np.sqrt(t2.shape[-1])
    scores = t1 @ t2.T / t3
    max_scores = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - max_scores)
    sum_e = e.sum(axis=-1, keepdims=True)
    t4 = e / sum_e

    dt4 = dout @ (x @ Wv).T
    dz = t4.T @ dout
    de = dt4 / sum_e - (dt4 * (t4 / sum_e)).sum(axis=1, keepdims=True)
    dz1 = e * de
    chosen = scores == max_scores
    ties = chosen.sum(axis=-1, keepdims=True, dtype=scores.dtype)
    dscores = dz1 - chosen * (dz1.sum(axis=1, keepdims=True) / ties)
    dz2 = dscores / t3
    dt1 = dz2 @ t2
    dt2 = dz2.T @ t1
    dWv = x.T @ dz
    dWk = x.T @ dt2
    dWq = x.T @ dt1
    t5 = dz @ Wv.T + dt2 @ Wk.T
    dx = t5 + dt1 @ Wq.T
    return dx, dWq, dWk, dWv
