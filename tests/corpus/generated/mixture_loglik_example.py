import numpy as np


def grad_mixture_loglik(weights, means, sigmas, x):
    """Gradient of `mixture_loglik` with respect to (weights, means, sigmas).
    """
    z = (x[:, None] - means) / sigmas
    logs = np.log(weights) - np.log(sigmas) - 0.5 * z ** 2
    top = logs.max(axis=1, keepdims=True)
    t1 = np.exp(logs - top)

    dt = np.expand_dims(1.0 / t1.sum(axis=1), 1) * t1
    dtop = -dt.sum(axis=1, keepdims=True)
    dtop[:, 0] += 1.0
    chosen = logs == top
    ties = chosen.sum(axis=1, keepdims=True, dtype=logs.dtype)
    dlogs = dt + chosen * (dtop / ties)
    sum_dlogs = dlogs.sum(axis=0)
    dz = -z * dlogs
    dweights = sum_dlogs / weights
    dmeans = -(dz / sigmas).sum(axis=0)
    dsigmas = -(dz * (z / sigmas)).sum(axis=0) - sum_dlogs / sigmas
    return dweights, dmeans, dsigmas
