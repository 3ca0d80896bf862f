import numpy as np


def grad_crf_loglik(emission, transition, labels):
    """Gradient of `crf_loglik` with respect to (emission, transition)."""
    alpha = emission[0].copy()
    records = []
    alpha_hist = []
    for t in range(1, emission.shape[0]):
        alpha_hist.append(alpha)
        new = np.empty(emission.shape[1])
        for j in range(emission.shape[1]):
            t1 = alpha + transition[:, j]
            top = np.max(t1)
            t2 = np.exp(t1 - top)
            t3 = np.sum(t2)
            records.append((top, t2, t3))
            new[j] = top + np.log(t3) + emission[t, j]
        alpha = new
    top = np.max(alpha)
    t4 = np.exp(alpha - top)

    t5 = t4 / np.sum(t4)
    dtop = -1.0 + t5.sum()
    chosen = alpha == top
    dalpha = chosen * (dtop / chosen.sum(dtype=alpha.dtype)) - t5
    demission = np.zeros_like(emission)
    dtransition = np.zeros_like(transition)
    for t in range(emission.shape[0] - 1, 0, -1):
        alpha = alpha_hist[t - 1]
        demission[t, labels[t]] += 1.0
        dtransition[labels[t - 1], labels[t]] += 1.0
        dnew = dalpha
        dalpha = np.zeros(alpha.shape)
        for j in range(emission.shape[1] - 1, -1, -1):
            top, t2, t3 = records.pop()
            t6 = alpha + transition[:, j]
            dz = dnew[j]
            dnew[j] = 0.0
            dz1 = dz / t3 * t2
            dtop = dz - dz1.sum()
            chosen1 = t6 == top
            dt1 = dz1 + chosen1 * (dtop / chosen1.sum(dtype=t6.dtype))
            dalpha = dalpha + dt1
            demission[t, j] += dz
            dtransition[:, j] += dt1
    demission[0] += dalpha
    demission[0, labels[0]] += 1.0
    return demission, dtransition
