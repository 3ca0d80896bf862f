import numpy as np


def vjp_layer_norm(x, gain, shift, eps, dout):
    """Gradient of `dout * layer_norm` with respect to (x, gain, shift), for
    the cotangent dout.
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred ** 2).mean(axis=-1, keepdims=True)
    t1 = np.sqrt(variance + eps)

    dshift = dout.sum(axis=0)
    dz = dout / t1
    t2 = (dout * (gain * centred / t1 / t1)).sum(axis=1, keepdims=True)
    dvariance = -(0.5 * t2 / t1)
    dgain = (centred * dz).sum(axis=0)
    dcentred = gain * dz + 2.0 * centred * (dvariance / x.shape[-1])
    t3 = dcentred.sum(axis=1, keepdims=True) / x.shape[-1]
    dx = dcentred - t3
    return dx, dgain, dshift
