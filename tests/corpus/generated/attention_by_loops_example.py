import numpy as np


def vjp_attention_by_loops(x, Wq, Wk, Wv, causal, dout):
    """Gradient of `dout * attention_by_loops` with respect to (x, Wq, Wk, Wv),
    for the cotangent dout.
    """
    t1 = x @ Wq
    t2 = x @ Wk
    t3 = x @ Wv
    dt3 = np.zeros_like(t3)
    dt2 = np.zeros_like(t2)
    dt1 = np.zeros_like(t1)
    for i in range(len(x)):
        scores = []
        sqrt_stack = []
        hist = []
        for j in range(len(x)):
            t4 = causal and j > i
            hist.append(t4)
            if t4:
                break
            t5 = np.sqrt(Wq.shape[1])
            sqrt_stack.append(t5)
            scores.append(t1[i] @ t2[j] / t5)
        scores = np.array(scores)
        max_scores = np.max(scores)
        weights = np.exp(scores - max_scores)
        sum_weights = np.sum(weights)
        weights_1 = weights / sum_weights
        copy_weights = weights.copy()
        copy_weights[...] = weights_1
        dcopy_weights = np.zeros_like(copy_weights)
        for k in range(len(copy_weights)):
            dz = dout[i]
            dt3[k] += dz * copy_weights[k]
            dcopy_weights[k] += (dz * t3[k]).sum()
        dweights = (
            dcopy_weights / sum_weights
            - (dcopy_weights * (weights_1 / sum_weights)).sum()
        )
        dz1 = weights * dweights
        chosen = scores == max_scores
        t6 = chosen * (dz1.sum() / chosen.sum(dtype=scores.dtype))
        dscores = dz1 - t6
        dscores = list(dscores)
        for j in range(len(hist) - 1, -1, -1):
            if hist[j]:
                continue
            t5 = sqrt_stack.pop()
            dz2 = dscores.pop()
            dz3 = dz2 / t5
            dt2[j] += dz3 * t1[i]
            dt1[i] += dz3 * t2[j]

    dWv = x.T @ dt3
    dWk = x.T @ dt2
    dWq = x.T @ dt1
    t7 = dt3 @ Wv.T + dt2 @ Wk.T
    dx = t7 + dt1 @ Wq.T
    return dx, dWq, dWk, dWv
