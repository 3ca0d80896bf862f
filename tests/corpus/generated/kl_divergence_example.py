import numpy as np


def grad_kl_divergence(p, q):
    """Gradient of `kl_divergence` with respect to (p, q)."""
    dq = -p / q
    dp = np.log(p) - np.log(q) + p / p
    return dp, dq
