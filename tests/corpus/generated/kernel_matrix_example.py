import numpy as np


def vjp_kernel_matrix(x, y, width, dout):
    """Gradient of `dout * kernel_matrix` with respect to (x, y, width), for
    the cotangent dout.
    """
    gaps = x[:, None, :] - y[None, :, :]
    t1 = width ** 2
    t2 = -0.5 * np.sum(gaps ** 2, axis=-1) / t1

    dt2 = dout * np.exp(t2)
    dwidth = -2.0 * width * (dt2 * (t2 / t1)).sum()
    dgaps = 2.0 * gaps * np.expand_dims(-0.5 * dt2 / t1, 2)
    sum_dgaps = dgaps.sum(axis=1, keepdims=True)
    dx = np.zeros_like(x)
    dx[:, None, :] = sum_dgaps
    dy = np.zeros_like(y)
    dy[None, :, :] = -dgaps.sum(axis=0, keepdims=True)
    return dx, dy, dwidth
