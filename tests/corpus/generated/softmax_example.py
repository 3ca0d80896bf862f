import numpy as np


def vjp_softmax(x, dout):
    """Gradient of `dout * softmax` with respect to x, for the cotangent dout.
    """
    max_x = np.max(x, axis=-1, keepdims=True)
    e = np.exp(x - max_x)
    sum_e = np.sum(e, axis=-1, keepdims=True)

    de = dout / sum_e - (dout * (e / sum_e / sum_e)).sum(axis=1, keepdims=True)
    dz = e * de
    chosen = x == max_x
    ties = chosen.sum(axis=-1, keepdims=True, dtype=x.dtype)
    return dz - chosen * (dz.sum(axis=1, keepdims=True) / ties)
