import numpy as np


def grad_xent(W, X, labels):
    """Gradient of `xent` with respect to W."""
    logits = X @ W
    max_logits = logits.max(axis=1, keepdims=True)
    z = logits - max_logits
    exp_z = np.exp(z)

    dlogp = np.zeros_like(logits)
    dlogp[np.arange(len(labels)), labels] = -1.0 / labels.size
    sum_dlogp = dlogp.sum(axis=1, keepdims=True)
    dz = dlogp - sum_dlogp / exp_z.sum(axis=1, keepdims=True) * exp_z
    chosen = logits == max_logits
    ties = chosen.sum(axis=1, keepdims=True, dtype=logits.dtype)
    dlogits = dz - chosen * (dz.sum(axis=1, keepdims=True) / ties)
    return X.T @ dlogits
